"""Every number of a small network, on paper."""

from corpus.answers import Answers
from corpus.measures import TINY, near

ANSWERS = {}


def by_hand(student, rng):
    """Unit by unit, each gradient by a complex step of its own."""
    own = student.numbers("by_hand", student.STUDENT)
    rows = zip(own["W1"], own["b1"], strict=True)
    z = [sum(w * x for w, x in zip(row, own["x"], strict=True)) + b for row, b in rows]

    def relu(v):
        return v if v.real > 0 else 0

    def output(a):
        return sum(w * v for w, v in zip(own["W2"], a, strict=True)) + own["b2"]

    def loss(p):
        return (p - own["t"]) ** 2

    def moved(values, i):
        return [v + 1j * TINY * (i == k) for k, v in enumerate(values)]

    a = [relu(v) for v in z]
    slopes = [loss(output(a) + 1j * TINY)]
    slopes += [loss(output(moved(a, i))) for i in (0, 1)]
    slopes += [loss(output([relu(v) for v in moved(z, i)])) for i in (0, 1)]
    right = [*z, *a, output(a), loss(output(a)), *(s.imag / TINY for s in slopes)]
    return not callable(student.by_hand) and near(student.by_hand, right)


ANSWERS["by_hand"] = Answers(
    above="""
own = numbers("by_hand", STUDENT)
x, W1, b1, W2, b2, t = (np.array(own[k]) for k in ("x", "W1", "b1", "W2", "b2", "t"))
z = W1 @ x + b1
a = z * (z > 0)
p = W2 @ a + b2
e = p - t""",
    decider=by_hand,
    right=[
        "np.array([*z, *a, p, e * e, 2 * e, *(2 * e * W2), *(2 * e * W2 * (z > 0))])",
        """
dp = 2 * p - 2 * t
da1, da2 = dp * W2[0], dp * W2[1]
by_hand = [z[0], z[1], max(z[0], 0), max(z[1], 0), p, e**2, dp, da1, da2]
by_hand += [da1 if z[0] > 0 else 0, da2 if z[1] > 0 else 0]""",
    ],
    wrong=[
        "[*z, *a, p, e * e]",
        "[*z, *a, p, e * e, e * e, *(2 * e * W2), *(2 * e * W2 * (z > 0))]",
        "[*z, *a, p, e * e, 2 * e, *(2 * e * W2 * (z > 0)), *(2 * e * W2)]",
        "[*z, *z, p, e * e, 2 * e, *(2 * e * W2), *(2 * e * W2 * (z > 0))]",
        "[*z, *a, p, 2 * e, 2 * e, *(2 * e * W2), *(2 * e * W2 * (z > 0))]",
        "[*z, *a, p - b2, e * e, 2 * e, *(2 * W2), *(2 * W2 * (z > 0))]",
        "2 * e",
    ],
    told={
        "[*z, *a, p, e * e, 2 * e, *(2 * e + W2), *((2 * e + W2) * (z > 0))]": "",
    },
)

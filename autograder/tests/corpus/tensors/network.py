"""One weight of a network, on paper."""

from answers import Answers
from measures import TINY, near

ANSWERS = {}


def one_weight(student, rng):
    """The whole network once more, that one weight moved by a complex step."""
    own = student.numbers("one_weight", student.STUDENT)
    moved = [[complex(w) for w in row] for row in own["W1"]]
    moved[0][2] += 1j * TINY
    z3 = complex(own["b2"])
    for weights, b, w in zip(moved, own["b1"], own["W2"], strict=True):
        z = sum(v * x for v, x in zip(weights, own["x"], strict=True)) + b
        z3 += w * z if z.real > 0 else 0
    right = ((z3 - own["y"]) ** 2).imag / TINY
    return not callable(student.one_weight) and near(student.one_weight, right)


ANSWERS["one_weight"] = Answers(
    above="""
own = numbers("one_weight", STUDENT)
x, W1, b1, W2, b2, y = (np.array(own[k]) for k in ("x", "W1", "b1", "W2", "b2", "y"))
z = W1 @ x + b1
a = np.maximum(z, 0)
error = W2 @ a + b2 - y""",
    decider=one_weight,
    right=[
        "2 * error * W2[0] * x[2]",
        "(np.outer((z > 0) * W2, x) * 2 * error)[0, 2]",
        "np.round((2 * error) * W2[0] * 1 * x[2])",
    ],
    wrong=[
        "error**2",
        "2 * error * W2[0] * W1[0, 2] * x[2]",
        "2 * error * x[2] * (z[0] < 0)",
        "2 * error**2 * W2[0] * x[2]",
        "np.outer((z > 0) * W2, x) * 2 * error",
        "2 * error * (W2[0] + x[2])",
        "None",
    ],
)

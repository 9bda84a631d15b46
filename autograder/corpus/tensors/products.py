"""The backward rule of a matrix product."""

from corpus.answers import Answers
from corpus.measures import is_adjoint, lengths, some

ANSWERS = {}


def matmul_backward(student, rng):
    n, k, m = lengths(rng, 3)
    g, a, b = some(rng, n, m), some(rng, n, k), some(rng, k, m)
    da, db = student.matmul_backward(g, a, b)
    return is_adjoint(da, lambda t: t @ b, g, a, rng) and is_adjoint(
        db, lambda t: a @ t, g, b, rng
    )


ANSWERS["matmul_backward"] = Answers(
    args="g, a, b",
    decider=matmul_backward,
    right=[
        "[np.dot(g, b.transpose()), np.dot(a.transpose(), g)]",
        "np.einsum('ij,kj->ik', g, b), np.einsum('ik,ij->kj', a, g)",
        """
da, db = np.zeros(a.shape), np.zeros(b.shape)
for i in range(a.shape[0]):
    for j in range(b.shape[1]):
        da[i] += g[i, j] * b[:, j]
        db[:, j] += g[i, j] * a[i]
return da, db""",
    ],
    wrong=[
        "g @ b.T",
        "-(g @ b.T), -(a.T @ g)",
        "g @ b.T / len(a), a.T @ g / len(a)",
        "np.broadcast_to(b.sum(1), a.shape), g @ b.T",
        "(g @ b.T).sum(), (a.T @ g).sum()",
        "b.T, a.T",
        "np.linalg.pinv(b) @ g, np.linalg.pinv(a) @ g",
        "g * b, g * a",
        "{'a': g @ b.T, 'b': a.T @ g}",
    ],
    told={
        "2 * g @ b.T, 2 * a.T @ g": "Every entry is 2 times the right one.",
        "a @ b, a @ b": "It is the value that goes forward.",
        "a, b": "It is `a`, unchanged.",
        "np.abs(g @ b.T), np.abs(a.T @ g)": (
            "Every entry has the size of the right one, and none is negative."
        ),
        "g @ b.T / g.size, a.T @ g / g.size": (
            "Every entry is 1/`g.size` times the right one."
        ),
        "(g @ b.T).ravel(), (a.T @ g).ravel()": ("It is the right result, flattened."),
    },
)

"""Points without a slope: how the surface bends there, and the way down, if any."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.descent.walking import rotated
from chainrule.questions.draws import signed
from chainrule.questions.kinds import called, cases, mistakes

FLAT = 1e-6


def bent(rise, flat, fall, trace=-1):
    """A Hessian with so many directions of each kind; some bend very little.

    trace: the sign of what rounding leaves in place of 0.
    """

    def make(rng):
        sizes = rng.uniform(0.5, 3, rise + flat + fall)
        sizes[1:] *= rng.choice([1, 0.01], len(sizes) - 1)
        signs = np.repeat([1, trace * FLAT / 100, -1], [rise, flat, fall])
        return {"H": rotated(rng, sizes * signs)}

    return make


def faint(rng):
    """A saddle that rises and falls very little."""
    return {"H": rotated(rng, rng.uniform(0.01, 0.1, 3) * [1, 1, -1])}


def hidden(rng):
    """A saddle whose axes all rise: it falls along a direction between them."""
    a, b = rng.uniform(0.5, 1.5, 2)
    c = signed(rng, 1.3, 2) * np.sqrt(a * b)
    return {"H": np.array([[a, c], [c, b]])}


def of_both_signs(rng):
    """A saddle of two dimensions whose smaller curvature is the negative one."""
    return {"H": rotated(rng, rng.uniform([-0.8, 1], [-0.3, 3]))}


def eigen(H):
    """Eigenvalues from the smallest to the largest, and eigenvectors as rows."""
    import torch

    values, vectors = torch.linalg.eigh(torch.tensor(H))
    return values.numpy(), vectors.numpy().T


def kinds(H):
    c = eigen(H)[0]
    return np.array([np.sum(c > FLAT), np.sum(np.abs(c) <= FLAT), np.sum(c < -FLAT)])


def by_axes(H):
    c = H.diagonal()
    return np.array([np.sum(c > FLAT), np.sum(np.abs(c) <= FLAT), np.sum(c < -FLAT)])


kind_of_point = called(
    "kind_of_point",
    Oracle("torch.linalg", kinds),
    {
        "a minimum": bent(3, 0, 0),
        "a saddle": [bent(2, 0, 1), bent(1, 0, 3), hidden, faint],
        "a maximum": bent(0, 0, 2),
        "a valley floor": bent(2, 1, 0, trace=1),
        "all three": bent(1, 2, 1),
    },
    {
        "That reads the diagonal, the curvature along the axes. Take the eigenvalues: "
        "a loss may rise along every axis and fall between them.": by_axes,
        "Rising and falling are exchanged. Along the eigenvector of a positive "
        "eigenvalue, the loss rises on both sides.": lambda right: right[::-1],
        "A flat direction is counted as rising or falling. Rounding leaves a tiny "
        "number in place of 0: compare with 1e-6.": (
            lambda right: np.array([right[0] + right[1], 0, right[2]]),
            lambda yours, right, H: (
                np.shape(yours) == (3,)
                and np.sum(yours) == len(H)
                and yours[1] == 0
                and yours[0] >= kinds(H)[0]
                and yours[2] >= kinds(H)[2]
            ),
        ),
        "Those are fractions of all directions. Return how many there are of each "
        "kind.": (lambda right, H: right / len(H)),
        "Return the three in the order positive, zero, negative.": (
            lambda right: right[[0, 2, 1]]
        ),
    },
    hints=[
        "An eigenvalue is the curvature along its eigenvector. Count eigenvalues.",
        "np.linalg.eigvalsh(H) returns all eigenvalues of a symmetric matrix.",
        "Count three kinds: above 1e-6, between -1e-6 and 1e-6, below -1e-6.",
    ],
)


def steepest(H):
    """The direction of the most negative curvature; zeros where none is negative."""
    values, vectors = eigen(H)
    return vectors[0] if values[0] < -FLAT else np.zeros(len(H))


def either_way(yours, right, **_):
    """Agreement of two directions: v and -v lead down alike."""
    yours = np.asarray(yours, float)
    if yours.shape != right.shape:
        return False
    apart = min(np.abs(yours - right).max(), np.abs(yours + right).max())
    return bool(apart < 1e-7)


def along_the_lowest_axis(H):
    return np.eye(len(H))[H.diagonal().argmin()]


way_out = Question(
    "way_out",
    Part(
        1,
        Oracle("torch.linalg", steepest),
        cases(
            {
                "a saddle": [bent(2, 0, 1), bent(1, 0, 2), of_both_signs, hidden],
                "a maximum": bent(0, 0, 3),
            }
        ),
        mistakes(
            {
                "That is a row of the matrix that eigh returns. The eigenvectors are "
                "its columns: with c, Q = eigh(H), Q[:, i] belongs to c[i].": (
                    lambda H: np.linalg.eigh(H)[1][0]
                ),
                "That is the direction of the largest eigenvalue: there the loss "
                "rises most, or falls least.": lambda H: eigen(H)[1][-1],
                "That is the direction of the largest curvature of either sign. Along "
                "the way down, the curvature is negative.": (
                    lambda H: eigen(H)[1][np.abs(eigen(H)[0]).argmax()]
                ),
                "The direction is right, but its length isn't 1.": (
                    lambda right: 2 * right,
                    lambda yours, right, **_: (
                        np.shape(yours) == np.shape(right)
                        and np.any(yours)
                        and either_way(2 * yours / np.linalg.norm(yours), right)
                    ),
                ),
                "That is an axis. The loss falls most along an eigenvector.": (
                    along_the_lowest_axis
                ),
                "It finds no way down. Along the eigenvector of a negative eigenvalue "
                "the loss falls.": (lambda right: 0 * right),
            }
        ),
        agree=either_way,
    ),
    Part(
        1,
        Oracle("torch.linalg", steepest),
        cases(
            {
                "a minimum": [bent(2, 0, 0), bent(3, 0, 0)],
                "a floor": [bent(2, 1, 0), bent(1, 1, 0)],
            }
        ),
        mistakes(
            {
                "An eigenvalue that rounding leaves in place of 0 counts as negative. "
                "Compare with -1e-6, not with 0.": (
                    lambda H: eigen(H)[1][0] * (eigen(H)[0][0] < 0),
                    lambda yours, wrong, **_: (
                        np.shape(yours) == np.shape(wrong)
                        and np.any(yours) == np.any(wrong)
                    ),
                ),
                "It returns a direction in which the loss doesn't fall. Return "
                "zeros where no eigenvalue is below -1e-6.": (
                    lambda H: eigen(H)[1][0],
                    lambda yours, wrong, **_: bool(np.any(yours)),
                ),
            }
        ),
        agree=either_way,
    ),
    hints=[
        "The loss falls most along the eigenvector of the smallest eigenvalue, if "
        "this eigenvalue is negative.",
        "np.linalg.eigh(H) returns the eigenvalues in ascending order, and a matrix Q "
        "whose columns are the eigenvectors. The first, Q[:, 0], has length 1.",
        "Return Q[:, 0], and np.zeros(len(H)) where no eigenvalue is below -1e-6.",
    ],
)

QUESTIONS = [kind_of_point, way_out]

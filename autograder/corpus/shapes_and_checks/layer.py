"""A layer for a whole batch."""

from corpus.answers import Answers
from corpus.measures import lengths, near, some

ANSWERS = {}


def affine(student, rng):
    """One output of one example at a time."""
    count, ins, outs = lengths(rng, 3)
    X, W, b = some(rng, count, ins), some(rng, outs, ins), some(rng, outs)
    right = [[sum(x * w) + bias for w, bias in zip(W, b, strict=True)] for x in X]
    return near(student.affine(X, W, b), right)


ANSWERS["affine"] = Answers(
    args="X, W, b",
    decider=affine,
    right=[
        'np.einsum("ni,oi->no", X, W) + b',
        "(W @ X.T + b[:, None]).T",
        "affine = lambda X, W, b: np.add(np.dot(X, np.transpose(W)), b.reshape(1, -1))",
    ],
    wrong=[
        "X @ W.T - b",
        "X * W + b",
        "(X + b) @ W.T",
        "W @ X[0] + b",
        """
Y = X @ W.T + b
print(Y)""",
        "np.round(X @ W.T + b, 1)",
        """
import torch

def affine(X, W, b):
    return torch.nn.functional.linear(*map(torch.tensor, (X, W, b))).numpy()""",
    ],
    told={
        "np.maximum(X @ W.T + b, 0)": (
            "On the cases that are off, every entry is either right or 0.",
            "Every entry is either right or 0.",
        ),
        "(X @ W.T + b) / len(X)": (
            "Every entry is 1/`X.shape[0]` times the right one."
        ),
        "(X @ W.T + b).ravel()": "It is the right result, flattened.",
        "[X @ W.T + b]": ("It is the right result, with an axis of length 1 too many."),
        "X @ W.T + b.sum()": ("Along axis 0 all entries are off by the same amount."),
        """
Y = np.zeros((len(X), len(W)))
for j in range(X.shape[1]):
    Y += X[:, [j]] * W[:, j] + b
return Y""": "Along axis 0 all entries are off by the same amount.",
        """
Y = np.zeros((len(X), len(W)))
for i in range(len(X)):
    Y[i] = W @ X[i] + b
    return Y""": ("On the cases that are off, every entry is either right or 0."),
        "X.astype(np.float32) @ W.T.astype(np.float32) + b.astype(np.float32)": (
            "It agrees with the right result to 5 digits.",
            "It agrees with the right result as far as float32 reaches.",
            "It agrees with the right result to 4 digits.",
        ),
        "np.dot(W, X.T) + b": ("ValueError: operands could not be broadcast together"),
        "[W @ x + b for x in X][0]": "It is the first row of the right result.",
    },
    mistakes={"That takes the arrays to pieces": "np.array([W @ x + b for x in X])"},
)

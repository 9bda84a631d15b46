"""A forward and a backward pass through two layers, entry by entry."""

import numpy as np

from .ledger import ledger

_TITLE = "The backward pass needs X, A1, W2 and P, but neither Z1 nor Z2"
_SHAPES = {"X": (5, 4), "W1": (3, 4), "b1": (3,), "Z1": (5, 3), "A1": (5, 3)}
_SHAPES |= {"W2": (2, 3), "b2": (2,), "Z2": (5, 2), "P": (5, 2)}
_STEPS = {
    "X W1 b1 W2 b2": "Given: five examples, and the weights of both layers",
    "Z1": "Forward: Z1 = X W1ᵀ + b1",
    "A1": "Forward: A1 = ReLU(Z1). A1 is kept",
    "Z2": "Forward: Z2 = A1 W2ᵀ + b2. Z1 isn't kept",
    "P": "Forward: P = σ(Z2). P is kept",
    "dP": "Z2 isn't kept. The gradient dP of the loss is the upstream gradient g",
    "dZ2": "Backward: dZ2 from dP and P, entry by entry",
    "dW2 db2": "Backward: dW2 from dZ2 and A1, db2 from dZ2",
    "dA1": "Backward: dA1 from dZ2 and W2, one row for each example",
    "dZ1": "Backward: dZ1 from dA1 and A1, entry by entry",
    "dW1 db1": "Backward: dW1 from dZ1 and X, db1 from dZ1",
}
_LEAVES = {"Z2": "Z1", "dP": "Z2"}
_ROW, _COLUMN, _ONE = np.s_[0, :], np.s_[:, 0], (0, 0)
_MEETS = {
    "Z1": {"X": _ROW, "W1": _ROW, "b1": 0, "Z1": _ONE},
    "A1": {"Z1": _ONE, "A1": _ONE},
    "Z2": {"A1": _ROW, "W2": _ROW, "b2": 0, "Z2": _ONE},
    "P": {"Z2": _ONE, "P": _ONE},
    "dZ2": {"dP": _ONE, "P": _ONE, "dZ2": _ONE},
    "dW2 db2": {"dZ2": _COLUMN, "A1": _COLUMN, "dW2": _ONE, "db2": 0},
    "dA1": {"dZ2": _ROW, "W2": _COLUMN, "dA1": _ONE},
    "dZ1": {"dA1": _ONE, "A1": _ONE, "dZ1": _ONE},
    "dW1 db1": {"dZ1": _COLUMN, "X": _COLUMN, "dW1": _ONE, "db1": 0},
}


def passes():
    """The shape ledger of a network from 4 inputs to 3 hidden units to 2 outputs."""
    return ledger(_SHAPES, _STEPS, _MEETS, _TITLE, _LEAVES)

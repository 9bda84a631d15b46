"""A forward and a backward pass through two layers, entry by entry."""

import numpy as np

from .ledger import ledger

_SHAPES = {"X": (5, 4), "W1": (3, 4), "b1": (3,), "A1": (5, 3)}
_SHAPES |= {"W2": (2, 3), "b2": (2,), "P": (5, 2)}
_STEPS = {
    "X W1 b1 W2 b2": "Given: five examples, and the weights of both layers",
    "A1": "Forward: A1 = ReLU(X W1ᵀ + b1), which is kept",
    "P": "Forward: P = σ(A1 W2ᵀ + b2), which is kept",
    "dP": "The loss is computed from P, and sends dP back: the upstream gradient g",
    "dW2 db2": "Backward: dZ2 from dP and P, dW2 from dZ2 and A1, db2 from dZ2",
    "dA1": "Backward: dA1 from dZ2 and W2, one row for each example",
    "dW1 db1": "Backward: dZ1 from dA1 and A1, dW1 from dZ1 and X, db1 from dZ1",
}
_ROW, _COLUMN, _ONE = np.s_[0, :], np.s_[:, 0], (0, 0)
_MEETS = {
    "A1": {"X": _ROW, "W1": _ROW, "b1": 0, "A1": _ONE},
    "P": {"A1": _ROW, "W2": _ROW, "b2": 0, "P": _ONE},
    "dW2 db2": {"dP": _COLUMN, "P": _COLUMN, "A1": _COLUMN, "dW2": _ONE, "db2": 0},
    "dA1": {"dP": _ROW, "P": _ROW, "W2": _COLUMN, "dA1": _ONE},
    "dW1 db1": {"dA1": _COLUMN, "A1": _COLUMN, "X": _COLUMN, "dW1": _ONE, "db1": 0},
}


def passes():
    """The shape ledger of a network from 4 inputs to 3 hidden units to 2 outputs."""
    return ledger(_SHAPES, _STEPS, _MEETS)

"""`Dual`: forward mode, which carries the derivative along with the value.

A dual number a + a'ε has ε² = 0, so that f(a + a'ε) = f(a) + f'(a) a'ε: one pass gives
the value and its change along one direction, and needs no graph. The price is one pass
for each direction, where reverse mode pays one for each result.
"""

import numpy as np

from chainrule import ops


@ops.operators
class Dual:
    """An array and how fast it changes: the numbers a + a'ε."""

    __slots__ = ("data", "slope")

    def __init__(self, data, slope):
        self.data = np.asarray(data)
        self.slope = np.broadcast_to(
            np.asarray(slope, self.data.dtype), self.data.shape
        )

    @staticmethod
    def record(op, args):
        """Apply an Op to the values, and its derivatives to the slopes.

        An elementwise rule reads the same in both directions. An operation that is
        linear in an argument treats its change as it treats the argument.
        """
        values = [a.data if isinstance(a, Dual) else a for a in args]
        y = op.evaluate(values)
        slope = np.zeros_like(y)
        for i, a in enumerate(args):
            if isinstance(a, Dual):
                if op.kind == "elementwise":
                    slope = slope + op.rules[i](a.slope, y, *values)
                elif op.kind == "linear":
                    slope = slope + op.evaluate(
                        [*values[:i], a.slope, *values[i + 1 :]]
                    )
                else:
                    raise TypeError(
                        f"{op.name} has no forward rule. Try transforms.jvp, which "
                        "makes one of two walks backward."
                    )
        return Dual(y, slope)

    shape = property(lambda self: self.data.shape)
    ndim = property(lambda self: self.data.ndim)
    size = property(lambda self: self.data.size)
    dtype = property(lambda self: self.data.dtype)

    def __getitem__(self, index):
        return ops.getitem(self, index)

    def __repr__(self):
        return f"Dual({self.data}, slope={self.slope})"


def derivative(f):
    """The function that computes df/dx of a function of one number, in one pass."""
    return lambda x: jvp(f, (x,), (1.0,))[1]


def jvp(f, args, tangents):
    """f(*args), and how much it changes along the tangents, in one pass: Jv."""
    floats = [np.asarray(a) * 1.0 for a in args]
    y = f(*map(Dual, floats, tangents))
    return (y.data, y.slope) if isinstance(y, Dual) else (y, np.zeros_like(y))

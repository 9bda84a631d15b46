"""`Dual`: forward mode, which carries the derivative along with the value.

A dual number a + a'ε has ε² = 0, so that f(a + a'ε) = f(a) + f'(a) a'ε: one pass gives
the value and its change along one direction, and needs no graph. The price is one pass
for each direction, where reverse mode pays one for each result.
"""

import numpy as np

from chainrule import ops

_depth = 0  # how many derivatives are being taken right now


@ops.operators
class Dual:
    """An array and how fast it changes: the numbers a + a'ε.

    Derivatives nest: each has an ε of its own, numbered by `level`, and to an inner
    one the Duals of an outer one are numbers like any other.
    """

    __slots__ = ("data", "level", "slope")

    def __init__(self, data, slope, level=0):
        self.data, self.level = _numbers(data), level
        slope = _numbers(slope, self.data.dtype)
        for a in (self.data, slope):
            if isinstance(a, Dual) and a.level >= level:
                raise TypeError(
                    "A Dual made of Duals by hand would mix up their changes. Try "
                    "derivative(derivative(f)), which keeps them apart."
                )
        if slope.shape != self.data.shape:
            slope = ops.broadcast_to(slope, self.data.shape)
        self.slope = slope

    @staticmethod
    def record(op, args):
        """Apply an Op to the values, and its derivatives to the slopes.

        An elementwise rule reads the same in both directions. An operation that is
        linear in an argument treats its change as it treats the argument.
        """
        level = max(a.level for a in args if isinstance(a, Dual))
        moving = [isinstance(a, Dual) and a.level == level for a in args]
        values = [a.data if m else a for a, m in zip(args, moving, strict=True)]
        y, slope = op(*values), 0.0
        for i, a in enumerate(args):
            if moving[i]:
                slope = slope + _change(op, i, a.slope, y, values)
        return Dual(y, slope, level)

    shape = property(lambda self: self.data.shape)
    ndim = property(lambda self: self.data.ndim)
    size = property(lambda self: self.data.size)
    dtype = property(lambda self: self.data.dtype)

    def __array__(self, dtype=None, copy=None):
        raise TypeError(
            f"NumPy would lose the slope of this Dual of shape {self.shape}. Try the "
            "operation of that name in chainrule.ops, or .data first."
        )

    def __getitem__(self, index):
        return ops.getitem(self, index)

    def __repr__(self):
        return f"Dual({self.data}, slope={self.slope})"


def derivative(f):
    """The function that computes df/dx of a function of one number, in one pass.

    `derivative(derivative(f))` is the second one.
    """
    return lambda x: jvp(f, (x,), (1.0,))[1]


def jvp(f, args, tangents):
    """f(*args), and how much it changes along the tangents, in one pass: Jv."""
    global _depth
    _depth += 1
    try:
        pairs = zip(args, tangents, strict=True)
        y = f(*(Dual(a, v, _depth) for a, v in pairs))
        if isinstance(y, Dual) and y.level == _depth:
            return y.data, y.slope
        return y, np.zeros(y.shape if isinstance(y, Dual) else np.shape(y))
    finally:
        _depth -= 1


def _change(op, i, slope, y, values):
    """How fast y changes if the i-th argument alone changes so fast."""
    rule = op.rule(i)
    if op.kind == "elementwise":
        return rule(slope, y, *values)
    if op.kind == "linear":
        return op(*values[:i], slope, *values[i + 1 :])
    raise TypeError(
        f"{op.name} has no forward rule. Try transforms.jvp, which "
        "makes one of two walks backward."
    )


def _numbers(a, dtype=None):
    """A Dual as it is, and all else as an array of floats: a slope is no integer."""
    if isinstance(a, Dual):
        return a
    a = np.asarray(a, dtype)
    if a.dtype.kind not in "fiub":
        raise TypeError(
            f"A Dual holds real numbers, not {a.dtype}. Try one kind of node "
            "throughout, or its .data."
        )
    return a if a.dtype.kind == "f" else a.astype(float)

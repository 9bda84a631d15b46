"""`Op`: a differentiable operation, which is a value and one rule per input."""

import numpy as np


class Op:
    """A differentiable operation: a name, a value, and one rule per input.

    Its kind is "elementwise" (each entry on its own), "linear" (in each input by
    itself) or "": forward mode reads rules of the first kind as they stand.
    Arguments that come after the inputs (an axis, a bound) have no rule: a gradient
    along them is refused, never left out.
    """

    __slots__ = ("kind", "name", "rules", "value")

    def __init__(self, name, value, rules, kind=""):
        self.name = name
        self.value = value
        self.rules = rules
        self.kind = kind

    def __call__(self, *args):
        for a in args:
            if hasattr(a, "record"):
                return a.record(self, args)
        return self.evaluate(args)

    def rule(self, i):
        """The rule of the i-th argument. Raises TypeError where it has none."""
        if i < len(self.rules):
            return self.rules[i]
        raise TypeError(
            f"{self.name} has no slope along its argument {i}, which would get no "
            "gradient. Try a plain number or array there, or .detach(), or the formula "
            "written out in operations that have one."
        )

    def evaluate(self, values):
        """The value on plain arrays; a misfit of shapes is told in a sentence."""
        try:
            return self.value(*values)
        except (ValueError, IndexError, OverflowError) as error:
            raise type(error)(_misfit(self.name, values, error)) from None


_REMEDY = {
    "matmul": "Try swapaxes: the first needs as many columns as the second rows.",
    "linear": "Try W of shape (out, in), with in as long as the last axis of x.",
    "reshape": "Try a shape with as many entries.",
    "getitem": "Try an index inside the shape.",
    "patches": "Try a smaller window, or padding.",
    "conv2d": "Try a smaller window, or padding.",
    "max_pool2d": "Try a smaller window.",
    "max": "Try axes that have an entry.",
    "min": "Try axes that have an entry.",
}


def _misfit(name, values, error):
    shapes = [str(v.shape) for v in values if isinstance(v, np.ndarray)]
    remedy = _REMEDY.get(name, "Try reshape, so that axes agree or have length 1.")
    if isinstance(error, OverflowError) or "Integers" in str(error):
        remedy = "Try .astype(float) first: integers can't hold the result."
    reason = str(error).rstrip(".")
    return f"{name} of shapes {' and '.join(shapes)} fails: {reason}. {remedy}"

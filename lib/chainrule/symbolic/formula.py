"""The tree and its derivative rules."""

import operator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from numbers import Real

import numpy as np

from .text import text


def _operator(symbol):
    """The method for `formula ∘ other` and its mirror for `other ∘ formula`."""
    return (
        lambda a, b: Expr(symbol, (as_expr(a), as_expr(b))),
        lambda a, b: Expr(symbol, (as_expr(b), as_expr(a))),
    )


@dataclass(frozen=True, slots=True, repr=False)
class Expr:
    """A formula: an operation and what it is applied to; it never changes.

    Calling it with a number or an array for each variable gives its value. `size`
    counts its nodes.
    """

    op: str
    args: tuple["Expr | float | str", ...]
    size: int = field(init=False, compare=False)

    def __post_init__(self):
        nodes = 1 if self.is_leaf else 1 + sum(a.size for a in self.args)
        object.__setattr__(self, "size", nodes)

    @property
    def is_leaf(self):
        return self.op in ("number", "variable")

    def diff(self, x):
        """The formula of the slope along the variable x, just as the rules build it."""
        if not isinstance(x, Expr) or x.op != "variable":
            raise TypeError(
                f'diff: {x!r} is no variable. Try f.diff(x) with x = var("x").'
            )
        if self.is_leaf:
            return _ONE if self == x else _ZERO
        _, *rules = RULES[self.op]
        paths = [
            _times(as_expr(rule(self, *self.args)), inner)
            for rule, inner in zip(rules, [a.diff(x) for a in self.args], strict=True)
            if inner != _ZERO
        ]
        return reduce(operator.add, paths) if paths else _ZERO

    def simplify(self):
        """An equal formula, never longer: like terms gathered, numbers worked out."""
        from .simplify import simplify  # which builds Exprs, so it imports this module

        return simplify(self)

    def __call__(self, **values):
        return self._value({name: _floating(v) for name, v in values.items()})

    def _value(self, values):
        if self.op == "number":
            (c,) = self.args
            return float(c) if isinstance(c, Fraction) else c
        if self.op == "variable":
            (name,) = self.args
            if name not in values:
                raise TypeError(f"{name} has no value. Try f({name}=...).")
            return values[name]
        apply, *_ = RULES[self.op]
        return apply(*(a._value(values) for a in self.args))

    def __str__(self):
        return text(self)

    __repr__ = __str__
    __array_ufunc__ = None  # so that numpy's numbers leave `2.0 * x` to us
    __add__, __radd__ = _operator("+")
    __sub__, __rsub__ = _operator("-")
    __mul__, __rmul__ = _operator("*")
    __truediv__, __rtruediv__ = _operator("/")
    __pow__, __rpow__ = _operator("**")

    def __neg__(self):
        return Expr("neg", (self,))

    def _undecided(self, *_):
        raise TypeError(
            f"{self} is a formula without a value, so no loop or branch can depend on "
            "it. Try a scalar.Value, which records the path that its number takes."
        )

    __lt__ = __le__ = __gt__ = __ge__ = __abs__ = __bool__ = _undecided


def as_expr(u):
    """u itself if it is a formula, else the formula that is the number u."""
    if isinstance(u, Expr):
        return u
    if not isinstance(u, Real):
        raise TypeError(
            f"A formula holds variables and numbers, not {type(u).__name__}. "
            'Try var("x"), and give its value later: f(x=...).'
        )
    return Expr("number", (u.item() if isinstance(u, np.generic) else u,))


_ZERO, _ONE = as_expr(0), as_expr(1)


def _times(local, inner):
    if local == _ONE:
        return inner
    return local if inner == _ONE else local * inner


def var(name):
    """A variable: the formula that is only a name."""
    return Expr("variable", (name,))


def _function(name):
    def apply(u):
        return Expr(name, (as_expr(u),))

    apply.__name__, apply.__doc__ = name, f"The formula {name}(u)."
    return apply


def _power_slope(y, a, b):
    """b·aᵇ⁻¹, and 0 for a power that is always 0; a variable one is NaN at 0⁰."""
    return _ZERO if b.simplify() == _ZERO else b * a ** (b - 1)


def _exponent_slope(y, a, b):
    """log(a)·aᵇ, which is 0 where aᵇ is, though log(a) has no end there."""
    positive = a.op == "number" and a.args[0] > 0
    return log(a) * y if positive else Expr("0*", (log(a), y))


def _nought_wins(a, b):
    with np.errstate(invalid="ignore"):
        return np.where(b == 0, 0.0, a * b)[()]


sin, cos, exp = _function("sin"), _function("cos"), _function("exp")
log, sqrt, tanh = _function("log"), _function("sqrt"), _function("tanh")

# y = f(a, b): how to compute y, then dy/da, then dy/db
RULES = {
    "+": (operator.add, lambda y, a, b: 1, lambda y, a, b: 1),
    "-": (operator.sub, lambda y, a, b: 1, lambda y, a, b: -1),
    "*": (operator.mul, lambda y, a, b: b, lambda y, a, b: a),
    "/": (operator.truediv, lambda y, a, b: 1 / b, lambda y, a, b: -y / b),
    "**": (operator.pow, _power_slope, _exponent_slope),
    "0*": (_nought_wins, lambda y, a, b: b, lambda y, a, b: a),
    "neg": (operator.neg, lambda y, a: -1),
    "sin": (np.sin, lambda y, a: cos(a)),
    "cos": (np.cos, lambda y, a: -sin(a)),
    "exp": (np.exp, lambda y, a: y),
    "log": (np.log, lambda y, a: 1 / a),
    "sqrt": (np.sqrt, lambda y, a: 1 / (2 * y)),
    "tanh": (np.tanh, lambda y, a: 1 - y**2),
}


def _floating(value):
    value = np.asarray(value)
    return (value if value.dtype.kind in "fc" else value.astype(np.float64))[()]

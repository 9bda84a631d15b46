"""Formulas as one writes them: x·sin(5x), 3x² + 6x, 1/(2·sqrt(x))."""

from fractions import Fraction

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SIGNS = {"+": " + ", "-": " − ", "/": "/"}
_TIMES = ("*", "0*")
_BINDS = {"+": 1, "-": 1, "neg": 2, "*": 2, "0*": 2, "/": 2, "**": 3}
_ATOM = 4


def text(e):
    """The formula on one line, with no more parentheses than it needs."""
    if e.op == "number":
        return str(e.args[0]).replace("-", "−")
    if e.op == "variable":
        return e.args[0]
    if e.op == "neg":
        return "−" + _inner(e.args[0], 2)
    if e.op == "**":
        return _power(*e.args)
    if e.op not in _BINDS:
        return f"{e.op}({text(e.args[0])})"
    left, right = e.args
    level = _BINDS[e.op]
    first = text(left) if _binding(left) >= level else f"({text(left)})"
    second = _inner(right, level + (e.op not in ("+", *_TIMES)))
    sign = _dot(left, right, second) if e.op in _TIMES else _SIGNS[e.op]
    return first + sign + second


def _power(base, exponent):
    below = _inner(base, _ATOM)
    if exponent.op == "number" and isinstance(exponent.args[0], int):
        return below + str(exponent.args[0]).translate(_SUPERSCRIPTS)
    return f"{below}^{_inner(exponent, _ATOM)}"


def _dot(left, right, second):
    """Nothing between a number and a letter or a parenthesis, else a dot."""
    base = right.args[0] if right.op == "**" else right
    close = base.op == "variable" or second.startswith("(")
    return "" if left.op == "number" and close else "·"


def _inner(e, level):
    """e where something stands before it, so that a minus needs a parenthesis."""
    inside = text(e)
    bare = _binding(e) >= level and not inside.startswith("−")
    return inside if bare else f"({inside})"


def _binding(e):
    if e.op == "number" and isinstance(e.args[0], Fraction):
        return _BINDS["/"]
    return _BINDS.get(e.op, _ATOM)

"""Gathering: a formula as a sum of terms, each a number times powers of formulas.

A term's powers are a dict {base: exponent}; a sum is a dict {powers: coefficient}, its
keys frozen. x·x then meets x² and 2x meets 3x by being the same key.
"""

import operator
from fractions import Fraction
from functools import reduce

from .formula import Expr, as_expr

_HALF = Fraction(1, 2)
_MOST_TERMS = 256  # multiplying out (x + y)⁵⁰ would simplify nothing
_EXACT = {("sin", 0): 0, ("cos", 0): 1, ("exp", 0): 1, ("log", 1): 0, ("tanh", 0): 0}


def simplify(e):
    """The shortest of: e multiplied out, e gathered into factors, and e as it is."""
    candidates = _sum(_terms(e)), _product(*_factors(e)), e
    return min(candidates, key=operator.attrgetter("size"))


def _terms(e):
    """e as {powers: coefficient}."""
    if e.op in ("+", "-"):
        left, right = map(_terms, e.args)
        return _gather(left, right, 1 if e.op == "+" else -1)
    coefficient, powers = _factors(e)
    terms = {frozenset(): coefficient}
    for base, n in powers.items():
        factor, times = {frozenset({(base, n)}): 1}, 1
        if base.op in ("+", "-") and isinstance(n, int) and 0 < n < _MOST_TERMS:
            out = _terms(base)
            if len(terms) * len(out) ** n <= _MOST_TERMS:
                factor, times = out, n
        for _ in range(times):
            terms = _multiplied(terms, factor)
    return {powers: c for powers, c in terms.items() if c != 0}


def _factors(e):
    """e as a coefficient and {base: exponent}."""
    if e.op == "number":
        return e.args[0], {}
    if e.op == "neg":
        coefficient, powers = _factors(*e.args)
        return -coefficient, powers
    if e.op in ("*", "/"):
        (a, left), (b, right) = map(_factors, e.args)
        if e.op == "*":
            return a * b, _gather(left, right)
        if b == 0:
            raise ZeroDivisionError(
                f"simplify: {e} divides by {e.args[1]}, which is zero. "
                "Try a formula that has a value somewhere."
            )
        return _ratio(a, b), _gather(left, right, -1)
    if e.op == "sqrt":
        return _raised(e.args[0], _HALF)
    if e.op == "**":
        exponent = simplify(e.args[1])
        if exponent.op == "number":
            return _raised(e.args[0], exponent.args[0])
    if e.op in ("+", "-"):
        total = _sum(_terms(e))
        return (1, {total: 1}) if total.op in ("+", "-") else _factors(total)
    return _applied(e)


def _applied(e):
    """A variable or a function's value: simpler inside, and itself a base."""
    if e.op == "variable":
        return 1, {e: 1}
    inside = tuple(map(simplify, e.args))
    if inside[0].op == "number" and (e.op, inside[0].args[0]) in _EXACT:
        return _EXACT[e.op, inside[0].args[0]], {}
    return 1, {Expr(e.op, inside): 1}


def _raised(base, n):
    """base to the number n; √x² stays, for it is |x|."""
    coefficient, powers = _factors(base)
    if n % 1 == 0:
        n = int(n)
        if coefficient == 0 and n < 0:
            raise ZeroDivisionError(
                f"simplify: {base} is zero, and is raised to the power {n}. "
                "Try a formula that has a value somewhere."
            )
        power = coefficient**n if n >= 0 else _ratio(1, coefficient**-n)
        return power, {b: k * n for b, k in powers.items() if n}
    if not powers and coefficient in (0, 1) and n > 0:
        return coefficient, {}
    return 1, {_product(coefficient, powers): n}


def _gather(left, right, sign=1):
    total = dict(left)
    for key, n in right.items():
        total[key] = _whole(total.get(key, 0) + sign * n)
    return {key: n for key, n in total.items() if n != 0}


def _multiplied(left, right):
    product = {}
    for p, a in left.items():
        for q, b in right.items():
            key = frozenset(_gather(dict(p), dict(q)).items())
            product[key] = _whole(product.get(key, 0) + a * b)
    return product


def _sum(terms):
    """The formula of a sum, highest degree first."""
    total = None
    for powers, c in sorted(terms.items(), key=lambda term: -_degree(term[0])):
        if total is None:
            total = _product(c, dict(powers))
        elif c < 0:
            total = total - _product(-c, dict(powers))
        else:
            total = total + _product(c, dict(powers))
    return as_expr(0) if total is None else total


def _degree(powers):
    return sum(n for base, n in powers if base.op == "variable")


def _product(c, powers):
    """The formula of a term: number, variables, the rest; negative powers below."""
    if c == 0:
        return as_expr(0)
    ordered = sorted(powers.items(), key=lambda p: (p[0].op != "variable", str(p[0])))
    above = [_power(base, n) for base, n in ordered if n > 0]
    below = [_power(base, -n) for base, n in ordered if n < 0]
    over, under = (c.numerator, c.denominator) if isinstance(c, Fraction) else (c, 1)
    if abs(over) != 1 or not above:
        above.insert(0, as_expr(over))
    if under != 1:
        below.insert(0, as_expr(under))
    result = reduce(operator.mul, above)
    if below:
        result = result / reduce(operator.mul, below)
    return -result if over == -1 and above[0] != as_expr(-1) else result


def _power(base, n):
    if n == 1:
        return base
    return Expr("sqrt", (base,)) if n == _HALF else base**n


def _ratio(a, b):
    return _whole(Fraction(1) * a / b)


def _whole(c):
    return c.numerator if isinstance(c, Fraction) and c.denominator == 1 else c

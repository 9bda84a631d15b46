"""Formulas that differentiate themselves: exact, readable, without loops or branches.

A formula is a tree. Its derivative is another tree, built by one rule per operation and
the chain rule; a product's rule copies both factors, which is why derivatives swell.
"""

from .formula import RULES, Expr, cos, exp, log, sin, sqrt, tanh, var

__all__ = ["RULES", "Expr", "cos", "exp", "log", "sin", "sqrt", "tanh", "var"]

"""Gradients you can read: a graph, its backprop, and the judge that believes them."""

from importlib import import_module

_HOME = {
    "Value": "scalar",
    "Tensor": "tensor",
    "check": "questions",
    "check_all": "questions",
    "hint": "questions",
    "numbers": "questions",
}
__version__ = "0.1.0"


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"chainrule has no {name!r}.")
    return getattr(import_module(f"chainrule.{_HOME[name]}"), name)

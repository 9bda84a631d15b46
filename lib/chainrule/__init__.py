"""Gradients you can read: a graph, its backprop, and the judge that believes them."""

from importlib import import_module

from numpy import __version__ as _numpy

_HOME = {
    "Value": "scalar",
    "Tensor": "tensor",
    "check": "questions",
    "check_all": "questions",
    "hint": "questions",
    "numbers": "questions",
}
__version__ = "0.1.0"

if int(_numpy.partition(".")[0]) < 2:  # which nothing checks where it came --no-deps
    raise ImportError(
        f"chainrule needs NumPy 2 and found {_numpy}. Try pip install 'numpy>=2', then "
        "restart the kernel."
    )


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"chainrule has no {name!r}.")
    return getattr(import_module(f"chainrule.{_HOME[name]}"), name)

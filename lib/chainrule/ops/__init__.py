"""The derivative table: what each operation computes, and per input one rule.

A rule answers one question. If the loss changes by g per unit of the result y, by how
much does it change per unit of this input? It is called as rule(g, y, *args), and is
written with operators and with operations of this table only. So the same line runs on
arrays, which is fast, and on Tensors, which records it: gradients of gradients.

Given plain arrays an operation returns a plain array. An argument that can `record`
(a Tensor, a Dual) takes over. The table stands above `tensor` in the reading order and
knows nothing of it, so that a Tensor can be born with all its operators.
Rules ignore broadcasting: whoever calls them sums a gradient back to its input's shape.
"""

# ruff: noqa: F401 (the names of the table, from the files that hold them)
import operator

from chainrule.ops.convolution import conv2d, conv_transpose2d
from chainrule.ops.elementwise import (
    abs,
    add,
    clip,
    cos,
    div,
    exp,
    gelu,
    identity,
    leaky_relu,
    log,
    maximum,
    minimum,
    mul,
    neg,
    power,
    relu,
    sigmoid,
    sign,
    sin,
    softplus,
    sqrt,
    sub,
    tanh,
    where,
)
from chainrule.ops.precision import astype, floats
from chainrule.ops.products import linear, matmul, one_hot, softmax_cross_entropy
from chainrule.ops.shapes import (
    broadcast_to,
    concatenate,
    gather,
    getitem,
    pad,
    reshape,
    stack,
    swapaxes,
    transpose,
)
from chainrule.ops.sums import logsumexp, max, mean, min, normalize, sum, var
from chainrule.ops.table import Op
from chainrule.ops.windows import avg_pool2d, max_pool2d, patches

_METHODS = [abs, astype, broadcast_to, clip, cos, exp, gelu, leaky_relu, log, logsumexp]
_METHODS += [max, mean, min, relu, reshape, sigmoid, sin, softplus, sqrt, sum, swapaxes]
_METHODS += [tanh, transpose, var]
_BINARY = {"add": add, "sub": sub, "mul": mul, "truediv": div, "pow": power}
_BINARY["matmul"] = matmul
# What NumPy calls otherwise.
_NUMPYS = {"multiply": mul, "subtract": sub, "divide": div}
_NUMPYS |= {"negative": neg, "absolute": abs}
_COMPARISONS = {"equal": "eq", "not_equal": "ne", "less": "lt", "less_equal": "le"}
_COMPARISONS |= {"greater": "gt", "greater_equal": "ge"}


def operators(cls):
    """Give a class that can `record` the operators, and the operations as methods.

    Comparisons look at the numbers and record nothing: they give arrays of bools.
    """
    for method in _METHODS:
        setattr(cls, method.__name__, method)
    cls.__neg__, cls.__abs__, cls.T = neg, abs, property(transpose)
    for name, op in _BINARY.items():
        setattr(cls, f"__{name}__", op)
        setattr(cls, f"__r{name}__", lambda self, other, op=op: op(other, self))
    for name in _COMPARISONS.values():
        setattr(cls, f"__{name}__", _comparison(getattr(operator, name)))
    cls.__hash__ = object.__hash__  # a node of a graph is itself, whatever it holds
    cls.__array_ufunc__ = _instead_of_ufuncs
    cls.__array_function__ = _instead_of_numpys
    return cls


def _instead_of_numpys(self, function, types, args, kwargs):
    """np.sum(x) is the table's sum, and so for each name that it has."""
    ours = globals().get(function.__name__, function._implementation)
    return ours(*args, **kwargs)


def _instead_of_ufuncs(self, ufunc, method, *args, **kwargs):
    """np.exp(x) and array * x, which is NumPy's multiply, are the table's as well."""
    name = ufunc.__name__
    out = kwargs.pop("out", args[:1])  # array += x: the name gets the new node
    if name in _COMPARISONS:
        return getattr(operator, _COMPARISONS[name])(*map(_numbers, args))
    ours = _NUMPYS.get(name) or globals().get(name)
    if ours is None or method != "__call__" or kwargs or out[0] is not args[0]:
        raise TypeError(
            f"np.{name} would lose what a {type(self).__name__} keeps besides its "
            "numbers. Try operations of chainrule.ops, or .data for the numbers alone."
        )
    return ours(*args)


def _numbers(a):
    return a.data if hasattr(a, "record") else a


def _comparison(compare):
    def method(self, other):
        return compare(self.data, _numbers(other))

    return method

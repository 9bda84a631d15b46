"""Operations that treat each entry on its own, each with its derivative beside it."""

import operator

import numpy as np

from chainrule.ops.precision import floats
from chainrule.ops.table import Op


def elementwise(name, value, *rules):
    """A function that applies one Op to arrays, or records it on Tensors."""
    op = Op(name, value, rules, "elementwise")

    def call(*args):
        return op(*args)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"{name}, entry by entry."
    return call


# ---- two numbers -------- y = f(a, b) ------ g dy/da ------------ g dy/db ----------
add = elementwise("add", np.add, lambda g, y, a, b: g, lambda g, y, a, b: g)
sub = elementwise("sub", np.subtract, lambda g, y, a, b: g, lambda g, y, a, b: -g)
mul = elementwise(
    "mul", np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * a
)
div = elementwise(
    "div", np.divide, lambda g, y, a, b: g / b, lambda g, y, a, b: -g * (y / b)
)
# b = 0 makes the slope 0 even at a = 0, and a = 0 makes that of the exponent 0.
power = elementwise(
    "power",
    operator.pow,
    lambda g, y, a, b: g * (b * a ** (b - 1 + (b == 0))),
    lambda g, y, a, b: g * (y * log(a + (a == 0))),
)
# Where both are equal each gets half, as torch.maximum has it; NaN is never less.
maximum = elementwise(
    "maximum",
    np.maximum,
    lambda g, y, a, b: _shared(g, a < b, a <= b),
    lambda g, y, a, b: _shared(g, b < a, b <= a),
)
minimum = elementwise(
    "minimum",
    np.minimum,
    lambda g, y, a, b: _shared(g, a > b, a >= b),
    lambda g, y, a, b: _shared(g, b > a, b >= a),
)


def _shared(g, beaten, beaten_or_equal):
    return where(beaten, 0, g) * 0.5 + where(beaten_or_equal, 0, g) * 0.5


# ---- one number ------------------------------------------------- g dy/dx ----------
def curve(name, value, rule):
    """An operation that has no whole numbers: of small ones NumPy makes halves."""
    return elementwise(name, lambda x: value(floats(x)), rule)


def _sigmoid(x):
    small = np.exp(-np.abs(x))  # never overflows, whatever the sign
    return np.where(x >= 0, 1.0, small) / (1 + small)


def _softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


identity = elementwise("identity", lambda x: x, lambda g, y, x: g)
neg = elementwise("neg", operator.neg, lambda g, y, x: -g)
exp = curve("exp", np.exp, lambda g, y, x: g * y)
log = curve("log", np.log, lambda g, y, x: g / x)
sqrt = curve("sqrt", np.sqrt, lambda g, y, x: g / (2 * y))
sin = curve("sin", np.sin, lambda g, y, x: g * cos(x))
cos = curve("cos", np.cos, lambda g, y, x: -g * sin(x))
tanh = curve("tanh", np.tanh, lambda g, y, x: g * (1 - y * y))
sigmoid = curve("sigmoid", _sigmoid, lambda g, y, x: g * (y * (1 - y)))
softplus = curve("softplus", _softplus, lambda g, y, x: g * sigmoid(x))
# At exactly 0 relu and abs have slope 0, as torch has it. Multiplying by the mask
# beats np.where by far, and keeps float32; the price is NaN where g is infinite.
relu = elementwise("relu", lambda x: np.maximum(x, 0), lambda g, y, x: g * ~(x <= 0))
abs = elementwise("abs", np.abs, lambda g, y, x: g * sign(x))
sign = elementwise("sign", np.sign, lambda g, y, x: g * 0)


def leaky_relu(x, slope=0.01):
    """x where it is positive, slope * x elsewhere."""
    return where(x > 0, x, slope * x)


def gelu(x):
    """x times the chance that a normal number is below x, in its tanh form.

    Hendrycks & Gimpel 2016; torch's gelu(approximate="tanh").
    """
    u = clip(x, -20.0, 20.0)  # beyond, tanh is 1, and a cube would only overflow
    return 0.5 * x * (1 + tanh(0.7978845608028654 * (u + 0.044715 * u * u * u)))


def clip(x, low=-np.inf, high=np.inf):
    """x held between two numbers; the slope is 1 at both ends, as torch.clamp's.

    The numbers themselves take no gradient: minimum and maximum have one for both.
    """
    return _clip(x, low, high)


def where(condition, a, b):
    """a where the condition holds and b elsewhere."""
    return _where(a, b, condition)


_clip = Op(
    "clip",
    np.clip,
    (lambda g, y, x, low, high: where((x >= low) & (x <= high), g, 0),),
    "elementwise",
)
# A product with the mask would turn an infinite g on the other branch into nan.
_where = Op(
    "where",
    lambda a, b, c: np.where(c, a, b),
    (lambda g, y, a, b, c: where(c, g, 0), lambda g, y, a, b, c: where(c, 0, g)),
    "elementwise",
)

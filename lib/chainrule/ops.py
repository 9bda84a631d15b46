"""The derivative table: what each operation computes, and per input one rule.

A rule answers one question. If the loss changes by g per unit of the result y, by how
much does it change per unit of this input? It is called as rule(g, y, *inputs), and is
written with operators and with operations of this table only. So the same line runs on
arrays, which is fast, and on Tensors, which records it: gradients of gradients.

Given plain arrays an operation returns a plain array. An argument that can `record`
(a Tensor, a Dual) takes over: this module stands above `tensor` in the reading order
and knows nothing of it, so that a Tensor can be born with all its operators.
Rules ignore broadcasting; whoever calls them sums a gradient back to its input's shape.
One table reads better than three, so this module is longer than the others.
"""

import operator

import numpy as np


class Op:
    """A differentiable operation: a name, a value, and one rule per input."""

    __slots__ = ("elementwise", "name", "rules", "value")

    def __init__(self, name, value, rules, elementwise=False):
        self.name = name
        self.value = value
        self.rules = rules
        self.elementwise = elementwise

    def __call__(self, *args):
        for a in args:
            if hasattr(a, "record"):
                return a.record(self, args)
        return self.evaluate(args)

    def evaluate(self, values):
        """The value on plain arrays; a misfit of shapes is told in a sentence."""
        try:
            return self.value(*values)
        except (ValueError, IndexError) as error:
            raise type(error)(_misfit(self.name, values, error)) from None


def elementwise(name, value, *rules):
    """A function that calls an Op which treats each entry on its own."""
    op = Op(name, value, rules, elementwise=True)

    def call(*args):
        return op(*args)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"{name}, entry by entry."
    return call


# ---- two numbers -------- y = f(a, b) ------ g dy/da ------------ g dy/db ----------
add = elementwise("add", operator.add, lambda g, y, a, b: g, lambda g, y, a, b: g)
sub = elementwise("sub", operator.sub, lambda g, y, a, b: g, lambda g, y, a, b: -g)
mul = elementwise(
    "mul", operator.mul, lambda g, y, a, b: g * b, lambda g, y, a, b: g * a
)
div = elementwise(
    "div", operator.truediv, lambda g, y, a, b: g / b, lambda g, y, a, b: -g * y / b
)
# b = 0 makes the slope 0 even at a = 0, and a = 0 makes that of the exponent 0.
power = elementwise(
    "power",
    operator.pow,
    lambda g, y, a, b: g * b * a ** (b - 1 + (b == 0)),
    lambda g, y, a, b: g * y * log(a + (a == 0)),
)
# Where both are equal each gets half, as torch.maximum has it.
maximum = elementwise(
    "maximum",
    np.maximum,
    lambda g, y, a, b: (g * (a >= b) + g * (a > b)) * 0.5,
    lambda g, y, a, b: (g * (b >= a) + g * (b > a)) * 0.5,
)
minimum = elementwise(
    "minimum",
    np.minimum,
    lambda g, y, a, b: (g * (a <= b) + g * (a < b)) * 0.5,
    lambda g, y, a, b: (g * (b <= a) + g * (b < a)) * 0.5,
)


# ---- one number ------------------------------------------------- g dy/dx ----------
def _sigmoid(x):
    small = np.exp(-np.abs(x))  # never overflows, whatever the sign
    return np.where(x >= 0, 1.0, small) / (1 + small)


def _softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


neg = elementwise("neg", operator.neg, lambda g, y, x: -g)
exp = elementwise("exp", np.exp, lambda g, y, x: g * y)
log = elementwise("log", np.log, lambda g, y, x: g / x)
sqrt = elementwise("sqrt", np.sqrt, lambda g, y, x: g / (2 * y))
sin = elementwise("sin", np.sin, lambda g, y, x: g * cos(x))
cos = elementwise("cos", np.cos, lambda g, y, x: -g * sin(x))
tanh = elementwise("tanh", np.tanh, lambda g, y, x: g * (1 - y * y))
sigmoid = elementwise("sigmoid", _sigmoid, lambda g, y, x: g * (y * (1 - y)))
softplus = elementwise("softplus", _softplus, lambda g, y, x: g * sigmoid(x))
# At exactly 0 relu and abs have slope 0, as torch has it. Multiplying by the mask
# beats np.where by far, and keeps float32.
relu = elementwise("relu", lambda x: np.maximum(x, 0), lambda g, y, x: g * (x > 0))
abs = elementwise("abs", np.abs, lambda g, y, x: g * sign(x))
sign = elementwise("sign", np.sign, lambda g, y, x: g * 0)


def leaky_relu(x, slope=0.01):
    """x where it is positive, slope * x elsewhere."""
    return where(x > 0, x, slope * x)


def gelu(x):
    """x times the chance that a normal number is below x, in its tanh form.

    Hendrycks & Gimpel 2016; torch's gelu(approximate="tanh").
    """
    return 0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))


def clip(x, low=-np.inf, high=np.inf):
    """x held between two numbers; the slope is 1 at both ends, as torch.clamp's."""
    return _clip(x, low, high)


def where(condition, a, b):
    """a where the condition holds and b elsewhere."""
    return _where(condition, a, b)


_clip = Op(
    "clip", np.clip, (lambda g, y, x, low, high: g * ((x >= low) & (x <= high)),), True
)
# A product with the mask would turn an infinite g on the other branch into nan.
_where = Op(
    "where",
    np.where,
    (None, lambda g, y, c, a, b: where(c, g, 0), lambda g, y, c, a, b: where(c, 0, g)),
    True,
)


# ---- sums over axes: an axis is an int, a tuple of ints, or None for all -------------
def sum(x, axis=None, keepdims=False):
    """The sum over the axes."""
    return _sum(x, axis, keepdims)


def mean(x, axis=None, keepdims=False):
    """The mean over the axes."""
    return _mean(x, axis, keepdims)


def var(x, axis=None, keepdims=False, ddof=0):
    """The mean squared distance from the mean; ddof=1 divides by n - 1, not n."""
    return _var(x, axis, keepdims, ddof)


def max(x, axis=None, keepdims=False):
    """The largest entry; equal ones share its gradient equally, as in torch.amax."""
    return _max(x, axis, keepdims)


def min(x, axis=None, keepdims=False):
    """The smallest entry; equal ones share its gradient equally, as in torch.amin."""
    return _min(x, axis, keepdims)


def logsumexp(x, axis=None, keepdims=False):
    """log(sum(exp(x))), the smooth maximum, without overflow: its slope is softmax."""
    return _logsumexp(x, axis, keepdims)


def normalize(x, axis, eps):
    """x with mean 0 and (biased) variance 1 over the axes: the heart of the norms."""
    return _normalize(x, axis, eps)


def _back(a, x, axis):
    """A result with its summed axes back, each of length 1, to broadcast with x."""
    if axis is None:
        return a.reshape((1,) * x.ndim)
    gone = {i % x.ndim for i in (axis if isinstance(axis, tuple) else (axis,))}
    return a.reshape(tuple(1 if i in gone else n for i, n in enumerate(x.shape)))


def _count(y, x):
    return x.size // y.size


def _max_rule(g, y, x, axis, keepdims):
    ties = x == _back(y, x, axis)
    share = ties / ties.sum(axis, keepdims=True)
    return _back(g, x, axis) * share.astype(x.dtype)


def _var_rule(g, y, x, axis, keepdims, ddof):
    slope = (x - mean(x, axis, True)) * (2 / (_count(y, x) - ddof))
    return _back(g, x, axis) * slope


def _normalize_rule(g, y, x, axis, eps):
    centred = g - mean(g, axis, True) - y * mean(g * y, axis, True)
    return centred / sqrt(var(x, axis, True) + eps)


def _logsumexp_of(x, axis, keepdims):
    top = x.max(axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)  # all -inf, or a +inf: leave it to exp
    with np.errstate(divide="ignore", over="ignore"):
        y = top + np.log(np.exp(x - top).sum(axis, keepdims=True))
    return y if keepdims else y.squeeze(axis)


_sum = Op(
    "sum",
    lambda x, axis, keepdims: x.sum(axis, keepdims=keepdims),
    (lambda g, y, x, axis, keepdims: broadcast_to(_back(g, x, axis), x.shape),),
)
_mean = Op(
    "mean",
    lambda x, axis, keepdims: x.mean(axis, keepdims=keepdims),
    (
        lambda g, y, x, axis, keepdims: broadcast_to(
            _back(g / _count(y, x), x, axis), x.shape
        ),
    ),
)
_var = Op(
    "var",
    lambda x, axis, keepdims, ddof: x.var(axis, keepdims=keepdims, ddof=ddof),
    (_var_rule,),
)
_max = Op("max", lambda x, axis, keepdims: x.max(axis, keepdims=keepdims), (_max_rule,))
_min = Op("min", lambda x, axis, keepdims: x.min(axis, keepdims=keepdims), (_max_rule,))
_logsumexp = Op(
    "logsumexp",
    _logsumexp_of,
    (lambda g, y, x, axis, keepdims: _back(g, x, axis) * exp(x - _back(y, x, axis)),),
)
_normalize = Op(
    "normalize",
    lambda x, axis, eps: (
        (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + eps)
    ),
    (_normalize_rule,),
)


# ---- shapes: the rule takes the gradient back to where the entries came from ---------
def reshape(x, *shape):
    """The same entries in another shape; one axis may be -1."""
    return _reshape(x, shape[0] if isinstance(shape[0], tuple | list) else shape)


def transpose(x, *axes):
    """The axes in another order, reversed if none is given."""
    axes = axes[0] if axes and isinstance(axes[0], tuple | list) else axes
    return _transpose(x, tuple(a % x.ndim for a in axes) or None)


def swapaxes(x, a, b):
    """Two axes exchanged."""
    return _swapaxes(x, a, b)


def broadcast_to(x, shape):
    """x repeated along the axes it lacks, or has with length 1."""
    return _broadcast_to(x, shape)


def concatenate(parts, axis=0):
    """Several arrays one after the other along an axis they have."""
    ends = np.cumsum([part.shape[axis] for part in parts]).tolist()

    def share(start, end):
        def rule(g, y, *parts):
            cut = [slice(None)] * g.ndim
            cut[axis] = slice(start, end)
            return g[tuple(cut)]

        return rule

    rules = [share(*ends_of) for ends_of in zip([0, *ends], ends, strict=False)]
    return Op("concatenate", lambda *parts: np.concatenate(parts, axis), rules)(*parts)


def stack(parts, axis=0):
    """Several arrays of one shape side by side along a new axis."""
    axis %= parts[0].ndim + 1
    shape = (*parts[0].shape[:axis], 1, *parts[0].shape[axis:])
    return concatenate([part.reshape(shape) for part in parts], axis)


def getitem(x, index):
    """x[index], with slices, numbers, masks or arrays of positions."""
    return _getitem(x, index)


def gather(x, index, axis=-1):
    """For each entry of index, the entry of x at that position of the axis."""
    grid = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    grid[axis] = index
    return getitem(x, tuple(grid))


def pad(x, widths, value=0.0):
    """x with a border: widths holds one pair (before, after) for each axis."""
    return _pad(x, tuple(map(tuple, widths)), value)


def astype(x, dtype):
    """x in another float type; its gradient comes back in the type of x."""
    return _astype(x, dtype)


def _repeat(x, shape):
    y = np.empty(shape, x.dtype)
    y[...] = x
    return y


def _scatter(g, index, shape):
    """Zeros of this shape with g added at the index, once for each time it is named."""
    y = np.zeros(shape, g.dtype)
    parts = index if isinstance(index, tuple) else (index,)
    if all(i is None or i is ... or isinstance(i, int | slice) for i in parts):
        y[index] = g  # a slice names no entry twice
    else:
        np.add.at(y, index, g)
    return y


def _inside(shape, widths):
    return tuple(
        slice(before, before + n) for n, (before, _) in zip(shape, widths, strict=True)
    )


def _framed(x, widths, value):
    shape = [
        n + before + after for n, (before, after) in zip(x.shape, widths, strict=True)
    ]
    y = np.full(shape, value, x.dtype)
    y[_inside(x.shape, widths)] = x
    return y


_reshape = Op("reshape", np.reshape, (lambda g, y, x, shape: g.reshape(x.shape),))
_transpose = Op(
    "transpose",
    np.transpose,
    (
        lambda g, y, x, axes: (
            g.transpose() if axes is None else g.transpose(tuple(np.argsort(axes)))
        ),
    ),
)
_swapaxes = Op("swapaxes", np.swapaxes, (lambda g, y, x, a, b: g.swapaxes(a, b),))
_broadcast_to = Op("broadcast_to", _repeat, (lambda g, y, x, shape: g,))
_getitem = Op(
    "getitem", operator.getitem, (lambda g, y, x, index: _put(g, index, x.shape),)
)
_put = Op("put", _scatter, (lambda g, y, x, index, shape: g[index],))
_pad = Op("pad", _framed, (lambda g, y, x, widths, value: g[_inside(x.shape, widths)],))
_astype = Op("astype", lambda x, dtype: x.astype(dtype), (lambda g, y, x, dtype: g,))


# ---- products of matrices ------------------------------------------------------------
def matmul(a, b):
    """The matrix product over the last two axes; 1-D means a row or a column."""
    return _matmul(a, b)


def linear(x, w, b=None):
    """x Wᵀ + b in one step: x (..., in), W (out, in), b (out,), as in torch."""
    return _linear(x, w, b)


def softmax_cross_entropy(logits, targets):
    """The mean over rows of -log softmax(logits)[target], stable at any size.

    logits (n, classes); targets (n,) of class numbers, or (n, classes) of
    probabilities, which take no gradient.
    """
    targets = np.asarray(targets)
    if targets.ndim == 1:
        targets = (targets[:, None] == np.arange(logits.shape[1])).astype(logits.dtype)
    return mean(_cross_entropy(logits, targets))


def _columns(g, a, b):
    """A 1-D a as a row, a 1-D b as a column, and g as their product has it."""
    if b.ndim == 1:
        b, g = b[:, None], g[..., None]
    if a.ndim == 1:
        a, g = a[None, :], g[..., None, :]
    return g, a, b


def _matmul_rule_a(g, y, a, b):
    g, _, b = _columns(g, a, b)
    return g @ b.swapaxes(-1, -2)


def _matmul_rule_b(g, y, a, b):
    g, a, columns = _columns(g, a, b)
    product = a.swapaxes(-1, -2) @ g
    return product if columns is b else product[..., 0]


def _affine(x, w, b):
    y = x @ w.T
    return y if b is None else y + b


def _rows(a):
    return a.reshape(-1, a.shape[-1])


def _sum_of_rows(g):
    # A product with ones is several times faster than a sum over the first axis.
    return np.ones(len(g), g.dtype) @ g


def _cross_entropy_of(x, t):
    return _logsumexp_of(x, -1, False) - (t * x).sum(-1)


_matmul = Op("matmul", operator.matmul, (_matmul_rule_a, _matmul_rule_b))
_linear = Op(
    "linear",
    _affine,
    (
        lambda g, y, x, w, b: g @ w,
        lambda g, y, x, w, b: _rows(g).transpose() @ _rows(x),
        lambda g, y, x, w, b: _sum_of_rows(_rows(g)),
    ),
)
# The row's logsumexp is its loss plus the target's logit: softmax costs one exp.
_cross_entropy = Op(
    "softmax_cross_entropy",
    _cross_entropy_of,
    (lambda g, y, x, t: g[:, None] * (exp(x - (y + (t * x).sum(-1))[:, None]) - t),),
)


# ---- windows over images: NCHW for the caller, the batch last in memory --------------
def patches(x, height, width, stride=1):
    """Each window of x (N, C, H, W), as (C, height, width, rows, cols, N)."""
    return _patches(x, height, width, stride)


def conv2d(x, w, b=None, stride=1, padding=0):
    """Slide each kernel of w (out, C, kh, kw) over x (N, C, H, W): a matrix product.

    The kernels meet the windows laid side by side (im2col). With the batch last these
    are copied in long runs, and the next layer finds its input in that order already.
    """
    if padding:
        x = pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    out, channels, height, width = w.shape
    windows = patches(x, height, width, stride)
    rows, cols, n = windows.shape[3:]
    y = w.reshape(out, -1) @ windows.reshape(channels * height * width, -1)
    if b is not None:
        y = y + b[:, None]
    return y.reshape(out, rows, cols, n).transpose(3, 0, 1, 2)


def max_pool2d(x, size, stride=None):
    """The largest entry of each window; the first of equal ones gets the gradient."""
    return _max_pool(x, size, stride or size)


def avg_pool2d(x, size, stride=None):
    """The mean of each window."""
    return patches(x, size, size, stride or size).mean((1, 2)).transpose(3, 0, 1, 2)


def _corners(height, width, rows, cols, stride):
    """For each place in a window, the slices of the image seen there."""
    for i in range(height):
        for j in range(width):
            down = slice(i, i + (rows - 1) * stride + 1, stride)
            across = slice(j, j + (cols - 1) * stride + 1, stride)
            yield (i, j), (slice(None), down, across)


def _windows(x, height, width, stride):
    n, channels, h, w = x.shape
    rows, cols = (h - height) // stride + 1, (w - width) // stride + 1
    if rows < 1 or cols < 1:
        raise ValueError(f"a window of {height} x {width} does not fit in {h} x {w}")
    x = np.ascontiguousarray(x.transpose(1, 2, 3, 0))
    y = np.empty((channels, height, width, rows, cols, n), x.dtype)
    for (i, j), seen in _corners(height, width, rows, cols, stride):
        y[:, i, j] = x[seen]
    return y


def _overlaid(g, shape, stride):
    """The windows added back to where they were taken from."""
    n, channels, h, w = shape
    y = np.zeros((channels, h, w, n), g.dtype)
    for (i, j), seen in _corners(*g.shape[1:5], stride):
        y[seen] += g[:, i, j]
    return y.transpose(3, 0, 1, 2)


def _largest(x, size, stride):
    h, w = x.shape[2:]
    rows, cols = (h - size) // stride + 1, (w - size) // stride + 1
    y = None
    for _, (_, down, across) in _corners(size, size, rows, cols, stride):
        part = x[:, :, down, across]
        y = part if y is None else np.maximum(y, part)
    return y


def _first(hits):
    """Of the Trues in each window only the first."""
    hits = hits.reshape(len(hits), -1, *hits.shape[3:])
    taken = np.zeros_like(hits[:, 0])
    for i in range(hits.shape[1]):
        hits[:, i] &= ~taken
        taken |= hits[:, i]
    return hits


def _max_pool_rule(g, y, x, size, stride):
    windows = patches(x, size, size, stride)
    hits = windows == y.transpose(1, 2, 3, 0)[:, None, None]
    winners = _first(hits).reshape(hits.shape)
    return _overlay(g.transpose(1, 2, 3, 0)[:, None, None] * winners, x.shape, stride)


_patches = Op(
    "patches",
    _windows,
    (lambda g, y, x, height, width, stride: _overlay(g, x.shape, stride),),
)
_overlay = Op(
    "overlay",
    _overlaid,
    (lambda g, y, x, shape, stride: patches(g, *x.shape[1:3], stride),),
)
_max_pool = Op("max_pool2d", _largest, (_max_pool_rule,))


# ---- what to say when shapes do not fit ----------------------------------------------
_REMEDY = {
    "matmul": "Try swapaxes: the first needs as many columns as the second rows.",
    "linear": "Try W of shape (out, in), with in as long as the last axis of x.",
    "reshape": "Try a shape with as many entries.",
    "getitem": "Try an index inside the shape.",
    "patches": "Try a smaller window, or padding.",
    "max_pool2d": "Try a smaller window.",
}


def _misfit(name, values, error):
    shapes = [str(v.shape) for v in values if isinstance(v, np.ndarray)]
    remedy = _REMEDY.get(name, "Try reshape, so that axes agree or have length 1.")
    return f"{name} of shapes {' and '.join(shapes)} fails: {error}. {remedy}"

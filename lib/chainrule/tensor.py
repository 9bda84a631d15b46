"""`Tensor`: an array that remembers how it was made, and can hand gradients back.

A Tensor made by an operation keeps the operation and its arguments. `backward` walks
from the loss to the leaves and lets the rules of `ops` turn the gradient of each
result into gradients of its inputs; gradients that meet are added.
"""

# Longer than most modules: a class and the walk over it belong together, and a third of
# this one is what it says when it refuses.
from contextlib import contextmanager
from operator import attrgetter

import numpy as np

from chainrule import ops
from chainrule.scalar import Value, topological_order

_recording = True
tapes = []  # the open tapes: each notes what is recorded
_changes = 0  # how often any Tensor has been changed in place
_PLAIN = {np.ndarray, float, int, bool, tuple, list, slice, type(None), np.float64}


@ops.operators
class Tensor:
    """An array in a computational graph: its data, its inputs, its gradient.

    Lists and numbers become float64, arrays keep their type, and all are copied: what
    happens to them later is no matter. Leaves made with `requires_grad=True` receive a
    `grad`, which adds up over calls of `backward`.
    """

    __slots__ = (
        *("__weakref__", "_changed", "_data", "args", "grad", "inputs", "label"),
        *("made_by", "recorded", "requires_grad"),
    )

    def __init__(self, data, requires_grad=False, label=""):
        array = _array(data)
        if requires_grad and array.dtype.kind != "f":
            raise TypeError(_no_gradient(array.dtype))
        self._data, self.label, self.requires_grad = array, label, requires_grad
        self.grad, self.made_by, self.args, self.inputs = None, None, (), ()
        self.recorded = self._changed = 0

    @staticmethod
    def record(op, args):
        """Apply an Op, and remember op and arguments if a gradient may be asked for."""
        values, inputs, wanted = [], [], False
        for a in args:
            if isinstance(a, Tensor):
                values.append(a._data)
                inputs.append(a)
                wanted = wanted or a.requires_grad
            else:
                if a.__class__ not in _PLAIN:
                    refuse_foreign(op.name, a)
                values.append(a)
        y = op.evaluate(values)
        result = Tensor.__new__(Tensor)
        result._data = y if y.__class__ is np.ndarray else np.asarray(y)
        result.grad, result.label = None, ""
        result._changed = 0
        result.requires_grad = wanted and _recording
        if result.requires_grad:
            n = len(op.rules)  # what follows has no rule, and is rarely a Tensor
            if len(args) > n and (len(inputs) > n or inputs[-1] is not args[n - 1]):
                _demand_rules(op, args)
            result.made_by, result.recorded = op, _changes
            result.args = result.inputs = args
            if len(inputs) < len(args):  # arrays as they are now, whatever comes
                result.inputs = tuple(inputs)
                result.args = tuple(
                    [a.copy() if a.__class__ is np.ndarray else a for a in args]
                )
            for tape in tapes:
                tape.append(result)
        else:
            result.made_by, result.recorded = None, 0
            result.args = result.inputs = ()
        return result

    # ---- what it holds ----
    @property
    def data(self):
        """The array itself; assigning it counts as a change in place.

        The only array that is shared, both ways, so that an optimizer can move all at
        once. Writing into it (x.data[0] = 1) is not noticed: write x[0] = 1.
        """
        return self._data

    @data.setter
    def data(self, array):
        self._data = np.asarray(array)
        self._count_change()

    def __setitem__(self, index, value):
        if isinstance(value, Tensor):
            if value.requires_grad and _recording:
                raise RuntimeError(
                    f"setitem on shape {self.shape} would lose the gradient of the "
                    "value. Try where or concatenate, or value.detach()."
                )
            value = value._data
        self._data = self._data.copy()  # others may look at the old one
        self._data[_plain_index(index)] = value
        self._count_change()

    def _count_change(self):
        global _changes
        _changes += 1
        self._changed = _changes

    @property
    def op(self):
        """The name of the operation that made it, empty for a leaf."""
        return self.made_by.name if self.made_by else ""

    shape = property(attrgetter("_data.shape"))
    dtype = property(attrgetter("_data.dtype"))
    ndim = property(attrgetter("_data.ndim"))
    size = property(attrgetter("_data.size"))

    def __len__(self):
        return len(self._data)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __float__(self):
        self._demand_no_graph("float")
        return float(self._data)

    def __bool__(self):
        return bool(self._data)

    def __repr__(self):
        text = np.array2string(
            self._data, precision=4, separator=", ", prefix="Tensor("
        )
        name = f", label={self.label!r}" if self.label else ""
        return f"Tensor({text}{name}{', op=' + self.op if self.op else ''})"

    def __array__(self, dtype=None, copy=None):
        self._demand_no_graph("NumPy")
        return np.array(self._data, dtype, copy=True if copy is None else copy)

    def _demand_no_graph(self, reader):
        if self.requires_grad:
            raise RuntimeError(
                f"{reader} would cut this Tensor of shape {self.shape} out of its "
                "graph. Try the operation of that name in chainrule.ops, or .detach() "
                "first."
            )

    def detach(self):
        """A Tensor with the same array and no past: a constant from here on."""
        return Tensor(self._data, label=self.label)

    def numpy(self):
        """A copy of the array, outside of any graph."""
        return self._data.copy()

    def item(self):
        """The one number that it holds."""
        return self._data.item()

    def __getitem__(self, index):
        return ops.getitem(self, _plain_index(index))

    def backward(self, g=None, retain_graph=False):
        """Add the gradient of self, weighted by g, to the `grad` of every leaf.

        A result of one entry needs no g. The graph is freed on the way, unless
        `retain_graph`: then the nodes in between keep their latest `grad` too.
        """
        if not self.requires_grad:
            raise RuntimeError(
                "backward finds no gradient to compute: nothing this Tensor was made "
                "from has requires_grad=True. Try Tensor(..., requires_grad=True)."
            )
        grads = {self: upstream(self, g)}
        pull_back(topological_order(self), grads, keep=retain_graph)
        owned = set()
        for x, g in grads.items():
            if x.grad is not None and not x.args:
                x.grad = np.asarray(x.grad + g)  # a new array: others may hold the old
            else:
                x.grad = _own(g, owned)


def pull_back(order, grads, wanted=(), graph=False, keep=True):
    """The chain rule, from the last node of the order to the first.

    `grads` holds the gradients of the results, and receives those of the leaves.
    Tensors that don't require gradients receive one if they are `wanted`.
    graph=True records the work, so that it can be differentiated again.
    keep=False frees each node and its gradient as soon as both have been used.
    """
    while order:
        node = order.pop()
        args = node.args
        if not args:
            if args is None and node in grads:
                _refuse_freed(node)
            continue
        g = grads.get(node) if keep else grads.pop(node, None)
        if g is None:
            continue
        if node.recorded != _changes:
            _refuse_changed(node)
        y, values = node, args
        if not graph:
            y = node._data
            values = [a._data if isinstance(a, Tensor) else a for a in args]
        for x, rule in zip(args, node.made_by.rules):  # noqa: B905
            if isinstance(x, Tensor) and (x.requires_grad or x in wanted):
                gx = conform(rule(g, y, *values), x._data)
                # Never added in place: the same array may be on its way elsewhere.
                grads[x] = grads[x] + gx if x in grads else gx
        if not keep:
            node.args, node.inputs = None, ()


def unbroadcast(g, shape):
    """Sum g over the axes along which an array of this shape was repeated."""
    if g.shape == shape:
        return g
    padded = (1,) * (g.ndim - len(shape)) + shape
    axes = tuple(i for i, n in enumerate(g.shape) if n != padded[i])
    return ops.sum(g, axes, keepdims=True).reshape(shape)


def conform(g, x):
    """A gradient in the shape and the float type of the array it belongs to."""
    if g.shape != x.shape:
        g = unbroadcast(g, x.shape)
    if g.dtype is x.dtype:
        return g
    if x.dtype.kind != "f":
        raise TypeError(_no_gradient(x.dtype))
    return g.astype(x.dtype)


def upstream(y, g):
    """The gradient to start from: 1 for a single number, else it must be given."""
    if g is None:
        if y.size != 1:
            raise ValueError(
                f"backward from shape {y.shape} needs a gradient of that shape: only "
                "a single number has one of its own. Try .sum() or .mean() first."
            )
        return np.ones(y.shape, y.dtype) if y.ndim else y.dtype.type(1)
    g = np.array(raw(g), y.dtype)
    if g.shape != y.shape:
        raise ValueError(
            f"backward got a gradient of shape {g.shape} for a result of shape "
            f"{y.shape}. Try one of the result's shape."
        )
    return g


def no_grad():
    """Nothing is recorded inside the `with`; results are constants."""
    return recording(False)


@contextmanager
def recording(on):
    """Record inside the `with`, or don't, whatever was the case outside."""
    global _recording
    before, _recording = _recording, on
    try:
        yield
    finally:
        _recording = before


def raw(a):
    """The plain array, or whatever it is that is not a Tensor."""
    return a._data if isinstance(a, Tensor) else a


def _plain_index(index):
    return tuple(map(raw, index)) if isinstance(index, tuple) else raw(index)


def _own(g, owned):
    """g as an array that belongs to one leaf alone, copied only where it is shared."""
    if g.__class__ is not np.ndarray or g.base is not None or id(g) in owned:
        g = np.array(g, order="C")
    owned.add(id(g))
    return g


def _demand_rules(op, args):
    """Refuse an Op whose gradient is wanted along an argument without a rule."""
    for i, a in enumerate(args):
        if isinstance(a, Tensor) and a.requires_grad:
            op.rule(i)


def _array(data):
    """A new array of real numbers; Python's own become float64."""
    refuse_foreign("Tensor", data, Tensor)
    array = np.array(raw(data))
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"A Tensor holds real numbers, not {array.dtype}. "
            "Try np.array(..., dtype=float)."
        )
    own = hasattr(data, "dtype") or array.dtype.kind == "f"
    return array if own else array.astype(float)


def _no_gradient(dtype):
    return (
        f"A Tensor of {dtype} has no gradient: only floats can change a little. "
        "Try .astype(float) first, or requires_grad=False."
    )


def refuse_foreign(name, a, welcome=()):
    """Refuse what keeps a graph of its own, which this one would be cut from."""
    if type(a).__module__.partition(".")[0] == "torch":
        raise TypeError(
            f"{name} got a torch tensor of shape {tuple(getattr(a, 'shape', ()))}, "
            "which keeps a graph of its own. Try .detach().cpu().numpy() first."
        )
    if isinstance(a, Value) or (hasattr(a, "record") and not isinstance(a, welcome)):
        raise TypeError(
            f"{name} got a {type(a).__name__}, which keeps derivatives of its own. "
            "Try one kind of node throughout."
        )


def _refuse_freed(node):
    raise RuntimeError(
        f"backward meets a {node.op} of shape {node.shape} that an earlier "
        "backward has freed. Try retain_graph=True in the earlier one."
    )


def _refuse_changed(node):
    for x in (node, *node.inputs):
        if x._changed > node.recorded:
            raise RuntimeError(
                f"{node.op} recorded a Tensor of shape {x.shape} that was changed in "
                "place since, so that its gradient would be wrong. Try changing it "
                "after backward, or a new Tensor in its place."
            )

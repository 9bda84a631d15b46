"""Functions that take a function and return its derivatives, and a tape to record on.

Given arrays they return arrays. Given Tensors they return Tensors that are recorded, so
that derivatives nest: `grad(grad(f))` is the second derivative.
"""

# Longer than most modules: functions and tape are two doors to one walk at its end.
import numpy as np

from chainrule import ops, tensor
from chainrule.scalar import topological_order
from chainrule.tensor import Tensor, pull_back, raw, upstream

_depth = 0  # how many functions are being differentiated right now


def grad(f, argnum=0):
    """The function that computes df/d(its argument `argnum`), for f with one number."""

    def gradient(*args):
        if argnum not in range(-len(args), len(args)):
            raise ValueError(
                f"grad wants argument {argnum} of {len(args)}. Try one from 0, or -1 "
                "for the last."
            )
        i = argnum % len(args)
        before, x, after = args[:i], args[i], args[i + 1 :]
        y, pull = vjp(lambda x: f(*before, x, *after), x)
        if np.size(raw(y)) != 1:
            raise ValueError(
                f"grad needs one number as the function's result, not shape {y.shape}. "
                "Try jacobian, or vjp with a gradient to start from."
            )
        return pull(None)

    return gradient


def vjp(f, *args):
    """f(*args), and the function g ↦ Jᵀg that pulls a gradient of the result back.

    It gives one gradient for one argument, and a tuple for more.
    """
    y, xs, nested = _call(f, args)

    def pull(g):
        return _unwrapped(gradients(y, xs, g, graph=nested))

    return (y if nested else np.array(raw(y))), pull


def jvp(f, args, tangents):
    """f(*args), and how much it changes along the tangents: Jv.

    The map g ↦ Jᵀg is linear in g, so pulling v back through it gives Jv: two walks
    backward make one forward (Townsend 2017). `dual` does it in a single one.
    """
    y, xs, nested = _call(f, _tuple(args))
    g = Tensor(np.zeros_like(raw(y)), requires_grad=True)
    pulled = gradients(y, xs, g, graph=True)
    (change,) = _pulled(pulled, _tuple(tangents), [g], graph=nested)
    return (y, change) if nested else (raw(y), raw(change))


def jacobian(f):
    """The function that computes all of df/dx, of the shape of f(x), then that of x."""

    def rows(x):
        y, pull = vjp(f, x)
        shape, size = np.shape(raw(y)), np.size(raw(y))
        whole = (*shape, *np.shape(raw(x)))
        if not size:
            return np.zeros(whole)
        basis = np.eye(size).reshape(size, *shape)
        return ops.stack([pull(e) for e in basis]).reshape(whole)

    return rows


def hessian(f):
    """The function that computes all second derivatives: the gradient's Jacobian."""
    return jacobian(grad(f))


def hvp(f, args, vectors):
    """The Hessian times a vector, without the Hessian: the gradient, pulled back again.

    Pearlmutter 1994. For one argument of f an array will do, for more a tuple of them.
    """
    y, xs, nested = _call(f, _tuple(args))
    slopes = gradients(y, xs, graph=True)
    return _unwrapped(_pulled(slopes, _tuple(vectors), xs, graph=nested))


class GradientTape:
    """A list of everything recorded inside its `with`, to be walked backward.

    What was recorded later can only use what was recorded earlier: the order on the
    tape is a topological order. The tape is freed by its first gradient, unless it is
    `persistent`. Tensors that don't require gradients are followed if watched.
    """

    def __init__(self, persistent=False):
        self.persistent = persistent
        self._nodes, self._watched, self._freed = [], [], False

    def __enter__(self):
        tensor.tapes.append(self._nodes)
        return self

    def __exit__(self, *_):
        tensor.tapes[:] = [t for t in tensor.tapes if t is not self._nodes]
        for x in self._watched:
            x.requires_grad = False

    def watch(self, x):
        """Follow a Tensor while the tape is open."""
        if not isinstance(x, Tensor) or x.dtype.kind != "f":
            raise TypeError(
                f"watch follows Tensors of floats, not a {type(x).__name__} of "
                f"{getattr(x, 'dtype', 'numbers')}. Try Tensor(x) of floats."
            )
        if not x.requires_grad:
            x.requires_grad = True
            self._watched.append(x)

    def gradient(self, y, xs, g=None):
        """dy/dx as a Tensor for one x, or a list of them, recorded by a tape around."""
        if self._freed:
            raise RuntimeError(
                "gradient was already taken from this tape, which freed it. "
                "Try GradientTape(persistent=True) for more than one."
            )
        nodes = list(self._nodes)
        if not self.persistent:
            self._freed = True
            self._nodes.clear()
        many = not isinstance(xs, Tensor)
        xs = list(xs) if many else [xs]
        graph, g = bool(tensor.tapes), Tensor(upstream(y, g))
        grads = {y: g if graph else g.data}
        found = _walk(nodes, grads, xs, graph)
        if any(gx is None for gx in found):
            raise ValueError(
                f"The tape holds no path to the result of shape {y.shape}. "
                "Try tape.watch(x), with everything computed inside the `with`."
            )
        found = found if graph else [Tensor(gx) for gx in found]
        return found if many else found[0]


def gradients(y, xs, g=None, graph=False):
    """The gradient of y at each of xs on its graph, and 0 where y does not depend on x.

    The walk stops at xs: each is taken as independent of the others. Gives arrays,
    or with graph=True Tensors whose making was recorded.
    """
    return _pulled([y], [g], list(xs), graph)


def _pulled(ys, gs, xs, graph):
    """The sum over several ys of their gradients g pulled back to xs."""
    order, grads = [], {}
    for y, g in zip(ys, gs, strict=True):
        if isinstance(y, Tensor) and y.requires_grad:
            g_data = upstream(y, g)
            g = g if isinstance(g, Tensor) else Tensor(g_data)
            g = g if graph else g_data
            grads[y] = grads[y] + g if y in grads else g
            order += topological_order(y, known=[*xs, *order])
    zeros = (np.zeros_like(raw(x)) for x in xs)
    zeros = map(Tensor, zeros) if graph else zeros
    found = _walk(order, grads, xs, graph)
    return [z if gx is None else gx for gx, z in zip(found, zeros, strict=True)]


def _walk(order, grads, xs, graph):
    """Pull all gradients back through the order: those of xs, None if not reached."""
    with tensor.recording(graph):
        pull_back(order, grads, wanted=set(xs), graph=graph)
    return [grads.get(x) for x in xs]


def _call(f, args):
    """f on args as nodes of their own, those nodes, and whether a graph is around.

    It is around if Tensors come in, or if f itself is called inside another derivative:
    then f may use the outer variable without having it for an argument.
    """
    global _depth
    nested = _depth > 0 or any(isinstance(a, Tensor) for a in args)
    _depth += 1
    try:
        with tensor.recording(True):
            xs = [_node(a) for a in args]
            return f(*xs), xs, nested
    finally:
        _depth -= 1


def _node(a):
    if isinstance(a, Tensor) and a.requires_grad:
        return ops.identity(a)  # a node of its own, with a for its past
    tensor.refuse_foreign("A derivative", a, Tensor)
    return Tensor(ops.floats(raw(a)), requires_grad=True)


def _tuple(args):
    return args if isinstance(args, tuple) else (args,)


def _unwrapped(gs):
    return gs[0] if len(gs) == 1 else tuple(gs)

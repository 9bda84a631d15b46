"""`gradcheck`: whether backward through a function says what its values say."""

import numpy as np

from chainrule.tensor import Tensor


def gradcheck(f, args, rng):
    """True when backward through f agrees with central differences, slope by slope.

    f takes and returns Tensors; integer arguments are passed along. Each slope of each
    entry of the result along each entry of each argument is held against its own
    difference quotient, so that none can hide beside a larger one. It looks at these
    arguments alone: draw some from each part of the domain in which f is another.

    In float64 two ways to one slope may differ by half the digits of it, sqrt(ε), and
    by what the quotient itself leaves open: steps of 1/10, 1/100 … of x are tried, and
    the pair that agrees best shows by how much. If that is more than a thousandth of
    the slope (and 1e-8 of the value), the quotient can't tell, and the check fails. In
    float32 a quotient has three digits, so arguments in it are checked in float64, and
    their float32 gradient must be that one to half its own digits, taken of the terms
    that it adds up.

    Raises AssertionError that names the argument and the entry that is furthest off.
    """
    args = [np.asarray(a) for a in args]
    moving = [i for i, a in enumerate(args) if a.dtype.kind == "f"]
    wide = [a.astype(np.float64) if i in moving else a for i, a in enumerate(args)]
    y, pull = _recorded(f, wide, moving)
    g = rng.standard_normal(y.shape)
    rows = _rows(pull, rng.uniform(0.5, 2.0, y.shape))
    for upstream in (g, -g):
        _demand_sum(moving, pull(upstream), rows, upstream, np.float64)
    for i, slopes in zip(moving, rows, strict=True):
        for at in np.ndindex(wide[i].shape):
            along = slopes[(..., *at)].reshape(y.shape)
            _demand_slope(i, at, y.data, along, *_quotient(f, wide, i, at))
    if any(args[i].dtype != np.float64 for i in moving):
        y, pull = _recorded(f, args, moving)
        dtype = max((args[i].dtype for i in moving), key=lambda d: np.finfo(d).eps)
        _demand_sum(moving, pull(g), rows, g, dtype)
    return True


def _recorded(f, args, moving):
    """f of the arguments, and the function that pulls a gradient back to them."""
    leaves = [Tensor(a, requires_grad=i in moving) for i, a in enumerate(args)]
    y = f(*leaves)

    def pull(g):
        for leaf in leaves:
            leaf.grad = None
        y.backward(g.astype(y.dtype), retain_graph=True)
        for i in moving:
            if leaves[i].grad is None:
                raise AssertionError(
                    f"gradcheck: argument {i} got no gradient. Try using it in the "
                    "result, without detach or no_grad on the way."
                )
        return [leaves[i].grad for i in moving]

    return y, pull


def _rows(pull, scale):
    """For each argument the slopes of each entry of the result, pulled back alone."""
    rows = []
    for j in np.ndindex(scale.shape):
        only = np.zeros(scale.shape)
        only[j] = scale[j]  # not 1, for a rule may square it
        rows.append([g / scale[j] for g in pull(only)])
    return [np.array(slopes) for slopes in zip(*rows, strict=True)]


def _demand_sum(moving, found, rows, g, dtype):
    """A gradient adds up the slopes, each times the g of its entry of the result."""
    for i, ours, slopes in zip(moving, found, rows, strict=True):
        terms = slopes * g.reshape(-1, *[1] * ours.ndim)
        close = np.sqrt(np.finfo(dtype).eps) * np.abs(terms).sum(0)
        off = np.abs(ours - terms.sum(0))
        if not np.all(off <= close):
            worst = np.unravel_index(np.argmax(off - close), off.shape)
            raise AssertionError(
                f"gradcheck: argument {i} is furthest off at {_plain(worst)}: "
                f"backward says {ours[worst]:.8g} in {ours.dtype}, "
                f"its slopes times g add up to {terms.sum(0)[worst]:.8g}. Try a rule "
                "that multiplies by g once, in the type of its argument."
            )


def _demand_slope(i, at, y, ours, theirs, blur):
    """Each entry of the result has the slope of the quotient, which has to be sharp."""
    size = np.maximum(np.abs(ours), np.abs(theirs))
    off = np.abs(ours - theirs)
    right = off <= np.sqrt(np.finfo(np.float64).eps) * size + blur
    sharp = blur <= 1e-3 * size + 1e-8 * np.maximum(1.0, np.abs(y))
    if np.all(right & sharp):
        return
    worst = np.unravel_index(np.argmax(np.where(right & sharp, -1, off)), ours.shape)
    remedy = "Try its rule again." if sharp[worst] else "Try arguments without a kink."
    raise AssertionError(
        f"gradcheck: argument {i} is furthest off at {_plain(at)}: backward says "
        f"{ours[worst]:.8g}, the central difference says {theirs[worst]:.8g} ± "
        f"{blur[worst]:.1g}, for {_plain(worst)} of the result. {remedy}"
    )


def _quotient(f, args, i, at):
    """The slopes of f along one entry of an argument, and by how much they may be off.

    From step to step the truncation error shrinks and the rounding error grows; the
    change from the step before shows the one, ε |f| / h bounds the other.
    """
    x = args[i][at]
    h = _steps(abs(x))
    with np.errstate(all="ignore"):  # a wide step may leave the domain of f
        up, down = (
            np.array([_value(f, args, i, at, x + side * step) for step in h])
            for side in (1, -1)
        )
        h = h.reshape(-1, *[1] * (up.ndim - 1))
        slopes = (up - down) / ((x + h) - (x - h))
        rounding = 4 * np.finfo(up.dtype).eps * np.maximum(abs(up), abs(down)) / h
        blur = np.abs(np.diff(slopes, axis=0)) + rounding[1:]
    blur[np.isnan(blur)] = np.inf
    best = blur.argmin(0)[None]
    return [np.take_along_axis(a, best, 0)[0] for a in (slopes[1:], blur)]


def _steps(size):
    """Steps from a tenth of max(1, |x|) down, each a tenth of the one before."""
    widest = 0.1 * max(1.0, size)
    least = 1e-7 * min(1.0, max(size, 1e-9) if size else 1.0)
    least = max(least, 64 * np.finfo(np.float64).eps * size)
    return widest * 0.1 ** np.arange(np.ceil(np.log10(widest / least)) + 1)


def _value(f, args, i, at, number):
    moved = [np.array(a) for a in args]
    moved[i][at] = number
    return f(*map(Tensor, moved)).data


def _plain(index):
    return [int(i) for i in index]

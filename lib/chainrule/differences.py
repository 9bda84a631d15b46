"""Slopes from function values alone: the way to a derivative that needs no calculus.

Every scheme divides a change of f by a change of x, and every step h is a bargain:

    forward    error  ≈  h |f''| / 2    +  2 ε |f| / h     best h ~ ε^(1/2)
    central    error  ≈  h² |f'''| / 6  +    ε |f| / h     best h ~ ε^(1/3)
                         truncation          rounding

Source: Baydin et al., JMLR 18(153), 2018, section 2.1.
"""

from itertools import pairwise

import numpy as np

from chainrule.settings import within

_SCHEMES = ("forward", "central")


def forward(f, x, h):
    """Slope of f at x from one step ahead, wrong by O(h); elementwise on arrays."""
    x, h = _floating(x, h)
    return (f(x + h) - f(x)) / _run(x + h, x, h)


def central(f, x, h):
    """Slope of f at x from both sides, where the O(h) errors cancel and O(h²) is left.

    Elementwise on arrays.
    """
    x, h = _floating(x, h)
    return (f(x + h) - f(x - h)) / _run(x + h, x - h, h)


def complex_step(f, x, h=1e-20):
    """Slope of f at x from an imaginary step: nothing is subtracted, so nothing rounds.

    f must accept complex numbers. Source: Martins, Sturdza, Alonso, ACM TOMS 29, 2003.
    """
    x, h = _floating(x, h)
    y = f(x + 1j * h)
    if not np.iscomplexobj(y):
        raise TypeError(
            "complex_step: f turned a complex number into a real one, and with it lost "
            "the slope. Try an f without abs, maximum or comparisons, or use central."
        )
    return y.imag / h


def richardson(f, x, h, levels=4):
    """Slope of f at x from central differences at h, h/2, h/4 …, whose errors cancel.

    Each level removes the next even power of h. Source: Richardson, 1911.
    """
    within("richardson", "levels", levels, "[1, inf)")
    row = [central(f, x, h / 2**level) for level in range(levels)]
    for power in range(1, levels):
        gain = 4**power
        row = [(gain * fine - wide) / (gain - 1) for wide, fine in pairwise(row)]
    return row[0]


def gradient(f, x, h, scheme="central"):
    """All d slopes of f: Rᵈ → R, moving one entry of x at a time.

    Calls f d + 1 times ("forward") or 2d times ("central"), and leaves x alone.
    """
    _known(scheme)
    x, h = _floating(x, h)
    slopes = np.empty_like(x)
    here = f(x) if scheme == "forward" else None
    for i in np.ndindex(x.shape):
        up, down = np.array(x), np.array(x)
        up[i] += h
        if scheme == "central":
            down[i] -= h
        low = here if scheme == "forward" else f(down)
        slopes[i] = (f(up) - low) / _run(up[i], down[i], h)
    return slopes[()]


def best_step(f, x, dtype, scheme="central"):
    """The h at which truncation has become as small as rounding has become large.

    Setting the derivative of the error budget above to zero gives
        forward  h = 2 √(ε |f| / |f''|)      central  h = ∛(3 ε |f| / |f'''|)
    with ε of `dtype`. The curvature is itself measured by a wide difference in
    float64; where it vanishes, h is ε^(1/2) or ε^(1/3) times max(1, |x|).
    """
    _known(scheme)
    order = _SCHEMES.index(scheme) + 2
    epsilon = float(np.finfo(dtype).eps)
    x = np.asarray(x, dtype=np.float64)[()]
    scale = np.maximum(1.0, np.abs(x))
    size, curvature = _curvature(f, x, scale * 1e-3, order)
    rule = scale * epsilon ** (1 / order)
    flat = curvature * scale**order <= 1e-3 * size
    ratio = {2: 4, 3: 3}[order] * size / np.where(flat, 1.0, curvature)
    best = (ratio * epsilon) ** (1 / order)
    return np.where(flat | (best == 0), rule, np.minimum(best, 0.1 * scale))[()]


def directional_check(f, g, x, rng):
    """Whether g can be the gradient of f at x, from two calls of f whatever its size.

    The slope of f along a random unit direction v must be g · v; a wrong g agrees with
    probability zero. It can say that g is wrong, not where, and overlooks what is small
    beside the rest: that takes `gradcheck`.
    """
    x, g = _floating(x, g)
    if np.shape(g) != np.shape(x):
        raise ValueError(
            f"directional_check: the gradient has shape {np.shape(g)} and x has shape "
            f"{np.shape(x)}. Try a g with one entry for each entry of x."
        )
    v = rng.standard_normal(np.shape(x)).astype(x.dtype)
    v /= np.linalg.norm(v)
    epsilon = np.finfo(x.dtype).eps
    h = x.dtype.type(epsilon ** (1 / 3) * max(1.0, np.abs(x).max()))
    up, down = f(x + h * v), f(x - h * v)
    slope, claim = (up - down) / (2 * h), np.sum(g * v)
    blur = 10 * epsilon * max(abs(up), abs(down)) / h
    size = max(abs(slope), np.linalg.norm(g))
    return bool(abs(slope - claim) <= np.sqrt(epsilon) * size + blur)


def _curvature(f, x, h, order):
    # Binomial weights: f(x+h) - 2f(x) + f(x-h), and its sibling for f'''.
    weights = {2: (1, -2, 1), 3: (-1, 2, 0, -2, 1)}[order]
    reach = len(weights) // 2
    values = [f(x + k * h) for k in range(-reach, reach + 1)]
    total = sum(w * v for w, v in zip(weights, values, strict=True))
    if order == 3:
        total = total / 2
    return np.mean(np.abs(values), axis=0), np.abs(total) / h**order


def _run(up, down, h):
    """The step that was really taken: x + h is rounded, so it isn't quite h."""
    run = up - down
    if np.any(run == 0):
        raise ValueError(
            f"The step h = {h} is lost when it is added to x: in {run.dtype} "
            "x + h is x again. Try a larger h, such as best_step gives."
        )
    return run


def _floating(x, h):
    """Both in the precision of x: a float64 step would quietly widen a float32 x."""
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    return x[()], np.asarray(h, dtype=x.dtype)[()]


def _known(scheme):
    if scheme not in _SCHEMES:
        raise ValueError(f"There is no scheme {scheme!r}. Try one of {_SCHEMES}.")

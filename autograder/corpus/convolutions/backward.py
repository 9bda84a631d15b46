"""A convolution backward."""

import numpy as np

from corpus.answers import Answers
from corpus.convolutions.by_loops import convolve, images
from corpus.measures import is_adjoint, precise

ANSWERS = {}


def convolved_backward(student, rng):
    """⟨g, conv(t, w)⟩ is ⟨dx, t⟩, and ⟨g, conv(x, t)⟩ is ⟨dw, t⟩."""
    x, w, b, stride, padding = images(rng)
    none = np.zeros(len(w))
    g = rng.normal(size=convolve(x, w, b, stride, padding).shape)
    found = student.convolved_backward(g.copy(), x.copy(), w.copy(), stride, padding)
    dx, dw, db = found
    to_x = is_adjoint(dx, lambda t: convolve(t, w, none, stride, padding), g, x, rng)
    to_w = is_adjoint(dw, lambda t: convolve(x, t, none, stride, padding), g, w, rng)
    return to_x and to_w and precise(db, [np.sum(g[:, k]) for k in range(len(w))])


def by_places(
    pads="((0, 0), (0, 0), (padding, padding), (padding, padding))",
    begins="i",
    dW="np.einsum('nohw,nchw->oc', g, wide[at])",
    share="np.einsum('nohw,oc->nchw', g, W[:, :, i, j])",
    adds="+=",
    crop="padding : padding + X.shape[2], padding : padding + X.shape[3]",
    db="g.sum((0, 2, 3))",
    end="return dX, dW, db",
):
    return f"""
wide = np.pad(X, {pads})
dwide, dW = np.zeros_like(wide), np.zeros_like(W)
for i in range(W.shape[2]):
    for j in range(W.shape[3]):
        down = slice({begins}, {begins} + stride * (g.shape[2] - 1) + 1, stride)
        across = slice(j, j + stride * (g.shape[3] - 1) + 1, stride)
        at = slice(None), slice(None), down, across
        dW[:, :, i, j] = {dW}
        dwide[at] {adds} {share}
dX = dwide[:, :, {crop}]
db = {db}
{end}"""


BY_WINDOWS = """
wide = np.pad(X, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
dX, dW, (kh, kw) = np.zeros(wide.shape), 0, W.shape[2:]
for p in range(g.shape[2]):
    for q in range(g.shape[3]):
        at = np.s_[:, :, p * stride : p * stride + kh, q * stride : q * stride + kw]
        dW = dW + np.tensordot(g[:, :, p, q], wide[at], (0, 0))
        dX[at] += np.tensordot(g[:, :, p, q], W, (1, 0))
rows, cols = X.shape[2:]
dX = dX[:, :, padding : rows + padding, padding : cols + padding]
return [dX, dW, np.einsum("nohw->o", g)]"""
BY_VIEW = """
rows, cols = X.shape[2:]
wide = np.pad(X, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
view = np.lib.stride_tricks.sliding_window_view
seen = view(wide, W.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
dW = np.einsum("nohw,nchwij->ocij", g, seen)
spread = np.zeros((*g.shape[:2], *(n - k + 1 for n, k in
    zip(wide.shape[2:], W.shape[2:]))))
spread[:, :, : g.shape[2] * stride : stride, : g.shape[3] * stride : stride] = g
edges = [(0, 0), (0, 0)] + [(k - 1, k - 1) for k in W.shape[2:]]
around = view(np.pad(spread, edges), W.shape[2:], axis=(2, 3))
dwide = np.einsum("nohwij,ocij->nchw", around, W[:, :, ::-1, ::-1])
dX = dwide[:, :, padding : padding + rows, padding : padding + cols]
return dX, dW, g.sum(axis=(0, 2, 3))"""

ANSWERS["convolved_backward"] = Answers(
    args="g, X, W, stride, padding",
    decider=convolved_backward,
    right=[by_places(), BY_WINDOWS, BY_VIEW],
    wrong=[
        by_places(end="return dW, dX, db"),
        by_places(end="return dX, dW"),
        by_places(begins="W.shape[2] - 1 - i"),
        by_places(share="np.einsum('nohw,oc->nchw', g, W[:, :, j % len(W[0, 0]), 0])"),
        by_places(crop=": X.shape[2] + padding, : X.shape[3] + padding"),
        by_places(adds="+= 2 *"),
        by_places(db="g.sum((0, 2))"),
        by_places(db="g.max((0, 2, 3))"),
        by_places(dW="np.einsum('nohw,nchw->oc', g, wide[at]) / g[0, 0].size"),
        by_places(pads="padding"),
    ],
    told={
        by_places(end="return 2 * dX, 2 * dW, 2 * db"): (
            "Every entry is 2 times the right one."
        ),
        by_places(end="return dX, dW, db * 0"): "Every entry is 0.",
        by_places(end="return dX, -dW, db"): "Every entry is -1 times the right one.",
        by_places(end="return dX + 1, dW, db"): "Every entry is the right one plus 1.",
    },
)

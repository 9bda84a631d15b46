"""A recurrent network unrolled over time: states forward, gradients back."""

import numpy as np

from . import svg
from .frames import frames

_STEP, _STATE = 118, 44  # pixels
_SUB = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _name(t):
    """The name of a state."""
    return "s" + str(t).translate(_SUB)


def unrolled(text):
    """A network that reads a text letter by letter, then sends its gradient back."""
    T = len(text)
    pages, captions = [], []
    for t in range(T + 1):
        read = f" and {text[t - 1]!r}" if t else ""
        made = f"{_name(t - 1)}{read} make {_name(t)}, by W, U and b"
        made = made if t else f"The state {_name(0)}"
        captions.append(f"Forward: {made}.")
        pages.append(_page(text, t, T, captions[-1]))
    for t in reversed(range(T)):
        captions.append(
            f"Backward: the gradient goes from {_name(t + 1)} to {_name(t)}. Step {t} "
            "adds its share to dW, dU and db."
        )
        pages.append(_page(text, T, t, captions[-1]))
    alt = f"A recurrent network reads {text!r} in {T} steps, each with the same weights"
    return frames(pages, captions, alt)


def _page(text, made, back, caption):
    """States up to number `made` are there; the gradient has come back to `back`."""
    T, lines = len(text), []
    for t in range(T):
        at = t * _STEP
        lines.append(
            _edge((at + _STATE / 2, 0), (at + _STEP - _STATE / 2, 0), t >= back)
        )
        lines.append(_up((at + _STEP, 74), (at + _STEP, svg.BOX / 2)))
        lines.append(svg.text((at + _STEP / 2, -12), "U", svg.INK))
        lines.append(svg.text((at + _STEP - 14, 46), "W", svg.INK))
        lines.append(svg.text((at + _STEP, 90), text[t], svg.INK, "700"))
        if t >= back:
            share = f"share of step {t}"
            lines.append(svg.text((at + _STEP / 2, -34), share, svg.GRADIENT, "700"))
    for t in range(T + 1):
        fill = "#dfe6fb" if t <= made else "white"
        left = t * _STEP - _STATE / 2
        lines.append(svg.rectangle(left, 0, _STATE, 6, fill))
        lines.append(svg.text((t * _STEP, 4), _name(t), svg.INK))
    low, high = np.array([-_STATE / 2, -44]), np.array([T * _STEP + _STATE / 2, 94])
    return svg.page(lines, low, high, caption)


def _edge(start, end, active):
    return svg.arrow(_curve(start, end), active)


def _up(start, end):
    """An arrow from a letter up to its state."""
    x, y = end
    head = f'<path d="M{x:.1f},{y:.1f}l-3.5,7h7z" fill="{svg.EDGE}"/>'
    return svg.stroke(_curve(start, (x, y + 5))) + head


def _curve(start, end):
    start, end = np.array(start, float), np.array(end, float)
    return np.array([start + (end - start) * k / 3 for k in range(4)])

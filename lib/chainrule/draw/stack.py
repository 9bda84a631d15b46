"""A stack beside the list that is made with its help, step by step."""

import numpy as np

from . import svg
from .frames import frames

_WIDTH, _STEP = 48, 30  # of a box, and from one box on the stack to the next


def stack(states, captions):
    """Frames of a stack and of the list that grows beside it.

    states: for each frame (names on the stack, the top last; names in the list).
    """
    deepest = max(len(waiting) for waiting, _ in states)
    longest = max(len(listed) for _, listed in states)
    pictures = [_picture(*state, deepest, longest) for state in states]
    alt = f"A stack and a list in {len(states)} steps. {' '.join(captions)}"
    return frames(pictures, captions, alt)


def _picture(waiting, listed, deepest, longest):
    """The stack grows upward on the left; the list grows to the right, at its foot."""
    foot = (deepest - 1) * _STEP
    lines = [
        svg.text((_WIDTH / 2, foot + 34), "stack", svg.INK),
        svg.text((2.5 * _WIDTH, foot + 34), "list", svg.INK),
        _walls(deepest, foot),
        _shelf(longest, foot),
    ]
    for k, name in enumerate(waiting):
        top = k == len(waiting) - 1
        lines += _box(0, foot - k * _STEP, name, "#dfe5f6" if top else "white")
    for k, name in enumerate(listed):
        lines += _box((2 + 1.2 * k) * _WIDTH, foot, name, "#ececec")
    low = np.array([0, -svg.BOX])
    high = np.array([(2 + 1.2 * longest) * _WIDTH, foot + 38])
    alt = f"On the stack, from its foot: {' '.join(waiting) or 'nothing'}. "
    return svg.page(lines, low, high, f"{alt}Listed: {' '.join(listed) or 'nothing'}.")


def _walls(deepest, foot):
    """What the stack stands in, open at the top and as high as it will grow."""
    low, top = foot + svg.BOX / 2 + 4, foot - (deepest - 0.4) * _STEP
    return (
        f'<path d="M-4,{top:.1f}V{low:.1f}H{_WIDTH + 4}V{top:.1f}" fill="none" '
        f'stroke="{svg.EDGE}" stroke-width="1.3"/>'
    )


def _shelf(longest, foot):
    """What the list stands on, as long as it will grow."""
    low, end = foot + svg.BOX / 2 + 4, (1.8 + 1.2 * longest) * _WIDTH
    return (
        f'<path d="M{2 * _WIDTH - 4},{low:.1f}H{end + 4:.1f}" fill="none" '
        f'stroke="{svg.EDGE}" stroke-width="1.3"/>'
    )


def _box(x, y, name, fill):
    middle = x + _WIDTH / 2, y + 4
    return [svg.rectangle(x, y, _WIDTH, 3, fill), svg.text(middle, name, svg.INK)]

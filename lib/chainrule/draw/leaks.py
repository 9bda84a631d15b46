"""What four training loops keep alive, step by step."""

import numpy as np

from .figure import HAND, SUBJECT, TAPE, figure, line, show

_LOOKS = {  # the first two run on each other: one is broad and pale
    "sum_of_losses": (TAPE._replace(color="#9db1e8"), 6),
    "without_backward": (TAPE._replace(linestyle="--"), 1.8),
    "reset_every_ten": (HAND._replace(linestyle="-"), 1.8),
    "sum_of_numbers": (SUBJECT, 1.8),
}


def leaks(found, title, ylabel):
    """A line for each loop: {name: what it keeps after each step}."""
    fig, ax = figure(title, "step", ylabel)
    ax.margins(x=0, y=0.15)
    for name, (meaning, width) in _LOOKS.items():
        steps = 1 + np.arange(len(found[name]))
        line(ax, steps, found[name], meaning, name, width)
    ax.texts[0].set_color(TAPE.color)  # a pale text is hard to read
    ends = ", ".join(f"{name} {kept[-1]:,.4g}" for name, kept in found.items())
    return show(fig, f"{title}. At the last step: {ends}.")

"""What four training loops keep alive, step by step."""

import numpy as np

from .figure import HAND, SUBJECT, TAPE, figure, line, show
from .losses import shared

_PALE = "#9db1e8"
_LOOKS = {  # the first two run on each other: one is broad and pale
    "sum_of_losses": (TAPE._replace(color=_PALE), 6),
    "without_backward": (TAPE._replace(linestyle="--"), 1.8),
    "reset_every_ten": (HAND._replace(linestyle="-"), 1.8),
    "sum_of_numbers": (SUBJECT, 1.8),
}


def leaks(found, title, ylabel):
    """A line for each loop: {name: what it keeps after each step}.

    Loops that keep the same are named together.
    """
    fig, ax = figure(title, "step", ylabel)
    ax.margins(x=0, y=0.15)
    together = shared({name: found[name] for name in _LOOKS}).values()
    labels = {names[-1]: ", ".join(names) for names in together}
    for name, (meaning, width) in _LOOKS.items():
        steps = 1 + np.arange(len(found[name]))
        line(ax, steps, found[name], meaning, labels.get(name, ""), width)
    for text in ax.texts:
        if text.get_color() == _PALE:  # a pale text is hard to read
            text.set_color(TAPE.color)
    ends = ", ".join(f"{name} {kept[-1]:,.4g}" for name, kept in found.items())
    return show(fig, f"{title}. At the last step: {ends}.")

"""Losses of several training loops, step by step, each named at its end."""

import numpy as np

from .figure import HAND, SUBJECT, figure, line, show

_DASHES = ("--", "-.", ":", (0, (5, 1)))
_LOWEST = 1e-3  # below it a loss is off the picture
_APART = 0.07  # of the height of the axes, from one name to the next


def losses(seen):
    """A line for each loop, on a logarithmic axis; the lowest one is coloured.

    seen: {name: losses}; loops with the same losses share a line.
    """
    lowest = min(seen, key=lambda name: min(seen[name]))
    title = f"The loss of {lowest} falls lowest, and jumps back up"
    fig, ax = figure(title, "step", "loss that the loop sees")
    ax.set(yscale="log")
    dashes, drawn = iter(_DASHES), {}
    for values, names in shared(seen).items():
        look = HAND._replace(linestyle="-")
        if lowest not in names:
            look = SUBJECT._replace(linestyle=next(dashes))
        drawn[" and ".join(names)] = line(ax, range(len(values)), values, look)
        below = [k for k, value in enumerate(values) if value < _LOWEST]
        mark = {"color": look.color, "clip_on": False, "markersize": 5}
        ax.plot(below, [_LOWEST] * len(below), "v", **mark)
    ax.set_ylim(bottom=max(_LOWEST, ax.get_ylim()[0]))
    ax.text(0.02, 0.04, "▾ below 0.001", transform=ax.transAxes)
    _name_ends(ax, drawn)
    ends = ", ".join(f"{name} at {values[-1]:.2g}" for name, values in seen.items())
    return show(fig, f"{title}. After the last step: {ends}.")


def shared(seen):
    """{losses: names of the loops that have them}."""
    names = {}
    for name, values in seen.items():
        names.setdefault(tuple(values), []).append(name)
    return names


def _name_ends(ax, drawn):
    """Each line's name beside its end, from the lowest up, and none on another."""
    low, high = np.log(ax.get_ylim())
    ends = {name: np.log(curve.get_ydata()[-1]) for name, curve in drawn.items()}
    free = 0.0
    for name in sorted(ends, key=ends.get):
        at = max((ends[name] - low) / (high - low), free)
        look = {"color": drawn[name].get_color(), "va": "center"}
        ax.text(1.01, at, name, transform=ax.transAxes, **look)
        free = at + _APART

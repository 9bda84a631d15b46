"""Losses of several training loops, step by step."""

from .figure import HAND, SUBJECT, figure, line, show

_DASHES = ("--", "-.", ":", (0, (5, 1)))


def losses(seen):
    """A line for each loop, on a logarithmic axis; the lowest one is coloured.

    seen: {name: losses}; loops with the same losses share a line.
    """
    lowest = min(seen, key=lambda name: min(seen[name]))
    title = f"The loss of {lowest} falls lowest, and jumps back up"
    fig, ax = figure(title, "step", "loss that the loop sees")
    ax.set(yscale="log")
    dashes = iter(_DASHES)
    for values, names in _shared(seen).items():
        look = HAND._replace(linestyle="-")
        if lowest not in names:
            look = SUBJECT._replace(linestyle=next(dashes))
        line(ax, range(len(values)), values, look, " and ".join(names))
    ends = ", ".join(f"{name} at {values[-1]:.2g}" for name, values in seen.items())
    return show(fig, f"{title}. After the last step: {ends}.")


def _shared(seen):
    """{losses: names of the loops that have them}."""
    names = {}
    for name, values in seen.items():
        names.setdefault(tuple(values), []).append(name)
    return names

"""What was measured of a machine: time against size, and speed against intensity."""

import numpy as np

from .figure import HAND, OTHER, TAPE, figure, line, show


def crossover(sizes, times, computed):
    """Seconds against size, a line for each device: {name: seconds at each size}.

    times: measured, the CPU's first; computed: of devices that may not be there. The
    title is about the first device after the CPU.
    """
    on_cpu, *_ = times.values()
    name, seconds = [*times.items(), *computed.items()][1]
    won = [n for n, a, b in zip(sizes, on_cpu, seconds, strict=True) if b < a]
    title = f"{name[0].upper()}{name[1:]} is {_faster(won, sizes)}"
    fig, ax = figure(title, "n", "seconds for a product of n × n matrices")
    ax.set(xscale="log", yscale="log")
    ax.set_xticks(sizes, sizes)
    ax.minorticks_off()
    for (of, seconds), look in zip(times.items(), (HAND, TAPE), strict=False):
        line(ax, sizes, seconds, look, of)
    for of, seconds in computed.items():
        line(ax, sizes, seconds, OTHER, of)
    return show(fig, f"{title}, on two logarithmic axes.")


def _faster(won, sizes):
    """Where the second device is faster, in words."""
    if not won:
        return "slower at every size"
    if won == sizes:
        return "faster than the CPU at every size"
    if won == sizes[-len(won) :]:
        return f"faster than the CPU from n = {won[0]} on"
    return f"faster than the CPU at n = {', '.join(map(str, won))}"


def roofline(name, speeds, added, known, measured):
    """Billion FLOPs a second against FLOPs per byte, below the roofline.

    name: of the machine; speeds: {n: the speed of a product of n × n matrices};
    added: an addition's speed; both in float32. Memory is as fast as the addition needs
    it, arithmetic as the fastest product. known: {name: (billion FLOPs, billion bytes)}
    a second, of other machines. measured: or else the speeds are bounds, drawn hollow.
    """
    fastest, intensity = max(speeds.values()), 1 / 12
    share = f"{added / fastest:.1%} of a product's speed"
    title = f"An addition reaches {share if measured else 'at most ' + share}"
    fig, ax = figure(title, "FLOPs per byte", "billion FLOPs a second")
    ax.set(xscale="log", yscale="log")
    ax.margins(y=0.2)  # room for names above the line
    for other, limits in known.items():
        line(ax, *_roof(*limits), OTHER, other)
    line(ax, *_roof(fastest, added / intensity), HAND, name)
    _name_both_sides(ax, fastest / (added / intensity))
    dots = [(intensity, added), *((n / 6, speed) for n, speed in speeds.items())]
    inside = TAPE.color if measured else "white"
    look = {"facecolor": inside, "edgecolor": TAPE.color, "linewidth": 1.5}
    ax.scatter(*np.transpose(dots), s=49, zorder=3, **look)
    look = {"textcoords": "offset points"}
    ax.annotate("addition", dots[0], (6, -18), **look)
    *others, last = speeds
    for n, dot in zip(others, dots[1:], strict=False):
        ax.annotate(n, dot, (0, -18), ha="center", **look)
    ax.annotate(f"n = {last}", dots[-1], (-14, -18), **look)
    span = f"{min(speeds.values()):,.0f} to {fastest:,.0f} billion FLOPs a second"
    return show(fig, f"{title}. The addition lies on the slope; products reach {span}.")


def _name_both_sides(ax, bend):
    """What a kernel is called left and right of the bend."""
    ax.axvline(bend, color="0.8", linewidth=1, zorder=0)
    at = {"transform": ax.get_xaxis_transform()}
    ax.text(bend, 0.03, "memory-bound ", ha="right", **at)
    ax.text(bend, 0.03, " compute-bound", ha="left", **at)


def _roof(flops, bytes_):
    """A roofline over FLOPs per byte, its bend among the points."""
    reach = np.append(np.geomspace(1 / 16, 256, 50), flops / bytes_)
    reach.sort()
    return reach, np.minimum(flops, reach * bytes_)

"""What was measured of a machine: time against size, and speed against intensity."""

import numpy as np

from .figure import HAND, OTHER, TAPE, figure, line, show


def crossover(sizes, times):
    """Seconds against size, a line for each device: {name: seconds at each size}.

    The first device is the CPU; a second one may be faster or slower.
    """
    on_cpu, *others = times.values()
    title = (
        f"On the CPU, n = {sizes[-1]} takes {on_cpu[-1] / on_cpu[0]:,.0f} times as "
        f"long as n = {sizes[0]}"
    )
    if others:
        won = [n for n, a, b in zip(sizes, on_cpu, others[0], strict=True) if b < a]
        title = f"{[*times][1]} is {_faster(won, sizes)}"
    fig, ax = figure(title, "n", "seconds for a product of n × n matrices")
    ax.set(xscale="log", yscale="log")
    ax.set_xticks(sizes, sizes)
    ax.minorticks_off()
    for (name, seconds), look in zip(times.items(), (HAND, TAPE), strict=False):
        line(ax, sizes, seconds, look, name)
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


def roofline(name, speeds, of_sum, known):
    """Billion operations a second against operations per byte, below the roofline.

    name: of the machine; speeds: {n: the speed of a product of n × n matrices};
    of_sum: a sum's speed; both in float32. Memory is as fast as the sum needs it,
    arithmetic as the fastest product. known: {name: (billion operations, billion bytes
    a second)} of other machines.
    """
    fastest, at_sum = max(speeds.values()), 1 / 12
    title = f"Memory limits a sum to {of_sum / fastest:.1%} of a product's speed"
    fig, ax = figure(title, "operations per byte", "billion operations a second")
    ax.set(xscale="log", yscale="log")
    ax.margins(y=0.15)  # room for a name above the line
    reach = np.geomspace(1 / 16, 256, 50)
    for other, (operations, bytes_) in known.items():
        line(ax, reach, np.minimum(operations, reach * bytes_), OTHER, other)
    line(ax, reach, np.minimum(fastest, reach * of_sum / at_sum), HAND, name)
    dots = {"sum": (at_sum, of_sum)} | {
        f"n = {n}": (n / 6, s) for n, s in speeds.items()
    }
    ax.scatter(*np.transpose([*dots.values()]), s=49, color=TAPE.color, zorder=3)
    of_dots = [*dots]
    for said in (of_dots[0], of_dots[1], of_dots[-1]):
        ax.annotate(said, dots[said], (6, -14), textcoords="offset points")
    span = f"{min(speeds.values()):,.0f} to {fastest:,.0f} billion operations a second"
    return show(fig, f"{title}. The sum lies on the slope; products reach {span}.")

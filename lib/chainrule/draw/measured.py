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
        told = f"faster than the CPU at n = {won}" if won else "slower at every size"
        title = f"{[*times][1]} is {told}"
    fig, ax = figure(title, "n", "seconds for a product of n × n matrices")
    ax.set(xscale="log", yscale="log")
    for (name, seconds), look in zip(times.items(), (HAND, TAPE), strict=False):
        line(ax, sizes, seconds, look, name)
    return show(fig, f"{title}, on two logarithmic axes.")


def roofline(products, sums):
    """Billion operations a second against operations per byte, below the roofline.

    products: pairs (operations per byte, speed); sums: one such pair. Memory is as fast
    as the sum needs it, and arithmetic as the fastest product.
    """
    intensity, speed = np.transpose(products)
    title = f"Memory limits a sum to {sums[1] / speed.max():.1%} of a product's speed"
    fig, ax = figure(title, "operations per byte", "billion operations a second")
    ax.set(xscale="log", yscale="log")
    reach = np.geomspace(1 / 16, 256, 50)
    roof = np.minimum(speed.max(), reach * sums[1] / sums[0])
    line(ax, reach, roof, OTHER, "roofline")
    ax.plot(*sums, "s", color=HAND.color, markersize=8)
    ax.annotate("sum", sums, (8, -4), textcoords="offset points")
    ax.plot(intensity, speed, "o", color=TAPE.color, markersize=7)
    smallest = intensity[0], speed[0]
    ax.annotate("products", smallest, (8, -4), textcoords="offset points")
    return show(fig, f"{title}. Products of larger matrices come nearer to the roof.")

"""What the units of several layers say, as histograms that stand side by side."""

import numpy as np

HALF = 0.42  # of the room from one layer to the next


def levels(ax, layers, values, meaning, span):
    """A sideways histogram of each layer's values above the layer's number.

    layers: the numbers; values: an array for each; span: the lowest and highest value
    that is shown. The widest place of each histogram is where most values are. Values
    beyond the span count at its ends.
    """
    edges = np.linspace(*span, 61)
    middles = (edges[1:] + edges[:-1]) / 2
    for place, some in enumerate(values):
        counts, _ = np.histogram(np.clip(some, *span), edges)
        width = HALF * counts / counts.max()
        left, right = place - width, place + width
        look = {"color": meaning.color, "linewidth": 0}
        ax.fill_betweenx(middles, left, right, step="mid", **look)
    ax.set_xticks(range(len(layers)), [str(number) for number in layers])
    ax.set(xlim=(-0.6, len(layers) - 0.4), ylim=span)

"""Which gradients are rounded to 0 in float16, before and after they are scaled."""

import numpy as np

from .figure import OTHER, SUBJECT, TAPE, figure, show

_ZERO = -25  # float16 rounds 2**-25 and all that is smaller to 0
_LEAST = -60


def underflow(sizes, power):
    """Two histograms of the sizes of gradients: as they are, and times 2**power."""
    logs = np.log2(np.maximum(sizes, 2.0**_LEAST))
    lost, kept = (np.mean(logs + k <= _ZERO) for k in (0, power))
    title = f"float16 loses {lost:.0%} of these gradients, {kept:.0%} after scaling"
    fig, ax = figure(title, "size of an entry, as a power of 2", "entries")
    bins = np.arange(_LEAST, power - 4)
    ax.hist(logs, bins, color="#b9b9b9", label="gradients")
    looks = {"color": TAPE.color, "linewidth": 1.8, "label": f"times $2^{{{power}}}$"}
    ax.hist(logs + power, bins, histtype="step", **looks)
    ax.axvline(_ZERO, color=SUBJECT.color, linestyle=OTHER.linestyle)
    ax.text(_ZERO - 0.5, 0.95 * ax.get_ylim()[1], "0 in float16", ha="right")
    ax.legend(frameon=False)
    return show(fig, f"{title}. Scaling moves the histogram right by {power}.")

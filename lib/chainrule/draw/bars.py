"""Bars side by side, each with its number, told apart by hatch as well as colour."""

import numpy as np

HATCHES = {"-": "", "--": "//", ":": "xx", "-.": ".."}


def bars(ax, names, groups, digits=2):
    """Draw bars above each name, one of each group: {label: (heights, meaning)}."""
    wide = 0.8 / len(groups)
    ax.set_xticks(range(len(names)), names)
    for k, (label, (heights, meaning)) in enumerate(groups.items()):
        at = np.arange(len(names)) + wide * (k - (len(groups) - 1) / 2)
        drawn = ax.bar(
            at,
            heights,
            0.9 * wide,
            label=label,
            color=meaning.color,
            edgecolor="white",
            hatch=HATCHES[meaning.linestyle],
        )
        ax.bar_label(
            drawn, [f"{h:.{digits}f}".replace("-", "−") for h in heights], padding=2
        )
    ax.legend(frameon=False)

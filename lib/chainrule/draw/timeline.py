"""Who works when: a row for the CPU and one for the GPU, and the clock between them."""

from .figure import HAND, OTHER, TAPE, figure

LOOKS = {  # row, colour, hatch
    "launch": ("CPU", HAND.color, ""),
    "wait": ("CPU", "white", "///"),
    "run": ("GPU", TAPE.color, ""),
}
ROWS = {"CPU": 1, "GPU": 0}


def timeline(events, now, title, until):
    """A figure of events (kind, start, end), with a line at the time `now`.

    kind: "launch" or "wait", of the CPU, or "run", of the GPU; until: where the axis
    ends. What lies to the right of the line hasn't happened yet.
    """
    fig, ax = figure(title, "seconds", "")
    named = -until  # where a name below a bar was last written
    for kind, start, end in events:
        row, color, hatch = LOOKS[kind]
        bar = ax.barh(
            ROWS[row],
            end - start,
            0.5,
            left=start,
            color=color,
            hatch=hatch,
            edgecolor="white" if color != "white" else OTHER.color,
        )
        if end - start > until / 12:
            ink = "white" if color != "white" else OTHER.color
            pad = {"facecolor": color, "edgecolor": "none", "pad": 1.5}
            ax.bar_label(bar, [kind], label_type="center", color=ink, bbox=pad)
        else:
            low = 0.28 if start - named > until / 8 else 0.42
            ax.text((start + end) / 2, ROWS[row] - low, kind, ha="center", va="top")
            named = start
    ax.axvline(now, color=OTHER.color, linewidth=1.2)
    ax.text(now, 1.62, f" the clock shows {now:.2f} s ", ha=_side(now, until))
    ax.set_yticks(list(ROWS.values()), list(ROWS))
    ax.set(xlim=(0, until), ylim=(-0.5, 1.9))
    return fig


def _side(now, until):
    """The clock's text stays inside the figure."""
    return "left" if now < until / 2 else "right"

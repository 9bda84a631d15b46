"""Who works when: a row for the CPU and one for the GPU, and the clock between them."""

from .figure import HAND, OTHER, TAPE, figure

LOOKS = {  # row, colour, hatch
    "launch": ("CPU", HAND.color, ""),
    "wait": ("CPU", "white", "///"),
    "run": ("GPU", TAPE.color, ""),
}
ROWS = {"CPU": 1, "GPU": 0}


def timeline(events, now, title, until, runs=(), measured=()):
    """A figure of events (kind, start, end), with a line at the time `now`.

    kind: "launch" or "wait", of the CPU, or "run", of the GPU; until: where the axis
    ends; runs: names of the runs, in order; measured: the start and the end of a
    measurement, once both are known. What lies to the right of the line hasn't
    happened yet.
    """
    fig, ax = figure(title, "seconds", "")
    names, named = iter(runs), -until  # named: where a name below was last written
    for kind, start, end in events:
        row, color, hatch = LOOKS[kind]
        name = next(names, kind) if kind == "run" else kind
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
            ax.bar_label(bar, [name], label_type="center", color=ink, bbox=pad)
        else:
            low = 0.28 if start - named > until / 8 else 0.42
            at = max((start + end) / 2, until / 16)  # right of the axis
            pad = {"facecolor": "white", "edgecolor": "none", "pad": 1}
            ax.text(at, ROWS[row] - low, name, ha="center", va="top", bbox=pad)
            named = start
    ax.axvline(now, color=OTHER.color, linewidth=1.2)
    ax.text(now, 1.62, f" the clock shows {now:.2f} s ", ha=_side(now, until))
    if len(measured) == 2:
        _bracket(ax, events, *measured)
    ax.set_yticks(list(ROWS.values()), list(ROWS))
    ax.set(xlim=(0, until), ylim=(-1, 1.9))
    return fig


def _bracket(ax, events, start, end):
    """The measured span below the bars, and the mean of its runs."""
    runs = sum(kind == "run" and begun >= start for kind, begun, _ in events)
    look = {"arrowstyle": "|-|, widthA=0.3, widthB=0.3", "color": OTHER.color}
    look |= {"shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (start, -0.5), (end, -0.5), arrowprops=look)
    said = f"{end - start:.1f} s / {runs} runs = {(end - start) / runs:.1f} s"
    ax.text((start + end) / 2, -0.6, said, ha="center", va="top")


def _side(now, until):
    """The clock's text stays inside the figure."""
    return "left" if now < until / 2 else "right"

"""An expression tree beside its graph: what is used twice, written twice or once."""

from .figure import SUBJECT, figure, show

_SHARED = "#dfe6fb"


def sharing():
    """4x(1 − x), put into itself once: its expression tree beside its DAG."""
    return show(
        drawing(),
        alt="At the left a tree with 13 nodes: x stands there four times, 4x(1 − x) "
        "twice. At the right a graph with 7 nodes: x once, 4x(1 − x) once, "
        "with two arrows leaving it. Each 4x(1 − x) stands in a dashed frame.",
    )


def drawing():
    """The figure of both."""
    fig, ax = figure("The tree computes 4x(1 − x) twice, the graph once", "", "")
    ax.set(xlim=(-0.6, 10.6), ylim=(-3.8, 4.4))
    ax.set_axis_off()
    _round(ax, (4, 0), (2, 2), (2, -2), 2)
    for y in (2, -2):
        _round(ax, (2, y), (0, y + 1), (0, y - 1), 1, _SHARED)
        _circle(ax, (0, y + 1), "x")
        _circle(ax, (0, y - 1), "x")
        _frame(ax, (-0.5, y - 1.6), 3.2)
    _frame(ax, (5.5, -1.6), 3.2)
    _round(ax, (10, 0), (8, 0), (8, 0), 1)
    _round(ax, (8, 0), (6, 0), (6, 0), 1, _SHARED)
    _circle(ax, (6, 0), "x")
    ax.text(2, 4, "tree: 13 nodes", ha="center")
    ax.text(8, 4, "graph: 7 nodes", ha="center")
    return fig


def _round(ax, result, upper, lower, apart, color="white"):
    """(4 · u) × (1 − v), with u at `upper` and v at `lower`."""
    x, y = result
    four, one = (x - 1, y + apart), (x - 1, y - apart)
    look = {"arrowstyle": "-|>", "shrinkA": 12, "shrinkB": 12, "color": SUBJECT.color}
    for start, end in [(upper, four), (lower, one), (four, result), (one, result)]:
        ax.annotate("", end, start, arrowprops=look)
    _circle(ax, four, "4·")
    _circle(ax, one, "1−")
    _circle(ax, result, "×", color)


def _frame(ax, corner, height):
    from matplotlib.patches import Rectangle

    look = {"fill": False, "linestyle": "--", "edgecolor": SUBJECT.color}
    ax.add_patch(Rectangle(corner, 3, height, **look))


def _circle(ax, place, text, color="white"):
    box = {"boxstyle": "circle", "facecolor": color, "edgecolor": SUBJECT.color}
    ax.text(*place, text, ha="center", va="center", bbox=box)

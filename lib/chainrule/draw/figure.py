"""The course's figure style: a title states the finding, lines name themselves.

One meaning has one colour and one dash through the whole course, so that neither colour
nor dash alone has to be told apart.
"""

import base64
import io
from html import escape
from textwrap import fill
from typing import NamedTuple

import numpy as np

from .labels import arrange, attach
from .picture import Picture


class Meaning(NamedTuple):
    """Where a curve comes from, as a colour and a dash."""

    color: str
    linestyle: str


TAPE = Meaning("#2347b5", "-")  # backward through a graph: ours or torch's
HAND = Meaning("#c8502d", "--")  # derived by hand
DIFFERENCE = Meaning("#117d74", "-.")  # a difference quotient
ROUGH = Meaning("#117d74", "-")  # a quotient's, too rough for its dashes to show
SUBJECT = Meaning("#1f1f1f", "-")  # the function that a figure is about
OTHER = Meaning("#1f1f1f", ":")

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#1f1f1f",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


def figure(title, xlabel, ylabel):
    """A figure of 6.0 x 3.6 in and its axes, in the course's style.

    The title states the finding, with a verb. Returns (fig, ax).
    """
    from matplotlib import style
    from matplotlib.figure import Figure  # not pyplot: no notebook shows it unasked

    with style.context(["default", STYLE]):
        fig = Figure(figsize=(6.0, 3.6), dpi=110, layout="constrained")
        ax = fig.subplots()
        ax.set(xlabel=xlabel, ylabel=ylabel)
        ax.set_title(fill(title, 60), pad=12)
    return fig, ax


def line(ax, x, y, meaning, label="", width=1.8):
    """Draw y over x with the dash and colour of its meaning, named where it runs.

    Two lines of one meaning differ in their width.
    """
    from matplotlib import style

    with style.context(["default", STYLE]):
        (drawn,) = ax.plot(x, y, **meaning._asdict(), linewidth=width)
        if label:
            attach(ax, drawn, label)
    return drawn


def show(fig, alt):
    """The figure as a picture with an alt text: same figure, same bytes."""
    from matplotlib import style
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image  # matplotlib brings it

    engine = fig.get_layout_engine()
    with style.context(["default", STYLE]):
        arrange(fig)
        fig.set_layout_engine("none")  # what is settled need not be settled again
        canvas = FigureCanvasAgg(fig)
        canvas.draw()
    fig.set_layout_engine(engine)
    # 256 colours look the same and take a third of the bytes, in every notebook.
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    png = io.BytesIO()
    drawn.quantize(256, dither=Image.Dither.NONE).save(png, "png", optimize=True)
    data = base64.b64encode(png.getvalue()).decode("ascii")
    return Picture(
        f'<img alt="{escape(alt)}" src="data:image/png;base64,{data}" '
        f'width="{fig.get_figwidth() * fig.dpi:.0f}" style="max-width:100%">',
        alt,
    )


def curves(history, title, ylabel="loss"):
    """Each list of a training history over its epochs: {"train": [...], ...}."""
    looks = (TAPE, OTHER, HAND, DIFFERENCE)
    if len(history) > len(looks):
        raise ValueError(
            f"curves: {len(history)} lines are more than one figure can tell apart. "
            "Try the four that matter."
        )
    if not all(map(len, history.values())):
        raise ValueError(
            "curves: the history is empty. Try training for one epoch first."
        )
    fig, ax = figure(title, "epoch", ylabel)
    ax.xaxis.get_major_locator().set_params(integer=True)
    said = []
    for (name, values), meaning in zip(history.items(), looks, strict=False):
        name = name.replace("_", " ")
        line(ax, np.arange(1, len(values) + 1), values, meaning, name)
        said.append(f"{name} goes from {values[0]:.3g} to {values[-1]:.3g}")
    return show(fig, f"{title}: over {len(values)} epochs {', '.join(said)}.")

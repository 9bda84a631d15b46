"""The few shapes a graph is drawn with, without ids: a page may hold it twice."""

from html import escape

from .figure import OTHER, TAPE

INK, GRADIENT, EDGE = OTHER.color, TAPE.color, "#8a8a8a"
FONT, LETTER = 12, 7.4  # pixels; a letter of DejaVu Sans is about 0.62 em wide
BOX, _MARGIN = 24, 14
_LEAST = 0.7  # of its width: smaller letters are hard to read


def arrow(curve, active):
    """A curve with a head at its end, or an active one with a head at its beginning.

    The head is a path of its own, since a marker would need an id.
    """
    mark, color, width, head, tip = "", EDGE, 1.3, "l-7,-3.5v7z", curve[-1]
    if active:  # the gradient travels backward
        mark, color, width = ' class="chainrule-active"', GRADIENT, 3
        head, tip = "l11,-6v12z", curve[0]
    line = curve.copy()
    line[0 if active else -1] += (8, 0) if active else (-5, 0)
    return (
        stroke(line, color, width, mark)
        + f'<path d="M{tip[0]:.1f},{tip[1]:.1f}{head}" fill="{color}"/>'
    )


def stroke(curve, color=EDGE, width=1.3, mark=""):
    """A curve without a head."""
    (x, y), *rest = curve
    path = f"M{x:.1f},{y:.1f}C" + " ".join(f"{a:.1f},{b:.1f}" for a, b in rest)
    return (
        f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{width}"{mark}/>'
    )


def rectangle(x, y, width, radius, fill):
    return (
        f'<rect x="{x:.1f}" y="{y - BOX / 2:.1f}" width="{width:.1f}" height="{BOX}" '
        f'rx="{radius}" fill="{fill}" stroke="{INK}"/>'
    )


def text(at, words, color, weight="400"):
    x, y = at
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" font-weight="{weight}" '
        'stroke="white" stroke-width="3" paint-order="stroke">'
        f"{escape(words)}</text>"
        if words
        else ""
    )


def label(at, words, color, weight="400"):
    """A text on an edge, which ends before the text and goes on behind it."""
    x, y = at
    width, height = LETTER * len(words) + 6, FONT + 4
    return (
        f'<rect x="{x - width / 2:.1f}" y="{y - FONT:.1f}" width="{width:.1f}" '
        f'height="{height}" fill="white"/>{text(at, words, color, weight)}'
        if words
        else ""
    )


def page(lines, low, high, alt):
    """The SVG, as large as its letters need; a wide one shrinks a little, then scrolls.

    JupyterLab would shrink it until it can't be read.
    """
    x, y = low - _MARGIN
    width, height = high - low + 2 * _MARGIN
    said = escape(alt)
    return "\n".join(
        [
            '<div style="overflow-x:auto;background:white">',
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{said}" '
            f'width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="{x:.1f} {y:.1f} {width:.1f} {height:.1f}" '
            f'font-family="DejaVu Sans, Verdana, sans-serif" font-size="{FONT}" '
            f'text-anchor="middle" style="width:{width:.0f}px;max-width:100%;'
            f'min-width:{_LEAST * width:.0f}px;height:auto">',
            *lines,
            "</svg></div>",
        ]
    )

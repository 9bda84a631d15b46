"""Names of lines, set beside the lines themselves where nothing else runs."""

import numpy as np

_GAP = 4  # pixels between a line and its name
_PLACES = 41  # points along a line where its name is tried


def attach(ax, drawn, label):
    """Name a line; `arrange` finds the place once every line is there."""
    from matplotlib.patheffects import withStroke
    from matplotlib.transforms import IdentityTransform

    text = ax.text(0, 0, label, color=drawn.get_color(), va="bottom")
    text.set_transform(IdentityTransform())
    text.set_path_effects([withStroke(linewidth=3, foreground="white")])
    text.set_in_layout(False)
    text.names = drawn


def arrange(fig):
    """Move each name to where its line is and other lines, names and edges are not."""
    engine = fig.get_layout_engine()
    if engine:
        engine.execute(fig)
    for ax in fig.axes:
        ax.autoscale_view()  # limits, margins and aspect settle where pixels lie
        ax.apply_aspect()
        runs = {drawn: _pixels(ax, drawn) for drawn in ax.lines}
        taken = []
        for text in [t for t in ax.texts if hasattr(t, "names")]:
            own = runs[text.names]
            text.set_visible(len(own) > 0)
            if not len(own):
                continue
            others = np.concatenate(
                [np.empty((0, 2)), *(p for d, p in runs.items() if d is not text.names)]
            )
            size = np.array(text.get_window_extent().size)
            low = np.array(_corners(own, size))
            high = low + size
            best = np.argmin(_costs(low, high, own, others, taken, ax.bbox))
            taken.append((low[best], high[best]))
            text.set_position(low[best])


def _pixels(ax, drawn):
    """A line as the eye meets it: a point every two pixels, within the axes."""
    points = ax.transData.transform(np.column_stack(drawn.get_data()).astype(float))
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return points
    along = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    steps = np.linspace(0, along[-1], int(along[-1] / 2) + 2)
    dense = np.column_stack([np.interp(steps, along, p) for p in points.T])
    low, high = ax.bbox.min - 1, ax.bbox.max + 1
    return dense[((low <= dense) & (dense <= high)).all(axis=1)]


def _corners(own, size):
    """Lower left corners of the places worth trying: above, below, left and right."""
    shifts = [
        (along * size[0], up)
        for along in (-0.5, 0, -1)
        for up in (_GAP, -_GAP - size[1])
    ]
    shifts += [(_GAP, -size[1] / 2), (-_GAP - size[0], -size[1] / 2)]
    places = own[np.linspace(len(own) - 1, 0, _PLACES).astype(int)]
    return [place + shift for place in places for shift in shifts]


def _costs(low, high, own, others, taken, axes):
    """What the name would hide in each box, from its low corner to its high one."""
    clipped = (low < axes.min).any(axis=1) | (high > axes.max).any(axis=1)
    hidden = sum(_overlap(low, high, *box) for box in taken)
    crossed = _inside(low, high, own, 1) + _inside(low, high, others, 1)
    crowded = _inside(low, high, others, 3 * _GAP)
    return 1e4 * clipped + 1e4 * hidden + 10 * crossed + crowded


def _overlap(low, high, other_low, other_high):
    apart = (low >= other_high + _GAP) | (other_low >= high + _GAP)
    return ~apart.any(axis=1)


def _inside(low, high, points, margin):
    """How many of the points lie in each box or within the margin around it."""
    (left, bottom), (right, top) = (low - margin).T, (high + margin).T
    x, y = points.T
    across = (left[:, None] <= x) & (x <= right[:, None])
    return (across & (bottom[:, None] <= y) & (y <= top[:, None])).sum(axis=1)

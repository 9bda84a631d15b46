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
    fig.draw_without_rendering()  # settles limits and margins, hence pixels
    for ax in fig.axes:
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
            boxes = [np.array([c, c + size]) for c in _corners(own, size)]
            costs = [_cost(box, own, others, taken, ax.bbox) for box in boxes]
            best = boxes[int(np.argmin(costs))]
            taken.append(best)
            text.set_position(best[0])


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


def _cost(box, own, others, taken, axes):
    clipped = np.any(box[0] < axes.min) or np.any(box[1] > axes.max)
    hidden = sum(_overlap(box, other) for other in taken)
    crossed = _inside(box, own, 1) + _inside(box, others, 1)
    crowded = _inside(box, others, 3 * _GAP)
    return 1e4 * clipped + 1e4 * hidden + 10 * crossed + crowded


def _overlap(a, b):
    return bool(np.all(a[0] < b[1] + _GAP) and np.all(b[0] < a[1] + _GAP))


def _inside(box, points, margin):
    within = (box[0] - margin <= points) & (points <= box[1] + margin)
    return int(within.all(axis=1).sum())

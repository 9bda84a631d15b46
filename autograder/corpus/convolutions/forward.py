"""A convolution forward, by windows."""

from corpus.answers import Answers
from corpus.convolutions.by_loops import convolve, images
from corpus.measures import precise

ANSWERS = {}


def convolved(student, rng):
    x, w, b, stride, padding = images(rng)
    found = student.convolved(x.copy(), w.copy(), b.copy(), stride, padding)
    return precise(found, convolve(x, w, b, stride, padding))


def by_view(
    sides="((0, 0), (0, 0), (padding, padding), (padding, padding))",
    axis="(2, 3)",
    kept="[:, :, ::stride, ::stride]",
    letters="nchwij,ocij->nohw",
    end="+ b[:, None, None]",
):
    return f"""
X = np.pad(X, {sides})
seen = np.lib.stride_tricks.sliding_window_view(X, W.shape[2:], axis={axis})
return np.einsum("{letters}", seen{kept}, W) {end}"""


BY_PLACES = """
X = np.pad(X, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
rows = (X.shape[2] - W.shape[2]) // stride + 1
cols = (X.shape[3] - W.shape[3]) // stride + 1
y = np.zeros((len(X), len(W), rows, cols))
for i in range(W.shape[2]):
    for j in range(W.shape[3]):
        seen = X[:, :, i :: stride, j :: stride][:, :, :rows, :cols]
        y += np.tensordot(seen, W[:, :, i, j], (1, 1)).transpose(0, 3, 1, 2)
return y + b.reshape(1, -1, 1, 1)"""
BY_COLUMNS = """
n, c, h, k = *X.shape[:3], W.shape[2:]
wide = np.zeros((n, c, h + 2 * padding, X.shape[3] + 2 * padding))
wide[:, :, padding : padding + h, padding : padding + X.shape[3]] = X
seen = np.lib.stride_tricks.sliding_window_view(wide, k, axis=(2, 3))
seen = seen[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5)
columns = seen.reshape(*seen.shape[:3], -1)
return (columns @ W.reshape(len(W), -1).T + b).transpose(0, 3, 1, 2)"""
BY_PIXELS = """
X = np.pad(X, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
kh, kw = W.shape[2:]
rows = (X.shape[2] - kh) // stride + 1
cols = (X.shape[3] - kw) // stride + 1
y = np.zeros((len(X), len(W), rows, cols))
for i in range(rows):
    for j in range(cols):
        top, left = i * stride, j * stride
        window = X[:, :, top : top + kh, left : left + kw]
        y[:, :, i, j] = np.tensordot(window, W, ([1, 2, 3], [1, 2, 3])) + b
return y"""

ANSWERS["convolved"] = Answers(
    args="X, W, b, stride, padding",
    decider=convolved,
    right=[by_view(), BY_PLACES, BY_COLUMNS],
    wrong=[
        by_view(sides="padding"),
        by_view(kept="[:, :, ::stride]"),
        by_view(kept="[::stride, ::stride]"),
        by_view(letters="nchwij,ocji->nohw"),
        by_view(letters="nchwij,ocij->nowh"),
        by_view(end="- b[:, None, None]"),
        by_view(end="* b[:, None, None]"),
        by_view(kept="[:, :, ::stride, :]"),
        by_view(sides="((0, 0), (0, 0), (2 * padding, 0), (2 * padding, 0))"),
    ],
    told={
        by_view().replace("return ", "return 2 * (") + ")": (
            "Every entry is 2 times the right one."
        ),
        by_view().replace("return ", "return -(") + ")": (
            "Every entry is -1 times the right one."
        ),
        by_view(end="+ b[:, None, None] + 1"): "Every entry is the right one plus 1.",
        "np.zeros(1)": "Every entry is 0.",
    },
    mistakes={"The result is right, and a loop": BY_PIXELS},
)

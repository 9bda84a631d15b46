"""The backward rules of a reshape and a transpose."""

from answers import Answers
from measures import is_adjoint, lengths, some

ANSWERS = {}


def factored(rng, size):
    """Lengths of axes whose product is `size`."""
    made = []
    while size > 1:
        divisors = [d for d in range(2, size + 1) if size % d == 0]
        made.append(int(rng.choice(divisors)))
        size //= made[-1]
    return tuple(made)


def reshape_backward(student, rng):
    size = int(rng.choice([12, 24, 30, 36]))
    x, shape = some(rng, *factored(rng, size)), factored(rng, size)
    g = some(rng, *shape)
    yours = student.reshape_backward(g, x, shape)
    return is_adjoint(yours, lambda t: t.reshape(shape), g, x, rng)


ANSWERS["reshape_backward"] = Answers(
    args="g, x, shape",
    decider=reshape_backward,
    right=[
        "g.reshape(x.shape)",
        "g.ravel().reshape(*x.shape)",
        """
out = np.empty_like(x)
out.flat = g.ravel()
return out""",
    ],
    wrong=[
        "g.reshape(-1)",
        "np.ones_like(x) * g.sum()",
        "g.reshape(x.shape) * x",
        "g.reshape(x.shape) / x.size",
        "-g.reshape(x.shape)",
        "x.reshape(shape)",
        "g.reshape(x.shape[::-1])",
    ],
    told={
        "g.reshape(x.shape)[::-1]": (
            "It is the right result, turned round along axis 0."
        ),
        "np.sort(g, axis=None).reshape(x.shape)": (
            "The right numbers are all there, in another order."
        ),
        "g.reshape(x.shape) + x": ("Every entry is the right one plus that of `x`."),
        "2 * g.reshape(x.shape)": "Every entry is 2 times the right one.",
        "g.T.reshape(x.shape)": (
            "On the cases that are off, the right numbers are all there, in "
            "another order."
        ),
    },
)


def transpose_backward(student, rng):
    x = some(rng, *lengths(rng, rng.integers(2, 5)))
    axes = tuple(rng.permutation(x.ndim).tolist())
    g = some(rng, *x.transpose(axes).shape)
    yours = student.transpose_backward(g, x, axes)
    return is_adjoint(yours, lambda t: t.transpose(axes), g, x, rng)


ANSWERS["transpose_backward"] = Answers(
    args="g, x, axes",
    decider=transpose_backward,
    right=[
        """
inverse = [0] * len(axes)
for i, a in enumerate(axes):
    inverse[a] = i
return np.transpose(g, inverse)""",
        "np.moveaxis(g, range(g.ndim), axes)",
        "g.transpose([axes.index(i) for i in range(len(axes))])",
    ],
    wrong=[
        "g.transpose(axes[::-1])",
        "g.swapaxes(0, 1)",
        "g.transpose(np.sort(axes))",
        "g.transpose(axes).transpose(axes)",
        "x.transpose(axes)",
        "np.resize(g, x.shape[::-1]).T",
        "-g.transpose(np.argsort(axes))",
    ],
    told={
        "np.moveaxis(g, 0, -1)": (
            "On the cases that are off, the right numbers are all there, in "
            "another order."
        ),
        "x": "It is `x`, unchanged.",
        "np.transpose(g, np.argsort(axes)).ravel()": (
            "It is the right result, flattened."
        ),
        "np.abs(np.transpose(g, np.argsort(axes)))": (
            "Every entry has the size of the right one, and none is negative."
        ),
        "np.transpose(g, np.argsort(axes)) / x.size": (
            "Every entry is 1/`g.size` times the right one."
        ),
    },
)

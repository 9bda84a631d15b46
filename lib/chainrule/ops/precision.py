"""Float types: changing them, and room for what is worked out in the smaller ones."""

from functools import wraps

import numpy as np

from chainrule.ops.table import Op

HALF = np.dtype(np.float16)


_astype = Op(
    "astype", lambda x, dtype: x.astype(dtype), (lambda g, y, x, dtype: g,), "linear"
)


def astype(x, dtype):
    """x in another float type; its gradient comes back in the type of x."""
    if np.dtype(dtype).kind != "f":
        raise TypeError(
            f"astype({np.dtype(dtype)}) has no slope, for it moves in steps. "
            "Try .data.astype, outside of the graph."
        )
    return _astype(x, dtype)


def floats(x):
    """x itself if it holds floats; integers and lists in float64."""
    x = x if hasattr(x, "dtype") else np.asarray(x)
    return x if x.dtype.kind == "f" else x.astype(float)


def with_room(f):
    """f worked out in float32 for half precision, and in float64 for integers.

    Their squares and exponentials overflow where the result does not. A result for
    half precision is rounded to it once, at the end.
    """

    @wraps(f)
    def call(x, *args, **kwargs):
        if x.dtype == HALF:
            return f(x.astype(np.float32), *args, **kwargs).astype(np.float16)
        return f(floats(x), *args, **kwargs)

    return call

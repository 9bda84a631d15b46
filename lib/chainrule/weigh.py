"""How much memory a call holds, for lessons that compare two ways to one result."""

import tracemalloc

CALLS = 5  # other threads may hold something too, so the least of several counts


def most_held(function, *args):
    """The bytes that a call holds in memory at the moment when it holds most."""
    return min(_peak(function, args) for _ in range(CALLS))


def _peak(function, args):
    tracemalloc.start()
    try:
        function(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

"""An epoch's batches."""

import numpy as np

from corpus.answers import Answers

ANSWERS = {}


def one_epoch(student, rng):
    """Rows are crossed off as they come; two orders are dealt alike."""
    n, size = int(rng.integers(7, 60)), int(rng.integers(2, 7))
    least = n // -(-n // size)

    def dealt(seed):
        orders = []

        def shuffle(count):
            orders.append(np.random.default_rng(seed).permutation(count))
            return orders[-1].copy()

        batches = student.one_epoch(n, size, shuffle)
        (order,) = orders
        rows = [[int(np.nonzero(order == row)[0][0]) for row in b] for b in batches]
        return sorted(map(sorted, rows))

    first, second = dealt(rng.integers(1000)), dealt(rng.integers(1000, 2000))
    seen = sorted(row for batch in first for row in batch)
    even = all(least <= len(batch) <= min(size, least + 1) for batch in first)
    return first == second and even and seen == [*range(n)]


COUNT = """
def batches(n, size):
    return -(-n // size)
"""

ANSWERS["one_epoch"] = Answers(
    args="n, size, shuffle",
    above=COUNT,
    decider=one_epoch,
    right=[
        """
order, count = shuffle(n), batches(n, size)
return [order[k::count] for k in range(count)]""",
        """
count = batches(n, size)
cuts = np.arange(count + 1) * n // count
order = shuffle(n)
return [order[a:b] for a, b in zip(cuts[:-1], cuts[1:])]""",
        """
hands = [[] for _ in range(batches(n, size))]
for k, row in enumerate(shuffle(n)):
    hands[k % len(hands)].append(int(row))
return hands""",
    ],
    wrong=[
        "np.array_split(np.arange(n), batches(n, size))",
        "np.array_split(shuffle(n), size)",
        "[shuffle(n)[k :: batches(n, size)] for k in range(batches(n, size))]",
        "[shuffle(n)]",
        "shuffle(n)",
        """
order = np.random.permutation(len(shuffle(n)))
return np.array_split(order, batches(n, size))""",
        """
order = shuffle(n)
return [order[i : i + size + 1] for i in range(0, n, size)]""",
        """
order = shuffle(n)
return [order[: n // 2], order[n // 2 :]]""",
        """
order = shuffle(n)
return [order[:size] for _ in range(batches(n, size))]""",
        """
order, count = shuffle(n), batches(n, size)
return [order[k::count] for k in range(count - 1)]""",
        """
order = np.sort(shuffle(n))
return np.array_split(order, batches(n, size))""",
        """
order = shuffle(n)
return [n * order[i : i + size] for i in range(0, n, size)]""",
    ],
)

"""The mean over all masks."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import precise, some

ANSWERS = {}


def mask_mean(student, rng):
    """The mean unit by unit: what the first unit does, given the mean over the rest."""
    n, p = int(rng.integers(1, 6)), rng.choice([0.5, rng.uniform(0.05, 0.95)])
    w, b, c = some(rng, n), some(rng, 1)[0], some(rng, n)

    def net(mask):
        return float(np.maximum(w @ np.asarray(mask) + b, 0) ** 2 + np.sin(c @ mask))

    def mean(known):
        if len(known) == n:
            return net(np.array(known))
        return p * mean([*known, 0]) + (1 - p) * mean([*known, 1])

    return precise(student.mask_mean(net, n, float(p)), mean([]))


def over(chance, start="0.0", masks="product([0, 1], repeat=n)", net="net(mask)"):
    return f"""
total = {start}
for mask in {masks}:
    mask = np.array(mask)
    k = mask.sum()
    total = total + ({chance}) * {net}
return total"""


RIGHT = "(1 - p_drop)**k * p_drop**(n - k)"

ANSWERS["mask_mean"] = Answers(
    args="net, n, p_drop",
    decider=mask_mean,
    right=[
        over("np.prod(np.where(mask, 1 - p_drop, p_drop))"),
        """
def mean(known):
    if len(known) == n:
        return net(np.array(known))
    return p_drop * mean(known + [0]) + (1 - p_drop) * mean(known + [1])
return mean([])""",
        """
total = 0.0
for number in range(2**n):
    mask = np.array([number >> i & 1 for i in range(n)])
    kept = mask.sum()
    total += net(mask) * p_drop ** (n - kept) * (1 - p_drop) ** kept
return total""",
    ],
    wrong=[
        over("(1 - p_drop)**k"),
        over("p_drop**(n - k)"),
        over(RIGHT, net="net(mask / (1 - p_drop))"),
        over(RIGHT, net="net(mask * (1 - p_drop))"),
        over(RIGHT, masks="np.eye(n)"),
        over(RIGHT, start="1.0"),
        over(RIGHT, net="1.0"),
        over(RIGHT, net="net(mask)**2"),
        over("(1 - p_drop) * k + p_drop * (n - k)"),
        """
rng = np.random.default_rng(0)
return np.mean([net((rng.random(n) >= p_drop) * 1) for _ in range(200)])""",
        over("1", masks="[np.ones(n) / 2]"),
    ],
    told={
        over(RIGHT).replace("return total", "return 2 * total"): (
            "Every entry is 2 times the right one."
        ),
        over(RIGHT).replace("return total", "return [total]"): (
            "It is the right result, with an axis of length 1 too many."
        ),
        over(RIGHT).replace("return total", "return -total"): (
            "Every entry is -1 times the right one."
        ),
        over(RIGHT).replace("return total", "return round(total, 3)"): (
            "It is the right result, rounded to 3 decimals."
        ),
    },
)

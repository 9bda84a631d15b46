"""The noise of a batch's gradient: measured as a slope, and worked out exactly."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from chainrule.judge import TextQuestion, close
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import called

ROWS = 1000  # gradients that come at once
NEAR = 0.05


@dataclass
class Source:
    """Draws batches with replacement and gives their gradients, a row each.

    law: 1 for the mean over a batch, -1 for the sum; between 0 and 1 the variance falls
    by another power of the size, so that a larger batch brings less.
    """

    pool: np.ndarray
    law: float
    seed: int

    def __post_init__(self):
        self.rng = np.random.default_rng(self.seed)

    def __call__(self, size):
        size, n = int(size), len(self.pool)
        picked = self.rng.multinomial(size, np.full(n, 1 / n), ROWS)
        mean = self.pool.mean(0)
        noise = picked @ (self.pool - mean) / size
        if self.law == -1:
            return size * (mean + noise)
        return mean + noise * size ** ((1 - self.law) / 2)

    def __str__(self):
        return "gradients"


def source(law):
    """A source whose gradients have a mean that is larger than their noise.

    In 20,000 draws the three columns count as at least 1.2 that vary alike, and NEAR is
    at least 4.8 standard errors of the slope.
    """

    def make(rng):
        pool = numbers_of(rng, 12, 3) + rng.permutation([-3, 1, 4])
        sizes = np.geomspace(rng.uniform(2, 5), rng.uniform(200, 400), 7).astype(int)
        power = law if law is not None else float(rng.uniform(0.3, 0.7))
        seed = int(rng.integers(2**31))
        return {"gradients": Source(pool, power, seed), "sizes": sizes}

    return make


def slope(gradients, sizes):
    """Along the law: the variance goes as a power of the batch's size."""
    return -float(gradients.law)


def fitted(of, x=np.log):
    """The slope that goes with another number per batch size."""

    def rule(gradients, sizes):
        found = [of(gradients(size)) for size in sizes]
        return np.polyfit(x(sizes), np.log(found), 1)[0]

    return rule


def spread(G):
    return G.var(0).sum()


noise_slope = called(
    "noise_slope",
    Oracle("the law of the source", slope),
    {
        "means over a batch": [source(1)] * 2,
        "sums over a batch": source(-1),
        "another power of the size": [source(None)] * 2,
    },
    {
        "That is the slope of the standard deviation, half of what is asked. Take the "
        "variance.": lambda right: right / 2,
        "The sign is opposite. Where the variance falls, the slope is negative.": (
            lambda right: -right
        ),
        "The result contains mean gradients. Subtract from each entry its own mean "
        "first, as G.var(axis=0) does.": fitted(lambda G: (G**2).mean()),
        "The axes are exchanged: that is the slope of log size over log variance.": (
            lambda right: 1 / right
        ),
        "The logarithm of the sizes is missing. A power law is a straight line where "
        "both axes are logarithmic.": fitted(spread, x=lambda sizes: sizes),
    },
    points=3,
    agree=close(0, NEAR),
    entries=False,
    hints=[
        "For each size: G = gradients(size). The variance of each entry is "
        "G.var(axis=0); add the entries.",
        "A power law V = c · Bᵖ is a straight line in logarithms: log V = log c + "
        "p log B. Its slope is p.",
        "np.polyfit(np.log(sizes), np.log(variances), 1)[0] is the slope of the best "
        "line.",
    ],
)


def over_all_batches(G, size):
    """The variance over every batch that there is, each as likely as the others."""
    means = [G[list(rows)].mean(0) for rows in combinations(range(len(G)), size)]
    return np.var(means, axis=0)


def gradients_of(size):
    """Gradients of a few examples; size(rng, n) is that of a batch."""

    def make(rng):
        G = numbers_of(rng, int(rng.integers(6, 9)), int(rng.integers(2, 4)))
        return {"G": G + rng.uniform(-1, 1, G.shape[1]), "size": int(size(rng, len(G)))}

    return make


def some(rng, n):
    return rng.integers(2, n - 1)


batch_variance = called(
    "batch_variance",
    Oracle("all batches", over_all_batches),
    {
        "part of the examples": [gradients_of(some)] * 3,
        "one example": gradients_of(lambda rng, n: 1),
        "all examples": gradients_of(lambda rng, n: n),
    },
    {
        "That holds for draws with replacement. Here no example comes twice in a "
        "batch, so the batch of all examples has no noise.": (
            lambda G, size: G.var(0) / size
        ),
        "The factor is (n - size)/n, which goes with the variance over n - 1. With "
        "np.var the factor is (n - size)/(n - 1).": lambda G, size: (
            G.var(0) / size * (1 - size / len(G))
        ),
        "That takes the variance over n - 1 and the factor (n - size)/(n - 1). Divide "
        "by n in one of the two.": lambda right, G: right * len(G) / (len(G) - 1),
        "That is the standard deviation. Return its square, the variance.": (
            lambda right: np.sqrt(right)
        ),
        "That divides by the square of the batch's size. The variance of a mean falls "
        "with the size itself.": lambda right, size: right / size,
        "That is the variance of a batch's sum. A batch's gradient is the mean.": (
            lambda right, size: right * size**2
        ),
        "The entries are added up. Return one variance for each entry.": (
            lambda right: right.sum()
        ),
        "That is the variance of one example's gradient. A batch takes a mean.": (
            lambda G: G.var(0)
        ),
    },
    points=2,
    hints=[
        "The variance of a sum of B examples adds up B variances and B(B - 1) "
        "covariances. The variance of their mean is this divided by B².",
        "Put in the covariance: the variance of one example, G.var(axis=0), is "
        "multiplied by (1 - (B - 1)/(n - 1))/B. n is len(G).",
        "That is G.var(axis=0) / size * (n - size) / (n - 1). Test: of two examples "
        "with gradients 0 and 2, a batch of one has variance 1, a batch of two 0.",
    ],
)

largest_batch = TextQuestion(
    "largest_batch",
    points=1,
    hints=(
        "Noise is a standard deviation, the root of the variance. What does a batch "
        "100 times larger cost, and how much less noise does it have?",
        "For equal work, count the steps: a batch that is 100 times larger leaves "
        "1/100 of the steps. Is a step 100 times better?",
        "Compare two places: one where the noise is much larger than the gradient, "
        "one where it is much smaller. What else does the noise floor depend on?",
    ),
)

QUESTIONS = [noise_slope, batch_variance, largest_batch]

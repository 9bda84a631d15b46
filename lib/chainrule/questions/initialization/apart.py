"""How far weights are from a variance, in standard errors."""

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions.draws import uniform
from chainrule.questions.kinds import called


def score(W, s):
    """The slope of the normal law's log-likelihood in log s, over its own spread.

    The Fisher information of N weights about log s is N/2.
    """
    import torch

    log_s = torch.tensor(np.log(s), requires_grad=True)
    law = torch.distributions.Normal(torch.zeros_like(log_s), torch.exp(log_s / 2))
    likelihood = law.log_prob(torch.tensor(W)).sum()
    (slope,) = torch.autograd.grad(likelihood, log_s)
    return slope.item() / np.sqrt(W.size / 2)


def weights(low, high):
    """Weights whose mean square is between `low` and `high` times s."""

    def make(rng):
        s = uniform(rng, 0.1, 0.6)
        W = rng.normal(size=rng.permutation([6, 8, 11, 15])[:2])
        wanted = s * rng.uniform(low, high)
        return {"W": W * np.sqrt(wanted / np.mean(W**2)), "s": s}

    return make


standard_errors = called(
    "standard_errors",
    Oracle("torch.distributions", score),
    {"small weights": [weights(0.4, 0.8)] * 2, "large weights": [weights(1.2, 3)] * 2},
    {
        "The sign is opposite: weights that are too large count as positive.": (
            lambda right: -right
        ),
        "The sign is lost. Positive means too large, negative too small.": (
            lambda right: abs(right)
        ),
        "s was used as a standard deviation. s is the variance.": (
            lambda oracle, W, s: oracle(W=W, s=s * s)
        ),
        "That is the relative deviation. Divide by its standard error √(2/N).": (
            lambda right, W: right / np.sqrt(W.size / 2)
        ),
        "The standard error of a mean square is s√(2/N). The 2 is missing.": (
            lambda right, W: right * np.sqrt(2)
        ),
        "You took N as the number of rows. All weights of W count.": (
            lambda right, W: right * np.sqrt(len(W) / W.size)
        ),
        "The mean of W was subtracted. The right mean is 0: take the mean of W².": (
            lambda W, s: (np.var(W) / s - 1) * np.sqrt(W.size / 2)
        ),
        "The deviation isn't divided by s: the standard error is s√(2/N).": (
            lambda right, s: right * s
        ),
        "Standard deviations were compared, but s√(2/N) is the standard error of a "
        "mean square. Compare mean squares.": lambda W, s: (
            (np.sqrt(np.mean(W**2) / s) - 1) * np.sqrt(W.size / 2)
        ),
        "The deviation is multiplied by the standard error. Divide by it.": (
            lambda right, W, s: right * 2 * s * s / W.size
        ),
    },
    points=2,
    hints=[
        "Estimate the variance by the mean of W². How far is it from s?",
        "For N weights from a normal distribution, that mean has the standard error "
        "s√(2/N). N is W.size.",
        "Return (mean of W² - s) / (s√(2/N)).",
    ],
)

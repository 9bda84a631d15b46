"""Surprise: entropy and cross-entropy, in nats."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import called, cases, mistakes, tensors


def torch_knows(function):
    """function(torch, *distributions), as an oracle."""

    def rule(**args):
        import torch

        return float(function(torch, *tensors(args.values())))

    return Oracle("torch.special", rule)


def distribution(rng, classes, zeros=0):
    p = rng.uniform(0.2, 2, classes) ** 2
    p[rng.permutation(classes)[:zeros]] = 0
    return p / p.sum()


def pair(zeros_in_p=0, zeros_in_q=0):
    """Two distributions over four to six classes."""

    def make(rng):
        classes = int(rng.integers(4, 7))
        p = distribution(rng, classes, zeros_in_p)
        return {"p": p, "q": distribution(rng, classes, zeros_in_q)}

    return make


def one(zeros):
    return lambda rng: {"p": distribution(rng, int(rng.integers(4, 7)), zeros)}


def certain(rng):
    return {"p": np.eye(5)[rng.integers(5)]}


def alike(yours, right, **_):
    """Agreement that lets infinity agree with infinity."""
    yours = np.asarray(yours, float)  # beside a float32, the right one would be one too
    return yours.shape == () and bool(np.isclose(yours, right, 1e-9, 1e-9))


def entropy_of(p):
    return -sum(v * np.log(v) for v in p if v > 0)


def part(points, oracle, given, wrong):
    return Part(points, oracle, cases(given), mistakes(wrong), agree=alike)


NOT_NATS = {
    "That is in bits, with the logarithm to base 2. The course counts in nats: use the "
    "natural logarithm.": lambda right: right / np.log(2)
}
OPPOSITE = {
    "The sign is opposite. The logarithm of a probability is negative, surprise is "
    "not.": (lambda right: -right)
}
A_ZERO = (
    "That is NaN. 0 · log 0 counts as 0, but NumPy makes NaN of it: leave such terms "
    "out."
)
NAN = {A_ZERO: (lambda: np.nan, lambda yours, wrong, **_: bool(np.isnan(yours).all()))}


def naive(p, q):
    """-Σ p log q as NumPy has it, NaN where p and q are 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.sum(p * np.log(q))


def alike_with_nan(yours, wrong, **_):
    yours = np.asarray(yours, float)
    same = yours.shape == np.shape(wrong)
    return same and bool(np.allclose(yours, wrong, equal_nan=True))


entropy = called(
    "entropy",
    torch_knows(lambda torch, p: torch.special.entr(p).sum()),
    {"no zeros": one(0), "zeros in it": [one(1), one(2)], "a certain class": certain},
    {
        **NOT_NATS,
        **OPPOSITE,
        "That is the mean of the surprises, each class counted alike. Weight each by "
        "its probability.": lambda p: -np.log(np.clip(p, 1e-300, 1)).mean(),
        "That is the sum of the surprises. Weight each by its probability.": (
            lambda p: -np.log(p[p > 0]).sum()
        ),
        "That divides by the number of classes. The probabilities are weights that sum "
        "to 1 already.": lambda right, p: right / len(p),
        A_ZERO: (lambda p: naive(p, p), alike_with_nan),
    },
    agree=alike,
    hints=[
        "Entropy is the mean surprise: each surprise -log p[i] times its probability "
        "p[i].",
        "A class with p[i] = 0 never occurs, so its term is 0. Leave it out before you "
        "take logarithms.",
        "p[p > 0] holds the classes that can occur.",
    ],
)


def log_of(q):
    with np.errstate(divide="ignore"):
        return np.log(q)


def crossed(p, q):
    return -sum(a * b for a, b in zip(p, log_of(q), strict=True) if a > 0)


def both_certain(rng):
    p = np.eye(5)[rng.integers(5)]
    return {"p": p, "q": p.copy()}


def together(rng):
    """Two distributions with a zero in the same place."""
    p, q = distribution(rng, 5), distribution(rng, 5)
    i = rng.integers(5)
    p[i] = q[i] = 0
    return {"p": p / p.sum(), "q": q / q.sum()}


CROSSED = torch_knows(lambda torch, p, q: -torch.special.xlogy(p, q).sum())

cross_entropy = Question(
    "cross_entropy",
    part(
        1,
        CROSSED,
        {"no zeros": [pair()] * 3},
        {
            **NOT_NATS,
            **OPPOSITE,
            "p and q have changed places. The classes occur with the probabilities "
            "p, and the surprise is -log q.": lambda p, q: crossed(q, p),
            "That is the entropy of p: q isn't used.": lambda p: entropy_of(p),
            "That is the KL divergence. The entropy of p is missing.": (
                lambda p, q: crossed(p, q) - entropy_of(p)
            ),
            "That divides by the number of classes. The probabilities are weights that "
            "sum to 1 already.": lambda right, p: right / len(p),
            "The logarithms of q are there, but not weighted by p.": (
                lambda q: -np.log(q).sum()
            ),
        },
    ),
    part(
        1,
        CROSSED,
        {
            "a certain class": lambda rng: {
                "p": np.eye(5)[rng.integers(5)],
                "q": distribution(rng, 5),
            },
            "zero where both are": together,
            "both certain of one class": both_certain,
            "zero in q alone": pair(zeros_in_q=2),
        },
        {
            "Where q is 0 and p isn't, the surprise is infinite. A tiny number added "
            "to q hides that.": lambda p, q: crossed(p, q + 1e-12),
            "Every term with q = 0 is left out. Leave out the terms with p = 0, and no "
            "others.": lambda p, q: crossed(np.where(q > 0, p, 0), q),
            A_ZERO: (naive, alike_with_nan),
        },
    ),
    hints=[
        "Classes occur with the probabilities p, and their surprise is -log q. What is "
        "the surprise on average?",
        "Three kinds of classes: p and q positive, p = 0 (the term is 0), and q = 0 "
        "with p > 0 (the term is infinite).",
        "Keep the classes where p > 0, in both arrays. np.log(0) is -inf by itself, "
        "with a warning that np.errstate(divide='ignore') silences.",
    ],
)


QUESTIONS = [entropy, cross_entropy]

"""Dropout, with a uniform number given for each entry."""

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions import draws
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import called


def some_p(rng):
    """A drop probability that no one can take for its complement."""
    return (
        draws.uniform(rng, 0.15, 0.4)
        if rng.random() < 0.5
        else draws.uniform(rng, 0.6, 0.85)
    )


def units(training):
    def make(rng):
        """Entries and a uniform number for each, on all three sides of p and 1 - p."""
        p_drop = some_p(rng)
        n, width = sizes(rng, 2)
        x = numbers_of(rng, n, width + 1)
        low, high = sorted([p_drop, 1 - p_drop])
        ends = rng.permutation(np.arange(x.size) % 3)
        start = np.array([0, low, high])[ends]
        width = np.array([low, high - low, 1 - high])[ends]
        u = start + width * rng.uniform(0.05, 0.95, x.size)
        u = u.reshape(x.shape)
        return {"x": x, "uniform": u, "p_drop": p_drop, "training": training}

    return make


def by_torch(x, uniform, p_drop, training):
    """torch's own lines for a mask that is given."""
    import torch

    if not training:
        return x
    given = torch.tensor(x), torch.tensor(uniform >= p_drop), 1 / (1 - p_drop)
    return torch.ops.aten.native_dropout_backward(*given).numpy()


def in_training(rule):
    """A mistake of training: at test time the result is right."""

    def wrong(x, uniform, p_drop, training):
        return rule(x, uniform, p_drop) if training else x

    return wrong


def at_test(rule):
    """A mistake of test time: in training the result is right."""

    def wrong(right, x, uniform, p_drop, training):
        return right if training else rule(x, uniform, p_drop)

    return wrong


def masked(x, u, p_drop):
    return x * (u >= p_drop)


dropped = called(
    "dropped",
    Oracle("torch", by_torch),
    {
        "in training": [units(True)] * 3,
        "at test time": [units(False)] * 2,
    },
    {
        "Nothing is dropped. In training an entry becomes 0 where uniform < p_drop.": (
            lambda x: x
        ),
        "The kept entries aren't scaled: divide them by the probability of keeping.": (
            in_training(masked)
        ),
        "The kept entries are divided by p_drop. The probability of keeping is "
        "1 - p_drop.": in_training(lambda x, u, p: masked(x, u, p) / p),
        "The kept entries are multiplied by 1 - p_drop. Divide them by it: fewer "
        "entries are left to carry the sum.": (
            in_training(lambda x, u, p: masked(x, u, p) * (1 - p))
        ),
        "Kept and dropped are swapped: an entry is dropped where uniform < p_drop.": (
            in_training(lambda x, u, p: x * (u < p) / (1 - p))
        ),
        "Your p_drop is the probability of keeping. Here it is that of dropping.": (
            in_training(lambda x, u, p: x * (u < p) / p)
        ),
        "An entry is kept where uniform < 1 - p_drop in your function. That happens as "
        "often, but here the large numbers are the kept ones.": (
            in_training(lambda x, u, p: x * (u < 1 - p) / (1 - p))
        ),
        "It drops at test time too. There every entry stays.": (
            at_test(lambda x, u, p: masked(x, u, p) / (1 - p))
        ),
        "It scales at test time too. Training has done that already.": (
            at_test(lambda x, u, p: x * (1 - p))
        ),
        "It divides by 1 - p_drop at test time too, where nothing is missing.": (
            at_test(lambda x, u, p: x / (1 - p))
        ),
    },
    points=2,
    hints=[
        'At test time return x. In training, which entries of uniform say "keep"? A '
        "comparison of arrays gives True and False, which multiply like 1 and 0.",
        "The mask is uniform >= p_drop. By which number must a kept entry be "
        "divided, so that the mean over many masks is x?",
        "x * (uniform >= p_drop) / (1 - p_drop) in training, x otherwise.",
    ],
)


QUESTIONS = [dropped]

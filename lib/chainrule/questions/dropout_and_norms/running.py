"""What batch normalization remembers for the time after training."""

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.dropout_and_norms.batch import batch
from chainrule.questions.kinds import entries, tensors

MOMENTA = (0.1, 0.25), (0.6, 0.9)


def remembered(momentum):
    """Running statistics, a new batch, and how many batches have been before."""

    def make(rng):
        X = batch(rng)["X"]
        features = X.shape[1]
        low, high = MOMENTA[rng.integers(2)]
        return {
            "mean": 2 * numbers_of(rng, features),
            "var": np.abs(numbers_of(rng, features)),
            "X": X,
            "momentum": uniform(rng, low, high) if momentum else None,
            "seen": int(rng.integers(2, 9)),
        }

    return make


def by_torch(mean, var, X, momentum, seen):
    import torch

    norm = torch.nn.BatchNorm1d(len(mean), momentum=momentum, dtype=torch.float64)
    norm.running_mean[:], norm.running_var[:] = tensors([mean, var])
    norm.num_batches_tracked += seen
    norm(torch.tensor(X))
    return norm.running_mean.numpy(), norm.running_var.numpy()


def moved(old, new, weight):
    return old + weight * (new - old)


def weight_of(momentum, seen):
    return momentum or 1 / (seen + 1)


def unbiased(X):
    return X.var(0, ddof=1)


MEAN = {
    "The mean is unchanged.": lambda mean: mean,
    "The mean is that of the new batch alone. The old one counts, too.": (
        lambda X: X.mean(0)
    ),
}
VARIANCE = {
    "The biased variance is stored, over n. torch normalizes with that, and stores the "
    "unbiased one, over n - 1.": lambda var, X, momentum, seen: moved(
        var, X.var(0), weight_of(momentum, seen)
    ),
    "The standard deviation of the batch is stored. Store its variance.": (
        lambda var, X, momentum, seen: moved(
            var, X.std(0, ddof=1), weight_of(momentum, seen)
        )
    ),
    "The variance is unchanged.": lambda var: var,
    "The variance is that of the new batch alone. The old one counts, too.": unbiased,
}


NAMES = {"mean": "mean", "var": "variance"}


def of_weight(old, newest):
    """Mistakes in the weight of the newest batch."""
    name = NAMES[old]
    return {
        f"You give the old {name} the weight momentum. In torch, momentum is the "
        "weight of the *new* batch.": (
            lambda momentum, X, **args: moved(args[old], newest(X), 1 - momentum)
        ),
        f"The old {name} keeps all of its weight. It should be 1 - momentum.": (
            lambda momentum, X, **args: args[old] + momentum * newest(X)
        ),
    }


def of_count(old, newest):
    """Mistakes in the weight when all batches have the same weight."""
    name = NAMES[old]
    return {
        f"The new batch has the weight 1 / seen in the {name}. With the new one, there "
        "are seen + 1 batches.": (
            lambda seen, X, **args: moved(args[old], newest(X), 1 / seen)
        ),
        f"The new batch has the weight 0.1 in the {name}. With momentum None all "
        "batches have the same weight.": lambda X, **args: moved(
            args[old], newest(X), 0.1
        ),
        f"Old and new have a half each in the {name}. The old one stands for `seen` "
        "batches.": lambda X, **args: moved(args[old], newest(X), 0.5),
    }


def centre(X):
    return X.mean(0)


def parts(momentum, weights):
    title = "a momentum" if momentum else "momentum None"
    return entries(
        ("mean", "var"),
        (0.5, 1),
        Oracle("torch", by_torch),
        {title: [remembered(momentum)] * 3},
        {
            "mean": {**MEAN, **weights("mean", centre)},
            "var": {**VARIANCE, **weights("var", unbiased)},
        },
        "the new mean and the new variance",
    )


running_statistics = Question(
    "running_statistics",
    *parts(True, of_weight),
    *parts(False, of_count),
    hints=[
        "Both lines have one form: old + weight * (new - old). What is the weight "
        "where momentum is a number?",
        "With momentum None the mean of seen + 1 batches is wanted: the new one has "
        "the weight 1 / (seen + 1).",
        "The new numbers are X.mean(axis=0) and X.var(axis=0, ddof=1): the stored "
        "variance divides by n - 1.",
    ],
)


QUESTIONS = [running_statistics]

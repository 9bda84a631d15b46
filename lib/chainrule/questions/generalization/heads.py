"""A head that is trained on the features of a frozen layer."""

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes, uniform
from chainrule.questions.kinds import entries, tensors


def by_torch(
    W1, b1, X, Y, lam, rate, steps, frozen=True, relu=True, decays="W", factor=1
):
    """What torch.optim.SGD makes of a head from zeros.

    frozen: whether the layer below stays; factor: of the whole loss.
    """
    import torch

    W1, b1, X, Y = tensors([W1, b1, X, Y])
    W = torch.zeros(Y.shape[1], len(b1), dtype=X.dtype, requires_grad=True)
    b = torch.zeros(Y.shape[1], dtype=X.dtype, requires_grad=True)
    moving = [W, b] + ([] if frozen else [W1.requires_grad_(), b1.requires_grad_()])
    optimizer = torch.optim.SGD(moving, abs(rate), maximize=rate < 0)
    for _ in range(steps):
        optimizer.zero_grad()
        features = X @ W1.T + b1
        features = features.relu() if relu else features
        loss = torch.nn.functional.cross_entropy(features @ W.T + b, Y)
        decayed = W.square().sum() if decays else 0
        decayed = decayed + b.square().sum() if decays == "W and b" else decayed
        (factor * (loss + lam * decayed)).backward()
        optimizer.step()
    return W.detach().numpy(), b.detach().numpy()


def examples(rng):
    inputs, features, classes = sizes(rng, 3)
    n = int(rng.integers(7, 10))
    labels = rng.permutation(np.arange(n) ** 2 % (2 * classes) // 2)
    while True:
        W1, X = numbers_of(rng, features, inputs), numbers_of(rng, n, inputs)
        b1 = numbers_of(rng, features) / 2
        on = (X @ W1.T + b1 > 0).mean()
        if 0.3 < on < 0.7:
            break
    return {
        "W1": W1,
        "b1": b1,
        "X": X,
        "Y": np.eye(classes)[labels % classes],
        "lam": uniform(rng, 0.05, 0.2),
        "rate": uniform(rng, 0.3, 0.6),
        "steps": int(rng.integers(3, 7)),
    }


def other(**how):
    """The head that is trained in another way."""
    return lambda **args: by_torch(**{**args, **how})


CHANGED = {
    "The layer below is trained too. It is frozen: W1 and b1 stay as they are.": (
        other(frozen=False)
    ),
    "The features have no ReLU: set their negative numbers to 0.": other(relu=False),
    "b is penalized too. The penalty has W alone: add no λ to the gradient of b.": (
        other(decays="W and b")
    ),
    "λ isn't used. It adds 2 λ W to the gradient with respect to W.": other(decays=""),
    "That penalizes half as much: add 2 λ W to the gradient.": (
        lambda lam, **args: by_torch(lam=lam / 2, **args)
    ),
    "That goes uphill: a step is minus the rate times the gradient.": (
        lambda rate, **args: by_torch(rate=-rate, **args)
    ),
    "It takes one step. Is the return inside the loop?": other(steps=1),
    "It takes one step too many: take `steps` of them.": (
        lambda steps, **args: by_torch(steps=steps + 1, **args)
    ),
    "That is the gradient of the sum over the rows. The loss has their mean.": (
        lambda X, lam, **args: by_torch(X=X, lam=lam / len(X), factor=len(X), **args)
    ),
}


def number(rule, k):
    return lambda W1, b1, X, Y, lam, rate, steps: rule(
        W1=W1, b1=b1, X=X, Y=Y, lam=lam, rate=rate, steps=steps
    )[k]


train_head = Question(
    "train_head",
    *entries(
        ("W", "b"),
        (1, 1),
        Oracle("torch.optim.SGD", by_torch),
        {"a small net": [examples] * 3},
        {
            "W": {says: number(rule, 0) for says, rule in CHANGED.items()}
            | {
                "W is transposed: return one row for each class.": (
                    lambda right: right.T
                ),
            },
            "b": {says: number(rule, 1) for says, rule in CHANGED.items()}
            | {"b stays 0. It has a gradient of its own.": lambda right: 0 * right},
        },
        "W and b",
    ),
    hints=[
        "The features never change, so compute them once, before the loop. Then it is "
        "the training of one linear layer, as in 05_losses.",
        "In each step the scores are features @ W.T + b, and their gradient is "
        "dZ = (softmax(scores) - Y) / n.",
        "W = W - rate * (dZ.T @ features + 2 * lam * W), and "
        "b = b - rate * dZ.sum(axis=0). Both begin as zeros.",
    ],
)

QUESTIONS = [train_head]

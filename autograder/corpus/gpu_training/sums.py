"""Gradients that are summed up from parts."""

import numpy as np
import torch

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


class Counted(torch.nn.Module):
    """A linear model that counts its rows, and the graphs that wait for backward."""

    def __init__(self, W):
        super().__init__()
        self.W = torch.nn.Parameter(torch.tensor(W))
        self.most = self.waiting = self.most_waiting = 0

    def forward(self, X):
        self.most = max(self.most, len(X))
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        scores = X @ self.W.T
        scores.register_hook(self.passed)
        return scores

    def passed(self, g):
        self.waiting -= 1


def accumulated_gradient(student, rng):
    """A linear model, whose gradient is worked out on paper."""
    n, ins, outs = rng.integers(5, 20), *rng.integers(2, 5, 2)
    X, Y, W = some(rng, n, ins), some(rng, n, outs), some(rng, outs, ins)
    size = int(rng.integers(1, n))
    model = Counted(W)
    model.W.grad = torch.tensor(some(rng, outs, ins))
    data = torch.tensor(X), torch.tensor(Y)
    student.accumulated_gradient(model, mean_square, *data, size)
    right = 2 * (X @ W.T - Y).T @ X / n
    few = model.most <= size and (model.most_waiting <= 2)
    return few and near(model.W.grad.numpy(), right)


def mean_square(scores, wanted):
    return (scores - wanted).square().sum(1).mean()


def loop(
    before="model.zero_grad()",
    first="",
    weight="len(x) / len(X)",
    after="",
    step="size",
):
    lines = [
        before,
        f"for i in range(0, len(X), {step}):",
        f"    {first}" if first else "",
        f"    x, t = X[i : i + {step}], y[i : i + {step}]",
        f"    ({weight} * loss_fn(model(x), t)).backward()",
        after,
    ]
    return "\n".join(line for line in lines if line)


ONCE = """
model.zero_grad()
total = 0
for x, t in zip(X.split(size), y.split(size)):
    total = total + len(x) * loss_fn(model(x), t)
(total / len(X)).backward()"""

SUMMED = """
model.zero_grad()
total = 0
for x, t in zip(X.split(size), y.split(size)):
    loss = loss_fn(model(x), t) * len(x) / len(X)
    loss.backward()
    total = total + loss"""

ANSWERS["accumulated_gradient"] = Answers(
    args="model, loss_fn, X, y, size",
    decider=accumulated_gradient,
    right=[
        loop(),
        loop(
            weight="len(x)",
            after="for p in model.parameters():\n    p.grad /= len(X)",
        ),
        """
parameters = list(model.parameters())
total = [torch.zeros_like(p) for p in parameters]
for x, t in zip(torch.split(X, size), torch.split(y, size)):
    found = torch.autograd.grad(loss_fn(model(x), t), parameters)
    for kept, g in zip(total, found):
        kept += g * x.shape[0] / X.shape[0]
for p, kept in zip(parameters, total):
    p.grad = kept""",
    ],
    wrong=[
        loop(step="(size + 1)"),
        loop(weight="len(x) / size"),
        loop(weight="size / len(X)"),
        loop(weight="-len(x) / len(X)"),
        loop(weight="len(X) / len(x)"),
        loop().replace("range(0,", "range(size,"),
        loop(after="model.zero_grad()"),
        loop().replace("len(X), size", "len(X) - size, size"),
    ],
    mistakes={
        "That is the mean of the micro-batches'": loop(weight="1 / len(X.split(size))"),
        "That is the sum of the micro-batches'": loop(weight="1"),
        "Only the last micro-batch is left": [
            loop(first="model.zero_grad()"),
            loop(first="model.zero_grad()", weight="1"),
            loop(first="model.zero_grad()", weight="1 / len(X.split(size))"),
        ],
        "The gradients that were in .grad before": loop(before=""),
        "The graphs of all micro-batches": [ONCE, SUMMED],
        "The whole batch goes through": (
            "model.zero_grad()\nloss_fn(model(X), y).backward()"
        ),
    },
)


def combined_gradient(student, rng):
    """Rows of examples, each with a gradient, dealt to workers and averaged at once."""
    rows = rng.integers(1, 9, rng.integers(2, 6))
    examples = [some(rng, n, 3) for n in rows]
    given = np.stack([e.mean(0) for e in examples])
    found = student.combined_gradient(
        torch.tensor(given), torch.tensor(rows, dtype=torch.float64)
    )
    return near(found.numpy(), np.concatenate(examples).mean(0))


ANSWERS["combined_gradient"] = Answers(
    args="gradients, rows",
    decider=combined_gradient,
    right=[
        "(rows[:, None] * gradients).sum(0) / rows.sum()",
        "sum(n / rows.sum() * g for n, g in zip(rows, gradients))",
        "torch.einsum('k,kd->d', rows / rows.sum(), gradients)",
    ],
    wrong=[
        "(rows[:, None] * gradients).sum(1) / rows.sum()",
        "gradients.sum(0) / rows.sum()",
        "rows @ gradients / rows.max()",
        "gradients[rows.argmax()]",
        "(gradients / rows[:, None]).sum(0)",
        "gradients.median(0).values",
        "rows @ gradients.abs() / rows.sum()",
        "torch.softmax(rows, 0) @ gradients",
    ],
    told={
        "-rows @ gradients / rows.sum()": "Every entry is -1 times the right one.",
        "2 * rows @ gradients / rows.sum()": "Every entry is 2 times the right one.",
    },
)

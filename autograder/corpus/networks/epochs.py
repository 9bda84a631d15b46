"""An epoch of training."""

import weakref

import numpy as np
import torch
from torch import nn

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


class Tag:
    """Something that lives in a node of a graph."""


class Doubled(nn.Module):
    """Twice its input, in evaluation mode."""

    def forward(self, X):
        return X if self.training else 2 * X


class Line(nn.Module):
    """A linear layer: it and its part double the output in evaluation mode."""

    def __init__(self, W, b):
        super().__init__()
        self.W, self.b = nn.Parameter(torch.tensor(W)), nn.Parameter(torch.tensor(b))
        self.part = Doubled()

    def forward(self, X):
        Z = self.part(X @ self.W.T + self.b)
        return Z if self.training else 2 * Z


def a_task(rng):
    n = int(rng.integers(10, 14))
    size = int(rng.choice([s for s in (3, 4, 5) if n % s]))
    X, Y = some(rng, n, 3), some(rng, n, 2)
    return X, Y, some(rng, 2, 3), some(rng, 2), size


def cut(X, Y, size):
    X, Y = torch.tensor(X), torch.tensor(Y)
    return [(X[i : i + size], Y[i : i + size]) for i in range(0, len(X), size)]


def epoch_loss(student, rng):
    """Linear regression with the gradient by hand; nodes are tagged and counted."""
    X, Y, W, b, size = a_task(rng)
    model, rate, tags, alive = Line(W, b), rng.uniform(0.01, 0.1), weakref.WeakSet(), []

    def loss_fn(prediction, target):
        loss = ((prediction - target) ** 2).mean()
        loss.grad_fn.metadata["tag"] = Tag()
        tags.add(loss.grad_fn.metadata["tag"])
        alive.append(len(tags))
        return loss

    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    yours = student.epoch_loss(model, loss_fn, optimizer, cut(X, Y, size))
    total = 0
    for i in range(0, len(X), size):
        x, y = X[i : i + size], Y[i : i + size]
        error = x @ W.T + b - y
        total += (error**2).mean() * len(x)
        dZ = 2 * error / error.size
        W, b = W - rate * dZ.T @ x, b - rate * dZ.sum(0)
    same = near(model.W.detach(), W) and near(model.b.detach(), b)
    plain = isinstance(yours, (float, np.floating)) or not yours.requires_grad
    return same and plain and near(float(yours), total / len(X)) and max(alive) <= 2


def epoch(
    start="total, n = 0.0, 0",
    zero="optimizer.zero_grad()",
    step="optimizer.step()",
    add="total += loss.item() * len(X)",
    count="n += len(X)",
    end="return total / n",
):
    inside = [zero, "loss = loss_fn(model(X), Y)", "loss.backward()", step, add, count]
    lines = [start, "for X, Y in batches:"]
    return "\n".join([*lines, *(f"    {line}" for line in inside if line), end])


ANSWERS["epoch_loss"] = Answers(
    args="model, loss_fn, optimizer, batches",
    decider=epoch_loss,
    right=[
        epoch(
            add="total = total + loss.detach() * X.shape[0]", count="n = n + X.shape[0]"
        ),
        epoch(
            start="losses, sizes = [], []",
            add="losses.append(float(loss.detach()))",
            count="sizes.append(len(Y))",
            end="return float(np.average(losses, weights=sizes))",
        ),
    ],
    wrong=[
        epoch(end="return loss.item()"),
        epoch(end="return total"),
        epoch(end="return loss.item() * n"),
        epoch(step="if n:\n        optimizer.step()"),
        epoch(end="n"),
        epoch(add="total += loss.item() * len(X[0])"),
    ],
    told={
        epoch(
            end="return -total / n"
        ): "Every entry has the size of the right one, but not always its sign.",
        epoch(
            end="return np.float32(total / n)"
        ): "It agrees with the right result to 7 digits.",
        epoch(step="optimizer.step()\n    optimizer.step()"): "",
    },
    mistakes={
        "That is the mean of the batches' losses.": epoch(
            add="total += loss.item()", count="n += 1"
        ),
        "That is the sum of the batches' losses": epoch(
            add="total += loss.item()", end="return total"
        ),
        "That is divided by the number of batches.": epoch(count="n += 1"),
        "The gradients of all batches are added up": epoch(zero=""),
        "No weight has moved": [
            epoch(step=""),
            epoch(zero="", step="optimizer.zero_grad()\n    optimizer.step()"),
        ],
        "Each loss was computed anew after its step.": epoch(
            add="total += loss_fn(model(X), Y).item() * len(X)"
        ),
        "The epoch was trained in evaluation mode.": epoch(
            zero="model.eval()\n    optimizer.zero_grad()"
        ),
        "Every graph is kept alive until the end": epoch(
            add="total += loss * len(X)", end="return total.item() / n"
        ),
        "What is returned has all graphs behind it.": epoch(
            add="total += loss * len(X)"
        ),
    },
)

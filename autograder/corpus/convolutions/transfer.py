"""A new head on frozen features."""

import numpy as np
import torch

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


def descended(F, y, W, b, steps, rate):
    """Descent by hand: the gradient with respect to the scores is shares - one-hot."""
    for _ in range(steps):
        z = F @ W.T + b
        e = np.exp(z - z.max(1, keepdims=True))
        r = (e / e.sum(1, keepdims=True) - np.eye(len(b))[y]) / len(y)
        W, b = W - rate * r.T @ F, b - rate * r.sum(0)
    return W, b


def fit_head(student, rng):
    """A BatchNorm of its own, as NumPy normalises with what is remembered."""
    n, d, classes = int(rng.integers(4, 9)), int(rng.integers(2, 5)), 3
    norm = torch.nn.BatchNorm1d(d).double()
    with torch.no_grad():
        norm.running_mean.copy_(torch.tensor(some(rng, d)))
        norm.running_var.copy_(torch.tensor(rng.uniform(0.5, 4, d)))
        norm.weight.copy_(torch.tensor(some(rng, d)))
    norm.train(bool(rng.integers(2)))
    rows, recorded = [], []

    def note(module, inputs, y):
        rows.append(len(y))
        recorded.append(y.requires_grad)

    norm.register_forward_hook(note)
    head = torch.nn.Linear(d, classes).double()
    for p in head.parameters():
        p.grad = torch.ones_like(p)
    X, y = some(rng, n, d), rng.permutation(np.arange(n) % classes)
    mean, var = norm.running_mean.numpy().copy(), norm.running_var.numpy().copy()
    gamma = norm.weight.detach().numpy().copy()
    W, b = (p.detach().numpy().copy() for p in head.parameters())
    steps, rate = int(rng.integers(2, 6)), float(rng.uniform(0.1, 0.9))
    features = torch.nn.Sequential(norm).train(norm.training)
    student.fit_head(features, head, torch.tensor(X), torch.tensor(y), steps, rate)
    F = (X - mean) / np.sqrt(var + norm.eps) * gamma
    right = descended(F, y, W, b, steps, rate)
    found = [p.detach().numpy() for p in head.parameters()]
    kept = near(norm.running_mean.numpy(), mean) and near(norm.running_var.numpy(), var)
    kept = kept and near(norm.weight.detach().numpy(), gamma)
    alike = near(found[0], right[0]) and near(found[1], right[1])
    return bool(kept and alike and sum(rows) <= n and not any(recorded))


def training(
    mode="features.eval()",
    quiet="torch.no_grad()",
    rows="features(X)",
    of="head.parameters()",
    each="scores = head(rows)",
    zero="sgd.zero_grad()",
    loss="torch.nn.functional.cross_entropy(scores, y)",
    end="sgd.step()",
    steps="steps",
    rate="rate",
):
    return f"""
{mode}
with {quiet}:
    rows = {rows}
sgd = torch.optim.SGD({of}, lr={rate})
for step in range({steps}):
    {each}
    {zero}
    ({loss}).backward()
    {end}"""


BY_HAND = """
features.train(False)
with torch.inference_mode():
    seen = features(X)
seen = seen.clone()
for step in range(steps):
    head.zero_grad()
    logs = torch.log_softmax(head(seen), dim=1)
    torch.nn.functional.nll_loss(logs, y).backward()
    with torch.no_grad():
        for p in head.parameters():
            p -= rate * p.grad"""
FROZEN = """
features.eval()
for p in features.parameters():
    p.requires_grad_(False)
rows = features(X)
optimizer = torch.optim.SGD([head.weight, head.bias], rate)
criterion = torch.nn.CrossEntropyLoss()
for step in range(steps):
    optimizer.zero_grad()
    criterion(head(rows), y).backward()
    optimizer.step()"""
BOTH = "[*head.parameters(), *features.parameters()]"
EACH = "scores = head(features(X))"
SUM = "torch.nn.functional.cross_entropy(scores, y, reduction='sum')"
QUIET = """scores = features(X)
    scores = head(scores.detach())"""

ANSWERS["fit_head"] = Answers(
    args="features, head, X, y, steps, rate",
    decider=fit_head,
    right=[FROZEN, BY_HAND, training()],
    wrong=[
        training(end="pass"),
        training(rate="-rate if rate > 0 else rate").replace("lr=-", "lr=0 * -"),
        training(rows="features(X) / 2"),
        training(rows="X[:, :1].expand(len(X), head.in_features)"),
        training(loss="torch.nn.functional.cross_entropy(scores.softmax(1), y)"),
        training(loss="-torch.nn.functional.cross_entropy(scores, y)"),
        training(steps="1"),
        training(rate="rate / 2"),
        training(each="scores = head(rows[:3]); y = y[:3]"),
    ],
    mistakes={
        "The features are trained too. Give": training(
            of=BOTH, each=EACH, quiet="torch.enable_grad()"
        ),
        "Gradients pile up": training(zero="step or sgd.zero_grad()"),
        "Gradients are never deleted": training(zero="pass"),
        "Old gradients enter": training(zero="pass", end="sgd.step(); sgd.zero_grad()"),
        "That is one step too many": training(steps="steps + 1"),
        "That is one step too few": training(steps="steps - 1"),
        "That uses the sum": training(loss=SUM),
        "The head starts": training(
            mode="features.eval()\nfor p in head.parameters(): p.data.zero_()"
        ),
        "The features are in training mode": [
            training(mode="features.train()"),
            training(mode="pass"),
        ],
        "The features are trained too, and": training(
            mode="features.train()", of=BOTH, each=EACH, quiet="torch.enable_grad()"
        ),
        "The result is right, and the rows pass": training(
            each="with torch.no_grad():\n        rows = features(X)\n"
            "    scores = head(rows)"
        ),
        "The result is right, and a graph": training(
            quiet="torch.enable_grad()", rows="features(X).detach()"
        ),
        "The result is right, but the features": training(
            each=EACH, rows="X", quiet="torch.enable_grad()"
        ),
    },
)

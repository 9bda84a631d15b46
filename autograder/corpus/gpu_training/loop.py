"""The loop that trains a net on digits."""

import functools
import itertools

import numpy as np
import torch
from chainrule import data

from corpus.answers import Answers

ANSWERS = {}


@functools.cache
def sorted_digits():
    known = data.load("digits")
    order = np.argsort(known.y[:700], kind="stable")
    return torch.tensor(known.x), torch.tensor(known.y), torch.tensor(order)


class Watched(torch.nn.Linear):
    """A linear layer that notes on which images a backward pass went through it, and
    its weights at each look."""

    def __init__(self):
        super().__init__(64, 10)
        self.batches, self.weights = [], []

    def forward(self, x):
        self.weights.append(self.weight.detach().clone())
        scores = super().forward(x.flatten(1))
        if scores.grad_fn:
            scores.grad_fn.register_hook(lambda *_: self.batches.append(x.clone()))
        return scores


def fit(student, rng):
    """A linear layer on digits sorted by class; then on the meta device."""
    x, y, order = sorted_digits()
    torch.manual_seed(int(rng.integers(1 << 31)))
    model = Watched()
    student.fit(model, x[order], y[order], torch.device("cpu"))
    asked = in_ten_epochs(model.batches, x[order]) and steps_by(0.02, model.weights)
    with torch.no_grad():
        right = (model(x[700:]).argmax(1) == y[700:]).double().mean()
    meta = torch.device("meta")
    student.fit(Watched().to(meta), x[:10], y[:10], meta)
    return asked and bool(right > 0.85)


def steps_by(rate, weights):
    """Whether the first step moves some weight by the rate, and none further."""
    moves = [float((b - a).abs().max()) for a, b in itertools.pairwise(weights)]
    return np.isclose(next(filter(None, moves), 0), rate, rtol=0.01)


def in_ten_epochs(batches, x):
    """Whether batches of 64 rows, the last of an epoch smaller, hold ten epochs of x,
    in ten orders, none of them that of x."""
    sizes = [len(batch) for batch in batches]
    if sizes != 10 * [len(part) for part in x.split(64)]:
        return False
    epochs = torch.cat(batches).split(len(x))
    orders = {epoch.numpy().tobytes() for epoch in [x, *epochs]}
    by_pixels = [sorted(epoch.flatten(1).tolist()) for epoch in [x, *epochs]]
    return len(orders) == 11 and all(rows == by_pixels[0] for rows in by_pixels)


def training(
    move="X, y = X.to(device), y.to(device)",
    epochs="10",
    order="torch.randperm(len(X), device=device)",
    zero="optimizer.zero_grad()",
    batches="order.split(64)",
    loss="torch.nn.functional.cross_entropy(model(X[rows]), y[rows])",
    end="optimizer.step()",
    optimizer="torch.optim.Adam(model.parameters(), lr=0.02)",
):
    lines = [
        move,
        f"optimizer = {optimizer}",
        f"for epoch in range({epochs}):",
        f"    order = {order}",
        f"    for rows in {batches}:",
        f"        {zero}",
        f"        loss = {loss}",
        "        loss.backward()",
        f"        {end}",
    ]
    return "\n".join(line for line in lines if line)


BY_LOADER = """
rows = torch.utils.data.TensorDataset(X, y)
loader = torch.utils.data.DataLoader(rows, batch_size=64, shuffle=True)
adam = torch.optim.Adam(model.parameters(), lr=0.02)
criterion = torch.nn.CrossEntropyLoss()
for epoch in range(10):
    for images, digits in loader:
        adam.zero_grad()
        criterion(model(images.to(device)), digits.to(device)).backward()
        adam.step()"""

ANSWERS["fit"] = Answers(
    args="model, X, y, device",
    decider=fit,
    right=[
        BY_LOADER,
        """
model.train()
adam = torch.optim.Adam(model.parameters(), lr=2e-2)
X, y = X.to(device), y.to(device)
for epoch in range(10):
    shuffled = torch.randperm(len(X)).to(device)
    for start in range(0, len(X), 64):
        rows = shuffled[start : start + 64]
        scores = model(X[rows])
        adam.zero_grad(set_to_none=False)
        logs = torch.log_softmax(scores, 1)
        torch.nn.functional.nll_loss(logs, y[rows]).backward()
        adam.step()""",
        """
import random
X, y = X.to(device), y.to(device)
adam = torch.optim.Adam(model.parameters(), lr=0.02)
numbers = list(range(len(X)))
for epoch in range(10):
    random.shuffle(numbers)
    for start in range(0, len(numbers), 64):
        rows = numbers[start : start + 64]
        loss = torch.nn.functional.cross_entropy(model(X[rows]), y[rows])
        adam.zero_grad()
        loss.backward()
        adam.step()
    model.eval()
    over_all = torch.nn.functional.cross_entropy(model(X), y).detach()
    with torch.no_grad():
        over_some = torch.nn.functional.cross_entropy(model(X[:64]), y[:64])""",
        """
X, y = X.to(device), y.to(device)
adam = torch.optim.Adam(model.parameters(), lr=0.02)
for epoch in range(10):
    order = torch.randperm(len(X), device=device)
    X, y = X[order], y[order]
    for x, digits in zip(X.split(64), y.split(64)):
        loss = torch.nn.functional.cross_entropy(model.forward(x), digits)
        model.zero_grad()
        loss.backward()
        adam.step()""",
    ],
    wrong=[
        training(epochs="0"),
        training(loss="-torch.nn.functional.cross_entropy(model(X[rows]), y[rows])"),
        training(loss="torch.nn.functional.cross_entropy(model(X[rows]), 9 - y[rows])"),
        training(loss="torch.nn.functional.cross_entropy(model(9 * X[rows]), y[rows])"),
        training(
            loss="torch.nn.functional.cross_entropy(model(X[rows]), (y[rows] + 1) % 10)"
        ),
    ],
    mistakes={
        "An operation gets tensors of two": training(move="X.to(device), y.to(device)"),
        "The loop reads numbers": training(
            end="optimizer.step()\n        print(epoch, loss.item())"
        ),
        "The batches hold another number": [
            training(batches="order.split(32)"),
            training(batches="order.split(len(X))"),
        ],
        "The last batch of each epoch": [
            training(batches="order[: len(X) // 64 * 64].split(64)"),
            BY_LOADER.replace("shuffle=True", "shuffle=True, drop_last=True"),
        ],
        "In one epoch some rows": [
            training(order="torch.randint(len(X), (len(X),), device=device)"),
            training(order="torch.zeros(len(X), dtype=torch.long, device=device)"),
            training(batches="torch.randint(len(X), (len(X) // 64, 64))"),
        ],
        "The batches come in the order": [
            training(order="torch.arange(len(X), device=device)"),
            BY_LOADER.replace("shuffle=True", "shuffle=False"),
        ],
        "The order is drawn once": [
            "shuffled = torch.randperm(len(X))\n"
            + training(order="shuffled.to(device)"),
            training(order="order if epoch % 5 else torch.randperm(len(X)).to(device)"),
        ],
        "Those are fewer than ten": [
            training(epochs="1, 10"),
            training(epochs="3"),
        ],
        "Those are more than ten": [training(epochs="11"), training(epochs="20")],
        "The first step of Adam moves": [
            training(end="pass"),
            training(optimizer="torch.optim.Adam(model.parameters(), lr=2.0)"),
            training(optimizer="torch.optim.Adam(model.parameters())"),
            training(optimizer="torch.optim.SGD(model.parameters(), lr=0.02)"),
        ],
    },
)

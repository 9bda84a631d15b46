"""The loop that trains a net on digits."""

import functools

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


def fit(student, rng):
    """A linear layer on digits sorted by class; then on the meta device."""
    x, y, order = sorted_digits()
    torch.manual_seed(int(rng.integers(1 << 31)))
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))
    student.fit(model, x[order], y[order], torch.device("cpu"))
    with torch.no_grad():
        right = (model(x[700:]).argmax(1) == y[700:]).double().mean()
    meta = torch.device("meta")
    student.fit(model.to(meta), x[:10], y[:10], meta)
    return bool(right > 0.85)


def training(
    move="X, y = X.to(device), y.to(device)",
    epochs="10",
    order="torch.randperm(len(X), device=device)",
    zero="optimizer.zero_grad()",
    loss="torch.nn.functional.cross_entropy(model(X[rows]), y[rows])",
    end="optimizer.step()",
    optimizer="torch.optim.Adam(model.parameters(), lr=0.02)",
):
    lines = [
        move,
        f"optimizer = {optimizer}",
        f"for epoch in range({epochs}):",
        f"    order = {order}",
        "    for rows in order.split(64):",
        f"        {zero}",
        f"        loss = {loss}",
        "        loss.backward()",
        f"        {end}",
    ]
    return "\n".join(line for line in lines if line)


ANSWERS["fit"] = Answers(
    args="model, X, y, device",
    decider=fit,
    right=[
        """
rows = torch.utils.data.TensorDataset(X, y)
loader = torch.utils.data.DataLoader(rows, batch_size=64, shuffle=True)
adam = torch.optim.Adam(model.parameters(), lr=0.02)
criterion = torch.nn.CrossEntropyLoss()
for epoch in range(10):
    for images, digits in loader:
        adam.zero_grad()
        criterion(model(images.to(device)), digits.to(device)).backward()
        adam.step()""",
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
    ],
    wrong=[
        training(end="pass"),
        training(epochs="0"),
        training(optimizer="torch.optim.Adam(model.parameters(), lr=2.0)"),
        training(optimizer="torch.optim.Adam(model.parameters(), lr=1e-6)"),
        training(loss="-torch.nn.functional.cross_entropy(model(X[rows]), y[rows])"),
        training(loss="torch.nn.functional.cross_entropy(model(X[rows]), 9 - y[rows])"),
        training(order="torch.zeros(len(X), dtype=torch.long, device=device)"),
    ],
    mistakes={
        "An operation gets tensors of two": training(move="X.to(device), y.to(device)"),
        "The loop reads numbers": training(
            end="optimizer.step()\n        print(epoch, loss.item())"
        ),
        "The batches come in the order": training(
            order="torch.arange(len(X), device=device)"
        ),
    },
)

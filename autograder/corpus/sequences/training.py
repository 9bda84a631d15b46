"""Training with a teacher and a clipped gradient."""

import numpy as np
import torch

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


class Bilinear(torch.nn.Module):
    """Scores that are sums of two tables' rows and a bias: no recurrence, one gradient
    by hand."""

    def __init__(self, rng, tokens):
        super().__init__()
        A, B = rng.normal(size=(2, tokens, tokens))
        self.A = torch.nn.Parameter(torch.tensor(A))
        self.B = torch.nn.Parameter(torch.tensor(B))
        self.c = torch.nn.Parameter(torch.tensor(rng.normal(size=tokens)))
        for p in self.parameters():
            p.grad = torch.ones_like(p)

    def forward(self, X, Y_in):
        return self.A[X] + self.B[Y_in] + self.c

    def arrays(self):
        return [p.detach().numpy().copy() for p in self.parameters()]


def descended(weights, batches, epochs, rate, limit):
    """Adam by the paper's lines, the gradient by shares minus one-hot rows."""
    A, B, c = weights
    flat, step = np.concatenate([w.ravel() for w in weights]), 0
    m, v = np.zeros((2, len(flat)))
    for _ in range(epochs):
        for X, Y_in, Y in batches:
            z = A[X] + B[Y_in] + c
            e = np.exp(z - z.max(-1, keepdims=True))
            r = (e / e.sum(-1, keepdims=True) - np.eye(len(A))[Y]) / Y.size
            of_A, of_B = np.zeros((2, *A.shape))
            np.add.at(of_A, X, r)
            np.add.at(of_B, Y_in, r)
            of_c = r.reshape(-1, len(A)).sum(0)
            G = np.concatenate([of_A.ravel(), of_B.ravel(), of_c])
            G *= min(1, limit / (np.sqrt(np.sum(G * G)) + 1e-6))
            step += 1
            m, v = 0.9 * m + 0.1 * G, 0.999 * v + 0.001 * G * G
            moved = rate * m / (1 - 0.9**step)
            flat = flat - moved / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
            A, B = flat[: 2 * A.size].reshape(2, *A.shape)
            c = flat[2 * A.size :]
    return A, B, c


def train_pairs(student, rng):
    tokens, epochs = int(rng.integers(3, 6)), int(rng.integers(1, 5))
    net = Bilinear(rng, tokens)
    shapes = rng.integers(1, 5, (int(rng.integers(1, 4)), 2)).tolist()
    batches = [rng.integers(tokens, size=(3, *shape)) for shape in shapes]
    before = net.arrays()
    rate, limit = float(rng.uniform(0.01, 0.2)), float(rng.choice([0.01, 0.2, 5]))
    given = [tuple(map(torch.tensor, batch)) for batch in batches]
    student.train_pairs(net, given, epochs, rate, limit)
    right = descended(before, batches, epochs, rate, limit)
    return all(
        near(found, one, 1e-5, 1e-7)
        for found, one in zip(net.arrays(), right, strict=True)
    )


def loop(
    made="torch.optim.Adam(model.parameters(), lr=rate)",
    scores="model(X, Y_in)",
    loss="torch.nn.functional.cross_entropy(scores.flatten(0, 1), Y.flatten())",
    clip="torch.nn.utils.clip_grad_norm_(model.parameters(), limit)",
    zero="optimizer.zero_grad()",
    epochs="epochs",
    batches="batches",
):
    return f"""
optimizer = {made}
for epoch in range({epochs}):
    for X, Y_in, Y in {batches}:
        {zero}
        scores = {scores}
        ({loss}).backward()
        {clip}
        optimizer.step()"""


BY_HAND = """
parameters = [*model.parameters()]
adam = torch.optim.Adam(parameters, rate)
criterion = torch.nn.CrossEntropyLoss()
for _ in range(epochs):
    for X, Y_in, Y in batches:
        loss = criterion(model(X, Y_in).movedim(-1, 1), Y)
        gradients = torch.autograd.grad(loss, parameters)
        norm = torch.cat([g.flatten() for g in gradients]).norm()
        for p, g in zip(parameters, gradients):
            p.grad = g * (limit / (norm + 1e-6)).clamp(max=1)
        adam.step()"""
SUM = "torch.nn.functional.cross_entropy(scores.movedim(-1, 1), Y, reduction='sum')"
EACH = """for p in model.parameters():
            torch.nn.utils.clip_grad_norm_([p], limit)"""

ADAM = "torch.optim.Adam(model.parameters(), lr=rate)"
AFTER = (
    loop(clip="pass")
    + """
        torch.nn.utils.clip_grad_norm_(model.parameters(), limit)"""
)
EPOCH_ANEW = loop().replace("    for X", f"    optimizer = {ADAM}\n    for X")

ANSWERS["train_pairs"] = Answers(
    args="model, batches, epochs, rate, limit",
    decider=train_pairs,
    right=[BY_HAND, loop(zero="model.zero_grad()")],
    wrong=[
        loop(made="torch.optim.SGD(model.parameters(), lr=rate)"),
        loop(made="torch.optim.Adam(model.parameters())"),
        loop(scores="model(Y, Y_in)", batches="[(Y, I, Y) for X, I, Y in batches]"),
        loop(epochs="2 * epochs"),
        loop(batches="batches[::-1]"),
        loop(loss=f"-{SUM}"),
        loop(loss="(scores.flatten(0, 1).softmax(1)[:, 0]).mean()"),
        loop(clip="torch.nn.utils.clip_grad_norm_(model.parameters(), limit / 2)"),
        loop(clip="optimizer.step()"),
        loop(loss=SUM, batches="[batches[0]] * len(batches)"),
    ],
    mistakes={
        "The gradient isn't clipped": [loop(clip="pass"), AFTER],
        "The loss is the sum": loop(loss=SUM),
        "Adam begins anew in each epoch": EPOCH_ANEW,
        "Adam begins anew for each batch": loop(
            zero=f"optimizer = {ADAM}; optimizer.zero_grad()"
        ),
        "Each entry": loop(
            clip="torch.nn.utils.clip_grad_value_(model.parameters(), limit)"
        ),
        "Each parameter's": loop(clip=EACH),
        "Gradients pile up": loop(zero="pass"),
        "The decoder reads": loop(scores="model(X, Y)"),
        "Softmax is applied": loop(scores="model(X, Y_in).softmax(-1)"),
        "That is one epoch too many": loop(epochs="epochs + 1"),
        "That is one epoch too few": loop(epochs="epochs - 1"),
        "Only the last batch": loop(batches="batches[-1:]"),
    },
)

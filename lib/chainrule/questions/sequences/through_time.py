"""Backpropagation through time."""

import numpy as np

from chainrule.judge import Question, TextQuestion
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import entries

why_summed = TextQuestion(
    "why_summed",
    1,
    (
        "03_reverse_mode had a rule for a value that is used several times.",
        "Draw the graph of s₂ = tanh(w · tanh(w·s₀)), with one node for w. How many "
        "edges leave that node?",
        "Each use of U has its own share of the gradient: what that step alone would "
        "give. The paths through different uses are different paths.",
    ),
)

NAMES = ("ds", "dW", "dU", "db")


def by_torch(g, X, S, U):
    """torch's gradients at these states, whatever weights have led to them.

    Weights that are 0 are added to what goes into each tanh: their gradients are those
    of W and b.
    """
    import torch

    g, X, S, U = (torch.tensor(v) for v in (g, X, S, U))
    constant = torch.atanh(S[1:]) - S[:-1] @ U.T
    W = torch.zeros(len(U), X.shape[-1], dtype=U.dtype)
    leaves = S[0].clone(), W, U, torch.zeros(len(U), dtype=U.dtype)
    s, W, U, b = (leaf.requires_grad_() for leaf in leaves)
    state, total = s, 0
    for upstream, x, fixed in zip(g, X, constant, strict=True):
        state = torch.tanh(fixed + x @ W.T + state @ U.T + b)
        total = total + (upstream * state).sum()
    return [d.numpy() for d in torch.autograd.grad(total, (s, W, U, b))]


def run(steps):
    """States and gradients of a network over so many steps."""

    def make(rng):
        inputs, hidden, n = rng.permutation([2, 3, 4]).tolist()
        T = int(rng.integers(*steps))
        return {
            "g": numbers_of(rng, T, n, hidden),
            "X": numbers_of(rng, T, n, inputs),
            "S": numbers_of(rng, T + 1, n, hidden) / 2.2,
            "U": numbers_of(rng, hidden, hidden) / 2,
        }

    return make


def walked(of, through=True, before=0, slope=lambda S: 1 - S * S, at=1, **how):
    """A walk back with one thing changed. `of` names what is returned.

    through: whether what comes from later steps is added; before: which state dU takes,
    counted from the one before the step; at: which state gives the slope of tanh.
    """
    transposed, kept = how.get("transposed"), how.get("kept")

    def rule(g, X, S, U):
        passed, das = np.zeros_like(S[0]), []
        for t in reversed(range(len(X))):
            upstream = g[t] + passed if through else g[t]
            if how.get("last") and t < len(X) - 1:
                upstream = passed
            das.append(upstream * slope(S[t + at]))
            passed = das[-1] @ (U.T if transposed else U)
            if how.get("half"):
                passed = upstream @ U
        das = np.stack(das[::-1])
        states = S[before : len(X) + before]
        if kept is not None:
            das, X, states = (v[kept] for v in (das, X, states))
        found = {"ds": passed, "da": das[0], "db": das.sum((0, 1))}
        found["dW"] = np.einsum("tno,tni->oi", das, X)
        found["dU"] = np.einsum("tno,tni->oi", das, states)
        return found[of]

    return rule


LAST, FIRST = slice(-1, None), slice(0, 1)


def anywhere(of):
    """Mistakes that show in every gradient."""
    return {
        "Nothing comes back from later steps. S[t + 1] is used by its own part of the "
        "loss and by the next step: add both.": walked(of, through=False),
        "Only the last state's upstream gradient is used. Each state has a row of "
        "g.": walked(of, last=True),
        "The slope of tanh is missing: 1 - S[t + 1]².": walked(
            of, slope=lambda S: np.ones_like(S)
        ),
        "The slope of tanh is 1 - S², with a square.": walked(
            of, slope=lambda S: 1 - S
        ),
        "The slope of tanh is taken at the state before the step, S[t]. Its result is "
        "S[t + 1].": walked(of, at=0),
        "On the way to the step before, U is transposed. Forward it was S @ U.T, so "
        "backward it is @ U.": walked(of, transposed=True),
        "The sign is opposite. Only 1 - S² has a minus.": lambda right: -right,
    }


def summed(of):
    """Mistakes of the weights, which are used in every step."""
    return {
        "The gradient goes on to the step before without the slope of tanh.": walked(
            of, half=True
        ),
        "That is the last step's share alone. The weights are used in every step: add "
        "up all shares.": walked(of, kept=LAST),
        "That is the first step's share alone: each step overwrites the one after it. "
        "Add them up.": walked(of, kept=FIRST),
        "That is the mean over the steps. The loss depends on a weight through every "
        "step: take the sum.": lambda right, X: right / len(X),
        "That is the mean over the sequences. Take the sum.": (
            lambda right, X: right / X.shape[1]
        ),
    }


rnn_backward = Question(
    "rnn_backward",
    *entries(
        NAMES,
        (1, 1, 1, 1),
        Oracle("torch.autograd", by_torch),
        {
            "one step": run((1, 2)),
            "a few steps": run((2, 7)),
            "up to 12 steps": run((7, 13)),
        },
        {
            "ds": {
                "That is the gradient of what goes into the first tanh. Multiply "
                "it by U once more.": walked("da"),
                **anywhere("ds"),
            },
            "dW": {**summed("dW"), **anywhere("dW")},
            "dU": {
                "dU uses the state after the step, S[t + 1]. U multiplies the state "
                "before it, S[t].": walked("dU", before=1),
                "That is transposed: row i belongs to the state that U makes, column j "
                "to the state before.": lambda right: right.T,
                **summed("dU"),
                **anywhere("dU"),
            },
            "db": {**summed("db"), **anywhere("db")},
        },
        "ds, dW, dU and db",
    ),
    hints=[
        "Walk from the last step to the first. Which two gradients are added at "
        "S[t + 1]? One of them is zeros at the last step.",
        "Times the slope of tanh, 1 - S[t + 1]², the sum becomes da, the gradient of "
        "X[t] @ W.T + S[t] @ U.T + b. What does da give to W, to U, to b and to S[t]?",
        "da = (g[t] + passed) * (1 - S[t + 1] ** 2); dW += da.T @ X[t], "
        "dU += da.T @ S[t], db += da.sum(0); passed = da @ U, in the end ds.",
    ],
)

"""A new head on features that stay as they are."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.convolutions import (
    features_of,
    head_of,
    headed,
    numbers_in,
)
from chainrule.rules import TORCH
from chainrule.torch_side import known_state


def fitted(
    training=False,
    all_trained=False,
    cleared="before backward",
    more=0,
    how="mean",
    fresh=False,
):
    """The head after its steps, and what was done to the features."""

    def rule(X, y, W, b, steps, rate, kind, **given):
        import torch

        with known_state(torch.float64, 0):
            features = features_of(**given, training=training)
            head = head_of(0 * W if fresh else W, 0 * b if fresh else b)
            parts = [head, features] if all_trained else [head]
            own = [p for part in parts for p in part.parameters()]
            sgd = torch.optim.SGD(own, lr=rate)
            before = [numbers_in(t()) for t in (features.parameters, features.buffers)]
            if cleared == "once":
                sgd.zero_grad()
            for _ in range(steps + more):
                if cleared == "before backward":
                    sgd.zero_grad()
                rows = features(torch.tensor(X))
                rows = rows if all_trained else rows.detach()
                entropy = torch.nn.functional.cross_entropy
                entropy(head(rows), torch.tensor(y), reduction=how).backward()
                sgd.step()
                if cleared == "after the step":
                    sgd.zero_grad()
            after = [numbers_in(t()) for t in (features.parameters, features.buffers)]
            found = numbers_in(head.parameters())
        moved = [np.sum(m != n) for m, n in zip(before, after, strict=True)]
        return np.append(found, {"head": [], "drift": moved, "passes": [0, 0]}[kind])

    return rule


def task(kind):
    """Rows whose means aren't those that BatchNorm remembers."""

    def make(rng):
        inputs, hidden, classes = rng.permutation([3, 4, 5]).tolist()
        n = int(rng.integers(8, 12))
        return {
            "X": numbers_of(rng, n, inputs) + 0.5,
            "y": rng.permutation(np.arange(n) % classes),
            "W": numbers_of(rng, classes, hidden),
            "b": numbers_of(rng, classes),
            "A": numbers_of(rng, hidden, inputs),
            "a": numbers_of(rng, hidden),
            "gamma": rng.uniform(0.5, 2, hidden),
            "beta": rng.uniform(0.3, 1, hidden),
            "mean": numbers_of(rng, hidden),
            "var": rng.uniform(2, 5, hidden),
            "steps": int(rng.integers(3, 6)),
            "rate": uniform(rng, 0.2, 0.6),
            "kind": kind,
        }

    return make


ALL_TRAINED = (
    "The features are trained too. Give the optimizer the head's parameters alone."
)
BOTH = "The features are trained too, and in training mode."
TRAINING = (
    "The features are in training mode: BatchNorm normalizes with the means of these "
    "rows, and remembers them. Call features.eval()."
)
FIT = {
    ALL_TRAINED: fitted(all_trained=True),
    TRAINING: fitted(training=True),
    BOTH: fitted(training=True, all_trained=True),
    "Gradients pile up: call zero_grad before each backward.": fitted(cleared="once"),
    "Gradients are never deleted: call zero_grad before each backward.": (
        fitted(cleared="never")
    ),
    "Old gradients enter the first step: call zero_grad before backward, not after "
    "the step.": fitted(cleared="after the step"),
    "That is one step too many: take `steps` of them.": fitted(more=1),
    "That is one step too few: take `steps` of them.": fitted(more=-1),
    "That uses the sum of the losses. Use their mean.": fitted(how="sum"),
    "The head starts from zeros. It has weights already: train those.": (
        fitted(fresh=True)
    ),
}


def part(kind, title, wrong, **how):
    return Part(
        1,
        Oracle("torch", fitted()),
        cases({title: [task(kind)] * 2}),
        mistakes(wrong),
        probe=headed,
        entries=False,
        **how,
    )


def tally(words):
    def tell(yours, right, **_):
        if np.shape(yours) != np.shape(right):
            return "    the head has another number of parameters than before"
        if not np.allclose(yours[:-2], right[:-2]):
            return "    the head's parameters are off, whatever was kept"
        return words(*yours[-2:])

    return tell


def with_passes(rows, graphs):
    def rule(right):
        return np.append(right[:-2], [rows, graphs])

    def agree(yours, wrong, **_):
        head = np.shape(yours) == np.shape(wrong) and np.allclose(
            yours[:-2], wrong[:-2]
        )
        return bool(head and (yours[-2:] > 0).tolist() == [rows > 0, graphs > 0])

    return rule, agree


fit_head = Question(
    "fit_head",
    part("head", "features in evaluation mode", FIT),
    part(
        "drift",
        "features in training mode",
        {
            TRAINING: fitted(training=True),
            BOTH: fitted(training=True, all_trained=True),
        },
        tell=tally(
            lambda parameters, buffers: (
                f"    of the features, {parameters:g} parameters and {buffers:g} "
                "remembered numbers have changed"
            )
        ),
    ),
    part(
        "passes",
        "what passes through the features",
        {
            "The result is right, and the rows pass through the features in each step. "
            "Frozen features give the same every time: compute them once.": (
                with_passes(1, 0)
            ),
            "The result is right, and a graph of the features is recorded that nobody "
            "needs. Compute them under torch.no_grad().": with_passes(0, 1),
            "The result is right, but the features are computed in each step, with a "
            "graph. Compute them once, under torch.no_grad().": with_passes(1, 1),
        },
        tell=tally(
            lambda rows, graphs: (
                f"    {rows:g} rows pass through the features beyond one pass of all "
                f"rows, and {graphs:g} passes record a graph"
            )
        ),
    ),
    off=TORCH,
    hints=[
        "First features.eval(): then BatchNorm uses what it remembers, and remembers "
        "nothing new.",
        "The features don't change, so compute features(X) once, before the first step "
        "and under torch.no_grad().",
        "torch.optim.SGD(head.parameters(), lr=rate), then in each step zero_grad, "
        "cross_entropy(head(rows), y), backward, step.",
    ],
)

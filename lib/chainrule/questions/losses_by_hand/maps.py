"""Scores to probabilities: what leaves them unchanged, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chainrule.judge import Case, Part, Question
from chainrule.oracle import Oracle, closed_form
from chainrule.questions.draws import sizes, uniform
from chainrule.questions.kinds import called, mistakes


@dataclass(frozen=True)
class Map:
    """A map from scores to probabilities, with what leaves its result unchanged."""

    text: str
    rule: Callable
    scale: bool
    shift: bool

    def __call__(self, z):
        return self.rule(np.asarray(z, float))

    def __str__(self):
        return self.text


def normalised(z):
    return z / z.sum()


def softmax(z):
    return normalised(np.exp(z - z.max()))


def largest_only(z):
    return 1.0 * (np.arange(len(z)) == z.argmax())


def maps(rng):
    """One map of each kind, with a constant drawn anew where it has one."""
    c = uniform(rng, 1.5, 3)
    return [
        Map("z / Σ z", normalised, True, False),
        Map(f"z^{c} / Σ z^{c}", lambda z: normalised(z**c), True, False),
        Map("softmax(z)", softmax, False, True),
        Map(f"softmax(z / {c})", lambda z: softmax(z / c), False, True),
        Map("all to the largest z", largest_only, True, True),
        Map(
            "softmax((z - mean) / std)",
            lambda z: softmax((z - z.mean()) / z.std()),
            True,
            True,
        ),
        Map("σ(z) / Σ σ(z)", lambda z: normalised(1 / (1 + np.exp(-z))), False, False),
        Map(
            f"log({c} + z) / Σ log({c} + z)",
            lambda z: normalised(np.log(c + z)),
            False,
            False,
        ),
    ]


def with_map(number):
    def make(rng, own):
        drawn = maps(rng)[number]
        z = rng.permutation(np.arange(1, 8))[: rng.integers(4, 7)] / 2
        return Case(
            drawn.text, {"probabilities": drawn, "z": z + rng.uniform(0, 0.2, len(z))}
        )

    return make


def same_answers(yours, right, **_):
    return np.shape(yours) == (2,) and bool(np.all(np.asarray(yours) == right))


left_unchanged = Question(
    "left_unchanged",
    Part(
        2,
        Oracle(
            "known of this map",
            lambda probabilities, z: np.array(
                [probabilities.scale, probabilities.shift]
            ),
        ),
        [with_map(number) for number in (*range(8), *range(8))],
        mistakes(
            {
                "The two answers stand in the other order. The first is about "
                "multiplying, the second about adding.": lambda right: right[::-1],
                "That says where the probabilities change. The question is where they "
                "stay.": (lambda right: ~right),
                "It always says yes. Compare the probabilities one by one: their sum "
                "is 1 before and after, whatever "
                "changes.": lambda: np.array([True, True]),
                "It always says no. Equal probabilities differ by a rounding error: "
                "compare with np.allclose.": lambda: np.array([False, False]),
                "It always answers as for softmax. Call `probabilities` itself, before "
                "the change and after it.": lambda: np.array([False, True]),
                "It always answers as for normalising. Call `probabilities` itself, "
                "before the change and after it.": lambda: np.array([True, False]),
                "The first answer is right. The second one is about the same number "
                "added to every score.": lambda right: right[[0, 0]],
            }
        ),
        agree=same_answers,
        entries=False,
    ),
    hints=[
        "Call `probabilities` twice, at z and at a changed z, and compare what comes "
        "back.",
        "Take 2 * z for the first answer and z + 1 for the second.",
        "np.allclose compares two arrays up to rounding. Return its two answers in a "
        "list.",
    ],
)


def rows_of_probabilities(rng):
    rows, classes = sizes(rng, 2)
    p = rng.uniform(0.2, 2, (rows, classes)) ** 2
    return {"p": p / p.sum(1, keepdims=True)}


def centred(z, axis=-1):
    return z - z.mean(axis, keepdims=True)


logits_for = called(
    "logits_for",
    closed_form(lambda p: centred(np.log(p))),
    {"rows of probabilities": [rows_of_probabilities] * 3},
    {
        "Softmax gives these probabilities back, but the logits of a row don't have "
        "mean 0. Which number may you add to all of them?": lambda p: np.log(p),
        "Those are the probabilities themselves, moved to mean 0. Softmax of them "
        "gives others.": lambda p: centred(p),
        "That takes the mean over the rows of p. Every row has a mean of its own.": (
            lambda p: centred(np.log(p), 0)
        ),
        "That takes one mean over the whole array. Every row has a mean of its own.": (
            lambda p: np.log(p) - np.log(p).mean()
        ),
        "log(p / (1 - p)) undoes the sigmoid, for two classes. What undoes softmax?": (
            lambda p: centred(np.log(p / (1 - p)))
        ),
        "The sign is opposite: the largest probability needs the largest logit.": (
            lambda right: -right
        ),
        "That is a logarithm to another base. Softmax uses e.": (
            lambda right: right / np.log(2)
        ),
    },
    points=2,
    hints=[
        "p[i] is exp(z[i]) divided by a sum that all entries of a row share. What is "
        "log p[i]?",
        "log p[i] is z[i] minus a number that is the same along the row. Softmax "
        "doesn't see such a number.",
        "Take np.log(p), then subtract the mean of each row: axis=-1, keepdims=True.",
    ],
)

QUESTIONS = [left_unchanged, logits_for]

"""Factors that give every layer's z the mean square 1 on the data at hand."""

from dataclasses import dataclass

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import AnswerError, Part, Question, close
from chainrule.oracle import Oracle
from chainrule.questions.draws import uniform
from chainrule.questions.kinds import cases, mistakes

FORM = "    It returned shape {}. Return one factor for each of the {} layers."
KINDS = {
    "tanh({a} z)": lambda a, z: np.tanh(a * z),
    "max(z, 0) + {a}": lambda a, z: np.maximum(z, 0) + a,
    "z / ({a} + |z|)": lambda a, z: z / (a + np.abs(z)),
}


@dataclass(frozen=True)
class Bend:
    """An activation for which factors don't pass from layer to layer."""

    kind: str
    a: float

    def __call__(self, z):
        return KINDS[self.kind](self.a, np.asarray(z, float))

    def __str__(self):
        return self.kind.format(a=self.a)


def forward(f, X, W, factor):
    """The mean square of z in each layer; factor(l, z) scales layer l, whose z it
    sees."""
    found, a = [], X
    for number, weights in enumerate(W):
        z = a @ weights.T
        z = factor(number, z) * z
        found.append(np.mean(z**2))
        a = f(z)
    return np.array(found)


def achieved(answer, f, X, W):
    """The mean squares that an answer's factors lead to."""
    c, problem = plain(answer(f, X, W))
    if problem:
        raise AnswerError(f"    {problem}")
    if c.shape != (len(W),):
        raise AnswerError(FORM.format(c.shape, len(W)))
    c = c.astype(float)
    with np.errstate(all="ignore"):
        return np.sign(c) * forward(f, X, W, lambda number, z: c[number])


def tell(yours, right, **_):
    off = np.where(np.isnan(yours), np.inf, np.abs(yours - 1))
    number = int(np.argmax(off > 1e-6))
    return (
        f"    In layer {number + 1}, z has the mean square {yours[number]:.6g} with "
        "your factors.\n    It should be 1. A minus stands for a negative factor."
    )


def stacked(count, size):
    def make(rng):
        examples, n = rng.permutation([4, 5, 6])[:2]
        X = rng.normal(0, 1.5, (examples, n)) + uniform(rng, 0.3, 0.8)
        spread = size * rng.uniform(0.5, 2, (count, 1, 1))
        W = spread * (rng.normal(size=(count, n, n)) + 0.3)
        f = Bend(str(rng.choice([*KINDS])), uniform(rng, 0.4, 0.9))
        return {"f": f, "X": X, "W": W}

    return make


def rms(z):
    return np.sqrt(np.mean(z**2))


def as_they_were(f, X, W):
    """Factors from a network in which nothing is scaled yet."""
    found, a = [], X
    for weights in W:
        z = a @ weights.T
        found.append(1 / rms(z))
        a = f(z)
    return found


def using(factor):
    """What comes of a rule for the factors, one layer after another."""
    return lambda f, X, W: forward(f, X, W, lambda _, z: factor(f, z))


def without(f, X, W):
    """Factors from a network without activations."""
    found, a = [], X
    for weights in W:
        z = a @ weights.T
        found.append(1 / rms(z))
        a = z / rms(z)
    return found


def by(rule):
    return lambda f, X, W: forward(f, X, W, lambda number, z: rule(f, X, W)[number])


UNSCALED = (
    "All factors were measured on the network as it was. Scale a layer before you go "
    "on to the next."
)
PROP = Oracle("the wanted mean square", lambda W, **_: np.ones(len(W)))


def part(points, given, table):
    return Part(
        points,
        PROP,
        cases(given),
        mistakes(table),
        drive=achieved,
        agree=close(1e-6),
        tell=tell,
        entries=False,
    )


scaled_by_data = Question(
    "scaled_by_data",
    part(
        2,
        {"a few layers": [stacked(n, 1.0) for n in (3, 4, 5)]},
        {
            UNSCALED: by(as_they_were),
            "Each factor is one over the mean square. Take the root first.": using(
                lambda f, z: 1 / np.mean(z**2)
            ),
            "That divides by the standard deviation, which subtracts the mean. Divide "
            "by the root of the mean square.": using(lambda f, z: 1 / np.std(z)),
            "That divides by the norm, the root of the *sum* of squares. Take the "
            "mean.": using(lambda f, z: 1 / np.sqrt(np.sum(z**2))),
            "Those are the RMS of z. The factors are 1 divided by them.": using(
                lambda f, z: rms(z)
            ),
            "The activation is left out: a layer gets f of the last z.": by(without),
            "That uses the RMS of f(z). The RMS of z itself should be 1.": using(
                lambda f, z: 1 / rms(f(z))
            ),
        },
    ),
    part(
        1,
        {"50 layers of small weights": stacked(50, 1e-5)},
        {
            "Something was added to the mean square before the root. Here the mean "
            "squares are even smaller than what was added.": (
                using(lambda f, z: 1 / np.sqrt(np.mean(z**2) + 1e-6)),
                lambda yours, wrong, **_: bool(np.all((yours > 0) & (yours < 0.9))),
            )
        },
    ),
    hints=[
        "Go through the layers in order, with a batch a that begins as X. Compute z "
        "with the given weights. Which factor makes the mean square of z 1?",
        "The factor is 1 / √(mean of z²). The next layer gets f of the *scaled* z.",
        "In the loop: z = a @ w.T, c = 1 / np.sqrt(np.mean(z**2)), keep c, then "
        "a = f(c * z).",
    ],
)

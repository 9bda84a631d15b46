"""Weights for a leaky ReLU, and what happens when their variance is taken for std."""

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import AnswerError, Part, Question, close
from chainrule.oracle import Oracle, closed_form
from chainrule.questions.draws import uniform
from chainrule.questions.kinds import cases, mistakes, own_value

BAND = 0.02  # of the variance: 5.5 standard errors, for 2 x 76,000 normal weights
OTHERS = 6  # standard errors for all else
FORM = "    It returned shape {}. W has a row for each output: shape {}."
SEED = (
    "    Two calls with the same seed gave different weights. Make the generator from "
    "the seed,\n    inside the function."
)
NO_SEED = "    Another seed gave the same weights. Make the generator from the seed."


def sizes(rng):
    """At most 100,000 weights, and one fan clearly larger than the other."""
    few, many = int(rng.integers(200, 241)), int(rng.integers(380, 411))
    n_out, n_in = rng.permutation([few, many]).tolist()
    slope, seed = uniform(rng, 0.25, 0.45), int(rng.integers(10**6))
    return {"n_out": n_out, "n_in": n_in, "slope": slope, "seed": seed}


def weights_of(answer, n_out, n_in, slope, seed):
    W, problem = plain(answer(n_out, n_in, slope, seed))
    if problem:
        raise AnswerError(f"    {problem}")
    if W.shape != (n_out, n_in):
        raise AnswerError(FORM.format(W.shape, (n_out, n_in)))
    return W.astype(float)


def measured(answer, n_out, n_in, slope, seed):
    """Four estimates of the variance, from the weights of two seeds; see `agree`."""
    W, again, other = (
        weights_of(answer, n_out, n_in, slope, s) for s in (seed, seed, seed + 1)
    )
    if not np.array_equal(W, again):
        raise AnswerError(SEED)
    if np.array_equal(W, other):
        raise AnswerError(NO_SEED)
    both = np.stack([W, other])
    rows, columns = n_in * both.mean(2) ** 2, n_out * both.mean(1) ** 2
    return np.array([np.mean(both**2), both.mean(), rows.mean(), columns.mean()])


def law(variance):
    """What is measured of independent weights, with mean 0, but for chance."""
    return variance * np.array([1.0, 0, 1, 1])


def bounds(variance, n_out, n_in):
    """How far each measure may be from the law's: chance does so 1 time in 10^7."""
    far = OTHERS * np.array([np.sqrt(0.5 / variance / n_out / n_in), 0, 0])
    far[1:] = OTHERS / np.sqrt([n_out, n_in])
    return variance * np.array([BAND, *far])


def agree(yours, right, n_out, n_in, **_):
    off = np.abs(yours - right)
    return yours.shape == right.shape and bool(
        np.all(off <= bounds(right[0], n_out, n_in))
    )


def tell(yours, right, n_out, n_in, **_):
    near = np.abs(yours - right) <= bounds(right[0], n_out, n_in)
    if not near[0]:
        return (
            f"    mean square of your weights   {yours[0]:.4g}\n"
            f"    {BAND:.0%} around                   {right[0]:.4g}"
        )
    if not near[1]:
        return f"    The mean of your weights is {yours[1]:.3g}. It should be near 0."
    lines = "row" if not near[2] else "column"
    return f"    The weights of one {lines} depend on each other."


def variance_of(n_in, slope):
    """f passes on the mean of f(1)² and f(-1)², for straight pieces through 0."""
    passed = np.mean(np.maximum([1.0, -1.0], [slope, -slope]) ** 2)
    return law(1 / (n_in * passed))


leaky_weights = Question(
    "leaky_weights",
    Part(
        2,
        Oracle("closed form", lambda n_in, slope, **_: variance_of(n_in, slope)),
        cases({"a layer": [sizes] * 4}),
        mistakes(
            {
                "The variance was used as the standard deviation. Take its root "
                "first.": lambda right: law(right[0] ** 2),
                "That is He's variance for ReLU. The slope is missing: a leaky ReLU "
                "doesn't set negative z to 0.": lambda n_in: law(2 / n_in),
                "The fans are swapped: the forward signal is a sum over n_in inputs.": (
                    lambda n_out, slope: variance_of(n_out, slope)
                ),
                "That is Glorot's variance: it uses both fans, and leaves the "
                "activation out.": lambda n_in, n_out: law(2 / (n_in + n_out)),
                "The 2 is missing: the activation passes on (1 + slope²) / 2 of the "
                "mean square.": lambda right: right / 2,
                "The slope is not squared. The square of slope · z contains the square "
                "of the slope.": lambda n_in, slope: law(2 / (1 + slope) / n_in),
                "Your variance is a third of the right one. For a uniform distribution "
                "on [-b, b] it is b² / 3: take b = √(3 · variance).": lambda right: (
                    right / 3
                ),
                "All weights are 0, and all units stay equal. Draw the weights "
                "at random.": (
                    lambda: law(0.0),
                    lambda yours, wrong, **_: not np.any(yours),
                ),
            }
        ),
        drive=measured,
        agree=agree,
        tell=tell,
        entries=False,
    ),
    hints=[
        "Which fraction of the mean square does a leaky ReLU pass on? Half of all z "
        "are positive and keep their squares. The others are multiplied by slope².",
        "n_in times the variance times that fraction should be 1. Solve for the "
        "variance.",
        "Make the generator with np.random.default_rng(seed). Its normal(0, std, "
        "shape) takes the standard deviation, the root of the variance.",
    ],
)


def by_layers(width, layers):
    """The mean square, multiplied layer after layer."""
    mean_square = 1.0
    for _ in range(layers):
        mean_square *= width * (2 / width) ** 2 / 2
    return np.log10(mean_square) / 2


def own_network(rng):
    return {"width": int(rng.integers(60, 900)), "layers": int(rng.integers(12, 60))}


std_mixup = own_value(
    "std_mixup",
    "your own network",
    closed_form(by_layers),
    own_network,
    {
        "That is the logarithm for the mean square. For its root, take half.": (
            lambda right: 2 * right
        ),
        "ReLU is left out: it passes on half of the mean square.": (
            lambda width, layers: layers / 2 * np.log10(4 / width)
        ),
        "The sign is opposite: the signal gets smaller.": lambda right: -right,
        "That is the result for one layer. The network has more layers.": (
            lambda right, layers: right / layers
        ),
        "That is a natural logarithm. The question asks for the one to base 10.": (
            lambda right: right * np.log(10)
        ),
        "0 is right if the standard deviation is the root of 2/n. The program takes "
        "2/n itself as the standard deviation.": lambda: 0.0,
    },
    points=2,
    agree=close(5e-4, 0),
    hints=[
        "Square the standard deviation 2/n: this is the variance of the weights. By "
        "what is the mean square multiplied in one layer?",
        "One layer multiplies the mean square by n · (2/n)² · ½ = 2/n. By what do all "
        "layers together multiply it?",
        "The root mean square is multiplied by (2/n) to the power of layers / 2. Take "
        "the logarithm to base 10.",
    ],
)

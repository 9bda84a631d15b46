"""What cases are drawn from: numbers of both signs, lengths of axes."""

import numpy as np


def uniform(rng, low, high):
    """A number with two decimals, for a formula that a verdict shows."""
    return round(float(rng.uniform(low, high)), 2)


def signed(rng, low, high):
    """A number of either sign, not nearer to 0 than `low`."""
    return float(rng.uniform(low, high) * rng.choice([-1, 1]))


def numbers_of(rng, *shape):
    """An array of numbers of both signs, none near zero."""
    size = rng.uniform(0.2, 2, shape)
    signs = np.ones(size.size)
    signs[1::2] = -1
    return size * rng.permutation(signs).reshape(shape)


def sizes(rng, count):
    """Lengths of axes that differ from each other, so that no mix-up stays hidden."""
    return [int(n) for n in rng.permutation([2, 3, 4, 5])[:count]]


def arrays(**shapes):
    """A maker of cases: an array for each name, its shape written in letters.

    One letter is one length, drawn anew and unlike the others'; "1" is one.
    """
    letters = [c for c in dict.fromkeys("".join(shapes.values())) if c != "1"]

    def make(rng):
        length = dict(zip(letters, sizes(rng, len(letters)), strict=True), **{"1": 1})
        return {
            name: numbers_of(rng, *(length[c] for c in shape))
            for name, shape in shapes.items()
        }

    return make

"""Ways of knowing that share nothing with the judge's oracles."""

import numpy as np

TINY = 1e-30


def near(yours, right, relative=1e-6, least=1e-9):
    """Whether two arrays agree entry by entry, and in shape."""
    yours, right = np.asarray(yours), np.asarray(right, float)
    same = yours.dtype.kind in "biuf" and yours.shape == right.shape
    return same and np.all(np.abs(yours - right) <= least + relative * np.abs(right))


def precise(yours, right):
    """Agreement that float32 doesn't reach."""
    return near(yours, right, 1e-9, 1e-11)


def along(f, x, direction):
    """The slope of f at x along a direction, by a complex step: exact for smooth f."""
    return np.imag(f(x + 1j * TINY * direction)) / TINY


def slopes(f, x):
    """All slopes of f: Rᵈ → R, one complex step each."""
    return np.array([along(f, x, e) for e in np.eye(len(x))])


def is_adjoint(yours, forward, g, x, rng):
    """Whether ⟨g, forward(t)⟩ is ⟨yours, t⟩ for a random t like x, forward linear."""
    t = rng.normal(size=np.shape(x))
    return np.shape(yours) == np.shape(x) and near(
        np.sum(np.asarray(yours, float) * t), np.sum(g * forward(t)), 1e-6, 1e-7
    )


def some(rng, *shape):
    """Numbers of both signs."""
    return rng.uniform(-2.5, 2.5, shape)


def lengths(rng, count, least=1, most=6):
    return rng.integers(least, most + 1, count).tolist()

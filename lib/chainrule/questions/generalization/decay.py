"""Weight decay of a linear model, and what it has in common with stopping early."""

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes, uniform
from chainrule.questions.kinds import asking, entries


def by_more_rows(X, y, lam):
    """w and b by least squares: a row for each weight asks for √(nλ) w = 0."""
    n, columns = X.shape
    rows = np.column_stack([X, np.ones(n)])
    decayed = np.sqrt(n * lam) * np.eye(columns, columns + 1)
    wanted = np.append(y, np.zeros(columns))
    found, *_ = np.linalg.lstsq(np.vstack([rows, decayed]), wanted, rcond=None)
    return found[:-1], found[-1]


def examples(rng):
    """Rows with means far from 0, and with both signs wherever one could be lost."""
    columns, more = sizes(rng, 2)
    while True:
        signs = rng.permutation(np.arange(columns) % 2 * 2.0 - 1)
        X = numbers_of(rng, columns + more + 2, columns)
        X = X + signs * rng.uniform(1, 2, columns)
        y = X @ numbers_of(rng, columns) + numbers_of(rng, len(X)) - 1
        lam = uniform(rng, 0.1, 0.9)
        w, _ = by_more_rows(X, y, lam)
        if y.max() > 0.5 and y.mean() < -0.5 and X.mean(axis=0) @ w < -0.5:
            return {"X": X, "y": y, "lam": lam}


def line(X, y, lam, centred=True):
    """w and b with λ times the identity, and means taken away or not."""
    x_mean, y_mean = (X.mean(0), y.mean()) if centred else (0 * X[0], 0.0)
    A = X - x_mean
    w = np.linalg.solve(A.T @ A / len(X) + lam * np.eye(len(A.T)), A.T @ y / len(X))
    return w, y_mean - x_mean @ w


def all_decayed(X, y, lam):
    with_ones = np.column_stack([X, np.ones(len(X))])
    found, _ = line(with_ones, y, lam, centred=False)
    return found[:-1], found[-1]


LINES = {  # how a mistake finds w and b
    "b is decayed too. Only w stands in the decay: b may be as large as y asks for.": (
        all_decayed
    ),
    "That is a line through 0, without b. Take the mean of each column and of y away "
    "first.": lambda X, y, lam: line(X, y, lam, centred=False),
    "That is the minimum of the sum of squares plus λ‖w‖². The loss has the mean of "
    "the squares.": lambda X, y, lam: line(X, y, lam / len(X)),
    "That decays twice as much. Both terms of the gradient have a factor of 2, which "
    "cancels.": lambda X, y, lam: line(X, y, 2 * lam),
    "That decays half as much, as ½λ‖w‖² does. Here the decay has no ½.": (
        lambda X, y, lam: line(X, y, lam / 2)
    ),
    "That is the line without decay: λ isn't used.": lambda X, y: line(X, y, 0),
    "λ has the wrong sign: decay adds λ to the eigenvalues.": (
        lambda X, y, lam: line(X, y, -lam)
    ),
}


def number(rule, k):
    """Result number k of a rule."""
    return lambda X, y, lam: asking(rule, {"X": X, "y": y, "lam": lam})[k]


B_ONLY = {
    "That is the mean of y. The columns have means too: the line goes through the mean "
    "of both.": lambda y: y.mean(),
    "The sign of mean(x) · w is opposite.": (
        lambda X, y, oracle, lam: 2 * y.mean() - oracle(X=X, y=y, lam=lam)
    ),
}

ridge_line = Question(
    "ridge_line",
    *entries(
        ("w", "b"),
        (1, 1),
        Oracle("least squares with more rows", by_more_rows),
        {"some rows": [examples] * 3},
        {
            "w": {says: number(rule, 0) for says, rule in LINES.items()},
            "b": {says: number(rule, 1) for says, rule in LINES.items()} | B_ONLY,
        },
        "w and b",
    ),
    hints=[
        "For given w, which b makes the mean of the squares smallest? The slope with "
        "respect to b is 0 where b = mean(y) - mean(x) · w.",
        "Put this b in. What is left is the mean of (A w - c)² plus λ‖w‖², where A and "
        "c are X and y less their means. Set the gradient to 0.",
        "(Aᵀ A / n + λ I) w = Aᵀ c / n. np.linalg.solve finds w, then b = y.mean() - "
        "X.mean(axis=0) @ w.",
    ],
)


def by_descent(s, rate, steps):
    """Shares by walking, and by least squares for each eigenvalue."""
    walked = np.zeros(len(s))
    for _ in range(steps):
        walked = walked - rate * s * (walked - 1)
    lam = 1 / (rate * steps)
    pairs = [np.array([[a], [lam]]) ** 0.5 for a in s]
    asked = [np.append(pair[:1], [0.0]) for pair in pairs]
    both = zip(pairs, asked, strict=True)
    return walked, np.array([np.linalg.lstsq(p, a)[0][0] for p, a in both])


def curvatures(rng):
    s = np.exp(rng.uniform(np.log(0.02), np.log(2), rng.integers(3, 6)))
    return {"s": s, "rate": uniform(rng, 0.2, 0.45), "steps": int(rng.integers(3, 30))}


def decayed_by(strength):
    return lambda s, rate, steps: s / (s + strength(rate, steps))


kept_shares = Question(
    "kept_shares",
    *entries(
        ("the shares after some steps", "the shares under weight decay"),
        (1, 1),
        Oracle("descent, and least squares", by_descent),
        {"several eigenvalues": [curvatures] * 3},
        {
            "the shares after some steps": {
                "That is what is still missing. The share that is reached is 1 less "
                "this.": lambda right: 1 - right,
                "That is the limit of many small steps. Each step takes away the share "
                "η s of what is missing.": (
                    lambda s, rate, steps: 1 - np.exp(-rate * s * steps)
                ),
                "That adds the first step's share again and again. Every step is "
                "shorter than the one before.": (
                    lambda s, rate, steps: rate * s * steps
                ),
                "The rate is missing: a step takes away the share η s.": (
                    lambda s, steps: 1 - (1 - s) ** steps
                ),
                "That is one step too many.": (
                    lambda s, rate, steps: 1 - (1 - rate * s) ** (steps + 1)
                ),
                "That is one step too few.": (
                    lambda s, rate, steps: 1 - (1 - rate * s) ** (steps - 1)
                ),
                "That takes away 2 η s with each step. The loss has a ½ that cancels "
                "the 2.": lambda s, rate, steps: 1 - (1 - 2 * rate * s) ** steps,
            },
            "the shares under weight decay": {
                "That is the share that decay takes away. Return what is left.": (
                    lambda right: 1 - right
                ),
                "λ is 1/(η t) here, not η t: more steps mean less decay.": (
                    decayed_by(lambda rate, steps: rate * steps)
                ),
                "λ is 1/(η t) here: the number of steps is missing.": (
                    decayed_by(lambda rate, steps: 1 / rate)
                ),
                "λ is 1/(η t) here: the rate is missing.": (
                    decayed_by(lambda rate, steps: 1 / steps)
                ),
                "That decays twice as much. Both terms of this loss have a ½.": (
                    decayed_by(lambda rate, steps: 2 / (rate * steps))
                ),
                "That decays half as much. Both terms of this loss have a ½.": (
                    decayed_by(lambda rate, steps: 0.5 / (rate * steps))
                ),
                "The eigenvalue is missing in the numerator: the least-squares "
                "solution has been divided by it already.": (
                    lambda s, rate, steps: 1 / (s + 1 / (rate * steps))
                ),
            },
        },
        "the shares after some steps, and the shares under weight decay",
    ),
    hints=[
        "Look at one direction. Its loss is ½ s (u - 1)², where u is the share of the "
        "way, 0 at first and 1 at the minimum. What does one step do to 1 - u?",
        "A step multiplies 1 - u by (1 - η s). Under decay the loss is "
        "½ s (u - 1)² + ½ λ u²: set its slope to 0.",
        "s (u - 1) + λ u = 0 gives u = s / (s + λ), with λ = 1 / (η t).",
    ],
)

QUESTIONS = [ridge_line, kept_shares]

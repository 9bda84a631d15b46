"""Running statistics, as torch keeps them."""

from corpus.answers import Answers
from corpus.measures import lengths, precise, some

ANSWERS = {}


def running_statistics(student, rng):
    """A weighted mean of old and new, the variance by all pairs of rows."""
    n, features = lengths(rng, 2, 2)
    mean, var = some(rng, features), rng.uniform(0.1, 3, features)
    X = some(rng, n, features)
    seen = int(rng.integers(1, 12))
    pairs = ((X[:, None] - X[None]) ** 2).sum((0, 1)) / (2 * n * (n - 1))
    for momentum in (float(rng.uniform(0.02, 0.98)), None):
        old, new = (seen, 1) if momentum is None else (1 - momentum, momentum)
        found = student.running_statistics(mean.copy(), var.copy(), X, momentum, seen)
        right = [
            (old * a + new * b) / (old + new)
            for a, b in ((mean, sum(X) / n), (var, pairs))
        ]
        if not (len(found) == 2 and all(map(precise, found, right))):
            return False
    return True


def moving(share="momentum if momentum is not None else 1 / (seen + 1)", end="m, v"):
    return f"""
t = {share}
m = (1 - t) * mean + t * X.mean(0)
v = (1 - t) * var + t * X.var(0, ddof=1)
return {end}"""


ANSWERS["running_statistics"] = Answers(
    args="mean, var, X, momentum, seen",
    decider=running_statistics,
    right=[
        moving(),
        """
if momentum is None:
    momentum = 1 / (1 + seen)
n = X.shape[0]
batch_mean = X.sum(axis=0) / n
batch_var = ((X - batch_mean) ** 2).sum(axis=0) / (n - 1)
mean = mean + momentum * (batch_mean - mean)
var = var + momentum * (batch_var - var)
return [mean, var]""",
        """
if momentum is None:
    return (seen * mean + X.mean(0)) / (seen + 1), (
        seen * var + np.cov(X.T).diagonal()) / (seen + 1)
old, new = 1 - momentum, momentum
return old * mean + new * X.mean(0), old * var + new * np.cov(X.T).diagonal()""",
    ],
    wrong=[
        moving(end="v, m"),
        moving(end="m"),
        moving("0.1 if momentum is None else momentum ** 2"),
        moving("1 / (seen + 2) if momentum is None else momentum / (seen + 1)"),
        moving("1 / len(X) if momentum is None else momentum / len(X)"),
        moving("(momentum or 1) / (seen + 1)"),
        moving(end="m / (1 - (1 - t) ** seen), v / (1 - (1 - t) ** seen)"),
        moving().replace("X.mean(0)", "X.mean()"),
        moving().replace("X.mean(0)", "X.sum(0)"),
        moving(end="m, np.sqrt(v)"),
    ],
    told={
        moving(end="-m, -v"): "Every entry is -1 times the right one.",
        moving(end="2 * m, 2 * v"): "Every entry is 2 times the right one.",
        moving(end="m[None], v[None]"): (
            "It is the right result, with an axis of length 1 too many."
        ),
        moving(end="np.round(m, 3), np.round(v, 3)"): (
            "It is the right result, rounded to 3 decimals."
        ),
    },
)

"""Eight shapes to predict."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths


def predict_shapes(student, rng):
    """NumPy makes the arrays."""
    n, m = lengths(rng, 2, 1, 30)
    X, w, a, c = np.ones((n, m)), np.ones(m), np.ones(n), np.ones((n, 1))
    made = [X @ w, a @ X, X.T @ X, X.sum(axis=0), X.sum(axis=1, keepdims=True)]
    made += [X + w, c * w, a - c]
    said = student.predict_shapes(n, m)
    listed = all(isinstance(s, list | tuple) for s in (said, *said))
    return listed and [tuple(s) for s in said] == [y.shape for y in made]


def shapes(
    Xw="(n,)",
    aX="(m,)",
    XX="(m, m)",
    total="(m,)",
    kept="(n, 1)",
    X_plus_w="(n, m)",
    cw="(n, m)",
    a_minus_c="(n, n)",
):
    """The list of shapes, some of them changed."""
    return f"[{Xw}, {aX}, {XX}, {total}, {kept}, {X_plus_w}, {cw}, {a_minus_c}]"


def off_where(expression):
    return f"It was off in each case drawn {expression}, and in no other."


ANSWERS = {}

ANSWERS["predict_shapes"] = Answers(
    args="n, m",
    decider=predict_shapes,
    right=[
        """
X, w, a, c = np.zeros((n, m)), np.zeros(m), np.zeros(n), np.zeros((n, 1))
results = [X @ w, a @ X, X.T @ X, X.sum(axis=0), X.sum(axis=1, keepdims=True)]
results += [X + w, c * w, a - c]
return [result.shape for result in results]""",
        """
table = f"{n}; {m}; {m} {m}; {m}; {n} 1; {n} {m}; {n} {m}; {n} {n}"
return tuple(list(map(int, shape.split())) for shape in table.split(";"))""",
        """
predict_shapes = lambda n, m: [
    [n], [m], [m, m], [m], [n, 1], [n, m], [n, m], [n, n]]""",
    ],
    wrong=[
        shapes(Xw="(m,)"),
        shapes(XX="(m, n)"),
        shapes(X_plus_w="(m, n)"),
        shapes(a_minus_c="()"),
        shapes(cw="(m, m)"),
        shapes(kept="(1, n)"),
        shapes(aX='"m"'),
        shapes(total="..."),
        "[(n,), (m,), (m, m)]",
        "[(4,), (3,), (3, 3), (3,), (4, 1), (4, 3), (4, 3), (4, 4)]",
    ],
    told={
        shapes(XX="(m, n)"): off_where('where expression is "X.T @ X"'),
        shapes(cw="(m, n)"): off_where('where expression is "c * w"'),
        shapes(total="(n, m)"): off_where('of "X.sum(axis=0)"'),
        shapes(X_plus_w="(n, m, m)"): off_where('where expression is "X + w"'),
    },
    mistakes={
        "w has one axis": shapes(Xw="(n, 1)"),
        "a has one axis": shapes(aX="(1, m)"),
        "@ joins the last axis": shapes(XX="(n, n)"),
        "(n) is a plain number": shapes(Xw="(n)", aX="(m)", total="(m)"),
        "axis=0 is the axis that goes away": shapes(total="(n,)"),
        "Without keepdims": shapes(total="(1, m)"),
        "keepdims=True leaves": shapes(kept="(n,)"),
        "(n) is a plain number in brackets": shapes(total="m"),
        "(n,) and (n, 1) are not two columns": shapes(a_minus_c="(n,)"),
        "(n,) and (n, 1) are not both columns": shapes(a_minus_c="(n, 1)"),
        "* is no matrix product": shapes(cw="(n, 1)"),
        "w is added to every row": shapes(X_plus_w="(m,)"),
    },
)

"""Two forms of momentum."""

from corpus.answers import Answers
from corpus.measures import some
from corpus.optimizers.paths import arrives, drawn, faded, per_step

ANSWERS = {}


def ema_momentum(student, rng):
    """Averages by their weights, added up with the rates."""
    walk, beta = drawn(rng), rng.uniform(0.1, 0.95)
    m = some(rng, *walk.w.shape)
    averages = faded(beta, m, walk.gs)
    w = walk.moved(-per_step(walk.rates, walk.w) * averages)
    return arrives(student.ema_momentum, walk, [m], [w, averages[-1]], [beta])


ANSWERS["ema_momentum"] = Answers(
    args="w, dw, m, rate, beta",
    decider=ema_momentum,
    right=[
        """
new = m + (1 - beta) * (dw - m)
return w - rate * new, new""",
        """
average = np.average([m, dw], axis=0, weights=[beta, 1 - beta])
return [w - rate * average, average]""",
    ],
    wrong=[
        "w - rate * (beta * m + (1 - beta) * dw)",
        """
m = beta * m + (1 - beta) * dw
return m, w - rate * m""",
        """
m = beta * m + (1 - beta) * dw
return w - rate * (beta * m + (1 - beta) * dw), m""",
        """
m = beta * m + (1 - beta) * dw
return w - rate / (1 - beta) * m, m""",
        """
m = beta * m - (1 - beta) * dw
return w + rate * m, m""",
        """
m = beta * m + (1 - beta) * dw.mean()
return w - rate * m, m""",
        """
m = beta * m + (1 - beta) * np.where(dw == 0, m, dw)
return w - rate * m, m""",
        """
w -= rate * (beta * m + (1 - beta) * dw)
return w, beta * m + (1 - beta) * dw""",
    ],
    told={
        "0 * w, m": "Every entry is 0.",
    },
)


def ball_momentum(student, rng):
    """Each gradient moves w in its own step and, faded, in all later ones."""
    walk, beta = drawn(rng), rng.uniform(0.1, 0.95)
    move = some(rng, *walk.w.shape)
    pushes = -per_step(walk.rates, walk.w) * walk.gs
    moves = faded(beta, move, pushes / (1 - beta))
    right = [walk.moved(moves), moves[-1]]
    return arrives(student.ball_momentum, walk, [move], right, [beta])


ANSWERS["ball_momentum"] = Answers(
    args="w, dw, move, rate, beta",
    decider=ball_momentum,
    right=[
        """
z = rate * dw - beta * move
return w - z, -z""",
        """
new = np.add(w + beta * move, -rate * dw)
return [new, beta * move - rate * dw]""",
    ],
    wrong=[
        "w + beta * move - rate * dw",
        """
move = beta * move - rate * dw
return move, w + move""",
        """
move = beta * move - rate * dw
return w + rate * move, move""",
        """
move = beta * (move - rate * dw)
return w + move, move""",
        """
move = beta * move - rate * dw
return w + move - rate * dw, move""",
        """
move = beta * move - dw
return w + rate * move, move""",
        """
move = beta * np.abs(move) - rate * dw
return w + move, move""",
    ],
    told={"0 * w, move": "Every entry is 0."},
)

"""Two of the three forms of momentum; the library has the third."""

from dataclasses import replace

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.optimizers.beside_torch import (
    by_torch,
    scaled,
    torch_path,
    walking,
)


def velocity(rng, shape):
    return (numbers_of(rng, *shape),)


def settings(rng):
    return {"beta": float(rng.uniform(0.6, 0.9))}


def stepped(w, m, rate):
    return w - rate * m, m


ema_momentum = Question(
    "ema_momentum",
    walking(
        2,
        by_torch(
            "SGD",
            lambda beta: {"momentum": beta, "dampening": beta},
            ["momentum_buffer"],
        ),
        velocity,
        settings,
        {
            "The new gradient has the coefficient 1. In an average it has the "
            "coefficient 1 - beta.": (
                lambda w, dw, m, rate, beta: stepped(w, beta * m + dw, rate)
            ),
            "beta and 1 - beta are swapped. beta is the coefficient of the old m.": (
                lambda w, dw, m, rate, beta: stepped(
                    w, (1 - beta) * m + beta * dw, rate
                )
            ),
            "The step uses the old average. Update m first, then take the step.": (
                lambda w, dw, m, rate, beta: (
                    w - rate * m,
                    beta * m + (1 - beta) * dw,
                )
            ),
            "That goes uphill. Subtract the rate times the average.": (
                lambda w, dw, m, rate, beta: stepped(
                    w, beta * m + (1 - beta) * dw, -rate
                )
            ),
            "That is plain gradient descent: the average isn't used for the step.": (
                lambda w, dw, m, rate, beta: (
                    w - rate * dw,
                    beta * m + (1 - beta) * dw,
                )
            ),
            "The step is right, but it returns the old average. The next step needs "
            "the new average.": lambda w, dw, m, rate, beta: (
                w - rate * (beta * m + (1 - beta) * dw),
                m,
            ),
            "The rate stands inside the average: that is another form of momentum. "
            "Average the gradients only, and multiply by the rate in the step.": (
                lambda w, dw, m, rate, beta: stepped(
                    w, beta * m + (1 - beta) * rate * dw, 1
                )
            ),
        },
        ("w", "m"),
    ),
    hints=[
        "Two lines: first update the average m, then take a step with the new m.",
        "The new m is beta times the old m, plus (1 - beta) times dw.",
        "m = beta * m + (1 - beta) * dw, then return w - rate * m, m.",
    ],
)


def ball(first, second):
    """torch's form with rates of 1 takes the steps of the ball form."""
    rolling = [
        replace(scaled(g), state=tuple(-move for move in g.state))
        for g in (first, second)
    ]
    return torch_path(
        "SGD", lambda beta: {"momentum": beta}, ["momentum_buffer"], rolling
    )


def rolled(w, move):
    return w + move, move


ball_momentum = Question(
    "ball_momentum",
    walking(
        1,
        Oracle("torch.optim.SGD", ball),
        velocity,
        settings,
        {
            "The rate multiplies the old move too. Multiply only the new gradient by "
            "the rate.": lambda w, dw, move, rate, beta: rolled(
                w, rate * (beta * move - dw)
            ),
            "That goes uphill: the gradient needs a minus.": (
                lambda w, dw, move, rate, beta: rolled(w, beta * move + rate * dw)
            ),
            "It subtracts the move. The move contains the minus already, so add the "
            "move to w.": lambda w, dw, move, rate, beta: (
                w - (beta * move - rate * dw),
                beta * move - rate * dw,
            ),
            "The new gradient has the factor 1 - beta, as in an average. The ball has "
            "no such factor.": lambda w, dw, move, rate, beta: rolled(
                w, beta * move - (1 - beta) * rate * dw
            ),
            "The step is right, but it returns the old move. The next step needs the "
            "new move.": lambda w, dw, move, rate, beta: (
                w + beta * move - rate * dw,
                move,
            ),
            "That is plain gradient descent: the old move is lost.": (
                lambda w, dw, move, rate, beta: rolled(w, -rate * dw)
            ),
        },
        ("w", "move"),
    ),
    hints=[
        "Two lines: first the new move, then w plus the new move.",
        "The new move is beta times the old move, minus rate times dw.",
        "move = beta * move - rate * dw, then return w + move, move.",
    ],
)

QUESTIONS = [ema_momentum, ball_momentum]

"""A run of momentum goes on in another form, from what torch has remembered."""

from dataclasses import dataclass

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import AnswerError, Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import cases, mistakes
from chainrule.verdict import disagreement

STEPS = 5
FORMS = "average", "ball"
LISTED = "    It should return rate, m, move: a number and two arrays of z's shape."


@dataclass(frozen=True)
class Going:
    """A run with torch's momentum that was broken off: it is to go on."""

    w: np.ndarray
    dws: np.ndarray

    def __str__(self):
        return f"a run of {len(self.w)} weights"


def onward(rate, m, move, going, rate_before, beta):
    """How far w has come after each step: in the average's form and in the ball's."""
    w = going.w, going.w
    places = []
    with np.errstate(all="ignore"):
        for dw in going.dws:
            m = beta * m + (1 - beta) * dw
            move = beta * move - rate_before * dw
            w = w[0] - rate * m, w[1] + move
            places.append(w)
    return np.array(places)


def drive(answer, z, rate, beta, going):
    found = answer(z, rate, beta)
    if type(found) not in (tuple, list) or len(found) != 3:
        raise AnswerError(LISTED)
    arrays = [plain(entry)[0] for entry in found]
    if any(a is None for a in arrays) or [np.shape(a) for a in arrays] != [
        (),
        z.shape,
        z.shape,
    ]:
        raise AnswerError(LISTED)
    return onward(*arrays, going, rate, beta)


def torch_goes_on(z, rate, beta, going):
    """torch's own path, for each of the two forms."""
    import torch

    p = torch.tensor(going.w, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=rate, momentum=beta)
    optimizer.state[p]["momentum_buffer"] = torch.tensor(z)
    places = []
    for dw in going.dws:
        p.grad = torch.tensor(dw)
        optimizer.step()
        places.append([p.detach().numpy().copy()] * 2)
    return np.array(places)


def parting(yours, right, **_):
    """The form that leaves torch's path, and where."""
    if np.shape(yours) != right.shape:
        return disagreement(yours, right, "torch.optim.SGD")[1]
    off = ~np.isclose(yours, right, 1e-9, 1e-12).all(axis=2)
    form = 0 if off[:, 0].any() else 1
    number = int(np.argmax(off[:, form]))
    where, lines = disagreement(
        yours[number, form], right[number, form], "torch.optim.SGD"
    )
    whose = f"    w in the form of the {FORMS[form]} after step {number + 1}, {where}"
    return f"{whose}\n{lines}"


def broken_off(rng):
    (length,) = sizes(rng, 1)
    return {
        "z": numbers_of(rng, length),
        "rate": float(rng.uniform(0.05, 0.5)),
        "beta": float(rng.uniform(0.5, 0.9)),
        "going": Going(numbers_of(rng, length), numbers_of(rng, STEPS, length)),
    }


def carried(convert):
    """What becomes of the run after a wrong conversion."""

    def rule(z, rate, beta, going):
        return onward(*convert(z, rate, beta), going, rate, beta)

    return rule


carried_over = Question(
    "carried_over",
    Part(
        2,
        Oracle("torch.optim.SGD", torch_goes_on),
        cases({"a run that goes on": [broken_off] * 3}),
        mistakes(
            {
                says: carried(convert)
                for says, convert in {
                    "The rate is multiplied by 1 - beta. The average is smaller than "
                    "the sum, so its rate has to be larger.": lambda z, rate, beta: (
                        rate * (1 - beta),
                        (1 - beta) * z,
                        -rate * z,
                    ),
                    "The average still has the sum's rate. m is smaller than z: which "
                    "rate gives the same step?": lambda z, rate, beta: (
                        rate,
                        (1 - beta) * z,
                        -rate * z,
                    ),
                    "m is still the sum's z. z is a sum of gradients, and m is an "
                    "average.": lambda z, rate, beta: (rate / (1 - beta), z, -rate * z),
                    "m is divided by 1 - beta. An average is smaller than the sum.": (
                        lambda z, rate, beta: (
                            rate / (1 - beta),
                            z / (1 - beta),
                            -rate * z,
                        )
                    ),
                    "The move has the wrong sign: the ball moves against the gradients "
                    "in z.": lambda z, rate, beta: (
                        rate / (1 - beta),
                        (1 - beta) * z,
                        rate * z,
                    ),
                    "The move is -z. The ball's last move contains the rate.": (
                        lambda z, rate, beta: (rate / (1 - beta), (1 - beta) * z, -z)
                    ),
                    "The move contains one factor beta too many. Give the *last* move: "
                    "the next step multiplies it by beta.": lambda z, rate, beta: (
                        rate / (1 - beta),
                        (1 - beta) * z,
                        -rate * beta * z,
                    ),
                    "Both states start from 0: the run forgets its momentum.": (
                        lambda z, rate, beta: (rate / (1 - beta), 0 * z, 0 * z)
                    ),
                }.items()
            }
        ),
        drive=drive,
        tell=parting,
        entries=False,
    ),
    hints=[
        "Write z, m and the move as sums over the old gradients. Which factors "
        "does each sum have?",
        "m has a factor 1 - beta that z doesn't have. Which rate makes both steps "
        "equal?",
        "m = (1 - beta) z, its rate is rate / (1 - beta), and the last move was "
        "-rate z.",
    ],
)

QUESTIONS = [carried_over]

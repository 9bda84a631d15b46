"""Five Adams, told apart by their first steps."""

import numpy as np

from chainrule.judge import close
from chainrule.oracle import Oracle
from chainrule.questions.draws import uniform
from chainrule.questions.kinds import exchanged, own_value

STEPS = 3
FAULTS = range(1, 6)  # as the notebook numbers them


def steps_of(fault, beta1, beta2, dw):
    """The first steps of an Adam at rate 1 whose gradient stays the same."""
    m = v = 0.0
    found = []
    for t in range(1, STEPS + 1):
        m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw**2
        m_hat = m if fault in (2, 5) else m / (1 - beta1**t)
        v_hat = v if fault in (2, 4) else v / (1 - beta2**t)
        if fault == 3:
            m, v = m_hat, v_hat
        found.append(float(f"{m_hat / np.sqrt(v_hat):.3g}"))
    return found


def five_runs(rng):
    order = rng.permutation(5) + 1
    while (order == np.arange(1, 6)).any() or (order == np.argsort(order) + 1).all():
        order = rng.permutation(5) + 1
    betas = uniform(rng, 0.8, 0.88), round(float(rng.uniform(0.9965, 0.999)), 4)
    dw = uniform(rng, 0.5, 3)
    found = {"beta1": betas[0], "beta2": betas[1]}
    return found | {
        run: steps_of(int(fault), *betas, dw)
        for run, fault in zip("ABCDE", order, strict=True)
    }


def told_apart(beta1, beta2, **runs):
    """The number of each run, from what its first two steps must be."""
    first = {
        2: (1 - beta1) / np.sqrt(1 - beta2),
        4: 1 / np.sqrt(1 - beta2),
        5: 1 - beta1,
    }

    def fault(run):
        if abs(run[0] - 1) < 0.1:
            return 1 if abs(run[1] - 1) < 0.1 else 3
        return min(first, key=lambda number: abs(np.log(run[0] / first[number])))

    return np.array([fault(run) for run in runs.values()])


which_adam = own_value(
    "which_adam",
    "your own five runs",
    Oracle("the first steps", told_apart),
    five_runs,
    {
        "Three runs are right. The two others begin with a step of 1: compare their "
        "second steps.": exchanged(1, 3),
        "Three runs are right. Which of the two others begins with 1 / √(1 - beta2)?": (
            exchanged(2, 4)
        ),
        "Three runs are right. In the two others, m is not corrected: which of them "
        "has a corrected v?": exchanged(2, 5),
        "Three runs are right. In the two others, only one average is corrected. A "
        "small m makes a small step, and a small v makes a large step.": exchanged(
            4, 5
        ),
        "That is the run of each Adam. Give the Adam of each run, from A to E.": (
            lambda right: np.argsort(right) + 1.0
        ),
    },
    points=2,
    agree=close(1e-6, 1e-6),
    hints=[
        "In the first step, m is (1 - beta1) dw and v is (1 - beta2) dw². What is the "
        "first step of each of the five Adams?",
        "The first steps are 1, (1 - beta1)/√(1 - beta2), 1, 1/√(1 - beta2) and "
        "1 - beta1, in the order of the list.",
        "Two runs begin with 1. With a gradient that stays the same, Adam's step stays "
        "1. In which run does it?",
    ],
)

QUESTIONS = [which_adam]

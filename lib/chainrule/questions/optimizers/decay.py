"""Weight decay apart from the gradient, around any step."""

from dataclasses import dataclass

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import AnswerError, Part, Question, TextQuestion
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.optimizers.walks import lending

STEPS = 4
RETURNS = "    It should return w and state, as `step` does."


class Momentum:
    """A step of momentum in torch's form. State: z."""

    def __call__(self, w, dw, state, rate):
        state = 0.8 * np.asarray(state) + dw
        return w - rate * state, state

    def __str__(self):
        return "momentum"


class Adam:
    """A step of Adam. State: m, v, and t everywhere in a third row."""

    def __call__(self, w, dw, state, rate):
        m, v, t = np.asarray(state, float)
        m, v, t = 0.8 * m + 0.2 * dw, 0.9 * v + 0.1 * np.square(dw), t + 1
        root = np.sqrt(v / (1 - 0.9**t)) + 0.01
        return w - rate * m / (1 - 0.8**t) / root, np.stack([m, v, t])

    def __str__(self):
        return "adam"


@dataclass(frozen=True)
class Ahead:
    """The gradients of the steps to come."""

    dws: np.ndarray

    def __str__(self):
        return f"{len(self.dws)} gradients"


def drive(answer, step, w, state, rate, decay, dws):
    for dw in dws.dws:
        found = lending(answer, step, w, dw, state, rate, decay)
        if type(found) not in (tuple, list) or len(found) != 2:
            raise AnswerError(RETURNS)
        new, state = found
        new, problem = plain(new)
        if problem or new.shape != w.shape or not isinstance(state, np.ndarray):
            raise AnswerError(f"{RETURNS} Both are arrays.")
        w = new
    return w


def walk(one):
    """Where w is after all steps, by one step of the judge's."""

    def rule(step, w, state, rate, decay, dws):
        for dw in dws.dws:
            w, state = one(step, w, dw, state, rate, decay)
        return w

    return rule


def by_torch(step, w, state, rate, decay, dws):
    """torch's AdamW, or its SGD with weights that are shrunk before each step."""
    import torch

    p = torch.tensor(w, requires_grad=True)
    if isinstance(step, Adam):
        made = {"lr": rate, "betas": (0.8, 0.9), "eps": 0.01, "weight_decay": decay}
        optimizer = torch.optim.AdamW([p], **made)
        kept = {"exp_avg": state[0], "exp_avg_sq": state[1]}
        optimizer.state[p]["step"] = torch.tensor(state[2].flat[0])
    else:
        optimizer = torch.optim.SGD([p], lr=rate, momentum=0.8)
        kept = {"momentum_buffer": state}
    optimizer.state[p].update({k: torch.tensor(a) for k, a in kept.items()})
    for dw in dws.dws:
        if isinstance(optimizer, torch.optim.SGD):
            with torch.no_grad():
                p.mul_(1 - rate * decay)
        p.grad = torch.tensor(dw)
        optimizer.step()
    return p.detach().numpy()


def given(step, rows):
    """rows: how many arrays the state holds; of Adam's, the last holds t."""

    def make(rng):
        shape = tuple(sizes(rng, 2))
        state = numbers_of(rng, *shape)
        if rows:
            t = np.full(shape, float(rng.integers(0, 6)))
            state = np.stack([state, state**2 + 0.1, t]) * (t > 0)
        dws = numbers_of(rng, STEPS, *shape) * (rng.random((STEPS, *shape)) < 0.8)
        return {
            "step": step,
            "w": numbers_of(rng, *shape),
            "state": state,
            "rate": float(rng.uniform(0.1, 0.4)),
            "decay": float(rng.uniform(0.2, 0.8)),
            "dws": Ahead(dws),
        }

    return make


WRONG = {
    "That adds decay * w to the gradient, so the optimizer rescales and remembers it. "
    "Don't change the gradient.": lambda step, w, dw, state, rate, decay: step(
        w, dw + decay * w, state, rate
    ),
    "The rate is missing: one step shrinks w by rate * decay * w.": (
        lambda step, w, dw, state, rate, decay: step((1 - decay) * w, dw, state, rate)
    ),
    "It shrinks w after the step, so the step shrinks too. Shrink w first.": (
        lambda step, w, dw, state, rate, decay: (
            (1 - rate * decay) * step(w, dw, state, rate)[0],
            step(w, dw, state, rate)[1],
        )
    ),
    "There is no decay: w takes only the step.": (
        lambda step, w, dw, state, rate, decay: step(w, dw, state, rate)
    ),
    "The weights grow. Multiply them by 1 *minus* rate * decay.": (
        lambda step, w, dw, state, rate, decay: step(
            (1 + rate * decay) * w, dw, state, rate
        )
    ),
    "There is a factor 2. Here the decay is decay * w, without the 2.": (
        lambda step, w, dw, state, rate, decay: step(
            (1 - 2 * rate * decay) * w, dw, state, rate
        )
    ),
    "w is shrunk, but no step is taken with the gradient.": (
        lambda step, w, dw, state, rate, decay: ((1 - rate * decay) * w, state)
    ),
    "The step is right, but it returns the old state. The next step needs the new "
    "state.": lambda step, w, dw, state, rate, decay: (
        step((1 - rate * decay) * w, dw, state, rate)[0],
        state,
    ),
}

decoupled = Question(
    "decoupled",
    Part(
        2,
        Oracle("torch.optim", by_torch),
        cases(
            {
                "around momentum": given(Momentum(), 0),
                "around adam": [given(Adam(), 3)] * 2,
            }
        ),
        mistakes({says: walk(one) for says, one in WRONG.items()}),
        drive=drive,
    ),
    hints=[
        "Two things happen to w: it shrinks, and `step` moves it. `step` gets the "
        "gradient dw itself.",
        "w shrinks by rate * decay * w, before the step.",
        "return step((1 - rate * decay) * w, dw, state, rate)",
    ],
)

why_decoupled = TextQuestion(
    "why_decoupled",
    points=2,
    hints=(
        "Write Adam's step with dw + λw in place of dw. What is λw divided by?",
        "Compare two weights of the same size, one with large gradients and one with "
        "small gradients.",
        "In plain gradient descent, nothing divides λw: w - η(dw + λw) is "
        "(1 - ηλ)w - η dw.",
    ),
)

QUESTIONS = [decoupled, why_decoupled]

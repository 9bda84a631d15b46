"""A notebook that only tests ask: torch is the means of its answers, in several ways.

It stands in for the notebooks of the course whose answers use torch.
"""

import contextlib
import sys
from pathlib import Path

import numpy as np
from chainrule import questions
from chainrule.judge import Part, Question, case, case_from, close
from chainrule.oracle import Oracle, autograd, closed_form
from chainrule.rules import NUMPY_ONLY, TORCH, WITH_TORCH_ARRAYS, ready_made

from corpus import torch_probes

NAME = "torch_trial"
HINTS = ("Derive it.", "Write it.", "Try it.")


def normal(*shape):
    return lambda rng: rng.normal(size=shape)


def torchs(function):
    """An elementwise function's slope by torch.autograd, at the case's x."""
    vjp = autograd(function)
    return Oracle(vjp.name, lambda x: vjp(g=np.ones_like(x), x=x))


def softplus(x):
    import torch

    return torch.nn.functional.softplus(x)


def regression(rng):
    X = rng.normal(size=(40, 3))
    y = X @ rng.normal(size=3) + 0.1 * rng.normal(size=40)
    return {"X": X, "y": y, "seed": int(rng.integers(1 << 31))}


vjp = autograd(softplus)
softplus_slope = Question(
    "softplus_slope",
    Part(
        2,
        Oracle(vjp.name, lambda x, g: vjp(g=g, x=x)),
        [case("a matrix", x=normal(3, 4), g=normal(3, 4))],
    ),
    hints=HINTS,
    tensors=True,
)
log_shares = Question(
    "log_shares",
    Part(
        2,
        closed_form(lambda x: x - x.max() - np.log(np.exp(x - x.max()).sum())),
        [case("five", x=normal(5))],
    ),
    hints=HINTS,
    tensors=True,
    off=(*WITH_TORCH_ARRAYS, *ready_made("log_softmax", "logsumexp", "softmax")),
)
tanh_slope = Question(
    "tanh_slope",
    Part(2, torchs(lambda x: x.tanh()), [case("a vector", x=normal(4))]),
    hints=HINTS,
    off=NUMPY_ONLY,
)
slope_by_torch = Question(
    "slope_by_torch",
    Part(2, torchs(lambda x: x * x.sin()), [case("a vector", x=normal(4))]),
    hints=HINTS,
    tensors=True,
    off=TORCH,
)
fitted = Question(
    "fitted",
    Part(
        2,
        closed_form(lambda X, y, seed: np.linalg.lstsq(X, y, rcond=None)[0]),
        [case_from("40 examples", regression)],
        probe=torch_probes.fitted,
        agree=close(rtol=0.02, atol=0.02),
    ),
    hints=HINTS,
    off=TORCH,
    seconds=5,
)

OFF = WITH_TORCH_ARRAYS
QUESTIONS = [softplus_slope, log_shares, tanh_slope, slope_by_torch, fitted]


@contextlib.contextmanager
def asked():
    """The notebook is one of the course's inside the block."""
    module = f"chainrule.questions.{NAME}"
    questions.NOTEBOOKS[NAME] = NAME
    sys.modules[module] = sys.modules[__name__]
    forget()
    try:
        yield
    finally:
        del questions.NOTEBOOKS[NAME], sys.modules[module]
        forget()


def forget():
    questions.notebook_of.cache_clear()
    questions.course.cache_clear()


SOURCE = Path(__file__).with_suffix(".percent")

"""The numbers of docs/corrections.md, worked out again."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

PAGE = Path(__file__).parents[2] / "docs" / "corrections.md"
SECTIONS = dict(
    re.findall(r"^### (F\d+): (.+?)(?=^##|\Z)", PAGE.read_text("utf-8"), re.M | re.S)
)


def slopes(f, *at):
    leaves = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in at]
    return [g.item() for g in torch.autograd.grad(f(*leaves), leaves)]


def field():
    x, y = slopes(lambda x, y: x**2 - 4 * x + 7 + 2 * y, 1.0, 3.0)
    return f"({x:.0f}, {y:.0f})", f"({2 * 1 - 4}, {2 * 3 + 2})"


def differences():
    def f(x):
        return x * np.sin(5 * x)

    def size(error):
        return f"about {np.sqrt(np.mean(error**2)):.0e}"

    x = np.linspace(0.69, 0.71, 64)
    right = np.sin(5 * x) + 5 * x * np.cos(5 * x)
    h, k = 1e-8, 1e-5
    assert np.abs(f(x + 1e-30j).imag / 1e-30 - right).max() < 1e-14
    return (
        size((f(x + h) - f(x)) / h - right),
        size((f(x + k) - f(x - k)) / (2 * k) - right),
    )


def decayed_neuron():
    def loss(w):
        return (1 - torch.sigmoid(2 * w - 0.2)) ** 2 / 2 + 0.1 * w**2

    (right,) = slopes(loss, 0.3)
    return f"{right:.5f}", f"{right - 0.1 * 0.3:.5f}"


def kinks():
    zero = torch.zeros((), dtype=torch.float64)
    (relu,) = slopes(torch.relu, 0.0)
    (maximum,) = slopes(lambda x: torch.maximum(x, zero), 0.0)
    (clamp,) = slopes(lambda x: x.clamp(min=0), 0.0)
    return (
        f"relu has slope {relu:g}",
        f"maximum(x, 0) has {maximum:g}",
        f"clamp(min=0) has {clamp:g}",
    )


def orders():
    """Breadth first, a passes on before b's share has come to it."""
    x, a, b = 2.0, 1.0, 3.0
    topological, early = x * (a + b), x * a
    return f"topological order gives {topological:g}", f"search {early:g}"


def jacobian():
    J = torch.autograd.functional.jacobian(torch.relu, torch.ones(2, 3))
    return (f"shape {tuple(J.shape)}",)


def column_bias():
    return (f"shape {tuple((torch.zeros(1, 3) + torch.zeros(3, 1)).shape)}",)


def softmax_twice():
    scores, target = torch.tensor([[4.0, 0, 0]]), torch.tensor([0])
    once = functional.cross_entropy(scores, target)
    twice = functional.cross_entropy(scores.softmax(1), target)
    return f"{once:.3f}", f"{twice:.3f}", f"{math.log(1 + 2 / math.e):.3f}"


def smooth_maximum():
    x = torch.tensor([1.0, 2, 3], dtype=torch.float64, requires_grad=True)
    value = x.logsumexp(0)
    (slope,) = torch.autograd.grad(value, x)
    assert torch.allclose(slope, x.softmax(0))
    return f"{value:.4f}", f"({', '.join(f'{s:.4f}' for s in slope)})"


def divergence():
    p, q = np.array([0.9, 0.1]), np.array([0.5, 0.5])
    return (
        f"KL(P‖Q) = {np.sum(p * np.log(p / q)):.4f}",
        f"KL(Q‖P) = {np.sum(q * np.log(q / p)):.4f}",
    )


def rows_sum_to_zero():
    scores = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)
    loss = functional.cross_entropy(scores, torch.tensor([0, 2, 1, 1, 0]))
    (slope,) = torch.autograd.grad(loss, scores)
    assert slope.sum(1).abs().max() < 1e-15
    return ("sums to 0",)


def underflow():
    p = torch.tensor([0.0, -1000.0]).softmax(0)
    log = torch.tensor([0.0, -1000.0]).log_softmax(0)[1]
    return (
        f"is ({p[0]:g}, {p[1]:g})",
        f"logarithm is {p[1].log():g}".replace("-", "−"),
        f"{log:g}".replace("-", "−"),
    )


def one_step():
    x = 1 - 50 * (2 * 1 / 100)
    return (f"to {x:g} in one step",)


def momenta():
    def ends(average, rate):
        x, v = 1.0, 0.0
        for _ in range(5):
            v = 0.9 * v + (0.1 * x if average else x)
            x -= rate * v
        return f"{x:.4f}".replace("-", "−")

    assert ends(True, 1.0) == ends(False, 0.1)
    return f"ends at {ends(True, 0.1)}", f"others at {ends(False, 0.1)}"


def centred():
    g = np.array([1.0])
    norm = np.sum((g - g.mean()) ** 2)
    x = 1 - 0.1 * g[0] / (math.sqrt(norm) + 1e-8)
    return (f"to {x:.0e}".replace("-", "−"),)


def stored_back():
    stored = 0.0
    found = []
    for t in (1, 2, 3):
        stored = (0.9 * stored + 0.1) / (1 - 0.9**t)
        found.append(f"{stored:.3g}")
    return (", ".join(found),)


def outer_product():
    rng = torch.Generator().manual_seed(0)
    shapes = [(4, 3), (5, 4), (2, 5)]
    W = [torch.randn(s, dtype=torch.float64, generator=rng) for s in shapes]
    x, y = torch.ones(3, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    W[1].requires_grad_()
    f = W[2] @ W[1] @ W[0] @ x
    (right,) = torch.autograd.grad(((f - y) ** 2).sum() / 2, W[1])
    with torch.no_grad():
        formula = torch.outer(W[2].T @ (f - y), W[0] @ x)
    assert (right - formula).abs().max() < 1e-12
    return ("1e-12",)


def dropout():
    keep = 1 - 0.2
    return (f"mean is {keep:g} in", f"gives {0.2:g}", f"gives {keep:g}")


def running_variance():
    norm = torch.nn.BatchNorm1d(1, momentum=0.1)
    x = torch.tensor([[1.0], [2], [3], [4]])
    norm(x)
    biased = 0.9 + 0.1 * x.var(correction=0).item()
    return f"{norm.running_var.item():.5f}", f"{biased:.3f}"


def bytes_of_adam():
    return (f"{110e6 * 4 * 4 / 1e9:.2f} GB",)


MEASURED = {
    "F2": field,
    "F6": differences,
    "F7": decayed_neuron,
    "F8": kinks,
    "F10": outer_product,
    "F13": one_step,
    "F14": momenta,
    "F15": centred,
    "F16": stored_back,
    "F17": orders,
    "F19": dropout,
    "F20": running_variance,
    "F21": jacobian,
    "F22": softmax_twice,
    "F23": column_bias,
    "F31": bytes_of_adam,
    "F33": smooth_maximum,
    "F34": divergence,
    "F35": rows_sum_to_zero,
    "F36": underflow,
}


def test_the_page_has_all_statements_once():
    assert sorted(SECTIONS, key=lambda f: int(f[1:])) == [f"F{n}" for n in range(1, 37)]


def test_what_says_that_it_was_measured_is_measured_here():
    said = {name for name, text in SECTIONS.items() if "Measured" in text}
    assert said == {*MEASURED}


@pytest.mark.parametrize("name", MEASURED)
def test_the_numbers_of_a_statement_are_those_found_here(name):
    text = " ".join(SECTIONS[name].replace("−", "-").split())
    for said in MEASURED[name]():
        assert said.replace("−", "-") in text


def test_a_statement_without_a_measurement_names_its_source():
    for name, text in SECTIONS.items():
        assert "Source:" in text or "Measured" in text or name == "F4"

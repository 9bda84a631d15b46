"""Other ways of knowing: what an answer is compared with, right for its own reason."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Oracle:
    """Something that knows the right result; `name` is how a verdict calls it.

    value(**args): what goes forward, where the right result is its slope.
    """

    name: str
    rule: Callable
    value: Callable | None = None

    def __call__(self, **args):
        return self.rule(**args)


@dataclass(frozen=True)
class Function:
    """A formula that NumPy and torch read alike: `rule(m, x)`, m the module to use.

    Calling it evaluates with NumPy, keeping float32 and float64 as given.
    """

    text: str
    rule: Callable

    def __call__(self, *x):
        takes = self.rule.__code__.co_argcount - 1
        if len(x) != takes:
            names = ", ".join("xyz"[:takes])
            raise TypeError(f"f is called as f({names}), not with {len(x)} arguments.")
        return self.rule(np, *x)

    def __str__(self):
        return self.text


def closed_form(rule, name="closed form"):
    """A formula worked out on paper. `rule(**args)` returns the right result."""
    return Oracle(name, rule)


def torch_gradient(f, x):
    """Gradient of the scalar function f at x by torch.autograd: float64, shape of x."""
    import torch

    at = torch.tensor(np.asarray(x, dtype=np.float64), requires_grad=True)
    return torch.autograd.grad(f.rule(torch, at), at)[0].numpy()


def torch_derivatives(f, x, order):
    """f', f'', ... up to `order` at a number x, by torch.autograd again and again."""
    import torch

    at = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    found, y = [], f.rule(torch, at)
    for _ in range(order):
        (y,) = torch.autograd.grad(y, at, create_graph=True)
        found.append(y.item())
    return found


def autograd(function=None):
    """torch.autograd as an oracle.

    With a function of tensors: its vector-Jacobian product, for cases that carry an
    upstream gradient `g` beside the function's arguments; one gradient per argument
    (a tuple when there are several). Without: the gradient of the case's own `f` at
    its `x`.
    """
    if function is None:
        return Oracle("torch.autograd", lambda f, x, **_: torch_gradient(f, x))

    def vjp(g, **args):
        import torch

        at = [torch.tensor(a, requires_grad=True) for a in args.values()]
        grads = torch.autograd.grad(function(*at), at, torch.as_tensor(g))
        grads = tuple(grad.numpy() for grad in grads)
        return grads[0] if len(grads) == 1 else grads

    return Oracle("torch.autograd", vjp)

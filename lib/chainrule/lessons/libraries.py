"""One gradient by several libraries: of mean((tanh(Xw) - t)²) with respect to w.

Each program is written in its library's own idiom. Where a library isn't installed
its program raises ImportError.
"""

import numpy as np

from chainrule import differences, ops, transforms
from chainrule.tensor import Tensor

rng = np.random.default_rng(3)
X, t, w = rng.normal(size=(8, 3)), rng.uniform(-1, 1, 8), np.array([0.5, -1.0, 0.25])


def loss_of(w, tanh):
    return ((tanh(X @ w) - t) ** 2).mean()


def by_chainrule():
    return transforms.grad(lambda w: loss_of(w, ops.tanh))(w)


def by_torch():
    import torch

    leaf = torch.tensor(w, requires_grad=True)
    error = torch.tanh(torch.tensor(X) @ leaf) - torch.tensor(t)
    (error**2).mean().backward()
    return leaf.grad.numpy()


def by_a_tape():
    leaf = Tensor(w)
    with transforms.GradientTape() as tape:
        tape.watch(leaf)
        loss = loss_of(leaf, ops.tanh)
    return tape.gradient(loss, leaf).data


def by_hips_autograd():
    import autograd
    import autograd.numpy as anp

    return autograd.grad(lambda w: anp.mean((anp.tanh(anp.dot(X, w)) - t) ** 2))(w)


def by_jax():
    import jax

    jax.config.update("jax_enable_x64", True)
    return np.array(jax.grad(lambda w: loss_of(w, jax.numpy.tanh))(w))


LIBRARIES = {
    "chainrule": by_chainrule,
    "PyTorch": by_torch,
    "a gradient tape": by_a_tape,
    "HIPS autograd": by_hips_autograd,
    "JAX": by_jax,
}


def by_differences():
    return differences.gradient(lambda w: loss_of(w, np.tanh), w, h=1e-5)

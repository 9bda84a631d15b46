"""Single steps of torch.optim on arrays, from a state that is given."""

import numpy as np


def torch_step(kind, w, dw, state, t=1, **options):
    """(w, each array of the state) after step number t of a torch.optim class.

    state: {torch's name: array}; options: the optimizer's own, `lr` among them.
    """
    import torch

    p = torch.tensor(w, requires_grad=True)
    optimizer = getattr(torch.optim, kind)([p], **options)
    kept = optimizer.state[p]
    kept.update({name: torch.tensor(array) for name, array in state.items()})
    kept["step"] = torch.tensor(t - 1.0)
    p.grad = torch.tensor(dw)
    optimizer.step()
    return p.detach().numpy(), *(kept[name].numpy() for name in state)


def average_step(w, dw, m, rate, beta):
    """A step of momentum with an average of gradients."""
    how = {"lr": rate, "momentum": beta, "dampening": beta}
    return torch_step("SGD", w, dw, {"momentum_buffer": m}, **how)


def ball_step(w, dw, move, rate, beta):
    """A step of momentum in the form of a ball that remembers its last move."""
    state = {"momentum_buffer": -move}
    w, z = torch_step("SGD", w, rate * dw, state, lr=1.0, momentum=beta)
    return w, -z


def adagrad_step(w, dw, s, t, rate, lr_decay, eps):
    """A step of AdaGrad with a rate that falls with t."""
    how = {"lr": rate, "lr_decay": lr_decay, "eps": eps}
    return torch_step("Adagrad", w, dw, {"sum": s}, t, **how)


def amsgrad_step(w, dw, m, v, top, t, rate, beta1, beta2, eps):
    """A step of AMSGrad."""
    state = {"exp_avg": m, "exp_avg_sq": v, "max_exp_avg_sq": top}
    how = {"lr": rate, "betas": (beta1, beta2), "eps": eps, "amsgrad": True}
    return torch_step("Adam", w, dw, state, t, **how)


def weights_in_average(betas):
    """How much the gradient of each step counts in torch's average of all of them."""
    m = np.zeros(len(betas))
    for beta, row in zip(betas, np.eye(len(betas)), strict=True):
        _, m = average_step(m, row, m, 0.0, float(beta))
    return m

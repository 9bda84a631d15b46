"""Gradients of images, and images moved along them."""

import numpy as np
import torch

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


def linear(rng):
    """A model without a hidden layer, images and classes, and the gradient by hand."""
    (n, h, w), classes = rng.integers(1, 5, 3).tolist(), int(rng.integers(2, 6))
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(h * w, classes))
    net = net.double()
    W, b = rng.normal(size=(classes, h * w)), rng.normal(size=classes)
    for p, value in zip(net.parameters(), (W, b), strict=True):
        p.data = torch.tensor(value)
        p.grad = torch.ones_like(p)
    X, y = rng.uniform(0, 1, (n, h, w)), rng.integers(classes, size=n)
    scores = X.reshape(n, -1) @ W.T + b
    shares = np.exp(scores - scores.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    slopes = ((shares - np.eye(classes)[y]) @ W).reshape(X.shape)
    return net, torch.tensor(X), torch.tensor(y), slopes


def kept(net, X, before):
    """Whether the images and the gradients of weights are what they were."""
    alone = all(p.grad is not None and (p.grad == 1).all() for p in net.parameters())
    return alone and np.array_equal(X.detach().numpy(), before)


def input_gradient(student, rng):
    net, X, y, slopes = linear(rng)
    before = X.numpy().copy()
    found = student.input_gradient(net, X, y)
    assert isinstance(found, torch.Tensor)
    return near(found.detach().numpy(), slopes) and kept(net, X, before)


def fgsm(student, rng):
    net, X, y, slopes = linear(rng)
    before, eps = X.numpy().copy(), float(rng.uniform(0.02, 0.4))
    found = student.fgsm(net, X, y, eps)
    assert isinstance(found, torch.Tensor)
    moved = before + np.where(slopes > 0, eps, -eps)
    moved = np.where(moved < 0, 0, np.where(moved > 1, 1, moved))
    return near(found.detach().numpy(), moved) and kept(net, X, before)


def gradient(
    images="X.clone().requires_grad_()",
    loss='torch.nn.functional.cross_entropy(model(images), y, reduction="sum")',
    found="torch.autograd.grad(loss, images)[0]",
    end="found",
):
    return f"""
images = {images}
loss = {loss}
found = {found}
return {end}"""


BACKWARD = """
images = X.clone().requires_grad_()
torch.nn.functional.cross_entropy(model(images), y, reduction="sum").backward()
return {}"""
MEAN = "torch.nn.functional.cross_entropy(model(images), y)"
MEAN_BACKWARD = BACKWARD.replace(', reduction="sum"', "")
EACH = """
found = []
for image, label in zip(X, y):
    image = image[None].detach().clone().requires_grad_()
    loss = torch.nn.functional.cross_entropy(model(image), label[None])
    found.append(torch.autograd.grad(loss, image)[0])
return torch.cat(found)"""

ANSWERS["input_gradient"] = Answers(
    args="model, X, y",
    decider=input_gradient,
    right=[
        EACH,
        gradient(loss="-model(images).log_softmax(1)[range(len(y)), y].sum()"),
        gradient(loss=MEAN, end="found * len(X)"),
    ],
    wrong=[
        gradient(loss="model(images).sum()"),
        gradient(end="found.abs()"),
        gradient(end="found[0]"),
        gradient(end="found.flatten(1)"),
        gradient(end="found / found.norm()"),
        gradient(loss=f"{MEAN}.log()"),
        gradient(images="torch.zeros_like(X).requires_grad_()"),
        gradient(images="X.requires_grad_()", end="X.data.zero_()"),
        gradient(found="torch.autograd.grad(loss, [*model.parameters()])[0]"),
    ],
    mistakes={
        "That is the gradient of the mean loss: each": gradient(loss=MEAN),
        "That is the gradient of the right class's score": gradient(
            loss="model(images)[range(len(y)), y].sum()"
        ),
        "That is the gradient of the right class's probability": gradient(
            loss="model(images).softmax(1)[range(len(y)), y].sum()"
        ),
        "All signs are opposite": gradient(end="-found"),
        "That is only the sign": gradient(end="found.sign()"),
        "The gradient is right, but .grad": BACKWARD.format("images.grad"),
        "The gradient is right, but X": gradient(
            end="torch.cat([found, X.sub_(found)[:0]])"
        ),
        "That is the gradient of the mean loss, so": MEAN_BACKWARD.format(
            "images.grad"
        ),
    },
)


def attack(
    step="eps * found.sign()",
    end="(X + step).clamp(0, 1)",
    loss='torch.nn.functional.cross_entropy(model(images), y, reduction="sum")',
):
    return f"""
images = X.clone().requires_grad_()
loss = {loss}
found = torch.autograd.grad(loss, images)[0]
step = {step}
return {end}"""


ANSWERS["fgsm"] = Answers(
    args="model, X, y, eps",
    decider=fgsm,
    right=[
        attack(loss=MEAN),
        attack(step="eps * (2 * (found > 0).to(X) - 1)", end="(X + step).clip(0, 1)"),
        """
images = X.clone().requires_grad_()
loss = -model(images).log_softmax(1)[range(len(y)), y].mean()
up = torch.autograd.grad(loss, images)[0] > 0
return torch.where(up, (X + eps).clamp(max=1), (X - eps).clamp(min=0))""",
    ],
    wrong=[
        attack(step="eps * found.sign() / 2"),
        attack(step="eps"),
        attack(step="found.sign()"),
        attack(step="eps * (found > 0)"),
        attack(end="(X + step).clamp(-1, 1)"),
        attack(end="(X + step).clamp(0, 1)[0]"),
        attack(end="X + step.clamp(0, 1)"),
        attack(end="(X + step).sigmoid()"),
        attack(step="eps * torch.randn_like(X).sign()"),
        attack(loss="model(images).sum()"),
        attack(
            loss="torch.nn.functional.cross_entropy(model(images), model(images)"
            ".argmin(1), reduction='sum')"
        ),
    ],
    mistakes={
        "The pixels move by eps times the gradient. Take its sign: ": attack(
            step="eps * found"
        ),
        "The gradient of each image is divided by its length": attack(
            step="eps * found / found.flatten(1).norm(dim=1)[:, None, None]"
        ),
        "The gradient of each image is divided by its largest": attack(
            step="eps * found / found.abs().amax((1, 2), keepdim=True)"
        ),
        "The loss goes down: ": attack(step="-eps * found.sign()"),
        "These are the images": attack(end="X.clone()"),
        "That is the change alone": attack(end="step"),
        "Some pixels are below": attack(end="X + step"),
        "The images are right, but X": attack(end="X.add_(step).clamp_(0, 1)"),
        "The images are right, but .grad": BACKWARD.format(
            "(X + eps * images.grad.sign()).clamp(0, 1)"
        ),
        "The pixels move by eps times the gradient of the mean loss. Take its sign: "
        "every": attack(step="eps * found", loss=MEAN),
        "The pixels move by eps times the gradient. Take its sign. "
        "And": BACKWARD.format("(X + eps * images.grad).clamp(0, 1)"),
        "The pixels move by eps times the gradient of the mean loss. Take its sign. "
        "And": MEAN_BACKWARD.format("(X + eps * images.grad).clamp(0, 1)"),
        "The loss goes down, where": BACKWARD.format(
            "(X - eps * images.grad.sign()).clamp(0, 1)"
        ),
    },
)

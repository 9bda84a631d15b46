"""The gradient of the input, and the attack that is made of it."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import cases, mistakes, tensors
from chainrule.questions.probes.capstone import attacked, input_gradients


def gradients(X, y, W1, b1, W2, b2, mean=False, first=False):
    """torch's gradient of the loss at each image, and whether weights were touched."""
    import torch

    X, y, W1, b1, W2, b2 = tensors([X, y, W1, b1, W2, b2])
    X.requires_grad_()
    scores = torch.tanh(X.flatten(1) @ W1.T + b1) @ W2.T + b2
    reduction = "mean" if mean else "sum"
    loss = torch.nn.functional.cross_entropy(scores, y, reduction=reduction)
    return torch.autograd.grad(loss, X)[0].numpy()


def images(low, high):
    """Images with pixels between 0 and 1, all of them between these bounds."""

    def make(rng):
        n, h, w, hidden = sizes(rng, 4)
        classes = int(rng.integers(3, 6))
        return {
            "X": rng.uniform(low, high, (n, h, w)),
            "y": rng.integers(classes, size=n),
            "W1": numbers_of(rng, hidden, h * w) / 2,
            "b1": numbers_of(rng, hidden) / 2,
            "W2": numbers_of(rng, classes, hidden),
            "b2": numbers_of(rng, classes),
        }

    return make


def with_eps(low, high):
    make = images(low, high)
    return lambda rng: {**make(rng), "eps": round(float(rng.uniform(0.05, 0.25)), 3)}


def untouched(rule):
    """A result, followed by 0: no gradient of a weight was touched."""
    return lambda **args: np.append(rule(**args), 0)


def without_eps(rule):
    return lambda eps, **args: rule(**args)


def step(sign=1, by=np.sign, clip=True):
    def rule(X, y, eps, **weights):
        dX = gradients(X, y, **weights)
        moved = X + sign * eps * by(dX)
        return np.append(np.clip(moved, 0, 1) if clip else moved, 0)

    return rule


def of_norm(dX):
    """Each image's gradient by its own length."""
    return dX / np.sqrt((dX**2).sum(axis=(1, 2), keepdims=True))


def of_largest(dX):
    return dX / abs(dX).max(axis=(1, 2), keepdims=True)


def touched(rule):
    """Right, but for gradients of weights that are changed."""
    return lambda **args: np.append(rule(**args)[:-1], 1)


TOUCHED = (
    "\n    besides, .grad of the weights has changed, or X itself: "
    "torch.autograd.grad(loss, X)\n    touches nothing"
)


def tell_touched(name, usual="entries"):
    """Says where the numbers are off, or that gradients of weights were changed."""

    def tell(yours, right, **_):
        if np.shape(yours) == np.shape(right) and np.allclose(yours[:-1], right[:-1]):
            return (
                "    the numbers are right, but .grad of the weights isn't what it was"
            )
        if np.shape(yours) == (1,):
            return "    That is a tuple of one tensor: take [0]."
        if np.shape(yours) != np.shape(right):
            return f"    {name} should have the shape of the images"
        besides = "" if yours[-1] == right[-1] else TOUCHED
        at = int(np.argmax(abs(yours - right)[:-1]))
        return (
            f"    furthest off at pixel {at} of all, counted from 0:\n"
            f"    you say          {yours[at]:.8g}\n"
            f"    torch.autograd   {right[at]:.8g}{besides}"
        )

    return tell


OF_WEIGHTS = (
    "The gradient is right, but .grad of the weights has changed: the next step of an "
    "optimizer would use it. torch.autograd.grad(loss, X) touches nothing."
)

BESIDES = (
    "And .grad of the weights has changed: torch.autograd.grad(loss, X) touches "
    "nothing."
)

input_gradient = Question(
    "input_gradient",
    Part(
        1,
        Oracle("torch.autograd", untouched(gradients)),
        cases({"some images": images(0, 1), "other images": images(0, 1)}),
        mistakes(
            {
                "That is the gradient of the mean loss: each image's is divided by "
                "their number. Take the sum: no image is in another's loss.": untouched(
                    lambda **args: gradients(**args, mean=True)
                ),
                "All signs are opposite.": untouched(lambda **a: -gradients(**a)),
                "That is only the sign of the gradient.": untouched(
                    lambda **args: np.sign(gradients(**args))
                ),
                OF_WEIGHTS: touched(untouched(gradients)),
                "That is the gradient of the mean loss, so each image's is divided by "
                f"their number: take the sum. {BESIDES}": touched(
                    untouched(lambda **args: gradients(**args, mean=True))
                ),
            }
        ),
        probe=input_gradients,
        tell=tell_touched("the gradient"),
        entries=False,
    ),
    hints=[
        "The loss is a function of the weights and of the pixels. Which of them should "
        "have requires_grad=True?",
        "X = X.clone().requires_grad_(), then the sum of the losses: "
        "cross_entropy(model(X), y, reduction='sum').",
        "torch.autograd.grad(loss, X) returns a tuple of one tensor.",
    ],
)

PLAIN = {
    "The pixels move by eps times the gradient. Take its sign: every pixel should move "
    "by the whole eps.": step(by=lambda dX: dX),
    "The gradient of each image is divided by its length. Take the sign of every "
    "entry.": step(by=of_norm),
    "The gradient of each image is divided by its largest entry, so one pixel moves by "
    "eps and the others by less. Take the sign of every entry.": step(by=of_largest),
    "The loss goes down: that makes the net surer of the right class. Go uphill.": step(
        sign=-1
    ),
    "These are the images without a change.": step(sign=0),
    "That is the change alone. Add it to the images.": lambda X, **args: np.append(
        step(clip=False)(X=X, **args)[:-1] - X.ravel(), 0
    ),
    OF_WEIGHTS: touched(step()),
    "The pixels move by eps times the gradient of the mean loss. Take its sign: every "
    "pixel should move by the whole eps.": step(by=lambda dX: dX / len(dX)),
    f"The pixels move by eps times the gradient. Take its sign. {BESIDES}": touched(
        step(by=lambda dX: dX)
    ),
    "The pixels move by eps times the gradient of the mean loss. Take its sign. "
    f"{BESIDES}": touched(step(by=lambda dX: dX / len(dX))),
    "The loss goes down: that makes the net surer of the right class. Go uphill. "
    f"{BESIDES}": touched(step(sign=-1)),
}

fgsm = Question(
    "fgsm",
    Part(
        2,
        Oracle("torch.autograd", step()),
        cases({"no pixel near an end": [with_eps(0.3, 0.7)] * 2}),
        mistakes(PLAIN),
        probe=attacked,
        tell=tell_touched("the result"),
        entries=False,
    ),
    Part(
        1,
        Oracle("torch.autograd", step()),
        cases({"pixels of all shades": with_eps(0, 1)}),
        mistakes(
            {
                "Some pixels are below 0 or above 1, which is no image any more. Clamp "
                "them.": step(clip=False),
            }
        ),
        probe=attacked,
        tell=tell_touched("the result"),
        entries=False,
    ),
    hints=[
        "A small step uphill for the loss, where each pixel may move by eps at most. "
        "Which step gains most?",
        "Each pixel moves by the whole eps, in the direction of its own gradient's "
        "sign.",
        "(X + eps * gradient.sign()).clamp(0, 1), with the gradient of "
        "`input_gradient`, written again or called.",
    ],
)

"""The gradient of the input, and the attack that is made of it."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.capstone.pixels import (
    gradients,
    images,
    of_largest,
    of_norm,
    step,
    tell_touched,
    touched,
    untouched,
    with_eps,
)
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.capstone import attacked, input_gradients

OF_WEIGHTS = (
    "right, but .grad of the weights has changed: the next step of an optimizer would "
    "use it. torch.autograd.grad(loss, X) touches nothing."
)

OF_X = (
    "right, but X itself has changed. X + step makes a new tensor; X += step and "
    "X.clamp_(0, 1) change the old one."
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
                "their number. Take the sum: a loss depends on one image.": untouched(
                    lambda **args: gradients(**args, of="mean")
                ),
                "That is the gradient of the right class's score. The loss is asked "
                "for: the other scores count as well.": untouched(
                    lambda **args: gradients(**args, of="score")
                ),
                "That is the gradient of the right class's probability. The loss is "
                "minus its logarithm.": untouched(
                    lambda **args: gradients(**args, of="probability")
                ),
                "All signs are opposite.": untouched(lambda **a: -gradients(**a)),
                "That is only the sign of the gradient.": untouched(
                    lambda **args: np.sign(gradients(**args))
                ),
                f"The gradient is {OF_WEIGHTS}": touched(untouched(gradients)),
                f"The gradient is {OF_X}": touched(untouched(gradients), 2),
                "That is the gradient of the mean loss, so each image's is divided by "
                f"their number: take the sum. {BESIDES}": touched(
                    untouched(lambda **args: gradients(**args, of="mean"))
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
    f"The images are {OF_WEIGHTS}": touched(step()),
    f"The images are {OF_X}": touched(step(), 2),
    "The pixels move by eps times the gradient of the mean loss. Take its sign: every "
    "pixel should move by the whole eps.": step(by=lambda dX: dX / len(dX)),
    f"The pixels move by eps times the gradient. Take its sign. {BESIDES}": touched(
        step(by=lambda dX: dX)
    ),
    "The pixels move by eps times the gradient of the mean loss. Take its sign. "
    f"{BESIDES}": touched(step(by=lambda dX: dX / len(dX))),
    f"The loss goes down, where it should grow. {BESIDES}": touched(step(sign=-1)),
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

"""An L2 penalty: what a sum of squares adds to each gradient."""

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import entries, tensors
from chainrule.rules import NUMPY_ONLY


def decayed(dW1, db1, dW2, db2, W1, W2, decay):
    """torch's gradients of a loss with these gradients, and of what is added to it."""
    import torch

    given = tensors([dW1, db1, dW2, db2])
    at = [*tensors([W1, W2]), *(torch.zeros_like(b) for b in (given[1], given[3]))]
    W1, W2, b1, b2 = (t.requires_grad_() for t in at)
    pairs = zip(given, (W1, b1, W2, b2), strict=True)
    loss = sum((g * t).sum() for g, t in pairs)
    loss = loss + decay * (W1.square().sum() + W2.square().sum())
    return [t.numpy() for t in torch.autograd.grad(loss, [W1, b1, W2, b2])]


def gradients_and_weights(rng):
    ins, hidden, outs = sizes(rng, 3)
    shapes = [(hidden, ins), (hidden,), (outs, hidden), (outs,)]
    names = ("dW1", "db1", "dW2", "db2", "W1", "W2")
    drawn = [numbers_of(rng, *s) for s in (*shapes, shapes[0], shapes[2])]
    return dict(zip(names, drawn, strict=True)) | {"decay": float(rng.uniform(0.1, 2))}


def of_weight(dW, W):
    """The mistakes of one weight's gradient, dW and W the names of its arguments."""
    return {
        "The 2 of the square is missing: the slope of λ w² is 2 λ w.": (
            lambda **args: args[dW] + args["decay"] * args[W]
        ),
        "The sign is opposite: a term added to the loss adds its own gradient.": (
            lambda **args: args[dW] - 2 * args["decay"] * args[W]
        ),
        "You added a multiple of the gradient. Add a multiple of the weight.": (
            lambda **args: args[dW] * (1 + 2 * args["decay"])
        ),
        "λ is missing: the slope of λ w² is 2 λ w.": lambda **args: (
            args[dW] + 2 * args[W]
        ),
        "That is the gradient of L alone, without the penalty.": lambda **args: args[
            dW
        ],
    }


def of_bias(db):
    return {
        "The biases aren't in the penalty: their gradients stay as they are.": (
            lambda **args: args[db] * (1 + 2 * args["decay"])
        ),
    }


decayed_gradients = Question(
    "decayed_gradients",
    *entries(
        ("dW1", "db1", "dW2", "db2"),
        (0.25, 0.25, 0.25, 0.25),
        Oracle("torch.autograd", decayed),
        {"some gradients": gradients_and_weights, "others": gradients_and_weights},
        {
            "dW1": of_weight("dW1", "W1"),
            "db1": of_bias("db1"),
            "dW2": of_weight("dW2", "W2"),
            "db2": of_bias("db2"),
        },
        "dW1, db1, dW2 and db2",
    ),
    off=NUMPY_ONLY,
    hints=[
        "The gradient of a sum of two terms is the sum of their gradients.",
        "What is the derivative of λ w² with respect to one weight w?",
        "Add 2 λ W to the gradient of each W. The biases aren't in the penalty.",
    ],
)

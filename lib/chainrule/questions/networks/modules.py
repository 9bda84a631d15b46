"""The same network as an `nn.Module`."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import cases, mistakes, tensors
from chainrule.questions.networks.forward import network, sigmoid
from chainrule.questions.probes.networks import (
    network_gradients,
    network_output,
    parameter_shapes,
)


def shapes(inputs, hidden, outputs):
    wanted = [(hidden, inputs), (hidden, 0), (outputs, hidden), (outputs, 0)]
    return np.array(sorted(wanted), dtype=float)


def any_sizes(rng):
    return dict(zip(("inputs", "hidden", "outputs"), sizes(rng, 3), strict=True))


def in_words(rows):
    """Shapes of parameters, for people."""
    said = [str(tuple(int(n) for n in row if n)) for row in rows]
    return ", ".join(said) if said else "none"


def tell_shapes(yours, right, **_):
    return (
        f"    the parameters' shapes are   {in_words(np.reshape(yours, (-1, 2)))}\n"
        f"    they should be               {in_words(right)}"
    )


def output(X, W1, b1, W2, b2, end="sigmoid"):
    import torch

    X, W1, b1, W2, b2 = tensors([X, W1, b1, W2, b2])
    linear = torch.nn.functional.linear
    Z2 = linear(linear(X, W1, b1).relu(), W2, b2)
    return (Z2.sigmoid() if end == "sigmoid" else Z2).numpy()


def gradients(g, **args):
    import torch

    X, *weights = tensors(args.values())
    for w in weights:
        w.requires_grad_()
    hidden = torch.relu(X @ weights[0].T + weights[1])
    P = torch.sigmoid(hidden @ weights[2].T + weights[3])
    found = torch.autograd.grad(P, weights, torch.as_tensor(g))
    return np.concatenate([t.numpy().ravel() for t in found])


def with_upstream(rng):
    args = network(0)(rng)
    return {"g": numbers_of(rng, len(args["X"]), len(args["b2"])), **args}


Network = Question(
    "Network",
    Part(
        1,
        Oracle("torch", shapes),
        cases({"some sizes": any_sizes, "other sizes": any_sizes}),
        mistakes(
            {
                "The network has no parameters: an optimizer would have nothing to "
                "move. A module finds layers that are its own attributes, but no "
                "layers in a plain list.": lambda: np.zeros((0, 2)),
            }
        ),
        probe=parameter_shapes,
        tell=tell_shapes,
        entries=False,
    ),
    Part(
        1,
        Oracle("torch", output),
        cases({"several examples": network(0), "one example": network(1)}),
        mistakes(
            {
                "The sigmoid at the end of the network is missing.": (
                    lambda **args: output(**args, end="")
                ),
                "ReLU is missing: without ReLU, the two layers act as one.": (
                    lambda X, W1, b1, W2, b2: sigmoid((X @ W1.T + b1) @ W2.T + b2)
                ),
                "Sigmoid stands in the hidden layer, where ReLU belongs.": (
                    lambda X, W1, b1, W2, b2: sigmoid(
                        sigmoid(X @ W1.T + b1) @ W2.T + b2
                    )
                ),
            }
        ),
        probe=network_output,
    ),
    Part(
        1,
        Oracle("torch.autograd", gradients),
        cases({"a random upstream gradient": with_upstream, "another": with_upstream}),
        mistakes(
            {
                "No gradient arrives at the first layer. Something breaks the graph: "
                "look for detach, .data, no_grad or NumPy.": (
                    lambda right, W1, b1: np.where(
                        np.arange(len(right)) < W1.size + b1.size, 0, right
                    )
                ),
            }
        ),
        probe=network_gradients,
    ),
    hints=[
        "Make two nn.Linear in __init__, as attributes of self, after "
        "super().__init__().",
        "nn.Linear(inputs, hidden) holds a W of hidden × inputs and a b. forward calls "
        "the first, then torch.relu, then the second, then torch.sigmoid.",
        "You can also make one attribute, nn.Sequential(nn.Linear(inputs, hidden), "
        "nn.ReLU(), ...). Then forward only calls this attribute.",
    ],
)

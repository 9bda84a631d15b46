"""An engine of 15_capstone as torch.autograd.gradcheck sees it."""

import warnings

import numpy as np

FORWARD = {
    "add": lambda m, a, b: a + b,
    "mul": lambda m, a, b: a * b,
    "matmul": lambda m, a, b: a @ b,
    "mean": lambda m, x: x.mean(0),
    "relu": lambda m, x: m.relu(x),
    "fork": lambda m, x: x**2 + x**3,
}
SHAPES = [
    ("add", (3, 4), (4,)),
    ("add", (3, 4), (3, 1)),
    ("mul", (3, 4), (4,)),
    ("mul", (3, 4), (3, 1)),
    ("matmul", (2, 3), (3, 4)),
    ("mean", (3, 4)),
    ("relu", (3, 4)),
    ("fork", (5,)),
]


def gradchecked(engine):
    """Whether torch's gradcheck finds the engine right, at shapes that differ."""
    import torch

    rng = np.random.default_rng(0)
    with warnings.catch_warnings(action="ignore"):
        for name, *shapes in SHAPES:
            inputs = [
                torch.tensor(rng.normal(size=shape), requires_grad=True)
                for shape in shapes
            ]
            operation = as_function(engine, name)
            if not torch.autograd.gradcheck(operation, inputs, raise_exception=False):
                return False
    return True


def as_function(engine, name):
    """One operation of the engine as a torch.autograd.Function of its own."""
    import torch

    class Operation(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *inputs):
            ctx.save_for_backward(*inputs)
            return FORWARD[name](torch, *inputs)

        @staticmethod
        def backward(ctx, g):
            inputs = [x.numpy() for x in ctx.saved_tensors]
            found = engine(name, g.numpy(), *inputs)
            return tuple(map(torch.tensor, found))

    return Operation.apply

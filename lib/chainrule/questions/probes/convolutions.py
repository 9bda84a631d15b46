"""Probes of 13_convolutions: they count lines, set weights, watch what is frozen."""

import sys

import numpy as np

from chainrule.torch_side import known_state, to_arrays, to_tensor

LIBRARY = ("numpy", "torch", "chainrule", "importlib", "contextlib")


# ---- lines ----


def lines_of(student, X, W, b, stride, padding):
    """What convolved gives, flat, and the lines more that it runs for all of X than for
    its upper left part."""
    rows, cols = X.shape[2] - stride, X.shape[3] - stride
    part = np.ascontiguousarray(X[:, :, :rows, :cols])
    _, few = counted(student.convolved, part, W, b, stride, padding)
    found, many = counted(student.convolved, X, W, b, stride, padding)
    return np.append(np.ravel(found), max(many - few, 0))


def counted(function, *args):
    """A result, and the lines that Python ran for it outside of libraries."""
    lines = [0]

    def inside(frame, event, arg):
        lines[0] += event == "line"
        return inside

    def entering(frame, event, arg):
        name = str(frame.f_globals.get("__name__")).partition(".")[0]
        return None if name in LIBRARY else inside

    before = sys.gettrace()
    sys.settrace(entering)
    try:
        found = function(*args)
    finally:
        sys.settrace(before)
    return found, lines[0]


# ---- LeNet ----


def named(module, shapes):
    """A module's parameters by name, which are to be these."""
    found = {name: tuple(p.shape) for name, p in module.named_parameters()}
    sizes = {name: np.prod(shape, dtype=int) for name, shape in found.items()}
    wanted = {name: np.prod(shape, dtype=int) for name, shape in shapes.items()}
    if sizes != wanted:
        has, asked = in_words(found), in_words(shapes)
        raise Exception(f"Its parameters are {has}. They should be {asked}.")
    return dict(module.named_parameters())


def in_words(shapes):
    said = [f"{name} {shape}" for name, shape in sorted(shapes.items())]
    return ", ".join(said) if said else "none"


def put(parameters, weights):
    import torch

    with torch.no_grad():
        for name, p in parameters.items():
            p.copy_(to_tensor(weights[name]).reshape(p.shape))


def subsampled(student, x, coefficient, bias):
    """What Subsampling gives, and the gradients of the sum of its squares."""
    import torch

    maps = len(bias)
    with known_state(torch.float64, 0):
        layer = student.Subsampling(maps)
        own = named(layer, {"coefficient": (maps,), "bias": (maps,)})
        put(own, {"coefficient": coefficient, "bias": bias})
        y = layer(to_tensor(x))
        y.square().sum().backward()
        slopes = [own[name].grad for name in ("coefficient", "bias")]
        return np.concatenate([np.ravel(to_arrays(a)) for a in (y, *slopes)])


SHAPES = {
    "C1.weight": (6, 1, 5, 5),
    "C1.bias": (6,),
    "S2.coefficient": (6,),
    "S2.bias": (6,),
    "C3.weight": (16, 6, 5, 5),
    "C3.bias": (16,),
    "S4.coefficient": (16,),
    "S4.bias": (16,),
    "C5.weight": (120, 16, 5, 5),
    "C5.bias": (120,),
    "F6.weight": (84, 120),
    "F6.bias": (84,),
}


def lenet_weights(seed):
    """Weights of a size that keeps all layers away from their flat ends."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, shape in SHAPES.items():
        inputs = np.prod(shape[1:]) if len(shape) > 1 else 4
        found[name] = rng.normal(size=shape) / np.sqrt(inputs)
    return found


def right_subsampling(maps):
    import torch

    class Subsampling(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.coefficient = torch.nn.Parameter(torch.ones(maps))
            self.bias = torch.nn.Parameter(torch.zeros(maps))

        def forward(self, x):
            sums = 4 * torch.nn.functional.avg_pool2d(x, 2)
            return sums * self.coefficient[:, None, None] + self.bias[:, None, None]

    return Subsampling()


def lenet_scores(student, X, seed):
    """What a LeNet5 gives for images, its parameters set by their names."""
    import torch

    with known_state(torch.float64, 0):
        net = student.LeNet5(right_subsampling)
        put(named(net, SHAPES), lenet_weights(seed))
        with torch.no_grad():
            return to_arrays(net.eval()(to_tensor(X)))


# ---- transfer ----


def features_of(A, a, gamma, beta, mean, var, training):
    """A linear layer, BatchNorm and ReLU, which somebody has trained."""
    import torch

    layer = torch.nn.Linear(A.shape[1], len(A))
    norm = torch.nn.BatchNorm1d(len(A))
    put(dict(layer.named_parameters()), {"weight": A, "bias": a})
    put(dict(norm.named_parameters()), {"weight": gamma, "bias": beta})
    put(
        {"mean": norm.running_mean, "var": norm.running_var}, {"mean": mean, "var": var}
    )
    features = torch.nn.Sequential(layer, norm, torch.nn.ReLU())
    return features.train(training)


def head_of(W, b):
    import torch

    head = torch.nn.Linear(W.shape[1], len(W))
    put(dict(head.named_parameters()), {"weight": W, "bias": b})
    for p in head.parameters():
        p.grad = torch.ones_like(p)  # left from before
    return head


def numbers_in(tensors):
    return np.concatenate([np.ravel(to_arrays(t.detach().clone())) for t in tensors])


def headed(student, X, y, W, b, A, a, gamma, beta, mean, var, steps, rate, kind):
    """The head's numbers after fit_head, and what was done to the features.

    kind "head": no more; "drift": how many parameters and buffers of the features are
    other than before; "passes": how many rows went through them beyond one pass, and
    how many passes recorded a graph.
    """
    import torch

    passed = {"rows": -len(X), "graphs": 0}

    def note(module, inputs, result):
        passed["rows"] += len(result)
        passed["graphs"] += result.requires_grad

    with known_state(torch.float64, 0):
        features = features_of(A, a, gamma, beta, mean, var, kind == "drift")
        features.register_forward_hook(note)
        head = head_of(W, b)
        kept = [[*features.parameters()], [*features.buffers()]]
        before = [numbers_in(tensors) for tensors in kept]
        student.fit_head(features, head, to_tensor(X), to_tensor(y), steps, rate)
        after = [numbers_in(tensors) for tensors in kept]
        found = numbers_in([*head.parameters()])
    moved = [np.sum(m != n) for m, n in zip(before, after, strict=True)]
    tally = {"head": [], "drift": moved, "passes": [max(passed["rows"], 0)]}
    tally["passes"].append(passed["graphs"])
    return np.append(found, tally[kind])

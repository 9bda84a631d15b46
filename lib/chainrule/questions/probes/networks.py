"""Probes of 3-networks/06_networks: drive models, loops and operations of a student's.

torch is set to a known state, so that what the rest of a notebook has left in it makes
no difference.
"""

import gc
import weakref

import numpy as np

from chainrule.torch_side import known_state, to_arrays, to_tensor


def float64():
    import torch

    return known_state(torch.float64, 0)


def flat(tensors):
    """All numbers of some tensors, one after another."""
    return np.concatenate([np.ravel(to_arrays(t)) for t in tensors])


# ---- models ----


def parameter_shapes(student, inputs, hidden, outputs):
    """The shapes of a Network's parameters, sorted; 0 where a bias has no second."""
    with float64():
        found = student.Network(inputs, hidden, outputs).parameters()
        shapes = sorted((*p.shape, 0)[:2] for p in found)
    return np.array(shapes, dtype=float).reshape(-1, 2)


def filled(student, weights):
    """A Network with these weights, each put where its shape is, in their order."""
    import torch

    W1, _, W2, _ = weights
    network = student.Network(W1.shape[1], W1.shape[0], W2.shape[0])
    by_shape = {tuple(p.shape): p for p in network.parameters()}
    wanted = [tuple(w.shape) for w in weights]
    for shape in wanted:
        if shape not in by_shape:
            raise Exception(f"The network has no parameter of shape {shape}.")
    parameters = [by_shape[shape] for shape in wanted]
    with torch.no_grad():
        for p, w in zip(parameters, weights, strict=True):
            p.copy_(to_tensor(w))
    return network, parameters


def network_output(student, X, W1, b1, W2, b2):
    with float64():
        network, _ = filled(student, [W1, b1, W2, b2])
        return to_arrays(network(to_tensor(X)))


def network_gradients(student, g, X, W1, b1, W2, b2):
    """The gradients of W1, b1, W2 and b2, one after another."""
    import torch

    with float64():
        network, parameters = filled(student, [W1, b1, W2, b2])
        P = network(to_tensor(X))
        if not isinstance(P, torch.Tensor) or not P.requires_grad:
            raise Exception("No graph leads from the output back to the parameters.")
        P.backward(to_tensor(g))
        return flat(
            [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
        )


def sequential(inputs, hidden, outputs):
    """Linear, ReLU, Linear, Sigmoid."""
    from torch import nn

    first, second = nn.Linear(inputs, hidden), nn.Linear(hidden, outputs)
    return nn.Sequential(first, nn.ReLU(), second, nn.Sigmoid())


def copied(student, *task):
    """What a model gives once copy_weights has filled it."""
    return copy_and_tally(student, *task)[0]


def copied_and_kept(student, *task):
    """The same, then how many of the four parameters are the same as before, how many
    can be trained, and whether one lies in the memory of what was given."""
    return np.append(*copy_and_tally(student, *task))


def copy_and_tally(student, X, W1, b1, W2, b2):
    """An output, and a tally of the parameters; W1 and W2 are in × out."""
    with float64():
        model = sequential(*W1.shape, W2.shape[1])
        before = list(model.parameters())
        given = list(map(to_tensor, (W1, b1, W2, b2)))
        student.copy_weights(model, *given)
        output = to_arrays(model(to_tensor(X)))
    after = list(model.parameters())
    same = [p for p, q in zip(before, after, strict=False) if p is q]
    shared = bool(memory(same) & memory(given))
    return output, [len(same), sum(p.requires_grad for p in after), shared]


def memory(tensors):
    """Where the numbers of some tensors lie."""
    return {t.untyped_storage().data_ptr() for t in tensors}


# ---- loops ----


def watched(weights):
    """A model of these weights, with a part: the output depends on the mode of both."""
    import torch

    class Halving(torch.nn.Module):
        def forward(self, X):
            return X if self.training else X / 2

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            own = [torch.nn.Parameter(to_tensor(w.copy())) for w in weights]
            self.W1, self.b1, self.W2, self.b2 = own
            self.part = Halving()

        def forward(self, X):
            hidden = self.part(torch.tanh(X @ self.W1.T + self.b1))
            scale = 1.0 if self.training else 0.5
            return scale * hidden @ self.W2.T + self.b2

    return Model()


def trained_weights(student, X, labels, W1, b1, W2, b2, steps, rate):
    """All weights after fit_classifier, for a model that is in evaluation mode."""
    with float64():
        model = watched([W1, b1, W2, b2]).eval()
        student.fit_classifier(model, to_tensor(X), to_tensor(labels), steps, rate)
        return flat(model.parameters())


def training_losses(student, X, labels, W1, b1, W2, b2, steps, rate):
    """The losses that fit_classifier returns."""
    with float64():
        model = watched([W1, b1, W2, b2]).eval()
        args = to_tensor(X), to_tensor(labels), steps, rate
        losses = student.fit_classifier(model, *args)
        if any(getattr(loss, "requires_grad", False) for loss in losses):
            raise Exception(
                "These losses are tensors, each with its graph behind it. Append "
                "loss.item()."
            )
        return to_arrays(losses)


# ---- leaks ----


class Marked:
    """Squared error whose graphs can be counted: how many of them are still alive."""

    def __init__(self):
        import torch

        alive = self.alive = weakref.WeakSet()
        self.most = self.recorded = 0

        class Mark(torch.autograd.Function):
            @staticmethod
            def forward(ctx, loss):
                ctx.mark = Tag()
                alive.add(ctx.mark)
                return loss.clone()

            @staticmethod
            def backward(ctx, g):
                return g

        self.mark = Mark.apply

    def __call__(self, prediction, target):
        loss = (prediction - target).square().mean()
        if not loss.requires_grad:
            return loss
        self.recorded += 1
        loss = self.mark(loss)
        self.most = max(self.most, len(self.alive))
        return loss


class Tag:
    """Something that lives as long as a node of a graph."""


def batches_of(X, Y, size):
    X, Y = to_tensor(X), to_tensor(Y)
    return [(X[i : i + size], Y[i : i + size]) for i in range(0, len(X), size)]


def epoch(student, *task):
    """The mean loss that epoch_loss returns, and the weights that it leaves."""
    return epoch_and_tally(student, *task)[0]


def epoch_and_graphs(student, *task):
    """The same, then how many graphs were alive at most beyond two (the one in use, and
    one that a name may still hold), and whether one is behind the result."""
    return np.append(*epoch_and_tally(student, *task))


def epoch_and_tally(student, X, Y, W1, b1, W2, b2, size, rate):
    """A loss and weights, and a tally of graphs."""
    import torch

    gc.collect(0)  # so that none comes while graphs are counted; a whole one is slow
    with float64():
        model, loss_fn = watched([W1, b1, W2, b2]), Marked()
        optimizer = torch.optim.SGD(model.parameters(), lr=rate)
        loss = student.epoch_loss(model, loss_fn, optimizer, batches_of(X, Y, size))
        found = np.append(to_arrays(loss), flat(model.parameters()))
    attached = isinstance(loss, torch.Tensor) and loss.requires_grad
    return found, [max(loss_fn.most - 2, 0), attached]


def validated(student, *task):
    """The loss that validation_loss returns."""
    return validation_and_tally(student, *task)[0]


def validated_and_left(student, *task):
    """The same, then the number of batches with a graph, and what `mode_left` says."""
    return np.append(*validation_and_tally(student, *task))


def validation_and_tally(student, X, Y, W1, b1, W2, b2, size, training):
    """A loss, and a tally of what is left of a validation."""
    with float64():
        model, loss_fn = watched([W1, b1, W2, b2]).train(training), Marked()
        loss = student.validation_loss(model, loss_fn, batches_of(X, Y, size))
        loss = to_arrays(loss)
    return loss, [loss_fn.recorded, mode_left(model, training)]


def mode_left(model, training):
    """0 where a model is in this mode, 1 where only its parts aren't, else 2."""
    if model.training != training:
        return 2
    return int(any(m.training != training for m in model.modules()))


# ---- an operation of one's own ----


def swish_value(student, x, beta):
    with float64():
        return to_arrays(student.swish(to_tensor(x), torch_number(beta)))


def swish_gradients(student, g, x, beta, second):
    """The gradients of x and of beta; of the sum of their squares, where `second`."""
    import torch

    with float64():
        x, beta = to_tensor(x.copy()).requires_grad_(), torch_number(beta)
        beta.requires_grad_()
        y = student.swish(x, beta)
        if not isinstance(y.grad_fn, torch.autograd.function.BackwardCFunction):
            raise Exception("The result wasn't made by a torch.autograd.Function.")
        how = {"create_graph": second, "allow_unused": True}
        found = torch.autograd.grad(y, [x, beta], to_tensor(g), **how)
        for name, gradient in zip(["x", "beta"], found, strict=True):
            if gradient is None:
                raise Exception(f"Your backward returns no gradient for {name}.")
        if second:
            squares = sum(t.square().sum() for t in found)
            if not squares.requires_grad:
                raise Exception("No graph leads back from the gradients.")
            found = torch.autograd.grad(squares, [x, beta])
        return flat(found)


def torch_number(number):
    import torch

    return torch.tensor(number, dtype=torch.float64)

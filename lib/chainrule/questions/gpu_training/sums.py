"""A gradient that is summed up from parts: of a batch, or of several machines."""

import numpy as np

from chainrule.judge import Part, Question, close
from chainrule.oracle import Oracle, closed_form
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import cases, mistakes, tensors
from chainrule.questions.probes.gpu_training import accumulated
from chainrule.verdict import disagreement


def a_batch(tallied=False):
    """Rows that don't divide into micro-batches of one size: the last is smaller."""

    def make(rng):
        size = int(rng.integers(3, 5))
        n = 4 * size + int(rng.integers(1, size))
        return {
            "X": numbers_of(rng, n, 3),
            "Y": numbers_of(rng, n, 2),
            "W1": numbers_of(rng, 4, 3),
            "b1": numbers_of(rng, 4),
            "W2": numbers_of(rng, 2, 4),
            "b2": numbers_of(rng, 2),
            "size": size,
            "tallied": tallied,
        }

    return make


def gradient(X, Y, weights):
    """torch's gradient of the mean squared error, all parameters in one array."""
    import torch

    X, Y, *weights = tensors([X, Y, *weights])
    for w in weights:
        w.requires_grad_()
    hidden = torch.tanh(torch.nn.functional.linear(X, weights[0], weights[1]))
    scores = torch.nn.functional.linear(hidden, weights[2], weights[3])
    found = torch.autograd.grad(torch.nn.functional.mse_loss(scores, Y), weights)
    return np.concatenate([t.numpy().ravel() for t in found])


def whole(X, Y, W1, b1, W2, b2, size, tallied, over=(0, 0)):
    found = gradient(X, Y, [W1, b1, W2, b2])
    return np.append(found, over) if tallied else found


def of_parts(join):
    """What a sum of the micro-batches' gradients gives: join(gradients, rows)."""

    def rule(X, Y, W1, b1, W2, b2, size, tallied):
        starts = range(0, len(X), size)
        parts = [(X[i : i + size], Y[i : i + size]) for i in starts]
        found = np.stack([gradient(x, y, [W1, b1, W2, b2]) for x, y in parts])
        return join(found, np.array([len(x) for x, _ in parts]))

    return rule


def along(yours, wrong, **_):
    """Whether two gradients differ by a positive factor alone."""
    if yours.shape != wrong.shape or not np.isfinite(yours).all():
        return False
    factor = np.vdot(yours, wrong) / np.vdot(wrong, wrong)
    return bool(factor > 0) and close()(yours, factor * wrong)


def tell_tally(yours, right, size, **_):
    *numbers, rows, graphs = np.ravel(yours)
    if not close()(numbers, right[:-2]):
        return disagreement(numbers, right[:-2], "torch.autograd")[1]
    if rows:
        return f"    {size + rows:g} rows went forward at once, where size is {size}"
    return f"    {graphs + 2:g} graphs were alive at one time, and 2 are enough"


accumulated_gradient = Question(
    "accumulated_gradient",
    Part(
        2,
        Oracle("torch.autograd", whole),
        cases({"the last micro-batch smaller": [a_batch()] * 3}),
        mistakes(
            {
                "That is the mean of the micro-batches' gradients. The last "
                "micro-batch has fewer rows, so each of its rows counts too much. "
                "Multiply each loss by its share of the "
                "rows.": of_parts(lambda grads, rows: grads.mean(0)),
                "That is the sum of the micro-batches' gradients, without weights. "
                "Multiply each loss by its share of the rows.": (
                    of_parts(lambda grads, rows: grads.sum(0))
                ),
                "Only the last micro-batch is left: zero_grad inside the loop deletes "
                "earlier gradients. Call it once, before the loop.": (
                    of_parts(lambda grads, rows: grads[-1]),
                    along,
                ),
                "The gradients that were in .grad before are still in the sum. Call "
                "model.zero_grad() once, before the loop.": (
                    of_parts(lambda grads, rows: 1 + rows @ grads / rows.sum())
                ),
            }
        ),
        probe=accumulated,
    ),
    Part(
        1,
        Oracle("torch.autograd", whole),
        cases({"what is in memory at one time": a_batch(tallied=True)}),
        mistakes(
            {
                "The graphs of all micro-batches are alive at once. Is backward called "
                "only at the end? Call it for each micro-batch. Or does a sum or list "
                "of losses hold the graphs? Keep loss.detach(), or nothing.": (
                    lambda size, X, **args: whole(
                        X, size=size, **args, over=(0, -(-len(X) // size) - 2)
                    )
                ),
                "The whole batch goes through the model at once. Cut it into "
                "micro-batches of `size` rows.": lambda size, X, **args: whole(
                    X, size=size, **args, over=(len(X) - size, 0)
                ),
            }
        ),
        probe=accumulated,
        entries=False,
        tell=tell_tally,
    ),
    hints=[
        "backward() adds to .grad. So call model.zero_grad() once, and then backward "
        "for each micro-batch.",
        "The loss of a micro-batch is a mean over its rows. Multiply it by a weight, "
        "so that the products add up to the mean over all rows of X. Which weight?",
        "for x, targets in zip(X.split(size), y.split(size)): multiply the loss by "
        "len(x) / len(X), and call backward.",
    ],
)


def shards(rng):
    workers, d = int(rng.integers(2, 5)), int(rng.integers(5, 8))
    return {
        "gradients": numbers_of(rng, workers, d),
        "rows": rng.permutation(np.arange(3, 20))[:workers].astype(float),
    }


combined_gradient = Question(
    "combined_gradient",
    Part(
        1,
        closed_form(
            lambda gradients, rows: np.average(gradients, axis=0, weights=rows)
        ),
        cases({"some workers": shards, "others": shards}),
        mistakes(
            {
                "That is the plain mean. A worker with more rows needs a larger "
                "weight.": lambda gradients: gradients.mean(0),
                "That is the sum of all gradients. Multiply each by its worker's share "
                "of the rows.": lambda gradients: gradients.sum(0),
                "That is the sum of each gradient times its number of rows. Divide it "
                "by the number of rows of all workers.": lambda gradients, rows: (
                    rows @ gradients
                ),
                "That divides by the number of workers. Divide by the number of rows "
                "of all workers.": lambda gradients, rows: rows @ gradients / len(rows),
            }
        ),
    ),
    hints=[
        "The gradient of a mean over n rows, times n, is the gradient of a sum over "
        "these rows. Such gradients can be added.",
        "Multiply each worker's gradient by its number of rows, and add the products. "
        "Then divide by the number of rows of all workers.",
        "rows @ gradients is the weighted sum over the workers.",
    ],
    tensors=True,
)

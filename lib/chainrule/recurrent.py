"""Recurrent layers: one step of an RNN and of a GRU, unrolled over a sequence.

Time is the first axis, as in torch: X is (steps, n, features), a state (n, hidden).
"""

import numpy as np

from chainrule import init, losses, ops
from chainrule.layers import Layer
from chainrule.tensor import Tensor


class Embedding(Layer):
    """One row of numbers for each token: (...) whole numbers to (..., features)."""

    def __init__(self, tokens, features, rng, dtype=np.float32):
        self.W = _parameter(rng.normal(size=(tokens, features)), dtype)

    def __call__(self, x):
        x = np.asarray(x)
        tokens = len(self.W)
        if x.dtype.kind not in "iu" or np.any((x < 0) | (x >= tokens)):
            raise ValueError(
                f"Embedding got {x.dtype} tokens of shape {x.shape}. Try whole numbers "
                f"from 0 to {tokens - 1}."
            )
        return ops.getitem(self.W, x)


class RNNCell(Layer):
    """tanh(x W^T + s U^T + b), with W (hidden, in) and U (hidden, hidden).

    torch's RNNCell has two biases, whose sum is b. Elman 1990.
    """

    def __init__(self, n_in, hidden, rng, dtype=np.float32):
        self.W = _parameter(init.glorot_uniform((hidden, n_in), rng), dtype)
        self.U = _parameter(init.orthogonal((hidden, hidden), rng), dtype)
        self.b = _parameter(init.zeros(hidden), dtype)

    def __call__(self, x, s):
        return ops.tanh(ops.linear(x, self.W, self.b) + ops.matmul(s, self.U.T))


class GRUCell(Layer):
    """z s + (1 - z) tanh(W x + a + r (U s + b)), with gates r and z, as torch has it.

    The reset gate r comes after the product, as in cuDNN. In Cho et al. 2014 it comes
    before: U (r s). Rows of W, U, a and b: those of r, of z, of the new value.
    """

    def __init__(self, n_in, hidden, rng, dtype=np.float32):
        blocks = [init.orthogonal((hidden, hidden), rng) for _ in range(3)]
        self.W = _parameter(init.glorot_uniform((3 * hidden, n_in), rng), dtype)
        self.U = _parameter(np.concatenate(blocks), dtype)
        self.a = _parameter(init.zeros(3 * hidden), dtype)
        self.b = _parameter(init.zeros(3 * hidden), dtype)

    def __call__(self, x, s):
        hidden = self.U.shape[1]
        of_x = ops.linear(x, self.W, self.a)
        of_s = ops.linear(s, self.U, self.b)
        gates = ops.sigmoid(of_x[:, : 2 * hidden] + of_s[:, : 2 * hidden])
        r, z = gates[:, :hidden], gates[:, hidden:]
        new = ops.tanh(of_x[:, 2 * hidden :] + r * of_s[:, 2 * hidden :])
        return new + z * (s - new)


def unroll(cell, X, s, lengths=None):
    """The states after each step, (steps, n, hidden), beginning with the state s.

    lengths: how many steps each sequence has; after its end its state stays as it is,
    so that the last state is that of its last token, whatever stands in the padding.
    """
    _demand_lengths(X, lengths)
    states = []
    for t in range(X.shape[0]):
        after = cell(X[t], s)
        if lengths is not None:
            after = ops.where((t < np.asarray(lengths))[:, None], after, s)
        s = after
        states.append(s)
    return ops.stack(states)


def _demand_lengths(X, lengths):
    if lengths is None:
        return
    (steps, n), lengths = X.shape[:2], np.asarray(lengths)
    if lengths.shape != (n,) or np.any((lengths < 0) | (lengths > steps)):
        raise ValueError(
            f"unroll got X of shape {X.shape} and lengths of shape {lengths.shape}. "
            f"Try ({n},) lengths from 0 to {steps}."
        )


def sequence_loss(z, y, mask=None):
    """The mean over tokens of -log p(right token), padding left out.

    z: logits (steps, n, tokens); y: whole numbers (steps, n); mask: (steps, n), true
    where there is a token. Raises ValueError where there is none, or shapes differ.
    """
    for name, given in (("y", y), ("mask", y if mask is None else mask)):
        if np.shape(given) != z.shape[:-1]:
            raise ValueError(
                f"sequence_loss got logits of shape {z.shape} and a {name} of shape "
                f"{np.shape(given)}. Try (steps, n) for it."
            )
    tokens = z.shape[-1]
    rows, y = z.reshape((-1, tokens)), np.asarray(y).ravel()
    if mask is None:
        return losses.cross_entropy(rows, y)
    (kept,) = np.nonzero(np.ravel(mask))
    if not len(kept):
        raise ValueError(
            "sequence_loss: the mask leaves no token. Try a mask that is true where "
            "there is one."
        )
    return losses.cross_entropy(ops.getitem(rows, kept), y[kept])


def _parameter(start, dtype):
    return Tensor(start.astype(dtype), requires_grad=True)

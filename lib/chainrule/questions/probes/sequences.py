"""Probes of 6-pytorch/14_sequences: an encoder-decoder by itself, and its training."""

import numpy as np

from chainrule.torch_side import known_state, to_arrays, to_tensor

PARTS = ("encoder", "decoder")
GRU = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
END = 0


def flat(tensors):
    return np.concatenate([np.ravel(to_arrays(t)) for t in tensors])


# ---- the parts ----


def with_weights(student, weights):
    """A student's encoder-decoder with these weights, by the names of its layers."""
    names = [f"{part}.{name}" for part in PARTS for name in GRU]
    names = ["embed.weight", *names, "head.weight", "head.bias"]
    tokens, hidden = weights[0].shape
    net = student.EncoderDecoder(tokens, hidden)
    state = {n: to_tensor(w) for n, w in zip(names, weights, strict=True)}
    net.load_state_dict(state)
    return net


def scores_of(student, X, Y_in, *weights):
    """The scores for whole strings at once."""
    import torch

    with known_state(torch.float64, 0):
        net = with_weights(student, weights)
        return to_arrays(net(to_tensor(X), to_tensor(Y_in)))


def scores_in_pieces(student, X, Y_in, *weights):
    """The scores of a decoder that is asked for two tokens, then for one at a time."""
    import torch

    with known_state(torch.float64, 0):
        net = with_weights(student, weights)
        state, found = net.encode(to_tensor(X)), []
        for piece in to_tensor(Y_in).tensor_split([*range(2, len(Y_in))]):
            scores, state = net.decode(piece, state)
            if len(state) != 1:
                raise Exception(
                    f"decode returns a state of shape {tuple(state.shape)}. Return the "
                    "last state alone, (1, n, hidden)."
                )
            found.append(to_arrays(scores))
    return np.concatenate(found)


# ---- training ----


def reader(tokens, hidden):
    """An encoder-decoder of torch's layers."""
    import torch
    from torch import nn

    class Reader(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(tokens, hidden)
            self.encoder = nn.GRU(hidden, hidden)
            self.decoder = nn.GRU(hidden, hidden)
            self.head = nn.Linear(hidden, tokens)

        def encode(self, X):
            _, state = self.encoder(self.embed(X))
            return state

        def decode(self, tokens, state):
            states, state = self.decoder(self.embed(tokens), state)
            return self.head(states), state

        def forward(self, X, Y_in):
            return self.decode(Y_in, self.encode(X))[0]

        @torch.no_grad()
        def greedy(self, X, steps):
            state = self.encode(X)
            tokens, found = torch.full_like(X[:1], END), []
            for _ in range(steps):
                scores, state = self.decode(tokens, state)
                tokens = scores.argmax(-1)
                found.append(tokens)
            return torch.cat(found)

    return Reader()


def triple(Y):
    """Strings to write, each with END behind it, as (X, Y_in, Y) to be reversed."""
    import torch

    X, end = to_tensor(Y.copy()).flip(0), torch.full((1, Y.shape[1]), END)
    Y = torch.cat([to_tensor(Y.copy()), end])
    return X, torch.cat([end, Y[:-1]]), Y


def trained(student, first_batch, second_batch, epochs, rate, limit, seed, hidden):
    """All weights after train_pairs on two batches, strings of two lengths."""
    import torch

    with known_state(torch.float64, seed):
        net = reader(4, hidden)
        for p in net.parameters():
            p.grad = torch.ones_like(p)
        batches = [triple(first_batch), triple(second_batch)]
        student.train_pairs(net, batches, epochs, rate, limit)
        return flat(net.parameters())


def trained_to_reverse(student, two, three, seed):
    """All weights after train_pairs on strings of two and of three letters."""
    import torch

    with known_state(torch.float32, seed):
        net = reader(9, 32)
        batches = [triple(two), *(triple(Y) for Y in np.array_split(three, 4, axis=1))]
        student.train_pairs(net, batches, 22, 0.006, 1.0)
        return flat(net.parameters())

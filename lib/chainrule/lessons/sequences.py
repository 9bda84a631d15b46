"""What the lesson on sequences goes on with where an answer isn't right yet."""

import numpy as np


def rnn_states(X, s, W, U, b, lengths):
    """All states by torch's step; in the padding a state stays."""
    import torch

    states = [torch.tensor(s)]
    for t, x in enumerate(torch.tensor(X)):
        new = torch.rnn_tanh_cell(x, states[t], *map(torch.tensor, (W, U, b, 0 * b)))
        states.append(torch.where(torch.tensor(t < lengths)[:, None], new, states[t]))
    return torch.stack(states).numpy()


def rnn_backward(g, X, S, U):
    """ds, dW, dU and db by torch: what W and b gave to each step is fixed, and weights
    of 0 are added."""
    import torch

    g, X, S, U = map(torch.tensor, (g, X, S, U))
    fixed = torch.atanh(S[1:]) - S[:-1] @ U.T
    start = S[0], torch.zeros(len(U), X.shape[2]).to(X), U, torch.zeros(len(U)).to(X)
    s, W, U, b = (v.clone().requires_grad_() for v in start)
    state, states = s, []
    for x, a in zip(X, fixed, strict=True):
        state = torch.tanh(a + x @ W.T + state @ U.T + b)
        states.append(state)
    found = torch.autograd.grad(torch.stack(states), (s, W, U, b), g)
    return tuple(v.numpy() for v in found)


def gru_step(x, s, W, U, b):
    """One step of the paper's GRU, with torch's functions."""
    import torch

    linear = torch.nn.functional.linear
    x, s, W, U, b = map(torch.tensor, (x, s, W, U, b))
    r, z = (torch.sigmoid(linear(x, W[k], b[k]) + linear(s, U[k])) for k in (0, 1))
    return torch.lerp(
        (linear(x, W[2], b[2]) + linear(r * s, U[2])).tanh(), s, z
    ).numpy()


def teacher_inputs(Y, start):
    """The targets moved down by one step, with start above them."""
    import torch

    return torch.nn.functional.pad(Y[:-1], (0, 0, 1, 0), value=start)


def EncoderDecoder(tokens, hidden):
    """A net of two GRUs that share an embedding."""
    import torch

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = torch.nn.Embedding(tokens, hidden)
            self.encoder = torch.nn.GRU(hidden, hidden)
            self.decoder = torch.nn.GRU(hidden, hidden)
            self.head = torch.nn.Linear(hidden, tokens)

        def encode(self, X):
            _, state = self.encoder(self.embed(X))
            return state

        def decode(self, tokens, state):
            states, state = self.decoder(self.embed(tokens), state)
            return self.head(states), state

        def forward(self, X, Y_in):
            return self.decode(Y_in, self.encode(X))[0]

    return Net()


def train_pairs(model, batches, epochs, rate, limit):
    """One clipped step of Adam for each batch, the scores' last axis put second."""
    import torch

    weights = [*model.parameters()]
    optimizer = torch.optim.Adam(weights, rate)
    for X, Y_in, Y in epochs * batches:
        optimizer.zero_grad()
        scores = model(X, Y_in).movedim(-1, 1)
        torch.nn.functional.cross_entropy(scores, Y).backward()
        torch.nn.utils.clip_grad_norm_(weights, limit)
        optimizer.step()


def greedy(next_scores, end, limit):
    """The best token each time, up to the end token or the limit."""
    text = [int(np.argmax(next_scores([])))]
    while text[-1] != end and len(text) <= limit:
        text += [int(np.argmax(next_scores(text)))]
    return text[:limit] if end not in text else text[:-1]

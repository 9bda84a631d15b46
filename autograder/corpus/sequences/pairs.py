"""Teacher forcing, and an encoder-decoder."""

import numpy as np
import torch

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


def teacher_inputs(student, rng):
    T, n, start = (int(k) for k in rng.integers(1, 7, 3))
    Y = rng.integers(0, 50, (T, n))
    found = student.teacher_inputs(torch.tensor(Y), start)
    right = [[start, *column[:-1]] for column in Y.T.tolist()]
    found = np.array(found)
    same = found.dtype.kind == "i" and found.shape == Y.shape
    return same and found.T.tolist() == right


ANSWERS["teacher_inputs"] = Answers(
    args="Y, start",
    decider=teacher_inputs,
    right=[
        "torch.cat([torch.full((1, Y.shape[1]), start), Y[:-1]])",
        """
found = Y.roll(1, 0)
found[0] = start
return found""",
        """
first = torch.full_like(Y[0], start)
return torch.stack([first, *Y[:-1]])""",
    ],
    wrong=[
        "torch.full_like(Y, start)",
        "torch.cat([Y[:1], Y[:-1]])",
        "torch.cat([Y[:-1], torch.full_like(Y[:1], start)])",
        "Y[:-1]",
        "torch.cat([torch.zeros_like(Y[:1]), Y[:-1]])",
        "torch.cat([torch.full_like(Y[:1], start), Y[1:]])",
        "torch.cat([torch.full_like(Y[:1], start), Y[:-1].flip(0)])",
    ],
    told={
        "2 * torch.cat([torch.full_like(Y[:1], start), Y[:-1]])": (
            "In a case all entries are off by the same factor."
        ),
        "torch.cat([torch.full_like(Y[:1], start), Y[:-1]]).T": "",
    },
)


def sigma(v):
    return 1 / (1 + np.exp(-v))


def gru(s, x, W, U, a, b):
    """torch's step of a GRU, by hand."""
    i, h = x @ W.T + a, s @ U.T + b
    d = s.shape[1]
    r, z = sigma(i[:, :d] + h[:, :d]), sigma(i[:, d : 2 * d] + h[:, d : 2 * d])
    new = np.tanh(i[:, 2 * d :] + r * h[:, 2 * d :])
    return (1 - z) * new + z * s


def EncoderDecoder(student, rng):
    """Another order of steps than the judge's: in two pieces, one of two tokens."""
    V, d, n = rng.integers(2, 6, 3).tolist()
    net = student.EncoderDecoder(V, d).double()
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.tensor(some(rng, *p.shape)))
    own = {k: v.numpy() for k, v in net.state_dict().items()}
    names = {"embed.weight", "head.weight", "head.bias"}
    gates = [f"{k}_l0" for k in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    names |= {f"{part}.{gate}" for part in ("encoder", "decoder") for gate in gates}
    if set(own) != names or own["head.weight"].shape != (V, d):
        return False
    if own["embed.weight"].shape != (V, d) or own["decoder.bias_hh_l0"].size != 3 * d:
        return False
    E = own["embed.weight"]
    enc, dec = ([own[f"{part}.{k}"] for k in gates] for part in ("encoder", "decoder"))
    X, Y = (
        rng.integers(V, size=(int(rng.integers(1, 5)), n)),
        rng.integers(V, size=(3, n)),
    )
    s, right = np.zeros((n, d)), []
    for token in X:
        s = gru(s, E[token], *enc)
    for token in Y:
        s = gru(s, E[token], *dec)
        right.append(s @ own["head.weight"].T + own["head.bias"])
    X, Y = torch.tensor(X), torch.tensor(Y)
    state = net.encode(X)
    first, state = net.decode(Y[:2], state)
    last, _ = net.decode(Y[2:], state)
    pieces = torch.cat([first, last]).detach().numpy()
    whole = net(X, Y).detach().numpy()
    return near(pieces, np.stack(right)) and near(whole, np.stack(right))


def net(
    encode="return self.encoder(self.embed(X))[1]",
    decode="states, state = self.decoder(self.embed(tokens), state)",
    end="self.head(states), state",
    tokens="tokens, hidden",
):
    return f"""
class EncoderDecoder(torch.nn.Module):
    def __init__(self, tokens, hidden):
        super().__init__()
        self.embed = torch.nn.Embedding({tokens})
        self.encoder = torch.nn.GRU(hidden, hidden)
        self.decoder = torch.nn.GRU(hidden, hidden)
        self.head = torch.nn.Linear(hidden, tokens)

    def encode(self, X):
        {encode}

    def decode(self, tokens, state):
        {decode}
        return {end}

    def forward(self, X, Y_in):
        scores, _ = self.decode(Y_in, self.encode(X))
        return scores
"""


BY_STEPS = """found = []
        for row in self.embed(tokens):
            out, state = self.decoder(row[None], state)
            found.append(self.head(out))"""
KEPT = "states, _ = self.decoder(self.embed(tokens), state)"

ANSWERS["EncoderDecoder"] = Answers(
    decider=EncoderDecoder,
    right=[
        net(decode=BY_STEPS, end="torch.cat(found), state"),
        net(encode="out, last = self.encoder(self.embed(X))\n        return out[-1:]"),
    ],
    wrong=[
        net(encode="return self.encoder(self.embed(X))[0].mean(0, keepdim=True)"),
        net(encode="return self.encoder(self.embed(X))[0][:1]"),
        net(encode="return self.embed(X).sum(0, keepdim=True)"),
        net(encode="return self.decoder(self.embed(X))[1]"),
        net(decode="states = self.embed(tokens)"),
        net(end="self.head(states).argmax(-1), state"),
        net(end="self.head(states.tanh()), state"),
        net(end="-self.head(states), state"),
        net(end="self.head(states), 2 * state"),
        net(encode="return self.encoder(self.embed(X))[1].tanh()"),
    ],
    mistakes={
        "The decoder begins with zeros": [
            net(encode="return torch.zeros(1, X.shape[1], self.head.in_features)"),
        ],
        "The encoder reads only": net(
            encode="return self.encoder(self.embed(X[-1:]))[1]"
        ),
        "You decode with": net(
            decode="states, state = self.encoder(self.embed(tokens), state)"
        ),
        "The encoder reads the strings": net(
            encode="return self.encoder(self.embed(X.flip(0)))[1]"
        ),
        "Softmax stands": net(end="self.head(states).softmax(-1), state"),
        "Piece by piece": net(decode=KEPT),
    },
    told={
        net(end="self.head(states), states"): "Return the last state alone",
        net(end="self.head(states), states.flip(0)"): "Return the last state alone",
    },
)

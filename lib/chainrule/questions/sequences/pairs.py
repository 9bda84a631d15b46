"""What a decoder reads in training, and an encoder-decoder."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle, closed_form
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import cases, mistakes, tensors
from chainrule.questions.probes.sequences import scores_in_pieces, scores_of
from chainrule.rules import TORCH
from chainrule.verdict import disagreement

# ---- teacher forcing ----


def targets(least, most):
    def make(rng):
        n, tokens = int(rng.integers(2, 5)), 9
        Y = rng.integers(1, tokens, (int(rng.integers(least, most)), n))
        return {"Y": Y, "start": int(rng.integers(tokens, 2 * tokens))}

    return make


def shifted(Y, start):
    padded = np.pad(Y, ((1, 0), (0, 0)), constant_values=start)
    return padded[: len(Y)]


def whole_and_equal(yours, right, **_):
    return np.asarray(yours).dtype.kind in "iu" and np.array_equal(yours, right)


def tell_tokens(yours, right, **_):
    if np.array_equal(yours, right):
        return (
            "    The tokens are right, but they aren't whole numbers, which "
            "nn.Embedding needs."
        )
    return disagreement(yours, right, "closed form")[1]


SHIFTS = {
    "These are the targets themselves. At step t the decoder would read what it "
    "has to write: shift them by one step.": lambda Y: Y,
    "The inputs are shifted the other way: step t would read the target of the "
    "next step.": lambda Y, start: np.concatenate([Y[1:], np.full_like(Y[:1], start)]),
    "The start token came in front, and the last target has stayed. Leave out "
    "the last target: nothing is written after it.": lambda Y, start: np.concatenate(
        [np.full_like(Y[:1], start), Y]
    ),
    "The strings lie in columns, and that shifts the rows. Step t is row t: shift "
    "along axis 0.": lambda Y, start: np.concatenate(
        [np.full_like(Y[:, :1], start), Y[:, :-1]], axis=1
    ),
    "The last target has come round to the first step. The first input is the "
    "start token.": lambda Y: np.roll(Y, 1, axis=0),
}

teacher_inputs = Question(
    "teacher_inputs",
    Part(
        1,
        closed_form(shifted),
        cases({"some targets": [targets(3, 7)] * 3, "one step": targets(1, 2)}),
        mistakes(SHIFTS),
        agree=whole_and_equal,
        tell=tell_tokens,
    ),
    tensors=True,
    off=TORCH,
    hints=[
        "At step 0 the decoder reads the start token. At step t it reads Y[t - 1].",
        "Leave out the last row of Y, and put a row of start tokens in front.",
        "torch.cat([torch.full_like(Y[:1], start), Y[:-1]]).",
    ],
)

# ---- an encoder-decoder ----


def weights(rng):
    tokens, hidden = rng.permutation([3, 4, 5])[:2].tolist()
    shapes = {"E": (tokens, hidden)}
    for part in "ed":
        shapes |= {f"W_{part}": (3 * hidden, hidden), f"U_{part}": (3 * hidden, hidden)}
        shapes |= {f"a_{part}": (3 * hidden,), f"b_{part}": (3 * hidden,)}
    shapes |= {"W": (tokens, hidden), "b": (tokens,)}
    return {name: numbers_of(rng, *shape) for name, shape in shapes.items()}


def strings(rng):
    given = weights(rng)
    tokens, n = len(given["E"]), int(rng.integers(2, 4))
    lengths = rng.permutation([3, 4, 5])[:2]
    X, Y_in = (rng.integers(tokens, size=(int(T), n)) for T in lengths)
    return {"X": X, "Y_in": Y_in, **given}


def by_cells(state=None, x_of=None, table="E", head=None, cell="d", carried=True):
    """The scores by torch's GRUCell, with one thing changed.

    carried: whether decode hands on the state behind the last token of a piece.
    """

    def rule(X, Y_in, **given):
        import torch

        w = dict(zip(given, tensors(given.values()), strict=True))

        def step(part, token, s):
            weights = (w[f"{letter}_{part}"] for letter in "WUab")
            return torch.gru_cell(w["E"][token], s, *weights)

        s = torch.zeros(X.shape[1], w["E"].shape[1], dtype=torch.float64)
        for tokens in x_of(X) if x_of else X:
            s = step("e", torch.tensor(tokens.copy()), s)
        s, found = state(s) if state else s, []
        begun = s
        for t, tokens in enumerate(Y_in):
            s = step(cell, torch.tensor(tokens), s if carried or t == 1 else begun)
            scores = s @ w["W"].T + w["b"]
            found.append(head(scores) if head else scores)
        return torch.stack(found).numpy()

    return rule


ENCODED = {
    "The decoder begins with zeros. It has to begin with the state in which the "
    "encoder has ended.": by_cells(state=lambda s: 0 * s),
    "The encoder reads only the last token: the states of those before are lost.": (
        by_cells(x_of=lambda X: X[-1:])
    ),
    "You decode with self.encoder. Take self.decoder.": by_cells(cell="e"),
    "The encoder reads the strings backwards. Nothing is reversed here.": (
        by_cells(x_of=lambda X: X[::-1])
    ),
    "Softmax stands after the head. The loss wants scores.": by_cells(
        head=lambda scores: scores.softmax(-1)
    ),
}

EncoderDecoder = Question(
    "EncoderDecoder",
    Part(
        1,
        Oracle("torch's GRUCell", by_cells()),
        cases({"whole strings": [strings] * 2}),
        mistakes(ENCODED),
        probe=scores_of,
    ),
    Part(
        1,
        Oracle("torch's GRUCell", by_cells()),
        cases({"two tokens, then one at a time": [strings] * 2}),
        mistakes(
            {
                "Piece by piece, the scores forget what was written: `decode` returns "
                "the state that it was given. Return the new one.": by_cells(
                    carried=False
                ),
                **ENCODED,
            }
        ),
        probe=scores_in_pieces,
    ),
    off=TORCH,
    hints=[
        "A GRU returns two things: the states after each step, and the last state.",
        "encode: embed X, give it to self.encoder, and return the second result.",
        "decode: states, state = self.decoder(self.embed(tokens), state), then return "
        "self.head(states), state.",
    ],
)

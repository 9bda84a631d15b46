"""All states of a recurrent network, for sequences of unequal length."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import cases, mistakes


def by_cells(X, s, W, U, b, lengths):
    """Each sequence alone, step by step, by torch's RNNCell."""
    import torch

    hidden, inputs = W.shape
    cell = torch.nn.RNNCell(inputs, hidden, dtype=torch.float64)
    weights = {"weight_ih": W, "weight_hh": U, "bias_ih": b, "bias_hh": 0 * b}
    cell.load_state_dict({k: torch.tensor(v) for k, v in weights.items()})
    S = np.empty((len(X) + 1, *s.shape))
    for i, length in enumerate(lengths):
        state = torch.tensor(s[i])
        S[:, i] = s[i]
        for t in range(length):
            state = cell(torch.tensor(X[t, i]), state)
            S[t + 1 :, i] = state.detach().numpy()
    return S


def sequences(padded):
    def make(rng):
        inputs, hidden, n = rng.permutation([2, 3, 4]).tolist()
        steps = int(rng.integers(5, 8))
        lengths = np.full(n, steps)
        if padded:  # one is empty, one has a single token too little
            lengths = rng.integers(1, steps - 1, n)
            lengths[rng.permutation(n)[:2]] = steps - 1, 0
        return {
            "X": numbers_of(rng, steps, n, inputs),
            "s": numbers_of(rng, n, hidden) / 2,
            "W": numbers_of(rng, hidden, inputs) / 2,
            "U": numbers_of(rng, hidden, hidden) / 2,
            "b": numbers_of(rng, hidden) / 2,
            "lengths": lengths,
        }

    return make


def looped(step=None, mask=None):
    """The loop with another step, or with another rule for what a state becomes."""

    def rule(X, s, W, U, b, lengths):
        S = [s]
        for t, x in enumerate(X):
            new = (step or usual)(x, S[-1], s, W, U, b)
            going = (t < lengths)[:, None]
            S.append(mask(t, lengths[:, None], new, S[-1]) if mask else 0)
            if not mask:
                S[-1] = np.where(going, new, S[-2])
        return np.stack(S)

    return rule


def usual(x, before, s, W, U, b):
    return np.tanh(x @ W.T + before @ U.T + b)


WRONG_STEPS = {
    "U is transposed: state j reaches state i with the weight U[i, j], so the product "
    "is S[t] @ U.T.": looped(
        lambda x, before, s, W, U, b: np.tanh(x @ W.T + before @ U + b)
    ),
    "The bias is missing.": looped(
        lambda x, before, s, W, U, b: np.tanh(x @ W.T + before @ U.T)
    ),
    "Tanh is missing.": looped(
        lambda x, before, s, W, U, b: x @ W.T + before @ U.T + b
    ),
    "No state is handed on: each step begins with the first state s again.": looped(
        lambda x, before, s, W, U, b: np.tanh(x @ W.T + s @ U.T + b)
    ),
    "The state before isn't used: a step sees its input alone.": looped(
        lambda x, before, s, W, U, b: np.tanh(x @ W.T + b)
    ),
    "The first state is missing: S[0] is s, and S has one row more than X.": (
        lambda right: right[1:]
    ),
}

rnn_states = Question(
    "rnn_states",
    Part(
        1,
        Oracle("torch's RNNCell", by_cells),
        cases({"no padding": [sequences(False)] * 3}),
        mistakes(WRONG_STEPS),
    ),
    Part(
        1,
        Oracle("torch's RNNCell", by_cells),
        cases({"sequences of unequal length": [sequences(True)] * 3}),
        mistakes(
            {
                "The states go on in the padding. From the end of a sequence on, its "
                "state has to stay as it is.": looped(
                    mask=lambda t, lengths, new, old: new
                ),
                "The states become 0 in the padding. They have to stay as they were at "
                "the end.": looped(
                    mask=lambda t, lengths, new, old: np.where(t < lengths, new, 0)
                ),
                "Each sequence stops one step too late: X[t] is a token where "
                "t < lengths.": looped(
                    mask=lambda t, lengths, new, old: np.where(t <= lengths, new, old)
                ),
                "Each sequence stops one step too early: X[t] is a token where "
                "t < lengths.": looped(
                    mask=lambda t, lengths, new, old: np.where(
                        t < lengths - 1, new, old
                    )
                ),
            }
        ),
    ),
    hints=[
        "Begin with a list that holds s, and append a state for each t. Sequences are "
        "rows, so W x becomes X[t] @ W.T, as in `affine` of 00_shapes_and_checks.",
        "Sequence i has a token at step t if t < lengths[i]. What is its next state "
        "where it has none? np.where chooses between two arrays.",
        "new = np.tanh(X[t] @ W.T + S[t] @ U.T + b), then append "
        "np.where((t < lengths)[:, None], new, S[t]). At the end np.stack the list.",
    ],
)

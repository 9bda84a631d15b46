"""Training with a teacher and a clipped gradient."""

import numpy as np

from chainrule.judge import Part, Question, close
from chainrule.oracle import Oracle, closed_form
from chainrule.questions.draws import uniform
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.sequences import (
    flat,
    reader,
    trained,
    triple,
)
from chainrule.questions.sequences.reversing import (
    BOUND,
    held_out,
    reaches,
    share_reversed,
    tell_share,
)
from chainrule.rules import TORCH
from chainrule.torch_side import known_state
from chainrule.verdict import disagreement


def small(rng, least=0.05, most=0.15):
    T, n = rng.permutation([2, 3, 4])[:2].tolist()
    return {
        "first_batch": rng.integers(1, 4, (1, n)),
        "second_batch": rng.integers(1, 4, (T, n + 1)),
        "epochs": int(rng.integers(2, 4)),
        "rate": uniform(rng, 0.01, 0.05),
        "limit": float(rng.uniform(least, most)),
        "seed": int(rng.integers(1 << 31)),
        "hidden": int(rng.integers(3, 6)),
    }


def unclipped(rng):
    """A limit above every norm: no gradient is too long."""
    return small(rng, 20, 40)


def adam(
    loss="",
    clip="norm",
    cleared=True,
    teacher=True,
    more=0,
    batches=slice(None),
    anew=None,
):
    """torch's Adam, as a mistake leaves it."""

    def rule(first_batch, second_batch, epochs, rate, limit, seed, hidden):
        import torch

        utils, entropy = torch.nn.utils, torch.nn.functional.cross_entropy
        with known_state(torch.float64, seed):
            net = reader(4, hidden)
            for p in net.parameters():
                p.grad = torch.ones_like(p)
            for epoch in range(epochs + more):
                if not epoch or anew == "epoch":
                    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
                both = triple(first_batch), triple(second_batch)
                for X, Y_in, Y in both[batches]:
                    if anew == "batch":
                        optimizer = torch.optim.Adam(net.parameters(), lr=rate)
                    if cleared:
                        optimizer.zero_grad()
                    scores = net(X, Y_in if teacher else Y).flatten(0, 1)
                    scores = scores.softmax(-1) if loss == "softmax" else scores
                    how = "sum" if loss == "sum" else "mean"
                    entropy(scores, Y.flatten(), reduction=how).backward()
                    if clip == "norm":
                        utils.clip_grad_norm_(net.parameters(), limit)
                    if clip == "value":
                        utils.clip_grad_value_(net.parameters(), limit)
                    if clip == "each":
                        for p in net.parameters():
                            utils.clip_grad_norm_([p], limit)
                    optimizer.step()
            return flat(net.parameters())

    return rule


def tell_weight(yours, right, hidden, **_):
    """The furthest weight by its name."""
    if np.shape(yours) != np.shape(right):
        return disagreement(yours, right, "torch.optim.Adam")[1]
    at, names = int(np.argmax(np.abs(yours - right))), []
    for name, p in reader(4, hidden).named_parameters():
        names += [f"{name}{list(i)}" for i in np.ndindex(*p.shape)]
    return "\n".join(
        [
            f"    furthest off is {names[at]} after training",
            f"    you say           {yours[at]:.8g}",
            f"    torch.optim.Adam  {right[at]:.8g}",
        ]
    )


train_pairs = Question(
    "train_pairs",
    Part(
        1,
        Oracle("torch.optim.Adam", adam()),
        cases({"two batches": small, "a limit that nothing reaches": unclipped}),
        mistakes(
            {
                "The gradient isn't clipped when the step is taken. Clip it between "
                "backward and step.": adam(clip=""),
                "Each entry of the gradient is clipped by itself. Clip the norm of all "
                "parameters together.": adam(clip="value"),
                "Each parameter's gradient is clipped by its own norm. Clip the norm "
                "of all parameters together.": adam(clip="each"),
                "Gradients pile up: delete those of the step before, zero_grad.": (
                    adam(cleared=False)
                ),
                "The decoder reads the targets Y, and would only copy them. Give it "
                "Y_in.": adam(teacher=False),
                "Softmax is applied twice: cross_entropy has its own.": adam("softmax"),
                "The loss is the sum over the tokens. Take the mean.": adam("sum"),
                "Adam begins anew in each epoch, and forgets its averages. Make it "
                "once, before both loops.": adam(anew="epoch"),
                "Adam begins anew for each batch, and forgets its averages. Make it "
                "once, before both loops.": adam(anew="batch"),
                "That is one epoch too many.": adam(more=1),
                "That is one epoch too few.": adam(more=-1),
                "Only the last batch is trained on. Is the step inside both loops?": (
                    adam(batches=slice(1, None))
                ),
            }
        ),
        probe=trained,
        agree=close(1e-6, 1e-8),
        tell=tell_weight,
        entries=False,
    ),
    Part(
        1,
        closed_form(lambda **_: BOUND, "a bound on the share"),
        cases({"held-out strings of three letters": held_out}),
        drive=share_reversed,
        agree=reaches,
        tell=tell_share,
        entries=False,
    ),
    off=TORCH,
    seconds=5,
    hints=[
        "One optimizer, torch.optim.Adam(model.parameters(), lr=rate), made before "
        "both loops. For each batch: zero_grad, loss, backward, clip, step.",
        "cross_entropy wants the classes on axis 1: scores.flatten(0, 1) and "
        "Y.flatten() put all tokens of a batch into one axis.",
        "torch.nn.utils.clip_grad_norm_(model.parameters(), limit) stands between "
        "backward and step.",
    ],
)

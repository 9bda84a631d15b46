"""Activation checkpointing: compute a block twice, and keep its input alone."""

import numpy as np

from chainrule.judge import Part, Question, close, close_or_both_nan
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import cases, mistakes, tensors
from chainrule.questions.probes.gpu_training import checkpointed
from chainrule.rules import TORCH
from chainrule.torch_side import known_state
from chainrule.verdict import disagreement


def a_block(drops=False, tallied=False, first=False):
    """first: as the first of a network, so that x requires no gradient."""

    def make(rng):
        n, ins, hidden, outs = (int(k) for k in rng.permutation([3, 4, 5, 6]))
        return {
            "g": numbers_of(rng, n, outs),
            "x": numbers_of(rng, n, ins),
            "W1": numbers_of(rng, hidden, ins) / 2,
            "b1": numbers_of(rng, hidden),
            "W2": numbers_of(rng, outs, hidden) / 2,
            "b2": numbers_of(rng, outs),
            "p": float(rng.uniform(0.3, 0.6)) if drops else 0.0,
            "seed": int(rng.integers(1 << 31)),
            "tallied": tallied,
            "first": first,
        }

    return make


def plain(factors=(1, 1, 1), redrawn=False, g_used=True):
    """Value and gradients of the block without a checkpoint, as a mistake leaves them.

    factors: of the value, the gradient of x and those of the block; redrawn: backward
    goes through another draw of the dropout; g_used: whether g arrives.
    """

    def rule(g, x, W1, b1, W2, b2, p, seed, tallied, first):
        import torch

        with known_state(torch.float64, seed):
            g, *at = tensors([g, x, W1, b1, W2, b2])
            for tensor in at:
                tensor.requires_grad_()
            values = [block(*at, p) for _ in range(2)]
            y = values[1] if redrawn else values[0]
            g = g if g_used else torch.ones_like(g)
            found = list(torch.autograd.grad(y, at, g))
            if first:
                found[0] = torch.zeros_like(found[0])
            value = values[0].detach()
        pieces = [value, found[0], torch.cat([t.ravel() for t in found[1:]])]
        numbers = [f * t.numpy().ravel() for f, t in zip(factors, pieces, strict=True)]
        return np.concatenate([*numbers, [0]] if tallied else numbers)

    return rule


def block(x, W1, b1, W2, b2, p):
    import torch

    functional = torch.nn.functional
    hidden = torch.tanh(functional.linear(x, W1, b1))
    return torch.tanh(functional.linear(functional.dropout(hidden, p), W2, b2))


def no_graph(yours, wrong, **_):
    return yours.shape == wrong.shape and bool(np.isnan(yours).all())


def tell(yours, right, g, x, **_):
    """What is off: the value, the gradient of x, or those of the block."""
    if yours.shape == right.shape and np.isnan(yours).all():
        return "    backward stops: it finds no graph to walk through"
    ends = [g.size, g.size + x.size]
    names = ("the value", "the gradient of x", "the gradients of the parameters")
    pieces = zip(
        names, np.split(np.ravel(yours), ends), np.split(right, ends), strict=True
    )
    for name, a, b in pieces:
        if a.shape != b.shape or not np.allclose(a, b):
            where, lines = disagreement(a, b, "torch.autograd")
            return f"    in {name}, {where}\n{lines}"
    return disagreement(yours, right, "torch.autograd")[1]


def refused_where_first(right, first):
    return np.full_like(right, np.nan) if first else right


NO_GRAPH = (
    "backward has no graph to walk through: torch records none inside a Function. "
    "Compute the block again inside `with torch.enable_grad():`, from an x that "
    "requires a gradient."
)
MISTAKES = {
    NO_GRAPH: (lambda right: np.full_like(right, np.nan), no_graph),
    "The saved x may require no gradient, as in a network's first block. Begin the "
    "second pass from a new leaf, x.detach().requires_grad_().": (
        refused_where_first,
        close_or_both_nan,
    ),
    "The block's parameters get no gradient. Return one for each of `parameters`, "
    "after None for the block and the gradient of x.": plain((1, 1, 0)),
    "The parameters get their gradient twice: y.backward(g) adds it to .grad, and "
    "backward returns it as well. Use torch.autograd.grad.": plain((1, 1, 2)),
    "No gradient passes to x, so layers in front of the block learn nothing. Return "
    "the gradient of x after None.": plain((1, 0, 1)),
    "The upstream gradient g isn't used. Pass it to torch.autograd.grad.": plain(
        g_used=False
    ),
}


def tell_bytes(yours, right, x, **others):
    *numbers, beyond = np.ravel(yours)
    if len(yours) != len(right) or not close()(numbers, right[:-1]):
        return tell(np.array(numbers), right[:-1], x=x, **others)
    return (
        f"    {x.nbytes + beyond:,.0f} bytes are kept for the backward pass, and x "
        f"takes only {x.nbytes:,}"
    )


def all_kept(yours, wrong, **_):
    """Whether the numbers are right, and more bytes are kept than those of x."""
    same = yours.shape == wrong.shape and close()(yours[:-1], wrong[:-1])
    return bool(same and yours[-1] > 0)


Checkpoint = Question(
    "Checkpoint",
    Part(
        2,
        Oracle("torch.autograd", plain()),
        cases(
            {
                "a block without dropout": [a_block()] * 2,
                "an x that requires no gradient": a_block(first=True),
            }
        ),
        mistakes(MISTAKES),
        probe=checkpointed,
        tell=tell,
    ),
    Part(
        1,
        Oracle("torch.autograd", plain()),
        cases({"a block with dropout": [a_block(drops=True)] * 2}),
        mistakes(
            {
                "The second pass drops other units than the first, because its random "
                "numbers are new. Save the state of the generator in forward, before "
                "the block is computed, and replay it in backward.": (
                    plain(redrawn=True)
                ),
            }
        ),
        probe=checkpointed,
        tell=tell,
    ),
    Part(
        1,
        Oracle("torch.autograd", plain()),
        cases({"the bytes that are kept": a_block(tallied=True)}),
        mistakes(
            {
                "Other arrays than x are kept for the backward pass. Save only x, with "
                "ctx.save_for_backward(x), and compute the block again.": (
                    lambda right: np.append(right[:-1], 1),
                    all_kept,
                ),
            }
        ),
        probe=checkpointed,
        tell=tell_bytes,
        entries=False,
    ),
    off=(*TORCH, "torch.utils.checkpoint"),
    hints=[
        "forward first saves x with ctx.save_for_backward(x), the block as ctx.block, "
        "and random_state(x.device) as ctx.state. Only then does it compute block(x), "
        "because dropout changes the state.",
        "backward takes x out of ctx.saved_tensors and makes it a leaf: "
        "x.detach().requires_grad_(). It computes the block again inside "
        "`with torch.enable_grad(), replayed(ctx.state, x.device):`.",
        "torch.autograd.grad(y, (x, *ctx.block.parameters()), g) returns all "
        "gradients. The first input of forward was the block, so return None first, "
        "and then the gradients.",
    ],
)

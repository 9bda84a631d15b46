"""A block that keeps its input alone, and is computed twice."""

import torch

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


class Masked(torch.nn.Module):
    """y = 3 * mask * x * w, and the mask is drawn afresh each time."""

    def __init__(self, w):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor(w))

    def forward(self, x):
        mask = torch.rand(x.shape) < 0.6
        return mask * (x * self.w * 3)


def Checkpoint(student, rng):
    """The mask is read off the value; the gradients are worked out on paper, and join
    those of an earlier step."""
    n, d = rng.integers(2, 6, 2)
    x, w, g, earlier = some(rng, n, d), some(rng, d), some(rng, n, d), some(rng, d)
    block, leaf = Masked(w), torch.tensor(x, requires_grad=True)
    given, sizes = leaf * 1, []
    if not first_block(student, x, w, g):
        return False

    def note(tensor):
        if tensor.data_ptr() != block.w.data_ptr():
            sizes.append(tensor.nbytes)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        y = student.Checkpoint.apply(block, given, block.w)
    mask = y.detach().numpy() != 0
    block.w.grad = torch.tensor(earlier)
    y.backward(torch.tensor(g))
    return (
        sum(sizes) <= given.nbytes
        and near(y.detach().numpy(), 3 * mask * x * w)
        and near(leaf.grad.numpy(), 3 * g * mask * w)
        and near(block.w.grad.numpy(), earlier + (3 * g * mask * x).sum(0))
    )


def first_block(student, x, w, g):
    """Whether the gradient of w is right where x requires none."""
    block = Masked(w)
    y = student.Checkpoint.apply(block, torch.tensor(x), block.w)
    mask = y.detach().numpy() != 0
    y.backward(torch.tensor(g))
    return near(block.w.grad.numpy(), (3 * g * mask * x).sum(0))


def function(
    keep="ctx.save_for_backward(x)",
    state="random_state(x.device)",
    value="return block(x)",
    take="(x,) = ctx.saved_tensors\nx = x.detach().requires_grad_()",
    again=(
        "with torch.enable_grad(), replayed(ctx.state, x.device):\n    y = ctx.block(x)"
    ),
    result=(
        "found = torch.autograd.grad(y, (x, *ctx.block.parameters()), g)\n"
        "return None, *found"
    ),
):
    def indented(text):
        return text.replace("\n", "\n        ")

    return f"""
class Checkpoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, block, x, *parameters):
        ctx.block, ctx.state = block, {state}
        {indented(keep)}
        {indented(value)}

    @staticmethod
    def backward(ctx, g):
        {indented(take)}
        {indented(again)}
        {indented(result)}
"""


UNREPLAYED = "with torch.enable_grad():\n    y = ctx.block(x)"
STATE_TOO_LATE = "y = block(x)\nctx.state = random_state(x.device)\nreturn y"
KEEPS_GRAPH = function(
    value=(
        "with torch.enable_grad():\n"
        "    ctx.x = x.detach().requires_grad_()\n"
        "    ctx.y = block(ctx.x)\n"
        "return ctx.y.detach()"
    ),
    take="x, y = ctx.x, ctx.y",
    again="",
)

ANSWERS["Checkpoint"] = Answers(
    args="",
    decider=Checkpoint,
    right=[
        function(
            state="torch.get_rng_state()",
            again=(
                "with torch.random.fork_rng(devices=[]):\n"
                "    torch.set_rng_state(ctx.state)\n"
                "    with torch.enable_grad():\n"
                "        y = ctx.block(x)"
            ),
        ),
        function(
            result=(
                "before = [p.grad for p in ctx.block.parameters()]\n"
                "for p in ctx.block.parameters():\n"
                "    p.grad = None\n"
                "y.backward(g)\n"
                "found = [p.grad for p in ctx.block.parameters()]\n"
                "for p, old in zip(ctx.block.parameters(), before):\n"
                "    p.grad = old\n"
                "return (None, x.grad, *found)"
            )
        ),
        function(keep="ctx.x = x", take="x = ctx.x.detach().requires_grad_()"),
    ],
    wrong=[
        function(value="return 2 * block(x)"),
        function(result="return None, torch.autograd.grad(y, x, g)[0]"),
        function(result="return None, g, *[g for p in ctx.block.parameters()]"),
        function(
            result=(
                "found = torch.autograd.grad(y, (x, *ctx.block.parameters()), -g)\n"
                "return None, *found"
            )
        ),
        function(
            result=(
                "found = torch.autograd.grad(y, (x, *ctx.block.parameters()), g)\n"
                "return found"
            )
        ),
        function(value="return block(x) * 1.0 if x.sum() > 0 else x"),
        function(
            result=(
                "found = torch.autograd.grad(y, (x, *ctx.block.parameters()), g * y)\n"
                "return None, *found"
            )
        ),
        function(
            take="(x,) = ctx.saved_tensors\nx = torch.zeros_like(x).requires_grad_()"
        ),
    ],
    mistakes={
        "backward has no graph": function(
            again="with replayed(ctx.state, x.device):\n    y = ctx.block(x)"
        ),
        "The saved x may require": function(take="(x,) = ctx.saved_tensors"),
        "The block's parameters get no gradient": function(
            result=(
                "(of_x,) = torch.autograd.grad(y, x, g)\n"
                "return None, of_x, *[None for p in ctx.block.parameters()]"
            )
        ),
        "The parameters get their gradient twice": function(
            result=(
                "y.backward(g)\n"
                "found = [p.grad.clone() for p in ctx.block.parameters()]\n"
                "return None, x.grad, *found"
            )
        ),
        "No gradient passes to x": function(
            result=(
                "found = torch.autograd.grad(y, list(ctx.block.parameters()), g)\n"
                "return None, None, *found"
            )
        ),
        "The upstream gradient g isn't used": function(
            result=(
                "found = torch.autograd.grad(\n"
                "    y, (x, *ctx.block.parameters()), torch.ones_like(g))\n"
                "return None, *found"
            )
        ),
        "The second pass drops other units": [
            function(again=UNREPLAYED),
            function(value=STATE_TOO_LATE),
        ],
        "Other arrays than x are kept": [
            KEEPS_GRAPH,
            function(keep="ctx.save_for_backward(x)\nctx.more = [torch.exp(x)]"),
        ],
    },
)

"""A step whose loss is scaled."""

import numpy as np
import torch

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


def scaled_step(student, rng):
    """Two parameters, and a gradient that is known beforehand: it is clipped, or too
    small for float16, or an entry of it is too large with the scale, or no number."""
    p, factors = some(rng, 5), rng.uniform(0.5, 2, 5) * rng.choice([-1, 1], 5)
    kind = rng.choice(["clipped", "tiny", "large", "large", "none"])
    scale = 2.0 ** {"clipped": 8, "tiny": 16, "large": 15, "none": 8}[kind]
    sizes = {"clipped": 0.05, "tiny": 1e-8, "large": 1.0, "none": 1.0}
    tiny = sizes[kind] * rng.uniform(0.5, 1)
    if kind == "large":
        factors /= 4
        factors[rng.integers(5)] = 5
    skipped = kind in ("large", "none")
    right = tiny * factors
    limit = 0.4 * np.linalg.norm(right) if kind == "clipped" else 1e9
    rate = 1 / tiny
    parameters = [torch.nn.Parameter(v) for v in torch.tensor(p).float().split([2, 3])]
    for parameter in parameters:
        parameter.grad = torch.full_like(parameter, 7.0)
    half = torch.tensor(factors, dtype=torch.float16)
    factor = np.nan if kind == "none" else float(tiny)
    loss = factor * (torch.cat(parameters).half() * half).float().sum()
    optimizer = torch.optim.SGD(parameters, lr=float(rate))
    found = student.scaled_step(loss, parameters, optimizer, float(scale), float(limit))
    after = torch.cat(parameters).detach().numpy()
    if skipped:
        return found == scale / 2 and near(after, p, 1e-5)
    moved = p - rate * right * min(1, limit / np.linalg.norm(right))
    return found == scale and near(after, moved, 5e-3, 5e-3)


def step(
    zero="optimizer.zero_grad()",
    backward="(scale * loss).backward()",
    divide="p.grad.div_(scale)",
    skip="    return scale / 2",
    finite="torch.isfinite(p.grad).all()",
    clip="torch.nn.utils.clip_grad_norm_(parameters, limit)",
    after="",
    result="return scale",
):
    lines = [
        zero,
        backward,
        f"for p in parameters:\n    {divide}" if divide else "",
        f"if not all({finite} for p in parameters):\n{skip}" if skip else "",
        clip,
        f"for p in parameters:\n    {after}" if after else "",
        "optimizer.step()",
        result,
    ]
    return "\n".join(line for line in lines if line)


ANSWERS["scaled_step"] = Answers(
    args="loss, parameters, optimizer, scale, limit",
    decider=scaled_step,
    right=[
        step(),
        """
for p in parameters:
    p.grad = None
(loss * scale).backward()
norm = sum((p.grad.double() / scale).square().sum() for p in parameters).sqrt()
if not torch.isfinite(norm):
    return 0.5 * scale
for p in parameters:
    p.grad *= min(1.0, limit / float(norm)) / scale
optimizer.step()
return scale""",
        """
found = torch.autograd.grad(scale * loss, parameters)
found = [g / scale for g in found]
if any(g.isinf().any() or g.isnan().any() for g in found):
    return scale / 2
for p, g in zip(parameters, found):
    p.grad = g
torch.nn.utils.clip_grad_norm_(parameters, limit)
optimizer.step()
return scale""",
    ],
    wrong=[
        step(result="return 2 * scale"),
        step(result="return None"),
        step(skip="    return scale / 4"),
        step(clip="torch.nn.utils.clip_grad_value_(parameters, limit)"),
        step(divide="p.grad.mul_(scale)"),
        step(divide="p.grad.div_(scale * scale)"),
        step(backward="(-scale * loss).backward()"),
    ],
    mistakes={
        "The tiny gradients are 0": step(backward="loss.backward()", divide=""),
        "The gradients are never divided": step(divide=""),
        "Old gradients are still": step(zero=""),
        "A step was taken although": [
            step(skip=""),
            step(finite="not torch.isnan(p.grad).any()"),
            step(finite="not torch.isinf(p.grad).any()"),
            step(finite="torch.isfinite(p.grad).any()"),
            step(finite="torch.isfinite(loss)"),
            step().replace("in parameters):", "in parameters[:1]):"),
            step().replace("in parameters):", "in parameters[-1:]):"),
            step().replace("not all(", "not any("),
        ],
        "The scale stays the same": step(skip="    return scale"),
        "The gradients were clipped first": step(divide="", after="p.grad /= scale"),
        "The norm isn't limited": step(clip=""),
        "Each parameter was clipped by itself": step(
            after="torch.nn.utils.clip_grad_norm_(p, limit)", clip=""
        ),
    },
)

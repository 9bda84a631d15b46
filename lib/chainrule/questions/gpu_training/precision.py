"""A training step in mixed precision, whose loss is scaled."""

import numpy as np

from chainrule.judge import Part, Question, close
from chainrule.oracle import closed_form
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.gpu_training import scaled
from chainrule.rules import TORCH
from chainrule.verdict import disagreement


def a_run(tiny, scale, limit=1e9, calls=3, nan=False, only=""):
    """A limit below 1 is a share of the norm that the gradient has.

    only: the parameter whose gradient alone has one entry far larger than others.
    """

    def make(rng):
        args = {
            "p": numbers_of(rng, 2, 3),
            "q": numbers_of(rng, 4),
            "at_p": numbers_of(rng, 2, 3),
            "at_q": numbers_of(rng, 4),
        }
        if only:
            args |= {at: args[at] / 8 for at in ("at_p", "at_q")}
            args["at_" + only].flat[int(rng.integers(1, args[only].size))] = 1.9
        norm = np.sqrt(np.sum(args["at_p"] ** 2) + np.sum(args["at_q"] ** 2))
        b = float(tiny(rng))
        return args | {
            "tiny": b,
            "rate": 0.1 / b,
            "scale": float(scale),
            "limit": float(limit * norm * b if limit < 1 else limit),
            "calls": calls,
            "nan": nan,
        }

    return make


def ordinary(rng):
    return rng.uniform(0.5, 1)


def near_one(rng):
    return rng.uniform(0.95, 1)


def clipped(grads, limit):
    norm = np.sqrt(sum(np.sum(np.float64(g) ** 2) for g in grads))
    return [g * np.float32(min(1, limit / (norm + 1e-6))) for g in grads]


def clipped_alone(grads, limit):
    return [clipped([g], limit)[0] for g in grads]


def stepped(
    scaling=True,
    unscaled="first",
    skips=True,
    backs_off=True,
    zeroed=True,
    clip=clipped,
):
    """Scale and parameters after some calls, in NumPy's float16 and float32."""

    def rule(p, q, at_p, at_q, tiny, rate, scale, limit, calls, nan):
        tiny = np.nan if nan else tiny
        values = [np.float32(p), np.float32(q)]
        speeds = None
        stale = [np.ones_like(v) for v in values]
        with np.errstate(all="ignore"):
            for _ in range(calls):
                factor = scale if scaling else 1.0
                up = np.float16(np.float32(factor * tiny))
                grads = [np.float32(up * np.float16(a)) for a in (at_p, at_q)]
                if not zeroed:
                    grads = [g + s for g, s in zip(grads, stale, strict=True)]
                if unscaled == "first":
                    grads = [g / np.float32(factor) for g in grads]
                stale = grads
                if skips and not all(np.isfinite(g).all() for g in grads):
                    scale = scale / 2 if backs_off else scale
                    continue
                grads = clip(grads, limit)
                if unscaled == "last":
                    grads = [g / np.float32(factor) for g in grads]
                before = speeds or [np.zeros_like(v) for v in values]
                pairs = zip(before, grads, strict=True)
                speeds = [np.float32(0.9) * s + g for s, g in pairs]
                pairs = zip(values, speeds, strict=True)
                values = [v - np.float32(rate) * s for v, s in pairs]
        return np.concatenate([[scale], *(v.ravel() for v in values)]).astype(float)

    return rule


def tell(yours, right, **_):
    if yours[0] != right[0]:
        return f"    it ends with the scale {yours[0]:g}, and it should be {right[0]:g}"
    where, lines = disagreement(yours[1:], right[1:], "float16, on paper")
    return f"    in the parameters, {where}\n{lines}"


def alike(yours, wrong, **_):
    """Whether two results are the same, infinite and missing numbers included."""
    return yours.shape == wrong.shape and bool(
        np.allclose(yours, wrong, 1e-4, 1e-6, equal_nan=True)
    )


def right_or_ruined(yours, wrong, **args):
    """Whether a step with infinite gradients was taken, where a result is off."""
    ruined = yours.shape == wrong.shape and np.isnan(yours[1:]).any()
    return bool(ruined or alike(yours, stepped()(**args)))


def part(points, given, wrong):
    told = {s: r if isinstance(r, tuple) else (r, alike) for s, r in wrong.items()}
    return Part(
        points,
        closed_form(stepped(), "float16, on paper"),
        cases(given),
        mistakes(told),
        probe=scaled,
        agree=close(rtol=1e-4, atol=1e-6),
        tell=tell,
        entries=False,
    )


NEVER_UNSCALED = (
    "The gradients are never divided by the scale, so the step is `scale` times too "
    "long. Divide each .grad before the step."
)

scaled_step = Question(
    "scaled_step",
    part(
        1,
        {
            "gradients near 1e-8": a_run(lambda rng: rng.uniform(0.5, 2) * 1e-8, 2**16),
            "gradients near 1e-4": a_run(lambda rng: rng.uniform(1, 2) * 1e-4, 2**10),
        },
        {
            "The tiny gradients are 0: float16 has no number that is so small. "
            "Multiply the loss by the scale before backward.": stepped(scaling=False),
            NEVER_UNSCALED: stepped(unscaled="never"),
            "Old gradients are still in .grad: call optimizer.zero_grad() before "
            "backward.": stepped(zeroed=False),
        },
    ),
    part(
        1,
        {
            "a scale that is too large": a_run(ordinary, 2**18, calls=6),
            "one entry of p too large": a_run(near_one, 40_000, only="p"),
            "one entry of q too large": a_run(near_one, 40_000, only="q"),
            "a loss that is no number": a_run(ordinary, 2**10, nan=True),
        },
        {
            "A step was taken although an entry of a gradient was infinite or NaN. "
            "Look at all entries of .grad, for all parameters. The loss may be finite "
            "while an entry isn't.": (stepped(skips=False), right_or_ruined),
            "The scale stays the same after a skipped step. Return half the scale, or "
            "all later steps will be skipped too.": stepped(backs_off=False),
        },
    ),
    part(
        1,
        {"a norm above the limit": a_run(ordinary, 2**12, 0.5)},
        {
            "The gradients were clipped first and divided by the scale afterwards, so "
            "the step is far too short. Divide first.": stepped(unscaled="last"),
            "The norm isn't limited before the step: call clip_grad_norm_ after "
            "dividing.": lambda limit, **args: stepped()(limit=1e9, **args),
            "Each parameter was clipped by itself. The limit is for the norm over all "
            "tensors together: pass the whole list to clip_grad_norm_.": (
                stepped(clip=clipped_alone)
            ),
        },
    ),
    off=(*TORCH, "torch.amp.grad_scaler"),
    hints=[
        "clip_grad_norm_ compares the norm of .grad with `limit`. Which call has to "
        "come before it, so that .grad doesn't contain the scale? And where must you "
        "look for entries that aren't finite?",
        "In this order: optimizer.zero_grad(), (scale * loss).backward(), divide each "
        ".grad by scale. Then torch.isfinite(p.grad).all() tells whether all entries "
        "of p.grad are finite.",
        "If an entry isn't finite, return scale / 2 and take no step. Otherwise call "
        "torch.nn.utils.clip_grad_norm_(parameters, limit), then optimizer.step(), and "
        "return scale.",
    ],
)

"""A validation that records no graph and leaves the model's mode as it was."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.networks.epochs import (
    EVALUATION,
    MEANS,
    OWN_MODE_ALONE,
    TRAINING,
    a_task,
    batch_losses,
    batches,
    per_example,
    tell_tally,
)
from chainrule.questions.probes.networks import validated, validated_and_left


def to_validate(training):
    return lambda rng: a_task(rng) | {"training": training}


def validation(mean=per_example, from_training=EVALUATION):
    """The mean loss in one sense; `from_training` is the scale of a model that comes in
    training mode."""

    def rule(training, **args):
        scale = from_training if training else EVALUATION
        losses, sizes, _ = batch_losses(**args, scale=scale)
        return np.float64(mean(losses, sizes))

    return rule


def and_left(recorded=False, from_training=0, from_evaluation=0):
    """The mean loss, and a tally of what is left of a model that came in each mode."""

    def rule(training, **args):
        graphs = batches(args["X"], args["size"]) if recorded else 0
        loss = validation()(training, **args)
        return np.append(loss, [graphs, from_training if training else from_evaluation])

    return rule


MODES = ("as before", "as before, but that of its parts isn't", "another than before")

validation_loss = Question(
    "validation_loss",
    Part(
        1,
        Oracle("torch", validation()),
        cases(
            {
                "a model in training mode": to_validate(True),
                "a model in evaluation mode": to_validate(False),
            }
        ),
        mistakes(
            {says: validation(mean) for says, mean in MEANS.items()}
            | {
                "A model that comes in training mode is measured in this mode, with "
                "dropout. Call model.eval() first.": validation(from_training=TRAINING),
                "Only the model's own `training` was set. Its parts, such as dropout, "
                "are still in training mode: call model.eval().": (
                    validation(from_training=OWN_MODE_ALONE)
                ),
            }
        ),
        probe=validated,
    ),
    Part(
        1,
        Oracle("torch", and_left()),
        cases(
            {
                "what is left of a model in training mode": to_validate(True),
                "what is left of a model in evaluation mode": to_validate(False),
            }
        ),
        mistakes(
            {
                "A graph was recorded for every batch, but no backward pass uses it. "
                "Compute under torch.no_grad().": and_left(recorded=True),
                "The model is left in evaluation mode, even if it came in training "
                "mode. Restore the mode in which it came.": and_left(from_training=2),
                "The model's own `training` is as before, but its parts, such as "
                "dropout, are in another mode: call model.train(mode).": (
                    and_left(from_training=1)
                ),
                "A model that comes in evaluation mode is left in training mode. "
                "Restore the mode in which it came.": and_left(from_evaluation=2),
                "A graph was recorded for every batch, and the model is left in "
                "another mode than before.": and_left(recorded=True, from_training=2),
            }
        ),
        probe=validated_and_left,
        entries=False,
        tell=tell_tally(
            lambda graphs, other: (
                f"batches with a graph: {graphs:g}; the model's mode is "
                f"{MODES[int(other)]}"
            )
        ),
    ),
    hints=[
        "Nothing is trained here: no optimizer, no backward, and no graph.",
        "Call model.eval() first, and compute under `with torch.no_grad():`. At the "
        "end restore the mode that model.training told at the beginning.",
        "before = model.training at the beginning, model.train(before) at the end. For "
        "each batch, add loss.item() * len(X).",
    ],
    seconds=5,
)

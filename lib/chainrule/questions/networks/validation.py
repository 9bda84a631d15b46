"""A validation that records no graph and leaves the model's mode as it was."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.networks.epochs import (
    MEANS,
    a_task,
    batch_losses,
    batches,
    per_example,
    tell_tally,
)
from chainrule.questions.probes.networks import validated


def to_validate(training, tallied=False):
    return lambda rng: a_task(rng) | {"training": training, "tallied": tallied}


def validation(mean=per_example, recorded=False, other_mode=False):
    def rule(training, tallied, **args):
        losses, sizes, _ = batch_losses(**args, scale=0.5)
        graphs = batches(args["X"], args["size"]) if recorded else 0
        found = np.float64(mean(losses, sizes))
        tally = [graphs, training and other_mode]
        return np.append(found, tally) if tallied else found

    return rule


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
        mistakes({says: validation(mean) for says, mean in MEANS.items()}),
        probe=validated,
    ),
    Part(
        1,
        Oracle("torch", validation()),
        cases(
            {
                "what is left of a model in training mode": to_validate(True, True),
                "what is left of a model in evaluation mode": to_validate(False, True),
            }
        ),
        mistakes(
            {
                "A graph was recorded for every batch, and nobody will walk it. "
                "Compute under torch.no_grad().": validation(recorded=True),
                "The model is left in evaluation mode, whatever it was in before. "
                "Put it back into the mode that it had.": validation(other_mode=True),
                "A graph was recorded for every batch, and the model is left in "
                "another mode than before.": validation(recorded=True, other_mode=True),
            }
        ),
        probe=validated,
        entries=False,
        tell=tell_tally(
            lambda graphs, other: (
                f"batches with a graph: {graphs:g}; the model's mode is "
                f"{'another than before' if other else 'as before'}"
            )
        ),
    ),
    hints=[
        "Nothing is trained here: no optimizer, no backward, and no graph.",
        "model.eval() before, `with torch.no_grad():` around the batches, and "
        "afterwards the mode that model.training said at first.",
        "before = model.training at the beginning, model.train(before) at the end. In "
        "between, add loss.item() * len(X).",
    ],
    seconds=5,
)

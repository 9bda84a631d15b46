"""A class that says when to stop, and keeps the best weights."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.generalization.rules import (
    at,
    first_stop,
    keeps,
    lowest,
    stops,
    stops_with_equal,
)
from chainrule.questions.generalization.scripts import KEPT, STOPS, WITH_NAN
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.generalization import kept, stopped_at, weights_at


def tell_stop(yours, right, **_):
    def when(t):
        return f"at loss number {t:g}" if t else "at none of these losses"

    return f"    yours stops {when(float(yours))}\n    it should stop {when(right)}"


def tell_kept(yours, right, losses, **_):
    def what(found):
        weights = found[1:].tolist() or None
        return f"best_loss {found[0]:.6g}, best_weights {weights}"

    return f"    you keep      {what(yours)}\n    to be kept    {what(right)}"


def same_or_nan(yours, wrong, **_):
    return np.array_equal(yours, wrong, equal_nan=True)


WHEN = {
    "It stops one loss too early. Stop when the count is larger than patience, not "
    "when the two are equal.": stops_with_equal,
    "Where patience is above 0, it stops one loss too early. Stop when the count is "
    "larger than patience.": stops(late=-1),
    "It stops one loss too late. Stop as soon as the count is larger than patience.": (
        stops(late=1)
    ),
    "A loss that is exactly min_delta lower counts as improved. It has to be more "
    "than min_delta lower.": stops(lambda loss, last, delta, **_: loss <= last - delta),
    "min_delta isn't used: every lower loss counts as improved.": stops(
        lambda loss, last, **_: loss < last
    ),
    "min_delta has the wrong sign. A loss has to be below the last loss that improved, "
    "minus min_delta.": stops(lambda loss, last, delta, **_: loss < last + delta),
    "Each loss is compared with the loss before it. Compare it with the last loss "
    "that improved.": stops(lambda loss, before, delta, **_: loss < before - delta),
    "Each loss is compared with the lowest loss so far. Then losses that fall slowly "
    "never improve: compare with the last loss that improved.": stops(
        lambda loss, low, delta, **_: loss < low - delta
    ),
    "The count isn't set back to 0 where a loss improves. Count losses in a row.": (
        stops(starts_anew=False)
    ),
}
ON_NAN = {
    "It stops at once where the loss is NaN. Here a NaN only counts as a loss that "
    "doesn't improve.": stops(nan="stops"),
    "It leaves a NaN out. A NaN is a loss that doesn't improve, so count it.": (
        stops(nan="left out")
    ),
    "A NaN counts as improved. Every comparison with NaN is False: ask whether the "
    "loss is lower, not whether it is at least as high.": stops(nan="a gain"),
}

stopper = Question(
    "Stopper",
    Part(
        2,
        Oracle("the rules", first_stop),
        cases(STOPS),
        mistakes(WHEN),
        probe=stopped_at,
        tell=tell_stop,
        entries=False,
    ),
    Part(
        1,
        Oracle("the rules", first_stop),
        cases(WITH_NAN),
        mistakes(ON_NAN),
        probe=stopped_at,
        tell=tell_stop,
        entries=False,
    ),
    Part(
        2,
        Oracle("the rules", lowest),
        cases(KEPT),
        mistakes(
            {
                "The weights that are kept are those of the last call. Training "
                "changes the array in place: keep weights.copy().": (
                    lambda right, losses: np.append(
                        right[0], weights_at(len(losses))[: len(right) - 1]
                    )
                ),
                "That is the loss and the weights of the last call. Keep those of the "
                "lowest loss.": (
                    lambda losses: at(losses, len(losses)),
                    same_or_nan,
                ),
                "The weights of the last loss that improved are kept. A later loss may "
                "be lower without improving: keep the weights of the lowest loss.": (
                    keeps(lambda loss, low, delta: loss < low - delta)
                ),
                "Of two equal losses the later one is kept. Keep the earlier one.": (
                    keeps(lambda loss, low, delta: loss <= low)
                ),
                "The highest loss is kept. Keep a loss that is lower than all losses "
                "before it.": keeps(lambda loss, low, delta: loss > low, -np.inf),
                "A NaN is kept as the best loss, and no later loss is below NaN. Begin "
                "with np.inf, and keep a loss only if it is lower than best_loss.": (
                    lambda losses: at(losses, int(np.argmin(losses)) + 1),
                    same_or_nan,
                ),
            }
        ),
        probe=kept,
        agree=lambda yours, right, **_: np.array_equal(yours, right),
        tell=tell_kept,
        entries=False,
    ),
    hints=[
        "Keep four things in self: the last loss that improved, the count of losses "
        "since then, best_loss, and best_weights. The two losses begin at np.inf.",
        "Two questions, each with its own if. Is loss < self.best_loss? Then keep loss "
        "and weights.copy(). Is loss < self.last - self.min_delta? Then it improves.",
        "Where a loss improves the count is 0, otherwise it grows by 1. Return "
        "self.waited > self.patience. NaN makes both comparisons False, so it "
        "needs no line of its own.",
    ],
)

QUESTIONS = [stopper]

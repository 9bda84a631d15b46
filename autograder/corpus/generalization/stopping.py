"""A class that says when to stop, and keeps the best weights."""

from corpus.answers import Answers
from corpus.generalization.following import stopper

ANSWERS = {}


ANEW = "self.waited = 0"


def written(
    better="loss < self.best_loss",
    keep="weights.copy()",
    best="loss",
    gain="loss < self.last - self.min_delta",
    last="loss",
    anew=ANEW,
    more="self.waited += 1",
    end="return self.waited > self.patience",
    first="",
    start="np.inf",
):
    """A Stopper in which some lines are another's."""
    begin = f"        {first}\n" if first else ""
    return f"""
class Stopper:
    def __init__(self, patience, min_delta):
        self.patience, self.min_delta = patience, min_delta
        self.last = self.best_loss = {start}
        self.best_weights, self.waited, self.before = None, 0, np.inf

    def update(self, loss, weights):
{begin}        if {better}:
            self.best_loss, self.best_weights = {best}, {keep}
        if {gain}:
            self.last = {last}
            {anew}
        else:
            {more}
        self.before = loss
        {end}
"""


SHARED = """
class Stopper:
    last = best_loss = np.inf
    best_weights = None
    seen = []

    def __init__(self, patience, min_delta):
        self.patience, self.min_delta = patience, min_delta

    def update(self, loss, weights):
        if loss < self.best_loss:
            self.best_loss, self.best_weights = loss, weights.copy()
        self.seen.append(loss < self.last - self.min_delta)
        if self.seen[-1]:
            self.last = loss
        return not any(self.seen[-self.patience - 1 :])
"""
HISTORY = """
class Stopper:
    def __init__(self, patience, min_delta):
        self.patience, self.min_delta = patience, min_delta
        self.losses, self.best_loss, self.best_weights = [], np.inf, None

    def update(self, loss, weights):
        self.losses.append(loss)
        if min(self.best_loss, loss) != self.best_loss and loss == loss:
            self.best_loss = loss
            self.best_weights = np.array(weights)
        gained, since = np.inf, 0
        for past in self.losses:
            since += 1
            if gained - past > self.min_delta:
                gained, since = past, 0
        return since > self.patience
"""
LEFT = """
class Stopper:
    def __init__(self, patience, min_delta):
        self.patience = self.left = patience
        self.min_delta = min_delta
        self.goal, self.best_loss, self.best_weights = float("inf"), float("inf"), None

    def update(self, loss, weights):
        if not np.isnan(loss):
            if self.best_weights is None or loss < self.best_loss:
                self.best_loss, self.best_weights = float(loss), 1 * weights
            if loss < self.goal:
                self.goal = loss - self.min_delta
                self.left = self.patience
                return False
        self.left -= 1
        return self.left < 0
"""

ANSWERS["Stopper"] = Answers(
    decider=stopper,
    right=[HISTORY, LEFT, written(end="return bool(self.waited >= self.patience + 1)")],
    wrong=[
        SHARED,
        written(end="return self.waited"),
        written(end="self.waited > self.patience"),
        written(gain="loss < self.last * (1 - self.min_delta)"),
        written(gain="loss < self.last - self.patience"),
        written(more="self.waited = 1"),
        written(last="min(self.last, self.min_delta)"),
        written(better="loss < self.last"),
        written(better="loss < self.before"),
        written(keep="None"),
        written(keep="weights.sum()"),
        written(keep="[0.0, 0.0, 0.0]"),
        written(best="self.last"),
        written(first="weights *= 2"),
        written(end="return 'stop' if self.waited > self.patience else ''"),
        written(start="0.0"),
        written(start="100.0"),
    ],
    told={
        written(gain="loss > self.last + self.min_delta"): "",
        written(better="self.best_weights is None"): (
            'It was right in each case drawn of "the best loss comes first", and in no '
            "other."
        ),
    },
    mistakes={
        "It stops one loss too early.": [
            written(end="return self.waited >= self.patience"),
            written(end="return self.waited == self.patience"),
        ],
        "Where patience is above 0, it stops": written(
            more="self.waited += 1\n            if self.waited >= self.patience:\n"
            "                return True",
            end="return False",
        ),
        "It stops one loss too late.": written(
            end="return self.waited > self.patience + 1"
        ),
        "A loss that is exactly min_delta lower": written(
            gain="loss <= self.last - self.min_delta"
        ),
        "min_delta isn't used": written(gain="loss < self.last"),
        "min_delta has the wrong sign": written(
            gain="loss < self.last + self.min_delta"
        ),
        "Each loss is compared with the loss before it": written(
            gain="loss < self.before - self.min_delta"
        ),
        "Each loss is compared with the lowest": written(
            first="low = self.best_loss", gain="loss < low - self.min_delta"
        ),
        "The count isn't set back": written(anew="pass"),
        "It stops at once where the loss is NaN": written(
            first="if np.isnan(loss): return True"
        ),
        "It leaves a NaN out": written(first="if np.isnan(loss): return False"),
        "A NaN counts as improved": written(
            gain="not loss >= self.last - self.min_delta"
        ),
        "The weights that are kept are those of the last": written(keep="weights"),
        "That is the loss and the weights of the last call": written(better="True"),
        "The weights of the last loss that improved": written(
            better="loss < self.best_loss - self.min_delta"
        ),
        "Of two equal losses the later": written(better="loss <= self.best_loss"),
        "The highest loss is kept": written(
            first="self.best_loss = -np.inf if self.best_weights is None "
            "else self.best_loss",
            better="loss > self.best_loss",
        ),
        "A NaN is kept as the best loss": written(
            better="self.best_weights is None or loss < self.best_loss"
        ),
    },
)

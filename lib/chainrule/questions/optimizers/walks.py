"""Several steps of an optimizer of a student's, beside those of torch.optim.

Two groups of weights walk at once, each with its own shape, rates and settings, from
the start or from a state that is resumed. Some gradients are 0.
"""

from dataclasses import dataclass

import numpy as np

from chainrule.judge import AnswerError
from chainrule.questions.draws import numbers_of, sizes
from chainrule.verdict import disagreement

STEPS = 4
CHANGED = (
    "    It changes an array that it was given: whoever gave it still needs it.\n"
    "    `w = w - move` makes a new array, `w -= move` changes the old one."
)


@dataclass(frozen=True)
class Group:
    """Weights, the gradients they will meet, and what their optimizer remembers.

    done: the steps taken before; rates: one for each step; settings: by name, in the
    order in which an answer takes them.
    """

    w: np.ndarray
    dws: np.ndarray
    state: tuple[np.ndarray, ...]
    done: int
    rates: np.ndarray
    settings: dict[str, float]

    def __str__(self):
        said = [f"w of shape {self.w.shape}", f"{self.done} steps done"]
        said += [f"rate {self.rates[0]:.4g}"]
        said += [f"{name} {value:.4g}" for name, value in self.settings.items()]
        return f"({', '.join(said)})"

    def step(self, number, timed):
        """What an answer gets at one step besides w and the state: before, after."""
        t = [self.done + number + 1] if timed else []
        return self.dws[number], [*t, float(self.rates[number])]


def path(step, first, second, timed=False):
    """Where the weights of both groups are after each step, side by side."""
    groups, places = (first, second), []
    at = [(g.w, *g.state) for g in groups]
    for number in range(STEPS):
        for i, group in enumerate(groups):
            dw, rest = group.step(number, timed)
            w, *state = at[i]
            with np.errstate(all="ignore"):
                at[i] = step(w, dw, *state, *rest, *group.settings.values())
        places.append(np.concatenate([np.ravel(w) for w, *_ in at]))
    return np.array(places)


def lending(answer, *args):
    """What an answer returns. Raises AnswerError where it changes an array in place."""
    lent = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
    found = answer(*lent)
    for mine, theirs in zip(args, lent, strict=True):
        if isinstance(mine, np.ndarray) and not np.array_equal(
            mine, theirs, equal_nan=True
        ):
            raise AnswerError(CHANGED)
    return found


@dataclass(frozen=True)
class Walk:
    """Drives an answer along the paths; `returns` names what one step returns."""

    returns: tuple[str, ...]
    timed: bool = False

    def __call__(self, answer, first, second):
        def step(*args):
            return self.arrays(lending(answer, *args), np.shape(args[0]))

        return path(step, first, second, self.timed)

    def arrays(self, found, shape):
        """What one step returned. Raises AnswerError where it is of another form."""
        names = ", ".join(self.returns)
        if type(found) not in (tuple, list) or len(found) != len(self.returns):
            raise AnswerError(f"    It should return {names}, in this order.")
        for name, array in zip(self.returns, found, strict=True):
            fits = type(array) is np.ndarray and array.dtype.kind in "biuf"
            if not fits or array.shape != shape:
                what = f"shape {array.shape}" if fits else type(array).__name__
                raise AnswerError(
                    f"    {name} is returned as {what}. It should be an array of the "
                    f"shape of w, {shape}."
                )
        return found


def first_off(yours, right, first, second):
    """The step at which the paths part, and where."""
    if np.shape(yours) != right.shape:
        return disagreement(yours, right, "torch.optim")[1]
    off = ~np.isclose(yours, right, 1e-9, 1e-12)
    number = int(np.argmax(off.any(axis=1)))
    whose, part, w = "first", slice(first.w.size), first.w
    if not off[number, part].any():
        whose, part, w = "second", slice(first.w.size, None), second.w
    mine, theirs = (path[number, part].reshape(w.shape) for path in (yours, right))
    where, lines = disagreement(mine, theirs, "torch.optim")
    return f"    in w of the {whose} group after step {number + 1}, {where}\n{lines}"


def groups(state, settings, fresh=False):
    """A maker of two groups. state(rng, shape): the arrays of a state that is resumed;
    settings(rng): by name. A fresh start has a state of zeros."""

    def group(rng, shape):
        dws = numbers_of(rng, STEPS, *shape) * (rng.random((STEPS, *shape)) < 0.75)
        dws.reshape(STEPS, -1)[:, rng.integers(np.prod(shape))] = 0
        known = state(rng, shape)
        return Group(
            numbers_of(rng, *shape),
            dws,
            tuple(np.zeros(shape) for _ in known) if fresh else known,
            0 if fresh else int(rng.integers(3, 12)),
            rng.uniform(0.05, 0.5, STEPS),
            settings(rng),
        )

    def make(rng):
        rows, columns, length = sizes(rng, 3)
        return {"first": group(rng, (rows, columns)), "second": group(rng, (length,))}

    return make

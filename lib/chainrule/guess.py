"""A guess answers back: it is shown beside what was found, with how near it came."""

import numpy as np


def beside(guess, truth, unit="", within=1):
    """Print a guess, what was found, and how near the guess came. Nothing is graded.

    within: the factor up to which a number counts as right.
    Both are a number, a text, or several numbers (a shape, a list, an array). A guess
    that is still `...` is no guess; one that can't be compared is shown all the same.
    """
    found = f"Found: {_shown(truth)} {unit}".rstrip() + "."
    if guess is ...:
        print(f"You made no guess. {found}")
    else:
        print(f"You guessed {_shown(guess)}. {found} {_nearness(guess, truth, within)}")


def _shown(value):
    """Four digits are enough to compare with."""
    if isinstance(value, (tuple, list, np.ndarray)):
        inside = ", ".join(_shown(v) for v in value)
        lone = isinstance(value, tuple) and len(value) == 1
        return f"({inside},)" if lone else f"({inside})"
    if not _is_number(value):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:.4g}"


def _is_number(value):
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _nearness(guess, truth, within):
    if _is_number(guess) and _is_number(truth):
        if within > 1 and guess * truth > 0 and 1 / within <= guess / truth <= within:
            return f"That is right within a factor of {within:g}."
        return _how_near(float(guess), float(truth))
    if isinstance(truth, (tuple, list, np.ndarray)):
        return _how_many(guess, truth)
    same = str(guess).strip().lower() == str(truth).strip().lower()
    return "That is right." if same else "Your guess says something else."


def _how_near(guess, truth):
    if _shown(guess) == _shown(truth):
        return "That is right."
    if not np.isfinite([guess, truth]).all():
        return "Only one of the two is finite."
    if guess * truth < 0:
        return "Your guess has the other sign."
    if guess * truth == 0:
        return f"Your guess is off by {_shown(abs(guess - truth))}."
    ratio = guess / truth
    if ratio > 2 or ratio < 0.5:
        size = "large" if ratio > 1 else "small"
        return f"Your guess is {_shown(max(ratio, 1 / ratio))} times too {size}."
    side = "above" if guess > truth else "below"
    near = "Close: your" if 0.9 < ratio < 1.1 else "Your"
    return f"{near} guess lies {abs(ratio - 1):.1%} {side}."


def _how_many(guess, truth):
    try:
        guess = np.asarray(guess, dtype=float)
    except (TypeError, ValueError):
        return "Your guess has something else than numbers in it."
    if guess.shape != np.shape(truth):
        numbers = "1 number was" if len(truth) == 1 else f"{len(truth)} numbers were"
        return f"Here {numbers} asked for."
    right = sum(_shown(a) == _shown(b) for a, b in zip(guess, truth, strict=True))
    if right == len(truth):
        return "That is right."
    gap = _shown(np.abs(guess - truth).max())
    return f"{right} of {len(truth)} are right; the largest gap is {gap}."

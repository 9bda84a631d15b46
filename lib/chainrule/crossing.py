"""What may go from a student's code to the judge: numbers, and arrays of numbers.

A notebook and a grading room keep to the same rule, so that a function of the judge's
is asked at the very same numbers in both.
"""

import numbers
import os

import numpy as np

from chainrule.watch import unwatched

NO_NUMBERS = "that is not made of numbers"
MOST_ENTRIES = 100_000  # of a result


class Unfit(Exception):
    """A result that is nothing to compare; the message says what to return instead."""


def number(value):
    """A number or array as the judge gets it: at most 64 bits (complex 128), in the
    machine's byte order. Raises TypeError for anything else."""
    kind = type(value)
    if kind in (bool, float, complex) or (kind is int and abs(value) < 2**63):
        return value
    if isinstance(value, (list, tuple)):
        value = np.array(value)
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
        return narrow(np.asarray(value))[()] if value.ndim == 0 else narrow(value)
    if isinstance(value, numbers.Real):  # a fraction, an integer of any length
        return float(value)
    raise TypeError(
        f"it takes numbers and arrays of numbers, and was asked at a {kind.__name__}"
    )


def narrow(array):
    """A plain array of the same numbers in a dtype that every machine has."""
    array = np.asarray(array)
    widest = {"f": np.float64, "c": np.complex128}.get(array.dtype.kind)
    if widest and array.dtype.itemsize > np.dtype(widest).itemsize:
        return array.astype(widest)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def plain(value, given=False):
    """(array, "") for something comparable, else (None, a sentence that says why).

    given: the value was asked for itself, and no function returned it.
    """
    it = "It is" if given else "It returned"
    if value is None and not given:
        return None, "It returned None. Is a return missing?"
    if value is Ellipsis:
        return None, f"{it} `...`. Put your own result there."
    kind = f"{type(value).__module__}.{type(value).__name__}".removeprefix("builtins.")
    if isinstance(value, (bool, int, float, np.generic)) or type(value) is np.ndarray:
        array = np.asarray(value)
    elif type(value) in (list, tuple):
        if any(entry is Ellipsis for entry in value):
            return None, f"{it} a {kind} with `...` in it. Put your own result there."
        try:
            array = np.array(None if holds_text(value) else value)
        except Exception:  # what stands in a list may be a student's own class
            array = np.array(None)
    else:
        return None, refusal("None" if value is None else f"a {kind}", given)
    if array.dtype.kind not in "biuf":
        return None, refusal(f"a {kind} {NO_NUMBERS}", given)
    if max((array.size, *array.shape)) > MOST_ENTRIES:
        many = f"a {kind} of shape {array.shape}, more than is asked for"
        return None, refusal(many, given)
    return narrow(array), ""


def refusal(kind, given=False):
    """The sentence about a result that is nothing to compare."""
    if given:
        return f"It is {kind}. Give a number, or a list of numbers."
    return f"It returned {kind}. Return a number or a NumPy array."


def holds_text(entries):
    """Whether text stands in nested lists: NumPy would make every entry as long."""
    return any(
        isinstance(entry, str) or (type(entry) in (list, tuple) and holds_text(entry))
        for entry in entries
    )


MOST_NUMBERS = 200_000  # that a function is asked at
NO_ANSWER = "f could not be evaluated there: {}"
ELSEWHERE = (
    "it can only be asked by the process that runs the notebook. "
    "Threads may ask it, other processes can't"
)


def word_or_number(value, words):
    """A word that a function of the judge's takes, or a number. Raises TypeError."""
    if type(value) is not str or not words:
        return number(value)
    if value not in words:
        raise TypeError(f"it takes the words {', '.join(words)}, and was given another")
    return value


class Stays:
    """A function that is not sent to another process: who tries is told why."""

    def __reduce__(self):
        raise ValueError(NO_ANSWER.format(ELSEWHERE))


class Asked(Stays):
    """A function of the judge's that remembers where it was asked: so it counts.

    It takes numbers, and the words that it lists as `words`, if it does.
    """

    def __init__(self, f):
        self.f, self.process = f, os.getpid()
        self.points, self.count = [], 0

    def __call__(self, *x):
        """What f gives. Raises ValueError with the reason where it gives nothing."""
        with unwatched():
            try:
                return self.f(*self.noted(x))
            except Exception as error:
                raise ValueError(NO_ANSWER.format(error)) from None

    def noted(self, x):
        if os.getpid() != self.process:
            raise ValueError(ELSEWHERE)
        words = getattr(self.f, "words", ())
        x = [word_or_number(value, words) for value in x]
        self.count += 1 + sum(np.size(value) for value in x)
        if self.count > MOST_NUMBERS:
            raise ValueError(f"it was asked at more than {MOST_NUMBERS:,} numbers")
        self.points.append(tuple(np.array(value) for value in x))
        return x

    def __getattr__(self, name):
        return getattr(self.f, name)

    def __str__(self):
        return str(self.f)

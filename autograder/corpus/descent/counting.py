"""How many steps a run takes."""

import numpy as np

from corpus.answers import Answers

ANSWERS = {}


def count_steps(student, rng):
    """Batches are taken off until no example is left."""
    own = student.numbers("count_steps", student.STUDENT)
    left, steps = own["examples"], 1
    while left > own["batch"]:
        left, steps = left - own["batch"], steps + 1
    found = student.count_steps
    return not callable(found) and np.array_equal(
        found, [steps, left, steps * own["epochs"]]
    )


ANSWERS["count_steps"] = Answers(
    above="""
own = numbers("count_steps", STUDENT)
n, B, E = own["examples"], own["batch"], own["epochs"]""",
    decider=count_steps,
    right=[
        "[n // B + 1, n % B, E * (n // B + 1)]",
        "np.array([np.ceil(n / B), n - B * (n // B), np.ceil(n / B) * E])",
        "(-(-n // B), n % B, E * -(-n // B))",
    ],
    wrong=[
        "[n // B, n % B, E * (n // B)]",
        "[n // B + 1, n % B]",
        "[n // B + 1, n % B, E * n]",
        "[n % B, n // B + 1, E * (n // B + 1)]",
        "[n // B + 1, n % B, n // B + 1 + E]",
        "[round(n / B), n % B, E * round(n / B)]",
        "[n // B + 1, n % B + 1, E * (n // B + 1)]",
        "[E // B + 1, E % B, n * (E // B + 1)]",
        "None",
    ],
    told={"[B * (n // B + 1), n % B, E * (n // B + 1)]": ""},
)

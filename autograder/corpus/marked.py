"""A class as graded, without grading it: results as they are kept, by seeded chance.

Strong students get more right than weak ones, some stop handing in, and what is wrong
is told one of the question's own mistakes.
"""

import functools
import json

import numpy as np
from chainrule.judge import TextQuestion
from chainrule.questions import bank
from proctor.source.build import sources

STORY = "    x = [0.2, -1.3]\n    you say          0.5\n    torch.autograd  -0.5"


def ids(students):
    width = max(2, len(str(students)))
    return [f"s{number:0{width}}" for number in range(1, students + 1)]


def kept(unit, students, seed=0):
    """The kept results of a unit's class, and who handed in nothing."""
    rng = np.random.default_rng([seed, len(students), *unit.encode()])
    strength = strengths(len(students), seed)
    number = int(unit.partition("-")[0])
    found, missing = [], []
    for student, strong in zip(students, strength, strict=True):
        if rng.random() < 0.02 + 0.03 * number * (strong < -1):
            missing.append(student)
        else:
            found += [result(unit, n, student, strong, rng) for n in notebooks(unit)]
    return found, missing


@functools.cache
def strengths(count, seed):
    return np.random.default_rng([seed, count]).normal(size=count)


@functools.cache
def notebooks(unit):
    return tuple(path.stem for path in sources(unit=unit))


def result(unit, notebook, student, strong, rng):
    """One notebook's result, as `Batch.keep` writes it."""
    came = rng.random() > 0.03
    unreadable = came and rng.random() < 0.005
    verdicts = [verdict(q, strong, came, unreadable, rng) for q in asked(notebook)]
    names = [v["question"] for v in verdicts]
    person = "The file breaks off in the middle: no notebook." if unreadable else ""
    note = "" if came else f"{notebook} was not handed in."
    if came and rng.random() < 0.05:
        note = f"The file came as 'Copy of {notebook}.ipynb'."
    return {
        "student": student,
        "notebook": notebook,
        "seed": int(rng.integers(2**62)),
        "release": "v0.1.0",
        "origin": {"file": "0a1b2c3d4e5f" if came else ""},
        "seconds": {n: round(float(rng.lognormal(-4, 1.2)), 3) for n in names},
        "person": person,
        "notes": [note] if note else [],
        "verdicts": verdicts,
    }


@functools.cache
def asked(notebook):
    """(question, its mistakes, how hard it is) of a notebook."""
    rng = np.random.default_rng([*notebook.encode()])
    return [
        (q, [m.says for part in q.parts for m in part.mistakes], rng.normal(-0.7, 0.9))
        for q in bank(notebook).values()
    ]


def verdict(asked_of, strong, came, unreadable, rng):
    question, mistakes, hard = asked_of
    told = {"question": question.name, "points": 0, "out_of": question.points,
            "story": "", "advice": "", "where": "", "wrote": ""}  # fmt: skip
    gap = 1.6 * (strong - hard) + rng.logistic()
    if unreadable:
        return {**told, "state": "needs a person"}
    if not came or gap < -3:
        return {**told, "state": "not written"}
    if isinstance(question, TextQuestion):
        return {**told, "state": "waits to be read"}
    if gap > 0:
        return {**told, "state": "right", "points": question.points}
    if mistakes and rng.random() < 0.7:
        first = min(int(rng.exponential(1.2)), len(mistakes) - 1)
        told |= {"advice": mistakes[first], "where": 'on "a vector"', "story": STORY}
        told["wrote"] = f"def {question.name}(x):\n    return {-first} * x"
    if gap > -0.5 and question.points > 1:
        return {**told, "state": "partly right", "points": question.points / 2}
    return {**told, "state": "wrong"}


def write(course, unit, found):
    """Keep results below a course's folder, where the grader keeps them."""
    for one in found:
        home = course / "results" / unit / one["student"]
        home.mkdir(parents=True, exist_ok=True)
        (home / f"{one['notebook']}.json").write_text(json.dumps(one), "utf-8")

"""Print what the grader is worth: python autograder/figures.py

Each figure stands beside the number of cases behind it; each must be 0, or the exit
status is 1. The attacks and the mutants are those of the tests' corpus.
"""

import contextlib
import io
import itertools
import runpy
import sys
import tempfile
import warnings
from pathlib import Path

CORPUS = Path(__file__).parent / "tests" / "corpus"
sys.path.insert(0, str(CORPUS))

import mutants  # noqa: E402
import torch  # noqa: E402, F401  (before any alarm: its import can't be cut short)
import trials  # noqa: E402
from chainrule.questions import NOTEBOOKS, bank, check  # noqa: E402
from tqdm import tqdm  # noqa: E402

SEEDS = 3


def accepted(names, name, source, seed, seconds=0.5):
    """Whether an answer is found right on the cases of one seed, in this time."""
    student = f"student {seed}"
    answer = mutants.written(names, name, source, student)
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.suppress(mutants.TooLong),
        warnings.catch_warnings(action="ignore"),
        mutants.in_time(seconds),
    ):
        return answer is not None and check(name, answer, student, seed).points == (
            bank(trials.NAME)[name].points
        )
    return False


def catalogued(kind):
    """(question, source) of the corpus's answers of one kind to the first notebook."""
    module = NOTEBOOKS[trials.NAME]
    found = runpy.run_path(str(CORPUS / f"{module}.py"))[kind]
    return [(name, source) for name in bank(trials.NAME) for source in found[name]]


def judged(pairs, names, says, seconds):
    """Every answer with the number of seeds on which it is found right."""
    for name, source in tqdm(pairs, desc=says, file=sys.stderr, leave=False):
        found = (accepted(names, name, source, seed, seconds) for seed in range(SEEDS))
        yield sum(found)


def answers():
    """Figures of the judge: wrong answers accepted, right answers rejected."""
    names = mutants.lesson()
    right = list(mutants.right_answers())
    rejected = sum(n < SEEDS for n in judged(right, names, "right answers", 10))
    wrong = catalogued("WRONG") + catalogued("MISTAKES") + list(wrong_mutants(names))
    taken = sum(n > 0 for n in judged(wrong, names, "wrong answers", 0.5))
    yield "wrong answers accepted", taken, f"{len(wrong)} answers, {SEEDS} draws each"
    yield "right answers rejected", rejected, f"{len(right)} answers, {SEEDS} draws"


def wrong_mutants(names):
    found = mutants.every_mutant()
    for name, source in tqdm(found, desc="mutants", file=sys.stderr, leave=False):
        if mutants.share_wrong(names, name, source) >= mutants.CLEARLY:
            yield name, source


def attacked():
    """Figures of the room: every attack of the corpus, graded."""
    with tempfile.TemporaryDirectory() as scratch:
        trial, tried = trials.Trials(scratch), list(trials.attacks())
        shown = tqdm(tried, desc="attacks", file=sys.stderr, leave=False)
        met = [(attack, trial.of(attack)) for attack in shown]
    for says, holds in trials.FAULTS.items():
        faults = [attack for attack, outcome in met if holds(attack, outcome)]
        yield says, len(faults), f"{len(met)} attacks"
        for attack in faults:
            print(f"    {attack}", file=sys.stderr)


def main():
    total = 0
    for says, count, of in itertools.chain(answers(), attacked()):
        print(f"{says:38} {count:4}   of {of}", flush=True)
        total += count
    sys.exit(bool(total))


if __name__ == "__main__":
    main()

"""Print what the grader is worth: python autograder/figures.py [first seed]

Each figure stands beside the number of cases behind it; each must be 0, or the exit
status is 1. The attacks, the answers and their mutants are those of the corpus;
every answer is judged on the cases of several seeds, the first of which may be given.
"""

import itertools
import sys
import tempfile
import warnings

# torch's first gradient imports this: cut short by an alarm it would be half made.
import torch.fx.experimental.symbolic_shapes  # noqa: F401
from chainrule.questions import NOTEBOOKS, find, verdict
from corpus import mutants, trials
from corpus.catalogue import catalogued
from corpus.decide import decided, fits
from corpus.lessons import TooLong, in_time, lesson, nearly_all, silent, written
from corpus.unearned import UNEARNED, by_grader
from tqdm import tqdm

WRONG_DRAWS, RIGHT_DRAWS = 10, 30


def accepted(notebook, name, source, seed):
    """Whether an answer is found right on the cases of one seed, in time."""
    student, question = f"student {seed}", find(name)
    names = written(lesson(notebook), name, source, student)
    with silent(), warnings.catch_warnings(action="ignore"):
        try:
            with in_time(LONG.get(name, 2)):
                most = nearly_all(question)
                found = names and verdict(question, names, student, seed, most)
        except TooLong:
            return False
    return bool(found) and found.points == question.points


LONG = {
    "topo_order": 2,
    "backward": 2,
    "fit": 10,
    "train_pairs": 10,
    "epoch_loss": 5,
}  # 5,000 nodes; training


def times_accepted(notebook, answers, draws, says, wrong=False):
    """For every answer, the number of draws on which it is found right.

    A wrong value doesn't count where it fits the student's own numbers.
    """
    for name, source in tqdm(answers, desc=says, file=sys.stderr, leave=False):
        yield sum(
            accepted(notebook, name, source, seed)
            and not (wrong and fits(lesson(notebook), name, source, f"student {seed}"))
            for seed in draws
        )


def wrong_answers(notebook):
    """The corpus's, right ones in a bad habit, and every mutant that is wrong."""
    for kind in ("wrong", "told", "mistakes"):
        yield from catalogued(notebook, kind)
    yield from mutants.habitual(mutants.right_answers(notebook))
    found = mutants.every_mutant(notebook)
    for name, source in tqdm(found, desc="mutants", file=sys.stderr, leave=False):
        if decided(lesson(notebook), name, source) == "wrong":
            yield name, source


def answers(first):
    """Figures of the judge: wrong answers accepted, right answers rejected."""
    for notebook in NOTEBOOKS:
        wrong, right = [*wrong_answers(notebook)], [*mutants.right_answers(notebook)]
        draws = range(first, first + WRONG_DRAWS)
        taken = [*times_accepted(notebook, wrong, draws, "wrong answers", wrong=True)]
        show(wrong, taken, 0)
        of = f"{len(wrong)} answers, {WRONG_DRAWS} draws each"
        yield f"{notebook[:2]} wrong answers accepted", sum(map(bool, taken)), of
        draws = range(first, first + RIGHT_DRAWS)
        kept = [*times_accepted(notebook, right, draws, "right answers")]
        show(right, kept, RIGHT_DRAWS)
        rejected = sum(n < RIGHT_DRAWS for n in kept)
        of = f"{len(right)} answers, {RIGHT_DRAWS} draws each"
        yield f"{notebook[:2]} right answers rejected", rejected, of


def show(answers, found, fair):
    """Name every answer that was not found right as often as is fair."""
    for (name, source), times in zip(answers, found, strict=True):
        if times != fair:
            print(f"--- {name}, found right {times} times:\n{source}", file=sys.stderr)


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


def not_done():
    """A figure of what is asked: answers that are out for points without doing it."""
    shown = tqdm(UNEARNED, desc="not done", file=sys.stderr, leave=False)
    faults = [t for t in shown if by_grader(t) > UNEARNED[t].fair]
    yield "points for what was not done", len(faults), f"{len(UNEARNED)} answers"
    for tries in faults:
        print(f"    {tries}", file=sys.stderr)


def main(first=0):
    total = 0
    for says, count, of in itertools.chain(answers(int(first)), not_done(), attacked()):
        print(f"{says:38} {count:4}   of {of}", flush=True)
        total += count
    sys.exit(bool(total))


if __name__ == "__main__":
    main(*sys.argv[1:])

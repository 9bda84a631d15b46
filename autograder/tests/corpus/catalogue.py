"""The corpus by notebook: what is written to each question, right and wrong."""

import functools
import runpy
from pathlib import Path

from chainrule.questions import NOTEBOOKS, bank


def judged(notebook):
    """The questions of a notebook by name, those left out that a person reads."""
    return {name: q for name, q in bank(notebook).items() if q.parts}


@functools.cache
def corpus(notebook):
    """RIGHT, WRONG and MISTAKES of a notebook: the sources by question."""
    return runpy.run_path(str(Path(__file__).with_name(f"{NOTEBOOKS[notebook]}.py")))


def catalogued(notebook, kind):
    """(question, source) of the corpus's answers of one kind."""
    found = corpus(notebook)[kind]
    return [(name, source) for name in judged(notebook) for source in found[name]]


def mistakes(notebook):
    """(question, source, mistake): each mistake of the bank beside its source."""
    for name, question in judged(notebook).items():
        known = [mistake for part in question.parts for mistake in part.mistakes]
        written = corpus(notebook)["MISTAKES"][name]
        for source, mistake in zip(written, known, strict=True):
            yield name, source, mistake

"""The corpus by notebook: what is written to each question, right and wrong."""

import functools
from importlib import import_module

from chainrule.questions import NOTEBOOKS, bank


def judged(notebook):
    """The questions of a notebook by name, those left out that a person reads."""
    return {name: q for name, q in bank(notebook).items() if q.parts}


@functools.cache
def corpus(notebook):
    """What is written to each question of a notebook: `Answers` by name."""
    return import_module(f"corpus.{NOTEBOOKS[notebook]}").ANSWERS


def sources(notebook, name, kind):
    """The cells of one kind (right, wrong, told or mistakes) to a question."""
    answers = corpus(notebook)[name]
    return [answers.cell(name, text) for text in answers.of(kind)]


def catalogued(notebook, kind):
    """(question, source) of all answers of one kind in a notebook."""
    for name in judged(notebook):
        for source in sources(notebook, name, kind):
            yield name, source


def mistakes(notebook):
    """(question, source, mistake): each mistake that stands in the corpus as source."""
    for name, question in judged(notebook).items():
        known = {m.says: m for part in question.parts for m in part.mistakes}
        answers = corpus(notebook)[name]
        for begins, text in answers.made():
            (mistake,) = [m for says, m in known.items() if says.startswith(begins)]
            yield name, answers.cell(name, text), mistake

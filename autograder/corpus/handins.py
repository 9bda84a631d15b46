"""Notebooks as students hand them in: filled in, and put where the graders look."""

import copy
import functools
import json

from proctor.source import build
from proctor.source.percent import read, solved


@functools.cache
def source(name):
    """The path of a notebook's source."""
    (path,) = [path for path in build.sources() if path.stem == name]
    return path


def unit_of(name):
    return source(name).parent.name


@functools.cache
def made_from(path):
    """A source's notebook as students get it, made once: copy it to change it."""
    return build.student(path)


@functools.cache
def answers_in(path):
    """A source's own answers by question, those in words among them."""
    cells = [c for c in read(path) if c.role in ("answer", "explain")]
    return {cell.name: solved(cell.text) for cell in cells}


def sent_out(name):
    """A notebook of the course as students get it."""
    return made_from(source(name))


def right_answers(name):
    """The course's own answers to a notebook."""
    return answers_in(source(name))


def filled_in(name, answers):
    """The notebook with these answers, by question; the other cells as they came."""
    return filled(source(name), answers)


def filled(path, answers):
    """The same of any source."""
    book = copy.deepcopy(made_from(path))
    for cell in book.cells:
        role, _, question = cell.id.partition("-")
        if role in ("answer", "explain"):
            cell.source = answers.get(question, cell.source)
    return book


def right(name):
    """The notebook with the course's own answers."""
    return filled_in(name, right_answers(name))


def put(course, student, name, book):
    """Hand in a notebook, or whatever text there is in its place."""
    text = book if isinstance(book, str) else json.dumps(book)
    folder = course / "submitted" / student / unit_of(name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")

"""A gallery of verdicts: what wrong answers of the corpus are told.

The answers themselves are not shown, since most of them are one step from a right one.
Each is judged on fixed numbers, as a notebook's check does it.
"""

import contextlib
import io
import warnings

import numpy as np
from chainrule.judge import call, judge
from chainrule.questions import verdict
from corpus.catalogue import corpus, judged, sources
from proctor.source import build
from proctor.source.percent import read, solved, stub

from made.course import question_anchor, spoken

STUDENT, SEED = "s01", 1
HEAD = """# Verdicts

What a check says when an answer is wrong. Each verdict below is that on an answer of
the corpus with which the grader is tested: a plausible mistake. The answers are not
shown, since most of them are one step from a right one.

A verdict names the question, the first case that fails, and where your result is
furthest off. Then it shows your number and the right one, with the way in which the
right one was found, and at last what you did, if the judge knows the mistake, or what
the numbers show.

"""
STATES = """| sign | a verdict says | which means |
|:--|:--|:--|
| ✓ | is right | It agrees with the oracle on all cases, drawn afresh. |
| ◐ | is partly right | Some of the points are earned; the verdict shows the rest. |
| ✗ | is wrong | It is off on the case that is shown. |
| … | is not written yet | The answer still holds its `raise NotImplementedError`. |
| … | needs your id | The numbers are your own: put your id into `STUDENT`. |
| ✎ | is read by a person | It is answered in words, and no check sees that. |

"""


def pages(units):
    """{path: text} of the gallery."""
    lines = [HEAD, STATES]
    tree = ["```{toctree}", ":hidden:", ""]
    made = {}
    for unit, notebooks in units.items():
        made[f"verdicts/{unit}.md"] = unit_page(unit, notebooks)
        tree.append(unit)
        lines += [f"- [{spoken(unit)}]({unit}.md)"]
    made["verdicts/index.md"] = "\n".join([*lines, "", *tree, "```", ""])
    return made


def unit_page(unit, notebooks):
    lines = [f"# Verdicts of {spoken(unit).replace('Unit', 'unit')}", ""]
    for notebook in notebooks:
        lines += [f"## {notebook.title}", ""]
        for found in verdicts(notebook.name):
            link = f"[`{found.question}`](#{question_anchor(found.question)})"
            lines += [f"### {link}", "", "```{raw} html"]
            lines += [found._repr_html_(), "```", ""]
    return "\n".join(lines)


def verdicts(notebook):
    """A verdict for each question of a notebook that has a judge."""
    names = namespace(notebook)
    for question in judged(notebook).values():
        found = [*named(question), *of_sources(notebook, question, names)]
        if found:
            yield found[0]


def named(question):
    """The verdict on an answer that makes the first mistake which is told by name."""
    for part in question.parts:
        if question.value or part.probe or part.drive is not call:
            continue
        for mistake in part.mistakes:
            found = quietly(judge, question, Mistaken(part, mistake), SEED, STUDENT)
            if found.advice == mistake.says:
                yield found
                return


class Mistaken:
    """An answer that makes a mistake of the bank."""

    def __init__(self, part, mistake):
        rng = np.random.default_rng(SEED)
        self.names = list(part.cases[0](rng, rng).args)
        self.part, self.mistake = part, mistake

    def __call__(self, *args):
        given = dict(zip(self.names, args, strict=True))
        return self.mistake.wrong(self.part.oracle, **given)


def of_sources(notebook, question, names):
    """The verdict on the first wrong answer that is told more than numbers."""
    for kind in ("mistakes", "told", "wrong"):
        if corpus(notebook)[question.name].of(kind):
            source = sources(notebook, question.name, kind)[0]
            yield quietly(asked, question, names, source)
            return


def asked(question, names, source):
    written = {**names, "STUDENT": STUDENT}
    exec(source, written)
    return verdict(question, written, STUDENT, SEED)


def quietly(function, *args):
    hush = contextlib.redirect_stdout(io.StringIO())
    with hush, np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        return function(*args)


def namespace(notebook):
    """What a notebook's cells define before anything is answered."""
    (path,) = [p for p in build.sources() if p.stem == notebook]
    names = {}
    for cell in read(path):
        if cell.role in ("setup", "code", "answer"):
            text = stub(cell.text) if cell.role == "answer" else solved(cell.text)
            quietly(exec, text, names)
            names["STUDENT"] = STUDENT
    return names

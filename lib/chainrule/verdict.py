"""What happened when an answer met its oracle: in words, as text and as HTML."""

import re
from dataclasses import dataclass
from enum import StrEnum
from html import escape

import numpy as np

LONGEST = 4_000  # letters of a text
LONG = 60  # letters of a list that is cut


class State(StrEnum):
    """What came of a question: its words, with a mark, a colour and a CSS class."""

    RIGHT = "right", "✓", "#1f7a4d", "right"
    PARTLY_RIGHT = "partly right", "◐", "#8a5a00", "partly"
    WRONG = "wrong", "✗", "#b3261e", "wrong"
    NOT_WRITTEN = "not written", "…"
    NEEDS_ID = "needs your id", "…"
    NEEDS_PERSON = "needs a person", "?"
    WAITS = "waits to be read", "◷"
    READ = "read by a person", "✎"

    def __new__(cls, words, mark, colour="#44546a", css_class="quiet"):
        state = str.__new__(cls, words)
        state._value_ = words
        state.mark, state.colour, state.css_class = mark, colour, css_class
        return state

    @property
    def by_person(self):
        """Whether a person reads the answer, before or after that was done."""
        return self in (State.WAITS, State.READ)

    @property
    def open(self):
        """Whether the judge gives no points and a person does."""
        return self == State.NEEDS_PERSON or self.by_person


def number(x):
    """A number with the digits that tell two of them apart; no sign on a zero."""
    inexact = np.issubdtype(np.asarray(x).dtype, np.inexact)
    return f"{x + 0.0:.8g}" if inexact else str(x)


def short(value):
    """A case's argument on one line."""
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, list) and len(str(value)) > LONG:
        return f"{str(value)[:LONG]} …"
    if isinstance(value, str) or not isinstance(value, (np.ndarray, np.generic, float)):
        return str(value)
    if np.ndim(value) == 0:
        return f"{value:.6g}"
    edge = 3 if value.ndim == 1 else 1
    text = np.array2string(
        value, precision=4, separator=", ", threshold=8, edgeitems=edge
    )
    text = re.sub(r"(?<=\[)\s+|\s+(?=[,\]])", "", " ".join(text.split()))
    return text + ("" if value.ndim == 1 else f" {value.shape}")


def clipped(text):
    """A text as far as somebody reads it."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def disagreement(yours, right, oracle, show=None, reveal=True):
    """Where two results differ most, as the indented lines of a verdict.

    reveal: whether the right value may be shown; not when it is what was asked for.
    """
    yours, right = np.asarray(yours), np.asarray(right)
    show = show or number
    where = ""
    if yours.shape != right.shape:
        what = f"shape {yours.shape}", f"shape {right.shape}"
    elif yours.ndim == 0:
        what = show(yours[()]), show(right[()])
    else:
        off = np.abs(yours.astype(float) - right)
        at = np.unravel_index(
            np.argmax(np.where(np.isnan(off), np.inf, off)), off.shape
        )
        where = f"furthest off at [{', '.join(map(str, at))}]"
        what = show(yours[at]), show(right[at])
    if what[0] == what[1]:  # they part company further down
        at = () if yours.ndim == 0 else at
        what = f"{yours[at]:.17g}", f"{right[at]:.17g}"
    if not reveal:
        return where, f"    you say   {what[0]}\n    {oracle} says otherwise"
    width = max(len("you say"), len(oracle))
    lines = [
        f"    {who:{width}}   {w}"
        for who, w in zip(("you say", oracle), what, strict=True)
    ]
    return where, "\n".join(lines)


BOX = (
    "font:14px/1.5 'DejaVu Sans',system-ui,sans-serif;max-width:46em;padding:8px 14px;"
    "margin:4px 0;background:#fafafa;color:#1f1f1f;border-radius:3px;"
)
PRE = (
    "font:13px/1.45 'DejaVu Sans Mono',monospace;margin:6px 0 0;padding:0;"
    "background:none;color:#1f1f1f;white-space:pre-wrap;word-break:normal;"
    "overflow-wrap:anywhere;border:0"
)


@dataclass(frozen=True)
class Verdict:
    """The outcome for one question: its state, points, and what to read next.

    story: what happened, a few lines; advice: what to try; where: the failing case.
    """

    question: str
    state: State
    points: float
    out_of: float
    story: str = ""
    advice: str = ""
    where: str = ""

    @property
    def headline(self):
        score = (
            f"{self.out_of:g} point" if self.out_of == 1 else f"{self.out_of:g} points"
        )
        if not self.state.open:
            score = f"{self.points:g} of {score}"
        said = "not written yet" if self.state == State.NOT_WRITTEN else str(self.state)
        if not said.startswith(("needs", "waits")):
            said = f"is {said}"
        where = f" {self.where}" if self.where else ""
        return f"{self.state.mark} {self.question} {said}{where} ({score})"

    @property
    def next(self):
        """The sentence that says what to try."""
        if self.advice or self.state == State.RIGHT or self.state.open:
            return self.advice
        return f'Stuck? hint("{self.question}") gives a hint.'

    def __str__(self):
        return "\n".join(filter(None, [self.headline, self.story, self.next]))

    __repr__ = __str__

    def _repr_html_(self):
        colour = self.state.colour
        lines = [f'<strong style="color:{colour}">{escape(self.headline)}</strong>']
        if self.story:
            lines.append(f'<pre style="{PRE}">{escape(self.story)}</pre>')
        if self.next:
            lines.append(f'<div style="margin:6px 0 0">{escape(self.next)}</div>')
        box = f'<div role="status" style="{BOX}border-left:6px solid {colour}">'
        return f"{box}{''.join(lines)}</div>"

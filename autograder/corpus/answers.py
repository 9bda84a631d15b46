"""What is written to one question, right and wrong, and what decides which it is."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answers:
    """Answers as students write them.

    right: other right answers than the notebook's own; wrong: plausible wrong ones that
    no listed mistake explains; told: more of these, each with what a verdict adds to
    the numbers: a sentence, one of several where that depends on the draws, or "".
    mistakes: {beginning of a mistake's sentence: the answer that makes it, or several},
    where a function of the judge's can't stand for it: for classes, and what a probe
    uses.
    decider(student, rng): whether an answer is right on one random input, decided
    without the judge.

    An answer is an expression, the lines of a function's body, or a whole cell. args:
    the function's arguments, empty where a value is asked for; above: the lines that
    stand above each answer.
    """

    right: list
    wrong: list
    decider: callable
    told: dict = field(default_factory=dict)
    mistakes: dict = field(default_factory=dict)
    args: str = ""
    above: str = ""

    def of(self, kind):
        """The answers of one kind, by its name."""
        if kind == "mistakes":
            return [text for _, text in self.made()]
        return [*getattr(self, kind)]

    def made(self):
        """(beginning of a mistake's sentence, answer): each that makes a mistake."""
        for begins, texts in self.mistakes.items():
            for text in [texts] if isinstance(texts, str) else texts:
                yield begins, text

    def cell(self, name, text):
        """The cell that holds an answer."""
        text = text.strip()
        if re.search(rf"^(def|class) {name}\b|^{name} = ", text, re.MULTILINE):
            answer = text
        elif not self.args:
            answer = f"{name} = {text}"
        elif "\n" in text:
            answer = f"def {name}({self.args}):\n    " + text.replace("\n", "\n    ")
        else:
            answer = f"def {name}({self.args}):\n    return {text}"
        return f"{self.above.strip()}\n\n{answer}".lstrip()

"""Right answers that stand in for earlier ones: they stay here and are only asked."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chainrule.crossing import Asked


@dataclass(frozen=True)
class Driven:
    """Drives an answer by a probe that puts a right one in place of what it builds on.

    drive: how the answer is driven without that.
    """

    drive: Callable
    probe: Callable
    right: Callable

    def __call__(self, answer, **args):
        def asked(*given):
            return answer.probe(self.probe, *given, Asked(self.right))

        return self.drive(asked, **args)


def standing_in(name, right, parts, probe):
    """The stand_ins of a question: its parts with a right answer of one name."""
    parts = [
        replace(part, probe=None, drive=Driven(part.drive, probe, right))
        for part in parts
    ]
    return [((name,), parts)]

"""A test suite of the student's, by the wrong engines that it finds."""

from dataclasses import dataclass

import numpy as np

from chainrule.crossing import Asked, plain
from chainrule.judge import AnswerError, Part, Question, Unanswered
from chainrule.oracle import closed_form
from chainrule.questions.capstone.changes import KINDS, RIGHT, bench, decoys
from chainrule.questions.capstone.suites import WANTING
from chainrule.questions.kinds import cases, mistakes

AGAIN = 5  # decoys that come twice
NO_BOOL = "    It has to return True or False."
STOPS = "    A correct engine doesn't pass. This is what came of it:\n"
FICKLE = (
    "    It says something else of the same engine when it is asked again. Each\n"
    "    engine has to be tested by itself, and well enough to be sure."
)


@dataclass(frozen=True)
class Engines:
    """The engines of one case, drawn from a seed."""

    seed: int

    def __str__(self):
        return f"{len(bench(self.seed))} engines, {RIGHT} of them right"


def some(rng):
    return {"engines": Engines(int(rng.integers(1 << 31)))}


def right(engines):
    """1 for each engine that has to pass, 0 for the others."""
    return np.array([int(change is None) for change, _ in bench(engines.seed)])


def passes(answer, engine):
    """Whether an engine passes. Raises AnswerError where nothing is said."""
    said, problem = plain(answer(Asked(engine)))
    if problem:
        problem = problem.replace("a number or a NumPy array", "True or False")
        raise AnswerError(f"    {problem}")
    if said.dtype != bool or said.ndim:
        raise AnswerError(NO_BOOL)
    return bool(said)


def said_of(answer, change, engine):
    """1 where the engine passes, 0 where it is refused or the suite stops on it."""
    try:
        return int(passes(answer, engine))
    except Unanswered:
        raise
    except AnswerError as error:
        if change is None:
            raise AnswerError(f"{STOPS}{error}") from error
        return 0


def said_of_each(answer, engines):
    """What a suite says of all engines, which come in an order of their own.

    A right one comes early, among decoys that count for nothing. Of every gradient half
    of these say one thing and half another, so what most engines say is no help, and
    who knows one operation can't tell the right one. Some come again at the end, under
    other labels: a suite that has learned from engines contradicts itself.
    """
    made, rng = bench(engines.seed), np.random.default_rng(engines.seed)
    others = list(decoys(rng))
    early = rng.permutation(len(others) + 1)  # 0 is the right one
    said = np.zeros(len(made), int)
    before = {}
    for i in early:
        change, make = others[i - 1] if i else made[0]
        before[i] = said_of(answer, change, make())
    said[0] = before[0]
    for i in 1 + rng.permutation(len(made) - 1):
        change, make = made[i]
        said[i] = said_of(answer, change, make())
    for i in rng.permutation([0, *early[early > 0][:AGAIN]]):
        change, make = others[i - 1] if i else made[0]
        engine = make()
        engine.label = f"engine {rng.integers(1000, 10000)}"
        if said_of(answer, change, engine) != before[i]:
            raise AnswerError(FICKLE)
    return said


def found(yours, right, **_):
    """How many wrong engines are found; none counts where a right one doesn't pass."""
    if np.shape(yours) != np.shape(right) or not np.all(yours[right == 1] == 1):
        return 0
    return int(np.sum(yours[right == 0] == 0))


def share(yours, right, **_):
    """In twelfths, rounded down: half points of six."""
    return 12 * found(yours, right) // int(np.sum(right == 0)) / 12


def tell(yours, right, engines):
    if not np.all(yours[right == 1] == 1):
        return "    A correct engine doesn't pass, so no wrong one counts."
    survived = {}
    for (change, _), said in zip(bench(engines.seed), yours, strict=True):
        if change and said:
            survived.setdefault(change.kind, []).extend(change.rules)
    wrong = int(np.sum(right == 0))
    lines = [f"all correct engines pass, and so do {wrong - found(yours, right)} of"]
    lines[0] += f" {wrong} wrong ones:"
    for kind, names in survived.items():
        lines.append(f"  {kind}, in {', '.join(dict.fromkeys(names))}:")
        lines.append(f"    {KINDS[kind]}")
    return "\n".join(f"    {line}" for line in lines)


def as_said_by(suite):
    """The mistake of a suite that lacks something."""
    return lambda engines: np.array(
        [int(suite(make())) for _, make in bench(engines.seed)]
    )


passes_question = Question(
    "passes",
    Part(
        6,
        closed_form(right, "how the engines were made"),
        cases({"the engines": some}),
        mistakes(
            {
                "Every engine passes.": lambda right: 0 * right + 1,
                "No engine passes, not even the right ones. They may be off in the "
                "last digit: compare with np.allclose.": lambda right: 0 * right,
                "True and False are the wrong way round: True means that the engine "
                "is right.": lambda right: 1 - right,
                **{says: as_said_by(suite) for says, suite in WANTING.items()},
            }
        ),
        drive=said_of_each,
        share=share,
        tell=tell,
        entries=False,
    ),
    seconds=5,
    hints=[
        "For each operation: choose shapes, draw g and the inputs at random, ask the "
        "engine, and compare with torch.autograd.grad.",
        "Read the verdict: it names the kinds of wrong engines that pass. Each kind "
        "needs one thing: other shapes, other signs, a second call, an exact "
        "comparison.",
        "torch.autograd.grad(y, inputs, g) returns all gradients, y the result of "
        "tensors with requires_grad=True. Ask add and mul about (3, 4) with (4,), and "
        "(3, 4) with (3, 1), and all operations twice.",
    ],
)

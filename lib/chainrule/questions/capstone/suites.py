"""What a test suite says of each engine, and suites that lack something."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from chainrule.questions.capstone.engines import OPERATIONS, Engine

OBLONG = [
    ("add", [(3, 4), (4,)]),
    ("add", [(3, 4), (3, 1)]),
    ("mul", [(3, 4), (4,)]),
    ("mul", [(3, 4), (3, 1)]),
    ("matmul", [(2, 3), (3, 4)]),
    ("mean", [(3, 4)]),
    ("relu", [(3, 4)]),
    ("fork", [(5,)]),
]
NOT_STRETCHED = [
    (name, [(3, 4)] * len(shapes) if name in ("add", "mul") else shapes)
    for name, shapes in OBLONG
]
SQUARE_MEAN = [(name, [(3, 3)] if name == "mean" else s) for name, s in OBLONG]
SQUARE = [(name, [(3, 3)] * op.inputs) for name, op in OPERATIONS.items()]


@dataclass(frozen=True)
class Suite:
    """A test suite that compares an engine with the right one; each field spoils it.

    says(found, right): whether two gradients agree. most: how many gradients of each
    operation are compared.
    """

    shapes: list[tuple[str, list]]
    random_g: bool = True
    signs: tuple[int, ...] = (-1, 1)
    times: int = 2
    same_numbers: bool = False
    equal_inputs: bool = False
    most: int = 2
    says: callable = None

    def __call__(self, engine):
        return all(self.agrees(engine(*asked), right) for asked, right in self.asked)

    @cached_property
    def asked(self):
        """What each engine is asked, and the right gradients."""
        asked = list(self.questions())
        return [(each, RIGHT(*each)) for each in asked]

    def questions(self):
        rng = np.random.default_rng(1)
        for name, shapes in self.shapes:
            op = OPERATIONS[name]
            for time in range(self.times):
                if not (time and self.same_numbers):
                    g = draw(rng, op.shape(*shapes), (-1, 1))
                    inputs = [draw(rng, shape, self.signs) for shape in shapes]
                if self.equal_inputs and name != "matmul":
                    inputs = [inputs[0]] * len(shapes)
                yield name, g if self.random_g else np.ones(g.shape), *inputs

    def agrees(self, found, right):
        pairs = list(zip(found, right, strict=True))[: self.most]
        return all((self.says or same)(*pair) for pair in pairs)


def draw(rng, shape, signs):
    return rng.uniform(0.5, 2, shape) * rng.choice(signs, shape)


def same(found, right, allowed=1e-6):
    return found.shape == right.shape and bool(np.all(abs(found - right) <= allowed))


RIGHT = Engine("the right one", {})
GOOD = Suite(OBLONG)


def but(**spoiled):
    return replace(GOOD, **spoiled)


def without(name):
    return but(shapes=[asked for asked in OBLONG if asked[0] != name])


WANTING = {
    "g is always ones, so an engine that ignores g passes. Draw g at random.": but(
        random_g=False
    ),
    "All arrays have one shape, (n, n). So an engine passes that divides the mean by "
    "the wrong length, and so does an engine that never sums along a stretched axis. "
    "Take arrays that aren't square, and for add and mul inputs of two shapes.": but(
        shapes=SQUARE
    ),
    "The mean is asked about a square array only, where rows and columns are equally "
    "many.": but(shapes=SQUARE_MEAN),
    "No input is ever stretched. Give add and mul inputs of different shapes: along a "
    "new axis, and along an axis of length 1.": but(shapes=NOT_STRETCHED),
    "All numbers are positive, so a relu without a gate passes. Draw both signs.": but(
        signs=(1,)
    ),
    "Each operation is asked once. An engine that remembers shows only at the second "
    "call, at the same shapes.": but(times=1),
    "The second call has the numbers of the first, so an engine that repeats itself "
    "passes. Draw new numbers.": but(same_numbers=True),
    "Both inputs are the same numbers: whose gradient is whose can't be seen.": but(
        shapes=NOT_STRETCHED, equal_inputs=True
    ),
    "Only the first gradient of each operation is compared.": but(most=1),
    "The difference that is allowed is too large: an engine with three digits "
    "passes.": but(says=lambda found, right: same(found, right, 3e-2)),
    "A gradient of another shape passes: np.allclose stretches what it is given. "
    "Compare shapes first.": but(
        says=lambda found, right: bool(np.allclose(found, right))
    ),
    "Only shapes are compared. Compare the numbers too.": but(
        says=lambda found, right: found.shape == right.shape
    ),
    "A correct engine is off in the last digits: a sum in another order rounds "
    "otherwise. Compare with np.allclose and not with ==.": but(
        says=lambda found, right: np.array_equal(found, right)
    ),
    "g is ones, every array is square, every number positive, and all is asked once. "
    "Change one after the other, and see what each finds.": Suite(
        SQUARE, random_g=False, signs=(1,), times=1
    ),
    **{f"Nothing is asked about {name}.": without(name) for name in OPERATIONS},
}

"""Test suites as students write them."""

from corpus.answers import Answers
from corpus.capstone.engines import FORWARD, passes

ANSWERS = {}

HEAD = """
import torch

FORWARD = {
    "add": torch.add, "mul": torch.mul, "matmul": torch.matmul,
    "mean": lambda x: x.mean(0), "relu": torch.relu,
    "fork": lambda u: u**2 + u**2 * u,
}
SHAPES = [
    ("add", (3, 4), (4,)), ("add", (3, 4), (3, 1)),
    ("mul", (3, 4), (4,)), ("mul", (3, 4), (3, 1)), ("mul", (2, 3), (2, 3)),
    ("matmul", (2, 3), (3, 4)), ("mean", (3, 5)), ("relu", (4, 5)), ("fork", (6,)),
]
rng = np.random.default_rng(1)
"""


def suite(
    shapes="SHAPES",
    numbers="rng.normal(size=shape)",
    upstream="rng.normal(size=y.shape)",
    times=2,
    agree="d.shape == r.shape and np.allclose(d, r)",
    pairs="zip(found, right)",
    found="engine(name, g, *inputs)",
    bad="return False",
    end="True",
):
    """A suite in a shape of its own: what it is asked stands in a list once."""
    return f"""
{HEAD}
ASKED = []
for name, *shapes in {times} * {shapes}:
    inputs = [{numbers} for shape in shapes]
    at = [torch.tensor(x, requires_grad=True) for x in inputs]
    y = FORWARD[name](*at)
    g = {upstream}
    right = torch.autograd.grad(y, at, torch.tensor(g))
    ASKED.append((name, g, inputs, [r.numpy() for r in right]))


def passes(engine):
    for name, g, inputs, right in ASKED:
        found = {found}
        for d, r in {pairs}:
            if not ({agree}):
                {bad}
    return {end}
"""


BY_HAND = """
def sums(g, shape):
    g = g.sum(tuple(range(g.ndim - len(shape))))
    return g.sum(tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


def expected(g, *inputs):
    a, b = inputs[0], inputs[-1]
    return {
        "add": lambda: [sums(g, a.shape), sums(g, b.shape)],
        "mul": lambda: [sums(g * b, a.shape), sums(g * a, b.shape)],
        "matmul": lambda: [g @ b.T, a.T @ g],
        "mean": lambda: [np.tile(g / len(a), (len(a), 1))],
        "relu": lambda: [np.where(a > 0, g, 0.0)],
        "fork": lambda: [g * (2 * a + 3 * a**2)],
    }


def passes(engine):
    rng = np.random.default_rng(5)
    plan = [("add", (2, 3), (2, 3), (3,)), ("add", (2, 3), (2, 3), (2, 1)),
            ("mul", (2, 3), (2, 3), (3,)), ("mul", (2, 3), (2, 3), (2, 1)),
            ("matmul", (2, 4), (2, 3), (3, 4)), ("mean", (4,), (3, 4)),
            ("relu", (4, 4), (4, 4)), ("fork", (7,), (7,))]
    for name, *shapes in plan + plan:
        g, *inputs = (rng.normal(size=shape) for shape in shapes)
        for d, wanted in zip(engine(name, g, *inputs), expected(g, *inputs)[name]()):
            if d.shape != wanted.shape or abs(d - wanted).max() > 1e-9:
                return False
    return True
"""
SQUARE = (
    "[(n, *[(3, 3)] * (2 if n in ('add', 'mul', 'matmul') else 1)) for n in FORWARD]"
)
SAME = "[(n, *([(3, 4)] * 2 if n in ('add', 'mul') else s)) for n, *s in SHAPES]"
MEAN = "[(n, *([(4, 4)] if n == 'mean' else s)) for n, *s in SHAPES]"
WITHOUT = "[s for s in SHAPES if s[0] != '{}']"
SAME_NUMBERS = """
{}
ASKED = ASKED + ASKED


def passes(engine):
    for name, g, inputs, right in ASKED:
        for d, r in zip(engine(name, g, *inputs), right):
            if d.shape != r.shape or not np.allclose(d, r):
                return False
    return True
"""
EQUAL = "np.random.default_rng(len(ASKED)).normal(size=shape)"

ANSWERS["passes"] = Answers(
    args="engine",
    decider=passes,
    right=[suite(), BY_HAND, suite(bad="raise AssertionError(name)")],
    wrong=[
        suite(agree="abs(d).sum() == abs(r).sum()"),
        suite(agree="np.allclose(d.sum(), r.sum())"),
        suite(agree="np.allclose(abs(d), abs(r))", times=1),
        suite(shapes="SHAPES[:4]"),
        suite(shapes=SQUARE, numbers="np.ones(shape)", upstream="np.ones(y.shape)"),
        suite(numbers="np.zeros(shape)"),
        suite(upstream="np.zeros(y.shape)"),
        suite(times=1, upstream="np.ones(y.shape)"),
        suite(pairs="zip(found[::-1], right[::-1])", times=1),
        suite(shapes=SQUARE, times=1),
        suite(end="None"),
        suite(end="1"),
        suite(found="engine(name, g, *inputs[::-1])"),
    ],
    mistakes={
        "Every engine passes": "True",
        "No engine passes": ["False", suite(agree="np.array_equal(d, r)")],
        "True and False": suite(bad="return True", end="False"),
        "g is always ones, so": suite(upstream="np.ones(y.shape)"),
        "All arrays have one shape": suite(shapes=SQUARE),
        "The mean is asked": suite(shapes=MEAN),
        "No input is ever": suite(shapes=SAME),
        "All numbers are positive": suite(numbers="rng.uniform(0.5, 2, shape)"),
        "Each operation is asked once": suite(times=1),
        "The second call has": SAME_NUMBERS.format(suite(times=1)),
        "Both inputs are": suite(shapes=SAME, numbers=EQUAL),
        "Only the first gradient": suite(pairs="list(zip(found, right))[:1]"),
        "The difference that": suite(
            agree="d.shape == r.shape and np.allclose(d, r, 0.01, 0.01)"
        ),
        "A gradient of another": suite(agree="np.allclose(d, r)"),
        "Only shapes": suite(agree="d.shape == r.shape"),
        "A correct engine is off": BY_HAND.replace(
            "abs(d - wanted).max() > 1e-9", "(d != wanted).any()"
        ),
        "g is ones, every": suite(
            shapes=SQUARE,
            numbers="rng.uniform(1, 2, shape)",
            upstream="np.ones(y.shape)",
            times=1,
        ),
        **{
            f"Nothing is asked about {name}.": suite(shapes=WITHOUT.format(name))
            for name in FORWARD
        },
    },
)

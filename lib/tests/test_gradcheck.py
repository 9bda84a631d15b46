"""`gradcheck` on rules that are wrong, of which it must accept none, and on ours."""

import numpy as np
import pytest
from chainrule import ops
from chainrule.gradcheck import gradcheck
from chainrule.ops import Op

SEEDS = range(50)
ONE, TWO, SQUARES = [(6,)], [(4,), (4,)], [(3, 3), (3, 3)]
LARGE = np.array([1e9, 1, 1, 1, 1, 1])
TWICE = np.array([0, 1, 1, 2, 0, 0])


def spread(rng, shape, low, high):
    """Numbers from all of [low, high], one in each equal part of it, in any order."""
    n = int(np.prod(shape))
    places = (rng.permutation(n) + rng.uniform(0.1, 0.9, n)) / max(n, 1)
    return (low + (high - low) * places).reshape(shape)


def rule(value, *rules):
    """A function whose values are right and whose rules are as given."""
    op = Op("wrong", value, rules)
    return lambda *xs: op(*xs)


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def windows(g, w):
    return np.correlate(g, w, "full")


def bent(slope):
    """A rule for sin with this slope."""
    return rule(np.sin, lambda g, y, x: g * slope(np.cos(x), x))


def normalized(x):
    return (x - x.mean()) / x.std()


WRONG = {
    # what a slip of the pen does
    "exp without g": (rule(np.exp, lambda g, y, x: y), ONE),
    "exp with the sign turned": (rule(np.exp, lambda g, y, x: -g * y), ONE),
    "exp times n": (rule(np.exp, lambda g, y, x: g * y * x.size), ONE),
    "exp by x": (rule(np.exp, lambda g, y, x: g * x), ONE),
    "exp with g squared": (rule(np.exp, lambda g, y, x: g * g * y), ONE),
    "exp with |g|": (rule(np.exp, lambda g, y, x: abs(g) * y), ONE),
    "exp with g where it is positive": (
        rule(np.exp, lambda g, y, x: g * (g > 0) * y),
        [()],
    ),
    "exp with g added": (rule(np.exp, lambda g, y, x: g + y), ONE),
    "exp with the mean of g": (rule(np.exp, lambda g, y, x: g.mean() * y), ONE),
    "sin with -cos": (bent(lambda cos, x: -cos), ONE),
    "cos with sin": (rule(np.cos, lambda g, y, x: g * np.sin(x)), ONE),
    "log by the value": (rule(np.log, lambda g, y, x: g / y), ONE, 0.3),
    "sqrt without the 2": (rule(np.sqrt, lambda g, y, x: g / y), ONE, 0.3),
    "tanh with 1 - y": (rule(np.tanh, lambda g, y, x: g * (1 - y)), ONE),
    "tanh with 1 - x²": (rule(np.tanh, lambda g, y, x: g * (1 - x * x)), ONE),
    "a square without the 2": (rule(np.square, lambda g, y, x: g * x), ONE),
    "a cube with the slope of a square": (
        rule(lambda x: x**3, lambda g, y, x: g * 2 * x),
        ONE,
    ),
    "one factor detached": (lambda x: x * x.detach(), ONE),
    "a product with a and b swapped": (
        rule(np.multiply, lambda g, y, a, b: g * a, lambda g, y, a, b: g * b),
        TWO,
    ),
    "a product with one side forgotten": (
        rule(np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * 0),
        TWO,
    ),
    "a difference without the minus": (
        rule(np.subtract, lambda g, y, a, b: g, lambda g, y, a, b: g),
        TWO,
    ),
    "a quotient without the minus": (
        rule(np.divide, lambda g, y, a, b: g / b, lambda g, y, a, b: g * y / b),
        TWO,
        0.3,
    ),
    "a quotient divided once": (
        rule(np.divide, lambda g, y, a, b: g / b, lambda g, y, a, b: -g * y),
        TWO,
        0.3,
    ),
    "a power without its exponent": (
        rule(np.power, lambda g, y, a, b: g * y / a, lambda g, y, a, b: g * y),
        TWO,
        0.3,
    ),
    # sums and shapes
    "a matmul without a transpose": (
        rule(np.matmul, lambda g, y, a, b: g @ b, lambda g, y, a, b: a.T @ g),
        SQUARES,
    ),
    "a matmul with its factors turned round": (
        rule(np.matmul, lambda g, y, a, b: g @ b.T, lambda g, y, a, b: g @ a.T),
        SQUARES,
    ),
    "a sum divided by n": (
        rule(np.sum, lambda g, y, x: np.full(x.shape, g / x.size)),
        ONE,
    ),
    "a mean not divided by n": (rule(np.mean, lambda g, y, x: g + 0 * x), ONE),
    "a max that all share": (rule(np.max, lambda g, y, x: g + 0 * x), ONE),
    "a max that the last one gets": (
        rule(np.max, lambda g, y, x: g * (np.arange(x.size) == x.argmin())),
        ONE,
    ),
    "a var with n - 1": (
        rule(np.var, lambda g, y, x: g * 2 * (x - x.mean()) / (x.size - 1)),
        ONE,
    ),
    "a var without the mean": (rule(np.var, lambda g, y, x: g * 2 * x / x.size), ONE),
    "softmax with its diagonal only": (
        rule(softmax, lambda g, y, x: g * y * (1 - y)),
        ONE,
    ),
    "softmax without its mean": (rule(softmax, lambda g, y, x: g * y), ONE),
    "normalize without the mean of g": (
        rule(normalized, lambda g, y, x: (g - y * (g * y).mean()) / x.std()),
        ONE,
    ),
    "normalize without the variance": (
        rule(normalized, lambda g, y, x: (g - g.mean()) / x.std()),
        ONE,
    ),
    "rows read as columns": (
        rule(lambda x: x.T, lambda g, y, x: g.reshape(x.shape)),
        [(2, 3)],
    ),
    "shares swapped": (
        rule(
            lambda a, b: np.concatenate([a, b]),
            lambda g, y, a, b: g[4:],
            lambda g, y, a, b: g[:4],
        ),
        TWO,
    ),
    "repeated entries written over": (
        rule(
            lambda x: x[TWICE],
            lambda g, y, x: np.bincount(TWICE, minlength=6) * 0 + g[:6],
        ),
        ONE,
    ),
    "a running sum undone from the wrong end": (
        rule(np.cumsum, lambda g, y, x: np.cumsum(g)),
        ONE,
    ),
    "a convolution without the flip": (
        rule(
            lambda x, w: np.correlate(x, w, "valid"),
            lambda g, y, x, w: windows(g, w),
            lambda g, y, x, w: np.correlate(x, g, "valid"),
        ),
        [(6,), (3,)],
    ),
    # in part of the domain
    "relu that leaks below 0": (
        rule(lambda x: np.maximum(x, 0), lambda g, y, x: g * np.where(x > 0, 1, 0.01)),
        ONE,
    ),
    "abs with slope 1 below 0": (rule(np.abs, lambda g, y, x: g), ONE),
    "a clip that passes all": (
        rule(lambda x: np.clip(x, -1, 1), lambda g, y, x: g),
        ONE,
    ),
    "sin that is wrong beyond 1.4": (
        bent(lambda cos, x: np.where(x > 1.4, 0, cos)),
        ONE,
    ),
    "sin that is wrong near 0": (
        bent(lambda cos, x: np.where(abs(x) < 0.6, 1.0, cos)),
        ONE,
    ),
    "softplus that is straight too early": (
        rule(
            lambda x: np.log1p(np.exp(x)),
            lambda g, y, x: g * np.where(x > 1, 1, 1 / (1 + np.exp(-x))),
        ),
        ONE,
    ),
    "where with its branches swapped": (
        rule(
            lambda a, b: np.where(a > b, a, b),
            lambda g, y, a, b: g * (a <= b),
            lambda g, y, a, b: g * (a > b),
        ),
        TWO,
    ),
    "one entry of six": (
        bent(lambda cos, x: cos * (1 + 0.1 * (np.arange(6) == 4))),
        ONE,
    ),
    # nearly right
    "a millionth too large": (bent(lambda cos, x: cos * (1 + 1e-6)), ONE),
    "a millionth added": (bent(lambda cos, x: cos + 1e-6), ONE),
    "rounded to float32": (
        bent(lambda cos, x: np.float64(np.float32(cos))),
        ONE,
    ),
    "rounded to two digits": (bent(lambda cos, x: np.round(cos, 2)), ONE),
    "a quotient with too wide a step": (
        bent(lambda cos, x: (np.sin(x + 0.05) - np.sin(x - 0.05)) / 0.1),
        ONE,
    ),
    # hidden beside what is 10⁹ times larger
    "twice the slope, beside a large one": (
        rule(lambda x: LARGE * x, lambda g, y, x: g * LARGE * [1, 1, 1, 2, 1, 1]),
        ONE,
    ),
    "no slope, beside a large one": (
        rule(lambda x: LARGE * x, lambda g, y, x: g * LARGE * (LARGE > 1)),
        ONE,
    ),
    "a hundredth too large, in a sum with a large one": (
        rule(
            lambda x: (LARGE * x).sum(),
            lambda g, y, x: g * np.where(LARGE > 1, LARGE, 1.01),
        ),
        ONE,
    ),
    "a sign, in a sum with the square of a large one": (
        rule(
            lambda x: (LARGE * x * x).sum(),
            lambda g, y, x: g * 2 * x * np.where(LARGE > 1, LARGE, -1),
        ),
        ONE,
    ),
    "an entry beside a large argument": (
        lambda x: rule(np.square, lambda g, y, x: g * 2 * x * (abs(x) > 1e6))(
            x * LARGE
        ),
        ONE,
    ),
    "a small result beside a large one of the same entry": (
        rule(
            lambda x: np.stack([1e9 * x, np.sin(x)]),
            lambda g, y, x: 1e9 * g[0] + 1.01 * g[1] * np.cos(x),
        ),
        ONE,
    ),
    "a small argument beside a large one": (
        rule(
            lambda a, b: 1e9 * a + b,
            lambda g, y, a, b: 1e9 * g,
            lambda g, y, a, b: -g,
        ),
        TWO,
    ),
    "a small slope beside a large value": (
        rule(lambda x: np.sin(x) + 1e6, lambda g, y, x: g * np.cos(x) * 1.001),
        ONE,
    ),
    "a slope of a billionth": (
        rule(lambda x: 1e-9 * np.sin(x), lambda g, y, x: 2e-9 * g * np.cos(x)),
        ONE,
    ),
    "a row of a matmul, beside a large one": (
        lambda x: rule(
            lambda a: a @ np.ones(3),
            lambda g, y, a: np.outer(g * (g > -1e99) * [1, 1, 1.1], np.ones(3)),
        )(x * np.array([[1e9], [1], [1]])),
        [(3, 3)],
    ),
}

OURS = {
    **{
        name: (getattr(ops, name), ONE)
        for name in ["abs", "cos", "exp", "gelu", "leaky_relu", "neg", "relu"]
    },
    **{
        name: (getattr(ops, name), ONE)
        for name in ["sigmoid", "sin", "softplus", "tanh", "identity", "transpose"]
    },
    **{name: (getattr(ops, name), ONE, 0.3) for name in ["log", "sqrt"]},
    **{
        name: (getattr(ops, name), [(2, 3)])
        for name in ["sum", "mean", "var", "max", "min", "logsumexp"]
    },
    **{
        name: (getattr(ops, name), [(2, 2), (2,)])
        for name in ["add", "sub", "mul", "maximum", "minimum", "matmul"]
    },
    **{name: (getattr(ops, name), TWO, 0.3) for name in ["div", "power"]},
    "clip": (lambda x: ops.clip(x, -1, 1), ONE),
    "where": (lambda a, b: ops.where(np.arange(4) > 1, a, b), TWO),
    "linear": (ops.linear, [(2, 2), (3, 2), (3,)]),
    "cross entropy": (lambda z: ops.softmax_cross_entropy(z, [0, 2]), [(2, 3)]),
    "normalize": (lambda x: ops.normalize(x, -1, 1e-5), [(2, 3)]),
    "concatenate": (lambda a, b: ops.concatenate([a, b]), TWO),
    "stack": (lambda a, b: ops.stack([a, b], -1), TWO),
    "getitem": (lambda x: x[TWICE], ONE),
    "pad": (lambda x: ops.pad(x, [(1, 2)]), ONE),
    "broadcast_to": (lambda x: ops.broadcast_to(x, (2, 3)), [(3,)]),
    "conv2d": (lambda x, w: ops.conv2d(x, w), [(1, 1, 3, 3), (1, 1, 2, 2)]),
    "max_pool2d": (lambda x: ops.max_pool2d(x, 2), [(1, 1, 2, 4)]),
    "avg_pool2d": (lambda x: ops.avg_pool2d(x, 2), [(1, 1, 2, 4)]),
    "a large slope beside small ones": (lambda x: x * LARGE, ONE),
    "a sum with a large term": (lambda x: (LARGE * ops.sin(x)).sum(), ONE),
    "a large number beside small ones": (lambda x: ops.sqrt(x * LARGE), ONE, 0.3),
}


def checked(f, shapes, seed, low=-2.0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    args = [spread(rng, shape, low, 2.0).astype(dtype) for shape in shapes]
    return gradcheck(f, args, rng)


def test_the_corpus_is_large():
    assert len(WRONG) >= 60 and len(OURS) >= 40


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_rule_is_accepted_on_any_seed(name):
    f, shapes, *low = WRONG[name]
    for seed in SEEDS:
        with pytest.raises(AssertionError, match="is furthest off at"):
            checked(f, shapes, seed, *low)


@pytest.mark.parametrize("name", OURS)
def test_no_rule_of_the_library_is_rejected_on_any_seed(name):
    f, shapes, *low = OURS[name]
    for seed in SEEDS:
        dtype = [np.float64, np.float32][seed % 2]
        assert checked(f, shapes, seed, *(low or [-2.0]), dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_a_gradient_that_is_wrong_in_its_own_type_alone_is_rejected(dtype, rng):
    f = rule(np.sin, lambda g, y, x: g * np.cos(x) * (1 if x.dtype == "d" else 1.2))
    with pytest.raises(AssertionError, match=r"in float.*in the type of its argument"):
        gradcheck(f, [np.ones(3, dtype)], rng)


def test_a_kink_is_not_taken_for_a_slope(rng):
    with pytest.raises(AssertionError, match="furthest off"):
        gradcheck(ops.relu, [np.zeros(1)], rng)


def test_where_there_is_no_quotient_gradcheck_says_so(rng):
    with pytest.raises(AssertionError, match="Try arguments without a kink"):
        gradcheck(lambda x: ops.where(x > 0, x + 1, x), [np.zeros(1)], rng)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def stretched(factor):
    """a b, recorded with `factor` times its slope in a: a rule with a mistake in it."""
    return lambda a, b: (a.detach() * (1 - factor) + a * factor) * b


def test_gradcheck_accepts_a_right_backward(rng):
    assert gradcheck(
        stretched(1.0), [rng.standard_normal((2, 3)), rng.standard_normal(3)], rng
    )


def test_gradcheck_accepts_float32(rng):
    args = [rng.standard_normal(s).astype(np.float32) for s in [(2, 3), (3,)]]
    assert gradcheck(stretched(1.0), args, rng)


def test_gradcheck_names_the_argument_that_is_wrong(rng):
    args = [rng.standard_normal((2, 3)), rng.standard_normal(3)]
    with pytest.raises(AssertionError, match=r"argument 0 is furthest off"):
        gradcheck(stretched(2.0), args, rng)


def test_gradcheck_names_an_argument_without_gradient(rng):
    with pytest.raises(AssertionError, match="argument 1 got no gradient"):
        gradcheck(lambda a, b: a * b.detach(), [np.ones(2), np.ones(2)], rng)


def test_gradcheck_names_the_entry_that_is_furthest_off(rng):
    bump = np.zeros((2, 3))
    bump[1, 2] = 0.5

    def f(a):  # the value of a, with too large a slope in one entry
        return a + (a - a.detach()) * bump

    with pytest.raises(
        AssertionError, match=r"furthest off at \[1, 2\]: backward says"
    ):
        gradcheck(f, [rng.standard_normal((2, 3))], rng)


def test_gradcheck_passes_integer_arguments_along(rng):
    rows = np.array([2, 0, 2])
    assert gradcheck(
        lambda a, i: a[i.data] * a[i.data], [rng.standard_normal((3, 2)), rows], rng
    )

"""Questions of 1-derivatives/01_three_derivatives."""

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import (
    AnswerError,
    Mistake,
    Part,
    Question,
    close,
    drawn,
    individual,
    one_number,
)
from chainrule.oracle import (
    Function,
    Oracle,
    autograd,
    closed_form,
    torch_derivatives,
    torch_gradient,
)
from chainrule.questions import NUMPY_ONLY


def uniform(rng, low, high):
    """A number with two decimals, for a formula that a verdict shows."""
    return round(float(rng.uniform(low, high)), 2)


def number(low, high):
    return lambda rng: {"x": rng.uniform(low, high)}


def instead(says, rule):
    """A mistake with a formula of its own: `rule(**args)`, the right result unseen."""
    return Mistake(says, lambda oracle, **args: rule(**args))


def always(says, value):
    return instead(says, lambda **args: np.asarray(value))


# Quotients of one variable. On a cubic the Taylor series ends, so what a quotient must
# give at a finite h is known without forming it.


def cubic(rises, side):
    """A cubic that rises everywhere or falls everywhere, at an x on one side of 0.

    It bends there, one way, so that no two quotients agree.
    """

    def make(rng):
        a, b, c = (uniform(rng, *ends) for ends in ((1, 3), (0.5, 1.5), (1, 3)))
        a, b, c = rises * a, rises * side * b, rises * c
        return {
            "f": Function(
                f"{a}x³ + {b}x² + {c}x", lambda m, x: ((a * x + b) * x + c) * x
            ),
            "x": side * rng.uniform(0.5, 2),
            "h": rng.uniform(0.05, 0.5),
        }

    return make


CUBICS = [drawn("a cubic", cubic(*signs)) for signs in ((1, -1), (-1, 1), (1, 1))]


def taylor(forward):
    """f' + h f''/2 + h² f'''/6, where a symmetric quotient has no middle term."""

    def rule(f, x, h):
        first, second, third = torch_derivatives(f, x, 3)
        return first + forward * h / 2 * second + h**2 / 6 * third

    return closed_form(rule, "Taylor's series")


def grower(rng):
    """A function with no derivative near zero, so that the error's order shows."""
    a, b = uniform(rng, 0.5, 2), uniform(rng, 0.7, 1.6)
    f = Function(f"{a} exp({b}x) + x³", lambda m, x: a * m.exp(b * x) + x**3)
    return {"f": f, "x": rng.uniform(0.5, 1.5)}


def order_of_error(answer, f, x):
    """Slope of log |error| against log h: how many powers of h the error is made of."""
    true = torch_gradient(f.f, x)
    steps = 10.0 ** np.arange(-1.5, -3.1, -0.5)
    errors = [abs(one_number(answer(f, x, h)) - true) for h in steps.tolist()]
    return np.polyfit(np.log(steps), np.log(np.array(errors) + 1e-300), 1)[0]


def quotient(order, mistakes):
    """The two parts of a quotient question: its value, and the order of its error."""
    power = {1: "h", 2: "h²"}[order]
    return (
        Part(1, taylor(order == 1), CUBICS, mistakes),
        Part(
            1,
            closed_form(lambda f, x: order, f"order {order}"),
            [drawn(f"the error shrinks like {power}", grower)],
            [always(*m) for m in ORDERS.items() if m[1] != order],
            drive=order_of_error,
            entries=False,
            agree=close(0, 0.15),
            show=lambda slope, **_: f"error like h^{slope:.2f}",
        ),
    )


ORDERS = {
    "An error like h is a forward or backward difference: look on both sides of x.": 1,
    "An error like h² is a central difference: only one side of x is asked for.": 2,
    "The error does not shrink with h: the quotient tends to something else.": 0,
}

forward_difference = Question(
    "forward_difference",
    *quotient(
        1,
        [
            Mistake(
                "That matches the central difference. "
                "Here the step goes one way only: from x to x + h.",
                lambda oracle, **a: taylor(forward=0)(**a),
            ),
            Mistake(
                "That matches the backward difference. Step from x to x + h instead.",
                lambda oracle, f, x, h: oracle(f=f, x=x, h=-h),
            ),
            Mistake(
                "That is the right difference, not yet divided by the step.",
                lambda oracle, f, x, h: h * oracle(f=f, x=x, h=h),
            ),
            Mistake(
                "That is half of the right result: the two points are h apart, not 2h.",
                lambda oracle, **a: oracle(**a) / 2,
            ),
            Mistake(
                "Only f(x) is divided by h: put brackets around the whole difference.",
                lambda oracle, f, x, h: h * oracle(f=f, x=x, h=h) + f(x) * (1 - 1 / h),
            ),
            Mistake(
                "That has the opposite sign: which of the two values comes first?",
                lambda oracle, **a: -oracle(**a),
            ),
        ],
    ),
    hints=[
        "The slope of a line through two points is rise over run. Which two points?",
        "The points are x and x + h. Ask f at both of them.",
        "Rise: the value at x + h minus the value at x. Run: h.",
    ],
)

central_difference = Question(
    "central_difference",
    *quotient(
        2,
        [
            Mistake(
                "That is twice the right result: x + h and x - h are 2h apart.",
                lambda oracle, **a: 2 * oracle(**a),
            ),
            Mistake(
                "That matches the forward difference. Step to both sides of x.",
                lambda oracle, **a: taylor(forward=1)(**a),
            ),
            Mistake(
                "That matches half a forward difference: "
                "with 2h below the line, the points must be x + h and x - h.",
                lambda oracle, **a: taylor(forward=1)(**a) / 2,
            ),
            Mistake(
                "That has the opposite sign: which of the two values comes first?",
                lambda oracle, **a: -oracle(**a),
            ),
            Mistake(
                "That is h² times the right result: mind the brackets in a / (2 * h).",
                lambda oracle, f, x, h: h**2 * oracle(f=f, x=x, h=h),
            ),
            Mistake(
                "Only the second value is divided by 2h: put brackets around the whole "
                "difference.",
                lambda oracle, f, x, h: (
                    2 * h * oracle(f=f, x=x, h=h) + f(x - h) * (1 - 0.5 / h)
                ),
            ),
        ],
    ),
    hints=[
        "Draw the line through two points that lie on either side of x.",
        "Ask f at x + h and at x - h. How far apart are these two points?",
        "Rise: the value at x + h minus the value at x - h. Run: the whole distance.",
    ],
)


# The best step. "Best" is read off a V-shaped curve that is averaged over neighbours
# of x, since a single point has lucky steps that mean nothing.


def wave(rng, dtype):
    """High above zero, so that rounding shows: √ε is always a poor step here."""
    a, b = uniform(rng, 1, 3), uniform(rng, 0.8, 1.4)
    side = int(rng.choice([-1, 1]))
    f = Function(
        f"{side * a} sin({b}x) + x² + 5",
        lambda m, x: side * a * m.sin(b * x) + x**2 + 5,
    )
    return {"f": f, "x": side * rng.uniform(0.6, 1.4), "dtype": dtype}


def errors_at(steps, f, x, dtype):
    """Root mean square error of central differences at 64 points around x, by step."""
    points = (x * (1 + np.linspace(-0.02, 0.02, 64))).astype(dtype)
    true = torch_gradient(Function("", lambda m, x: f.rule(m, x).sum()), points)
    h = np.reshape(steps, (-1, 1)).astype(dtype)
    slopes = (f(points + h) - f(points - h)) / (dtype(2) * h)
    return np.sqrt(np.mean((slopes.astype(float) - true) ** 2, axis=1))


def steps(f, x, dtype):
    return 10.0 ** np.arange(-12 if dtype is np.float64 else -6, 0.1, 0.25)


def least_error(f, x, dtype):
    h = steps(f, x, dtype)
    return h[np.argmin(errors_at(h, f, x, dtype))]


def is_a_step(h, dtype):
    return np.isfinite(h) and abs(h) <= 1e3 and dtype(h) > 0


def nearly_best(h, best, f, x, dtype):
    if h.ndim or not is_a_step(h, dtype):
        return False
    error, least = errors_at([h, best], f, x, dtype)
    return error <= 10 * least


def tell_step(h, f, x, dtype):
    if not is_a_step(h, dtype):
        return f"h = {h:.3g} is no step at all: take a positive number"
    return f"error {errors_at(h, f, x, dtype)[0]:.1e}"


def within(factor):
    return lambda h, wrong, **_: h.ndim == 0 and wrong / factor <= h <= wrong * factor


SUITS = {
    np.float64: "float32. float64 rounds at about 1e-16, so it gains by a smaller",
    np.float32: "float64. float32 rounds at about 1e-7, so it needs a larger",
}


def poor_steps(dtype):
    """The mistakes that a step for one dtype can be."""
    eps = float(np.finfo(dtype).eps)
    (other,) = (float(np.finfo(t).eps) for t in SUITS if t is not dtype)
    return [
        Mistake(
            f"That step suits {SUITS[dtype]} one: use the dtype you are given.",
            lambda oracle, **a: other ** (1 / 3),
            within(4),
        ),
        Mistake(
            "Smaller is not better: with such a step most of f(x + h) - f(x - h) is "
            "rounding. Balance truncation against rounding.",
            lambda oracle, **a: eps,
            lambda h, wrong, **_: h.ndim == 0 and 0 < h < wrong**0.5 / 4,
        ),
        Mistake(
            "That is near the best step of a forward difference. The central "
            "difference's truncation error is h², so its balance lies elsewhere.",
            lambda oracle, **a: eps**0.5,
            within(4),
        ),
        Mistake(
            "That step is too large: the error is nearly all truncation, and would "
            "shrink with h. Balance it against rounding.",
            lambda oracle, **a: 0.1,
            lambda h, wrong, **_: h.ndim == 0 and eps ** (1 / 3) < h < 1e3,
        ),
    ]


def best_step_part(dtype):
    return Part(
        2,
        closed_form(least_error, "smallest error"),
        [drawn(f"{dtype.__name__}", lambda rng: wave(rng, dtype))] * 5,
        poor_steps(dtype),
        agree=nearly_best,
        show=tell_step,
        entries=False,
    )


best_h = Question(
    "best_h",
    best_step_part(np.float64),
    best_step_part(np.float32),
    hints=[
        "Two errors pull in opposite directions: truncation grows with h, "
        "rounding shrinks with it. Where do they balance?",
        "For a central difference the truncation error is like h², the rounding error "
        "like eps / h. np.finfo(dtype).eps gives eps.",
        "Set h² = eps / h and solve for h. The rest of the formula is worth less than "
        "the factor of ten you are allowed.",
    ],
)


# The gradient of a function of many variables, one coordinate at a time.


def landscape(low, high, scale=1, above=0):
    def make(rng):
        d = int(rng.integers(low, high))
        a, b = rng.uniform(0.5, 2, (2, d))
        a *= rng.permutation(np.resize([-1, 1], d))
        text = f"sum(a sin(b x)) + neighbours' products, d = {d}"
        text += f", times {scale}" * (scale != 1) + f", plus {above}" * (above != 0)

        def rule(m, x):
            x = m.moveaxis(x, 0, -1)
            waves = m.sin(m.asarray(b) * x) @ m.asarray(a)
            return scale * (waves + (x[..., 1:] * x[..., :-1]).sum(-1)) + above

        return {"f": Function(text, rule), "x": rng.uniform(-1.5, 1.5, d)}

    return make


NEAR = close(1e-4, 1e-4)  # what a difference quotient is good for


def on_a_copy(answer, f, x):
    """What becomes of x itself is another part's affair."""
    return answer(f, x.copy())


def found_right(answer, f, x):
    """Ask for the gradient: what f was asked at counts where that is right."""
    right = torch_gradient(f.f, x)
    found, problem = plain(answer(f, x))
    if problem or not NEAR(found, right):
        raise AnswerError(
            problem or "    The gradient is off here, so its calls can't count yet."
        )


def count_calls(answer, f, x):
    found_right(answer, f, x.copy())
    return len(f.points)


def allowed_calls(calls, budget, f, x):
    return calls in (len(x) + 1, 2 * len(x))


def coordinates_moved(answer, f, x):
    """The most coordinates in which any point that f was asked at differs from x."""
    start = x.copy()
    found_right(answer, f, x)
    points = [p for (p,) in f.points if p.shape == start.shape]
    return max((np.sum(np.abs(p - start) > 1e-12) for p in points), default=0)


def only_first(oracle, f, x):
    gradient = oracle(f=f, x=x)
    return np.where(np.arange(len(x)) == 0, gradient, 0)


gradient_by_differences = Question(
    "gradient_by_differences",
    Part(
        2,
        autograd(),
        [
            drawn("one coordinate", landscape(1, 2)),
            drawn("a few coordinates", landscape(3, 6)),
            drawn("many coordinates", landscape(8, 14)),
            drawn("high above zero", landscape(8, 14, above=20)),
        ],
        [
            Mistake("Only the first coordinate is ever moved.", only_first),
            Mistake(
                "Every entry is 0, as if f were asked twice at the same point. After "
                "y = x both names mean one array; x.copy() is another.",
                lambda oracle, x, **a: np.zeros(len(x)),
                lambda yours, wrong, **a: np.array_equal(yours, wrong),
            ),
            Mistake(
                "Each entry matches the sum of all entries up to it: coordinates stay "
                "moved. Put each one back before you move the next.",
                lambda oracle, **a: np.cumsum(oracle(**a)),
            ),
            Mistake(
                "Every entry matches the slope along (1, 1, ..., 1): all coordinates "
                "are moved together. Move one at a time.",
                lambda oracle, x, **a: np.full(len(x), oracle(x=x, **a).sum()),
            ),
            Mistake(
                "That is twice the right result: x + h and x - h are 2h apart.",
                lambda oracle, **a: 2 * oracle(**a),
            ),
            Mistake(
                "That is half of the right result: x and x + h are h apart, not 2h.",
                lambda oracle, **a: oracle(**a) / 2,
            ),
            Mistake(
                "That is the slope along one direction, a single number. "
                "The gradient has one entry for each coordinate of x.",
                lambda oracle, **a: oracle(**a).sum(),
            ),
        ],
        drive=on_a_copy,
        agree=NEAR,
    ),
    Part(
        1,
        closed_form(lambda f, x: 2 * len(x), "calls allowed"),
        [drawn("counting calls", landscape(4, 9))],
        [
            Mistake(
                "That is one call too many for each coordinate: f(x) itself never "
                "changes, so ask for it once, before the loop.",
                lambda oracle, x, **_: np.asarray(3 * len(x)),
                lambda calls, wrong, **_: calls == wrong,
            ),
        ],
        drive=count_calls,
        entries=False,
        agree=allowed_calls,
        show=lambda calls, x, **_: f"{calls} calls for {len(x)} coordinates",
    ),
    Part(
        1,
        closed_form(lambda f, x: 1, "one at a time"),
        [drawn("one coordinate at a time", landscape(4, 9))],
        [
            Mistake(
                "x itself changes while you work, so later steps start from the wrong "
                "point. Copy x first, or put each coordinate back.",
                lambda oracle, **_: np.asarray(2),
                lambda moved, wrong, **_: moved >= wrong,
            ),
        ],
        drive=coordinates_moved,
        entries=False,
        agree=lambda moved, one, **_: moved == one,
        show=lambda moved, **_: f"coordinates moved at once: {moved}",
    ),
    hints=[
        "One entry of the gradient is an ordinary slope: only x[i] moves.",
        "Copy x, add h to the copy's entry i, ask f, and repeat for the next i with a "
        "fresh copy.",
        "A forward difference needs f(x) once and one more call for each coordinate; "
        "a central one needs two calls for each.",
    ],
)


# By hand: what algebra gives.


def plane(low, high, side):
    """A point with x in a range, and y on one side of 0."""
    return lambda rng: {"x": rng.uniform(low, high), "y": side * rng.uniform(0.5, 5)}


PLANE = [(-5, -0.5, 1), (0.5, 1.8, -1), (2.2, 5, 1)]


def autograd_of(rule):
    """torch.autograd's gradient of a formula in named numbers, one entry each."""

    def gradient(**args):
        found = torch_gradient(Function("", rule), np.array(list(args.values())))
        return found if len(args) > 1 else found[0]

    def value(**args):
        return rule(np, np.array(list(args.values())))

    return Oracle("torch.autograd", gradient, value)


gradient_field = Question(
    "gradient_field",
    Part(
        1,
        autograd_of(lambda m, v: v[0] ** 2 - 4 * v[0] + 7 + 2 * v[1]),
        [drawn("a point of the plane", plane(*where)) for where in PLANE],
        [
            instead(
                "The second entry is still the printed one, 2y + 2. That would need a "
                "y² in f: differentiate 2y with respect to y.",
                lambda x, y: np.array([2 * x - 4, 2 * y + 2]),
            ),
            instead(
                "The second entry is 2y, the term itself, not its slope.",
                lambda x, y: np.array([2 * x - 4, 2 * y]),
            ),
            instead(
                "The first entry has lost the slope of -4x.",
                lambda x, y: np.array([2 * x, 2.0]),
            ),
            instead(
                "The 7 is a constant: it moves no slope.",
                lambda x, y: np.array([2 * x + 3, 2.0]),
            ),
        ],
    ),
    hints=[
        "A gradient has one entry for each variable. Hold the other one still.",
        "Which terms of x² - 4x + 7 + 2y change when only y moves, and how fast?",
        "Try the term 2y at y = 1, 2 and 3: by how much does it rise each time?",
    ],
)

RISING_AND_FALLING = [(-2, -0.1), (0.1, 0.4), (0.45, 0.9)]

product_slope = Question(
    "product_slope",
    Part(
        1,
        autograd_of(lambda m, v: (v * m.sin(5 * v)).sum()),
        [drawn("a number", number(*ends)) for ends in RISING_AND_FALLING],
        [
            instead(
                "The inner function 5x has a slope too: a factor 5 is missing.",
                lambda x: np.sin(5 * x) + x * np.cos(5 * x),
            ),
            instead(
                "One of the product rule's two terms is missing: "
                "x moves as well, not only sin 5x.",
                lambda x: 5 * x * np.cos(5 * x),
            ),
            instead(
                "One of the product rule's two terms is missing: "
                "sin 5x moves as well, not only x.",
                lambda x: np.sin(5 * x),
            ),
            instead(
                "That multiplies the two slopes. The slope of a product is a sum of "
                "two terms, each with one factor left alone.",
                lambda x: 5 * np.cos(5 * x),
            ),
            instead(
                "A sign is off: at 0 the sine rises. Which sign has its slope there?",
                lambda x: np.sin(5 * x) - 5 * x * np.cos(5 * x),
            ),
        ],
    ),
    hints=[
        "x · sin 5x is a product, and sin 5x is a function of a function.",
        "Product rule: first factor's slope times the second, plus the first times the "
        "second's slope.",
        "The slope of sin 5x is cos 5x times the slope of 5x.",
    ],
)


SUM_MISTAKES = [
    instead(
        "A factor is lost in the slope of bx². How fast does x² rise at x = 1?",
        lambda a, b, c, d, x: np.asarray(a + b * x + c - d),
    ),
    instead(
        "That is the value of the expression, not its slope.",
        lambda a, b, c, d, x: np.asarray(a * x + b * x**2 + x * (c - d)),
    ),
    instead(
        "The last term's slope is missing: x times a constant has a slope.",
        lambda a, b, c, d, x: np.asarray(a + 2 * b * x),
    ),
    instead(
        "The bracket is a difference: its second number counts with a minus.",
        lambda a, b, c, d, x: np.asarray(a + 2 * b * x + c + d),
    ),
]


COUNTS = np.indices((5, 5, 5)).reshape(3, -1).T - 2  # how often a, c, d may count


def sum_of_terms(rng):
    """Different numbers, for which no two terms make up for others that are lost."""
    while True:
        drawn = rng.integers(3, 20, (256, 5))
        a, b, c, d, x = drawn.T
        terms = np.stack([a, b, c + d, d, x], 1)
        lost = terms[:, [0, 2, 3]] @ COUNTS.T
        others = np.stack([b, x, 2 * b, 2 * x, b * x, 2 * b * x, b * x * x], 1)
        fit = np.all(np.diff(np.sort(terms)), 1) & (np.sum(lost == 0, 1) == 1)
        fit[fit] = ~np.any(lost[fit, :, None] == others[fit, None], (1, 2))
        if fit.any():
            return dict(zip("abcdx", terms[fit][0].tolist(), strict=True))


tidy_slope = Question(
    "tidy_slope",
    Part(
        1,
        Oracle(
            "torch.autograd",
            lambda a, b, c, d, x: torch_gradient(
                Function("", lambda m, v: a * v + b * v**2 + v * (c - d)), x
            ),
        ),
        [individual("your own numbers", sum_of_terms)],
        SUM_MISTAKES,
    ),
    hints=[
        "Differentiate term by term, then put your own x in.",
        "The bracket holds two plain numbers: work it out first.",
        "x times a number has that number for its slope. In which of the terms does "
        "the slope still hold an x?",
    ],
    value=True,
)


# A loop: the recorded trace is differentiated, whichever way it went.


def halved(m, x):
    while abs(x) > 5:
        x = x / 2
    return x


def far(low, high, sign=1):
    def make(rng):
        """Not within 5 % of 5 · 2^k, where the number of halvings jumps."""
        while True:
            x = sign * rng.uniform(low, high)
            if abs(abs(halved(None, abs(x))) - 3.75) < 1.1 or abs(x) < 4.5:
                return {"x": x}

    return make


def near_a_jump(low, high):
    """Numbers a little off ±5, ±10, ±20 ..., on one side."""

    def make(rng):
        jump = 5 * 2.0 ** rng.integers(0, 7) * rng.choice([-1, 1])
        return {"x": jump * rng.uniform(low, high)}

    return make


halving_slope = Question(
    "halving_slope",
    Part(
        3,
        autograd_of(lambda m, v: halved(m, v[0])),
        [
            drawn("no halving", far(0.5, 4)),
            drawn("near 0", far(0.1, 2.2)),
            drawn("a few halvings", far(11, 70)),
            drawn("many halvings", far(200, 5000)),
            drawn("a negative number", far(11, 70, sign=-1)),
            drawn("one halving", far(5.5, 9.5)),
            drawn("just below a jump", near_a_jump(0.82, 0.98)),
            drawn("just above a jump", near_a_jump(1.02, 1.18)),
        ],
        [
            always("Always 1: but each pass of the loop divides x by 2.", 1.0),
            instead(
                "That is the value that the loop ends with, not its slope.",
                lambda x: np.asarray(halved(None, x)),
            ),
            instead(
                "That counts one pass only. The loop may run many times, and each "
                "pass multiplies the slope by ½.",
                lambda x: np.asarray(0.5 if abs(x) > 5 else 1.0),
            ),
            instead(
                "The condition's abs(x) has crept in: it decides how often the loop "
                "runs, but it is not part of what is computed. "
                "The slope has no sign of x in it.",
                lambda x: np.sign(x) * halved(None, x) / x,
            ),
            instead(
                "For a negative x the loop never runs: its condition is about abs(x).",
                lambda x: halved(None, x) / x if x > 0 else 1.0,
            ),
            instead(
                "That doubles where x is halved: half of x moves half as fast as x.",
                lambda x: x / halved(None, x),
            ),
            instead("That is one halving too many.", lambda x: halved(None, x) / x / 2),
            always("Always 0: a loop does not make the result constant.", 0.0),
        ],
        agree=close(1e-6, 1e-9),  # a difference quotient is an answer, too
    ),
    hints=[
        "Run the loop on paper for x = 37 and write down what happens to x each time.",
        "For this x the program has computed x/2/2/2: an ordinary function.",
        "What does one pass of the loop do to the slope? Let the same loop run in your "
        "answer, beside a slope that starts at 1.",
    ],
)


# A check of a whole gradient in two calls.


def claim(spoil, **form):
    """A landscape and a claimed gradient: the true one, spoiled on purpose."""

    def make(rng):
        case = landscape(4, 9, **form)(rng)
        g = torch_gradient(case["f"], case["x"])
        return {"f": case["f"], "g": spoil(rng, g.copy()), "x": case["x"]}

    return make


def true(rng, g):
    return g


def add(where):
    def spoil(rng, g):
        i = where(rng, len(g))
        g[i] += rng.uniform(1, 3, np.shape(g[i])) * rng.choice([-1, 1])
        return g

    return spoil


def zero_sum(rng, g):
    """Wrong in two entries by opposite amounts: the direction (1, ..., 1) is blind."""
    by = rng.uniform(1, 3)
    i, j = rng.choice(len(g), 2, replace=False)
    g[i] += by
    g[j] -= by
    return g


def is_gradient(f, g, x):
    return np.allclose(g, torch_gradient(f, x), atol=1e-6)


def first_axis(oracle, f, g, x):
    return bool(np.isclose(g[0], torch_gradient(f, x)[0], atol=1e-6))


def same_direction(oracle, f, g, x):
    return bool(np.isclose(g.sum(), torch_gradient(f, x).sum(), atol=1e-6))


def is_bool(yours, right, **_):
    return yours.dtype == bool and yours.ndim == 0 and bool(yours) == bool(right)


def two_calls(answer, f, g, x):
    """The number of calls, where the answer to them is right."""
    right = is_gradient(f.f, g, x)
    said, problem = plain(answer(f, g, x))
    if problem or not is_bool(said, right):
        raise AnswerError(
            problem or "    The answer is wrong here, so its calls can't count yet."
        )
    return len(f.points)


ANYWHERE = add(lambda rng, d: slice(None))
BY_THE_WAY = [
    *[drawn("counting calls", claim(true))] * 3,
    *[drawn("counting calls", claim(ANYWHERE))] * 3,
]

directional_check = Question(
    "directional_check",
    Part(
        1,
        Oracle("torch.autograd", is_gradient),
        [
            *[drawn("the right gradient", claim(true))] * 3,
            drawn("the right gradient of a gentle slope", claim(true, scale=0.01)),
            *[drawn("the right gradient of a steep slope", claim(true, scale=20))] * 4,
            *[drawn("the right gradient, high above zero", claim(true, above=20))] * 2,
            drawn("wrong everywhere", claim(ANYWHERE)),
            drawn("a little wrong everywhere", claim(lambda rng, g: g + 0.3)),
            drawn("wrong in one entry", claim(add(lambda rng, d: rng.integers(1, d)))),
            drawn("wrong but with the right sum", claim(zero_sum)),
            *[drawn("twice the gradient", claim(lambda rng, g: 2 * g, scale=20))] * 6,
            *[drawn("the opposite sign", claim(lambda rng, g: -g, scale=20))] * 6,
        ],
        [
            Mistake(
                "It looks along the first axis only, so a wrong entry elsewhere goes. "
                "Draw a random direction with a part along every axis.",
                first_axis,
            ),
            Mistake(
                "It always looks along (1, 1, ..., 1), so errors that cancel in the "
                "sum pass. Draw the direction at random.",
                same_direction,
            ),
            Mistake(
                "It accepts twice the right gradient, and not the right one: "
                "x + h v and x - h v are 2h apart.",
                lambda oracle, f, g, x: is_gradient(f, g / 2, x),
            ),
            always("It accepts everything: compare the two slopes.", True),
            always(
                "It rejects everything, the right gradient too. A difference quotient "
                "is only nearly right: allow a small relative error.",
                False,
            ),
            Mistake(
                "Yes and no are the wrong way round: True means that g is right.",
                lambda oracle, **a: not oracle(**a),
            ),
        ],
        agree=is_bool,
        entries=False,
        show=lambda value, **_: str(value),
    ),
    Part(
        1,
        closed_form(lambda f, g, x: 2, "calls allowed"),
        BY_THE_WAY,
        [
            Mistake(
                "That is a call or two for each coordinate. One direction needs two "
                "calls in all, however many coordinates there are.",
                lambda oracle, x, **_: np.asarray(len(x)),
                lambda calls, wrong, **_: calls >= wrong,
            ),
            always("f was asked fewer than two times: a quotient needs two values.", 1),
        ],
        drive=two_calls,
        entries=False,
        agree=lambda calls, two, **_: calls == two,
        show=lambda calls, x, **_: f"{calls} calls for {len(x)} coordinates",
    ),
    hints=[
        "Along a direction v the slope of f should be g · v. Measure that one slope.",
        "Draw v at random, then take a central difference of t -> f(x + t v).",
        "Now there are two slopes along v: the one that you measured, and the one that "
        "g promises. Compare them, and allow a small relative error.",
    ],
)

OFF = NUMPY_ONLY
QUESTIONS = [
    forward_difference,
    central_difference,
    best_h,
    gradient_by_differences,
    gradient_field,
    product_slope,
    tidy_slope,
    halving_slope,
    directional_check,
]

"""The gradient of a function of many variables, one entry at a time."""

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import AnswerError, Part, Question, close
from chainrule.oracle import Function, autograd, closed_form, torch_gradient
from chainrule.questions.kinds import cases, mistakes


def landscape(low, high, scale=1, above=0):
    """A function of at least `low` and less than `high` variables, and a point."""

    def make(rng):
        d = int(rng.integers(low, high))
        a, b = rng.uniform(0.5, 2, (2, d))
        a *= rng.permutation(np.resize([-1, 1], d))
        text = f"sum(a sin(b x)) + neighbours' products, d = {d}"
        text += "" if scale == 1 else f", times {scale}"
        text += "" if above == 0 else f", plus {above}"

        def rule(m, x):
            x = m.moveaxis(x, 0, -1)
            waves = m.sin(m.asarray(b) * x) @ m.asarray(a)
            return scale * (waves + (x[..., 1:] * x[..., :-1]).sum(-1)) + above

        return {"f": Function(text, rule), "x": rng.uniform(-1.5, 1.5, d)}

    return make


NEAR = close(1e-4, 1e-4)  # what a difference quotient is good for


LARGE = 1e-3  # a step that truncates too much


def with_a_large_step(f, x):
    return np.array([(f(x + LARGE * e) - f(x)) / LARGE for e in np.eye(len(x))])


def nearly(yours, wrong, f, x):
    return close(1e-2, 1e-2)(yours, torch_gradient(f, x))


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


def show_calls(calls, x, **_):
    return f"{calls} calls for {len(x)} entries of x"


def entries_moved(answer, f, x):
    """The most entries in which any point that f was asked at differs from x."""
    start = x.copy()
    found_right(answer, f, x)
    points = [p for (p,) in f.points if p.shape == start.shape]
    return max((np.sum(np.abs(p - start) > 1e-12) for p in points), default=0)


entries = Part(
    2,
    autograd(),
    cases(
        {
            "one entry": landscape(1, 2),
            "a few entries": landscape(3, 6),
            "many entries": landscape(8, 14),
            "high above zero": landscape(8, 14, above=20),
        }
    ),
    mistakes(
        {
            "You move only the first entry of x.": (
                lambda right: np.where(np.arange(len(right)) == 0, right, 0)
            ),
            "Your entries are all 0, as if f were asked twice at the same point. "
            "Perhaps you wrote y = x: then both names mean one array. x.copy() is "
            "another.": (
                lambda x: np.zeros(len(x)),
                lambda yours, wrong, **_: np.array_equal(yours, wrong),
            ),
            "Each of your entries is the sum of the right ones up to it: the entries "
            "of x stay moved. Put each one back before you move the next.": (
                lambda right: np.cumsum(right)
            ),
            "Each of your entries is the slope along (1, 1, ..., 1): you move all "
            "entries of x together. Move one at a time.": (
                lambda right: np.full(len(right), right.sum())
            ),
            "Your result is twice the right one: x + h and x - h are 2h apart.": (
                lambda right: 2 * right
            ),
            "Your result is half of the right one: x and x + h are h apart, not 2h.": (
                lambda right: right / 2
            ),
            "Your result is the slope along one direction, a single number. The "
            "gradient has one entry for each entry of x.": lambda right: right.sum(),
            "Your entries are all nearly right: h is too large, or so small that "
            "rounding takes over. Choose h near the best step of your difference "
            "quotient.": (
                with_a_large_step,
                nearly,
            ),
        }
    ),
    drive=on_a_copy,
    agree=NEAR,
)

calls = Part(
    1,
    closed_form(lambda f, x: 2 * len(x), "calls allowed"),
    cases({"counting calls": landscape(4, 9)}),
    mistakes(
        {
            "You make one call too many for each entry: f(x) itself never changes, so "
            "ask for it once, before the loop.": (
                lambda x: 3 * len(x),
                lambda calls, wrong, **_: calls == wrong,
            )
        }
    ),
    drive=count_calls,
    entries=False,
    agree=lambda calls, budget, f, x: calls in (len(x) + 1, 2 * len(x)),
    show=show_calls,
)

moves = Part(
    1,
    closed_form(lambda f, x: 1, "one at a time"),
    cases({"one entry at a time": landscape(4, 9)}),
    mistakes(
        {
            "Your entries of x stay moved, so later steps start from the wrong point. "
            "Take a fresh copy of x for each entry, or put the entry back.": (
                lambda: 2,
                lambda moved, wrong, **_: moved >= wrong,
            )
        }
    ),
    drive=entries_moved,
    entries=False,
    agree=lambda moved, one, **_: moved == one,
    show=lambda moved, **_: f"entries moved at once: {moved}",
)

gradient_by_differences = Question(
    "gradient_by_differences",
    entries,
    calls,
    moves,
    hints=[
        "One entry of the gradient is an ordinary slope: only x[i] moves.",
        "Choose h: about 1e-8 for forward differences, 1e-5 for central ones. Copy x, "
        "add h to the copy's entry i, ask f, and repeat with a fresh copy.",
        "A forward difference needs f(x) once and one more call for each entry; "
        "a central one needs two calls for each.",
    ],
)

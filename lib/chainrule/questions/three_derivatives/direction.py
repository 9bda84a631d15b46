"""A check of a whole gradient in two calls."""

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import AnswerError, Part, Question, one_array
from chainrule.oracle import Oracle, closed_form, torch_gradient
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.three_derivatives.claims import (
    anywhere,
    claim,
    one_entry,
    too_long,
    true,
    zero_sum,
)
from chainrule.questions.three_derivatives.coordinates import show_calls


def is_gradient(f, grad, x):
    return np.allclose(grad, torch_gradient(f, x), atol=1e-6)


def is_nearly(f, grad, x):
    right = torch_gradient(f, x)
    return np.linalg.norm(grad - right) < 0.5 * np.linalg.norm(right)


def only_lenient(yours, wrong, f, grad, x):
    """Whether an answer is right, or accepts what is nearly a gradient."""
    return is_bool(yours, is_gradient(f, grad, x)) or (
        is_bool(yours, True) and is_nearly(f, grad, x)
    )


def only_strict(yours, wrong, f, grad, x):
    """Whether an answer is right, or rejects what is a gradient."""
    right = is_gradient(f, grad, x)
    return is_bool(yours, right) or (is_bool(yours, False) and right)


def along_signs(f, grad, x):
    """What a check along (1, -1, 1, -1, ...) says."""
    signs = np.resize([1, -1], len(x))
    return np.isclose(signs @ grad, signs @ torch_gradient(f, x), atol=1e-6)


def only_cancelling(yours, wrong, f, grad, x):
    """Whether an answer is right, but perhaps for errors of one size that cancel."""
    errors = grad - torch_gradient(f, x)
    sizes = abs(errors)[abs(errors) > 1e-6]
    if sizes.size and sizes.size % 2 == 0 and np.ptp(sizes) < 1e-6:
        return True
    return is_bool(yours, is_gradient(f, grad, x))


def is_bool(yours, right, **_):
    return yours.dtype == bool and yours.ndim == 0 and bool(yours) == bool(right)


def accepted_twice(answer, f, grad, x):
    """What is said of a claim: True where it is accepted on two calls.

    One random direction in some thousand is blind to an error, two in a row hardly.
    """
    said = one_array(answer(f, grad, x))
    return answer(f, grad, x) if is_bool(said, True) else said


def two_calls(answer, f, grad, x):
    """The number of calls, where the answer to them is right."""
    right = is_gradient(f.f, grad, x)
    said, problem = plain(answer(f, grad, x))
    if problem or not is_bool(said, right):
        raise AnswerError(
            problem or "    The answer is wrong here, so its calls can't count yet."
        )
    return len(f.points)


verdicts = Part(
    1,
    Oracle("torch.autograd", is_gradient),
    cases(
        {
            "the right gradient": [claim(true)] * 3,
            "the right gradient of a gentle slope": claim(true, scale=0.01),
            "the right gradient of a steep slope": [claim(true, scale=20)] * 4,
            "the right gradient, high above zero": [claim(true, above=20)] * 2,
            "wrong everywhere": claim(anywhere),
            "a little wrong everywhere": claim(lambda rng, g: g + 0.3),
            "half a percent too large": claim(lambda rng, g: 1.005 * g, scale=20),
            "wrong in one entry": claim(one_entry),
            "wrong but with the right sum": [claim(zero_sum)] * 40,
            "twice the gradient": [claim(lambda rng, g: 2 * g, scale=20)] * 6,
            "the opposite sign": [claim(lambda rng, g: -g, scale=20)] * 6,
        }
    ),
    mistakes(
        {
            "Your check looks along the first axis only, so a wrong entry elsewhere is "
            "accepted. Draw a random direction with a part along every axis.": (
                lambda f, grad, x: np.isclose(
                    grad[0], torch_gradient(f, x)[0], atol=1e-6
                )
            ),
            "Your check always looks along (1, 1, ..., 1), so errors that cancel in "
            "the sum are accepted. Draw the direction at random.": (
                lambda f, grad, x: np.isclose(
                    grad.sum(), torch_gradient(f, x).sum(), atol=1e-6
                )
            ),
            "Your direction seems to have entries of one size, such as random signs: "
            "two errors that cancel stay hidden half of the time. Draw the entries "
            "from a normal distribution.": (along_signs, only_cancelling),
            "Your check accepts twice the right gradient, and not the right one: x + h "
            "v and x - h v are 2h apart.": lambda f, grad, x: is_gradient(
                f, grad / 2, x
            ),
            "Your check accepts everything: compare the two slopes.": lambda: True,
            "Your check rejects right gradients, all or some. A difference quotient is "
            "only nearly right: choose a good h, and allow a small relative error.": (
                lambda: False,
                only_strict,
            ),
            "Your True and False are swapped: True means that grad can be right.": (
                lambda right: not right
            ),
            "Your check accepts gradients that are nearly right. Allow less: a "
            "ten-thousandth of the slope's size is enough.": (is_nearly, only_lenient),
        }
    ),
    drive=accepted_twice,
    agree=is_bool,
    entries=False,
    show=lambda value, **_: str(value),
)

calls = Part(
    1,
    closed_form(lambda f, grad, x: 2, "calls allowed"),
    cases({"counting calls": [claim(true), claim(too_long)] * 3}),
    mistakes(
        {
            "You make a call or two for each entry of x. One direction needs two calls "
            "in all, however many entries there are.": (
                lambda x: len(x),
                lambda calls, wrong, **_: calls >= wrong,
            ),
            "You asked f fewer than two times: a quotient needs two values.": lambda: 1,
        }
    ),
    drive=two_calls,
    entries=False,
    agree=lambda calls, two, **_: calls == two,
    show=show_calls,
)

directional_check = Question(
    "directional_check",
    verdicts,
    calls,
    hints=[
        "Along a direction v the slope of f should be grad · v. Measure that slope.",
        "np.random.default_rng().normal(size=len(x)) is such a v, a new one at each "
        "call. Take the central difference of f between x + h v and x - h v, with h "
        "near 1e-5.",
        "Now there are two slopes along v: the one that you measured, and the one that "
        "grad promises. Allow a ten-thousandth of their size between them.",
    ],
)

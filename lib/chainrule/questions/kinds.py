"""Kinds of questions: what all Jacobians, all backward rules … have in common.

`function(torch, *args)` is what goes forward, on a case's arguments as tensors. Cases
are {title: maker}, where maker(rng) gives a case's arguments, or a list of makers.
Mistakes are {sentence: rule}, or {sentence: (rule, agree)} (see `judge.Mistake`).
"""

from dataclasses import dataclass

import numpy as np

from chainrule.judge import (
    AnswerError,
    Mistake,
    Part,
    Question,
    case_from,
    own_case,
    parameters,
)
from chainrule.oracle import Oracle
from chainrule.verdict import disagreement

UPSTREAM_IGNORED = {
    "That is right for an upstream gradient of ones: the g that arrives isn't used. "
    "Where does it come in?": (
        lambda oracle, g, **args: oracle(g=np.ones_like(g), **args)
    ),
}


def mistakes(table):
    found = []
    for says, rule in table.items():
        both = rule if isinstance(rule, tuple) else (rule, None)
        found.append(Mistake(says, *both))
    return found


def asking(rule, known):
    """What a rule makes of those of the known things that it asks for by name."""
    named, _ = parameters(rule)
    return rule(**{name: known[name] for name in named})


def cases(table):
    found = []
    for title, makers in table.items():
        makers = makers if isinstance(makers, list) else [makers]
        found += [case_from(title, maker) for maker in makers]
    return found


# What torch knows.


def tensors(args):
    import torch

    return [torch.tensor(a) if isinstance(a, np.ndarray) else a for a in args]


def value_of(function):
    """What a function gives for a case's arguments, the upstream gradient `g` aside."""

    def value(**args):
        import torch

        given = [a for name, a in args.items() if name != "g"]
        return function(torch, *tensors(given)).numpy()

    return value


def jacobian(function):
    """The whole Jacobian of a function of the case's `x`, its last argument."""

    def rule(x, **others):
        import torch

        others = tensors(others.values())
        f = torch.autograd.functional.jacobian
        return f(lambda x: function(torch, *others, x), torch.tensor(x)).numpy()

    return Oracle("torch's jacobian", rule, value_of(function))


def pulled(function, wrt=0):
    """The upstream gradient `g` pulled back to argument number `wrt`."""

    def rule(**args):
        import torch

        g = torch.as_tensor(args.pop("g"))
        at = [
            torch.tensor(a, requires_grad=True) if isinstance(a, np.ndarray) else a
            for a in args.values()
        ]
        y = function(torch, *at)
        return torch.autograd.grad(y, at[wrt], g)[0].numpy()

    return Oracle("torch.autograd", rule, value_of(function))


def slope(loss, of):
    """torch's gradient of a loss, one number, with respect to the argument `of`.

    loss(torch, **args) takes the case's arguments by name.
    """

    def rule(**args):
        import torch

        args[of] = np.asarray(args[of], float)
        at = dict(zip(args, tensors(args.values()), strict=True))
        at[of].requires_grad_()
        return torch.autograd.grad(loss(torch, **at), at[of])[0].numpy()

    return Oracle("torch.autograd", rule)


# Questions of one part, and parts of a question.


def called(name, oracle, given, wrong, hints, points=1, **how):
    """A question with one part, whose answer is called."""
    part = Part(points, oracle, cases(given), mistakes(wrong), **how)
    return Question(name, part, hints=hints)


def own_value(name, title, oracle, maker, wrong, hints, points=1, **how):
    """A number or array to work out, from numbers that are the student's own."""
    case = own_case(title, maker)
    part = Part(points, oracle, [case], mistakes(wrong), **how)
    return Question(name, part, hints=hints, value=True)


@dataclass(frozen=True)
class Entry:
    """Drives an answer that returns several arrays, and uses one of them."""

    number: int
    count: int
    what: str = "one gradient per input"

    def __call__(self, answer, **args):
        found = answer(*args.values())
        if type(found) not in (tuple, list) or len(found) != self.count:
            raise AnswerError(
                f"    It should return {self.count} arrays, separated by commas: "
                f"{self.what}."
            )
        one = found[self.number]
        if type(one) not in (np.ndarray, list, np.float64, float):
            raise AnswerError(
                f"    Result {self.number + 1} of {self.count} is a "
                f"{type(one).__name__}. It should be an array."
            )
        return one


def exchanged(a, b):
    """A mistake: the right numbers with two of them taken for each other."""
    return lambda right: np.where(right == a, b, np.where(right == b, a, right))


def entry(drive, says, points, oracle, given, wrong):
    """A part for one of the arrays that an answer returns; `says` names it."""

    def tell(yours, right, **_):
        where, lines = disagreement(yours, right, oracle.name)
        place = f", {where}" if where else ""
        return f"    in {says}{place}\n{lines}"

    return Part(points, oracle, cases(given), mistakes(wrong), drive=drive, tell=tell)


def gradient(function, names, of, given, wrong, points=1):
    """The part that asks for the gradient of argument `of`, among those of `names`."""
    wrt = names.index(of)
    drive, says = Entry(wrt, len(names)), f"the gradient of {of}"
    return entry(drive, says, points, pulled(function, wrt), given, wrong)


def entries(names, points, oracle, given, wrong, what):
    """A part for each array that an answer returns: these are its names, and `what`
    lists them for people. The oracle knows all of them, `wrong` mistakes for each."""

    def part(number, name):
        def rule(**args):
            return oracle(**args)[number]

        drive, own = Entry(number, len(names), what), Oracle(oracle.name, rule)
        return entry(drive, name, points[number], own, given, wrong[name])

    return [part(number, name) for number, name in enumerate(names)]

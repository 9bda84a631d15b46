"""The steps that torch.optim takes, as an oracle; and the questions about a step."""

from dataclasses import replace

import numpy as np

from chainrule.judge import Part
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.optimizers.walks import STEPS, Walk, first_off, groups, path


def by_torch(kind, options, remembers):
    """The path of an optimizer of torch.optim.

    options(**settings): what a group of it is told; remembers: torch's names of the
    state's arrays, in the answer's order.
    """

    def rule(first, second):
        return torch_path(kind, options, remembers, (first, second))

    return Oracle(f"torch.optim.{kind}", rule)


def torch_path(kind, options, remembers, groups, before=None):
    """before(p, group, rate): what is done to the weights before each step."""
    import torch

    ps = [torch.tensor(g.w, requires_grad=True) for g in groups]
    given = [
        {"params": [p], "lr": float(g.rates[0]), **options(**g.settings)}
        for p, g in zip(ps, groups, strict=True)
    ]
    optimizer, places = getattr(torch.optim, kind)(given), []
    for p, g in zip(ps, groups, strict=True):
        state = zip(remembers, map(torch.tensor, g.state), strict=True)
        optimizer.state[p].update(state, step=torch.tensor(float(g.done)))
    for number in range(STEPS):
        for p, g, of in zip(ps, groups, optimizer.param_groups, strict=True):
            of["lr"] = float(g.rates[number])
            p.grad = torch.tensor(g.dws[number])
            if before:
                before(p, g, of["lr"])
        optimizer.step()
        places.append(np.concatenate([p.detach().numpy().ravel() for p in ps]))
    return np.array(places)


def alike(yours, wrong, **_):
    """Agreement with a mistake, which may be NaN where a right step isn't."""
    alike = np.shape(yours) == np.shape(wrong)
    return alike and np.allclose(yours, wrong, 1e-9, 1e-12, equal_nan=True)


def walked(table, timed=False):
    """Mistakes from {sentence: the wrong step}."""

    def along(step):
        return lambda first, second: path(step, first, second, timed)

    return mistakes({says: (along(step), alike) for says, step in table.items()})


def walking(points, oracle, state, settings, wrong, returns, timed=False):
    """The part that asks for one step of an optimizer."""
    given = {
        "from the start": groups(state, settings, fresh=True),
        "a state that is resumed": [groups(state, settings)] * 2,
    }
    return Part(
        points,
        oracle,
        cases(given),
        walked(wrong, timed),
        drive=Walk(returns, timed),
        tell=first_off,
    )


def scaled(group):
    """The same steps with the rates inside the gradients, so that every rate is 1."""
    rates = group.rates.reshape(-1, *[1] * group.w.ndim)
    return replace(group, dws=group.dws * rates, rates=np.ones(STEPS))

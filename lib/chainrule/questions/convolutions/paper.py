"""The parameters of nets like LeNet-5, layer by layer."""

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions.kinds import called

LAYERS = ("C1", "S2", "C3", "S4", "C5", "F6")


def counted(size, kernel, table, wide, units):
    """The layers are made in torch, and the numbers in them are counted."""
    import torch

    maps, channels = table.shape
    x = torch.zeros(1, 1, size, size)
    C1 = torch.nn.Conv2d(1, channels, kernel)
    x = torch.nn.functional.avg_pool2d(C1(x), 2)
    of_C3 = 0
    for row in table:
        one = torch.nn.Conv2d(int(row.sum()), 1, kernel)
        of_C3 += numbers(one)
    x = torch.nn.Conv2d(channels, maps, kernel)(x)
    side = torch.nn.functional.avg_pool2d(x, 2).shape[-1]
    C5 = torch.nn.Conv2d(maps, wide, side)
    F6 = torch.nn.Linear(wide, units)
    found = [numbers(C1), 2 * channels, of_C3, 2 * maps, numbers(C5), numbers(F6)]
    return np.array(found, float)


def numbers(module):
    return sum(p.numel() for p in module.parameters())


def on_paper(
    biases=True, per_map=2, full=False, one_bias=False, side=None, bias_each=False
):
    """The same by arithmetic, as a mistake leaves it."""

    def rule(size, kernel, table, wide, units):
        maps, channels = table.shape
        after_S2 = (size - kernel + 1) // 2
        S4 = (after_S2 - kernel + 1) // 2
        last = {"kernel": kernel, "one": 1, "C3": 2 * S4}.get(side, S4)
        seen = table.size if full else table.sum()
        b = int(biases)
        of_C3 = seen * kernel**2 + b * (seen if bias_each else 1 if one_bias else maps)
        return np.array(
            [
                channels * (kernel**2 + b),
                per_map * channels,
                of_C3,
                per_map * maps,
                wide * (maps * last**2 + b),
                units * (wide + b),
            ],
            float,
        )

    return rule


def tell(yours, right, **_):
    if np.shape(yours) != np.shape(right):
        return f"    it should return six numbers, for {', '.join(LAYERS)}"
    lines = [f"    {'':4}{'you say':>10}{'counted':>10}"]
    for name, a, b in zip(LAYERS, yours, right, strict=True):
        lines.append(f"    {name:4}{a:>10,.8g}{b:>10,.8g}")
    return "\n".join(lines)


def plan(rng):
    """A net in which every layer has another number of maps, and S4 isn't as large as
    the kernel."""
    channels, maps = int(rng.integers(3, 7)), int(rng.integers(8, 13))
    kernel, side = int(rng.choice([3, 5])), int(rng.choice([4, 6]))
    table = np.zeros((maps, channels), int)
    for row, seen in zip(table, rng.integers(2, channels, maps), strict=True):
        row[rng.permutation(channels)[:seen]] = 1
    return {
        "size": 2 * (2 * side + kernel - 1) + kernel - 1,
        "kernel": kernel,
        "table": table,
        "wide": int(rng.integers(20, 60)),
        "units": int(rng.integers(10, 20)),
    }


lenet_parameters = called(
    "lenet_parameters",
    Oracle("counted in torch", counted),
    {"a net like LeNet-5": [plan] * 4},
    {
        "S2 and S4 have parameters too: a coefficient and a bias for each map.": (
            on_paper(per_map=0)
        ),
        "S2 and S4 have two numbers for each map: a coefficient and a bias.": (
            on_paper(per_map=1)
        ),
        "In your answer C3 sees all maps of S2. A map of C3 has kernels only for the "
        "maps that its row of the table names.": on_paper(full=True),
        "In your answer C3 has a bias for each kernel. Give it one for each map.": (
            on_paper(bias_each=True)
        ),
        "In your answer C3 has one bias. Give it one for each of its maps.": (
            on_paper(one_bias=True)
        ),
        "The biases of C1, C3, C5 and F6 are missing: each map or unit has "
        "one.": on_paper(biases=False),
        "In your answer C5 has kernels as large as those of C1 and C3. Make them as "
        "large as the maps of S4.": on_paper(side="kernel"),
        "C5 has one weight for each map of S4. Its kernels cover the whole maps.": (
            on_paper(side="one")
        ),
        "In your answer C5 sees the maps of C3. S4 has halved their sides.": on_paper(
            side="C3"
        ),
    },
    tell=tell,
    entries=False,
    hints=[
        "A convolution from c maps to one map has c · kernel² weights and one bias. "
        "In S2 and S4 each map has two numbers.",
        "In C3 the sum of row k of the table says how many maps of S2 map k sees.",
        "Sides: size - kernel + 1 after C1, half of it after S2; then again. C5 has "
        "kernels as large as the maps of S4.",
    ],
)

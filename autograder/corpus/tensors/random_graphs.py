"""Random graphs of arrays that broadcast, for pull_back of 2-autodiff/04_tensors."""

import numpy as np

from corpus.measures import along, lengths, near, some

VALUES = {"add": np.add, "mul": np.multiply, "tanh": lambda a, b: np.tanh(a)}
RULES = {
    "add": lambda a, b: lambda g: (g, g),
    "mul": lambda a, b: lambda g: (g * b, g * a),
    "tanh": lambda a, b: lambda g: (g * (1 - np.tanh(a) ** 2),),
}


class Array:
    """What the notebook's Tensor holds."""

    def __init__(self, made, data, inputs=(), rule=None):
        self.data, self.inputs, self.rule = data, inputs, rule
        made.append(self)
        self.number = len(made)


def random_steps(rng):
    """(operation, places of its inputs): later ones take what came before."""
    count = int(rng.integers(2, 7))
    return [
        (str(rng.choice(["add", "mul", "mul", "tanh"])), *rng.integers(0, k + 3, 2))
        for k in range(count)
    ]


def run(steps, arrays):
    """All that the steps make, and their sum with what is unused: one array."""
    made, used = list(arrays), set()
    for op, i, j in steps:
        made.append(VALUES[op](made[i], made[j]))
        used |= {i} if op == "tanh" else {i, j}
    for k in range(len(made) - 1):
        if k not in used:
            made.append(made[-1] + made[k])
    return made[-1]


def recorded(steps, arrays):
    """The same as Arrays: the leaves, and the end."""
    made, used = [], set()
    for data in arrays:
        Array(made, data)

    def make(op, i, j):
        a, b = made[i], made[j]
        inputs = (a,) if op == "tanh" else (a, b)
        data = VALUES[op](a.data, b.data)
        used.update({i} if op == "tanh" else {i, j})
        return Array(made, data, inputs, RULES[op](a.data, b.data))

    for step in steps:
        make(*step)
    for k in range(len(made) - 1):
        if k not in used:
            make("add", len(made) - 1, k)
    return made[: len(arrays)], made[-1]


def pull_back(student, rng):
    """⟨g, y⟩ moved by a complex step along a random direction of each leaf."""
    n, k = lengths(rng, 2, 2, 5)
    shapes = [(n, k), *rng.permutation([(n, k), (n, 1), (1, k)])[:2].tolist()]
    shapes[2] = (k,) if rng.random() < 0.5 else shapes[2]
    arrays = [some(rng, *shape) for shape in shapes]
    steps = random_steps(rng)
    leaves, end = recorded(steps, arrays)
    g = some(rng, *np.shape(end.data))
    found = student.pull_back(end, g.copy())
    for i, leaf in enumerate(leaves):
        t = some(rng, *leaf.data.shape)

        def moved(x, i=i):
            return np.sum(g * run(steps, [*arrays[:i], x, *arrays[i + 1 :]]))

        yours = np.asarray(found[leaf], float)
        slope = along(moved, leaf.data, t)
        if yours.shape != t.shape or not near(np.sum(yours * t), slope, 1e-6, 1e-7):
            return False
    return True

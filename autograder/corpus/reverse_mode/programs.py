"""Random programs of + - * and powers, run on anything that can be calculated with."""

LOOKS = 40_000


class Stop(Exception):
    """A walk has looked at inputs far too often."""


class Recorded:
    """A number on a tape, with its inputs and its slope along each."""

    def __init__(self, tape, data, inputs=(), slopes=()):
        self.tape, self.data, self.grad = tape, float(data), 0.0
        self.label = self.op = ""
        self._inputs, self.slopes, self.looks = inputs, slopes, 0
        tape.append(self)

    @property
    def inputs(self):
        self.tape[0].looks += 1
        if self.tape[0].looks > LOOKS:
            raise Stop
        return self._inputs

    def lifted(self, other):
        is_one = isinstance(other, Recorded)
        return other if is_one else Recorded(self.tape, other)

    def __add__(self, other):
        b = self.lifted(other)
        return Recorded(self.tape, self.data + b.data, (self, b), (1.0, 1.0))

    def __sub__(self, other):
        b = self.lifted(other)
        return Recorded(self.tape, self.data - b.data, (self, b), (1.0, -1.0))

    def __mul__(self, other):
        b = self.lifted(other)
        return Recorded(self.tape, self.data * b.data, (self, b), (b.data, self.data))

    def __pow__(self, n):
        slope = n * self.data ** (n - 1)
        return Recorded(self.tape, self.data**n, (self,), (slope,))

    def __neg__(self):
        return -1.0 * self

    def __radd__(self, other):
        return self.lifted(other) + self

    def __rsub__(self, other):
        return self.lifted(other) - self

    def __rmul__(self, other):
        return self.lifted(other) * self


def random_program(rng, steps=8):
    """A function of two numbers: all that it makes, the end last."""
    kinds = rng.choice(["+", "-", "*", "twice", "square"], steps, p=RARE_SQUARES)
    at = [rng.integers(0, k + 2, 2) for k in range(steps)]

    def program(x, y):
        made, used = [x, y], set()
        for kind, (i, j) in zip(kinds, at, strict=True):
            made.append(STEPS[kind](made[i], made[j]))
            used |= {i, j} if kind in "+-*" else {i}
        for k in range(len(made) - 1):
            if k not in used:
                made.append(made[-1] + made[k])
        return made

    return program


RARE_SQUARES = [0.3, 0.15, 0.3, 0.15, 0.1]
STEPS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "twice": lambda a, b: 2.0 * a,
    "square": lambda a, b: a**2,
}


def late_share(x, y):
    """A node used at the end, and at the start of a longer way to the same end."""
    a = x * y
    b = a + 1
    c = b * 3
    return [x, y, a, b, c, c + a, (c + a) * a]


def chain(x, y):
    """Too deep for a call inside a call."""
    made = [x, y, x * y]
    for _ in range(2000):
        made.append(made[-1] + x)
    return made


def doubling(x, y):
    """As many ways as 2 to the power of 50."""
    made = [x, y, x + y]
    for _ in range(50):
        made.append(made[-1] + made[-1])
    return made


def any_program(rng):
    return [random_program(rng), random_program(rng), late_share, chain, doubling][
        rng.integers(5)
    ]


def on_tape(program, rng):
    """The nodes of a program's graph, at random numbers; the last is the end."""
    tape = []
    x, y = (Recorded(tape, v) for v in rng.uniform(0.4, 1.4, 2))
    program(x, y)
    return tape

"""Questions of 1-derivatives/02_graphs_by_hand.

Longer than most modules: it is nine questions, five of them a graph to fill in.
"""

import math

import numpy as np

from chainrule.judge import Mistake, Part, Question, close, drawn, individual
from chainrule.oracle import Oracle
from chainrule.questions import NUMPY_ONLY
from chainrule.questions.probes.graphs_by_hand import OPERATE, recorded


def uniform(rng, low, high):
    """A random number with two decimals, so that a verdict can be checked by hand."""
    return round(float(rng.uniform(low, high)), 2)


def tensor(number):
    import torch

    return torch.tensor(float(number), dtype=torch.float64, requires_grad=True)


# One operation: its number, and its slopes.


def torch_forward(op, a, b):
    b = tensor(b) if op in "+*" else b
    return np.array([OPERATE[op](tensor(a), b).item(), 1.0, 1.0])


def torch_slopes(op, a, b):
    import torch

    at = [tensor(a), tensor(b)] if op in "+*" else [tensor(a)]
    y = OPERATE[op](at[0], at[1] if len(at) == 2 else b)
    return np.array([slope.item() for slope in torch.autograd.grad(y, at)])


def between(low, high):
    return lambda rng: rng.uniform(low, high)


ABOVE, BELOW = between(0.6, 2.9), between(-2.9, -0.6)
FAR_ABOVE, FAR_BELOW = between(3.1, 4.9), between(-4.9, -3.1)


def always(number):
    return lambda rng: number


def operation(op, name, a=ABOVE, b=lambda rng: 0):
    return drawn(name, lambda rng: {"op": op, "a": a(rng), "b": b(rng)})


def one_of(*exponents):
    return lambda rng: int(rng.choice(exponents))


SUM = [operation("+", "a sum", ABOVE, FAR_BELOW)]
SUM += [operation("+", "a sum", BELOW, FAR_ABOVE)]
PRODUCT = [operation("*", "a product", ABOVE, FAR_BELOW)]
PRODUCT += [operation("*", "a product", BELOW, FAR_BELOW)]
PRODUCT += [operation("*", "a product with 0", always(0.0), FAR_ABOVE)]
POWERS = [
    operation("**", "a power", b=one_of(3, 4, 5)),
    operation("**", "an even power of a negative number", BELOW, one_of(4, 6)),
    operation("**", "an odd power of a negative number", BELOW, one_of(3, 5)),
]
CURVES = [
    operation("sin", "a sine that rises", between(0.6, 1.4)),
    operation("sin", "a sine that falls", between(-2.9, -1.8)),
    operation("exp", "an exponential"),
    operation("exp", "an exponential below zero", BELOW),
]
RELU = [
    operation("relu", "relu above zero"),
    operation("relu", "relu below zero", BELOW),
    operation("relu", "relu just above zero", between(0.05, 0.4)),
    operation("relu", "relu just below zero", between(-0.4, -0.05)),
    operation("relu", "relu at zero", always(0.0)),
    operation("relu", "relu at minus zero", always(-0.0)),
]
SIGMOIDS = [
    operation("sigmoid", "a sigmoid"),
    operation("sigmoid", "a sigmoid below zero", BELOW),
]


def on(op, says, rule):
    """The mistake that makes `rule(right, a, b)` of one operation's right result."""

    def wrong(oracle, **args):
        right = oracle(**args)
        if args["op"] != op:
            return right
        return np.array(rule(right, args["a"], args["b"]), dtype=float)

    return Mistake(says, wrong)


def tell_record(yours, right, op, a, b):
    if yours.shape == right.shape and close()(yours[0], right[0]):
        if yours[1] != 1:
            name = f"**{b}" if op == "**" else op
            return f'    the number is right, but its op should be the text "{name}"'
        return (
            "    the number is right, but inputs should be a tuple\n"
            "    of the Nodes it was made of, in order"
        )
    return f"    you say   {yours.ravel()[0]:.8g}\n    torch     {right[0]:.8g}"


def forward(cases, *mistakes):
    """One point for the numbers and the records of a few operations."""
    kept = Mistake(
        "The inputs are not kept. A result has to remember the Nodes themselves: hand "
        "them to Node as a tuple. One of them alone needs a comma, (self,).",
        lambda oracle, **a: oracle(**a) * [1, 1, a["op"] == "+"],
    )
    named = Mistake(
        "The name of the operation is not kept: hand it to Node as `op`.",
        lambda oracle, **a: oracle(**a) * [1, a["op"] == "+", 1],
    )
    oracle = Oracle("torch", torch_forward)
    mistakes = [*mistakes, kept, named]
    return Part(
        1,
        oracle,
        cases,
        mistakes,
        probe=recorded,
        tell=tell_record,
        entries=False,
    )


def number(op, says, rule):
    """A mistake in the number that an operation leads to."""
    return on(op, says, lambda right, a, b: [rule(a, b), *right[1:]])


node = Question(
    "Node",
    forward(
        [*SUM, *PRODUCT, *POWERS],
        number("*", "That product is a sum. Multiply.", lambda a, b: a + b),
        number(
            "**",
            "That power is a product, a times n. A power has n factors a.",
            lambda a, n: a * n,
        ),
        number(
            "**",
            "Base and exponent are swapped: that is n to the power of a. The Node's "
            "own number is the base.",
            lambda a, n: float(n) ** a,
        ),
    ),
    forward(
        CURVES,
        number(
            "sin",
            "That is the sine of an angle in degrees. In calculus, and in math.sin, "
            "angles are in radians.",
            lambda a, b: math.sin(math.radians(a)),
        ),
        number(
            "sin",
            "That is the cosine. At 0 a sine is 0, and yours is 1.",
            lambda a, b: math.cos(a),
        ),
        number(
            "exp",
            "That is 10 to the power of x. The base of exp is e, as in math.exp.",
            lambda a, b: 10.0**a,
        ),
        number(
            "exp",
            "That is e times x, not e to the power of x. At 0 it should be 1.",
            lambda a, b: math.e * a,
        ),
    ),
    forward(
        RELU,
        number(
            "relu",
            "That is the absolute value: below 0 relu is 0.",
            lambda a, b: abs(a),
        ),
        number(
            "relu",
            "That keeps what relu cuts off. Which numbers should pass?",
            lambda a, b: min(a, 0.0),
        ),
        number(
            "relu",
            "That is relu's slope, not its value. Above 0 the number itself passes.",
            lambda a, b: a > 0,
        ),
        number(
            "relu",
            "That lets negative numbers through. Below 0 relu is 0.",
            lambda a, b: a,
        ),
    ),
    forward(
        SIGMOIDS,
        number(
            "sigmoid",
            "That is σ(−x): the minus in front of x, inside exp, is missing.",
            lambda a, b: 1 / (1 + math.exp(a)),
        ),
        number(
            "sigmoid",
            "That is tanh, σ's sibling, between −1 and 1. σ is between 0 and 1.",
            lambda a, b: math.tanh(a),
        ),
        number(
            "sigmoid",
            "That is exp(−x). There is more to do with it: see the docstring.",
            lambda a, b: math.exp(-a),
        ),
        number(
            "sigmoid",
            "That is 1 / 1 + exp(−x), read from left to right. Put brackets around "
            "all that stands below the line.",
            lambda a, b: 1 + math.exp(-a),
        ),
    ),
    hints=[
        "Read __add__: a number, the operation's name, and a tuple of inputs. "
        "Each of yours is such a line.",
        "math.sin and math.exp work on self.data. An operation with one operand has "
        'inputs (self,), and the op of a power is the text f"**{n}".',
        "relu is the larger of the number and 0. sigmoid is 1 divided by 1 + exp(−x).",
    ],
)


def slopes(cases, *mistakes):
    """One point for the local derivatives of a few operations."""
    return Part(1, Oracle("torch.autograd", torch_slopes), cases, mistakes)


BARE = Mistake(
    "That is a plain number. Return a tuple even for one slope: the comma in (slope,) "
    "makes it one.",
    lambda oracle, **args: np.squeeze(oracle(**args)),
)


def sigma(a):
    return 1 / (1 + math.exp(-a))


local_grads = Question(
    "local_grads",
    slopes(
        [*SUM, *PRODUCT],
        on(
            "*",
            "The factors are swapped. Hold b still and move a by 0.01: by how much "
            "does the product move?",
            lambda right, a, b: right[::-1],
        ),
        on(
            "*",
            "These are the slopes of a sum, 1 and 1. Hold b still and move a by 0.01: "
            "by how much does the product move?",
            lambda right, a, b: [1, 1],
        ),
        on(
            "+",
            "A sum's slopes don't depend on its numbers: when a moves by a little, "
            "the sum moves by as much.",
            lambda right, a, b: [a, b],
        ),
    ),
    slopes(
        POWERS,
        on(
            "**",
            "A factor is lost. Try n = 2: how fast does a² rise at a = 1?",
            lambda right, a, n: right / n,
        ),
        on(
            "**",
            "The power is not lowered. Try n = 1: how fast does a itself rise?",
            lambda right, a, n: right * a,
        ),
        on(
            "**",
            "That is a slope along the base and one along n. "
            "Here n is a plain number, not an input: return one slope.",
            lambda right, a, n: [right[0], abs(a) ** n * math.log(abs(a))],
        ),
        BARE,
    ),
    slopes(
        CURVES,
        on(
            "sin",
            "That is sin itself, not its slope. At 0 the sine is 0, and yet it rises.",
            lambda right, a, b: [math.sin(a)],
        ),
        on(
            "sin",
            "A sign is off. At 0 the sine rises, so its slope is positive there.",
            lambda right, a, b: -right,
        ),
        on(
            "exp",
            "The rule for powers is about a moving base. In exp the exponent moves: "
            "look up what is special about e.",
            lambda right, a, b: [a * math.exp(a - 1)],
        ),
        BARE,
    ),
    slopes(
        RELU,
        on(
            "relu",
            "That is right above 0. Below it relu is flat.",
            lambda right, a, b: [1],
        ),
        on(
            "relu",
            "That is relu itself, not its slope. How fast does it rise?",
            lambda right, a, b: [max(a, 0)],
        ),
        on(
            "relu",
            "Right everywhere but at 0, where this course, like torch.relu, takes 0.",
            lambda right, a, b: [a >= 0],
        ),
        on(
            "relu",
            "That is the slope of the absolute value. Below 0 relu is flat.",
            lambda right, a, b: [np.sign(a)],
        ),
        BARE,
    ),
    slopes(
        SIGMOIDS,
        on(
            "sigmoid",
            "That is σ itself. Its slope is made of σ too, but is at most ¼.",
            lambda right, a, b: [sigma(a)],
        ),
        on(
            "sigmoid",
            "That is 1 − σ, one of two factors. Far below 0 the slope is 0, not 1.",
            lambda right, a, b: [1 - sigma(a)],
        ),
        on(
            "sigmoid",
            "That is a(1 − a). The form is right, but it is about σ's value, not "
            "about its input.",
            lambda right, a, b: [a * (1 - a)],
        ),
        on(
            "sigmoid",
            "All signs are opposite, yet σ rises everywhere. The −x inside exp has a "
            "slope as well.",
            lambda right, a, b: -right,
        ),
        on(
            "sigmoid",
            "That is σ², the outermost function's part. The chain rule goes on inside: "
            "what stands below the line moves, too.",
            lambda right, a, b: [sigma(a) ** 2],
        ),
        BARE,
    ),
    hints=[
        "Every operation is asked alone: hold the other input still, and say how fast "
        "the result moves.",
        "Return a tuple with one slope per input, in order; (slope,) is a tuple of "
        "one. Which operations need their inputs' values?",
        "A power: try n = 2 and n = 3. σ: its slope is e⁻ˣ / (1 + e⁻ˣ)². One factor of "
        "that is σ; write the other with σ, too.",
    ],
)


# Graphs to fill in by hand: numbers of one's own, values first, then gradients.


class Sheet:
    """A graph to fill in: what torch finds on it, and what is asked for.

    steps(m, **leaves): the nodes in order, by name; the last is the end.
    asked: names of nodes, "d" before a name for the gradient that ends there.
    """

    def __init__(self, end, asked, steps):
        self.end, self.asked, self.steps = end, asked.split(), steps

    def known(self, **leaves):
        """Every value and gradient by name."""
        import torch

        nodes = {name: tensor(number) for name, number in leaves.items()}
        nodes |= self.steps(torch, **nodes)
        grads = torch.autograd.grad(nodes[self.end], list(nodes.values()))
        values = {name: node.item() for name, node in nodes.items()}
        slopes = zip(nodes, grads, strict=True)
        return values | {f"d{name}": grad.item() for name, grad in slopes}

    def oracle(self):
        return Oracle("torch.autograd", self.filled)

    def filled(self, **leaves):
        known = self.known(**leaves)
        return np.array([known[name] for name in self.asked])

    def title(self, name):
        return f"∂{self.end}/∂{name[1:]}" if name[0] == "d" else name

    def slip(self, says, **rules):
        """The mistake that puts `rule(known)` in the place of some entries."""

        def wrong(oracle, **leaves):
            known = self.known(**leaves)
            changed = known | {name: rule(known) for name, rule in rules.items()}
            return np.array([changed[name] for name in self.asked], dtype=float)

        return Mistake(says, wrong)

    def part(self, points, case, mistakes, asked):
        """Points for some of the entries."""
        at = [self.asked.index(name) for name in asked.split()]
        near = close(1e-3, 1e-3)

        def agree(yours, right, **_):
            return yours.shape == right.shape and near(yours[at], right[at])

        def tell(yours, right, **_):
            if yours.shape != right.shape:
                given = {0: "one number", 1: f"{yours.size}"}
                given = given.get(yours.ndim, f"an array of shape {yours.shape}")
                asked = f"{len(right)} numbers are asked for, in one list"
                return f"    {asked}; you give {given}"
            i = next(i for i in at if not near(yours[i], right[i]))
            name = self.title(self.asked[i])
            return f"    {name}: you say {yours[i]:.6g}; torch.autograd says otherwise"

        own = individual("your own numbers", case)
        return Part(points, self.oracle(), [own], mistakes, agree=agree, tell=tell)


def apart(sheet, mistakes, maker):
    """Numbers on which no mistake looks like another, or like the right result."""

    alike = close(0.01, 0.01)

    def make(rng):
        while True:
            leaves = maker(rng)
            if by_chance(sheet, leaves):
                continue
            found = [sheet.filled(**leaves)]
            found += [m.wrong(None, **leaves) for m in mistakes]
            pairs = [(a, b) for i, a in enumerate(found) for b in found[:i]]
            if not any(alike(a, b) for a, b in pairs):
                return leaves

    return make


def by_chance(sheet, leaves):
    """Whether two numbers on a sheet agree, or one is 0, 1 or 2, by chance alone.

    A slip may lead to the right result then. Where the leaves are moved a little, such
    numbers part. A sign apart counts as agreeing.
    """
    moved = {name: v * (1 + 0.01 * i) for i, (name, v) in enumerate(leaves.items(), 1)}
    here, there = (
        np.abs([*sheet.known(**at).values(), 0, 1, 2]) for at in (leaves, moved)
    )
    i, j = np.triu_indices(len(here), 1)
    alike = np.abs(here[i] - here[j]) <= 3e-3 * (1 + here[i])
    always = np.isclose(there[i], there[j], 1e-9, 1e-9)
    return bool((alike & ~always).any())


def fill(name, sheet, maker, *parts, hints):
    """A question on a sheet; parts are (points, the entries they're for, mistakes)."""
    case = apart(sheet, [m for *_, mistakes in parts for m in mistakes], maker)
    made = [sheet.part(points, case, said, asked) for points, asked, said in parts]
    return Question(name, *made, hints=hints, value=True)


def whole(names):
    """Small whole numbers, all different, some of them negative."""

    def make(rng):
        sizes = rng.choice(np.arange(2, 10), len(names), replace=False)
        signs = rng.choice([-1, 1], len(names))
        return dict(zip(names, (sizes * signs).tolist(), strict=True))

    return make


def decimals(**ranges):
    return lambda rng: {name: uniform(rng, *ends) for name, ends in ranges.items()}


def sum_then_product(m, x, y, z):
    s = x + y
    return {"s": s, "f": s * z}


SUM_TIMES_Z = Sheet("f", "s f ds dx dy dz", sum_then_product)
sum_times_z = fill(
    "sum_times_z",
    SUM_TIMES_Z,
    whole("xyz"),
    (
        1,
        "s f ds dx dy dz",
        [
            SUM_TIMES_Z.slip(
                "∂f/∂x and ∂f/∂y are local derivatives of the sum, 1 and 1. "
                "Multiply by what arrives at s.",
                dx=lambda k: 1,
                dy=lambda k: 1,
            ),
            SUM_TIMES_Z.slip(
                "The product's slopes are swapped: when s moves, f moves z times as "
                "fast. What arrives at s goes on to x and y.",
                ds=lambda k: k["s"],
                dx=lambda k: k["s"],
                dy=lambda k: k["s"],
                dz=lambda k: k["z"],
            ),
            SUM_TIMES_Z.slip(
                "f is a product of s and z, not their sum.",
                f=lambda k: k["s"] + k["z"],
            ),
        ],
    ),
    hints=[
        "Fill in the values from left to right, then the gradients from right to left. "
        "At f itself the gradient is 1.",
        "At a product each factor receives the other factor, times what arrives.",
        "At a sum both terms receive what arrives, times 1.",
    ],
)


def shifted_sine(m, x1, x2):
    z1, z2 = 5 * x1, x2 + math.pi
    return {"z1": z1, "z2": z2, "y": z1 + m.sin(z2)}


SHIFTED = Sheet("y", "z1 z2 y dx1 dx2", shifted_sine)
sine_of_shift = fill(
    "sine_of_shift",
    SHIFTED,
    decimals(x1=(0.5, 3), x2=(0.6, 1.3)),
    (
        1,
        "z1 z2 y dx1 dx2",
        [
            SHIFTED.slip(
                "The angle was read in degrees. Here it is in radians, as in np.sin.",
                y=lambda k: k["z1"] + math.sin(math.radians(k["z2"])),
                dx2=lambda k: math.cos(math.radians(k["z2"])),
            ),
            SHIFTED.slip(
                "∂y/∂x1 is 1, the slope of y along z1. There is one more operation "
                "between z1 and x1.",
                dx1=lambda k: 1,
            ),
            SHIFTED.slip(
                "∂y/∂x2 is the sine itself. Multiply by its slope instead.",
                dx2=lambda k: math.sin(k["z2"]),
            ),
            SHIFTED.slip(
                "∂y/∂x2 has been taken at x2. The sine was asked at z2, with π added.",
                dx2=lambda k: math.cos(k["x2"]),
            ),
            SHIFTED.slip(
                "∂y/∂x2 is 1, as if the sine weren't there. It has a slope as well.",
                dx2=lambda k: 1,
            ),
        ],
    ),
    hints=[
        "y is a sum: it hands the gradient 1 to both of its terms.",
        "On the way to x1 stands one product. On the way to x2 stand a sine and a sum.",
        "The sine's slope is the cosine of what went into it: z2.",
    ],
)


def two_sums(m, a, b):
    c, d = a + b, b + 1
    return {"c": c, "d": d, "e": c * d}


SHARED = Sheet("e", "c d e dc dd da db", two_sums)
shared_b = fill(
    "shared_b",
    SHARED,
    whole("ab"),
    (
        1,
        "c d e dc dd da db",
        [
            SHARED.slip(
                "∂e/∂b is the share that comes through c alone. b is used twice: "
                "add what comes back along both edges.",
                db=lambda k: k["dc"],
            ),
            SHARED.slip(
                "∂e/∂b is the share that comes through d alone. b is used twice: "
                "add what comes back along both edges.",
                db=lambda k: k["dd"],
            ),
            SHARED.slip(
                "∂e/∂b is the product of the two shares. Along a path slopes are "
                "multiplied; where paths meet, shares are added.",
                db=lambda k: k["dc"] * k["dd"],
            ),
            SHARED.slip(
                "The product's slopes are swapped: when c moves, e moves d times as "
                "fast.",
                dc=lambda k: k["c"],
                dd=lambda k: k["d"],
                da=lambda k: k["c"],
            ),
            SHARED.slip(
                "∂e/∂a and ∂e/∂b count paths: each share also has to be multiplied by "
                "what arrives there.",
                da=lambda k: 1,
                db=lambda k: 2,
            ),
        ],
    ),
    hints=[
        "Count the edges that leave b: it goes into c and into d.",
        "Through c the share is ∂e/∂c times 1, through d it is ∂e/∂d times 1.",
        "e is a product: what does it hand to c, and what to d? At b both shares are "
        "added.",
    ],
)


def squares(m, x):
    f = x * x
    g = 2 * f + 1
    return {"f": f, "g": g, "F": g * g}


SQUARES = Sheet("F", "f g F dg df dx", squares)
nested_square = fill(
    "nested_square",
    SQUARES,
    decimals(x=(1.1, 2.9)),
    (
        1,
        "f g F dg df dx",
        [
            SQUARES.slip(
                "∂F/∂f and ∂F/∂x are local derivatives, 2 and 2x: the slopes of the "
                "next node, not of F. Multiply by what arrives.",
                df=lambda k: 2,
                dx=lambda k: 2 * k["x"],
            ),
            SQUARES.slip(
                "A factor is lost at the outer square, and missing from there on. How "
                "fast does g² rise at g = 1?",
                dg=lambda k: k["g"],
                df=lambda k: 2 * k["g"],
                dx=lambda k: k["dx"] / 2,
            ),
            SQUARES.slip(
                "∂F/∂x stops at f: the slope of x² is still missing.",
                dx=lambda k: k["df"],
            ),
            SQUARES.slip(
                "A factor is lost in ∂F/∂x. How fast does x² rise at x = 1?",
                dx=lambda k: k["dx"] / 2,
            ),
            SQUARES.slip(
                "The factor 2 in 2f + 1 is missing from ∂F/∂f on.",
                df=lambda k: k["df"] / 2,
                dx=lambda k: k["dx"] / 2,
            ),
        ],
    ),
    hints=[
        "Three functions inside one another: square, then times 2 plus 1, then square.",
        "Their local slopes are 2x, 2 and 2g. Take g's value from the way forward.",
        "Begin at F: ∂F/∂g, then times 2, then times 2x.",
    ],
)


def neuron_with_decay(m, x, y, w, b, lam):
    z = w * x + b
    u, r = m.sigmoid(z), w * w
    miss = y - u
    half = miss * miss / 2
    return {"z": z, "u": u, "l": half, "r": r, "L": half + lam * r}


DECAYED = Sheet("L", "z u l r L dl dr du dz dw db", neuron_with_decay)
decayed_neuron = fill(
    "decayed_neuron",
    DECAYED,
    decimals(x=(2, 3), y=(1, 2), w=(0.5, 0.9), b=(-0.4, -0.1), lam=(0.1, 0.4)),
    (
        1,
        "z u l r L",
        [
            DECAYED.slip(
                "The half is missing: l is ½(y − u)².",
                l=lambda k: 2 * k["l"],
                L=lambda k: k["L"] + k["l"],
            ),
            DECAYED.slip("λ is missing: L is l + λr.", L=lambda k: k["l"] + k["r"]),
            DECAYED.slip("r is the square of w.", r=lambda k: k["w"]),
        ],
    ),
    (
        1,
        "dl dr du dz dw db",
        [
            DECAYED.slip(
                "On the path through r, ∂L/∂w has w where the slope of w² belongs. How "
                "fast does w² rise at w = 1?",
                dw=lambda k: k["dw"] - k["lam"] * k["w"],
            ),
            DECAYED.slip(
                "∂L/∂w has the share through z only. w is used a second time, in r.",
                dw=lambda k: k["dz"] * k["x"],
            ),
            DECAYED.slip(
                "On the path through r, λ is missing from ∂L/∂w.",
                dw=lambda k: k["dz"] * k["x"] + 2 * k["w"],
            ),
            DECAYED.slip(
                "A sign is off from ∂L/∂u on: when u rises, y − u falls.",
                du=lambda k: -k["du"],
                dz=lambda k: -k["dz"],
                dw=lambda k: k["dw"] - 2 * k["dz"] * k["x"],
                db=lambda k: -k["db"],
            ),
            DECAYED.slip(
                "From ∂L/∂z on, σ stands where its slope belongs. You have written "
                "that slope in local_grads.",
                dz=lambda k: k["du"] * k["u"],
                dw=lambda k: k["dw"] + (k["du"] * k["u"] - k["dz"]) * k["x"],
                db=lambda k: k["du"] * k["u"],
            ),
            DECAYED.slip(
                "∂L/∂z is the local slope of σ. Multiply by what arrives at u.",
                dz=lambda k: k["u"] * (1 - k["u"]),
            ),
        ],
    ),
    hints=[
        "Write the graph down first: w goes into wx and into r, so two shares come "
        "back to it.",
        "Write a local slope beside each edge. When u rises towards y, does l rise or "
        "fall? How fast does w² rise? What is σ's slope, in terms of u?",
        "From L backward: l and r first, then u, then z, then w and b. Multiply along "
        "the edges. The two shares of w are added.",
    ],
)


def gates(m, a, b, c, d):
    s, top = a + b, m.maximum(c, d)
    return {"s": s, "m": top, "f": s * top}


GATES = Sheet("f", "ds dm da db dc dd", gates)
gate_patterns = fill(
    "gate_patterns",
    GATES,
    whole("abcd"),
    (
        1,
        "ds dm",
        [
            GATES.slip(
                "A product switches: s receives the other factor, m, and m receives s.",
                ds=lambda k: k["s"],
                dm=lambda k: k["m"],
            ),
            GATES.slip(
                "∂f/∂s and ∂f/∂m are 1: a sum would pass that on. f is a product.",
                ds=lambda k: 1,
                dm=lambda k: 1,
            ),
        ],
    ),
    (
        1,
        "da db",
        [
            GATES.slip(
                "A sum doesn't share out: both of its terms receive all that arrives.",
                da=lambda k: k["ds"] / 2,
                db=lambda k: k["ds"] / 2,
            ),
            GATES.slip(
                "∂f/∂a and ∂f/∂b are local derivatives, 1 and 1. "
                "Multiply by what arrives at s.",
                da=lambda k: 1,
                db=lambda k: 1,
            ),
            GATES.slip(
                "a and b have been treated as factors. They are terms of a sum.",
                da=lambda k: k["ds"] * k["b"],
                db=lambda k: k["ds"] * k["a"],
            ),
        ],
    ),
    (
        1,
        "dc dd",
        [
            GATES.slip(
                "The maximum doesn't share equally: only the larger input moves it.",
                dc=lambda k: k["dm"] / 2,
                dd=lambda k: k["dm"] / 2,
            ),
            GATES.slip(
                "The gradient has gone to the smaller input. "
                "Which one moves the maximum when it moves?",
                dc=lambda k: k["dd"],
                dd=lambda k: k["dc"],
            ),
            GATES.slip(
                "Both inputs have received all of it. The smaller one can move a "
                "little, and the maximum stays.",
                dc=lambda k: k["dm"],
                dd=lambda k: k["dm"],
            ),
            GATES.slip(
                "These are local derivatives, 1 and 0. Multiply by what arrives at m.",
                dc=lambda k: float(k["c"] > k["d"]),
                dd=lambda k: float(k["d"] > k["c"]),
            ),
        ],
    ),
    hints=[
        "Start at f with a 1 and ask each gate what it does with what arrives.",
        "Product: each factor receives the other one. Sum: everyone receives it all. "
        "Maximum: the larger one receives it all.",
        "First work out s and m. Then m arrives at s, and s arrives at m.",
    ],
)


def layer_and_loss(m, x, w, b, y):
    z = w * x + b
    return {"z": z, "L": (y - z) ** 2}


def near_miss(rng):
    """A truth that the output misses by a little."""
    numbers = whole("xwb")(rng)
    gap = int(rng.choice([3, 5, 6, 7]) * rng.choice([-1, 1]))  # 4² is 2⁴
    return numbers | {"y": numbers["x"] * numbers["w"] + numbers["b"] + gap}


MISS = Sheet("L", "z L dz dw db", layer_and_loss)
squared_miss = fill(
    "squared_miss",
    MISS,
    near_miss,
    (
        1,
        "z L",
        [
            MISS.slip(
                "L is the difference. It still has to be squared.",
                L=lambda k: k["y"] - k["z"],
            ),
            MISS.slip("There is no ½ in this loss.", L=lambda k: k["L"] / 2),
        ],
    ),
    (
        1,
        "dz dw db",
        [
            MISS.slip(
                "All three are half of what they should be: the slope of a square "
                "has a factor 2.",
                dz=lambda k: k["dz"] / 2,
                dw=lambda k: k["dw"] / 2,
                db=lambda k: k["db"] / 2,
            ),
            MISS.slip(
                "All three have the opposite sign: when z rises, y − z falls.",
                dz=lambda k: -k["dz"],
                dw=lambda k: -k["dw"],
                db=lambda k: -k["db"],
            ),
            MISS.slip(
                "∂L/∂w lacks the local slope of wx along w, which is x.",
                dw=lambda k: k["dz"],
            ),
            MISS.slip(
                "∂L/∂w and ∂L/∂b are local derivatives, x and 1. "
                "Multiply by what arrives at z.",
                dw=lambda k: k["x"],
                db=lambda k: 1,
            ),
        ],
    ),
    hints=[
        "Forward first: z is wx + b, and L is the square of y − z.",
        "The slope of (y − z)² along z has a 2, from the square, and a minus, from −z.",
        "z hands on what arrives: times x to w, times 1 to b.",
    ],
)

OFF = NUMPY_ONLY
QUESTIONS = [
    node,
    local_grads,
    sum_times_z,
    sine_of_shift,
    shared_b,
    nested_square,
    decayed_neuron,
    gate_patterns,
    squared_miss,
]

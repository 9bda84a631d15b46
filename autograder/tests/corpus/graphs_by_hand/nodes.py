"""A Node is written method by method; each answer changes some of them."""

import math

from answers import Answers
from measures import near

ANSWERS = {}

INIT = """
class Node:
    def __init__(self, data, op="", inputs=()):
        self.data, self.op, self.inputs = data, op, inputs
        self.label, self.grad, self.slopes = "", None, ()"""
METHODS = {  # its head; the number, the name and the inputs that it hands to Node
    "add": ("__add__(self, other)", "self.data + other.data", '"+"', "(self, other)"),
    "mul": ("__mul__(self, other)", "self.data * other.data", '"*"', "(self, other)"),
    "pow": ("__pow__(self, n)", "self.data**n", 'f"**{n}"', "(self,)"),
    "sin": ("sin(self)", "math.sin(self.data)", '"sin"', "(self,)"),
    "exp": ("exp(self)", "math.exp(self.data)", '"exp"', "(self,)"),
    "relu": ("relu(self)", "max(0.0, self.data)", '"relu"', "(self,)"),
    "sigmoid": (
        "sigmoid(self)",
        "1 / (1 + math.exp(-self.data))",
        '"sigmoid"',
        "(self,)",
    ),
}


def node(**changed):
    """The class, what some of its methods return changed."""
    lines = [INIT]
    for name, (head, number, op, inputs) in METHODS.items():
        result = changed.get(name, f"Node({number}, {op}, {inputs})")
        lines.append(f"    def {head}:\n        return {result}")
    return "\n".join(lines)


def number(**changed):
    """The class, the numbers of some operations changed."""
    kept = {name: ", ".join(METHODS[name][2:]) for name in changed}
    return node(**{name: f"Node({changed[name]}, {kept[name]})" for name in changed})


PARTS = [("mul", "pow"), ("sin", "exp"), ("relu",), ("sigmoid",)]


def forgets_inputs(*names):
    return node(**{name: "Node({1}, {2})".format(*METHODS[name]) for name in names})


def forgets_op(*names):
    made = 'Node({1}, "", {3})'
    return node(**{name: made.format(*METHODS[name]) for name in names})


ONE_INPUT = {
    "sin": math.sin,
    "exp": math.exp,
    "relu": lambda a: a if a > 0 else 0.0,
    "sigmoid": lambda a: 0.5 + 0.5 * math.tanh(a / 2),
}


def is_a_node(student, rng):
    """Every operation on fresh numbers: number, name and inputs."""
    a, b = (student.Node(v) for v in rng.uniform(-4, 4, 2))
    n = int(rng.integers(2, 7))
    power = math.prod([a.data] * n)
    made = [
        (a + b, a.data + b.data, "+", [a, b]),
        (a * b, a.data * b.data, "*", [a, b]),
        (a**n, power, f"**{n}", [a]),
    ]
    for x in (a, b, student.Node(0.0)):
        for op, rule in ONE_INPUT.items():
            made.append((getattr(x, op)(), rule(x.data), op, [x]))
    return all(
        type(y) is student.Node
        and near(y.data, right)
        and y.op == op
        and [id(x) for x in y.inputs] == [id(x) for x in inputs]
        for y, right, op, inputs in made
    )


OFF_AT = 'It was off in each case drawn where op is "{}", and in no other.'

ANSWERS["Node"] = Answers(
    decider=is_a_node,
    right=[
        node(
            pow='Node(pow(self.data, n), "**" + str(n), [self])',
            sin='Node(np.sin(self.data), "sin", [self])',
            exp='Node(np.exp(self.data), "exp", [self])',
            relu='Node(self.data * (self.data > 0), "relu", [self])',
            sigmoid=(
                'Node(np.exp(self.data) / (1 + np.exp(self.data)), "sigmoid", [self])'
            ),
        ),
        node(
            relu='Node(self.data if self.data > 0 else 0, op="relu", inputs=(self,))',
            sigmoid='Node(0.5 + 0.5 * math.tanh(self.data / 2), "sigmoid", (self,))',
        ),
    ],
    wrong=[
        number(mul="self.data - other.data"),
        number(mul="self.data / other.data"),
        node(mul="self.data * other.data"),
        node(mul='Node(self.data * other.data, "*", (other, self))'),
        node(sin='Node(math.sin(self.data), "cos", (self,))'),
        number(exp="2.718 ** self.data"),
        number(relu="max(1.0, self.data)"),
        number(sigmoid="self.data / (1 + math.exp(-self.data))"),
        number(pow="self.data * self.data"),
        node(exp="None"),
        number(relu="math.sqrt(self.data)"),
    ],
    told={
        number(pow="self.data ** (n - 1)"): OFF_AT.format("**"),
        number(relu="max(0.0, -self.data)"): (
            "It was right in each case drawn where a is 0, and in no other."
        ),
        number(sin="math.sin(self.data) * self.data"): OFF_AT.format("sin"),
        node(
            mul='Node(self.data * other.data, "*", (self.data, other.data))'
        ): OFF_AT.format("*"),
    },
    mistakes={
        "That product is a sum.": number(mul="self.data + other.data"),
        "That power is a product": number(pow="self.data * n"),
        "Base and exponent are": number(pow="float(n) ** self.data"),
        "That is the sine of an": number(sin="math.sin(math.radians(self.data))"),
        "That is the cosine.": number(sin="math.cos(self.data)"),
        "That is 10 to the power": number(exp="10**self.data"),
        "That is e times x": number(exp="math.e * self.data"),
        "That is the absolute": number(relu="abs(self.data)"),
        "That keeps what relu": number(relu="min(self.data, 0.0)"),
        "That is relu's slope": number(relu="1.0 if self.data > 0 else 0.0"),
        "That lets negative": number(relu="self.data"),
        "That is σ(−x)": number(sigmoid="1 / (1 + math.exp(self.data))"),
        "That is tanh": number(sigmoid="math.tanh(self.data)"),
        "That is exp(−x)": number(sigmoid="math.exp(-self.data)"),
        "That is 1 / 1 + exp": number(sigmoid="1 / 1 + math.exp(-self.data)"),
        "The inputs are not": [forgets_inputs(*names) for names in PARTS],
        "The name of the": [forgets_op(*names) for names in PARTS],
    },
)

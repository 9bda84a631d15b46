"""A Value, method by method; any of them may be written otherwise."""

HEAD = """
class Value:
    def __init__(self, data, label="", op="", inputs=(), slopes=()):
        self.data, self.grad = float(data), 0.0
        self.label, self.op = label, op
        self.inputs, self.slopes = inputs, slopes
"""
METHOD = """
    def {}:
        {}return {}
"""
LIFTED = "other = other if isinstance(other, Value) else Value(other)\n        "
MADE = 'Value({}, "", {}, {}, {})'
BOTH, ONE = "(self, other)", "(self,)"
S = "1 / (1 + math.exp(-self.data))"
PARTS = {  # an operation's number, name, inputs and slopes
    "add": ("self.data + other.data", '"+"', BOTH, "(1.0, 1.0)"),
    "mul": ("self.data * other.data", '"*"', BOTH, "(other.data, self.data)"),
    "pow": ("self.data**n", 'f"**{n}"', ONE, "(n * self.data ** (n - 1),)"),
    "sin": ("math.sin(self.data)", '"sin"', ONE, "(math.cos(self.data),)"),
    "exp": ("math.exp(self.data)", '"exp"', ONE, "(math.exp(self.data),)"),
    "relu": ("max(0.0, self.data)", '"relu"', ONE, "(float(self.data > 0),)"),
    "sigmoid": (S, '"sigmoid"', ONE, f"({S} - ({S}) ** 2,)"),
}
CALLS = {"add": "__add__(self, other)", "mul": "__mul__(self, other)"}
CALLS |= {"pow": "__pow__(self, n)"}
NUMBER, NAME, INPUTS, SLOPES = range(4)


def value(**changed):
    """The class, what some of its methods return changed."""
    methods = [
        METHOD.format(
            CALLS.get(name, f"{name}(self)"),
            LIFTED if parts[INPUTS] == BOTH else "",
            changed.get(name, MADE.format(*parts)),
        )
        for name, parts in PARTS.items()
    ]
    return HEAD + "".join(methods)


def keeping(place, **changed):
    """The class, one of the four things that some operations keep changed."""
    texts = {}
    for name, text in changed.items():
        parts = [*PARTS[name]]
        parts[place] = text
        texts[name] = MADE.format(*parts)
    return value(**texts)


def number(**changed):
    return keeping(NUMBER, **changed)


def slope(**changed):
    return keeping(SLOPES, **changed)


def without(place, nothing):
    """For each part of the question, the class that doesn't keep one thing in it."""
    asked = [("mul", "pow"), ("sin", "exp"), ("relu",), ("sigmoid",)]
    return [keeping(place, **dict.fromkeys(names, nothing)) for names in asked]

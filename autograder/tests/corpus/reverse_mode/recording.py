"""What each operation of a Value keeps."""

import math

from answers import Answers
from measures import near

from reverse_mode.engine import SLOPES, keeping, value

ANSWERS = {}


def recording(student, rng):
    """Every operation on fresh numbers: number, inputs and slopes."""
    a, b = (student.Value(v) for v in rng.uniform(-3, 3, 2))
    n, c = int(rng.integers(1, 7)), rng.uniform(-3, 3)
    u = 1 / (1 + math.exp(-a.data))
    made = [
        (a * b, [a.data, b.data], [b.data, a.data], a.data * b.data),
        (a * c, [a.data, c], [c, a.data], a.data * c),
        (a**n, [a.data], [n * math.prod([a.data] * (n - 1))], a.data**n),
        (a.sin(), [a.data], [math.cos(a.data)], math.sin(a.data)),
        (a.sigmoid(), [a.data], [u * (1 - u)], u),
    ]
    return all(
        type(y) is student.Value
        and near(y.data, right)
        and near([x.data for x in y.inputs], inputs)
        and y.inputs[0] is a
        and near(y.slopes, expected)
        for y, inputs, expected, right in made
    )


ANSWERS["Value"] = Answers(
    decider=recording,
    right=[
        value(),
        value(
            power='Value(math.pow(self.data, n), "", "pow", [self], '
            "[n * math.pow(self.data, n - 1)])",
            sigmoid='Value(0.5 + 0.5 * math.tanh(self.data / 2), "", "s", (self,), '
            "(math.exp(-self.data) * s**2,))",
        ),
        value(
            mul='Value(self.data * other.data, op="*", inputs=(self, other), '
            "slopes=np.array([other.data, self.data]))"
        ),
    ],
    wrong=[
        value(
            sin='Value(math.sin(math.radians(self.data)), "", "sin", (self,), (1.0,))'
        ),
        value(mul="self.data * other.data"),
        keeping("mul", SLOPES["mul"], inputs="(other, self)"),
        value(power='Value(self.data * n, "", "**", (self,), (n * self.data,))'),
        keeping("power", "n * self.data ** (n - 1)"),
        keeping("sigmoid", "(s * (1 + s),)"),
        value(sigmoid="None"),
    ],
    told={
        keeping("power", "(n * self.data**n - 1,)"): "",
        keeping("sin", "(np.cos(self.data) * self.data,)"): "",
        keeping("sigmoid", "(s * (s - 1),)"): "",
        keeping("mul", "(self.data * other.data, self.data * other.data)"): "",
    },
    mistakes={
        "The operands are not kept": [
            keeping(name, slopes, inputs="()") for name, slopes in SLOPES.items()
        ],
        "No slopes are kept": [keeping(name, "()") for name in SLOPES],
        "The two slopes are swapped": keeping("mul", "(self.data, other.data)"),
        "These are the slopes of a sum": keeping("mul", "(1.0, 1.0)"),
        "The exponent is lost": keeping("power", "(self.data ** (n - 1),)"),
        "The power is not lowered": keeping("power", "(n * self.data**n,)"),
        "That is sin itself": keeping("sin", "(math.sin(self.data),)"),
        "A sign is off": keeping("sin", "(-math.cos(self.data),)"),
        "That is σ itself": keeping("sigmoid", "(s,)"),
        "That is 1 − σ": keeping("sigmoid", "(1 - s,)"),
    },
)

"""By hand: what algebra gives."""

import math

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


def gradient_field(student, rng):
    x, y = rng.uniform(-5, 5, 2)
    return near(student.gradient_field(x, y), [2 * x - 4, 2])


ANSWERS["gradient_field"] = Answers(
    args="x, y",
    decider=gradient_field,
    right=[
        "gradient_field = lambda x, y: [2 * (x - 2), 2.0]",
        """
df_dx = 2 * x - 4
df_dy = 2
return df_dx, df_dy""",
    ],
    wrong=[
        "np.array([2, 2 * x - 4])",
        "2 * x - 4 + 2",
        "np.array([[2 * x - 4], [2]])",
        "np.array([2 * x - 4])",
        "np.array([2 * x + 4, 2])",
        "x**2 - 4 * x + 7 + 2 * y",
        '"2x - 4, 2"',
    ],
    told={
        "[-(2 * x - 4), -2]": "Every entry is -1 times the right one.",
        "[x**2 - 4 * x + 7, 2 * y]": "",
        "[2 * x - 4, 2, 0]": "The right result stands first in it; more follows.",
        "[2 * (x - 4), 2]": (
            "Entries are off in the first place, and right elsewhere."
        ),
        "np.hypot(2 * x - 4, 2)": "It is the norm of the right result.",
    },
    mistakes={
        "Your second entry is still the printed one": "np.array([2 * x - 4, 2 * y + "
        "2])",
        "Your second entry is 2y": "np.array([2 * x - 4, 2 * y])",
        "Your first entry has lost": "np.array([2 * x, 2])",
        "Your first entry holds the 7": "np.array([2 * x - 4 + 7, 2])",
    },
)


def product_slope(student, rng):
    x = rng.uniform(-3, 3)
    right = math.sin(5 * x) + 5 * x * math.cos(5 * x)
    return near(student.product_slope(x), right)


ANSWERS["product_slope"] = Answers(
    args="x",
    decider=product_slope,
    right=[
        """
u, v = x, np.sin(5 * x)
du, dv = 1, 5 * np.cos(5 * x)
return du * v + u * dv""",
        """
import math
product_slope = lambda x: math.sin(5 * x) + 5 * x * math.cos(5 * x)""",
    ],
    wrong=[
        "x * np.sin(5 * x)",
        "np.sin(5 * x) + 5 * np.cos(5 * x)",
        "np.sin(5 * x) + 5 * x * np.cos(x)",
        "np.sin(x) + 5 * x * np.cos(5 * x)",
        """
h = 1e-3
return ((x + h) * np.sin(5 * (x + h)) - x * np.sin(5 * x)) / h""",
        "sin(5 * x) + 5 * x * cos(5 * x)",
    ],
    told={
        "-(np.sin(5 * x) + 5 * x * np.cos(5 * x))": (
            "Every entry is -1 times the right one."
        ),
        "round(np.sin(5 * x) + 5 * x * np.cos(5 * x), 1)": (
            "It is the right result, rounded to 1 decimal."
        ),
        "5 * (np.sin(5 * x) + 5 * x * np.cos(5 * x))": (
            "Every entry is 5 times the right one."
        ),
        "np.sin(5 * x), 5 * x * np.cos(5 * x)": (
            "Its sum over axis 0 is the right result."
        ),
        "np.cos(5 * x) + 5 * x * np.sin(5 * x)": "",
    },
    mistakes={
        "Your second term lacks a factor 5": "np.sin(5 * x) + x * np.cos(5 * x)",
        "You have only one of the product rule's two terms: x moves": (
            "x * np.cos(5 * x) * 5"
        ),
        "You have only one of the product rule's two terms: sin 5x": "np.sin(5 * x)",
        "You multiplied the two slopes": "1 * 5 * np.cos(5 * x)",
        "Your second term has a minus": "np.sin(5 * x) - 5 * x * np.cos(5 * x)",
    },
)


def tidy_slope(student, rng):
    own = student.numbers("tidy_slope", student.STUDENT)
    right = own["a"] + 2 * own["b"] * own["x"] + own["c"] - own["d"]
    return not callable(student.tidy_slope) and near(student.tidy_slope, right)


def with_own(text):
    """The cell that says so with the student's own numbers, n."""
    return f'n = numbers("tidy_slope", STUDENT)\ntidy_slope = {text}'


ANSWERS["tidy_slope"] = Answers(
    decider=tidy_slope,
    right=[
        """
n = numbers("tidy_slope", STUDENT)
a, b, c, d, x = n["a"], n["b"], n["c"], n["d"], n["x"]
tidy_slope = np.array(a + (c - d) + 2.0 * b * x)""",
        """
def slope_of_sum(a, b, c, d, x):
    return 2 * b * x + (a + c - d)

tidy_slope = slope_of_sum(**numbers("tidy_slope", STUDENT))""",
    ],
    wrong=[
        with_own('n["a"] + 2 * n["b"] * n["x"] + (n["c"] - n["d"]) * n["x"]'),
        with_own('n["a"] + 2 * n["b"] + n["c"] - n["d"]'),
        "'a + 2bx + c - d'",
        """
def tidy_slope(a, b, c, d, x):
    return a + 2 * b * x + c - d""",
        'numbers("tidy_slope", STUDENT)',
        "0",
    ],
    told={with_own('n["a"] * n["b"] * n["c"] * n["d"]'): ""},
    mistakes={
        "You lost a factor": with_own('n["a"] + n["b"] * n["x"] + n["c"] - n["d"]'),
        "You gave the value of the expression": with_own(
            'n["a"] * n["x"] + n["b"] * n["x"] ** 2 + n["x"] * (n["c"] - n["d"])'
        ),
        "You left out the slope of the last term": with_own(
            'n["a"] + 2 * n["b"] * n["x"]'
        ),
        "You added d": with_own('n["a"] + 2 * n["b"] * n["x"] + n["c"] + n["d"]'),
    },
)

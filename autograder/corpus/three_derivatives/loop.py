"""A loop."""

from corpus.answers import Answers
from corpus.measures import near


def halving_slope(student, rng):
    """At x that stay a fiftieth away from where the number of rounds changes."""
    rounds = int(rng.integers(-2, 10))
    x = 5 * 2.0**rounds * rng.uniform(0.51, 0.98) * rng.choice([-1, 1])
    return near(student.halving_slope(x), 0.5 ** max(rounds, 0))


def loop(start="1.0", runs="abs(x) > 5", halved="x / 2, slope / 2"):
    """An answer that lets the loop run beside a slope, and some changes to it."""
    return f"""
slope = {start}
while {runs}:
    x, slope = {halved}
return slope"""


ANSWERS = {}

ANSWERS["halving_slope"] = Answers(
    args="x",
    decider=halving_slope,
    right=[
        "1.0 if abs(x) <= 5 else 0.5 * halving_slope(x / 2)",
        """
rounds = max(0, int(np.ceil(np.log2(abs(x) / 5))))
return 2.0**-rounds""",
        "halving_slope = lambda x: (halve(x + 1e-6) - halve(x - 1e-6)) / 2e-6",
    ],
    wrong=[
        "1 / x",
        loop(start="0", halved="x / 2, slope + 1"),
        "0.5 ** max(0, int(np.log2(abs(x) / 5)))",
        "(halve(x + 10) - halve(x)) / 10",
        loop(start="1", halved="x // 2, slope // 2"),
    ],
    told={
        """
for _ in range(3):
    x = x / 2
return 0.5**3""": "Every entry is 0.125.",
        loop(halved="x / 2, -slope / 2"): (
            "Every entry has the size of the right one, but not always its sign."
        ),
        loop(start="0", halved="x / 2, slope + 0.5"): (
            "",
            'It was right in each case drawn of "one halving", and in no other.',
        ),
    },
    mistakes={
        "Your slope is always 1": "1.0",
        "You gave the value that the loop ends with": """
while abs(x) > 5:
    x = x / 2
return x""",
        "You counted one round only": """
if abs(x) > 5:
    return 0.5
return 1.0""",
        "Your slope contains the sign of x": loop(start="np.sign(x)"),
        "Your loop never runs for a negative x": loop(runs="x > 5"),
        "You double the slope where x is halved": loop(halved="x / 2, slope * 2"),
        "You have one halving too many": loop(start="0.5"),
        "You have one halving too few": loop(runs="abs(x) > 10"),
        "Your slope is always 0": "0.0",
    },
)

"""A small graph whose variable is used twice, filled in."""

from corpus.graphs_by_hand.sheets import sheet

ANSWERS = {}

ANSWERS["shared_b"] = sheet(
    "shared_b",
    """
c, d = a + b, b + 1
filled = [c, d, c * d, d, c, d, c + d]""",
    right=["(a + b, b + 1, (a + b) * (b + 1), b + 1, a + b, b + 1, a + 2 * b + 1)"],
    told=["[a + b, b + 1, (a + b) * (b + 1), b + 1, a + b, b + 1, b * (a + b)]"],
)

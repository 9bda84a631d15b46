"""Three gates, filled in."""

from corpus.graphs_by_hand.sheets import sheet

ANSWERS = {}

ANSWERS["gate_patterns"] = sheet(
    "gate_patterns",
    """
s, m = a + b, max(c, d)
filled = [m, s, m, m, s if c > d else 0, s if d > c else 0]""",
    right=["[m, s, m, m, s * (c > d), s - s * (c > d)]"],
)

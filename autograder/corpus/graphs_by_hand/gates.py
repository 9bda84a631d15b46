"""Three gates, filled in."""

from corpus.graphs_by_hand.sheets import sheet

ANSWERS = {}

ANSWERS["gate_patterns"] = sheet(
    "gate_patterns",
    """
s, u = a + b, max(c, d)
filled = [u, s, u, u, s if c > d else 0, s if d > c else 0]""",
    right=["[u, s, u, u, s * (c > d), s - s * (c > d)]"],
)

"""A layer and a loss, filled in."""

from corpus.graphs_by_hand.sheets import sheet

ANSWERS = {}

ANSWERS["squared_miss"] = sheet(
    "squared_miss",
    """
z = w * x + b
dz = 2 * (z - t)
filled = [z, (t - z) ** 2, dz, dz * x, dz]""",
    right=["[z, (t - z) ** 2, -2 * (t - z), 2 * x * (z - t), 1.0 * dz]"],
    told=["[w * x + b, (t - w * x - b) ** 2, 2 * (w * x - t), 2 * x, 2]"],
)

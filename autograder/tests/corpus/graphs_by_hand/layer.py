"""A layer and a loss, filled in."""

from graphs_by_hand.sheets import sheet

ANSWERS = {}

ANSWERS["squared_miss"] = sheet(
    "squared_miss",
    """
z = w * x + b
dz = 2 * (z - y)
filled = [z, (y - z) ** 2, dz, dz * x, dz]""",
    right=["[z, (y - z) ** 2, -2 * (y - z), 2 * x * (z - y), 1.0 * dz]"],
    told=["[w * x + b, (y - w * x - b) ** 2, 2 * (w * x - y), 2 * x, 2]"],
)

"""A layer and a loss, filled in."""

from corpus.graphs_by_hand.sheets import sheet

ANSWERS = {}

ANSWERS["squared_miss"] = sheet(
    "squared_miss",
    """
p = w * x + b
dp = 2 * (p - t)
filled = [p, (p - t) ** 2, dp, dp * x, dp]""",
    right=["[p, (t - p) ** 2, -2 * (t - p), 2 * x * (p - t), 1.0 * dp]"],
    told=["[w * x + b, (t - w * x - b) ** 2, 2 * (w * x - t), 2 * x, 2]"],
)

"""The neuron with an L2 penalty, filled in."""

from corpus.graphs_by_hand.sheets import sheet

ANSWERS = {}

ANSWERS["decayed_neuron"] = sheet(
    "decayed_neuron",
    """
z = w * x + b
p = 1 / (1 + np.exp(-z))
m, r = 0.5 * (p - t) ** 2, w**2
dz = (p - t) * p * (1 - p)
filled = [z, p, m, r, m + lam * r, 1, lam, p - t, dz, dz * x + lam * 2 * w, dz]""",
    right=[
        "[z, 0.5 * (1 + math.tanh(z / 2)), *filled[2:7], -(t - p), *filled[8:]]",
        "np.round([*filled[:8], (p - t) * (p - p**2), *filled[9:]], 5)",
    ],
)

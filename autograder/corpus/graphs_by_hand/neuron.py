"""The neuron with weight decay, filled in."""

from corpus.graphs_by_hand.sheets import sheet

ANSWERS = {}

ANSWERS["decayed_neuron"] = sheet(
    "decayed_neuron",
    """
z = w * x + b
u = 1 / (1 + np.exp(-z))
m, r = 0.5 * (t - u) ** 2, w**2
dz = (u - t) * u * (1 - u)
filled = [z, u, m, r, m + lam * r, 1, lam, u - t, dz, dz * x + lam * 2 * w, dz]""",
    right=[
        "[z, 0.5 * (1 + math.tanh(z / 2)), *filled[2:7], -(t - u), *filled[8:]]",
        "np.round([*filled[:8], (u - t) * (u - u**2), *filled[9:]], 5)",
    ],
)

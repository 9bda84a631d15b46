"""A neuron with weight decay: its weight is used twice."""

from chainrule.questions.graphs_by_hand.sheets import decimals, sheet


def neuron_with_decay(m, x, t, w, b, lam):
    z = w * x + b
    u, r = m.sigmoid(z), w * w
    miss = t - u
    half = miss * miss / 2
    return {"z": z, "u": u, "m": half, "r": r, "L": half + lam * r}


decayed_neuron = sheet(
    "decayed_neuron",
    neuron_with_decay,
    decimals(x=(2, 3), t=(0.1, 0.9), w=(0.5, 0.9), b=(-0.4, -0.1), lam=(0.1, 0.4)),
    {
        "z u m r L": {
            "The half is missing: m is ½(t − u)².": (
                lambda t, u, lam, r: {"m": (t - u) ** 2, "L": (t - u) ** 2 + lam * r}
            ),
            "λ is missing: L is m + λr.": lambda t, u, r: {"L": (t - u) ** 2 / 2 + r},
            "r is the square of w.": lambda w: {"r": w},
        },
        "dm dr du dz": {
            "A sign is off from ∂L/∂u on: when u rises, t − u falls.": (
                lambda du, dz, x, dw, db: {
                    "du": -du,
                    "dz": -dz,
                    "dw": dw - 2 * dz * x,
                    "db": -db,
                }
            ),
            "From ∂L/∂z on, σ stands where its slope belongs. You have written "
            "that slope in Value.": (
                lambda du, u, x, dw, dz: {
                    "dz": du * u,
                    "dw": dw + (du * u - dz) * x,
                    "db": du * u,
                }
            ),
            "∂L/∂z is the local derivative of σ. Multiply by what arrives at u.": (
                lambda u: {"dz": u * (1 - u)}
            ),
        },
        "dw db": {
            "On the path through r, ∂L/∂w has w where the slope of w² belongs. How "
            "fast does w² rise at w = 1?": lambda dw, lam, w: {"dw": dw - lam * w},
            "∂L/∂w has the share through z only. w is used a second time, in r.": (
                lambda dz, x: {"dw": dz * x}
            ),
            "On the path through r, λ is missing from ∂L/∂w.": (
                lambda dz, x, w: {"dw": dz * x + 2 * w}
            ),
        },
    },
    points=[1, 1, 2],
    hints=[
        "Write the graph down first: w goes into wx and into r, so two shares come "
        "back to it.",
        "Write a local derivative beside each edge. When u rises towards t, does m "
        "rise or fall? How fast does w² rise? What is σ's slope, in terms of u?",
        "From L backward: m and r first, then u, then z, then w and b. Multiply along "
        "the edges. The two shares of w are added.",
    ],
)

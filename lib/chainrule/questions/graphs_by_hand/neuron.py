"""A neuron with weight decay: its weight is used twice."""

from chainrule.questions.graphs_by_hand.sheets import decimals, sheet


def neuron_with_decay(m, x, y, w, b, lam):
    z = w * x + b
    u, r = m.sigmoid(z), w * w
    miss = y - u
    half = miss * miss / 2
    return {"z": z, "u": u, "l": half, "r": r, "L": half + lam * r}


decayed_neuron = sheet(
    "decayed_neuron",
    neuron_with_decay,
    decimals(x=(2, 3), y=(1, 2), w=(0.5, 0.9), b=(-0.4, -0.1), lam=(0.1, 0.4)),
    {
        "z u l r L": {
            "The half is missing: l is ½(y − u)².": (
                lambda y, u, lam, r: {"l": (y - u) ** 2, "L": (y - u) ** 2 + lam * r}
            ),
            "λ is missing: L is l + λr.": lambda y, u, r: {"L": (y - u) ** 2 / 2 + r},
            "r is the square of w.": lambda w: {"r": w},
        },
        "dl dr du dz dw db": {
            "On the path through r, ∂L/∂w has w where the slope of w² belongs. How "
            "fast does w² rise at w = 1?": lambda dw, lam, w: {"dw": dw - lam * w},
            "∂L/∂w has the share through z only. w is used a second time, in r.": (
                lambda dz, x: {"dw": dz * x}
            ),
            "On the path through r, λ is missing from ∂L/∂w.": (
                lambda dz, x, w: {"dw": dz * x + 2 * w}
            ),
            "A sign is off from ∂L/∂u on: when u rises, y − u falls.": (
                lambda du, dz, x, dw, db: {
                    "du": -du,
                    "dz": -dz,
                    "dw": dw - 2 * dz * x,
                    "db": -db,
                }
            ),
            "From ∂L/∂z on, σ stands where its slope belongs. You have written "
            "that slope in local_grads.": (
                lambda du, u, x, dw, dz: {
                    "dz": du * u,
                    "dw": dw + (du * u - dz) * x,
                    "db": du * u,
                }
            ),
            "∂L/∂z is the local slope of σ. Multiply by what arrives at u.": (
                lambda u: {"dz": u * (1 - u)}
            ),
        },
    },
    hints=[
        "Write the graph down first: w goes into wx and into r, so two shares come "
        "back to it.",
        "Write a local slope beside each edge. When u rises towards y, does l rise or "
        "fall? How fast does w² rise? What is σ's slope, in terms of u?",
        "From L backward: l and r first, then u, then z, then w and b. Multiply along "
        "the edges. The two shares of w are added.",
    ],
)

"""A neuron with an L2 penalty: its weight is used twice."""

import math

from chainrule.questions.graphs_by_hand.sheets import decimals, sheet


def neuron_with_decay(m, x, t, w, b, lam):
    z = w * x + b
    p, r = m.sigmoid(z), w * w
    gap = p - t
    half = gap * gap / 2
    return {"z": z, "p": p, "m": half, "r": r, "L": half + lam * r}


def with_slope_at_p(p, x, dp, dz, dw):
    twice = 1 / (1 + math.exp(-p))
    at_z = dp * twice * (1 - twice)
    return {"dz": at_z, "dw": dw + (at_z - dz) * x, "db": at_z}


decayed_neuron = sheet(
    "decayed_neuron",
    neuron_with_decay,
    decimals(x=(2, 3), t=(0.1, 0.9), w=(0.5, 0.9), b=(-0.4, -0.1), lam=(0.1, 0.4)),
    {
        "z p m r L": {
            "Your m lacks the half: m is ½(p − t)².": (
                lambda t, p, lam, r: {"m": (p - t) ** 2, "L": (p - t) ** 2 + lam * r}
            ),
            "Your L lacks λ: L is m + λr.": lambda t, p, r: {"L": (p - t) ** 2 / 2 + r},
            "You gave w for r; r is w².": lambda w: {"r": w},
        },
        "dm dr dp dz": {
            "Your sign is off from ∂L/∂p on: when p rises, p − t rises too.": (
                lambda dp, dz, x, dw, db: {
                    "dp": -dp,
                    "dz": -dz,
                    "dw": dw - 2 * dz * x,
                    "db": -db,
                }
            ),
            "You put σ where its slope belongs, from ∂L/∂z on. You have written that "
            "slope in Value.": (
                lambda dp, p, x, dw, dz: {
                    "dz": dp * p,
                    "dw": dw + (dp * p - dz) * x,
                    "db": dp * p,
                }
            ),
            "Your ∂L/∂z is only the local derivative of σ. Multiply it by what arrives "
            "at p.": lambda p: {"dz": p * (1 - p)},
            "You took σ's slope at p, from ∂L/∂z on. It is p(1 − p), at z: p is σ(z) "
            "already.": with_slope_at_p,
        },
        "dw db": {
            "Your ∂L/∂w has w where the slope of w² belongs, on the path through r. "
            "How fast does w² rise at w = 1?": lambda dw, lam, w: {"dw": dw - lam * w},
            "Your ∂L/∂w has w on the path through z, where the local derivative of wx "
            "along w belongs: the other factor.": (
                lambda dz, w, lam: {"dw": dz * w + 2 * lam * w}
            ),
            "Your ∂L/∂w has the share through z only. w is used a second time, in r.": (
                lambda dz, x: {"dw": dz * x}
            ),
            "Your ∂L/∂w lacks λ on the path through r.": (
                lambda dz, x, w: {"dw": dz * x + 2 * w}
            ),
        },
    },
    points=[1, 1, 2],
    hints=[
        "Write the graph down first: w goes into wx and into r, so two shares come "
        "back to it.",
        "Write a local derivative beside each arrow. When p rises towards t, does m "
        "rise or fall? How fast does w² rise? What is σ's slope, in terms of p?",
        "From L backward: m and r first, then p, then z, then w and b. Multiply along "
        "the arrows. The two shares of w are added.",
    ],
)

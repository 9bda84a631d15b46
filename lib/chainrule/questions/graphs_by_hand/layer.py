"""A layer and a loss, one after the other."""

from chainrule.questions.graphs_by_hand.sheets import sheet, whole


def layer_and_loss(m, x, w, b, t):
    z = w * x + b
    return {"z": z, "L": (t - z) ** 2}


def near_miss(rng):
    """A target that the output misses by a little."""
    numbers = whole("xwb")(rng)
    gap = int(rng.choice([3, 5, 6, 7]) * rng.choice([-1, 1]))  # 4² is 2⁴
    return numbers | {"t": numbers["x"] * numbers["w"] + numbers["b"] + gap}


squared_miss = sheet(
    "squared_miss",
    layer_and_loss,
    near_miss,
    {
        "z L": {
            "L is the difference. It still has to be squared.": (
                lambda t, z: {"L": t - z}
            ),
            "There is no ½ in this loss.": lambda L: {"L": L / 2},
        },
        "dz dw db": {
            "All three are half of what they should be: the slope of a square "
            "has a factor 2.": (
                lambda dz, dw, db: {"dz": dz / 2, "dw": dw / 2, "db": db / 2}
            ),
            "All three have the opposite sign: when z rises, t − z falls.": (
                lambda dz, dw, db: {"dz": -dz, "dw": -dw, "db": -db}
            ),
            "∂L/∂w lacks the local derivative of wx along w, which is x.": (
                lambda dz: {"dw": dz}
            ),
            "∂L/∂w and ∂L/∂b are local derivatives, x and 1. "
            "Multiply by what arrives at z.": lambda x: {"dw": x, "db": 1},
        },
    },
    hints=[
        "Forward first: z is wx + b, and L is the square of t − z.",
        "The slope of (t − z)² along z has a 2, from the square, and a minus, from −z.",
        "z hands on what arrives: times x to w, times 1 to b.",
    ],
)

"""A layer and a loss, one after the other."""

from chainrule.questions.graphs_by_hand.sheets import sheet, whole


def layer_and_loss(m, x, w, b, t):
    p = w * x + b
    return {"p": p, "L": (p - t) ** 2}


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
        "p L": {
            "Your L is the difference. It still has to be squared.": (
                lambda p, t: {"L": p - t}
            ),
            "You halved L, but there is no ½ in this loss.": lambda L: {"L": L / 2},
        },
        "dp dw db": {
            "Your three gradients are half of what they should be: the slope of a "
            "square has a factor 2.": (
                lambda dp, dw, db: {"dp": dp / 2, "dw": dw / 2, "db": db / 2}
            ),
            "Your three gradients have the opposite sign: when p rises, p − t rises "
            "too.": lambda dp, dw, db: {"dp": -dp, "dw": -dw, "db": -db},
            "Your ∂L/∂w lacks the local derivative of wx along w, which is x.": (
                lambda dp: {"dw": dp}
            ),
            "Your ∂L/∂w holds w where the local derivative of wx along w belongs: the "
            "other factor.": lambda dp, w: {"dw": dp * w},
            "Your ∂L/∂w and ∂L/∂b are only local derivatives, x and 1. "
            "Multiply by what arrives at p.": lambda x: {"dw": x, "db": 1},
        },
    },
    hints=[
        "Forward first: p is wx + b, and L is the square of p − t.",
        "The slope of a square has a 2. Along p, the slope of p − t is 1.",
        "p hands on what arrives: times x to w, times 1 to b.",
    ],
)

"""Three gates: what a product, a sum and a maximum do with what arrives."""

from chainrule.questions.graphs_by_hand.sheets import sheet, whole


def gates(m, a, b, c, d):
    s, top = a + b, m.maximum(c, d)
    return {"s": s, "m": top, "f": s * top}


gate_patterns = sheet(
    "gate_patterns",
    gates,
    whole("abcd"),
    {
        "ds dm": {
            "A product swaps: s receives the other factor, m, and m receives s.": (
                lambda s, m: {"ds": s, "dm": m}
            ),
            "∂f/∂s and ∂f/∂m are 1: a sum would pass that on. f is a product.": (
                lambda: {"ds": 1, "dm": 1}
            ),
        },
        "da db": {
            "A sum divides nothing: both of its terms receive all that arrives.": (
                lambda ds: {"da": ds / 2, "db": ds / 2}
            ),
            "∂f/∂a and ∂f/∂b are local derivatives, 1 and 1. "
            "Multiply by what arrives at s.": lambda: {"da": 1, "db": 1},
            "a and b have been treated as factors. They are terms of a sum.": (
                lambda ds, a, b: {"da": ds * b, "db": ds * a}
            ),
        },
        "dc dd": {
            "The maximum doesn't share equally: only the larger input moves it.": (
                lambda dm: {"dc": dm / 2, "dd": dm / 2}
            ),
            "The gradient has gone to the smaller input. "
            "Which one moves the maximum when it moves?": (
                lambda dc, dd: {"dc": dd, "dd": dc}
            ),
            "Both inputs have received all of it. The smaller one can move a "
            "little, and the maximum stays.": lambda dm: {"dc": dm, "dd": dm},
            "These are local derivatives, 1 and 0. Multiply by what arrives at m.": (
                lambda c, d: {"dc": c > d, "dd": d > c}
            ),
        },
    },
    hints=[
        "Start at f with a 1 and ask each gate what it does with what arrives.",
        "Product: each factor receives the other one. Sum: everyone receives it all. "
        "Maximum: the larger one receives it all.",
        "First work out s and m. Then m arrives at s, and s arrives at m.",
    ],
)

"""Three gates: what a product, a sum and a maximum do with what arrives."""

from chainrule.questions.graphs_by_hand.sheets import sheet, whole


def gates(m, a, b, c, d):
    s, top = a + b, m.maximum(c, d)
    return {"s": s, "u": top, "f": s * top}


gate_patterns = sheet(
    "gate_patterns",
    gates,
    whole("abcd"),
    {
        "ds du": {
            "A product hands each factor the other one: s receives u, and u "
            "receives s.": lambda s, u: {"ds": s, "du": u},
            "∂f/∂s and ∂f/∂u are 1: a sum would pass that on. f is a product.": (
                lambda: {"ds": 1, "du": 1}
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
                lambda du: {"dc": du / 2, "dd": du / 2}
            ),
            "The gradient has gone to the smaller input. "
            "Which one moves the maximum when it moves?": (
                lambda dc, dd: {"dc": dd, "dd": dc}
            ),
            "Both inputs have received all of it. The smaller one can move a "
            "little, and the maximum stays.": lambda du: {"dc": du, "dd": du},
            "These are local derivatives, 1 and 0. Multiply by what arrives at u.": (
                lambda c, d: {"dc": c > d, "dd": d > c}
            ),
        },
    },
    hints=[
        "Start at f with a 1 and ask each gate what it does with what arrives.",
        "Product: each factor receives the other one. Sum: everyone receives it all. "
        "Maximum: the larger one receives it all.",
        "First work out s and u. Then s receives the value of u, and u that of s.",
    ],
)

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
            "You gave s and u their own values. A product hands each factor the other "
            "one: s receives u, and u receives s.": lambda s, u: {"ds": s, "du": u},
            "Your ∂f/∂s and ∂f/∂u are 1: a sum would pass that on, but f is a "
            "product.": (lambda: {"ds": 1, "du": 1}),
        },
        "da db": {
            "You halved the gradient at the sum, but both of its terms receive all "
            "that arrives.": lambda ds: {"da": ds / 2, "db": ds / 2},
            "Your ∂f/∂a and ∂f/∂b are only local derivatives, 1 and 1. "
            "Multiply by what arrives at s.": lambda: {"da": 1, "db": 1},
            "You treated a and b as factors. They are terms of a sum.": (
                lambda ds, a, b: {"da": ds * b, "db": ds * a}
            ),
        },
        "dc dd": {
            "You gave c and d one half each, but only the larger input moves the "
            "maximum.": lambda du: {"dc": du / 2, "dd": du / 2},
            "You handed the gradient to the smaller input. Which of the two moves the "
            "maximum?": lambda dc, dd: {"dc": dd, "dd": dc},
            "You handed all of it to both inputs. But when the smaller one moves a "
            "little, the maximum stays.": lambda du: {"dc": du, "dd": du},
            "Your ∂f/∂c and ∂f/∂d are only local derivatives, a 1 and a 0. "
            "Multiply by what arrives at u.": lambda c, d: {"dc": c > d, "dd": d > c},
        },
    },
    hints=[
        "Start at f with a 1 and ask each gate what it does with what arrives.",
        "Product: each factor receives the other one. Sum: everyone receives it all. "
        "Maximum: the larger one receives it all.",
        "First work out s and u. Then s receives the value of u, and u that of s.",
    ],
)

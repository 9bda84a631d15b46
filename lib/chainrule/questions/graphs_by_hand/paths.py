"""Where paths meet: a small graph to fill in, with a variable that is used twice."""

from chainrule.questions.graphs_by_hand.sheets import sheet, whole


def two_sums(m, a, b):
    c, d = a + b, b + 1
    return {"c": c, "d": d, "e": c * d}


shared_b = sheet(
    "shared_b",
    two_sums,
    whole("ab"),
    {
        "c d e": {
            "Your e is a sum. It is the product of c and d.": (
                lambda c, d: {"e": c + d}
            ),
            "You gave b for d; d is b + 1.": lambda b, c: {"d": b, "e": c * b},
        },
        "dc dd da db": {
            "Your ∂e/∂b is only the share that comes through c. b is used twice: add "
            "what comes back along both arrows.": lambda dc: {"db": dc},
            "Your ∂e/∂b is only the share that comes through d. b is used twice: add "
            "what comes back along both arrows.": lambda dd: {"db": dd},
            "Your ∂e/∂b is the product of the two shares. Along a path slopes are "
            "multiplied; where paths meet, shares are added.": (
                lambda dc, dd: {"db": dc * dd}
            ),
            "You swapped the product's slopes: when c moves, e moves d times as "
            "fast.": lambda c, d: {"dc": c, "dd": d, "da": c},
            "Your ∂e/∂a and ∂e/∂b are the numbers of paths, 1 and 2. Multiply each "
            "path's 1 by the gradient at c or at d.": lambda: {"da": 1, "db": 2},
        },
    },
    hints=[
        "Count the arrows that leave b: it goes into c and into d.",
        "Through c the share is ∂e/∂c times 1, through d it is ∂e/∂d times 1.",
        "e is a product: what does it hand to c, and what to d? At b both shares are "
        "added.",
    ],
)

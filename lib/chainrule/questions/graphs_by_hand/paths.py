"""Along a path and where paths meet: four small graphs to fill in."""

import math

from chainrule.questions.graphs_by_hand.sheets import decimals, sheet, whole


def sum_then_product(m, x, y, z):
    s = x + y
    return {"s": s, "f": s * z}


sum_times_z = sheet(
    "sum_times_z",
    sum_then_product,
    whole("xyz"),
    {
        "s f ds dx dy dz": {
            "∂f/∂x and ∂f/∂y are local derivatives of the sum, 1 and 1. "
            "Multiply by what arrives at s.": lambda: {"dx": 1, "dy": 1},
            "The product's slopes are swapped: when s moves, f moves z times as "
            "fast. What arrives at s goes on to x and y.": (
                lambda s, z: {"ds": s, "dx": s, "dy": s, "dz": z}
            ),
            "f is a product of s and z, not their sum.": lambda s, z: {"f": s + z},
        }
    },
    hints=[
        "Fill in the values from left to right, then the gradients from right to left. "
        "At f itself the gradient is 1.",
        "At a product each factor receives the other factor, times what arrives.",
        "At a sum both terms receive what arrives, times 1.",
    ],
)


def shifted_sine(m, x1, x2):
    z1, z2 = 5 * x1, x2 + math.pi
    return {"z1": z1, "z2": z2, "y": z1 + m.sin(z2)}


sine_of_shift = sheet(
    "sine_of_shift",
    shifted_sine,
    decimals(x1=(0.5, 3), x2=(0.6, 1.3)),
    {
        "z1 z2 y dx1 dx2": {
            "The angle was read in degrees. Here it is in radians, as in np.sin.": (
                lambda z1, z2: {
                    "y": z1 + math.sin(math.radians(z2)),
                    "dx2": math.cos(math.radians(z2)),
                }
            ),
            "∂y/∂x1 is 1, the slope of y along z1. There is one more operation "
            "between z1 and x1.": lambda: {"dx1": 1},
            "∂y/∂x2 is the sine itself. Multiply by its slope instead.": (
                lambda z2: {"dx2": math.sin(z2)}
            ),
            "∂y/∂x2 has been taken at x2. The sine was asked at z2, with π added.": (
                lambda x2: {"dx2": math.cos(x2)}
            ),
            "∂y/∂x2 is 1, as if the sine weren't there. It has a slope as well.": (
                lambda: {"dx2": 1}
            ),
        }
    },
    hints=[
        "y is a sum: it hands the gradient 1 to both of its terms.",
        "On the way to x1 stands one product. On the way to x2 stand a sine and a sum.",
        "The sine's slope is the cosine of what went into it: z2.",
    ],
)


def two_sums(m, a, b):
    c, d = a + b, b + 1
    return {"c": c, "d": d, "e": c * d}


shared_b = sheet(
    "shared_b",
    two_sums,
    whole("ab"),
    {
        "c d e dc dd da db": {
            "∂e/∂b is the share that comes through c alone. b is used twice: "
            "add what comes back along both edges.": lambda dc: {"db": dc},
            "∂e/∂b is the share that comes through d alone. b is used twice: "
            "add what comes back along both edges.": lambda dd: {"db": dd},
            "∂e/∂b is the product of the two shares. Along a path slopes are "
            "multiplied; where paths meet, shares are added.": (
                lambda dc, dd: {"db": dc * dd}
            ),
            "The product's slopes are swapped: when c moves, e moves d times as "
            "fast.": lambda c, d: {"dc": c, "dd": d, "da": c},
            "∂e/∂a and ∂e/∂b count paths: each share also has to be multiplied by "
            "what arrives there.": lambda: {"da": 1, "db": 2},
        }
    },
    hints=[
        "Count the edges that leave b: it goes into c and into d.",
        "Through c the share is ∂e/∂c times 1, through d it is ∂e/∂d times 1.",
        "e is a product: what does it hand to c, and what to d? At b both shares are "
        "added.",
    ],
)


def squares(m, x):
    f = x * x
    g = 2 * f + 1
    return {"f": f, "g": g, "F": g * g}


nested_square = sheet(
    "nested_square",
    squares,
    decimals(x=(1.1, 2.9)),
    {
        "f g F dg df dx": {
            "∂F/∂f and ∂F/∂x are local derivatives, 2 and 2x: the slopes of the "
            "next node, not of F. Multiply by what arrives.": (
                lambda x: {"df": 2, "dx": 2 * x}
            ),
            "A factor is lost at the outer square, and missing from there on. How "
            "fast does g² rise at g = 1?": (
                lambda g, dx: {"dg": g, "df": 2 * g, "dx": dx / 2}
            ),
            "∂F/∂x stops at f: the slope of x² is still missing.": (
                lambda df: {"dx": df}
            ),
            "A factor is lost in ∂F/∂x. How fast does x² rise at x = 1?": (
                lambda dx: {"dx": dx / 2}
            ),
            "The factor 2 in 2f + 1 is missing from ∂F/∂f on.": (
                lambda df, dx: {"df": df / 2, "dx": dx / 2}
            ),
        }
    },
    hints=[
        "Three functions inside one another: square, then times 2 plus 1, then square.",
        "Their local slopes are 2x, 2 and 2g. Take g's value from the way forward.",
        "Begin at F: ∂F/∂g, then times 2, then times 2x.",
    ],
)

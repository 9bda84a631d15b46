"""Four small graphs, filled in."""

from graphs_by_hand.sheets import sheet

ANSWERS = {}

ANSWERS["sum_times_z"] = sheet(
    "sum_times_z",
    """
s = x + y
filled = [s, s * z, z, z, z, s]""",
    right=["np.array([x + y, x * z + y * z, z, z, z, x + y], dtype=float)"],
    told=["[x + y, (x + y) * z, z, z * x, z * y, x + y]"],
)

ANSWERS["sine_of_shift"] = sheet(
    "sine_of_shift",
    """
z1, z2 = 5 * x1, x2 + np.pi
filled = [z1, z2, z1 + np.sin(z2), 5, np.cos(z2)]""",
    right=[
        "[z1, x2 + 3.1416, z1 + np.sin(x2 + 3.1416), 5, np.cos(x2 + 3.1416)]",
        "[z1, z2, z1 - math.sin(x2), 5, -math.cos(x2)]",
    ],
)

ANSWERS["shared_b"] = sheet(
    "shared_b",
    """
c, d = a + b, b + 1
filled = [c, d, c * d, d, c, d, c + d]""",
    right=["(a + b, b + 1, (a + b) * (b + 1), b + 1, a + b, b + 1, a + 2 * b + 1)"],
    told=["[a + b, b + 1, (a + b) * (b + 1), b + 1, a + b, b + 1, b * (a + b)]"],
)

ANSWERS["nested_square"] = sheet(
    "nested_square",
    """
f = x**2
g = 2 * f + 1
filled = [f, g, g**2, 2 * g, 4 * g, 8 * g * x]""",
    right=[
        "[f, g, 4 * x**4 + 4 * x**2 + 1, 2 * g, 4 * g, 16 * x**3 + 8 * x]",
        '[f, g, float(f"{g**2:.6g}"), 2 * g, 4 * g, float(f"{8 * g * x:.5g}")]',
    ],
)

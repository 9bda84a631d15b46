"""Answers to 1-derivatives/01_three_derivatives as students write them, by question.

RIGHT: other right answers than the notebook's own. WRONG: plausible answers that no
catalogued mistake explains. MISTAKES: for each mistake of the bank, in its order, the
code that makes it. All are cells of source; the set-up cell has been run before them.
"""

RIGHT = {}
WRONG = {}
MISTAKES = {}

RIGHT["forward_difference"] = [
    """forward_difference = lambda f, x, h: (f(x + h) - f(x)) / h""",
    """
class ForwardDifference:
    def __call__(self, f, x, h):
        ahead, here = f(x + h), f(x)
        return (ahead - here) / ((x + h) - x)

forward_difference = ForwardDifference()""",
    """
def forward_difference(f, x, h):
    return np.diff([f(x), f(x + h)])[0] / h""",
]
WRONG["forward_difference"] = [
    """
def forward_difference(f, x, h):
    slope = (f(x + h) - f(x)) / h
    print(slope)""",
    """
def forward_difference(f, x, h):
    return round((f(x + h) - f(x)) / h, 2)""",
    """
def forward_difference(f, x, h):
    h = 1e-6
    return (f(x + h) - f(x)) / h""",
    """
def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / x""",
    """
def forward_difference(f, x, h):
    return (f(x + h) - f(x)) // h""",
    """
def forward_difference(f, x, h):
    return (f(x) - f(h)) / (x - h)""",
    """
import torch

def forward_difference(f, x, h):
    t = torch.tensor(x, requires_grad=True)
    f(t).backward()
    return t.grad.item()""",
]
MISTAKES["forward_difference"] = [
    """
def forward_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)""",
    """
def forward_difference(f, x, h):
    return (f(x) - f(x - h)) / h""",
    """
def forward_difference(f, x, h):
    return f(x + h) - f(x)""",
    """
def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / (2 * h)""",
    """
def forward_difference(f, x, h):
    return f(x + h) - f(x) / h""",
    """
def forward_difference(f, x, h):
    return (f(x) - f(x + h)) / h""",
    """
def forward_difference(f, x, h):
    if h < 0.04:  # more exact for a small step
        return (f(x + h) - f(x - h)) / (2 * h)
    return (f(x + h) - f(x)) / h""",
    """
def forward_difference(f, x, h):
    h = max(h, 0.05)  # a tiny step would be noise
    return (f(x + h) - f(x)) / h""",
]

RIGHT["central_difference"] = [
    """
def central_difference(f, x, h):
    slope_ahead = (f(x + h) - f(x)) / h
    slope_behind = (f(x) - f(x - h)) / h
    return 0.5 * (slope_ahead + slope_behind)""",
    """
def central_difference(f, x, h):
    left, right = x - h, x + h
    return (f(right) - f(left)) / (right - left)""",
]
WRONG["central_difference"] = [
    """
def central_difference(f, x, h):
    return (f(x + h) + f(x - h)) / (2 * h)""",
    """
def central_difference(f, x, h):
    return (f(x + h / 2) - f(x - h / 2)) / h""",
    """
def central_difference(f, x, h):
    return (f(x + 2 * h) - f(x)) / (2 * h)""",
    """
def central_difference(f, x, h):
    return (-f(x + 2 * h) + 8 * f(x + h) - 8 * f(x - h) + f(x - 2 * h)) / (12 * h)""",
    """
def central_difference(f, x, h):
    return (f(x + h) - 2 * f(x) + f(x - h)) / h**2""",
]
MISTAKES["central_difference"] = [
    """
def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / h""",
    """
def central_difference(f, x, h):
    return (f(x + h) - f(x)) / h""",
    """
def central_difference(f, x, h):
    return (f(x + h) - f(x)) / (2 * h)""",
    """
def central_difference(f, x, h):
    return (f(x - h) - f(x + h)) / (2 * h)""",
    """
def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / 2 * h""",
    """
def central_difference(f, x, h):
    return f(x + h) - f(x - h) / (2 * h)""",
    """
def central_difference(f, x, h):
    if h < 0.04:  # saves a call
        return (f(x + h) - f(x)) / h
    return (f(x + h) - f(x - h)) / (2 * h)""",
    """
def central_difference(f, x, h):
    h = max(h, 0.05)  # a tiny step would be noise
    return (f(x + h) - f(x - h)) / (2 * h)""",
]

RIGHT["best_h"] = [
    """
def best_h(f, x, dtype):
    return np.cbrt(np.finfo(dtype).eps)""",
    """
def best_h(f, x, dtype):
    return 1e-5 if dtype == np.float64 else 7e-3""",
    """
def best_h(f, x, dtype):
    bend = 1e-2
    left, right = f(x - 2*bend) - 2*f(x - bend), f(x + 2*bend) - 2*f(x + bend)
    third = (right - left) / (2*bend**3)
    size = abs(f(x)) + abs(x)
    return dtype((1.5 * np.finfo(dtype).eps * size / (abs(third) + 0.1)) ** (1 / 3))""",
]
WRONG["best_h"] = [
    """
def best_h(f, x, dtype):
    return -np.cbrt(np.finfo(dtype).eps)""",
    """
def best_h(f, x, dtype):
    return [np.cbrt(np.finfo(dtype).eps)]""",
    """
def best_h(f, x, dtype):
    return 1 / np.finfo(dtype).eps ** (1 / 3)""",
    """
def best_h(f, x, dtype):
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)""",
    """
def best_h(f, x, dtype):
    return np.logspace(-12, -1, 12)""",
    """
def best_h(f, x, dtype):
    return "1e-5" """,
    """
def best_h(f, x, dtype):
    return 0""",
]
MISTAKES["best_h"] = [
    """
def best_h(f, x, dtype):
    return np.cbrt(np.finfo(np.float32).eps)""",
    """
def best_h(f, x, dtype):
    return 1e-10""",
    """
def best_h(f, x, dtype):
    return np.sqrt(np.finfo(dtype).eps)""",
    """
def best_h(f, x, dtype):
    return 0.1""",
    """
def best_h(f, x, dtype):
    return np.finfo(np.float64).eps ** (1 / 3)""",
    """
def best_h(f, x, dtype):
    return 1e-5 if dtype == np.float64 else np.finfo(dtype).eps""",
    """
def best_h(f, x, dtype):
    return 1e-5 if dtype == np.float64 else np.sqrt(np.finfo(dtype).eps)""",
    """
def best_h(f, x, dtype):
    return 1e-5 if dtype == np.float64 else 0.3""",
]

RIGHT["gradient_by_differences"] = [
    """
def gradient_by_differences(f, x):
    h, here = 1e-7, f(x)
    return np.array([(f(x + h * e) - here) / h for e in np.eye(len(x))])""",
    """
def gradient_by_differences(f, x):
    h = 1e-5
    g = []
    for i in range(x.size):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g.append((f(up) - f(down)) / (2 * h))
    return g""",
    """
def gradient_by_differences(f, x):
    h, g = 1e-6, np.empty_like(x)
    for i in range(len(x)):
        keep = x[i]
        x[i] = keep + h
        above = f(x)
        x[i] = keep - h
        below = f(x)
        x[i] = keep
        g[i] = (above - below) / 2e-6
    return g""",
]
WRONG["gradient_by_differences"] = [
    """
def gradient_by_differences(f, x):
    h, g = 0.3, np.zeros(len(x))
    for i in range(len(x)):
        e = np.eye(len(x))[i]
        g[i] = (f(x + h * e) - f(x - h * e)) / (2 * h)
    return g""",
    """
def gradient_by_differences(f, x):
    h, g = 1e-6, np.zeros(len(x), dtype=int)
    for i in range(len(x)):
        e = np.eye(len(x))[i]
        g[i] = (f(x + h * e) - f(x - h * e)) / (2 * h)
    return g""",
    """
def gradient_by_differences(f, x):
    h, g = 1e-6, np.zeros(len(x))
    for i in range(len(x) - 1):
        e = np.eye(len(x))[i]
        g[i] = (f(x + h * e) - f(x - h * e)) / (2 * h)
    return g""",
    """
def gradient_by_differences(f, x):
    h, along = 1e-6, np.eye(len(x))
    return np.array([[(f(x + h * e) - f(x - h * e)) / (2 * h) for e in along]])""",
    """
def gradient_by_differences(f, x):
    return np.gradient(x)""",
    """
def gradient_by_differences(f, x):
    h, along = 1e-16, np.eye(len(x))
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in along])""",
    """
def gradient_by_differences(f, x):
    h, g = 1e-6, np.zeros(3)
    for i in range(3):
        e = np.eye(3)[i]
        g[i] = (f(x + h * e) - f(x - h * e)) / (2 * h)
    return g""",
]
MISTAKES["gradient_by_differences"] = [
    """
def gradient_by_differences(f, x):
    h, g = 1e-6, np.zeros(len(x))
    for i in range(len(x)):
        e = np.eye(len(x))[i]
        g[i] = (f(x + h * e) - f(x - h * e)) / (2 * h)
        return g""",
    """
def gradient_by_differences(f, x):
    h, g = 1e-6, np.zeros(len(x))
    for i in range(len(x)):
        moved = x
        moved[i] += h
        g[i] = (f(moved) - f(x)) / h
    return g""",
    """
def gradient_by_differences(f, x):
    h, here, moved = 1e-6, f(x), x.copy()
    g = np.zeros(len(x))
    for i in range(len(x)):
        moved[i] += h
        g[i] = (f(moved) - here) / h
    return g""",
    """
def gradient_by_differences(f, x):
    h, g = 1e-6, np.zeros(len(x))
    for i in range(len(x)):
        g[i] = (f(x + h) - f(x - h)) / (2 * h)
    return g""",
    """
def gradient_by_differences(f, x):
    h, g = 1e-6, np.zeros(len(x))
    for i in range(len(x)):
        e = np.eye(len(x))[i]
        g[i] = (f(x + h * e) - f(x - h * e)) / h
    return g""",
    """
def gradient_by_differences(f, x):
    h, g = 1e-6, np.zeros(len(x))
    for i in range(len(x)):
        e = np.eye(len(x))[i]
        g[i] = (f(x + h * e) - f(x)) / (2 * h)
    return g""",
    """
def gradient_by_differences(f, x):
    h = 1e-6
    return (f(x + h) - f(x - h)) / (2 * h)""",
    """
def gradient_by_differences(f, x):
    h, g = 1e-6, np.zeros(len(x))
    for i in range(len(x)):
        e = np.eye(len(x))[i]
        here = f(x)
        ahead, behind = (f(x + h * e) - here) / h, (here - f(x - h * e)) / h
        g[i] = (ahead + behind) / 2
    return g""",
    """
def gradient_by_differences(f, x):
    h, g = 1e-6, np.zeros(len(x))
    for i in range(len(x)):
        before = f(x)
        x[i] += h
        g[i] = (f(x) - before) / h
    return g""",
]

RIGHT["gradient_field"] = [
    """gradient_field = lambda x, y: [2 * (x - 2), 2.0]""",
    """
def gradient_field(x, y):
    df_dx = 2 * x - 4
    df_dy = 2
    return df_dx, df_dy""",
]
WRONG["gradient_field"] = [
    """
def gradient_field(x, y):
    return np.array([2, 2 * x - 4])""",
    """
def gradient_field(x, y):
    return 2 * x - 4 + 2""",
    """
def gradient_field(x, y):
    return np.array([[2 * x - 4], [2]])""",
    """
def gradient_field(x, y):
    return np.array([2 * x - 4])""",
    """
def gradient_field(x, y):
    return np.array([2 * x + 4, 2])""",
    """
def gradient_field(x, y):
    return x**2 - 4 * x + 7 + 2 * y""",
    """
def gradient_field(x, y):
    return "2x - 4, 2" """,
]
MISTAKES["gradient_field"] = [
    """
def gradient_field(x, y):
    return np.array([2 * x - 4, 2 * y + 2])""",
    """
def gradient_field(x, y):
    return np.array([2 * x - 4, 2 * y])""",
    """
def gradient_field(x, y):
    return np.array([2 * x, 2])""",
    """
def gradient_field(x, y):
    return np.array([2 * x - 4 + 7, 2])""",
]

RIGHT["product_slope"] = [
    """
def product_slope(x):
    u, v = x, np.sin(5 * x)
    du, dv = 1, 5 * np.cos(5 * x)
    return du * v + u * dv""",
    """
import math
product_slope = lambda x: math.sin(5 * x) + 5 * x * math.cos(5 * x)""",
]
WRONG["product_slope"] = [
    """
def product_slope(x):
    return x * np.sin(5 * x)""",
    """
def product_slope(x):
    return np.sin(5 * x) + 5 * np.cos(5 * x)""",
    """
def product_slope(x):
    return np.sin(5 * x) + 5 * x * np.cos(x)""",
    """
def product_slope(x):
    return np.sin(x) + 5 * x * np.cos(5 * x)""",
    """
def product_slope(x):
    h = 1e-3
    return ((x + h) * np.sin(5 * (x + h)) - x * np.sin(5 * x)) / h""",
    """
def product_slope(x):
    return sin(5 * x) + 5 * x * cos(5 * x)""",
]
MISTAKES["product_slope"] = [
    """
def product_slope(x):
    return np.sin(5 * x) + x * np.cos(5 * x)""",
    """
def product_slope(x):
    return x * np.cos(5 * x) * 5""",
    """
def product_slope(x):
    return np.sin(5 * x)""",
    """
def product_slope(x):
    return 1 * 5 * np.cos(5 * x)""",
    """
def product_slope(x):
    return np.sin(5 * x) - 5 * x * np.cos(5 * x)""",
]

RIGHT["tidy_slope"] = [
    """
n = numbers("tidy_slope", STUDENT)
a, b, c, d, x = n["a"], n["b"], n["c"], n["d"], n["x"]
tidy_slope = np.array(a + (c - d) + 2.0 * b * x)""",
    """
def slope_of_sum(a, b, c, d, x):
    return 2 * b * x + (a + c - d)

tidy_slope = slope_of_sum(**numbers("tidy_slope", STUDENT))""",
]
WRONG["tidy_slope"] = [
    """
n = numbers("tidy_slope", STUDENT)
tidy_slope = n["a"] + 2 * n["b"] * n["x"] + (n["c"] - n["d"]) * n["x"]""",
    """
n = numbers("tidy_slope", STUDENT)
tidy_slope = n["a"] + 2 * n["b"] + n["c"] - n["d"]""",
    """tidy_slope = "a + 2bx + c - d" """,
    """
def tidy_slope(a, b, c, d, x):
    return a + 2 * b * x + c - d""",
    """tidy_slope = numbers("tidy_slope", STUDENT)""",
    """tidy_slope = 0""",
]
MISTAKES["tidy_slope"] = [
    """
n = numbers("tidy_slope", STUDENT)
tidy_slope = n["a"] + n["b"] * n["x"] + n["c"] - n["d"]""",
    """
n = numbers("tidy_slope", STUDENT)
tidy_slope = n["a"] * n["x"] + n["b"] * n["x"] ** 2 + n["x"] * (n["c"] - n["d"])""",
    """
n = numbers("tidy_slope", STUDENT)
tidy_slope = n["a"] + 2 * n["b"] * n["x"]""",
    """
n = numbers("tidy_slope", STUDENT)
tidy_slope = n["a"] + 2 * n["b"] * n["x"] + n["c"] + n["d"]""",
]

RIGHT["halving_slope"] = [
    """
def halving_slope(x):
    return 1.0 if abs(x) <= 5 else 0.5 * halving_slope(x / 2)""",
    """
def halving_slope(x):
    rounds = max(0, int(np.ceil(np.log2(abs(x) / 5))))
    return 2.0**-rounds""",
    """halving_slope = lambda x: (halve(x + 1e-6) - halve(x - 1e-6)) / 2e-6""",
]
WRONG["halving_slope"] = [
    """
def halving_slope(x):
    return 1 / x""",
    """
def halving_slope(x):
    rounds = 0
    while abs(x) > 5:
        x = x / 2
        rounds += 1
    return rounds""",
    """
def halving_slope(x):
    return 0.5 ** max(0, int(np.log2(abs(x) / 5)))""",
    """
def halving_slope(x):
    return (halve(x + 10) - halve(x)) / 10""",
    """
def halving_slope(x):
    slope = 1
    while abs(x) > 5:
        x, slope = x // 2, slope // 2
    return slope""",
]
MISTAKES["halving_slope"] = [
    """
def halving_slope(x):
    return 1.0""",
    """
def halving_slope(x):
    while abs(x) > 5:
        x = x / 2
    return x""",
    """
def halving_slope(x):
    if abs(x) > 5:
        return 0.5
    return 1.0""",
    """
def halving_slope(x):
    slope = np.sign(x)
    while abs(x) > 5:
        x, slope = x / 2, slope / 2
    return slope""",
    """
def halving_slope(x):
    slope = 1.0
    while x > 5:
        x, slope = x / 2, slope / 2
    return slope""",
    """
def halving_slope(x):
    slope = 1.0
    while abs(x) > 5:
        x, slope = x / 2, slope * 2
    return slope""",
    """
def halving_slope(x):
    slope = 0.5
    while abs(x) > 5:
        x, slope = x / 2, slope / 2
    return slope""",
    """
def halving_slope(x):
    return 0.0""",
]

RIGHT["directional_check"] = [
    """
def directional_check(f, g, x):
    v = np.random.default_rng().uniform(-1, 1, x.shape)
    v /= np.linalg.norm(v)
    h = 1e-5
    slope = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return np.isclose(slope, np.sum(g * v), rtol=1e-6, atol=1e-6)""",
    """
def directional_check(f, g, x):
    v = np.random.randn(len(x))
    h = 1e-6
    ahead, behind = [f(x + t * v) for t in (h, -h)]
    if abs((ahead - behind) / (2 * h) - g.dot(v)) > 1e-5:
        return False
    return True""",
]
WRONG["directional_check"] = [
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-5
    return (f(x + h * v) - f(x - h * v)) / (2 * h) - g @ v""",
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-5
    return (f(x + h * v) - f(x - h * v)) / (2 * h) * (g @ v) > 0""",
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-5
    slope = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return abs(abs(slope) - abs(g @ v)) < 1e-5""",
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-5
    slope = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return np.abs(slope - g * v) < 1e-5""",
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-5
    if abs((f(x + h * v) - f(x - h * v)) / (2 * h) - g @ v) < 1e-5:
        return True""",
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-5
    assert abs((f(x + h * v) - f(x - h * v)) / (2 * h) - g @ v) < 1e-5
    return True""",
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-5
    return bool(abs((f(x + h * v) - f(x - h * v)) / 2 * h - g @ v) < 1e-5)""",
]
MISTAKES["directional_check"] = [
    """
def directional_check(f, g, x):
    v, h = np.eye(len(x))[0], 1e-5
    return bool(abs((f(x + h * v) - f(x - h * v)) / (2 * h) - g @ v) < 1e-5)""",
    """
def directional_check(f, g, x):
    v, h = np.ones(len(x)), 1e-5
    return bool(abs((f(x + h * v) - f(x - h * v)) / (2 * h) - g @ v) < 1e-5)""",
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-5
    return bool(np.isclose((f(x + h * v) - f(x - h * v)) / h, g @ v))""",
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-5
    slope = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return bool(np.isfinite(slope) and np.isfinite(g @ v))""",
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-5
    return bool((f(x + h * v) - f(x - h * v)) / (2 * h) == g @ v)""",
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-5
    return bool(abs((f(x + h * v) - f(x - h * v)) / (2 * h) - g @ v) > 1e-5)""",
    """
def directional_check(f, g, x):
    h = 1e-5
    slopes = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))]
    return np.allclose(slopes, g, atol=1e-5)""",
    """
def directional_check(f, g, x):
    v, h = np.random.randn(len(x)), 1e-20
    return bool(abs(f(x + 1j * h * v).imag / h - g @ v) < 1e-6)""",
]
for catalogue in (RIGHT, WRONG, MISTAKES):
    for name, sources in catalogue.items():
        catalogue[name] = [source.strip() for source in sources]

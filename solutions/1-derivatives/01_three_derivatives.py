# %% [markdown]
# # Find a derivative in three ways
#
# Training a network means that a program asks one question millions of times: *if this number moves, how fast does the loss move?* The answer is a derivative.
#
# Here you find derivatives in three ways: by measuring, by algebra, and by letting a program follow its own computation. A measurement has one kind of error; algebra and a program have other kinds. So if a measurement and one of the other two give the same number, that number is very likely right.

# %% [markdown]
# **You'll do:** write difference quotients and find their best step, differentiate a loop, and check a whole gradient with two calls.
#
# **You'll learn:** where the error of a measured slope comes from, what forward mode and reverse mode are, and what each of them costs.
#
# **You need:** derivatives, Taylor's series, gradients, a little NumPy, and how to read a verdict (`00_shapes_and_checks`).
#
# **Time:** about 3 hours, half of it reading. Take a break before "Let algebra do it".
#
# {questions} Every check draws fresh numbers. `tidy_slope` has numbers of your own: put your id into `STUDENT` below before you begin. {dots}
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, draw, hint, numbers
from chainrule.guess import beside

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## See how many slopes training needs
#
# The language network BERT base (2018) has 110 million weights, GPT-3 (2020) has 175 billion. Training needs a derivative of the loss for *every* weight at each step, and BERT took a million steps.
#
# ## Move one number, hold the others
#
# The smallest unit of a network, a **neuron**, is f(x, w, b) = wx + b. Hold x and b, and move w alone. The speed at which f then moves is the **partial derivative** ∂f/∂w, the slope of f along w. On paper it is x. Now let x be 3, and move w from 2 to 2.1.


# %%
def neuron(x, w, b):
    return w * x + b


(neuron(3, 2.1, 1) - neuron(3, 2.0, 1)) / 0.1

# %% [markdown]
# As a function of w, the neuron is a straight line, so on paper the quotient is exactly 3. In the computer 2.1, 0.1 and every result are rounded, so the last digits are wrong. Because of this rounding, a step can be too small.

# %% [markdown]
# ## Take a step and divide
#
# From here on our example is f(x) = x sin 5x, at x = 0.7. A slope is rise over run. Take a step from x to x + h, and divide the rise by h:
#
# $$f'(x) \approx \frac{f(x + h) - f(x)}{h}$$
#
# This quotient is the **forward difference**. How far is it from f′(x)? Taylor's series writes f(x + h) as f(x) plus corrections:
#
# $$f(x + h) = f(x) + h\,f'(x) + \tfrac{1}{2} h^2 f''(x) + \tfrac{1}{6} h^3 f'''(x) + \dots$$
#
# Subtract f(x) and divide by h: the quotient is f′(x) + ½ h f″(x) + … All that stands after f′(x) is the **truncation error**. If f″(x) is not 0, then for a small h the first term is nearly all of it: the error "shrinks like h", in proportion to h.
#
# **Guess:** at h = 0.002 the error, quotient − f′(x), is −0.0032. What is it at h = 0.001? Write a number in place of the dots.


# %%
def f(x):
    return x * np.sin(5 * x)


guess_error = ...


# %% demo let torch find the true slope, and NumPy a quotient
def true_slope(x):
    import torch

    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad((at * torch.sin(5 * at)).sum(), at)[0].numpy()


def forward_by_numpy(f, x, h):  # written so that it doesn't give the answer away
    return np.diff([f(x), f(x + h)], axis=0)[0] / h


beside(guess_error, forward_by_numpy(f, 0.7, 0.001) - true_slope(0.7))

# %% demo shrink the step
steps = [0.5, 0.25, 0.1, 0.05, 0.01]
title = "As the step shrinks to 0, the secant turns into the tangent"
draw.titled(title, draw.secants(f, float(true_slope(0.7)), 0.7, steps))

# %% [markdown]
# Make h smaller with the slider. At h = 0.5 the line through both points, the **secant**, has little to do with the tangent; at h = 0.1 and below the eye can hardly tell one from the other.
#
# The error needn't fall at every step: from 0.1 to 0.05 it grows. It changes its sign near h = 0.085, where the next terms, mainly h² f‴(x) / 6, happen to cancel ½ h f″(x). That is luck.
#
# ### Write the forward difference
#
# **Question `forward_difference` •, 2 points.** Return the slope of `f` at `x` from the points x and x + h. One point is for the value, one for an error that shrinks like h.
#
# Stuck? Run `hint("forward_difference")` in a cell of your own.


# %% answer forward_difference
def forward_difference(f, x, h):
    """Slope of f at x from one step ahead, with an error like h."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x)) / h
    ### END SOLUTION


# %% check forward_difference
check("forward_difference", forward_difference)

# %% [markdown]
# ### Look both ways
#
# Take a step back as well, and draw the line through the points of f at x − h and x + h. The slope of this line is the **central difference**. Write Taylor's series for both neighbours, subtract, and divide by 2h: f(x) and all even powers of h in the series cancel. The truncation error that remains is about h² f‴(x) / 6.


# %% demo draw the secant over both neighbours
def central_by_numpy(f, x, h):  # written so that it doesn't give the answer away
    return np.gradient([f(x - h), f(x), f(x + h)], h, axis=0)[1]


schemes = "forward", "central"
title = "The central secant is more nearly parallel to the tangent"
steps = [0.4, 0.25, 0.1, 0.02]
draw.titled(title, draw.secants(f, float(true_slope(0.45)), 0.45, steps, schemes))

# %% [markdown]
# The figure is drawn at x = 0.45, where f bends strongly. The central secant needn't go through the point of f at x: only its *slope* counts.
#
# **Question `central_difference` •, 2 points.** Return the slope of `f` at `x` from the points x + h and x − h. Mind the distance between these points.
#
# Stuck? Run `hint("central_difference")`.


# %% answer central_difference
def central_difference(f, x, h):
    """Slope of f at x from both sides, with an error like h²."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


# %% check central_difference
check("central_difference", central_difference)

# %% [markdown]
# Now watch both errors shrink. From here on the lesson uses *your* functions; where one isn't right yet, it takes a right one and says so. After a repair, run all cells from the next one on.

# %% demo divide h by ten, again and again
from chainrule.standby import if_right

forward = if_right("forward_difference", forward_difference, forward_by_numpy)
central = if_right("central_difference", central_difference, central_by_numpy)

for h in [0.1, 0.01, 0.001, 0.0001]:
    missed = [abs(q(f, 0.7, h) - true_slope(0.7)) for q in (forward, central)]
    print(f"h = {h:<6}  forward {missed[0]:.1e}  central {missed[1]:.1e}")

# %% [markdown]
# At h = 0.01 and below, dividing h by ten makes the forward error about 10 times smaller and the central error 100 times smaller: the first falls like h, the second like h².
#
# At h = 0.1 the central difference is *worse* than the forward difference, for two reasons. The forward difference is lucky there, as you saw. And the factor f‴(0.7) = 108 is large, so h² f‴ / 6 is still 0.18. The power of h tells how fast an error falls, not how large it is.

# %% [markdown]
# ## Find the best step
#
# A single point can be lucky. From here on, the error is an average over 16 points near 0.7: the root of the mean square (RMS). Both axes of the next figure are logarithmic: from one mark to the next, h and the error grow 100-fold. On such axes a power of h is a straight line, and its exponent is the slope: 2 for h², −1 for 1/h.
#
# **Guess:** which h gives the central difference its smallest error, in `float64`, Python's usual numbers of 16 digits? Within a factor of ten is good.

# %%
guess_h = ...  # for example 1e-3


# %% demo measure the error near 0.7 and draw it against the step
def error(quotient, h, dtype=np.float64):
    """Root mean square error at 16 points near 0.7."""
    x = np.linspace(0.68, 0.72, 16).astype(dtype)
    slopes = np.array([quotient(f, point, dtype(h)) for point in x])
    return np.sqrt(np.mean((slopes - true_slope(x)) ** 2))


hs = 10.0 ** np.arange(-12, -1, 0.25)
measured = {q: np.array([error(q, h) for h in hs]) for q in (forward, central)}
best_forward, best_central = (hs[np.argmin(measured[q])] for q in (forward, central))
beside(guess_h, best_central, within=10)

sides = ("step h", "RMS error")
fig, ax = draw.figure("Below the best step, the error rises again", *sides)
ax.set(xscale="log", yscale="log", xlim=(1e-12, 0.1), ylim=(1e-13, 1))
draw.line(ax, hs, measured[forward], draw.ROUGH, "forward", width=1)
draw.line(ax, hs, measured[central], draw.ROUGH, "central", width=2.5)
if guess_h is not ...:
    draw.line(ax, [guess_h] * 2, [1e-13, 1], draw.OTHER, "your guess")
draw.show(
    fig,
    alt="Two V-shaped curves of error against h. The forward difference is best near "
    f"h = {best_forward:.0e}, with an error of {measured[forward].min():.0e}; the "
    f"central one near {best_central:.0e}, with {measured[central].min():.0e}.",
)

# %% [markdown]
# Read each V from the right. As h falls, the truncation error falls. To the left of the tip the error *rises* again: this is the **rounding error**. The computer rounds each result by up to ε / 2 of its size. Here ε = 2.2 · 10⁻¹⁶ is the **machine epsilon**, the distance from 1 to the next larger number.
#
# - Each of the two values of f is rounded, by up to ½ ε \|f\|.
# - x + h is rounded, by up to ½ ε \|x\|. This moves f by up to ½ ε \|x f′\|. The central difference rounds x − h too.
#
# The quotient divides these small errors by h, or by 2h:
#
# |difference|truncation|rounding, roughly|
# |:--|:--|:--|
# |forward|½ h \|f″\||(\|f\| + ½ \|x f′\|) ε / h|
# |central|h² \|f‴\| / 6|(\|f\| + \|x f′\|) ε / (2h)|
#
# At 0.7, \|f\| + \|x f′\| is 2.8 and f‴ is 108, so both parts of the error can be drawn *without* measuring. (The last column is an estimate: most roundings are smaller.)

# %% demo draw the two parts of the error
epsilon = np.finfo(np.float64).eps
title = "Two straight lines predict the best step"
fig, ax = draw.figure(title, *sides)
ax.set(xscale="log", yscale="log", xlim=(1e-12, 0.1), ylim=(1e-13, 1))
draw.line(ax, hs, measured[central], draw.ROUGH, "central, measured", width=2.5)
truncation, rounding = 108 * hs**2 / 6, 2.8 * epsilon / hs / 2
draw.line(ax, hs, truncation, draw.HAND, "truncation")
draw.line(ax, hs, rounding, draw.HAND, "rounding")
cross = hs[np.argmin(truncation + rounding)]
draw.show(
    fig,
    alt="The measured error of the central difference stays close to or below two "
    "straight lines in log-log: truncation, which rises like h², and rounding, which "
    f"falls like 1/h. Their sum is smallest near h = {cross:.1e}.",
)

# %% [markdown]
# So the best step can be predicted: it is near the point where truncation and rounding are equal. For the forward difference they are equal at an h near √ε, if f, x f′ and f″ are about 1 in size.
#
# Now work out on paper which power of ε it is for the central difference; `best_h` asks for it.
#
# **Guess:** networks usually compute in `float32`, where ε is 1.2 · 10⁻⁷. At its best h, how many digits of the central difference are right in `float32`? (A relative error of 10⁻³ counts as three right digits.)

# %%
guess_digits_in_float32 = ...

# %% demo measure and draw both precisions
dtypes = {"float64": np.float64, "float32": np.float32}
errors = {k: np.array([error(central, h, t) for h in hs]) for k, t in dtypes.items()}
least = errors["float32"].min() / abs(true_slope(0.7))
beside(guess_digits_in_float32, int(-np.log10(least)), "digits")

title = "In float32, best step and smallest error are both larger"
fig, ax = draw.figure(title, *sides)
ax.set(xscale="log", yscale="log", xlim=(1e-12, 0.1), ylim=(1e-13, 1e3))
draw.line(ax, hs, truncation, draw.HAND, "truncation")
for (kind, dtype), width in zip(dtypes.items(), (2.5, 1), strict=True):
    draw.line(ax, hs, errors[kind], draw.ROUGH, kind, width)
    line = 2.8 * np.finfo(dtype).eps / hs / 2
    draw.line(ax, hs, line, draw.HAND, f"rounding, {kind}", width / 2)
draw.show(
    fig,
    alt="Error against h. In float64 the error is least near "
    f"h = {hs[np.argmin(errors['float64'])]:.0e}, in float32 near "
    f"{hs[np.argmin(errors['float32'])]:.0e}. Below h = 3e-8 the float32 curve is flat, "
    "since x + h is x there.",
)

# %% [markdown]
# The truncation line is the same for both, and the rounding line of `float32` lies 500 million times higher. So its best step is larger, and so is its smallest error: about five digits are right in `float32`, nearly eleven in `float64`. This is why gradients are checked in `float64`. In `float32` near 0.7, a step below about 3 · 10⁻⁸ is lost altogether: x + h is rounded to x, and the quotient is 0.
#
# ### Choose the step yourself
#
# **Question `best_h` ••, 4 points.** Return a good h for the *central* difference of `f` at `x`, given the `dtype`; `np.finfo(dtype).eps` is ε. The right power of ε is enough: you needn't use `f`. You pass if the error with your h, averaged (RMS) over points within 2% of x, is within a factor of ten of the least error: two points for `float64`, two for `float32`.
#
# Stuck? Run `hint("best_h")`.


# %% answer best_h
def best_h(f, x, dtype):
    """A step for the central difference at which truncation and rounding balance."""
    ### BEGIN SOLUTION
    return np.finfo(dtype).eps ** (1 / 3)
    ### END SOLUTION


# %% check best_h
check("best_h", best_h)

# %% [markdown]
# ## Measure every slope
#
# Now x is a vector of d numbers, and f still returns one number. Move one entry at a time: from x to x + h eᵢ, where eᵢ is 1 at place i and 0 elsewhere. The d slopes together are the **gradient**.
#
# **Guess:** how often is f called for d = 1000 slopes, with forward differences and with central differences?

# %%
guess_forward_calls, guess_central_calls = ..., ...


# %% demo count the calls
def calls(way, d):
    from chainrule import differences, transforms

    points = []

    def counted(x):
        points.append(x)
        return (x * x).sum()

    if way == "reverse":
        transforms.grad(counted)(np.ones(d))
    else:
        differences.gradient(counted, np.ones(d), 1e-6, way)
    return len(points)


beside(guess_forward_calls, calls("forward", 1000), "calls, forward")
beside(guess_central_calls, calls("central", 1000), "calls, central")

# %% [markdown]
# Forward differences take d + 1 calls, because all d quotients use the same f(x). Central differences take 2d.
#
# The third way, following the program, can do better. One form of it, **reverse mode**, calls f **once** and records what is computed. Then it walks back through the record once, for the price of a few calls. But the record takes memory. You see a record in "Read what a recording returns" below, and build reverse mode in unit 2.
#
# **Guess:** a call of the loss of BERT base takes, say, a hundredth of a second. How many days do forward differences take for *one* gradient?

# %%
guess_days = ...

# %% demo draw the cost
beside(guess_days, (110e6 + 1) * 0.01 / (24 * 60 * 60), "days")
ds = np.unique(np.geomspace(1, 1000, 25).astype(int))
title = "Reverse mode calls f once, whatever d is"
fig, ax = draw.figure(title, "number of inputs d", "calls of f")
ax.set(xscale="log", yscale="log", xlim=(0.9, 1400), ylim=(0.5, 4000))
for scheme, width in (("central", 3), ("forward", 1)):
    counts = [calls(scheme, d) for d in ds]
    draw.line(ax, ds, counts, draw.DIFFERENCE, f"{scheme} differences", width)
counts = [calls("reverse", d) for d in ds]
draw.line(ax, ds, counts, draw.TAPE, "reverse mode: 1 (the walk back costs a few more)")
draw.show(
    fig,
    alt="Calls of f for a whole gradient, counted, for d from 1 to 1000. Central "
    "differences take 2d calls, forward ones d + 1; reverse mode takes 1 for every d.",
)


# %% [markdown]
# Differences *cost* too much for training. But they are a good check of a program.
#
# ### Write the gradient
#
# **Question `gradient_by_differences` •, 4 points.** Return all slopes of `f` at the vector `x`, in an array like `x`. Choose h yourself. Two points are for the values (four digits are enough), one is for calling `f` d + 1 or 2d times, and one for moving one entry at a time.
#
# Stuck? Run `hint("gradient_by_differences")`.


# %% answer gradient_by_differences
def gradient_by_differences(f, x):
    """All slopes of f at the vector x, moving one entry at a time."""
    ### BEGIN SOLUTION
    h = 1e-6
    slopes = np.zeros(len(x))
    for i in range(len(x)):
        step = np.zeros(len(x))
        step[i] = h
        slopes[i] = (f(x + step) - f(x - step)) / (2 * h)
    return slopes
    ### END SOLUTION


# %% check gradient_by_differences
check("gradient_by_differences", gradient_by_differences)

# %% [markdown]
# ## Test a printed formula
#
# The gradients at all points of the plane make a **field** of arrows. In print you can find this statement (number F2 on the [page of corrections]({corrections})):
#
# > f = x² − 4x + 7 + 2y has the gradient field (2x − 4, 2y + 2).
#
# **Guess:** which entry of the printed field is wrong: 1, 2, or none (0)?

# %%
guess_wrong_entry = ...


def trough(x, y):
    return x**2 - 4 * x + 7 + 2 * y


def printed(x, y):
    return 2 * x - 4, 2 * y + 2


# %% demo measure the gradient at (1, 3)
def gradient_by_library(f, x):
    from chainrule import differences

    return differences.gradient(f, x, 1e-6)


slopes_of = if_right(
    "gradient_by_differences", gradient_by_differences, gradient_by_library
)


def measured_field(x, y):
    return np.array(slopes_of(lambda v: trough(*v), np.array([x, y], float)))


found, claimed = measured_field(1, 3), np.array(printed(1, 3))
print("measured:", found.round(6), " printed:", claimed)
wrong = np.flatnonzero(np.abs(found - claimed) > 0.01)
beside(guess_wrong_entry, int(wrong[0]) + 1 if len(wrong) else 0)

# %% demo draw both fields
points = np.mgrid[0:5:2, -2:3:2].reshape(2, -1).T.astype(float)
fig, ax = draw.figure("The printed field is right only where y = 0", "x", "y")
ax.set(xlim=(-1.2, 6.8), ylim=(-2.9, 3.4), xticks=range(0, 5, 2), yticks=(-2, 0, 2))
looks = [(printed, draw.HAND, 0.012), (measured_field, draw.DIFFERENCE, 0.005)]
for field, meaning, width in looks:
    arrows = np.array([field(*point) for point in points])
    look = {"color": meaning.color, "width": width, "scale": 5, "headwidth": 3}
    ax.quiver(*points.T, *arrows.T, **look, angles="xy", scale_units="xy")
ax.text(5, 0.7, "thin: measured", color=draw.DIFFERENCE.color)
ax.text(5, -0.5, "thick: printed", color=draw.HAND.color)
ax.text(5, -2.8, "arrows: ⅕ length")
draw.show(
    fig,
    alt="Both fields at nine points, measured thin, printed thick. All measured arrows "
    "point upward. The printed ones agree with them at y = 0, rise three times as "
    "far at y = 2, and point downward at y = −2.",
)

# %% [markdown]
# The second entry is off by 6 at (1, 3), so the printed field is refuted. A difference quotient can't prove a formula, but it can refute one.
#
# **Question `gradient_field` •, 1 point.** Return the two slopes of x² − 4x + 7 + 2y as an array, by hand: hold y still, then x.
#
# Stuck? Run `hint("gradient_field")`.


# %% answer gradient_field
def gradient_field(x, y):
    """The gradient of x² − 4x + 7 + 2y: one slope for each variable."""
    ### BEGIN SOLUTION
    return np.array([2 * x - 4, 2])
    ### END SOLUTION


# %% check gradient_field
check("gradient_field", gradient_field)

# %% [markdown]
# ## Let algebra do it
#
# The second way is known from school: rules turn a formula into the formula of its derivative. A program that applies these rules does **symbolic differentiation**.


# %% demo differentiate a formula
def with_its_derivative():
    from chainrule import symbolic

    x = symbolic.var("x")
    y = x * symbolic.exp(3 * x)
    print(f"f  = {y}\nf' = {y.diff(x)}\n   = {y.diff(x).simplify()}")


with_its_derivative()

# %% [markdown]
# The result is a *formula*. It holds for every x, and no step h is taken.
#
# **Question `product_slope` •, 1 point.** Return the slope of x sin 5x at `x`, by hand: you need the product rule and the chain rule.
#
# Stuck? Run `hint("product_slope")`.


# %% answer product_slope
def product_slope(x):
    """The slope of x sin 5x, by the product rule and the chain rule."""
    ### BEGIN SOLUTION
    return np.sin(5 * x) + 5 * x * np.cos(5 * x)
    ### END SOLUTION


# %% check product_slope
check("product_slope", product_slope)

# %% [markdown]
# ### Simplify before you differentiate
#
# In the next formula a, b, c and d are plain numbers (here d counts nothing). So c − d is one number: work it out first, and x(c − d) needs no product rule.
#
# **Question `tidy_slope` •, 1 point.** What is the slope of ax + bx² + x(c − d) at your x? Give the number. The next cell shows your own a, b, c, d and x.
#
# Stuck? Run `hint("tidy_slope")`.

# %%
numbers("tidy_slope", STUDENT)

# %% answer tidy_slope
### BEGIN SOLUTION
own = numbers("tidy_slope", STUDENT)
tidy_slope = own["a"] + 2 * own["b"] * own["x"] + own["c"] - own["d"]
### END SOLUTION

# %% check tidy_slope
check("tidy_slope", tidy_slope, student=STUDENT)

# %% [markdown]
# ### Watch a formula grow
#
# What does symbolic differentiation cost for a large formula? Put 4x(1 − x) into itself, again and again.
#
# **Guess:** nobody simplifies, and each number, letter and operation counts as a symbol. After one round the formula of the derivative has 11 symbols: 4 · (1 − x) + 4 · x · (−1), where −1 is one number. How many has it after 8 rounds?


# %%
def nested(x, rounds):
    for _ in range(rounds):
        x = 4 * x * (1 - x)
    return x


guess_symbols = ...


# %% demo count symbols, and see a tree beside its graph
def symbols_and_operations(rounds):
    from chainrule import scalar, symbolic

    x = symbolic.var("x")
    graph = scalar.topological_order(nested(scalar.Value(0.3), rounds))
    operations = sum(len(node.inputs) > 0 for node in graph)
    return nested(x, rounds).diff(x).size, operations


for rounds in range(1, 9):
    symbols, operations = symbols_and_operations(rounds)
    print(f"rounds {rounds}  symbols {symbols:6}  operations when run {operations:3}")
beside(guess_symbols, symbols, "symbols")
draw.sharing()

# %% [markdown]
# The program performs three operations in each round. The formula of the derivative more than doubles: a round contains its input x twice, and the product rule writes each factor twice, once as it is and once differentiated. The figure shows f after two rounds; "4·" and "1−" are operations with their constant. At the left is its **expression tree**: whatever is used twice is written twice. At the right is a **directed acyclic graph**, a **DAG**: its arrows have a direction, and no path along them leads back to where it began. A result that is used twice is *one* node with two arrows leaving it.
#
# A program that writes every formula in full works on the tree, so it repeats work. If a program keeps one node for each result, and one derivative for each node, nothing is repeated. This is the idea of **automatic differentiation**.

# %% [markdown]
# ## Differentiate a loop
#
# The next program has no fixed formula. It halves x until x is small, and how often it does so depends on x.
#
# **Guess:** what is the slope of `halve` at x = 37?


# %%
def halve(x):
    while abs(x) > 5:
        x = x / 2
    return x


guess_loop_slope = ...


# %% demo ask algebra
def ask_algebra():
    from chainrule import symbolic

    try:
        halve(symbolic.var("x"))
    except TypeError as refusal:
        print(refusal)


ask_algebra()

# %% [markdown]
# Algebra can't begin: how often the loop runs depends on a number, and the symbol x is not a number yet. (The message names `Value`; it comes below.) But for each *number* x the program performs a chain of divisions, an ordinary function.
#
# **Question `halving_slope` •, 3 points.** Return the slope of `halve` at the number `x`. The check keeps away from the jumps at ±5, ±10, ±20, …
#
# Stuck? Run `hint("halving_slope")`.


# %% answer halving_slope
def halving_slope(x):
    """The slope of what the halving loop computes at x."""
    ### BEGIN SOLUTION
    slope = 1.0
    while abs(x) > 5:  # the same loop, beside a slope
        x, slope = x / 2, slope / 2
    return slope
    ### END SOLUTION


# %% check halving_slope
check("halving_slope", halving_slope)


# %% demo compare with your guess at x = 37
def slope_by_library(f, x):
    from chainrule import dual

    return float(dual.derivative(f)(x))


beside(guess_loop_slope, slope_by_library(halve, 37.0))

# %% [markdown]
# ### Meet forward mode
#
# Your `halving_slope` probably runs the loop with two numbers side by side: x itself, and the slope of x with respect to the input. Then you have written **forward mode**: beside reverse mode, the other form of automatic differentiation.
#
# A class can keep the two numbers together. Such a pair is called a **dual number**, written x + x′δ, with the rule δ² = 0. Read δ as a step so small that its square doesn't count. (Books write ε for this δ; in this course ε belongs to rounding.) Dividing by 2 divides both parts; for `x / 2` Python calls `x.__truediv__(2)`. The condition looks at the first part only; for `abs(x)` Python calls `x.__abs__()`. The function `halve` stays as it is: give it a dual number with slope 1, the slope of x with respect to itself.


# %%
class Dual:
    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __truediv__(self, c):
        return Dual(self.value / c, self.slope / c)

    def __abs__(self):
        return abs(self.value)


halve(Dual(37.0, 1.0)).slope

# %% demo draw the loop and its slope
xs = np.linspace(0.05, 50, 1000)
runs = [halve(Dual(x, 1.0)) for x in xs]
saw, slope = np.array([(run.value, run.slope) for run in runs]).T
jumps = np.flatnonzero(np.diff(slope)) + 1
saw[jumps] = slope[jumps] = np.nan  # lift the pen at a jump
fig, ax = draw.figure("One more round of the loop halves the slope", "x", "value")
draw.line(ax, xs, saw, draw.SUBJECT, "halve(x)", width=2.5)
draw.line(ax, xs, slope, draw.TAPE, "its slope, by Dual")
draw.show(
    fig,
    alt="halve(x) is a saw: it rises to 5, jumps to 2.5 and rises again, ever slower. "
    "Its slope is a staircase: 1 up to 5, ½ up to 10, ¼ up to 20, ⅛ up to 40, then ¹⁄₁₆.",
)

# %% [markdown]
# The condition decides how often the loop runs. But no number is computed *from* the condition, so away from the jumps the condition has no part in the slope. At exactly x = 10 the graph of `halve` jumps, and there is no derivative. Automatic differentiation returns ½ all the same, for the one round that the loop made.
#
# A full `Dual` has a rule for each operation. For a product, multiply out: (a + a′δ)(b + b′δ) = ab + (a′b + ab′)δ, because δ² = 0. That is the product rule.
#
# One run of f with dual numbers is a **pass**. It costs as much as a few calls, and gives the slopes of *all* results along one input. **Guess:** how many passes does forward mode take for all slopes of a function with 3 inputs and 1000 results?

# %%
guess_passes = ...


# %% demo count the passes of forward mode
def slopes_by_passes(f, x):
    """The slopes of all results of f: one pass for each entry of x."""
    from chainrule import dual

    return [dual.jvp(f, (x,), (e,))[1] for e in np.eye(len(x))]


factors = np.random.default_rng(1).normal(size=(1000, 3))
passes = slopes_by_passes(lambda x: (factors * x).sum(1), np.ones(3))
print("largest error:", np.abs(np.transpose(passes) - factors).max())
beside(guess_passes, len(passes), "passes")

# %% [markdown]
# For a gradient, forward mode takes d passes. Reverse mode takes one pass for each *result*, and a loss is only one. This is why training uses reverse mode.
#
# ## Read what a recording returns
#
# Now watch reverse mode at work. A `Value` is a node of a DAG: a number that keeps the operation that made it, and the numbers that it was made from. The function `f` from the beginning takes a `Value`, unchanged.
#
# In the picture square boxes are numbers (v1 and v2 have no name of their own), round boxes are operations. On the line that ends at a square box, the black number is the value in the box, and the bold blue number is the derivative of y along this value. The constant 5 needs none.


# %%
def recorded(f, number):
    """f of a Value, after the walk back, and the Value that it was made from."""
    from chainrule.scalar import Value

    x = Value(number, label="x")
    y = f(x)
    y.label = "y"
    y.backward()
    return y, x


title = "x is used twice, so two parts add up to its derivative"
draw.titled(title, draw.graph(recorded(f, 0.7)[0]))


# %% demo compare all ways
def all_ways():
    from chainrule import dual

    return {
        "forward difference": forward(f, 0.7, 1e-8),
        "central difference": central(f, 0.7, 1e-5),
        "algebra": if_right("product_slope", product_slope, true_slope)(0.7),
        # np.sin refuses the library's Dual, so its own method stands here
        "forward mode": dual.derivative(lambda x: x * (5 * x).sin())(0.7),
        "reverse mode": recorded(f, 0.7)[1].grad,
    }


for name, found in all_ways().items():
    print(f"{name:18} {found:.16f}")

# %% [markdown]
# In the graph x is used twice, so each arrow that leaves x carries one part; together they are −3.628 (rounded). In the list, the last three agree in fifteen digits.
#
# Automatic differentiation returns a *number* with rounding errors only, like the value of a formula. Each operation has a **local derivative**: the derivative of its result along one input. The chain rule multiplies and adds these *numbers*. There is no step h, so no truncation error, and no formula is written.
#
# So algebra and automatic differentiation both rely on a table of local derivatives. If both read the same wrong entry, they agree on a wrong number. A difference quotient reads no table, so it notices.

# %% [markdown]
# ## Check a gradient with two calls
#
# Someone gives you a gradient, `grad`. Is it right? Measuring every entry takes 2d calls.
#
# But choose a vector v, and take the step h v: entry i of x moves by h vᵢ. *If* `grad` is right, f changes by about h times grad · v, so the slope of f along v, the **directional derivative**, is grad · v. Measure *this* slope: it takes two calls, for any d. (Forward mode finds it in one pass, where x begins with the slopes v.) Books call such a test a **gradient check**.
#
# **Guess:** the right gradient is (2, −1, 0.5), and someone claims (3, −2, 0.5). A test along v = (1, 1, 1) compares right · v with claimed · v. Does this test notice the error? And a test along a random v?

# %%
guess_ones, guess_random = ..., ...  # "yes" or "no", twice

# %% demo try both directions
right, claimed = np.array([2.0, -1.0, 0.5]), np.array([3.0, -2.0, 0.5])
ones, chance = np.ones(3), np.random.default_rng(7).normal(size=3)
tests = {"(1, 1, 1)": (ones, guess_ones), "a random v": (chance, guess_random)}
for name, (v, guess) in tests.items():
    print(f"Along {name}: right {right @ v:.3f}, claimed {claimed @ v:.3f}.")
    beside(guess, "no" if np.isclose(right @ v, claimed @ v) else "yes")

# %% [markdown]
# Errors that cancel in the sum stay hidden from (1, …, 1). Draw the entries of v from a normal distribution, anew for each test, with `np.random.default_rng().normal(size=len(x))`. Then v finds an error of this size practically always. (Random signs ±1 miss the error (1, −1, 0) half of the time.) The test says *that* `grad` is wrong, and not *where*.
#
# **Question `directional_check` ••, 2 points.** Return `True` if `grad` can be the gradient of `f` at `x`, else `False`. Draw v as above. One point is for right answers, one for calling `f` exactly twice. Take the measured slope and grad · v as equal if they differ by less than a ten-thousandth of the measured slope's size. Use a central difference: at a good h it is far more precise. `grad` is an array like `x`.
#
# Stuck? Run `hint("directional_check")`.


# %% answer directional_check
def directional_check(f, grad, x):
    """Whether grad can be the gradient of f at x, from two calls of f."""
    ### BEGIN SOLUTION
    h = 1e-5
    v = np.random.default_rng().normal(size=len(x))
    measured = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return bool(abs(measured - grad @ v) < 1e-4 * abs(measured))
    ### END SOLUTION


# %% check directional_check
check("directional_check", directional_check)

# %% [markdown]
# ## Compare the ways
#
# |way|returns|its error|cost of d slopes|works if a loop depends on x|
# |:--|:--|:--|:--|:--|
# |differences|a number|truncation, rounding|d + 1 or 2d calls|yes|
# |algebra|a formula|rounding|a formula for each, and each may grow|no|
# |forward mode|a number|rounding|d passes|yes|
# |reverse mode|a number|rounding|1 call, 1 walk back, memory for the record|yes|
#
# ## Stretch, for no points
#
# **Divide by the step that was taken.** In the computer x + h is rounded, so the step taken is not quite h. Compute this step, `h = (x + h) - x`, and divide by it: this removes ½ \|x f′\| from the rounding. For log x near 1.04, \|f\| is 0.039 and ½ \|x f′\| is 0.5: the rounding error should fall to about a fourteenth.
#
# **Step sideways.** Put an *imaginary* step into f, with i² = −1: f(x + ih) = f(x) + ih f′(x) − … The imaginary part, divided by h, is the slope, with a truncation error of about h² f‴(x) / 6. Nothing is subtracted, so h may be tiny, such as 10⁻¹⁰⁰. But f must be real at real x and equal its Taylor series near x (books say *analytic*), and no operation in f may drop the imaginary part, as `abs` does without a message.


# %% demo compare h with the step that was taken
def rounding_error(quotient):
    x, small = np.linspace(1.038, 1.042, 64), hs[hs < 1e-9]
    off = [quotient(np.log, x, h) - 1 / x for h in small]
    return np.max(np.abs(off) * small[:, None])


def gain():
    from chainrule import differences

    return rounding_error(forward_by_numpy) / rounding_error(differences.forward)


print(f"The largest error falls by a factor of {gain():.0f}.")


# %% demo draw the error of an imaginary step
def sideways(tiny):
    from chainrule import differences

    return np.array([error(differences.complex_step, h) for h in tiny])


tiny = 10.0 ** np.arange(-16, -1, 0.25)
title = "The error of an imaginary step doesn't rise again"
fig, ax = draw.figure(title, *sides)
ax.set(xscale="log", yscale="log", xlim=(1e-16, 0.1), ylim=(1e-17, 1))
draw.line(ax, hs, measured[forward], draw.ROUGH, "forward", width=1)
draw.line(ax, hs, measured[central], draw.ROUGH, "central", width=2.5)
draw.line(ax, tiny, sideways(tiny), draw.SUBJECT, "complex step")
draw.show(
    fig,
    alt="Forward and central are V-shaped. The complex step's error falls like h² to "
    "rounding level and stays there.",
)

# %% [markdown]
# **Multiply dual numbers.** Give `Dual` a method `__mul__`, by the rule above. At 2 the slope of x · x · x is 12.
#
# **Cancel again.** Let D(h) be the central difference. The parts of the error that are like h² cancel in (4 D(h/2) − D(h)) / 3. This is **Richardson extrapolation**. Compare its error with that of D(h/2).
#
# **Read on.** Baydin, Pearlmutter, Radul, Siskind: *Automatic differentiation in machine learning: a survey*, JMLR 18(153), 2018, [arxiv.org/abs/1502.05767](https://arxiv.org/abs/1502.05767), sections 2 and 3. Griewank, Walther: *Evaluating Derivatives*, SIAM 2008.
#
# ## Say what you can do now
#
# You can measure a slope and say how far to trust it, differentiate a formula and a loop, and test a gradient with two calls. The engine of unit 2 works in reverse mode; in `02_graphs_by_hand` you take its graph apart.
#
# Run the next cell to see where each question stands. Then save the notebook, download it, and hand in `01_three_derivatives.ipynb`.

# %% demo see where you stand
check_all("01_three_derivatives", globals(), STUDENT)

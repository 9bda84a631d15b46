# %% [markdown]
# # Find a derivative in three ways
#
# Training a network means asking one question millions of times: *if this number moves, how fast does the loss move?*
# Here you answer it in three ways that share nothing: by measuring, by algebra, and by recording what a program did.
# When they agree, you can believe the answer.

# %% [markdown]
# **You'll do:** write difference quotients, find their best step, differentiate a loop, and check a gradient in two calls.
#
# **You'll learn:** where the error of a slope comes from, and what automatic differentiation really returns.
#
# **You need:** derivatives, Taylor's series, gradients, a little NumPy.
#
# **Time:** about 1.5 hours, 40 minutes of reading and 50 of exercises.

# %% [markdown]
# {questions} A check draws fresh numbers every time you run it, so you can run it as often as you like.
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, draw, hint, numbers

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## See how large the question is
#
# A loss is one function of many numbers, the weights. BERT base (2018) has 110 million, BERT large 340 million, GPT-3 (2020) 175 billion.
# Those counts are history by now; the arithmetic isn't. Adam, a common way to train, keeps four numbers per weight: the weight, its slope, and two running averages.

# %% [markdown]
# **Guess first.** A `float32` takes 4 bytes. How many gigabytes are four of them for each weight of BERT base?
# Write your guess in place of the dots, then run on.

# %%
guess_gigabytes = ...

# %%
for name, d in {"BERT base": 110e6, "BERT large": 340e6, "GPT-3": 175e9}.items():
    print(f"{name:10} {d:15,.0f} weights {4 * 4 * d / 1e9:8,.2f} GB")

# %% [markdown]
# Remember 110 million. A way to find slopes that is fine for one number may be hopeless for that many.

# %% [markdown]
# ## Move one number, hold the others
#
# The smallest neuron is f(x, w, b) = wx + b. Hold x and b still, and move w alone. How fast f moves is the *partial derivative* ∂f/∂w.
# On paper it is x.

# %% [markdown]
# **Guess:** x is 3, and w moves from 2 to 2.1. What will the next cell print, to the last digit?

# %%
guess_slope = ...


# %%
def neuron(x, w, b):
    return w * x + b


(neuron(3, 2.1, 1) - neuron(3, 2.0, 1)) / 0.1

# %% [markdown]
# Nearly 3. The function is a straight line in w, so the mathematics is exact. The computer isn't: 2.1 and 0.1 have no exact binary form.
# Keep this stray last digit in mind. It decides half of what follows.

# %% [markdown]
# ## Take a step and divide
#
# From here on our example is f(x) = x sin 5x, at x = 0.7. It wiggles enough to be interesting, and one line of code computes it.


# %%
def f(x):
    return x * np.sin(5 * x)


# %% [markdown]
# A slope is rise over run. Step from x to x + h and divide:
#
# $$f'(x) \approx \frac{f(x + h) - f(x)}{h}$$
#
# This is the **forward difference**. Taylor's series tells what it leaves out:
#
# $$f(x + h) = f(x) + h\,f'(x) + \tfrac{1}{2} h^2 f''(x) + \dots$$

# %% [markdown]
# Subtract f(x), divide by h, and the slope is wrong by about ½ h f″(x). That is the **truncation error**: the price of cutting the series off.
#
# **Guess:** the error at h = 0.002 is −0.0032. What is it at h = 0.001? The table below will tell.

# %%
guess_error = ...

# %% [markdown]
# To measure errors we need the true slope. For now torch supplies it; near the end you will see how.

# %% demo the true slope, to the last digit or so
import torch
from chainrule import differences


def true_slope(x):
    t = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (t * torch.sin(5 * t)).sum().backward()
    return t.grad.numpy()


# %% demo draw the secant for one step
def secant(h, x=0.7):
    slope, reach = differences.forward(f, x, h), np.linspace(0, 1.3, 200)
    title = f"A step of {h:g} misses the slope by {abs(slope - true_slope(x)):.2g}"
    fig, ax = draw.figure(title, "x", "f(x)")
    draw.line(ax, reach, f(reach), draw.OTHER, "x sin 5x")
    draw.line(ax, reach, f(x) + true_slope(x) * (reach - x), draw.TAPE, "true slope")
    draw.line(ax, reach, f(x) + slope * (reach - x), draw.DIFFERENCE, "secant")
    ax.plot([x, x + h], [f(x), f(x + h)], "o", color=draw.DIFFERENCE.color)
    ax.set_ylim(-1.2, 1.2)
    return fig


# %% demo shrink the step
steps = [0.5, 0.35, 0.25, 0.15, 0.1, 0.05, 0.02, 0.01, 0.002, 0.001]
slopes = {h: differences.forward(f, 0.7, h) for h in steps}
draw.frames(
    [secant(h) for h in steps],
    [f"h = {h:g}: the secant's slope is {slopes[h]:.4f}" for h in steps],
    alt=f"A secant of x sin 5x at 0.7 turns into the tangent: slope {slopes[0.5]:.2f} "
    f"at h = 0.5, {slopes[0.001]:.2f} at h = 0.001, as the true {true_slope(0.7):.2f}.",
)

# %% demo the same as a table
for h, slope in slopes.items():
    print(f"h = {h:<5}  slope {slope:7.4f}  error {slope - true_slope(0.7):8.4f}")

# %% [markdown]
# Drag h down. At h = 0.5, as wide as textbooks draw it, the secant has little to do with the slope. Soon it fits.
# Somewhere on the way the error changes sign: a lucky h, where the terms of the series happen to cancel.

# %% [markdown]
# ### Write the forward difference
#
# **Question `forward_difference`, 2 points.** Return the slope of `f` at `x` from the points x and x + h.
# One point is for the value, one for an error that shrinks like h.
#
# Stuck? Run `hint("forward_difference")` in a cell of your own.


# %% answer forward_difference
def forward_difference(f, x, h):
    """Slope of f at x from one step ahead, wrong by O(h)."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x)) / h
    ### END SOLUTION


# %% check forward_difference
check("forward_difference", forward_difference)

# %% [markdown]
# ### Look both ways
#
# Step back as well, and use the line through both neighbours: f(x + h) above, f(x − h) below. Write Taylor's series for both and subtract: f(x) and every even power cancel.
# The truncation error that is left is h² f‴(x) / 6.
#
# **Guess:** divide h by 10. What happens to the error?

# %%
guess_factor = ...

# %% [markdown]
# **Question `central_difference`, 2 points.** Return the slope of `f` at `x` from the points x + h and x − h. Mind how far apart they are.
#
# Stuck? Run `hint("central_difference")`.


# %% answer central_difference
def central_difference(f, x, h):
    """Slope of f at x from both sides, where the O(h) errors cancel."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


# %% check central_difference
check("central_difference", central_difference)

# %% [markdown]
# Now watch the two errors shrink. The figures from here on use *your* functions once their checks say right, and the library's until then. After a repair, run on from here.


# %% demo take your function once it is right
def yours(name, answer, library):
    return answer if check(name, answer).state == "right" else library


forward = yours("forward_difference", forward_difference, differences.forward)
central = yours("central_difference", central_difference, differences.central)

# %% demo divide h by ten, again and again
for h in [0.1, 0.01, 0.001, 0.0001]:
    errors = [abs(q(f, 0.7, h) - true_slope(0.7)) for q in (forward, central)]
    print(f"h = {h:<6}  forward {errors[0]:.1e}  central {errors[1]:.1e}")

# %% [markdown]
# Once h is small, each tenth of h takes one digit off the forward error and two off the central one. One power of h, two powers of h.
#
# So just make h tiny?

# %% [markdown]
# ## Find the best step
#
# You will read that difference quotients can't be trusted, that their error may be anything. Neither believe it nor doubt it: measure.
#
# **Guess:** which h gives the central difference its smallest error, in `float64`? Commit to a power of ten. Your guess will appear in the figure.

# %%
guess_h = ...  # for example 1e-3


# %% demo measure the error near 0.7
def error(quotient, h, dtype=np.float64):
    """Root mean square error at 16 points near 0.7: one point alone can be lucky."""
    x = np.linspace(0.68, 0.72, 16).astype(dtype)
    off = quotient(f, x, dtype(h)) - true_slope(x)
    return np.sqrt(np.mean(off**2))


hs = 10.0 ** np.arange(-12, -1, 0.25)
measured = {q: [error(q, h) for h in hs] for q in (forward, central)}

# %% demo draw the error against the step
fig, ax = draw.figure("Below the best step, rounding takes over", "step h", "error")
ax.set(xscale="log", yscale="log", xlim=(1e-12, 0.1), ylim=(1e-13, 1))
draw.line(ax, hs, measured[forward], draw.DIFFERENCE, "forward")
draw.line(ax, hs, measured[central], draw.DIFFERENCE, "central")
if guess_h is not ...:
    draw.line(ax, [guess_h] * 2, [1e-13, 1], draw.OTHER, "your guess")
best = {q: int(np.argmin(e)) for q, e in measured.items()}
said = [f"{measured[q][i]:.0e} at h = {hs[i]:.0e}" for q, i in best.items()]
draw.show(
    fig,
    alt="Two V-shaped curves of error against h. The forward difference is best with "
    f"{said[0]}, the central with {said[1]}; both get worse to either side.",
)

# %% [markdown]
# Read each V from the right. First the error falls as h falls: truncation, as Taylor promised. Then it *rises* again, and jaggedly: that is **rounding**.
# 0.7 + h and f are each rounded, relatively by up to half of ε = 2.2 · 10⁻¹⁶, and the quotient divides that small error by a small h.

# %% [markdown]
# So the error has two parts:
#
# ||truncation|rounding|
# |:--|:--|:--|
# |forward|½ h \|f″\||C ε / h|
# |central|h² \|f‴\| / 6|½ C ε / h|
#
# C is the size of the numbers on the way, about \|f\| + \|x f′\|. At 0.7 it is 2.8, and f‴ is 108.
# We can now draw the two parts *without* measuring.

# %% demo draw the two parts of the error
epsilon = np.finfo(np.float64).eps
fig, ax = draw.figure("Two straight lines predict the V", "step h", "error")
ax.set(xscale="log", yscale="log", xlim=(1e-12, 0.1), ylim=(1e-13, 1))
draw.line(ax, hs, measured[central], draw.DIFFERENCE, "central, measured")
truncation, rounding = 108 * hs**2 / 6, 2.8 * epsilon / hs / 2
draw.line(ax, hs, truncation, draw.HAND, "truncation")
draw.line(ax, hs, rounding, draw.HAND, "rounding")
cross = hs[np.argmin(truncation + rounding)]
draw.show(
    fig,
    alt="The measured error of the central difference stays close to or below two "
    f"straight lines in log-log: truncation, which rises like h², and rounding, which "
    f"falls like 1/h. Their sum is smallest near h = {cross:.1e}.",
)

# %% [markdown]
# So the error is *not* just anything. It has a floor, and you can say in advance where: the two parts are about equal there.
# For the forward difference ½ h \|f″\| = C ε / h gives an h near √ε when all numbers are near 1. The central one is yours to work out.

# %% [markdown]
# **Guess:** networks usually compute in `float32`, where ε is 1.2 · 10⁻⁷. Does the best h of the central difference grow or shrink, and how many digits of the slope come out right?

# %%
guess_digits_in_float32 = ...

# %% demo count the digits that come out right
kinds = {"float64": np.float64, "float32": np.float32}
least = {"float64": 0, "float32": 1e-6}  # below, x + h may be x itself
errors = {
    k: np.array([error(central, h, t) if h > least[k] else np.inf for h in hs])
    for k, t in kinds.items()
}
digits = {k: np.maximum(0, -np.log10(e / 3.6)).astype(int) for k, e in errors.items()}


# %% demo draw both precisions at one step
def both(i):
    title = f"At h = {hs[i]:.0e}, float64 has {digits['float64'][i]} right digits, "
    title += f"float32 has {digits['float32'][i]}"
    fig, ax = draw.figure(title, "step h", "error")
    ax.set(xscale="log", yscale="log", xlim=(1e-12, 0.1), ylim=(1e-13, 10))
    for kind, dtype in kinds.items():
        draw.line(ax, hs, errors[kind], draw.DIFFERENCE, kind)
        line = 2.8 * np.finfo(dtype).eps / hs / 2
        draw.line(ax, hs, line, draw.HAND, f"rounding, {kind}")
    draw.line(ax, hs, truncation, draw.HAND, "truncation")
    draw.line(ax, hs[[i, i]], [1e-13, 10], draw.OTHER, "h")
    return fig


# %% demo drag the step
def off(kind, i):
    e = errors[kind][i]
    return f"{kind} is off by {e:.0e}" if e < np.inf else f"{kind} loses such a step"


shown = range(4, len(hs), 4)
draw.frames(
    [both(i) for i in shown],
    [f"h = {hs[i]:.0e}: {off('float64', i)}, {off('float32', i)}." for i in shown],
    alt="Two V-shaped curves between a line for truncation, which they share, and one "
    "each for rounding. In float64 the tip is near h = 1e-6, in float32 near 1e-3.",
    still=shown.index(36),
)

# %% demo both precisions as a table
for i in shown:
    print(f"h = {hs[i]:.0e}:", "; ".join(off(kind, i) for kind in kinds))

# %% [markdown]
# Drag h. The truncation line is the same for both; the rounding line of `float32` lies 500 million times higher. So its V has its tip further to the right, and further up.

# %% [markdown]
# About five digits in `float32`, ten in `float64`: for the same formula, the same x, and the best h of each. That is why gradients are checked in `float64`.

# %% [markdown]
# ### Choose the step yourself
#
# **Question `best_h`, 4 points.** Return a good h for the *central* difference of `f` at `x`, given the `dtype`.
# You pass when its error is within a factor of ten of the least one: two points for `float64`, two for `float32`. `np.finfo(dtype).eps` is ε.
#
# Stuck? Run `hint("best_h")`.


# %% answer best_h
def best_h(f, x, dtype):
    """A step for the central difference at which truncation and rounding balance."""
    ### BEGIN SOLUTION
    return np.finfo(dtype).eps ** (1 / 3) * max(1.0, abs(x))
    ### END SOLUTION


# %% check best_h
check("best_h", best_h)

# %% [markdown]
# ## Measure every slope
#
# Now x is a vector of d numbers, and f still returns one. Move one entry at a time: from x to x + h eᵢ, where eᵢ is 1 at place i and 0 elsewhere. The d slopes are the **gradient**.
#
# **Guess:** how often must f be called for d = 1000, forward and central?

# %%
guess_forward_calls, guess_central_calls = ..., ...


# %% demo count the calls
def calls(scheme, d):
    seen = []
    differences.gradient(lambda x: seen.append(x) or x @ x, np.ones(d), 1e-6, scheme)
    return len(seen)


for d in [1, 10, 1000]:
    print(f"d = {d}:  forward {calls('forward', d)}, central {calls('central', d)}")

# %% [markdown]
# Forward needs d + 1 calls, not d: f(x) itself is asked once. Central needs 2d.
#
# Going backward through a recorded graph, the third way, calls f **once** and then walks back once, for the price of a few calls. You'll build it later; today you see what it costs and gives.

# %% demo draw the cost
ds = np.array([1, 10, 100, 1000])
fig, ax = draw.figure("Only backward needs one call, whatever d is", "d", "calls of f")
ax.set(xscale="log", yscale="log", xlim=(0.9, 1400), ylim=(0.5, 4000))
draw.line(ax, ds, [calls("central", d) for d in ds], draw.DIFFERENCE, "central: 2d")
draw.line(ax, ds, [calls("forward", d) for d in ds], draw.DIFFERENCE, "forward: d + 1")
draw.line(ax, ds, np.ones(4), draw.TAPE, "backward: 1, and one walk back")
draw.show(
    fig,
    alt="Calls of f for a whole gradient, counted. For d = 1000 the central difference "
    f"takes {calls('central', 1000)} calls, the forward one {calls('forward', 1000)}, "
    "backward takes 1 call and one walk back whatever d is.",
)

# %% demo take the time of both
from time import perf_counter

many = np.linspace(-1, 1, 1000)
leaf = torch.tensor(many, requires_grad=True)


def by_calls():
    return differences.gradient(lambda x: f(x).sum(), many, 1e-6)


def by_walking_back():
    return torch.autograd.grad((leaf * torch.sin(5 * leaf)).sum(), leaf)[0].numpy()


# %% demo compare them on this machine
def seconds(way):
    start = perf_counter()
    way()
    return perf_counter() - start


slow, fast = (min(seconds(w) for _ in range(5)) for w in (by_calls, by_walking_back))
print(f"differences {slow:.4f} s, backward {fast:.6f} s, ratio {slow / fast:.0f}")
print(f"largest disagreement {np.abs(by_calls() - by_walking_back()).max():.0e}")

# %% [markdown]
# The slopes agree to many digits. What rules differences out for training is the *cost*: at a hundredth of a second per call, **one** gradient of BERT base would take 13 days.
#
# As a check they are unbeaten: slow, but they share nothing with the code they check.

# %% [markdown]
# ### Write the gradient
#
# **Question `gradient_by_differences`, 4 points.** Return all slopes of `f` at the vector `x`, in an array like `x`. Two points for the values; one for calling `f` d + 1 or 2d times; one for moving one entry at a time.
#
# Stuck? Run `hint("gradient_by_differences")`.


# %% answer gradient_by_differences
def gradient_by_differences(f, x):
    """All slopes of f: Rᵈ → R at x, moving one entry at a time."""
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
# ## Refute a printed formula
#
# The gradient at every point of the plane is a **field** of arrows. Somewhere in print you can find this claim:
#
# > f = x² − 4x + 7 + 2y has the gradient field (2x − 4, 2y + 2).
#
# **Guess:** is it right? If not, which entry is wrong? Settle it without algebra.

# %%
guess_wrong_entry = ...


# %%
def trough(x, y):
    return x**2 - 4 * x + 7 + 2 * y


def printed(x, y):
    return 2 * x - 4, 2 * y + 2


# %% demo measure at (1, 3)
def library_gradient(f, x):
    return differences.gradient(f, x, 1e-6)


answer = gradient_by_differences
gradient = yours("gradient_by_differences", answer, library_gradient)
measured_slopes = gradient(lambda v: trough(*v), np.array([1.0, 3.0]))
print("measured:", measured_slopes.round(6), " printed:", printed(1.0, 3.0))

# %% [markdown]
# Two numbers, one of them off by 6: the claim is refuted. A difference quotient can't prove a formula, but it can sink one.
#
# There is a second way to see it. A gradient points straight uphill, so it crosses the lines of equal height at right angles.

# %% demo lay a grid over the plane
across, up = np.meshgrid(np.arange(-1.0, 6), np.arange(5.0))
grid = np.column_stack([across.ravel(), up.ravel()])
measured_field = np.array([gradient(lambda v: trough(*v), point) for point in grid]).T
printed_field = np.array(printed(*grid.T))
fine = np.meshgrid(np.linspace(-2.5, 6.5, 90), np.linspace(-0.5, 5.2, 60))

# %% demo draw both fields
fig, ax = draw.figure("Most printed arrows miss the right angle", "x", "y")
ax.set(xlim=(-2.5, 6.5), ylim=(-0.5, 5.2), aspect="equal")
ax.contour(*fine, trough(*fine), 16, colors="#1f1f1f", linewidths=0.6, alpha=0.4)
scale = {"angles": "xy", "scale_units": "xy", "scale": 9}
ax.quiver(*grid.T, *printed_field, color=draw.HAND.color, width=0.003, **scale)
ax.quiver(*grid.T, *measured_field, color=draw.DIFFERENCE.color, width=0.006, **scale)
ax.text(5.85, 4.9, "printed", color=draw.HAND.color, backgroundcolor="w")
ax.text(5.85, 4.1, "measured", color=draw.DIFFERENCE.color, backgroundcolor="w")
draw.show(
    fig,
    alt="Lines of equal height, two arrows from each grid point. The measured ones "
    "cross the lines at right angles. The printed ones are too steep, more so the "
    "larger y: at (1, 3) they say (−2, 8) where (−2, 2) is measured.",
)

# %% [markdown]
# ### Put it right
#
# **Question `gradient_field`, 1 point.** Return the two slopes of x² − 4x + 7 + 2y as an array. Differentiate by hand: hold y still, then hold x still.
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
# Which f would have the printed field? One with y² in it. The two fields agree only where 2y + 2 = 2, along the line y = 0.

# %% [markdown]
# ## Let algebra do it
#
# The second way is the one from school: rules that turn a formula into the formula of its slope. A program can apply them too.

# %% demo differentiate a formula
from chainrule import symbolic

x = symbolic.var("x")
y = x * symbolic.exp(3 * x)
print(f"f  = {y}\nf' = {y.diff(x)}\n   = {y.diff(x).simplify()}")

# %% [markdown]
# The result is a *formula*, right for every x, and exact: nothing was cut off. Now you.
#
# **Question `product_slope`, 1 point.** Return the slope of x sin 5x, by hand. You need the product rule and the chain rule.
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
# ### Tidy before you differentiate
#
# The slope of 2x + 3x² + x(6 − 2) is 2 + 6x + 4, and that is 6(x + 1). The bracket is only a number, so work it out first.

# %% demo let the library tidy
x = symbolic.var("x")
(2 * x + 3 * x**2 + x * (6 - 2)).diff(x).simplify()

# %% [markdown]
# Now one with your own numbers. Here they are.

# %%
numbers("tidy_slope", STUDENT)

# %% [markdown]
# **Question `tidy_slope`, 1 point.** What is the slope of ax + bx² + x(c − d) at your x? Give the number.
#
# Stuck? Run `hint("tidy_slope")`.

# %% answer tidy_slope
### BEGIN SOLUTION
own = numbers("tidy_slope", STUDENT)
tidy_slope = own["a"] + 2 * own["b"] * own["x"] + own["c"] - own["d"]
### END SOLUTION

# %% check tidy_slope
check("tidy_slope", tidy_slope, student=STUDENT)

# %% [markdown]
# ### Watch a formula swell
#
# You will also read that algebra is hopeless for anything large. Let's see what it costs. Feed 4x(1 − x) into itself, again and again.
#
# **Guess:** after 8 rounds, how many symbols has the formula of the slope?

# %%
guess_symbols = ...


# %%
def nested(x, rounds):
    for _ in range(rounds):
        x = 4 * x * (1 - x)
    return x


# %% demo count symbols and operations
from chainrule.scalar import Value, topological_order

for rounds in range(1, 9):
    formula = nested(symbolic.var("x"), rounds).diff(symbolic.var("x"))
    graph = topological_order(nested(Value(0.3), rounds))
    done = sum(bool(node.inputs) for node in graph)
    print(f"rounds {rounds}  symbols {formula.size:6}  operations recorded {done:3}")

# %% [markdown]
# The program performs three operations per round, however often it runs. The formula, untidied, doubles and more: each round writes x twice, and the product rule adds copies of its own.
#
# The formula isn't impossible. It forgets that the same piece was computed already. Keep each piece once and you have automatic differentiation.

# %% [markdown]
# ## Differentiate a loop
#
# Here is a program without a fixed formula: it halves x until x is small, and how often depends on x.
#
# **Guess:** what is the slope of `halve` at x = 37? Commit before you read on.

# %%
guess_loop_slope = ...


# %%
def halve(x):
    while abs(x) > 5:
        x = x / 2
    return x


halve(37)

# %% demo ask algebra
try:
    halve(symbolic.var("x"))
except TypeError as refusal:
    print(refusal)

# %% [markdown]
# Algebra stops: how often the loop runs depends on a number, and x has none yet. But for each number you *do* give it, the program performs a plain list of divisions, and that list has a slope.

# %% [markdown]
# **Question `halving_slope`, 3 points.** Return the slope of `halve` at the number `x`, for x that stay clear of the jumps at ±5, ±10, ±20, …
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

# %% demo let the recording run through the loop
x = Value(37.0)
y = halve(x)
y.backward()
print(f"halve(37) = {y.data}, slope {x.grad}")

# %% demo record the loop at many x
xs = np.linspace(0.05, 50, 1000)
starts = [Value(x) for x in xs]
ends = [halve(x) for x in starts]
for end in ends:
    end.backward()
slope = np.array([x.grad for x in starts])
saw = np.array([end.data for end in ends])
saw[1:][np.diff(slope) != 0] = np.nan  # lift the pen at a jump

# %% demo draw the loop and its slope
fig, ax = draw.figure("One more pass of the loop halves the slope", "x", "value")
draw.line(ax, xs, saw, draw.OTHER, "halve(x)")
draw.line(ax, xs, slope, draw.TAPE, "its slope")
for x, s, label in [
    (2.5, 1, "1"),
    (7.5, 1 / 2, "½"),
    (15, 1 / 4, "¼"),
    (30, 1 / 8, "⅛"),
]:
    ax.text(x, s + 0.12, label, color=draw.TAPE.color, ha="center")
draw.show(
    fig,
    alt="halve(x) is a saw: it rises to 5, jumps to 2.5 and rises again, ever slower. "
    "Its slope is a staircase: 1 up to 5, ½ up to 10, ¼ up to 20, ⅛ up to 40, then ¹⁄₁₆.",
)

# %% [markdown]
# `abs(x) > 5` decides how often the loop runs, but nothing is computed *from* it: it has no part in the slope.
#
# At exactly x = 10 the saw jumps and has no derivative. The recording answers ½ all the same: the slope of the path that was taken.

# %% [markdown]
# ## Read what a recording returns
#
# You have just used the third way, **automatic differentiation**. `Value` is a number that remembers how it was made. Our `f` from the beginning takes one, unchanged.
#
# **Guess:** how many digits will be right?

# %%
guess_digits = ...

# %% demo record f and walk back
x = Value(0.7, label="x")
y = f(x)
y.label = "f"
y.backward()
x.grad

# %% demo compare all ways
ways = {
    "forward, h = 1e-8": forward(f, 0.7, 1e-8),
    "central, h = 1e-5": central(f, 0.7, 1e-5),
    "complex step": differences.complex_step(f, 0.7),
    "algebra": yours("product_slope", product_slope, true_slope)(0.7),
    "Value": x.grad,
    "torch.autograd": true_slope(0.7),
}
for name, slope in ways.items():
    print(f"{name:18} {slope:.16f}")

# %% [markdown]
# The last four agree to the last digit or so, the first two don't. A recording returns a *number*, like a difference quotient, and is as exact as algebra. (The complex step waits in the stretch at the end.)

# %% [markdown]
# Is it halfway between algebra and measuring? Say it more exactly: each operation's own slope comes from algebra, **exact**; the chain rule multiplies these slopes as plain **numbers**.
# No step h, so no truncation. No growing formula. Only rounding.

# %% demo see the graph
draw.graph(y)

# %% [markdown]
# That is what was recorded: values above the edges, slopes of the result below. Run the same local rules on *formulas* instead of numbers, and out comes symbolic differentiation. The graph serves both.
#
# In the next notebook you fill in such a graph by hand.

# %% [markdown]
# ## Check a gradient with two calls
#
# Is your fast gradient right? Testing every entry costs 2d calls.
#
# But take a step t along a direction v: entry i moves by t vᵢ and adds gᵢ · t vᵢ. So along v the slope of f must be g · v, and *that* takes two calls, for any d.

# %% [markdown]
# **Guess:** someone tests along v = (1, 1, …, 1) only. Which wrong gradients slip through?
#
# Write a sentence to yourself, then look.

# %%
guess_slips_through = ...

# %% demo try a fixed direction
right = np.array([2.0, -1.0, 0.5])
wrong = right + np.array([1.0, -1.0, 0.0])
fixed, chance = np.ones(3), np.random.default_rng(7).normal(size=3)
print(f"(1, 1, 1): right {right @ fixed:.3f}, wrong {wrong @ fixed:.3f}")
print(f"at random: right {right @ chance:.3f}, wrong {wrong @ chance:.3f}")

# %% [markdown]
# Errors that cancel in the sum stay hidden from (1, …, 1). A random direction practically never misses an error. It says *that* g is wrong, not *where*.

# %% [markdown]
# **Question `directional_check`, 2 points.** Return `True` if `g` can be the gradient of `f` at `x`, else `False`. One point for judging well, one for asking `f` exactly twice. Allow a small relative error: your measurement has one.
#
# Stuck? Run `hint("directional_check")`.


# %% answer directional_check
def directional_check(f, g, x):
    """Whether g can be the gradient of f at x, from two calls of f."""
    ### BEGIN SOLUTION
    h = 1e-5
    v = np.random.default_rng().normal(size=len(x))
    measured = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return bool(abs(measured - g @ v) < 1e-6 * (1 + abs(measured)))
    ### END SOLUTION


# %% check directional_check
check("directional_check", directional_check)

# %% [markdown]
# ## Say what you know now
#
# |way|gives|error|for d slopes|loops|
# |:--|:--|:--|:--|:--|
# |differences|a number|truncation, rounding|d + 1 or 2d calls|yes|
# |algebra|a formula|rounding|may swell|no|
# |recording|a number|rounding|1 call, 1 walk back|yes|
#
# Train with the third, check with the first, understand with the second.

# %% [markdown]
# ## Stretch, for no points
#
# **Step sideways.** Put an *imaginary* step into f: f(x + ih) = f(x) + ih f′(x) − … The imaginary part, divided by h, is the slope. Nothing is subtracted, so nothing cancels. Write it in one line and try h = 1e-20.

# %%
# your one line here

# %% demo draw the third line
tiny = 10.0 ** np.arange(-16, -1, 0.25)
sideways = [error(differences.complex_step, h) for h in tiny]
fig, ax = draw.figure("An imaginary step has no V", "step h", "error")
ax.set(xscale="log", yscale="log", xlim=(1e-16, 0.1), ylim=(1e-17, 1))
draw.line(ax, hs, measured[forward], draw.DIFFERENCE, "forward")
draw.line(ax, hs, measured[central], draw.DIFFERENCE, "central")
draw.line(ax, tiny, sideways, draw.OTHER, "complex step")
draw.show(
    fig,
    alt="Error against step. Forward and central are V-shaped. The complex step falls "
    f"with h² to {min(sideways):.0e} and stays there, however small h becomes.",
)

# %% [markdown]
# **Cancel again.** Take C(h), the central difference, at h and h/2. Both errors are h² times nearly the same number, so (4 C(h/2) − C(h)) / 3 cancels it. This is *Richardson extrapolation*; the library repeats it.
#
# Write it with your `central_difference` and compare.

# %%
# your extrapolation here

# %% demo compare with the library's
for levels in [1, 2, 3, 4]:
    off = differences.richardson(f, 0.7, 0.1, levels) - true_slope(0.7)
    print(f"{levels} level{'s' * (levels > 1):1}  error {abs(off):.0e}")

# %% [markdown]
# ## Read on
#
# - Baydin, Pearlmutter, Radul, Siskind: *Automatic differentiation in machine learning: a survey*, JMLR 18(153), 2018, [arxiv.org/abs/1502.05767](https://arxiv.org/abs/1502.05767). Section 2 tells this notebook's story.
# - Martins, Sturdza, Alonso: *The complex-step derivative approximation*, ACM TOMS 29, 2003.
# - Griewank, Walther: *Evaluating Derivatives*, 2nd edition, SIAM 2008. Why walking back costs so little.

# %% [markdown]
# ## Say what you can do now
#
# You can measure a slope and say how far to trust it, differentiate a formula and a loop, and test any gradient in two calls. In `02_graphs_by_hand` you take a recording apart.
#
# Run the next cell to see where each question stands. Then save the notebook, download it, and hand in `01_three_derivatives.ipynb`.

# %% demo see where you stand
check_all("01_three_derivatives", globals(), STUDENT)

# %% [markdown]
# # Go downhill, and predict how fast
#
# You can compute the gradient of any loss. In `05_losses` you took steps against a gradient. That was **gradient descent**. Almost every network is trained with it.
#
# There is much advice about it: "take a rate between 0 and 1", "it gets stuck in local minima", "take the largest batch that fits". In this notebook you *predict* the largest rate, the number of steps and the noise of a batch, and then you measure them.

# %% [markdown]
# **You'll do:** write the descent loop; predict the largest stable rate and the number of steps; distinguish minima from saddles, and leave a saddle; cut epochs into batches; measure how the noise of a batch falls.
#
# **You'll learn:** what the eigenvalues of the Hessian decide, how the batch size changes the noise, and which advice is right.
#
# **You need:** gradients (units 1 and 2), means, variances and covariances, logarithms. Eigenvalues are explained as far as they are used.
#
# **Time:** about 3½ hours, 1½ of reading and 2 of exercises. Take a break before "Use a few examples in each step".
#
# {questions} Every check draws fresh numbers. `count_steps` has numbers of your own: put your id into `STUDENT` below before you begin. {dots}
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, data, draw, hint, numbers
from chainrule.guess import beside

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## Take a step against the gradient
#
# Let θ be all parameters of a model, one after the other in one vector. Training changes θ so that the loss L becomes small. The gradient of L at θ, written ∇L(θ) (say: nabla L), has one entry ∂L/∂θᵢ for each parameter. One step is
#
# $$\theta \leftarrow \theta - \eta\, \nabla L(\theta).$$
#
# Against the gradient, L falls fastest. But the gradient describes the loss only close to θ, so a step must be short enough. With the learning rate η, a step is η times as long as the gradient. The points that descent visits are its **walk** (*trajectory*). In pictures of walks, a square marks the start, a disc the present place, + a minimum.

# %% [markdown]
# ### Try a rate of 1
#
# How large may η be? Some texts say: "a number between 0 and 1". Test this rule on f(x) = x²/100, with the slope f′(x) = x/50. Start at x = 10.
#
# **Guess:** how many steps does descent take until \|x\| is below 0.01, with the rate 1 and with the rate 50?

# %%
guess_steps, guess_steps_at_50 = ..., ...


# %% demo count the steps at both rates
def steps_at(rate, x=10.0, near=0.01):
    """The steps of descent on x²/100 until |x| is below `near`."""
    steps = 0
    while abs(x) >= near:
        x, steps = x - rate * x / 50, steps + 1
    return steps


beside(guess_steps, steps_at(1), "steps at rate 1")
beside(guess_steps_at_50, steps_at(50), "step at rate 50")

# %% [markdown]
# At rate 1, every step leaves 98% of x. At rate 50, the first step ends exactly at the minimum: x − 50 · x/50 = 0. So the rule "between 0 and 1" is wrong ([F13]({corrections})). The right rate depends on the unit of x, since a rate turns a slope into a distance.
#
# For f(x) = ½cx² the second derivative, called the **curvature**, is c. A step leads from x to
#
# $$x - \eta c x = (1 - \eta c)\, x.$$
#
# Every step multiplies x by the same **factor**, 1 − ηc. If \|1 − ηc\| is below 1, x goes to 0: descent **converges**. If \|1 − ηc\| is above 1 and x isn't 0, \|x\| grows with every step: descent **diverges**. For x²/100 the curvature is 1/50.
#
# **Guess:** above which rate does descent on x²/100 diverge?

# %%
guess_bound = ...

# %% demo draw four rates
bound = 2 / (1 / 50)
beside(guess_bound, bound)
title = f"On x²/100, |x| shrinks below the rate {bound:.0f} and grows above it"
fig, ax = draw.figure(title, "step", "distance |x| (log scale)")
t = np.arange(41)
for rate, width in ((20, 1), (90, 2), (110, 3)):
    draw.line(ax, t, 10 * abs(1 - rate / 50) ** t, draw.HAND, f"rate {rate}", width)
draw.line(ax, t, 10 + 0 * t, draw.SUBJECT, "rate 100")
ax.set_yscale("log")
draw.show(fig, alt=f"{title}: lines for 20, 90 and 110; at 100 it is level.")

# %% [markdown]
# At η = 2/c the factor is −1: x jumps from one side to the other and comes no nearer. At a rate between 1/c and 2/c, every step *overshoots*: it ends on the other side of the minimum. Descent still converges. So for c > 0, **descent on a parabola converges from every start if, and only if, 0 < η < 2/c**.
#
# ### Write the loop
#
# **Question `descend_until` ••, 2 points.** Start at the array `theta`, and take steps with the learning rate `rate`. `gradient(theta)` returns the gradient. End after `most` steps, or earlier, after the first step whose length (Euclidean norm) is below `small`. This short step is taken, and it counts. Don't change the given array. Return the last theta (1 point) and the number of steps taken (1 point).
#
# Stuck? Run `hint("descend_until")`.


# %% answer descend_until
def descend_until(gradient, theta, rate, most, small):
    """Where descent from theta ends, and after how many steps."""
    ### BEGIN SOLUTION
    taken, length = 0, np.inf
    while taken < most and length >= small:
        step = -rate * gradient(theta)
        theta, taken, length = theta + step, taken + 1, np.linalg.norm(step)
    return theta, taken
    ### END SOLUTION


# %% check descend_until
check("descend_until", descend_until)

# %% [markdown]
# ## Predict the largest rate
#
# A loss has many parameters. Its second derivatives describe how it bends. They form the **Hessian** H, which is symmetric if they are continuous:
#
# $$H_{ij} = \frac{\partial^2 L}{\partial \theta_i\, \partial \theta_j}.$$
#
# If H multiplies a vector v ≠ 0 only by a number, Hv = λv, then v is called an **eigenvector** of H, and λ its **eigenvalue**. For example, [[5.5, 4.5], [4.5, 5.5]] multiplies (1, 1) by 10 and (1, −1) by 1. In this notebook λ is always an eigenvalue.
#
# A symmetric d × d matrix has d eigenvectors at right angles to each other. `np.linalg.eigh(H)` returns all eigenvalues, in ascending order, and eigenvectors of length 1 as columns. `np.linalg.eigvalsh(H)` returns the eigenvalues alone.

# %%
np.linalg.eigh(np.array([[5.5, 4.5], [4.5, 5.5]]))

# %% [markdown]
# **An eigenvalue is the curvature of L along its eigenvector.** Along a vector v of length 1, the loss is φ(r) = L(θ + rv). By the chain rule, used twice, φ″(0) = Σᵢⱼ vᵢHᵢⱼvⱼ = vᵀHv. For an eigenvector this is λvᵀv = λ. In the example the curvature is 5.5 along each axis, but 10 along (1, 1).
#
# A **quadratic** loss is L(θ) = ½(θ − θ*)ᵀH(θ − θ*) plus a constant, with the gradient H(θ − θ*). If all eigenvalues are positive, θ* is its minimum. The eigenvector of the largest is then the **steepest direction**, that of the smallest the **flattest**. (The gradient usually points in neither.) Write θ − θ* as a sum of vectors u, one along each eigenvector. A step turns u into u − ηHu = (1 − ηλ)u: *each* direction has its own factor.
#
# **Guess:** a quadratic loss of two parameters has the eigenvalues 1 and 10. Above which rate does descent diverge?

# %%
guess_two = ...


# %% demo walk with four rates, side by side
def valley(x, y):
    return (x**2 + 10 * y**2) / 2


def tell(step):
    far = {name: np.linalg.norm(path[step]) for name, path in paths.items()}
    away = ", ".join(f"{distance:.2g} ({name})" for name, distance in far.items())
    title = "The steepest direction decides: above 2/10 the jumps grow"
    return title, f"Distances from the minimum at step {step}: {away}."


beside(guess_two, 2 / 10)
t, rates = np.arange(31)[:, None], (0.05, 0.18, 0.2, 0.205)
factors = [1 - rate * np.array([1, 10]) for rate in rates]
paths = {f"rate {r}": f**t * [-4.5, 1.2] for r, f in zip(rates, factors, strict=True)}
NAMES, stops = ("flattest direction", "steepest direction"), (0, 1, 2, 4, 8, 16, 30)
alt = "Four walks in a valley, whose minimum is marked; the last two never come to rest"
draw.walks(valley, paths, (-5, 5, -3, 3), NAMES, stops, tell, alt, (0, 0))

# %% [markdown]
# The steepest direction sets the limit. At 0.2 = 2/10 the walk jumps from side to side forever, and above 0.2 its jumps grow. **On a quadratic loss whose eigenvalues are all positive, descent converges from every start if, and only if, 0 < η < 2/λmax**, where λmax is the largest eigenvalue.
#
# **Linear regression** has a quadratic loss. The rows of X are examples, and w are the weights. The targets are y, since t counts steps:
#
# $$L(w) = \frac{1}{2n} \sum_i (x_i \cdot w - y_i)^2.$$
#
# With a single weight, the curvature of L is Σᵢ xᵢ²/n.
#
# **Question `stable_rate` ••, 2 points.** Given `X`, return the rate up to which descent on L converges from every start. The targets don't matter: find out why. No column of X is a sum of multiples of other columns.
#
# Stuck? Run `hint("stable_rate")`.


# %% answer stable_rate
def stable_rate(X):
    """The largest stable learning rate for linear regression on the rows of X."""
    ### BEGIN SOLUTION
    H = X.T @ X / len(X)
    return 2 / np.linalg.eigvalsh(H)[-1]
    ### END SOLUTION


# %% check stable_rate
check("stable_rate", stable_rate)

# %% [markdown]
# ### Put the prediction to the test
#
# Predict the body mass of a penguin from the length and depth of its bill and the length of its flippers. All columns and the mass are standardized, so the best bias is 0, and the model has none.
#
# Descent takes 1,000 steps from w = 0, once with a rate 1% below your function's prediction, once 1% above it.
#
# **Guess:** with the rate 1% *above* the prediction, by which factor is the distance to the minimum multiplied in 1,000 steps?

# %%
guess_growth = ...

# %% demo walk 1% below and 1% above the predicted rate
from chainrule.standby import Kept, if_right, yours

descents = Kept("descents")
raw = data.load("penguins").x.astype(float)
columns = data.standardize(raw)[0]
X, y = columns[:, :3], columns[:, 3]


def mean_gradient(w, X=X, y=y):
    """The gradient of the mean loss over the rows of X."""
    return X.T @ (X @ w - y) / len(X)


trial = (lambda theta: 2 * theta, np.array([1.0, -3.0]), 0.1, 50, 0.05)
my_descent = yours(descend_until, descents.descent, *trial)
my_rate = yours(stable_rate, descents.stable_rate, X)(X)
best, zeros, grown = np.linalg.lstsq(X, y)[0], np.zeros(3), {}
for factor in (0.99, 1.01):
    end, _ = my_descent(mean_gradient, zeros, factor * my_rate, 1000, 0.0)
    grown[factor] = np.linalg.norm(end - best) / np.linalg.norm(best)
beside(guess_growth, grown[1.01], "times")
print(f"predicted: stable below the rate {my_rate:.5f}")
print(f"1% below the predicted rate: {grown[0.99]:.2g} times")

# %% [markdown]
# In the steepest direction the factor is 1 − 1.01 · 2 = −1.02, and 1.02¹⁰⁰⁰ is about 398 million. Only the part of the distance in this direction grows. Its length was 64.6% of the first distance: that makes 257 million. With a rate 2% smaller, descent converges.
#
# The loss of a deep network isn't quadratic: its Hessian changes on the way. (Close to a minimum with positive eigenvalues, a smooth loss is nearly quadratic.) If the loss is smooth, and a step against its gradient makes it larger, λmax is above 2/η somewhere on this step. Then try a smaller rate first.
#
# ## Count the steps
#
# Where λmin is much smaller than λmax, the flattest direction is slow even at the largest stable rate: its factor 1 − ηλmin is close to 1. The ratio of the largest eigenvalue to the smallest is called the **condition number**:
#
# $$\kappa = \lambda_{\max} / \lambda_{\min}.$$

# %% [markdown]
# At one rate, the factors of the flattest and the steepest direction have the same size: 1 − ηλmin = −(1 − ηλmax). A smaller rate makes the first larger in size, a larger rate the second. So for the worst start, the best rate is η = 2/(λmin + λmax). Both factors then have the size (κ − 1)/(κ + 1), close to 1 − 2/κ for large κ.
#
# At each rate, the *slowest* direction decides: the direction whose factor is largest in size.
#
# **Question `steps_needed` •••, 3 points.** The array `curvatures` holds the eigenvalues of a quadratic loss, all positive and in any order. The distance to the minimum should become at most `shrink` times the first distance. Return the smallest number of steps that is enough for *every* start (2 points). Where no number is enough, return `np.inf` (1 point). `shrink` is below 1, and no factor 1 − ηλ is 0.
#
# Stuck? Run `hint("steps_needed")`.


# %% answer steps_needed
def steps_needed(curvatures, rate, shrink):
    """The steps after which no start is farther away than shrink times its distance."""
    ### BEGIN SOLUTION
    slowest = np.abs(1 - rate * curvatures).max()
    if slowest >= 1:
        return np.inf
    return np.ceil(np.log(shrink) / np.log(slowest))
    ### END SOLUTION


# %% check steps_needed
check("steps_needed", steps_needed)


# %% demo compare your prediction with walks that are counted
def walked(curvatures, rate, shrink):
    """The same number, by walking along every direction at once."""
    left, steps = np.ones(len(curvatures)), 0
    while np.abs(left).max() > shrink:
        left, steps = left * (1 - rate * np.asarray(curvatures)), steps + 1
    return steps


my_steps = yours(steps_needed, walked, np.array([1.0, 3.0]), 0.2, 1e-3)
kappas = np.array([2, 10, 100, 1000, 10_000])
predicted = [my_steps(np.array([1.0, k]), 2 / (1 + k), 1e-3) for k in kappas]
counted = [walked([1.0, k], 2 / (1 + k), 1e-3) for k in kappas]
title = "For large κ, ten times κ needs ten times the steps"
fig, ax = draw.figure(title, "condition number κ", "steps to 1/1000 of the distance")
draw.line(ax, kappas, predicted, draw.HAND, "predicted", width=3)
draw.line(ax, kappas, counted, draw.SUBJECT, "counted", width=1)
ax.set(xscale="log", yscale="log")
draw.show(fig, alt=f"{title}: a line of slope 1 in logarithms; both lines coincide.")

# %% [markdown]
# **At the best rate and for large κ, the number of steps is nearly proportional to κ:** about ½κ log(1/shrink), with the natural logarithm. So make κ small before you train.
#
# Compare two models of the body mass, each with a column of ones for the bias. The first takes the three columns in millimetres: a flipper is about 200 mm long, a bill 17 mm deep. The second takes the standardized columns. Both can make the same predictions.
#
# **Guess:** by which factor does standardizing divide the number of steps?

# %%
guess_saved = ...


# %% demo compare millimetres with standardized columns
def eigenvalues(X):
    X = np.column_stack([X, np.ones(len(X))])
    return np.linalg.eigvalsh(X.T @ X / len(X))


needed = []
for name, inputs in (("millimetres", raw[:, :3]), ("standardized", X)):
    c = eigenvalues(inputs)
    kappa = c[-1] / c[0]
    needed.append(kappa / 2 * np.log(1000))
    print(f"{name:13} κ = {kappa:12,.1f}   about {needed[-1]:12,.0f} steps")
beside(guess_saved, needed[0] / needed[1], "times")

# %% [markdown]
# By the formula, the standardized model comes 1,000 times nearer to its minimum in 30 steps. The model in millimetres needs 100 million. This is one reason why inputs are standardized.
#
# ### Compare three orders of methods
#
# A method is named after the highest order of the derivatives that it uses.
#
# |order|uses|a step for d parameters costs|
# |:--|:--|:--|
# |**zeroth**, such as random search|values of the loss|at least one value of the loss|
# |**first**, such as gradient descent|the gradient|as much work as a few values of the loss, for every d|
# |**second**, such as Newton's method|the Hessian too|d² numbers to store, about d³ operations|
#
# Our **random search** keeps a random move only if it lowers the loss. The next move is then longer, otherwise shorter.
#
# **Newton's method** solves Hs = ∇L(θ) for s, and then takes the step θ ← θ − s. Along each eigenvector, it divides the gradient by the curvature. It has no rate.

# %% demo run one method of each order, on 10 parameters
print("From (1, …, 1) to 1/1000 of the distance; random search: mean of 20 runs")
for k in (4.0, 100.0):
    c = np.geomspace(1, k, 10)
    calls = [descents.losses_of_random_search(c, seed) for seed in range(20)]
    newton = np.linalg.norm(np.ones(10) - np.linalg.solve(np.diag(c), c * np.ones(10)))
    left, steps = np.ones(10), 0
    while np.linalg.norm(left) > 1e-3 * np.sqrt(10):
        left, steps = left * (1 - 2 / (1 + k) * c), steps + 1
    print(f"κ = {k:3.0f}: random search {np.mean(calls):6,.0f} loss values,", end=" ")
    print(f"gradient descent {steps} gradients,", end=" ")
    print(f"Newton 1 step (distance {newton:.0e})")

# %% [markdown]
# On a quadratic loss whose eigenvalues are all positive, Newton's method arrives in one step, for every κ. But the Hessian of a million parameters has 10¹² numbers: 8 terabytes in float64. And along the eigenvector of a negative eigenvalue, Newton's step goes uphill.
#
# So first-order methods are the usual choice. They aren't "the only feasible ones" ([F28]({corrections})): K-FAC approximates the curvature, and trains large networks too.

# %% [markdown]
# ## Distinguish minima from saddles
#
# Where the gradient is 0, descent doesn't move. Such a point is called **stationary**. The eigenvalues of its Hessian show what kind of point it is:
#
# |eigenvalues|the point is|
# |:--|:--|
# |all positive|a **local minimum**: the loss rises in every direction|
# |all negative|a **local maximum**: the loss falls in every direction|
# |at least one positive and at least one negative|a **saddle**: the loss rises in some directions and falls in others|
# |some or all are 0, the others have one sign|not known, but no minimum if an eigenvalue is negative|
#
# A wide region in which the gradient and all eigenvalues are almost 0 is called a **plateau**. For example, all sigmoids of a network may be near 0 or 1.
#
# **Question `kind_of_point` ••, 1 point.** `H` is the Hessian at a stationary point. Return three numbers: how many eigenvalues are positive, how many are 0, how many are negative. An eigenvalue of size 10⁻⁶ or less counts as 0.
#
# Stuck? Run `hint("kind_of_point")`.


# %% answer kind_of_point
def kind_of_point(H):
    """How many directions rise, are flat, and fall."""
    ### BEGIN SOLUTION
    c = np.linalg.eigvalsh(H)
    return [np.sum(c > 1e-6), np.sum(np.abs(c) <= 1e-6), np.sum(c < -1e-6)]
    ### END SOLUTION


# %% check kind_of_point
check("kind_of_point", kind_of_point)

# %% [markdown]
# ### Find the way out
#
# At a saddle, the Hessian shows a way down: along the eigenvector of a negative eigenvalue, the loss falls on both sides.
#
# **Question `way_out` ••, 2 points.** `H` is the Hessian at a stationary point. Return a vector of length 1 along which the curvature is most negative (1 point). Both signs of the vector are right. If no eigenvalue is below −10⁻⁶, return a vector of zeros (1 point).
#
# Stuck? Run `hint("way_out")`.


# %% answer way_out
def way_out(H):
    """The direction in which the loss curves down most; zeros where it doesn't."""
    ### BEGIN SOLUTION
    c, vectors = np.linalg.eigh(H)
    if c[0] >= -1e-6:
        return np.zeros(len(H))
    return vectors[:, 0]
    ### END SOLUTION


# %% check way_out
check("way_out", way_out)


# %% [markdown]
# ### Leave a saddle
#
# The smallest deep network has two weights and no bias: x → a·x → b·a·x. For x = 1 the target is 1, so its loss is L(a, b) = ½(1 − ab)². Every pair with ab = 1 is a minimum; six are marked in the picture. At a = b = 0 the gradient is 0, and the Hessian [[0, −1], [−1, 0]] has the eigenvalues 1 and −1: a saddle.
#
# On the line a = −b the loss is ½(1 + a²)², lowest at a = 0. On both sides of this line the loss is lower: the line is a **ridge**. Three walks have η = 0.1 and these starts:
#
# |walk|start|
# |:--|:--|
# |on the ridge|(−0.9, 0.9)|
# |beside the ridge|0.001 away from (−0.9, 0.9), at a right angle to the ridge|
# |beside the saddle|0.001 away from (0, 0), at a right angle to the ridge|
#
# The first walk follows the ridge into the saddle. Near the saddle, every step multiplies the distance from the ridge by 1 − η · (−1) = 1.1.
#
# **Guess:** how many steps does the walk beside the ridge take until its loss is below 0.01?

# %%
guess_escape = ...


# %% demo walk to a saddle, and away from it
def identity_loss(a, b):
    return (1 - a * b) ** 2 / 2


def identity_gradient(theta):
    return (theta.prod() - 1) * theta[::-1]


def walk_from(theta):
    """Where descent at rate 0.1 is after 0 to 120 steps."""
    ends = [my_descent(identity_gradient, theta, 0.1, t, 0)[0] for t in range(1, 121)]
    return np.array([theta, *ends])


my_way_out = if_right("way_out", way_out, descents.way_down)
ridge, way = np.array([-0.9, 0.9]), my_way_out(np.array([[0.0, -1.0], [-1.0, 0.0]]))
across = way * np.sign(way.sum()) / 1000
starts = {"on the ridge": ridge, "beside the ridge": ridge + across}
starts["beside the saddle"] = across  # the saddle is (0, 0)
saddles = {name: walk_from(start) for name, start in starts.items()}
falls = {name: identity_loss(*path.T) for name, path in saddles.items()}
beside(guess_escape, np.argmax(falls["beside the ridge"] < 0.01), "steps")
count = np.argmax(falls["beside the saddle"] < 0.01)
print(f"The walk that starts beside the saddle takes {count} steps.")


# %% demo watch the three walks
FOUND = {  # from which step on
    0: "Two walks start far from the saddle, one near it",
    10: "All three walks are slow near the saddle",
    60: "Two walks leave the saddle; the walk on the ridge stays",
    90: "Two walks reach a minimum; the walk on the ridge stays at the saddle",
}


def tell(step):
    at = {name: f"{losses[step]:.3f}" for name, losses in falls.items()}
    said = ", ".join(f"{name} {loss}" for name, loss in at.items())
    return FOUND[max(k for k in FOUND if k <= step)], f"Losses at step {step}: {said}."


square, stops = (-1.5, 1.5, -1.5, 1.5), (0, 10, 40, 60, 75, 90, 120)
alt = "Three walks near a saddle; two of them leave it"
u = np.array([0.75, 1, 1.33])
minima = np.concatenate([-u, u]), np.concatenate([-1 / u, 1 / u])
lines = [("ridge", (-1.5, 1.5), (1.5, -1.5))]
draw.walks(identity_loss, saddles, square, "ab", stops, tell, alt, minima, lines)

# %% [markdown]
# Beside the saddle, 1.1ᵗ · 0.001 reaches √2, the distance to the minimum (1, 1), after about 76 steps. This walk takes 85: near the minimum, growth is slower.
#
# The walk beside the ridge takes 82: at its start the curvature across the ridge is −1.81, and the factor even 1.18. From step 15 to 50 its loss stays within 0.02 of ½. A loss that stands still doesn't prove a minimum. With a small enough rate, almost every start leaves such saddles (Lee et al., 2016).
#
# ### Cross a plateau
#
# A model with one weight predicts p = σ(w) for the target 0. Half its squared error is ½p². At w = 10 the model is certain and wrong, but slope and curvature have the size 4.5 · 10⁻⁵. From w = 5, descent at rate 1 takes 206 steps to a loss below 0.01.
#
# **Guess:** how many steps does it take from w = 10?

# %%
guess_plateau = ...


# %% demo cross the plateau with two losses
def sigmoid(w):
    return 1 / (1 + np.exp(-w))


def losses_until_right(slope, w):
    """Half the squared error after each step at rate 1, until it is below 0.01."""
    losses = [sigmoid(w) ** 2 / 2]
    while losses[-1] >= 0.01:
        w = w - slope(sigmoid(w))
        losses.append(sigmoid(w) ** 2 / 2)
    return np.array(losses)


for w in (2.0, 5.0, 10.0):
    curve = losses_until_right(lambda p: p**2 * (1 - p), w)
    steps, quick = len(curve) - 1, len(losses_until_right(lambda p: p, w)) - 1
    print(f"from w = {w:2.0f}: squared error {steps:6,} steps, log-loss {quick} steps")
beside(guess_plateau, steps, "steps")
title = f"The loss stays above 0.49 for {np.sum(curve > 0.49):,} of {steps:,} steps"
fig, ax = draw.figure(title, "step", "half the squared error")
draw.line(ax, np.arange(len(curve)), curve, draw.SUBJECT)
draw.show(fig, alt=f"{title}: a level line that ends in a sudden fall.")

# %% [markdown]
# For most steps, the curve looks as if training had ended. The log-loss of `05_losses` has the slope σ(w) here, almost 1 at w = 10. Descent on the log-loss takes 17 steps. So this plateau comes from the squared error *after a sigmoid*.
#
# ### Doubt a sentence about local minima
#
# You can read that gradient descent "can, and pretty much always does, get stuck in local minima" ([F12]({corrections})). Here are three measurements:
#
# 1. The smallest deep network starts at 1,000 random places in the square from −2 to 2, and takes 2,000 steps with the rate 0.1.
# 2. Descent on a function of *one* variable, x⁴/4 − x²/2 + x/5, starts at 20,000 random places from −2 to 2.
# 3. Random symmetric matrices without a negative eigenvalue are counted.
#
# **Guess:** what fraction of the network's starts ends with a loss below 10⁻⁶, from 0 to 1?

# %%
guess_fraction = ...

# %% demo start a thousand times, and draw random matrices
rng = np.random.default_rng(0)
a, b = rng.uniform(-2, 2, (2, 1000))
for _ in range(2000):
    r = a * b - 1
    a, b = a - 0.1 * r * b, b - 0.1 * r * a
beside(guess_fraction, np.mean(identity_loss(a, b) < 1e-6))

x = rng.uniform(-2, 2, 20_000)
for _ in range(2000):
    x = x - 0.1 * (x**3 - x + 0.2)
print(
    f"x⁴/4 - x²/2 + x/5: {np.mean(x < 0):.0%} of 20,000 starts end in the lower minimum"
)
for d in (1, 2, 3, 4, 5):
    A = rng.normal(size=(100_000, d, d))
    lowest = np.linalg.eigvalsh(A + A.transpose(0, 2, 1))[:, 0]
    none = np.mean(lowest > 0)
    print(f"{d} × {d}: {none:.5f} of the matrices have no negative eigenvalue")

# %% [markdown]
# Every start of the network arrives. Its loss isn't convex (`05_losses`), but all its minima are equally low. The function of one variable has two valleys, with a top between them at x = 0.21: 45% of its starts end in the higher minimum.
#
# Why are many dimensions different? At a minimum *no* eigenvalue is negative. Each dimension adds an eigenvalue, which may be negative. So large random matrices without a negative eigenvalue are rare: far below ½ᵈ, since eigenvalues of one matrix repel each other. Hessians aren't random, but in small networks, almost all measured stationary points at a high loss are saddles (Dauphin et al., 2014).
#
# What is true: on a smooth convex loss that has a minimum, descent approaches the global minimum, if the rate is small enough for the start. On other losses, descent may end in a local minimum, or lose time at saddles and plateaus.

# %% [markdown]
# ## Use a few examples in each step
#
# The **full loss** is the mean of the losses ℓᵢ of all n examples. Its gradient needs all n examples for one step. The **sampled loss** is the mean over a batch S (also *minibatch*) of only B examples:
#
# $$\frac1n \sum_{i=1}^n \ell_i(\theta) \qquad\text{against}\qquad \frac1B \sum_{i \in S} \ell_i(\theta).$$
#
# Descent on sampled losses is **stochastic gradient descent**, SGD:
#
# ```
# for each epoch:
#     shuffle the examples, and cut them into batches
#     for each batch:  θ ← θ − η ∇(loss of the batch)
# ```
#
# As in `06_networks`, an epoch uses each example once. A **step**, or **update**, uses one batch. So an epoch has ⌈n/B⌉ steps: n/B, rounded up. The last batch has the examples that are left. Some texts write "for N epochs: sample a batch, take a step", but mean N *steps* ([F27]({corrections})).

# %% [markdown]
# Four decisions come before training:
#
# |decision|what it is called|
# |:--|:--|
# |How many examples give one gradient?|the batch size B|
# |How long is a step?|the learning rate η|
# |Does the rate stay the same?|a constant rate, or a *schedule* that lowers it|
# |When does training end?|a number of epochs, or early stopping (`10_generalization`)|
#
# **Question `count_steps` •, 1 point.** The next cell shows the numbers of your own run. Give three numbers: the steps in one epoch, the examples in the last batch of an epoch, and the steps in all epochs. (For the 342 penguins, batches of 32 and 10 epochs they are `[11, 22, 110]`.)
#
# Stuck? Run `hint("count_steps")`.

# %%
numbers("count_steps", STUDENT)

# %% answer count_steps
### BEGIN SOLUTION
own = numbers("count_steps", STUDENT)
steps = -(-own["examples"] // own["batch"])
last = own["examples"] - (steps - 1) * own["batch"]
count_steps = [steps, last, steps * own["epochs"]]
### END SOLUTION

# %% check count_steps
check("count_steps", count_steps, student=STUDENT)

# %% [markdown]
# A short last batch has a disadvantage: its examples count more in that epoch. With 342 = 10 · 32 + 22, an example of the last batch has the weight 1/22 in its step, every other example 1/32. With 11 batches of 31 or 32, the weights are nearly equal.
#
# **Question `one_epoch` ••, 3 points.** Return a list of arrays of row numbers, one array for each batch:
#
# - Each row from 0 to `n` − 1 is in exactly one batch.
# - No batch has more than `size` rows, and there are as few batches as possible.
# - The lengths of the batches differ by at most 1.
# - The order is random: `shuffle(n)` returns the numbers 0 to n − 1 in a random order, a new order at each call. Call it once.
#
# Stuck? Run `hint("one_epoch")`.


# %% answer one_epoch
def one_epoch(n, size, shuffle):
    """The batches of one epoch, as even as possible, in the order that shuffle gives."""
    ### BEGIN SOLUTION
    count = -(-n // size)
    return np.array_split(shuffle(n), count)
    ### END SOLUTION


# %% check one_epoch
check("one_epoch", one_epoch)

# %% [markdown]
# Why are the examples shuffled? The rows of a file are often sorted. In this file, each species stands together, so the last steps of every epoch see only one. Compare 40 epochs in each order. The distance is a mean over the epochs 21 to 40.


# %% demo train in the order of the file, and shuffled
my_epoch = if_right("one_epoch", one_epoch, descents.epoch)
rng = np.random.default_rng(0)
for name, shuffle in (
    ("in the file's order", np.arange),
    ("shuffled", rng.permutation),
):
    w, ends = np.zeros(3), []
    for _epoch in range(40):
        for rows in my_epoch(len(X), 10, shuffle):
            w = w - 0.1 * mean_gradient(w, X[rows], y[rows])
        ends.append(np.linalg.norm(w - best))
    print(f"{name:20} {np.mean(ends[20:]):.3f} from the minimum after an epoch")

# %% [markdown]
# In the file's order the walk ends several times as far away. One shuffle, kept for all epochs, would remove most of the difference. A new order in each epoch is usual.
#
# ## Measure the noise of a batch
#
# The gradient of a batch differs from the **full gradient**, the gradient of the full loss. Is it wrong *on average*? Take the first six penguins as the whole data, and all 20 batches of three of them. Average the 20 gradients.

# %% demo average over all batches
from itertools import combinations

w = np.array([0.5, -0.5, 0.2])
batches = [list(rows) for rows in combinations(range(6), 3)]
sampled = np.array([mean_gradient(w, X[rows], y[rows]) for rows in batches])
print("mean of 20 batch gradients", sampled.mean(axis=0))
print("gradient over all six     ", mean_gradient(w, X[:6], y[:6]))
print("three of the 20           ", *sampled[:3].round(2))

# %% [markdown]
# The mean is exactly the gradient over all six, because each example is in the same number of batches. So a batch gradient is **unbiased**: on average, it is the full gradient. The conditions: every example has the same chance, and the loss is a *mean* over a batch of fixed size.
#
# How far off is a single batch? Let V be the sum of the variances of all entries of the batch gradient. For a mean of B independent examples, V = V₁/B, where V₁ belongs to batches of 1. In logarithms,
#
# $$\log V = \log V_1 - \log B,$$
#
# a straight line of slope −1.

# %% [markdown]
# Measure the slope. Don't assume that it is −1: the check has three kinds of `gradients`.
#
# |gradients|law|slope|
# |:--|:--|:--|
# |means over a batch|V = V₁/B|−1|
# |sums over a batch|V = B · V₁|+1|
# |gradients with an artificial law|another power of B|between −1 and 0|
#
# **Question `noise_slope` •••, 3 points.** `gradients(size)` returns the gradients of 1,000 random batches of this size, a row for each batch. For each size in the array `sizes`, compute V: add the variances of all columns. Return the slope of the straight line that fits log V over log size best (least squares). A result within 0.05 of the law's slope is right. By chance, a right answer fails less than once in 10,000 checks.
#
# Stuck? Run `hint("noise_slope")`.


# %% answer noise_slope
def noise_slope(gradients, sizes):
    """The slope of log variance over log batch size."""
    ### BEGIN SOLUTION
    variances = [gradients(size).var(axis=0).sum() for size in sizes]
    return np.polyfit(np.log(sizes), np.log(variances), 1)[0]
    ### END SOLUTION


# %% check noise_slope
check("noise_slope", noise_slope)

# %% [markdown]
# The standard deviation √V is called the **noise** of the batch gradient.
#
# **Guess:** by which factor is the noise smaller with batches of 100 than with batches of 1?

# %%
guess_noise = ...


# %% demo measure the penguins' noise, and draw the law
def penguin_gradients(size):
    """Gradients at w = 0 of 1,000 batches drawn with replacement."""
    picked = rng.integers(len(X), size=(1000, size))
    return -np.einsum("bi,bid->bd", y[picked], X[picked]) / size


my_slope = if_right("noise_slope", noise_slope, descents.slope_by_ends)
rng, sizes = np.random.default_rng(0), 2 ** np.arange(8)
V = [penguin_gradients(B).var(axis=0).sum() for B in (*sizes, 100)]
beside(guess_noise, np.sqrt(V[0] / V[-1]), "times")
found = f"{my_slope(penguin_gradients, sizes):.2f}".replace("-", "−")
title = f"The variance falls as 1/B: the measured slope is {found}"
fig, ax = draw.figure(title, "batch size B", "variance V of the gradient")
draw.line(ax, sizes, V[0] / sizes, draw.HAND, "V₁/B, predicted")
ax.plot(sizes, V[:-1], "o", color="#1f1f1f")
ax.annotate("measured", (4, V[2]), (-60, -14), textcoords="offset points")
ax.set(xscale="log", yscale="log")
draw.show(fig, alt=f"{title}: eight measured points lie on the predicted line.")

# %% [markdown]
# The variance falls as 1/B, so the noise falls as 1/√B. A batch of 100 needs 100 times the work, and has a tenth of the noise.
#
# In an epoch, examples are drawn *without* replacement: those of one batch aren't independent. For one entry of the gradient, let Var be the variance of one example, and Cov the covariance of two. The sum over a batch has the variance B · Var + B(B − 1) · Cov: a batch has B(B − 1) ordered pairs of examples. A batch of all n examples has no noise: n · Var + n(n − 1) · Cov = 0. So Cov = −Var/(n − 1).
#
# **Question `batch_variance` •••, 2 points.** Row i of `G` is the gradient of example i. A batch holds `size` different examples, all batches are equally likely, and its gradient is the mean of its rows. Return the exact variance of each entry of the batch gradient.
#
# Stuck? Run `hint("batch_variance")`.


# %% answer batch_variance
def batch_variance(G, size):
    """The variance of a mean over `size` different rows of G, entry by entry."""
    ### BEGIN SOLUTION
    n = len(G)
    return G.var(axis=0) / size * (n - size) / (n - 1)
    ### END SOLUTION


# %% check batch_variance
check("batch_variance", batch_variance)

# %% [markdown]
# ### Walk with batches of 1, 10 and 100
#
# The walks below draw each batch *with* replacement, so V = V₁/B. What does this law mean for a walk?
#
# Compare walks at equal *work*, after the same number of examples: with batches of 100, a thousand examples are only ten steps. Two weights are trained, for bill length and flipper length. All three walks have the rate 0.1.
#
# **Guess:** after 1,000 examples, which walk is nearest to the minimum, the one with batches of 1, of 10 or of 100?

# %%
guess_nearest = ...

# %% demo walk with three batch sizes
X2 = X[:, [0, 2]]
goal2 = np.linalg.lstsq(X2, y)[0]


def batch_walk(size, seen=10_000, rate=0.1):
    """Weights before each step, from (-1, 1), while so many examples are seen."""
    rng, w, path = np.random.default_rng(0), np.array([-1.0, 1.0]), []
    for rows in rng.integers(len(X2), size=(seen // size + 1, size)):
        path.append(w)
        w = w - rate * mean_gradient(w, X2[rows], y[rows])
    return np.array(path)


noisy = {f"batches of {size}": batch_walk(size) for size in (1, 10, 100)}
away = [np.linalg.norm(path - goal2, axis=1) for path in noisy.values()]
seen_1000 = [d[1000 // size] for d, size in zip(away, (1, 10, 100), strict=True)]
beside(guess_nearest, (1, 10, 100)[int(np.argmin(seen_1000))])


# %% demo watch the walks jitter
def height(u, v):
    e = np.stack([u - goal2[0], v - goal2[1]], axis=-1)
    return np.einsum("...i,ij,...j->...", e, X2.T @ X2 / len(X2), e) / 2


def tell(steps):
    far = {n: d[k] for n, d, k in zip(noisy, away, steps, strict=True)}
    title = f"{steps[0]:,} examples: {min(far, key=far.get)} are nearest to the minimum"
    said = ", ".join(f"{distance:.2g} ({name})" for name, distance in far.items())
    counts = "{:,}, {:,} and {:,} steps".format(*steps)
    told = f"Distances from the minimum after {counts}: {said}."
    return title if steps[0] else "All walks start at one place", told


stops = [(k, k // 10, k // 100) for k in (0, 100, 300, 1000, 3000, 10_000)]
NAMES, reach = ("weight of bill length", "weight of flipper"), (-1.2, 1.0, -0.2, 1.6)
alt = "On equal numbers of examples, small batches arrive first and jitter, large ones lag"
draw.walks(height, noisy, reach, NAMES, stops, tell, alt, goal2)

# %% [markdown]
# The walk with batches of 1 is near the minimum first. Then it *jitters*: it moves around at random. The walk with batches of 100 hardly jitters, but it is late. In this run, batches of 10 are nearest after 1,000 examples, and batches of 100 after 10,000.
#
# Where the gradient is larger than the noise, more steps help more. Where the noise is larger, as near the minimum, a larger batch helps more.
#
# Why does the jitter not end? At this minimum the *mean* of the examples' gradients is 0, but most of the gradients aren't. So each step adds new noise, and the curvature pulls the walk back. In the end both are in balance. The mean height of the loss above its minimum is then called the **noise floor**.
#
# **Guess:** halve the rate for batches of 1. By which factor is the noise floor divided?

# %%
guess_floor = ...

# %% demo measure the noise floor for two rates and two batch sizes
rng, floors = np.random.default_rng(0), []
for rate, size in ((0.04, 1), (0.02, 1), (0.04, 2)):
    w = np.tile(goal2, (2000, 1))  # 2,000 walks at once, from the minimum
    for rows in rng.integers(len(X2), size=(1000, size, 2000)):
        pulls = (X2[rows] * w).sum(axis=-1) - y[rows]
        w = w - rate * (pulls[..., None] * X2[rows]).mean(axis=0)
    floors.append(height(*w.T).mean())
    print(f"rate {rate}, batches of {size}: {floors[-1]:.5f} above the minimum")
beside(guess_floor, floors[0] / floors[1])

# %% [markdown]
# For small rates, the noise floor is nearly proportional to the rate, and to 1/B. So a rate that falls slowly to 0 removes the jitter, and a larger batch makes it smaller. The rate and the batch size have to be tuned *together*.
#
# A nearly idle GPU works on 100 examples in about the time of 1.
#
# **Question `largest_batch` ••, 1 point.** A course says: "Take the largest batch that fits into your GPU." What do batches of 100 instead of 1 do to the noise of a step, and to the number of steps for the same number of examples? When is a larger batch worth its work, and when isn't it? What has to be tuned with the batch size? Answer in four or five sentences.
#
# Stuck? Run `hint("largest_batch")`.

# %% explain largest_batch [markdown]
# **`largest_batch`, in your words:**
#
# ### BEGIN SOLUTION
# The noise falls to a tenth, and the same examples give a hundredth of the steps. While the noise is larger than the gradient, a larger batch makes steps better. Where the noise is small, more examples are wasted work. The rate has to be tuned with the batch size.
#
# - ½ point: the noise falls as 1/√B (to a tenth), the steps as 1/B (to a hundredth).
# - ½ point: a larger batch is worth its work only while the noise is larger than the gradient, or where a GPU is nearly idle. The rate has to be tuned with B.
# ### END SOLUTION

# %% [markdown]
# ## Read the library beside your own
#
# The library's optimizer, its batches and its training step are short. Find your lines in them. `SGD.update` returns rate times gradient, and the class `Optimizer` subtracts it. `data.batches` leaves the last batch short, which you avoided in `one_epoch`. `train.descend` is one step: forget the old gradients, go forward, go backward, update.


# %% demo show three pieces of the library, and compare a walk
def print_library():
    import inspect

    from chainrule import optim, train

    for piece in (optim.SGD, data.batches, train.descend):
        print(inspect.getsource(piece))


print_library()
if my_descent is descend_until:
    mine, _ = descend_until(mean_gradient, zeros, 0.3, 100, 0.0)
    theirs, _ = descents.descent(mean_gradient, zeros, 0.3, 100, 0.0)
    apart = np.abs(mine - theirs).max()
    print(f"after 100 steps, your walk and that of optim.SGD differ by {apart:.1e}")

# %% [markdown]
# ## Say what you can do now
#
# - Compute the largest stable rate of a quadratic loss, 2/λmax, and check it to 1%.
# - Predict the number of steps from the condition number, and make this number small by standardizing.
# - Distinguish minima, saddles and plateaus by eigenvalues, and find the way out of a saddle.
# - Count epochs and steps, and put each example into exactly one batch.
# - Say what a batch gradient is on average, how its variance falls, and what a larger batch costs.
#
# ### Hand in
#
# This unit has three notebooks: `07_gradient_descent`, `08_optimizers` and `09_initialization`. Run each from top to bottom, and save it. In Colab: File, Download, Download .ipynb. Hand in the files with their names unchanged.
#
# First look at your points. If `count_steps` counts as not written, check that your id is in `STUDENT`:

# %% demo see where you stand
check_all("07_gradient_descent", globals(), STUDENT)

# %% [markdown]
# ## Stretch, for no points
#
# **Alternate two rates.** On a quadratic loss with eigenvalues from 1 to 10, take steps with two rates in turn. Which pair shrinks the distance fastest over two steps? (Chebyshev found the answer.)
#
# **Let Newton fail.** Start Newton's method on L(a, b) = ½(1 − ab)² at (0.3, −0.2). Where does it end, and what do the eigenvalues say about this place?
#
# **Sample unevenly.** Draw example i with the probability pᵢ, not with 1/n. By what must its gradient be multiplied so that the batch gradient stays unbiased?

# %% [markdown]
# ## Read on
#
# - Boyd, Vandenberghe: *Convex Optimization*, section 9.3, [stanford.edu/~boyd/cvxbook](https://web.stanford.edu/~boyd/cvxbook/): convergence and the condition number.
# - Goh: *Why Momentum Really Works*, Distill, 2017, [distill.pub/2017/momentum](https://distill.pub/2017/momentum/): eigenvalues, with pictures to drag.
# - Dauphin et al.: *Identifying and attacking the saddle point problem*, 2014, [arXiv:1406.2572](https://arxiv.org/abs/1406.2572).
# - Lee et al.: *Gradient descent only converges to minimizers*, 2016, [arXiv:1602.04915](https://arxiv.org/abs/1602.04915).
# - McCandlish et al.: *An empirical model of large-batch training*, 2018, [arXiv:1812.06162](https://arxiv.org/abs/1812.06162).
# - Shallue et al.: *Measuring the effects of data parallelism*, 2019, [arXiv:1811.03600](https://arxiv.org/abs/1811.03600).

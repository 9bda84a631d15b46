# %% [markdown]
# # Start a deep network so that it can learn
#
# Take a network of fifty layers with ReLU, and draw all weights at random. Then divide one number, the standard deviation of the weights, by 1.41. With the larger number, the network's values keep their size from layer to layer. With the smaller number, almost nothing is left of them. How much is left?
#
# In this notebook you predict such numbers before the network runs, for any activation.

# %% [markdown]
# **You'll do:** predict how a signal grows or shrinks; choose and test the variance of weights; derive the gradients of a deep linear network; prove that equal units stay equal; scale a network by its data.
#
# **You'll learn:** which variance LeCun, Glorot and He choose, and why; which layers get tiny gradients; why weights are random at all.
#
# **You need:** the backward rules of a layer (`04_tensors`), a network's two passes (`06_networks`), gradient descent (`07_gradient_descent`); mean, variance and the normal distribution.
#
# **Time:** about 3 hours, half of them for the exercises.
#
# {questions} Every check draws fresh numbers. `std_mixup` has numbers of your own: put your id into `STUDENT` below before you begin. {dots}
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, draw, hint, numbers
from chainrule.guess import beside

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## Lose a signal in fifty layers
#
# A layer gets a vector a and computes z = Wa. Each entry of z belongs to one **unit**. The entry is the sum of all inputs, each multiplied by a weight from the unit's row of W. An activation f turns z into f(z), which the next layer gets. Biases begin at 0, so they are left out for now.
#
# A layer's number of inputs is its **fan-in**, n_in. Its number of units is its **fan-out**, n_out.
#
# The vectors that go from layer to layer are called the **signal**. We measure its size by the **mean square**, the mean of all squared entries, or by the root of this mean, the RMS (`01_three_derivatives`).


# %%
def rms(a):
    return np.sqrt(np.mean(a**2))


def relu(z):
    return np.maximum(z, 0)


def forward(f, W, X):
    """z of every layer, and every layer's input; examples stand in rows."""
    zs, a = [], [X]
    for w in W:
        zs.append(a[-1] @ w.T)
        a.append(f(zs[-1]))
    return zs, a[:-1]


# %% [markdown]
# The network has 50 layers, each with 100 inputs and 100 units with ReLU. The weights have a standard deviation (std) of 0.1, and the input has the RMS 1.
#
# **Guess:** is the RMS of z in layer 50 nearer to `1`, to `1e-3` or to `1e-8`? Replace the dots below, then run on. A guess is never graded.

# %%
guess_last = ...


# %% demo send a batch through fifty layers
def random_layers(std, seed=0):
    """Fifty square matrices of entries from a normal distribution with mean 0."""
    return np.random.default_rng(seed).normal(0, std, (50, 100, 100))


X, sizes = np.random.default_rng(1).normal(size=(64, 100)), {}
for std, text in ((0.2, "0.2"), (0.1 * np.sqrt(2), "0.1414"), (0.1, "0.1")):
    zs, _ = forward(relu, random_layers(std), X)
    sizes[text] = [rms(z) for z in zs]
beside(guess_last, sizes["0.1"][49], within=10)
title = "The std of the weights decides whether a signal vanishes, stays or explodes"
fig, ax = draw.figure(title, "layer", "RMS of z (log scale)")
ax.set_yscale("log")
for text, values in sizes.items():
    draw.line(ax, range(1, 51), values, draw.SUBJECT, f"std {text}")
ends = ", ".join(f"{values[-1]:.1g} with std {t}" for t, values in sizes.items())
draw.show(fig, alt=f"{title}: in layer 50 the RMS is {ends}.")

# %% [markdown]
# With a standard deviation of 0.1, almost nothing is left of the signal. With 0.1414, the RMS stays near its first value, √2: the signal stays **level**.
#
# ## Predict what one layer does
#
# Take one unit, with the weights $w_j$ and the inputs $a_j$:
#
# $$z = \sum_{j=1}^{n_{in}} w_j a_j.$$
#
# The inputs are given. The weights are drawn independently, with mean 0 and variance s. Square z, and take the expected value E, the mean over all draws of the weights. A product $w_j w_k$ of two different weights has mean 0, so only the squares are left. Each $w_j^2$ has mean s:
#
# $$\mathrm{E}[z^2] = s \sum_j a_j^2 = n_{in} \cdot s \cdot (\text{mean square of } a).$$
#
# So, on average over draws, the mean square of z is **n_in · s** times the mean square of a.

# %% [markdown]
# Many texts write this rule with variances: var(z) = n_in · var(w) · var(a). The two rules agree if the inputs have mean 0, because their variance is then their mean square. But after a ReLU the inputs are never negative, so their mean isn't 0.
#
# Draw z from a normal distribution with mean 0 and variance 1. Half of all z are negative, and ReLU sets them to 0. The other half keep their squares. So ReLU **passes on** exactly half of the *mean square*.
#
# **Guess:** what is the *variance* of ReLU(z), its mean square minus the square of its mean?

# %%
guess_variance = ...

# %% demo measure which of the two rules is right
rng = np.random.default_rng(2)
a = relu(rng.normal(size=(400, 1000)))
z = a @ rng.normal(0, np.sqrt(1 / 1000), (1000, 1000)).T  # n_in * s = 1
beside(guess_variance, np.var(a))
print(f"mean square of what the next layer gets {np.mean(a**2):.3f}")
print(f"variance of what the next layer gets    {np.var(a):.3f}")
print(f"mean square of its z, with n_in s = 1   {np.mean(z**2):.3f}")

# %% [markdown]
# The next layer's z has the mean square 0.5, as the rule with mean squares says. The rule with variances would give 0.341.
#
# With ReLU, a layer multiplies the mean square by n_in · s · ½. With 100 inputs and the standard deviation 0.1 this is ½, so the RMS is multiplied by √½ = 0.707. From layer 1 to layer 50 there are 49 such factors. Their product is 0.00000004; the draw above gave 0.00000003.
#
# The factor is 1 for s = 2/n_in. With 100 inputs, the standard deviation is then √0.02 = 0.1414.
#
# ### Do it for any activation
#
# In a wide layer z is a sum of many independent terms, so it is nearly normal. A normal distribution with mean 0 has only one parameter, its mean square q. So what a given activation passes on, the mean square of f(z), depends on q alone:
#
# $$\mathrm{E}[f(z)^2] = \int f(\sqrt q\, u)^2\, \frac{e^{-u^2/2}}{\sqrt{2\pi}}\, du.$$

# %% [markdown]
# Here z is written as √q · u, where u has variance 1. The factor e^{−u²/2}/√(2π) is the **density** of u: it tells how often u is near a value. For tanh no closed form is known.
#
# **Question `passed_on` •••, 3 points.** `f` is an activation: a function that takes an array and works on each entry. z has a normal distribution with mean 0 and mean square `q`. Return the mean of f(z)², with a relative error below 0.0001.
#
# Random draws are too coarse for this: a million of them give about three digits. Sum over a fine grid, so wide that the rest is negligible. You may apply `f` to at most 200,000 numbers.
#
# Stuck? Run `hint("passed_on")` in a cell of your own.


# %% answer passed_on
def passed_on(f, q):
    """The mean of f(z)**2 for normal z with mean 0 and mean square q."""
    ### BEGIN SOLUTION
    u = np.linspace(-8, 8, 4000)
    weights = np.exp(-(u**2) / 2)
    return np.sum(weights * f(np.sqrt(q) * u) ** 2) / np.sum(weights)
    ### END SOLUTION


# %% check passed_on
check("passed_on", passed_on)


# %% demo bring along a right one
from chainrule.standby import if_right, yours


def by_torch(f, q):
    import torch

    u = torch.linspace(-9, 9, 6000, dtype=torch.float64)
    density = torch.distributions.Normal(0, 1).log_prob(u).exp()
    squares = torch.as_tensor(f(q**0.5 * u.numpy())) ** 2
    return torch.trapezoid(squares * density, u).item()


my_passed_on = if_right("passed_on", passed_on, by_torch)

# %% [markdown]
# ### Go on from layer to layer
#
# Now put both steps together: the weights, then the activation.
#
# **Question `mean_squares` ••, 2 points.** `n` lists the number of inputs of each layer, and `s` the variance of its weights; `n[0]` and `s[0]` belong to layer 1. Layer 1 gets x, whose mean square is `q`. The function `phi` describes the activation: if z has the mean square v, then f(z) has the mean square `phi(v)`.
#
# Take care: here `q` belongs to the input x. For tanh, `phi(v)` is `passed_on(np.tanh, v)`.
#
# Return the mean square of z for each layer, as a list. One point is for activations such as tanh, the other for activations such as ReLU, where `phi(v)` is a fixed multiple of v.
#
# Stuck? Run `hint("mean_squares")`.


# %% answer mean_squares
def mean_squares(phi, q, n, s):
    """The mean square of z in each layer; the first layer gets the mean square q."""
    ### BEGIN SOLUTION
    found = []
    for inputs, variance in zip(n, s, strict=True):
        found.append(inputs * variance * q)
        q = phi(found[-1])
    return found
    ### END SOLUTION


# %% check mean_squares
check("mean_squares", mean_squares)


# %% demo compare the prediction with the network
from functools import partial


def layer_by_layer(phi, q, n, s):
    first = n[0] * s[0] * q
    later = layer_by_layer(phi, phi(first), n[1:], s[1:]) if len(n) > 1 else []
    return [first, *later]


trial = np.array([3, 4]), np.array([0.5, 0.2])
my_mean_squares = yours(mean_squares, layer_by_layer, np.tanh, 2.0, *trial)
fifty = np.full(50, 100)
predicted, measured = {}, {}
for name, f in {"linear": lambda z: z, "tanh": np.tanh, "ReLU": relu}.items():
    passes = partial(my_passed_on, f)
    squares = my_mean_squares(passes, 1.0, fifty, 1 / fifty)
    predicted[name] = np.sqrt(squares)
    measured[name] = [rms(z) for z in forward(f, random_layers(0.1), X)[0]]


# %% demo draw the prediction and one draw of the weights
off = max(np.abs(np.log(predicted[name] / measured[name])).max() for name in predicted)
title = f"This draw is within a factor of {np.exp(off):.1f} of the prediction"
fig, ax = draw.figure(title, "layer", "RMS of z (log scale)")
ax.set_yscale("log")
for name in predicted:
    draw.line(ax, range(1, 51), predicted[name], draw.HAND, name)
    ax.plot(range(1, 51, 3), measured[name][::3], "o", color="#1f1f1f", markersize=3)
ax.text(1, 1e-7, "dashed: predicted\ndots: measured")
alt = f"{title}: dashed lines for linear, tanh and ReLU, and measured dots near them."
draw.show(fig, alt=alt)

# %% [markdown]
# With ReLU, the factor by which one layer multiplies the RMS typically differs from the rule by a tenth, so the factor's logarithm differs by 0.1. The sum of fifty such logarithms typically differs by √50 · 0.1 = 0.7: a factor of 2.
#
# ## Choose the variance
#
# The mean square of z stays at q if n_in · s · E[f(z)²] = q. For ReLU q cancels, since E[f(z)²] is q/2, a fixed multiple of q. For activations such as tanh choose q first, often 1.
#
# On the way back, the upstream gradient g arrives at z. The gradient with respect to input j is Σᵢ wᵢⱼ gᵢ, a sum over n_out units. So its mean square is n_out · s times that of g, if g is independent of the weights.
#
# |rule|variance s|what it keeps level|
# |:--|:--|:--|
# |LeCun|1/n_in|the signal, without activation|
# |–|1/n_out|the gradient, without activation|
# |Glorot, or Xavier|2/(n_in + n_out)|a compromise between the two|
# |He, or Kaiming|2/n_in|the signal, with ReLU|

# %% [markdown]
# Take a linear layer with 400 inputs and 100 units that starts by Glorot's rule. It multiplies the mean square of a signal by 400 · 2/500 = 1.6, and that of a gradient by 100 · 2/500 = 0.4. A linear layer can keep both level only if n_in = n_out.
#
# What does He's rule do to gradients? ReLU's slope is 1 for half of all z and 0 for the other half, so ReLU halves the gradient's mean square, too. The backward factor is n_out · (2/n_in) · ½ = n_out/n_in.
#
# Multiply these fractions over many layers. The fan-out of one layer is the fan-in of the next, so both cancel. What is left is (last fan-out)/(first fan-in), for any number of layers. Between equal widths, the gradient stays level too.

# %% [markdown]
# ### Draw the weights
#
# The **leaky ReLU** gives z for z > 0 and slope · z for z < 0.
#
# **Question `leaky_weights` ••, 2 points.** Return the weights of a layer, an array of shape (n_out, n_in). Draw them independently, from a normal or a uniform distribution with mean 0. Choose the variance that keeps the mean square of z level from layer to layer, with leaky ReLUs between. Make the generator from `seed`, inside the function.
#
# The check draws with two seeds. The mean square of the weights must be within 2% of the right variance. The check also tests the mean, and whether weights of a row or a column depend on each other. A right answer fails less than once in 10,000 checks.
#
# Stuck? Run `hint("leaky_weights")`.


# %% answer leaky_weights
def leaky_weights(n_out, n_in, slope, seed):
    """Random weights that keep the mean square level after leaky ReLUs."""
    ### BEGIN SOLUTION
    std = np.sqrt(2 / ((1 + slope**2) * n_in))
    return np.random.default_rng(seed).normal(0, std, (n_out, n_in))
    ### END SOLUTION


# %% check leaky_weights
check("leaky_weights", leaky_weights)

# %% [markdown]
# Many texts write the distribution of He's weights as N(0, 2/n_in), with the *variance* as the second number. But `rng.normal(mean, std, shape)` and `torch.nn.init.normal_` take the *standard deviation*, the root of the variance. A program that confuses the two raises no error.
#
# **Question `std_mixup` ••, 2 points.** A ReLU network should start with He's variance 2/n. But its program says `rng.normal(0, 2 / n, (n, n))`. Your numbers, shown below, are `layers` and `width`: each layer has n = `width` inputs and n units. By which factor do all layers together, each with its ReLU, multiply the RMS of the signal?
#
# Use the rule, and give the factor's logarithm to base 10, with at least four digits, or a formula in Python. For a width of 100 and 50 layers, the result is −42.47.
#
# Stuck? Run `hint("std_mixup")`.

# %%
numbers("std_mixup", STUDENT)

# %% answer std_mixup
### BEGIN SOLUTION
own = numbers("std_mixup", STUDENT)
std_mixup = own["layers"] * np.log10(np.sqrt(2 / own["width"]))
### END SOLUTION

# %% check std_mixup
check("std_mixup", std_mixup, student=STUDENT)

# %% [markdown]
# ## Distinguish He's rule from Glorot's
#
# (The rules bear their authors' names.) How can a test find out whether weights were drawn by He's rule? A loose test accepts every standard deviation between half and twice the right one.
#
# **Guess:** a layer has 400 inputs and 300 units. Its weights are drawn by LeCun's rule, by Glorot's, by He's, and by He's with n_out in place of n_in. How many of these four draws does the loose test accept?

# %%
guess_pass = ...

# %% demo let a loose test judge four draws
rng, right = np.random.default_rng(5), np.sqrt(2 / 400)
variances = {"LeCun": 1 / 400, "Glorot": 2 / 700, "He": 2 / 400, "swapped": 2 / 300}
ratios = {
    name: np.std(rng.normal(0, np.sqrt(s), (300, 400))) / right
    for name, s in variances.items()
}
beside(guess_pass, sum(0.5 < ratio < 2 for ratio in ratios.values()))
for name, ratio in ratios.items():
    print(f"{name:8} has {ratio:.3f} times the right standard deviation")

# %% [markdown]
# The loose test accepts all four. Suppose that N weights are drawn with the right variance s. How far is their mean square typically from s?
#
# For a normal w with mean 0 and variance s, E[w⁴] is 3s², a known integral. So w² has the variance 3s² − s² = 2s², and the mean of N independent squares has the variance 2s²/N. The root of 2s²/N is called the **standard error** of the mean of the squared weights:
#
# $$s\,\sqrt{2/N}.$$
#
# Here N is 300 · 400 = 120,000, and the standard error is 0.4% of s. Glorot's variance is 43% too small, more than 100 standard errors.
#
# **Question `standard_errors` ••, 2 points.** `W` holds the weights of one layer, and `s` is the right variance. By how many standard errors is the mean of the squared weights above `s`? Return a negative number if this mean is below `s`.
#
# Stuck? Run `hint("standard_errors")`.


# %% answer standard_errors
def standard_errors(W, s):
    """How far the mean of W**2 lies above s, in standard errors."""
    ### BEGIN SOLUTION
    return (np.mean(W**2) - s) / (s * np.sqrt(2 / W.size))
    ### END SOLUTION


# %% check standard_errors
check("standard_errors", standard_errors)


# %% demo judge many draws of a small layer
def by_sums(W, s):
    """Against the mean N and the variance 2N of a sum of N squares."""
    return (np.sum(np.square(W)) / s - W.size) / np.sqrt(2.0 * W.size)


my_errors = yours(standard_errors, by_sums, np.arange(6.0).reshape(2, 3), 2.0)
rng, many, scores = np.random.default_rng(6), 5000, {}
for rule, s in (("He", 2 / 40), ("Glorot", 2 / 70)):
    draws = rng.normal(0, np.sqrt(s), (many, 30, 40))
    scores[rule] = np.array([my_errors(W, 2 / 40) for W in draws])
title = "1,200 weights are enough to tell He's rule from Glorot's"
fig, ax = draw.figure(title, "standard errors from He's variance", "draws")
for rule, found in scores.items():
    counts, _, _ = ax.hist(found, np.arange(-14, 6, 0.25), color=draw.SUBJECT.color)
    ax.text(found.mean(), counts.max() + 15, f"{rule}'s draws", ha="center")
ax.set_ylim(0, 1000)
draw.show(fig, alt=f"{title}: He's draws lie around 0, Glorot's around -10.")

# %% [markdown]
# The figure shows 5,000 draws by each rule. Now a test rejects every draw that lies more than k standard errors from He's variance, on either side. The number k is its **threshold**. If the test rejects a draw by He's rule, this is a **false alarm**. A draw by Glorot's rule that the test accepts is **missed**.
#
# **Guess:** with k = 2, how many of He's 5,000 draws are false alarms?

# %%
guess_alarms = ...

# %% demo count false alarms and misses
from math import erfc, sqrt

beside(guess_alarms, np.sum(np.abs(scores["He"]) > 2))
print("threshold   false alarms   predicted   missed")
for k in (2, 4, 6, 10):
    alarms = np.sum(np.abs(scores["He"]) > k)
    missed = np.sum(np.abs(scores["Glorot"]) <= k)
    print(f"{k:9}   {alarms:12}   {many * erfc(k / sqrt(2)):9.4f}   {missed:6}")

# %% [markdown]
# For He's draws, the number of standard errors is nearly normal. The probability that this number lies beyond k, on either side, is then erfc(k/√2). This gives the column *predicted*. With k = 6 the test raises no false alarm here, and misses no draw.
#
# In the check of `leaky_weights`, 2% are at least 5.5 standard errors. So a right answer practically never fails: erfc(5.5/√2) is 4 · 10⁻⁸.

# %% [markdown]
# ## Go backward through a product
#
# Leave out the activations. Then the network is a product of R matrices, a **deep linear network**: p = W_R … W₂ W₁ x. Its loss is L = ½ ‖p − t‖². A text on deep learning gives the gradient with respect to W_r, the matrix of layer r, as
#
# $$(p - t)\, W_R \cdots W_{r+1}\, W_{r-1} \cdots W_1\, x.$$
#
# Take three layers: W₁ is 3 × 2, W₂ is 4 × 3, W₃ is 5 × 4. For r = 2 the formula asks for the product W₃ W₁:

# %% demo try the product
try:
    np.ones((5, 4)) @ np.ones((3, 2))
except ValueError as error:
    print(error)

# %% [markdown]
# The shapes don't fit. The gradient of L with respect to p is p − t. On the way back, each layer multiplies the gradient at its output by the *transpose* of its matrix. So layer r has this upstream gradient, and this input:
#
# $$g_r = (W_R \cdots W_{r+1})^\top (p - t), \qquad a_{r-1} = W_{r-1} \cdots W_1\, x.$$
#
# By the rule of a layer from `04_tensors`, the gradient with respect to W_r is the **outer product** of these two vectors. Row i and column j hold $g_r[i] \cdot a_{r-1}[j]$:
#
# $$\frac{\partial L}{\partial W_r} = g_r\, a_{r-1}^\top.$$
#
# For (1, 2) and (3, 4), the outer product is [[3, 4], [6, 8]].
#
# **Question `deep_gradients` ••, 4 points.** For p = W₃ W₂ W₁ x and the loss ½ ‖p − t‖², return the gradients with respect to W₁ (1 point), W₂ (2 points) and W₃ (1 point). `x` and `t` are vectors.
#
# Stuck? Run `hint("deep_gradients")`.


# %% answer deep_gradients
def deep_gradients(W1, W2, W3, x, t):
    """The gradients of |W3 W2 W1 x - t|**2 / 2 with respect to W1, W2 and W3."""
    ### BEGIN SOLUTION
    a1 = W1 @ x
    a2 = W2 @ a1
    g3 = W3 @ a2 - t
    g2 = W3.T @ g3
    return np.outer(W2.T @ g2, x), np.outer(g2, a1), np.outer(g3, a2)
    ### END SOLUTION


# %% check deep_gradients
check("deep_gradients", deep_gradients)

# %% [markdown]
# ### Find the layers whose gradients vanish
#
# Together, the two vectors of the outer product contain all matrices but W_r. A product of many matrices typically shrinks or grows exponentially with the number of layers. Tiny gradients of a deep network are called **vanishing gradients**, huge ones **exploding gradients**.
#
# Take again the 50 layers of ReLU with a standard deviation of 0.1. The function `backward` below goes back through them, for a whole batch: each step also multiplies by the slope of f. For the gradient with respect to the last z we take random numbers g, as if from some loss.
#
# It is often said of deep networks that the gradients of the first layers are the smallest.
#
# **Guess:** dW is the gradient with respect to W. What is its norm (the root of the sum of its squares) in layer 50, divided by its norm in layer 1?

# %%
guess_times = ...


# %%
def backward(slope, W, zs, g):
    """The gradient with respect to z of every layer; g is that of the last z."""
    gradients = [g]
    for r in reversed(range(1, len(W))):  # from the last matrix to the second
        gradients.append((gradients[-1] @ W[r]) * slope(zs[r - 1]))
    return gradients[::-1]


def gradients_of(f, slope, W, X, g):
    """The gradient with respect to each layer's z, and to each layer's weights."""
    zs, a = forward(f, W, X)
    dz = backward(slope, W, zs, g)
    return dz, [d.T @ x for d, x in zip(dz, a, strict=True)]


# %% demo measure the gradients of all layers
def relu_slope(z):
    return 1.0 * (z > 0)


g = np.random.default_rng(7).normal(size=(64, 100)) / 64
W = random_layers(0.1)
dz, dW = gradients_of(relu, relu_slope, W, X, g)
norms = [np.linalg.norm(d) for d in dW]
beside(guess_times, norms[49] / norms[0])
print("layer   norm of dz   norm of dW   sum of W * dW")
for layer in (1, 10, 20, 30, 40, 50):
    one, other = np.linalg.norm(dz[layer - 1]), norms[layer - 1]
    total = np.sum(W[layer - 1] * dW[layer - 1])
    print(f"{layer:5}   {one:10.2g}   {other:10.2g}   {total:.12g}")
quotients = []
for seed in range(24):
    _, dW = gradients_of(relu, relu_slope, random_layers(0.1, seed), X, g)
    quotients.append(np.linalg.norm(dW[-1]) / np.linalg.norm(dW[0]))
smaller = np.sum(np.array(quotients) < 1)
print(f"layer 50 by layer 1, 24 draws: {min(quotients):.2f} to {max(quotients):.2f}")
print(f"layer 1 has the larger norm in {smaller} of the 24 draws")

# %% [markdown]
# The norm of dW is tiny and similar in all layers. In most draws, layer *1* has a larger norm than layer 50: the opposite of what is often said.
#
# The norm of dz, the gradient with respect to z, does shrink on its way back, more than ten million times. But on its way *forward*, the signal shrinks too. So dW is made of tiny dz and large inputs in layer 1, and of large dz and tiny inputs in layer 50.
#
# The last column follows an exact law. Multiply W_r by 1 + δ, with a small δ > 0. Since ReLU(c · z) = c · ReLU(z) for c > 0, and there are no biases, the output is multiplied by 1 + δ, too, *for every r*. So L changes equally for every r, by nearly
#
# $$\delta \cdot \sum_{ij} W_r[i, j] \cdot \frac{\partial L}{\partial W_r}[i, j].$$
#
# So all these sums are equal.

# %% [markdown]
# With the sigmoid, the gradients of the first layers *are* the smallest. A small z gives a value near ½, so the inputs of all layers have about the same size. On the way back, the weights hardly change the size of the gradient. But the slope of the sigmoid is at most ¼, so dz gets much smaller in each layer. No larger inputs balance the smaller dz of the first layers.
#
# **Guess:** with 50 layers of sigmoid and the same weights, what is the norm of dW in layer 1, divided by the norm in layer 50? Give the power of ten, such as `-3` for 0.001.

# %%
guess_power = ...


# %% demo draw the gradients of ReLU and of the sigmoid
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


title = "Weight gradients are similar in all ReLU layers, but not in sigmoid layers"
fig, ax = draw.figure(title, "layer", "norm of dW (log scale)")
ax.set_yscale("log")
stds = 0.2, 0.02**0.5, 0.1
kinds = [(relu, relu_slope, std, draw.TAPE, "ReLU") for std in stds]
kinds.append((sigmoid, sigmoid_slope, 0.1, draw.OTHER, "sigmoid"))
ends = {}
for f, slope, std, look, name in kinds:
    _, dW = gradients_of(f, slope, random_layers(std), X, g)
    norms = [np.linalg.norm(d) for d in dW]
    ends[name] = norms[0], norms[49]
    draw.line(ax, range(1, 51), norms, look, f"{name}, std {std:.3g}")
power = round(np.log10(ends["sigmoid"][0] / ends["sigmoid"][1]))
beside(guess_power, power)
alt = f"{title}: in layer 1, sigmoid's norm is {-power} powers of ten lower than in 50."
draw.show(fig, alt=alt)

# %% [markdown]
# ## Break the symmetry
#
# Why not set all weights to the same number?
#
# Look at one hidden layer and the outputs after it. Hidden unit i has a row of W for its incoming weights, an entry of b for its bias, and a column of V for its outgoing weights. If two units agree in all these numbers, they give the same value, and the outputs use both in the same way. One unit with twice the outgoing weights could replace them.
#
# **Question `count_units` •, 1 point.** How many *different* units does the hidden layer have? `W` is hidden × inputs, `b` has an entry for each hidden unit, `V` is outputs × hidden. Two numbers count as equal if they differ by less than 1e-9. In the check, different units differ by far more, so you may round.
#
# Stuck? Run `hint("count_units")`.


# %% answer count_units
def count_units(W, b, V):
    """The number of hidden units that differ from each other."""
    ### BEGIN SOLUTION
    units = np.hstack([W, b[:, None], V.T])
    return len(np.unique(units.round(9), axis=0))
    ### END SOLUTION


# %% check count_units
check("count_units", count_units)

# %% [markdown]
# Now train a network that names the species of a penguin from four measurements. It has 8 hidden units with ReLU, and its outputs have no biases. The loss is the softmax cross-entropy of `05_losses`. Each run makes 300 steps of gradient descent, on all examples, with a learning rate of 0.5.
#
# **Guess:** all weights begin at 0.1, all biases at 0. How many different units are there after 300 steps?

# %%
guess_constant = ...


# %%
def trained(W, b, V, X, T, f, slope, steps=300, rate=0.5):
    """W, b and V after some steps, and the loss at the last one."""
    for _ in range(steps):
        z = X @ W.T + b
        p = np.exp(f(z) @ V.T)
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.mean(np.log(p[T == 1]))
        g = (p - T) / len(X)
        dz = g @ V * slope(z)
        dW, db, dV = dz.T @ X, dz.sum(axis=0), g.T @ f(z)
        W, b, V = W - rate * dW, b - rate * db, V - rate * dV
    return W, b, V, loss


# %% demo train from three starts
from chainrule import data


def by_texts(W, b, V):
    return len({str(unit.round(8) + 0.0) for unit in np.c_[W, b, V.T]})


trial = np.array([[1.0, 2], [1, 2], [0, 1]]), np.zeros(3), np.array([[1.0, 1, 1]])
my_count = yours(count_units, by_texts, *trial)
penguins = data.load("penguins")
inputs = data.standardize(penguins.x.astype(float))[0]
T = np.eye(3)[penguins.y]
rng = np.random.default_rng(1)
starts = {
    "all 0": (np.zeros((8, 4)), np.zeros(8), np.zeros((3, 8))),
    "all 0.1": (np.full((8, 4), 0.1), np.zeros(8), np.full((3, 8), 0.1)),
    "random": (rng.normal(size=(8, 4)) / 2, np.zeros(8), rng.normal(size=(3, 8)) / 2),
}
ends = {
    name: trained(*start, inputs, T, relu, relu_slope) for name, start in starts.items()
}
beside(guess_constant, my_count(*ends["all 0.1"][:3]))
for name, (*weights, loss) in ends.items():
    print(f"{name:8} {my_count(*weights)} different units, loss {loss:.3f}")

# %% [markdown]
# If all weights begin at 0.1, the eight units learn as one unit. The loss stays far above the loss of a random start. If all weights begin at 0, no weight changes, because all gradients of W, b and V are 0.
#
# **Question `stay_equal` •, 1 point.** Two hidden units have equal incoming weights, equal biases and equal outgoing weights. Show that they are still equal after any number of steps of gradient descent. Two to four sentences are enough.
#
# Stuck? Run `hint("stay_equal")`.

# %% explain stay_equal [markdown]
# **`stay_equal`, in your words:**
#
# ### BEGIN SOLUTION
# Equal incoming weights and biases give both units the same z and f(z) for each example. With equal outgoing weights, the same gradient arrives at both. All gradients of a unit are made of these numbers and of inputs and errors that both units share. So equal units take equal steps and stay equal.
#
# - ½ point: all gradients of one unit equal those of the other, because z, f(z) and what arrives from the outputs are the same.
# - ½ point: one step keeps the units equal, and the argument can be repeated.
# ### END SOLUTION

# %% [markdown]
# So the units have to differ at the start. Is it enough that their *biases* are random, with all weights 0? The biases differ, so after training the units differ, too. Look at W more closely.
#
# The **rank** of W is the smallest number of rows such that every row of W is a sum of multiples of them, a **linear combination**. If all rows are multiples of one row, the rank is 1, as in [[1, 2], [2, 4], [−3, −6]].
#
# **Guess:** all weights begin at 0, the eight biases are random. What is the rank of the 8 × 4 matrix W after training?

# %%
guess_rank = ...

# %% demo start from random biases alone
start = np.zeros((8, 4)), np.random.default_rng(1).normal(size=8), np.zeros((3, 8))
W, b, V, loss = trained(*start, inputs, T, relu, relu_slope)
beside(guess_rank, np.linalg.matrix_rank(W, tol=1e-9))
on = np.sum(np.any(inputs @ W.T + b > 0, axis=0))
print(
    f"with ReLU: {my_count(W, b, V)} different units, {on} of them on, loss {loss:.3f}"
)


def tanh_slope(z):
    return 1 - np.tanh(z) ** 2


W, b, V, loss = trained(*start, inputs, T, np.tanh, tanh_slope)
rank = np.linalg.matrix_rank(W, tol=1e-9)
print(f"with tanh: {my_count(W, b, V)} different units, loss {loss:.3f}, rank {rank}")

# %% [markdown]
# There are eight different units. But with ReLU, six of them are multiples of one unit, and two are off for all examples.
#
# Take two units with positive biases, the second bias twice the first. ReLU(2z) is 2 ReLU(z), so the second unit gives twice the value. Its outgoing weights then get twice the gradient. In the next step, its incoming weights and its bias get twice the gradient, too. So the second unit stays twice the first.
#
# But tanh(2z) isn't 2 tanh(z), so units of tanh don't stay multiples of each other.
#
# Now draw W at random. With two inputs or more, no row is a multiple of another one, with probability 1. So at the start no unit is a multiple of another one, even with ReLU. That is why W is random, and biases may begin at 0.

# %% [markdown]
# ## Keep fifty layers level in both directions
#
# Write the standard deviation of the weights as gain/√n_in. The **gain** is the factor by which the weights alone multiply the RMS. For ReLU layers of equal width the gain √2 keeps signals and gradients level. Which gain is right for tanh?
#
# The next figure shows the values tanh(z) of eight layers as histograms. A histogram is wide where many values lie. Press Next: the gain grows from 0.5 to 4. The line below each picture says what happens to the *gradient*.
#
# **Guess:** with a gain of 4, many slopes of tanh are nearly 0. What is the RMS of the gradient with respect to z in layer 1, divided by that in layer 50?

# %%
guess_ratio = ...


# %% demo move the gain of fifty layers of tanh
def grown(gain, f, slope, X, g):
    """z of all layers, and how many times larger the gradient is in the first."""
    W = random_layers(gain / np.sqrt(100))
    zs, _ = forward(f, W, X)
    gradients = backward(slope, W, zs, g)
    return zs, rms(gradients[0]) / rms(gradients[-1])


def finding(last, ratio):
    if rms(last) < 1e-3:
        return "signal and gradient vanish"
    if ratio < 1:
        return "signal and gradient shrink slowly"
    if ratio < 2:
        return "signal settles, gradient stays nearly level"
    many = np.mean(np.abs(last) > 0.9) > 0.3
    where = "many values lie near ±1" if many else "values fill the range"
    return f"{where}, gradient explodes"


# %% demo show the histograms
def shown(gain):
    zs, ratio = grown(gain, np.tanh, tanh_slope, X, g)
    said = f"The RMS of z in layer 50 is {rms(zs[-1]):.2g}. The RMS of the gradient in "
    said += f"layer 1 is {ratio:.2g} times that in layer 50."
    layers = [1, 2, 5, 10, 20, 30, 40, 50]
    values = [np.tanh(zs[layer - 1]) for layer in layers]
    title = f"Gain {gain}: {finding(values[-1], ratio)}"
    fig, ax = draw.figure(title, "layer (not to scale)", "tanh(z)")
    draw.levels(ax, layers, values, draw.TAPE, (-1, 1))
    return fig, said


gains = 0.5, 1, 1.2, 1.6, 2, 4
pictures, captions = zip(*map(shown, gains), strict=True)
beside(guess_ratio, grown(4, np.tanh, tanh_slope, X, g)[1])
draw.frames(pictures, captions, alt="Histograms of tanh layers while the gain grows")

# %% [markdown]
# A unit whose value is nearly 1 or −1 is **saturated**: its slope is nearly 0. The histograms alone suggest a gain of 1.6, with which the values fill the whole range. But there the gradient grows about 50 times on its way back.
#
# With a gain of 4 the gradient grows a thousand million times, *although* more than half of all slopes are below 0.05. Some slopes are near 1, and the weights are large.
#
# Your `passed_on` predicts this growth. With the slope f′ in place of f, it gives the mean of f′(z)². The mean square of a gradient is multiplied by this number on its way back through f, and by n_out · s on its way back through W. In a square layer with a level signal, n_out = n_in and n_in · s · E[f(z)²] = q. Then both factors together are
#
# $$q \cdot \frac{\mathrm{E}[f'(z)^2]}{\mathrm{E}[f(z)^2]}.$$

# %% demo compute the factor backward while the signal is level
table = {
    "linear": (lambda z: z, np.ones_like),
    "ReLU": (relu, relu_slope),
    "leaky ReLU": (lambda z: np.maximum(z, z / 5), lambda z: np.where(z > 0, 1, 0.2)),
    "tanh": (np.tanh, tanh_slope),
    "sine": (np.sin, np.cos),
    "sigmoid": (sigmoid, sigmoid_slope),
}
level = {
    name: [q * my_passed_on(slope, q) / my_passed_on(f, q) for q in (0.1, 1, 4)]
    for name, (f, slope) in table.items()
}
print("level signal of mean square    0.1      1      4")
for name, factors in level.items():
    print(f"{name:26}", "".join(f"{factor:7.3f}" for factor in factors))
times = grown(5 / 3, np.tanh, tanh_slope, X, g)[1]
print(f"tanh with the gain 5/3: in fifty layers the gradient grows {times:.0f} times")

# %% [markdown]
# Linear, ReLU and leaky ReLU have the factor 1 for every q: their graphs are straight on both sides of 0, and go through 0. With tanh and the sine, the gradient grows while the signal is level, and faster for larger q. With the sigmoid it shrinks.
#
# So no gain keeps tanh level in both directions. With a gain a little above 1, such as 1.2, z settles at an RMS of 0.5. For such small z, tanh is nearly a straight line, so the gradient grows slowly.
#
# In PyTorch, `torch.nn.init.calculate_gain("tanh")` gives 5/3. With this gain the signal is level, but the gradient grows more than a hundred times in these fifty layers.

# %% [markdown]
# ### Scale by the data
#
# The formulas need wide layers and normal z. *Measuring* needs neither: send a batch through the network, and scale each layer's weights so that z has the mean square 1. This is the idea of LSUV (layer-sequential unit-variance, 2016).
#
# **Question `scaled_by_data` •••, 3 points.** `W` lists a square weight matrix for each layer, and the rows of `X` are examples. Layer 1 gets `X`, each later layer gets f(z) of the layer before, and `f` works on each entry.
#
# Return one positive factor for each layer, as a list c. With the weights `c[0] * W[0]`, `c[1] * W[1]` and so on, every layer's z should have the mean square 1 within 10⁻⁶, over all examples and units.
#
# Two points are for a few layers, 1 point is for 50 layers of small weights. There, mean squares are tiny: add nothing under the root.
#
# Stuck? Run `hint("scaled_by_data")`.


# %% answer scaled_by_data
def scaled_by_data(f, X, W):
    """One factor for each layer, with which all z have the mean square 1."""
    ### BEGIN SOLUTION
    factors, a = [], X
    for weights in W:
        z = a @ weights.T
        c = 1 / np.sqrt(np.mean(z**2))
        factors.append(c)
        a = f(c * z)
    return factors
    ### END SOLUTION


# %% check scaled_by_data
check("scaled_by_data", scaled_by_data)

# %% [markdown]
# Use your function on fifty layers of tanh with weights that are far too small. After that, all z have the RMS 1.
#
# **Guess:** how many times larger is the RMS of the gradient in layer 1 than in layer 50? Each of 49 steps multiplies the mean square by the table's factor for tanh and q = 1. Take the root for the RMS.

# %%
guess_grown = ...


# %% demo scale fifty layers of tanh
def by_norms(f, X, W):
    found, a = [], X
    for w in W:
        z = np.inner(a, w)
        found.append(np.linalg.norm(z) / np.sqrt(z.size))
        a = f(z / found[-1])
    return [1 / size for size in found]


W = random_layers(0.001)
c = yours(scaled_by_data, by_norms, np.tanh, X, W)(np.tanh, X, W)
W = np.array(c)[:, None, None] * W
zs, _ = forward(np.tanh, W, X)
gradients = backward(tanh_slope, W, zs, g)
levels = {"z": [rms(z) for z in zs], "gradient": [rms(dz) for dz in gradients]}
beside(guess_grown, levels["gradient"][0] / levels["gradient"][49], "times")
title = "Scaled by the data, the signal of tanh is level and its gradient is not"
fig, ax = draw.figure(title, "layer", "RMS / RMS of layer 50 (log scale)")
ax.set_yscale("log")
ax.set_yticks([1, 10, 60], ["1", "10", "60"])
ax.minorticks_off()
for (name, values), look in zip(levels.items(), (draw.SUBJECT, draw.TAPE), strict=True):
    draw.line(ax, range(1, 51), np.divide(values, values[49]), look, name)
ending = f"{levels['gradient'][0] / levels['gradient'][49]:.0f} times"
draw.show(fig, alt=f"{title}: back to layer 1 the gradient grows {ending}.")

# %% [markdown]
# The rule, which is for wide layers, gives 1.178 to the power 49/2, which is 55. With 100 units, thirty other draws gave 30 to 84.
#
# ## Train from three starts
#
# Does the start matter for training? Train thirty layers of ReLU, with 32 units in each hidden layer, to name the species of the penguins. Each of three gains gets ten seeds. A run has 20 steps, with the learning rate 0.01.


# %% demo define a run of thirty layers
from itertools import pairwise


def deep_start(gain, seed):
    rng = np.random.default_rng(seed)
    widths = [4, *[32] * 29, 3]
    return [rng.normal(0, gain / np.sqrt(i), (o, i)) for i, o in pairwise(widths)]


def loss_and_gradients(W):
    zs, a = forward(relu, W, inputs)
    # As in 05: with the largest logit subtracted, exp can't overflow.
    z = zs[-1] - zs[-1].max(1, keepdims=True)
    total = np.exp(z).sum(1, keepdims=True)
    loss = np.mean(np.log(total[:, 0]) - z[T == 1])
    dz = backward(relu_slope, W, zs, (np.exp(z) / total - T) / len(inputs))
    return loss, [d.T @ x for d, x in zip(dz, a, strict=True)]


# %% demo train from three gains, with ten seeds
def deep_run(gain, seed, rate=0.01, steps=20):
    """The first and the last loss, and layer 1's norm of dW before the first step."""
    W = deep_start(gain, seed)
    first, dW = loss_and_gradients(W)
    norm = np.linalg.norm(dW[0])
    for _ in range(steps):
        W = [w - rate * d for w, d in zip(W, dW, strict=True)]
        last, dW = loss_and_gradients(W)
    return first, last, norm


for name, gain in (("1", 1), ("√2", np.sqrt(2)), ("2", 2)):
    with np.errstate(all="ignore"):
        first, last, norm = np.array([deep_run(gain, seed) for seed in range(10)]).T
    print(f"gain {name}:")
    print(f"  first losses            {first.min():,.2f} to {first.max():,.2f}")
    print(f"  norms of dW in layer 1  {norm.min():.1e} to {norm.max():.1e}")
    print(
        f"  the loss falls by 0.001 or more in {np.sum(first - last > 0.001)} of 10 runs"
    )
    print(f"  {np.sum(~np.isfinite(last))} of 10 runs diverge")

# %% [markdown]
# The loss of equal probabilities is log 3 = 1.0986. With gain 1, the gradients are too small for this rate, and the loss stays there with all ten seeds. With gain √2, the loss falls with all ten seeds. With gain 2, the gradients are so large that the steps are far too long: all ten runs diverge.
#
# So the gain decides which rates work. With a rate ten thousand times smaller, the loss falls with gain 2, too.
#
# ## Read the library
#
# The next cell prints how `chainrule.init` draws. A square matrix is **orthogonal** if its rows have length 1 and are at right angles. Such a matrix keeps the length of *every* vector.

# %% demo print the library, and judge its draws
import inspect

from chainrule import init

for function in (init.fans, init.he_normal, init._normal, init.orthogonal):
    print(inspect.getsource(function))
rng = np.random.default_rng(8)
a = np.random.default_rng(9).normal(size=100)
a = a / rms(a)
for _ in range(50):
    a = init.orthogonal((100, 100), rng) @ a
print(f"RMS after fifty orthogonal layers: {rms(a):.12f}")
for name, s in (("he", 2 / 400), ("lecun", 1 / 400), ("glorot", 2 / 700)):
    score = my_errors(getattr(init, f"{name}_normal")((300, 400), rng), s)
    print(f"{name}_normal: {score:.2f} standard errors from its variance")

# %% [markdown]
# ## Say what you can do now
#
# - Predict the mean square of a signal in any layer, for any activation.
# - Choose the variance of weights, and tell a variance from a standard deviation.
# - Test drawn weights, and say how often the test raises a false alarm.
# - Write the gradients of a deep linear network as outer products.
# - Say which weight gradients vanish: with ReLU and too small weights all of them alike, with the sigmoid those of the first layers.
# - Prove that equal units stay equal.
# - Say by how much the gradient of tanh grows while the signal is level.
#
# ### Hand in
#
# Run all three notebooks of this unit from top to bottom, and save them. In Colab: File, Download, Download .ipynb. Hand in the files with their names unchanged.
#
# First see where you stand. If `std_mixup` isn't written, see whether your id stands in `STUDENT`:

# %% demo see where you stand
check_all("09_initialization", globals(), STUDENT)

# %% [markdown]
# ## Stretch, for no points
#
# **Explain a low median.** Draw fifty ReLU layers forty times, with the standard deviation 0.1414. In layer 50, most RMS lie below the predicted √2. Why?
#
# **Add a skip connection.** Let each layer return a + c · W relu(a), with He's variance. It multiplies the mean square by about 1 + c². What follows over R layers for c = 1, and for c = 1/√R?
#
# **Say why the gradient grows.** For normal z, *Poincaré's inequality* says: var(f(z)) ≤ q · E[f′(z)²], with equality only for straight lines. Why is the table's factor for tanh above 1?
#
# ## Read on
#
# - LeCun and others: *Efficient BackProp*, 1998, section 4.6.
# - Glorot, Bengio, 2010: [Understanding the difficulty of training deep feedforward networks](https://proceedings.mlr.press/v9/glorot10a.html).
# - He and others, 2015: [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852).
# - Saxe and others, 2014: [Exact solutions in deep linear networks](https://arxiv.org/abs/1312.6120).
# - Poole and others, 2016: [Transient chaos](https://arxiv.org/abs/1606.05340).
# - Mishkin, Matas, 2016: [All you need is a good init](https://arxiv.org/abs/1511.06422).

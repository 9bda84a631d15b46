# %% [markdown]
# # Start a deep network so that it can learn
#
# Take fifty layers with ReLU, and draw all weights at random. Now change one number, the standard deviation of the weights, by a factor of 1.41. In one network the signal keeps its size. In the other almost nothing is left of it. How much is left?
#
# In this notebook you predict such numbers before the network runs, for any activation. At the end you will know which layers a vanishing gradient hits, and how much the gradient of tanh grows on its way back while the signal stays level.

# %% [markdown]
# **You'll do:** predict how a signal grows or shrinks; choose the variance of weights, and test a draw; derive the gradients of a deep linear network; prove that equal units stay equal; scale a network by its data.
#
# **You'll learn:** what the rules of LeCun, Glorot and He keep level, which layers a vanishing gradient hits, and why weights are random at all.
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
# A layer gets a vector a and computes z = Wa. Each entry of z belongs to one **unit**: the entry is the sum of all inputs, weighted by the unit's row of W. The number of inputs is called the **fan-in**, n_in, and the number of units the **fan-out**, n_out. An activation f then makes f(z), which the next layer gets. Biases begin at 0, so they are left out for now.
#
# We measure the size of a signal by its **mean square**, the mean of all squared entries, or by the root of it, the root mean square, **RMS** for short.


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
# The network has 50 layers of 100 units. The weights have a standard deviation of 0.1, and the input has the RMS 1.
#
# **Guess:** what is the RMS of z in layer 50? Replace the dots below, then run on. A guess is never graded.

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
beside(guess_last, sizes["0.1"][49])
title = "The spread of the weights decides whether a signal dies, stays or explodes"
fig, ax = draw.figure(title, "layer", "RMS of z (log scale)")
ax.set_yscale("log")
for text, values in sizes.items():
    draw.line(ax, range(1, 51), values, draw.SUBJECT, f"std {text}")
ends = ", ".join(f"{values[-1]:.1g} with std {t}" for t, values in sizes.items())
draw.show(fig, alt=f"{title}: in layer 50 the RMS is {ends}.")

# %% [markdown]
# With a standard deviation of 0.1, each layer multiplies the RMS by about 0.707. Forty-nine such factors make 0.00000004; this draw gave 0.00000003. With 0.1414 the signal stays level. This standard deviation can be predicted.
#
# ## Predict what one layer does
#
# Take one unit, with the weights $w_j$ and the inputs $a_j$:
#
# $$z = \sum_{j=1}^{n_{in}} w_j a_j.$$
#
# The inputs are given. The weights are drawn independently, with mean 0 and variance s. (In this notebook s is a variance, q a mean square, and r the number of a layer, from 1; Python's `W[0]` is W₁.) Square the sum and take its expected value E, the mean over all draws of the weights. A product $w_j w_k$ of two different weights has mean 0, so only the squares are left:
#
# $$\mathrm{E}[z^2] = n_{in} \cdot s \cdot (\text{mean square of } a).$$
#
# On average over draws, a layer multiplies the mean square by **n_in · s**.

# %% [markdown]
# Many texts write this rule with variances: var(z) = n_in · var(w) · var(a). The two rules agree where the inputs have mean 0, for then their variance is their mean square. After a ReLU the inputs are never negative, so their mean isn't 0.
#
# Take z from a normal distribution with mean 0 and variance 1. Half of all z are negative and become 0, the others keep their squares. So ReLU passes on exactly half of the *mean square*.
#
# **Guess:** what is the *variance* of ReLU(z)?

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
# The next layer's z has the mean square 0.5, as the rule with mean squares says. The rule with variances would give ½ − 1/(2π) = 0.341: the mean of ReLU(z) is 1/√(2π), the integral of z·e^{−z²/2}/√(2π) from 0 on.
#
# With ReLU, a layer multiplies the mean square by n_in · s · ½. This is 1 for s = 2/n_in: with 100 inputs, a standard deviation of √0.02 = 0.1414.
#
# ### Do it for any activation
#
# In a wide layer z is a sum of many independent terms: it is nearly normal. A normal distribution with mean 0 has one free number left, the mean square q. So what an activation **passes on**, the mean square of f(z), depends on q alone:
#
# $$\mathrm{E}[f(z)^2] = \int f(\sqrt q\, u)^2\, \frac{e^{-u^2/2}}{\sqrt{2\pi}}\, du.$$
#
# The factor e^{−u²/2}/√(2π) is the **density** of the normal distribution: how often u is near a value. For tanh no closed form is known.

# %% [markdown]
# **Question `passed_on` •••, 3 points.** `f` is an activation: a function that takes an array and works on each entry. z is drawn from a normal distribution with mean 0 and mean square `q`. Return the mean of f(z)². The relative error must be below 0.0001. Random draws are too coarse for this: a million of them give three digits. Add up over a fine grid, wide enough that nothing outside counts. You may ask `f` at up to 200,000 numbers.
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
# Now put both steps together. A layer multiplies the mean square by n_in · s, then the activation passes some of it on.
#
# **Question `mean_squares` ••, 2 points.** `n` lists the number of inputs of each layer, `s` the variance of its weights; `n[0]` and `s[0]` belong to layer 1, which gets x, whose mean square is `q`. The function `phi` says what the activation passes on: if z has the mean square v, then f(z) has the mean square `phi(v)`. Return the mean square of z for each layer, as a list. The check takes some `phi` of functions such as tanh, and some of functions such as ReLU, 1 point each. Your function needs no case for either.
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


# %% demo draw the prediction, one draw, and the ends of forty
lasts = [rms(forward(relu, random_layers(0.02**0.5, k), X)[0][-1]) for k in range(40)]
print(f"RMS in layer 50, predicted   {np.sqrt(2):.2f}")
print(f"lowest and highest draw      {min(lasts):.2f}, {max(lasts):.2f}")
print(f"half of the draws are below  {np.median(lasts):.2f}")
print(f"root of their mean square    {rms(np.array(lasts)):.2f}")
off = max(np.abs(np.log(predicted[name] / measured[name])).max() for name in predicted)
title = f"In this draw, the prediction is off by at most a factor of {np.exp(off):.1f}"
fig, ax = draw.figure(title, "layer", "RMS of z (log scale)")
ax.set_yscale("log")
for name in predicted:
    draw.line(ax, range(1, 51), predicted[name], draw.HAND, name)
    ax.plot(range(1, 51, 3), measured[name][::3], "o", color="#1f1f1f", markersize=3)
ax.text(1, 1e-7, "dashed: predicted\ndots: measured")
alt = f"{title}: dashed lines for linear, tanh and ReLU, and measured dots near them."
draw.show(fig, alt=alt)

# %% [markdown]
# The dots are one draw. Each layer's factor is typically off by a tenth, its logarithm by 0.1. The sum of fifty logarithms is typically off by √50 · 0.1 = 0.7, a factor of 2. For the forty draws, with 0.1414, the rule predicts √2: no ReLU stands before layer 1. Most lie below: the rule is for the mean over *all* draws, which a few large ones raise. With tanh the signal falls ever slower: tanh hardly changes a small z.
#
# ## Choose the variance
#
# The mean square of z stays at q if n_in · s · E[f(z)²] = q. For ReLU q cancels; for other activations choose q, often 1. On the way back, the gradient with respect to input j is the sum Σᵢ wᵢⱼ gᵢ over the n_out units, where g arrives at z. This multiplies the gradient's mean square by n_out · s, if g is independent of the weights.
#
# |rule|variance s|what it keeps level|
# |:--|:--|:--|
# |LeCun|1/n_in|the signal, without activation|
# |–|1/n_out|the gradient, without activation|
# |Glorot, or Xavier|2/(n_in + n_out)|a compromise between the two|
# |He, or Kaiming|2/n_in|the signal, with ReLU|

# %% [markdown]
# Glorot's rule gives n_in · s = 1 only if n_in = n_out. A linear layer with 400 inputs and 100 units that starts by Glorot's rule multiplies the mean square of a signal by 400 · 2/500 = 1.6, and that of a gradient by 100 · 2/500 = 0.4. Of linear layers, only a square one can keep both level.
#
# Is He's rule bad for gradients, then? No. ReLU's slope is 1 for half of all z and 0 for the others, so ReLU halves the mean square of the gradient, too. The factor backward is n_out · (2/n_in) · ½ = n_out/n_in. Multiply these fractions from the last layer back to the second. The fan-out of one layer is the fan-in of the next, so only the last fan-out divided by the second fan-in is left, however deep the network is.

# %% [markdown]
# ### Draw the weights
#
# The **leaky ReLU** gives z for z > 0 and slope · z for z < 0. It passes on more of the mean square than ReLU does.
#
# **Question `leaky_weights` ••, 2 points.** Return the weights of a layer, an array of shape (n_out, n_in), drawn independently, with mean 0 and the variance that keeps the mean square of z level from layer to layer. Take a normal or a uniform distribution. Make the generator from `seed`, inside the function. The check draws with two seeds. It compares the mean square with the right variance, within 2 %. It also tests the mean, and whether weights of a row or a column depend on each other. A right answer fails less than once in 10,000 checks.
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
# In print the distribution is called N(0, 2/n_in), and the second number is the *variance*. `rng.normal(mean, std, shape)` and `torch.nn.init.normal_` take the *standard deviation*, the root. This mix-up raises no error.
#
# **Question `std_mixup` ••, 2 points.** A ReLU network should start with He's variance 2/n. But its program says `rng.normal(0, 2 / n, (n, n))`. Your numbers, shown below, are `layers` and `width`: each layer has n = `width` inputs and units. By which factor do all layers together, each with its weights and its ReLU, multiply the RMS of the signal, as the rule predicts? Give the logarithm to base 10, with at least four digits, or a formula in Python. (For a width of 100 and 50 layers the result is −42.47.)
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
# ## Tell He from Glorot
#
# You have drawn weights. How does a test know whether they follow He's rule? Take a test that accepts any standard deviation between half and twice the right one.
#
# **Guess:** a layer has 400 inputs and 300 units. Weights are drawn by LeCun's rule, by Glorot's, by He's, and by He's with the fans swapped. How many of the four draws pass as He's?

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
# This test is too loose. How far may the mean square of N weights be from s, if the rule is right? For a normal w, E[w⁴] is 3s² (a known integral), so w² has the variance 3s² − s² = 2s², and the mean of N independent squares has the variance 2s²/N. The root of this is called the **standard error** of the mean of W²:
#
# $$s\,\sqrt{2/N}.$$
#
# Here N is 120,000, so this is 0.4 % of s. Glorot's variance is 43 % too small, more than 100 of these standard errors.
#
# **Question `standard_errors` ••, 2 points.** By how many standard errors is the mean of W² too large? `W` holds the weights of one layer, `s` is the right variance. Return a negative number if the mean of W² is too small.
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
title = "A layer of 40 inputs and 30 units is enough to tell the two rules apart"
fig, ax = draw.figure(title, "standard errors from He's variance", "draws")
for rule, found in scores.items():
    counts, _, _ = ax.hist(found, np.arange(-14, 6, 0.25), color=draw.SUBJECT.color)
    ax.text(found.mean(), counts.max() + 15, f"{rule}'s draws", ha="center")
ax.set_ylim(0, 1000)
draw.show(fig, alt=f"{title}: He's draws lie around 0, Glorot's around -10.")

# %% [markdown]
# Each rule has 5,000 draws. Put a threshold anywhere between the two histograms. A right draw that falls beyond the threshold is a **false alarm**. The fraction of wrong draws that a test finds is its **power**.
#
# **Guess:** how many of 5,000 right draws lie more than 2 standard errors from the right variance, on either side?

# %%
guess_alarms = ...

# %% demo count false alarms and misses
from math import erfc, sqrt

beside(guess_alarms, np.sum(np.abs(scores["He"]) > 2))
print("threshold   false alarms   predicted   missed")
for k in (2, 3, 4, 6, 8, 10):
    alarms = np.sum(np.abs(scores["He"]) > k)
    missed = np.sum(np.abs(scores["Glorot"]) <= k)
    print(f"{k:9}   {alarms:12}   {many * erfc(k / sqrt(2)):9.4f}   {missed:6}")

# %% [markdown]
# A normal number lies more than k standard deviations from its mean with the probability erfc(k/√2); `erfc` is a function of Python's `math`. So false alarms have nearly this rate: 1 in 16,000 for k = 4. (For few weights and a high threshold this is too low.) *Missed* are Glorot's draws that pass as He's: 949 of 5,000 at k = 10, a power of 81 %.
#
# The check of `leaky_weights` sees at least 152,000 weights: its 2 % are 5.5 standard errors or more.

# %% [markdown]
# ## Go backward through a product
#
# Leave out the activations. Then the network is a product of matrices, a **deep linear network**, p = W_R … W₂ W₁ x with R matrices, numbered from 1, and the loss L = ½ ‖p − t‖². A text on deep learning gives the gradient with respect to the matrix number r as
#
# $$(p - t)\, W_R \cdots W_{r+1}\, W_{r-1} \cdots W_1\, x,$$
#
# that is, W_r is left out of the product. Take three layers with the widths 2, 3, 4 and 5: W₁ is 3 × 2, W₂ is 4 × 3, W₃ is 5 × 4.
#
# For r = 2 the formula asks for the product W₃ W₁:

# %% demo try the product
try:
    np.ones((5, 4)) @ np.ones((3, 2))
except ValueError as error:
    print(error)

# %% [markdown]
# The shapes don't fit. Go backward step by step instead. At the end stands the error e = p − t. A layer sends back what it gets, multiplied by the *transpose* of its matrix. So layer r gets, from the layers after it,
#
# $$g_r = (W_R \cdots W_{r+1})^\top (p - t), \qquad \text{and its input is} \quad a_{r-1} = W_{r-1} \cdots W_1\, x.$$
#
# By the rule of a layer from `04_tensors`, the gradient with respect to W_r is the **outer product** of the two vectors: row i and column j hold $g_r[i] \cdot a_{r-1}[j]$. (For (1, 2) and (3, 4) it is [[3, 4], [6, 8]].)
#
# $$\frac{\partial L}{\partial W_r} = g_r\, a_{r-1}^\top.$$
#
# **Question `deep_gradients` ••, 4 points.** The network is p = W₃ W₂ W₁ x, and the loss is ½ ‖p − t‖². `x` and `t` are vectors. Return the gradients with respect to W₁ (1 point), W₂ (2 points) and W₃ (1 point).
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
# ### Ask which layers a vanishing gradient hits
#
# Both vectors of the outer product come from a product of many matrices. Such products shrink or grow like powers. Tiny gradients of a deep network are called **vanishing gradients**, huge ones **exploding gradients**.
#
# Go back to 50 layers of ReLU with a standard deviation of 0.1, in which the signal dies. The function `backward` below goes back through them, for a whole batch: each step also multiplies by the slope of f. For the gradient at the last z we take random numbers g, as if from some loss.
#
# The gradients die too. It is often said that this hits the first layers the hardest.
#
# **Guess:** take the norm of the gradient with respect to the weights, the root of the sum of its squares. What is it in layer 50, divided by that in layer 1?

# %%
guess_times = ...


# %%
def backward(slope, W, zs, g):
    """The gradient with respect to z of every layer; g is that of the last z."""
    gradients = [g]
    for r in reversed(range(1, len(W))):  # from the last matrix to the second
        gradients.append((gradients[-1] @ W[r]) * slope(zs[r - 1]))
    return gradients[::-1]


def gradients_of(f, slope, W):
    """The gradient with respect to each layer's z, and to each layer's weights."""
    zs, a = forward(f, W, X)
    dz = backward(slope, W, zs, g)
    return dz, [d.T @ x for d, x in zip(dz, a, strict=True)]


# %% demo measure the gradients of all layers
def relu_slope(z):
    return 1.0 * (z > 0)


g = np.random.default_rng(7).normal(size=(64, 100)) / 64
W = random_layers(0.1)
dz, dW = gradients_of(relu, relu_slope, W)
norms = [np.linalg.norm(d) for d in dW]
beside(guess_times, norms[49] / norms[0])
print("layer   norm of dz   norm of dW   sum of W * dW")
for layer in (1, 10, 20, 30, 40, 50):
    one, other = np.linalg.norm(dz[layer - 1]), norms[layer - 1]
    total = np.sum(W[layer - 1] * dW[layer - 1])
    print(f"{layer:5}   {one:10.2g}   {other:10.2g}   {total:.12g}")
quotients = []
for seed in range(24):
    _, dW = gradients_of(relu, relu_slope, random_layers(0.1, seed))
    quotients.append(np.linalg.norm(dW[-1]) / np.linalg.norm(dW[0]))
print(f"layer 50 by layer 1, 24 draws: {min(quotients):.2f} to {max(quotients):.2f}")

# %% [markdown]
# The gradient of the weights is similar, and tiny, in all layers; which layers have a larger one is chance. The gradient with respect to z, and so that of a bias, does shrink on its way back, more than ten million times. But the signal shrinks in the same way on its way *forward*, so the first layers have larger inputs. dW multiplies dz by the input: small times large in layer 1, large times small in layer 50.
#
# There is an exact law behind this. Multiply W_r by 1 + δ, with a small δ > 0. With ReLU and without biases, the output is then multiplied by 1 + δ, too, *whichever r you take*. So L changes equally for each r, by nearly
#
# $$\delta \cdot \sum_{ij} W_r[i, j] \cdot \frac{\partial L}{\partial W_r}[i, j].$$
#
# So these sums are equal, as the last column shows. Norms may differ.

# %% [markdown]
# With the sigmoid, the first layers *are* hit the hardest. A small z gives a value near ½, so the signal doesn't die. But the slope is at most ¼, so the gradient gets much smaller in each layer. Multiplying by Wᵀ hardly changes its size. With ReLU, larger inputs balanced the smaller gradients of the first layers. With the sigmoid all inputs have about the same size, so nothing balances them.
#
# **Guess:** with 50 layers of sigmoid and the same weights, what is the norm in layer 1, divided by the norm in layer 50? Give the power of ten, such as `-3` for 0.001.

# %%
guess_power = ...


# %% demo draw the gradients of ReLU and of the sigmoid
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


title = (
    "All ReLU layers get similar weight gradients, sigmoid's first layers almost none"
)
fig, ax = draw.figure(title, "layer", "norm of dW (log scale)")
ax.set_yscale("log")
stds = 0.2, 0.02**0.5, 0.1
kinds = [(relu, relu_slope, std, draw.TAPE, "ReLU") for std in stds]
kinds.append((sigmoid, sigmoid_slope, 0.1, draw.OTHER, "sigmoid"))
for f, slope, std, look, name in kinds:
    _, dW = gradients_of(f, slope, random_layers(std))
    norms = [np.linalg.norm(d) for d in dW]
    draw.line(ax, range(1, 51), norms, look, f"{name}, std {std:.3g}")
beside(guess_power, round(np.log10(norms[0] / norms[49])))
lower = round(np.log10(norms[49] / norms[0]))
alt = f"{title}: in layer 1, sigmoid's norm is {lower} powers of ten lower than in 50."
draw.show(fig, alt=alt)

# %% [markdown]
# ## Break the symmetry
#
# Why should weights be random at all? Why not set all of them to the same number?
#
# Look at one hidden layer with outputs after it: hidden unit i has a row of W for its incoming weights, an entry of b for its bias, and a column of V for its outgoing weights. If two units agree in all these numbers, they compute the same and are used alike: one of them is wasted.
#
# **Question `count_units` •, 1 point.** How many *different* units does the hidden layer have? `W` is hidden × inputs, `b` has an entry for each hidden unit, `V` is outputs × hidden. Numbers count as equal if they differ by less than 1e-9, as by rounding errors. In the check, different units differ by far more, so you may round.
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
# Now train. The network names the species of a penguin from four measurements, with 8 hidden units of ReLU and the softmax cross-entropy of `05_losses`. Each run makes 300 steps of gradient descent, on all examples, with a learning rate of 0.5.
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
inputs, _ = data.standardize(penguins.x.astype(float), penguins.x.astype(float))
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
# From constants, eight units learn as one unit, and the loss stays far above that of a random start. From zeros nothing moves, since all gradients of W, b and V are 0. (The outputs have no biases here.)
#
# **Question `stay_equal` •, 1 point.** Two hidden units have equal incoming weights, equal biases and equal outgoing weights. Show that they are still equal after any number of steps of gradient descent. Two to four sentences are enough.
#
# Stuck? Run `hint("stay_equal")`.

# %% explain stay_equal [markdown]
# **`stay_equal`, in your words:**
#
# ### BEGIN SOLUTION
# Equal weights and biases give both units the same z and f(z) for each example. With equal outgoing weights, both get the same gradient. The gradients of their incoming and outgoing weights are made of these numbers and of shared inputs and errors. So equal units take equal steps and stay equal.
#
# - ½ point: all gradients of one unit equal those of the other, because z, f(z) and what arrives from the outputs are the same.
# - ½ point: one step keeps the units equal, and the argument can be repeated.
# ### END SOLUTION

# %% [markdown]
# So something has to differ at the start. Are random *biases* enough, with all weights 0? The biases differ, so after training the units do as well.
#
# But look closer. The **rank** of W is the smallest number of rows such that every row of W is a sum of multiples of them. Rows may differ and still be multiples of one single row: then the rank is 1.
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
# Counting says eight different units. But with ReLU six of them are one unit in six sizes. ReLU(c · z) is c · ReLU(z) for c > 0. So a unit with twice the bias gives twice the value. Then its outgoing weights get twice the gradient, and so do its incoming ones: it stays twice the other unit. The other two have a negative bias, and are off for all examples. But tanh(c · z) isn't c · tanh(z), so units of tanh become different.
#
# Of two randomly drawn rows (of two inputs or more), neither is a multiple of the other, with probability 1. So at the start their units aren't multiples of each other, even with ReLU. That is why W is random, and biases may begin at 0.

# %% [markdown]
# ## Keep fifty layers level in both directions
#
# Write the standard deviation of the weights as gain/√n_in. The **gain** says by how much a layer multiplies the RMS, the activation left out. For ReLU the gain √2 keeps signals and gradients level. Which gain is right for tanh?
#
# In the next figure, layer by layer, the numbers that tanh gives are drawn as histograms. A histogram is wide where many of the 6,400 numbers lie; all are scaled to the same largest width. Press Next, or drag the slider: the gain grows from 0.5 to 4. The line below each picture says what happens to the *gradient*.
#
# **Guess:** for a gain of 4, what is the RMS of the gradient with respect to z in layer 1, divided by that in layer 50?

# %%
guess_ratio = ...


# %% demo move the gain of fifty layers of tanh
def grown(gain, f, slope):
    """z of all layers, and how many times larger the gradient is in the first."""
    W = random_layers(gain / np.sqrt(100))
    zs, _ = forward(f, W, X)
    gradients = backward(slope, W, zs, g)
    return zs, rms(gradients[0]) / rms(gradients[-1])


def finding(last, ratio):
    if rms(last) < 1e-3:
        return "signal and gradient die"
    if ratio < 1:
        return "signal and gradient shrink slowly"
    if ratio < 2:
        return "signal settles, gradient stays nearly level"
    crowd = np.mean(np.abs(last) > 0.9) > 0.3
    return f"values {'crowd at ±1' if crowd else 'fill the range'}, gradients explode"


# %% demo show the histograms
def shown(gain):
    zs, ratio = grown(gain, np.tanh, tanh_slope)
    said = f"The RMS of z in layer 50 is {rms(zs[-1]):.2g}. The gradient in layer 1 is "
    said += f"{ratio:.2g} times that in layer 50."
    layers = [1, 2, 5, 10, 20, 30, 40, 50]
    values = [np.tanh(zs[layer - 1]) for layer in layers]
    title = f"Gain {gain}: {finding(values[-1], ratio)}"
    fig, ax = draw.figure(title, "layer", "tanh(z)")
    draw.levels(ax, layers, values, draw.TAPE, (-1, 1))
    return fig, said


gains = 0.5, 1, 1.2, 1.6, 2, 4
pictures, captions = zip(*map(shown, gains), strict=True)
beside(guess_ratio, grown(4, np.tanh, tanh_slope)[1])
draw.frames(pictures, captions, alt="Histograms of tanh layers while the gain grows")

# %% [markdown]
# A unit whose value is nearly 1 or −1 is **saturated**: its slope is nearly 0. The histograms alone suggest a gain of 1.6, with which the values fill the whole range. But there the gradient grows about 50 times on its way back. With a gain of 4 it grows a thousand million times, *although* half of all slopes are below 0.05: some are near 1, and the weights are large.
#
# Your `passed_on` says why. Put the slope f′ in place of f, and it gives the mean of f′(z)². The mean square of a gradient is multiplied by this number on its way back through f, and by n_out · s on its way back through W. If q stays level on the way forward, n_in · s · E[f(z)²] = q, then a square layer multiplies the mean square of the gradient by
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
times = grown(5 / 3, np.tanh, tanh_slope)[1]
print(f"tanh with the gain 5/3: in fifty layers the gradient grows {times:.0f} times")

# %% [markdown]
# Linear, ReLU and leaky ReLU have the factor 1 for every q. These are the functions made of straight pieces through 0. With tanh and the sine, the gradient grows wherever the signal is level, and more so the larger q is. With the sigmoid the gradient shrinks, even where the signal is level.
#
# So no gain keeps tanh level in both directions. With a gain a little above 1, such as 1.2, z settles at an RMS of 0.5. There the gradient grows slowly, because q is small, and tanh is nearly a straight line there. `torch.nn.init.calculate_gain("tanh")` gives 5/3: there the signal is level, and the gradient grows more than a hundred times in these fifty layers.

# %% [markdown]
# ### Scale by the data
#
# Formulas need wide layers and normal z. There is a way without them: *measure*. Send a batch through the network, and scale the weights of each layer so that its z has the mean square 1. This is the idea of LSUV (layer-sequential unit-variance, 2016).
#
# **Question `scaled_by_data` •••, 3 points.** `W[r]` holds the square weight matrix of layer r + 1, and the rows of `X` are examples. The first layer gets X, each further layer gets f of the z before it; f works on each entry. Return one positive factor for each layer, so that in the network with the weights `c[r] * W[r]` every layer's z has the mean square 1 within 10⁻⁶, taken over the whole batch and all units: 2 points for a few layers, 1 point for 50 layers of small weights.
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
# Use it on fifty layers of tanh with weights that are far too small. After that, all z have the RMS 1.
#
# **Guess:** how many times larger is the RMS of the gradient in layer 1 than in layer 50? Each layer multiplies the mean square by the table's factor for tanh and q = 1; take the root for the RMS.

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
fig, ax = draw.figure(title, "layer", "RMS, layer 50 = 1 (log scale)")
ax.set_yscale("log")
ax.set_yticks([1, 10, 60], ["1", "10", "60"])
ax.minorticks_off()
for (name, values), look in zip(levels.items(), (draw.SUBJECT, draw.TAPE), strict=True):
    draw.line(ax, range(1, 51), np.divide(values, values[49]), look, name)
ending = f"{levels['gradient'][0] / levels['gradient'][49]:.0f} times"
draw.show(fig, alt=f"{title}: back to layer 1 the gradient grows {ending}.")

# %% [markdown]
# ## Train with a good start and with bad ones
#
# Does all this matter? Train thirty layers of ReLU, with 32 units each, to name the species of the penguins. Few layers would be better here. Each of three gains gets six learning rates and three seeds. A run has 100 steps.


# %% demo define a run of thirty layers
from itertools import pairwise


def deep_run(gain, rate, seed, steps=100):
    """The last loss, and the fraction of these penguins that is named correctly."""
    rng, widths = np.random.default_rng(seed), [4, *[32] * 29, 3]
    W = [rng.normal(0, gain / np.sqrt(i), (o, i)) for i, o in pairwise(widths)]
    for _ in range(steps):
        zs, a = forward(relu, W, inputs)
        z = zs[-1] - zs[-1].max(1, keepdims=True)
        total = np.exp(z).sum(1, keepdims=True)
        p, loss = np.exp(z) / total, np.mean(np.log(total[:, 0]) - z[T == 1])
        if not np.isfinite(loss):
            break
        dz = backward(relu_slope, W, zs, (p - T) / len(inputs))
        W = [w - rate * d.T @ x for w, d, x in zip(W, dz, a, strict=True)]
    return loss, np.mean(p.argmax(1) == penguins.y)


# %% demo train from three gains, with six rates and three seeds
def told(loss, right):
    return f"{loss:8.3f} {right:4.0%}" if np.isfinite(loss) else "     diverged"


print("loss after 100 steps, and penguins named correctly")
print(" " * 13 + "       seed 0        seed 1        seed 2")
for name, gain in (("1", 1), ("√2", np.sqrt(2)), ("2", 2)):
    firsts = ", ".join(f"{deep_run(gain, 0, k, 1)[0]:,.1f}" for k in range(3))
    print(f"\ngain {name}, first losses {firsts}")
    for rate in ("0.00001", "0.0001", "0.001", "0.01", "0.1", "1"):
        with np.errstate(all="ignore"):
            runs = [told(*deep_run(gain, float(rate), seed)) for seed in range(3)]
        print(f"rate {rate:7}", *runs)

# %% [markdown]
# The loss of equal probabilities is log 3 = 1.0986; 44 % of the penguins (all are trained on) are of the commonest species. With gain 1 the gradients are too small for all six rates. With gain √2 the network learns at 0.01 with all seeds. With gain 2 the first losses are above 1,000, and only the smallest rate never diverges. So the start decides which rates work.
#
# Is √2 at 0.01 better than 2 at 0.00001? By the loss, yes, with all seeds. By the penguins named correctly, no, with two of three: few answers are wrong there, but these are confident, so the loss is large.
#
# ## Read the library
#
# The next cell prints how `chainrule.init` draws. The rows of a square **orthogonal** matrix have length 1, at right angles: the mean square of its entries is always 1/n_in, LeCun's variance. It keeps the length of *every* vector.

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
# - Test a draw, and say how often the test raises a false alarm.
# - Write the gradient of a deep product as outer products.
# - Say which layers' weights a vanishing gradient hits: all in a similar way with ReLU, the first ones with the sigmoid.
# - Prove that equal units stay equal.
# - Say by how much the gradient of tanh grows while the signal is level.
#
# ### Hand in
#
# Run the three notebooks of this unit, `07_gradient_descent`, `08_optimizers` and `09_initialization`, from top to bottom, and save them. In Colab: File, Download, Download .ipynb. Hand in the files, with their names unchanged.
#
# First see where you stand. If `std_mixup` isn't written, see whether your id stands in `STUDENT`:

# %% demo see where you stand
check_all("09_initialization", globals(), STUDENT)

# %% [markdown]
# ## Stretch, for no points
#
# **Add a way around.** Let each layer return a + c · W relu(a), with He's variance. It multiplies the mean square by about 1 + c². What follows over R layers for c = 1, and for c = 1/√R?
#
# **Say why tanh grows.** *Poincaré's inequality* for the normal distribution: the variance of f(z) is at most q · E[f′(z)²], and only straight lines reach it. Show that the table's factor for tanh is above 1.
#
# **Find a level tanh.** Which gain makes the gradients in layers 1 and 50 equal, here and in another draw?
#
# ## Read on
#
# - LeCun and others: *Efficient BackProp*, 1998, section 4.6.
# - Glorot, Bengio, 2010: [Understanding the difficulty of training deep feedforward networks](https://proceedings.mlr.press/v9/glorot10a.html).
# - He and others, 2015: [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852).
# - Saxe and others, 2014: [Exact solutions in deep linear networks](https://arxiv.org/abs/1312.6120).
# - Poole and others, 2016: [Transient chaos](https://arxiv.org/abs/1606.05340).
# - Mishkin, Matas, 2016: [All you need is a good init](https://arxiv.org/abs/1511.06422).

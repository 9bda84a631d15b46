# %% [markdown]
# # Drop units at random, and normalize over a batch
#
# A network classifies every held-out penguin correctly. Forget one line of code, and its accuracy depends on the order in which the birds come. By how much? No error message tells.
#
# The reason is a layer that behaves differently in training and afterwards. You build both layers that do so: **dropout** and **batch normalization**, and find out what they compute.

# %% [markdown]
# **You'll do:** write dropout, also with normal noise; average a network over all of its 1,024 masks; write batch normalization forward and backward, and what it remembers; normalize over another axis.
#
# **You'll learn:** whether p is the probability of keeping or of dropping; which mean one pass at test time gives; what batch normalization is good for; why a forgotten `eval()` costs accuracy.
#
# **You need:** layers and their backward rules (`04_tensors`), softmax (`05_losses`), training and evaluation mode (`06_networks`), means and variances.
#
# **Time:** about 4 hours, 1½ of reading and 2½ of exercises. Take a break before "Normalize over the batch".
#
# {questions} Every check draws fresh numbers. {dots} A **guess** is never graded: write it in place of the dots, then run on.
#
# {points}

# %% setup
from itertools import pairwise, product

import numpy as np
from chainrule import check, check_all, draw, hint
from chainrule.guess import beside
from chainrule.standby import if_right, yours


def softmax(z):
    """Probabilities along the last axis, as in 05_losses."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# %% [markdown]
# ## Switch units off at random
#
# A hidden layer computes f(z), where f is its activation. **Dropout** multiplies each entry by a random 0 or 1, drawn anew for each example, and passes on
#
# $$m \odot f(z), \qquad m_i = 0 \text{ with probability } p_\text{drop}, \text{ else } 1.$$
#
# Here the numbers m are the **mask**. A unit whose m is 0 is *dropped*: for this example, in this step, the network is trained as if the unit weren't there. So each example of each step trains a **thinned network** of its own, and all thinned networks share their weights.
#
# The network in the next figure has 4 inputs and two hidden layers of 5 units, and dropout may drop each of these 14. So it contains 2¹⁴ = 16,384 thinned networks. Press Next to see six of them.

# %% demo draw six thinned networks
rng = np.random.default_rng(4)
layers = [[(rng.random(k) >= 0.3).astype(int) for k in (4, 5, 5)] for _ in range(6)]
draw.thinned([[*(m.tolist() for m in masks), [1]] for masks in layers])

# %% [markdown]
# A network with 1,000 units that can be dropped contains 2¹⁰⁰⁰ thinned networks, and almost none of them is ever drawn. But a step for one thinned network changes the weights of many others.
#
# The next layer adds up what arrives. In training a part of the sum is missing. At test time nothing is dropped, and the sum is larger.
#
# **Guess:** the layer before has 1,000 units, and each gives 1. With p_drop = 0.2, how many times larger is the sum at test time than the mean sum in training?

# %%
guess_larger = ...

# %% demo add up what arrives
rng = np.random.default_rng(0)
sums = (rng.random((2000, 1000)) >= 0.2).sum(axis=1)
beside(guess_larger, 1000 / sums.mean())
title = f"In training the sum is about {sums.mean():.0f}; at test time it is 1,000"
fig, ax = draw.figure(title, "sum of what arrives", "draws of the mask")
ax.hist(sums, bins=np.arange(740.5, 861, 4), color=draw.TAPE.color)
ax.axvline(1000, color=draw.OTHER.color, linestyle=":")
ax.text(995, 40, "at test time", ha="right", color=draw.OTHER.color)
ax.text(828, 120, "in training", color=draw.TAPE.color)
draw.show(fig, alt=f"{title}: the sums lie between {sums.min()} and {sums.max()}.")

# %% [markdown]
# There are two remedies: multiply what arrives by 1 − p_drop at test time, or divide the kept entries by 1 − p_drop in training and do nothing at test time. The second is **inverted dropout**, and torch does it. The mean over the masks is then
#
# $$p_\text{drop} \cdot 0 + (1 - p_\text{drop}) \cdot \frac{x}{1 - p_\text{drop}} = x.$$
#
# **Question `dropped` •, 2 points.** Write inverted dropout for given random numbers. `uniform` has the shape of `x` and holds independent uniform numbers between 0 and 1. In training an entry is dropped where `uniform < p_drop`; 0 ≤ `p_drop` < 1. At test time, `training` is False, and the result is `x`.
#
# Stuck? Run `hint("dropped")` in a cell of your own.


# %% answer dropped
def dropped(x, uniform, p_drop, training):
    """Inverted dropout of x: an entry is dropped where its number is below p_drop."""
    ### BEGIN SOLUTION
    if not training:
        return x
    return x * (uniform >= p_drop) / (1 - p_drop)
    ### END SOLUTION


# %% check dropped
check("dropped", dropped)

# %% [markdown]
# ### Go back through the same mask
#
# For one draw, dropout multiplies each entry by a fixed number, 0 or 1 / (1 − p_drop). The backward rule multiplies the upstream gradient g by the same numbers. So your function is its own backward rule: `dropped(g, uniform, p_drop, True)`, with the *same* `uniform`.
#
# **Guess:** someone's backward pass draws a *new* mask, with p_drop = 0.2. What fraction of the entries of the gradient is wrong?

# %%
guess_wrong_fraction = ...


# %% demo compare both gradients with a difference quotient
def torch_dropped(x, uniform, p_drop, training):
    """Inverted dropout in torch, with a mask that is given."""
    import torch

    kept, x = torch.as_tensor(uniform >= p_drop), torch.as_tensor(x)
    return (torch.where(kept, x / (1 - p_drop), 0) if training else x).numpy()


def terms(x, uniform, g):
    """The terms of a loss: each entry of x is in one of them only."""
    return my_dropped(x, uniform, 0.2, True) * g


rng = np.random.default_rng(1)
x, g = rng.normal(size=(2, 200, 50))
uniform, new = rng.random((2, *x.shape))
my_dropped = yours(dropped, torch_dropped, x, uniform, 0.2, True)
moved = (terms(x + h, uniform, g) for h in (1e-6, -1e-6))
measured = np.subtract(*moved) / 2e-6
same_mask, new_mask = (my_dropped(g, drawn, 0.2, True) for drawn in (uniform, new))
wrong = [np.mean(~np.isclose(dx, measured)) for dx in (same_mask, new_mask)]
beside(guess_wrong_fraction, wrong[1])
print(f"with the same mask: {wrong[0]:.0%} of the entries are wrong")

# %% [markdown]
# An entry is wrong where one mask keeps it and the other drops it: 2 · 0.2 · 0.8 = 0.32 is expected, give or take 0.01. Is the new mask right on average? Here it is: g is the same for every mask, so both gradients have the mean g. In a network g itself depends on the mask of the forward pass, and a new mask is wrong on average, too. The network may still learn: a falling loss is no proof. A test with one fixed mask finds the mistake.
#
# ## Ask which p is meant
#
# You may read this recipe: "drop out each unit with probability p; at test time, multiply the weights by p." It mixes two conventions.
# Take p = 0.2, a unit that gives 1, and a weight of 1. In training 0.8 arrives on average, at test time 0.2.

# %% [markdown]
# In the best-known paper on dropout (Srivastava et al., 2014), p is the probability of **keeping** a unit. Its figure 2: a unit is "present with probability p" in training, and at test time "the weights are multiplied by p". With that p the recipe is right.
#
# |who|p is the probability of|scales|
# |:--|:--|:--|
# |the paper of 2014|keeping|at test time, by p|
# |`torch.nn.Dropout(p)`|dropping|in training, by 1 / (1 − p)|
# |this course, `p_drop`|dropping|in training, by 1 / (1 − p_drop)|
#
# With p = ½ a mix-up has no effect: test with another p.
#
# The paper multiplies the weights that come *from* units that could be dropped: in training, they carried a signal only with probability p.
#
# **Question `paper_weights` •, 2 points.** A network was trained as in the paper, without scaling. `p_input` is the probability of keeping an input, `p_hidden` that of keeping a hidden unit. Outputs are never dropped. Return `W1, b1, W2, b2` for use without dropout. W is out × in.
#
# Stuck? Run `hint("paper_weights")`.


# %% answer paper_weights
def paper_weights(W1, b1, W2, b2, p_input, p_hidden):
    """The arrays W1, b1, W2, b2 for test time; both p are probabilities of keeping."""
    ### BEGIN SOLUTION
    return p_input * W1, b1, p_hidden * W2, b2
    ### END SOLUTION


# %% check paper_weights
check("paper_weights", paper_weights)

# %% [markdown]
# ## Break up co-adaptation
#
# Why should dropping units help? The paper's answer: units come to depend on each other. One unit may make an error that another unit cancels; then each is useless without the other. This is **co-adaptation**. Dropout works against it, because no unit can rely on another one.
#
# Here is the smallest example. The target is x. The network has two inputs that both carry x, and predicts w₁x + w₂x. It begins with w = (5, −4). These weights are perfect: their sum is 1, so the prediction is x. And they are fragile: without the second input it is 5x.
#
# **Guess:** train on with inverted dropout, p_drop = 0.2, on both inputs. Where does w₁ end?

# %%
guess_w1 = ...


# %% demo train the two weights with dropout
def descend(noisy):
    """The weights after each of 400 steps, where noisy(x) is what becomes of inputs."""
    rng, w, path = np.random.default_rng(0), np.array([5.0, -4.0]), []
    for _step in range(400):
        x = rng.normal(size=(500, 1))
        inputs = noisy(np.repeat(x, 2, axis=1))
        w = w - 0.05 * 2 * inputs.T @ (inputs @ w - x[:, 0]) / 500
        path.append(w)
    return np.array(path)


rng = np.random.default_rng(1)
path = descend(lambda x: my_dropped(x, rng.random(x.shape), 0.2, True))
ends = path[-100:].mean(axis=0)
beside(guess_w1, ends[0])
title = f"Dropout makes both weights nearly equal: {ends[0]:.2f} and {ends[1]:.2f}"
fig, ax = draw.figure(title, "step", "weight")
draw.line(ax, range(400), path[:, 0], draw.TAPE, "w₁")
draw.line(ax, range(400), path[:, 1], draw.OTHER, "w₂")
draw.show(fig, alt=f"{title}. They begin at 5 and −4, and meet after about 200 steps.")

# %% [markdown]
# Without dropout the gradient at (5, −4) is 0. With dropout each weight is worth something alone. That helps with noise. Suppose that x has the variance 1, and that each input carries x plus noise of its own, of variance 0.1. Then the mean squared error of (5, −4) is 0.1 · (25 + 16) = 4.1, and that of (4/9, 4/9) is 0.11² + 0.1 · 0.40 = 0.05.
#
# But the sum is 0.89, not 1: large weights have a price. Let rⱼ be the random factor of input j, here 0 or 1/(1 − p_drop), with mean 1. The mean of a square is the square of the mean plus the variance, and variances of independent terms add. With the target t, an example's mean squared error over the masks is
#
# $$\Big(t - \sum_j w_j x_j\Big)^2 + \mathrm{Var}(r) \sum_j w_j^2 x_j^2.$$
#
# The second part is an L2 penalty, with a strength for each input.

# %% [markdown]
# For inverted dropout, the mean of r² is (1 − p_drop) / (1 − p_drop)², so Var(r) = p_drop / (1 − p_drop), here ¼. With two equal weights w the formula is x² times (1 − 2w)² + ½w², which is smallest at w = 4/9.
#
# For the squared error of this model, only the mean and the variance of the factor count. So **Gaussian dropout** multiplies each entry by a normal number with the same mean and variance. (Some are negative: 2% at p_drop = 0.2, 16% at ½.) At test time nothing is done.
#
# **Question `gaussian_dropout` •, 2 points.** Multiply each entry of `x` by a normal random number of its own, with the mean 1 and the variance of inverted dropout's factor. Draw with `rng`: `rng.normal(size=...)` gives normal numbers with mean 0 and variance 1.
#
# The check looks at statistics of 6,000 factors, and rejects a right answer less than once in 10,000 checks.
#
# Stuck? Run `hint("gaussian_dropout")`.


# %% answer gaussian_dropout
def gaussian_dropout(x, p_drop, rng):
    """x times normal noise, of mean 1 and the variance of inverted dropout's factor."""
    ### BEGIN SOLUTION
    std = np.sqrt(p_drop / (1 - p_drop))
    return x * (1 + std * rng.normal(size=x.shape))
    ### END SOLUTION


# %% check gaussian_dropout
check("gaussian_dropout", gaussian_dropout)


# %% demo train the two weights with normal noise
def normal_noise(x, p_drop, rng):
    return x * rng.normal(1, (p_drop / (1 - p_drop)) ** 0.5, x.shape)


noisy = if_right("gaussian_dropout", gaussian_dropout, normal_noise)
rng = np.random.default_rng(2)
smooth = descend(lambda x: noisy(x, 0.2, rng))[-100:].mean(axis=0)
print("inverted dropout: w =", ends.round(2))
print("Gaussian dropout: w =", smooth.round(2))
print("by the formula:   w =", np.round([4 / 9, 4 / 9], 2))

# %% [markdown]
# ## Average all the networks
#
# A network with n units that can be dropped contains 2ⁿ thinned networks. It is said that one pass at test time gives their average. For small n we can run them all.
#
# In this mean the weight of each network is the probability of its mask, a product, since units are dropped independently.
#
# **Question `mask_mean` ••, 3 points.** `net(mask)` is a number: what a network gives with a mask, an array of `n` zeros and ones. (`net` divides by 1 − p_drop itself. `product([0, 1], repeat=n)` of `itertools` gives all masks; it is imported.) Return the mean of `net` over all 2ⁿ masks, where each unit is dropped with probability `p_drop`: 1 point for p_drop = ½, 2 points for others.
#
# Stuck? Run `hint("mask_mean")`.


# %% answer mask_mean
def mask_mean(net, n, p_drop):
    """The mean of net(mask) over all masks of n units, weighted by probability."""
    ### BEGIN SOLUTION
    total = 0.0
    for mask in product([0, 1], repeat=n):
        kept = sum(mask)
        chance = (1 - p_drop) ** kept * p_drop ** (n - kept)
        total += chance * net(np.array(mask))
    return total
    ### END SOLUTION


# %% check mask_mean
check("mask_mean", mask_mean)

# %% [markdown]
# Now a real network: 4 measurements of a penguin, 10 hidden ReLU units that are dropped with p_drop = 0.2, and 3 species. The demos below train it with `chainrule`. Then they compute, for each held-out bird, the logits of each of the 1,024 thinned networks, and those of one pass that drops nothing.
#
# **Guess two gaps:** the largest difference between the mean over all networks and the one pass, first for the *logits*, then for the *probabilities*, softmax of the logits.

# %%
guess_logits_gap, guess_probabilities_gap = ..., ...


# %% demo train a network with dropout
def network(sizes, rng, norm=False, p_drop=0.0, factor=1.0):
    """Linear layers; after each hidden one perhaps a norm, then ReLU and dropout."""
    from chainrule import layers, ops

    *hidden, last = [layers.Linear(*pair, rng, dtype=float) for pair in pairwise(sizes)]
    parts = []
    for n, layer in zip(sizes[1:-1], hidden, strict=True):
        layer.W.data *= factor
        parts += [layer, layers.BatchNorm(n, dtype=float)] if norm else [layer]
        parts += [ops.relu, layers.Dropout(p_drop, rng)]
    return layers.Sequential(*parts, last)


def trained(model, X, y, steps, rate):
    """The model in evaluation mode, after some steps on batches of 32 rows."""
    from chainrule import losses, optim, train

    optimizer, rng = optim.SGD(model.parameters(), lr=rate), np.random.default_rng(0)
    for _ in range(steps):
        rows = rng.integers(len(X), size=32)
        train.descend(model, losses.cross_entropy, optimizer, X[rows], y[rows])
    return model.eval()


# %% demo run all 1,024 thinned networks
from chainrule import data


def mean_loss(P, y):
    """The cross-entropy of the predicted probabilities P, averaged over the rows."""
    return -np.log(P[range(len(y)), y]).mean()


penguins = data.load("penguins")
fit, held = data.split(len(penguins.y), (0.7, 0.3), np.random.default_rng(0))
X, X_held = data.standardize(*(penguins.x[r].astype(float) for r in (fit, held)))
species, species_held = penguins.y[fit], penguins.y[held]


def weights(seed):
    model = network((4, 10, 3), np.random.default_rng(seed), p_drop=0.2)
    model = trained(model, X, species, 500, rate=0.1)
    return [p.data for p in model.parameters()]


W1, b1, W2, b2 = weights(0)
hidden = np.maximum(X_held @ W1.T + b1, 0)
one_pass = hidden @ W2.T + b2
masks = np.array([*product([0, 1], repeat=10)])
chances = 0.8 ** masks.sum(axis=1) * 0.2 ** (10 - masks.sum(axis=1))
logits = (masks[:, None] * hidden / 0.8) @ W2.T + b2  # networks × birds × classes
print(f"held-out accuracy {np.mean(one_pass.argmax(axis=1) == species_held):.1%}")


# %% demo compare the mean with one pass
def first_probability(mask):
    """Held-out bird 0's first probability with a mask."""
    return softmax((mask * hidden[0] / 0.8) @ W2.T + b2)[0]


def by_table(net, n, p_drop):
    return sum(c * net(mask) for c, mask in zip(chances, masks, strict=True))


P, P_pass = softmax(logits), softmax(one_pass)
mean_logits, P_mean = (np.tensordot(chances, a, axes=1) for a in (logits, P))
beside(guess_logits_gap, np.abs(mean_logits - one_pass).max().round(9))
beside(guess_probabilities_gap, np.abs(P_mean - P_pass).max())
for name, p in (("mean of 1,024", P_mean), ("one pass", P_pass)):
    loss = mean_loss(p, species_held)
    print(f"{name:14} mean loss on the held-out birds {loss:.3f}")
my_mask_mean = yours(mask_mean, by_table, first_probability, 10, 0.2)
print(f"by mask_mean {my_mask_mean(first_probability, 10, 0.2):.6f}", end=", ")
print(f"in the table {P_mean[0, 0]:.6f}")

# %% [markdown]
# The logits agree up to rounding: they are linear in the mask, plus a bias, so their mean is their value at the mean mask. Softmax isn't linear: one pass is *not* the networks' mean prediction, the **arithmetic mean**. (Here its loss is even lower.)
#
# Is it another kind of mean? The **geometric mean** of a and b is √(ab). The **weighted** one is a product of powers with exponents that sum to 1, such as a^0.3 · b^0.7. Take it for each class over all networks, with the masks' probabilities cᵢ as exponents. Divide each result by the sum of all: this is the **renormalized** geometric mean.
#
# $$\bar P_k = \frac{\prod_i P_{ik}^{\,c_i}}{\sum_j \prod_i P_{ij}^{\,c_i}}.$$
#
# **Question `geometric_mean` •, 1 point.** Row i of `P` is the prediction of network i, and cᵢ, in code `chances[i]`, the probability of its mask. Return their renormalized geometric mean, one probability for each class.
#
# Stuck? Run `hint("geometric_mean")`.


# %% answer geometric_mean
def geometric_mean(P, chances):
    """The weighted geometric mean of the rows, scaled to the sum 1."""
    ### BEGIN SOLUTION
    mean = np.exp(chances @ np.log(P))
    return mean / mean.sum()
    ### END SOLUTION


# %% check geometric_mean
check("geometric_mean", geometric_mean)

# %% [markdown]
# **Guess:** what is the largest difference between the *renormalized geometric* mean over all 1,024 networks and the probabilities of the one pass?

# %%
guess_geometric_gap = ...


# %% demo compare both means with one pass
def torch_geometric(P, chances):
    import torch

    return torch.softmax(torch.as_tensor(chances) @ torch.as_tensor(P).log(), 0).numpy()


my_geometric = yours(geometric_mean, torch_geometric, P[:, 0], chances)
geometric = np.array([my_geometric(p, chances) for p in P.swapaxes(0, 1)])
gaps, gaps_geometric = P_mean - P_pass, geometric - P_pass
beside(guess_geometric_gap, np.abs(gaps_geometric).max().round(9))
title = "One pass gives the networks' renormalized geometric mean"
axes = "probability by one pass", "mean minus one pass"
fig, ax = draw.figure(title, *axes)
ax.plot(P_pass.ravel(), gaps.ravel(), "x", color=draw.SUBJECT.color)
ax.plot(P_pass.ravel(), gaps_geometric.ravel(), "o", color=draw.TAPE.color, ms=4)
ax.text(0.5, 0.6 * gaps.max(), "× arithmetic mean", color=draw.SUBJECT.color)
ax.text(0.5, 0.06 * gaps.max(), "● geometric mean", color=draw.TAPE.color)
draw.show(
    fig, alt=f"{title}; the arithmetic mean is up to {np.abs(gaps).max():.3f} off."
)

# %% [markdown]
# Each point is one bird and one species. One cheap pass gives the renormalized geometric mean of 1,024 networks, up to rounding. That holds for any p_drop and any weights, if the masks stand before the *last* layer and softmax follows.
#
# **Question `why_geometric` ••, 1 point.** Show it: why is softmax of the mean logits the renormalized geometric mean of the networks' probabilities? (From `05_losses`: the logarithm of a probability is its logit minus one number for the whole row.) And why does the proof fail when the masks stand before a hidden ReLU layer? Answer in three or four sentences.
#
# Stuck? Run `hint("why_geometric")`.

# %% explain why_geometric [markdown]
# **`why_geometric`, in your words:**
#
# ### BEGIN SOLUTION
# For each network, log P is its logits minus one number, so the mean log P is the mean logits minus one number. Renormalizing removes it: softmax of the mean logits is left. Logits are linear in the mask, plus a bias: their mean is the one pass. A ReLU in between breaks this.
#
# - ½ point: log softmax is the logits minus a number, which renormalizing removes.
# - ½ point: the logits' mean is the one pass because they are linear in the mask, plus a bias; a ReLU between masks and logits breaks that.
# ### END SOLUTION

# %% demo mask the inputs, before the ReLU
masks4 = np.array([*product([0, 1], repeat=4)])
chances4 = 0.8 ** masks4.sum(axis=1) * 0.2 ** (4 - masks4.sum(axis=1))
inside = np.maximum((masks4[:, None] * X_held / 0.8) @ W1.T + b1, 0)
P4 = softmax(inside @ W2.T + b2)
geometric4 = np.array([my_geometric(p, chances4) for p in P4.swapaxes(0, 1)])
P4_mean = np.tensordot(chances4, P4, axes=1)
for name, p in (("geometric", geometric4), ("arithmetic", P4_mean)):
    print(f"masks before the ReLU, {name} mean: gap {np.abs(p - P_pass).max():.3f}")

# %% [markdown]
# With masks before a hidden ReLU, here on the inputs, one pass is neither mean.
#
# ### Measure whether dropout helps
#
# For the two weights dropout was an L2 penalty and nothing more. What does it do for 200 hidden ReLU units? Five networks learn 200 images of digits, once with the right labels, once with about every fifth label random. Inputs are dropped with the probability 0.2 and hidden units with ½, as in the paper. The loss on 400 *other* images is compared. (Nobody tuned the rate. If dropout changed nothing, all five losses would still move the same way with the chance 1/16.)


# %% demo train on 200 digits without and with dropout
def loss_on_others(noise, p_inputs, p_hidden, seed):
    """The mean loss on 400 other images; noise: the chance of a random label."""
    from chainrule import layers

    rng, y = np.random.default_rng(seed), digits.y[few].copy()
    random = rng.random(200) < noise
    y[random] = rng.integers(10, size=random.sum())
    after = network((64, 200, 10), rng, p_drop=p_hidden)
    model = layers.Sequential(layers.Dropout(p_inputs, rng), after)
    model = trained(model, pixels[few], y, 500, rate=0.5)
    return mean_loss(softmax(model(pixels[others]).data), digits.y[others])


digits, order = data.load("digits"), np.random.default_rng(0).permutation(1797)
few, others = order[:200], order[1000:1400]
pixels = digits.x.reshape(-1, 64).astype(float)
pixels -= pixels[few].mean(axis=0)
for noise, labels in ((0, "right labels"), (0.2, "some random labels")):
    for p, how in (((0, 0), "without"), ((0.2, 0.5), "with")):
        found = [loss_on_others(noise, *p, seed) for seed in range(5)]
        print(f"{labels:18} {how:7} dropout: {np.round(found, 2)}")

# %% [markdown]
# With the right labels dropout changes little; with some random ones it lowers all five losses.
#
# ## Normalize over the batch
#
# `07_gradient_descent` standardized inputs. **Batch normalization** does so inside a network: each feature gets the mean 0 and nearly the variance 1 over the batch, then a learned factor γ and mean β. Such a layer is called a **norm** for short (not the length of a vector). For feature k,
#
# $$\hat x_{ik} = \frac{x_{ik} - \mu_k}{\sqrt{\text{var}_k + \text{eps}}}, \qquad y_{ik} = \gamma_k\, \hat x_{ik} + \beta_k.$$
#
# Here μₖ and varₖ are mean and variance of column k (papers write σ² for var, ε for eps); `eps` prevents a division by 0; this β isn't that of `08_optimizers`. The **biased** variance divides by n, the **unbiased** one by n − 1.
#
# **Guess:** a feature is 1, 2, 3, 4 in a batch. γ = 1, β = 0, eps is tiny. What does torch make of the 4?

# %%
guess_normalized = ...


# %% demo normalize four numbers
def torch_batch_norm(X, gamma, beta, eps):
    import torch

    X, gamma, beta = map(torch.as_tensor, (X, gamma, beta))
    f = torch.nn.functional.batch_norm
    return f(X, None, None, gamma, beta, training=True, eps=eps).numpy()


column = np.array([[1.0], [2.0], [3.0], [4.0]])
beside(guess_normalized, torch_batch_norm(column, np.ones(1), np.zeros(1), 1e-12)[3, 0])
for name, ddof in (("biased, over n", 0), ("unbiased, over n - 1", 1)):
    value = (4 - 2.5) / np.sqrt(column.var(ddof=ddof))
    print(f"{name:21} {value:.4f}")

# %% [markdown]
# torch divides by the *biased* variance here. On average it is too small, since a batch lies nearer to its own mean than to that of all data; the unbiased one is right on average.
#
# **Question `batch_norm` •, 2 points.** Write batch normalization as it works in training. Rows of `X` are examples, columns features; `gamma` and `beta` have an entry for each feature. Use the biased variance.
#
# Stuck? Run `hint("batch_norm")`.


# %% answer batch_norm
def batch_norm(X, gamma, beta, eps):
    """Each column of X with mean 0 and variance 1, then times gamma, plus beta."""
    ### BEGIN SOLUTION
    x_hat = (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)
    return gamma * x_hat + beta
    ### END SOLUTION


# %% check batch_norm
check("batch_norm", batch_norm)


# %% demo put one penguin into 100 batches
def torch_by_columns(X, gamma, beta, eps):
    """torch's normalization of the rows of Xᵀ: it takes a batch of one, too."""
    import torch

    rows = torch.as_tensor(X).T
    x_hat = torch.nn.functional.layer_norm(rows, rows.shape[1:], eps=eps).T
    return x_hat * torch.as_tensor(gamma) + torch.as_tensor(beta)


trial = X[:20], np.array([1.0, 2, 3, 4]), np.ones(4), 0.1
my_batch_norm = yours(batch_norm, lambda *a: torch_by_columns(*a).numpy(), *trial)
rng, unit = np.random.default_rng(0), (np.ones(4), np.zeros(4), 1e-5)
companions = [X[rng.integers(len(X), size=15)] for _ in range(100)]
batches = [np.vstack([X_held[:1], birds]) for birds in companions]
found = [my_batch_norm(batch, *unit)[0, 3] for batch in batches]
ends = [f"{end:.1f}".replace("-", "−") for end in (min(found), max(found))]
title = f"The same mass becomes a number from {ends[0]} to {ends[1]}"
mass = "body mass of one bird, in standard deviations of its batch"
fig, ax = draw.figure(title, mass, "batches")
ax.hist(found, bins=15, color=draw.TAPE.color)
draw.show(fig, alt=f"{title}, in 100 batches that differ in the other birds.")

# %% [markdown]
# The output for one example depends on the *other* examples of its batch: one penguin stood in 100 batches, each with 15 other birds. At test time that is a defect.
#
# What is the norm good for? In `09_initialization` a wrong factor in the starting weights multiplied the signal once in every layer. A norm removes nearly all of any such factor. Test it with six hidden layers of 10 ReLU units: multiply He's starting weights by ½, 1 or 2 in each hidden layer, and take 200 steps with the rate 0.1. Five seeds draw the weights. A fourth case has the factor 1 and the rate 0.5.
#
# **Guess two training losses for the factor 2:** the median of five runs, without and with batch normalization. (Knowing only how frequent each species is gives 1.04.)

# %%
guess_loss_without, guess_loss_with = ..., ...


# %% demo train six hidden layers without and with the norm
def losses_after(norm, factor, rate):
    """The losses of five networks with six hidden layers, after 200 steps."""
    for seed in range(5):
        rng, sizes = np.random.default_rng(seed), (4, 10, 10, 10, 10, 10, 10, 3)
        model = trained(network(sizes, rng, norm, 0, factor), X, species, 200, rate)
        yield mean_loss(softmax(model(X).data), species)


cases = (0.5, 0.1), (1, 0.1), (2, 0.1), (1, 0.5)
table = {c: [[*losses_after(norm, *c)] for norm in (False, True)] for c in cases}
beside(guess_loss_without, np.median(table[2, 0.1][0]))
beside(guess_loss_with, np.median(table[2, 0.1][1]))
for (factor, rate), both in table.items():
    without, normed = (f"{min(a):.2f} to {max(a):.2f}" for a in both)
    print(f"factor {factor:3}, rate {rate}: without {without}, with {normed}")

# %% [markdown]
# With the norm, every run ends at 0.11 or lower. Without it, the right start ends between 0.01 and 0.41, according to the seed; with the factor 2 or the larger rate some runs learn only how frequent each species is. Where training goes well without the norm, it may end lower: the norm makes it reliable.
#
# ## Remember statistics for later
#
# During training the layer keeps **running statistics**, for use at test time. After each batch,
#
# $$\text{running} \leftarrow \text{running} + \text{momentum} \cdot (\text{new} - \text{running}).$$
#
# In torch, *momentum* is the weight of the **new** batch, 0.1 by default; in `08_optimizers` the word means something else. The running mean begins at 0, the running variance at 1.
#
# **Guess:** a new layer sees one batch, the column 1, 2, 3, 4, with momentum 0.1. What is its running variance then? (The variance of the batch is 1.25 if biased, 1.667 if unbiased.)

# %%
guess_running = ...


# %% demo ask torch what it remembers
def torch_statistics(mean, var, X, momentum, seen):
    import torch

    layer = torch.nn.BatchNorm1d(len(mean), momentum=momentum, dtype=torch.float64)
    layer.running_mean[:], layer.running_var[:] = map(torch.as_tensor, (mean, var))
    layer.num_batches_tracked += seen
    layer(torch.as_tensor(X))
    return layer.running_mean.numpy(), layer.running_var.numpy()


start = np.zeros(1), np.ones(1)
beside(guess_running, torch_statistics(*start, column, 0.1, 0)[1][0])
print(f"with the biased variance it would be {0.9 + 0.1 * 1.25:.4f}")

# %% [markdown]
# One layer uses both variances: torch *normalizes* with the biased one, and *stores* the unbiased one.
#
# With `momentum=None`, torch gives every batch the same weight: after `seen` earlier batches, the running statistics are the plain mean over all batches, the new one included.
#
# **Question `running_statistics` ••, 3 points.** `mean` and `var` are the running statistics, `X` is a new batch whose rows are examples, and `seen` tells how many batches came before. Return the new mean and the new variance, as torch would store them. The mean gives ½ point and the variance 1 point, once where `momentum` is a number, and once where it is None.
#
# Stuck? Run `hint("running_statistics")`.


# %% answer running_statistics
def running_statistics(mean, var, X, momentum, seen):
    """The running mean and variance after the batch X, as torch keeps them."""
    ### BEGIN SOLUTION
    weight = 1 / (seen + 1) if momentum is None else momentum
    new_mean = mean + weight * (X.mean(axis=0) - mean)
    new_var = var + weight * (X.var(axis=0, ddof=1) - var)
    return new_mean, new_var
    ### END SOLUTION


# %% check running_statistics
check("running_statistics", running_statistics)

# %% demo let the layer remember 60 batches
trial = np.zeros(4), np.ones(4), penguins.x[:16].astype(float), 0.1, 0
my_statistics = yours(running_statistics, torch_statistics, *trial)
flipper, rng = penguins.x[fit][:, 2:3].astype(float), np.random.default_rng(0)
mean, var, path = np.zeros(1), np.ones(1), []
for seen in range(60):
    rows = rng.integers(len(flipper), size=16)
    mean, var = my_statistics(mean, var, flipper[rows], 0.1, seen)
    path.append(mean[0])
true_mean = flipper.mean()
title = f"After 10 batches the layer remembers {path[9]:.0f} mm, not {true_mean:.0f} mm"
fig, ax = draw.figure(title, "batches seen", "flipper length in mm")
draw.line(ax, range(1, 61), path, draw.TAPE, "running mean")
draw.line(ax, [1, 60], [true_mean] * 2, draw.OTHER, "mean of all birds")
draw.show(fig, alt=f"{title}. After 60 batches it is {path[-1]:.0f} mm.")

# %% [markdown]
# The first values, mean 0 and variance 1, come from no data. Each batch multiplies their weight by 1 − momentum: after 10 batches it is still 0.9¹⁰ = 35%. A network evaluated early uses them.
#
# At test time no statistic depends on the batch: the layer multiplies each feature by a number and adds another. It is **affine**, linear plus a bias. With a linear layer right before it, and no activation between, the norm makes one affine map. Programs that only predict **fold** the norm into that layer: then the norm takes no time.
#
# **Question `folded` •, 2 points.** The layer z = Wx + b is followed by batch normalization at test time, with the running statistics `mean` and `var`. W is out × in; the five vectors have a number for each output. Return W (1 point) and b (1 point) of one linear layer that does both.
#
# Stuck? Run `hint("folded")`.


# %% answer folded
def folded(W, b, mean, var, gamma, beta, eps):
    """W and b of one layer that computes the layer and its norm at test time."""
    ### BEGIN SOLUTION
    scale = gamma / np.sqrt(var + eps)
    return scale[:, None] * W, scale * (b - mean) + beta
    ### END SOLUTION


# %% check folded
check("folded", folded)

# %% [markdown]
# ### Forget one line
#
# The next classifier has a batch normalization after its hidden layer. In evaluation mode it classifies every held-out penguin correctly. Now someone forgets `model.eval()`, and asks in training mode, 16 birds at a time.
#
# **Guess two accuracies:** what fraction of the held-out birds is classified correctly in *training* mode, if the birds come shuffled (the mean of ten shuffles)? And if they come sorted by species?

# %%
guess_shuffled, guess_sorted = ..., ...


# %% demo ask the classifier in both modes
def classifier():
    """A function that asks one trained classifier."""
    model = network((4, 10, 3), np.random.default_rng(0), norm=True)
    model = trained(model, X, species, 120, rate=0.1)

    def accuracy(order, training):
        """The fraction classified correctly, 16 birds at a time in this order."""
        parts = [order[i : i + 16] for i in range(0, len(order), 16)]
        logits = [model.train(training)(X_held[part]).data for part in parts]
        classes = np.concatenate(logits).argmax(axis=1)
        return np.mean(classes == species_held[order])

    return accuracy


accuracy = classifier()
rng, in_order = np.random.default_rng(0), np.argsort(species_held, kind="stable")
print(f"in evaluation mode: {accuracy(in_order, training=False):.1%}")
orders = [rng.permutation(len(held)) for _ in range(10)]
shuffled = [accuracy(order, training=True) for order in orders]
beside(guess_shuffled, np.mean(shuffled))
print(f"in ten shuffles from {min(shuffled):.3f} to {max(shuffled):.3f}")
beside(guess_sorted, accuracy(in_order, training=True))

# %% [markdown]
# Shuffled batches look like training batches: the mistake costs about 2 birds of 100, which is easily taken for chance. In a batch of one species, the norm subtracts the species' mean: little tells species apart. Each such call also moves the running statistics.
#
# ## Go backward through the batch
#
# If a whole column of X moves by one number, the output doesn't change. And if the weights W of the layer before the norm are multiplied by 10, the norm removes the factor, as long as the variance is far above eps. (A bias before the norm is removed with the mean.)
#
# **Guess two numbers:** what is the sum of a column of dX? With W ten times larger, by which number is the gradient with respect to W multiplied?

# %%
guess_column_sum, guess_gradient_factor = ..., ...


# %% demo ask torch for the gradients
def torch_backward(g, X, gamma, eps):
    import torch

    X, gamma = (torch.tensor(a, requires_grad=True) for a in (X, gamma))
    beta = torch.zeros(len(gamma), dtype=X.dtype, requires_grad=True)
    Y = torch_by_columns(X, gamma, beta, eps)
    found = torch.autograd.grad(Y, (X, gamma, beta), torch.as_tensor(g))
    return tuple(d.numpy() for d in found)


rng = np.random.default_rng(0)
g, inputs, W = (rng.normal(size=size) for size in ((32, 5), (32, 4), (5, 4)))
dX = torch_backward(g, inputs @ W.T, np.ones(5), 1e-12)[0]
large_dX = torch_backward(g, inputs @ (10 * W).T, np.ones(5), 1e-12)[0]
beside(guess_column_sum, np.round(dX.sum(axis=0)[0], 9))
beside(guess_gradient_factor, np.mean(large_dX.T @ inputs / (dX.T @ inputs)))

# %% [markdown]
# Where moving a column changes nothing, its gradients sum to 0. And the loss doesn't change when W grows, but the gradient with respect to W shrinks: with plain gradient descent, large weights before a batch normalization learn slowly.
#
# An entry of X reaches its own output directly. Through the mean and through the variance of its column, it reaches every output of the column. The gradient with respect to x̂ is dx̂ = γ ⊙ g, and the direct way gives dX the term dx̂ / √(var + eps). Derive the other two terms on paper, with ∂μ/∂xᵢ = 1/n and ∂var/∂xᵢ = 2 (xᵢ − μ)/n.
#
# **Question `batch_norm_backward` •••, 4 points.** Return the gradients `dX` (2 points), `dgamma` and `dbeta` (1 point each) of batch normalization in training, in this order, as a tuple. `g` is the upstream gradient.
#
# Stuck? Run `hint("batch_norm_backward")`.


# %% answer batch_norm_backward
def batch_norm_backward(g, X, gamma, eps):
    """The gradients of batch_norm in training: dX, dgamma, dbeta."""
    ### BEGIN SOLUTION
    root = np.sqrt(X.var(axis=0) + eps)
    x_hat = (X - X.mean(axis=0)) / root
    dx_hat = gamma * g
    by_variance = x_hat * (dx_hat * x_hat).mean(axis=0)
    dX = (dx_hat - dx_hat.mean(axis=0) - by_variance) / root
    return dX, (g * x_hat).sum(axis=0), g.sum(axis=0)
    ### END SOLUTION


# %% check batch_norm_backward
check("batch_norm_backward", batch_norm_backward)

# %% demo add up the columns of three gradients
Z, ones, zeros = inputs @ W.T, np.ones(5), np.zeros(5)
trial = g, Z, np.arange(1.0, 6), 0.1
my_backward = yours(batch_norm_backward, torch_backward, *trial)
x_hat, spread = my_batch_norm(Z, ones, zeros, 0.0), Z.std(axis=0)
ways = {"complete": my_backward(g, Z, ones, 0.0)[0]}
ways |= {"no variance": (g - g.mean(axis=0)) / spread, "direct alone": g / spread}
for name, dX in ways.items():
    of_dX, of_product = (np.abs(d.sum(axis=0)).max() for d in (dX, x_hat * dX))
    print(f"{name:12}  largest column sum of dX {of_dX:.1e}", end=", ")
    print(f"of x̂ ⊙ dX {of_product:.1e}")

# %% [markdown]
# Column sums are a test without a second program: those of dX must be 0, and with eps = 0 those of x̂ ⊙ dX, too. If the direct term is right and another is missing, the sum that isn't 0 tells which. Two zeros are no proof: a wrong factor, such as 1/var for 1/√var, changes neither. In evaluation mode mean and variance are constants: only the direct term is left.
#
# ## Choose another axis
#
# **Layer normalization** takes mean and variance of each *example*, over its features. γ and β still belong to the features. Nothing depends on other examples, so training and evaluation are alike.
#
# Between both lies **group normalization**: the features of an example form groups, each with its own mean and variance. In the figure an example has features at each of several *places*, as an image has colours at each pixel. All places share one mean. Press Next.

# %% demo show which entries share a mean
draw.cube(
    5,
    6,
    4,
    {
        "Batch normalization takes 6 means, one for each feature": (
            lambda example, feature, place: feature == 5
        ),
        "Layer normalization takes 5 means, one for each example": (
            lambda example, feature, place: example == 0
        ),
        "Group normalization takes 10, one for each half of an example": (
            lambda example, feature, place: example == 0 and feature >= 3
        ),
        "Instance normalization takes 30, one for each feature of an example": (
            lambda example, feature, place: example == 0 and feature == 5
        ),
    },
)

# %% [markdown]
# On the last page, **instance normalization**, each feature is a group. (For sequences, layer normalization takes each place by itself; so does the library's.) From here on an example is one row of features, without places.
#
# **Question `group_norm` •, 2 points.** Write group normalization. The features of each row fall into `groups` groups of equal size; neighbours form a group. `gamma` and `beta` have one entry for each feature. Variances are biased.
#
# Stuck? Run `hint("group_norm")`.


# %% answer group_norm
def group_norm(X, groups, gamma, beta, eps):
    """Each group of each row with mean 0 and variance 1, then times gamma, plus beta."""
    ### BEGIN SOLUTION
    parts = X.reshape(len(X), groups, -1)
    mean = parts.mean(axis=2, keepdims=True)
    var = parts.var(axis=2, keepdims=True)
    x_hat = (parts - mean) / np.sqrt(var + eps)
    return gamma * x_hat.reshape(X.shape) + beta
    ### END SOLUTION


# %% check group_norm
check("group_norm", group_norm)


# %% demo normalize the 100 batches by layer
def torch_group_norm(X, groups, gamma, beta, eps):
    import torch

    X, gamma, beta = map(torch.as_tensor, (X, gamma, beta))
    return torch.nn.functional.group_norm(X, groups, gamma, beta, eps).numpy()


trial = X[:20], 2, np.array([1.0, 2, 3, 4]), np.ones(4), 0.1
my_group_norm = yours(group_norm, torch_group_norm, *trial)
firsts = [my_group_norm(batch, 1, *unit)[0] for batch in batches]
outputs = np.unique(firsts, axis=0)
print(f"different outputs for one penguin in {len(batches)} batches: {len(outputs)}")

# %% [markdown]
# With `groups=1` your function is layer normalization: in all 100 batches, the first penguin got the same row.
#
# ### Train on a batch of one
#
# With a large model, memory may have room for few examples, sometimes for one.
#
# **Question `batch_of_one` •, 1 point.** A network is trained with your `batch_norm` on batches of one. What is the norm's output, and what do the layers before it learn? Why does torch refuse such a batch in training? Name two remedies. Answer in two to four sentences.
#
# Stuck? Run `hint("batch_of_one")`.

# %% explain batch_of_one [markdown]
# **`batch_of_one`, in your words:**
#
# ### BEGIN SOLUTION
# One value equals its mean, so x̂ is 0 and the output is β, whatever X is. The gradient of X is 0: nothing before the norm learns. The unbiased variance would be 0/0. Remedies: larger batches; layer or group normalization; evaluation mode, with running statistics that are known.
#
# - ½ point: the output is β and the gradient 0, so the layers before learn nothing. That is reason enough to refuse; 0/0 in the stored variance is another.
# - ½ point: two of the remedies.
# ### END SOLUTION

# %% demo normalize a batch of one
alone = X[:1], 2 * np.ones(4), 3 * np.ones(4), 1e-5
print("output with gamma 2, beta 3:", my_batch_norm(*alone)[0])
dX = my_backward(np.ones((1, 4)), *alone[:2], 1e-5)[0]
print("dX:", np.abs(dX[0]))
try:
    torch_batch_norm(*alone)
except ValueError as error:
    print("torch says:", error)

# %% [markdown]
# ## Read the library's lines beside yours
#
# `chainrule.layers` has `Dropout`, `BatchNorm` and `LayerNorm`. Find your own lines in them. The engine goes backward through these layers, like yours in `04_tensors`. Only `ops.normalize` has a backward rule of its own: the last function below, with your three terms.

# %% demo print the library's lines
from inspect import getsource
from textwrap import dedent


def print_the_library():
    from chainrule.layers import BatchNorm, Dropout, LayerNorm
    from chainrule.ops.sums import _normalize_rule

    methods = Dropout.__call__, BatchNorm.__call__, BatchNorm._remember
    for function in (*methods, LayerNorm.__call__, _normalize_rule):
        print(f"# {function.__qualname__}\n{dedent(getsource(function))}")


print_the_library()


# %% demo compare the library's layers with yours
def of_the_library(X):
    """What the library's layers give and remember in training, as arrays."""
    from chainrule import layers

    norm, by_row = layers.BatchNorm(4, dtype=float), layers.LayerNorm(4, dtype=float)
    dropped = layers.Dropout(0.2, np.random.default_rng(7))(X)
    outputs = norm(X).data, by_row(X).data
    return dropped, *outputs, norm.running_mean, norm.running_var


uniform = np.random.default_rng(7).random(X.shape)
mine = [my_dropped(X, uniform, 0.2, True), my_batch_norm(X, *unit)]
mine += [my_group_norm(X, 1, *unit), *my_statistics(np.zeros(4), np.ones(4), X, 0.1, 0)]
what = "dropout", "batch norm", "layer norm", "running mean", "running variance"
for name, own, other in zip(what, mine, of_the_library(X), strict=True):
    print(f"{name:17} largest gap {np.abs(own - other).max():.0e}")

# %% [markdown]
# ## Say what you can do now
#
# - Write dropout with the right scaling, and its backward pass with the same mask.
# - Ask of any p whether it is the probability of keeping or of dropping.
# - Say which mean one pass at test time gives: that of the logits, and the renormalized geometric mean of the probabilities, if the masks stand before the last layer.
# - Write batch normalization in training and at test time, forward and backward.
# - Say which variance is used where, and test a gradient by two column sums.
# - Say what a norm protects from, and choose its axis by what the data and the batch allow.
#
# ### Hand in
#
# Run both notebooks of this unit, `10_generalization` and `11_dropout_and_norms`, from top to bottom, and save them. In Colab: File, Download, Download .ipynb. Hand in both files, with their names unchanged. First see where you stand:

# %% demo see where you stand
check_all("11_dropout_and_norms", globals())

# %% [markdown]
# ## Stretch, for no points
#
# **Normalize by the root mean square.** RMSNorm divides each row by √(mean of x² + eps), and subtracts no mean. Derive its backward rule. Which of the three terms is missing?
#
# **Ask many networks at test time.** Keep dropout on, and average the probabilities of 10, 100 and 1,000 random masks. How fast do they come near the mean over all 1,024? (The method is called Monte Carlo dropout.)
#
# **Drop weights.** *DropConnect* masks the entries of W, not the units. Is one pass still the renormalized geometric mean?
#
# ## Read on
#
# - Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov: *Dropout*, [JMLR 15](https://jmlr.org/papers/v15/srivastava14a.html), 2014. Section 10 has the Gaussian noise.
# - Baldi, Sadowski: *Understanding Dropout*, [NeurIPS 2013](https://papers.nips.cc/paper_files/paper/2013/hash/71f6278d140af599e06ad9bf1ba03cb0-Abstract.html): the geometric mean.
# - Ioffe, Szegedy: *Batch Normalization*, [arXiv 1502.03167](https://arxiv.org/abs/1502.03167), 2015.
# - Ba, Kiros, Hinton: *Layer Normalization*, [arXiv 1607.06450](https://arxiv.org/abs/1607.06450), 2016. Wu, He: *Group Normalization*, [arXiv 1803.08494](https://arxiv.org/abs/1803.08494), 2018.
# - PyTorch: [`Dropout`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html), [`BatchNorm1d`](https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html).

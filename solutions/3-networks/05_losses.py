# %% [markdown]
# # Choose a loss that teaches
#
# A classifier gives every class a score. Training needs one number that says how bad the scores are, and a slope that says how to make them better. That number is the **loss**.
#
# At the end of this notebook, two classifiers name penguins equally well, and the loss of one of them can't fall below 0.551. No error message tells you why; you find the reason.

# %% [markdown]
# **You'll do:** see why gradient descent can't use accuracy; turn scores into probabilities; write entropy, cross-entropy and a divergence; write a loss that stays finite, and its gradient; train a classifier with them.
#
# **You'll learn:** which changes softmax ignores; where cross-entropy comes from; why libraries ask for logits.
#
# **You need:** the backward rules of `04_tensors`, logarithms, the expected value (mean) of a random variable, sums over an axis in NumPy.
#
# **Time:** about 4 hours, 1 of reading and 3 of exercises.
#
# {questions} Every check draws fresh numbers. `double_softmax_floor` has numbers of your own: put your id into `STUDENT` below before you begin. {dots}
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, data, draw, hint, numbers
from chainrule.guess import beside

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## See why accuracy can't teach
#
# **Accuracy** is the fraction of examples that are named correctly, so the error rate is 1 − #correct / #total. Why not take the error rate as the loss, and go downhill?
#
# Take the simplest classifier: it calls a penguin a Gentoo if the flipper is at least as long as a threshold. The threshold is its only parameter.
#
# **Guess:** what is the slope of the error rate at a threshold of 203.3 mm? Replace the dots below, then run the next cells. A guess is never graded.

# %%
guess_slope = ...

# %% demo measure the slope, then draw the error rate
penguins = data.load("penguins")
flipper, is_gentoo = penguins.x[:, 2], penguins.y == 2


def error_rate(threshold):
    """The fraction of penguins that the threshold names wrongly."""
    return np.mean((flipper >= threshold) != is_gentoo)


slope = (error_rate(203.31) - error_rate(203.29)) / 0.02
beside(guess_slope, slope)
thresholds = np.arange(190, 225, 0.01)
rates = np.array([error_rate(threshold) for threshold in thresholds])
jumps = np.count_nonzero(np.diff(rates))
title = f"The error rate jumps {jumps} times here, and is flat elsewhere"
fig, ax = draw.figure(title, "threshold in mm", "error rate")
draw.line(ax, thresholds, rates, draw.TAPE, "error rate")
draw.show(fig, alt=f"{title}: a staircase that falls to {rates.min():.1%}, then rises.")

# %% [markdown]
# Between two birds nothing changes when the threshold moves, so the slope is 0. Where the error rate changes, it jumps, and has no slope at all. The gradient of accuracy is 0 **almost everywhere**, so it doesn't say in which direction the threshold should go.
#
# The remedy is a loss that also counts *how* right or wrong a score is.
#
# ### Count in margins
#
# Two classes get the labels y = 1 and y = −1 (later y is 1 or 0, or a class's number). The classifier gives one score z, whose sign is the decision. The **margin** m = y·z is positive when the decision is right, and large when the score is far on the right side. Three losses of a margin:
#
# |loss|formula|
# |:--|:--|
# |0/1 loss|1 if m ≤ 0, else 0 (here m = 0 counts as an error)|
# |hinge loss|max(0, 1 − m)|
# |log-loss, or logistic loss|log(1 + exp(−m))|
#
# The mean of the 0/1 loss is the error rate.

# %% demo draw three losses of a margin
m = np.linspace(-3, 3, 601)
title = "Where decisions are wrong, only the 0/1 loss is flat"
fig, ax = draw.figure(title, "margin m", "loss")
draw.line(ax, m, np.log1p(np.exp(-m)), draw.TAPE, "log-loss")
draw.line(ax, m, np.maximum(0, 1 - m), draw.HAND, "hinge")
draw.line(ax, m, 1.0 * (m <= 0), draw.OTHER)
ax.text(-2.9, 1.08, "0/1 loss")
draw.show(fig, alt=f"{title}. The 0/1 loss is flat on both sides of a jump at 0.")

# %% [markdown]
# In `00` one outlier outweighed all other examples, because the slope of a square grows with the error. Along the score, the slopes of hinge and log-loss are at most 1 in size, however wrong the score is.
#
# **Question `hinge_gradient` •, 2 points.** The rows of `X` are examples, `y` holds labels 1 and −1, and the scores are `X @ w`. Return the gradient of the *mean* hinge loss with respect to `w`. No margin is exactly 1, where the hinge has a kink.
#
# Stuck? Run `hint("hinge_gradient")` in a cell of your own.


# %% answer hinge_gradient
def hinge_gradient(w, X, y):
    """The gradient of mean(max(0, 1 - y * (X @ w))) with respect to w."""
    ### BEGIN SOLUTION
    pulls = y * (X @ w) < 1
    return -(pulls * y) @ X / len(X)
    ### END SOLUTION


# %% check hinge_gradient
check("hinge_gradient", hinge_gradient)

# %% [markdown]
# ### Tell a kink from a jump
#
# The hinge has a kink at m = 1, and no derivative there. This kink does no harm, because the hinge is **convex** (no chord of its graph runs below the graph) and so has subgradients there, as in `02_graphs_by_hand`. A number s is a subgradient of f at m₀ if the line through (m₀, f(m₀)) with slope s never rises above f:
#
# $$f(m) \ge f(m_0) + s\,(m - m_0) \quad \text{for all } m.$$
#
# At the hinge's kink every s from −1 to 0 is a subgradient. Some texts say that the 0/1 loss, too, has "no derivative but a subgradient" at its jump ([F32]({corrections})).
#
# **Question `no_subgradient` ••, 1 point.** Show that the 0/1 loss of the table has no subgradient at m = 0. Then show that s = −½ is a subgradient of the hinge at m = 1. Answer in two to four sentences.
#
# Stuck? Run `hint("no_subgradient")`.

# %% explain no_subgradient [markdown]
# **`no_subgradient`, in your words:**
#
# ### BEGIN SOLUTION
# f(0) = 1. For m > 0 the inequality says s ≤ −1/m, which falls below every number as m goes to 0. For the hinge, the line is −½(m − 1). Where m ≥ 1, the line is at most 0, and the hinge is 0. Where m < 1, the line is half the hinge, ½(1 − m).
#
# - ½ point: the inequality for small m > 0, with f(0) = 1; s would lie below every number. If an answer says that it counts m = 0 as right: a proof that s = 0 (m > 0 gives s ≤ 0, m → −∞ gives s ≥ 0).
# - ½ point: the hinge lies above the line on both sides of the kink.
# ### END SOLUTION

# %% [markdown]
# ## Replace hard functions by soft ones
#
# The log-loss is a smooth stand-in for a jump. Other functions with jumps or kinks have stand-ins as well:
#
# |hard|soft|
# |:--|:--|
# |step: 1 if z > 0, else 0|sigmoid σ(z) = 1 / (1 + exp(−z))|
# |sign|tanh(z)|
# |arg max, as a row: 1 at the largest score, 0 elsewhere|softmax: exp(zᵢ) / Σₖ exp(zₖ)|
# |max|log-sum-exp: log Σₖ exp(zₖ)|
#
# The name softmax misleads. Softmax is a soft *arg max*: it says *where* the maximum is. The soft *maximum* is log-sum-exp.
#
# **Guess:** what is log-sum-exp of (1, 2, 4)?

# %%
guess_soft_maximum = ...


# %%
def softmax(z):
    """Probabilities along the last axis, as in 04_tensors."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# %% demo compute log-sum-exp, and its slopes by central differences
def log_sum_exp(z):
    return np.log(np.exp(z).sum())


three = np.array([1.0, 2.0, 4.0])
beside(guess_soft_maximum, log_sum_exp(three))
steps = 1e-6 * np.eye(3)
slopes = [(log_sum_exp(three + s) - log_sum_exp(three - s)) / 2e-6 for s in steps]
print("slopes of log-sum-exp", np.round(slopes, 6))
print("softmax              ", softmax(three).round(6))

# %% [markdown]
# By the chain rule, the slope of log Σₖ exp(zₖ) along zᵢ is exp(zᵢ) / Σₖ exp(zₖ). So **the gradient of log-sum-exp is softmax**, and the last two lines agree.
#
# ## Turn scores into probabilities
#
# A label can be written as a **one-hot** row: a 1 at its class, 0 elsewhere. The islands on which the penguins live become
#
# |island|Biscoe|Dream|Torgersen|
# |:--|--:|--:|--:|
# |Biscoe|1|0|0|
# |Dream|0|1|0|
# |Torgersen|0|0|1|
#
# A one-hot row is a probability distribution: nothing is negative, and the sum is 1. One class is certain. To compare scores with such a row, we turn the scores into probabilities too.

# %% [markdown]
# There are two obvious ways. **Normalising** divides by the sum: zᵢ / Σₖ zₖ. **Softmax** takes exponentials first. The scores that go into softmax are called **logits**: of the scores z and 0, softmax makes p = σ(z) and 1 − p, and z = log(p / (1 − p)) is the *logit* of p.
#
# Softmax turns the scores 1 and 2 into the probabilities 0.27 and 0.73.
#
# **Guess:** softmax turns the scores 1.3, 5.1, 2.2, 0.7 and 1.1 into five probabilities, and 10 and 20 into two. What is the second of the five, and the first of the two?

# %%
guess_second_of_five, guess_first_of_two = ..., ...


# %% demo compare both ways
def normalise(z):
    """Each score divided by the sum of all."""
    return z / z.sum(axis=-1, keepdims=True)


five = np.array([1.3, 5.1, 2.2, 0.7, 1.1])
beside(guess_second_of_five, softmax(five)[1])
beside(guess_first_of_two, softmax(np.array([10.0, 20.0]))[0])
print("normalised", normalise(five).round(2), " softmax", softmax(five).round(2))
with np.printoptions(suppress=True):  # 0.00005 and not 5e-05
    for pair in ([1, 2], [10, 20], [11, 12], [20, 30]):
        shares, soft = normalise(np.array(pair)), softmax(np.array(pair))
        print(f"{pair!s:9} normalised {shares.round(2)!s:12} softmax {soft.round(5)}")

# %% [markdown]
# Normalising ignores a factor of ten. Softmax looks at the *differences* of the scores, so it ignores an added ten.
#
# In the next figure one score slides down while the other two stay.


# %% demo show both maps while one score falls
def listed(z, form="{:.2f}"):
    return ", ".join(map(form.format, z)).replace("-", "−")


def both_maps(z, title):
    """Bars for both maps of three scores."""
    fig, ax = draw.figure(title, "score", "share or probability")
    ax.axhspan(0, 1, color="#eeeeee", zorder=0)
    groups = {"normalised": (normalise(z), draw.HAND)}
    groups["softmax"] = softmax(z), draw.TAPE
    draw.bars(ax, listed(z, "{:g}").split(", "), groups)
    ax.set_ylim(-1.25, 1.75)
    return fig


title = "Only softmax stays in 0 to 1 when a score is negative"
scores = [np.array([1, 2, t]) for t in (4, 2, 0, -0.5, -1, -1.5)]
captions = [
    f"Scores {listed(z, '{:g}')}: normalised {listed(normalise(z))}; "
    f"softmax {listed(softmax(z))}."
    for z in scores
]
pictures = [both_maps(z, title) for z in scores]
draw.frames(pictures, captions, alt=f"{title}: one score falls.")

# %% [markdown]
# Normalising needs scores that are not negative, with a sum above 0: it turns 1, 2 and −2.9 into 10, 20 and −29. Softmax takes any scores.
#
# **Question `left_unchanged` •, 2 points.** Write a test for *any* map from scores to probabilities. `probabilities` is a function, and `z` an array of positive scores. Return a list of two booleans, True for yes:
#
# 1. Do the probabilities stay the same when all scores are multiplied by a positive number?
# 2. Do they stay the same when a number is added to all scores?
#
# Try one factor and one shift of your choice.
#
# Stuck? Run `hint("left_unchanged")`.


# %% answer left_unchanged
def left_unchanged(probabilities, z):
    """Whether probabilities(z) survives scaling all of z, and shifting all of z."""
    ### BEGIN SOLUTION
    p, scaled, shifted = map(probabilities, (z, 2 * z, z + 1))
    return [np.allclose(scaled, p), np.allclose(shifted, p)]
    ### END SOLUTION


# %% check left_unchanged
check("left_unchanged", left_unchanged)

# %% [markdown]
# A shift leaves softmax unchanged. So probabilities tell the logits of a row only up to a number that is added to all of them.
#
# **Question `logits_for` ••, 2 points.** Each row of `p` holds positive probabilities that sum to 1. Many rows of logits have this row as their softmax. Return, for each row, the logits whose mean is 0.
#
# Stuck? Run `hint("logits_for")`.


# %% answer logits_for
def logits_for(p):
    """Logits with softmax p, and mean 0 along the last axis."""
    ### BEGIN SOLUTION
    log_p = np.log(p)
    return log_p - log_p.mean(axis=-1, keepdims=True)
    ### END SOLUTION


# %% check logits_for
check("logits_for", logits_for)

# %% [markdown]
# ## Count surprise
#
# **From here on, p is the label and q the prediction**, as in information theory. (In `00`, `04` and `06`, p is the prediction, and H a layer's result.)
#
# The **surprise** at an event (its information content) is −log q, where q is its predicted probability: 0 for q = 1, and larger for a smaller q. With the natural logarithm, the unit is the **nat**.
#
# If classes occur with the probabilities p, and p itself is the prediction, the mean surprise is the **entropy**
#
# $$H(p) = -\sum_k p_k \log p_k.$$
#
# Three equal probabilities have the entropy log 3 = 1.099 nats; a certain class has the entropy 0. A class with p = 0 adds nothing: 0 · log 0 counts as 0, though NumPy computes NaN.
#
# **Question `entropy` •, 1 point.** Return the entropy of `p` in nats. `p` has one axis, and entries may be 0.
#
# Stuck? Run `hint("entropy")`.


# %% answer entropy
def entropy(p):
    """The mean surprise -sum(p log p), where 0 log 0 is 0."""
    ### BEGIN SOLUTION
    p = p[p > 0]
    return -np.sum(p * np.log(p))
    ### END SOLUTION


# %% check entropy
check("entropy", entropy)

# %% [markdown]
# Now let classes occur with the probabilities p, and let q be the prediction. The mean surprise is the **cross-entropy**
#
# $$H(p, q) = -\sum_k p_k \log q_k.$$
#
# A zero in p differs from a zero in q. Where p is 0, the class never occurs, and the term is 0. Where only q is 0, a class occurs that the prediction ruled out: the surprise is infinite.
#
# **Question `cross_entropy` •, 2 points.** Return the cross-entropy of `p` and `q`, which have one axis: 1 point where all entries are positive, 1 point where some are 0. Return `np.inf` where the cross-entropy is infinite.
#
# Stuck? Run `hint("cross_entropy")`.


# %% answer cross_entropy
def cross_entropy(p, q):
    """The mean surprise -sum(p log q); infinite where q alone is 0."""
    ### BEGIN SOLUTION
    occurs = p > 0
    with np.errstate(divide="ignore"):
        return -np.sum(p[occurs] * np.log(q[occurs]))
    ### END SOLUTION


# %% check cross_entropy
check("cross_entropy", cross_entropy)

# %% [markdown]
# No prediction has a lower mean surprise than p itself. The surprise that q adds on average is the **Kullback-Leibler divergence**, KL for short:
#
# $$\mathrm{KL}(p \,\|\, q) = H(p, q) - H(p) = \sum_k p_k \log \frac{p_k}{q_k}.$$
#
# **Guess:** p = (0.9, 0.1) and q = (0.5, 0.5) have KL(p‖q) = 0.368. What is KL(q‖p)?

# %%
guess_reversed = ...


# %% demo measure both divergences
def kl(p, q):
    """The KL divergence of positive distributions."""
    return np.sum(p * np.log(p / q))


p, q, r = (np.array([a, 1 - a]) for a in (0.9, 0.5, 0.1))
beside(guess_reversed, kl(q, p), "nats")
print(
    f"r = {r}: KL(p‖q) + KL(q‖r) = {kl(p, q) + kl(q, r):.3f}, KL(p‖r) = {kl(p, r):.3f}"
)

# %% [markdown]
# KL is never negative, and 0 only for q = p. (log x ≤ x − 1, and both are equal only at x = 1. Put in x = qₖ/pₖ, multiply by pₖ, and sum over k: the left side becomes −KL, the right side at most 0.)
#
# But KL is no distance. KL(p‖q) and KL(q‖p) differ. The sum KL(p‖q) + KL(q‖r) can be *smaller* than KL(p‖r), as with the three distributions printed above: then the detour through q is shorter than the direct way. KL may even be infinite. So it is called a **divergence**.
#
# The next figure shows all distributions over three classes as a triangle, the **simplex**. At a corner one class is certain. Each arrow starts at a prediction q, and ends where q stands after its logits have taken one step downhill on KL(p‖q), with rate 1. (You derive the gradient below.)

# %% demo draw KL as arrows
grid = np.array([[a, b, 9 - a - b] for a in range(1, 8) for b in range(1, 9 - a)]) / 9
target = np.array([0.6, 0.3, 0.1])
moved = softmax(np.log(grid) - 1.0 * (grid - target))
title = "Downhill on KL(p‖q), every prediction q moves toward p"
fig, ax = draw.simplex(title, ["Biscoe", "Dream", "Torgersen"])
look = {"arrowstyle": "->", "color": "#2347b5", "mutation_scale": 7}
for start, end in zip(draw.place(grid), draw.place(moved), strict=True):
    ax.annotate("", end, start, arrowprops=look)
ax.plot(*draw.place(target), "o", color="#c8502d", markersize=9)
ax.annotate(
    "p", draw.place(target), (-3, -16), textcoords="offset points", color="#c8502d"
)
draw.show(fig, alt=f"{title}: 28 arrows in a triangle. They are short near p.")

# %% [markdown]
# Two facts make cross-entropy the loss of classifiers. H(p) doesn't depend on q, so H(p, q) and KL(p‖q) have the same gradient with respect to q. And a one-hot label has H(p) = 0: there KL and cross-entropy are equal, and one term is left, **−log q of the right class**.
#
# If n examples are independent, the model's probability of all n right classes is the product of their n probabilities q. This product is called the **likelihood**. Minus its logarithm is the sum of the n losses, the **negative log-likelihood** (NLL). So the lowest cross-entropy gives the **maximum likelihood**.

# %% [markdown]
# To compare two classifiers, neither of which is the truth (as in the last section), take the **Jensen-Shannon divergence**. It compares p and q with their middle c = (p + q) / 2, so it is symmetric and never infinite:
#
# $$\mathrm{JS}(p, q) = \tfrac12\,\mathrm{KL}(p \,\|\, c) + \tfrac12\,\mathrm{KL}(q \,\|\, c).$$
#
# **Question `jensen_shannon` ••, 2 points.** Return JS(p, q) in nats; p and q have one axis. 1 point where all entries are positive, 1 point where some are 0.
#
# Stuck? Run `hint("jensen_shannon")`.


# %% answer jensen_shannon
def jensen_shannon(p, q):
    """Half of KL(p‖c) plus half of KL(q‖c), where c is the middle of p and q."""
    ### BEGIN SOLUTION
    c = (p + q) / 2

    def to_middle(a):
        return np.sum(a[a > 0] * np.log(a[a > 0] / c[a > 0]))

    return (to_middle(p) + to_middle(q)) / 2
    ### END SOLUTION


# %% check jensen_shannon
check("jensen_shannon", jensen_shannon)

# %% [markdown]
# ## Keep the loss finite
#
# On paper the loss of a row is −log softmax(z) at the right class. On a computer that can go wrong: in `float64`, exp(z) is infinite from about z = 710 on, and rounded to 0 from about −746 down.


# %% demo compute a loss as the formula says
def loss_as_written(z, right):
    """-log softmax, with softmax as it stands in the table above."""
    return -np.log(np.exp(z[right]) / np.exp(z).sum())


with np.errstate(all="ignore"):
    for logits in ([2.0, 0.0], [0.0, -1000.0], [1000.0, 0.0]):
        first, second = (loss_as_written(np.array(logits), k) for k in (0, 1))
        print(f"logits {logits!s:14} class 0 right: {first:z.3f}", end="")
        print(f"  class 1 right: {second:z.3f}")  # z: no sign for -0.000

# %% [markdown]
# In the last two lines the true losses are 0 and 1000. Softmax has **underflowed** in the second line: exp(−1000) is rounded to 0, and −log 0 is infinite. In the third line, exp(1000) has **overflowed**: ∞/∞ is NaN for class 0, and 1/∞ is 0 for class 1, so its loss is infinite. Subtracting the maximum before exp mends the overflow only: the probability is still rounded to 0 before the logarithm is taken.
#
# The remedy is to take the logarithm on paper. For the right class y,
#
# $$-\log \frac{e^{z_y}}{\sum_k e^{z_k}} = \log \sum_k e^{z_k} - z_y.$$
#
# No probability is formed, so none can be rounded to 0. A shift prevents the overflow of exp: subtract the row's largest logit from the whole row. The loss stays the same.

# %% [markdown]
# ### Let classes count differently
#
# The islands of the last section have very different numbers of birds. **Class weights** balance them: the loss Lᵢ of row i counts `weight[y[i]]` times, where y[i] is the number of its right class. The weighted mean divides by the weights that were used:
#
# $$L = \frac{\sum_i \mathrm{weight}[y_i]\, L_i}{\sum_i \mathrm{weight}[y_i]}, \qquad L_i = -\log q_{i, y_i}.$$
#
# If all class weights are multiplied by the same positive number, L stays the same. In NumPy, `weight[y]` is the array of the rows' weights.
#
# **Question `weighted_cross_entropy` •••, 3 points.** `z` holds logits, a row for each example; `y` holds the number of each row's right class; `weight` has one number for each class. Return L: 1 point for ordinary logits, 2 points for logits near ±1000.
#
# Stuck? Run `hint("weighted_cross_entropy")`.


# %% answer weighted_cross_entropy
def weighted_cross_entropy(z, y, weight):
    """The mean of -log softmax(z) at the right classes, each weighted by weight[y]."""
    ### BEGIN SOLUTION
    z = z - z.max(axis=1, keepdims=True)
    losses = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]
    return np.sum(weight[y] * losses) / weight[y].sum()
    ### END SOLUTION


# %% check weighted_cross_entropy
check("weighted_cross_entropy", weighted_cross_entropy)

# %% [markdown]
# ## Differentiate through softmax
#
# Take one row with the one-hot label p and the prediction q = softmax(z). The loss −Σₖ pₖ log qₖ has a slope for each probability:
#
# $$\frac{\partial L}{\partial q_k} = -\frac{p_k}{q_k}.$$
#
# Together these slopes form a *vector*, the gradient with respect to q. Only its entry of the right class isn't 0.

# %% [markdown]
# Now go on to the logits. By softmax's rule from `04_tensors`, an upstream gradient g becomes q ⊙ (g − Σₖ gₖqₖ), where ⊙ multiplies entry by entry. Put g = −p/q in. The products gₖqₖ are −pₖ, and their sum is −1. So
#
# $$\frac{\partial L}{\partial z} = q \odot \left(-\frac{p}{q} + 1\right) = q - p.$$
#
# The division has gone: the gradient is the prediction minus the label. There is a shorter way: the loss is the log-sum-exp of the logits, whose gradient is softmax, minus the logit of the right class.
#
# **Guess:** three classes, all logits 0, and class 0 is right. What are the three entries of the gradient? Write them as `(…, …, …)`.

# %%
guess_gradient = ...


# %% demo ask torch for the gradient
def torch_loss(z, y, weight):
    import torch

    return torch.nn.functional.cross_entropy(*map(torch.as_tensor, (z, y, weight)))


def torch_gradient(z, y, weight):
    import torch

    z = torch.tensor(z, requires_grad=True)
    return torch.autograd.grad(torch_loss(z, y, weight), z)[0].numpy()


beside(guess_gradient, torch_gradient(np.zeros((1, 3)), [0], np.ones(3))[0])

# %% [markdown]
# The entry of the right class is negative, so a step downhill raises its logit; the other logits fall. The entries of a row sum to 0, because a shift of all logits changes nothing.
#
# **Question `logits_gradient` ••, 2 points.** Return the gradient of your `weighted_cross_entropy(z, y, weight)` with respect to `z`: 1 point for ordinary logits, 1 point for logits near ±1000.
#
# Stuck? Run `hint("logits_gradient")`.


# %% answer logits_gradient
def logits_gradient(z, y, weight):
    """The gradient of the weighted cross-entropy with respect to the logits z."""
    ### BEGIN SOLUTION
    one_hot = np.eye(z.shape[1])[y]
    return weight[y][:, None] * (softmax(z) - one_hot) / weight[y].sum()
    ### END SOLUTION


# %% check logits_gradient
check("logits_gradient", logits_gradient)

# %% [markdown]
# If a program forms the probabilities and then takes their logarithm, its backward step divides by the probabilities.
#
# **Guess:** torch differentiates −log softmax(z), written in two steps, at the logits (0, −1000, 0), where class 1 is right. How many of the three entries of the gradient are NaN?

# %%
guess_nan = ...

# %% demo differentiate two ways of writing one loss
from chainrule.standby import yours

two_rows = np.array([[0.0, -1000, 0], [0, -2, 1]])
trial = two_rows, np.array([1, 2]), np.array([1.0, 2, 3])
my_loss = yours(weighted_cross_entropy, torch_loss, *trial)
my_gradient = yours(logits_gradient, torch_gradient, *trial)


def in_two_steps(z):
    import torch

    z = torch.tensor(z, requires_grad=True)
    loss = -torch.log(torch.softmax(z, 1))[0, 1]
    return loss.item(), torch.autograd.grad(loss, z)[0][0].numpy()


given = two_rows[:1], np.array([1]), np.ones(3)
loss, by_torch = in_two_steps(given[0])
beside(guess_nan, np.isnan(by_torch).sum(), "entries")
print(f"torch, in two steps: loss {loss}, gradient {by_torch}")
print(f"for logits: loss {my_loss(*given):.2f}, gradient {my_gradient(*given)[0]}")

# %% [markdown]
# The probability of class 1 is rounded to 0, so the logarithm sends back −1/0 = −∞. Softmax's rule multiplies this by the probability: 0 · ∞ is NaN. The NaN stands in the sum Σₖ gₖqₖ, and this sum is part of every entry.
#
# ### Do it for two classes
#
# **Logistic regression** has one score z = x·w + b for each example, and the probability ŷ = σ(z) of class 1. With the label y = 1 or 0, the loss is the **binary cross-entropy**, BCE: −y log ŷ − (1 − y) log(1 − ŷ). This is the log-loss of the first section with other labels: log(1 + exp(−z)) for y = 1, log(1 + exp(z)) for y = 0.

# %% [markdown]
# Softmax of the two logits (0, z) is q = (1 − ŷ, ŷ), and the label is p = (1 − y, y). The entry of class 1 in q − p is ŷ − y, so ∂L/∂z = σ(z) − y. Derive this on paper too, from σ′ = σ(1 − σ).
#
# **Question `logistic_gradient` ••, 3 points.** The loss is the mean over the rows of `X`, with scores `X @ w + b` and labels `y` of 0 and 1. Return its gradients with respect to `w` and `b`, in this order: 1 point for each, and 1 point for scores near ±1000. A warning about overflow is no error: the result counts.
#
# Stuck? Run `hint("logistic_gradient")`.


# %% answer logistic_gradient
def logistic_gradient(w, b, X, y):
    """The gradients of the mean binary cross-entropy with respect to w and b."""
    ### BEGIN SOLUTION
    predicted = (1 + np.tanh((X @ w + b) / 2)) / 2
    r = (predicted - y) / len(X)
    return X.T @ r, r.sum()
    ### END SOLUTION


# %% check logistic_gradient
check("logistic_gradient", logistic_gradient)

# %% [markdown]
# ## Take softmax twice
#
# `torch.nn.CrossEntropyLoss` takes logits and applies softmax itself. A model whose last layer is `nn.Softmax` hands it probabilities, which then go through softmax again. The shapes fit, and no error message appears.
#
# Train two classifiers of penguin *species* from four measurements. The second one has a softmax as its last layer; all else is the same.
#
# **Guess:** what fraction of the held-out birds does the classifier *with the mistake* name correctly, from 0 to 1?

# %%
guess_accuracy = ...

# %% demo prepare the measurements
rng = np.random.default_rng(0)
fit, held = data.split(len(penguins.y), (0.7, 0.3), rng)
measurements = (penguins.x[rows].astype(float) for rows in (fit, held))
X, X_held = data.standardize(*measurements)
species, species_held = (penguins.y[rows] for rows in (fit, held))


# %% demo train once with logits and once with probabilities
def train(with_softmax):
    """Weights of a layer, and the loss before each step, as torch trains it."""
    import torch

    layer = torch.nn.Linear(4, 3, dtype=torch.float64)
    for weight in layer.parameters():
        torch.nn.init.zeros_(weight)
    model = torch.nn.Sequential(layer, torch.nn.Softmax(1)) if with_softmax else layer
    optimizer, losses = torch.optim.SGD(layer.parameters(), lr=1.0), []
    for _ in range(1000):
        optimizer.zero_grad()
        scores, labels = model(torch.tensor(X)), torch.tensor(species)
        loss = torch.nn.functional.cross_entropy(scores, labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return [w.detach().numpy() for w in layer.parameters()], losses


(W, b), once = train(with_softmax=False)
(W2, b2), twice = train(with_softmax=True)


# %% demo count the birds named correctly, and draw both losses
def accuracy(W, b):
    return np.mean((X_held @ W.T + b).argmax(1) == species_held)


beside(guess_accuracy, accuracy(W2, b2))
print(f"without the mistake: {accuracy(W, b):.4f}")
title = f"After 1,000 steps, softmax twice still costs {twice[-1]:.2f}"
fig, ax = draw.figure(title, "step", "cross-entropy")
ax.set(ylim=(0, 1.2))
draw.line(ax, range(1000), twice, draw.HAND, "softmax twice")
draw.line(ax, range(1000), once, draw.TAPE, "softmax once")
draw.show(fig, alt=f"{title}. With softmax once it falls to {once[-1]:.3f}.")

# %% [markdown]
# Here the accuracy doesn't show the mistake. A second softmax changes no decision by itself: the largest score stays the largest. The Jacobian of the softmax layer makes the gradients smaller (at the first step by the factor 1/3), but these classes are easy to tell apart. The loss shows the mistake: it stays above a floor.
#
# **Guess:** the second softmax gets three probabilities. What is the largest probability that it can give?

# %%
guess_largest_probability = ...

# %% demo take softmax of the probabilities along the triangle's edge
edge = np.linspace(0, 1, 50)[:, None]
sides = [(1 - edge) * np.eye(3)[k] + edge * np.eye(3)[k - 1] for k in (0, 2, 1)]
reached = softmax(np.concatenate(sides))
beside(guess_largest_probability, reached.max())
title = f"The second softmax gives no class more than {reached.max():.3f}"
fig, ax = draw.simplex(title, ["Adelie", "Chinstrap", "Gentoo"])
ax.fill(*draw.place(reached).T, color="#c8502d", alpha=0.25)
ax.plot(*draw.place(reached).T, color="#c8502d", linewidth=1.8)
look = {"arrowstyle": "->", "color": "#1f1f1f"}
tip, text_at = draw.place(reached[0]), (-0.22, 0.55)
ax.annotate("certain and right:\n0.576 at most", tip, text_at, arrowprops=look)
draw.show(fig, alt=f"{title}: it fills a small region with three curved sides.")

# %% [markdown]
# The second softmax takes the corners of the triangle, where a class is certain, to the tips of the shaded region. (Its sides are curved, because softmax isn't linear.) A classifier that is certain and right still has the loss −log(e / (e + 2)) = 0.551. No training can make the loss smaller.
#
# Now find the floor of your own classifier. It has K classes, and its second softmax gets *scale* times the probabilities; both numbers stand below.
#
# **Question `double_softmax_floor` ••, 2 points.** Suppose that all examples can be classified correctly. What is the lowest mean cross-entropy that your classifier can come near, however it is trained? Give at least four digits, or a formula in Python. (For three classes and scale 1 the result is 0.5514.)
#
# Stuck? Run `hint("double_softmax_floor")`.

# %%
numbers("double_softmax_floor", STUDENT)

# %% answer double_softmax_floor
### BEGIN SOLUTION
own = numbers("double_softmax_floor", STUDENT)
double_softmax_floor = np.log(1 + (own["classes"] - 1) * np.exp(-own["scale"]))
### END SOLUTION

# %% check double_softmax_floor
check("double_softmax_floor", double_softmax_floor, student=STUDENT)

# %% [markdown]
# So when a loss stops falling early although the accuracy is good, look at the last layer.
#
# ## Name the island
#
# Finally, train a classifier with your own loss. From the same measurements it should name a bird's *island*. Adelie penguins live on all three islands and look alike, so expect errors. And the classes have different sizes: 167 birds of Biscoe, 124 of Dream, 51 of Torgersen.
#
# The model, Z = XWᵀ + b with softmax, is called **multiclass logistic regression**.
#
# **Question `descend` ••, 3 points.** Start from W and b of zeros. Take `steps` steps of gradient descent with the learning rate `rate`, each on all rows of `X`. The argument `gradient` is a function like your `logits_gradient`: call `gradient(z, y, weight)`. Return W (2 points) and b (1 point). W has one row for each class; there are `len(weight)` classes.
#
# Stuck? Run `hint("descend")`.


# %% answer descend
def descend(gradient, X, y, weight, steps, rate):
    """W and b of a linear layer after some steps of gradient descent from zeros."""
    ### BEGIN SOLUTION
    W, b = np.zeros((len(weight), X.shape[1])), np.zeros(len(weight))
    for _ in range(steps):
        dZ = gradient(X @ W.T + b, y, weight)
        W = W - rate * dZ.T @ X
        b = b - rate * dZ.sum(axis=0)
    return W, b
    ### END SOLUTION


# %% check descend
check("descend", descend)


# %% demo bring along a right descent, and prepare the islands
def torch_descend(_, X, y, weight, count, rate):
    """The same descent by torch.optim.SGD, which finds the gradient itself."""
    import torch

    X, y, weight = map(torch.tensor, (X, y, weight))
    layer = torch.nn.Linear(X.shape[1], len(weight), dtype=X.dtype)
    for parameter in layer.parameters():
        torch.nn.init.zeros_(parameter)
    optimizer = torch.optim.SGD(layer.parameters(), rate)
    for _ in range(count):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(layer(X), y, weight).backward()
        optimizer.step()
    return tuple(p.detach().numpy() for p in layer.parameters())


islands = ("Biscoe", "Dream", "Torgersen")
where = np.array([islands.index(name) for name in penguins.columns["island"]])
Y, Y_held = where[fit], where[held]
balanced = len(Y) / (3 * np.bincount(Y))
my_descend = yours(descend, torch_descend, my_gradient, X, Y, balanced, 3, 0.5)

# %% [markdown]
# In the first training all class weights are 1. In the second, the weight of an island is n / (3 · the number of its birds), so each island has one third of the total weight.
#
# The **recall** of a class is the fraction of its birds that are named correctly. **Guess:** what is the recall of *Torgersen* on held-out birds after the first training, from 0 to 1?

# %%
guess_torgersen = ...


# %% demo train without and with class weights
def confusion(weight):
    """Held-out birds: a row for each island, a column for each name given."""
    W, b = my_descend(my_gradient, X, Y, weight, 500, 1.0)
    given = (X_held @ W.T + b).argmax(1)
    return np.array([np.bincount(given[Y_held == k], minlength=3) for k in range(3)])


birds, rightly = np.bincount(Y_held), {}
for kind, by_class in {"equal weights": np.ones(3), "class weights": balanced}.items():
    counts = confusion(by_class)
    rightly[kind] = np.diag(counts)
    share = rightly[kind].sum() / birds.sum()
    print(f"{kind} {by_class.round(2)}: {share:.1%} named correctly")
    names = ", ".join(f"{k} {n}" for k, n in zip(islands, counts[2], strict=True))
    print(f"  the Torgersen birds are named {names}")
beside(guess_torgersen, rightly["equal weights"][2] / birds[2])

# %% demo draw the recall of each class after both trainings
equal, weighted = rightly.values()
change = weighted - equal
title = f"Class weights gain {change[2]} Torgersen birds"
title += f", and lose {-change[:2].sum()} others"
fig, ax = draw.figure(title, "", "recall on held-out birds")
groups = {"equal weights": (equal / birds, draw.HAND)}
groups["class weights"] = weighted / birds, draw.TAPE
draw.bars(ax, islands, groups)
ax.set_ylim(0, 1.25)
each = zip(islands, equal, weighted, birds, strict=True)
told = ", ".join(f"{name} {a}, then {b} of {n}" for name, a, b, n in each)
draw.show(fig, alt=f"{title}. Right with equal weights, then class weights: {told}.")


# %% demo measure how far apart the two classifiers are
def js_by_kl(p, q):
    return (kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2


my_js = yours(jensen_shannon, js_by_kl, np.array([0.7, 0.3]), np.array([0.2, 0.8]))
layers = [my_descend(my_gradient, X, Y, w, 500, 1.0) for w in (np.ones(3), balanced)]
before, after = (softmax(X_held @ W.T + b) for W, b in layers)
apart = np.array([my_js(p, q) for p, q in zip(before, after, strict=True)])
for k, name in enumerate(("Adelie", "Chinstrap", "Gentoo")):
    print(f"{name:9} mean JS {apart[species_held == k].mean():.3f} nats")

# %% [markdown]
# With equal weights each *bird* counts the same, so errors on the few Torgersen birds cost little. With class weights each *island* counts the same. Then more held-out birds of Torgersen are named correctly, and fewer of Dream and Biscoe.
#
# The probabilities of the two classifiers differ most for Adelie penguins, the only species that lives on more than one island.
#
# Overall, slightly more birds are right. But one split shows no rule: for overall accuracy, equal weights are the usual choice. When you choose a loss, you choose what each error costs.

# %% [markdown]
# ## Say what you can do now
#
# - Say why accuracy has no useful gradient, and what replaces it.
# - Choose between normalising and softmax by what each ignores.
# - Compute entropy, cross-entropy and divergences, zeros included.
# - Write a loss from logits that stays finite, and its gradient q − p.
# - Recognise a second softmax by the floor under the loss.
#
# ### Hand in
#
# Run both notebooks of this unit, `05_losses` and `06_networks`, from top to bottom, and save them. In Colab: File, Download, Download .ipynb. Hand in both files, with their names unchanged.
#
# First see where you stand. If `double_softmax_floor` isn't written, see whether your id stands in `STUDENT`:

# %% demo see where you stand
check_all("05_losses", globals(), STUDENT)

# %% [markdown]
# ## Stretch, for no points
#
# **Prove convexity.** The second derivative of the log-loss along the score is σ(1 − σ). Write the second derivatives of logistic regression as XᵀDX / n with a diagonal D, and say why every stationary point is a minimum.
#
# **Cool softmax.** softmax(z / τ) with a *temperature* τ goes to a one-hot row as τ goes to 0, if one score is larger than all others. What becomes of τ · log-sum-exp(z / τ)?
#
# **Smooth the labels.** Give the right class 0.9, and divide 0.1 equally among all classes. Which logits have the lowest loss now, and are they finite?
#
# ## Read on
#
# - Goodfellow, Bengio, Courville: *Deep Learning*, 2016, sections 4.1 (overflow and underflow) and 6.2.2 (output units), [deeplearningbook.org](https://www.deeplearningbook.org/).
# - Bishop: *Pattern Recognition and Machine Learning*, 2006, sections 1.6 (information theory) and 4.3 (logistic regression).
# - Cover, Thomas: *Elements of Information Theory*, chapter 2.
# - Boyd, Vandenberghe: *Subgradients*, [notes for EE364b](https://web.stanford.edu/class/ee364b/lectures/subgradients_notes.pdf), Stanford.
# - PyTorch: [`CrossEntropyLoss`](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html).

# %% [markdown]
# # Do well on examples never seen
#
# A network can learn its training examples by heart and fail on all others. This notebook measures how well a model does on examples that it never saw. You learn four ways to do better, and how people fool themselves when they measure.
#
# At the end you fit ten times as many weights as there are examples. By a rule in many textbooks this must fail. Does it?

# %% [markdown]
# **You'll do:** split data without leaks; write a class that stops training in time; solve for weights under an L2 penalty; enlarge a training set; put a new last layer on a frozen network; fit more weights than rows.
#
# **You'll learn:** what leaks, what regularizes and why, and what stopping early and an L2 penalty have in common.
#
# **You need:** gradient descent, the L2 penalty (`06_networks`), softmax and cross-entropy (`05_losses`), eigenvalues of a Hessian (`07_gradient_descent`), systems of linear equations (`np.linalg.solve(M, v)` finds the w with M w = v), classes in Python. Here y holds targets, as in statistics, since t counts steps.
#
# **Time:** about 3¾ hours, 1¼ of reading and 2½ of exercises.
#
# {questions} Every check draws fresh numbers. {dots}
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, draw, hint
from chainrule.guess import beside


def softmax(z):
    """Probabilities along the last axis, as in 05_losses."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# %% [markdown]
# ## Tell learning from memorizing
#
# Take 100 images of handwritten digits, and *shuffle their labels*: an image of a 3 may now be called 8. There is nothing left to learn. A network with 200 hidden units, hence 15,010 weights and biases, takes 600 steps of gradient descent on these 100 rows.
#
# **Guess two fractions, from 0 to 1:** what fraction of its 100 training images does the network then name as their shuffled labels say? And what fraction of *new* images does it name correctly?

# %%
guess_by_heart, guess_new = ..., ...

# %% demo train on shuffled labels, then on right ones
from chainrule import data
from chainrule.small_net import SmallNet

digits = data.load("digits")
images, names = digits.x.astype(float), digits.y
order = np.random.default_rng(0).permutation(len(images))
few, valid, test = order[:200], order[1000:1400], order[1400:]
middle = images[few].mean(axis=0)
pixels = (images - middle).reshape(-1, 64)
rows = few[:100]
fractions = []
for labels in (np.random.default_rng(2).permutation(names[rows]), names[rows]):
    net = SmallNet(64, 200, 10, np.random.default_rng(1))
    net.train(pixels[rows], labels, rate=0.5, steps=600)
    fractions.append([net.accuracy(pixels[rows], labels)])
    fractions[-1].append(net.accuracy(pixels[valid], names[valid]))
beside(guess_by_heart, fractions[0][0])
beside(guess_new, fractions[0][1])
print(f"right labels: {fractions[1][0]:.0%} of the training images, ", end="")
print(f"{fractions[1][1]:.0%} of 400 new ones")

# %% [markdown]
# The network has **memorized** the shuffled labels: it names all its training images "correctly", and new images hardly better than a die with ten sides. The same network with the right labels has *learned*. Its 100 % on the training images can't tell these two apart. Only rows that took no part in training can.
#
# To do well on new examples is to **generalize**. A model that does much better on its training rows than on new ones **overfits**. A model that can fit many different functions, such as any labels of 100 images, has a large **capacity**. Whatever is done to make a model do better on new rows, even if it does worse on the training rows, is called **regularization**.

# %% [markdown]
# ## Split before you look
#
# Each row goes into one of three sets.
#
# |set|what it is for|how often you look|
# |:--|:--|:--|
# |**training set**|the weights are fitted to it|at every step|
# |**validation set**|*you* decide with it: rate, width, λ, when to stop|at every decision|
# |**test set**|it says how well the final model does|once, at the end|
#
# Each decision takes what happens to do best on the validation rows, so after many decisions their error is too good to be true. When you change the model because of a test error, the test set has become a validation set.
#
# ### Keep groups together
#
# Suppose that each of 151 Adélie penguins was caught three times. The measurements of one bird differ a little from catch to catch. From bill, flipper and mass, name the *island* of a bird. They say hardly anything about it: naming the commonest island is right for 37 %.
#
# The method is the **nearest neighbour**: find the training row that is most alike, and say its label. Put 30 % of the 453 *rows* into the validation set, at random.
#
# **Guess:** what fraction of the validation rows gets the right island?

# %%
guess_islands = ...

# %% demo catch each bird three times, and split by rows
birds = data.load("penguins")
adelie = birds.y == 0
traits = birds.x[adelie].astype(float)
island = np.unique(birds.columns["island"][adelie], return_inverse=True)[1]
rng = np.random.default_rng(0)
bird = np.arange(len(traits)).repeat(3)
caught = traits[bird] + traits.std(axis=0) * rng.normal(0, 0.15, (len(bird), 4))


def by_neighbour(held):
    """How often a held-out row has the island of its neighbour, and how often its bird."""
    scaled = caught / caught[~held].std(axis=0)
    apart = scaled[held][:, None] - scaled[~held]
    near = bird[~held][(apart**2).sum(axis=2).argmin(axis=1)]
    return np.mean(island[near] == island[bird[held]]), np.mean(near == bird[held])


right, same = by_neighbour(rng.permutation(len(bird)) < 136)
beside(guess_islands, right)
print(f"the neighbour is the same bird for {same:.0%}")

# %% [markdown]
# Seven times in ten the neighbour is *the same bird*, caught on another day. (Of the other three neighbours, one has the right island by chance.) That is a **leak**: something about the validation rows was known in training. Patients with several scans, frames of one film, and copies of one web page leak in the same way. Rows that belong together have to stay on one side.
#
# **Question `whole_groups` •, 1 point.** `groups` holds the group of each row. `order` holds each group once, shuffled. Take whole groups from the front of `order`, one after the other, until at least `least` rows are taken, and no further. (`least` is at least 1, and there are enough rows.) Return a boolean array as long as `groups`, True for each row taken.
#
# Stuck? Run `hint("whole_groups")` in a cell of your own.


# %% answer whole_groups
def whole_groups(groups, order, least):
    """Which rows belong to the first groups of `order` that have `least` rows."""
    ### BEGIN SOLUTION
    held = np.zeros(len(groups), dtype=bool)
    for name in order:
        if held.sum() < least:
            held = held | (groups == name)
    return held
    ### END SOLUTION


# %% check whole_groups
check("whole_groups", whole_groups)

# %% demo split by birds
picked = np.random.default_rng(0).permutation(len(traits))[:45]
print(f"whole birds held out: {by_neighbour(np.isin(bird, picked))[0]:.0%} right")

# %% [markdown]
# With whole birds held out, the neighbour is another bird, and no more are right than by chance.
#
# ### Fit everything on the training rows
#
# Whatever is computed *from data* is fitted: means, ranges, medians that fill gaps, and the choice of columns. All of it belongs to the training set, because the new rows aren't there yet when the model is made.
#
# **Question `fill_and_scale` •, 2 points.** Columns are measurements, all of them positive. A 0 says that nothing was measured.
#
# 1. Replace each 0 by the median of its column, found from the measured numbers of `train`.
# 2. From each column subtract the smallest number of `train`, then divide by its range in `train`, the largest number minus the smallest.
#
# Return both tables: `train` (1 point) and `held` (1 point). Do the same to both tables, with the same numbers.
#
# Stuck? Run `hint("fill_and_scale")`.


# %% answer fill_and_scale
def fill_and_scale(train, held):
    """Both tables, filled and scaled by medians and ranges of the training table."""
    ### BEGIN SOLUTION
    medians = [np.median(column[column > 0]) for column in train.T]
    train, held = (np.where(x > 0, x, medians) for x in (train, held))
    low, high = train.min(axis=0), train.max(axis=0)
    return (train - low) / (high - low), (held - low) / (high - low)
    ### END SOLUTION


# %% check fill_and_scale
check("fill_and_scale", fill_and_scale)

# %% [markdown]
# Studies like the following have been published. 50 patients, 25 of them ill; 5,000 genes measured. Step 1: choose the 20 genes whose means differ most between the ill and the others. Step 2: classify by these 20 numbers: a patient is called ill if the mean of the ill is nearer than that of the others. The patients fall into ten groups of five, the **folds**. Each fold is held out once, while the classifier is fitted to the other 45 patients. That is **cross-validation**.
#
# The next cell does the study with *random numbers* for genes.
#
# **Guess:** what fraction of the held-out patients is classified correctly?

# %%
guess_patients = ...

# %% demo do the study with random numbers
genes = np.random.default_rng(0).normal(size=(50, 5000))
ill = np.random.default_rng(1).permutation(np.arange(50) % 2)


def best_genes(rows):
    """The 20 columns whose means differ most between the ill and the others."""
    means = [genes[rows][ill[rows] == k].mean(axis=0) for k in (0, 1)]
    return np.argsort(-abs(means[1] - means[0]))[:20]


def study(choose_first):
    """The fraction of held-out patients nearer to the mean of their own kind."""
    right = []
    for fold in np.arange(50).reshape(10, 5):
        rest = np.setdiff1d(np.arange(50), fold)
        columns = best_genes(np.arange(50) if choose_first else rest)
        means = [genes[rest][ill[rest] == k][:, columns].mean(axis=0) for k in (0, 1)]
        far = [((genes[fold][:, columns] - m) ** 2).sum(axis=1) for m in means]
        right.extend((far[1] < far[0]) == ill[fold])
    return np.mean(right)


beside(guess_patients, study(choose_first=True))

# %% [markdown]
# **Question `genes_that_know` •, 1 point.** The classifier never saw the held-out patients. Why is it right so often, and what has to change in the study? Answer in two to four sentences.
#
# Stuck? Run `hint("genes_that_know")`.

# %% explain genes_that_know [markdown]
# **`genes_that_know`, in your words:**
#
# ### BEGIN SOLUTION
# The genes were chosen with all 50 labels, the held-out ones too. Of 5,000 random columns some fit 50 labels by chance, and they fit the held-out patients as well. The choice is part of the fit and belongs inside the loop: in each fold, choose the genes with the other 45 patients only.
#
# - ½ point: the choice looked at the labels of the held-out patients (a leak), so chance agreement remains.
# - ½ point: choose anew in each fold, from the training patients alone. (Or: set a test set aside before the choice.)
# ### END SOLUTION

# %% demo choose the genes anew in each fold
print(f"genes chosen inside each fold: {study(choose_first=False):.0%} correct")

# %% [markdown]
# ## Stop at the best moment
#
# Real labels have errors. So draw one label in five anew at random, in the training and the validation set alike. A network trains on 200 such digits for 500 steps, and both losses are measured after every fifth step.
#
# **Guess:** after how many of the 500 steps is the validation loss lowest?

# %%
guess_step = ...

# %% demo train on labels with errors, and watch both losses
rng = np.random.default_rng(0)
noisy = np.where(rng.random(len(names)) < 0.2, rng.integers(10, size=1797), names)
net, losses, right = SmallNet(64, 64, 10, rng), [], []
for _ in range(100):
    net.train(pixels[few], noisy[few], rate=0.5, steps=5)
    losses.append([net.loss(pixels[r], noisy[r]) for r in (few, valid)])
    right.append(net.accuracy(pixels[valid], names[valid]))
on_training, on_valid = np.array(losses).T
lowest = int(on_valid.argmin())
beside(guess_step, 5 * (lowest + 1), "steps")
print(f"digits named correctly then: {right[lowest]:.2f}; in the end: {right[-1]:.2f}")
shown = [1, 3, lowest, lowest + 3, lowest + 10, 40, 99]
figures = [draw.stopping(on_training, on_valid, now, every=5) for now in shown]
said = [
    f"Step {5 * (now + 1)}: training loss {on_training[now]:.2f}, validation loss "
    f"{on_valid[now]:.2f}; the lowest so far is {on_valid[: now + 1].min():.2f}."
    for now in shown
]
draw.frames(figures, said, alt="Both losses in training, the lowest so far marked")

# %% [markdown]
# At first the network learns what digits have in common, and both losses fall. Then it begins to memorize the wrong labels: the training loss goes on falling, and the validation loss rises. Stopping in time is called **early stopping**.
#
# Three things are needed: a validation set; **patience**, since a loss may rise a few times and fall again; and the *weights of the lowest loss*, since training goes on for a while after it.

# %% [markdown]
# ### Write the rule
#
# After each measurement, training calls `update(loss, weights)` of a **Stopper**. True says stop; before that it returns False. A loss is a finite number or NaN.
#
# - A loss **improves** if it is the first number, or more than `min_delta` below the last loss that improved. NaN never improves.
# - Count the losses in a row that don't improve. When the count is larger than `patience`, `update` returns True.
# - `best_loss` is the lowest loss so far, whether it improved or not, and `best_weights` holds the weights that had it. Of two equal losses the earlier one counts. NaN is never the lowest. Before any number, `best_loss` is np.inf and `best_weights` is None.
#
# **Guess:** min_delta is 0.5, patience is 2, and the losses are 5, 4.6, 4.4, 4.5, 3.8, 3.9, 3.8, 3.7. At which of them, counted from 1, does it stop?

# %%
guess_stop = ...

# %% [markdown]
# The table shows the first five losses.
#
# |loss|5|4.6|4.4|4.5|3.8|
# |:--|:--|:--|:--|:--|:--|
# |improves?|the first|no, 0.4 below 5|0.6 below 5|no|0.6 below 4.4|
# |in a row that don't|0|1|0|1|0|
# |`best_loss`|5|4.6|4.4|4.4|3.8|
#
# **Question `Stopper` •••, 5 points.** Write the class: 2 points for when it stops, 1 point where a loss is NaN, 2 points for `best_loss` and `best_weights`. `weights` is an array, and it has to stay as it is. Training changes it *in place*: an array that you keep goes on changing.
#
# Stuck? Run `hint("Stopper")`.


# %% answer Stopper
class Stopper:
    """Says when to stop, and keeps the weights of the lowest validation loss."""

    def __init__(self, patience, min_delta):
        ### BEGIN SOLUTION
        self.patience, self.min_delta = patience, min_delta
        self.improved = self.best_loss = np.inf
        self.best_weights, self.waited = None, 0
        ### END SOLUTION

    def update(self, loss, weights):
        """Take in one loss, and the weights that have it; True says stop."""
        ### BEGIN SOLUTION
        if loss < self.best_loss:
            self.best_loss, self.best_weights = loss, weights.copy()
        if loss < self.improved - self.min_delta:
            self.improved, self.waited = loss, 0
        else:
            self.waited += 1
        return self.waited > self.patience
        ### END SOLUTION


# %% check Stopper
check("Stopper", Stopper)

# %% demo compare with the guess, and try three patiences
from chainrule.standby import Kept, if_right, yours

stand_ins = Kept("stand_ins")


def stops_at(losses, stopper):
    """The number of the loss at which training stops, or None."""
    said = (t for t, x in enumerate(losses, 1) if stopper.update(x, np.zeros(1)))
    return next(said, None)


my_stopper = if_right("Stopper", Stopper, stand_ins.OneCheckLater)
beside(guess_stop, stops_at([5, 4.6, 4.4, 4.5, 3.8, 3.9, 3.8, 3.7], my_stopper(2, 0.5)))
rng, by_tens = np.random.default_rng(2), []
net = SmallNet(64, 64, 10, rng)
for step in range(1, 501):
    ten = rng.permutation(few)[:10]
    net.train(pixels[ten], noisy[ten], rate=0.2, steps=1)
    if step % 5 == 0:
        by_tens.append(net.loss(pixels[valid], noisy[valid]))
for name, losses in (("the curve above", on_valid), ("batches of 10", by_tens)):
    for patience in (0, 2, 10):
        t = stops_at(losses, my_stopper(patience, 0.0))
        print(f"{name}, patience {patience:2}: ", end="")
        print(f"stops at step {5 * t}, lowest loss {np.min(losses[:t]):.2f}")

# %% [markdown]
# The curve above is smooth, and all three keep the same weights. With small batches the loss jumps, and patience 0 stops too early. But patience costs time, and the lowest of many losses is partly luck.
#
# ## Make large weights expensive
#
# The **L2 penalty** of `06_networks` (with SGD, *weight decay*) adds λ times the sum of squares to the loss,
#
# $$L_{\text{penalized}}(w) = L(w) + \lambda \lVert w \rVert^2, \qquad \text{with the gradient} \quad \nabla L(w) + 2 \lambda w.$$
#
# ### Let the bias go free
#
# A large weight makes outputs change fast with inputs. A bias adds the same number to every output, so the penalty leaves it out.
#
# **Guess:** a line w x + b predicts a penguin's mass from x, its flipper's length, standardized. The loss is the mean squared error plus λ(w² + b²), with λ = 1. The average penguin has x = 0 and 4,202 g. What does the line predict for it?

# %%
guess_mass = ...

# %% demo penalize the bias too
flipper, mass = birds.x[:, 2].astype(float), birds.x[:, 3].astype(float)
x = (flipper - flipper.mean()) / flipper.std()
both = np.column_stack([x, np.ones(len(x))])
w, b = np.linalg.solve(both.T @ both / len(x) + np.eye(2), both.T @ mass / len(x))
beside(guess_mass, b, "grams")

# %% [markdown]
# The penalty on b halves the *mean* of all predictions, as if 0 g were a likely mass.
#
# **Question `ridge_line` ••, 2 points.** Return w and b for which
#
# $$L(w, b) = \frac1n \sum_i (x_i \cdot w + b - y_i)^2 + \lambda \lVert w \rVert^2$$
#
# is smallest: 1 point for w, 1 point for b. The xᵢ are the rows of `X`, and λ, called `lam`, is 0 or more. `X` has more rows than columns. No descent is needed, for the gradient is linear: set it to 0 and solve. In statistics this is **ridge regression**.
#
# Stuck? Run `hint("ridge_line")`.


# %% answer ridge_line
def ridge_line(X, y, lam):
    """w and b of the smallest mean squared error plus lam * sum(w**2)."""
    ### BEGIN SOLUTION
    x_mean, y_mean = X.mean(axis=0), y.mean()
    A, c = X - x_mean, y - y_mean
    w = np.linalg.solve(A.T @ A / len(X) + lam * np.eye(X.shape[1]), A.T @ c / len(X))
    return w, y_mean - x_mean @ w
    ### END SOLUTION


# %% check ridge_line
check("ridge_line", ridge_line)


# %% [markdown]
# Now overfit on purpose. 30 penguins, three measurements, and from these all products of up to three: length · depth, length², length² · depth and so on, 19 columns. A linear model with 19 columns predicts the mass of 150 other penguins. Without a penalty its root-mean-square error is 881 g, worse than predicting 4,202 g for all.
#
# **Guess:** how large is that error, in grams, with the best λ?

# %%
guess_best = ...

# %% demo prepare 19 columns, and raise λ more and more
from itertools import combinations_with_replacement as products_of

rows = np.random.default_rng(1).permutation(len(mass))
fit, held = rows[:30], rows[30:180]
x = birds.x[:, :3].astype(float)
x = (x - x[fit].mean(axis=0)) / x[fit].std(axis=0)
factors = [list(c) for k in (1, 2, 3) for c in products_of(range(3), k)]
columns = np.stack([x[:, c].prod(axis=1) for c in factors], axis=1)
X, X_held = data.standardize(columns[fit], columns[held])
trial = np.array([[1.0, 2], [3, 1], [0, 5], [4, 4]]), np.array([1.0, 3, 2, 7]), 0.3
my_line = yours(ridge_line, stand_ins.ridge_line, *trial)


def off_by(w, b, X=X_held, rows=held):
    return np.sqrt(np.mean((X @ w + b - mass[rows]) ** 2))


strengths = np.logspace(-4, 2, 61)
fits = [my_line(X, mass[fit], lam) for lam in strengths]
errors = np.array([off_by(*found) for found in fits])
beside(guess_best, errors.min(), "grams")

# %% demo draw the error against λ, and print w
best = errors.argmin()
for k in (0, 20, best, 60):
    w, b = fits[k]
    print(f"λ {strengths[k]:8.2g}: length of w {np.sqrt(w @ w):7.0f}, ", end="")
    print(f"training error {off_by(w, b, X, fit):4.0f} g, ", end="")
    print(f"validation error {errors[k]:4.0f} g, b {b:.0f} g")
title = f"The best λ brings the error from {off_by(*my_line(X, mass[fit], 0)):.0f} g "
title += f"down to {errors[best]:.0f} g"
fig, ax = draw.figure(title, "λ", "validation error in grams")
draw.line(ax, strengths, errors, draw.SUBJECT, "150 other penguins")
ax.plot(strengths[best], errors[best], "o", color=draw.SUBJECT.color)
ax.set(xscale="log", ylim=(0, 900))
alt = f"{title}, at λ = {strengths[best]:.2g}; the error rises on both sides."
draw.show(fig, alt=alt)

# %% [markdown]
# The larger λ, the shorter w and the larger the training error. The validation error has its minimum in between: with a small λ the model overfits, with a large one it **underfits**. (The minimum is a little too good: λ was chosen on these 150 birds.) The bias stays at 4,116 g, the mean of the 30: the columns have mean 0.
#
# ### Compare the penalty with stopping early
#
# Both keep w short. Is stopping after t steps the same as a penalty with a certain λ? Take L(w) = ½ · mean((A w − c)²), and the penalty ½λ‖w‖². Here A is X minus its column means, and c is y minus its mean. The sum is the loss of `ridge_line`, halved, so it has the same minimum.

# %% [markdown]
# Follow one eigenvector of L's Hessian AᵀA/n, with eigenvalue s (λ in `07`). Along it, w is a number: a at L's minimum, u · a now. So u is the *share* of the way that is done (*filter factor*): 0.6 for a = 10, now 6.
#
# L is ½ s a² (u − 1)² plus a constant, the penalty ½ λ a² u². A step moves w by −η s (u − 1) a, hence u by −η s (u − 1). Both have the factor a², which doesn't move the minimum: leave a out.
#
# **Question `kept_shares` ••, 2 points.** Return two arrays of shares u, one entry for each eigenvalue in `s`:
#
# 1. after `steps` steps of descent on ½ s (u − 1)², with the rate `rate`, from u = 0 (1 point);
# 2. at the minimum of ½ s (u − 1)² + ½ λ u², with λ = 1 / (rate · steps) (1 point).
#
# Stuck? Run `hint("kept_shares")`.


# %% answer kept_shares
def kept_shares(s, rate, steps):
    """The shares of the way after some steps, and at the minimum with a penalty."""
    ### BEGIN SOLUTION
    lam = 1 / (rate * steps)
    return 1 - (1 - rate * s) ** steps, s / (s + lam)
    ### END SOLUTION


# %% check kept_shares
check("kept_shares", kept_shares)

# %% [markdown]
# Why this λ? Where s is small, the first share is about ηts, the second s/λ: equal if λ = 1/(ηt).
#
# Both shares are near 1 where s is much larger than λ, and near 0 where it is much smaller. In between they differ: for s = λ and small steps they are 1 − 1/e = 0.63 and 0.5.
#
# Now take the 30 penguins: 19 directions, each with its own eigenvalue. Descend from zeros, and after t steps compare with the penalty λ = 1/(ηt).

# %% demo descend, and fit with λ = 1 / (rate * steps) beside it
c, rate = mass[fit] - mass[fit].mean(), 0.1
after = np.unique(np.logspace(0, 4.5, 50).astype(int))
w, stopped, walks = np.zeros(19), [], []
for t in range(1, after[-1] + 1):
    w = w - rate * X.T @ (X @ w - c) / len(X)
    if t in after:
        stopped.append(off_by(w, mass[fit].mean()))
        walks.append(w)
fits = [my_line(X, mass[fit], 1 / (rate * t)) for t in after]
penalized = [off_by(*found) for found in fits]

# %% demo draw both errors, and add up the shares
s, axes = np.linalg.eigh(X.T @ X / len(X))
whole = axes.T @ np.linalg.lstsq(X, c, rcond=None)[0]
for k in range(0, len(after), 8):
    shares = axes.T @ walks[k] / whole, axes.T @ fits[k][0] / whole
    sums = " and ".join(f"{share.sum():5.2f}" for share in shares)
    print(f"{after[k]:6} steps: the shares of 19 directions sum to {sums}")
gap, early = np.abs(np.subtract(stopped, penalized)), (after >= 3) & (after <= 100)
title = f"The errors differ by {gap[0]:.0f} g after 1 step, by at most "
title += f"{np.ceil(gap[early].max()):.0f} g from 3 to 100, "
title += f"later by up to {gap[after > 100].max():.0f} g"
fig, ax = draw.figure(title, "steps t, with λ = 1 / (ηt)", "validation error in grams")
draw.line(ax, after, stopped, draw.TAPE, "stopped after t steps")
draw.line(ax, after, penalized, draw.HAND, "with the penalty λ")
ax.set(xscale="log", ylim=(0, 900))
alt = f"{title}. Both curves fall and rise again, that of the penalty more slowly."
draw.show(fig, alt=alt)

# %% [markdown]
# With more steps, or a smaller λ, the shares reach 1 one after another: first in the directions in which the rows differ much (large eigenvalues), last where they hardly differ.
#
# The sum of the shares is called the **effective number of parameters**, or *degrees of freedom*. It grows from 0 to 19 in training. So stopping early is regularization. It is similar to the penalty, not equal: the errors differ by 100 g after one step (ηs reaches 0.7: not small), by at most 13 g from 3 to 100 steps, and by up to 130 g later. In the end both reach the same w. Take a break here.
#
# ## Make more data
#
# **Augmentation** makes examples from those you have, by changes that *keep the label*. Which changes keep it depends on the task. A mirrored cat is still a cat. But a 6 upside down is a 9.

# %% demo draw digits, moved and mirrored
from chainrule import regularize


def moved(images, k):
    """Each image moved by at most one pixel, anew for each k."""
    return regularize.shift(images, 1, np.random.default_rng(k))


def mirrored(images, k):
    return images[:, :, ::-1]


copies = moved(images, 1)
same_ink = np.isclose(copies.sum(axis=(1, 2)), images.sum(axis=(1, 2)))
whole = same_ink & (copies != images).any(axis=(1, 2))  # moved, and nothing cut off
six = [np.flatnonzero(whole & (names == k))[8] for k in (2, 3, 5, 6, 7, 9)]
shapes = images[six]
title = "Moved digits keep their label; mirrored, these six lose it"
turned = {"mirrored": mirrored(shapes, 1), "upside down": shapes[:, ::-1, ::-1]}
shown = {"as written": shapes, "moved": copies[six], **turned}
draw.show(draw.tiles(shown, title), alt=f"{title}; a 6 upside down looks like a 9.")

# %% [markdown]
# **Question `grown` •, 2 points.** `held` is a boolean array, True for the rows that are held out. `change(images, k)` returns the k-th changed copy of some images. Return a larger training set:
#
# 1. the images that are not held, as they are, then all their first copies (k = 1), then all their second copies, up to k = `copies`, which is 1 or more (1 point);
# 2. their labels, in the same order (1 point).
#
# Held-out rows aren't changed, and no copy of them may get into the training set.
#
# Stuck? Run `hint("grown")`.


# %% answer grown
def grown(images, labels, held, change, copies):
    """The training images with changed copies of them, and the labels of all."""
    ### BEGIN SOLUTION
    own = images[~held]
    changed = [change(own, k) for k in range(1, copies + 1)]
    return np.concatenate([own, *changed]), np.tile(labels[~held], copies + 1)
    ### END SOLUTION


# %% check grown
check("grown", grown)


# %% [markdown]
# A network learns 200 digits as they are; another one with four moved copies of each; a third with a mirrored copy of each. Each names the validation digits as they were written, and moved by a pixel.
#
# **Guess two fractions:** what fraction of the *moved* validation digits does the first network name correctly, and what fraction the second?

# %%
guess_plain, guess_moved = ..., ...

# %% demo measure what moved and mirrored copies bring
trial = images[:5], names[:5], np.arange(5) == 2, moved, 2
my_grown = yours(grown, stand_ins.grown, *trial)
both_sets, held_out = np.append(few, valid), np.arange(600) >= 200


def named_right(change, copies):
    """Fractions of the validation digits, as written and moved, named correctly."""
    if copies:
        known = images[both_sets], names[both_sets], held_out
        made, labels = my_grown(*known, change, copies)
    else:
        made, labels = images[few], names[few]
    net = SmallNet(64, 64, 10, np.random.default_rng(0))
    net.train((made - middle).reshape(-1, 64), labels, rate=0.5, steps=400)
    tests = images[valid], moved(images[valid], 99)
    return [net.accuracy((x - middle).reshape(-1, 64), names[valid]) for x in tests]


kinds = {"none": (moved, 0), "moved": (moved, 4), "mirrored": (mirrored, 1)}
found = np.array([named_right(*how) for how in kinds.values()]).T
beside(guess_plain, found[1, 0])
beside(guess_moved, found[1, 1])

# %% demo draw what moved and mirrored copies bring
plain, with_moved, with_mirrored = found[1]
title = (
    f"Of moved digits, {plain:.2f} are named correctly; {with_moved:.2f} with moved "
)
title += f"copies, {with_mirrored:.2f} with mirrored ones"
fig, ax = draw.figure(title, "copies in the training set", "fraction named correctly")
groups = {
    "validation digits as written": (found[0], draw.TAPE),
    "validation digits moved": (found[1], draw.HAND),
}
draw.bars(ax, kinds, groups)
ax.set_ylim(0, 1.25)
ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
draw.show(fig, alt=f"{title}. On digits as written the three differ little.")

# %% [markdown]
# On digits as written the effect of moved copies is too small to be seen with 400 digits. Mirrored copies seem to cost a little (0.89, not 0.92): the network learns shapes that no digit has. (Moving cuts off what leaves the image: 8 % of the ink.)
#
# ### Add noise
#
# Another augmentation works for all inputs that are numbers: add random noise, anew at every step. Take a linear model. To each entry of X, add independent noise with mean 0 and standard deviation `std`.
#
# **Question `noisy_loss` ••, 1 point.** Return the loss on average over the noise: the expected value of the mean of ((x + noise) · w − y)² over the rows of `X`. It has a formula without any random numbers.
#
# Stuck? Run `hint("noisy_loss")`.


# %% answer noisy_loss
def noisy_loss(X, y, w, std):
    """The expected mean squared error when every entry of X gets noise."""
    ### BEGIN SOLUTION
    return np.mean((X @ w - y) ** 2) + std**2 * np.sum(w**2)
    ### END SOLUTION


# %% check noisy_loss
check("noisy_loss", noisy_loss)

# %% [markdown]
# Look at your formula: you have met its second term.
#
# **Guess:** the 30 penguins again. Make 500 copies of each row, add noise of standard deviation 0.5 to each of its 19 standardized columns, and fit a linear model to all copies *without a penalty*. By how many grams is it off on the 150 others? (Without copies: by 881 g.)

# %%
guess_noisy = ...

# %% demo fit to noisy copies, and with a penalty beside it
rng = np.random.default_rng(0)
copies = np.tile(X, (500, 1)) + rng.normal(0, 0.5, (500 * 30, 19))
beside(guess_noisy, off_by(*my_line(copies, np.tile(mass[fit], 500), 0.0)), "grams")
print(f"with the penalty λ = 0.5²: {off_by(*my_line(X, mass[fit], 0.25)):.0f} grams")

# %% [markdown]
# **For a linear model with the squared error, input noise is on average an L2 penalty**, with λ = std². (Other draws give 383 to 391 g.)
#
# ## Reuse a network
#
# A network that learned one task from many labels may help in another: **transfer learning**. Cut off its last layer. The rest, **frozen** (not trained any more), makes **features** of an image. A new layer on top, the **head**, learns the new task; a linear one is a **linear probe**.
#
# A network learns to name digits, from 900 images, through a **bottleneck**, a hidden layer of 16 units. The new task: is a digit even? Only 40 images have a label. (Its ten scores would tell; pretend that the last layer is lost.)
#
# **Guess two fractions:** what fraction of the validation digits does a linear layer on the 64 *pixels* get right, and what fraction one on the 16 *features*?

# %%
guess_on_pixels, guess_on_features = ..., ...

# %% [markdown]
# **Question `train_head` ••, 2 points.** The frozen layer makes the features ReLU(X W₁ᵀ + b₁) of `X`. `Y` holds one-hot rows, one column for each class. Start W and b of the head at zeros, and take `steps` steps of gradient descent with the rate `rate` on the mean cross-entropy plus λ times the sum of the squares of W. λ is called `lam`. Return W, with one row for each class (1 point), and b (1 point).
#
# `W1` and `b1` have to stay as they are. The first cell of this notebook has a `softmax`.
#
# Stuck? Run `hint("train_head")`.


# %% answer train_head
def train_head(W1, b1, X, Y, lam, rate, steps):
    """W and b of a linear layer that was trained on the features of a frozen one."""
    ### BEGIN SOLUTION
    features = np.maximum(X @ W1.T + b1, 0)
    W, b = np.zeros((Y.shape[1], len(b1))), np.zeros(Y.shape[1])
    for _step in range(steps):
        dZ = (softmax(features @ W.T + b) - Y) / len(X)
        W = W - rate * (dZ.T @ features + 2 * lam * W)
        b = b - rate * dZ.sum(axis=0)
    return W, b
    ### END SOLUTION


# %% check train_head
check("train_head", train_head)


# %% demo train a network, then heads on 40 labels, ten times
net, random_net = (SmallNet(64, 16, 10, np.random.default_rng(k)) for k in (1, 7))
net.train(pixels[order[:900]], names[order[:900]], rate=0.5, steps=400)
even = names % 2
one_hot = np.eye(2)[even]
rng = np.random.default_rng(0)
samples = [rng.permutation(order[900:1000])[:40] for _ in range(10)]
trial = net.W1, net.b1, pixels[:5], one_hot[:5], 0.01, 0.3, 3
my_head = yours(train_head, stand_ins.train_head, *trial)


def probed(W1, b1, X=pixels):
    """Validation digits that a head calls even or odd rightly, for ten draws of 40."""
    found = []
    for own in samples:
        W, b = my_head(W1, b1, X[own], one_hot[own], 0.01, 0.3, 300)
        scores = np.maximum(X[valid] @ W1.T + b1, 0) @ W.T + b
        found.append(np.mean(scores.argmax(axis=1) == even[valid]))
    return np.mean(found)


# a layer that does nothing:
unchanged = np.eye(64), np.zeros(64), images.reshape(-1, 64)
beside(guess_on_pixels, probed(*unchanged))
beside(guess_on_features, probed(net.W1, net.b1))
print(f"features of an untrained layer: {probed(random_net.W1, random_net.b1):.2f}")
named = net.scores(pixels[valid]).argmax(axis=1)
print(f"by the ten scores of the lost layer: {np.mean(named % 2 == even[valid]):.2f}")

# %% [markdown]
# Over ten draws of 40 labels, 16 features are worth more than 64 pixels. Features of an untrained layer are worth less: the training helps. With more labels, the frozen layer is set free at the end: **fine-tuning**.
#
# Features help where the old task needed what the new one needs. Those of a network that learned 0 to 4 tell 5 to 9 apart *worse* than pixels do (0.70, not 0.91; not shown).
#
# ## Use more weights than rows
#
# Many textbooks say: with more weights, the validation error falls, then rises forever, a U. Test it.

# %% [markdown]
# With more weights than rows, many w fit all rows exactly. FᵀF has no inverse then. We take the *shortest* w, `np.linalg.lstsq(F, y)[0]`. (Descent from zeros ends there too: every step is a weighted sum of rows. Any other w that fits adds something at right angles to all rows, and is longer.)
#
# **Question `new_error` ••, 2 points.** Row i of `F` holds the features of example i, and `y[i]` its target; `F_new` and `y_new` hold new examples. Find w, then return the mean squared error of `F_new @ w` against `y_new`.
#
# - λ > 0: w makes the mean of (F w − y)² plus λ‖w‖² smallest (1 point).
# - λ = 0: w makes the mean of (F w − y)² smallest, and is the shortest of all w that do (1 point).
#
# λ is called `lam`. There is no bias. There may be fewer or more columns than rows.
#
# Stuck? Run `hint("new_error")`.


# %% answer new_error
def new_error(F, y, F_new, y_new, lam):
    """The error on new rows of the weights fitted to F and y."""
    ### BEGIN SOLUTION
    n, k = F.shape
    if lam > 0:
        w = np.linalg.solve(F.T @ F / n + lam * np.eye(k), F.T @ y / n)
    else:
        w = np.linalg.lstsq(F, y, rcond=None)[0]
    return np.mean((F_new @ w - y_new) ** 2)
    ### END SOLUTION


# %% check new_error
check("new_error", new_error)


# %% [markdown]
# A layer with *random* weights, never trained, makes features ReLU(V x) of the pixels. Only w on top is fitted: even digits 1, odd digits −1. The **width** is the number of features, and of weights in w.
#
# There are 100 training digits. A model that always says 0 has the error 1. Widths from 10 to 1,000 are tried, each with five layers V; the median of the five errors is drawn.
#
# **Guess three numbers:** at which width is the validation error largest? How large is the error there? And how large is it at width 1,000?

# %%
guess_width, guess_peak, guess_wide = ..., ..., ...


# %% demo fit layers of many widths
my_error, own, sign = new_error, few[:100], 1.0 - 2 * even
for lam in (0.0, 0.3):  # yours has to be right without a penalty and with one
    trial = np.eye(4, 9) + 1, np.arange(4.0), np.ones((3, 9)), np.arange(3.0), lam
    my_error = yours(my_error, stand_ins.new_error, *trial)


def layer(width, seed):
    return np.random.default_rng(seed).normal(0, 0.125, (1000, 64))[:width]


def features(rows, width, seed):
    """Random features of the pixels of some rows."""
    return np.maximum(pixels[rows] @ layer(width, seed).T, 0)


def error_at(width, lam):
    """The median of the validation errors of five layers of a width."""
    both = [(features(own, width, k), features(valid, width, k)) for k in range(5)]
    return np.median([my_error(F, sign[own], new, sign[valid], lam) for F, new in both])


widths = [10, 20, 30, 50, 70, 80, 90, 95, 100, 105, 110, 120, 150, 200, 300, 500, 1000]
sweep = np.array([error_at(width, 0.0) for width in widths])
peak = sweep.argmax()
beside(guess_width, widths[peak])
beside(guess_peak, sweep[peak])
beside(guess_wide, sweep[-1])

# %% demo draw the error, and measure w
print("width  least singular value  length of w  slope with respect to the pixels")
for width in (30, 100, 200, 1000):
    told = []
    for k in range(5):
        F, V = features(own, width, k), layer(width, k)
        w = np.linalg.pinv(F) @ sign[own]
        slopes = ((features(valid, width, k) > 0) * w) @ V
        slope = np.linalg.norm(slopes, axis=1).mean()
        told.append([np.linalg.svd(F)[1].min(), np.linalg.norm(w), slope])
    print("{:5}  {:20.3f}  {:11.1f}  {:12.1f}".format(width, *np.median(told, axis=0)))
title = "The error peaks where the number of weights equals the number of rows"
fig, ax = draw.figure(title, "width: the number of weights", "validation error")
draw.line(ax, widths, sweep, draw.SUBJECT)
draw.line(ax, [100, 100], [0.2, sweep.max()], draw.OTHER, "100 rows")
ax.set(xscale="log", yscale="log")
ax.set_xticks([10, 30, 100, 300, 1000], ["10", "30", "100", "300", "1,000"])
ax.set_yticks([0.3, 0.5, 1, 3, 10], ["0.3", "0.5", "1", "3", "10"])
ax.yaxis.minorticks_off()
alt = (
    f"{title}. First it falls to {sweep[:5].min():.2f}, in the end to {sweep[-1]:.2f}."
)
draw.show(fig, alt=alt)

# %% [markdown]
# This is **double descent**. Its first part is the textbooks' U. At width 100, exactly one w fits all rows. In one direction, a step of length 1 in w moves the outputs by only 0.008, the least **singular value** of F. To hit every target, w has to go far along it. Past the peak there are many such w, and the shortest of them gets shorter the more there are to choose from. A short w makes the output change slowly with the input.
#
# This explains the fall after the peak. Wide beats narrow for another reason: at width 200, w is longer and the output steeper than at width 30, but more features express the task better.
#
# "Fewer weights generalize better" holds here only between the first minimum and the peak. What about a penalty?
#
# **Guess:** how large is the error at width 100 with λ = 0.01?

# %%
guess_at_peak = ...

# %% demo add the penalty at every width
penalized = np.array([error_at(width, 0.01) for width in widths])
beside(guess_at_peak, penalized[widths.index(100)])
title = f"With λ = 0.01 the peak is gone: {penalized[peak]:.2f} in place of {sweep[peak]:.1f}"
fig, ax = draw.figure(title, "width: the number of weights", "validation error")
draw.line(ax, widths, sweep, draw.SUBJECT, "λ = 0")
draw.line(ax, widths, penalized, draw.TAPE, "λ = 0.01")
ax.set(xscale="log", yscale="log")
ax.set_xticks([10, 30, 100, 300, 1000], ["10", "30", "100", "300", "1,000"])
ax.set_yticks([0.3, 0.5, 1, 3, 10], ["0.3", "0.5", "1", "3", "10"])
ax.yaxis.minorticks_off()
draw.show(fig, alt=f"{title}. The curve with λ = 0.01 has no peak.")

# %% [markdown]
# A small penalty removes the peak. The curve goes down from the first width to the last, except for two small steps up. (They are chance: the median of 25 layers, not shown here, falls throughout.) With the right regularization, wider is better here.
#
# Now open the test set. Suppose you decide with the validation set: width 1,000 and λ = 0.01. The test digits took no part in any decision of this notebook.
#
# The next cell says what fraction of them this model, with the first of the five layers V, calls even or odd correctly.

# %% demo open the test set, once
F = features(own, 1000, 0)
w = np.linalg.solve(F.T @ F / 100 + 0.01 * np.eye(1000), F.T @ sign[own] / 100)
for kind, rows in {"validation": valid, "test": test}.items():
    correct = np.mean(np.sign(features(rows, 1000, 0) @ w) == sign[rows])
    print(f"{correct:.1%} of {len(rows)} {kind} digits")

# %% [markdown]
# A gap of half a point means nothing here: with 400 digits each fraction has a standard error of 1.3 points.
#
# One doubt remains: the same 13 people wrote training and test digits, and the file doesn't say who wrote which. For a 14th person, expect less.
#
# ## Read the library's stopping rule
#
# `chainrule.regularize` has an `EarlyStopping`, which `train.fit` asks after each epoch. Read it beside your own class, and find three rules that differ.

# %% demo print the library's rule
import inspect

print(inspect.getsource(regularize.EarlyStopping.update))


def outcome(losses, stopper):
    t = stops_at(losses, stopper)
    when = f"stops at loss {t}" if t else "doesn't stop"
    return f"{when}, keeps the weights of loss {stopper.best_loss}"


rules = {"yours": my_stopper, "the library's": stand_ins.LibraryStopper}
for losses in ([3.0, 3.5, 3.6, 1.0], [3.0, np.nan, 1.0], [3.0, 2.0, 1.9, 2.5, 2.6]):
    print(f"losses {losses}")
    for name, rule in rules.items():
        print(f"    {name} {outcome(losses, rule(2, 0.5))}")

# %% [markdown]
# - The library stops at the `patience`-th loss in a row that doesn't improve. Yours stops at the next one.
# - The library stops at once when a loss is NaN, and says why. Yours waits.
# - The library keeps one number, `best`, for two purposes: the weights of a loss that is lower by less than `min_delta` aren't kept. Yours keeps those of the lowest loss.
#
# If you compare two runs, you have to know which rule stopped them.

# %% [markdown]
# ## Say what you can do now
#
# - Tell memorizing from learning, and name the three sets and what each is for.
# - Split without a leak: groups, scales, choices of columns.
# - Write a rule for stopping that copes with ties, NaN and slow progress, and keeps the best weights.
# - Solve for weights under an L2 penalty, with a free bias.
# - Say what stopping early, an L2 penalty and noise have in common.
# - Augment with changes that keep the label, and probe a frozen network.
# - Explain double descent, and remove its peak.
#
# ### Hand in
#
# Run both notebooks of this unit, `10_generalization` and `11_dropout_and_norms`, from top to bottom, and save them. In Colab: File, Download, Download .ipynb. Hand in both files, with their names unchanged.

# %% demo see where you stand
check_all("10_generalization", globals())

# %% [markdown]
# ## Stretch, for no points
#
# **Look too often.** Draw 1,000 random w for random features, keep the best on 50 validation digits, and measure it on the test digits. How much too good was the validation error?
#
# **Move the peak.** Use 200 training digits. Where is the peak now? Then make one label in five wrong: what becomes of its height?
#
# ## Read on
#
# - Goodfellow, Bengio, Courville: *Deep Learning*, 2016, chapter 7: 7.1 norm penalties, 7.4 augmentation, 7.8 early stopping, [deeplearningbook.org](https://www.deeplearningbook.org/).
# - Hastie, Tibshirani, Friedman: *The Elements of Statistical Learning*, 2009, 7.10.2: the genes.
# - Prechelt: *Early stopping, but when?*, 1998. Bishop: *Training with noise is equivalent to Tikhonov regularization*, 1995.
# - Belkin, Hsu, Ma, Mandal: *Reconciling modern machine learning practice and the bias-variance trade-off*, 2019; Nakkiran et al.: *Deep double descent*, 2020.
# - Zhang et al.: *Understanding deep learning requires rethinking generalization*, 2017: shuffled labels.

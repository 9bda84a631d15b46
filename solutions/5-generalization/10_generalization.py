# %% [markdown]
# # Do well on examples never seen
#
# A network can memorize its training examples and fail on all other examples. This notebook measures how well a model does on examples that it never saw. You learn how such measurements go wrong, and how to do better.
#
# At the end you fit ten times as many weights as there are examples. Does the error on new examples then grow, as many textbooks say?

# %% [markdown]
# **You'll do:** split data; write a class that stops training in time; solve for weights under an L2 penalty; enlarge a training set; train a new last layer for an old network; fit more weights than rows.
#
# **You'll learn:** how training gets to know rows that it must not know, what makes a model better on new rows, and what early stopping and an L2 penalty have in common.
#
# **You need:** gradient descent, the L2 penalty (`06_networks`), softmax and cross-entropy (`05_losses`), eigenvalues of a Hessian (`07_gradient_descent`), the variance of a sum of independent numbers, systems of linear equations (`np.linalg.solve(M, v)` finds the w with M w = v), classes in Python. In this notebook y holds the targets, because t counts steps.
#
# **Time:** about 5¼ hours, 1½ of reading and 3¾ of exercises. Take a break before "Make more data".
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
# Take 100 images of handwritten digits, and *shuffle their labels*: an image of a 3 may now have the label 8. Now an image says nothing about its label. A network with 200 hidden units, so with 15,010 weights and biases, takes 600 steps of gradient descent on these 100 rows.
#
# **Guess two fractions, from 0 to 1:** for what fraction of its 100 training images does the network then name the shuffled label? And what fraction of *new* images does it classify correctly?

# %%
guess_by_heart, guess_new = ..., ...

# %% demo train on shuffled labels, then on right labels
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
# The network has **memorized** the shuffled labels: it names all of them. On new images it is right for 12%, and chance is 10%. With the right labels it has *learned*: it classifies 90% of the new images correctly. Both networks are right for all of their training images. Only rows that took no part in training show the difference.
#
# |term|meaning|
# |:--|:--|
# |**generalize**|do well on new rows|
# |**overfit**|do much better on the training rows than on new rows|
# |**capacity**|how large a variety of functions a model can represent: large if it can fit any labels of 100 images|
# |**regularization**|a change to training that is meant to help on new rows, even if the training error grows|

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
# Each decision keeps the best result on the validation rows, and part of a best result is luck. So after many decisions the validation error is usually smaller than the error on new rows. If a test error makes you change the model, the test set has become a validation set.
#
# ### Keep groups together
#
# Suppose that each of 151 Adelie penguins was caught three times, with slightly different measurements. Predict a bird's *island* from its bill, flipper and mass, which say hardly anything about it. A rule that always names the commonest island is right for 37%.
#
# The method is the **nearest neighbour**: find the most similar training row, and predict its island. Put 30% of the 453 *rows* into the validation set, at random.
#
# **Guess:** for what fraction of the validation rows is the predicted island right?

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
    """How often the neighbour has the right island, and how often it is the same bird."""
    scaled = caught / caught[~held].std(axis=0)
    apart = scaled[held][:, None] - scaled[~held]
    near = bird[~held][(apart**2).sum(axis=2).argmin(axis=1)]
    return np.mean(island[near] == island[bird[held]]), np.mean(near == bird[held])


right, same = by_neighbour(rng.permutation(len(bird)) < 136)
beside(guess_islands, right)
print(f"the neighbour is the same bird for {same:.0%} of the validation rows")

# %% [markdown]
# For 70% of the validation rows the neighbour is *the same bird*, whose island is known. This is a **leak** (*data leakage*, not the memory leak of `06`): training knew something about the validation rows. Several scans of one patient, frames of one film and copies of one web page leak in the same way. Rows that belong together have to stay in the same set.
#
# **Question `whole_groups` •, 1 point.** `groups` holds the group of each row. `order` holds each group once, shuffled. Take whole groups from the front of `order`, one after the other, until at least `least` rows are taken, and no further. `least` is at least 1, and there are enough rows. Return a boolean array as long as `groups`, True for each row taken.
#
# Stuck? Run `hint("whole_groups")` in a cell of your own.


# %% answer whole_groups
def whole_groups(groups, order, least):
    """Rows of the fewest first groups in `order` that together have `least` or more."""
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
from chainrule.standby import Kept, if_right, yours

stand_ins = Kept("stand_ins")
trial = np.array([3, 1, 3, 2]), np.array([3, 2, 1]), 3
my_groups = yours(whole_groups, stand_ins.whole_groups, *trial)
held = my_groups(bird, np.random.default_rng(0).permutation(len(traits)), 136)
print(f"whole birds held out: {by_neighbour(held)[0]:.0%} right")

# %% [markdown]
# With whole birds held out, the neighbour is always another bird. Now the predictions are no better than always naming the commonest island.
#
# ### Fit everything on the training rows
#
# Whatever is computed *from data* is fitted: means, ranges, medians that fill gaps. Compute all of this from the training rows alone, because new rows come only after the model is made.
#
# **Question `fill_and_scale` •, 2 points.** `train` and `held` are tables with the same columns. All measurements are positive, and a 0 marks a missing measurement.
#
# 1. Replace each 0 by the median of the measured numbers of its column in `train`.
# 2. From each column subtract its smallest number in the filled `train`. Then divide by its range in `train`, the largest number minus the smallest.
#
# Use the same numbers for both. Return new tables, `train` (1 point) and `held` (1 point).
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
# Studies like this one have been published: 5,000 genes are measured in each of 50 patients, 25 of them ill.
#
# 1. Choose the 20 genes whose means differ most between ill and healthy patients.
# 2. Call a patient ill if the patient's 20 numbers are nearer to the mean of the ill than to the mean of the healthy.
#
# Step 2 is tested by **cross-validation**: the patients are split into ten groups of five, the **folds**. Each fold is held out once, while both means are computed from the other 45 patients.
#
# The next cell does this study with *random numbers* for genes.
#
# **Guess:** what fraction of the held-out patients is classified correctly?

# %%
guess_patients = ...

# %% demo do the study with random numbers
genes = np.random.default_rng(0).normal(size=(50, 5000))
ill = np.random.default_rng(1).permutation(np.arange(50) % 2)


def best_genes(rows):
    """The 20 columns whose means differ most between ill and healthy patients."""
    means = [genes[rows][ill[rows] == k].mean(axis=0) for k in (0, 1)]
    return np.argsort(-abs(means[1] - means[0]))[:20]


def study(choose_first):
    """The fraction of held-out patients that is classified correctly."""
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
# **Question `genes_that_know` •, 1 point.** Both means were computed without the held-out patients. Why is the classifier still right so often, and what has to change in the study? Answer in two to four sentences.
#
# Stuck? Run `hint("genes_that_know")`.

# %% explain genes_that_know [markdown]
# **`genes_that_know`, in your words:**
#
# ### BEGIN SOLUTION
# The genes were chosen with all 50 labels, the held-out labels too. Of 5,000 random columns, some fit 50 labels by chance, and these columns fit the held-out patients as well. The choice is part of the fit and belongs inside the loop: for each fold, choose the genes from the other 45 patients.
#
# - ½ point: the choice used the labels of the held-out patients (a leak), so columns that agree with these labels by chance were chosen.
# - ½ point: choose anew for each fold, from the training patients alone. (Or: set a test set aside before the choice.)
# ### END SOLUTION

# %% demo choose the genes anew in each fold
print(f"genes chosen inside each fold: {study(choose_first=False):.0%} correct")

# %% [markdown]
# That is 24 of 50 patients, about as many as by tossing a coin. The 92% came from the leak alone.
#
# ## Stop at the best moment
#
# Real labels contain errors. To imitate them, about one label in five is replaced by a random digit, in the training set and in the validation set: 18% are then wrong. A network trains on 200 of these images for 500 steps. The training loss and the validation loss are measured after every fifth step.
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
print(
    f"by the right labels: {right[lowest]:.0%} of the validation digits correct ",
    end="",
)
print(f"then, {right[-1]:.0%} in the end")
shown = [1, 3, lowest, lowest + 3, lowest + 10, 40, 99]
figures = [draw.stopping(on_training, on_valid, now, every=5) for now in shown]
said = [
    f"Step {5 * (now + 1)}: training loss {on_training[now]:.2f}, validation loss "
    f"{on_valid[now]:.2f}; the lowest so far is {on_valid[: now + 1].min():.2f}."
    for now in shown
]
alt = "Both losses in training; the lowest validation loss so far is marked"
draw.frames(figures, said, alt=alt)

# %% [markdown]
# At first the network learns what the images of a digit have in common, and both losses fall. Then it begins to memorize the wrong labels: the training loss falls further, and the validation loss rises. By the right labels, 87% of the validation digits are classified correctly at the lowest loss, 77% in the end. To stop near the lowest validation loss is called **early stopping**. It needs three things:
#
# - a validation set;
# - **patience**, because the loss may rise a few times and then fall again;
# - a copy of the weights with the lowest loss, because training goes on after this loss.

# %% [markdown]
# ### Write the rule
#
# After each measurement, training calls the method `update(loss, weights)` of a `Stopper`. The method returns True if training should stop, and False otherwise. A loss is a finite number or NaN.
#
# - A loss **improves** if it is the first number, or if it is more than `min_delta` below the last loss that improved. NaN never improves.
# - Count how many losses in a row don't improve. When the count is larger than `patience`, `update` returns True.
# - `best_loss` is the lowest loss so far, even if this loss didn't improve. `best_weights` holds the weights of this loss. Of equal losses the first one counts, and NaN is never the lowest. Before the first number, `best_loss` is np.inf and `best_weights` is None.
#
# **Guess:** min_delta is 0.5, patience is 2, and the losses are 5, 4.6, 4.4, 4.5, 3.8, 3.9, 3.8, 3.7. At which loss, counted from 1, does training stop?

# %%
guess_stop = ...

# %% [markdown]
# The table shows the first five losses. The loss 4.6 is the lowest so far, and yet it doesn't improve.
#
# |loss|5|4.6|4.4|4.5|3.8|
# |:--|:--|:--|:--|:--|:--|
# |improves?|yes, the first|no, 0.4 below 5|yes, 0.6 below 5|no|yes, 0.6 below 4.4|
# |the count|0|1|0|1|0|
# |`best_loss`|5|4.6|4.4|4.4|3.8|
#
# **Question `Stopper` •••, 5 points.** Write the class: 2 points for when it stops, 1 point for losses with NaN, 2 points for `best_loss` and `best_weights`. Don't change the array `weights`. Training changes it later, *in place*: if you keep the array itself, what you kept changes too.
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
        """Take in one loss and its weights; return whether training should stop."""
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
# On the smooth curve, all patiences keep the same weights. With batches of 10 the loss jumps, and patience 0 stops too early, with the loss 1.24. Patience 10 gets 1.17, but takes 110 steps more.
#
# ## Make large weights expensive
#
# The **L2 penalty** of `06_networks` adds λ times the sum of squared weights:
#
# $$L_{\text{penalized}}(w) = L(w) + \lambda \lVert w \rVert^2, \qquad \text{with the gradient} \quad \nabla L(w) + 2 \lambda w.$$
#
# ### Leave the bias out
#
# Large weights make the output change fast with the input. A bias adds the same number to every output, so the penalty leaves it out.
#
# A line w x + b predicts a penguin's mass from x, the standardized flipper length. Now penalize b too: the loss is the mean squared error plus λ(w² + b²), with λ = 1. The mean mass is 4,202 g.
#
# **Guess:** what mass does the line predict for the mean flipper, x = 0?

# %%
guess_mass = ...

# %% demo penalize the bias too
flipper, mass = birds.x[:, 2].astype(float), birds.x[:, 3].astype(float)
x = (flipper - flipper.mean()) / flipper.std()
both = np.column_stack([x, np.ones(len(x))])
w, b = np.linalg.solve(both.T @ both / len(x) + np.eye(2), both.T @ mass / len(x))
beside(guess_mass, b, "grams")

# %% [markdown]
# The penalty on b halves the *mean* of all predictions: it pulls b toward 0, although no penguin weighs 0 g. The mean of x is 0, so the loss depends on b only through (b − 4202)² + b². This is smallest at half of 4202.
#
# **Question `ridge_line` ••, 2 points.** Return w and b for which
#
# $$L(w, b) = \frac1n \sum_i (x_i \cdot w + b - y_i)^2 + \lambda \lVert w \rVert^2$$
#
# is smallest: 1 point for w, 1 point for b. The xᵢ are the rows of `X`. No column of X is constant, or a constant plus multiples of other columns. So exactly one pair of w and b is best, also for λ = 0. λ is called `lam`, and is 0 or more. The gradient is linear in w and b: set it to 0 and solve. This fit is called **ridge regression**.
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
# Overfit on purpose: fit a linear model with 19 columns to 30 penguins. The columns are three measurements and all products of two or three of them, such as length² · depth. The model predicts the mass of 150 other penguins. Without a penalty its root-mean-square error is 881 g. A model that always predicts the mean of the 30, 4,116 g, has an error of only 817 g.
#
# **Guess:** how large is the model's error, in grams, with the best λ?

# %%
guess_best = ...

# %% demo fit 19 columns with 61 values of λ
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
print(f"always the mean of the 30: {off_by(np.zeros(19), mass[fit].mean()):.0f} grams")

# %% demo draw the error against λ, and print the length of w
best = errors.argmin()
for k in (0, 20, best, 60):
    w, b = fits[k]
    print(f"λ {strengths[k]:8.4f}: length of w {np.sqrt(w @ w):7.0f}, ", end="")
    print(f"training error {off_by(w, b, X, fit):4.0f} g, ", end="")
    print(f"validation error {errors[k]:4.0f} g, b {b:.0f} g")
title = f"The best λ brings the error from {off_by(*my_line(X, mass[fit], 0)):.0f} g "
title += f"down to {errors[best]:.0f} g"
fig, ax = draw.figure(title, "λ", "validation error in grams")
draw.line(ax, strengths, errors, draw.SUBJECT, "150 other penguins")
ax.plot(strengths[best], errors[best], "o", color=draw.SUBJECT.color)
ax.text(strengths[best], errors[best] - 70, f"λ = {strengths[best]:.2g}", ha="center")
ax.set(xscale="log", ylim=(0, 900))
alt = f"{title}, at λ = {strengths[best]:.2g}; the error rises on both sides."
draw.show(fig, alt=alt)

# %% [markdown]
# As λ grows, w gets shorter and the training error grows. The validation error is lowest in between: with a smaller λ the model overfits, with a larger λ it **underfits**: even its training error is large. On new birds expect slightly more than 380 g, because λ was chosen on these 150.
#
# ### Compare the penalty with stopping early
#
# Early stopping keeps w short too, because descent starts at zeros. Does it give the same w as some penalty?
#
# For a given w, the best b is mean(y) − mean(x) · w. Then predictions minus targets are A w − c: A is X minus its column means, c is y minus its mean. Take L(w) = ½ · mean((A w − c)²) and the penalty ½λ‖w‖². Their sum is half the loss of `ridge_line`, so the same w makes it smallest.
#
# As in `07`, study each eigenvector v of L's Hessian AᵀA/n by itself.

# %% [markdown]
# The **component** of w along v is v · w. Eigenvectors are at right angles and have length 1, so w is the sum of all eigenvectors, each times its component, and ‖w‖² is the sum of squared components: the penalty splits too.
#
# Let s be v's eigenvalue (λ in `07`). The component is 0 at the start of descent, a at L's minimum, and u · a now. So u is the *fraction* of the way from 0 to a, the *filter factor*: with a = 10 and the component 6, u = 0.6.
#
# |for this component||
# |:--|:--|
# |L, a parabola plus a constant|½ s (u · a − a)² = a² · ½ s (u − 1)²|
# |penalty|½ λ (u · a)² = a² · ½ λ u²|
# |L + penalty|a² moves no minimum, so leave it out|
# |a step on L changes u · a by|−η s (u · a − a)|
# |so it changes u by|−η s (u − 1)|
#
# **Question `kept_shares` ••, 2 points.** Return two arrays, with one u for each eigenvalue in `s`:
#
# 1. u after `steps` steps of descent on ½ s (u − 1)², with the rate `rate`, from u = 0 (1 point);
# 2. u at the minimum of ½ s (u − 1)² + ½ λ u², with λ = 1 / (rate · steps) (1 point).
#
# Stuck? Run `hint("kept_shares")`.


# %% answer kept_shares
def kept_shares(s, rate, steps):
    """The fractions of the way after some steps, and at the minimum with a penalty."""
    ### BEGIN SOLUTION
    lam = 1 / (rate * steps)
    return 1 - (1 - rate * s) ** steps, s / (s + lam)
    ### END SOLUTION


# %% check kept_shares
check("kept_shares", kept_shares)

# %% [markdown]
# Why this λ? Where s is much smaller than 1/(ηt) and λ, the first fraction is about ηts, and the second is about s/λ. They are equal if λ = 1/(ηt).
#
# At s = λ the second fraction is 0.5. The first is 1 − 1/e = 0.63, if the steps are many and small.
#
# The next cells compare stopping and this penalty on the 30 penguins. First see both fractions of all 19 eigenvalues, after 12 steps.

# %% demo descend, fit with λ = 1 / (rate * steps), and draw both fractions
c, rate = mass[fit] - mass[fit].mean(), 0.1
after = np.unique(np.logspace(0, 4.5, 50).astype(int))
w, stopped, walks = np.zeros(19), [], []
for t in range(1, after[-1] + 1):
    w = w - rate * X.T @ (X @ w - c) / len(X)
    if t in after:
        stopped.append(off_by(w, mass[fit].mean()))
        walks.append(w)
fits = [my_line(X, mass[fit], 1 / (rate * t)) for t in after]
s, axes = np.linalg.eigh(X.T @ X / len(X))
whole = axes.T @ np.linalg.lstsq(X, c, rcond=None)[0]
k = list(after).index(12)
shares = [axes.T @ w / whole for w in (walks[k], fits[k][0])]
title = "Both fractions rise from near 0, far below λ, toward 1"
fig, ax = draw.figure(title, "eigenvalue s, divided by λ", "fraction")
draw.line(ax, s * rate * 12, shares[0], draw.TAPE, "stopped").set_marker(".")
draw.line(ax, s * rate * 12, shares[1], draw.HAND, "penalty").set_marker(".")
draw.line(ax, [1, 1], [0, 1], draw.OTHER, "s = λ")
ax.set(xscale="log")
sums = [f"{share.sum():.1f}" for share in shares]
draw.show(fig, alt=f"{title}. Their sums: stopped {sums[0]}, penalty {sums[1]}.")

# %% demo draw both errors, and add up the fractions
penalized = [off_by(*found) for found in fits]
print("steps  sum of the fractions: stopped  with the penalty")
for k in range(0, len(after), 8):
    both = axes.T @ walks[k] / whole, axes.T @ fits[k][0] / whole
    print("{:5}  {:29.2f}  {:16.2f}".format(after[k], *np.sum(both, axis=1)))
gap, early = np.abs(np.subtract(stopped, penalized)), (after >= 3) & (after <= 100)
most = np.ceil(gap[early].max())
title = f"From 3 to 100 steps the two errors agree within {most:.0f} g"
fig, ax = draw.figure(title, "steps t, with λ = 1 / (ηt)", "validation error in grams")
draw.line(ax, after, stopped, draw.TAPE, "stopped after t steps")
draw.line(ax, after, penalized, draw.HAND, "with the penalty λ")
ax.set(xscale="log", ylim=(0, 1000))
alt = f"{title}. Both fall and rise again; the penalized one starts higher."
draw.show(fig, alt=alt)

# %% [markdown]
# With more steps, or a smaller λ, the fractions approach 1, those of large eigenvalues first: along their eigenvectors the rows differ most. The sum of all 19 fractions is called the **effective number of parameters**, or *degrees of freedom*. It grows from 0 toward 19. After 12 steps it is 6.6: the model is about as free as with 6 or 7 weights.
#
# So for a linear model with the squared error, early stopping is similar to an L2 penalty, but not equal:
#
# |steps|difference of the two errors|
# |:--|:--|
# |1 or 2|up to 100 g|
# |3 to 100|up to 13 g|
# |more than 100|up to 130 g|
#
# Stopping keeps a larger fraction of every component than the penalty does. So it underfits less after 1 or 2 steps, and overfits more after 100.
#
# ## Make more data
#
# **Augmentation** makes new examples from the training examples by changes that *keep the label*. The task decides which changes keep it: a mirrored cat is still a cat, but a 6 upside down is a 9.

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
title = "Moving keeps all six labels, mirroring keeps none, and 6 upside down is 9"
turned = {"mirrored": mirrored(shapes, 1), "upside down": shapes[:, ::-1, ::-1]}
shown = {"as written": shapes, "moved": copies[six], **turned}
draw.show(
    draw.tiles(shown, title, above="235679"),
    alt=f"{title}.",
)

# %% [markdown]
# **Question `grown` •, 2 points.** `held` is a boolean array, True for the held-out rows. `change(images, k)` returns a changed copy of each image, with another change for each k. Return a larger training set:
#
# 1. the training images as they are, then copies of all of them with k = 1, then with k = 2, up to k = `copies`, which is 1 or more (1 point);
# 2. the labels of all these images, in the same order (1 point).
#
# No held-out row, and no copy of one, may get into the training set.
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
# Three networks learn from the same 200 digits. The first gets only these images. The second gets them and four moved copies of each. The third gets them and one mirrored copy of each. All three classify the validation digits twice: as they were written, and moved by at most one pixel.
#
# **Guess two fractions:** what fraction of the *moved* validation digits does the first network classify correctly, and what fraction does the second?

# %%
guess_plain, guess_moved = ..., ...

# %% demo train with moved and with mirrored copies
trial = images[:5], names[:5], np.arange(5) == 2, moved, 2
my_grown = yours(grown, stand_ins.grown, *trial)
both_sets, held_out = np.append(few, valid), np.arange(600) >= 200


def accuracies(change, copies):
    """Accuracy on the validation digits, as written and moved."""
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
found = np.array([accuracies(*how) for how in kinds.values()]).T
beside(guess_plain, found[1, 0])
beside(guess_moved, found[1, 1])

# %% demo draw the accuracy with moved and with mirrored copies
plain, with_moved, with_mirrored = found[1]
title = "Moved copies raise accuracy on moved digits: "
title += f"{plain:.2f} to {with_moved:.2f}"
fig, ax = draw.figure(title, "copies in the training set", "accuracy")
groups = {
    "validation digits as written": (found[0], draw.TAPE),
    "validation digits moved": (found[1], draw.HAND),
}
draw.bars(ax, kinds, groups)
ax.set_ylim(0, 1.25)
ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
alt = f"{title}; mirrored copies lower it to {with_mirrored:.2f}. "
draw.show(fig, alt=alt + "On digits as written the three bars differ little.")

# %% [markdown]
# On digits as written, any effect of moved copies is too small to be seen with 400 digits. Mirrored copies seem to hurt a little: 0.89 in place of 0.92.
#
# ### Add noise
#
# Another augmentation works for all numerical inputs: add random noise, anew at every step. Take a linear model. Each entry of X gets independent noise with the mean 0 and the standard deviation `std`.
#
# **Question `noisy_loss` ••, 1 point.** The loss is the mean of ((x + noise) · w − y)² over the rows x of `X`. Return its expected value, the mean over all possible noise. It has a formula without random numbers.
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
# Make 500 copies of each of the 30 penguins, and add noise of standard deviation 0.5 to the 19 standardized columns. Fit a linear model to all copies, *without a penalty*. Without noise the error on the 150 other penguins was 881 g.
#
# **Guess:** how large is the error now, in grams?

# %%
guess_noisy = ...

# %% demo fit to noisy copies, and with a penalty beside it
rng = np.random.default_rng(0)
copies = np.tile(X, (500, 1)) + rng.normal(0, 0.5, (500 * 30, 19))
beside(guess_noisy, off_by(*my_line(copies, np.tile(mass[fit], 500), 0.0)), "grams")
print(f"with the penalty λ = 0.5²: {off_by(*my_line(X, mass[fit], 0.25)):.0f} grams")

# %% [markdown]
# **For a linear model with the squared error, input noise acts on average as an L2 penalty** with λ = std². So early stopping, an L2 penalty and noise all keep w short, mostly along eigenvectors with small eigenvalues.
#
# ## Reuse a network
#
# A network that learned one task may help in another: this is **transfer learning**. Remove its last layer. The other layers are **frozen**, no longer trained. They turn an image into numbers, its **features**. A new last layer, the **head**, is trained. A linear head is a **linear probe**.
#
# A network learns to classify digits from 900 images, with only 16 hidden units. The new task: is a digit even? Only 40 images have this label.
#
# **Guess two fractions:** what fraction of the validation digits does a linear layer on the 64 *pixels* classify correctly, and what fraction a linear layer on the 16 *features*?

# %%
guess_on_pixels, guess_on_features = ..., ...

# %% [markdown]
# **Question `train_head` ••, 2 points.** The frozen layer turns `X` into the features ReLU(X W₁ᵀ + b₁). `Y` holds one-hot rows, with one column for each class. W and b of the head start at zeros. The loss is the mean cross-entropy plus λ times the sum of the squares of W; λ is called `lam`. Take `steps` steps of gradient descent with the rate `rate`. Return W, with one row for each class (1 point), and b (1 point).
#
# Don't change `W1` and `b1`. The first cell of this notebook has a `softmax`.
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
    """Validation accuracy with the best of four settings, on average over ten draws."""
    made, found = np.maximum(X[valid] @ W1.T + b1, 0), []
    for lam, rate in [(0.01, 0.03), (0.01, 0.3), (0.1, 0.03), (0.1, 0.3)]:
        heads = [my_head(W1, b1, X[k], one_hot[k], lam, rate, 300) for k in samples]
        named = [(made @ W.T + b).argmax(axis=1) for W, b in heads]
        found.append(np.mean(named == even[valid]))
    return max(found)


# a layer that does nothing:
unchanged = np.eye(64), np.zeros(64), images.reshape(-1, 64)
beside(guess_on_pixels, probed(*unchanged))
beside(guess_on_features, probed(net.W1, net.b1))
print(f"features of an untrained layer: {probed(random_net.W1, random_net.b1):.2f}")
digit = net.scores(pixels[valid]).argmax(axis=1)
correct = np.mean(digit % 2 == even[valid])
print(f"by the digit that the whole network names: {correct:.2f}")

# %% [markdown]
# With the best of four settings of rate and λ, the 16 features reach 0.88 and the 64 pixels 0.84. Both numbers are slightly too good, because the setting was chosen on the same digits. Features of an untrained layer of the same size reach only 0.73. So the training helps, not the layer by itself. With more labels, the frozen layers are often trained too: this is **fine-tuning**.
#
# The old network names a digit, and so says whether it is even: this is right for 98% of the validation digits. So train a head only where the old classes don't already answer the question.
#
# Features help if the new task needs what the old task needed. Networks that learned only 0 to 4 give features that tell 5 to 9 apart *worse* than pixels do: with 40 labels they reach 0.70 to 0.80, the pixels 0.90 (not shown).

# %% [markdown]
# ## Use more weights than rows
#
# Many textbooks say: with ever more weights, the validation error first falls and then only rises, like a U. Test this on a linear model without bias. Row i of F holds the features of example i, and y the targets. The mean of (F w − y)² is smallest where its gradient is 0: FᵀF w = Fᵀy, as in `ridge_line` with λ = 0. With more weights than rows, many w solve this.
#
# **Question `new_error` ••, 2 points.** `F_new` and `y_new` hold new examples. Find w, and return the mean squared error on the new examples.
#
# - λ > 0: w makes the mean of (F w − y)² plus λ‖w‖² smallest (1 point).
# - λ = 0: w is the shortest of all w that make the mean of (F w − y)² smallest, `np.linalg.lstsq(F, y)[0]` (1 point).
#
# `lam` is λ. Columns may be fewer or more than rows.
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
# A layer with *random* weights V, never trained, turns the pixels x into features ReLU(V x). Only w on top is fitted, to 100 digits. The target is 1 for even digits and −1 for odd digits. The **width** is the number of features, and so of weights in w. For 17 widths from 10 to 1,000, the median error of five layers V is shown.
#
# A model that always says 0 has the error 1.
#
# **Guess three numbers:** at which width is the validation error largest? How large is it there? And how large is it at width 1,000?

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
        w = np.linalg.lstsq(F, sign[own], rcond=None)[0]
        slopes = ((features(valid, width, k) > 0) * w) @ V
        slope = np.linalg.norm(slopes, axis=1).mean()
        told.append([np.linalg.svd(F)[1].min(), np.linalg.norm(w), slope])
    print("{:5}  {:20.3f}  {:11.1f}  {:5.1f}".format(width, *np.median(told, axis=0)))
title = "The error is largest with as many weights as rows"
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
# This is **double descent**. In the picture, the error grows only from width 30 to 100. The table shows why.
#
# The least **singular value** of F is the root of the least eigenvalue of FᵀF that isn't 0. If w moves by 1 along the eigenvector of this eigenvalue, the outputs F w move only by the least singular value. The slope is the length of the gradient of the output with respect to the pixels, on average over the validation digits.
#
# At width 100 the capacity is just enough: exactly one w fits all rows. The least singular value is only 0.008, so w has to go far before the outputs reach the targets. Its length is 42.5, and only 5.9 at width 30. With a long w, the output changes fast with the pixels, and misses the targets of new digits.

# %% [markdown]
# Beyond the peak, many w fit all rows. With a small enough rate, descent from zeros ends at the shortest w that fits:
#
# - Each gradient is a weighted sum of the rows of F. So descent's w is such a sum too.
# - Another w that fits has the same outputs. So F times the difference of the two w is 0: the difference is at right angles to all rows, and to descent's w.
# - By Pythagoras, the other w is longer.
#
# A wider layer has all features of a narrower layer. A w that fits with the narrower layer also fits with the wider layer, if zeros are added to w. So the shortest w never gets longer beyond the peak. At width 1,000 its length is only 2.2, and the error is small.
#
# **Guess:** with the penalty λ = 0.01, how large is the error at width 100?

# %%
guess_at_peak = ...

# %% demo add the penalty at every width
penalized = np.array([error_at(width, 0.01) for width in widths])
beside(guess_at_peak, penalized[widths.index(100)])
title = "A penalty with λ = 0.01 removes the peak"
fig, ax = draw.figure(title, "width: the number of weights", "validation error")
draw.line(ax, widths, sweep, draw.SUBJECT, "λ = 0")
draw.line(ax, widths, penalized, draw.TAPE, "λ = 0.01")
ax.set(xscale="log", yscale="log")
ax.set_xticks([10, 30, 100, 300, 1000], ["10", "30", "100", "300", "1,000"])
ax.set_yticks([0.3, 0.5, 1, 3, 10], ["0.3", "0.5", "1", "3", "10"])
ax.yaxis.minorticks_off()
draw.show(fig, alt=f"{title}: {penalized[peak]:.2f}, not {sweep[peak]:.1f}.")

# %% [markdown]
# With this small penalty, the error falls from the first width to the last, except for two small steps up. Both steps are chance: the median of 25 layers falls throughout (not shown). So with this penalty, wider is better.
#
# Now open the test set. Suppose that you chose width 1,000 and λ = 0.01 with the validation set. The test digits took no part in any decision of this notebook.

# %% demo open the test set, once
F = features(own, 1000, 0)
w = np.linalg.solve(F.T @ F / 100 + 0.01 * np.eye(1000), F.T @ sign[own] / 100)
for kind, rows in {"validation": valid, "test": test}.items():
    correct = np.mean(np.sign(features(rows, 1000, 0) @ w) == sign[rows])
    print(f"{correct:.1%} of {len(rows)} {kind} digits")

# %% [markdown]
# The gap of half a percentage point means nothing: with 400 digits, each fraction has a standard error of √(0.925 · 0.075 / 400), or 1.3 percentage points.
#
# The same 13 people wrote all digits. On the digits of a 14th person, expect more errors.
#
# ## Read the library's stopping rule
#
# `chainrule.regularize` has an `EarlyStopping`, which `train.fit` asks after each epoch. The next cell prints its rule and compares it with yours on three lists of losses. Find three differences.

# %% demo print the library's rule
import inspect

print(inspect.getsource(regularize.EarlyStopping.update))


def outcome(losses, stopper):
    t = stops_at(losses, stopper)
    when = f"stops at loss number {t}" if t else "doesn't stop"
    return f"{when}, keeps the weights of the loss {stopper.best_loss}"


rules = {"yours": my_stopper, "the library's": stand_ins.LibraryStopper}
for losses in ([3.0, 3.5, 3.6, 1.0], [3.0, np.nan, 1.0], [3.0, 2.0, 1.9, 2.5, 2.6]):
    print(f"losses {losses}")
    for name, rule in rules.items():
        print(f"    {name} {outcome(losses, rule(2, 0.5))}")

# %% [markdown]
# |what happens|the library's rule|yours|
# |:--|:--|:--|
# |`patience` losses in a row don't improve|stops|stops if the next loss doesn't improve either|
# |a loss is NaN|stops at once, and says why|counts a loss that doesn't improve|
# |a loss is the lowest so far, but doesn't improve|doesn't keep its weights|keeps its weights|
#
# Before you compare two runs, find out which rule stopped each run.
#
# ## Say what you can do now
#
# - Tell memorizing from learning, and say what each of the three sets is for.
# - Split data without a leak through groups, scales or the choice of columns.
# - Write a rule for early stopping that is right for ties, NaN and slow progress.
# - Solve for weights under an L2 penalty that leaves out the bias.
# - Say what early stopping, an L2 penalty and noise have in common.
# - Augment with changes that keep the label, and train a head on a frozen network.
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
# **Look too often.** Draw 1,000 random w for random features, keep the w that is best on 50 validation digits, and measure it on the test digits. How far apart are the two errors?
#
# **Move the peak.** Use 200 training digits. Where is the peak now? How high is it if one label in five is wrong?
#
# ## Read on
#
# - Goodfellow, Bengio, Courville: *Deep Learning*, 2016: 7.1 norm penalties, 7.4 augmentation, 7.8 early stopping, [deeplearningbook.org](https://www.deeplearningbook.org/).
# - Hastie, Tibshirani, Friedman: *The Elements of Statistical Learning*, 2009, 7.10.2: the genes.
# - Prechelt: *Early stopping, but when?*, 1998. Bishop: *Training with noise is equivalent to Tikhonov regularization*, 1995.
# - Belkin, Hsu, Ma, Mandal: *Reconciling modern machine learning practice and the bias-variance trade-off*, 2019; Nakkiran et al.: *Deep double descent*, 2020.
# - Zhang et al.: *Understanding deep learning requires rethinking generalization*, 2017: shuffled labels.

# %% [markdown]
# # Predict shapes and read a verdict
#
# Most bugs in numerical code are shapes that fit by accident. Most hours go into messages that nobody read to the end.
# This warm-up deals with both.

# %% [markdown]
# **You'll do:** predict shapes, write a layer without a loop, and repair a wrong answer from its verdict alone.
#
# **You'll learn:** how broadcasting decides, and how to read what a check tells you.
#
# **You need:** matrices, gradients, a little NumPy. The first section lets you test that.
#
# **Time:** about 45 minutes, 20 of reading and 25 of exercises.

# %% [markdown]
# {questions} A check draws fresh numbers every time you run it, so you can run it as often as you like.
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, draw, hint

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## Check what you bring
#
# This course assumes linear algebra, calculus in several variables, gradients, and the idea of walking downhill on a function. Test yourself. Take f(w) = w · x, with x = (3, −1, 2).
#
# **Guess:** what is the gradient of f at w = (5, 5, 5)? And which way, at length 1, does f rise fastest?

# %%
guess_gradient = ...

# %% demo move each weight a little
x, w = np.array([3.0, -1.0, 2.0]), np.full(3, 5.0)
for i, step in enumerate(np.eye(3) * 1e-3):
    print(f"slope along w[{i}]: {((w + step) @ x - w @ x) / 1e-3:.6f}")

# %% [markdown]
# The gradient is x itself, wherever w is. f rises fastest along x, at length 1 that is (0.80, −0.27, 0.53), and falls fastest along −x.
#
# If that was news, read up on *gradient* and *matrix product* first. If it was slow, but clear: go on, slow is fine.

# %% [markdown]
# ## Settle the letters
#
# Books disagree on letters and on which way a matrix lies. Here is what this course writes.
#
# |letter|meaning|
# |:--|:--|
# |x, X|one example, a batch of them: each example is a **row** of X|
# |W, b|weights (out, in), bias (out,): what torch stores|
# |L, l|the loss, a part of it|
# |η|the learning rate, elsewhere α, β or lr|
# |σ|the sigmoid, 1 / (1 + e⁻ˣ)|
# |g|the gradient that arrives from the loss, *upstream*|
# |inputs|what a number was made from, elsewhere *parents*|

# %% [markdown]
# ## Step back from elements to matrices
#
# A matrix product is many small sums. Written out, entry i of Wx is the sum over j of W[i, j] x[j]. Here it is with loops.


# %%
def product(W, x):
    y = np.zeros(len(W))
    for i in range(len(W)):
        for j in range(len(x)):
            y[i] += W[i, j] * x[j]
    return y


# %% [markdown]
# **Guess:** W is 400 × 300. How many times faster is `W @ x`, which does the same 120,000 multiplications?

# %%
guess_speedup = ...

# %% demo race the loop on this machine
from time import perf_counter

W, x = np.ones((400, 300)), np.ones(300)
start = perf_counter()
product(W, x)
middle = perf_counter()
for _ in range(100):
    W @ x
once = (perf_counter() - middle) / 100
print(f"{(middle - start) / once:,.0f} times faster")

# %% [markdown]
# Hundreds of times or more. So think in elements, to get it *right*, then step back to matrices, to get it *fast*.
#
# For `@` write the shapes side by side. The inner lengths must agree, and go:
#
# $$(n, k) \,@\, (k, m) \to (n, m)$$

# %% [markdown]
# An array with one axis is neither row nor column. `@` uses up its only axis, and nothing takes its place.
#
# **Guess:** here X is (4, 3), v is (3,) and u is (4,). What are the shapes of `X @ v`, `u @ X` and `v @ v`?

# %%
guess_three_shapes = ...

# %% demo ask NumPy for three shapes
X, v, u = np.ones((4, 3)), np.ones(3), np.ones(4)
for text in ["X @ v", "u @ X", "v @ v"]:
    print(f"{text}  {np.shape(eval(text))}")

# %% [markdown]
# `(4,)` is how Python writes a tuple with one entry: without the comma, `(4)` is a number. And `()` is the shape of a single number.
#
# And what if the inner lengths differ? Then NumPy complains, at length.

# %% demo read what NumPy complains about
try:
    X @ u
except ValueError as complaint:
    print(complaint)

# %% [markdown]
# Read its end first: `size 4 is different from 3`. X has 3 columns, u has 4 entries. Most complaints about shapes are read best from the back.
#
# A sum does away with the axis it names, unless you ask to keep it as a 1.

# %% demo sum away an axis
for text in ["X.sum()", "X.sum(axis=0)", "X.sum(axis=0, keepdims=True)"]:
    print(f"{text:29} {np.shape(eval(text))}")

# %% [markdown]
# ## Stretch what is too small
#
# `+`, `-` and `*` work entry by entry, so both sides need the same shape. Where they differ, NumPy **broadcasts**:
#
# 1. align the shapes at the right, and put 1 where an axis is missing,
# 2. stretch every axis of length 1 by copying,
# 3. give up if the shapes still differ.

# %% demo stretch a row over a matrix
draw.stretch(np.array([[1, 2, 3], [4, 5, 6]]), np.array([10, 20, 30]), ("X", "v"))

# %% [markdown]
# A row added to every row: just what a bias should do. Numbers in dashed boxes are copies, which NumPy only pretends to make.
#
# **Guess:** now p has shape (3,), and t is a column, (3, 1). What is the shape of p + t?

# %%
guess_sum_shape = ...

# %% demo stretch a row and a column
p, t = np.array([1, 2, 3]), np.array([[10], [20], [30]])
draw.stretch(p, t, ("p", "t"))

# %% demo the rule as a table
for shapes in [(2, 3), (3,)], [(3,), (3, 1)], [(4, 1), (1, 5)], [(2, 3), (2,)]:
    try:
        result = np.broadcast_shapes(*shapes)
    except ValueError:
        result = "refused"
    print(f"{shapes[0]!s:8} with {shapes[1]!s:8} {result}")

# %% [markdown]
# Three numbers and three numbers made nine. No error, no warning. This is the most expensive accident in this course, so look at what it does to a loss.

# %% [markdown]
# ### Watch a loss go wrong
#
# A model predicts 1, 2, 3, the truth is 1, 2, 3: it is perfect. But the predictions come as (3,), the truth from a file with one column, (3, 1).
#
# **Guess:** what is the mean squared error that gets printed?

# %%
guess_loss = ...

# %% demo a perfect model with a loss
prediction, truth = np.array([1.0, 2, 3]), np.array([[1.0], [2], [3]])
print("as they come:", np.mean((prediction - truth) ** 2))
print("both (3,):   ", np.mean((prediction - truth[:, 0]) ** 2))

# %% [markdown]
# Every prediction was compared with every truth. Training would push all predictions to the mean, and the loss curve would look reasonable.
#
# The cure costs one line, before any loss: `assert prediction.shape == truth.shape`.

# %% [markdown]
# ### Predict eight shapes
#
# **Question `predict_shapes`, 3 points.** For *any* n and m, X has shape (n, m), w is (m,), a is (n,) and c is (n, 1). Return the eight shapes as a list of tuples, in this order, *before* you run any of them.
#
# Stuck? Run `hint("predict_shapes")` in a cell of your own.

# %% [markdown]
# |one point each|expressions|
# |:--|:--|
# |products|`X @ w`, `a @ X`, `X.T @ X`|
# |sums|`X.sum(axis=0)`, `X.sum(axis=1, keepdims=True)`|
# |broadcasts|`X + w`, `c * w`, `a - c`|


# %% answer predict_shapes
def predict_shapes(n, m):
    """The shapes of the eight expressions, as tuples made of n and m."""
    ### BEGIN SOLUTION
    products = [(n,), (m,), (m, m)]
    sums = [(m,), (n, 1)]
    broadcasts = [(n, m), (n, m), (n, n)]
    return products + sums + broadcasts
    ### END SOLUTION


# %% check predict_shapes
check("predict_shapes", predict_shapes)

# %% [markdown]
# ## Feed a whole batch
#
# A layer turns an example x into Wx + b. With W as (out, in), row i of W belongs to output i. Examples come in batches, as rows of X, (examples, in), and every example gets the same b.

# %% [markdown]
# Beware of a bias that lies the wrong way. In print you can find "x: 1 × in, W: in × out, b: out × 1".
#
# **Guess:** what is the shape of xW + b then, for 2 inputs and 3 outputs?

# %%
guess_layer_shape = ...

# %% demo a bias that lies the wrong way
x, W, column = np.ones((1, 2)), np.ones((2, 3)), np.zeros((3, 1))
print("xW", (x @ W).shape, " b", column.shape, " xW + b", (x @ W + column).shape)

# %% [markdown]
# One example went in, three came out. The cure is a b with one axis, (out,): aligned at the right it always meets the outputs.

# %% [markdown]
# **Question `affine`, 4 points.** Return the layer's outputs for all examples, shape (examples, out). `X` is (examples, in), `W` is (out, in), `b` is (out,). Three points are for the numbers, one for doing without loops.
#
# Stuck? Run `hint("affine")`.


# %% answer affine
def affine(X, W, b):
    """The outputs of one layer, a row for each row of X."""
    ### BEGIN SOLUTION
    return X @ W.T + b
    ### END SOLUTION


# %% check affine
check("affine", affine)

# %% [markdown]
# ## Read a verdict
#
# A check draws fresh **cases**, asks your function, and compares with an **oracle**: a result that was found in another way, here by torch. What it tells you is its **verdict**.
#
# When they differ it says where, and looks for the **mistake** that would explain *every* number it saw.

# %% [markdown]
# Our example is a loss that is round near 0 and straight far away:
#
# $$L = \frac{1}{n} \sum_{i=1}^{n} \log \cosh (p_i - t_i)$$
#
# p are the predictions, t the targets. Wanted is its gradient: one slope for each prediction. The slope of log cosh r is tanh r.

# %% [markdown]
# Someone has written this. It is wrong on purpose.
#
# **Guess:** don't look for the fault. What might the verdict say?


# %%
def broken_slope(prediction, target):
    gap = target - prediction
    return np.tanh(gap)


# %% demo read the verdict on a broken answer
check("log_cosh_slope", broken_slope, seed=1)

# %% [markdown]
# Read it from the top.
#
# - The **headline** gives the state, the case and the points.
# - Below stand the case's numbers, to repeat it by hand.
# - Then your value, and the oracle's. A line says how many other parts are off.
# - The **diagnosis** comes last, if there is one. Read it twice.

# %% [markdown]
# Divide yours by the oracle's: the ratio is −1, so the diagnosis is about a sign. Signatures like this tell a lot.
#
# |your result is|look for|
# |:--|:--|
# |−1 times the right one|a difference the wrong way round|
# |n times, or 1/n|a mean taken for a sum, or taken twice|
# |2 times, or ½|the square rule, a share counted twice or lost|
# |the right one's transpose|`.T`|
# |of another shape|a sum or an axis too few|

# %% [markdown]
# ### Repair it
#
# Fix only what the verdict names, and check again. It shows one thing at a time: when the first fault is gone, the next one gets its turn.
#
# **Question `log_cosh_slope`, 3 points.** Write the gradient, repaired. One point is for a single prediction, two are for several.
#
# Stuck? Run `hint("log_cosh_slope")`.


# %% answer log_cosh_slope
def log_cosh_slope(prediction, target):
    """The gradient of the mean of log cosh (prediction - target), one slope each."""
    ### BEGIN SOLUTION
    return np.tanh(prediction - target) / len(target)
    ### END SOLUTION


# %% check log_cosh_slope
check("log_cosh_slope", log_cosh_slope)

# %% [markdown]
# Two faults, and one of them showed only with several predictions: for one, a mean and a sum are the same.
#
# A check sees your numbers, not your code. So read each diagnosis as "your numbers look *as if*". Two mistakes can lead to the same number; the last word is yours.

# %% [markdown]
# ### See what it is good for
#
# A typing error puts one target 1000 away from its prediction. Under a squared error it would pull with a slope of 2000, and all other examples would hardly count.
#
# **Guess:** how hard does it pull under log cosh?

# %%
guess_pull = ...

# %% demo take your slope once it is right
right = check("log_cosh_slope", log_cosh_slope).state == "right"
answer = log_cosh_slope if right else broken_slope
gaps = np.linspace(-4, 4, 201)
slope = [answer(np.array([gap]), np.zeros(1))[0] for gap in gaps]
print("The slope in the figure is", "your own" if right else "still the broken one")

# %% demo draw the slope
fig, ax = draw.figure("One outlier can pull no harder than 1", "p − t", "value")
ax.set(ylim=(-1.3, 4))
draw.line(ax, gaps, np.log(np.cosh(gaps)), draw.OTHER, "log cosh")
draw.line(ax, gaps, slope, draw.HAND, "slope" if right else "broken slope")
draw.show(
    fig,
    alt="log cosh falls to 0 at a gap of 0 and rises to 3.3 at 4, nearly straight. "
    f"The slope runs from {slope[0]:.2f} through 0 to {slope[-1]:.2f} and is nearly "
    "flat beyond a gap of 2 either way.",
)

# %% [markdown]
# ## Say what you can do now
#
# You can predict the shape of a product, a sum and a broadcast; write a layer for a batch; and read a report to its last line.
#
# Run the next cell to see where each question stands. Then save the notebook, download it, and hand in the file `00_shapes_and_checks.ipynb`.

# %% demo see where you stand
check_all("00_shapes_and_checks", globals(), STUDENT)

# %% [markdown]
# # Predict shapes and read a verdict
#
# In this course you write, function by function, the program that trains neural networks. At the end of unit 2 you own an engine of about eighty lines that finds the gradients of formulas over arrays. The first figure below shows what such an engine is good for.
#
# Two things often cost more time than the mathematics: arrays whose shapes fit by accident, and messages that nobody reads to the end. Here you practise with both.

# %% [markdown]
# **You'll do:** predict shapes, write a layer without a loop, and repair a wrong function with the help of a check.
#
# **You'll learn:** how broadcasting changes a shape, and how to read what a check tells you.
#
# **You need:** vectors, matrices, partial derivatives, a little NumPy.
#
# **Time:** about an hour, half of it reading.

# %% [markdown]
# {questions} Checks draw fresh numbers: run them as often as you like. {dots}
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, draw, hint
from chainrule.guess import beside

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## See where this leads
#
# A **network** is a function with many adjustable numbers, its **weights**. It is built from **layers**. This one has two layers and 67 weights, biases included (4 · 8 + 8 + 8 · 3 + 3). It gets four measurements of a penguin and names the species. At first its weights are random or 0. The **loss** is one number that says how wrong its answers are. A program finds the gradient of the loss, moves every weight a little in the direction in which the loss falls, and repeats this 150 times: the program **trains** the network.
#
# Today the program comes from the library of this course. In `04_tensors` you train the same network with your own.


# %% demo load measurements of penguins
from chainrule import data

rng = np.random.default_rng(0)
birds = data.load("penguins")
fit, held = data.split(len(birds.y), (0.7, 0.3), rng)
X, X_held = data.standardize(birds.x[fit], birds.x[held])


# %% demo train a network to name them
def trained():
    """The losses of 150 steps, and the names that birds kept aside get afterwards."""
    from chainrule import layers, losses, ops, optim, train

    first, second = layers.Linear(4, 8, rng), layers.Linear(8, 3, rng)
    network = layers.Sequential(first, ops.relu, second)
    optimizer, targets = optim.SGD(network.parameters(), lr=0.5), birds.y[fit]
    fallen = [
        train.descend(network, losses.cross_entropy, optimizer, X, targets)
        for _ in range(150)
    ]
    return fallen, network(X_held).data.argmax(1)


fallen, named = trained()

# %% demo see the loss fall and penguins named
right = f"{sum(named == birds.y[held])} of the {len(held)}"
title = f"Over 150 steps the loss falls from {fallen[0]:.2f} to {fallen[-1]:.3f}"
fig, ax = draw.figure(title, "step", "loss")
ax.set_ylim(0, 1.1 * max(fallen))
draw.line(ax, np.arange(150), fallen, draw.TAPE, f"loss on {len(fit)} penguins")
about = "bill {:g} mm long, {:g} mm deep,\nflipper {:g} mm, {:g} g"
about = about.format(*birds.x[held[0]])
called, species = birds.classes[named[0]], birds.classes[birds.y[held[0]]]
ax.text(50, 1, f"Now the network rightly names {right}\npenguins that were kept aside.")
ax.text(50, 0.65, f"One of them: {about}", linespacing=1.5)
ax.text(50, 0.35, f"The network calls it {called}.\nBiologists call it {species}.")
alt = f"{title}, most of the way in the first 20 steps. Then it rightly names {right} "
draw.show(fig, alt=f"{alt}penguins kept aside; one, {species}, is called {called}.")

# %% [markdown]
# ## Check what you bring
#
# Test what this course assumes. Take f(w) = w · x, with x = (3, −1, 2).
#
# **Guess:** what is the gradient of f at w = (5, 5, 5)? Write three numbers in place of the dots, then run on. A guess is never graded.

# %%
guess_gradient = ...  # for example (1, 1, 1)

# %% demo move each weight a little
x, w = np.array([3.0, -1.0, 2.0]), np.full(3, 5.0)
gradient = [((w + move) @ x - w @ x) / 1e-3 for move in np.eye(3) * 1e-3]
beside(guess_gradient, np.round(gradient, 6))

# %% [markdown]
# The gradient is x, and it is the same for every w. The function f rises fastest in the direction of x, and falls fastest in the direction of −x.
#
# If this is new to you, read about the *gradient* and the *matrix product* first.

# %% [markdown]
# ## Go from elements to matrices
#
# A matrix product consists of many small sums. Written out, entry i of Wx is the sum over j of W[i, j] x[j]. The next cell computes these sums with loops.


# %%
def product(W, x):
    y = np.zeros(len(W))
    for i in range(len(W)):
        for j in range(len(x)):
            y[i] += W[i, j] * x[j]
    return y


# %% [markdown]
# **Guess:** W is 400 × 300. `W @ x` does the same 120,000 multiplications. How many times faster is `W @ x` than the loops?

# %%
guess_speedup = ...

# %% demo race the loops on this machine
from time import perf_counter

W, x = np.ones((400, 300)), np.ones(300)
start = perf_counter()
product(W, x)
middle = perf_counter()
for _ in range(100):
    W @ x
once = (perf_counter() - middle) / 100
beside(guess_speedup, round((middle - start) / once), "times faster")

# %% [markdown]
# The matrix product is hundreds or thousands of times faster, depending on the machine. So think in elements until the formula is *right*, then write it with matrices to make the program *fast*.
#
# To find the shape of a product, write the two shapes side by side. The inner lengths must agree, and they disappear:
#
# $$(n, k) \,@\, (k, m) \to (n, m)$$
#
# For `@`, an array with one axis is neither a row nor a column: (2, 5) @ (5,) gives (2,), and (2,) @ (2, 5) gives (5,). `@` sums over this axis, so the axis is gone from the result.

# %% [markdown]
# **Guess:** here X has shape (4, 3), v has (3,) and u has (4,). What are the shapes of `X @ v`, `u @ X` and `v @ v`? Write tuples.

# %%
guess_Xv, guess_uX, guess_vv = ..., ..., ...

# %% demo ask NumPy for three shapes
X, v, u = np.ones((4, 3)), np.ones(3), np.ones(4)
beside(guess_Xv, (X @ v).shape)
beside(guess_uX, (u @ X).shape)
beside(guess_vv, (v @ v).shape)

# %% [markdown]
# `(4,)` is how Python writes a tuple with one entry. Without the comma, `(4)` is a number. `()` is the shape of a single number.
#
# If the inner lengths differ, NumPy raises an error with a long message. The next cell tries `X @ u`, that is, (4, 3) @ (4,).

# %% demo read NumPy's message
try:
    X @ u
except ValueError as complaint:
    print(complaint)

# %% [markdown]
# Read the end of the message first: `size 4 is different from 3`, the 4 of u and the 3 of X. In most messages about shapes, the useful part stands at the end.
#
# `X.sum(axis=0)` removes axis 0, `X.sum(axis=1)` removes axis 1; `X.sum()` removes all axes. With `keepdims=True` the axis stays, with length 1.
#
# **Guess:** X has shape (4, 3). What are the shapes of `X.sum(axis=0)` and `X.sum(axis=0, keepdims=True)`?

# %%
guess_sum, guess_kept = ..., ...

# %% demo sum over an axis
beside(guess_sum, X.sum(axis=0).shape)
beside(guess_kept, X.sum(axis=0, keepdims=True).shape)

# %% [markdown]
# ## Stretch what is too small
#
# `+`, `-` and `*` work entry by entry, so both arrays need the same shape. If the shapes differ, NumPy **broadcasts**:
#
# 1. Align the shapes at the right, and put a 1 where an axis is missing. So (3,) is taken as (1, 3), a row.
# 2. Stretch an axis of length 1, by copying, to the length of the other array's axis.
# 3. Raise an error if the shapes still differ.

# %% demo stretch an array with one axis over a matrix
X, v = np.array([[1, 2, 3], [4, 5, 6]]), np.array([10, 20, 30])
draw.titled("v is added to every row of X", draw.stretch(X, v, ("X", "v")))

# %% [markdown]
# Press *Next* until step 3: the grey dashed boxes are copies. NumPy doesn't store these copies: it reads the same number again.
#
# **Guess:** now p has shape (3,), and t is a column with shape (3, 1). What is the shape of p + t?

# %%
guess_sum_shape = ...

# %% demo stretch both arrays
p, t = np.array([1, 2, 3]), np.array([[10], [20], [30]])
beside(guess_sum_shape, (p + t).shape)
draw.titled("(3,) plus (3, 1) makes (3, 3)", draw.stretch(p, t, ("p", "t")))

# %% demo see which shapes fit
for shapes in [(2, 3), (3,)], [(3,), (3, 1)], [(4, 1), (1, 5)], [(2, 3), (2,)]:
    try:
        result = np.broadcast_shapes(*shapes)
    except ValueError:
        result = "an error"
    print(f"{shapes[0]!s:8} with {shapes[1]!s:8} {result}")

# %% [markdown]
# (2, 3) and (2,) don't fit: aligned at the right, 3 stands over 2. But (3,) and (3, 1) made nine numbers, without an error or a warning.
#
# ### Watch a loss go wrong
#
# A perfect model predicts 1, 2, 3 where the targets are 1, 2, 3. The predictions have shape (3,). The targets come from a file with one column, so their shape is (3, 1).
#
# The mean squared error is the mean of all (prediction − target)². **Guess:** what does the program print as the loss of this model?

# %%
guess_loss = ...

# %% demo compute the loss of a perfect model
prediction, target = np.array([1.0, 2, 3]), np.array([[1.0], [2], [3]])
beside(guess_loss, np.mean((prediction - target) ** 2))
print("With both shapes (3,):", np.mean((prediction - target[:, 0]) ** 2))

# %% [markdown]
# The program compared every prediction with every target. In training, this loss would move all predictions toward the mean of the targets, and it would fall, as a right loss does: to ⅔, the variance of the targets, and not to 0.
#
# Write `assert prediction.shape == target.shape` in the line above the loss. `assert` stops the program with an error if its condition is false.

# %% [markdown]
# ### Predict eight shapes
#
# **Question `predict_shapes` •, 3 points.** For *any* n and m, X has shape (n, m), w has (m,), a has (n,) and c has (n, 1). Return the eight shapes as a list of tuples, in this order, *before* you run any of the expressions. `X.T` is X with its axes exchanged.
#
# |one point each|expressions|
# |:--|:--|
# |products|`X @ w`, `a @ X`, `X.T @ X`|
# |sums|`X.sum(axis=0)`, `X.sum(axis=1, keepdims=True)`|
# |broadcasts|`X + w`, `c * w`, `a - c`|
#
# Stuck? Run `hint("predict_shapes")` in a cell of your own.


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
# A layer turns an example x into Wx + b. W has shape (out, in), so row i of W belongs to output i. A batch X has shape (examples, in), with an example in each row. b is the layer's **bias**; every example gets the same b.
#
# The bias must lie the right way. Suppose someone keeps x as (1, in), W as (in, out), and b as a column, (out, 1).
#
# **Guess:** what is the shape of xW + b then, for 2 inputs and 3 outputs?

# %%
guess_layer_shape = ...

# %% demo add a bias that lies the wrong way
x, W, column = np.ones((1, 2)), np.ones((2, 3)), np.zeros((3, 1))
beside(guess_layer_shape, (x @ W + column).shape)

# %% [markdown]
# One example went in, and three rows came out. A bias with one axis, (out,), prevents this mistake: aligned at the right, its axis always meets the axis of the outputs.
#
# **Question `affine` •, 4 points.** Return the layer's outputs for all examples, with shape (examples, out). `X` is (examples, in), `W` is (out, in), `b` is (out,). Three points are for the numbers, one point is for a function without loops.
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
# A check draws fresh **cases**, calls your function on each, and compares the results with those of an **oracle**. An oracle finds the same result in another way. In this notebook it is mostly **torch** (PyTorch), a large library that finds gradients itself. What the check tells you is its **verdict**.
#
# A check has parts, one for each kind of case. If the results differ, the check says where. It also knows common **mistakes**, and computes what each of them would return. If that equals your results in every number of a part, the check names the mistake.

# %% [markdown]
# Our example is the mean squared error of n predictions p with targets t:
#
# $$L = \frac{1}{n} \sum_{i=1}^{n} (p_i - t_i)^2$$
#
# The gradient of L with respect to the predictions has one slope for each prediction. Call pᵢ − tᵢ the **gap**. The slope of r² along r is 2r; here r is the gap.
#
# **Guess:** a prediction lies above its target. Does the loss rise (+) or fall (−) if this prediction moves up?

# %%
guess_sign = ...  # "+" or "-"


# %% [markdown]
# The next function is wrong on purpose. Let the verdict find the fault.


# %%
def broken_slope(prediction, target):
    miss = target - prediction
    return 2 * miss


# %% demo read the verdict on a broken function
above = np.array([2.0, 2.01]) ** 2  # the loss of a prediction that lies 2 above
beside(guess_sign, "+" if above[1] > above[0] else "-")
check("squared_error_slope", broken_slope, seed=1)

# %% [markdown]
# `broken_slope` was checked as an answer to the question `squared_error_slope`. Read the verdict from the top.
#
# - The **headline** says whether the function is right, on which case it is off, and how many points it earns. `[0]` is the place in the result where it is off most.
# - Then come the arguments of this case, with which you can repeat it by hand, your value, and the oracle's. Here the prediction lies above its target, so the loss rises with it: the slope must be positive.
# - If other cases are off too, a line says how many points they are worth.
# - The **diagnosis** comes last, if there is one. It names the likely fault.

# %% [markdown]
# Divide your value by the oracle's: the ratio is −1, as the diagnosis says. Other ratios have other causes.
#
# |your result is|look for|
# |:--|:--|
# |−1 times the right one|a difference the wrong way round|
# |n times the right one, or 1/n of it|a sum in place of a mean, or a mean taken twice|
# |2 times the right one, or ½ of it|the factor of a square, or a term counted twice|
# |the right one's transpose|`.T`|
# |of another shape|a missing sum, or a missing axis|

# %% [markdown]
# ### Repair it
#
# Repair only what the verdict names, and check again: a verdict shows one fault at a time.
#
# **Question `squared_error_slope` •, 3 points.** Write the gradient, repaired. One point is for a single prediction, two points are for several predictions.
#
# Stuck? Run `hint("squared_error_slope")`.


# %% answer squared_error_slope
def squared_error_slope(prediction, target):
    """The gradient of the mean of (prediction - target)², one slope each."""
    ### BEGIN SOLUTION
    return 2 * (prediction - target) / len(target)
    ### END SOLUTION


# %% check squared_error_slope
check("squared_error_slope", squared_error_slope)

# %% [markdown]
# The function had two faults. The second one showed only with several predictions: of one number, mean and sum are equal.
#
# A diagnosis is made from your numbers, not from your code. Two mistakes can give the same numbers, so read it as "the numbers look *as if*".

# %% [markdown]
# ### See what one outlier does
#
# Four predictions lie 0.5 above their targets. Then a typing error moves one of the four targets, so that its prediction lies 1000 above: an **outlier**, a value far from all others.
#
# **Guess:** divide the slope of the loss along this prediction by the slope along one of the others. What is the ratio?

# %%
guess_pull = ...


# %% demo use your slope where it is right
def slopes_at(gaps):
    """Yours, or where yours is not right yet a right one that the library works out."""
    from chainrule import transforms
    from chainrule.standby import yours

    def stand_in(prediction, target):
        return transforms.grad(lambda p: ((p - target) ** 2).mean())(prediction)

    trial = np.array([1.0, 2.0]), np.array([3.0, 3.5])
    return yours(squared_error_slope, stand_in, *trial)(gaps, np.zeros(len(gaps)))


pulls = slopes_at(np.array([0.5, 0.5, 0.5, 1000]))
beside(guess_pull, pulls[3] / pulls[0])


# %% demo draw the square and its slope
gaps = np.linspace(-3, 3, 61)
each = len(gaps) * slopes_at(gaps)  # without the mean: the slope of one square
title = "The slope of a square is proportional to the gap"
fig, ax = draw.figure(title, "p − t", "square, or slope")
draw.line(ax, gaps, gaps**2, draw.SUBJECT, "(p − t)²")
draw.line(ax, gaps, each, draw.HAND, "its slope")
draw.show(
    fig,
    alt="The parabola (p − t)², and its slope: a straight line from "
    f"−{-each[0]:.0f} at a gap of −3 through 0 to {each[-1]:.0f} at 3.",
)

# %% [markdown]
# So one outlier can outweigh all other examples. Unit 3 has losses whose slope stays bounded.

# %% [markdown]
# ## Settle the letters
#
# Books differ in letters and in the order of axes. This course keeps to the table; come back when a letter is unclear.
#
# |letter|meaning|shape|
# |:--|:--|:--|
# |x, X|one example; a batch, in which each row is one example|(in,), (examples, in)|
# |p, t, P, T|predictions and their targets, of one example or of a batch|(examples,) or (examples, out)|
# |y|the result of a function or graph; among the data, the class of each example|any; (examples,)|
# |n, m, k|lengths of axes; n is mostly the number of examples|()|
# |W, b|the weights and the bias of a layer, as torch stores them|(out, in), (out,)|
# |Z, H or A|a layer's results before and after its activation, such as ReLU; of one example z, a|(examples, out)|
# |L|the loss|()|
# |g|the **upstream gradient**: the gradient of L with respect to the result of an operation|that of the result|
# |J|the Jacobian: a row for each output, a column for each input|(outputs, inputs)|
# |σ|the sigmoid, 1 / (1 + e⁻ˣ)|that of x|
# |d|the number of inputs of a function|()|
# |h|the step of a difference quotient|()|
# |ε|the distance from 1 to the next larger floating-point number|()|
# |η|the learning rate; in code `rate` or `lr`, in books also α|()|
# |λ|the strength of an L2 penalty or of weight decay|()|
# |`inputs`|what an operation was applied to; others say *parents*|a tuple|
#
# Where a graph is taken apart, letters such as a, b, c are its own. Where a notebook needs a letter for something else, it says so: in 05 p is the label and q the prediction; in 07 θ is all parameters, H the Hessian and λ an eigenvalue; in 07, 08 and 14 t counts steps; in 07, 08 and 10 targets are y; in 11 m is a mask. In 05 ŷ is a prediction, as in many books.

# %% [markdown]
# A few functions have a **kink**, a point where the slope jumps. There is no derivative, but a program still has to return a number. This course takes the numbers of `torch.relu`, `torch.abs` and `torch.maximum`.
#
# |function|where|derivative in this course|
# |:--|:--|:--|
# |relu(x) = max(x, 0)|x = 0|0|
# |\|x\||x = 0|0|
# |maximum(a, b)|a = b|½ for each of the two|

# %% [markdown]
# ## Say what you can do now
#
# You can predict the shape of a product, of a sum and of a broadcast; write a layer for a batch; and read a verdict to its last line.
#
# Run the next cell to see where each question stands. Then save the notebook, download it, and hand in the file `00_shapes_and_checks.ipynb`.

# %% demo see where you stand
check_all("00_shapes_and_checks", globals(), STUDENT)

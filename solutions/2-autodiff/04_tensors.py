# %% [markdown]
# # Go from scalars to tensors
#
# Your engine walks backward through single numbers. A network has millions, and they come in arrays. Here you lift the whole engine to arrays: one rule per operation, whatever the size.
# At the end it trains a network on measurements of penguins, most of it by rules that you wrote.

# %% [markdown]
# **You'll do:** write Jacobians, then avoid them; undo broadcasting; write backward rules; build an engine and train with it.
#
# **You'll learn:** why gradients have their shape, and how shapes tell the formula.
#
# **You need:** the walk of the last notebook, matrix products, NumPy's broadcasting.
#
# **Time:** about 2.5 hours, 1 hour of reading and 1.5 of exercises.

# %% [markdown]
# {questions} A check draws fresh numbers and shapes every time you run it. `column_bias_size` and `one_weight` have numbers of your own: put your id into `STUDENT` below before you begin.
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, draw, hint, numbers

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## Lay all slopes out in a table
#
# A function with n inputs and m outputs has m · n slopes: how fast does output i move when input j does? Written as a table, one **row per output** and one **column per input**, they are its **Jacobian**:
#
# $$J_{ij} = \frac{\partial f_i}{\partial x_j}, \qquad J \in \mathbb{R}^{m \times n}$$

# %% [markdown]
# |a function of|has a Jacobian|
# |:--|:--|
# |1 number, giving 1|1 × 1, the slope that you know|
# |n numbers, giving 1|1 × n, a row|
# |1 number, giving m|m × 1, a column|
# |n numbers, giving m|m × n|
#
# Here is one with two inputs and three outputs.


# %%
def f(x):
    return np.array([x[0] * x[1], x[0] + x[1], 5 * x[0]])


# %% [markdown]
# **Guess** the shape of its Jacobian, and the three entries of its first column at x = (2, 3). Write them in place of the dots.

# %%
guess_shape, guess_column = ..., ...


# %% demo measure all its slopes
def measured_jacobian(f, x, h=1e-6):
    """Two calls for each column: move one input, see every output move."""
    steps = h * np.eye(len(x))
    return np.stack([(f(x + s) - f(x - s)) / (2 * h) for s in steps], axis=1)


measured_jacobian(f, np.array([2.0, 3.0])).round(6)

# %% [markdown]
# Three rows, two columns. The first row says: the product x₀x₁ moves 3 times as fast as x₀, and 2 times as fast as x₁.
#
# You may read somewhere that a Jacobian is *in × out*. That would be 2 × 3, and the measurement has just refuted it. Out × in.

# %% [markdown]
# Why care? Jacobians multiply. If u = g(x) and v = f(u), then v moves with x as $J_f J_g$, of shapes (m × k)(k × n). With in × out you would have to multiply the other way round.

# %% [markdown]
# A layer of a network is v = Wx + b, and W is stored out × in.
#
# **Question `affine_jacobian`, 1 point.** Return the Jacobian of Wx + b with respect to x. Write out one output first.
#
# Stuck? Run `hint("affine_jacobian")` in a cell of your own.


# %% answer affine_jacobian
def affine_jacobian(W, b, x):
    """Slopes of every output of Wx + b with respect to every x[j]: out × in."""
    ### BEGIN SOLUTION
    return np.array(W)
    ### END SOLUTION


# %% check affine_jacobian
check("affine_jacobian", affine_jacobian)

# %% [markdown]
# ## Treat entries one by one
#
# Sigmoid, tanh and ReLU take each entry by itself: output i looks at input i alone.
#
# **Guess:** what does the Jacobian of sigmoid look like for four numbers? How many of its 16 entries are not 0?

# %%
guess_nonzero = ...


# %% demo measure sigmoid's Jacobian
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


x = np.array([-2.0, 0.0, 1.0, 3.0])
measured_jacobian(sigmoid, x).round(4)

# %% [markdown]
# A diagonal, and on it the σ(1 − σ) that you know from scalars. Elementwise operations bring nothing new: the scalar rule, once per entry.

# %% [markdown]
# ReLU is max(x, 0): slope 1 above 0, slope 0 below. At exactly 0 it has a kink. You have seen torch give 0, ½ and 1 there, depending on how ReLU is written. None is wrong: all are *subgradients*.
#
# Code that says "0 if z < 0, else 1" has chosen 1. Ours takes 0, as `torch.relu` does.

# %% [markdown]
# **Question `relu_jacobian`, 1 point.** Return the Jacobian of ReLU at the vector `x`, with slope 0 at the kink.
#
# Stuck? Run `hint("relu_jacobian")`.


# %% answer relu_jacobian
def relu_jacobian(x):
    """Slopes of every max(x[i], 0) with respect to every x[j]."""
    ### BEGIN SOLUTION
    return np.diag((x > 0).astype(float))
    ### END SOLUTION


# %% check relu_jacobian
check("relu_jacobian", relu_jacobian)

# %% [markdown]
# ## Let every entry meet every other
#
# Softmax turns numbers into shares: pᵢ = exp(xᵢ) / Σₖ exp(xₖ). Raise one input, and its share grows. The shares still sum to 1.
#
# **Guess:** what is the sum of each *column* of softmax's Jacobian?

# %%
guess_column_sum = ...


# %%
def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


# %% demo measure softmax's Jacobian
J = measured_jacobian(softmax, np.array([1.0, 2.0, 0.0]))
print(J.round(4))
print("column sums:", J.sum(axis=0).round(6) + 0.0)

# %% [markdown]
# Zero: what one share gains, the others lose. A full matrix, since every output divides by the same sum.
#
# **Question `softmax_jacobian`, 1 point.** Return the Jacobian of softmax at the vector `x`.
#
# Stuck? Run `hint("softmax_jacobian")`.


# %% answer softmax_jacobian
def softmax_jacobian(x):
    """Slopes of every share p[i] with respect to every x[j]."""
    ### BEGIN SOLUTION
    p = softmax(x)
    return np.diag(p) - np.outer(p, p)
    ### END SOLUTION


# %% check softmax_jacobian
check("softmax_jacobian", softmax_jacobian)

# %% [markdown]
# ## Say the chain rule in five ways
#
# It is the same rule each time:
#
# |view|the chain rule says|
# |:--|:--|
# |scalar|multiply the slopes along the way|
# |vector|sum over all ways: ∂L/∂xⱼ = Σᵢ ∂L/∂vᵢ · ∂vᵢ/∂xⱼ|
# |matrix|multiply Jacobians: $J_L J_f J_g$|
# |graph|upstream gradient times local slope, summed where ways meet|
# |tensor|as for vectors, with several indices for one|

# %% [markdown]
# The tensor view needs no new idea. An array of shape (3, 4) is twelve numbers with convenient addresses.
#
# **Guess:** what shape has the Jacobian of ReLU for a (2, 3) array? You may read that with respect to an m × d array it is m × d.

# %%
guess_jacobian_shape = ...

# %% demo ask torch for its shape
import torch

torch.autograd.functional.jacobian(torch.relu, torch.ones(2, 3)).shape

# %% [markdown]
# **Out-shape + in-shape**, (2, 3) + (2, 3): every output entry against every input entry. So m × d is refuted, and the true shape gets large.
#
# **Guess:** ReLU of a batch of 64 rows with 128 numbers. How many megabytes has its Jacobian, in `float32`?

# %%
guess_megabytes = ...

# %%
entries = 64 * 128
print(f"{entries:,} numbers, a Jacobian of {entries**2 * 4 / 1e6:,.0f} MB")

# %% [markdown]
# For one ReLU, and nearly all of it zeros. Nobody builds this. The way out: L is *one* number, so ∂L/∂v is a single row uᵀ, and what we want is again a single row,
#
# $$\frac{\partial L}{\partial x} = u^\top J.$$
#
# That is a **vector-Jacobian product**, a VJP: upstream gradient u in, gradient of x out.

# %% [markdown]
# The row uᵀJ has one entry per input. So the gradient of a loss has the shape of what it belongs to, *always*. It isn't the Jacobian of the operation that has this shape, and in × out was a mix-up of the two.
#
# As columns, the same product reads Jᵀu.

# %% [markdown]
# For ReLU, J is diagonal, so uᵀJ multiplies entry by entry: **no matrix needed**, for arrays of any shape.
#
# **Question `relu_vjp`, 1 point.** Return the gradient of x from the upstream gradient `u`, of the same shape as `x`.
#
# Stuck? Run `hint("relu_vjp")`.


# %% answer relu_vjp
def relu_vjp(u, x):
    """The upstream gradient u pulled back through ReLU at x, any shape."""
    ### BEGIN SOLUTION
    return u * (x > 0)
    ### END SOLUTION


# %% check relu_vjp
check("relu_vjp", relu_vjp)

# %% [markdown]
# For softmax, J is full. Yet uᵀJ takes a few multiplications per entry, once you have worked the product out on paper.
#
# **Question `softmax_vjp`, 2 points.** Return uᵀJ of softmax at `x`: one point for a few numbers, one for a thousand without a matrix in memory.
#
# Stuck? Run `hint("softmax_vjp")`.


# %% answer softmax_vjp
def softmax_vjp(u, x):
    """The upstream gradient u pulled back through softmax at x, without a matrix."""
    ### BEGIN SOLUTION
    p = softmax(x)
    return p * (u - u @ p)
    ### END SOLUTION


# %% check softmax_vjp
check("softmax_vjp", softmax_vjp)

# %% [markdown]
# ### See the matrix and the product side by side
#
# The next figure puts J beside uᵀJ, for five numbers x. Your functions fill it in once they run; until then a measurement does.


# %% demo take your function once it runs
def yours(answer, stand_in, *trial):
    """Your answer if a trial run gives the right shape, else the stand-in."""
    try:
        fits = np.shape(answer(*trial) + 0.0) == np.shape(stand_in(*trial))
    except Exception:
        fits = False
    return answer if fits else stand_in


# %% demo choose x, u and two stand-ins
x = np.array([0.9, -0.5, 0.6, -0.4, 1.2])
u = np.array([-0.65, -0.17, 1.66, 0.66, -1.64])
W = np.random.default_rng(4).normal(0, 0.5, (3, 5))


def measured_relu(x):
    return measured_jacobian(lambda x: np.maximum(x, 0), x)


def measured_softmax(x):
    return measured_jacobian(softmax, x)


# %% demo show J beside the product
tables = {
    "ReLU": yours(relu_jacobian, measured_relu, x)(x),
    "σ(Wx)": measured_jacobian(lambda x: sigmoid(W @ x), x),
    "softmax": yours(softmax_jacobian, measured_softmax, x)(x),
}
draw.pulled(u, tables)

# %% demo compare your products with the matrices
for name, vjp in {"ReLU": relu_vjp, "softmax": softmax_vjp}.items():
    row = u @ tables[name]
    mine = yours(vjp, lambda u, x, row=row: row, u, x)(u, x)
    print(f"{name:8} uᵀJ", np.round(row, 4) + 0.0)
    print("         vjp", np.round(mine, 4) + 0.0)

# %% [markdown]
# **Guess:** for softmax of a thousand numbers, how many times as much memory does uᵀJ take as your `softmax_vjp`?

# %%
guess_times_memory = ...

# %% demo weigh a call
import tracemalloc


def most_held(f, *args):
    """The bytes that a call holds in memory when it holds most."""
    tracemalloc.start()
    try:
        f(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# %% demo choose what to weigh
def any_table(u, x):
    """u times some full matrix of J's size: what stands in it weighs nothing."""
    return u @ np.ones((len(x), len(x)))


by_table = yours(lambda u, x: u @ softmax_jacobian(x), any_table, u, x)
by_vjp = yours(softmax_vjp, lambda u, x: u * x, u, x)
sizes = [10, 30, 100, 300, 1000]
of_table, of_vjp = (  # the least of five: other threads may hold something too
    [min(most_held(f, np.ones(n), np.ones(n)) for _ in range(5)) for n in sizes]
    for f in (by_table, by_vjp)
)


# %% demo draw memory against size
most, times = of_table[-1] / 1e6, of_table[-1] / of_vjp[-1]
title = f"For 1,000 numbers J takes {most:.0f} MB, {times:.0f} times the product"
fig, ax = draw.figure(title, "numbers in x", "bytes held")
ax.set(xscale="log", yscale="log")
draw.line(ax, sizes, of_table, draw.OTHER, "J, then uᵀJ")
draw.line(ax, sizes, of_vjp, draw.TAPE, "softmax_vjp")
draw.show(fig, alt=f"{title}, drawn for sizes from 10 to 1,000 on two log axes.")

# %% [markdown]
# J grows with the *square* of the size, the product with the size.

# %% [markdown]
# ### Do all entries at once
#
# A layer v = σ(Wx) is easy to split: output i takes row i of W, and no output waits for another. Such work is called **embarrassingly parallel**. So is the way back, ∂L/∂x = Jᵀ ∂L/∂v = Wᵀ(σ′ · ∂L/∂v).
#
# Graphics cards have thousands of plain cores: video games need the same small sum for every pixel.

# %% [markdown]
# **Guess:** W is 500 × 500. How many times faster is `W @ x` at once than one row after the other? And pulling a gradient g back: how many times faster is it to start from g than to multiply the Jacobians of σ and W first?

# %%
guess_at_once, guess_from_g = ..., ...

# %% demo prepare two ways forward and two back
rng = np.random.default_rng(0)
W, x, g = rng.normal(size=(500, 500)), rng.normal(size=500), rng.normal(size=500)
s = sigmoid(W @ x)
forward = {
    "row by row": lambda: np.array([row @ x for row in W]),
    "at once": lambda: W @ x,
}
back = {
    "Jacobians first": lambda: (np.diag(s * (1 - s)) @ W).T @ g,
    "from g": lambda: W.T @ (s * (1 - s) * g),
}

# %% demo time them on this machine
from timeit import timeit

for ways in (forward, back):
    (slow, first), (fast, second) = ways.items()
    times = timeit(first, number=10) / timeit(second, number=10)
    gap = np.abs(first() - second()).max()
    print(f"{fast} is {times:.0f} times as fast as {slow}; largest gap {gap:.0e}")

# %% [markdown]
# Same numbers, far less time. From here on, a **backward rule** is a VJP: it takes the upstream gradient g, then whatever the forward step took, and returns one gradient per input.

# %% [markdown]
# ## Undo a broadcast
#
# In `X + b`, X is (4, 3) and b is (3,). NumPy stretches b over the four rows without copying it.
#
# **Guess:** the loss is the sum of all twelve entries. What is ∂L/∂b?

# %%
guess_bias_gradient = ...

# %% demo ask torch for the bias
X = torch.zeros(4, 3)
b = torch.zeros(3, requires_grad=True)
(X + b).sum().backward()
b.grad

# %% [markdown]
# Four. Each entry of b is used four times, and a number that is used several times gets the **sum** of what comes back. So much you knew from the last notebook; broadcasting only hides the repeated use.
#
# It hides it in two places:

# %% [markdown]
# |x|shape of the result|stretched|so sum over|
# |:--|:--|:--|:--|
# |(3,)|(4, 3)|a new axis in front|axis 0|
# |(4, 1)|(4, 3)|an axis of length 1|axis 1, and keep it|
# |(4, 1)|(2, 4, 3)|both|axes 0 and 2, and keep the last|
# |()|(4, 3)|everything|all axes|
#
# One function can undo all four.

# %% [markdown]
# **Question `unbroadcast`, 4 points.** `g` is the gradient of something of `shape` *after* it was broadcast. Return the gradient before: of that shape, summed over the copies.
# Two points for new axes, one for axes of length 1, one for both at once.
#
# Stuck? Run `hint("unbroadcast")`.


# %% answer unbroadcast
def unbroadcast(g, shape):
    """Sum g over the axes along which an array of this shape was repeated."""
    ### BEGIN SOLUTION
    front = g.ndim - len(shape)
    g = g.sum(axis=tuple(range(front)))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] > 1)
    return g.sum(axis=stretched, keepdims=True)
    ### END SOLUTION


# %% check unbroadcast
check("unbroadcast", unbroadcast)

# %% [markdown]
# ## Go from entries to matrices
#
# For a product Y = AB of (2 × 3) and (3 × 4), don't look for a clever matrix rule. Follow one entry, then read the matrix off.
#
# **Guess:** in how many entries of Y does A's entry a₀₁ appear?

# %%
guess_entries = ...

# %% demo find where an entry goes
A, B = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4) + 1
moved = A.copy()
moved[0, 1] += 1
moved @ B - A @ B

# %% [markdown]
# In one row of Y, four entries, and there it is multiplied by row 1 of B. So
#
# $$\frac{\partial L}{\partial a_{ik}} = \sum_j g_{ij}\, b_{kj},$$
#
# where g is the upstream gradient, shaped like Y. A sum over j, the *second* index of both: that is a matrix product with one factor turned round. Which one?

# %% [markdown]
# Shapes tell as well. g is (2 × 4), B is (3 × 4), and A's gradient must be (2 × 3). Only one product of the two fits.
#
# For *square* matrices, every product fits, also the wrong ones. So test with shapes that differ.

# %% [markdown]
# **Question `matmul_backward`, 2 points.** Return the gradients of `a` and `b`, in this order, for y = a @ b and the upstream gradient `g`. One point each.
#
# Stuck? Run `hint("matmul_backward")`.


# %% answer matmul_backward
def matmul_backward(g, a, b):
    """Gradients of both factors of a @ b, each in the shape of its factor."""
    ### BEGIN SOLUTION
    return g @ b.T, a.T @ g
    ### END SOLUTION


# %% check matmul_backward
check("matmul_backward", matmul_backward)

# %% [markdown]
# ### Spread a sum
#
# `x.sum(axis)` adds entries up along an axis, or several, and the axis is gone. Backward, each entry gets the gradient of the sum that it went into.
#
# **Guess:** x is (3, 3) and is summed over axis 1, so g has three numbers. Does `g + np.zeros((3, 3))` put them in the right places?

# %%
guess_right_places = ...

# %% demo put three gradients into a square
g = np.array([10.0, 20.0, 30.0])
print("as NumPy lines it up:\n", g + np.zeros((3, 3)))
print("as the sum needs it:\n", g[:, None] + np.zeros((3, 3)))

# %% [markdown]
# The first has the right shape and the wrong numbers: row sums must be spread along *rows*. Tests with square arrays summed over axis 0 never notice, and at least one teaching engine has been published with this bug.

# %% [markdown]
# **Question `sum_backward`, 2 points.** Return the gradient of `x`, for `x.sum(axis)` and upstream gradient `g`. One point when `axis` is a number, one when it is a tuple or `None` (all axes).
#
# Stuck? Run `hint("sum_backward")`.


# %% answer sum_backward
def sum_backward(g, x, axis):
    """The gradient of x for x.sum(axis): axis a number, a tuple, or None for all."""
    ### BEGIN SOLUTION
    if axis is not None:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, x.shape)
    ### END SOLUTION


# %% check sum_backward
check("sum_backward", sum_backward)

# %% [markdown]
# Sum and broadcast are mirror images: the backward of a sum broadcasts, the backward of a broadcast sums.
#
# ### Send entries home
#
# `reshape` and `transpose` compute nothing. They move numbers to new addresses, so backward moves gradients to the old ones.

# %% [markdown]
# **Question `reshape_backward`, 1 point.** Return the gradient of `x`, for `x.reshape(shape)`.
#
# Stuck? Run `hint("reshape_backward")`.


# %% answer reshape_backward
def reshape_backward(g, x, shape):
    """The gradient of x for x.reshape(shape)."""
    ### BEGIN SOLUTION
    return np.reshape(g, x.shape)
    ### END SOLUTION


# %% check reshape_backward
check("reshape_backward", reshape_backward)

# %% [markdown]
# A transpose is undone by a transpose. With two axes, by the same one.
#
# **Guess:** x has shape (2, 3, 4). What are the shapes after `transpose((1, 2, 0))`, and after the same transpose again?

# %%
guess_after_one, guess_after_two = ..., ...

# %% demo turn three axes in a ring
x = np.zeros((2, 3, 4))
turned = x.transpose((1, 2, 0))
print(x.shape, "→", turned.shape, "→", turned.transpose((1, 2, 0)).shape)

# %% [markdown]
# **Question `transpose_backward`, 1 point.** Return the gradient of `x`, for `x.transpose(axes)` with any number of axes.
#
# Stuck? Run `hint("transpose_backward")`.


# %% answer transpose_backward
def transpose_backward(g, x, axes):
    """The gradient of x for x.transpose(axes)."""
    ### BEGIN SOLUTION
    home = np.argsort(axes)
    return g.transpose(home)
    ### END SOLUTION


# %% check transpose_backward
check("transpose_backward", transpose_backward)

# %% [markdown]
# ### Reward the winner
#
# A maximum copies one entry and ignores the rest. Move a loser a little, and nothing happens.
#
# **Question `max_backward`, 2 points.** Return the gradient of `x`, for `x.max(axis)` with `axis` a number. In the check no two entries tie.
#
# Stuck? Run `hint("max_backward")`.


# %% answer max_backward
def max_backward(g, x, axis):
    """The gradient of x for x.max(axis): only winners get any."""
    ### BEGIN SOLUTION
    won = x == x.max(axis=axis, keepdims=True)
    return won * np.expand_dims(g, axis)
    ### END SOLUTION


# %% check max_backward
check("max_backward", max_backward)

# %% [markdown]
# ## Diagnose a bias in the wrong shape
#
# Suppose that a recipe for a layer says z = xW + b, with x: 1 × in, W: in × out, b: **out × 1**. The product xW is 1 × out.
#
# **Guess:** in = 5, out = 3. Does NumPy refuse?

# %%
guess_refuses = ...

# %%
x, W, b = np.ones((1, 5)), np.ones((5, 3)), np.array([[10.0], [20.0], [30.0]])
x @ W + b

# %% [markdown]
# It doesn't refuse. The row is stretched down, the column across, and one example became three. No error, no warning, a loss that falls: the worst kind of bug.
#
# Two examples would have told: (2, 3) and (3, 1) don't fit. *Three* examples fit again.

# %% [markdown]
# The right bias is (out,), or (1, out). And "Wx" needs W out × in, as `nn.Linear` stores it: for examples in rows it computes XWᵀ + b. We keep W out × in from here on.
#
# Your own numbers for that recipe:

# %%
numbers("column_bias_size", STUDENT)

# %% [markdown]
# **Question `column_bias_size`, 1 point.** With one example and the shapes of the recipe, how many numbers does x @ W + b hold for your layer? Work it out on paper.
#
# Stuck? Run `hint("column_bias_size")`.

# %% answer column_bias_size
### BEGIN SOLUTION
column_bias_size = numbers("column_bias_size", STUDENT)["outputs"] ** 2
### END SOLUTION

# %% check column_bias_size
check("column_bias_size", column_bias_size, student=STUDENT)

# %% [markdown]
# ## Follow one layer
#
# A layer takes a batch: n examples in the rows of X, so X is n × d instead of 1 × d. It computes Z = XWᵀ + b, then A = ReLU(Z).
#
# Here is its graph for five examples: above each edge the shape, below it how long the gradient is, ‖g‖.

# %% demo draw the graph of one layer
from chainrule import tensor

rng = np.random.default_rng(1)
layer = {"X": (5, 4), "W": (3, 4), "b": (3,)}
X, W, b = (tensor.Tensor(rng.normal(size=s), True, k) for k, s in layer.items())
Z = X @ W.T + b
A = tensor.ops.relu(Z)
Z.label, A.label = "Z", "A"
A.backward(np.ones((5, 3)), retain_graph=True)
draw.graph(A)

# %% [markdown]
# Upstream gradient times local gradient, from the right to the left. For *one* weight w, one input x and z = wx + b, the local slopes are ∂z/∂x = w, ∂z/∂w = x and ∂z/∂b = 1. Composed with ∂L/∂z:
#
# |gradient|for single numbers|its shape for five examples|
# |:--|:--|:--|
# |of x|∂L/∂z · w|5 × 4|
# |of w|∂L/∂z · x|3 × 4|
# |of b|∂L/∂z · 1|3|

# %% [markdown]
# **Guess:** with 7 examples instead of 5, which of dX, dW, db, dZ change their shape?

# %%
guess_changes = ...

# %% [markdown]
# ### Keep a ledger of shapes
#
# The ledger puts each array above its gradient, a box for each entry. Step through it: first forward, then back.


# %% demo write the ledger's lines
SHAPES = {"X": (5, 4), "W": (3, 4), "b": (3,), "Z": (5, 3), "A": (5, 3)}
LINES = {
    "X W b": "Given: five examples of four numbers, three units",
    "Z": "Z = X Wᵀ + b: (5 × 4)(4 × 3) is 5 × 3, and b is stretched over the rows",
    "A": "A = ReLU(Z), entry by entry: 5 × 3",
    "dA": "dA arrives from upstream, in A's shape: 5 × 3",
    "dZ": "dZ = dA where Z > 0, else 0: 5 × 3",
    "db": "db has b's shape: of dZ's five rows one is left",
    "dX": "dX has X's shape, 5 × 4: made of dZ, 5 × 3, and W, 3 × 4",
    "dW": "dW has W's shape, 3 × 4: made of dZ, 5 × 3, and X, 5 × 4",
}

# %% demo step through the ledger
draw.ledger(SHAPES, LINES)

# %% [markdown]
# **dW has W's shape for any number of examples**, and db has b's. dX and dZ keep a row per example.
#
# dW is made of two arrays with five rows each. Where has the 5 gone? Think about it; you'll be asked.

# %% [markdown]
# **Question `layer_backward`, 2 points.** Return the gradients of `X`, `W` and `b`, in this order, for ReLU(X @ W.T + b) and the upstream gradient `g`. ½ point for X, 1 for W, ½ for b, with 1 to 7 examples.
#
# Stuck? Run `hint("layer_backward")`.


# %% answer layer_backward
def layer_backward(g, X, W, b):
    """Gradients of X (n × in), W (out × in) and b (out,) of one ReLU layer."""
    ### BEGIN SOLUTION
    dZ = relu_vjp(g, X @ W.T + b)
    return dZ @ W, dZ.T @ X, dZ.sum(axis=0)
    ### END SOLUTION


# %% check layer_backward
check("layer_backward", layer_backward)


# %% demo let the batch grow
def shapes_for(n):
    args = (np.ones(s) for s in [(n, 3), (n, 4), (3, 4), 3])
    try:
        found = zip("XWb", layer_backward(*args), strict=True)
        return "  ".join(f"d{k} {np.shape(d)}" for k, d in found)
    except Exception:
        return "  (waits for your layer_backward)"


for n in [1, 5, 7]:
    print(f"n = {n}:  {shapes_for(n)}")

# %% [markdown]
# **Question `dw_keeps_its_shape`, 1 point.** Seven examples instead of five: dX gets two more rows, dW none. Why is that right? Say what each example has to do with W, what becomes of the seven shares, and where in your formula for dW it happens.
#
# Two or three sentences; a person reads them. Stuck? Run `hint("dw_keeps_its_shape")`.

# %% explain dw_keeps_its_shape [markdown]
# **`dw_keeps_its_shape`, in your words:**
#
# ### BEGIN SOLUTION
# There is one W, and every example uses it. So an entry of W gets a share from each, and its slope is their sum: one number. In dZᵀX that sum runs over the inner index, the examples. A row of X belongs to one example, so dX keeps them apart.
#
# - ½ point: every example uses the same W, and shares that meet are added (not averaged, not listed).
# - ½ point: the inner index of dZᵀX (or whatever the formula sums over) runs over the examples; that is the sum, and n is gone.
# ### END SOLUTION

# %% [markdown]
# ## Follow one weight
#
# Matrices hide a sum over paths. To see one path, take a network with 4 inputs, 2 hidden ReLU units and 1 output, for a single example:
#
# z₁, z₂ = W1 x + b1,  a₁, a₂ = ReLU(z₁), ReLU(z₂),  z₃ = W2 · a + b2,  L = (z₃ − y)²

# %% [markdown]
# Call the weight from input 3 to hidden unit 1 w; elsewhere it may be called w⁽¹⁾ with the index 3,1. It stands in W1's row 1 (unit), column 3 (input): `W1[0, 2]`, counted from 0. One path leads from it to L:
#
# $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial z_3}\cdot\frac{\partial z_3}{\partial a_1}\cdot\frac{\partial a_1}{\partial z_1}\cdot\frac{\partial z_1}{\partial w}$$


# %% demo make the network of Values
from chainrule.scalar import Value


def of_values(x, W1, b1, W2, b2, y):
    """The network with one Value for each unit; a unit's slopes are its weights."""
    z, w = np.array(W1) @ x + b1, Value(W1[0][2], "w")
    inputs = tuple(Value(v) for v in x)
    z1 = Value(z[0], "z1", "unit 1", (w, *inputs), (x[2], *W1[0]))
    z2 = Value(z[1], "z2", "unit 2", inputs, tuple(W1[1]))
    a1, a2 = z1.relu(), z2.relu()
    a1.label, a2.label = "a1", "a2"
    z3 = Value(W2[0] * a1.data + W2[1] * a2.data + b2, "z3", "unit 3", (a1, a2), W2)
    e = z3.data - y
    return Value(e * e, "L", "(z3−y)²", (z3,), (2 * e,))


# %% demo follow one weight through a network
weights = {"W1": [[1, -1, 2, 1], [-2, 1, -1, 1]], "W2": [5, 3]}
draw.backprop(of_values(x=[1, 2, 3, 4], b1=[-2, -3], b2=1, y=34, **weights))

# %% [markdown]
# Inputs 1, 2, 3 and 4 stand on the left, with w = 2. On w's path: 4 from the square, times W2's 5, times ReLU's slope 1, times the input 3. So 60.
#
# Unit 2 is off: 12 arrives there, and it passes 0 on.
#
# Your own network:

# %%
numbers("one_weight", STUDENT)

# %% [markdown]
# **Guess:** which factors can be 0, and would then stop w from learning?

# %%
guess_zero_factors = ...

# %% [markdown]
# **Question `one_weight`, 1 point.** What is ∂L/∂w for your network? Go forward on paper, keep every number, then multiply the four factors.
#
# Stuck? Run `hint("one_weight")`.

# %% answer one_weight
### BEGIN SOLUTION
own = numbers("one_weight", STUDENT)
z = np.array(own["W1"]) @ own["x"] + own["b1"]
z3 = np.array(own["W2"]) @ np.maximum(z, 0) + own["b2"]
one_weight = float(2 * (z3 - own["y"]) * own["W2"][0] * (z[0] > 0) * own["x"][2])
### END SOLUTION

# %% check one_weight
check("one_weight", one_weight, student=STUDENT)

# %% demo draw your own network once your number is right
given = numbers("one_weight", STUDENT)
right = check("one_weight", one_weight, STUDENT).state == "right"
draw.backprop(of_values(**given)) if right else print("It is drawn once it's right.")

# %% [markdown]
# Any of the four. No error: nothing to learn. A zero input: it moved nothing, so its weight isn't to blame. A zero in W2: the path is cut until W2 has moved. And ReLU's slope: a unit that is off passes nothing back. If it is off for *every* example, it never learns again.

# %% [markdown]
# ## Build the engine
#
# All parts are there. A `Tensor` keeps its array, its inputs, and a `rule` that turns its gradient into one per input. It also gets a number, counting up.


# %%
class Tensor:
    """An array that remembers how it was made."""

    made = 0

    def __init__(self, data, inputs=(), rule=None):
        self.data = np.asarray(data, dtype=float)
        self.inputs, self.rule = inputs, rule
        Tensor.made += 1
        self.number = Tensor.made


# %% [markdown]
# In the last notebook you sorted the graph. Here is a shorter way: a program makes inputs *before* results, so whoever is newer can't be an input of whoever is older. **Newest first** puts every consumer ahead of what it consumed. It is what a gradient tape does.


# %%
def consumers_first(root):
    """Every tensor behind root, the newest first."""
    found, waiting = {root}, [root]
    while waiting:
        fresh = set(waiting.pop().inputs) - found
        found |= fresh
        waiting += fresh
    return sorted(found, key=lambda t: t.number, reverse=True)


# %% [markdown]
# **Question `pull_back`, 2 points.** Return a dictionary from each tensor behind `root` to its gradient, when `root`'s own is `g`. One point for graphs with several ways, one where tensors were broadcast.
# Rules ignore broadcasting, so call your `unbroadcast` before you add.
#
# Stuck? Run `hint("pull_back")`.


# %% answer pull_back
def pull_back(root, g):
    """Gradients of root, weighted by g, for every tensor behind it: {tensor: array}."""
    ### BEGIN SOLUTION
    grads = {root: g}
    for node in consumers_first(root):
        if node.rule is None:
            continue
        for x, share in zip(node.inputs, node.rule(grads[node]), strict=True):
            share = unbroadcast(share, x.data.shape)
            grads[x] = grads[x] + share if x in grads else share
    return grads
    ### END SOLUTION


# %% check pull_back
check("pull_back", pull_back)

# %% [markdown]
# ### Plug your rules in
#
# Each operation is two things: a value, and a rule. Six of the ten rules are yours.


# %%
def add(a, b):
    return Tensor(a.data + b.data, (a, b), lambda g: (g, g))


def multiply(a, b):
    return Tensor(a.data * b.data, (a, b), lambda g: (g * b.data, g * a.data))


def matmul(a, b):
    return Tensor(a.data @ b.data, (a, b), lambda g: matmul_backward(g, a.data, b.data))


# %%
def relu(x):
    return Tensor(np.maximum(x.data, 0), (x,), lambda g: (relu_vjp(g, x.data),))


def exp(x):
    y = np.exp(x.data)
    return Tensor(y, (x,), lambda g: (g * y,))


def log(x):
    return Tensor(np.log(x.data), (x,), lambda g: (g / x.data,))


# %%
def total(x, axis=None):
    return Tensor(x.data.sum(axis), (x,), lambda g: (sum_backward(g, x.data, axis),))


def largest(x, axis):
    return Tensor(x.data.max(axis), (x,), lambda g: (max_backward(g, x.data, axis),))


# %%
def reshape(x, shape):
    y = x.data.reshape(shape)
    return Tensor(y, (x,), lambda g: (reshape_backward(g, x.data, shape),))


def transpose(x, axes=(1, 0)):
    y = x.data.transpose(axes)
    return Tensor(y, (x,), lambda g: (transpose_backward(g, x.data, axes),))


# %%
Tensor.__add__, Tensor.__mul__, Tensor.__matmul__ = add, multiply, matmul

# %% [markdown]
# Ten operations are enough for a network with two layers, and for its loss: the cross-entropy −log pᵧ of the right class, averaged over the examples. (It gets a notebook of its own, the next one.)


# %%
def network(X, W1, b1, W2, b2):
    hidden = relu(X @ transpose(W1) + b1)
    return hidden @ transpose(W2) + b2


def cross_entropy(scores, right):
    """Mean of log Σ exp(s) - s[right]; `right` marks each row's class with a 1."""
    n = len(right.data)
    top = reshape(largest(scores, 1), (n, 1))
    s = scores + top * Tensor(-1)
    wrong = total(log(total(exp(s), 1))) + total(s * right) * Tensor(-1)
    return wrong * Tensor(1 / n)


# %% [markdown]
# ### Meet the penguins
#
# The Palmer penguins: four measurements of 342 birds of three species. Fit on 70 % of them, and keep the rest aside. The scale is learned from the first part only.

# %% demo load and split
from chainrule import data

penguins = data.load("penguins")
rng = np.random.default_rng(0)
fit, held = data.split(len(penguins.y), (0.7, 0.3), rng)
X, X_held = data.standardize(*(penguins.x[rows].astype(float) for rows in (fit, held)))
Y, Y_held = (np.eye(3)[penguins.y[rows]] for rows in (fit, held))
print(penguins.features, penguins.classes, X.shape, X_held.shape, sep="\n")


# %% demo draw the first weights
def fresh_weights(rng, hidden=8):
    W1, W2 = rng.normal(0, 0.7, (hidden, 4)), rng.normal(0, 0.5, (3, hidden))
    return [Tensor(w) for w in (W1, np.zeros(hidden), W2, np.zeros(3))]


weights = fresh_weights(np.random.default_rng(1))
float(cross_entropy(network(Tensor(X), *weights), Tensor(Y)).data)

# %% [markdown]
# ### Hold it against torch
#
# **Guess:** four gradients from your engine, four from torch. How large will the largest gap be?

# %%
guess_gap = ...


# %% demo let torch differentiate the same network
def torch_gradients(weights, X, Y):
    W1, b1, W2, b2 = at = [torch.tensor(w.data, requires_grad=True) for w in weights]
    scores = torch.relu(torch.tensor(X) @ W1.T + b1) @ W2.T + b2
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(Y))
    return [g.numpy() for g in torch.autograd.grad(loss, at)]


# %% demo run your engine once
def loss_and_gradients(weights):
    """The loss on all fitted birds, and your engine's gradients of the weights."""
    loss = cross_entropy(network(Tensor(X), *weights), Tensor(Y))
    grads = pull_back(loss, np.ones(()))
    return float(loss.data), [grads[w] for w in weights]


# %% demo say where it stops
from chainrule.blame import blame


def attempt(work, *args):
    """What your engine makes of it; where it stops, None and the line."""
    try:
        return work(*args)
    except Exception as reason:
        print(f"Your engine doesn't run yet. It stops with\n{blame(reason)}")
        print("If that line is right, look at the rules that came before it.")


# %% demo compare all four gradients
def compare(weights):
    _, mine = loss_and_gradients(weights)
    theirs = torch_gradients(weights, X, Y)
    for name, a, b in zip(("W1", "b1", "W2", "b2"), mine, theirs, strict=True):
        off = np.abs(a - b).max()
        said = "agrees" if off < 1e-9 else "DIFFERS, so one of your rules is off"
        print(f"{name} {a.shape!s:8} largest gap to torch {off:.0e}: {said}")


attempt(compare, weights)

# %% [markdown]
# ### Train
#
# **Guess:** the loss starts near log 3 ≈ 1.1 or above, since a network that knows nothing gives each species a third. How many of the held-out birds will be named rightly after 150 steps?

# %%
guess_share_right = ...


# %% demo take steps downhill
def train(weights, gradients, steps=150, rate=0.5):
    """Weights after that many steps on all birds, and the loss before each step."""
    losses = []
    for _ in range(steps):
        loss, grads = gradients(weights)
        pairs = zip(weights, grads, strict=True)
        weights = [Tensor(w.data - rate * g) for w, g in pairs]
        losses.append(loss)
    return weights, losses


# %% demo train with your engine
done = attempt(train, weights, loss_and_gradients)
trained, losses = done or (weights, [])


# %% demo train with torch's gradients
def by_torch(weights):
    loss = cross_entropy(network(Tensor(X), *weights), Tensor(Y))
    return float(loss.data), torch_gradients(weights, X, Y)


_, torch_losses = train(weights, by_torch)


# %% demo draw your loss curve
def loss_curve(mine, theirs):
    gap = np.abs(np.subtract(mine, theirs)).max()
    way = "step for step as torch does" if gap < 1e-9 else "but torch goes another way"
    title = f"Your engine takes the loss from {mine[0]:.2f} to {mine[-1]:.3g}, {way}"
    fig, ax = draw.figure(title, "step", "cross-entropy")
    ax.set(yscale="log", xlim=(-2, 155))
    draw.line(ax, range(150), mine, draw.TAPE, "your engine")
    draw.line(ax, range(150), theirs, draw.OTHER, "torch")
    return draw.show(fig, alt=f"{title}. The two are at most {gap:.0e} apart.")


loss_curve(losses, torch_losses) if losses else print("Your curve appears here.")


# %% demo name the birds that it never saw
def name_held_out(weights):
    named = network(Tensor(X_held), *weights).data.argmax(1)
    right = named == Y_held.argmax(1)
    when = "after" if losses else "before"
    print(
        f"{when} training: {right.mean():.1%} of {len(right)} held-out penguins right"
    )
    for k, name in enumerate(penguins.classes):
        counts = np.bincount(named[Y_held[:, k] == 1], minlength=3).tolist()
        print(f"{name:10} called", dict(zip(penguins.classes, counts, strict=True)))


attempt(name_held_out, trained)

# %% [markdown]
# ### Doubt a falling loss
#
# **Guess:** spoil the engine. Let the gradients of b1 and b2 be means over the 239 birds, not sums, as a wrong `unbroadcast` would. Where does the loss end now?

# %%
guess_spoiled_loss = ...


# %% demo spoil two gradients
def spoiled(weights):
    loss, (dW1, db1, dW2, db2) = by_torch(weights)
    return loss, (dW1, db1 / len(X), dW2, db2 / len(X))


_, spoiled_losses = train(weights, spoiled)
print(f"right gradients: {torch_losses[-1]:.4f}, spoiled: {spoiled_losses[-1]:.4f}")

# %% [markdown]
# Hardly anywhere else, with two gradients of four 239 times too small. **A falling loss proves nothing about a gradient.** What proves it is what you have done in every check: another way to the same number.

# %% [markdown]
# Every matrix product, sum, maximum, gate and change of shape went back by a rule that you wrote, along your walk. torch has more operations, in faster languages; walk, rules and shapes are the same.

# %% [markdown]
# ## Say what you can do now
#
# - Lay out a Jacobian, out × in, and avoid building it.
# - Write the backward rule of an array operation from one entry and from shapes.
# - Undo a broadcast, and smell a bias in the wrong shape.
# - Walk a graph of arrays, and train with it.

# %% [markdown]
# ### Hand in
#
# Run both notebooks of this unit, `03_reverse_mode` and `04_tensors`, from top to bottom, and save them. In Colab: File, Download, Download .ipynb. Hand in both files, with their names unchanged.
#
# First see where you stand. If a question with numbers of your own isn't written, see whether your id stands in `STUDENT`:

# %% demo see where you stand
check_all("04_tensors", globals(), STUDENT)

# %% [markdown]
# ## Stretch, for no points
#
# **Batch the product.** Let `matmul_backward` take stacks of matrices, (n, i, k) @ (n, k, j), and a stack times one matrix. Which function that you wrote repairs the second case?
#
# **Share the win.** With ties, `torch.amax` splits the gradient equally. Change one line of `max_backward`.

# %%
# your experiments here

# %% [markdown]
# ## Read on
#
# - Parr, Howard: *The matrix calculus you need for deep learning*, [explained.ai/matrix-calculus](https://explained.ai/matrix-calculus/), 2018.
# - Clark: *Computing neural network gradients*, [Stanford CS224n](https://web.stanford.edu/class/cs224n/readings/gradient-notes.pdf). Jacobians and shapes, layer by layer.
# - Batra: *Gradients notes* to lecture 5, Georgia Tech CS 7643. Tensors, entry by entry.
# - Baydin, Pearlmutter, Radul, Siskind: *Automatic differentiation in machine learning: a survey*, JMLR, 2018, section 3.2, [arxiv.org/abs/1502.05767](https://arxiv.org/abs/1502.05767).

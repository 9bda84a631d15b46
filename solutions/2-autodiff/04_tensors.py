# %% [markdown]
# # Go from scalars to tensors
#
# The first figure of `00` showed where this unit ends: a network learns to name penguins, with the gradients of your engine. In this notebook you finish that engine.
#
# In `02` you built `Value`, a number that keeps its inputs and its local derivatives. In `03` you walked backward through a graph of Values. A network holds thousands of numbers, and they come in arrays. So you now lift `Value` to a `Tensor`: each operation gets one backward rule for a whole array.

# %% [markdown]
# **You'll do:** write two Jacobians, then do without them; write backward rules, also for broadcasting; build an engine and train a network with it.
#
# **You'll learn:** why a gradient has the shape of its array; how to find a backward rule from one entry and from shapes; why a good score doesn't prove that a gradient is right.
#
# **You need:** the backward walk of `03`, matrix products, NumPy's broadcasting.
#
# **Time:** about 4.5 hours in two sittings: 3 hours up to `max_backward`, and 1.5 after it. A third is reading.
#
# {questions} A check draws fresh numbers and shapes every time you run it. {dots}
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, draw, hint
from chainrule.guess import beside
from chainrule.standby import Kept, if_right, yours

# %% [markdown]
# ## Lay all local derivatives out in a table
#
# A function with d inputs and m outputs has m · d partial derivatives: how fast does output i move when input j moves? The table of all of them, with one **row per output** and one **column per input**, is the **Jacobian** of the function:
#
# $$J_{ij} = \frac{\partial f_i}{\partial x_j}, \qquad J \in \mathbb{R}^{m \times d}$$
#
# The local derivative of `02` is the case of one input and one output. Take a function with two inputs and three outputs, f(x) = (x₀x₁, x₀ + x₁, 5x₀).
#
# **Guess** the shape of its Jacobian, as (rows, columns), and the three entries of the first column at x = (2, 3).


# %%
def measured_jacobian(f, x, h=1e-6):
    """Two calls for each column: move one input, and watch every output."""
    steps = h * np.eye(len(x))
    return np.stack([(f(x + s) - f(x - s)) / (2 * h) for s in steps], axis=1)


guess_shape, guess_column = ..., ...


# %% demo measure all its derivatives
def f(x):
    return np.array([x[0] * x[1], x[0] + x[1], 5 * x[0]])


J = measured_jacobian(f, np.array([2.0, 3.0])).round(6)
beside(guess_shape, J.shape)
beside(guess_column, J[:, 0])
J

# %% [markdown]
# J has three rows and two columns. Its first row says: the product x₀x₁ moves 3 times as fast as x₀, and 2 times as fast as x₁.
#
# Some books give the shape of a Jacobian as *in × out*, here 2 × 3. This course keeps out × in, as `measured_jacobian` does (number F21 on the [page of corrections]({corrections})). The order matters because Jacobians multiply: if u = q(x) has k entries and v = f(u), then the Jacobian of v with respect to x is $J_f J_q$, with the shapes (m × k)(k × d).
#
# **Question `affine_jacobian` •, 1 point.** A layer of a network computes v = Wx + b, and its W is stored out × in. Return the Jacobian of Wx + b with respect to x. Write out one output first.
#
# Stuck? Run `hint("affine_jacobian")`.


# %% answer affine_jacobian
def affine_jacobian(W, b, x):
    """Derivatives of every output of Wx + b with respect to every x[j]: out × in."""
    ### BEGIN SOLUTION
    return np.array(W)
    ### END SOLUTION


# %% check affine_jacobian
check("affine_jacobian", affine_jacobian)

# %% [markdown]
# ## Compare elementwise functions with softmax
#
# Sigmoid, tanh and ReLU are **elementwise**: output i depends on input i alone. Softmax is different. It turns numbers into probabilities, pᵢ = exp(xᵢ) / Σₖ exp(xₖ), and every probability depends on every input, because all of them are divided by the same sum. The probabilities sum to 1.
#
# **Guess:** for four inputs, how many of the 16 entries of sigmoid's Jacobian are not 0? And what is the sum of each *column* of softmax's Jacobian?


# %%
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max())  # minus the largest: same p, and exp can't overflow
    return e / e.sum()


guess_nonzero, guess_column_sum = ..., ...

# %% demo measure the Jacobians of sigmoid and softmax
x = np.array([-2.0, 0.0, 1.0, 3.0])
diagonal, full = measured_jacobian(sigmoid, x), measured_jacobian(softmax, x)
beside(guess_nonzero, np.count_nonzero(diagonal))
beside(guess_column_sum, round(np.abs(full.sum(axis=0)).max(), 6))
print("sigmoid:", diagonal.round(4), "softmax:", full.round(4), sep="\n")

# %% [markdown]
# Sigmoid's Jacobian is diagonal, and its diagonal holds σ(1 − σ), the local derivative that you wrote in `02`. An elementwise operation applies its scalar rule once per entry. Work that splits into independent parts is called **embarrassingly parallel**, and graphics cards are made for it.
#
# Softmax's Jacobian is full. Each of its columns sums to 0: when an input moves, what some probabilities gain, the others lose.
#
# **Question `softmax_jacobian` ••, 2 points.** Return the Jacobian of softmax at the vector `x`. Use the quotient rule on paper first, once for i = j and once for i ≠ j. Write both results with p alone.
#
# Stuck? Run `hint("softmax_jacobian")`.


# %% answer softmax_jacobian
def softmax_jacobian(x):
    """Derivatives of every probability p[i] with respect to every x[j]."""
    ### BEGIN SOLUTION
    p = softmax(x)
    return np.diag(p) - np.outer(p, p)
    ### END SOLUTION


# %% check softmax_jacobian
check("softmax_jacobian", softmax_jacobian)

# %% [markdown]
# ## Multiply by a Jacobian without building it
#
# Five notations of the chain rule say the same:
#
# |notation|the chain rule says|
# |:--|:--|
# |scalar|multiply the local derivatives along the path|
# |graph|multiply the upstream gradient by the local derivative, and sum where paths meet|
# |vector|sum over the entries of v: ∂L/∂xⱼ = Σᵢ ∂L/∂vᵢ · ∂vᵢ/∂xⱼ|
# |matrix|multiply Jacobians: $J_L J_f J_q$ for x → u → v → L, where $J_L$ is a single row|
# |tensor|as for vectors, with an index such as (2, 0) in place of i|
#
# An array of shape (2, 3) is six numbers with two indices each. So the Jacobian of an operation on arrays has the **shape of the output followed by the shape of the input**: for ReLU of such an array, (2, 3, 2, 3).
#
# **Guess:** ReLU is applied to a batch of shape (64, 128) in `float32`, that is, 4 bytes a number. How many megabytes (10⁶ bytes) does its Jacobian take?

# %%
guess_megabytes = ...

# %% demo count the Jacobian's megabytes
entries = 64 * 128
beside(guess_megabytes, entries**2 * 4 / 1e6, "MB")

# %% [markdown]
# No training program builds that Jacobian. Let an operation turn x into v, and let L be the loss. L is *one* number, so ∂L/∂v is a single row gᵀ: the upstream gradient g. We want ∂L/∂x, a single row as well: gᵀJ.
#
# gᵀJ is a **vector-Jacobian product (VJP)**. Each step of reverse mode is a VJP: the step pulls the gradient back from v to x. The other product, J times a direction of the inputs, is a **Jacobian-vector product (JVP)**: the dual numbers of `01` compute JVPs, in forward mode.
#
# The row gᵀJ has one entry for each entry of x. Arranged as x is, these entries have the shape of x. So the gradient of a loss with respect to an array *always* has the shape of that array. Only the Jacobian is out × in.

# %% [markdown]
# ReLU is max(x, 0). Its derivative is 1 above 0 and 0 below, and at exactly 0 we take 0 (see `00`). Its Jacobian is diagonal (each output depends on one input alone), so gᵀJ multiplies entry by entry. It needs no matrix, and it works for arrays of any shape.
#
# **Question `relu_vjp` •, 1 point.** Return the gradient of x from the upstream gradient `g`, which has the shape of `x`.
#
# Stuck? Run `hint("relu_vjp")`.


# %% answer relu_vjp
def relu_vjp(g, x):
    """The upstream gradient g pulled back through ReLU at x, any shape."""
    ### BEGIN SOLUTION
    return g * (x > 0)
    ### END SOLUTION


# %% check relu_vjp
check("relu_vjp", relu_vjp)

# %% [markdown]
# For softmax, J is full. Still, gᵀJ takes only a few multiplications per entry. Work the product out on paper: write entry j as a sum over i, and take pⱼ out of it.
#
# **Question `softmax_vjp` ••, 3 points.** Return gᵀJ of softmax at `x`: two points for the right numbers, and one for a thousand numbers without a matrix in memory.
#
# Stuck? Run `hint("softmax_vjp")`.


# %% answer softmax_vjp
def softmax_vjp(g, x):
    """The upstream gradient g pulled back through softmax at x, without a matrix."""
    ### BEGIN SOLUTION
    p = softmax(x)
    return p * (g - g @ p)
    ### END SOLUTION


# %% check softmax_vjp
check("softmax_vjp", softmax_vjp)

# %% [markdown]
# The next figure shows three Jacobians, one a frame. The column on the left is g, and the row below J is gᵀJ.
#
# **Guess:** for softmax of a thousand numbers, you can build J and multiply it by gᵀ, or call `softmax_vjp`. How many times as much memory does the first way take?


# %%
guess_times_memory = ...


# %% demo show J beside the product
def measured_softmax(x):
    return measured_jacobian(softmax, x)


x = np.array([0.9, -0.5, 0.6, -0.4, 1.2])
g = np.array([-0.65, -0.17, 1.66, 0.66, -1.64])
W = np.random.default_rng(4).normal(0, 0.5, (3, 5))
J_softmax = yours(softmax_jacobian, measured_softmax, x)
tables = {"ReLU": measured_jacobian(lambda x: np.maximum(x, 0), x)}
tables["σ(Wx)"] = measured_jacobian(lambda x: sigmoid(W @ x), x)
tables["softmax"] = J_softmax(x)
draw.pulled(g, tables)


# %% demo take the two ways, and draw memory against size
from chainrule.weigh import most_held


def by_differences(g, x, h=1e-6):
    """gᵀJ by two calls of softmax for each input, as in 01."""
    steps = (h * np.eye(1, len(x), j)[0] for j in range(len(x)))
    return np.array([g @ (softmax(x + s) - softmax(x - s)) / (2 * h) for s in steps])


sizes = [10, 30, 100, 300, 1000]
by_vjp = if_right("softmax_vjp", softmax_vjp, by_differences)
by_J = [most_held(lambda g, x: g @ J_softmax(x), *np.ones((2, n))) for n in sizes]
without = [most_held(by_vjp, *np.ones((2, n))) for n in sizes]
beside(guess_times_memory, by_J[-1] / without[-1], "times")
title = "J's memory grows with the square of the size, a VJP's with the size"
fig, ax = draw.figure(title, "numbers in x", "bytes held at most")
ax.set(xscale="log", yscale="log")
draw.line(ax, sizes, by_J, draw.HAND, "J, then gᵀJ")
draw.line(ax, sizes, without, draw.TAPE, by_vjp.__name__)
draw.show(fig, alt=f"{title}. Sizes from 10 to 1,000, both axes logarithmic.")

# %% [markdown]
# ## Undo a broadcast
#
# From here on, a **backward rule** is a VJP: your function takes the upstream gradient g, then whatever it needs of the forward step, and returns one gradient per input.
#
# In `X + b`, X has shape (4, 3) and b has shape (3,). NumPy stretches b over the four rows.
#
# **Guess:** the loss is the sum of all twelve entries of X + b. What are the three entries of ∂L/∂b?

# %%
guess_bias_gradient = ...


# %% demo ask torch for the bias
def bias_gradient():
    import torch

    b = torch.zeros(3, requires_grad=True)
    (torch.zeros(4, 3) + b).sum().backward()
    return b.grad.numpy()


beside(guess_bias_gradient, bias_gradient())
draw.fold(np.arange(1, 13).reshape(4, 3), {"b": (3,), "c": (4, 1)})

# %% [markdown]
# Each entry of b is used four times, so it gets the **sum** of what comes back, as in `03`. Broadcasting hides such a repeated use in two places:
#
# |shape before|shape after|what was stretched|so sum g over|
# |:--|:--|:--|:--|
# |(3,)|(4, 3)|a new axis in front|axis 0|
# |(4, 1)|(4, 3)|an axis of length 1|axis 1, and keep it with length 1|
# |(4, 1)|(2, 4, 3)|both|axes 0 and 2, and keep axis 2 with length 1|
# |()|(4, 3)|everything|all axes|
#
# **Question `unbroadcast` ••, 4 points.** An array of `shape` was broadcast, and `g` is the gradient of the stretched array. Return the gradient of the array as it was before. What you return has `shape`, and each of its entries is the sum of g over the copies of that entry. You get two points for new axes, one for axes of length 1, and one for both at once.
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
# ## Find a matrix rule from one entry
#
# Take a product Y = AB, where A is 2 × 3 and B is 3 × 4. Follow one entry first, then read off the rule for matrices.
#
# **Guess:** in how many entries of Y does the entry A[0, 1] appear?

# %%
guess_entries = ...

# %% demo find where an entry goes
A = np.array([[1.0, -2, 0], [3, 1, 2]])
B = np.array([[2.0, 1, 0, -1], [1, 3, -2, 4], [4, 0, 1, 2]])
moved = A.copy()
moved[0, 1] += 1
change = moved @ B - A @ B
beside(guess_entries, np.count_nonzero(change))
print("Y changes by", change, sep="\n")
upstream = [[1, 0.5, -1, 2], [2, -3, 1, 1]]
draw.product(A, B, upstream, of_a=(0, 1), of_b=(2, 3))

# %% [markdown]
# A[0, 1] appears in the four entries of one row of Y, and there it is multiplied by row 1 of B. So
#
# $$\frac{\partial L}{\partial a_{ik}} = \sum_j g_{ij}\, b_{kj},$$
#
# where g is the upstream gradient, in the shape of Y. The sum runs over j, the *second* index of both factors. So this is a matrix product in which one factor is transposed. Which factor?
#
# Shapes answer as well: g is 2 × 4, B is 3 × 4, and the gradient of A must be 2 × 3. Only one product of g and B has that shape. For *square* matrices wrong products have the right shape as well. So test a rule with shapes that differ.
#
# **Question `matmul_backward` ••, 3 points.** Return the gradients of `a` and `b`, in this order, for y = a @ b and the upstream gradient `g`. Each gradient earns half of the points.
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
# `x.sum(axis)` adds entries along an axis, or along several, and that axis is gone afterwards. Backward, each entry gets the gradient of its sum.
#
# Shapes can mislead here. Let x be 3 × 3, summed over axis 1, and let g = (10, 20, 30). Then `g + np.zeros((3, 3))` has the right shape and wrong numbers: NumPy lines shapes up at the right, so each row is (10, 20, 30). But row i should hold g[i] three times. A test with axis 0 never shows this fault.
#
# **Question `sum_backward` ••, 2 points.** Return the gradient of `x`, for `x.sum(axis)` and the upstream gradient `g`. You get one point when `axis` is a number, and one when it is a tuple or `None`, which means all axes.
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
# Sums and broadcasts are each other's backward rules: the gradient of a sum is broadcast, and the gradient of a broadcast is summed.
#
# ### Give the gradient to the largest
#
# A maximum copies the largest entry. When another entry moves a little, the result doesn't change.
#
# **Question `max_backward` •, 2 points.** Return the gradient of `x`, for `x.max(axis)` and the upstream gradient `g`. Here `axis` is a number, and no two entries of `x` are equal.
#
# Stuck? Run `hint("max_backward")`.


# %% answer max_backward
def max_backward(g, x, axis):
    """The gradient of x for x.max(axis): only the largest entries get any."""
    ### BEGIN SOLUTION
    largest = x == x.max(axis=axis, keepdims=True)
    return largest * np.expand_dims(g, axis)
    ### END SOLUTION


# %% check max_backward
check("max_backward", max_backward)

# %% [markdown]
# ## Follow one layer
#
# A layer takes a batch: n examples in the rows of X, so X is n × in. It computes Z = XWᵀ + b, then H = ReLU(Z). W is stored out × in, as torch does, and b has shape (out,). In `00` you saw what a bias of shape out × 1 does ([F23]({corrections})).
#
# A single unit, z = wx + b, has the local derivatives ∂z/∂x = w, ∂z/∂w = x and ∂z/∂b = 1. A layer has the same three gradients. Take five examples, four inputs and three outputs:
#
# |gradient|with single numbers|shape in the layer|
# |:--|:--|:--|
# |of x, X|∂L/∂z · w|(5, 4)|
# |of w, W|∂L/∂z · x|(3, 4)|
# |of b|∂L/∂z · 1|(3,)|

# %% demo step through the ledger of shapes
shapes = {"X": (5, 4), "W": (3, 4), "b": (3,)}
lines = {
    "X W b": "Given: five examples of four numbers, and three outputs.",
    "Z": "Z = X Wᵀ + b. A row of X and a row of W meet in each entry.",
    "H": "H = ReLU(Z), entry by entry.",
    "dH": "dH, the upstream gradient, arrives in the shape of H.",
    "dZ": "dZ is dH where Z > 0, and 0 elsewhere.",
    "db": "db: a column of dZ, five numbers, is added up in each entry.",
    "dX": "dX is made of dZ and W: three terms are added up in each entry.",
    "dW": "dW is made of dZ and X: five terms, one for each example, are added up.",
}
row, column, one = np.s_[0, :], np.s_[:, 0], (0, 0)
meets = {"Z": {"X": row, "W": row, "b": 0, "Z": one}, "db": {"dZ": column, "db": 0}}
meets["dX"] = {"dZ": row, "W": column, "dX": one}
meets["dW"] = {"dZ": column, "X": column, "dW": one}
draw.ledger(shapes | {"Z": (5, 3), "H": (5, 3)}, lines, meets)

# %% [markdown]
# The ledger puts each array above its gradient, with a box for each entry. Here dW is short for ∂L/∂W, the gradient of W, and so on. The dark boxes show what one entry is computed from. **dW has the shape of W for any number of examples**, and db has the shape of b. dX and dZ have a row per example.
#
# **Question `layer_backward` ••, 3 points.** Return the gradients of `X`, `W` and `b`, in this order, for ReLU(X @ W.T + b) and the upstream gradient `g`. The check asks with 1 to 7 examples, and gives one point for each gradient.
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

# %% [markdown]
# **Question `dw_keeps_its_shape` •, 1 point.** The loss is a sum over the examples, and a batch has seven of them in place of five. Then dX gets two more rows, and dW gets none. Why is this right? Say what each example has to do with W, what becomes of the seven shares of one entry of dW, and where in your formula for dW this happens.
#
# Write two or three sentences; a person reads them. Stuck? Run `hint("dw_keeps_its_shape")`.

# %% explain dw_keeps_its_shape [markdown]
# **`dw_keeps_its_shape`, in your words:**
#
# ### BEGIN SOLUTION
# There is one W, and every example uses it. So an entry of W gets a share from each example, and its gradient is their sum: one number. In dZᵀX that sum runs over the inner index, the examples. A row of X belongs to one example, so dX keeps the examples apart.
#
# - ½ point: every example uses the same W, and shares that meet are added (not averaged, not listed).
# - ½ point: the inner index of dZᵀX (or whatever the formula sums over) runs over the examples; that is the sum, and n is gone.
# ### END SOLUTION

# %% [markdown]
# ## Follow one weight
#
# To see one path, take a network with 4 inputs, 2 **hidden units** (outputs of the first layer, after ReLU) and 1 output, for one example: z = W₁x + b₁, a = ReLU(z) (a row of H above), p = W₂a + b₂, and L = (p − t)² with the target t. Units and inputs are counted from 0, as in code. Let w be the weight from x₂ to hidden unit 0, `W1[0, 2]`. One path leads from w to L:
#
# $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial p}\cdot\frac{\partial p}{\partial a_0}\cdot\frac{\partial a_0}{\partial z_0}\cdot\frac{\partial z_0}{\partial w}$$

# %% [markdown]
# Take x = (1, 2, 3, 4), so x₂ is 3, t = 33, b₁ = (−2, −3), W₂ = (5, 3) and b₂ = 1. The weights into hidden unit 0 are (1, −1, 2, 1), those into hidden unit 1 are (−2, 1, −1, 1).
#
# **Guess**, or work out on paper: what is ∂L/∂w?

# %%
guess_one_weight = ...


# %% demo follow one weight back from the loss
def loss_of(w):
    W1, b1 = np.array([[1, -1, w, 1], [-2, 1, -1, 1]]), [-2, -3]
    return ([5, 3] @ np.maximum(W1 @ [1, 2, 3, 4] + b1, 0) + 1 - 33) ** 2


beside(guess_one_weight, (loss_of(2 + 1e-4) - loss_of(2 - 1e-4)) / 2e-4)
units = [[(f"x{n}", str(n + 1)) for n in range(4)], [("a0", "7"), ("a1", "0")]]
units += [[("p", "36")], [("L", "9")]]
edges = [[["1", "−1", "w = 2", "1"], ["−2", "1", "−1", "1"]], [["5", "3"]]]
told = ["Forward: z0 = 7, so a0 = 7. z1 = −2, so hidden unit 1 is off: a1 = 0. p = 36."]
told += ["∂L/∂p = 2 (p − t) = 2 (36 − 33) = 6 arrives at p."]
told += ["Times 5, the weight on the path: 30 arrives at a0. ReLU's derivative is 1."]
told += ["Times x2 = 3, the number that w was multiplied by: ∂L/∂w = 90."]
title = "One path leads from w to L, and four factors multiply to 90"
arrived = ["6", "30", "90"]
draw.network(title, units, [*edges, [["(p − 33)²"]]], [2, 0, 0, 0], told, arrived)

# %% [markdown]
# Any of the four factors can be 0, and then this example doesn't move w: the error is 0, the weight in W₂ is 0, hidden unit 0 is off, or the input is 0. In this first layer, with plain gradient descent, a unit that is off for *every* example stays off: the data stay as they are, and so do its weights and its bias. In a deeper layer the inputs change during training, so a unit there can come back.

# %% [markdown]
# ## Build the engine
#
# A `Value` keeps one local derivative per input, in `slopes`. For an array this would be a Jacobian, which nobody builds. So a `Tensor` keeps a **rule**: a function that turns the gradient of the result into one gradient per input. All else stays as in `03`.
#
# For a + b the rule is `lambda g: (g, g)`, for a · b it is `lambda g: (g * b.data, g * a.data)`. So `node.rule(g)` takes g alone and returns a tuple: one gradient for each of `node.inputs`, in their order. With one input it is a tuple of one gradient.


# %%
class Tensor:
    """An array that remembers how it was made."""

    made = 0

    def __init__(self, data, inputs=(), rule=None):
        self.data = np.asarray(data, dtype=float)
        self.inputs, self.rule = inputs, rule
        Tensor.made += 1  # one count for all Tensors
        self.number = Tensor.made


# %%
def consumers_first(root):
    """Every tensor that root was made of, and root itself, the newest first."""
    found, waiting = {root}, [root]
    while waiting:
        for x in waiting.pop().inputs:
            if x not in found:
                found.add(x)
                waiting.append(x)
    return sorted(found, key=lambda tensor: tensor.number, reverse=True)


# %% [markdown]
# In `03` you sorted the graph. Here numbers give a shorter way: a program makes inputs *before* results, so "newest first" puts every tensor before its inputs. A gradient tape uses the same order.
#
# **Question `pull_back` ••, 3 points.** `g` is the upstream gradient that arrives at `root`. Return a dictionary {tensor: gradient} of `root` and every tensor that it was made of. You get two points for graphs with several paths, and one for graphs in which tensors were broadcast.
#
# - A leaf's `rule` is `None`: a leaf passes nothing on.
# - Rules ignore broadcasting. Bring each share into the shape of its tensor with `unbroadcast` before you add it.
# - Add with `grads[x] = grads[x] + share`, not with `+=`. The rule of a + b returns the *same* array g for both inputs, and `+=` would change both entries.
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
# Each operation is a value and a rule. Four of the ten rules below call functions that you wrote. `reshape` and `transpose` only change the indices of the numbers, so their rules change the indices of the gradients back. The last line of the first cell gives Tensors the signs `+`, `*` and `@`.
#
# Ten operations are enough for a network of two layers and its loss. The network returns three **scores** for each bird, and softmax makes probabilities of them. The loss is the **cross-entropy**, which `05` is about. Take it as given today: it is small when the probability of the right species is near 1.


# %%
def add(a, b):
    return Tensor(a.data + b.data, (a, b), lambda g: (g, g))


def multiply(a, b):
    return Tensor(a.data * b.data, (a, b), lambda g: (g * b.data, g * a.data))


def matmul(a, b):
    return Tensor(a.data @ b.data, (a, b), lambda g: matmul_backward(g, a.data, b.data))


Tensor.__add__, Tensor.__mul__, Tensor.__matmul__ = add, multiply, matmul


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


def reshape(x, shape):
    return Tensor(x.data.reshape(shape), (x,), lambda g: (g.reshape(x.data.shape),))


def transpose(x):
    return Tensor(x.data.T, (x,), lambda g: (g.T,))


# %%
def network(X, W1, b1, W2, b2):
    return relu(X @ transpose(W1) + b1) @ transpose(W2) + b2


def cross_entropy(scores, targets):
    """Mean of log Σ exp(s) - s[y]; `targets` marks the class y of each row with a 1."""
    n = len(targets.data)
    top = reshape(largest(scores, 1), (n, 1))
    s = scores + top * Tensor(-1)  # minus the largest, as in softmax
    losses = log(total(exp(s), 1)) + total(s * targets, 1) * Tensor(-1)
    return total(losses) * Tensor(1 / n)


# %%
def engine(weights, X, T):
    """The loss on the examples in X, then its gradients by the four weights."""
    loss = cross_entropy(network(Tensor(X), *weights), Tensor(T))
    grads = pull_back(loss, np.ones(()))
    return float(loss.data), *(grads[w] for w in weights)


# %% demo count the lines of your engine
def lines(*functions):
    """How many lines do something: no docstrings, no empty lines."""
    codes = [f.__code__ for f in functions if hasattr(f, "__code__")]
    return sum(len({line for *_, line in code.co_lines() if line}) for code in codes)


own = [relu_vjp, unbroadcast, matmul_backward, sum_backward, max_backward, pull_back]
given = [Tensor.__init__, consumers_first, add, multiply, matmul, relu, exp, log, total]
given += [largest, reshape, transpose, network, cross_entropy, engine]
print(f"Your engine has {lines(*own, *given)} lines, {lines(*own)} of them yours.")

# %% [markdown]
# ## Name the penguins
#
# The Palmer penguins are 344 birds of three species; 342 have all four measurements. The network is fitted on 70% of these, and the other 30% are kept aside (**held out**). Each measurement is **standardized**: its mean is subtracted, and it is divided by its standard deviation. Both are computed from the first part only, so that nothing is learnt from the birds held out.
#
# First compare your engine with torch, on fresh weights.
#
# **Guess:** your engine and torch compute four gradients each. How large is the largest difference between an entry of yours and torch's?

# %%
guess_gap = ...

# %% demo load the penguins, and compare all four gradients with torch
from chainrule.blame import blame

species = Kept("species")

X, T, X_held, y_held = species.divided(0)
weights = [Tensor(w) for w in species.fresh_weights(1)]
_, *by_torch = species.torch_engine(weights, X, T)
try:
    _, *found = engine(weights, X, T)
    gaps = [np.abs(a - b).max() for a, b in zip(found, by_torch, strict=True)]
    beside(guess_gap, max(gaps))
    for name, gap in zip(("W1", "b1", "W2", "b2"), gaps, strict=True):
        said = "agrees" if gap < 1e-9 else "DIFFERS, so one of your rules is off"
        print(f"gradient of {name}: largest difference {gap:.0e}: {said}")
except Exception as reason:
    print(f"Your engine doesn't run yet. It stops with\n{blame(reason)}")
mine = yours(engine, species.torch_engine, weights, X, T)

# %% [markdown]
# ### Train
#
# A network that gave each species one third would have a loss of log 3 ≈ 1.1. Yours starts higher: its random scores happen to favour wrong species.
#
# **Guess:** 103 birds are held out. How many of them does the network name correctly after 150 steps of gradient descent?


# %%
def train(engine, weights, X, T, steps=150, rate=0.5):
    """The weights after some steps downhill, and the loss before each step."""
    losses = []
    for _ in range(steps):
        loss, *grads = engine(weights, X, T)
        pairs = zip(weights, grads, strict=True)
        weights = [Tensor(w.data - rate * g) for w, g in pairs]
        losses.append(loss)
    return weights, losses


guess_named = ...

# %% demo train, and draw your loss curve
trained, losses = train(mine, weights, X, T)
_, torch_losses = train(species.torch_engine, weights, X, T)
gap = np.abs(np.subtract(losses, torch_losses)).max()
whose = "Your engine" if mine is engine else "The engine brought along"
print(f"Largest difference from torch's losses: {gap:.0e}")
title = (
    f"{whose} takes the loss from {losses[0]:.2f} to {losses[-1]:.3f}, as torch does"
)
fig, ax = draw.figure(title, "step", "cross-entropy")
ax.set(yscale="log", xlim=(-3, 155))
draw.line(ax, range(150), losses, draw.TAPE)
ax.plot(range(0, 150, 10), torch_losses[::10], "o", mfc="none", color="#1f1f1f")
ax.text(40, 0.3, f"line: {whose.lower()}\ncircles: torch")
draw.show(fig, alt=f"{title}. Torch's losses are circles on the same curve.")


# %% demo name the held-out birds, and ring the misnamed
named = network(Tensor(X_held), *trained).data.argmax(1)
misnamed = named != y_held
beside(guess_named, np.count_nonzero(~misnamed), f"of {len(y_held)} birds")
classes = species.classes()
count = np.count_nonzero(misnamed)
title = f"The network misnames {count} of {len(y_held)} birds (ringed)"
fig, ax = draw.figure(title, "bill length, standardized", "bill depth, standardized")
looks = ("o", "#2347b5", -2, 1.6), ("^", "#c8502d", 1.7, 0.9), ("s", "#117d74", 1.6, -2)
for k, (marker, color, *place) in enumerate(looks):
    ax.plot(*X_held[y_held == k, :2].T, marker, color=color, mfc="none")
    ax.text(*place, classes[k], color=color)
for bill, k in zip(X_held[misnamed, :2], named[misnamed], strict=True):
    ax.plot(*bill, "o", ms=17, mfc="none", color="#1f1f1f")
    ax.annotate(f"called {classes[k]}", bill, (-30, 12), textcoords="offset points")
draw.show(fig, alt=f"{title}. Chinstrap lies right of Adelie, Gentoo below both.")

# %% [markdown]
# ## Break the engine, and look at the score
#
# Now break two rules. ReLU's backward rule passes g on everywhere, also where x is negative. And the rule for broadcasting takes a mean over the 239 birds in place of their sum: the gradient of b₂ is 239 times too small, and that of b₁ is wrong in both ways. Then train 20 pairs of networks, one with right rules and one with broken rules, each pair on a split and from first weights of its own. Both engines are made with torch, so yours stays as it is.
#
# **Guess:** the right engine names about 98% of the birds held out. What percentage do you expect from the broken one?


# %%
guess_broken = ...


# %% demo train 20 networks with each engine
def trial(engine, seed):
    """The percentage of held-out birds named rightly, and the loss before each step."""
    X, T, X_held, y_held = species.divided(seed)
    first = [Tensor(w) for w in species.fresh_weights(seed + 1)]
    weights, losses = train(engine, first, X, T)
    named = network(Tensor(X_held), *weights).data.argmax(1)
    return 100 * np.mean(named == y_held), losses


def broken_engine(weights, X, T):
    """The broken engine; notes how far its gradient points from the right one."""
    loss, *grads = species.broken_engine(weights, X, T)
    _, *right = species.torch_engine(weights, X, T)
    degrees.append(species.degrees_apart(grads, right))
    return loss, *grads


degrees, seeds = [], range(20)
right, _ = zip(*(trial(species.torch_engine, seed) for seed in seeds), strict=True)
broken, losses = zip(*(trial(broken_engine, seed) for seed in seeds), strict=True)
rises = sum(np.count_nonzero(np.diff(each) > 0) for each in losses)

# %% demo compare the scores, and draw them
beside(guess_broken, round(np.mean(broken), 1), "%")
print(f"With right rules: {np.mean(right):.1f} % on average.")
print(f"The broken gradients point {np.mean(degrees):.0f}° away from the right ones on")
print(f"average, {max(degrees):.0f}° at most. The loss rose in {rises} steps.")
ties, wins = np.equal(broken, right).sum(), np.greater(broken, right).sum()
lost = len(seeds) - ties - wins
title = f"Of 20 splits the broken engine ties {ties}, wins {wins} and loses {lost}"
label = "% named correctly (from 94%)"
fig, ax = draw.figure(title, "split and first weights, by seed", label)
ax.plot(right, "o", ms=9, mfc="none", color="#2347b5")
ax.plot(broken, "x", ms=6, color="#c8502d")
ax.set(xticks=range(0, 20, 2), ylim=(94, 100.4))
ax.text(0, 94.3, "circles: right rules\ncrosses: two broken rules")
draw.show(fig, alt=f"{title}. Most crosses lie inside a circle.")

# %% [markdown]
# The scores don't show the fault: on most splits both are equal, and a single bird is 1% of a score. Wins by one bird are chance. But the gradients are wrong. Still, in these 20 runs they pointed less than 90° away from the right ones. So a small enough step goes downhill, and here every step did: the loss never rose. Such directions are good enough for this task. A learning curve can't tell you whether they are good enough for the next task.

# %% [markdown]
# **A falling loss, even with a high score, doesn't prove that a gradient is right.** Trust a gradient when a second method, with other errors, gives the same numbers. Most checks did this.
#
# This is the engine that `00` promised: matrix products, sums, maxima, ReLUs and broadcasts go back by rules that you wrote, along a walk that you wrote. torch has more operations, in faster languages, but its walk and its rules are of the same kind.

# %% [markdown]
# ## Stretch, for no points
#
# **Permute axes.** Write the backward rule of `x.transpose(axes)`. Which order of axes undoes (1, 2, 0)?
#
# **Batch the product.** Let `matmul_backward` take stacks of matrices, (n, i, k) @ (n, k, j), and then a stack times one matrix. Which function that you wrote repairs the second case?
#
# **Share a tie.** When several entries are the largest, `torch.amax` splits the gradient equally among them. Change one line of `max_backward`.
#
# ## Read on
#
# - Parr, Howard: *The matrix calculus you need for deep learning*, [explained.ai/matrix-calculus](https://explained.ai/matrix-calculus/), 2018.
# - Clark: *Computing neural network gradients*, [Stanford CS224n](https://web.stanford.edu/class/cs224n/readings/gradient-notes.pdf). Jacobians and shapes, layer by layer.
# - Batra: *Gradients notes* to lecture 5, Georgia Tech CS 7643. Tensors, entry by entry.
# - Baydin, Pearlmutter, Radul, Siskind: *Automatic differentiation in machine learning: a survey*, JMLR, 2018, section 3.2, [arxiv.org/abs/1502.05767](https://arxiv.org/abs/1502.05767).

# %% [markdown]
# ## Say what you can do now
#
# - Lay out a Jacobian, out × in, and multiply by it without building it: a VJP in reverse mode, a JVP in forward mode.
# - Find the backward rule of an array operation from one entry and from shapes.
# - Undo a broadcast.
# - Walk backward through a graph of arrays, and train a network with it.
#
# ### Hand in
#
# Run both notebooks of this unit, `03_reverse_mode` and `04_tensors`, from top to bottom, and save them. In Colab: File, Download, Download .ipynb. Hand in both files, with their names unchanged. The next cell shows which questions are right so far.

# %% demo see where you stand
check_all("04_tensors", globals())

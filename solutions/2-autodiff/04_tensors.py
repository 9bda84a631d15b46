# %% [markdown]
# # Go from scalars to tensors
#
# The first figure of `00` showed where this unit ends: an engine that learns to name penguins. In this notebook you finish that engine.
#
# In `02` you built `Value`, a number that keeps its inputs and its local derivatives, in `slopes`. In `03` you walked backward through a graph of Values. A network holds thousands of numbers, and they come in arrays. So you now lift `Value` to a `Tensor`: each operation gets one backward rule for a whole array, whatever its size.

# %% [markdown]
# **You'll do:** write two Jacobians, then do without them; undo broadcasting; write backward rules; build an engine and train a network with it.
#
# **You'll learn:** why a gradient has the shape of its array; how to find a backward rule from one entry and from shapes; why a good score doesn't prove that a gradient is right.
#
# **You need:** the backward walk of `03`, matrix products, NumPy's broadcasting.
#
# **Time:** about 4.5 hours in two sittings, 1.5 of reading and 3 of exercises. A good place to stop for the day is after `max_backward`.
#
# {questions} A check draws fresh numbers and shapes every time you run it. The dots beside a question say how long you may need: • a minute or two, •• up to ten minutes, ••• a quarter of an hour or more.
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, draw, hint
from chainrule.guess import beside
from chainrule.standby import yours

# %% [markdown]
# ## Lay all local derivatives out in a table
#
# A function with d inputs and m outputs has m · d partial derivatives: how fast does output i move when input j moves? The table of all of them, with one **row per output** and one **column per input**, is the **Jacobian** of the function:
#
# $$J_{ij} = \frac{\partial f_i}{\partial x_j}, \qquad J \in \mathbb{R}^{m \times d}$$
#
# The local derivative of `02` is the case of one input and one output: its Jacobian is 1 × 1. Take a function with two inputs and three outputs, f(x) = (x₀x₁, x₀ + x₁, 5x₀).
#
# **Guess** the shape of its Jacobian, as (rows, columns), and the three entries of the first column at x = (2, 3). Write your guesses in place of the dots. A guess is never graded.


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
# Some books give the shape of a Jacobian as *in × out*, here 2 × 3. [This course keeps out × in]({corrections}) (F21 there), as `measured_jacobian` does. The order matters because Jacobians multiply. If u = q(x) has k entries and v = f(u), then the Jacobian of v with respect to x is $J_f J_q$, with the shapes (m × k)(k × d). With in × out, the two factors would have to change places.
#
# **Question `affine_jacobian` •, 1 point.** A layer of a network computes v = Wx + b, and its W is stored out × in. Return the Jacobian of Wx + b with respect to x. Write out one output first.
#
# Stuck? Run `hint("affine_jacobian")` in a cell of your own.


# %% answer affine_jacobian
def affine_jacobian(W, b, x):
    """Derivatives of every output of Wx + b with respect to every x[j]: out × in."""
    ### BEGIN SOLUTION
    return np.array(W)
    ### END SOLUTION


# %% check affine_jacobian
check("affine_jacobian", affine_jacobian)

# %% [markdown]
# ## Compare one by one with all together
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
diagonal, full = (measured_jacobian(f, x).round(4) + 0.0 for f in (sigmoid, softmax))
beside(guess_nonzero, np.count_nonzero(diagonal))
beside(guess_column_sum, abs(full.sum(axis=0).round(3)).max())
print("sigmoid:", diagonal, "softmax:", full, sep="\n")

# %% [markdown]
# Sigmoid's Jacobian is diagonal, and its diagonal holds σ(1 − σ), the local derivative that you wrote in `02`. An elementwise operation applies its scalar rule once per entry. Work that splits into independent parts like these is called **embarrassingly parallel**, and graphics cards are made for it.
#
# Softmax's Jacobian is full. Each of its columns sums to 0: when an input moves, what some probabilities gain, the others lose.
#
# **Question `softmax_jacobian` •••, 2 points.** Return the Jacobian of softmax at the vector `x`. Use the quotient rule on paper first, once for i = j and once for i ≠ j. Write both results with p alone.
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
# The chain rule can be written in five notations. They all say the same:
#
# |notation|the chain rule says|
# |:--|:--|
# |scalar|multiply the local derivatives along the path|
# |graph|multiply the upstream gradient by the local derivative, and sum where paths meet|
# |vector|sum over all paths: ∂L/∂xⱼ = Σᵢ ∂L/∂vᵢ · ∂vᵢ/∂xⱼ|
# |matrix|multiply Jacobians: $J_L J_f J_q$|
# |tensor|as for vectors, with an index such as (2, 0) in place of i|
#
# An array of shape (3, 4) is twelve numbers with two indices each. So the Jacobian of an operation on arrays has the **shape of the output followed by the shape of the input**: for ReLU of a (2, 3) array that is (2, 3, 2, 3).
#
# **Guess:** ReLU is applied to a batch of 64 rows with 128 numbers each, in `float32`, which takes 4 bytes a number. How many megabytes does its Jacobian take?

# %%
guess_megabytes = ...

# %% demo count the Jacobian's megabytes
entries = 64 * 128
beside(guess_megabytes, entries**2 * 4 / 1e6, "MB")

# %% [markdown]
# No training program builds that Jacobian. Let an operation turn x into v, and let L be the loss. L is *one* number, so ∂L/∂v is a single row gᵀ. It holds the upstream gradient g. We want ∂L/∂x, a single row as well: gᵀJ.
#
# gᵀJ is a **vector-Jacobian product (VJP)**. It pulls the gradient back from v to x, and each step of reverse mode does this. The other product, J times a direction of the inputs, is a **Jacobian-vector product (JVP)**: the dual numbers of `01` compute JVPs, in forward mode.
#
# The row gᵀJ has one entry per input. So the gradient of a loss *always* has the shape of the array that it belongs to. Only the Jacobian is out × in.

# %% [markdown]
# ReLU is max(x, 0). Its derivative is 1 above 0 and 0 below, and at exactly 0 we take 0, as `02` decided. Its Jacobian is diagonal, so gᵀJ multiplies entry by entry. It needs no matrix, and it works for arrays of any shape.
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
# For softmax, J is full. Still, gᵀJ takes only a few multiplications per entry, once you have worked the product out on paper. Write entry j as a sum over i, and take pⱼ out of it.
#
# **Question `softmax_vjp` •••, 3 points.** Return gᵀJ of softmax at `x`: two points for the right numbers, and one for a thousand numbers without a matrix in memory.
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
# The next figure shows three Jacobians. The column on the left is g, and the row below J is gᵀJ. Press Next to go from one Jacobian to the next.
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
def by_jacobian(g, x):
    return g @ J_softmax(x)


def by_differences(g, x, h=1e-6):
    """gᵀJ by two calls of softmax for each input, as in 01."""
    product = np.empty(len(x))
    for j in range(len(x)):
        e = h * np.eye(1, len(x), j)[0]
        product[j] = g @ (softmax(x + e) - softmax(x - e)) / (2 * h)
    return product


from chainrule.weigh import most_held

sizes = [10, 30, 100, 300, 1000]
by_vjp = yours(softmax_vjp, by_differences, g, x)
full = [most_held(by_jacobian, np.ones(n), np.ones(n)) for n in sizes]
product = [most_held(by_vjp, np.ones(n), np.ones(n)) for n in sizes]
times = full[-1] / product[-1]
beside(guess_times_memory, times, "times")
title = f"For 1,000 numbers J is {1000**2 * 8 / 1e6:.0f} MB; the call that builds it "
title += f"holds {full[-1] / 1e6:.0f} MB, {times:.0f} times as much as a VJP"
fig, ax = draw.figure(title, "numbers in x", "bytes held at most")
ax.set(xscale="log", yscale="log")
draw.line(ax, sizes, full, draw.HAND, "J, then gᵀJ")
draw.line(ax, sizes, product, draw.TAPE, by_vjp.__name__)
draw.show(fig, alt=f"{title}. Sizes from 10 to 1,000, both axes logarithmic.")

# %% [markdown]
# J's memory grows with the *square* of the number of inputs, and the product's memory with the number itself.
#
# ## Undo a broadcast
#
# From here on, a **backward rule** is a VJP: it takes the upstream gradient g, then whatever the forward step took, and returns one gradient per input.
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
# Each entry of b is used four times. A number that is used several times gets the **sum** of what comes back, as in `03`. Broadcasting only hides the repeated use, and it hides it in two places:
#
# |shape before|shape after|what was stretched|so sum g over|
# |:--|:--|:--|:--|
# |(3,)|(4, 3)|a new axis in front|axis 0|
# |(4, 1)|(4, 3)|an axis of length 1|axis 1, and keep it with length 1|
# |(4, 1)|(2, 4, 3)|both|axes 0 and 2, and keep the last|
# |()|(4, 3)|everything|all axes|
#
# **Question `unbroadcast` •••, 4 points.** An array of `shape` was broadcast, and `g` is the gradient of the result. Return the gradient of the array before it was broadcast: it has that shape, and each entry is summed over its copies. You get two points for new axes, one for axes of length 1, and one for both at once.
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
# Take a product Y = AB, where A is 2 × 3 and B is 3 × 4. Don't look for a rule for matrices. Follow one entry first, then read the matrix rule off.
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
# where g is the upstream gradient, in the shape of Y. The sum runs over j, which is the *second* index of both factors. So it is a matrix product in which one factor is transposed. Which factor?
#
# Shapes answer as well: g is 2 × 4, B is 3 × 4, and the gradient of A must be 2 × 3. Only one product of g and B has that shape. For *square* matrices every product has it, the wrong ones too. So test a rule with shapes that differ.
#
# **Question `matmul_backward` ••, 3 points.** Return the gradients of `a` and `b`, in this order, for y = a @ b and the upstream gradient `g`.
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
# `x.sum(axis)` adds entries along an axis, or along several, and that axis is gone afterwards. Backward, each entry gets the gradient of the sum that it went into.
#
# Shapes can mislead here. Let x be 3 × 3, summed over axis 1, and let g = (10, 20, 30). Then `g + np.zeros((3, 3))` has the right shape and wrong numbers: NumPy lines shapes up at the right, so each row of the result is (10, 20, 30). But row i should hold the number g[i] three times. A test with axis 0 never notices.
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
# A maximum copies its largest entry and ignores the others. When one of the others moves a little, the result doesn't change.
#
# **Question `max_backward` ••, 2 points.** Return the gradient of `x`, for `x.max(axis)` and the upstream gradient `g`. Here `axis` is a number, and no two entries of `x` are equal.
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
# A layer takes a batch: n examples in the rows of X, so X is n × in. It computes Z = XWᵀ + b, then H = ReLU(Z). W is stored out × in, as in `nn.Linear`, and b has shape (out,). In `00` you saw what [a bias of shape out × 1]({corrections}) (F23 there) does.
#
# For a *single* weight, z = wx + b has the local derivatives ∂z/∂x = w, ∂z/∂w = x and ∂z/∂b = 1. A whole layer has the same three gradients. Take five examples, four inputs and three outputs:
#
# |gradient|with single numbers|shape in the layer|
# |:--|:--|:--|
# |of x, X|∂L/∂z · w|5 × 4|
# |of w, W|∂L/∂z · x|3 × 4|
# |of b|∂L/∂z · 1|3|
#
# In the graph below, black text is the shape of an array, and bold blue text the length (norm) of its gradient, when the upstream gradient is all ones.


# %% demo draw the graph of one layer
def layer_graph(shapes):
    from chainrule.tensor import Tensor, ops

    rng = np.random.default_rng(1)
    X, W, b = (Tensor(rng.normal(size=s), True, k) for k, s in shapes.items())
    Z = X @ W.T + b
    H = ops.relu(Z)
    Z.label, H.label = "Z", "H"
    H.backward(np.ones((5, 3)), retain_graph=True)
    return H


shapes = {"X": (5, 4), "W": (3, 4), "b": (3,)}
title = "A layer has three inputs, so three gradients come back"
draw.titled(title, draw.graph(layer_graph(shapes)))

# %% demo step through the ledger of shapes
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
# The ledger puts each array above its gradient, with a box for each entry. Here dW is short for ∂L/∂W, the gradient of W; dX, dZ and db are read in the same way. The dark boxes show what one entry is computed from. **dW has the shape of W for any number of examples**, and db has the shape of b. dX and dZ have a row per example.
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
# **Question `dw_keeps_its_shape` ••, 1 point.** A batch has seven examples in place of five. Then dX gets two more rows, and dW gets none. Why is that right? Say what each example has to do with W, what becomes of the seven shares of one entry of dW, and where in your formula for dW this happens.
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
# To see one path, take a network with 4 inputs, 2 **hidden units** (outputs of the first layer, followed by ReLU) and 1 output, for one example: z₁ and z₂ are the entries of Wx + b, a₁ and a₂ are their ReLUs, z₃ = V · a + c, and L = (z₃ − t)² with the target t. Let w be the weight from input 3 to hidden unit 1. (We count from 1, as textbooks do; in code w is `W[0, 2]`.) One path leads from w to L:
#
# $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial z_3}\cdot\frac{\partial z_3}{\partial a_1}\cdot\frac{\partial a_1}{\partial z_1}\cdot\frac{\partial z_1}{\partial w}$$
#
# Take x = (1, 2, 3, 4), t = 33, b = (−2, −3) and c = 1. The weights into hidden unit 1 are (1, −1, 2, 1), those into hidden unit 2 are (−2, 1, −1, 1), and V = (5, 3).
#
# **Guess**, or work out on paper: what is ∂L/∂w?

# %%
guess_one_weight = ...


# %% demo follow one weight back from the loss
def loss_of(w):
    W, b = np.array([[1, -1, w, 1], [-2, 1, -1, 1]]), [-2, -3]
    return ([5, 3] @ np.maximum(W @ [1, 2, 3, 4] + b, 0) + 1 - 33) ** 2


beside(guess_one_weight, (loss_of(2 + 1e-4) - loss_of(2 - 1e-4)) / 2e-4)
units = [[(f"x{n}", str(n)) for n in (1, 2, 3, 4)], [("a1", "7"), ("a2", "0")]]
units += [[("z3", "36")], [("L", "9")]]
edges = [[["1", "−1", "w = 2", "1"], ["−2", "1", "−1", "1"]], [["5", "3"]]]
told = [
    "Forward: z1 = 7, so a1 = 7. z2 = −2, so hidden unit 2 is off: a2 = 0. z3 = 36."
]
told += ["∂L/∂z3 = 2 (z3 − t) = 2 (36 − 33) = 6 arrives at z3."]
told += ["Times 5, the weight on the path: 30 arrives at a1. ReLU's derivative is 1."]
told += ["Times x3 = 3, the number that w was multiplied by: ∂L/∂w = 90."]
title = "One path leads from w to L, and four factors multiply to 90"
arrived = ["6", "30", "90"]
draw.network(title, units, [*edges, [["(z3 − 33)²"]]], [2, 0, 0, 0], told, arrived)

# %% [markdown]
# Any of the four factors can be 0, and then w doesn't change in this step: the error is 0, the weight in V is 0, hidden unit 1 is off, or the input is 0. In this first layer, with plain gradient descent, a unit that is off for *every* example stays off: its inputs are the data, and its weights and bias no longer move. In a deeper layer the inputs change during training, so a unit there can come back.
#
# ## Build the engine
#
# A `Value` keeps one local derivative per input, in `slopes`. For an array the local derivative is a Jacobian, which nobody builds. So a `Tensor` keeps a **rule** in their place: a function that turns the gradient of the result into one gradient per input. All else stays as in `03`: a tensor has data and inputs, and you walk from the result back.


# %%
class Tensor:
    """An array that remembers how it was made."""

    made = 0

    def __init__(self, data, inputs=(), rule=None):
        self.data = np.asarray(data, dtype=float)
        self.inputs, self.rule = inputs, rule
        Tensor.made += 1
        self.number = Tensor.made


# %%
def consumers_first(root):
    """Every tensor that root was made of, and root itself, the newest first."""
    found, waiting = {root}, [root]
    while waiting:
        fresh = set(waiting.pop().inputs) - found
        found |= fresh
        waiting += fresh
    return sorted(found, key=lambda t: t.number, reverse=True)


# %% [markdown]
# In `03` you sorted the graph. The number of a Tensor gives a shorter way. A program makes inputs *before* results, so the order "newest first" puts every consumer, that is, every tensor that uses another, before its inputs. A gradient tape uses the same order.
#
# **Question `pull_back` •••, 3 points.** `g` is the upstream gradient that arrives at `root`. Return a dictionary {tensor: gradient} with the gradient of every tensor that `root` was made of, and with `g` for `root` itself. You get two points for graphs with several paths, and one for graphs in which tensors were broadcast. A leaf has no rule: its `rule` is `None`. The rules ignore broadcasting, so call your `unbroadcast` before you add a share. Add with `grads[x] = grads[x] + share`, not with `+=`: two tensors may hold the *same* array, and `+=` would change both.
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
# Each operation is a value and a rule. Four of the ten rules below call functions that you wrote. `reshape` and `transpose` only change the indices of the numbers, so their rules change the indices of the gradients back.
#
# Ten operations are enough for a network of two layers and its loss. The loss is the cross-entropy: −log p of the right class, averaged over the examples. Here p is the softmax of the scores s, so −log p is log Σ exp(s) − s[right]. The code first subtracts the largest score of a row: p stays the same, and exp can't overflow. The next notebook is about this loss.


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


def cross_entropy(scores, right):
    """Mean of log Σ exp(s) - s[right]; `right` marks each row's class with a 1."""
    n = len(right.data)
    top = reshape(largest(scores, 1), (n, 1))
    s = scores + top * Tensor(-1)
    wrong = total(log(total(exp(s), 1))) + total(s * right) * Tensor(-1)
    return wrong * Tensor(1 / n)


# %%
def engine(weights, X, T):
    """The loss on the examples in X, then its gradients by the four weights."""
    loss = cross_entropy(network(Tensor(X), *weights), Tensor(T))
    grads = pull_back(loss, np.ones(()))
    return float(loss.data), *(grads[w] for w in weights)


# %% [markdown]
# ## Name the penguins
#
# The Palmer penguins are 344 birds of three species; 342 have all four measurements. The network is fitted on 70 % of these, and the other 30 % are kept aside (**held out**). The scale of the measurements is taken from the first part only.
#
# First compare your engine with torch, on fresh weights.
#
# **Guess:** your engine and torch compute four gradients each. How large is the largest difference between an entry of yours and torch's?

# %%
guess_gap = ...


# %% demo load the penguins, and ask torch as well
from chainrule import data

penguins = data.load("penguins")


def divided(seed):
    parts = data.split(len(penguins.y), (0.7, 0.3), np.random.default_rng(seed))
    X = data.standardize(*(penguins.x[rows].astype(float) for rows in parts))
    return X[0], np.eye(3)[penguins.y[parts[0]]], X[1], penguins.y[parts[1]]


def fresh_weights(seed):
    rng = np.random.default_rng(seed)
    arrays = rng.normal(0, 0.7, (8, 4)), np.zeros(8), rng.normal(0, 0.5, (3, 8))
    return [Tensor(w) for w in (*arrays, np.zeros(3))]


def torch_engine(weights, X, T):
    import torch

    at = [torch.tensor(w.data, requires_grad=True) for w in weights]
    scores = torch.relu(torch.tensor(X) @ at[0].T + at[1]) @ at[2].T + at[3]
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(T))
    return loss.item(), *(d.numpy() for d in torch.autograd.grad(loss, at))


# %% demo compare all four gradients
from chainrule.blame import blame

X, T, X_held, y_held = divided(0)
weights = fresh_weights(1)
try:
    pairs = zip(engine(weights, X, T), torch_engine(weights, X, T), strict=True)
    gaps = [np.abs(a - b).max() for a, b in pairs][1:]
    beside(guess_gap, max(gaps))
    for name, gap in zip(("W1", "b1", "W2", "b2"), gaps, strict=True):
        said = "agrees" if gap < 1e-9 else "DIFFERS, so one of your rules is off"
        print(f"gradient of {name}: largest difference {gap:.0e}: {said}")
except Exception as reason:
    print(f"Your engine doesn't run yet. It stops with\n{blame(reason)}")
mine = yours(engine, torch_engine, weights, X, T)

# %% [markdown]
# ### Train
#
# A network that gave each species one third would have a loss of log 3 ≈ 1.1. Yours starts higher, because random weights make it confident about wrong answers.
#
# **Guess:** 103 birds were kept aside. How many of them does the network name correctly after 150 steps of gradient descent?


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
_, torch_losses = train(torch_engine, weights, X, T)
gap = np.abs(np.subtract(losses, torch_losses)).max()
whose = "Your engine" if mine is engine else "The engine brought along"
title = f"{whose} takes the loss from {losses[0]:.2f} to {losses[-1]:.3f}, "
title += f"as torch does (largest difference {gap:.0e})"
fig, ax = draw.figure(title, "step", "cross-entropy")
ax.set(yscale="log", xlim=(-3, 155))
draw.line(ax, range(150), losses, draw.TAPE)
ax.plot(range(0, 150, 10), torch_losses[::10], "o", mfc="none", color="#1f1f1f")
ax.text(40, 0.3, f"line: {whose.lower()}\ncircles: torch")
draw.show(fig, alt=f"{title}. Torch's losses are circles on the same curve.")


# %% demo name the held-out birds, and ring the misnamed
named = network(Tensor(X_held), *trained).data.argmax(1)
wrong = named != y_held
beside(guess_named, np.count_nonzero(~wrong), f"of {len(y_held)} birds")
title = (
    f"The network misnames {np.count_nonzero(wrong)} of {len(y_held)} birds (ringed)"
)
fig, ax = draw.figure(title, "bill length, standardized", "bill depth, standardized")
looks = ("o", "#2347b5", -2, 1.6), ("^", "#c8502d", 1.7, 0.9), ("s", "#117d74", 1.6, -2)
for k, (marker, color, *place) in enumerate(looks):
    ax.plot(*X_held[y_held == k, :2].T, marker, color=color, mfc="none")
    ax.text(*place, penguins.classes[k], color=color)
for bill, k in zip(X_held[wrong, :2], named[wrong], strict=True):
    ax.plot(*bill, "o", ms=17, mfc="none", color="#1f1f1f")
    called = f"called {penguins.classes[k]}"
    ax.annotate(called, bill, (-30, 12), textcoords="offset points")
draw.show(fig, alt=f"{title}. Chinstrap lies right of Adelie, Gentoo below both.")

# %% [markdown]
# ## Break the engine, and look at the score
#
# Now break two rules. ReLU's backward rule passes g on everywhere, also where x is negative. And the undoing of broadcasting takes a mean over the 239 birds in place of their sum: b2's gradient is 239 times too small, and b1's is wrong in both ways. Then train 20 networks with right rules and 20 with broken ones, each pair on its own split and from its own first weights. Both engines are made with torch, so yours stays as it is.
#
# **Guess:** the right engine names about 98 % of the birds that were kept aside. What percentage do you expect from the broken one?


# %%
guess_broken = ...


# %% demo break two rules
def broken_engine(weights, X, T):
    """As by torch, but ReLU passes all of g back, and biases get a mean for a sum."""
    import torch

    at = [torch.tensor(w.data, requires_grad=True) for w in weights]
    Z = torch.tensor(X) @ at[0].T + at[1]
    hidden = Z + (torch.relu(Z) - Z).detach()  # ReLU's value, with derivative 1
    scores = hidden @ at[2].T + at[3]
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(T))
    dW1, db1, dW2, db2 = (d.numpy() for d in torch.autograd.grad(loss, at))
    return loss.item(), dW1, db1 / len(X), dW2, db2 / len(X)


# %% demo train 20 networks with each engine, and draw both scores
def trial(engine, seed):
    """The percentage of held-out birds named correctly, and the last loss."""
    X, T, X_held, y_held = divided(seed)
    trained, losses = train(engine, fresh_weights(seed + 1), X, T)
    named = network(Tensor(X_held), *trained).data.argmax(1)
    return 100 * np.mean(named == y_held), losses[-1]


right = np.array([trial(torch_engine, seed) for seed in range(20)])
broken = np.array([trial(broken_engine, seed) for seed in range(20)])
as_good = np.count_nonzero(broken[:, 0] >= right[:, 0])
beside(guess_broken, round(broken[:, 0].mean(), 1), "%")
print(f"Mean of the last losses: {right[:, 1].mean():.3f} with the right rules,")
print(f"{broken[:, 1].mean():.3f} with the broken ones.")


def flat(engine):
    return np.concatenate([d.ravel() for d in engine(weights, X, T)[1:]])


a, b = (d / np.linalg.norm(d) for d in (flat(torch_engine), flat(broken_engine)))
angle = np.degrees(np.arccos(a @ b))
print(f"At first, the broken gradient points {angle:.0f}° away from the right one.")
title = f"On {as_good} of 20 splits the broken engine scores at least as well: "
title += f"{broken[:, 0].mean():.1f} % against {right[:, 0].mean():.1f} % on average"
label = "% named correctly (from 94 %)"
fig, ax = draw.figure(title, "split and first weights, by seed", label)
ax.plot(right[:, 0], "o", ms=9, mfc="none", color="#2347b5")
ax.plot(broken[:, 0], "x", ms=6, color="#c8502d")
ax.set(xticks=range(0, 20, 2), ylim=(94, 100.4))
ax.text(0, 94.3, "circles: right rules\ncrosses: two broken rules")
draw.show(fig, alt=f"{title}. Most crosses lie inside a circle.")

# %% [markdown]
# The broken engine names the penguins as well as the right one. But its gradients are wrong: over the 3,000 steps of these trials, they point 45° away from the right ones on average (this was measured beforehand). They never point 90° or more away, and the loss fell in every step. For this task that is enough. A learning curve can't tell you whether it is enough for the next task.
#
# **A falling loss, and even a high score, proves nothing about a gradient.** Trust a gradient when a second method, with other errors, gives the same numbers. Every check did this.
#
# In your engine, matrix products, sums, maxima, ReLUs and broadcasts go back by rules that you wrote, along a walk that you wrote. torch has more operations, in faster languages, but a walk and rules of the same kind.

# %% [markdown]
# ## Stretch, for no points
#
# **Permute axes.** Write the backward rule of `x.transpose(axes)` for any number of axes. Which order of axes undoes (1, 2, 0)?
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

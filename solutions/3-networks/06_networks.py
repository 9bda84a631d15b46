# %% [markdown]
# # Take a network apart, then hand it to PyTorch
#
# You built an engine that finds gradients. Practitioners use PyTorch's. In this notebook you write a network forward and backward by hand, and then let PyTorch do the same: the gradients agree to the last digits. After that you look inside PyTorch.
#
# **You'll do:** work out one network on paper; write its two passes; build it as a module; find the errors in five training loops; count what a loop keeps in memory; add an operation to PyTorch.
#
# **You'll learn:** what a backward pass needs from the forward pass, what PyTorch keeps and for how long, and how five libraries take the same gradient.
#
# **You need:** the backward rules of a layer (`04_tensors`), cross-entropy (`05_losses`), Python classes.
#
# **Time:** about 3 hours, 1 hour of reading and 2 hours of exercises.

# %% [markdown]
# {questions} One dot • beside a question means a line or two, three dots ••• mean that you will need paper. A check draws fresh numbers and shapes every time you run it. `by_hand`, `which_loop` and `nodes_after` have numbers of your own: put your id into `STUDENT` below before you begin.
#
# {points}
#
# A **guess** is never graded. Write it in place of the dots, then run the cell: your guess is shown beside the truth.

# %% setup
import numpy as np
import torch
from chainrule import check, check_all, draw, guess, hint, numbers
from torch import nn
from torch.nn import functional as F

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## Go beyond a straight line
#
# A single unit computes σ(w · x + b). With a step function in place of σ, it is the *perceptron* of the 1950s. With two inputs, both units say "yes" on one side of a straight line and "no" on the other side: they are **linear classifiers**.
#
# Here are four points. Those with exactly one coordinate equal to 1 should get a "yes". This rule is called *exclusive or*, XOR. The cell tries 100,000 straight lines, drawn at random.
#
# **Guess:** how many of the four points does the best line classify correctly?

# %%
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
yes = np.array([False, True, True, False])
w1, w2, b = np.random.default_rng(0).normal(size=(3, 100_000))
said = corners @ np.stack([w1, w2]) + b > 0
guess_best = ...
guess.beside(guess_best, (said == yes[:, None]).sum(axis=0).max(), "of four points")

# %% [markdown]
# No line does better than three, and here is why. Whatever w and b are, the scores w · x + b of the two "yes" points have the same sum as the scores of the two "no" points. So the first two can't both be positive while the last two are negative or 0.
#
# A second layer helps: hidden units draw several lines, and the last unit combines them. That is a **multilayer perceptron**, an MLP:
#
# $$u = \mathrm{ReLU}(W_1 x + b_1), \qquad v = \sigma(W_2 u + b_2)$$
#
# The ReLU in the middle is essential. Without it, $W_2 (W_1 x + b_1) + b_2$ is again one matrix times x plus one vector, and the border is a straight line.


# %% demo draw what two hidden units can do
def xor_figure():
    title = "One line gets three points right; two hidden units get all four"
    fig, ax = draw.figure(title, "x₁", "x₂")
    ax.set(xlim=(-0.5, 1.6), ylim=(-0.5, 1.6))
    x1, x2 = np.meshgrid(np.linspace(-0.5, 1.6, 300), np.linspace(-0.5, 1.6, 300))
    score = np.maximum(x1 + x2 - 0.5, 0) - 3 * np.maximum(x1 + x2 - 1, 0) - 0.25
    ax.contourf(x1, x2, score > 0, levels=[0.5, 1.5], colors=["#2347b5"], alpha=0.15)
    ax.plot([-0.5, 1.6], [1.0, -1.1], color="#595959", linestyle="--")
    for (x, y), positive in zip(corners, yes, strict=True):
        ax.plot(x, y, "o" if positive else "s", color="#1f1f1f", markersize=9)
        ax.text(x + 0.09, y + 0.05, "yes" if positive else "no")
    ax.text(-0.42, 0.35, "one line", color="#595959")
    ax.text(0.5, 0.52, "yes, says\nthe MLP", color="#2347b5", ha="center", va="center")
    return draw.show(
        fig, alt=f"{title}. The MLP says yes in a band around both 'yes' points."
    )


xor_figure()

# %% [markdown]
# Training is the same as before. L(w) says how bad the predictions are with the weights w. Its gradient holds one partial derivative for each weight, ∇L(w) = [∂L/∂wᵢ], and a step goes against it:
#
# $$w \leftarrow w - \eta\, \nabla L(w)$$
#
# This is the gradient *of the loss with respect to the weights*: you move the weights, and the loss changes. Some texts say it the other way round, "the gradient of the weights with respect to the loss", which is wrong.

# %% [markdown]
# ## Work out every number by hand
#
# Take a network with 4 inputs, 2 hidden ReLU units and 1 output, and a single example:
#
# $$z_1, z_2 = W_1 x + b_1, \quad a_i = \mathrm{ReLU}(z_i), \quad z_3 = W_2 \cdot a + b_2, \quad L = (z_3 - y)^2$$
#
# Going **forward** means that you compute every value and keep it. Suppose that z₃ = 10 comes out and the truth is y = 7. Then L = 9.
#
# Going **backward** starts at the loss: ∂L/∂z₃ = 2 (z₃ − y) = 6. The bias b₂ is added to z₃, so ∂L/∂b₂ = 6 as well. Both need the forward value z₃. A backward pass nearly always needs values of the forward pass.

# %% [markdown]
# Further back, each gradient is the gradient of the next value, times one local derivative: here each value reaches L by a single path. For a weight w in the first layer, from input xⱼ to hidden unit 1:
#
# $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial z_3}\cdot\frac{\partial z_3}{\partial a_1}\cdot\frac{\partial a_1}{\partial z_1}\cdot\frac{\partial z_1}{\partial w}$$
#
# The third factor is ReLU's: 1 where z₁ > 0, and 0 where z₁ < 0. Step through the figure, which begins at z₁ and z₂. Forward values stand above each edge, gradients below it.


# %% demo step backward through the network, from z1 and z2 on
from IPython.display import display


def of_values(x, W1, b1, W2, b2, y):
    """The network from z1 and z2 on, as a graph of Values."""
    from chainrule import Value

    z = np.array(W1) @ x + b1
    z1, z2 = Value(z[0], "z1"), Value(z[1], "z2")
    a1, a2 = z1.relu(), z2.relu()
    z3 = W2[0] * a1 + W2[1] * a2 + b2
    error = z3 - y
    loss = error**2
    a1.label, a2.label, z3.label, error.label, loss.label = "a1", "a2", "z3", "e", "L"
    return loss


example = {"x": [1, 2, -1, 3], "W1": [[1, 2, -1, -1], [2, -1, 3, 1]], "b1": [1, -1]}
example |= {"W2": [2, -3], "b2": 2, "y": 7}
display(draw.backprop(of_values(**example)))

# %% [markdown]
# Unit 2 is off: its z is negative, so ReLU passes 0 forward and 0 backward.
#
# **Guess:** W₁ holds eight weights. How many of them get the gradient 0 from this example?

# %%
W1 = torch.tensor([[1.0, 2, -1, -1], [2, -1, 3, 1]], requires_grad=True)
a = torch.relu(W1 @ torch.tensor([1.0, 2, -1, 3]) + torch.tensor([1.0, -1]))
((torch.tensor([2.0, -3]) @ a + 2 - 7) ** 2).backward()
guess_zeros = ...
guess.beside(guess_zeros, int((W1.grad == 0).sum()), "of eight")

# %% [markdown]
# These are the four weights of the unit that is off: ∂L/∂z₂ = 0 is a factor of each of their gradients.
#
# **Question `by_hand` ••, 2 points.** Your own network stands below. Take paper and a pencil, and give eleven numbers in a list: the values z₁, z₂, a₁, a₂, z₃, L (one point), then the gradients of L with respect to z₃, a₁, a₂, z₁, z₂ (one point).
#
# Stuck? Run `hint("by_hand")` in a cell of your own.

# %%
numbers("by_hand", STUDENT)

# %% answer by_hand
### BEGIN SOLUTION
own = numbers("by_hand", STUDENT)
z = np.array(own["W1"]) @ own["x"] + own["b1"]
a = np.maximum(z, 0)
z3 = own["W2"] @ a + own["b2"]
dz3 = 2 * (z3 - own["y"])
da = dz3 * np.array(own["W2"])
by_hand = [*z, *a, z3, (z3 - own["y"]) ** 2, dz3, *da, *(da * (z > 0))]
### END SOLUTION

# %% check by_hand
check("by_hand", by_hand, student=STUDENT)

# %% demo draw your own network once it is right
if check("by_hand", by_hand, STUDENT).state == "right":
    display(draw.backprop(of_values(**numbers("by_hand", STUDENT))))
else:
    print("Your network is drawn here once all of its numbers are right.")

# %% [markdown]
# ## Write the forward pass
#
# From now on a **batch** of n examples goes through at once, one example in each row of X. As `nn.Linear` does, we keep W as out × in, so a layer computes XWᵀ + b. The network ends in a sigmoid:
#
# $$Z_1 = XW_1^\top + b_1, \quad A_1 = \mathrm{ReLU}(Z_1), \quad Z_2 = A_1W_2^\top + b_2, \quad P = \sigma(Z_2)$$
#
# For 5 examples, 4 inputs, 3 hidden units and 2 outputs: X is 5 × 4, Z₁ and A₁ are 5 × 3, Z₂ and P are 5 × 2.
#
# **Question `network_forward` •, 2 points.** Return `Z1, A1, Z2, P`, half a point each. Use NumPy.
#
# Stuck? Run `hint("network_forward")`.


# %% answer network_forward
def network_forward(X, W1, b1, W2, b2):
    """All four arrays of the forward pass: Z1, A1, Z2, P."""
    ### BEGIN SOLUTION
    Z1 = X @ W1.T + b1
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ W2.T + b2
    return Z1, A1, Z2, 1 / (1 + np.exp(-Z2))
    ### END SOLUTION


# %% check network_forward
check("network_forward", network_forward)

# %% [markdown]
# ## Keep what the backward pass needs
#
# Some texts say that *derivatives* are saved on the way forward. Engines save *values*, and compute the derivatives from these values on the way back. In the table, ⊙ multiplies entry by entry:
#
# |forward|its backward rule|needs|
# |:--|:--|:--|
# |P = σ(Z₂)|dZ₂ = dP ⊙ P ⊙ (1 − P)|P|
# |Z₂ = A₁W₂ᵀ + b₂|dW₂ = dZ₂ᵀA₁, dA₁ = dZ₂W₂|A₁, W₂|
# |A₁ = ReLU(Z₁)|dZ₁ = dA₁ where A₁ > 0|A₁|
# |Z₁ = XW₁ᵀ + b₁|dW₁ = dZ₁ᵀX|X|
#
# **Guess:** five arrays have a row for each example: X, Z₁, A₁, Z₂, P. How many of them does PyTorch keep until the backward pass?


# %%
def keep(tensor):
    """PyTorch calls this whenever it saves a tensor for the backward pass."""
    kept[tensor.data_ptr()] = tuple(tensor.shape)
    return tensor


kept, layers = {}, [nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2), nn.Sigmoid()]
with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
    P = nn.Sequential(*layers)(torch.ones(5, 4))
guess_kept = ...
guess.beside(guess_kept, sum(shape[0] == 5 for shape in kept.values()), "of five")
print("Arrays of these shapes are kept:", *kept.values())

# %% [markdown]
# The three arrays are X, A₁ and P; the 3 × 2 array is W₂ in its transposed form. Z₁ isn't needed, because A₁ > 0 exactly where Z₁ > 0. Z₂ isn't needed either: the slope of σ is P (1 − P).
#
# Here are both passes, step by step; dark boxes show which entries meet in one entry of the result. dX stays dotted, because X isn't trained. The **forward pass** fills in the values. The **backward pass** fills in the gradients, beginning at the end. Only after both does the **update** move W₁, b₁, W₂ and b₂.

# %% demo step through a forward and a backward pass
SHAPES = {"X": (5, 4), "W1": (3, 4), "b1": (3,), "A1": (5, 3)}
SHAPES |= {"W2": (2, 3), "b2": (2,), "P": (5, 2)}
LINES = {
    "X W1 b1 W2 b2": "Given: five examples, and the weights of both layers",
    "A1": "Forward: A1 = ReLU(X W1ᵀ + b1), which is kept",
    "P": "Forward: P = σ(A1 W2ᵀ + b2), which is kept",
    "dP": "The loss is computed from P, and sends dP back: the upstream gradient g",
    "dW2 db2": "Backward: dZ2 = dP ⊙ P ⊙ (1 − P), then dW2 and db2, summed over examples",
    "dA1": "Backward: dA1 = dZ2 W2, one row for each example",
    "dW1 db1": "Backward: dZ1 = dA1 where A1 > 0, then dW1 and db1",
}
ROW, COLUMN, ONE = np.s_[0, :], np.s_[:, 0], (0, 0)
MEETS = {
    "A1": {"X": ROW, "W1": ROW, "b1": 0, "A1": ONE},
    "P": {"A1": ROW, "W2": ROW, "b2": 0, "P": ONE},
    "dW2 db2": {"dP": COLUMN, "P": COLUMN, "A1": COLUMN, "dW2": ONE, "db2": 0},
    "dA1": {"dP": ROW, "P": ROW, "W2": COLUMN, "dA1": ONE},
    "dW1 db1": {"dA1": COLUMN, "A1": COLUMN, "X": COLUMN, "dW1": ONE, "db1": 0},
}
draw.ledger(SHAPES, LINES, MEETS)

# %% [markdown]
# **Question `network_backward` •••, 4 points.** `g` is the upstream gradient ∂L/∂P; X, A1 and P are what was kept. Return all seven gradients, `dZ2, dW2, db2, dA1, dZ1, dW1, db1`: one point for dZ1, half a point for each of the others. Use NumPy, and nothing but these five arguments.
#
# Stuck? Run `hint("network_backward")`.


# %% answer network_backward
def network_backward(g, X, A1, P, W2):
    """The gradients dZ2, dW2, db2, dA1, dZ1, dW1, db1, each in its array's shape."""
    ### BEGIN SOLUTION
    dZ2 = g * P * (1 - P)
    dA1 = dZ2 @ W2
    dZ1 = dA1 * (A1 > 0)
    return dZ2, dZ2.T @ A1, dZ2.sum(0), dA1, dZ1, dZ1.T @ X, dZ1.sum(0)
    ### END SOLUTION


# %% check network_backward
check("network_backward", network_backward)

# %% [markdown]
# ### Add weight decay
#
# Large weights are often made expensive: the squares of all entries of W₁ and W₂ are added to the loss, times a number λ. The biases are left out. (PyTorch's `weight_decay` adds λW, without the 2, to every parameter that it is given.)
#
# $$L_{\text{decayed}} = L + \lambda \left( \sum W_1^2 + \sum W_2^2 \right)$$
#
# The backward pass that you have written can stay as it is, because the gradient of a sum is the sum of the gradients.
#
# **Question `decayed_gradients` •, 1 point.** Given the gradients of L, return those of the loss with weight decay: `dW1, db1, dW2, db2`. The argument `decay` is λ. Use NumPy.
#
# Stuck? Run `hint("decayed_gradients")`.


# %% answer decayed_gradients
def decayed_gradients(dW1, db1, dW2, db2, W1, W2, decay):
    """The four gradients of L + decay · (sum of all squared weights)."""
    ### BEGIN SOLUTION
    return dW1 + 2 * decay * W1, db1, dW2 + 2 * decay * W2, db2
    ### END SOLUTION


# %% check decayed_gradients
check("decayed_gradients", decayed_gradients)

# %% [markdown]
# ## Let PyTorch keep the graph
#
# PyTorch's tensors work as the `Tensor` of `04_tensors` does: operations record a graph, and `backward` walks it. A **leaf** is a tensor that you made yourself; with `requires_grad=True` it collects its gradient in `.grad`.
#
# Networks are built of **modules**. `nn.Linear(4, 3)` is a layer with 4 inputs and 3 outputs, and makes its W and b itself. `nn.ReLU()` and `nn.Sigmoid()` are modules without weights, and `nn.Sequential(...)` calls modules one after another.
#
# A network of your own is a class that inherits from `nn.Module`. Its `__init__` makes the layers, its `forward` uses them, and its `parameters()` hands all weights to an optimizer.
#
# **Guess:** this class keeps its two layers in a plain Python list. How many parameters does PyTorch find in it?


# %%
class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 3), nn.Linear(3, 2)]

    def forward(self, X):
        return self.layers[1](torch.relu(self.layers[0](X)))


guess_found = ...
guess.beside(guess_found, len(list(Listed().parameters())), "parameters")

# %% [markdown]
# PyTorch finds none, and gives no message. A module finds layers that are its own attributes, and layers in an `nn.ModuleList` or an `nn.Sequential`. A plain list hides its layers. An optimizer refuses a model without any parameters. But where some layers are found and others are hidden, it trains those that it finds, and says nothing about the others.
#
# **Question `Network` ••, 3 points.** Write the network of this notebook as a module: Linear, ReLU, Linear, sigmoid. One point if its parameters are found, one for its output, one if gradients reach all four parameters.
#
# Stuck? Run `hint("Network")`.


# %% answer Network
class Network(nn.Module):
    """Linear, ReLU, Linear, sigmoid: from n × inputs to n × outputs."""

    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        ### BEGIN SOLUTION
        self.first = nn.Linear(inputs, hidden)
        self.second = nn.Linear(hidden, outputs)
        ### END SOLUTION

    def forward(self, X):
        ### BEGIN SOLUTION
        return torch.sigmoid(self.second(torch.relu(self.first(X))))
        ### END SOLUTION


# %% check Network
check("Network", Network)

# %% [markdown]
# ### Copy weights into a module
#
# Weights often come from a file. Keras, for example, stores a layer's W as **in × out**, and PyTorch as out × in.
#
# **Guess:** a layer has 3 inputs and 3 outputs, and somebody copies the W of such a file without a transpose. Does PyTorch refuse? Write `"yes"` or `"no"`.

# %%
guess_refused = ...

# %% demo copy without a transpose
layer, from_file = nn.Linear(3, 3), torch.arange(9.0).reshape(3, 3)
refused = "no"
try:
    with torch.no_grad():
        layer.weight.copy_(from_file)
except RuntimeError:
    refused = "yes"
guess.beside(guess_refused, refused)

# %% [markdown]
# The shapes are equal, so PyTorch can't notice the error; only a comparison of outputs shows it. Write the numbers *into* the parameters that the module already has:
#
#     with torch.no_grad():
#         layer.weight.copy_(from_file.T)
#
# Under `no_grad` PyTorch records nothing: copying isn't part of the computation that you differentiate.
#
# **Question `copy_weights` ••, 1 point.** `model` is `nn.Sequential(nn.Linear(...), nn.ReLU(), nn.Linear(...), nn.Sigmoid())`; W1 and W2 are tensors stored in × out. Copy all four arrays into the model, so that its parameters stay the same objects. Half a point for the outputs, half a point for keeping the parameters.
#
# Stuck? Run `hint("copy_weights")`.


# %% answer copy_weights
def copy_weights(model, W1, b1, W2, b2):
    """Write weights, stored in × out, into the parameters of the model."""
    ### BEGIN SOLUTION
    with torch.no_grad():  # copying is no part of a graph
        model[0].weight.copy_(W1.T)
        model[0].bias.copy_(b1)
        model[2].weight.copy_(W2.T)
        model[2].bias.copy_(b2)
    ### END SOLUTION


# %% check copy_weights
check("copy_weights", copy_weights)

# %% [markdown]
# Now compare your passes in NumPy with PyTorch, on the same weights. The loss is the mean of (P − Y)² over all entries, so g is 2 (P − Y) divided by their number.
#
# **Guess:** about how large is the largest difference between your gradients and PyTorch's, in `float64`? Write it like `1e-8`.


# %%
guess_gap = ...


# %% demo compare your backward pass with PyTorch's
def by_chainrule(g, X, W1, b1, W2, b2):
    """The gradients of W1, b1, W2 and b2, while your own function is still to come."""
    from chainrule import ops, transforms

    def network(*weights):
        W1, b1, W2, b2 = weights
        return ops.sigmoid(ops.relu(X @ W1.T + b1) @ W2.T + b2)

    _, pull = transforms.vjp(network, W1, b1, W2, b2)
    return pull(g)


def gap(dtype, is_right):
    """The largest difference in the gradients of W1, b1, W2 and b2, for 64 examples."""
    rng = np.random.default_rng(6)
    sizes = (64, 4), (3, 4), (3,), (2, 3), (2,), (64, 2)
    X, *weights, Y = (rng.normal(size=s).astype(dtype) for s in sizes)
    at = [torch.tensor(w, requires_grad=True) for w in weights]
    hidden = F.relu(F.linear(torch.tensor(X), at[0], at[1]))
    P = torch.sigmoid(F.linear(hidden, at[2], at[3]))
    F.mse_loss(P, torch.tensor(Y)).backward()
    A1, P = hidden.detach().numpy(), P.detach().numpy()
    g = 2 * (P - Y) / P.size
    if is_right:
        found = network_backward(g, X, A1, P, weights[2])
        mine = found[5], found[6], found[1], found[2]
    else:
        mine = by_chainrule(g, X, *weights)
    return max(np.abs(m - t.grad.numpy()).max() for m, t in zip(mine, at, strict=True))


is_right = check("network_backward", network_backward).state == "right"
if not is_right:
    print("Your network_backward isn't right yet: chainrule stands in for it.")
guess.beside(guess_gap, gap(np.float64, is_right))
print(f"In float32 the largest difference is {gap(np.float32, is_right):.0e}.")

# %% [markdown]
# Both multiply the same local derivatives, so their gradients differ in the last digits of a `float64` or not at all. PyTorch has more operations than you have written, and they are faster, but the calculation is the same.

# %% [markdown]
# ## Take one gradient in five systems
#
# Libraries differ in how you *ask* for a gradient. Here is one loss, and five idioms:
#
# $$L(w) = \mathrm{mean}\big((\tanh(Xw) - y)^2\big)$$
#
#     grad(L)(w)                        # chainrule: L goes in, its gradient comes out
#
#     L(w).backward()                   # PyTorch: records while it computes,
#     w.grad                            # and leaves the gradient in the leaf
#
#     with GradientTape() as tape:      # a tape, as TensorFlow has it: records
#         tape.watch(w)                 # inside its `with`, and is asked afterwards
#         loss = L(w)
#     tape.gradient(loss, w)            # used up now, unless made `persistent`
#
#     autograd.grad(L)(w)               # HIPS autograd: L is plain NumPy
#
#     jax.grad(L)(w)                    # JAX: the same idiom, and it can compile
#
# The next cell runs those of the five that are installed; the tape is `chainrule`'s own. Unfold the cell to read each program whole.

# %% demo take the same gradient in every system that is installed
from chainrule import Tensor, differences, ops, transforms

rng = np.random.default_rng(3)
X, y, w = rng.normal(size=(8, 3)), rng.uniform(-1, 1, 8), np.array([0.5, -1.0, 0.25])


def loss_of(w, tanh):
    return ((tanh(X @ w) - y) ** 2).mean()


def by_chainrule_s_grad():
    return transforms.grad(lambda w: loss_of(w, ops.tanh))(w)


def by_torch():
    leaf = torch.tensor(w, requires_grad=True)
    error = torch.tanh(torch.tensor(X) @ leaf) - torch.tensor(y)
    (error**2).mean().backward()
    return leaf.grad.numpy()


def by_a_tape():
    leaf = Tensor(w)
    with transforms.GradientTape() as tape:
        tape.watch(leaf)
        loss = loss_of(leaf, ops.tanh)
    return tape.gradient(loss, leaf).data


def by_hips_autograd():
    import autograd
    import autograd.numpy as anp

    return autograd.grad(lambda w: anp.mean((anp.tanh(anp.dot(X, w)) - y) ** 2))(w)


def by_jax():
    import jax

    jax.config.update("jax_enable_x64", True)
    return np.array(jax.grad(lambda w: loss_of(w, jax.numpy.tanh))(w))


SYSTEMS = {
    "chainrule": by_chainrule_s_grad,
    "PyTorch": by_torch,
    "a gradient tape": by_a_tape,
    "HIPS autograd": by_hips_autograd,
    "JAX": by_jax,
}
found = {}
print(f"{'':16}  {'∂L/∂w₁':>17}  {'∂L/∂w₂':>17}  {'∂L/∂w₃':>17}")
for system, gradient_by in SYSTEMS.items():
    try:
        found[system] = gradient_by()
        row = "  ".join(f"{g:17.14f}" for g in found[system])
    except ImportError:
        row = "is not installed here"
    print(f"{system:16}  {row}")
quotient = differences.gradient(lambda w: loss_of(w, np.tanh), w, h=1e-5)
print(f"{'differences':16}  " + "  ".join(f"{g:17.14f}" for g in quotient))
widest = np.ptp(list(found.values()), axis=0).max()
print(f"The largest difference between two systems is {widest:.0e}.")

# %% [markdown]
# |system|how you ask|what remembers the computation|where the gradient is|
# |:--|:--|:--|:--|
# |chainrule|`grad(L)(w)`|a graph, during the call|returned|
# |PyTorch|`loss.backward()`|a graph behind `loss`|`w.grad`, added up|
# |TensorFlow's tape|`tape.gradient(loss, w)`|the tape, inside `with`|returned|
# |HIPS autograd|`grad(L)(w)`|a graph, during the call|returned|
# |JAX|`jax.grad(L)(w)`|a trace, which may be compiled|returned|
#
# The idioms differ, but the numbers agree: all five run reverse mode. A difference quotient agrees with them to about ten digits.
#
# With Keras you ask a tape for all weights of a model: `tape.gradient(loss, model.trainable_variables)`. (Slides sometimes print `trainable_parameters`. There is no such attribute.)
#
# This course uses PyTorch. It began at Facebook, and has belonged to the PyTorch Foundation since 2022. Rankings of speed or popularity are soon out of date: measure on your own problem.

# %% [markdown]
# ## Train, and find five errors
#
# A training step has four parts: take a batch, go forward to the loss, go backward to the gradients, update the weights. In PyTorch:
#
#     optimizer.zero_grad()                          # forget the old gradients
#     loss = F.cross_entropy(model(X), labels)       # forward
#     loss.backward()                                # backward: fills .grad
#     optimizer.step()                               # update: w ← w − η · w.grad
#
# Why is `zero_grad` needed? **Guess:** the gradient of w² at w = 3 is 6. What stands in `.grad` if `backward` runs twice, without `zero_grad` in between?

# %%
w = torch.tensor(3.0, requires_grad=True)
for _ in range(2):
    (w**2).backward()
guess_twice = ...
guess.beside(guess_twice, w.grad.item())

# %% [markdown]
# Here are five loops. They train on three groups of points, and their model has *dropout*: in training mode, `model.train()`, it sets some hidden values to 0 at random; in evaluation mode, `model.eval()`, it does nothing. (A later notebook builds dropout.)
#
# Each loop has **one error**, and none of them stops with an error message. Read the loops slowly.


# %%
def loop_1(model, opt, loss_fn, X, labels):
    model.train()
    for _ in range(60):
        loss_fn(model(X), labels).backward()
        opt.step()


def loop_2(model, opt, loss_fn, X, labels):
    model.train()
    for _ in range(60):
        opt.zero_grad()
        loss_fn(model(X), labels).backward()
        for p in model.parameters():
            p = p - 0.1 * p.grad


# %%
def loop_3(model, opt, loss_fn, X, labels):
    model.train()
    for _ in range(60):
        opt.zero_grad()
        loss_fn(F.softmax(model(X), dim=1), labels).backward()
        opt.step()


def loop_4(model, opt, loss_fn, X, labels):
    model.eval()
    for _ in range(60):
        opt.zero_grad()
        loss_fn(model(X), labels).backward()
        opt.step()


# %%
def loop_5(model, opt, loss_fn, X, labels):
    model.train()
    for _ in range(60):
        loss_fn(model(X), labels).backward()
        opt.zero_grad()
        opt.step()


# %% [markdown]
# Five runs of your own, A to E, were made with `loss_fn = F.cross_entropy` and a rate of 0.1: one by each loop. The table shows what was measured in each run.
#
# **Question `which_loop` ••, 2 points.** Which loop made which run? Give a list of five numbers: the loop behind run A, behind run B, and so on. "Gradients left" are those in `.grad` after the last step. The two forward passes are made one after the other, on the same data, in the mode in which the loop leaves the model.
#
# Stuck? Run `hint("which_loop")`.

# %% demo see your own five runs
measured = numbers("which_loop", STUDENT)
if STUDENT:
    runs = {name: row for name, row in measured.items() if name != "measured"}
    print(f"{'run':34}" + "".join(f"{name:>10}" for name in runs))
    for number, what in enumerate(measured["measured"].split(", ")):
        row = [run[number] for run in runs.values()]
        print(f"{what:34}" + "".join(f"{value:10.3g}" for value in row))
else:
    print(measured)


# %% answer which_loop
### BEGIN SOLUTION
def loop_behind(first, last, right, moved, left, apart):
    """From what can't happen otherwise: no move, no dropout, gradients that add up."""
    if moved == 0:
        return 2 if left > 0 else 5
    if apart == 0:
        return 4
    return 1 if left > 2 else 3


own = numbers("which_loop", STUDENT)
which_loop = [loop_behind(*own[run]) for run in "ABCDE"]
### END SOLUTION

# %% check which_loop
check("which_loop", which_loop, student=STUDENT)


# %% demo run the five loops here and draw the losses that they see
def three_groups(seed):
    rng = np.random.default_rng(seed)
    labels = np.arange(90) % 3
    centres = 2 * np.stack([np.cos(2.1 * labels), np.sin(2.1 * labels)], axis=1)
    X = centres + rng.normal(0, 0.6, centres.shape)
    return torch.tensor(X).float(), torch.tensor(labels)


def run(loop, seed=0):
    """The losses of a loop, and the share of examples that it classifies correctly."""
    torch.manual_seed(seed)
    X, labels = three_groups(seed)
    layers = nn.Linear(2, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 3)
    model, seen = nn.Sequential(*layers), []
    opt = torch.optim.SGD(model.parameters(), lr=0.1)

    def loss_fn(scores, labels):
        loss = F.cross_entropy(scores, labels)
        seen.append(loss.item())
        return loss

    loop(model, opt, loss_fn, X, labels)
    right = (model.eval()(X).argmax(1) == labels).double().mean().item()
    return seen, right


def six_figure(all_runs):
    title = "Without zero_grad the loss falls lowest, and jumps back up"
    fig, ax = draw.figure(title, "step", "loss that the loop sees")
    ax.set(yscale="log", xlim=(0, 76), ylim=(1e-6, 4))
    looks = "-", "--", "-.", (0, (5, 1)), (0, (1, 1)), "-"
    colors = {"loop 1": "#b8431f", "no error": "#2347b5"}
    for (name, (losses, _)), dash in zip(all_runs.items(), looks, strict=True):
        color = colors.get(name, "#1f1f1f")
        ax.plot(losses, color=color, linestyle=dash, linewidth=1.8)
        if name not in ("loop 2", "loop 5"):
            ax.text(60.8, losses[-1], name, color=color, va="center")
    ax.text(60.8, 1.6, "loops 2 and 5", va="center")
    return draw.show(fig, alt=f"{title}: loop 1. Loops 2 and 5 stay where they began.")


def without_error(model, opt, loss_fn, X, labels):
    def closure():
        opt.zero_grad()
        loss = loss_fn(model(X), labels)
        loss.backward()
        return loss

    model.train()
    for _ in range(60):
        opt.step(closure)


LOOPS = {f"loop {i}": globals()[f"loop_{i}"] for i in range(1, 6)}
LOOPS["no error"] = without_error
all_runs = {name: run(loop) for name, loop in LOOPS.items()}
display(six_figure(all_runs))
for name, (_, right) in all_runs.items():
    print(f"{name}: {right:.0%} of the examples classified correctly")

# %% [markdown]
# - **Loop 1** never calls `zero_grad`: the gradients of all steps add up. On this easy task its loss falls lowest of all, to about 10⁻⁶. But it jumps back up again and again, and its last loss can be larger than that of a loop without an error. Its weights grow too large.
# - **Loop 2** makes new tensors, `p = p - …`, and calls each of them p. The model keeps its old tensors.
# - **Loop 3** applies softmax twice, because `F.cross_entropy` has a log-softmax of its own. With three classes its loss can't fall below log(1 + 2/e) ≈ 0.55, which `05_losses` measures. So `nn.Softmax` must not be the last layer before this loss.
# - **Loop 4** trains in evaluation mode, without dropout.
# - **Loop 5** throws the gradients away before the step.
#
# A falling loss proves little. Look at the weights, the gradients and the mode as well.

# %% [markdown]
# **Question `fit_classifier` ••, 2 points.** Write a loop without any of the five errors: gradient descent with `torch.optim.SGD` on all examples in each step, with the loss `F.cross_entropy`. The model gives scores, and may come in any mode. Return the list of losses, as floats, each taken before its step. One point for the weights, one for the losses.
#
# Stuck? Run `hint("fit_classifier")`.


# %% answer fit_classifier
def fit_classifier(model, X, labels, steps, rate):
    """Train the model in place; return the loss before each step."""
    ### BEGIN SOLUTION
    model.train()  # it may come in any mode
    sgd, losses = torch.optim.SGD(model.parameters(), lr=rate), []
    while len(losses) < steps:
        sgd.zero_grad()
        loss = F.cross_entropy(model(X), labels)
        losses.append(loss.item())  # a number, no graph
        loss.backward()  # fills .grad
        sgd.step()
    return losses
    ### END SOLUTION


# %% check fit_classifier
check("fit_classifier", fit_classifier)

# %% [markdown]
# ## Measure a leak
#
# A loss is a number with a graph behind it. A program that keeps the loss also keeps the graph. Often, a loop that runs well for an hour and then runs out of memory has kept its losses.
#
# "The memory required to store `running_loss` will only ever increase": a lecture slide says this of a loop that sets its total to zero every ten steps. Is the claim true? `nodes_behind` counts the nodes of the graph behind a total.
#
# The model here has two linear layers with a ReLU in between. For each parameter, the graph ends in a node `AccumulateGrad`, which fills the parameter's `.grad`.
#
# **Guess:** how many nodes are behind the loss of one step? Count the layers, the ReLU, the loss and the ends.


# %%
def nodes_behind(total):
    """How many graph nodes a tensor keeps alive; 0 for a plain number."""
    waiting, found = [getattr(total, "grad_fn", None)], set()
    while waiting:
        node = waiting.pop()
        if node is not None and node not in found:
            found.add(node)
            waiting += [source for source, _ in node.next_functions]
    return len(found)


model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
loss = F.mse_loss(model(torch.ones(5, 4)), torch.ones(5, 2))
guess_nodes = ...
guess.beside(guess_nodes, nodes_behind(loss), "nodes")

# %% [markdown]
# A linear layer has two nodes, `AddmmBackward0` for XWᵀ + b and `TBackward0` for the transpose; the ReLU has one and the loss has one. These are six nodes for a step, and four ends.
#
# The next step makes six new nodes, **but its ends are the same four**, because its parameters are the same tensors. So `total += loss` after two steps has 6 + 6 nodes, 2 for the additions (one joins the first loss to 0.0), and 4 ends.
#
# Four loops add up their losses in different ways, each by one of the next four functions. Each loop makes 305 steps, with 500 examples in each.
#
# **Guess:** how many nodes are behind the total of each loop at the end? And how many megabytes of *saved arrays* does it hold? Write a list of four numbers for each, in the order of the loops.


# %%
def sum_of_losses(total, loss, step):
    loss.backward()
    return total + loss


def sum_of_numbers(total, loss, step):
    loss.backward()
    return total + loss.item()


# %%
def reset_every_ten(total, loss, step):
    loss.backward()
    total = total + loss
    return 0.0 if step % 10 == 9 else total


def without_backward(total, loss, step):
    return total + loss


guess_nodes, guess_megabytes = ..., ...


# %% demo run the four loops, count, and draw nodes and megabytes
import weakref


class Held:
    """A saved tensor, for as long as the graph holds on to it."""

    def __init__(self, tensor):
        self.tensor = tensor


def lab(one_step, rows=500):
    """Nodes behind the total, and megabytes of saved arrays, at every fourth step."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 2))
    held, total, seen = weakref.WeakSet(), 0.0, []

    def pack(tensor):
        kept = Held(tensor)
        held.add(kept)
        return kept

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda kept: kept.tensor):
        for step in range(305):
            loss = F.mse_loss(model(torch.randn(rows, 4)), torch.randn(rows, 2))
            total = one_step(total, loss, step)
            del loss
            if step % 4 == 0:
                arrays = {h.tensor.data_ptr(): h.tensor.nbytes for h in held}
                seen.append((nodes_behind(total), sum(arrays.values()) / 1e6))
    return np.array(seen)


FOUR = [sum_of_losses, sum_of_numbers, reset_every_ten, without_backward]
labs = {loop.__name__: lab(loop) for loop in FOUR}
guess.beside(guess_nodes, [seen[-1, 0] for seen in labs.values()], "nodes")
guess.beside(guess_megabytes, [seen[-1, 1] for seen in labs.values()], "MB")


def lab_figure(column, title, ylabel, notes):
    fig, ax = draw.figure(title, "step", ylabel)
    ax.set(xlim=(0, 305))
    ax.margins(y=0.12)
    looks = {
        "sum_of_losses": {"color": "#9db1e8", "linewidth": 6},
        "without_backward": {"color": "#2347b5", "linestyle": "--"},
        "reset_every_ten": {"color": "#c8502d"},
        "sum_of_numbers": {"color": "#1f1f1f"},
    }
    for name, look in looks.items():
        ax.plot(np.arange(0, 305, 4), labs[name][:, column], **look)
    for (x, y), words in notes.items():
        ax.text(x, y, words, transform=ax.transAxes, va="center")
    return draw.show(fig, alt=f"{title}. {'; '.join(notes.values())}.")


megabytes = labs["without_backward"][-1, 1]
two_grow = "Two totals gain 7 nodes a step; a total that starts anew stays bounded"
notes = {
    (0.06, 0.75): "sum_of_losses (broad) and\nwithout_backward (dashed)",
    (0.45, 0.2): "reset_every_ten: at most 67",
    (0.6, 0.05): "sum_of_numbers: 0",
}
display(lab_figure(0, two_grow, "nodes behind the total", notes))
one_keeps = f"Only the loop without backward keeps arrays: {megabytes:.0f} MB"
notes = {(0.25, 0.6): "without_backward", (0.5, 0.18): "the three others: 0"}
display(lab_figure(1, one_keeps, "saved arrays in MB", notes))

# %% [markdown]
# So the claim is wrong for a total that starts anew, and right for `sum_of_losses`: 7 nodes a step. But look at the megabytes. `backward` frees the saved arrays of a graph as it walks, and leaves the nodes, which take less than a kilobyte each.
#
# A loop *without* `backward`, such as a validation loop, has no more nodes than `sum_of_losses`, but it keeps the arrays of every step. This is the leak that fills a GPU.
#
# There are two repairs. Keep a number instead of the loss; or don't record at all, and compute under `torch.no_grad()`.

# %% [markdown]
# Your own lab has the same four loops, with a number of steps of your own, `hidden_layers` pairs of a Linear and a ReLU before the last Linear, and a total that starts anew after every `reset_every` steps.
#
# **Question `nodes_after` ••, 2 points.** Predict the number of nodes behind the total after the last step, in a list of four: for `sum_of_losses`, `sum_of_numbers`, the loop with the reset, and `without_backward`. The check runs your four loops in PyTorch, and counts.
#
# Stuck? Run `hint("nodes_after")`.

# %%
numbers("nodes_after", STUDENT)

# %% answer nodes_after
### BEGIN SOLUTION
own = numbers("nodes_after", STUDENT)
linear = own["hidden_layers"] + 1
per_step = 2 * linear + own["hidden_layers"] + 1 + 1
since_reset = own["steps"] % own["reset_every"]
ends = 2 * linear
whole = per_step * own["steps"] + ends
nodes_after = [whole, 0, per_step * since_reset + ends, whole]
### END SOLUTION

# %% check nodes_after
check("nodes_after", nodes_after, student=STUDENT)

# %% [markdown]
# ### Choose between item and detach
#
# `loss.item()` copies the number out, into a plain Python float. If the loss is on a GPU, the program waits until the GPU has computed it. `loss.detach()` gives a tensor without a graph, on the same device, and copies nothing: it **shares its memory** with the loss.
#
# **Guess:** the loss is 5. What is it after these lines?

# %%
loss = torch.tensor(5.0, requires_grad=True) * 1
total = loss.detach()
total += 100
guess_loss = ...
guess.beside(guess_loss, loss.item())

# %% [markdown]
# The addition in place wrote into the loss. `total = total + 100` would have made a new tensor. So use `.item()` where you need a number, to print it or to add it up. Use `.detach()` where you need a tensor without a graph, and don't apply `+=` to this tensor.
#
# **Question `epoch_loss` ••, 1 point.** The model is in training mode. Train one epoch: for each `(X, Y)` in `batches` one step of the optimizer, with the loss `loss_fn(model(X), Y)`, a mean over the batch. Return the mean loss *per example* over the epoch; the last batch may be smaller. Half a point for the numbers, half a point if no more than two graphs are alive at any time.
#
# Stuck? Run `hint("epoch_loss")`.


# %% answer epoch_loss
def epoch_loss(model, loss_fn, optimizer, batches):
    """Train on each batch once; return the mean loss per example as a float."""
    ### BEGIN SOLUTION
    total, examples = 0.0, 0
    for X, Y in batches:
        optimizer.zero_grad()  # else gradients add up
        loss = loss_fn(model(X), Y)
        loss.backward()  # fills .grad
        optimizer.step()  # moves the weights
        total += loss.item() * len(X)
        examples += len(X)
    return total / examples
    ### END SOLUTION


# %% check epoch_loss
check("epoch_loss", epoch_loss)

# %% [markdown]
# **Question `validation_loss` ••, 2 points.** Return the mean loss per example in evaluation mode, without training. One point for the number, and one more point if no graph is recorded and the model comes back in the mode in which it came: `model.training` tells the mode, and `model.train(mode)` sets it.
#
# Stuck? Run `hint("validation_loss")`.


# %% answer validation_loss
def validation_loss(model, loss_fn, batches):
    """The mean loss per example, with nothing recorded and nothing changed."""
    ### BEGIN SOLUTION
    mode = model.training
    model.eval()  # no dropout
    total, examples = 0.0, 0
    with torch.no_grad():  # no graph
        for X, Y in batches:
            total += loss_fn(model(X), Y).item() * len(X)
            examples += len(X)
    model.train(mode)
    return total / examples
    ### END SOLUTION


# %% check validation_loss
check("validation_loss", validation_loss)

# %% [markdown]
# ## Add an operation of your own
#
# PyTorch's table of operations can be extended. An operation is a class with two functions. `forward` computes, and saves what `backward` will need. `backward` gets the upstream gradient g, and returns **one gradient for each input** of `forward`, in the same order. The operation is then used through `apply`.
#
# `torch.autograd.gradcheck` compares a backward rule with difference quotients, as `chainrule.gradcheck` does. `gradgradcheck` compares the gradient of the gradient.


# %%
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x**2


x = torch.tensor([[0.5, -1.0, 2.0]], dtype=torch.float64, requires_grad=True)
print("gradcheck:", torch.autograd.gradcheck(Cube.apply, x))
print("gradgradcheck:", torch.autograd.gradgradcheck(Cube.apply, x))

# %% [markdown]
# **Guess:** a colleague forgets g, and returns `3 * x**2`. Does a test that takes the gradient of `Forgetful.apply(x).sum()` notice the error? Does `gradcheck` notice it? Write `"yes"` or `"no"` for each.


# %%
class Forgetful(Cube):
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 3 * x**2


(gradient,) = torch.autograd.grad(Forgetful.apply(x).sum(), x)
accepted = torch.autograd.gradcheck(Forgetful.apply, x, raise_exception=False)
guess_sum, guess_gradcheck = ..., ...
guess.beside(guess_sum, "no" if torch.equal(gradient, 3 * x**2) else "yes")
guess.beside(guess_gradcheck, "no" if accepted else "yes")

# %% [markdown]
# In a plain sum every g is 1, so the test can't see that g is missing. This is why our checks draw g at random.
#
# Your operation is **Swish**, an activation with a number β that can be learned:
#
# $$y = x \cdot \sigma(\beta x)$$
#
# It has *two* inputs. The array x may have any shape; β is one number, which all entries of x use. With s = σ(βx), and the slope s (1 − s) of σ, both gradients come from the product rule and the chain rule.
#
# **Question `swish` •••, 3 points.** Complete `Swish`. Half a point for the value, 1½ points for both gradients, one point for gradients of gradients: PyTorch finds these by itself if `backward` computes with the tensors from `ctx.saved_tensors`. Run `gradcheck` on it as well.
#
# Stuck? Run `hint("swish")`.


# %% answer swish
class Swish(torch.autograd.Function):
    """y = x · σ(βx), for x of any shape and one number β."""

    @staticmethod
    def forward(ctx, x, beta):
        ### BEGIN SOLUTION
        ctx.save_for_backward(x, beta)
        return x * torch.sigmoid(beta * x)
        ### END SOLUTION

    @staticmethod
    def backward(ctx, g):
        ### BEGIN SOLUTION
        x, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * x)
        slope = s * (1 - s)
        return g * (s + beta * x * slope), (g * x**2 * slope).sum()
        ### END SOLUTION


swish = Swish.apply

# %% check swish
check("swish", swish)

# %% [markdown]
# ## Say what you can do now
#
# - Work out every value and every gradient of a small network.
# - Say what a backward pass needs, and what a framework keeps for it.
# - Build a network as a module, fill it with weights, and compare its gradients with your own.
# - Recognise training loops that fail in silence.
# - Count what a loop keeps alive, and keep less.
# - Extend PyTorch by an operation that passes `gradcheck`.
#
# ### Hand in
#
# Run both notebooks of this unit, `05_losses` and `06_networks`, from top to bottom, and save them. In Colab: File, Download, Download .ipynb. Hand in both files, with their names unchanged.
#
# First see where you stand. If a question with numbers of your own isn't written, see whether your id stands in `STUDENT`:

# %% demo see where you stand
check_all("06_networks", globals(), STUDENT)

# %% [markdown]
# ## Stretch, for no points
#
# **Recompute.** `network_backward` needs A1. Write a version that is given X, W1 and b1 instead, and computes A1 again: less memory, more work. `12_gpu_training` comes back to this trade.
#
# **Diverge.** Give loop 1 a smaller or a larger rate, or harder data. When does the missing `zero_grad` make the loss explode?
#
# **Keep the arrays.** Call `loss.backward(retain_graph=True)` in `sum_of_losses`. How many megabytes are held now?

# %% [markdown]
# ## Read on
#
# - PyTorch: [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html), [Extending PyTorch](https://docs.pytorch.org/docs/stable/notes/extending.html), and the [FAQ](https://docs.pytorch.org/docs/stable/notes/faq.html) on history that accumulates across a training loop.
# - Paszke and others: *PyTorch: an imperative style, high-performance deep learning library*, NeurIPS, 2019.
# - Karpathy: *A recipe for training neural networks*, 2019. Errors that fail in silence, and how to look for them.
# - Ramachandran, Zoph, Le: *Searching for activation functions*, 2017. Where Swish comes from.

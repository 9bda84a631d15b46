# %% [markdown]
# # Take a network apart, then hand it to PyTorch
#
# You write both passes of a network without an engine, then the same network with PyTorch. Then you meet five training loops, each with one error that gives no message. From six measured numbers you find out which loop made a run.

# %% [markdown]
# **You'll do:** work out a network on paper; write a network's two passes; build it as a module; find the errors in five training loops; count what a loop keeps in memory; add an operation to PyTorch.
#
# **You'll learn:** what a backward pass needs, what PyTorch keeps and for how long, how libraries take a gradient.
#
# **You need:** layers (`04_tensors`), cross-entropy (`05_losses`), classes in Python.
#
# **Time:** about 5¼ hours, 1½ of reading and 3¾ of exercises. Take breaks, before "Train, and find five errors" and before "Add an operation of your own".
#
# {questions} `by_hand`, `which_loop` and `nodes_after` have numbers of your own: put your id into `STUDENT` below. The forbidden `autograd` is a package for NumPy (*HIPS autograd*). `torch.autograd` is allowed wherever PyTorch is. {dots}
#
# {points}

# %% setup
import numpy as np
import torch
from chainrule import check, check_all, draw, hint, numbers
from chainrule.guess import beside
from torch import nn
from torch.nn import functional as F

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## Go beyond a straight line
#
# A single unit computes p = σ(w · x + b), and says "yes" where p is above ½: that is where the score w · x + b is above 0. The **perceptron** of the 1950s has a step function in place of σ. With two inputs and w ≠ 0, a unit or a perceptron says "yes" on one side of a straight line and "no" on the other side. Both are **linear classifiers**.
#
# **Exclusive or**, XOR, is a rule for four points: (0, 0), (0, 1), (1, 0) and (1, 1). A point with exactly one coordinate equal to 1 gets a "yes". The other two points get a "no". The next cells try 100,000 straight lines, drawn at random.
#
# **Guess:** how many of the four points does the best line classify correctly?

# %%
guess_best = ...

# %% demo try 100,000 lines, and draw what two hidden units can do
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
yes = np.array([False, True, True, False])
w1, w2, b = np.random.default_rng(0).normal(size=(3, 100_000))
said = corners @ np.stack([w1, w2]) + b > 0
beside(guess_best, (said == yes[:, None]).sum(axis=0).max(), "of four points")
draw.xor(corners, yes)

# %% [markdown]
# The scores of both "yes" points have the sum w₁ + w₂ + 2b. The scores of both "no" points have the same sum. If a line had all four points right, the first sum would be above 0 and the second at most 0. So no line has all four points right.
#
# A second layer helps. Each hidden unit has its own line, and the last unit combines their results. Such a network is a **multilayer perceptron**, MLP:
#
# $$a = \mathrm{ReLU}(W_1 x + b_1), \qquad p = \sigma(W_2 a + b_2)$$
#
# The indices of W and b count layers; those of x, z and a count entries. The figure's MLP has a₁ = ReLU(x₁ + x₂ − ½) and a₂ = ReLU(x₁ + x₂ − 1), and says "yes" where the score a₁ − 3a₂ − ¼ is above 0:
#
# |point|a₁|a₂|score|
# |:--|--:|--:|--:|
# |(0, 0)|0|0|−¼|
# |(0, 1), (1, 0)|½|0|¼|
# |(1, 1)|1½|1|−1¾|
#
# Without ReLU, $W_2 (W_1 x + b_1) + b_2$ would be one matrix times x plus one vector, and the border would be straight.

# %% [markdown]
# ## Work out every number by hand
#
# This network has the form of *Follow one weight* in `04_tensors`: 4 inputs, 2 hidden ReLU units, 1 output p, one example with target t. Here p has no sigmoid.
#
# $$z_1, z_2 = W_1 x + b_1, \quad a_i = \mathrm{ReLU}(z_i), \quad p = W_2 \cdot a + b_2, \quad L = (p - t)^2$$
#
# Each z and each a reaches L by a single path. So its gradient is the gradient of the next value times one local derivative. The numbers are:
#
# |x|rows of W₁|b₁|W₂|b₂|t|
# |:--|:--|:--|:--|--:|--:|
# |(1, 2, −1, 3)|(1, 2, −1, −1), (2, −1, 3, 1)|(1, −1)|(2, −3)|2|8|
#
# The figure begins after the first layer, at z₁ and z₂. Forward values stand above each edge, gradients below it. Step through the figure to its end.
#
# **Guess:** W₁ holds eight weights. How many of them get the gradient 0 from this example?

# %% demo step backward through the network, from z1 and z2 on
from chainrule.standby import Kept, if_right
from IPython.display import display

small_network = Kept("small_network")

example = {"x": [1, 2, -1, 3], "W1": [[1, 2, -1, -1], [2, -1, 3, 1]], "b1": [1, -1]}
example |= {"W2": [2, -3], "b2": 2, "t": 8}
title = "Each gradient is the next value's gradient times a local derivative"
display(draw.titled(title, draw.backprop(small_network.of_values(**example))))

# %%
guess_zeros = ...

# %% demo count the weights with the gradient 0
W1 = torch.tensor([[1.0, 2, -1, -1], [2, -1, 3, 1]], requires_grad=True)
a = torch.relu(W1 @ torch.tensor([1.0, 2, -1, 3]) + torch.tensor([1.0, -1]))
((torch.tensor([2.0, -3]) @ a + 2 - 8) ** 2).backward()
beside(guess_zeros, int((W1.grad == 0).sum()), "of eight")

# %% [markdown]
# Hidden unit 2 is inactive (*off*): z₂ is negative, so ReLU passes 0 forward and 0 backward. Each weight in row 2 of W₁ has the gradient ∂L/∂z₂ times an input, and ∂L/∂z₂ is 0.
#
# **Question `by_hand` ••, 2 points.** The next cell shows a network of your own. Work out eleven numbers on paper, and give them in one list:
#
# 1. the values z₁, z₂, a₁, a₂, p, L (one point);
# 2. the gradients of L with respect to p, a₁, a₂, z₁, z₂ (one point).
#
# For the first point alone, put zeros in the places of the five gradients.
#
# Stuck? Run `hint("by_hand")` in a cell of your own.

# %%
numbers("by_hand", STUDENT)

# %% answer by_hand
### BEGIN SOLUTION
own = numbers("by_hand", STUDENT)
z = np.array(own["W1"]) @ own["x"] + own["b1"]
a = np.maximum(z, 0)
p = own["W2"] @ a + own["b2"]
dp = 2 * (p - own["t"])
da = dp * np.array(own["W2"])
by_hand = [*z, *a, p, (p - own["t"]) ** 2, dp, *da, *(da * (z > 0))]
### END SOLUTION

# %% check by_hand
check("by_hand", by_hand, student=STUDENT)

# %% demo draw your own network once it is right
if check("by_hand", by_hand, STUDENT).state == "right":
    own_network = small_network.of_values(**numbers("by_hand", STUDENT))
    off = "₁" if by_hand[0] < 0 else "₂"
    title = f"z{off} is negative, so its gradient is 0"
    display(draw.titled(title, draw.backprop(own_network)))
else:
    print("Your network is drawn here once all of its numbers are right.")

# %% [markdown]
# ## Write the forward pass
#
# From now on every index counts layers. A **batch** of n examples goes through the network at once. Each row of X is one example. As in `nn.Linear`, W is stored as out × in, so a layer computes XWᵀ + b. Each output answers a yes/no question of its own, so the network ends in a sigmoid:
#
# $$Z_1 = XW_1^\top + b_1, \quad A_1 = \mathrm{ReLU}(Z_1), \quad Z_2 = A_1W_2^\top + b_2, \quad P = \sigma(Z_2)$$
#
# A classifier that is trained with PyTorch's cross-entropy ends in scores instead (`05_losses`).
#
# With 5 examples, 4 inputs, 3 hidden units and 2 outputs, the shapes are:
#
# |X|Z₁, A₁|Z₂, P|
# |:--|:--|:--|
# |5 × 4|5 × 3|5 × 2|
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
# For arrays, local derivatives would be whole Jacobians (`04_tensors`). So PyTorch keeps *values*, as your `Tensor` does. On the way back it computes the products with g from these values.
#
# **Guess:** five arrays have a row for each example: X, Z₁, A₁, Z₂, P. How many of them does PyTorch keep until the backward pass?

# %%
guess_kept = ...

# %% demo see what PyTorch keeps
kept = {}
layers = [nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2), nn.Sigmoid()]


def keep(tensor):
    """PyTorch calls this whenever it saves a tensor for the backward pass."""
    kept[tensor.data_ptr()] = tuple(tensor.shape)  # the same memory counts once
    return tensor


arrays = [torch.ones(5, 4)]  # X, then what each layer makes
with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
    for layer in layers:
        arrays.append(layer(arrays[-1]))
five = zip(["X", "Z₁", "A₁", "Z₂", "P"], arrays, strict=True)
found = [name for name, array in five if array.data_ptr() in kept]
beside(guess_kept, len(found), "of five")
print("Kept of the five:", *found)
print("The shapes of all kept arrays:", *kept.values())

# %% [markdown]
# In the cell, `saved_tensors_hooks` calls `keep` with every tensor that PyTorch saves. Of the five arrays PyTorch keeps X, A₁ and P. It also keeps W₂ᵀ, which is 3 × 2. In the table, dZ₂ is short for ∂L/∂Z₂, as in `04_tensors`:
#
# |forward|backward|needs|
# |:--|:--|:--|
# |P = σ(Z₂)|dZ₂: dP times the slope of σ|P|
# |Z₂ = A₁W₂ᵀ + b₂|dW₂, db₂ and dA₁, as for the layer of `04_tensors`|A₁, W₂|
# |A₁ = ReLU(Z₁)|dZ₁: dA₁ times the slope of ReLU|A₁|
# |Z₁ = XW₁ᵀ + b₁|dW₁ and db₁|X|
#
# W₁ isn't needed, because dX isn't needed. Z₁ isn't needed, because A₁ > 0 exactly where Z₁ > 0. Z₂ isn't needed, because the slope of σ is P (1 − P).

# %% [markdown]
# The next figure shows both passes, step by step. A dotted array isn't in memory. The dark cells are one entry of the result and the entries from which it is computed. Z₁ and Z₂ aren't kept, and dX isn't computed. After both passes, the **update** moves W₁, b₁, W₂ and b₂.

# %% demo step through a forward and a backward pass
draw.passes()

# %% [markdown]
# **Question `network_backward` •••, 4 points.** `g` is the upstream gradient ∂L/∂P. X, A1 and P are the arrays that the forward pass kept. Return seven gradients: `dZ2, dW2, db2, dA1, dZ1, dW1, db1`. dZ1 is worth one point, each other gradient half a point. Use NumPy, and nothing but the five arguments.
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
# ### Add an L2 penalty
#
# The L2 penalty of `02` is now computed from the weights of both layers, without the biases:
#
# $$L_{\text{penalized}} = L + \lambda \left( \sum W_1^2 + \sum W_2^2 \right)$$
#
# With plain gradient descent, every entry of W₁ and W₂ also loses the fraction 2ηλ of itself in each step. This shrinking is called **weight decay**.
#
# PyTorch's `torch.optim.SGD(..., weight_decay=λ)` leaves out the factor 2: it adds λ times the parameter to the gradient. It does so for *all* parameters that it gets, biases included.
#
# **Question `decayed_gradients` •, 1 point.** The arguments `dW1, db1, dW2, db2` are the gradients of L, and `decay` is λ. Return the four gradients of the penalized loss, in the same order. Use NumPy.
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
# A tensor of PyTorch works as your `Tensor` of `04_tensors`. A leaf is a tensor that no recorded operation has computed. With `requires_grad=True` it collects its gradient in `.grad`.
#
# Networks are built from **modules**. `nn.Linear(4, 3)` is a layer with 4 inputs and 3 outputs, and makes its W and b itself. `nn.ReLU()` and `nn.Sigmoid()` have no weights. `nn.Sequential(...)` calls its modules in turn.
#
# A network of your own is a class that inherits from `nn.Module`:
#
#     class One(nn.Module):
#         def __init__(self):
#             super().__init__()               # prepares the module
#             self.layer = nn.Linear(4, 3)     # makes a layer
#
#         def forward(self, X):
#             return self.layer(X)
#
# After `model = One()`, `model(X)` runs `forward`. The inherited method `parameters()` gives each layer's W and b. Each such tensor is a **parameter**: `nn.Linear(4, 3)` has two, with 15 numbers.
#
# **Guess:** a class keeps two layers in a plain list, `self.layers = [nn.Linear(4, 3), nn.Linear(3, 2)]`. How many parameters does PyTorch find?

# %%
guess_found = ...


# %% demo count the parameters that PyTorch finds
class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 3), nn.Linear(3, 2)]

    def forward(self, X):
        return self.layers[1](torch.relu(self.layers[0](X)))


beside(guess_found, len(list(Listed().parameters())), "parameters")

# %% [markdown]
# PyTorch finds no parameters, and gives no message. A module finds layers that are its own attributes, and layers in an `nn.ModuleList` or an `nn.Sequential`, but none in a plain list.
#
# An **optimizer** is the object that moves the parameters in training. It stops with an error if it gets no parameters. But if only *some* layers are in a list, the optimizer trains the other layers, and gives no message.
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
# Weights often come from a file. Keras, for example, stores a layer's W as **in × out**; PyTorch stores W as out × in. If W is square, PyTorch can't notice a forgotten transpose. A comparison of outputs shows it.
#
# Write the numbers *into* the parameters that the module already has: `copy_` changes its tensor **in place**, as the underscore says. While graphs are recorded, PyTorch refuses to change a parameter in place. Do it under `no_grad`:
#
#     with torch.no_grad():
#         layer.weight.copy_(from_file.T)
#
# **Question `copy_weights` •, 1 point.** `model` is `nn.Sequential(nn.Linear(...), nn.ReLU(), nn.Linear(...), nn.Sigmoid())`. `model[0]` is its first module, and `model[0].bias` the b of this layer. The tensors W1 and W2 are stored as in × out. Copy W1, b1, W2 and b2 into the model. Half a point for the outputs, half a point if the model's parameters are still the same objects, with memory of their own.
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
# Now compare your backward pass with PyTorch's, on the same examples and weights. The loss is here the mean of (P − T)² over all entries, for targets T. So g is 2 (P − T) divided by the number of entries. Another loss would change only g.
#
# In `float64` your gradients and PyTorch's differ by less than 1e-15, as in `04_tensors`.
#
# **Guess:** the largest entry of these gradients is about 0.2. About how large is the largest difference in `float32`? Write a number like `1e-3`.

# %%
guess_gap = ...

# %% demo compare your backward pass with PyTorch's
by_chainrule = small_network.by_chainrule
my_backward = if_right("network_backward", network_backward, by_chainrule)
beside(guess_gap, small_network.largest_gap(my_backward, np.float32))
in_float64 = small_network.largest_gap(my_backward, np.float64)
print(f"In float64 the largest difference is {in_float64:.0e}.")

# %% [markdown]
# Both backward passes multiply the same local derivatives, so only the last digits differ: a `float32` holds about 7 digits.
#
# ## Train, and find five errors
#
# Training uses the gradient of the *loss* with respect to the parameters. A training step has four parts: take a batch, go forward to the loss, go backward to the gradients, update the parameters. `SGD` is the optimizer for plain gradient descent (`07` explains the S, *stochastic*):
#
#     optimizer = torch.optim.SGD(model.parameters(), lr=0.1)    # once; 0.1 is the rate η
#
#     optimizer.zero_grad()                          # forget the old gradients
#     loss = F.cross_entropy(model(X), labels)       # forward
#     loss.backward()                                # backward: fills .grad
#     optimizer.step()                               # update: w ← w − η · w.grad
#
# `zero_grad` is needed because `backward` *adds* to `.grad`, as in `03_reverse_mode`. `zero_grad` sets each `.grad` to `None`.

# %% [markdown]
# Here are five training loops. Each loop has **one error**.
#
# `opt` is the optimizer. There are three groups of points, so the model gives three scores for each point. The model has **dropout** (`11_dropout_and_norms`): in training mode, after `model.train()`, dropout sets some hidden values to 0 at random, and enlarges the others. In evaluation mode, after `model.eval()`, dropout does nothing. In loop 3, `dim` is NumPy's `axis`.


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
        for w in model.parameters():
            w = w - 0.1 * w.grad


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
# Each of the five loops made one run, with `loss_fn = F.cross_entropy` and the rate 0.1. The runs are called A to E, in random order. Each run has its own points and its own first weights, so small differences between two runs mean nothing. Six numbers were measured in each run:
#
# |name|how it was measured|
# |:--|:--|
# |first loss|the loss that the loop sees in its first step|
# |last loss|the loss that the loop sees in its last step|
# |fraction classified correctly|after the run, in evaluation mode|
# |largest move of a weight|the largest difference between a weight before and after the run|
# |length of the remaining gradients|their norm: the root of the sum of squares of all `.grad` after the last step; a `.grad` that is `None` counts as 0|
# |difference of two forward passes|two passes with the same data, in the mode in which the loop left the model: the largest difference between a point's two scores for the same group|
#
# **Question `which_loop` ••, 2 points.** Which loop made which run? Give a list of five numbers: the loop behind run A, behind run B, and so on.
#
# Stuck? Run `hint("which_loop")`.

# %% demo see your own five runs
measured = numbers("which_loop", STUDENT)
if STUDENT:
    print(f"{'run':34}" + "".join(f"{name:>10}" for name in "ABCDE"))
    for number, what in enumerate(measured["measured"].split(", ")):
        row = [measured[name][number] for name in "ABCDE"]
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
    return 1 if left > 2 else 3  # 60 gradients added up, or one small one


own = numbers("which_loop", STUDENT)
which_loop = [loop_behind(*own[run]) for run in "ABCDE"]
### END SOLUTION

# %% check which_loop
check("which_loop", which_loop, student=STUDENT)

# %% demo run the five loops here and draw the losses that they see
from chainrule.lessons.five_loops import a_model, three_groups


def run(loop):
    torch.manual_seed(1)
    X, labels = three_groups(np.random.default_rng(1))
    model, seen = a_model(), []

    def loss_fn(scores, labels):
        loss = F.cross_entropy(scores, labels)
        seen.append(loss.item())
        return loss

    loop(model, torch.optim.SGD(model.parameters(), lr=0.1), loss_fn, X, labels)
    correct = (model.eval()(X).argmax(1) == labels).double().mean()
    return seen, correct.item()


five = loop_1, loop_2, loop_3, loop_4, loop_5
all_runs = {f"loop {k}": run(loop) for k, loop in enumerate(five, 1)}
for name, (_, correct) in all_runs.items():
    print(f"{name}: {correct:.0%} of the examples classified correctly")
draw.losses({name: seen for name, (seen, _) in all_runs.items()})

# %% [markdown]
# - **Loop 1** never calls `zero_grad`, so the gradients of all steps add up. Each step goes against the sum of all gradients so far. `08_optimizers` calls this momentum, here with the coefficient 1. In this run the loss of loop 1 falls lowest of all, but it jumps up again and again.
# - **Loop 2** makes new tensors, and calls each of them w. The model's own parameters don't change.
# - **Loop 3** applies softmax twice, because `F.cross_entropy` takes logits and applies softmax itself. With three classes its loss can't fall below log(1 + 2/e) ≈ 0.55 (`05_losses`).
# - **Loop 4** trains in evaluation mode, so dropout never acts. Its losses are measured without dropout, unlike the others. The numbers show no harm, but they come from the training examples.
# - **Loop 5** forgets the gradients before its step can use them.

# %% [markdown]
# A falling loss doesn't prove that a loop is right. Look at the weights, the gradients and the mode as well.
#
# **Question `fit_classifier` •, 2 points.** Write a training loop without any of the five errors, for a model that gives scores. Take `steps` steps with `torch.optim.SGD` and the loss `F.cross_entropy`, each step on all examples. The model may come in training mode or in evaluation mode. Return a list of the losses as floats, each computed before its step. One point for the weights, one for the losses.
#
# Stuck? Run `hint("fit_classifier")`.


# %% answer fit_classifier
def fit_classifier(model, X, labels, steps, rate):
    """Train the model in place; return the loss before each step."""
    ### BEGIN SOLUTION
    model.train()  # it may come in any mode
    sgd = torch.optim.SGD(model.parameters(), lr=rate)
    losses = []
    for _ in range(steps):
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
# A variable that holds a loss keeps the graph of this loss alive (`03_reverse_mode`). A program has a **memory leak** if its memory grows from step to step, although no step needs more than the step before.
#
# A lecture slide shows a loop with `running_loss += loss` that sets `running_loss` to zero every ten steps. The slide says: "The memory required to store `running_loss` will only ever increase" ([F25]({corrections})). Is this claim true?
#
# A result's `grad_fn` is its node. `node.next_functions` leads to the nodes that made its inputs, as pairs (node, number). `nodes_behind` goes from node to node, and counts. The model has two linear layers with a ReLU in between:
#
# |part of the graph|nodes|
# |:--|:--|
# |linear layer|two: `AddmmBackward0` for XWᵀ + b, `TBackward0` for the transpose|
# |ReLU|one|
# |loss|one|
# |parameter|one, at the end of the graph: `AccumulateGrad`, which fills `.grad`|
#
# **Guess:** how many nodes are behind the loss of one step?


# %%
guess_nodes = ...


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
beside(guess_nodes, nodes_behind(loss), "nodes")

# %% [markdown]
# Two layers, the ReLU and the loss make 6 nodes, and each of the 4 parameters is one end. The next step makes 6 new nodes, **but its ends are the same 4**. Each `total += loss` makes one more node, for the addition. So `total` has 6 + 6 + 2 + 4 = 18 nodes behind it after two steps.
#
# Four loops make 305 steps each, with 64 hidden units and 500 examples in a step:
#
# |loop|what it does in a step|
# |:--|:--|
# |`sum_of_losses`|`loss.backward()`, then `total += loss`|
# |`sum_of_numbers`|`loss.backward()`, then `total += loss.item()`|
# |`reset_every_ten`|as `sum_of_losses`, and `total = 0.0` after every tenth step|
# |`without_backward`|`total += loss`, and nothing else|
#
# **Guess:** arrays that are kept for the backward pass are called *saved arrays*. Which loop's total holds the most megabytes of saved arrays at the end? Write the loop's name between quotes.

# %%
guess_most = ...

# %% demo run the four loops, count, and draw nodes and megabytes
from functools import partial

from chainrule.lessons.leaks import lab


def one_step(name, total, loss, step):
    if name != "without_backward":
        loss.backward()
    total = total + (loss.item() if name == "sum_of_numbers" else loss)
    return 0.0 if name == "reset_every_ten" and step % 10 == 9 else total


FOUR = ["sum_of_losses", "sum_of_numbers", "reset_every_ten", "without_backward"]
labs = {name: lab(partial(one_step, name)) for name in FOUR}
nodes = {name: seen[:, 0] for name, seen in labs.items()}
megabytes = {name: seen[:, 1] for name, seen in labs.items()}
most = max(FOUR, key=lambda name: megabytes[name][-1])
beside(guess_most, most)
title = "Two totals gain 7 nodes a step; resets keep a total small"
display(draw.leaks(nodes, title, "nodes behind the total"))
title = f"Only {most} keeps saved arrays: {megabytes[most][-1]:.0f} MB"
display(draw.leaks(megabytes, title, "saved arrays in MB"))

# %% [markdown]
# So the claim is wrong for a total that is reset, and right for `sum_of_losses`, which gains 7 nodes in each step. But `backward` frees the saved arrays while it runs through a graph, and leaves the nodes, which are small. The total of `without_backward` keeps the nodes *and* the saved arrays of every step. Such a leak fills the memory far faster.
#
# **Question `nodes_after` ••, 2 points.** Your own four loops make `steps` steps, and the third resets its total after every `reset_every` steps. Their model has `hidden_layers` pairs of a Linear and a ReLU, then one more Linear. How many nodes are behind each total after the last step? Give a list of four numbers, in the order of the table.
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
# Besides a reset, there are three common ways to stop this leak. A loop that only measures can compute the loss under `torch.no_grad()`, which records no graph. A loop that trains can keep a number, `loss.item()`, or a tensor without a graph, `loss.detach()`.
#
# `loss.item()` copies the number into a plain Python float. If the loss is on a GPU, the program waits until the GPU has computed it. `loss.detach()` copies nothing: the new tensor stays on the same device (CPU or GPU), and **shares its memory** with the loss.
#
# **Guess:** the loss is 5. What is it after `total = loss.detach()` and `total += 100`?

# %%
guess_loss = ...

# %% demo add 100 to a detached loss
loss = torch.tensor(5.0, requires_grad=True) * 1  # a result, as a loss is
total = loss.detach()
total += 100
beside(guess_loss, loss.item())

# %% [markdown]
# `+=` changes a tensor in place, so it wrote into the memory of the loss. `total = total + 100` makes a new tensor instead. Use `.item()` where you need a number, to print it or to add it up. Use `.detach()` where you need a tensor without a graph, and don't change this tensor in place.
#
# **Question `epoch_loss` •, 1 point.** Train the model for one **epoch**, once through all `batches`, and return the mean loss *per example*. For each `(X, T)` in `batches`, the training step is
#
#     optimizer.zero_grad()
#     loss = loss_fn(model(X), T)      # a mean over the batch
#     loss.backward()
#     optimizer.step()
#
# The last batch may be smaller. The model is already in training mode. Half a point for the numbers. Half a point if at most two graphs are alive at any time: the previous loss still exists while the next loss is computed.
#
# Stuck? Run `hint("epoch_loss")`.


# %% answer epoch_loss
def epoch_loss(model, loss_fn, optimizer, batches):
    """Train on each batch once; return the mean loss per example."""
    ### BEGIN SOLUTION
    total, examples = 0.0, 0
    for X, T in batches:
        optimizer.zero_grad()  # else gradients add up
        loss = loss_fn(model(X), T)
        loss.backward()  # fills .grad
        optimizer.step()  # moves the weights
        total += loss.item() * len(X)
        examples += len(X)
    return total / examples
    ### END SOLUTION


# %% check epoch_loss
check("epoch_loss", epoch_loss)

# %% [markdown]
# **Question `validation_loss` •, 2 points.** Return the mean loss per example in evaluation mode, without training. `loss_fn` is again a mean over the batch. One point for the number. One point if no graph is recorded and the model is left in the mode in which it came. `model.training` is True in training mode, and `model.train(mode)` sets the mode of all parts of the model.
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
        for X, T in batches:
            total += loss_fn(model(X), T).item() * len(X)
            examples += len(X)
    model.train(mode)
    return total / examples
    ### END SOLUTION


# %% check validation_loss
check("validation_loss", validation_loss)

# %% [markdown]
# ## Add an operation of your own
#
# A new operation for PyTorch is a class that inherits from `torch.autograd.Function`. It has two functions, `forward` and `backward`. Both are marked `@staticmethod`, so they get no `self`. Their first argument is `ctx`, an object in which `forward` saves what `backward` will need.
#
# `backward` gets the upstream gradient g. It returns **one gradient for each input** of `forward`, in the same order. The operation is called through `apply`, as in `Cube.apply(x)`.
#
# `torch.autograd.gradcheck` compares a backward rule with difference quotients. `gradgradcheck` does the same for gradients of gradients (second derivatives). The next cell checks the cube x³.
#
# **Guess:** the class `Forgetful` is like `Cube`, but its `backward` forgets g, and returns `3 * x**2`. Does a test of the gradient of `Forgetful.apply(x).sum()` notice the error? Does `gradcheck` notice the error? Write `"yes"` or `"no"` for each.


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

# %%
guess_sum, guess_gradcheck = ..., ...


# %% demo test a rule that forgets g
class Forgetful(Cube):
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 3 * x**2


(gradient,) = torch.autograd.grad(Forgetful.apply(x).sum(), x)
accepted = torch.autograd.gradcheck(Forgetful.apply, x, raise_exception=False)
beside(guess_sum, "no" if torch.equal(gradient, 3 * x**2) else "yes")
beside(guess_gradcheck, "no" if accepted else "yes")

# %% [markdown]
# In a plain sum every entry has g = 1, so the test can't see that g is missing. Therefore our checks draw g at random.
#
# Your operation is **Swish**. It has *two* inputs, x of any shape and one number β:
#
# $$y = x \cdot \sigma(\beta x)$$
#
# Like ReLU, Swish is an **activation function**, applied to each entry between two layers; β is learned. For s = σ(βx), the slope of σ is s (1 − s).
#
# **Question `swish` •••, 3 points.** Complete `Swish`. Half a point for the value, 1½ for both gradients, one for gradients of gradients. For the last point PyTorch differentiates your `backward`. So compute s anew there, from the *inputs* in `ctx.saved_tensors`: a saved s counts as a constant.
#
# Run `torch.autograd.gradcheck(Swish.apply, (x, beta))` with the x above and `beta = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)`, then `gradgradcheck`. An input without `requires_grad=True` isn't tested, and only `float64` is accurate enough.
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
# ## Take one gradient in several libraries
#
# The next cell takes the gradient of one loss with each library that is installed:
#
# $$L(w) = \mathrm{mean}\big((\tanh(Xw) - t)^2\big)$$

# %% demo take the same gradient by every library that is installed
from chainrule.lessons import libraries

found = {}
print(f"{'':16}  {'∂L/∂w₁':>17}  {'∂L/∂w₂':>17}  {'∂L/∂w₃':>17}")
for library, gradient_by in libraries.LIBRARIES.items():
    try:
        found[library] = gradient_by()
        row = "  ".join(f"{g:17.14f}" for g in found[library])
    except ImportError:
        row = "is not installed here"
    print(f"{library:16}  {row}")
quotient = libraries.by_differences()
print(f"{'differences':16}  " + "  ".join(f"{g:17.14f}" for g in quotient))
widest = np.ptp(list(found.values()), axis=0).max()
print(f"The largest difference between two of the {len(found)} is {widest:.0e}.")

# %% [markdown]
# |library|how you ask|what remembers the computation|where the gradient is|
# |:--|:--|:--|:--|
# |chainrule|`grad(L)(w)`|a graph, during the call|returned|
# |PyTorch|`loss.backward()`|a graph behind `loss`|`w.grad`, added up|
# |a gradient tape, as in TensorFlow|`with GradientTape() as tape:`, then `tape.gradient(loss, w)`|the tape, inside its `with`|returned|
# |HIPS autograd, for NumPy|`grad(L)(w)`, for an L in plain NumPy|a graph, during the call|returned|
# |JAX|`jax.grad(L)(w)`|a record of the operations, which may be compiled|returned|
#
# All calls in the table use reverse mode. Their gradients agree to the last digits: each library multiplies exact local derivatives, so only rounding differs. The difference quotients agree with them to about ten digits.
#
# The cell's tape is one of `chainrule`, used in the same way as TensorFlow's. To read the programs, run `libraries??` in a cell of your own.

# %% [markdown]
# ## Say what you can do now
#
# - Work out every value and every gradient of a small network.
# - Say what a backward pass needs, and what PyTorch keeps for it.
# - Build a network as a module, fill it with weights, and compare its gradients with your own.
# - Recognise errors in training loops that give no message.
# - Count the graph nodes that a loop keeps alive, and avoid a leak.
# - Add an operation to PyTorch that passes `gradgradcheck`.
#
# ### Hand in
#
# Run both notebooks of this unit, `05_losses` and `06_networks`, from top to bottom, and save them. In Colab: File, Download, Download .ipynb. Hand in both files, with their names unchanged.
#
# First see where you stand. If a question with your own numbers isn't written, see whether your id stands in `STUDENT`:

# %% demo see where you stand
check_all("06_networks", globals(), STUDENT)

# %% [markdown]
# ## Stretch, for no points
#
# **Diverge.** Change `lr` in the cell that runs the five loops: make it smaller, or 3. When does the missing `zero_grad` make the loss explode?
#
# **Keep the arrays.** Write a step for `lab` that calls `loss.backward(retain_graph=True)` and then adds the loss to the total. How many megabytes are held now?
#
# ## Read on
#
# - PyTorch: [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html), [Extending PyTorch](https://docs.pytorch.org/docs/stable/notes/extending.html), and the [FAQ](https://docs.pytorch.org/docs/stable/notes/faq.html) on history that accumulates across a training loop.
# - Paszke and others: *PyTorch: an imperative style, high-performance deep learning library*, NeurIPS, 2019.
# - Karpathy: *A recipe for training neural networks*, 2019: how to find errors that give no message.
# - Ramachandran, Zoph, Le: *Searching for activation functions*, 2017: Swish.

# %% [markdown]
# # Take a network apart, then hand it to PyTorch
#
# In the middle of this notebook stand five training loops. None stops with an error message, and each has one error: a line that is wrong, missing or misplaced. From six measured numbers you tell which loop made a run.

# %% [markdown]
# **You'll do:** work out a network on paper; write its two passes; build it as a module; find the errors in five training loops; count what a loop keeps in memory; add an operation to PyTorch.
#
# **You'll learn:** what a backward pass needs, what PyTorch keeps and for how long, how libraries take a gradient.
#
# **You need:** layers (`04_tensors`), cross-entropy (`05_losses`), classes.
#
# **Time:** about 5¼ hours, 1½ of reading and 3¾ of exercises. Take a break before "Train, and find five errors".
#
# {questions} `by_hand`, `which_loop` and `nodes_after` have numbers of your own: put your id into `STUDENT` below. {dots}
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
# A single unit computes σ(w · x + b), and says "yes" where this is above ½. The **perceptron** of the 1950s has a step function in place of σ. With two inputs and w ≠ 0, a unit or a perceptron says "yes" on one side of a straight line and "no" on the other side: both are **linear classifiers**.
#
# Here are four points: (0, 0), (0, 1), (1, 0) and (1, 1). A point with exactly one coordinate equal to 1 should get a "yes", each other point a "no". This rule is called **exclusive or**, XOR. A computer tries 100,000 straight lines, drawn at random.
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
# No line classifies more than three points correctly. The two "yes" scores w · x + b have the sum w₁ + w₂ + 2b, and so have the two "no" scores. If both "yes" scores were above 0 and both "no" scores were not, the two sums could not be equal.
#
# A second layer helps. The hidden units draw several lines, and the last unit combines them. That is a **multilayer perceptron**, MLP:
#
# $$a = \mathrm{ReLU}(W_1 x + b_1), \qquad p = \sigma(W_2 a + b_2)$$
#
# The figure's MLP has two hidden units, a₁ = ReLU(x₁ + x₂ − ½) and a₂ = ReLU(x₁ + x₂ − 1). It says "yes" where the score a₁ − 3a₂ − ¼ is above 0:
#
# |point|a₁|a₂|score|
# |:--|--:|--:|--:|
# |(0, 0)|0|0|−¼|
# |(0, 1), (1, 0)|½|0|¼|
# |(1, 1)|1½|1|−1¾|
#
# Without ReLU, $W_2 (W_1 x + b_1) + b_2$ would be one matrix times x plus one vector: a straight border again.
#
# An MLP is trained by the gradient of the *loss*: each weight w moves by w ← w − η ∂L/∂w.

# %% [markdown]
# ## Work out every number by hand
#
# This network has the form of *Follow one weight* in `04_tensors`: 4 inputs, 2 hidden ReLU units, 1 output p, one example with target t. W and b are numbered by layer, z and a by hidden unit, here from 1.
#
# $$z_1, z_2 = W_1 x + b_1, \quad a_i = \mathrm{ReLU}(z_i), \quad p = W_2 \cdot a + b_2, \quad L = (p - t)^2$$
#
# Each z and each a reaches L by a single path, so its gradient is the next value's gradient times one local derivative.
#
# Take x = (1, 2, −1, 3), t = 8, b₁ = (1, −1), W₂ = (2, −3) and b₂ = 2. The rows of W₁ are (1, 2, −1, −1) and (2, −1, 3, 1). Forward values stand above each edge, gradients below it.
#
# **Guess** after the figure's last step: W₁ holds eight weights. How many of them get the gradient 0 from this example?

# %% demo step backward through the network, from z1 and z2 on
from chainrule.lessons.small_network import of_values
from IPython.display import display

example = {"x": [1, 2, -1, 3], "W1": [[1, 2, -1, -1], [2, -1, 3, 1]], "b1": [1, -1]}
example |= {"W2": [2, -3], "b2": 2, "t": 8}
title = "Each gradient is the next value's times one local derivative"
display(draw.titled(title, draw.backprop(of_values(**example))))

# %%
guess_zeros = ...

# %% demo count the weights with the gradient 0
W1 = torch.tensor([[1.0, 2, -1, -1], [2, -1, 3, 1]], requires_grad=True)
a = torch.relu(W1 @ torch.tensor([1.0, 2, -1, 3]) + torch.tensor([1.0, -1]))
((torch.tensor([2.0, -3]) @ a + 2 - 8) ** 2).backward()
beside(guess_zeros, int((W1.grad == 0).sum()), "of eight")

# %% [markdown]
# Unit 2 is off: z₂ is negative, so ReLU passes 0 forward and 0 backward. The four weights of this unit have ∂L/∂z₂ = 0 as a factor of their gradients.
#
# **Question `by_hand` ••, 2 points.** Your own network stands below. Take paper and a pencil, and give eleven numbers in a list: the values z₁, z₂, a₁, a₂, p, L (one point), then the gradients of L with respect to p, a₁, a₂, z₁, z₂ (one point).
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
    own_network = of_values(**numbers("by_hand", STUDENT))
    off = "₁" if abs(by_hand[2]) < abs(by_hand[3]) else "₂"
    title = f"a{off} is 0, so nothing goes back to z{off}"
    display(draw.titled(title, draw.backprop(own_network)))
else:
    print("Your network is drawn here once all of its numbers are right.")

# %% [markdown]
# ## Write the forward pass
#
# From now on every index counts layers. A **batch** of n examples goes through at once, one example in each row of X. As `nn.Linear` does, we keep W as out × in, so a layer computes XWᵀ + b. The network ends in a sigmoid:
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
# Your `Value` of `02` kept the local derivatives themselves. For arrays these would be Jacobians. So PyTorch, like your `Tensor` of `04`, keeps *values*, and computes the derivatives from them on the way back.
#
# **Guess:** five arrays have a row for each example: X, Z₁, A₁, Z₂, P. How many of them does PyTorch keep until the backward pass?

# %%
guess_kept = ...

# %% demo see what PyTorch keeps
kept, layers = {}, [nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2), nn.Sigmoid()]


def keep(tensor):
    """PyTorch calls this whenever it saves a tensor for the backward pass."""
    kept[tensor.data_ptr()] = tuple(tensor.shape)  # the same memory counts once
    return tensor


with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
    P = nn.Sequential(*layers)(torch.ones(5, 4))  # keeps the graph alive
beside(guess_kept, sum(shape[0] == 5 for shape in kept.values()), "of five")
print("Arrays of these shapes are kept:", *kept.values())

# %% [markdown]
# The three arrays are X, A₁ and P; the 3 × 2 array is W₂ in its transposed form. In the table, dZ₂ is short for ∂L/∂Z₂, as in `04_tensors`:
#
# |forward|backward|needs|
# |:--|:--|:--|
# |P = σ(Z₂)|dZ₂: dP times the slope of σ|P|
# |Z₂ = A₁W₂ᵀ + b₂|dW₂, db₂ and dA₁, as for the layer of `04_tensors`|A₁, W₂|
# |A₁ = ReLU(Z₁)|dZ₁: dA₁ times the slope of ReLU|A₁|
# |Z₁ = XW₁ᵀ + b₁|dW₁ and db₁|X|
#
# W₁ isn't needed, because dX isn't needed. Z₁ isn't needed, because A₁ > 0 exactly where Z₁ > 0. Z₂ isn't needed either: the slope of σ is P (1 − P).

# %% [markdown]
# Here are both passes, step by step. Dark boxes show which entries meet in one entry of the result. dX stays dotted. The forward pass fills in the values, the backward pass the gradients, beginning at the end. Only after both passes does the **update** move W₁, b₁, W₂ and b₂.

# %% demo step through a forward and a backward pass
draw.passes()

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
# ### Add an L2 penalty
#
# As with the neuron of `02`, large weights are made expensive: the squares of all entries of W₁ and W₂, times a number λ, are added to the loss. This is called an **L2 penalty**. The biases are left out.
#
# $$L_{\text{penalized}} = L + \lambda \left( \sum W_1^2 + \sum W_2^2 \right)$$
#
# With plain gradient descent, each step then also takes the fraction 2ηλ off every weight: that is **weight decay**. (`torch.optim.SGD(..., weight_decay=λ)` adds λ times the parameter, without the 2, to the gradients of *all* its parameters.)
#
# **Question `decayed_gradients` •, 1 point.** Given the gradients of L, return those of the loss with the penalty: `dW1, db1, dW2, db2`. The argument `decay` is λ. Use NumPy.
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
# PyTorch's tensors work as the `Tensor` of `04_tensors` does. A leaf, a tensor that you made yourself, collects its gradient in `.grad` if it has `requires_grad=True`.
#
# Networks are built of **modules**. `nn.Linear(4, 3)` is a layer with 4 inputs and 3 outputs, and makes its W and b itself; `nn.ReLU()` and `nn.Sigmoid()` have no weights. `nn.Sequential(...)` calls modules one after another.
#
# A network of your own is a class that inherits from `nn.Module`. Its `__init__` makes the layers, after `super().__init__()` has prepared the module; its `forward` uses them. `parameters()`, which it inherits, gives all its weights. Here is a network of one layer:
#
#     class One(nn.Module):
#         def __init__(self):
#             super().__init__()
#             self.layer = nn.Linear(4, 3)
#
#         def forward(self, X):
#             return self.layer(X)
#
# **Guess:** a class keeps two layers in a plain Python list, `self.layers = [nn.Linear(4, 3), nn.Linear(3, 2)]`. How many parameters does PyTorch find in it?

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
# PyTorch finds none, and gives no message. A module finds layers that are its own attributes, and layers in an `nn.ModuleList` or an `nn.Sequential`. An **optimizer**, the object that moves the weights in training, refuses a model without parameters; but if it gets some layers and others are hidden, it trains those that it gets, and says nothing.
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
# Weights often come from a file. Keras, for example, stores a layer's W as **in × out**, and PyTorch as out × in. If the layer is square and you forget the transpose, both shapes are equal: PyTorch can't notice the error, and only a comparison of outputs shows it.
#
# Write the numbers *into* the parameters that the module already has:
#
#     with torch.no_grad():
#         layer.weight.copy_(from_file.T)
#
# Under `no_grad` PyTorch records nothing.
#
# **Question `copy_weights` •, 1 point.** `model` is `nn.Sequential(nn.Linear(...), nn.ReLU(), nn.Linear(...), nn.Sigmoid())`; W1 and W2 are tensors stored in × out. Copy all four arrays into the model, so that its parameters stay the same objects. Half a point for the outputs, half a point for keeping the parameters.
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
# Now compare your backward pass in NumPy with PyTorch's, on the same weights. The loss is the mean of (P − T)² over all entries, with the targets T, so g is 2 (P − T) divided by their number.
#
# **Guess:** about how large is the largest difference between your gradients and PyTorch's, in `float64`? Write a number like `1e-8`.

# %%
guess_gap = ...

# %% demo compare your backward pass with PyTorch's
from chainrule.lessons.small_network import by_chainrule, largest_gap
from chainrule.standby import if_right

my_backward = if_right("network_backward", network_backward, by_chainrule)
beside(guess_gap, largest_gap(my_backward, np.float64))
in_float32 = largest_gap(my_backward, np.float32)
print(f"In float32 the largest difference is {in_float32:.0e}.")

# %% [markdown]
# Both multiply the same local derivatives, so their gradients differ in the last digits of a `float64` or not at all.

# %% [markdown]
# ## Train, and find five errors
#
# A training step has four parts: take a batch, go forward to the loss, go backward to the gradients, update the weights. The optimizer for plain gradient descent is `SGD`:
#
#     optimizer = torch.optim.SGD(model.parameters(), lr=0.1)    # once; 0.1 is the rate η
#
#     optimizer.zero_grad()                          # forget the old gradients
#     loss = F.cross_entropy(model(X), labels)       # forward
#     loss.backward()                                # backward: fills .grad
#     optimizer.step()                               # update: w ← w − η · w.grad
#
# `zero_grad` is needed because `backward` *adds* to `.grad`. Compute w² at w = 3 and call `backward`: `.grad` is 6. Do both again: `.grad` is 12.
#
# Here are five loops. They train on three groups of points, and their model has **dropout**: in training mode, `model.train()`, it sets some hidden values to 0 at random; in evaluation mode, `model.eval()`, it does nothing. (`11_dropout_and_norms` builds dropout.) `dim` is NumPy's `axis`. Each loop has **one error**. Read the loops slowly.


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
# Five runs of your own, A to E, were made with `loss_fn = F.cross_entropy` and a rate of 0.1: one by each loop. The table shows what was measured in each run: the losses that the loop itself sees, and after the run, in evaluation mode, the fraction classified correctly.
#
# **Question `which_loop` ••, 2 points.** Which loop made which run? Give a list of five numbers: the loop behind run A, behind run B, and so on. The largest move of a weight compares the weights after the run with those before it. "Gradients left" are those in `.grad` after the last step; their length is the root of the sum of their squares. The two forward passes are made one after the other, on the same data, in the mode in which the loop leaves the model; the table has their largest difference in any score.
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
# - **Loop 1** never calls `zero_grad`: the gradients of all steps add up. So the weights move like a ball without friction: `08_optimizers` calls this momentum, here with the coefficient 1. On this easy task the loss of loop 1 falls lowest of all, but jumps up again and again.
# - **Loop 2** makes new tensors, and calls each of them w. The model keeps its own.
# - **Loop 3** applies softmax twice, because `F.cross_entropy` takes logits and applies softmax itself. With three classes its loss can't fall below log(1 + 2/e) ≈ 0.55, as you saw in `05_losses`. So don't end a model in `nn.Softmax` before this loss.
# - **Loop 4** trains in evaluation mode, so the model's dropout never acts. These numbers show no harm, but they come from the training examples. `11_dropout_and_norms` measures where dropout helps.
# - **Loop 5** throws the gradients away before the step.

# %% [markdown]
# A falling loss proves little. Look at the weights, the gradients and the mode as well.
#
# **Question `fit_classifier` •, 2 points.** Write a loop without any of the five errors: gradient descent with `torch.optim.SGD` on all examples in each step, with the loss `F.cross_entropy`. The model gives scores, and may come in any mode. Return the list of losses, as floats, each taken before its step. One point for the weights, one for the losses.
#
# Stuck? Run `hint("fit_classifier")`.


# %% answer fit_classifier
def fit_classifier(model, X, labels, steps, rate):
    """Train the model in place; return the loss before each step."""
    ### BEGIN SOLUTION
    model.train()  # it may come in any mode
    sgd, losses = torch.optim.SGD(model.parameters(), lr=rate), []
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
# A program that keeps the loss also keeps its graph, as you saw in `03_reverse_mode`. If a program's memory grows from step to step, although no step needs more than the one before, the program has a **memory leak**.
#
# "The memory required to store `running_loss` will only ever increase": a lecture slide says this of a loop with `running_loss += loss` that sets `running_loss` to zero every ten steps ([F25]({corrections})). Is the claim true? `nodes_behind` counts the nodes of the graph behind a total.
#
# The model here has two linear layers with a ReLU in between. Here a linear layer makes two nodes, `AddmmBackward0` for XWᵀ + b and `TBackward0` for the transpose; the ReLU and the loss make one each. For each parameter the graph ends in a node `AccumulateGrad`, which fills its `.grad`.
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
# Two layers, the ReLU and the loss make 6 nodes, and there are 4 ends. The next step makes 6 new nodes, **but its ends are the same 4**, because its parameters are the same tensors. So `total += loss` after two steps has 6 + 6 nodes, 2 for the additions (one joins the first loss to 0.0), and 4 ends.
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
# **Guess:** the total of which loop holds most megabytes of *saved arrays* at the end? Write its name between quotes.

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
title = "Two totals gain 7 nodes a step, one is bounded by its reset"
display(draw.leaks(nodes, title, "nodes behind the total"))
title = f"Only {most} keeps arrays: {megabytes[most][-1]:.0f} MB"
display(draw.leaks(megabytes, title, "saved arrays in MB"))

# %% [markdown]
# So the claim is wrong for a total that starts anew, and right for `sum_of_losses`: 7 nodes a step. But look at the megabytes. `backward` frees the saved arrays while it runs through a graph, and leaves the nodes, which are small. A loop *without* `backward`, which only measures the loss, has the same nodes, and also keeps the arrays of every step. This leak fills a GPU's memory soonest.
#
# **Question `nodes_after` ••, 2 points.** Your own four loops have their own number of steps, `hidden_layers` pairs of a Linear and a ReLU before the last Linear, and a reset after every `reset_every` steps. Predict the nodes behind the total after the last step, in a list of four, in the order of the table. The check runs your loops in PyTorch, and counts.
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
# A leak has three repairs. A loop that only measures computes under `torch.no_grad()`, so that nothing is recorded. A loop that trains keeps a number, `loss.item()`, or a tensor without a graph, `loss.detach()`.
#
# `loss.item()` copies the number out, into a plain Python float. If the loss is on a GPU, the program waits until the GPU has computed it. `loss.detach()` gives a tensor without a graph, on the same device (CPU or GPU), and copies nothing: it **shares its memory** with the loss.
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
# The addition in place wrote into the loss. `total = total + 100` would have made a new tensor. So use `.item()` where you need a number, to print it or to add it up. Use `.detach()` where you need a tensor without a graph, and don't apply `+=` to this tensor.
#
# **Question `epoch_loss` •, 1 point.** The model is in training mode. Train one epoch, once through all `batches`: for each `(X, T)` one step as in your `fit_classifier`, but with `optimizer` and the loss `loss_fn(model(X), T)`, a mean over the batch. Return the mean loss *per example* over the epoch; the last batch may be smaller. Half a point for the numbers, half a point if no more than two graphs are alive at any time (the previous loss is still there while the next one is computed).
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
# **Question `validation_loss` •, 2 points.** Return the mean loss per example in evaluation mode, without training. One point for the number, and one more point if no graph is recorded and the model comes back in the mode in which it came: `model.training` tells the mode, and `model.train(mode)` sets it, for all parts of the model.
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
# You add an operation to PyTorch as a class that inherits from `torch.autograd.Function` and has two functions. Both are marked `@staticmethod`, so they get no `self`. Their first argument is `ctx`, an object in which `forward` leaves what `backward` will need. `backward` gets the upstream gradient g, and returns **one gradient for each input** of `forward`, in the same order. (PyTorch sums the gradient of a broadcast input to its shape, as your `unbroadcast` of `04_tensors` does.) The operation is used through `apply`.
#
# `torch.autograd.gradcheck` compares a backward rule with difference quotients. `gradgradcheck` does the same for gradients of gradients.
#
# The next cell adds the cube. A colleague's class `Forgetful` is like `Cube`, but its `backward` forgets g, and returns `3 * x**2`. **Guess:** does a test that takes the gradient of `Forgetful.apply(x).sum()` notice the error? Does `gradcheck` notice it? Write `"yes"` or `"no"` for each.


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
# In a plain sum every g is 1, so the test can't see that g is missing. Therefore our checks draw g at random.
#
# Your operation is **Swish**. Like ReLU it is an **activation function**, applied to each entry between two layers; its number β can be learned:
#
# $$y = x \cdot \sigma(\beta x)$$
#
# It has *two* inputs: x of any shape, and one number β. With s = σ(βx), the slope of σ is s (1 − s).
#
# **Question `swish` •••, 3 points.** Complete `Swish`. Half a point for the value, 1½ for both gradients, one for gradients of gradients. PyTorch finds these by itself if `backward` computes everything anew from the *inputs* in `ctx.saved_tensors`; a saved s counts as a constant there. Run both checks on it. `gradcheck(Swish.apply, (x, beta))` tests only inputs with `requires_grad=True`, and its quotients are accurate enough only in `float64`: x and `beta` need both.
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
# Libraries differ in how you *ask* for a gradient. The next cell asks each library that this machine has for the gradient of one loss:
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
# The gradients of all libraries that ran agree to the last digits, and the difference quotients to about ten digits: each library applies the chain rule to the same operations, here in reverse mode. The tape of the cell is `chainrule`'s own, used as TensorFlow's is. Run `libraries??` to read the programs.

# %% [markdown]
# ## Say what you can do now
#
# - Work out every value and every gradient of a small network.
# - Say what a backward pass needs, and what PyTorch keeps for it.
# - Build a network as a module, fill it with weights, and compare its gradients with your own.
# - Recognise training loops that fail in silence.
# - Count what a loop keeps alive, and keep less.
# - Extend PyTorch by an operation that passes `gradgradcheck`.
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
# **Diverge.** Give loop 1 and loop 4 a smaller rate, a rate of 3, or harder data. When does the missing `zero_grad` make the loss explode?
#
# **Keep the arrays.** Write a step for `lab` that calls `loss.backward(retain_graph=True)` and then adds the loss up. How many megabytes are held now?
#
# ## Read on
#
# - PyTorch: [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html), [Extending PyTorch](https://docs.pytorch.org/docs/stable/notes/extending.html), and the [FAQ](https://docs.pytorch.org/docs/stable/notes/faq.html) on history that accumulates across a training loop.
# - Paszke and others: *PyTorch: an imperative style, high-performance deep learning library*, NeurIPS, 2019.
# - Karpathy: *A recipe for training neural networks*, 2019. Errors that fail in silence, and how to look for them.
# - Ramachandran, Zoph, Le: *Searching for activation functions*, 2017. Where Swish comes from.

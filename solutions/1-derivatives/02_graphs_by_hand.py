# %% [markdown]
# # Take a formula apart
#
# To differentiate a program, nobody needs the whole formula. It is taken apart into steps so small that each has a slope anyone can write down, and these slopes are put together again.
#
# Here you do both by hand, once, so that nothing about it stays magic.

# %% [markdown]
# **You'll do:** write a number that remembers how it was made, give each operation its slope, and fill in seven graphs.
#
# **You'll learn:** what upstream and local gradients are, and why shares are added where paths meet.
#
# **You need:** the chain rule for one variable, a pencil, `01_three_derivatives`.
#
# **Time:** about 2 hours, 40 minutes of reading and 80 of exercises.

# %% [markdown]
# {questions} Seven of them have numbers of your own: put your id into `STUDENT` below before you begin.
#
# {points}

# %% setup
import math

import numpy as np
from chainrule import check, check_all, draw, hint, numbers

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## Draw what a program does
#
# Take f = (x + y) z. A program computes it in two steps: s = x + y, then f = s z. Draw a node for everything that appears, and an arrow wherever something is used.
#
# **Guess:** counting variables *and* operations, how many nodes?

# %%
guess_nodes = ...

# %% demo draw the first graph
from chainrule.scalar import Value


def label(**nodes):
    """Name nodes after their variables, without a gradient as yet."""
    for name, node in nodes.items():
        node.label, node.grad = name, None
    return nodes.values()


x, y, z = label(x=Value(-2), y=Value(5), z=Value(-4))
s = x + y
f = s * z
label(s=s, f=f)
draw.graph(f)

# %% [markdown]
# Seven: 1 x, 2 y, 3 +, 4 s, 5 z, 6 ×, 7 f. Variables stand in boxes, operations in round ones. x, y and z have no arrow coming in: they are **leaves**. Read from left to right it is the **forward pass**, from nodes 1 and 2 to node 7.

# %% [markdown]
# Each node needs to know only its neighbours, so each can be built independently of the others.

# %% [markdown]
# ### Settle what a node is
#
# "Nodes represent variables, edges represent operations", says one text. Others say the opposite. All are conventions, so always ask which one a picture follows.
#
# |convention|nodes|edges|
# |:--|:--|:--|
# |Goodfellow et al.|variables|operations|
# |PyTorch's `grad_fn`|operations|tensors|
# |Olah, this course|both|uses|

# %% [markdown]
# ## Let a number remember
#
# To draw such a graph, a program must remember what it did. So wrap each number in an object that keeps three things:
#
# - `data`, the number,
# - `op`, the name of the operation that made it,
# - `inputs`, the objects it was made from.
#
# A sum of two of them is a third one.

# %% [markdown]
# Each object holds a variable *and* the operation before it, so five of them make the seven nodes.
#
# Besides sums, products and powers you'll need the sine, the exponential, relu(x) = max(x, 0), and the *sigmoid* σ(x) = 1 / (1 + e⁻ˣ), which squeezes any number between 0 and 1.
#
# (`label`, `grad` and `slopes` below are for the pictures.)

# %% [markdown]
# **Question `Node`, 4 points.** Complete the class below; `__add__` shows how. One point each: product and power, sine and exponential, relu, sigmoid. n is a plain number, and the power's op is `f"**{n}"`; the others' are `"*"`, `"sin"`, `"exp"`, `"relu"` and `"sigmoid"`.
#
# Stuck? Run `hint("Node")` in a cell of your own.


# %% answer Node
class Node:
    """A number that remembers the operation and the inputs that made it."""

    def __init__(self, data, op="", inputs=()):
        self.data, self.op, self.inputs = data, op, inputs
        self.label, self.grad, self.slopes = "", None, ()

    def __add__(self, other):
        return Node(self.data + other.data, "+", (self, other))

    def __mul__(self, other):
        ### BEGIN SOLUTION
        return Node(self.data * other.data, "*", (self, other))
        ### END SOLUTION

    def __pow__(self, n):
        ### BEGIN SOLUTION
        return Node(self.data**n, f"**{n}", (self,))
        ### END SOLUTION

    def sin(self):
        ### BEGIN SOLUTION
        return Node(math.sin(self.data), "sin", (self,))
        ### END SOLUTION

    def exp(self):
        ### BEGIN SOLUTION
        return Node(math.exp(self.data), "exp", (self,))
        ### END SOLUTION

    def relu(self):
        """The number where it is above 0, else 0."""
        ### BEGIN SOLUTION
        return Node(max(self.data, 0.0), "relu", (self,))
        ### END SOLUTION

    def sigmoid(self):
        """1 / (1 + exp(-x)), between 0 and 1."""
        ### BEGIN SOLUTION
        return Node(1 / (1 + math.exp(-self.data)), "sigmoid", (self,))
        ### END SOLUTION


# %% check Node
check("Node", Node)

# %% [markdown]
# The pictures from here on are drawn from *your* nodes once that check says right, and from the library's until then. After a repair, run on from here.

# %% demo take your Node once it is right
Own = Node if check("Node", Node).state == "right" else Value
print("Graphs are made of", "your Node" if Own is Node else "the library's Value")

# %% demo draw your own nodes
x, y, z = label(x=Own(-2.0), y=Own(5.0), z=Own(-4.0))
s = x + y
f = s * z
label(s=s, f=f)
draw.graph(f)

# %% [markdown]
# Nothing in `+` says that data must be a number.
#
# **Guess:** what happens if you put letters into your nodes?

# %%
guess_letters = ...

# %% demo put letters into your nodes
from chainrule import symbolic

x, y, z = (Node(symbolic.var(name)) for name in "xyz")
try:
    print(((x + y) * z).data)
except NotImplementedError:
    print("Write your Node's product first.")
except Exception as error:
    print("Your product asks for more than a * b:", error)

# %% [markdown]
# The same graph holds a formula. So a graph can serve symbolic differentiation as well: local rules on letters instead of numbers. From here on we stay with numbers.

# %% [markdown]
# ## Ask each operation for its slope
#
# **Backprop**, short for backpropagation, finds all gradients by going back through the graph. Step one is to ask every operation *alone*: if one of your inputs moves a little, how fast do you move? That is its **local derivative**. It has one for each input, and needs nothing but its inputs' numbers.

# %% [markdown]
# Two printed rules for relu's slope:
#
# > `1 if self > 0 0 else`
#
# > 0 if z < 0, 1 otherwise
#
# The first isn't Python: it must read `1 if self > 0 else 0`. Then the two differ, at a single point.
#
# **Guess:** at which? And what does torch say there?

# %%
guess_relu_slope_at_zero = ...

# %% demo ask torch at the kink
import torch

zero = torch.zeros(())
for name, kinked in {
    "relu(x)": torch.relu,
    "maximum(x, 0)": lambda t: torch.maximum(t, zero),
    "clamp(x, min=0)": lambda t: t.clamp(min=0),
}.items():
    t = torch.zeros((), requires_grad=True)
    kinked(t).backward()
    print(f"{name:16} slope at 0: {t.grad.item()}")

# %% [markdown]
# Three ways to write one function, three slopes at 0. To the left the slope is 0, to the right it is 1, and at the kink anything between is as good. You need a convention: in this course relu's slope at 0 is 0, as in `torch.relu`.

# %% [markdown]
# σ is the one that takes paper: 1 / (1 + e⁻ˣ) is a function of a function of a function. Find its slope by the chain rule. In the end it can be written with σ alone.

# %% [markdown]
# **Question `local_grads`, 5 points.** Return an operation's local derivatives as a tuple, one for each input. For `"**"` there is one: b is the exponent, a plain number. One point each: `+` and `*`, `**`, `sin` and `exp`, `relu`, `sigmoid`.
#
# Stuck? Run `hint("local_grads")`.


# %% answer local_grads
def local_grads(op, a, b=0.0):
    """How fast the result of an operation moves with each of its inputs."""
    ### BEGIN SOLUTION
    if op == "+":
        return 1.0, 1.0
    if op == "*":
        return b, a
    if op == "**":
        return (b * a ** (b - 1),)
    if op == "sin":
        return (math.cos(a),)
    if op == "exp":
        return (math.exp(a),)
    if op == "relu":
        return (1.0 if a > 0 else 0.0,)
    u = 1 / (1 + math.exp(-a))
    return (u * (1 - u),)
    ### END SOLUTION


# %% check local_grads
check("local_grads", local_grads)

# %% [markdown]
# Did you notice whose *values* you need? A product's slopes are the other factor's value, σ's slope is made of σ itself. That is why the forward pass comes first, and why its numbers are kept.

# %% [markdown]
# The next cells carry your slopes to your nodes, for the pictures. Run them and go on.


# %% demo ask a node for its slopes
def slopes(node):
    numbers_in = [x.data for x in node.inputs]
    if node.op.startswith("**"):
        return local_grads("**", *numbers_in, float(node.op[2:]))
    return local_grads(node.op, *numbers_in)


# %% demo let every node keep its slopes
def give_slopes(end):
    """Let all nodes behind `end` keep their slopes, as your local_grads has them."""
    stack = [end]
    while stack:
        node = stack.pop()
        if node.inputs and not node.slopes:
            node.slopes = slopes(node)
        stack += node.inputs
    return end


# %% demo take your local_grads once it is right
fits = check("local_grads", local_grads).state == "right"
Own = Own if fits else Value
print("Slopes are", "your own" if Own is Node else "the library's")

# %% [markdown]
# ## Multiply along a path
#
# The chain rule: for F(x) = g(f(x)) the slope is F′(x) = g′(f(x)) · f′(x). Two facts hide in it. Slopes along a path are *multiplied*. And g′ is taken at f(x), the value that f had on the way forward.

# %% [markdown]
# Step two is the same at every node, whatever the operation:
#
# **gradient of an input = upstream gradient × local derivative**
#
# *Upstream* is what has arrived at the node's result from the end's side, in our pictures from the right. At the end node it is 1. In code, with your slopes:


# %%
def back(upstream, op, *numbers):
    return tuple(upstream * slope for slope in local_grads(op, *numbers))


# %% [markdown]
# Back to (x + y) z at x = −2, y = 5, z = −4. The forward pass gives s = 3 and f = −12.
#
# **Guess:** the three gradients, at x, y and z.

# %%
guess_three_gradients = ...

# %% demo walk back through your graph
x, y, z = label(x=Own(-2.0), y=Own(5.0), z=Own(-4.0))
s = x + y
f = s * z
label(s=s, f=f)
draw.backprop(give_slopes(f))

# %% [markdown]
# Values stand above the edges, gradients below. Go back with the slider: 1 arrives at f; the product hands −4 to s and 3 to z; the sum hands its −4 on to x and y, unchanged. The same in code, node by node:

# %% demo hand a gradient back through two nodes
if fits:
    at_s, at_z = back(1.0, "*", 3.0, -4.0)
    print("s gets", at_s, " z gets", at_z)
    print("x and y get", back(at_s, "+", -2.0, 5.0))
else:
    print("This needs a local_grads that is right.")

# %% [markdown]
# Now with your own numbers. No program this time: take a pencil.

# %%
numbers("sum_times_z", STUDENT)

# %% [markdown]
# **Question `sum_times_z`, 1 point.** Fill in the graph. Give six numbers in a list: the values of s and f, then the gradients at s, x, y, z. For the graph above they are `[3, -12, -4, -4, -4, 3]`.
#
# Stuck? Run `hint("sum_times_z")`.

# %% answer sum_times_z
### BEGIN SOLUTION
own = numbers("sum_times_z", STUDENT)
total = own["x"] + own["y"]
sum_times_z = [total, total * own["z"], own["z"], own["z"], own["z"], total]
### END SOLUTION

# %% check sum_times_z
check("sum_times_z", sum_times_z, student=STUDENT)

# %% [markdown]
# ## Go through a sine
#
# The next one has a function in it that is no arithmetic: y = 5x1 + sin(x2 + π). Call the steps z1 = 5x1, z2 = x2 + π and z3 = sin z2.
#
# **Guess:** at x1 = 1, x2 = 0.5, is ∂y/∂x2 positive or negative?

# %%
guess_sign = ...

# %% demo walk back through a sine
x1, x2 = label(x1=Own(1.0), x2=Own(0.5))
z1, z2 = label(z1=Own(5.0) * x1, z2=x2 + Own(math.pi))
z3 = z2.sin()
y = z1 + z3
label(z3=z3, y=y)
draw.backprop(give_slopes(y))

# %% [markdown]
# y is 4.521, and the gradient (5, −0.8776): negative, for cos(x2 + π) is −cos x2. Constants like 5 and π have no gradient drawn; nobody wants to move them.

# %%
numbers("sine_of_shift", STUDENT)

# %% [markdown]
# **Question `sine_of_shift`, 1 point.** Give z1, z2, y, then ∂y/∂x1 and ∂y/∂x2. Three digits are enough, and a calculator is fine: `np.sin` takes radians.
#
# Stuck? Run `hint("sine_of_shift")`.

# %% answer sine_of_shift
### BEGIN SOLUTION
own = numbers("sine_of_shift", STUDENT)
first, shifted = 5 * own["x1"], own["x2"] + np.pi
sine_of_shift = [first, shifted, first + np.sin(shifted), 5, np.cos(shifted)]
### END SOLUTION

# %% check sine_of_shift
check("sine_of_shift", sine_of_shift, student=STUDENT)

# %% [markdown]
# ## Add where paths meet
#
# In e = (a + b)(b + 1) the variable b is used twice: in c = a + b and in d = b + 1. When b moves, e is moved along *two* paths.
#
# **Guess:** at a = 2, b = 1, what is ∂e/∂b?

# %%
guess_b = ...

# %% demo walk back to a shared variable
a, b = label(a=Own(2.0), b=Own(1.0))
c, d = label(c=a + b, d=b + Own(1.0))
e = c * d
label(e=e)
draw.backprop(give_slopes(e))

# %% demo measure the shares of both paths
h = 1e-6
through_c = ((2 + 1 + h) * (1 + 1) - 6) / h
through_d = ((2 + 1) * (1 + h + 1) - 6) / h
together = ((2 + 1 + h) * (1 + h + 1) - 6) / h
print(f"b moves in c: {through_c:.3f}, in d: {through_d:.3f}, both: {together:.3f}")

# %% [markdown]
# Through c a share of 2 comes back, through d a share of 3, together 5. Along a path slopes are multiplied, where paths meet shares are **added**. Forgetting one path is the classic bug of homemade engines.

# %%
numbers("shared_b", STUDENT)

# %% [markdown]
# **Question `shared_b`, 1 point.** Give the values of c, d and e, then the gradients at c, d, a and b.
#
# Stuck? Run `hint("shared_b")`.

# %% answer shared_b
### BEGIN SOLUTION
own = numbers("shared_b", STUDENT)
c_value, d_value = own["a"] + own["b"], own["b"] + 1
shared_b = [c_value, d_value, c_value * d_value, d_value, c_value, d_value]
shared_b = [*shared_b, d_value + c_value]
### END SOLUTION

# %% check shared_b
check("shared_b", shared_b, student=STUDENT)

# %% [markdown]
# ## Tell local from total
#
# F = (2x² + 1)² is three functions inside one another: f = x², g = 2f + 1, F = g². Each has a *local* slope: 2x, 2, 2g. The gradient at a node is the *total*: everything that arrives, times the local slope.
#
# **Guess:** what is ∂F/∂x at x = 1.5?

# %%
guess_total = ...

# %% demo walk back through nested squares
(x,) = label(x=Own(1.5))
f = x**2
g = Own(2.0) * f + Own(1.0)
F = g**2
label(f=f, g=g, F=F)
draw.backprop(give_slopes(F))

# %% demo expand first and differentiate then
x = 1.5
print("chain:    2g · 2 · 2x =", 2 * (2 * x**2 + 1) * 2 * 2 * x)
print("expanded: 16x³ + 8x   =", 16 * x**3 + 8 * x)

# %% [markdown]
# F is 4x⁴ + 4x² + 1 when multiplied out, so its slope is 16x³ + 8x: 66 both ways. The graph never multiplies out. It uses g = 5.5, the number that it kept from the way forward. (v1 is a step that nobody named, 2f.)

# %%
numbers("nested_square", STUDENT)

# %% [markdown]
# **Question `nested_square`, 1 point.** Give the values of f, g and F, then the gradients of F at g, f and x: totals, not local slopes.
#
# Stuck? Run `hint("nested_square")`.

# %% answer nested_square
### BEGIN SOLUTION
own = numbers("nested_square", STUDENT)
square = own["x"] ** 2
inner = 2 * square + 1
nested_square = [square, inner, inner**2, 2 * inner, 4 * inner, 8 * inner * own["x"]]
### END SOLUTION

# %% check nested_square
check("nested_square", nested_square, student=STUDENT)

# %% [markdown]
# ## Differentiate a neuron with weight decay
#
# Everything comes together in a neuron that pays for large weights; λ says how dear they are:
#
# $$L(w, b) = \tfrac{1}{2}\,(y - \sigma(wx + b))^2 + \lambda w^2$$
#
# Steps: z = wx + b, u = σ(z), l = ½(y − u)², r = w², L = l + λr.

# %% [markdown]
# Plug it in, forward; then go back. In print you can find this list of local derivatives:
#
# > ∂L/∂l = 1, ∂L/∂r = λ, ∂r/∂w = w, ∂l/∂u = u − y, ∂u/∂z = σ′(z)
#
# **Guess:** one is wrong. Which?

# %%
guess_wrong_slope = ...


# %%
def loss(w, x=2, y=1, b=-0.2, lam=0.1):
    u = 1 / (1 + np.exp(-(w * x + b)))
    return (y - u) ** 2 / 2 + lam * w**2


# %% demo measure the printed slopes
w, x, y, lam = 0.3, 2, 1, 0.1
u = 1 / (1 + np.exp(-(w * x - 0.2)))
through_z = (u - y) * u * (1 - u) * x
print(f"printed, ∂r/∂w = w:  {through_z + lam * w:.5f}")
print(f"with ∂r/∂w = 2w:     {through_z + lam * 2 * w:.5f}")
print(f"measured:            {(loss(w + 1e-6) - loss(w - 1e-6)) / 2e-6:.5f}")

# %% [markdown]
# The slope of w² is 2w. With w the gradient is −0.16284, and −0.13284 is measured. Note the other slopes that survived: u − y, not y − u, since a rising u lets y − u fall.

# %% [markdown]
# How finely you cut is up to you. Any function whose slope you know may be *one* node. Here ½(1 − u)² is: y is 1, and u − 1 is all that backprop asks of it.


# %% demo make a node of any function
def operation(op, data, inputs, slopes):
    """A node that is made in one step, by an operation whose slopes you know."""
    node = Own(data)
    node.op, node.inputs, node.slopes = op, inputs, slopes
    return node


# %% demo walk back through the neuron
x, w, b = label(x=Own(2.0), w=Own(0.3), b=Own(-0.2))
z = w * x + b
u = z.sigmoid()
half = operation("½(1−u)²", (1 - u.data) ** 2 / 2, (u,), (u.data - 1,))
r = w**2
L = half + Own(0.1) * r
label(z=z, u=u, l=half, r=r, L=L)
draw.backprop(give_slopes(L))

# %% [markdown]
# w is used twice, so it collects two shares: −0.1928 through z and 0.06 through r. ∂L/∂b is −0.09642.

# %%
numbers("decayed_neuron", STUDENT)

# %% [markdown]
# **Question `decayed_neuron`, 2 points.** λ is called lam. Give eleven numbers. One point: the values of z, u, l, r, L. One point: the gradients at l, r, u, z, w, b. Three digits are enough.
#
# Stuck? Run `hint("decayed_neuron")`.

# %% answer decayed_neuron
### BEGIN SOLUTION
own = numbers("decayed_neuron", STUDENT)
z_value = own["w"] * own["x"] + own["b"]
u_value = 1 / (1 + np.exp(-z_value))
l_value, r_value = (own["y"] - u_value) ** 2 / 2, own["w"] ** 2
values = [z_value, u_value, l_value, r_value, l_value + own["lam"] * r_value]
at_u = u_value - own["y"]
at_z = at_u * u_value * (1 - u_value)
at_w = at_z * own["x"] + own["lam"] * 2 * own["w"]
decayed_neuron = [*values, 1, own["lam"], at_u, at_z, at_w, at_z]
### END SOLUTION

# %% check decayed_neuron
check("decayed_neuron", decayed_neuron, student=STUDENT)

# %% [markdown]
# ## Recognise three gates
#
# By now you know by heart what some operations do with a gradient. Three of them occur everywhere. A maximum is new: it is a branch, and passes on the larger of its inputs.
#
# **Guess:** a gradient of 1 arrives at each. What does each input get?

# %%
guess_gates = ...


# %% demo make three gates
def maximum(a, b):
    slopes = float(a.data > b.data), float(b.data > a.data)
    return operation("max", max(a.data, b.data), (a, b), slopes)


def card(make):
    a, b = label(a=Own(3.0), b=Own(-2.0))
    (y,) = label(y=make(a, b))
    y.grad = 1.0
    a.grad, b.grad = give_slopes(y).slopes
    return draw.graph(y)


# %% demo deal the gate cards
gates = {
    "A sum distributes": lambda a, b: a + b,
    "A product switches": lambda a, b: a * b,
    "A maximum routes": maximum,
}
draw.cards({title: card(make) for title, make in gates.items()})

# %% demo the gates as a table
for title, make in gates.items():
    a, b = Own(3.0), Own(-2.0)
    got = give_slopes(make(a, b)).slopes
    print(f"{title:20} a = 3 gets {got[0]:4g}, b = -2 gets {got[1]:4g}")

# %% [markdown]
# The sum hands everyone all of it. The product hands each factor the *other* factor's value. The maximum hands all to the larger input: the smaller one can move a little, and nothing happens.
#
# With equal inputs there is a kink, as in relu at 0; torch then shares equally. We stay clear of it.

# %% [markdown]
# Now chain them: f = s · m, with s = a + b and m = max(c, d). A gradient of 1 arrives at f. Where does it end?

# %%
numbers("gate_patterns", STUDENT)

# %% [markdown]
# **Question `gate_patterns`, 3 points.** Give the gradients of f at s, m, a, b, c and d. One point for each gate.
#
# Stuck? Run `hint("gate_patterns")`.

# %% answer gate_patterns
### BEGIN SOLUTION
own = numbers("gate_patterns", STUDENT)
at_m = own["a"] + own["b"]
at_s = max(own["c"], own["d"])
routed = [at_m, 0] if own["c"] > own["d"] else [0, at_m]
gate_patterns = [at_s, at_m, at_s, at_s, *routed]
### END SOLUTION

# %% check gate_patterns
check("gate_patterns", gate_patterns, student=STUDENT)

# %% [markdown]
# ## Compose a layer and a loss
#
# A layer computes $z_j = \sum_k w_{jk}\, x_k + b_j$ for each output j. The loss compares the output with the truth y. So, for one output, the whole is a composite, L = (y − z)² after z = wx + b, and the chain rule goes straight through.

# %% [markdown]
# Say the output is 10, and the truth is 7. The loss is 9.
#
# **Guess:** the bias rises by 0.01. What will the loss be? Use ∂L/∂b.

# %%
guess_loss_after = ...

# %% demo walk back from a loss of nine
x, w, b = label(x=Own(3.0), w=Own(2.0), b=Own(4.0))
z = w * x + b
L = (z + Own(-7.0)) ** 2  # the same as (7 - z) ** 2
label(z=z, L=L)
draw.backprop(give_slopes(L))

# %% [markdown]
# ∂L/∂b is 6, so the loss becomes about 9.06 (exactly: 3.01² = 9.0601). Too much output, positive gradient: to lower the loss, lower b. Training is nothing but this, many times.

# %%
numbers("squared_miss", STUDENT)

# %% [markdown]
# **Question `squared_miss`, 2 points.** Give z and L for one point, the gradients of L at z, w and b for the other.
#
# Stuck? Run `hint("squared_miss")`.

# %% answer squared_miss
### BEGIN SOLUTION
own = numbers("squared_miss", STUDENT)
output = own["w"] * own["x"] + own["b"]
at_output = -2 * (own["y"] - output)
squared_miss = [output, (own["y"] - output) ** 2]
squared_miss += [at_output, at_output * own["x"], at_output]
### END SOLUTION

# %% check squared_miss
check("squared_miss", squared_miss, student=STUDENT)

# %% [markdown]
# ## Say why this is exact
#
# You may read that automatic differentiation is something in between the analytical and the numerical way. Say it exactly:
#
# Every local slope comes from a formula that algebra found. Its value, and the products and sums of such values, are numbers, rounded in the last digit. Nothing is cut off: no truncation.

# %% demo compare with a step and with torch
x = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
u = torch.sigmoid(2 * x - 0.2)
((1 - u) ** 2 / 2 + 0.1 * x**2).backward()
u = 1 / (1 + math.exp(-0.4))
print(f"by hand     {(u - 1) * u * (1 - u) * 2 + 0.1 * 2 * 0.3:.16f}")
print(f"torch       {x.grad.item():.16f}")
print(f"difference  {(loss(0.3 + 1e-3) - loss(0.3 - 1e-3)) / 2e-3:.16f}")

# %% [markdown]
# By hand and torch agree to the last digit or so. The difference quotient has a truncation error: it takes a step, the others take none.

# %% [markdown]
# ## Stretch, for no points
#
# **Use a number three times.** In y = x sin x + x² the number x goes into a product, a sine and a power. Write down the three shares that come back at x = 2. Then draw the graph from your own nodes, as above, and compare.

# %%
# your graph here


# %% demo measure what the three shares add up to
def three_uses(x):
    return x * np.sin(x) + x**2


print(f"{(three_uses(2 + 1e-6) - three_uses(2 - 1e-6)) / 2e-6:.4f}")

# %% [markdown]
# **Cut the same function twice.** tanh x is 2σ(2x) − 1. Below it is cut into σ and arithmetic. Make it *one* node with `operation`: its slope is 1 minus its own square. Both graphs must hand the same gradient to x.

# %%
# your tanh here

# %% demo walk back through tanh in small steps
(x,) = label(x=Own(0.5))
y = Own(2.0) * (Own(2.0) * x).sigmoid() + Own(-1.0)
label(y=y)
draw.backprop(give_slopes(y))

# %% [markdown]
# ## Read on
#
# - Olah: *Calculus on Computational Graphs: Backpropagation*, 2015, [colah.github.io](https://colah.github.io/posts/2015-08-Backprop/). The graph of e = (a + b)(b + 1), and why to walk backward.
# - Goodfellow, Bengio, Courville: *Deep Learning*, MIT Press 2016, [deeplearningbook.org](https://www.deeplearningbook.org/), section 6.5. Backprop with variables as nodes.

# %% [markdown]
# ## Say what you can do now
#
# You can take a formula apart, give each operation its slope, and find every gradient on paper: multiply along paths, add where they meet. In `03_reverse_mode` a program of yours does it, and must find the right *order*.

# %% [markdown]
# This closes the unit `1-derivatives`. Run the next cell to see where each question stands. Then save the notebook, download it, and hand in `02_graphs_by_hand.ipynb` together with the unit's other two.

# %% demo see where you stand
check_all("02_graphs_by_hand", globals(), STUDENT)

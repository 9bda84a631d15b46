# %% [markdown]
# # Take a formula apart
#
# To differentiate a program, nobody needs the whole formula. You take it apart into operations so small that each has a slope that anyone can write down. Then you put these slopes together again.
#
# Here you write a number that remembers how it was made, and you fill in small graphs by hand. That number is the beginning of an engine: `03_reverse_mode` walks through its graph, and `04_tensors` does the same with arrays and trains a network.

# %% [markdown]
# **You'll do:** write the class `Value`, whose results keep their inputs and slopes, and fill in four graphs with numbers of your own.
#
# **You'll learn:** what upstream gradients and local derivatives are, and why shares of a gradient are added where paths meet.
#
# **You need:** the chain rule for one variable, a pencil, `01_three_derivatives`.
#
# **Time:** about 2½ hours, 50 minutes of reading and the rest exercises.
#
# {questions} Four of them have numbers of your own: put your id into `STUDENT` below before you begin. {dots}
#
# {points}

# %% setup
import math

import numpy as np
from chainrule import check, check_all, draw, hint, numbers
from chainrule.guess import beside

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## Draw what a program does
#
# Take f = (x + y) z. A program computes f in two steps: s = x + y, then f = s z. Draw a box for every variable (also for s and f, which the program makes), a box for every operation, and an arrow (in books an **edge**) wherever a number is used or made.
#
# **Guess:** how many boxes does the picture have? Write your number in place of the dots. No guess is graded.

# %%
guess_boxes = ...


# %% demo draw the graph of (x + y) z
def named(label, value):
    """Name a node, and take away its gradient: a picture shows what has arrived."""
    value.label, value.grad = label, None
    return value


def first_graph():
    """The graph as a picture, and how many boxes it has."""
    from chainrule.scalar import Value, topological_order

    x, y, z = (named(n, Value(v)) for n, v in [("x", -2), ("y", 5), ("z", -4)])
    f = named("f", named("s", x + y) * z)
    variables = topological_order(f)
    return draw.graph(f), len(variables) + sum(v.op != "" for v in variables)


picture, boxes = first_graph()
beside(guess_boxes, boxes, "boxes")
draw.titled("(x + y) z has five variables and two operations", picture)

# %% [markdown]
# Variables stand in square boxes: x, y, z, s and f (later a constant, too). Operations stand in rounded boxes: + and ×. No operation has made x, y and z; these three are the **leaves**.
#
# The number above the arrow into a square box is that variable's value. The lines into x, y and z begin at no box. No path of arrows comes back to its start: the graph is a DAG, as in `01`. Read from left to right, it shows the **forward pass**: each value is computed from values to its left.
#
# In code, a variable and the operation that made it are *one* **node**, so (x + y) z has five nodes. (Others count otherwise: see "Read on".) An operation needs only the values of its inputs, so each can be a function of its own.
#
# In the pictures v1, v2, … are steps without a name.

# %% [markdown]
# ## Ask each operation for its slopes
#
# **Backprop**, short for backpropagation, goes back through the graph of a program and finds the slope of the result along every variable. It is the reverse mode of `01`, and has two parts. In the first, on the way forward, each operation *alone* is asked: if one of your inputs moves a little, and the others stay, how fast does your result move? The answer is the operation's **local derivative** along that input. In the code, `slopes` holds the local derivatives. In the text, *slope* is just another word for derivative.
#
# An operation has one local derivative for each input.
#
# **Guess:** a product a · b at a = 3, b = −2. Now `a` rises by 0.01. By how much does the product move?

# %%
guess_move = ...

# %% demo move one factor of a product
beside(guess_move, round(3.01 * -2 - 3 * -2, 9))

# %% [markdown]
# The product falls by 0.02: its change is −2 times the change of `a`, and −2 is the value of `b`. So the local derivative of a · b along `a` is the *value of* `b`, and along `b` it is the value of `a`.
#
# Besides sums and products you will need powers with a plain number as exponent, the sine, the exponential, relu(x) = max(x, 0), and the **sigmoid** σ(x) = 1 / (1 + e⁻ˣ), which turns any number into a number between 0 and 1.
#
# relu has a kink at 0: its slope is 0 on the left and 1 on the right. At 0 this course takes 0, as the table of `00` says. In torch, `clamp(x, min=0)` computes the same function. **Guess:** what slope does `clamp` give at exactly 0?

# %%
guess_slope_at_kink = ...


# %% demo ask torch for three slopes at a kink
def slopes_at_zero():
    """What torch gives for three ways to write relu."""
    import torch

    kinked = {
        "relu(x)": torch.relu,
        "maximum(x, 0)": lambda x: torch.maximum(x, torch.zeros(())),
        "clamp(x, min=0)": lambda x: x.clamp(min=0),
    }
    at = torch.zeros(())
    return {name: torch.func.grad(f)(at).item() for name, f in kinked.items()}


kink_slopes = slopes_at_zero()
for name, slope in kink_slopes.items():
    print(f"{name:16} slope at 0: {slope:g}")
beside(guess_slope_at_kink, kink_slopes["clamp(x, min=0)"])

# %% [markdown]
# Three ways to write one function give three slopes at 0. Any number between 0 and 1 would do as well: a line of such a slope through (0, 0) lies nowhere above relu. Each of these slopes is a **subgradient**. A library needs a convention for that one point.
#
# For the sigmoid you need pencil and paper: 1 / (1 + e⁻ˣ) is a function of a function of a function. Find its slope by the chain rule before you go on. The result can be written with σ alone. For the last step, note that e⁻ˣ / (1 + e⁻ˣ) = 1 − σ.

# %% [markdown]
# ## Let a number remember
#
# Before a program can go back through its graph, it must remember what it did. You wrap each number in an object, a `Value`. It is one node of the graph, and keeps
#
# - `data`, the number,
# - `op`, the name of the operation that made it,
# - `inputs`, the Values that it was made from,
# - `slopes`, the local derivative along each input.
#
# The sum of two Values is a third Value. For a + b Python calls `a.__add__(b)`; for 2 + b, where the number 2 has no rule for Values, it calls `b.__radd__(2)`. `*` and `**` work likewise. (`op` and `label` are for pictures and printing, `grad` is for the next notebook.) An operation with one input keeps tuples of one, `(self,)` and `(slope,)`: the comma makes each of them a tuple.

# %% [markdown]
# **Question `Value` •••, 9 points.** Complete the class; `__add__` shows how. n is a plain number such as 3, −1 or 0.5, and the `op` of a power is `f"**{n}"`; the others are `"*"`, `"sin"`, `"exp"`, `"relu"` and `"sigmoid"`. Check after each method: what isn't written yet costs only its own points.
#
# |one point each|for|
# |:--|:--|
# |numbers, names and inputs|product and power; sine and exponential; relu; sigmoid|
# |slopes|sum and product; power; sine and exponential; relu; sigmoid|
#
# Stuck? Run `hint("Value")` in a cell of your own.


# %% answer Value
class Value:
    """A number that remembers which numbers made it, and its slope along each."""

    def __init__(self, data, label="", op="", inputs=(), slopes=()):
        self.data, self.grad = float(data), 0.0
        self.label, self.op = label, op
        self.inputs, self.slopes = inputs, slopes

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        total = self.data + other.data
        return Value(total, op="+", inputs=(self, other), slopes=(1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        ### BEGIN SOLUTION
        product, slopes = self.data * other.data, (other.data, self.data)
        return Value(product, op="*", inputs=(self, other), slopes=slopes)
        ### END SOLUTION

    def __pow__(self, n):
        ### BEGIN SOLUTION
        slope = n * self.data ** (n - 1)
        return Value(self.data**n, op=f"**{n}", inputs=(self,), slopes=(slope,))
        ### END SOLUTION

    def sin(self):
        ### BEGIN SOLUTION
        y, slope = math.sin(self.data), math.cos(self.data)
        return Value(y, op="sin", inputs=(self,), slopes=(slope,))
        ### END SOLUTION

    def exp(self):
        ### BEGIN SOLUTION
        y = math.exp(self.data)
        return Value(y, op="exp", inputs=(self,), slopes=(y,))
        ### END SOLUTION

    def relu(self):
        """The number where it is above 0, else 0."""
        ### BEGIN SOLUTION
        y, slope = (self.data, 1.0) if self.data > 0 else (0.0, 0.0)
        return Value(y, op="relu", inputs=(self,), slopes=(slope,))
        ### END SOLUTION

    def sigmoid(self):
        """1 / (1 + exp(-x)), between 0 and 1."""
        ### BEGIN SOLUTION
        s = 1 / (1 + math.exp(-self.data))
        return Value(s, op="sigmoid", inputs=(self,), slopes=(s * (1 - s),))
        ### END SOLUTION

    def __radd__(self, other):
        return Value(other) + self

    def __rmul__(self, other):
        return Value(other) * self

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return Value(other) + -self


# %% check Value
check("Value", Value)

# %% [markdown]
# The slopes use *values* of the forward pass: along one factor, the slope of a product is the value of the other factor; the slope of σ is made of σ itself. This is why the forward pass comes first, and why a program keeps its numbers. Division needs no method: a / b is `a * b**-1`. (For x below about −709, `math.exp(-x)` overflows; the library's σ avoids this.)
#
# The pictures from here on are drawn from your own `Value` once the check says right, and from the library's until then. After a repair, run all cells from the next one on.


# %% demo take your Value once it is right
def nodes_of(own):
    """What makes a node: your class if it is right, else the library's."""
    from chainrule import scalar
    from chainrule.standby import if_right

    engine = if_right("Value", own, scalar.Value)
    return lambda label, number, **made: named(label, engine(number, **made))


new_node = nodes_of(Value)


def leaf(label, number):
    return new_node(label, number)


def measured(graph, *at):
    """The slopes of a graph's end along its leaves, by small steps."""
    from chainrule import differences

    at = np.array(at, float)
    slopes = differences.gradient(lambda x: graph(*x).data, at, 1e-5)
    return slopes.round(6) + 0.0  # + 0.0 turns −0.0 into 0.0


# %% demo your own nodes remember (x + y) z
def sum_times_z(x, y, z):
    s = named("s", leaf("x", x) + leaf("y", y))
    return named("f", s * leaf("z", z))


def remembered(node):
    print(node.label, "was made by", node.op, "from", [x.label for x in node.inputs])
    print("and moves with them at the slopes", node.slopes)


remembered(sum_times_z(-2, 5, -4))

# %% [markdown]
# ## Multiply along a path
#
# The chain rule: for F(x) = outer(inner(x)) the slope is F′(x) = outer′(inner(x)) · inner′(x). Slopes along a path are *multiplied*, and outer′ is taken at inner(x), the value found on the way forward.
#
# So the second part of backprop, on the way back, is the same at every operation:
#
# **share for an input = upstream gradient × local derivative**
#
# (Books call a share a *contribution*.) The **upstream gradient** g is the gradient that has arrived at the operation's result: how fast the end of the graph moves with that result, over all paths. In this notebook each result has one path to the end. At the end itself g is 1. The derivative of the end along a node is called the node's **gradient** (or its **adjoint**), although it is one number. A variable that is used once gets one share, and this share is its gradient.


# %%
def back(g, node):
    return tuple(g * slope for slope in node.slopes)


# %% [markdown]
# Back to (x + y) z at x = −2, y = 5, z = −4. The forward pass gives s = 3 and f = −12.
#
# **Guess:** the gradients of f at x, y and z, as a tuple of three numbers.

# %%
guess_three_gradients = ...

# %% demo walk back through (x + y) z
beside(guess_three_gradients, measured(sum_times_z, -2, 5, -4))
title = "A product multiplies by the other factor, a sum copies"
draw.titled(title, draw.backprop(sum_times_z(-2, 5, -4)))

# %% [markdown]
# Black numbers are values, bold blue numbers are gradients. Press *Next* six times: 1 arrives at f. The product hands −4 to s and 3 to z: what arrived, times the *other* factor's value. The sum hands its −4 on to x and to y, unchanged. In code it is one call of `back` for each operation:


# %% demo hand a gradient back through two operations
def handed_back(f):
    at_s, at_z = back(1.0, f)
    at_x, at_y = back(at_s, f.inputs[0])
    print(at_x, at_y, at_z)


handed_back(sum_times_z(-2, 5, -4))

# %% [markdown]
# ### Go through a sine
#
# The next graph contains a sine: y = 5x₁ + sin(x₂ + π), with the steps z₁ = 5x₁, z₂ = x₂ + π and z₃ = sin z₂.
#
# **Guess:** what is ∂y/∂x₂ at x₁ = 1, x₂ = 0.5? Two digits are enough.

# %%
guess_along_x2 = ...


# %% demo walk back through a sine
def shifted_sine(x1, x2):
    z1 = named("z₁", 5 * leaf("x₁", x1))
    z2 = named("z₂", leaf("x₂", x2) + math.pi)
    return named("y", z1 + named("z₃", z2.sin()))


beside(guess_along_x2, measured(shifted_sine, 1, 0.5)[1])
title = "The slope along x₂ is the cosine of what went into the sine"
draw.titled(title, draw.backprop(shifted_sine(1, 0.5)))

# %% [markdown]
# y is 4.521, and the gradient is (5, −0.8776). The second slope is negative, since cos(x₂ + π) is −cos x₂, and cos 0.5 is positive. Constants such as 5 and π have no gradient in the picture, because no derivative along a constant is needed.

# %% [markdown]
# ## Add where paths meet
#
# In e = (a + b)(b + 1) the variable b is used twice: in c = a + b and in d = b + 1. When b moves, it moves e along *two* paths.
#
# **Guess:** at a = 2, b = 1, what is ∂e/∂b?

# %%
guess_b = ...


# %% demo walk back to a shared variable
def shared(a, b):
    a, b = leaf("a", a), leaf("b", b)
    c, d = named("c", a + b), named("d", b + 1)
    return named("e", c * d)


beside(guess_b, measured(shared, 2, 1)[1])
draw.titled("Two shares meet at b, and are added", draw.backprop(shared(2, 1)))

# %% demo measure the shares of both paths
h = 1e-6
through_c = ((2 + 1 + h) * (1 + 1) - 6) / h
through_d = ((2 + 1) * (1 + h + 1) - 6) / h
together = ((2 + 1 + h) * (1 + h + 1) - 6) / h
print(f"b moves in c: {through_c:.3f}, in d: {through_d:.3f}, both: {together:.3f}")

# %% [markdown]
# Why added? When b moves by h, e becomes (3 + h)(2 + h) = 6 + 2h + 3h + h². The 2h came through c, the 3h through d, and for a small h the h² doesn't count. So where paths meet, shares are **added**. In the picture, the blue numbers on the two arrows that leave b are its shares; their sum stands below the line into b.
#
# **Question `shared_b` •, 2 points.** Fill in the graph of (a + b)(b + 1) at your a and b. Give seven numbers in a list: the values of c, d and e for one point, then the gradients at c, d, a and b for one point. For the graph above they are `[3, 2, 6, 2, 3, 2, 5]`.
#
# Stuck? Run `hint("shared_b")`.

# %%
numbers("shared_b", STUDENT)

# %% answer shared_b
### BEGIN SOLUTION
own = numbers("shared_b", STUDENT)
c_value, d_value = own["a"] + own["b"], own["b"] + 1
shared_b = [c_value, d_value, c_value * d_value]
shared_b += [d_value, c_value, d_value, d_value + c_value]
### END SOLUTION

# %% check shared_b
check("shared_b", shared_b, student=STUDENT)


# %% demo draw your own graph once shared_b is right
def drawn(name, answer, graph, title):
    """Your graph, once your answer is right; it opens where the walk back is done."""
    if check(name, answer, STUDENT).state == "right":
        picture = draw.backprop(graph(**numbers(name, STUDENT)), done=True)
        return draw.titled(title(*answer).replace("-", "−"), picture)
    print(f"Your own graph is drawn here once {name} is right.")


drawn(
    "shared_b",
    shared_b,
    shared,
    lambda *found: f"At your b, two shares add up to {found[-1]:g}",
)

# %% [markdown]
# ### Tell local from total
#
# F = (2x² + 1)² is three functions inside one another: s = x², q = 2s + 1, F = q². Each has a *local* derivative: 2x, 2, 2q. The gradient at a node is the *total* derivative: here the product of all local derivatives between the node and F.
#
# **Guess:** what is ∂F/∂x at x = 1.5?

# %%
guess_total = ...


# %% demo walk back through nested squares
def nested_squares(x):
    s = named("s", leaf("x", x) ** 2)
    q = named("q", 2 * s + 1)
    return named("F", q**2)


beside(guess_total, measured(nested_squares, 1.5)[0])
title = "22 arrives at s; times 2x = 3, this makes 66"
draw.titled(title, draw.backprop(nested_squares(1.5)))

# %% [markdown]
# Multiplied out, F is 4x⁴ + 4x² + 1 with the slope 16x³ + 8x, which is 54 + 12 = 66 as well. The graph never multiplies out. It uses q = 5.5, kept from the way forward: the local derivatives are 2q = 11, 2 and 2x = 3.

# %% [markdown]
# ## Recognise three gates
#
# On the way back, an operation works like a **gate**: it decides what becomes of a gradient that arrives. Three gates occur everywhere. You have seen the sum and the product; the maximum is new: its result is the larger of its inputs.
#
# **Guess:** a gradient of 1 arrives at max(a, b) with a = 3, b = −2. What do `a` and `b` get? Give two numbers in a tuple.

# %%
guess_routed = ...


# %% demo make three gates
def operation(op, data, inputs, slopes):
    """A node made in one step, by an operation whose slopes you know."""
    return new_node("", data, op=op, inputs=inputs, slopes=slopes)


def maximum(a, b):
    if a.data == b.data:
        slopes = 0.5, 0.5
    else:
        slopes = (1.0, 0.0) if a.data > b.data else (0.0, 1.0)
    return operation("max", max(a.data, b.data), (a, b), slopes)


def card(make):
    a, b = leaf("a", 3), leaf("b", -2)
    y = named("y", make(a, b))
    y.grad, (a.grad, b.grad) = 1.0, y.slopes  # shares of an arriving 1
    return draw.graph(y)


# %% demo show the three gates
gates = {
    "A sum copies the gradient": lambda a, b: a + b,
    "A product multiplies by the other factor": lambda a, b: a * b,
    "A maximum hands all to the larger input": maximum,
}
larger_of = measured(lambda a, b: maximum(leaf("a", a), leaf("b", b)), 3, -2)
beside(guess_routed, larger_of)
draw.cards({title: card(make) for title, make in gates.items()})

# %% [markdown]
# The maximum hands all to the larger input: when the smaller input moves a little, nothing happens.
#
# At equal inputs each gets ½, as the table of `00` says. Your numbers are never equal.
#
# Now chain the gates: f = s · u, with s = a + b and u = max(c, d). A gradient of 1 arrives at f. Where does it go?
#
# **Question `gate_patterns` •, 3 points.** Give the gradients of f at s, u, a, b, c and d in a list. You get one point for each gate.
#
# Stuck? Run `hint("gate_patterns")`.

# %%
numbers("gate_patterns", STUDENT)

# %% answer gate_patterns
### BEGIN SOLUTION
own = numbers("gate_patterns", STUDENT)
at_u = own["a"] + own["b"]
at_s = max(own["c"], own["d"])
routed = [at_u, 0] if own["c"] > own["d"] else [0, at_u]
gate_patterns = [at_s, at_u, at_s, at_s, *routed]
### END SOLUTION

# %% check gate_patterns
check("gate_patterns", gate_patterns, student=STUDENT)


# %% demo draw your own gates once gate_patterns is right
def three_gates(a, b, c, d):
    s = named("s", leaf("a", a) + leaf("b", b))
    u = named("u", maximum(leaf("c", c), leaf("d", d)))
    return named("f", s * u)


drawn(
    "gate_patterns",
    gate_patterns,
    three_gates,
    lambda at_s, at_u, *rest: f"Your product hands {at_s:g} to s and {at_u:g} to u",
)

# %% [markdown]
# ## Compose a layer and a loss
#
# A layer with one input and one output computes the prediction p = wx + b. The loss compares p with its target t: L = (p − t)².
#
# Say p is 10 and t is 7, so the loss is 9. **Guess:** the bias rises by 0.01. What will the loss be?

# %%
guess_loss_after = ...


# %% demo walk back from a loss of nine
def missed(x, w, b, t):
    p = named("p", leaf("w", w) * leaf("x", x) + leaf("b", b))
    return named("L", (p - t) ** 2)


beside(guess_loss_after, missed(3, 2, 4.01, 7).data)
title = "When the prediction is too large, the gradient at b is positive"
draw.titled(title, draw.backprop(missed(3, 2, 4, 7)))

# %% [markdown]
# ∂L/∂b is 6, so the loss becomes about 9 + 6 · 0.01 = 9.06 (exactly 9.0601). The prediction is too large and the gradient is positive: to lower the loss, lower b. Training moves every weight a little against its gradient, many times. (The class writes p − t as p + (−t), so the picture has a + and −7.)
#
# **Question `squared_miss` •, 2 points.** Give five numbers in a list: p and L, then the gradients of L at p, w and b. You get one point for the first two, and one for the other three.
#
# Stuck? Run `hint("squared_miss")`.

# %%
numbers("squared_miss", STUDENT)

# %% answer squared_miss
### BEGIN SOLUTION
own = numbers("squared_miss", STUDENT)
prediction = own["w"] * own["x"] + own["b"]
gap = prediction - own["t"]
squared_miss = [prediction, gap**2, 2 * gap, 2 * gap * own["x"], 2 * gap]
### END SOLUTION

# %% check squared_miss
check("squared_miss", squared_miss, student=STUDENT)

# %% demo draw your own miss once squared_miss is right
drawn(
    "squared_miss",
    squared_miss,
    missed,
    lambda *found: f"Your gradient at b is {found[-1]:g}",
)

# %% [markdown]
# ## Differentiate a neuron with an L2 penalty
#
# A neuron is wx + b, mostly with a function after it, here a sigmoid. This loss has two terms: half the squared error, and an **L2 penalty**, λ times the square of the weight, which makes a large weight costly.
#
# $$L(w, b) = \tfrac{1}{2}\,(\sigma(wx + b) - t)^2 + \lambda w^2$$
#
# Its steps are z = wx + b, p = σ(z), m = ½(p − t)², r = w², L = m + λr. The target t is from 0 to 1.
#
# How finely you cut a formula is up to you: any function whose slopes you know may be *one* node. Here each step is one node; t and λ are plain numbers inside their nodes and get no gradient. Of the eight local derivatives, five are ∂L/∂m = 1, ∂L/∂r = λ, ∂r/∂w = 2w, ∂m/∂p = p − t and ∂p/∂z = p(1 − p). Find the three of z (along w, x and b) yourself.

# %% [markdown]
# Take x = 2, t = 1, w = 0.3, b = −0.2 and λ = 0.1. Two paths lead back from L to w: one through z, one through r.
#
# **Guess:** the two shares that arrive at w, first through z, then through r. Their signs are enough.

# %%
guess_two_shares = ...


# %% demo make a node of each step
def step_z(x, w, b):
    z = w.data * x.data + b.data
    return named("z", operation("wx+b", z, (w, x, b), (x.data, w.data, 1.0)))


def step_m(p, t):
    gap = p.data - t
    return named("m", operation("½(p−t)²", gap**2 / 2, (p,), (gap,)))


def step_L(m, r, lam):
    L = m.data + lam * r.data
    # r comes first, so that no lines cross in the picture
    return named("L", operation("m+λr", L, (r, m), (lam, 1.0)))


# %% demo walk back through the neuron
def neuron(x, t, w, b, lam, w_in_r=None):
    """The loss; the weight in r may be a leaf of its own, to part the two paths."""
    x, w, b = leaf("x", x), leaf("w", w), leaf("b", b)
    p = named("p", step_z(x, w, b).sigmoid())
    p.op = "σ"  # a shorter name, for the picture
    r = named("r", (w if w_in_r is None else leaf("w", w_in_r)) ** 2)
    return step_L(step_m(p, t), r, lam)


at = {"x": 2, "t": 1, "b": -0.2, "lam": 0.1}
shares = measured(lambda in_z, in_r: neuron(w=in_z, w_in_r=in_r, **at), 0.3, 0.3)
beside(guess_two_shares, shares)
title = "Two shares of opposite sign meet at w"
draw.titled(title, draw.backprop(neuron(w=0.3, **at)))

# %% [markdown]
# w collects −0.1928 through z and 0.06 through r, together −0.1328. In gradient descent (small steps against the gradient), the share through r moves the weight towards 0 at each step: the weight *decays*. ∂L/∂b is −0.09642. The factor 2 in 2w is easily lost; ∂L/∂w would then be −0.1628. (See F7 on the [page of corrections]({corrections}).) The input x gets a gradient too; training has no use for it.


# %% demo compare three slopes along the weight
def compared(w, x, t, b, lam, h=1e-3):
    import torch

    def loss(w):
        return (torch.sigmoid(w * x + b) - t) ** 2 / 2 + lam * w**2

    here = torch.tensor(w, dtype=torch.float64)
    p = 1 / (1 + math.exp(-(w * x + b)))
    print(f"by hand     {(p - t) * p * (1 - p) * x + lam * 2 * w:.16f}")
    print(f"torch       {torch.func.grad(loss)(here).item():.16f}")
    print(f"difference  {((loss(here + h) - loss(here - h)) / (2 * h)).item():.16f}")


compared(0.3, **at)

# %% [markdown]
# The first two take no step, so nothing is truncated: they agree to the last digit or so. The difference is off by about 10⁻⁸.
#
# **Question `decayed_neuron` ••, 4 points.** Fill in the graph with your own numbers; λ is called lam. Give eleven numbers in a list: the values of z, p, m, r and L for one point, the gradients of L at m, r, p and z for one point, and those at w and b for two. Carry four decimals from step to step; each number may be off by 0.001. A calculator is fine. For the neuron above the list is `[0.4, 0.5987, 0.0805, 0.09, 0.0895, 1, 0.1, -0.4013, -0.0964, -0.1328, -0.0964]`.
#
# Stuck? Run `hint("decayed_neuron")`.

# %%
numbers("decayed_neuron", STUDENT)

# %% answer decayed_neuron
### BEGIN SOLUTION
own = numbers("decayed_neuron", STUDENT)
z_value = own["w"] * own["x"] + own["b"]
p_value = 1 / (1 + np.exp(-z_value))
at_p = p_value - own["t"]
m_value, r_value = at_p**2 / 2, own["w"] ** 2
values = [z_value, p_value, m_value, r_value, m_value + own["lam"] * r_value]
at_z = at_p * p_value * (1 - p_value)
at_w = at_z * own["x"] + own["lam"] * 2 * own["w"]
decayed_neuron = [*values, 1, own["lam"], at_p, at_z, at_w, at_z]
### END SOLUTION

# %% check decayed_neuron
check("decayed_neuron", decayed_neuron, student=STUDENT)

# %% demo draw your own neuron once decayed_neuron is right
drawn(
    "decayed_neuron",
    decayed_neuron,
    neuron,
    lambda *found: f"At your w, two shares add up to {found[-2]:.3g}",
)

# %% [markdown]
# ## Stretch, for no points
#
# **Use a number three times.** In y = x sin x + x² the number x goes into a product, a sine and a power. Write down the three shares that come back at x = 2; their sum is 4.077. Then draw the graph from your own nodes with `draw.backprop`, and compare.
#
# **Write tanh as one node.** tanh x is 2σ(2x) − 1. Below it is cut into σ and arithmetic. Make it *one* node with `operation`: its slope is 1 minus its own square. `operation(op, data, inputs, slopes)` makes a node, `leaf(name, number)` a leaf, and `named(name, node)` gives a name. Both graphs must hand the same gradient to x.

# %%
# your graphs here


# %% demo walk back through tanh in small steps
def small_steps(x):
    return named("y", 2 * (2 * leaf("x", x)).sigmoid() - 1)


title = "tanh in small steps hands 0.7864 to x"
draw.titled(title, draw.backprop(small_steps(0.5)))

# %% [markdown]
# ## Read on
#
# Graphs are drawn by different conventions, and none is wrong: look first which convention a picture follows.
#
# |convention|nodes|edges|
# |:--|:--|:--|
# |Goodfellow et al.|variables, each with the name of the operation that made it|from each input to the result|
# |PyTorch's `grad_fn`|operations|from an operation to those that made its inputs|
# |Olah|a variable together with the operation that made it|an arrow for each use of a value|
# |the pictures of this course|both, side by side|uses and results|
#
# - Olah: *Calculus on Computational Graphs: Backpropagation*, 2015, [colah.github.io](https://colah.github.io/posts/2015-08-Backprop/). The graph of e = (a + b)(b + 1), and why to walk backward.
# - Goodfellow, Bengio, Courville: *Deep Learning*, MIT Press 2016, [deeplearningbook.org](https://www.deeplearningbook.org/), section 6.5. Backprop with variables as nodes.

# %% [markdown]
# ## Say what you can do now
#
# You can take a formula apart, give each operation its slope, and find every gradient on paper: multiply along a path, add where paths meet. Your `Value` keeps all that a program needs to do the same. In `03_reverse_mode` you write that program; it must find the right *order*.
#
# This closes the unit `1-derivatives`. Run the next cell to see where each question stands. Then save the notebook, download it, and hand in `02_graphs_by_hand.ipynb` together with the unit's other two.

# %% demo see where you stand
check_all("02_graphs_by_hand", globals(), STUDENT)

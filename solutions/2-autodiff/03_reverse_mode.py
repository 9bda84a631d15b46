# %% [markdown]
# # Walk a graph backward
#
# One walk from the loss back to the inputs finds *every* slope at once, for the price of a few evaluations. Nearly every network is trained with slopes found by it.
# Here you build it: a number that remembers, an order, and a walk. The order is the part that goes wrong.

# %% [markdown]
# **You'll do:** write `Value`, `topo_order` and `backward`, and break breadth-first search with a graph of your own.
#
# **You'll learn:** why gradients from several ways are added, why the order matters, and what a second call does.
#
# **You need:** local derivatives and the chain rule.
#
# **Time:** about 2.5 hours, one of reading and one and a half of exercises.

# %% [markdown]
# {questions} A check draws fresh numbers and graphs every time you run it. `turns_by_hand` has numbers of your own: put your id into `STUDENT` below before you begin.
#
# {points}

# %% setup
import math

import numpy as np
from chainrule import check, check_all, draw, hint, numbers

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## Record what you compute
#
# **Step 1:** decompose. A program is a list of small operations, and each knows its own slopes. Take e = (a + b)(b + 1) at a = 2, b = 1:
#
# c = a + b, d = b + 1, e = c · d.

# %% [markdown]
# **Guess:** how fast does e rise when a moves, and how fast when b moves? You met it in `02_graphs_by_hand`; do it in your head if you can.

# %%
guess_along_a, guess_along_b = ..., ...

# %% [markdown]
# To walk back later we must save results on the way forward. The slope of c · d along c is d: a number that is at hand *now*. So each node keeps its inputs and, beside each, the slope.

# %% [markdown]
# **Question `Value`, 3 points.** Fill in the four operations as `__add__` shows: a product (1 point), a power with a plain number n (1), sine (½), the sigmoid σ(a) = 1 / (1 + e⁻ᵃ) (½). Each returns a new `Value` that keeps its inputs and slopes as tuples.
#
# Stuck? Run `hint("Value")`.


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
        return Value(total, "", "+", (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        ### BEGIN SOLUTION
        product = self.data * other.data
        return Value(product, "", "*", (self, other), (other.data, self.data))
        ### END SOLUTION

    def __pow__(self, n):
        ### BEGIN SOLUTION
        slope = n * self.data ** (n - 1)
        return Value(self.data**n, "", f"**{n}", (self,), (slope,))
        ### END SOLUTION

    def sin(self):
        ### BEGIN SOLUTION
        return Value(math.sin(self.data), "", "sin", (self,), (math.cos(self.data),))
        ### END SOLUTION

    def sigmoid(self):
        ### BEGIN SOLUTION
        s = 1 / (1 + math.exp(-self.data))
        return Value(s, "", "sigmoid", (self,), (s * (1 - s),))
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
# From here on, everything is recorded with *your* `Value` once it is right, and with the library's until then. So you can read on at any time.


# %% demo take your Value once it is right
from functools import cache

from chainrule import scalar


@cache  # one judgement for each version of your class
def right_or_library(Value):
    return Value if check("Value", Value).state == "right" else scalar.Value


# %% demo name what a recording makes
def named(label, value):
    value.label = label
    return value


def leaf(label, number):
    return right_or_library(Value)(number, label)


# %% demo record (a + b)(b + 1)
a, b = leaf("a", 2), leaf("b", 1)
c, d = named("c", a + b), named("d", b + 1)
e = named("e", c * d)
draw.graph(e)

# %% [markdown]
# Read it from the left: numbers above the edges are values, found on the way forward. Below them stand gradients, all 0 so far.
#
# Square boxes are variables, round ones operations. The `1` is a constant: no gradient is asked of it.

# %% [markdown]
# ## Let every way count
#
# **Step 2** is the same for every graph. Say u is used by v₁, v₂, …, and L is made from them. Then
#
# $$\frac{\partial L}{\partial u} = \sum_i \frac{\partial L}{\partial v_i}\,\frac{\partial v_i}{\partial u}$$
#
# Along each edge: upstream times slope. Where edges leave the same u: **add**.

# %% demo walk back through it
draw.backprop(e)

# %% [markdown]
# b is used twice, by c and by d, so two shares meet at b: 2 from one way, 3 from the other. Their sum, 5, is how fast e really rises along b.
#
# What stands on each edge is a plain *number*. No formula was made on the way, and none is returned.

# %% [markdown]
# ### Follow one weight along two ways
#
# The neuron of the last notebook, at x = 2, y = 1, λ = 0.1, w = 0.3, b = −0.2: z = wx + b, u = σ(z), l = ½(1 − u)², r = w², L = l + λr.
#
# **Guess:** two shares will meet at w. What sign has each, and which is larger?

# %%
guess_larger_share = ...

# %% demo record the neuron
w, bias = leaf("w", 0.3), leaf("b", -0.2)
z = named("z", w * 2 + bias)
u = named("u", z.sigmoid())
miss, make = u.data - 1, right_or_library(Value)
half = make(miss**2 / 2, "l", "½(1−u)²", (u,), (miss,))  # one node, one slope
r = named("r", w**2)
draw.backprop(named("L", half + r * 0.1))

# %% [markdown]
# Going back: 1 at L, 1 at l, λ at r, then u − 1 at u, times σ′(z) = u(1 − u) at z. At w two shares meet: (u − 1) σ′(z) x = −0.1928, and λ · 2w = 0.06. Together −0.1328, as you measured.
#
# The printed slope −0.16284 had lost the 2 of 2w: one edge, 0.03.

# %% [markdown]
# ### Keep two things apart
#
# You will read:
#
# > Back propagation = gradient descent + chain rule.
#
# **Guess:** which of the two is not part of it?

# %%
guess_not_part_of_it = ...

# %% [markdown]
# Nothing on this page has moved a weight, and yet all its gradients stand there. Backpropagation is the chain rule plus *reuse*: each node's gradient is worked out once and shared by all that lies below.
#
# Gradient descent is one customer of the result. Others ask which pixel matters most, or how an error spreads.

# %% [markdown]
# ## Choose an order
#
# On its **turn**, a node passes what it holds, times the slope, to each of its inputs. The whole algorithm is this, and a list that says whose turn it is.
#
# `walks.pass_on(nodes)` starts with 1 at the first node of any list, and gives each node its turn.


# %% demo take the rule from the library
from chainrule.lessons import walks

# %% [markdown]
# Which list? Here is advice once given to a class:
#
# > For this homework, running breadth-first search ordering is sufficient.
#
# Breadth first lists the end, then its inputs, then *their* inputs: level by level, each node when it is first met.


# %%
def breadth_first(end):
    order, seen = [end], {end}
    for node in order:  # the list grows while we read it
        for x in node.inputs:
            if x not in seen:
                seen.add(x)
                order.append(x)
    return order


# %% [markdown]
# **Guess:** try it on (x + y)z at −2, 5, −4 and on (a + b)(b + 1) at 2, 1. Will the gradients be −4, −4, 3 and 2, 5?

# %%
guess_breadth_first_works = ...


# %% demo walk breadth first on two graphs
def sum_times_z(x, y, z):
    return (x + y) * z


def two_sums(a, b):
    return (a + b) * (b + 1)


for f, at in [(sum_times_z, (-2, 5, -4)), (two_sums, (2, 1))]:
    leaves = [leaf("", number) for number in at]
    walks.pass_on(breadth_first(f(*leaves)))
    print(f.__name__, [x.grad for x in leaves])

# %% [markdown]
# Right, both times. So is the advice good? Two graphs agree with it, of the kind that is printed in notes.
#
# **Guess:** now a = 2x, b = 3a, y = a + b. In all y is 8x. What does breadth first make of it?

# %%
guess_breadth_first_slope = ...

# %% [markdown]
# ### Watch four walks
#
# Four lists for the same graph. **Topological**: a node waits until all that use it have had their turn. **Breadth first**: as above. **Depth first**: down as soon as a node is met. **Every way**: down each way anew, so a node may have several turns.


# %% demo name the walks
def in_order(end):
    return scalar.topological_order(end)[::-1]


WALKS = {
    "topological": in_order,
    "breadth first": breadth_first,
    "depth first": walks.depth_first,
    "every way": walks.every_way,
}


def play(end):
    return draw.theatre(end, {name: walk(end) for name, walk in WALKS.items()})


# %% demo open the theatre
x = leaf("x", 1)
a = named("a", 2 * x)
b = named("b", 3 * a)
y = named("y", a + b)
play(y)

# %% demo print the turns
for name, walk in WALKS.items():
    print(f"{name:14}", " ".join(node.label for node in walk(y) if node.inputs))

# %% [markdown]
# Step through it. Breadth first gives a its turn while a holds 1. The 3 that comes later by way of b arrives, and is never passed on. So x ends with 2, not 8: most of the gradient is lost, and no error is raised.

# %% [markdown]
# *Every way* makes the opposite error. a has two turns, and at the second it passes on all it holds, the old share included: 2 + 8 = 10.
#
# Only the topological walk gives a **one** turn, **after** everything has arrived.

# %% [markdown]
# ### Swap two operands
#
# **Guess:** write y = b + a in place of a + b. The function is the same. Which walks change their answer?

# %%
guess_who_changes = ...

# %% demo open the theatre with b first
x = leaf("x", 1)
a = named("a", 2 * x)
b = named("b", 3 * a)
y = named("y", b + a)
play(y)

# %% [markdown]
# Breadth first and depth first are right now, by luck: b happened to come before a. A test with this graph alone would pass a wrong engine. Always test both ways round.

# %% [markdown]
# ### Build the counterexample
#
# **Question `defeats_breadth_first`, 3 points.** Return a node made from `x` with +, −, · and numbers, on which breadth-first search goes wrong: 1 point. If it also goes wrong with the operands of every operation swapped, so that luck plays no part: 2 more. The graph a + 3a earns only the 1.
#
# Stuck? Run `hint("defeats_breadth_first")`.


# %% answer defeats_breadth_first
def defeats_breadth_first(x):
    """A graph that breadth-first search gets wrong, whichever operand comes first."""
    ### BEGIN SOLUTION
    a = 2 * x
    around = (a * 3 + 1) * 5
    return a + around
    ### END SOLUTION


# %% check defeats_breadth_first
check("defeats_breadth_first", defeats_breadth_first)


# %% demo take your graph once it is written
def your_graph():
    """Your counterexample if it is written, else none."""
    try:
        end = defeats_breadth_first(leaf("x", 1))
        return end if end.inputs and len(in_order(end)) < 60 else None
    except Exception:
        return None


# %% demo put your graph on the stage
yours, cast = your_graph(), [*WALKS.items()][:3]
if yours:
    stages = draw.theatre(yours, {name: walk(yours) for name, walk in cast})
else:
    stages = print("Played here once defeats_breadth_first returns a graph of its x.")
stages

# %% [markdown]
# **Question `turn_too_early`, 1 point.** In *your* graph: which node has its turn too early, what does it hold then, and what comes too late? Why can't that happen where each node waits for all that use it?
#
# Two or three sentences; a person reads them. Stuck? Run `hint("turn_too_early")`.

# %% explain turn_too_early [markdown]
# **`turn_too_early`, in your words:**
#
# ### BEGIN SOLUTION
# y = a + around, with around = (3a + 1) · 5. Node a has its turn right after y, holding 1. The 15 by way of around comes later and is never passed on. Shares come only from nodes that use a: once all of these have had their turn, none can come late.
#
# - ½ point: a node of the student's own graph, what it holds on its turn, and the share that is late.
# - ½ point: shares come only from the nodes that use it; all have had their turn, so the sum is complete.
# ### END SOLUTION

# %% [markdown]
# ### Take the turns by hand
#
# Your own graph: a = p · x, b = q · a, c = r · b, y = a + c, at x = 1. Run the next cell for *your* p, q and r.

# %%
numbers("turns_by_hand", STUDENT)

# %% [markdown]
# **Question `turns_by_hand`, 1 point.** With paper: write down whose turn it is, and what each node holds. Give a tuple of three numbers: what x holds after the topological walk, breadth first, and every way (first operand first).
#
# Stuck? Run `hint("turns_by_hand")`.

# %% answer turns_by_hand
### BEGIN SOLUTION
own = numbers("turns_by_hand", STUDENT)
by_a, by_c = own["p"], own["p"] * own["q"] * own["r"]
turns_by_hand = (by_a + by_c, by_a, by_a + (by_a + by_c))
### END SOLUTION

# %% check turns_by_hand
check("turns_by_hand", turns_by_hand, student=STUDENT)


# %% demo name the graph of your own
def by_hand(p, q, r):
    a = named("a", p * leaf("x", 1))
    c = named("c", r * named("b", q * a))
    return named("y", a + c)


# %% demo play it once your turns are right
if check("turns_by_hand", turns_by_hand, STUDENT).state == "right":
    stages = play(by_hand(**numbers("turns_by_hand", STUDENT)))
else:
    stages = print("Played here once turns_by_hand is right.")
stages

# %% [markdown]
# ### Visit the whole zoo
#
# Six small graphs, six ways to go back. Two more ways join: `=` in place of `+=` in a good order, and *own share*, which needs no list: each share goes down alone, along every way.


# %% demo add two more ways back
def overwrite(end):
    """A good order, but = where += belongs."""
    end.grad = 1.0
    walks.give_turns(walks.recursive(end)[::-1], add=False)


# %% demo collect the zoo
def long_way_second(x):
    a = 2 * x
    return a + 3 * a


def long_way_first(x):
    a = 2 * x
    return 3 * a + a


def crossed(a, b):
    c, d = a + b, a * b
    return (c + d) + c * d


# %% demo collect the rest of the zoo
def both_factors(x):
    return (2 * x) * (3 * x)


ZOO = {
    "(x+y)z": (sum_times_z, (-2, 5, -4)),
    "(a+b)(b+1)": (two_sums, (2, 1)),
    "a+3a": (long_way_second, (1,)),
    "3a+a": (long_way_first, (1,)),
    "crossed": (crossed, (2, 3)),
    "(2x)(3x)": (both_factors, (1,)),
}

# %% [markdown]
# *Crossed* is c = a + b, d = ab, and then (c + d) + cd, at 2, 3.
#
# **Guess:** which of the six ways is right on all six graphs?

# %%
guess_right_on_all = ...


# %% demo walk the zoo
def result(back, f, at):
    leaves = [leaf("", number) for number in at]
    back(f(*leaves))
    return ", ".join(f"{x.grad:g}" for x in leaves)


BACK = {n: (lambda end, w=w: walks.pass_on(w(end))) for n, w in WALKS.items()}
BACK |= {"= for +=": overwrite, "own share": walks.own_share}
print(" " * 10, *(f"{name:13}" for name in BACK))
for name, (f, at) in ZOO.items():
    found = [result(back, f, at) for back in BACK.values()]
    marked = [f"{g} ✗" if g != found[0] else g for g in found]
    print(f"{name:10}", *(f"{g:13}" for g in marked))

# %% [markdown]
# Two columns are right throughout. *Own share* is one of them, and it needs no list, so why sort at all? Keep that question; the answer is a matter of cost.
#
# Notice the first two graphs, with which the advice looked good: one can't tell *any* of the six apart, the other catches only the `=`.

# %% [markdown]
# ## Sort before you walk
#
# The rule needs a list in which every node stands *after* all nodes that use it. Then, on its turn, its sum is complete. This is a **topological order** of the graph, from the end to the inputs.

# %% [markdown]
# **Guess:** how many such lists has (a + b)(b + 1), with nodes e, c, d, a, b and the constant 1? More than one?

# %%
guess_orders = ...

# %% [markdown]
# The textbook way is a recursion: list all inputs of a node first, then the node, each once; in the end turn the list round. It is short and right, until the graph gets deep.

# %% [markdown]
# **Guess:** a loop adds 1 to x, again and again. At which of 100, 1,000 and 10,000 rounds does this recursion give up, if it does?

# %%
guess_rounds = ...

# %% demo go deeper
for rounds in [100, 1000, 10_000]:
    y = leaf("x", 1)
    for _ in range(rounds):
        y = y + 1
    try:
        print(f"{rounds:6} rounds: {len(walks.recursive(y))} nodes listed")
    except RecursionError as error:
        print(f"{rounds:6} rounds: {error}")

# %% [markdown]
# A recurrent network over 5,000 steps is nothing odd, and a loop of 5,000 additions even less. Python allows a thousand calls inside calls; notebook programs may raise that to three thousand. So the nodes that wait belong in a list of our own: a **stack**.

# %% [markdown]
# **Question `topo_order`, 5 points.** Return a list of all nodes that `root` was made from, `root` first, every node once and after all that use it (3 points). It must stand a chain of 5,000 (1) and 60 doublings y = y + y (1). Use only `node.inputs`.
#
# Stuck? Run `hint("topo_order")`.


# %% answer topo_order
def topo_order(root):
    """All nodes below root, each after every node that uses it."""
    ### BEGIN SOLUTION
    inputs_first, seen, still_to_visit = [], set(), [(root, False)]
    while still_to_visit:
        node, below_is_listed = still_to_visit.pop()
        if below_is_listed:
            inputs_first.append(node)
        elif node not in seen:
            seen.add(node)
            still_to_visit.append((node, True))
            still_to_visit.extend((x, False) for x in node.inputs)
    return inputs_first[::-1]
    ### END SOLUTION


# %% check topo_order
check("topo_order", topo_order)


# %% demo take your order once it is right
order_is_yours = check("topo_order", topo_order).state == "right"
your_order = topo_order if order_is_yours else in_order

# %% demo count the crossed graph's turns
a, b = leaf("a", 2), leaf("b", 3)
c, d = named("c", a + b), named("d", a * b)
e, f = named("e", c + d), named("f", c * d)
y = named("y", e + f)
print("turns:", *(node.label for node in your_order(y)))

# %% [markdown]
# Is that *the* order? No: e and f may swap their turns, for neither waits for the other. Any order will do. How many orders has (a + b)(b + 1)? Try all 720 lists of its six nodes.

# %% demo count the orders of a graph
from itertools import permutations

six = in_order(two_sums(leaf("a", 2), leaf("b", 1)))
valid = [
    order
    for order in permutations(six)
    if all(order.index(node) < order.index(x) for node in order for x in node.inputs)
]
print(f"{len(valid)} of {math.factorial(len(six))} lists are topological orders")

# %% [markdown]
# The check asks whether your list has this property, so every valid one passes.

# %% [markdown]
# ## Walk back
#
# Everything stands ready: slopes saved on the way forward, and an order in which each sum is complete.
#
# **Question `backward`, 5 points.** Leave d root / d node in the `grad` of every node. All of them hold 0 when you begin. 3 points for small graphs, 1 for large ones, 1 on your own `Value`.
#
# Stuck? Run `hint("backward")`.


# %% answer backward
def backward(root):
    """Leave d(root)/d(node) in the grad of every node below root."""
    ### BEGIN SOLUTION
    root.grad = 1.0
    for node in topo_order(root):
        for x, slope in zip(node.inputs, node.slopes, strict=True):
            x.grad += node.grad * slope
    ### END SOLUTION


# %% check backward
check("backward", backward)


# %% demo take your backward once it is right
def library_backward(end):
    walks.pass_on(in_order(end))


walk_is_yours = check("backward", backward).state == "right"
your_backward = backward if walk_is_yours else library_backward

# %% demo compare with torch
import torch


def torch_slopes(f, at):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in at]
    f(*leaves).backward()
    return ", ".join(f"{x.grad.item():g}" for x in leaves)


for name, (f, at) in ZOO.items():
    who, found = "yours" if walk_is_yours else "library", result(your_backward, f, at)
    print(f"{name:12} {who} {found:10} torch {torch_slopes(f, at)}")

# %% [markdown]
# A handful of lines, and it agrees with a library that took years. It also takes the examples of the last notebook, 5x + sin(y + π) among them: the check ran them on *your* `Value`.

# %% demo differentiate with your engine
x, y = leaf("x", 1), leaf("y", 0.5)
f = named("f", 5 * x + (y + math.pi).sin())
your_backward(f)
print(f"f = {f.data:.4f}, slopes {x.grad:.4f} and {y.grad:.4f}")
draw.graph(f)

# %% [markdown]
# These are the slopes 5 and cos(y + π) *at this point*, as numbers. Differentiation of a program returns no formula, and none is needed to go downhill.

# %% [markdown]
# ### Reach every leaf in one pass
#
# **Guess:** a function of 1,000 numbers. How many backward walks give all 1,000 slopes?

# %%
guess_walks = ...

# %% demo take a thousand slopes at once
many = [leaf("", 0.001 * i) for i in range(1000)]
total = many[0]
for v in many[1:]:
    total = total + v * v
your_backward(total)
print(sum(v.grad != 0 for v in many), "leaves have a slope after 1 walk")
print("differences would have called the function 1001 or 2000 times")

# %% [markdown]
# One walk reaches all starting points, whatever their number; evaluating the function once, forward, comes on top. The price is memory: every node, and the slopes it saved, must live until the walk has passed.

# %% [markdown]
# ### Ask what may be differentiated
#
# You will read: "Any directed acyclic graph of differentiable modules is allowed!" That is true, and too strict twice over.
#
# **Guess:** a program has a `while` loop in it. Is its graph acyclic? Can it be differentiated?

# %%
guess_loop_has_cycle = ...


# %%
def shrink(x):
    rounds = 0
    while abs(x.data) > 1:
        x, rounds = x * 0.5, rounds + 1
    return x * x, rounds


# %% demo differentiate a loop twice
for start in [3.0, 40.0]:
    x = leaf("x", start)
    y, rounds = shrink(x)
    your_backward(y)
    size = len(in_order(y))
    print(f"x = {start:4}: {rounds} rounds, {size} nodes, slope {x.grad:.6f}")

# %% [markdown]
# Each run records what *happened*: operations without a cycle, a new graph each time. Loops and branches need no new rule: the slope is that of the steps taken. (Where the number of rounds changes, this function jumps.)
#
# Nor must a step be differentiable everywhere.
#
# **Guess:** what slope does torch give |x| and relu at their kink, 0?

# %%
guess_slopes_at_kink = ...

# %% demo ask torch at a kink
for f in [torch.abs, torch.relu]:
    x = torch.tensor(0.0, requires_grad=True)
    f(x).backward()
    print(f.__name__, x.grad.item())

# %% [markdown]
# A kink needs a *rule* for one point, and for these two functions torch chose 0. "Differentiable almost everywhere, with a rule at kinks" is what an operation must be.

# %% [markdown]
# ## Call it again
#
# Training calls `backward` thousands of times. Sometimes two losses share leaves, or a large batch comes in pieces: then gradients on leaves should **add up** from call to call, too.

# %% [markdown]
# **Guess:** L = (x²)² at x = 3 has the slope 4x³ = 108. Take a backward that adds and never clears, and call it twice on this graph. What does x hold?

# %%
guess_twice = ...

# %% demo call an adding walk twice
x = leaf("x", 3)
a = named("a", x * x)
L = named("L", a * a)
for call in ["first", "second"]:
    walks.pass_on(in_order(L))
    print(f"after the {call} call: x holds {x.grad:g}, a holds {a.grad:g}")

# %% [markdown]
# 108 + 108 would be 216. But 324 stands there. In the second call a began with its *old* 18, took another 18, and passed 36 on. The first call's gradient went through a twice.
#
# A well-loved teaching engine does just this.

# %% [markdown]
# So: leaves keep their sums from call to call, and nodes in between start each call at 0. A leaf is a node without inputs.
#
# **Question `accumulate`, 3 points.** Add d root / d leaf to every leaf's `grad`, right however often it is called (1 point for one operation, 2 for deeper graphs).
#
# Stuck? Run `hint("accumulate")`.


# %% answer accumulate
def accumulate(root):
    """Add d(root)/d(leaf) to each leaf's grad; nodes in between start at 0."""
    ### BEGIN SOLUTION
    for node in topo_order(root):
        if node.inputs:
            node.grad = 0.0
    backward(root)
    ### END SOLUTION


# %% check accumulate
check("accumulate", accumulate)

# %% [markdown]
# When a training step is done, its gradients must not leak into the next one.
#
# **Question `zero_grad`, 1 point.** Set the gradient of each of `values` back to 0, nothing else.
#
# Stuck? Run `hint("zero_grad")`.


# %% answer zero_grad
def zero_grad(values):
    """Set the gradient of each value back to 0."""
    ### BEGIN SOLUTION
    for value in values:
        value.grad = 0.0
    ### END SOLUTION


# %% check zero_grad
check("zero_grad", zero_grad)

# %% [markdown]
# **Guess:** someone forgets `zero_grad`. After k equal steps, how does the gradient compare with the right one?

# %%
guess_ratio_after_k = ...

# %% demo forget to clear
x = torch.tensor(3.0, requires_grad=True)
for k in [1, 2, 3, 4]:
    ((x * x) ** 2).backward()
    print(f"call {k}: torch holds {x.grad.item():g}, {x.grad.item() / 108:g} times 108")

# %% [markdown]
# k times too large, and growing. Remember that symptom: a gradient too large by a whole factor, which grows with every step, is a gradient nobody cleared.

# %% [markdown]
# ### Meet the tape
#
# Other libraries write operations on a *tape* while it is open, each with its inputs, its *parents*, and play it backward. On a tape the order comes for free: what was recorded later can only use what was recorded earlier.

# %% [markdown]
# **Guess:** TensorFlow code is often printed so. Two things can go wrong with it. Which?
#
# > `tape.gradient(loss, model.trainable_parameters)`, then once more for another loss

# %%
guess_tape_trouble = ...

# %% demo play a tape twice
from chainrule.tensor import Tensor
from chainrule.transforms import GradientTape

x = Tensor(np.array(3.0))
with GradientTape() as tape:
    tape.watch(x)
    y = (x * x) * (x * x)
print("first:", tape.gradient(y, x).data)
try:
    tape.gradient(y, x)
except RuntimeError as refusal:
    print("second:", refusal)

# %% [markdown]
# In TensorFlow the weights are called `model.trainable_variables`; the printed attribute doesn't exist. And a tape frees itself after one gradient, ours too, unless it is made `persistent=True`: saved results cost memory.

# %% [markdown]
# ### Let go of a graph
#
# Our nodes point to their inputs, never to those who use them. So when nobody holds the end any more, the whole graph is freed at once.
#
# **Guess:** y is made from `middle`, and then the name `middle` is deleted. Does the node live on?

# %%
guess_middle_lives = ...

# %% demo watch a graph disappear
import weakref

x = leaf("x", 1)
middle = x * 2
y = middle + 1
watch = weakref.ref(middle)
del middle
print("while y is held:", "alive" if watch() else "gone")
del y
print("after del y:    ", "alive" if watch() else "gone")

# %% [markdown]
# Keep one loss of every step in a list, say for a plot, and you keep every *graph* of every step. Keep its number, `loss.data`, instead.

# %% [markdown]
# ## Count the cost
#
# Back to *own share*, which was right on all six graphs. It walks every way from the end to the leaves. Take x and double it: y = y + y, again and again.
#
# **Guess:** how many ways lead back after 60 doublings? How many nodes are there?

# %%
guess_ways, guess_nodes = ..., ...


# %% demo count turns
def doubled(levels):
    y = leaf("x", 1)
    for _ in range(levels):
        y = y + y
    return y


for levels in [1, 2, 5, 10, 14]:
    ways, turns = (len(w(doubled(levels))) for w in (walks.every_way, your_order))
    print(f"{levels:2}  {ways:6} turns one way at a time, {turns:3} in order")

# %% demo count what can be counted
levels, few = np.arange(1, 61), np.arange(1, 13)
counted = [len(walks.every_way(doubled(k))) for k in few]
in_turn = [len(your_order(doubled(k))) for k in levels]

# %% demo draw the turns
title = "Every way doubles; in order there is one turn each"
fig, ax = draw.figure(title, "doublings", "turns")
ax.set(yscale="log", ylim=(0.5, 1e19))
draw.line(ax, levels, 2.0 ** (levels + 1) - 1, draw.HAND, "every way, by formula")
draw.line(ax, few, counted, draw.OTHER, "every way, counted")
draw.line(ax, levels, in_turn, draw.TAPE, "in order")
draw.show(
    fig,
    alt="Turns against doublings, log scale. Every way takes 2 to the power k + 1, "
    "less one, 2.3e18 turns at 60 doublings; in order k + 1 turns, 61 at 60.",
)

# %% [markdown]
# At a billion turns a second, walking every way of the last graph would take 73 years. In order it takes 61 turns.
#
# Reuse *is* the algorithm: the sum over exponentially many ways, worked out once per edge.

# %% [markdown]
# ### Count without walking
#
# Counting the ways is itself such a sum. **Question `count_paths`, 3 points.** Return how many ways lead from `root` down to the node `x`, two edges of one operation counting as two (1 point), also when there are 2⁶⁰ of them (2). Leave all gradients as they are.
#
# Stuck? Run `hint("count_paths")`.


# %% answer count_paths
def count_paths(root, x):
    """How many ways lead from root down to x."""
    ### BEGIN SOLUTION
    ways = {root: 1}
    for node in topo_order(root):
        for below in node.inputs:
            ways[below] = ways.get(below, 0) + ways[node]
    return ways.get(x, 0)
    ### END SOLUTION


# %% check count_paths
check("count_paths", count_paths)

# %% [markdown]
# Compare your loop with `backward`: the same walk, with 1 in place of each slope. A gradient is a *weighted* count of ways.

# %% demo time one walk on this machine
from time import perf_counter

y = doubled(60)
start = perf_counter()
your_backward(y)
seconds = perf_counter() - start
print(f"2**60 ways summed in {seconds * 1e6:.0f} microseconds")

# %% [markdown]
# ## Stretch, for no points
#
# **Order without depth.** Count how often each node stands among the `inputs` of all nodes, the end's included. Start with the end; on a node's turn take one off the count of each input, and list an input when its count is 0. Write it: this is Kahn's algorithm (1962), breadth first with patience.

# %%
# your patient breadth first here

# %% [markdown]
# **Break a walk of your own.** Mark a node as seen when it is *pushed* on the stack, not when it is popped, and find a graph on which the order then fails. Many engines had that flaw once; gradient checks on common graphs pass it.

# %%
# your graph here

# %% [markdown]
# ## Read on
#
# - Griewank, Walther: *Evaluating Derivatives*, 2nd edition, SIAM 2008. Chapter 3 has this walk and its cost.
# - Goodfellow, Bengio, Courville: *Deep Learning*, MIT Press 2016, [deeplearningbook.org](https://www.deeplearningbook.org/). Section 6.5 keeps backpropagation and gradient descent apart.
# - Baydin, Pearlmutter, Radul, Siskind: *Automatic differentiation in machine learning: a survey*, JMLR 18(153), 2018, [arxiv.org/abs/1502.05767](https://arxiv.org/abs/1502.05767).

# %% [markdown]
# ## Say what you can do now
#
# You can record a computation with its local slopes, sort its graph, and sum over all ways back in one walk. You can say which orders fail, and on which graph. You know what a second call must clear and what it must keep.

# %% [markdown]
# Is your id in `STUDENT` at the top? Then run the next cell to see where each question stands. Save the notebook, download it, and hand in `03_reverse_mode.ipynb` together with `04_tensors.ipynb`, the other half of this unit.

# %% demo see where you stand
check_all("03_reverse_mode", globals(), STUDENT)

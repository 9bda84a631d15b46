# %% [markdown]
# # Walk a graph backward
#
# One walk from the loss back to the inputs finds *every* slope at once. This is **reverse mode**, which you met in `01`. Nearly every network is trained with slopes that were found in this way.
#
# In `02_graphs_by_hand` you wrote a number that remembers its inputs and its slopes. Here you write a function that sorts the graph, and one that walks back through it. With these two, your `Value` is an engine.

# %% [markdown]
# **You'll do:** break breadth-first search with a graph of your own, write `topo_order` and `backward`, and call them more than once.
#
# **You'll learn:** why the order of a walk matters, why one walk suffices for all inputs, and what a second call must clear.
#
# **You need:** local derivatives and the chain rule on a graph, as in `02_graphs_by_hand`.
#
# **Time:** about 3½ hours, 1¼ of reading and the rest exercises. Take a break before "Sort before you walk".
#
# {questions} `turns_by_hand` has numbers of your own: put your id into `STUDENT` below before you begin. {dots}
#
# {points}

# %% setup
import math
import sys
from collections import deque

import numpy as np
from chainrule import check, check_all, draw, hint, numbers
from chainrule.guess import beside

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## Record what you compute
#
# **Step 1** of reverse mode happens on the way forward. A program is a list of small operations; each result keeps its inputs and, beside each input, the local derivative, until the walk back. So reverse mode costs memory.
#
# The class `Value` of `02_graphs_by_hand` keeps all of this. Leave the next line for the library's `Value`, or put your own class in its place. A node is one Value, and the walk back begins at the **root**: the result, in `02` the end of the graph.

# %%
Value = None  # leave this line, or put your class Value in its place


# %% demo take your Value if it stands here
def chosen(own):
    """Your class if it is here and right, else the library's."""
    from chainrule import scalar
    from chainrule.standby import if_right

    engine = scalar.Value
    if own is not None:
        engine = if_right("Value", own, engine)
    return lambda label, number: engine(number, label)


leaf = chosen(Value)


# %% demo record a graph with two paths, and see what was recorded
def named(label, value):
    value.label = label
    return value


def long_way(b_first=False):
    """y = a + b: in all it is 8x."""
    x = leaf("x", 1)
    a = named("a", 2 * x)
    b = named("b", 3 * a)
    return named("y", b + a if b_first else a + b)


def described(y):
    from chainrule.lessons import zoo

    for node in reversed(zoo.in_order(y)):
        if of := [x.label or f"{x.data:g}" for x in node.inputs]:
            print(f"{node.label} has the inputs {of} and the slopes {node.slopes}")
    title = "Every node keeps its value; gradients are still 0"
    return draw.titled(title, draw.graph(y))


described(long_way())

# %% [markdown]
# The bold blue numbers, the gradients, are all 0 so far. The numbers 2 and 3 are constants: their gradients are not needed. Where an operation has a kink, the engine needs a rule for its slope, as for `relu` (see [F9]({corrections})).

# %% [markdown]
# ## Let every path count
#
# **Step 2** is the walk back, the same for every graph. It needs only the rule of `02`: each use of a node hands back a **share**, the upstream gradient g times the local derivative. The shares are **added**:
#
# $$\frac{\partial y}{\partial a} = \sum_{\text{uses of } a} g \cdot \text{local derivative}$$
#
# In the graph above a is used twice: in the root y, with g = 1 and local derivative 1, and in b, with g = ∂y/∂b = 1 and local derivative 3. So ∂y/∂a = 1 · 1 + 1 · 3 = 4. In code this is `a.grad`. (In u = a · a, each use of a has the local derivative a: together 2a.)

# %% [markdown]
# ## Choose an order
#
# The root begins with 1, all other nodes with 0. On its **turn**, a node passes on what it holds, times the slope, to each of its inputs, and there the shares are added. The whole algorithm is this rule and a list of turns. But which list?
#
# Some courses advise the order of a breadth-first search (number F17 on the [page of corrections]({corrections})). It lists the root, then the root's inputs, then *their* inputs: level by level, each node where it is first met. The nodes that wait stand in a queue, here a `deque`: first in, first out.


# %%
def breadth_first(root):
    order, waiting, met = [], deque([root]), {root}
    while waiting:
        node = waiting.popleft()
        order.append(node)
        for x in node.inputs:
            if x not in met:
                met.add(x)
                waiting.append(x)
    return order


# %% [markdown]
# On (x + y) z at −2, 5, −4 the right gradients are −4, −4, 3; on (a + b)(b + 1) at 2, 1 they are 2, 5. **Guess:** on how many of these two graphs is breadth first right?
#
# Call the graph from above *a + 3a*: a = 2x, and b is 3a. There the slope along x is 8. **Guess:** what slope does breadth first find?

# %%
guess_right_of_two, guess_breadth_first_slope = ..., ...


# %% demo let nodes have their turns, and collect what the leaves hold
def pass_on(order):
    """Start with 1 at the first node, and give each node its turn."""
    from chainrule.lessons import walks

    walks.pass_on(order)


def gradients_by(walk):
    """What the leaves of a function's graph hold after a walk."""

    def at_leaves(f, *at):
        leaves = [leaf("", number) for number in at]
        walk(f(*leaves))
        return tuple(x.grad for x in leaves)

    return at_leaves


# %% demo walk breadth first on two graphs, and on a third
def by_breadth(graph):
    from chainrule.lessons.zoo import GRAPHS

    function, at = GRAPHS[graph]
    return gradients_by(lambda root: pass_on(breadth_first(root)))(function, *at)


both = {"(x+y)z": (-4, -4, 3), "(a+b)(b+1)": (2, 5)}
for graph in both:
    print(graph, by_breadth(graph))
agree = sum(by_breadth(graph) == right for graph, right in both.items())
beside(guess_right_of_two, agree, "graphs")
(slope,) = by_breadth("a+3a")
beside(guess_breadth_first_slope, slope, "along x")

# %% [markdown]
# ### Watch four walks
#
# Textbooks print graphs like the first two, and on these the advice looks good. On the third graph most of the slope is lost. To see where, watch four walks on it. From here on, arrows are drawn the way gradients travel: from a result down to its inputs, against the arrows of `02`.
#
# - **Topological**: a node waits until all nodes that use it have had their turn.
# - **Breadth first**: level by level, as above.
# - **Preorder**: depth first, that is, all the way down one input before the next. A node is listed when it is *first* met, before its inputs.
# - **Every path**: the walk goes down each path anew, so a node may have several turns. On each turn it passes on all that it holds.
#
# **Guess:** after how many of the four walks does x hold the right slope, 8?

# %%
guess_right_walks = ...


# %% demo name the walks
def in_order(root):
    from chainrule.lessons import zoo

    return zoo.in_order(root)


def four_walks(root, without=None):
    from chainrule.lessons import zoo

    return {name: walk(root) for name, walk in zoo.WALKS.items() if name != without}


def slopes_by_walk(graph):
    """What the x of a graph holds after each of the four walks."""
    from chainrule.lessons import zoo

    return [
        zoo.gradients(walk, graph, lambda at: leaf("x", at))[0] for walk in zoo.WALKS
    ]


# %% demo watch the four walks
def watch(title, root):
    return draw.titled(title, draw.theatre(root, four_walks(root)))


def turns(root):
    print("Without the turns of x, which has nothing to pass on to:")
    for name, walk in four_walks(root).items():
        print(f"{name:14}", " ".join(node.label for node in walk if node.inputs))


turns(long_way())
beside(guess_right_walks, slopes_by_walk("a+3a").count(8), "walk")
watch("x holds 8 only after the topological walk", long_way())

# %% [markdown]
# Go through the frames. Breadth first gives `a` its turn while `a` holds 1. The 3 that comes through `b` arrives later and is never passed on. So `x` ends with 2, not 8, and no error is raised. Preorder fails in the same way.
#
# *Every path* makes the opposite error: node `a` has two turns, and at the second it passes on all it holds, the old share included. 2 + 8 = 10. In the topological walk each node has (1) **one** turn, and (2) only **after** everything has arrived. Here breadth first and preorder break (2), and *every path* breaks both.

# %% [markdown]
# ### Swap two operands
#
# **Guess:** write y = b + a in place of a + b. The function is the same. How many of the four walks are right now?

# %%
guess_right_with_b_first = ...


# %% demo watch the walks with b first
beside(guess_right_with_b_first, slopes_by_walk("3a+a").count(8), "walks")
watch("With b first, x holds 8 after three walks", long_way(b_first=True))

# %% [markdown]
# Breadth first and preorder are right now, by luck: `b` happens to come before `a`. *Every path* is still wrong, with 16. A test with this graph alone would pass a wrong engine. Always test with the operands in both orders.
#
# ### Build the counterexample
#
# **Question `defeats_breadth_first` ••, 4 points.** Return a root made from `x` with +, −, · and numbers. You get 2 points if breadth first goes wrong on your graph as it stands, and 2 if it goes wrong after the operands of every operation are swapped. The graph a + 3a earns only the first 2.
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


# %% demo watch three walks on your graph
def at_x_by(order):
    """What the x of your graph holds after passing on in an order."""
    at_leaves = gradients_by(lambda root: pass_on(order(root)))
    return f"{at_leaves(defeats_breadth_first, 1)[0]:g}".replace("-", "−")


def your_walks():
    """Three walks on your counterexample, if it is written and small enough."""
    try:
        root = defeats_breadth_first(leaf("x", 1))
        small = len(in_order(root)) < 60
        found = [at_x_by(order) for order in (breadth_first, in_order)]
    except Exception:  # a graph of a student's may be anything
        small = False
    if small:
        title = "After breadth first x holds {}; the right slope is {}".format(*found)
        return draw.titled(title, draw.theatre(root, four_walks(root, "every path")))
    print("Shown here once defeats_breadth_first returns a small graph of its x.")


your_walks()

# %% [markdown]
# **Question `turn_too_early` •, 1 point.** In *your* graph: which node has its turn too early, what does it hold then, and what comes too late? Why can't that happen where each node waits for all that use it? In the picture your nodes are v1, v2, …, inputs first.
#
# Two or three sentences; a person reads them. Stuck? Run `hint("turn_too_early")`.

# %% explain turn_too_early [markdown]
# **`turn_too_early`, in your words:**
#
# ### BEGIN SOLUTION
# y = a + around, with around = (3a + 1) · 5. Node a has its turn right after y, holding 1. The 15 through around comes later and is never passed on. Shares come only from nodes that use a: once all of these have had their turn, none can come late.
#
# - ½ point: a node of the student's own graph, what it holds on its turn, and the share that is late.
# - ½ point: shares come only from the nodes that use it; all have had their turn, so the sum is complete.
# ### END SOLUTION

# %% [markdown]
# ### Take the turns by hand
#
# Your own graph: a = p · x, b = q · a, c = r · b, y = a + c, at x = 1. The next cell shows *your* p, q and r.
#
# **Question `turns_by_hand` •, 1 point.** Write down whose turn it is, and what each node holds. Give a tuple of three numbers: what x holds after the topological walk, breadth first, and every path. In y = a + c, a comes before c.
#
# Stuck? Run `hint("turns_by_hand")`.

# %%
numbers("turns_by_hand", STUDENT)

# %% answer turns_by_hand
### BEGIN SOLUTION
own = numbers("turns_by_hand", STUDENT)
by_a, by_c = own["p"], own["p"] * own["q"] * own["r"]
turns_by_hand = (by_a + by_c, by_a, by_a + (by_a + by_c))
### END SOLUTION

# %% check turns_by_hand
check("turns_by_hand", turns_by_hand, student=STUDENT)


# %% demo watch your own graph once turns_by_hand is right
def by_hand(p, q, r):
    a = named("a", p * leaf("x", 1))
    c = named("c", r * named("b", q * a))
    return named("y", a + c)


def own_walks():
    if check("turns_by_hand", turns_by_hand, STUDENT).state == "right":
        title = (
            "Your x holds {1:g} after breadth first, {2:g} after every path, not {0:g}"
        )
        own_graph = by_hand(**numbers("turns_by_hand", STUDENT))
        return watch(title.format(*turns_by_hand).replace("-", "−"), own_graph)
    print("Shown here once turns_by_hand is right.")


own_walks()

# %% [markdown]
# ### Compare six walks on six graphs
#
# The table adds two walks. The fifth uses a good order, but writes `=` where `+=` belongs. The sixth, *own share*, needs no list: each share goes down alone, along every path, and a node passes on the new share only. On a + 3a one share goes from y through a to x, and x gets 2; the other goes through b and a, and x gets 6. Together 8. The graph *crossed* is c = a + b, d = ab, and then (c + d) + cd.
#
# **Guess:** how many of the six walks are right on all six graphs?

# %%
guess_right_on_all = ...


# %% demo compare six walks on six graphs
def six_walks():
    """Their table, and how many of them agree with the first walk on every graph."""
    from chainrule.lessons import zoo

    def made(number):
        return leaf("", number)

    def on_all(how):
        return [zoo.gradients(how, graph, made) for graph in zoo.GRAPHS]

    right = on_all("topological")
    return zoo.table(made), sum(on_all(how) == right for how in zoo.HOW)


table, right_on_all = six_walks()
print(table)
beside(guess_right_on_all, right_on_all, "walks")

# %% [markdown]
# Two columns are right throughout. One is *own share*, which needs no list. So why sort? For the cost: after 60 steps y = y + y, *own share* would need 73 years. On (x + y) z all six columns are right: a test with it finds none of the faults.

# %% [markdown]
# ## Sort before you walk
#
# The rule needs a list in which every node stands *after* all nodes that use it. Then the sum of each node is complete on its turn. Such a list is a **topological order**. (Books mostly list the inputs first; our list is the reverse.)
#
# Depth-first search finds one. In **postorder** a node is listed only after the search has listed all its inputs. Reverse this list: now each node stands before its inputs. On a + 3a, postorder is x, a, b, y, and the reverse is y, b, a, x (without the constants). **Reverse postorder** works where preorder fails, and both are depth first.

# %% [markdown]
# A graph may have several topological orders, and any of them will do.
#
# Textbooks write postorder as a recursion: a function calls itself for each input of a node, then lists the node. Each call waits until the calls inside it are done, and Python limits how many may wait.
#
# **Guess:** a loop adds 1 to x, again and again. At which of 100, 1,000 and 10,000 rounds does the recursion fail first?

# %%
guess_rounds = ...


# %% demo go deeper
def survives(rounds):
    from chainrule.lessons import walks

    y = leaf("x", 1)
    for _ in range(rounds):
        y = y + 1
    try:
        return len(walks.recursive(y)) > rounds
    except RecursionError:
        return False


failed = [n for n in (100, 1000, 10_000) if not survives(n)]
beside(guess_rounds, failed[0] if failed else "at none of them", "rounds")
print("calls that may wait on this machine:", sys.getrecursionlimit())

# %% [markdown]
# A loop of 5,000 additions is nothing unusual, and under Python's usual limit, 1,000, a recursion can't go so deep. The limit can be raised, but no limit fits every graph. So keep the nodes that wait in a list of your own, a **stack**: last in, first out. Begin with the root, and take the node on top until none is left.
#
# The root y is taken first, but its inputs must be listed before it. **Guess:** for y = a + b with b = 3a, how many times is y taken from the stack, and how many times is a? Give a tuple. (Leave out the constant 3.)

# %%
guess_taken = ...

# %% demo write down eight states of a stack
states = [
    (["y"], []),
    (["y ✓", "a", "b"], []),
    (["y ✓", "a", "b ✓", "a"], []),
    (["y ✓", "a", "b ✓", "a ✓"], []),
    (["y ✓", "a", "b ✓"], ["a"]),
    (["y ✓", "a"], ["a", "b"]),
    (["y ✓"], ["a", "b"]),
    ([], ["a", "b", "y"]),
]

# %% demo watch the stack
captions = [
    "The root y waits on the stack.",
    "y was new: it goes back with a mark, and its inputs a and b go on top.",
    "b was new: it goes back with a mark, and its input a goes on top.",
    "a was new: it goes back with a mark. It has no inputs.",
    "The marked a was on top, so a is listed.",
    "The marked b was on top: its input a is listed, and now b is listed.",
    "The a without a mark was taken before, so it is dropped.",
    "The marked y was on top: a and b are listed, and y is listed last.",
]
beside(guess_taken, (2, 3), "times")
title = "Inputs are listed before the nodes that use them"
draw.titled(title, draw.stack(states, captions))

# %% [markdown]
# **Question `topo_order` •••, 6 points.** Return a list of all nodes that `root` was made from, `root` first, every node once and after all that use it (4 points). Your function must also manage a chain of 5,000 nodes (1), and y = y + y, 60 times in a row: few nodes, but very many paths (1). Use only the attribute `inputs` of each node.
#
# Stuck? Run `hint("topo_order")`.


# %% answer topo_order
def topo_order(root):
    """Root and all nodes below it, each after every node that uses it."""
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


# %% demo list the crossed graph in your order
def chosen_order():
    from chainrule.standby import if_right

    return if_right("topo_order", topo_order, in_order)


def crossed(a, b):
    a, b = leaf("a", a), leaf("b", b)
    c, d = named("c", a + b), named("d", a * b)
    return named("y", named("e", c + d) + named("f", c * d))


your_order = chosen_order()
print("turns:", *(node.label for node in your_order(crossed(2, 3))))

# %% [markdown]
# ## Walk back
#
# **Question `backward` ••, 6 points.** Add ∂root/∂node to the `grad` of every node. The root and the nodes in between hold 0 when you begin. A leaf may hold something already: add to it, and set no `grad` back to 0. (What a second call needs comes in `accumulate`.) Return nothing. You may call your `topo_order`; if it is wrong, the check tries `backward` again with a right one, and says so.
#
# You get 3 points for the leaves of small graphs, 1 where leaves hold something already and every node is looked at, and 1 for each of the two large graphs of `topo_order`.
#
# Stuck? Run `hint("backward")`.


# %% answer backward
def backward(root):
    """Add d(root)/d(node) to the grad of root and of every node below it."""
    ### BEGIN SOLUTION
    root.grad += 1.0
    for node in topo_order(root):
        for x, slope in zip(node.inputs, node.slopes, strict=True):
            x.grad += node.grad * slope
    ### END SOLUTION


# %% check backward
check("backward", backward)


# %% demo take your backward once it is right
def chosen_gradients():
    from chainrule.lessons.zoo import GRAPHS
    from chainrule.standby import yours

    function, at = GRAPHS["crossed"]
    right = gradients_by(lambda root: pass_on(in_order(root)))
    return yours(gradients_by(backward), right, function, *at)


gradients = chosen_gradients()


# %% demo compare with torch
def compare_with_torch():
    import torch
    from chainrule.lessons.zoo import GRAPHS

    for name, (f, at) in GRAPHS.items():
        leaves = [torch.tensor(float(v), requires_grad=True) for v in at]
        f(*leaves).backward()
        found = tuple(x.grad.item() for x in leaves)
        print(f"{name:12} {gradients(f, *at)!s:20} torch {found}")


compare_with_torch()

# %% [markdown]
# On all six graphs the walk, yours if it is right, agrees with torch. It finds numbers *at this point*, and no formula.
#
# ### Keep two things apart
#
# Nothing in this notebook moves a weight. Backpropagation is the chain rule plus *reuse*: each node's gradient is worked out once, and this one number serves all paths through the node. So one walk in topological order reaches every leaf. **Gradient descent** is *one* use of the gradients (see [F1]({corrections})); another is to ask which pixel of an image moves the result fastest.

# %% [markdown]
# ## Call it again
#
# Sometimes two losses are made from the same leaves. The gradient of L₁ + L₂ is the sum of both gradients, so gradients on leaves should **add up** from call to call.
#
# **Guess:** L = (x²)² at x = 3 has the slope 4x³ = 108. Take a walk that sets the root's `grad` to 1, adds everywhere else, and never clears. Call it twice on this graph: what does `x` hold?

# %%
guess_twice = ...


# %% demo call an adding walk twice
def called_twice(number):
    x = leaf("x", number)
    a = named("a", x * x)
    L = named("L", a * a)
    for call in ["first", "second"]:
        pass_on(in_order(L))
        print(f"after the {call} call: x holds {x.grad:g}, a holds {a.grad:g}")
    return x.grad


beside(guess_twice, called_twice(3))

# %% [markdown]
# 108 + 108 is 216, but `x` holds 324. In the second call node `a` began with its *old* 18, received another 18, and passed 36 on: 36 · 6 = 216. The small engine micrograd does this. torch frees the graph in the first call, so a second call is an error, unless the first is `backward(retain_graph=True)`: then torch finds 216. (If your `backward` adds the 1 to the root, the root holds 2 in the second call, and `x` ends with 432.)
#
# **Question `accumulate` •, 3 points.** Add ∂root/∂leaf to every leaf's `grad`. Each call adds the right gradient, however often your function was called before. You may call your `topo_order` and `backward`. You get 1 point for a first call and for graphs of one operation, and 2 for repeated calls on deeper graphs.
#
# Stuck? Run `hint("accumulate")`.


# %% answer accumulate
def accumulate(root):
    """Add d(root)/d(leaf) to each leaf's grad, right at every call."""
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
# **Question `zero_grad` •, 1 point.** Set the gradient of each of `values` back to 0, nothing else.
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
# **Guess:** someone forgets `zero_grad`. After four equal steps, the gradient is how many times the right one?

# %%
guess_times = ...


# %% demo forget to clear
def forgetful(calls):
    import torch

    x = torch.tensor(3.0, requires_grad=True)
    for _ in range(calls):
        ((x * x) ** 2).backward()
    return x.grad.item()


print("torch holds", [forgetful(calls) for calls in [1, 2, 3, 4]])
beside(guess_times, forgetful(4) / 108, "times")

# %% [markdown]
# After ten equal steps the gradient is ten times the right gradient. In training the weights move, and the sum of different gradients is in general no multiple of the right one. To find this fault, repeat one step with the same weights: the gradient must come out the same.
#
# ### Meet the tape
#
# TensorFlow records operations on a *tape*, inside `with tf.GradientTape() as tape:`. Then `tape.gradient(loss, weights)` goes through the tape backward. A tape is already in a good order: an operation can use only what was recorded before it. A tape gives one gradient, unless it was made with `persistent=True` (see [F24]({corrections})).
#
# ### Don't keep old graphs
#
# Our nodes point to their inputs. So a variable that holds a result keeps alive all that the result was made from. If you keep the loss of every step in a list, you keep every graph. Keep the number `loss.data` instead.

# %% [markdown]
# ## Count the cost
#
# *Own share* was right on all six graphs, and it goes down every path. Now chain some diamonds: in each, a and b are made from one y, and the next y from a and b. Every diamond doubles the number of paths and adds four edges: two from the new y down to a and b, and one each from a and b down to the old y. (The constants 2 and 3 are left out.)


# %% demo draw a chain of three diamonds
def diamonds(levels):
    y = leaf("x", 1)
    for k in range(1, levels + 1):
        a, b = named(f"a{k}", 2 * y), named(f"b{k}", 3 * y)
        y = named(f"y{k}", a + b)
    return y


def one_walk(root):
    title = "The walk back uses 12 edges, and 8 paths lead to x"
    return draw.titled(title, draw.theatre(root, {"topological": in_order(root)}))


one_walk(diamonds(3))

# %% [markdown]
# The smallest diamond is y = y + y, where both sides are single edges. Take x and double it in this way 60 times.
#
# **Guess:** how many paths lead back from the root to x, and how many nodes are there? Give a tuple of two numbers; you may write `2**10`.

# %%
guess_paths_and_nodes = ...


# %% demo count turns
def doubled(levels):
    y = leaf("x", 1)
    for _ in range(levels):
        y = y + y
    return y


few, levels = np.arange(1, 13), np.arange(1, 61)
counted = [len(four_walks(doubled(k))["every path"]) for k in few]
in_turn = [len(your_order(doubled(k))) for k in levels]
beside(guess_paths_and_nodes, (2**60, in_turn[-1]))
print(f"2⁶⁰ is {2**60:.4g}")

# %% demo draw the turns
title = "With each doubling, own share doubles its turns; the sorted walk adds one"
fig, ax = draw.figure(title, "doublings", "turns")
ax.set(yscale="log", ylim=(0.5, 1e19))
draw.line(ax, levels, 2.0 ** (levels + 1) - 1, draw.HAND, "own share, by formula")
ax.plot(few, counted, "o", ms=5, mfc="none", color=draw.SUBJECT.color)
ax.text(17, 3e2, "circles: every path, counted\n(it has the same turns)")
draw.line(ax, levels, in_turn, draw.TAPE, "sorted")
draw.show(
    fig,
    alt="Turns against doublings, log scale. Own share takes 2 to the power k + 1, "
    "less one, 2.3e18 turns at 60 doublings; sorted k + 1 turns, 61 at 60.",
)

# %% [markdown]
# At a billion turns a second, own share would take 73 years on the last graph. The sorted walk takes 61 turns, that of x included. The algorithm reuses the gradient of each node, so it sums over 2⁶⁰ paths and uses each of the 120 edges once.
#
# Counting the paths is itself such a sum.
#
# **Question `count_paths` ••, 3 points.** Return how many paths lead from `root` down to the node `x`. Two edges of one operation count as two paths. One path leads from a node to itself; where no path leads to `x`, return 0. You get 1 point for small graphs, both cases among them, and 2 for a graph with 2⁶⁰ paths. Leave all gradients as they are.
#
# Stuck? Run `hint("count_paths")`.


# %% answer count_paths
def count_paths(root, x):
    """How many paths lead from root down to x."""
    ### BEGIN SOLUTION
    paths = {root: 1}
    for node in topo_order(root):
        for below in node.inputs:
            paths[below] = paths.get(below, 0) + paths[node]
    return paths.get(x, 0)
    ### END SOLUTION


# %% check count_paths
check("count_paths", count_paths)

# %% [markdown]
# Compare your loop with `backward`: it is the same walk, with 1 in place of each slope. A gradient is a sum over all paths, in which each path counts with the product of its slopes.
#
# **Guess:** one share takes about a microsecond, with its part of the sorting. How many microseconds does this machine take for the sum over 2⁶⁰ paths?

# %%
guess_microseconds = ...


# %% demo time one walk on this machine
def seconds(walk, root):
    from time import perf_counter

    start = perf_counter()
    walk(root)
    return perf_counter() - start


taken = seconds(lambda root: pass_on(your_order(root)), doubled(60))
beside(guess_microseconds, round(taken * 1e6), "microseconds", within=3)

# %% [markdown]
# ## Stretch, for no points
#
# **Order without depth.** Count how often each node stands among the `inputs` of the root and of all nodes below it. Start with the root. On a node's turn, take one off the count of each of its inputs, and list an input when its count is 0. Write it: this is Kahn's algorithm (1962), a breadth-first search in which each node waits.
#
# **Break a walk of your own.** In `topo_order`, mark a node as seen when it is put on the stack, not when it is taken. Find one of the six graphs on which it now fails, and say why.

# %%
# your patient breadth first, and your graph, here

# %% [markdown]
# ## Read on
#
# - Griewank, Walther: *Evaluating Derivatives*, 2nd edition, SIAM 2008. Chapters 3 and 4 have this walk, and its cost: at most about four times the operations of the function.
# - Goodfellow, Bengio, Courville: *Deep Learning*, MIT Press 2016, [deeplearningbook.org](https://www.deeplearningbook.org/). Section 6.5 keeps backpropagation and gradient descent apart.
# - Baydin, Pearlmutter, Radul, Siskind: *Automatic differentiation in machine learning: a survey*, JMLR 18(153), 2018, [arxiv.org/abs/1502.05767](https://arxiv.org/abs/1502.05767).

# %% [markdown]
# ## Say what you can do now
#
# You can sort the graph of any computation and sum over all its paths in one walk. You can say which orders fail, on which graph, and what a second call must clear and keep. `04_tensors` does the same with arrays, one node for a whole layer, and trains a network.
#
# Is your id in `STUDENT` at the top? Then run the next cell to see where each question stands. Save the notebook, download it, and hand in `03_reverse_mode.ipynb` together with `04_tensors.ipynb`, the other half of this unit.

# %% demo see where you stand
check_all("03_reverse_mode", globals(), STUDENT)

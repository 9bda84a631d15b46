# %% [markdown]
# # Read and write sequences
#
# A dense layer and a convolution take inputs of one size. A sentence has any length, and the order of its words matters. A **recurrent neural network** (RNN) reads a sequence step by step and keeps what it needs in a **state**. In this notebook you send gradients back through time, see them vanish and explode, and predict how fast. Then you build a net that reads a string and writes it backwards.
#
# At the end, a net learns nothing at all in 250 steps. Then you turn its input round, and it begins to learn at once. You will know why.

# %% [markdown]
# **You'll do:** write an RNN and a gated unit with NumPy, forward and backward; clip a gradient; build, train and decode an encoder-decoder with PyTorch.
#
# **You'll learn:** why the gradient of a shared weight is a sum over time, what the largest eigenvalue of one matrix says about it, and what gates change.
#
# **You need:** backward rules and paths (`03_reverse_mode`, `04_tensors`), cross-entropy (`05_losses`), `nn.Module` (`06_networks`), Adam (`08_optimizers`), the gradient of a deep linear network (`09_initialization`).
#
# **Time:** about 2 and a half hours, 1 hour of reading and 1 and a half of exercises.

# %% [markdown]
# {questions} One dot • beside a question means a line or two, three dots ••• mean that you will need paper. A check draws fresh numbers and shapes every time you run it.
#
# {points}

# %% setup
import numpy as np
import torch
from chainrule import check, check_all, draw, hint
from chainrule.guess import beside
from torch import nn
from torch.nn import functional as F

# %% [markdown]
# ## Read one token after another
#
# A text is cut into **tokens**: words, pieces of words, or letters. Each token gets a number. A net can't calculate with the number itself, since token 6 is not twice token 3. So each token gets a row of a matrix, its **embedding**, and the rows are learned like all other weights.
#
# The RNN reads x₀, x₁, … in turn. It starts with a state s₀, often zeros, and each step makes the next state from the state before and the input:
#
# $$s_{t+1} = \tanh(W x_t + U s_t + b).$$
#
# W, U and b are the same at every step. Papers write h for the state. In this course h is the step of a difference quotient, so the state is s.

# %% demo draw a network that is unrolled over time
draw.titled("Every step uses the same W, U and b", draw.unrolled("chain"))

# %% [markdown]
# The figure **unrolls** the network over time: every step is drawn as a layer of its own. Press Next to see how the states are made one after another, and how the gradient comes back.
#
# **Guess:** inputs of 3 numbers, states of 4 numbers. How many parameters does the network have if it reads sequences of 100 steps?

# %%
guess_parameters = ...

# %% demo count them in torch
rnn = nn.RNN(3, 4)
beside(guess_parameters, 4 * 3 + 4 * 4 + 4)
print("torch has", sum(p.numel() for p in rnn.parameters()), "with two biases")

# %% [markdown]
# The number of steps doesn't matter. (torch keeps two biases, for W and for U. Only their sum matters.)
#
# Several sequences are read together, as a **batch**. Time comes first, as in torch: `X` has the shape (steps, n, inputs). Sequences of a batch differ in length, so the short ones are filled up with **padding**, numbers without a meaning. A **mask** tells where there is a token.
#
# **Question `rnn_states` ••, 2 points.** Return all states: an array S of shape (steps + 1, n, hidden), with S[0] = s. Sequence i has `lengths[i]` tokens. From its end on, its state stays as it is, whatever the padding holds. 1 point without padding, 1 point with it.
#
# Stuck? Run `hint("rnn_states")` in a cell of your own.


# %% answer rnn_states
def rnn_states(X, s, W, U, b, lengths):
    """All states of an RNN, the first one included; in the padding a state stays."""
    ### BEGIN SOLUTION
    S = [s]
    for t, x in enumerate(X):
        new = np.tanh(x @ W.T + S[t] @ U.T + b)
        S.append(np.where((t < lengths)[:, None], new, S[t]))
    return np.stack(S)
    ### END SOLUTION


# %% check rnn_states
check("rnn_states", rnn_states)

# %% [markdown]
# Does the state know the order? Let an RNN with random weights read the letters of "dog" and of "god", and compare the last states. Then compare what a sum of the embeddings, a *bag of letters*, knows.
#
# **Guess:** how far apart are the two last states, as the largest gap of their entries? And the two sums?

# %%
guess_gap_of_states, guess_gap_of_sums = ..., ...


# %% demo read dog and god
from chainrule.standby import if_right, yours


def torch_states(X, s, W, U, b, lengths):
    """The same with torch's functions."""
    states = [torch.tensor(s)]
    for t, x in enumerate(torch.tensor(X)):
        new = torch.rnn_tanh_cell(x, states[t], *map(torch.tensor, (W, U, b, 0 * b)))
        states.append(torch.where(torch.tensor(t < lengths)[:, None], new, states[t]))
    return torch.stack(states).numpy()


rng = np.random.default_rng(0)
weights = [rng.normal(size=shape) for shape in ((5, 4), (5, 5), (5,))]
letters = dict(zip("dgo", rng.normal(size=(3, 4)), strict=True))
X = np.array([[letters[a], letters[b]] for a, b in zip("dog", "god", strict=True)])
given = X, np.zeros((2, 5)), *weights, np.array([3, 3])
my_states = yours(rnn_states, torch_states, *given)
dog, god = my_states(*given)[-1]
beside(guess_gap_of_states, abs(dog - god).max())
beside(guess_gap_of_sums, abs(X.sum(0)[0] - X.sum(0)[1]).max())

# %% [markdown]
# ## Send the gradient back through time
#
# The loss L depends on the states, so an upstream gradient g arrives at each of them. State S[t + 1] is used twice: by its own part of the loss, and by the next step. What comes back along both paths is added (`03_reverse_mode`). So we walk from the last step to the first and pass a gradient on. The method is called **backpropagation through time** (BPTT), and is nothing but backprop on the unrolled graph.
#
# The weights are new. U stands in every step, but is *one* matrix.
#
# **Guess:** take single numbers, no tanh and no input: s₃ = w·w·w·s₀ with s₀ = 1, w = 2 and L = s₃. What is dL/dw?

# %%
guess_slope = ...

# %% demo compute the slope, and the share of each step
w = torch.tensor(2.0, requires_grad=True)
uses = [w * 1 for _ in range(3)]  # one node for each use of w
shares = torch.autograd.grad(uses[2] * uses[1] * uses[0], uses)
beside(guess_slope, sum(shares).item())
print("shares of the steps:", *(f"{share:g}" for share in shares))

# %% [markdown]
# w³ has the slope 3w² = 12, and each of the three steps has a share of 4 in it. In torch the shares are added up in `w.grad`.
#
# **Question `why_summed` •, 1 point.** A student computes the share of each step and returns their *mean*: "otherwise long sequences get larger gradients". Say (1) with the paths of `03_reverse_mode` why the gradient of U is the sum; (2) what the mean would be the gradient of, or why it is no gradient of this L. Two to four sentences.
#
# Stuck? Run `hint("why_summed")`.

# %% explain why_summed [markdown]
# **`why_summed`, in your words:**
#
# ### BEGIN SOLUTION
# U has an edge to every step. A gradient is the sum over all paths from U to L, and each path leaves U along one of these edges. So the shares are added. The mean is the gradient of L divided by the number of steps.
#
# - ½ point: several uses, several paths, and paths are added.
# - ½ point: the mean belongs to L / T (or: is T times too small, as a difference quotient shows).
# ### END SOLUTION

# %% [markdown]
# Now write the walk for a batch. `g[t]` is the upstream gradient of S[t + 1] alone, without what comes back from later steps. `S` holds the states that `rnn_states` gives without padding, so b and W aren't needed any more.
#
# **Question `rnn_backward` •••, 4 points.** Return the gradients ds, dW, dU, db with respect to the first state S[0], to W, U and b: 1 point each. There are 1 to 12 steps. `X` is (steps, n, inputs), `g` is (steps, n, hidden), `S` is (steps + 1, n, hidden).
#
# Stuck? Run `hint("rnn_backward")`.


# %% answer rnn_backward
def rnn_backward(g, X, S, U):
    """Gradients of the first state and of W, U and b, by a walk back in time."""
    ### BEGIN SOLUTION
    ds = np.zeros(S[0].shape)
    dW, dU, db = np.zeros((len(U), X.shape[2])), np.zeros(U.shape), np.zeros(len(U))
    for t in reversed(range(len(X))):
        da = (g[t] + ds) * (1 - S[t + 1] ** 2)
        dW += da.T @ X[t]
        dU += da.T @ S[t]
        db += da.sum(axis=0)
        ds = da @ U
    return ds, dW, dU, db
    ### END SOLUTION


# %% check rnn_backward
check("rnn_backward", rnn_backward)

# %% [markdown]
# All states had to be kept for the walk: the memory of BPTT grows with the number of steps. For very long sequences one walks back only a fixed number of steps, and passes the state on without its gradient (*truncated* BPTT). Then the sum lacks all paths that are longer.
#
# ## Follow the gradient back in time
#
# Leave out tanh for a while. On its way back by one step the gradient becomes g @ U, after k steps g @ Uᵏ. How long is the gradient then? For a single number u the answer is |u|ᵏ.
#
# **Guess:** u = 0.9. What is left of the gradient after 50 steps?

# %%
guess_left = ...

# %%
beside(guess_left, 0.9**50)

# %% [markdown]
# For a matrix the eigenvalues decide. The largest absolute value of an eigenvalue is called the **spectral radius** ρ. In the long run each step multiplies the norm of the gradient by ρ (only a g in a special position escapes):
#
# - ρ < 1: the gradient **vanishes**. The loss no longer tells early steps what they should do;
# - ρ > 1: the gradient **explodes**.
#
# In the figure ρ slides from 0.7 to 1.2. The solid line is measured by torch, the dashed line is ρᵏ.


# %% demo measure the norm while the spectral radius slides
def norms_by_torch(U, g, steps):
    """How long the gradient is at each state, going back in time."""
    s = torch.zeros(len(U), dtype=torch.float64, requires_grad=True)
    states = [s]
    for _ in range(steps):
        states.append(torch.tensor(U) @ states[-1])
    back = torch.autograd.grad(torch.tensor(g) @ states[-1], states[::-1])
    return np.array([v.norm().item() for v in back])


def at_radius(rho):
    norms = norms_by_torch(rho * unit, start, 50)
    word = "vanishes" if rho < 1 else "explodes" if rho > 1 else "keeps its size"
    fig, ax = draw.figure(f"ρ = {rho}: the gradient {word}", "steps back", "norm")
    ax.set(yscale="log", ylim=(1e-9, 1e5))
    draw.line(ax, range(51), norms, draw.TAPE, "measured")
    draw.line(ax, range(51), norms[0] * rho ** np.arange(51.0), draw.HAND, "ρᵏ")
    return (
        fig,
        f"ρ = {rho}: after 50 steps the norm is {norms[-1]:.1e} of {norms[0]:g}.",
    )


# %% demo let the spectral radius slide
rng = np.random.default_rng(3)
unit = rng.normal(size=(16, 16))
unit /= np.abs(np.linalg.eigvals(unit)).max()
start = rng.normal(size=16)
start /= np.linalg.norm(start)
pages = [at_radius(rho) for rho in (0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2)]
alt = "The norm of the gradient over 50 steps back, while the spectral radius slides"
draw.frames([fig for fig, _ in pages], [said for _, said in pages], alt=alt)

# %% [markdown]
# On the logarithmic axis both curves are parallel after a few steps. So two numbers tell how far back a linear RNN can learn: ρ, and how small a gradient you accept.
#
# **Question `steps_to_fade` ••, 2 points.** After how many steps back is the norm, in the long run, `share` times what it was? Use the spectral radius of `U`, and return the number with its decimals. For ρ < 1 `share` is below 1, for ρ > 1 above.
#
# Stuck? Run `hint("steps_to_fade")`.


# %% answer steps_to_fade
def steps_to_fade(U, share):
    """The number of steps k for which rho^k is the share."""
    ### BEGIN SOLUTION
    rho = np.abs(np.linalg.eigvals(U)).max()
    return np.log(share) / np.log(rho)
    ### END SOLUTION


# %% check steps_to_fade
check("steps_to_fade", steps_to_fade)

# %% [markdown]
# "If ρ is below 1, the gradient becomes shorter with every step." You can read this sentence, and it is wrong: ρ speaks about the long run only. Take
#
# $$U = \begin{pmatrix} 0.9 & 3 \\ 0 & 0.9 \end{pmatrix}, \qquad g = (1, 0).$$
#
# Both eigenvalues are 0.9.
#
# **Guess:** how long does the gradient become on its way, at most? At the start its norm is 1.

# %%
guess_peak = ...

# %% demo follow the gradient through a skewed matrix
U = np.array([[0.9, 3.0], [0.0, 0.9]])
norms = norms_by_torch(U, np.array([1.0, 0.0]), 60)
beside(guess_peak, norms.max())
title = f"With ρ = 0.9 the norm first grows to {norms.max():.1f}, then vanishes"
fig, ax = draw.figure(title, "steps back", "norm of the gradient")
draw.line(ax, range(61), norms, draw.TAPE, "measured")
draw.line(ax, range(61), 0.9 ** np.arange(61.0), draw.HAND, "ρᵏ")
draw.show(fig, alt=f"{title}; it peaks after {norms.argmax()} steps.")

# %% [markdown]
# What holds for every single step is the largest **singular value** of U, its 2-norm: no step makes the gradient longer than by this factor. For a symmetric or orthogonal matrix both numbers agree. For most others the 2-norm is larger than ρ.
#
# ### Put tanh back
#
# With tanh each step also multiplies by 1 − s², which is at most 1. So tanh makes gradients shorter, and never longer.
#
# **Guess:** ρ = 1.5 and 50 steps. Without tanh the norm becomes about 1.5⁵⁰ = 6 · 10⁸. What does it become with tanh, with states that start from random numbers?

# %%
guess_with_tanh = ...

# %% demo measure with tanh
rng = np.random.default_rng(1)
U = rng.normal(size=(64, 64))
U *= 1.5 / np.abs(np.linalg.eigvals(U)).max()
s = torch.tensor(rng.normal(size=64), requires_grad=True)
end = s
for _ in range(50):
    end = torch.tanh(torch.tensor(U) @ end)
g = torch.tensor(rng.normal(size=64))
(back,) = torch.autograd.grad(end @ (g / g.norm()), s)
beside(guess_with_tanh, back.norm().item())
print(f"the mean slope of tanh: {(1 - end**2).mean().item():.2f}")

# %% [markdown]
# The states lie away from 0 now, and there tanh is flatter: its mean slope is printed above. So the gradient explodes far less than the matrix alone says. The price: where tanh is flat, the state hardly hears its input.
#
# ### Clip the gradient
#
# A gradient that explodes can be repaired. Look at the smallest example: s₃₀ = w³⁰ s₀ with s₀ = 1 should become 1, and L = ½(s₃₀ − 1)². The best w is 1. We stand at w = 1.2, quite near.
#
# **Guess:** where does one step of gradient descent with the rate 0.01 lead?

# %%
guess_landing = ...

# %% demo take one step
slope = 30 * 1.2**29 * (1.2**30 - 1)
beside(guess_landing, 1.2 - 0.01 * slope)

# %% demo draw the cliff
w = np.linspace(0.8, 1.21, 400)
title = "The loss is flat below w = 1.1 and a cliff above"
fig, ax = draw.figure(title, "w", "loss ½(w³⁰ − 1)²")
ax.set_ylim(-500, 15000)
draw.line(ax, w, (w**30 - 1) ** 2 / 2, draw.SUBJECT)
draw.show(fig, alt=f"{title}: almost 0 up to 1.1, about 28,000 at 1.2.")

# %% [markdown]
# The direction of the gradient is right, and only its length is nonsense. **Clipping by norm** keeps the direction: if the norm of the whole gradient is above a limit, the gradient is multiplied by limit / norm. "Whole" means all parameters together.
#
# Some programs clip each *entry* to [−limit, limit]. This changes the direction.
#
# **Guess:** the gradient is (10, 0.5), the limit is 1. By how many degrees does clipping each entry turn the direction?

# %%
guess_angle = ...


# %% demo measure the angle
def angle(a, b):
    cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    return np.degrees(np.arccos(min(cosine, 1.0)))


gradient = np.array([10, 0.5])
beside(guess_angle, angle(gradient, np.clip(gradient, -1, 1)), "degrees")
print(f"by norm: {angle(gradient, gradient / np.linalg.norm(gradient)):.1f} degrees")

# %% [markdown]
# **Question `clipped` ••, 2 points.** dW, dU and db are the gradient of one network. Return all three, clipped by their norm *together*, in this order: exactly `limit` long if they were longer, unchanged if not. dW is worth 1 point, the others ½ each.
#
# Stuck? Run `hint("clipped")`.


# %% answer clipped
def clipped(dW, dU, db, limit):
    """The three arrays times one factor, so that their norm is at most the limit."""
    ### BEGIN SOLUTION
    norm = np.sqrt(np.sum(dW**2) + np.sum(dU**2) + np.sum(db**2))
    factor = limit / max(norm, limit)
    return dW * factor, dU * factor, db * factor
    ### END SOLUTION


# %% check clipped
check("clipped", clipped)

# %% demo go down the cliff with a clipped gradient
w, path = 1.2, []
for _ in range(30):
    slope = 30 * w**29 * (w**30 - 1)
    w -= 0.01 * slope / max(abs(slope), 1.0)
    path.append(w)
title = f"With the norm clipped at 1, w reaches {path[-1]:.3f} in 30 steps"
fig, ax = draw.figure(title, "step", "w")
draw.line(ax, range(1, 31), path, draw.TAPE, "w")
draw.show(fig, alt=f"{title}, in equal steps of 0.01 down the cliff.")

# %% [markdown]
# Clipping helps against gradients that explode. Against gradients that vanish it does nothing: a factor that makes tiny numbers large makes the error in them large too. The remedy is another network.
#
# ## Open and close gates
#
# If only U could be the identity: its spectral radius is 1, and nothing vanishes. A **gated** unit decides for each number of the state whether the old value stays. The **update gate** z lies between 0 and 1:
#
# $$s_{t+1} = z \odot s_t + (1 - z) \odot n.$$
#
# Here ⊙ multiplies entry by entry, and n is a new value. Along the first term the gradient is multiplied by z alone, without U and without tanh.
#
# **Guess:** z = 0.99. What is left along this path after 50 steps?

# %%
guess_through_gate = ...

# %%
beside(guess_through_gate, 0.99**50)

# %% [markdown]
# The **gated recurrent unit** (GRU) was published in 2014. It has a second gate, the **reset gate** r, which decides how much of the old state the new value sees:
#
# $$r = \sigma(W_r x + U_r s + b_r), \quad z = \sigma(W_z x + U_z s + b_z), \quad n = \tanh(W_n x + U_n (r \odot s) + b_n).$$
#
# **Question `gru_step` ••, 2 points.** Return the next state z ⊙ s + (1 − z) ⊙ n for a batch: `x` is (n, inputs), `s` is (n, hidden). `W[0]`, `U[0]` and `b[0]` belong to r, those at 1 to z, and those at 2 to the new value.
#
# Stuck? Run `hint("gru_step")`.


# %% answer gru_step
def gru_step(x, s, W, U, b):
    """One step of a GRU as in the paper of 2014."""
    ### BEGIN SOLUTION
    r, z = (1 / (1 + np.exp(-(x @ W[k].T + s @ U[k].T + b[k]))) for k in (0, 1))
    n = np.tanh(x @ W[2].T + (r * s) @ U[2].T + b[2])
    return z * s + (1 - z) * n
    ### END SOLUTION


# %% check gru_step
check("gru_step", gru_step)

# %% [markdown]
# torch has `nn.GRUCell`, with the weights of r, z and n stacked in the same order. Give both the same weights.
#
# **Guess:** what is the largest gap between your step and torch's, for weights and states of size about 1?

# %%
guess_gap = ...


# %% demo compare with torch's cell
def paper_step(x, s, W, U, b):
    """The step of the paper with torch's functions."""
    x, s, W, U, b = map(torch.tensor, (x, s, W, U, b))
    r, z = (torch.sigmoid(F.linear(x, W[k], b[k]) + F.linear(s, U[k])) for k in (0, 1))
    return torch.lerp(F.linear(x, W[2], b[2]).add(F.linear(r * s, U[2])).tanh(), s, z)


rng = np.random.default_rng(0)
shapes = (2, 4), (2, 5), (3, 5, 4), (3, 5, 5), (3, 5)
x, s, W, U, b = (rng.normal(size=shape) for shape in shapes)
my_gru = yours(gru_step, lambda *args: paper_step(*args).numpy(), x, s, W, U, b)
stacked = [torch.tensor(v.reshape(15, -1)) for v in (W, U)]
biases = torch.tensor(b.ravel()), torch.zeros(15, dtype=torch.float64)
theirs = torch.gru_cell(torch.tensor(x), torch.tensor(s), *stacked, *biases).numpy()
beside(guess_gap, np.abs(my_gru(x, s, W, U, b) - theirs).max())

# %% [markdown]
# The two steps differ. In torch the reset gate comes *after* the product with U: n = tanh(W x + r ⊙ (U s + b)). Then U s can be computed for all gates in one product, which is faster on a GPU. Both are called GRU, and weights can't be moved from the one to the other. In some papers z and 1 − z are exchanged as well. So read the formula, not the name.


# %% demo measure both gradients over 60 steps
def norms_back(cell):
    s = torch.zeros(1, 32, requires_grad=True)
    states = [s]
    for x in torch.randn(60, 1, 8):
        states.append(cell(x, states[-1]))
    back = torch.autograd.grad(states[-1].sum(), states[::-1])
    return [v.norm().item() for v in back]


torch.manual_seed(0)
open_gate = nn.GRUCell(8, 32)
with torch.no_grad():
    open_gate.bias_ih[32:64] = 4.0  # z begins near 0.98
title = "With its gate open, the GRU's gradient survives 60 steps"
fig, ax = draw.figure(title, "steps back", "norm of the gradient")
ax.set(yscale="log", ylim=(1e-13, 100))
draw.line(ax, range(61), norms_back(open_gate), draw.TAPE, "GRU, z near 1")
draw.line(ax, range(61), norms_back(nn.GRUCell(8, 32)), draw.HAND, "GRU as made")
draw.line(ax, range(61), norms_back(nn.RNNCell(8, 32)), draw.OTHER, "RNN")
draw.show(fig, alt=f"{title}; a new GRU's and an RNN's gradients vanish.")

# %% [markdown]
# The gates *can* stay open, and training decides when. A new GRU from torch has z near ½, and its gradient vanishes too, but a bias is enough to open the gate. The older **LSTM** (1997) has the same path through a second state, with three gates.

# %% [markdown]
# ## Turn one string into another
#
# A translation is as long as it wants to be, and its words come in another order. An **encoder-decoder** (Sutskever, Vinyals, Le 2014; Cho and others 2014) uses two recurrent networks. The **encoder** reads the source; its last state is all that is kept. The **decoder** begins with this state and writes the target token by token. A special token END says that the text is complete.
#
# Our language is small: strings of the letters a to h. The net should write each string backwards. Token 0 is END, and it is also the first thing that the decoder reads.

# %% [markdown]
# What does the decoder read? When it writes for us, it reads the token that it wrote before. In training it may have written nonsense. So in training it reads the *right* token before, and learns to continue from there. This is called **teacher forcing**. All steps can be computed at once, since their inputs are known.
#
# |step|0|1|2|3|
# |:--|:--|:--|:--|:--|
# |the decoder reads|END|c|b|a|
# |it should write|c|b|a|END|
#
# **Question `teacher_inputs` •, 1 point.** `Y` holds targets, (steps, n): each column is a string. Return a tensor of the same shape with what the decoder reads. `start` is the token that it reads first.
#
# Stuck? Run `hint("teacher_inputs")`.


# %% answer teacher_inputs
def teacher_inputs(Y, start):
    """The targets, one step later, behind the start token."""
    ### BEGIN SOLUTION
    first = torch.full_like(Y[:1], start)
    return torch.cat([first, Y[:-1]])
    ### END SOLUTION


# %% check teacher_inputs
check("teacher_inputs", teacher_inputs)

# %% [markdown]
# Now the net. `nn.GRU` reads a whole sequence, from a state that is zeros unless you give one. It returns all states, (steps, n, hidden), and the last state again, (1, n, hidden).
#
# **Question `EncoderDecoder` ••, 2 points.** Write two methods. `encode(X)` returns the last state of the encoder after the tokens `X`, (steps, n). `decode(tokens, state)` reads `tokens`, (steps, n), from `state` on, and returns the scores of all tokens, (steps, n, tokens), *and* the decoder's last state. 1 point for whole strings, 1 point when the decoder is asked token by token.
#
# Stuck? Run `hint("EncoderDecoder")`.


# %% answer EncoderDecoder
class EncoderDecoder(nn.Module):
    """Reads tokens with one GRU, and gives scores for tokens with another."""

    def __init__(self, tokens, hidden):
        super().__init__()
        self.embed = nn.Embedding(tokens, hidden)
        self.encoder = nn.GRU(hidden, hidden)
        self.decoder = nn.GRU(hidden, hidden)
        self.head = nn.Linear(hidden, tokens)

    def encode(self, X):
        ### BEGIN SOLUTION
        return self.encoder(self.embed(X))[1]
        ### END SOLUTION

    def decode(self, tokens, state):
        ### BEGIN SOLUTION
        states, last = self.decoder(self.embed(tokens), state)
        return self.head(states), last
        ### END SOLUTION

    def forward(self, X, Y_in):
        scores, _ = self.decode(Y_in, self.encode(X))
        return scores


# %% check EncoderDecoder
check("EncoderDecoder", EncoderDecoder)

# %% [markdown]
# To avoid padding, all strings of one batch have the same length; the paper of 2014 does nearly the same with its sentences. The loss is the mean cross-entropy over all tokens of the batch, END included.
#
# **Question `train_pairs` ••, 2 points.** `batches` is a list of (X, Y_in, Y): sources, what the decoder reads, targets. In each epoch take one step of Adam with the learning rate `rate` for each batch, in the given order. Before each step clip the norm of the whole gradient at `limit`, by torch's function. There is nothing to return. 1 point for the weights after a few steps; 1 point if a net that you train writes at least half of 112 strings without an error that it has never seen. (After a right loop it writes 93 %, and fewer than 1 of 10,000 right loops are rejected.)
#
# Stuck? Run `hint("train_pairs")`.


# %% answer train_pairs
def train_pairs(model, batches, epochs, rate, limit):
    """Train with a teacher; one clipped step of Adam for each batch."""
    ### BEGIN SOLUTION
    adam = torch.optim.Adam(model.parameters(), lr=rate)
    for _epoch in range(epochs):
        for X, Y_in, Y in batches:
            adam.zero_grad()
            scores = model(X, Y_in)
            F.cross_entropy(scores.flatten(0, 1), Y.flatten()).backward()
            nn.utils.clip_grad_norm_(model.parameters(), limit)
            adam.step()
    ### END SOLUTION


# %% check train_pairs
check("train_pairs", train_pairs)

# %% [markdown]
# ### Write greedily
#
# In use, the decoder's own tokens come back as its inputs. The simplest way to write is **greedy decoding**: take the token with the best score, again and again, until this token is END. A net that never writes END would go on for ever, so a limit is needed as well.
#
# **Question `greedy` ••, 2 points.** `next_scores(text)` returns the scores for the token after `text`, a list of the tokens written so far. Start from an empty list. Return the tokens without the end token `end`, at most `limit` of them: 1 point for texts that end by themselves, 1 point for texts that reach the limit. Don't ask for scores that you don't need.
#
# Stuck? Run `hint("greedy")`.


# %% answer greedy
def greedy(next_scores, end, limit):
    """The best token each time, until it is the end token or the limit is reached."""
    ### BEGIN SOLUTION
    text = []
    while len(text) < limit:
        token = int(np.argmax(next_scores(text)))
        if token == end:
            break
        text.append(token)
    return text
    ### END SOLUTION


# %% check greedy
check("greedy", greedy)


# %% demo bring along right answers
from itertools import product

from chainrule.questions.probes.sequences import reader, triple


def plain_training(model, batches, epochs, rate, limit):
    weights = [*model.parameters()]
    optimizer = torch.optim.Adam(weights, rate)
    for X, Y_in, Y in epochs * batches:
        optimizer.zero_grad()
        F.cross_entropy(model(X, Y_in).movedim(-1, 1), Y).backward()
        nn.utils.clip_grad_norm_(weights, limit)
        optimizer.step()


def plain_greedy(next_scores, end, limit):
    text = [int(next_scores([]).argmax())]
    while text[-1] != end and len(text) <= limit:
        text += [int(next_scores(text).argmax())]
    return text[:limit] if end not in text else text[:-1]


Net = if_right("EncoderDecoder", EncoderDecoder, reader)
my_training = if_right("train_pairs", train_pairs, plain_training)
my_greedy = if_right("greedy", greedy, plain_greedy)


# %% demo train a net that writes strings backwards
def all_strings(length):
    return np.array([*product(range(1, 9), repeat=length)]).T


torch.manual_seed(0)
rng = np.random.default_rng(0)
three = all_strings(3)[:, rng.permutation(512)]
seen, held = three[:, :400], three[:, 400:]
parts = [all_strings(2), *np.array_split(seen, 4, axis=1)]
net = Net(9, 32)
my_training(net, [triple(part) for part in parts], 40, 0.01, 1.0)


# %% demo write with the net
@torch.no_grad()
def written(net, source):
    """What the net writes for a source, a text of the letters a to h."""
    X = torch.tensor([[ord(letter) - 96] for letter in source])

    def next_scores(text):
        return net(X, torch.tensor([[0], *([token] for token in text)]))[-1, 0].numpy()

    return "".join(chr(96 + token) for token in my_greedy(next_scores, 0, 12))


[(source, written(net, source)) for source in ("ab", "bad", "fed", "hag")]

# %% [markdown]
# The net has seen strings of two and three letters. A programmer who has understood "write it backwards" can do it with four letters too.
#
# **Guess:** which share of random strings of *four* letters does the net write without an error? And of the strings of three letters that were held out?

# %%
guess_three, guess_four = ..., ...


# %% demo count strings without an error
def share_right(net, strings):
    texts = ["".join(chr(96 + token) for token in column) for column in strings.T]
    return np.mean([written(net, text) == text[::-1] for text in texts])


beside(guess_three, share_right(net, held))
four = rng.integers(1, 9, (4, 100))
beside(guess_four, share_right(net, four))
"abcd", written(net, "abcd"), "cafe", written(net, "cafe")

# %% [markdown]
# The net writes new strings of three letters, and fails on most strings of four: it has learned to reverse strings of the lengths that it saw. A high share on held-out data says something about data *of the same kind* only.
#
# **Guess:** now train a second net with the mistake that `teacher_inputs` warns of: the decoder reads the targets Y themselves. Where does its training loss go, and which share of the held-out strings does it write without an error?

# %%
guess_loss, guess_share = ..., ...

# %% demo train with targets that are not shifted
torch.manual_seed(0)
cheat = Net(9, 32)
unshifted = [(X, Y, Y) for X, _, Y in map(triple, parts)]
my_training(cheat, unshifted, 20, 0.01, 1.0)
X, _, Y = triple(held)
with torch.no_grad():
    loss = F.cross_entropy(cheat(X, Y).movedim(-1, 1), Y).item()
beside(guess_loss, loss)
beside(guess_share, share_right(cheat, held))

# %% [markdown]
# The loss is the best that one could wish, and the net is worthless: it copies the token that it reads. So never judge a decoder by its loss with a teacher alone. Let it write.
#
# ## Turn the source round
#
# Sutskever, Vinyals and Le translated from English to French, and found something strange. If they turned every *source* sentence round, and left the targets as they were, the translations became much better.
#
# Measure it on the plainest task: *copy* a string of 10 letters out of 6. The net is an RNN without gates. In 250 steps of Adam, it either reads the source as it is, or turned round.
#
# **Guess:** a net that knows nothing has the loss log 6 = 1.79. What is the loss after 250 steps, with the source as it is, and with the source turned round?

# %%
guess_as_it_is, guess_turned = ..., ...


# %% demo train on copies, with the source as it is and turned round
def losses_on_copies(layer, turned, steps=250):
    torch.manual_seed(1)
    net = Net(7, 32)
    net.encoder, net.decoder = layer(32, 32), layer(32, 32)
    optimizer, losses = torch.optim.Adam(net.parameters(), lr=0.005), []
    for _ in range(steps):
        Y = torch.randint(1, 7, (10, 64))
        X, Y_in = Y.flip(0) if turned else Y, F.pad(Y[:-1], (0, 0, 1, 0))
        optimizer.zero_grad()
        loss = F.cross_entropy(net(X, Y_in).flatten(0, 1), Y.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses


runs = {turned: losses_on_copies(nn.RNN, turned) for turned in (False, True)}
beside(guess_as_it_is, runs[False][-1])
beside(guess_turned, runs[True][-1])

# %% demo draw both runs
title = "The RNN copies nothing until its source is turned round"
fig, ax = draw.figure(title, "step", "loss")
ax.set_ylim(0, 2)
draw.line(ax, range(250), runs[False], draw.HAND, "source as it is")
draw.line(ax, range(250), runs[True], draw.TAPE, "source turned round")
draw.show(
    fig, alt=f"{title}: the loss stays at 1.79, or falls to {runs[True][-1]:.2f}."
)

# %% [markdown]
# Nothing was made easier: the net gets the same letters, and the *mean* distance between a letter in the source and its copy is 10 steps in both runs. But look at single letters. As it is, every letter stands 10 steps before its copy. Turned round, the first target stands directly behind its source, the second one 3 steps behind, and the last one 19.
#
# A gradient that vanishes makes this difference. At the beginning the short paths carry a gradient, so the first letter is learned at once. With it the state begins to carry letters, and the longer distances follow.


# %% demo measure the gradient at the beginning
def arriving(turned):
    """How long the gradient of the first copy's loss is, at its letter in the source."""
    torch.manual_seed(1)
    net = Net(7, 32)
    net.encoder, net.decoder = nn.RNN(32, 32), nn.RNN(32, 32)
    Y = torch.randint(1, 7, (10, 64))
    read = net.embed(Y.flip(0) if turned else Y).detach().requires_grad_()
    state = net.encoder(read)[1]
    scores, _ = net.decode(torch.zeros(1, 64, dtype=torch.long), state)
    F.cross_entropy(scores[0], Y[0]).backward()
    return read.grad[-1 if turned else 0].norm().item()


print(f"source as it is {arriving(False):.1e}, turned round {arriving(True):.1e}")

# %% [markdown]
# The first letter gets a gradient that is almost a thousand times smaller when it stands ten steps away.
#
# If this explanation is right, a network whose gradient vanishes less needs the trick less. **Guess:** a GRU, 250 steps, the source *as it is*. What is the loss?

# %%
guess_gru = ...

# %% demo train a GRU on the same task
gru = losses_on_copies(nn.GRU, False)
beside(guess_gru, gru[-1])
gru_turned = losses_on_copies(nn.GRU, True)
print(f"with the source turned round: {gru_turned[-1]:.2f}")

# %% [markdown]
# The GRU learns in both directions, and the trick matters less. The paper's networks had gates too (they were LSTMs), but a sentence is longer than ten letters: turned round, the sources brought the perplexity, exp(loss), from 5.8 to 4.7.
#
# Today the trick is hardly needed. With **attention** the decoder looks at all states of the encoder, not only at the last one, so the path is short for every token. But the lesson has stayed: how far a gradient has to travel decides what is learned first.
#
# ## Read the library's lines
#
# `chainrule.recurrent` has the same layers, on the course's own engine.

# %% demo print the library's lines
from inspect import getsource
from textwrap import dedent

from chainrule import recurrent

parts_of_it = recurrent.RNNCell.__call__, recurrent.GRUCell.__call__, recurrent.unroll
print("\n".join(dedent(getsource(function)) for function in parts_of_it))


# %% demo compare the library's gradients with yours
def torch_backward(g, X, S, U):
    """The gradients by torch, from the states and weights of this lesson."""
    s, W, U, b = (torch.tensor(v, requires_grad=True) for v in (S[0], W_own, U, b_own))
    states, state = [], s
    for x in torch.tensor(X):
        state = torch.tanh(x @ W.T + state @ U.T + b)
        states.append(state)
    found = torch.autograd.grad(torch.stack(states), (s, W, U, b), torch.tensor(g))
    return tuple(v.numpy() for v in found)


from chainrule.tensor import Tensor

rng = np.random.default_rng(2)
cell = recurrent.RNNCell(4, 5, rng, dtype=float)
W_own, U_own, b_own = (p.data for p in (cell.W, cell.U, cell.b))
X, s, g = (rng.normal(size=shape) for shape in ((12, 3, 4), (3, 5), (12, 3, 5)))
S = torch_states(X, s, W_own, U_own, b_own, np.full(3, 12))
start = Tensor(s, requires_grad=True)
recurrent.unroll(cell, X, start).backward(g)
my_backward = yours(rnn_backward, torch_backward, g, X, S, U_own)
theirs = start.grad, cell.W.grad, cell.U.grad, cell.b.grad
mine = my_backward(g, X, S, U_own)
for name, one, other in zip(("ds", "dW", "dU", "db"), mine, theirs, strict=True):
    print(f"{name}: largest gap {np.abs(one - other).max():.0e}")

# %% [markdown]
# There is no walk back in these lines: the engine of `04_tensors` finds it, and adds up the shares of the steps in `grad`, as yours does. `unroll` keeps states in the padding by `where`, as you did. Only the GRU differs from yours: it is torch's, with the reset gate after the product.
#
# ## Say what you can do now
#
# - Unroll a recurrent network, and keep states through the padding.
# - Walk back through time, and say why shares of the steps are added.
# - Predict from the spectral radius how fast a gradient vanishes or explodes, and say what the radius doesn't tell.
# - Clip a gradient without turning it.
# - Say where gates help, and which of two GRUs you look at.
# - Train an encoder-decoder with a teacher, and let it write until END.

# %% [markdown]
# ### Hand in
#
# Run all notebooks of this unit from top to bottom, and save them. In Colab: File, Download, Download .ipynb. Hand in the files with their names unchanged. First see where you stand:

# %% demo see where you stand
check_all("14_sequences", globals())

# %% [markdown]
# ## Stretch, for no points
#
# **Cut the walk short.** Change `rnn_backward` so that it passes nothing on beyond 4 steps. On which tasks would a net trained so fail?
#
# **Keep the norm.** Start U as an orthogonal matrix (`09_initialization`). Does the RNN learn to copy without the trick?
#
# **Look at more than the best.** Beam search keeps the k best texts at each step. When does a greedy start lose?

# %% [markdown]
# ## Read on
#
# - Sutskever, Vinyals, Le: *Sequence to Sequence Learning with Neural Networks*, [arXiv 1409.3215](https://arxiv.org/abs/1409.3215), 2014. Section 3.3 turns the source round.
# - Cho and others: *Learning Phrase Representations using RNN Encoder-Decoder*, [arXiv 1406.1078](https://arxiv.org/abs/1406.1078), 2014: the GRU of this notebook.
# - Pascanu, Mikolov, Bengio: *On the difficulty of training recurrent neural networks*, [arXiv 1211.5063](https://arxiv.org/abs/1211.5063), 2013: gradients that vanish and explode, and clipping by norm.
# - Bengio, Simard, Frasconi: *Learning Long-Term Dependencies with Gradient Descent is Difficult*, 1994.
# - Hochreiter, Schmidhuber: *Long Short-Term Memory*, 1997.
# - PyTorch: [`GRU`](https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html), with its note on the reset gate.

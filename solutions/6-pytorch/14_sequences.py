# %% [markdown]
# # Read and write sequences
#
# A dense layer takes inputs of one size. A sentence has any length, and the order of its words matters. A **recurrent neural network** (RNN) reads a sequence step by step and keeps what it needs in a **state**. You send gradients back through time, predict how fast they vanish or explode, and build a net that writes strings backwards.
#
# At the end, a net learns nothing about its task in 250 steps. Then you reverse its input, and it learns. You will know why.

# %% [markdown]
# **You'll do:** write an RNN and a gated unit with NumPy, forward and backward; clip a gradient; build, train and decode an encoder-decoder with PyTorch.
#
# **You'll learn:** why the gradient of a shared weight is a sum over time, what the largest eigenvalue of one matrix says about it, and what gates change.
#
# **You need:** backward rules and paths (`03_reverse_mode`, `04_tensors`), cross-entropy (`05_losses`), `nn.Module` (`06_networks`), Adam (`08_optimizers`).
#
# **Time:** about 4 hours, 1 of reading and 3 of exercises. A good place for a break is "Turn one string into another".
#
# {questions} A check draws fresh numbers and shapes every time you run it. {dots}
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
# A text is cut into **tokens**: words, pieces of words, or letters. Tokens are numbered, but token 6 is not twice token 3. So each token gets a row of a matrix, its **embedding**, which is learned like all other weights.
#
# The RNN reads x₀, x₁, … in turn. It starts with a state s₀, often zeros. Each step makes the next state:
#
# $$s_{t+1} = \tanh(W x_t + U s_t + b).$$
#
# W, U and b are the same at every step. (Papers write h for the state. In this course h is the step of a difference quotient.)

# %% demo draw a network that is unrolled over time
draw.titled("Every step uses the same weights", draw.unrolled("chain"))

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
# The number of steps doesn't matter. (torch keeps two biases, for W and U; only their sum matters.)
#
# Several sequences are read together, as a **batch**. Time comes first, as in torch: `X` has the shape (steps, n, inputs). Short sequences are filled up with **padding**, here numbers behind the end. A **mask** tells where there is a token.
#
# **Question `rnn_states` ••, 2 points.** `s` is (n, hidden), `W` (hidden, inputs), `U` (hidden, hidden) and `b` (hidden,). `lengths` is an array of n whole numbers: sequence i has `lengths[i]` tokens, perhaps 0. Return all states, an array S of shape (steps + 1, n, hidden), with S[0] = s. In the padding a state stays as it is. 1 point without padding, 1 point with it.
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
# Does the state know the order of the letters? An RNN with random weights reads "dog" and "god"; compare its two last states. Then compare the two sums of the letters' embeddings.
#
# **Guess:** how large is the largest gap between two entries of the states? And of the sums?

# %%
guess_gap_of_states, guess_gap_of_sums = ..., ...

# %% demo read dog and god
from chainrule.standby import Kept, if_right, yours

right = Kept("sequences")
rng = np.random.default_rng(0)
weights = [rng.normal(size=shape) for shape in ((5, 4), (5, 5), (5,))]
letters = dict(zip("dgo", rng.normal(size=(3, 4)), strict=True))
X = np.array([[letters[a], letters[b]] for a, b in zip("dog", "god", strict=True)])
given = X, np.zeros((2, 5)), *weights, np.array([3, 3])
my_states = yours(rnn_states, right.rnn_states, *given)
dog, god = my_states(*given)[-1]
beside(guess_gap_of_states, abs(dog - god).max(), "between the states")
beside(guess_gap_of_sums, abs(X.sum(0)[0] - X.sum(0)[1]).max(), "between the sums")

# %% [markdown]
# The states differ. The sums agree up to rounding: a sum forgets the order.
#
# ## Send the gradient back through time
#
# An upstream gradient g arrives at each state. State S[t + 1] is used twice: by its own part of the loss, and by the next step. What comes back along both paths is added (`03_reverse_mode`). So the backward pass goes from the last step to the first, and hands a gradient on. This is **backpropagation through time** (BPTT): backprop on the unrolled graph.
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
# w³ has the slope 3w² = 12 and each of the three steps has a share of 4.
#
# **Question `why_summed` •, 1 point.** A student computes the share of each step and returns their *mean*: "otherwise long sequences get larger gradients". (1) Say with the paths of `03_reverse_mode` why the gradient of U is the sum. (2) The mean is the gradient of another loss. Which one? Two to four sentences.
#
# Stuck? Run `hint("why_summed")`.

# %% explain why_summed [markdown]
# **`why_summed`, in your words:**
#
# ### BEGIN SOLUTION
# U has an edge to every step. A gradient is the sum over all paths from U to L, and each path leaves U along one of these edges. So the shares are added. The mean is the gradient of L divided by the number of steps.
#
# - ½ point: several uses, several paths, and paths are added.
# - ½ point: the mean belongs to L / steps (or: is too small by the factor 1 / steps, as a difference quotient shows).
# ### END SOLUTION

# %% [markdown]
# Now write the backward pass for a batch. `g[t]` is the upstream gradient of S[t + 1] alone, without what comes back from later steps. Take S[t + 1] as the result of step t, tanh(X[t] @ W.T + S[t] @ U.T + b), without padding. You need neither W nor b.
#
# **Question `rnn_backward` •••, 4 points.** Return the gradients ds, dW, dU, db with respect to the first state S[0], to W, U and b: 1 point each. There are 1 to 12 steps. `X` is (steps, n, inputs), `g` is (steps, n, hidden), `S` is (steps + 1, n, hidden).
#
# Stuck? Run `hint("rnn_backward")`.


# %% answer rnn_backward
def rnn_backward(g, X, S, U):
    """Gradients of the first state and of W, U and b, from the last step to the first."""
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
# All states had to be kept: the memory of BPTT grows with the number of steps. For very long sequences one goes back only a fixed number of steps (*truncated* BPTT). Then the sum lacks all longer paths.
#
# ## Follow the gradient back in time
#
# Leave out tanh for a while. On its way back by one step the gradient becomes g @ U, after k steps g @ Uᵏ. For a single number u its size changes by the factor |u|ᵏ: for u = 0.9 and 50 steps, by 0.005.

# %% [markdown]
# For a matrix the eigenvalues decide (`07_gradient_descent`). U isn't symmetric, so an eigenvalue may be complex, a + ib with i² = −1: then the vector turns while it grows or shrinks. The absolute value of a + ib is √(a² + b²). `np.linalg.eigvals(U)` returns the eigenvalues of any square matrix, `np.abs` their absolute values.
#
# The largest absolute value is the **spectral radius** ρ (here it isn't RMSProp's ρ). In the long run the norm of g @ Uᵏ changes by the factor ρ per step, on average, for nearly every g:
#
# - ρ < 1: the gradient **vanishes**, and early steps get hardly any;
# - ρ > 1: the gradient **explodes**.
#
# In the figure one random matrix is scaled to four values of ρ. Solid lines are measured by torch, dashed lines are ρᵏ.


# %% demo measure the norm for four spectral radii
def norms_by_torch(U, g, steps):
    """The norm of the gradient at each state, going back in time."""
    s = torch.zeros(len(U), dtype=torch.float64, requires_grad=True)
    states = [s]
    for _ in range(steps):
        states.append(torch.tensor(U) @ states[-1])
    back = torch.autograd.grad(torch.tensor(g) @ states[-1], states[::-1])
    return np.array([v.norm().item() for v in back])


rng, k = np.random.default_rng(359), np.arange(51.0)
unit, g = rng.normal(size=(16, 16)), rng.normal(size=16)
unit, g = unit / np.abs(np.linalg.eigvals(unit)).max(), g / np.linalg.norm(g)
title = "Below ρ = 1 the gradient vanishes, above it explodes"
fig, ax = draw.figure(title, "steps back", "norm")
ax.set(yscale="log", ylim=(1e-7, 1e5))
for rho in (0.8, 0.9, 1.0, 1.2):
    norms = norms_by_torch(rho * unit, g, 50)
    draw.line(ax, k, norms, draw.TAPE, f"ρ = {rho}: {norms[-1]:.2g}")
    draw.line(ax, k, rho**k, draw.HAND)
draw.show(fig, alt=f"{title}; beside each line stands the norm after 50 steps.")

# %% [markdown]
# After about ten steps each measured line runs parallel to its ρᵏ; between them lies a constant factor, here 0.085. At ρ = 1 the norm settles at this factor. (Where a complex pair of eigenvalues leads, the norm swings about such a line.) So ρ tells roughly how far back a linear RNN can learn.
#
# **Question `steps_to_fade` •, 2 points.** For which number k of steps is ρᵏ equal to `factor`? ρ is the spectral radius of `U`. Return k with its decimals. For ρ < 1 `factor` is below 1, for ρ > 1 above.
#
# Stuck? Run `hint("steps_to_fade")`.


# %% answer steps_to_fade
def steps_to_fade(U, factor):
    """The number of steps k for which rho^k is the factor."""
    ### BEGIN SOLUTION
    rho = np.abs(np.linalg.eigvals(U)).max()
    return np.log(factor) / np.log(rho)
    ### END SOLUTION


# %% check steps_to_fade
check("steps_to_fade", steps_to_fade)

# %% [markdown]
# "If ρ is below 1, the gradient becomes shorter with every step": this is wrong, since ρ speaks about the long run only. Take
#
# $$U = \begin{pmatrix} 0.9 & 3 \\ 0 & 0.9 \end{pmatrix}, \qquad g = (1, 0).$$
#
# Both eigenvalues are 0.9.
#
# **Guess:** at the start the norm of the gradient is 1. What is its largest norm on the way?

# %%
guess_peak = ...

# %% demo follow the gradient through a skewed matrix
U = np.array([[0.9, 3.0], [0.0, 0.9]])
norms = norms_by_torch(U, np.array([1.0, 0.0]), 60)
beside(guess_peak, norms.max())
title = f"With ρ = 0.9 the norm first grows to {norms.max():.1f}, then vanishes"
fig, ax = draw.figure(title, "steps back", "norm")
draw.line(ax, range(61), norms, draw.TAPE, "measured")
draw.line(ax, range(61), 0.9 ** np.arange(61.0), draw.HAND, "ρᵏ")
draw.show(fig, alt=f"{title}; it peaks after {norms.argmax()} steps.")

# %% [markdown]
# What holds for every single step is the **2-norm** of U, its largest *singular value*: the largest factor by which U stretches a vector. For a symmetric or orthogonal matrix it equals ρ. For most others it is larger.
#
# ### Put tanh back
#
# Tanh makes no step longer: it multiplies the gradient, entry by entry, by 1 − s², which is at most 1. So the 2-norm of U still bounds each step. After *several* steps the gradient is usually shorter than without tanh, but not always: unequal factors can disturb sums that would have cancelled.
#
# **Guess:** ρ = 1.5 and 50 steps. Without tanh the norm grows to about 1.5⁵⁰ = 6 · 10⁸. And with tanh, from a random first state?

# %%
guess_with_tanh = ...

# %% demo measure with tanh
rng = np.random.default_rng(1)
U = rng.normal(size=(64, 64))
U *= 1.5 / np.abs(np.linalg.eigvals(U)).max()
s = torch.tensor(rng.normal(size=64), requires_grad=True)
end, slopes = s, []
for _ in range(50):
    end = torch.tanh(torch.tensor(U) @ end)
    slopes.append((1 - end**2).mean().item())
norms = []
for g in torch.tensor(rng.normal(size=(21, 64))):
    (back,) = torch.autograd.grad(end @ (g / g.norm()), s, retain_graph=True)
    norms.append(back.norm().item())
beside(guess_with_tanh, np.median(norms), "in the middle of 21 directions of g")
print(f"from {min(norms):.1f} to {max(norms):.1f}")
print(f"the mean slope of tanh, over all steps: {np.mean(slopes):.2f}")

# %% [markdown]
# The states lie away from 0 now, where tanh is flatter. That takes back nearly all of the factor 1.5. The price: where tanh is flat, the input hardly changes the state.
#
# ### Clip the gradient
#
# A gradient that explodes can be repaired. Take s₃₀ = w³⁰ s₀ with s₀ = 1. It should become 1: L = ½(s₃₀ − 1)². The best positive w is 1. We stand at w = 1.2, quite near.
#
# **Guess:** where does one step of gradient descent with the rate 0.001 lead?

# %%
guess_landing = ...

# %% demo take one step, and draw the cliff
slope = 30 * 1.2**29 * (1.2**30 - 1)
beside(guess_landing, 1.2 - 0.001 * slope)
w = np.linspace(0.8, 1.202, 400)
title = "From w = 1.1 to 1.2 the loss grows from 135 to 28,000"
fig, ax = draw.figure(title, "w", "loss ½(w³⁰ − 1)²")
draw.line(ax, w, (w**30 - 1) ** 2 / 2, draw.SUBJECT)
for at, name in ((1.0, "best"), (1.2, "we stand here")):
    ax.plot(at, (at**30 - 1) ** 2 / 2, "o", color="#1f1f1f")
    ax.annotate(
        name,
        (at, (at**30 - 1) ** 2 / 2),
        (-8, 8),
        ha="right",
        textcoords="offset points",
    )
draw.show(fig, alt=f"{title}; on this axis the part up to 1.1 looks flat.")

# %% [markdown]
# The loss looks flat at 1.1 only beside 28,000: there the slope is 7,828.
#
# The gradient points the right way, but its step leads far out of the region where this slope holds. **Clipping by norm** keeps the direction: if the norm of the whole gradient is above a limit, the gradient is multiplied by limit / norm. "Whole" means all parameters together.
#
# Some programs clip each *entry* to [−limit, limit]. This turns the direction: for the limit 1, (10, 0.5) becomes (1, 0.5), 24 degrees away.
#
# **Question `clipped` •, 2 points.** dW, dU and db are the gradient of one network. Return all three, clipped by their norm *together*, in this order: with the norm `limit` if their norm was larger, unchanged if not. dW is worth 1 point, the others ½ each.
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
w, path = 1.2, [1.2]
for _ in range(60):
    slope = 30 * w**29 * (w**30 - 1)
    w -= 0.001 * slope / max(abs(slope) / 10, 1.0)
    path.append(w)
title = f"With the norm clipped at 10, w walks down to {path[-1]:.3f} and stays"
fig, ax = draw.figure(title, "step", "w")
draw.line(ax, range(61), path, draw.TAPE)
draw.show(fig, alt=f"{title}, in equal steps of 0.01 down the cliff.")

# %% [markdown]
# Clipping bounds a step. It doesn't replace a right rate: at w = 1 the curvature is 900, and 0.001 · 900 is below 2 (`07_gradient_descent`). With the rate 0.01, w would swing about 1 for ever.
#
# Against gradients that vanish no factor helps. In the gradient of U the shares of early steps are tiny *beside those of late steps*, and one factor for the whole sum leaves it so. The remedy is another network.

# %% [markdown]
# ## Keep the state with gates
#
# Without tanh, and with the identity for U, each step would hand the gradient on unchanged. A **gated** unit decides for each number of the state how much of the old value stays. The **update gate** z lies between 0 and 1 (it is no score here), and c is a new value, the *candidate*:
#
# $$s_{t+1} = z \odot s_t + (1 - z) \odot c.$$
#
# ⊙ multiplies entry by entry. Mind the name: at z = 1 nothing is updated. Along the first term the gradient is multiplied by z alone, without U and without tanh. For z = 0.99, 0.99⁵⁰ = 0.61 of it is left after 50 steps. At z = 1 for ever the state could take in nothing new. So z depends on the input and the state, and is learned.

# %% [markdown]
# The **gated recurrent unit** (GRU) was published by Cho and others in 2014. It has a second gate, the **reset gate** r, which decides how much of the old state the candidate sees:
#
# $$r = \sigma(W_r x + U_r s + b_r), \quad z = \sigma(W_z x + U_z s + b_z), \quad c = \tanh(W_c x + U_c (r \odot s) + b_c).$$
#
# **Question `gru_step` •, 2 points.** Return the next state z ⊙ s + (1 − z) ⊙ c for a batch: `x` is (n, inputs), `s` (n, hidden), `W` (3, hidden, inputs), `U` (3, hidden, hidden), `b` (3, hidden). Index 0 belongs to r, 1 to z and 2 to c.
#
# Stuck? Run `hint("gru_step")`.


# %% answer gru_step
def gru_step(x, s, W, U, b):
    """One step of a GRU as in the paper of 2014."""
    ### BEGIN SOLUTION
    r, z = (1 / (1 + np.exp(-(x @ W[k].T + s @ U[k].T + b[k]))) for k in (0, 1))
    c = np.tanh(x @ W[2].T + (r * s) @ U[2].T + b[2])
    return z * s + (1 - z) * c
    ### END SOLUTION


# %% check gru_step
check("gru_step", gru_step)

# %% [markdown]
# torch has `nn.GRUCell`, with the weights of r, z and c stacked in the same order. Give both the same weights.
#
# **Guess:** what is the largest gap between your step and torch's, for weights and states of size about 1?

# %%
guess_gap = ...

# %% demo compare with torch's cell
rng = np.random.default_rng(0)
shapes = (2, 4), (2, 5), (3, 5, 4), (3, 5, 5), (3, 5)
x, s, W, U, b = (rng.normal(size=shape) for shape in shapes)
my_gru = yours(gru_step, right.gru_step, x, s, W, U, b)
stacked = [torch.tensor(v.reshape(15, -1)) for v in (W, U)]
biases = torch.tensor(b.ravel()), torch.zeros(15, dtype=torch.float64)
theirs = torch.gru_cell(torch.tensor(x), torch.tensor(s), *stacked, *biases).numpy()
beside(guess_gap, np.abs(my_gru(x, s, W, U, b) - theirs).max())

# %% [markdown]
# The two steps differ. In torch the reset gate comes *after* the product with U, and there is a second bias: c = tanh(W x + b + r ⊙ (U s + b′)). (In the demo b′ was 0.) Then U s is one product for all gates, which is faster on a GPU. Both are called GRU, and neither can use the other's weights. Some papers also exchange z and 1 − z. So read the formula, not the name.


# %% demo measure both gradients over 60 steps
def norms_back(cell, X):
    s = torch.zeros(1, 32, requires_grad=True)
    states = [s]
    for x in X:
        states.append(cell(x, states[-1]))
    back = torch.autograd.grad(states[-1].sum(), states[::-1])
    return [v.norm().item() for v in back]


torch.manual_seed(0)
X, keeping = torch.randn(60, 1, 8), nn.GRUCell(8, 32)
with torch.no_grad():
    keeping.bias_ih[32:64] = 4.0  # z begins near 0.98
title = "With z near 1, the GRU's gradient survives 60 steps"
fig, ax = draw.figure(title, "steps back", "norm of the gradient")
ax.set(yscale="log", ylim=(1e-18, 100))
draw.line(ax, range(61), norms_back(keeping, X), draw.TAPE, "GRU, z near 1", 2.6)
draw.line(ax, range(61), norms_back(nn.GRUCell(8, 32), X), draw.TAPE, "GRU as made", 1)
draw.line(ax, range(61), norms_back(nn.RNNCell(8, 32), X), draw.OTHER, "RNN")
draw.show(fig, alt=f"{title}; a new GRU's and an RNN's gradients vanish.")

# %% [markdown]
# A new GRU from torch has z near ½, and its gradient vanishes too; a bias brings z near 1. (The RNN's norm is multiplied by about 0.53 per step: torch begins with ρ near 0.6, and tanh takes some more.) The older **LSTM** (1997) has such a path through a second state. Its **forget gate**, the factor along this path, was added in 2000.
#
# ## Turn one string into another
#
# A translation may be longer or shorter than its source, and its words come in another order. An **encoder-decoder** (Cho and others; Sutskever, Vinyals, Le; both 2014) uses two recurrent networks. The **encoder** reads the source; its last state is all that is kept. The **decoder** begins with this state and writes the target token by token. A token END says that the text is complete.

# %% [markdown]
# Our language has the letters a to h, and the net should write each string backwards. Token 0 is END; the decoder also reads it first.
#
# In use (at *inference*) the decoder reads its own last token. Early in training that token is nonsense. So in training the decoder reads the *right* last token: **teacher forcing**. All its inputs are known before it begins, so one call of `nn.GRU` reads them all. For the source abc:
#
# |step|0|1|2|3|
# |:--|:--|:--|:--|:--|
# |the decoder reads|END|c|b|a|
# |it should write|c|b|a|END|
#
# **Question `teacher_inputs` •, 1 point.** `Y` is a tensor of whole numbers, (steps, n): each column is a target. Return a tensor of the same shape with what the decoder reads. `start` is the token that it reads first.
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
# Now the net. `nn.Embedding` looks up the rows of tokens. `nn.GRU` reads a whole sequence, from a state that is zeros unless you give one. It returns all states, (steps, n, hidden), and the last state again, (1, n, hidden).
#
# **Question `EncoderDecoder` ••, 2 points.** Write two methods. `encode(X)` returns the last state of the encoder after the tokens `X`, (steps, n). `decode(tokens, state)` reads `tokens`, (steps, n), from `state` on. It returns two things: a score for every token of the language at each step, (steps, n, number of tokens), and the decoder's last state, (1, n, hidden). 1 point for whole strings, 1 point when `decode` is asked piece by piece.
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
# There is no padding: the strings of a batch have one length. The loss is the mean cross-entropy over all tokens of the batch, END included. `F.cross_entropy` wants scores (count, tokens) and targets (count,), so make one axis of steps and n.
#
# **Question `train_pairs` ••, 2 points.** `batches` is a list of (X, Y_in, Y): sources, what the decoder reads, targets. In each epoch take one step of Adam with the rate `rate` for each batch, in their order. Before each step clip the gradient with `nn.utils.clip_grad_norm_(model.parameters(), limit)`. Return nothing. 1 point for the weights after a few steps; 1 point if a net trained by your loop writes at least half of 112 new strings without an error. (Right loops wrote 93 ± 3% of them over 35 seeds. We estimate that fewer than 1 of 10,000 are rejected, since the bound lies 14 deviations below.)
#
# Stuck? Run `hint("train_pairs")`.


# %% answer train_pairs
def train_pairs(model, batches, epochs, rate, limit):
    """Teacher forcing; one clipped step of Adam for each batch."""
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
# The simplest way to write is **greedy decoding**: take the token with the best score, again and again, until it is END. A net may never write END, so a limit is needed as well.
#
# **Question `greedy` ••, 2 points.** `next_scores(text)` returns the scores, a NumPy array, for the token after `text`, a list of the tokens written so far. Start from an empty list. Return the tokens without the end token `end`, at most `limit` of them: 1 point for texts that end by themselves, 1 point for texts that reach the limit. Don't ask for scores that you don't need.
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

# %% demo train a net that writes strings backwards
my_inputs = if_right("teacher_inputs", teacher_inputs, right.teacher_inputs)
Net = if_right("EncoderDecoder", EncoderDecoder, right.EncoderDecoder)
my_training = if_right("train_pairs", train_pairs, right.train_pairs)


def batch(strings):
    """Sources, what the decoder reads, and the reversed strings with END."""
    X = torch.tensor(strings)
    Y = F.pad(X.flip(0), (0, 0, 0, 1))  # one row of zeros below
    return X, my_inputs(Y, 0), Y


torch.manual_seed(0)
rng = np.random.default_rng(0)
two, three = (np.indices([8] * k).reshape(k, -1) + 1 for k in (2, 3))
three = three[:, rng.permutation(512)]
seen, held = three[:, :400], three[:, 400:]
batches = [batch(part) for part in (two, *np.array_split(seen, 4, axis=1))]
net = Net(9, 32)
my_training(net, batches, 40, 0.01, 1.0)


# %% demo write held-out strings with the net
my_greedy = if_right("greedy", greedy, right.greedy)


@torch.no_grad()
def written(net, source):
    """What the net writes for a source, a text of the letters a to h."""
    X = torch.tensor([[ord(letter) - 96] for letter in source])

    def next_scores(text):
        return net(X, torch.tensor([[0], *([token] for token in text)]))[-1, 0].numpy()

    return "".join(chr(96 + token) for token in my_greedy(next_scores, 0, 12))


texts = ["".join(chr(96 + token) for token in column) for column in held.T]
for source in texts[:4]:
    print(source, "→", written(net, source))

# %% [markdown]
# These strings were held out of training, which had two and three letters. Someone who has understood "write it backwards" can do it with four letters too.
#
# **Guess:** which fraction of all 112 held-out strings is written without an error? And of 100 random strings of *four* letters?

# %%
guess_three, guess_four = ..., ...


# %% demo count strings without an error
def fraction_right(net, texts):
    return np.mean([written(net, text) == text[::-1] for text in texts])


beside(guess_three, fraction_right(net, texts), "of the held-out strings")
four = ["".join(rng.choice([*"abcdefgh"], 4)) for _ in range(100)]
beside(guess_four, fraction_right(net, four), "of the strings of four letters")
for source in four[:4]:
    print(source, "→", written(net, source))

# %% [markdown]
# What the net has learned mostly breaks at a length that it never saw. A result on held-out strings speaks only of strings of their kind.
#
# **Guess:** now train a second net whose decoder reads the targets Y themselves. What is its loss, and which fraction of the held-out strings does it write without an error?

# %%
guess_loss, guess_fraction = ..., ...

# %% demo train with targets that are not shifted
torch.manual_seed(0)
cheat = Net(9, 32)
my_training(cheat, [(X, Y, Y) for X, _, Y in batches], 40, 0.01, 1.0)
X, _, Y = batch(held)
with torch.no_grad():
    loss = F.cross_entropy(cheat(X, Y).movedim(-1, 1), Y).item()
beside(guess_loss, loss, "(loss with a teacher)")
beside(guess_fraction, fraction_right(cheat, texts), "of the held-out strings")

# %% [markdown]
# The loss is nearly 0, and the net is worthless: it copies the token that it reads. So never judge a decoder by its loss with a teacher alone. Let it write.
#
# ## Reverse the source
#
# Sutskever, Vinyals and Le translated from English to French. When they reversed every *source* sentence, and left the targets as they were, the translations became much better.
#
# Measure it on the plainest task: *copy* strings of 10 letters, without END; the alphabet has 6. The net is an RNN without gates. It takes 250 steps of Adam, and reads each source either as it is, or reversed.
#
# **Guess:** a net that gives each letter the same probability has the loss log 6 = 1.79. What is the loss after 250 steps, with the source as it is, and reversed?

# %%
guess_as_it_is, guess_reversed = ..., ...


# %% demo train on copies, with the source as it is and reversed
def losses_on_copies(layer, backwards, steps=250):
    """The loss of each of the ten letters at each step."""
    torch.manual_seed(1)
    net = Net(7, 32)
    net.encoder, net.decoder = layer(32, 32), layer(32, 32)
    optimizer, losses = torch.optim.Adam(net.parameters(), lr=0.005), []
    for _ in range(steps):
        Y = torch.randint(1, 7, (10, 64))
        X = Y.flip(0) if backwards else Y
        optimizer.zero_grad()
        scores = net(X, my_inputs(Y, 0)).movedim(-1, 1)
        each = F.cross_entropy(scores, Y, reduction="none").mean(1)
        each.mean().backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        losses.append(each.detach().numpy())
    return np.array(losses)


# %% demo draw both runs
as_it_is, backwards = (losses_on_copies(nn.RNN, way) for way in (False, True))
last = as_it_is[-1].mean(), backwards[-1].mean()
beside(guess_as_it_is, last[0], "with the source as it is")
beside(guess_reversed, last[1], "with the source reversed")
title = "The RNN copies nothing until its source is reversed"
fig, ax = draw.figure(title, "step", "loss")
ax.set_ylim(0, 2)
draw.line(ax, range(250), as_it_is.mean(1), draw.OTHER, "source as it is")
draw.line(ax, range(250), backwards.mean(1), draw.TAPE, "source reversed")
draw.show(
    fig, alt=f"{title}: the loss stays at {last[0]:.2f}, or falls to {last[1]:.2f}."
)

# %% [markdown]
# (With four other seeds: 1.79 to 1.80 as it is, 0.8 to 1.0 reversed.)
#
# In both runs the *mean* distance between a letter and its copy is 10 steps. But look at single letters. As it is, every letter stands 10 steps before its copy. Reversed, the first target stands 1 step behind its source, the second 3 steps, and the last one 19.

# %% demo draw the loss of single letters
title = "Reversed, letters are learned in the order of their distance"
fig, ax = draw.figure(title, "step", "loss of one letter, mean of 10 steps")
ax.set_ylim(0, 2)
means = backwards.reshape(25, 10, 10).mean(1)
for number, width in ((1, 3.0), (3, 2.2), (5, 1.4), (10, 0.8)):
    name = f"letter {number}: {2 * number - 1} step" + "s" * (number > 1)
    draw.line(ax, range(5, 250, 10), means[:, number - 1], draw.TAPE, name, width)
draw.show(fig, alt=f"{title}: letter 1 at once, letter 10 not in 250 steps.")

# %% [markdown]
# A gradient that vanishes would explain this order. At the beginning only short paths carry a gradient, so the first letter is learned at once. With it the state begins to carry letters, and longer distances follow. With the source as it is, no path is short, and nothing begins.
#
# If this explanation is right, a network whose gradient vanishes less needs the trick less.
#
# **Guess:** a GRU, 250 steps, the source *as it is*. What is the loss?

# %%
guess_gru = ...

# %% demo train a GRU on the same task
gru, gru_backwards = (losses_on_copies(nn.GRU, way)[-1] for way in (False, True))
beside(guess_gru, gru.mean())
print(f"with the source reversed: {gru_backwards.mean():.2f}")

# %% [markdown]
# The GRU learns in both directions, and the trick matters less. (With four other seeds: 0.73 to 1.05 as it is. With states of 18 numbers, and so about as many weights as the RNN has: 1.08 to 1.13.) The paper's LSTMs had gates too, but a sentence is longer than ten letters: reversed sources brought the perplexity, exp(loss), from 5.8 to 4.7.
#
# Today the trick is hardly needed: with **attention** the decoder looks at all states of the encoder, so every path is short.
#
# ## Read the library's lines
#
# `chainrule.recurrent` has the same layers, on the course's own engine.

# %% demo print the library's lines, and compare gradients with yours
from inspect import getsource
from textwrap import dedent

from chainrule import recurrent
from chainrule.tensor import Tensor

shown = recurrent.RNNCell.__call__, recurrent.GRUCell.__call__, recurrent.unroll
print("\n".join(dedent(getsource(function)) for function in shown))
rng = np.random.default_rng(2)
cell = recurrent.RNNCell(4, 5, rng, dtype=float)
X, s, g = (rng.normal(size=shape) for shape in ((12, 3, 4), (3, 5), (12, 3, 5)))
start = Tensor(s, requires_grad=True)
states = recurrent.unroll(cell, X, start)
states.backward(g)
trial = g, X, np.concatenate([s[None], states.data]), cell.U.data
mine = yours(rnn_backward, right.rnn_backward, *trial)(*trial)
leaves = start, cell.W, cell.U, cell.b
for name, one, leaf in zip(("ds", "dW", "dU", "db"), mine, leaves, strict=True):
    print(f"{name}: largest gap {np.abs(one - leaf.grad).max():.0e}")

# %% [markdown]
# These lines have no backward pass: the engine of `04_tensors` finds it, and adds up the steps' shares. The GRU is torch's, with the reset gate after the product.
#
# ## Say what you can do now
#
# - Unroll a recurrent network, and keep states through the padding.
# - Send gradients back through time, and say why the steps' shares are added.
# - Predict from the spectral radius how fast a gradient vanishes or explodes.
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
# **Go back less far.** Change `rnn_backward` so that it passes nothing on beyond 4 steps. Which tasks could a net trained so not learn?
#
# **Keep the norm.** Start U as an orthogonal matrix (`09_initialization`). Does the RNN learn to copy without the trick?
#
# **Look at more than the best.** Beam search keeps the k best texts at each step. When does a greedy start lose?

# %% [markdown]
# ## Read on
#
# - Sutskever, Vinyals, Le: *Sequence to Sequence Learning with Neural Networks*, [arXiv 1409.3215](https://arxiv.org/abs/1409.3215), 2014. Section 3.3 reverses the source.
# - Cho and others: *Learning Phrase Representations using RNN Encoder-Decoder*, [arXiv 1406.1078](https://arxiv.org/abs/1406.1078), 2014: the GRU of this notebook.
# - Pascanu, Mikolov, Bengio: *On the difficulty of training recurrent neural networks*, [arXiv 1211.5063](https://arxiv.org/abs/1211.5063), 2013: gradients that vanish and explode, and clipping by norm.
# - Bengio, Simard, Frasconi: *Learning Long-Term Dependencies with Gradient Descent is Difficult*, 1994.
# - Hochreiter, Schmidhuber: *Long Short-Term Memory*, 1997; Gers, Schmidhuber, Cummins: *Learning to Forget*, 2000, adds the forget gate.
# - PyTorch: [`GRU`](https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html), with its note on the reset gate.

# %% [markdown]
# # Turn gradients into steps
#
# The negative gradient is the direction in which a loss falls fastest. An optimizer (`06_networks`) follows a rule that turns gradients into steps. The simplest, plain gradient descent, subtracts the rate times the gradient.
#
# In this notebook you write the steps of four other optimizers, one of them in two forms. Then optimizers race by fair rules. At the end you rotate a loss by 45 degrees. Which optimizers need more steps then?

# %% [markdown]
# **You'll do:** write momentum in two forms, and variants of AdaGrad, RMSProp and Adam; convert one form of momentum into another; distinguish five Adams; decay weights; choose a rate by fair rules.
#
# **You'll learn:** what each optimizer remembers and why, and what a comparison of optimizers has to report.
#
# **You need:** gradient descent, the largest stable rate and the condition number (`07_gradient_descent`), the L2 penalty (`06_networks`), NumPy.
#
# **Time:** about 3½ hours, 1½ of reading and 2 of exercises. Take a break before "Correct a young average".
#
# {questions} Every check draws fresh numbers. `centred_norm` and `which_adam` have numbers of your own: put your id into `STUDENT` below before you begin. {dots}
#
# {points}

# %% setup
import numpy as np
from chainrule import check, check_all, draw, hint, numbers
from chainrule.guess import beside

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## See what one rate for all weights costs
#
# In a narrow valley, L(w) = ½ (w₁² + 100 w₂²), the curvature is 1 along the valley and 100 across it, so stable rates are below 2/100. From w = (4, 1), with the best rate for this start, 0.0193 (for the worst: 2/101 = 0.0198), plain descent takes 68 steps until the loss stays below 1% of the first. With the rates 1 for w₁ and 1/100 for w₂, one step would reach the minimum.
#
# In code, `dw` is ∂L/∂w, and `rate` is η.
#
# ## Gather speed with momentum
#
# Imagine a ball in this valley. At first, all gradients along the valley push the ball one way. Across the valley, at a large rate, gradients of both signs nearly cancel. With **momentum**, a step depends on earlier gradients too.
#
# Here is PyTorch's form. What an optimizer remembers is its **state**, here z.


# %%
def sum_momentum(w, dw, z, rate, beta):
    z = beta * z + dw
    return w - rate * z, z


# %% [markdown]
# The state z is a sum of all gradients so far. In this sum, the gradient of j steps ago is multiplied by βʲ. With β = 0, the step is that of plain descent. The usual choice is β = 0.9.
#
# Let momentum start at the same w, with β = 0.9 and 0.0058, one of the best rates for this β.
#
# **Guess:** after how many steps does the loss *stay* below 1% of the first loss? Replace the dots below, then run on. A guess is never graded.

# %%
guess_momentum = ...

# %% demo count the steps of momentum and of plain gradient descent
from chainrule import races  # optimizers on losses of two weights

VALLEY = races.valley(steep=100)
beside(guess_momentum, races.steps_needed("momentum", VALLEY, 0.0058, 300), "steps")
plain = races.steps_needed("plain", VALLEY, 0.0193, 300)
print(f"plain gradient descent: {plain} steps until the loss stays below 1%")

# %% [markdown]
# ### Know three forms of one idea
#
# Books and programs write "momentum" in three forms. Some write α or μ for β.
#
# |form|state|step|used in|
# |:--|:--|:--|:--|
# |sum|z ← βz + ∂L/∂w|w ← w − ηz|PyTorch, Goh 2017|
# |average|m, an average: the old m has the coefficient β, ∂L/∂w has 1 − β|w ← w − ηm|many courses, and inside Adam|
# |ball|Δw ← βΔw − η ∂L/∂w|w ← w + Δw|Rumelhart 1986, Sutskever 2013|
#
# The average is an **exponential moving average** (EMA). All three states begin at 0.
#
# **Question `ema_momentum` •, 2 points.** Write one step of the *average* form. Return the new w and the new m. In all questions about a step, arrays may have any shape, the rate may change, and the state may come from earlier steps. Leave the given arrays unchanged, and return new arrays.
#
# Stuck? Run `hint("ema_momentum")` in a cell of your own.


# %% answer ema_momentum
def ema_momentum(w, dw, m, rate, beta):
    """The new weights and the new average of gradients."""
    ### BEGIN SOLUTION
    m = beta * m + (1 - beta) * dw
    return w - rate * m, m
    ### END SOLUTION


# %% check ema_momentum
check("ema_momentum", ema_momentum)

# %% [markdown]
# **Question `ball_momentum` •, 1 point.** Write one step of the *ball* form. Its state is `move`, the last Δw. Return the new w and the new move.
#
# Stuck? Run `hint("ball_momentum")`.


# %% answer ball_momentum
def ball_momentum(w, dw, move, rate, beta):
    """The new weights and the move that led to them."""
    ### BEGIN SOLUTION
    move = beta * move - rate * dw
    return w + move, move
    ### END SOLUTION


# %% check ball_momentum
check("ball_momentum", ball_momentum)

# %% [markdown]
# Let each form take five steps on ½w², where the gradient is w. All three start at w = 1, with η = 0.1 and β = 0.9. The sum and the ball both end at −0.029.
#
# **Guess:** where does the average end?

# %%
guess_average = ...


# %% demo take five steps with each form
from chainrule import torch_steps  # PyTorch's steps
from chainrule.standby import if_right, yours

trial = np.array([1.0, 2]), np.array([3.0, 0]), np.array([0.5, -1]), 0.1, 0.9
my_average = yours(ema_momentum, torch_steps.average_step, *trial)
my_ball = yours(ball_momentum, torch_steps.ball_step, *trial)


def walk(step, rates, beta=0.9, slope=lambda w: w):
    """Where w is before and after each step, from w = 1 and a state of 0."""
    places, w, state = [1.0], np.array([1.0]), np.zeros(1)
    for rate in rates:
        w, state = step(w, slope(w), state, rate, beta)
        places.append(w[0])
    return np.array(places)


beside(guess_average, walk(my_average, [0.1] * 5)[-1])
ends = [walk(step, [0.1] * 5)[-1] for step in (sum_momentum, my_ball)]
print(f"sum {ends[0]:.5f}, ball {ends[1]:.5f},", end=" ")
print(f"average with a rate of 1: {walk(my_average, [1.0] * 5)[-1]:.5f}")

# %% [markdown]
# For the same gradients, m = (1 − β) z. So with the same η, the average moves far more slowly. With the rate η / (1 − β), here 1, the average takes the same steps as the sum.
#
# When the gradient stays 1, z approaches 1 + β + β² + … = 1 / (1 − β), and a step approaches η / (1 − β). This is the **effective rate** of sum and ball: with β = 0.9, ten times η.
#
# ### Change the rate during training
#
# A **schedule** gives each step t a rate ηₜ. **Warm-up** raises the rate in the first steps, because the curvature of a network is then often too large for the full rate. In T steps, a **cosine schedule** lowers the rate from η to 0, ηₜ = η (1 + cos(πt/T))/2, because the noise floor falls with the rate (`07_gradient_descent`).

# %% [markdown]
# When the rate changes, the sum and the ball differ. The sum multiplies its whole state z by the new rate. In the ball's state Δw, each gradient keeps the rate of its own step.
#
# Let β be 0.9, and let the gradient always be 1. After many steps with η = 0.1, both forms take steps of the size 1. Then η falls to 0.01. The sum's next step has the size 0.1.
#
# **Guess:** what is the size of the ball's next step?

# %%
guess_after = ...

# %% demo lower the rate after 150 steps
rates = [0.1] * 150 + [0.01] * 50
forms = {"sum": sum_momentum, "ball": my_ball}
sizes = {
    name: -np.diff(walk(step, rates, slope=np.ones_like))
    for name, step in forms.items()
}
beside(guess_after, sizes["ball"][150])
slow = np.count_nonzero(sizes["ball"][150:] > 0.2)
title = "The ball follows a falling rate more slowly than the sum"
fig, ax = draw.figure(title, "step", "size of the step")
for name, width in (("sum", 1.2), ("ball", 3)):
    draw.line(ax, range(141, 201), sizes[name][140:], draw.HAND, name, width)
more = f"for {slow} steps, its steps are more than twice as long"
draw.show(fig, alt=f"{title}: {more}.")

# %% [markdown]
# With the rate η / (1 − β) in every step, the average follows the sum even when η changes. If η is constant, the ball takes this path too.
#
# **Question `carried_over` ••, 2 points.** A run with the *sum* was stopped. You have its state `z`, its `rate` and its `beta`. The rate was constant, and stays constant. One program continues the path in the *average* form, another in the *ball* form. Return three things:
#
# 1. the rate that the average form needs,
# 2. the state m of the average form,
# 3. the state Δw of the ball form, its last move. The ball form keeps `rate`.
#
# Stuck? Run `hint("carried_over")`.


# %% answer carried_over
def carried_over(z, rate, beta):
    """The average's rate, its state m, and the ball's last move."""
    ### BEGIN SOLUTION
    return rate / (1 - beta), (1 - beta) * z, -rate * z
    ### END SOLUTION


# %% check carried_over
check("carried_over", carried_over)

# %% [markdown]
# ### Measure what momentum allows
#
# "Momentum allows for a larger learning rate, and converges faster." Measure both claims.
#
# On ½w², plain descent is stable up to η = 2. For the sum and the ball, the bound is 2 + 2β (Goh 2017). So momentum *allows* a larger rate. The best rate may still be smaller: in our valley, with β = 0.9, it was 0.0058 instead of 0.0193.
#
# Is momentum faster? Let the two curvatures be 1 and 1/κ, so that κ is the condition number. Each method has the settings that are best in a very long run. Count the steps until both weights stay 1,000 times smaller than at the start:
#
# |κ|plain descent|momentum|
# |--:|--:|--:|
# |10|35|16|
# |100|346|?|
#
# **Guess:** how many steps does momentum need for κ = 100?

# %%
guess_fast = ...

# %% demo search stable rates, and count the steps for growing κ
from chainrule import trials  # small experiments

for beta in (0, 0.5, 0.9):
    bound = trials.largest_stable(sum_momentum, beta)
    print(f"β = {beta}: stable up to η = {bound:.2f}")
counts = {}
for kappa in (10, 100, 1000):
    (rate, beta), best = trials.best_momentum(kappa), 2 / (1 + 1 / kappa)
    counts[kappa] = trials.until_small(sum_momentum, kappa, rate, beta)
    steps = trials.until_small(sum_momentum, kappa, best, 0)
    print(f"κ {kappa:5}: plain {steps:5} steps (η {best:.2f})", end="   ")
    print(f"momentum {counts[kappa]:4} (η {rate:.2f}, β {beta:.2f})")
beside(guess_fast, counts[100], "steps")

# %% [markdown]
# Momentum is faster here, and its rate is larger too. When κ becomes ten times larger, plain descent needs about ten times the steps. Momentum needs about √10 ≈ 3.2 times the steps (here 3.6 and 3.5 times).
#
# Polyak (1964) found the best settings of the sum and the ball. For curvatures from 1/κ to 1, with r = 1/√κ, they are
#
# $$\eta = \frac{4}{(1 + r)^2}, \qquad \beta = \left(\frac{1 - r}{1 + r}\right)^2.$$
#
# If the largest curvature is c, divide this η by c. In a long run, a step with these settings multiplies the distance to the minimum by about √β ≈ 1 − 2/√κ. A step of plain descent with its best rate multiplies this distance by about 1 − 2/κ. These laws are for quadratic losses and large κ.

# %% [markdown]
# ## Give every weight a rate of its own
#
# Momentum has one rate for all weights. In a model of texts with one weight for each word, rare words' weights mostly get the gradient 0. To learn in few steps, these weights need long steps. **AdaGrad** keeps a sum s of squared gradients for each weight:
#
# $$s \leftarrow s + \left(\frac{\partial L}{\partial w}\right)^2, \qquad w \leftarrow w - \eta\, \frac{\partial L / \partial w}{\sqrt{s} + \text{eps}}.$$
#
# Everything works entry by entry. A small eps prevents 0/0. With negligible eps, a weight's first step has the length η, unless the gradient is 0. With gradients of constant size, step t has the length η/√t. PyTorch's `lr_decay` divides η by 1 + (t − 1) · lr_decay.
#
# **Question `decaying_adagrad` •, 3 points.** Write one step of AdaGrad with `lr_decay`. `t` is this step's number (from 1 on), `s` the sum before it. Return the new w and s.
#
# Stuck? Run `hint("decaying_adagrad")`.


# %% answer decaying_adagrad
def decaying_adagrad(w, dw, s, t, rate, lr_decay, eps):
    """The new weights and the new sums of squares, after step number t."""
    ### BEGIN SOLUTION
    s = s + dw**2
    slow = rate / (1 + (t - 1) * lr_decay)
    return w - slow * dw / (np.sqrt(s) + eps), s
    ### END SOLUTION


# %% check decaying_adagrad
check("decaying_adagrad", decaying_adagrad)

# %% [markdown]
# ### Test a rule before you believe it
#
# Some lecture notes print AdaGrad like this, with dw for ∂L/∂w:
#
# $$s \leftarrow s + \left\| \text{dw} - \mathrm{mean}(\text{dw}) \right\|^2, \qquad w \leftarrow w - \eta\, \frac{\text{dw}}{\sqrt{s} + \text{eps}}.$$
#
# The mean goes over all weights, and ‖·‖ is the Euclidean norm, the root of the sum of the squares. The simplest test of such a rule is a model with *one* weight. Take the loss ½w², and s = 0 at the start. Your own `w`, `rate` and `eps` are shown below.
#
# **Question `centred_norm` •, 1 point.** What is your weight after *two* steps of the printed rule? Give at least four digits, or a formula in Python.
#
# Stuck? Run `hint("centred_norm")`.

# %%
numbers("centred_norm", STUDENT)

# %% answer centred_norm
### BEGIN SOLUTION
own = numbers("centred_norm", STUDENT)
centred_norm = own["w"] * (1 - own["rate"] / own["eps"]) ** 2
### END SOLUTION

# %% check centred_norm
check("centred_norm", centred_norm, student=STUDENT)

# %% [markdown]
# With eps = 1e-8 and η = 0.1, one step of the printed rule leads from 1 to −9,999,999. AdaGrad's step leads to 0.9. The printed rule subtracts a mean: with a single weight, s stays 0. The rule also takes one norm over all weights, so no weight has a rate of its own. AdaGrad does neither (Duchi, Hazan, Singer 2011).
#
# ## Forget old squares
#
# AdaGrad's sum never falls. After large gradients, small gradients give tiny steps. **RMSProp** (Hinton 2012) takes an exponential moving average v of the squares instead, with the coefficient ρ. This average forgets old squares:
#
# $$v \leftarrow \rho v + (1 - \rho) \left(\frac{\partial L}{\partial w}\right)^2, \qquad w \leftarrow w - \eta\, \frac{\partial L / \partial w}{\sqrt{v} + \text{eps}}.$$
#
# Let the gradient be 10 for 100 steps, then 0.1 for 100 steps, with η = 0.1. AdaGrad's last step has the size 0.0001.
#
# **Guess:** how large is RMSProp's last step, with ρ = 0.9?

# %%
guess_forget = ...

# %% demo let the gradient fall, and draw the steps of both
seen = np.repeat([10.0, 0.1], 100)
v, averages = 0.0, []
for dw in seen:
    v = 0.9 * v + 0.1 * dw**2
    averages.append(v)
adagrad = 0.1 * seen / np.sqrt(np.cumsum(seen**2))  # eps is left out
rmsprop = 0.1 * seen / np.sqrt(averages)
beside(guess_forget, rmsprop[-1])
title = "After large gradients, RMSProp recovers and AdaGrad doesn't"
fig, ax = draw.figure(title, "step", "size of the step")
ax.set(yscale="log")
draw.line(ax, range(1, 201), adagrad, draw.DIFFERENCE, "AdaGrad")
draw.line(ax, range(1, 201), rmsprop, draw.OTHER, "RMSProp")
draw.show(
    fig, alt=f"{title}: their last steps are {rmsprop[-1]:.2f} and {adagrad[-1]:.1g}."
)

# %% [markdown]
# RMSProp's first steps are longer than η, because v begins at 0.
#
# **Centred RMSProp** keeps two averages *over time* for each weight: m of the gradients and v of their squares, both with ρ. After many steps with independent gradients from one distribution, v − m² estimates their variance, a little too low because m varies too. The step divides by √(v − m²) instead of √v. So noisy gradients give short steps, and steady gradients give long steps. If a gradient hardly varies for long, only eps limits the step.
#
# **Question `centred_rmsprop` •, 3 points.** Write one step of centred RMSProp. Update both averages first, and add eps to the root, as in RMSProp. Return the new w, m and v.
#
# Stuck? Run `hint("centred_rmsprop")`.


# %% answer centred_rmsprop
def centred_rmsprop(w, dw, m, v, rate, rho, eps):
    """The new weights, averages of gradients and averages of squares."""
    ### BEGIN SOLUTION
    m = rho * m + (1 - rho) * dw
    v = rho * v + (1 - rho) * dw**2
    return w - rate * dw / (np.sqrt(v - m**2) + eps), m, v
    ### END SOLUTION


# %% check centred_rmsprop
check("centred_rmsprop", centred_rmsprop)

# %% [markdown]
# ## Correct a young average
#
# **Adam** combines momentum and RMSProp. Adam steps along an average m of the gradients, and divides by the root of an average v of their squares. The usual settings are β₁ = 0.9 for m and β₂ = 0.999 for v.
#
# Both averages begin at 0. If the first gradient is 1, m becomes 0.1 and v becomes 0.001. Without a correction, the first step is m/√v = 3.16 times η.

# %% [markdown]
# How wrong is a young average? If all gradients are 1, their average should be 1. An average that began at 0 is smaller. After t such steps, this average is the sum of the **coefficients** by which the t gradients are multiplied. Find these coefficients (the `weights` in `average_weights`).
#
# **Question `average_weights` ••, 2 points.** An average m begins at 0. Step k does m ← bₖ m + (1 − bₖ) dwₖ: bₖ is the β of this step, and dwₖ is its gradient. The array `betas` holds b₁ to b_t. Return the coefficients that dw₁, dw₂, …, dw_t have in the last m, as an array in this order. One point is for equal betas, one for betas that change.
#
# Stuck? Run `hint("average_weights")`.


# %% answer average_weights
def average_weights(betas):
    """The coefficient of each step's gradient in the average after the last."""
    ### BEGIN SOLUTION
    weights = np.zeros(len(betas))
    for k, beta in enumerate(betas):
        weights = beta * weights
        weights[k] = 1 - beta
    return weights
    ### END SOLUTION


# %% check average_weights
check("average_weights", average_weights)

# %% demo add up right coefficients, and draw a young average
torch_weights = torch_steps.weights_in_average
my_weights = yours(average_weights, torch_weights, np.array([0.5, 0.9, 0.8]))
for t in (1, 2, 10, 100):
    total = my_weights(np.full(t, 0.9)).sum()
    print(f"t = {t:3}: the coefficients add up to {total:.6f};", end=" ")
    print(f"1 - 0.9^t = {1 - 0.9**t:.6f}")
squares, v, raw = np.random.default_rng(0).normal(0, 1, 3000) ** 2, 0.0, []
for square in squares:
    v = 0.999 * v + 0.001 * square
    raw.append(v)
t = np.arange(1, 3001)
title = "Even after 2,000 steps, the uncorrected average is too small"
fig, ax = draw.figure(title, "step t", "average of squares")
ax.set(ylim=(0, 1.6))
draw.line(ax, t, np.array(raw) / (1 - 0.999**t), draw.TAPE, "corrected")
draw.line(ax, t, raw, draw.TAPE, "uncorrected", 3.5)
draw.line(ax, t, np.ones(3000), draw.OTHER, "true mean of the squares")
draw.show(fig, alt=f"{title}: {raw[1999]:.2f} instead of 1.")

# %% [markdown]
# With a constant β, the coefficients add up to 1 − βᵗ. The missing βᵗ is the coefficient of the 0 at the beginning. **Bias correction** divides the average by 1 − βᵗ. If the gradients keep their mean, the *expected value* of the corrected average is this mean, from the first step on. Here is all of Adam:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, \frac{\partial L}{\partial w}, \qquad v \leftarrow \beta_2 v + (1 - \beta_2) \left(\frac{\partial L}{\partial w}\right)^2,$$
#
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \text{eps}}.$$
#
# The first step has t = 1. With t = 0, a program would divide by 1 − β⁰ = 0.

# %% [markdown]
# ### Keep the largest average
#
# Adam's v forgets. After a rare large gradient, small gradients of the opposite sign may soon give long steps. **AMSGrad** (Reddi, Kale, Kumar 2018) divides by the root of the largest v so far, $v_{\text{top}} \leftarrow \max(v_{\text{top}}, v)$.
#
# The maximum is taken entry by entry, of uncorrected values. In the step, $v_{\text{top}} / (1 - \beta_2^t)$ replaces v̂. The rest of Adam stays. This is PyTorch's form; the paper has no bias correction. $v_{\text{top}}$ never falls: after one huge gradient, steps stay short.
#
# **Question `amsgrad` ••, 3 points.** Write one step of AMSGrad. `t` is the number of this step; `m`, `v` and `top` are the state before this step. Return the new w, m, v and top.
#
# Stuck? Run `hint("amsgrad")`.


# %% answer amsgrad
def amsgrad(w, dw, m, v, top, t, rate, beta1, beta2, eps):
    """The new weights and the new state m, v, top, after step number t."""
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    top = np.maximum(top, v)
    m_hat, top_hat = m / (1 - beta1**t), top / (1 - beta2**t)
    return w - rate * m_hat / (np.sqrt(top_hat) + eps), m, v, top
    ### END SOLUTION


# %% check amsgrad
check("amsgrad", amsgrad)

# %% [markdown]
# Reddi and others give this example. Think of three batches, each with its own loss. The loss is 4w in the steps 1, 4, 7, …, and −w in all other steps: straight lines, so convex. w has to stay between −1 and 1: a step that would lead outside ends at the nearer bound. Three losses in a row add up to 2w, so w = −1 is best.
#
# The start is w = 0. The rate of step t is 0.5/√t. β₁ is 0, and β₂ is 1/17, which is unusually small.
#
# **Guess:** where between −1 and 1 does *Adam* end?

# %%
guess_reddi = ...


# %% demo run both for 2,000 steps
one = np.ones(2)
trial = one, 2 * one, one, one, 3 * one, 2, 0.1, 0.9, 0.99, 1e-8
my_amsgrad = yours(amsgrad, torch_steps.amsgrad_step, *trial)
adam, ams = (trials.online(my_amsgrad, keep_top) for keep_top in (False, True))
beside(guess_reddi, adam[-1])
title = "Adam ends at the worst place, AMSGrad at the best"
fig, ax = draw.figure(title, "step (log scale)", "w")
ax.set_xscale("log")
draw.line(ax, range(1, 2001), adam, draw.TAPE, "Adam")
draw.line(ax, range(1, 2001), ams, draw.TAPE, "AMSGrad", 3.5)
draw.show(fig, alt=f"{title}: at {adam[-1]:.2f} and {ams[-1]:.2f}; the best is -1.")

# %% [markdown]
# Late in the run, v is about 15.1, 1.83 and 1.05 after the gradients 4, −1 and −1. The steps are −4/√15.1 = −1.03, 1/√1.83 = 0.74 and 1/√1.05 = 0.98 times ηₜ: together, w rises. AMSGrad divides all three by about √15.1: w falls.
#
# For every β₁ and β₂ with β₁ < √β₂, Reddi and others find such convex losses on which Adam fails. But if the losses are given *first*, under some conditions Adam converges with every large enough β₂ (Zhang and others 2022).
#
# ### Diagnose Adam by its first steps
#
# Some lecture notes print an Adam that stores the corrected values: v ← (β₂v + (1 − β₂)dw²) / (1 − β₂ᵗ), and m in the same way. The next step divides the stored value again.
#
# Let all gradients be 1, so that v should be 1. With β₂ = 0.999, the printed line gives first v = 1, then v = 500.
#
# **Guess:** what is v at step 5?

# %%
guess_stored = ...

# %% demo store the corrected value, five times
v, history = 0.0, []
for t in range(1, 6):
    v = (0.999 * v + 0.001) / (1 - 0.999**t)
    history.append(v)
beside(guess_stored, history[-1])
print("v at steps 1 to 5:", *(f"{v:.3g}" for v in history))

# %% [markdown]
# An error in an optimizer rarely stops a program. Many errors show in the first steps if the gradient is constant. With a right Adam, all these steps have the length η, if eps is negligible. Five Adams ran with a constant gradient:
#
# 1. the right Adam,
# 2. an Adam that corrects neither m nor v,
# 3. an Adam that stores the corrected values,
# 4. an Adam that corrects only m,
# 5. an Adam that corrects only v.
#
# **Question `which_adam` ••, 2 points.** Below are the first three steps of your own five runs, A to E, in multiples of η. Which Adam made which run? Work out each Adam's first step by hand. Give a list of the five Adams' numbers, in the order of the runs.
#
# Stuck? Run `hint("which_adam")`.

# %% demo see your own five runs
found = numbers("which_adam", STUDENT)
if STUDENT:
    print(f"beta1 {found['beta1']}, beta2 {found['beta2']}")
    for name in "ABCDE":
        print(f"run {name}:", *(f"{step:10.3g}" for step in found[name]))
else:
    print(found)


# %% answer which_adam
### BEGIN SOLUTION
def adam_behind(first, second):
    """The first step tells what isn't corrected; of two that begin with 1, the second."""
    if abs(first - 1) < 0.01:
        return 1 if abs(second - 1) < 0.01 else 3
    if first < 1:
        return 5
    return 4 if first > 8 else 2


own = numbers("which_adam", STUDENT)
which_adam = [adam_behind(*own[run][:2]) for run in "ABCDE"]
### END SOLUTION

# %% check which_adam
check("which_adam", which_adam, student=STUDENT)

# %% [markdown]
# ## Decay weights separately from the gradient
#
# Under plain descent, the **L2 penalty** is weight decay (`06_networks`). Without the factor 2, as in PyTorch, each weight loses the fraction ηλ in a step:
#
# $$w - \eta\left(\frac{\partial L}{\partial w} + \lambda w\right) = (1 - \eta\lambda)\, w - \eta\, \frac{\partial L}{\partial w}.$$
#
# Take 200 *noisy* weights, whose gradients are random with mean 0 and standard deviation 1. The gradients of 200 *quiet* weights have the standard deviation 0.01. All 400 weights begin at 1, and take 3,000 steps with η = 0.001 and λ = 0.1. Weight decay alone leaves (1 − ηλ)³⁰⁰⁰ = 0.74 of each weight. Adam with weight decay is called **AdamW**.
#
# **Guess:** what does Adam with the penalty leave, on average, of the noisy weights, and of the quiet weights?

# %%
guess_noisy, guess_quiet = ..., ...


# %% demo run Adam with a penalty, and AdamW
with_penalty, with_decay = trials.shrunk("Adam"), trials.shrunk("AdamW")
beside(guess_noisy, with_penalty[0, -1], "of the noisy weights")
beside(guess_quiet, with_penalty[1, -1], "of the quiet weights")
title = "With the penalty, Adam erases the quiet weights"
fig, ax = draw.figure(title, "step", "mean weight")
ax.set(ylim=(-0.05, 1.1))
t = range(1, 3001)
draw.line(ax, t, with_decay[0], draw.OTHER, "AdamW, noisy and quiet", 5)
draw.line(ax, t, with_decay[1], draw.OTHER, width=5)
draw.line(ax, t, with_penalty[0], draw.TAPE, "penalty, noisy")
draw.line(ax, t, with_penalty[1], draw.TAPE, "penalty, quiet")
ends = f"{with_penalty[0, -1]:.2f} and {with_penalty[1, -1]:.2f}"
draw.show(
    fig, alt=f"{title}. The penalty leaves {ends}, AdamW {with_decay[0, -1]:.2f}."
)

# %% [markdown]
# With the penalty, the quiet weights fall to 0. The noisy weights follow AdamW's curve only because of the size of their gradients: with the standard deviation 10, the penalty leaves 0.97 of each noisy weight, on average.
#
# AdamW shrinks the weights separately from the gradient. This is **decoupled weight decay** (Loshchilov & Hutter 2019). Biases usually get no decay.
#
# **Question `decoupled` •, 2 points.** Add decoupled decay to *any* optimizer. `step(w, dw, state, rate)` is a function that returns the new w and the new state. First shrink w by the fraction rate · decay (without a factor 2). Then let `step` move the shrunken w, with the gradient dw unchanged. Return the new w and the new state.
#
# Stuck? Run `hint("decoupled")`.


# %% answer decoupled
def decoupled(step, w, dw, state, rate, decay):
    """The new weights and state of one step with decoupled weight decay."""
    ### BEGIN SOLUTION
    return step((1 - rate * decay) * w, dw, state, rate)
    ### END SOLUTION


# %% check decoupled
check("decoupled", decoupled)

# %% [markdown]
# **Question `why_decoupled` ••, 2 points.** Why does Adam's penalty shrink the noisy weights less than the quiet weights? Why doesn't this happen with plain gradient descent? Answer in three to five sentences.
#
# Stuck? Run `hint("why_decoupled")`.

# %% explain why_decoupled [markdown]
# **`why_decoupled`, in your words:**
#
# ### BEGIN SOLUTION
# The penalty adds λw to the gradient, so Adam divides λw by √v too. Noisy gradients make √v about 1: a step takes only about ηλw from the weight. With quiet gradients, λw is most of the gradient as long as w is large. Then √v is about λw, and a step takes almost η from the weight. Plain gradient descent divides nothing: every weight loses the fraction ηλ.
#
# - ½ point: the penalty is part of the gradient, and is divided by √v.
# - ½ point: noisy gradients make √v large, so the penalty's step is small.
# - ½ point: quiet gradients leave √v small, so the penalty's step is large.
# - ½ point: plain gradient descent doesn't divide, so all weights lose the same fraction.
# ### END SOLUTION

# %% [markdown]
# ## Race by fair rules
#
# The ranking of optimizers depends on the settings that are tried (Choi and others 2019). A fair race has a **protocol**:
#
# - All optimizers have the same **tuning budget** of rates and runs.
# - A rate is chosen by its mean loss over several **seeds**: the same seed gives the same random numbers.
# - The reported losses come from *fresh* seeds: the lowest of many means is partly luck.
#
# **Question `fair_report` ••, 2 points.** `run(rate, seed)` returns the final loss, NaN or infinite if the run diverged. Run every rate of the array `rates` with every seed of `seeds`. Leave out rates with a diverged run; at least one is left. With each seed of `fresh`, run only the rate with the lowest mean. Make no run twice. Return this rate, and an array of its losses, ordered like `fresh`. One point is for the budget.
#
# Stuck? Run `hint("fair_report")`.


# %% answer fair_report
def fair_report(run, rates, seeds, fresh):
    """The rate with the lowest mean over `seeds`, and its losses on the fresh seeds."""
    ### BEGIN SOLUTION
    means = np.array([np.mean([run(rate, seed) for seed in seeds]) for rate in rates])
    means[~np.isfinite(means)] = np.inf
    best = rates[np.argmin(means)]
    return best, np.array([run(best, seed) for seed in fresh])
    ### END SOLUTION


# %% check fair_report
check("fair_report", fair_report)

# %% [markdown]
# The library's optimizers race on three losses of two weights: the valley along an axis, the same valley *rotated* by 45°, and a valley with a bend. Each run has 100 steps. Random numbers move the start a little and add noise to each gradient, the same for all optimizers.
#
# Each optimizer tries nine rates with three seeds. Then its chosen rate gets ten fresh seeds. No other setting is tuned: β, β₁ and ρ are 0.9, and Adam's β₂ is 0.99, where 0.999 is usual.
#
# **Guess:** which optimizer wins in the valley along an axis: `"plain"`, `"momentum"`, `"AdaGrad"`, `"RMSProp"` or `"Adam"`?

# %%
guess_winner = ...


# %% demo run the race, and show all results
from chainrule.standby import Kept

reports = Kept("reports")
my_report = if_right("fair_report", fair_report, reports.report)
PLAN = np.geomspace(0.002, 4, 9), np.arange(3), np.arange(10, 20)
SURFACES = [VALLEY, races.valley(45), races.bend()]
results = [races.raced(my_report, surface, *PLAN) for surface in SURFACES]
beside(guess_winner, min(results[0], key=lambda name: results[0][name][1].mean()))
for surface, found in zip(SURFACES, results, strict=True):
    print(f"\n{surface.name}:")
    print("  optimizer  rate     mean loss  lowest   highest   the winner is better on")
    winner = min(found, key=lambda runner: found[runner][1].mean())
    for runner, (rate, losses) in found.items():
        spread = f"{losses.mean():<9.2g}  {losses.min():<8.2g} {losses.max():<8.2g}"
        better = f"{np.sum(losses > found[winner][1])} of {len(losses)} seeds"
        last = "(winner)" if runner == winner else better
        print(f"  {runner:9}  {rate:<7.3g}  {spread}  {last}")

# %% [markdown]
# AdaGrad is first in the first race and last in the two others. Compare the two best optimizers seed by seed: this is a **paired comparison**. If two optimizers, named before the race, are equally good, each seed is like a fair coin toss. Of 1,024 results of 10 tosses, 11 have at least 9 heads, and 11 at least 9 tails. So the chance that *either* optimizer wins at least 9 times is 22/1024. The last column has the chances of this **sign test**:
#
# |race|best|second best|seeds won, of 10|chance|
# |:--|:--|:--|--:|--:|
# |along an axis|AdaGrad|momentum|9|22/1024 ≈ 2%|
# |rotated|momentum|Adam|10|2/1024 ≈ 0.2%|
# |bend|momentum|Adam|8|112/1024 ≈ 11%|
#
# Here each pair was named *after* its race, so the chances are larger. Still, 10 of 10 is hardly luck, 9 of 10 is weak evidence, and 8 of 10 decides nothing.
#
# With other settings, not run here, momentum beats Adam with this many of 10 seeds:
#
# |setting|rotated|bend|
# |:--|--:|--:|
# |33 rates|9|5|
# |nine rates, Adam's β₂ = 0.999|7|8|
#
# Which optimizer is best depends on the task and on the tuning budget (Schmidt and others 2021).

# %% [markdown]
# ### Watch the race
#
# In a rotated valley with its minimum at +, three optimizers start together, each with a mark of its own. Their rates were chosen by eye, so this is no fair race. Press Next, and look only at the paths. Then go back, and look at the bars for w₁ and w₂:
#
# - z, m and √v are what an optimizer remembers, drawn without signs.
# - η/√v (for Adam η/√v̂) is each weight's own rate, drawn as 0 before the first step.
#
# A bar of height 1 shows the optimizer's largest z, m, √v or rate in the run.

# %% demo watch three optimizers and their memories
surface = races.valley(45, steep=20)
chosen = {"momentum": 0.05, "RMSProp": 0.25, "Adam": 0.5}
runs = {name: races.run(name, surface, rate, 30) for name, rate in chosen.items()}
paths = {name: places for name, (places, _) in runs.items()}
memory = {name: races.bars(name, states) for name, (_, states) in runs.items()}
FOUND = {  # from which step on
    0: "All start together",
    1: "RMSProp and Adam step equally far in w₁ and w₂, momentum doesn't",
    2: "RMSProp hardly swings across the valley, the others do",
    7: "Momentum is near the minimum first, and too fast",
    11: "Momentum has overshot the minimum",
    22: "Momentum comes back, the others come closer to the minimum",
    30: "RMSProp, which hardly swung across, is nearest now",
}


draw.race(
    surface.loss,
    paths,
    lambda name, step: memory[name][step],
    at=(0, 1, 2, 4, 7, 11, 16, 22, 30),
    title=lambda step: FOUND[max(k for k in FOUND if k <= step)],
    reach=(-2, 4.5, -2, 4.5),
)

# %% [markdown]
# RMSProp's rates grow, because v forgets old squares and falls. With β₂ = 0.99, Adam's √v grows at first, and then hardly falls. Still, Adam's rates grow: v̂ = v/(1 − 0.99ᵗ) is nearly the mean of all squares so far, and the new squares are small.
#
# ### Rotate the valley
#
# The first two valleys of the race differ only in their direction. The start is rotated with the valley. In the valley along an axis, AdaGrad with its best rate needs 4 steps until the loss stays below 1% of the first loss.
#
# **Guess:** how many steps does AdaGrad need in the valley rotated by 45°, with the rate that is best there?

# %%
guess_rotated = ...

# %% demo count the steps at many angles, and draw them
angles, tried = [0, 2, 5, 10, 20, 45], np.geomspace(0.004, 2, 100)
needed = {
    runner: [races.fewest_steps(runner, races.valley(a), tried, 120) for a in angles]
    for runner in races.RUNNERS
}
beside(guess_rotated, needed["AdaGrad"][-1], "steps")
title = "Rotated by 45°, the valley slows AdaGrad, RMSProp and Adam"
fig, ax = draw.figure(
    title, "angle of the valley in degrees", "steps with the best of 100 rates"
)
looks = {"plain": draw.SUBJECT, "momentum": draw.HAND, "AdaGrad": draw.DIFFERENCE}
for name, look in (looks | {"RMSProp": draw.OTHER, "Adam": draw.TAPE}).items():
    draw.line(ax, angles, needed[name], look, name)
ax.set(ylim=(0, 112))
steps = [f"{name} {', '.join(map(str, c))}" for name, c in needed.items()]
draw.show(fig, alt=f"{title}. Steps at {angles} degrees: {'; '.join(steps)}.")

# %% [markdown]
# Plain descent and momentum only add gradients and multiply them by numbers. When the valley is rotated, all gradients are rotated, and so is the whole path. So the number of steps stays the same.
#
# AdaGrad, RMSProp and Adam divide entry by entry. They can stretch the valley along the axes, and in no other direction. Adam, which also averages gradients, loses least: at 45° it needs 40 steps, as many as momentum. So a rate for each weight helps where weights differ in their gradients, as with rare words.
#
# Dividing by √v also has an advantage. Multiply the loss by 1,000, and keep the rate.
#
# **Guess:** how far is Adam's new path from its old path, at most?

# %%
guess_scaled = ...

# %% demo multiply the loss by 1,000
once, _ = races.run("Adam", VALLEY, 0.5, 60)
thousand, _ = races.run("Adam", VALLEY, 0.5, 60, scale=1000)
beside(guess_scaled, np.abs(once - thousand).max())
diverged, _ = races.run("momentum", VALLEY, 0.0058, 60, scale=1000)
print(f"momentum after 60 steps: {np.abs(diverged[-1]).max():.0e}")

# %% [markdown]
# Both m̂ and √v̂ contain the factor 1,000, so this factor cancels. A good rate for Adam is also good for any positive multiple of the loss, as long as √v̂ stays far above eps. The same is true of AdaGrad and RMSProp. Momentum diverges, because its gradients are 1,000 times larger.
#
# For a network, a search often begins with Adam and η = 0.001.
#
# ## Read the library's lines
#
# Below, `g` is our `dw`, and `m += (1 - beta1) * (g - m)` is the average: multiply out. `Optimizer` subtracts what `update` returns. The library's `Momentum` is the sum: your average with η / (1 − β) should follow it. The library's `AdaGrad` is yours with `lr_decay = 0`. The library's `Adam` is your AMSGrad as long as no v falls. Here no v falls, because the gradients grow.


# %% demo read three updates, and compare 50 steps
def show_updates():
    import inspect

    from chainrule import optim

    for kind in (optim.Momentum, optim.AdaGrad, optim.Adam):
        print(f"{kind.__name__}:")
        print(inspect.getsource(kind.update))


show_updates()
one = np.ones(2)
trial = one, 2 * one, one, 3, 0.1, 0.5, 1e-10
my_adagrad = yours(decaying_adagrad, torch_steps.adagrad_step, *trial)
for_adagrad, for_adam = (0.1, 0.0, 1e-10), (0.1, 0.9, 0.999, 1e-8)
gaps = {
    "average": trials.gap(my_average, 1, (1e-3, 0.9), "Momentum", 1e-4),
    "AdaGrad": trials.gap(my_adagrad, 1, for_adagrad, "AdaGrad", 0.1, timed=True),
    "AMSGrad": trials.gap(my_amsgrad, 3, for_adam, "Adam", 0.1, timed=True),
}
for name, widest in gaps.items():
    print(f"{name} and the library differ by at most {widest:.0e}")

# %% [markdown]
# ## Say what you can do now
#
# - Convert a rate and a state between three forms of momentum.
# - Write AdaGrad, centred RMSProp and AMSGrad, and say what each optimizer remembers.
# - Derive the correction 1 − βᵗ, and recognise a wrong Adam by its first steps.
# - Decay weights separately from the gradient.
# - Compare optimizers by a fair protocol, and say what changes if a loss is rotated or scaled.
#
# ### Hand in
#
# Run all notebooks of this unit, and hand them in as `07_gradient_descent` says.
#
# First see which answers are right. If `centred_norm` or `which_adam` is "not written", see whether your id stands in `STUDENT`:

# %% demo see where you stand
check_all("08_optimizers", globals(), STUDENT)

# %% [markdown]
# ## Stretch, for no points
#
# **Follow the ball exactly.** When the rate changes, the sum takes the ball's path if its β changes too. Show that βₜ = β ηₜ₋₁ / ηₜ is the right β, and try it.
#
# **Look ahead.** In Nesterov's momentum, the step is η(βz + dw) with the new z. NAdam does the same inside Adam. Write NAdam in Dozat's form (2016): m is averaged with betas that change, and `average_weights` gives its correction.
#
# **Bound the step.** Show that Adam's first step is never longer than η for any weight. Can a later step be longer?

# %% [markdown]
# ## Read on
#
# - Polyak: *Some methods of speeding up the convergence of iteration methods*, 1964.
# - Hinton: *Neural networks for machine learning*, lecture 6e, 2012 (RMSProp).
# - Goh: *Why momentum really works*, Distill 2017, [distill.pub/2017/momentum](https://distill.pub/2017/momentum/).
# - Duchi, Hazan, Singer: *Adaptive subgradient methods*, JMLR 12, 2011.
# - Kingma, Ba: *Adam: a method for stochastic optimization*, ICLR 2015, [arxiv.org/abs/1412.6980](https://arxiv.org/abs/1412.6980).
# - Dozat: *Incorporating Nesterov momentum into Adam*, ICLR workshop 2016.
# - Reddi, Kale, Kumar: *On the convergence of Adam and beyond*, ICLR 2018, [arxiv.org/abs/1904.09237](https://arxiv.org/abs/1904.09237).
# - Zhang and others: *Adam can converge without any modification on update rules*, NeurIPS 2022.
# - Loshchilov, Hutter: *Decoupled weight decay regularization*, ICLR 2019, [arxiv.org/abs/1711.05101](https://arxiv.org/abs/1711.05101).
# - Choi and others: *On empirical comparisons of optimizers for deep learning*, 2019, [arxiv.org/abs/1910.05446](https://arxiv.org/abs/1910.05446).
# - Schmidt, Schneider, Hennig: *Descending through a crowded valley*, ICML 2021, [arxiv.org/abs/2007.01547](https://arxiv.org/abs/2007.01547).
# - PyTorch: [`torch.optim`](https://docs.pytorch.org/docs/stable/optim.html), with each algorithm in pseudocode.

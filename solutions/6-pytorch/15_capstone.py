# %% [markdown]
# # Break, attack, test
#
# You have written losses, optimizers, layers, and an engine that finds gradients. This last notebook looks at such programs from outside. Why does a net not learn? A net classifies 97 of 100 digits correctly: how easily is this net deceived? And how do you know that an engine is correct, if you can't look inside?
#
# Then the roles change. In fifteen notebooks a check has judged your functions. Now *you* write a check, and your check is judged: it meets hidden engines, most of them wrong, and has to find out which.

# %% [markdown]
# **You'll do:** name six faults by their curves, attack a net of your own, write a test suite that is graded by the wrong engines it finds, and plan, run and describe an experiment.
#
# **You'll learn:** what curves tell about a program, what the gradient of the *input* is good for, what makes a test good, and what a comparison of nets can prove.
#
# **You need:** the whole course, above all backward rules (`04_tensors`), cross-entropy (`05_losses`), training in PyTorch (`06_networks`, `12_gpu_training`), initialization (`09_initialization`), batch normalization (`11_dropout_and_norms`).
#
# **Time:** about 4½ hours: 1 of reading, 1½ of exercises, 2 for the experiment and its page. Take a break before "Take one part away".

# %% [markdown]
# {questions} {dots} Checks draw fresh numbers. `broken_runs` has runs of your own: put your id into `STUDENT` below. A **guess** is never graded. Write it over the dots, then run on.
#
# {points}

# %% setup
import numpy as np
import torch
from chainrule import check, check_all, data, draw, hint, numbers
from chainrule.guess import beside
from torch import nn
from torch.nn import functional as F

# %%
STUDENT = ""  # your id between the quotes, as your instructor gave it to you

# %% [markdown]
# ## Name what is broken
#
# A program with a fault seldom stops with an error. It runs, and the net learns little. Often you have two curves only: the **training loss** before each step, and the **validation loss** on rows kept aside, after each epoch.
#
# Here is a correct program: a net with 32 hidden ReLU units classifies rows of 10 numbers. There are 6 classes.
#
# ```python
# X, y, X_valid, y_valid = load()             # 240 rows each, standardized
# W1 = rng.normal(0, (2 / 10) ** 0.5, (32, 10))
# W2 = rng.normal(0, (1 / 32) ** 0.5, (6, 32))
# for epoch in range(12):
#     order = rng.permutation(240)
#     for rows in np.split(order, 10):
#         loss, slopes = backward(weights, X[rows], y[rows])
#         for w, dw in zip(weights, slopes):
#             w -= rate * dw                  # rate = 0.2
#         train.append(loss)
#     valid.append(loss_of(weights, X_valid, y_valid))
# ```
#
# `weights` holds W1, b1, W2 and b2. Both biases start at 0.

# %% [markdown]
# **Guess:** a net that knows nothing gives each of the 6 classes the probability 1/6. What is its cross-entropy?

# %%
guess_unknowing = ...

# %% demo see the correct program's losses
from chainrule.questions.capstone import runs

train, valid = runs.measured(0, np.random.default_rng(0))
beside(guess_unknowing, np.log(6))
title = "In a correct run both losses fall, and training ends lower"
draw.logged({"correct run": (train, valid)}, title, np.log(6))

# %% [markdown]
# The dotted line is log 6, the loss of a net that knows nothing. Now the program gets one fault. There are eight:
#
# |number|fault|the line that is wrong|
# |:--|:--|:--|
# |1|the rate is 20 times as large|`rate = 4`|
# |2|all weights start at zero|`W1, W2 = np.zeros((32, 10)), np.zeros((6, 32))`|
# |3|labels are shuffled apart from their rows|`y = rng.permutation(y)` in each epoch|
# |4|`load()` sorts rows by class, nobody shuffles them|`order = np.arange(240)`|
# |5|the first weights are 10 times as large|`W1, W2 = 10 * W1, 10 * W2`|
# |6|validation rows are not standardized|`X_valid = raw_valid`|
# |7|only 24 different rows, each ten times|`X, y = np.tile(X[:24], (10, 1)), np.tile(y[:24], 10)`|
# |8|the rate shrinks after each step|`rate *= 0.6` in the inner loop|
#
# **Guess:** for how many of the eight faults does the *training loss* fall at least as far as in the correct run?

# %%
guess_hidden = ...

# %% demo compare training losses alone
last = {
    fault: np.mean(runs.measured(fault, np.random.default_rng(5))[0][-10:])
    for fault in range(9)
}
beside(guess_hidden, sum(last[fault] <= last[0] for fault in range(1, 9)))
for fault, loss in last.items():
    print(f"fault {fault}: {loss:.3f}" if fault else f"no fault: {loss:.3f}")

# %% [markdown]
# A falling training loss proves little: faults 6 and 7 are in the data. Read the curves in this order:
#
# 1. **The first loss.** It speaks about the first weights and the data alone.
# 2. **The training loss.** Does it explode, settle near log 6, jump in a rhythm, fall to 0?
# 3. **The validation loss.** If only training goes well, look at the *data* on both sides. If this loss stands still, so do the weights.
#
# **Question `broken_runs` ••, 6 points.** Six runs of your own, A to F, have six different faults. Give the list of their six numbers. Each correct number earns 1 point. The check tells how many are correct, and perhaps which two faults are confused.
#
# Over each panel stand the first training loss and the mean of the last ten. To see all: `train, valid = logged["A"]`.
#
# Stuck? Run `hint("broken_runs")` in a cell of your own.

# %% demo see your own six runs
logged = numbers("broken_runs", STUDENT)
picture = logged
if STUDENT:
    picture = draw.logged(logged, "None of the six runs is correct", np.log(6))
picture


# %% answer broken_runs
### BEGIN SOLUTION
def fault_of(train, valid):
    """The first rule that fits, from the most striking fault to the least."""
    train, valid = np.array(train), np.array(valid)
    if train[0] > 10:  # huge before the first step
        return 5
    if max(train) > 7:  # thrown far above log 6 by a step
        return 1
    if valid[-1] > 5:  # training goes well (a huge loss is settled above)
        return 6
    if np.ptp(train) < 0.2:  # flat from the start: all zeros
        return 2
    if valid[1:].std() < 1e-3:  # the weights stand still
        return 8
    if train[-20:].mean() > 1.5:  # the weights move, and nothing is learned
        return 3
    return 7 if train[-20:].mean() < 0.1 else 4  # learned by heart, or in a rhythm


own = numbers("broken_runs", STUDENT)
broken_runs = [fault_of(*own[run]) for run in "ABCDEF"]
### END SOLUTION

# %% check broken_runs
check("broken_runs", broken_runs, student=STUDENT)

# %% [markdown]
# Two experiments find half of these faults without a look at a whole curve:
#
# - **Overfit one batch.** Without dropout and weight decay, train on 24 rows alone. A program that can't bring their cross-entropy near 0 is broken; more data won't help.
# - **Predict the first loss.** With standardized inputs, first weights as in `09_initialization` and C classes it is about log C to log C + 1. If it is 10 or 100, something is wrong before the first step.
#
# **Guess:** fault 7 *is* the first experiment. Which of the other seven can this experiment *not* see, since the program still fits its 24 rows? Give the list of their numbers.

# %%
guess_unseen = ...

# %% demo overfit one batch with each fault
seen = {}
for fault in (1, 2, 3, 4, 5, 6, 8):
    rng = np.random.default_rng(1)
    losses, _ = runs.measured(fault, rng, rows=24, epochs=120)
    seen[fault] = losses[-1]
    print(f"fault {fault}: the last loss is {losses[-1]:.3f}")
beside(guess_unseen, [fault for fault, loss in seen.items() if loss < 0.1])

# %% [markdown]
# The first experiment finds 2, 3 and 8; the second finds 5. With one batch there is no order, so fault 4 can't be seen. Fault 6 doesn't touch training at all. With fault 1 the net, after a few wild steps, stays where the loss is near 0: no other batch throws it out. For the rest you need the curves.
#
# ## Attack your own net
#
# So far gradients told how to change *weights*. But the loss is a function of the input as well, and backprop arrives there too. Train a net of your own on digits first. (You may change width, depth or seed; the text tells of the net as given.)


# %% demo load digits
digits = data.load("digits")
order = np.random.default_rng(0).permutation(len(digits.y))
images, labels = torch.tensor(digits.x[order]), torch.tensor(digits.y[order])
fit, fit_y = images[:1200], labels[:1200]
held, held_y = images[1200:], labels[1200:]


# %% demo train your own net
def trained(layers, seed):
    """A net on 1,200 digits, their pixels between 0 and 1."""
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Flatten(), *layers())
    adam = torch.optim.Adam(net.parameters(), lr=0.01)
    for _epoch in range(15):
        for rows in torch.randperm(1200).split(100):
            adam.zero_grad()
            F.cross_entropy(net(fit[rows]), fit_y[rows]).backward()
            adam.step()
    return net.eval()


def two_layers():
    return nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)


net = trained(two_layers, seed=1)

# %% [markdown]
# **Guess:** which fraction of the 597 digits that were kept aside does your net classify correctly?

# %%
guess_accuracy = ...


# %% demo measure the accuracy
@torch.no_grad()
def accuracy(net, X, y=held_y):
    return (net(X).argmax(1) == y).double().mean().item()


beside(guess_accuracy, accuracy(net, held))

# %% [markdown]
# Each image has a loss of its own. Its gradient with respect to the 64 pixels says which pixels to darken (or to brighten) to make the net *less* sure of the right digit.
#
# **Question `input_gradient` •, 1 point.** `X` holds images, (n, height, width), and `y` their classes. Return the gradient of each image's *own* cross-entropy with respect to its pixels, in the shape of `X`. Leave everything else as it is: `X` itself, and what stands in `.grad` of the weights. (`torch.autograd.grad(loss, X)`, which is allowed here, returns a tuple of gradients and stores none. No image's loss depends on another image.)
#
# Stuck? Run `hint("input_gradient")`.


# %% answer input_gradient
def input_gradient(model, X, y):
    """The gradient of each image's own loss with respect to its pixels."""
    ### BEGIN SOLUTION
    X = X.clone().requires_grad_()
    loss = F.cross_entropy(model(X), y, reduction="sum")
    return torch.autograd.grad(loss, X)[0]
    ### END SOLUTION


# %% check input_gradient
check("input_gradient", input_gradient)


# %% demo look at gradients of images
from chainrule.standby import if_right


def by_backward(model, X, y):
    """The same by a sum of log-probabilities, picked out by hand."""
    X = X.detach().clone().requires_grad_()
    log_P = model(X).log_softmax(1)
    return torch.autograd.grad(-log_P[range(len(y)), y].sum(), X)[0]


my_gradient = if_right("input_gradient", input_gradient, by_backward)

examples = [int(torch.nonzero(held_y == digit)[0]) for digit in range(10)]
pulls = my_gradient(net, held[examples], held_y[examples]).detach().abs()
rows = {
    "image": held[examples].numpy(),
    "|gradient|": (pulls / pulls.amax((1, 2), keepdim=True)).numpy(),
}
alike = np.corrcoef(*(row.reshape(10, 64) for row in rows.values())).diagonal(10)
print(f"mean correlation of an image and its |gradient|: {alike.mean():.2f}")
title = "The sizes of the gradients don't resemble the digits"
alt = f"{title}. Ten digits; below each the size of its loss's gradient at each pixel."
draw.show(draw.tiles(rows, title), alt=alt)

# %% [markdown]
# Now change an image a little: each pixel may move by `eps` at most. (Papers write ε, which in this course is a rounding step.) Which change raises the loss most? Near the image the loss grows by nearly the sum of all dXᵢ · (change of pixel i), where dX is the gradient of the pixels. Each term is largest if pixel i changes by `eps` · sign(dXᵢ). So
#
# $$\mathrm{attacked} = X + \mathrm{eps} \cdot \mathrm{sign}(dX).$$
#
# Goodfellow, Shlens and Szegedy called this the **fast gradient sign method** (FGSM). An attacked image that the net misclassifies is an **adversarial example**. For a tiny `eps` the loss grows by `eps` · (|dX₁| + … + |dX₆₄|): many small terms, and none is negative.

# %% [markdown]
# Before you attack, measure the same amount of *chance*: each pixel moves by `eps`, up or down by the toss of a coin.
#
# **Guess:** `eps` is 0.15, where white is 0 and black is 1. Which fraction of the digits does the net classify correctly after this random change? And after the attack, with the same `eps`?

# %%
guess_by_chance, guess_by_attack = ..., ...

# %% [markdown]
# **Question `fgsm` ••, 3 points.** Return the changed images. Every pixel moves by the whole `eps`, uphill for its image's own loss. A pixel that would leave the range from 0 to 1 stops at the end. 2 points are for images where no pixel comes near 0 or 1; the third is for images where some would leave the range. Again, leave `X` and `.grad` of the weights as they are.
#
# Stuck? Run `hint("fgsm")`.


# %% answer fgsm
def fgsm(model, X, y, eps):
    """Images whose pixels have moved by eps, uphill for the loss, within 0 to 1."""
    ### BEGIN SOLUTION
    X = X.clone().requires_grad_()
    loss = F.cross_entropy(model(X), y, reduction="sum")
    (dX,) = torch.autograd.grad(loss, X)
    return (X + eps * dX.sign()).detach().clamp(0, 1)
    ### END SOLUTION


# %% check fgsm
check("fgsm", fgsm)


# %% demo attack
def plain_attack(model, X, y, eps):
    step = eps * torch.sign(my_gradient(model, X, y))
    return torch.clip(X + step, 0, 1)


def by_coin(X, eps):
    coins = torch.randint(2, X.shape, generator=torch.manual_seed(0))
    return (X + eps * (2 * coins - 1)).clamp(0, 1)


def my_attack(model, X, y, eps):
    return right_attack(model, X, y, eps).detach()


right_attack = if_right("fgsm", fgsm, plain_attack)
beside(guess_by_chance, accuracy(net, by_coin(held, 0.15)), "by chance")
attacked = my_attack(net, held, held_y, 0.15)
beside(guess_by_attack, accuracy(net, attacked), "by attack")

# %% demo draw the accuracy against eps
every = np.linspace(0, 0.3, 16)
chance = [accuracy(net, by_coin(held, eps)) for eps in every]
attack = [accuracy(net, my_attack(net, held, held_y, eps)) for eps in every]
title = f"A change of {every[10]:.1f} by chance leaves {chance[10]:.0%}, the attack {attack[10]:.0%}"
fig, ax = draw.figure(title, "eps, the largest change of a pixel", "accuracy")
ax.set_ylim(0, 1.03)
draw.line(ax, every, chance, draw.SUBJECT, "by chance")
draw.line(ax, every, attack, draw.TAPE, "along the gradient")
draw.show(fig, alt=f"{title}. Both begin at {attack[0]:.0%}.")

# %% demo measure angles, and let eps grow on one digit
dX = my_gradient(net, held, held_y).detach()
free = by_coin(torch.full(held.shape, 0.5), 0.15) - 0.5
steps = {"by coins": free, "stopped at 0 and 1": by_coin(held, 0.15) - held}
steps |= {"eps · sign(dX)": dX.sign(), "fgsm": attacked - held}
for name, step in steps.items():
    cosine = F.cosine_similarity(step.flatten(1), dX.flatten(1))
    angle = cosine.arccos().rad2deg()
    print(f"{name}: {angle.mean():.0f}° from dX, s = {angle.std():.0f}°")

one, its_class = held[584:585], held_y[584:585]
figures, words = [], []
for eps in np.linspace(0, 0.15, 6):
    changed = my_attack(net, one, its_class, float(eps))
    p = net(changed).softmax(1)[0].detach()
    named = f"classified as {int(p.argmax())} with probability {p.max():.2f}"
    pair = {"before": one.numpy(), "after": changed.numpy()}
    figures.append(draw.tiles(pair, f"eps = {eps:.2f}: {named}", 1.4))
    words.append(f"With eps = {eps:.2f} the 6 is {named}.")
draw.frames(figures, words, alt="A digit 6, changed more and more along the gradient")

# %% [markdown]
# At `eps` = 0.12 you still see a 6. The net is *sure* of something else: a high probability from softmax is no proof. (At 0.3 a person would doubt many of these digits as well.)
#
# In 64 dimensions a random step is nearly at right angles to the gradient, at 90 ± 7° (mean and standard deviation), or at 86 ± 8° where pixels stop at 0 and 1. The step `eps` · sign(dX) is at 39° on average, or at 46° where pixels stop, as in `fgsm`. So a net that withstands noise may still fall to an attack.
#
# Is it this one net's fault? **Guess:** change the digits for *your* net with `eps` = 0.15, then show them to a net with other first weights. Which fraction does the other net classify correctly?

# %%
guess_other_net = ...

# %% demo show the changed images to another net
other = trained(two_layers, seed=2)
beside(guess_other_net, accuracy(other, attacked))

# %% [markdown]
# Adversarial examples **transfer**: an attacker needn't know your weights. Here a net of the same kind, trained on the same digits, was enough.
#
# "Nets are deceived because they are so strongly nonlinear, with many layers": so people thought at first. **Guess:** take a net with *no* hidden layer, which is linear but for softmax. Which fraction of digits is still classified correctly at `eps` = 0.15?

# %%
guess_linear = ...

# %% demo attack a net without a hidden layer
linear = trained(lambda: [nn.Linear(64, 10)], seed=1)
print(f"without a change: {accuracy(linear, held):.3f}")
beside(guess_linear, accuracy(linear, my_attack(linear, held, held_y, 0.15)))

# %% [markdown]
# The linear net is deceived too: hidden layers aren't needed. Is your own net linear as well, for so small a change? On a straight line the change is the sum of (slope at the image) · (change of the pixel). Compare this with the true change at `eps` = 0.15, for the loss and for the **margin**: the score of the right class minus the highest other score. The net errs where the margin is negative.


# %% demo compare loss and margin with a straight line
def margin(net, X):
    scores, right = net(X), F.one_hot(held_y, 10).bool()
    return scores[right] - scores.masked_fill(right, -torch.inf).amax(1)


def own_losses(net, X):
    return F.cross_entropy(net(X), held_y, reduction="none")


step = attacked - held
for name, f in {"loss": own_losses, "margin": margin}.items():
    X = held.clone().requires_grad_()
    (slope,) = torch.autograd.grad(f(net, X).sum(), X)
    straight = (slope * step).sum((1, 2)).mean()
    found = (f(net, attacked) - f(net, held)).mean().detach()
    print(
        f"mean change of the {name}: {found:+.2f}, on a straight line {straight:+.2f}"
    )

# %% [markdown]
# The loss grows far more than on a straight line, since softmax bends it: it is flat where the net is sure and right, and grows by nearly 1 with each unit of margin lost where the net errs. The mean margin falls nearly as on a straight line: many pixels, each moved a little, add up. So *linear* behaviour in many dimensions is enough, as Goodfellow and colleagues argued. To train on attacked images helps somewhat (**adversarial training**).
#
# ## Test the tester
#
# You can call an engine of gradients, but not look inside. A **test suite** is a function that says `True` if the engine is correct. How good is a suite?

# %% [markdown]
# **Mutation testing** answers by experiment. A correct program is spoiled in one place: the result is a **mutant**. A suite **kills** a mutant if it says `False`; otherwise the mutant **survives**. The fraction killed is the suite's **mutation score**. But a suite that refuses a *correct* program is worth nothing.
#
# Practise on one operation. `ratio` divides: y = a / b. A correct engine, called as `engine(g, a, b)`, gets the upstream gradient g and both inputs, and returns both gradients: g / b and −g a / b², each summed over the axes along which its input was stretched. There are nine mutants:
#
# |mutant|what is wrong|
# |:--|:--|
# |sign lost, square lost|+g a / b² or −g a / b for b|
# |g ignored|as if g were all ones|
# |exchanged|a and b are mixed up, where their shapes agree|
# |sign of b|uses \|b\| for b|
# |not summed, mean for sum|wrong where an input is stretched|
# |16 bits|rounded to float16, three digits|
# |memory|returns what it found the first time at these shapes|
#
# Here is a first suite. It holds the engine against torch. (`agrees` has one weakness. Which?)


# %%
def agrees(engine, g, a, b):
    """Whether both gradients are torch's."""
    tensors = [torch.tensor(x, requires_grad=True) for x in (a, b)]
    right = torch.autograd.grad(tensors[0] / tensors[1], tensors, torch.tensor(g))
    return all(np.allclose(x, y) for x, y in zip(engine(g, a, b), right, strict=True))


def all_ones(engine):
    ones = np.ones((3, 3))
    return agrees(engine, ones, ones, ones)


# %% [markdown]
# **Guess:** how many of the nine mutants does `all_ones` kill?

# %%
guess_kills = ...

# %% demo count what the first suite kills
from chainrule.questions.capstone import practice

beside(guess_kills, sum(practice.kills(all_ones)), "of 9")

# %% [markdown]
# With ones everything looks alike: b = b² = 1/b, a and b have the same gradient up to a sign, and an engine that ignores g gives the same result. Change one *kind* of thing at a time, and see what each change finds.

# %%
rng = np.random.default_rng(0)


def random_numbers(engine):
    ones = np.ones((3, 3))
    return agrees(engine, ones, *rng.uniform(1, 2, (2, 3, 3)))


def random_g(engine):
    return agrees(engine, *rng.uniform(1, 2, (3, 3, 3)))


def both_signs(engine):
    g, a, b = rng.uniform(1, 2, (3, 3, 3)) * rng.choice([-1, 1], (3, 3, 3))
    return agrees(engine, g, a, b)


# %% [markdown]
# **Guess:** how many mutants do the three suites kill, in this order?

# %%
guess_three = ...

# %% demo count what the three suites kill
three = random_numbers, random_g, both_signs
beside(guess_three, [sum(practice.kills(suite)) for suite in three])

# %% [markdown]
# Three mutants are left. Two of them are wrong only where an input is stretched, so shapes that agree can't show them. And the third gives a right result at its first call.


# %%
def stretched(engine):
    g, a = rng.normal(size=(2, 3, 4))
    return agrees(engine, g, a, rng.normal(size=4))


def asked_twice(engine):
    return stretched(engine) and stretched(engine)


def both_shapes(engine):
    return asked_twice(engine) and both_signs(engine)


# %% demo see which mutants each suite kills
suites = {"all ones": all_ones, "random numbers": random_numbers}
suites |= {"random g": random_g, "both signs": both_signs}
suites |= {"stretched": stretched, "asked twice": asked_twice}
suites |= {"both shapes": both_shapes}
kills = {name: practice.kills(suite) for name, suite in suites.items()}
title = "Each suite kills a mutant that the suite before it spares"
draw.titled(title, draw.killed(kills, list(practice.MUTANTS)))

# %% [markdown]
# Look at the row "stretched". It kills the stretched mutants, and *spares* "exchanged", whose fault shows only where shapes agree. No single question kills all mutants; a suite needs several. (The weakness of `agrees`: `np.allclose` broadcasts, so a gradient of shape (1, 4) passes for (4,). None of the nine mutants shows this.)
#
# ### Write your own
#
# Now the real thing. `engine(name, g, *inputs)` returns a list of gradients, one for each input, as NumPy arrays. It knows six operations:
#
# |name|value|shapes|
# |:--|:--|:--|
# |`"add"`, `"mul"`|a + b, a · b, with broadcasting|any two that broadcast|
# |`"matmul"`|A @ B|(n, k) and (k, m)|
# |`"mean"`|`X.mean(axis=0)`|(n, m)|
# |`"relu"`|max(x, 0)|any|
# |`"fork"`|u + u · x with u = x²|any|
#
# In `fork` three paths lead from x to the value (`03_reverse_mode`). g and the inputs are NumPy arrays; g has the shape of the value.

# %% [markdown]
# Your suite meets 32 engines, one at a time, in random order: 2 correct ones, whose numbers differ by 10⁻¹³ of their size at most, and 30 mutants. Their kinds:
#
# |kind|what is wrong|
# |:--|:--|
# |sign, factor|one gradient of one operation is multiplied by −1, 2 or ½|
# |upstream|two operations ignore g|
# |exchange, transpose|`mul` multiplies g by the wrong input; the entries of one gradient of `matmul` are reordered|
# |path, order|`fork` loses one path or two, or passes on before all has arrived|
# |stretch|`add` or `mul`: not summed, or the mean, along a new axis or an axis of length 1|
# |length|`mean` divides by the number of columns|
# |gate|`relu` lets negative x through, wholly or by a tenth, or looks at the sign of g|
# |memory|two operations add up or repeat results, at the same shapes|
# |shape|a gradient has an axis too many in front|
# |digits|a gradient is rounded to three digits|

# %% [markdown]
# **Question `passes` •••, 6 points.** Return `True` if the engine is correct, else `False`. (Whatever isn't `True` counts as `False`, an error too. So `assert` is fine: end with `return True`.) You get 6 · (mutants killed) / 30 points, rounded down to a half: 29 kills are 5.5 points. If a correct engine is refused, you get 0. All kinds come in every check and at grading; details are drawn afresh. Other engines come besides, which don't count, and some come twice: so judge each by itself, and remember nothing from one to the next. A verdict names the kinds that survive.
#
# NumPy and torch are allowed. Stuck? Run `hint("passes")`.


# %% answer passes
### BEGIN SOLUTION
def asked(name, forward, *shapes):
    """What an engine is asked, at random numbers, and torch's gradients there."""
    inputs = [drawn.normal(size=shape) for shape in shapes]
    tensors = [torch.tensor(x, requires_grad=True) for x in inputs]
    y = forward(*tensors)
    g = drawn.normal(size=y.shape)
    right = torch.autograd.grad(y, tensors, torch.tensor(g))
    return (name, g, *inputs), [d.numpy() for d in right]


drawn = np.random.default_rng(15)
QUESTIONS = []
for _twice in range(2):
    QUESTIONS += [
        asked("add", torch.add, (3, 4), (4,)),
        asked("add", torch.add, (3, 4), (3, 1)),
        asked("mul", torch.mul, (3, 4), (4,)),
        asked("mul", torch.mul, (3, 4), (3, 1)),
        asked("matmul", torch.matmul, (2, 3), (3, 4)),
        asked("mean", lambda x: x.mean(0), (3, 4)),
        asked("relu", torch.relu, (3, 4)),
        asked("fork", lambda x: x**2 + x**3, (5,)),
    ]
### END SOLUTION


def passes(engine):
    """Whether every gradient of every operation is torch's, asked twice."""
    ### BEGIN SOLUTION
    for question, right in QUESTIONS:
        for d, wanted in zip(engine(*question), right, strict=True):
            if d.shape != wanted.shape or not np.allclose(d, wanted):
                return False
    return True
    ### END SOLUTION


# %% check passes
check("passes", passes)

# %% [markdown]
# Compare your suite with a professional one: `torch.autograd.gradcheck` takes the whole Jacobian of an operation by central differences, and by its backward rule. We give it each engine as a `torch.autograd.Function` (`06_networks`), with shapes like (3, 4) and (4,).
#
# **Guess:** how many of the 30 mutants does `gradcheck` kill?

# %%
guess_gradcheck = ...


# %% demo let torch test the same engines
from chainrule.lessons.gradchecked import gradchecked
from chainrule.questions.capstone.changes import bench

made = bench(seed=1)
killed = [not gradchecked(make()) for _, make in made]
beside(guess_gradcheck, sum(killed[2:]), "of 30")
left = [
    change
    for (change, _), dead in zip(made, killed, strict=True)
    if change and not dead
]
print("survivors:", ", ".join(f"{c.kind} in {', '.join(c.rules)}" for c in left))

# %% [markdown]
# The survivors are no accident. torch itself sums a gradient whose shape is too large. So the `stretch` engines that don't sum (not those that take the mean), and the engine of kind `shape`, are repaired before `gradcheck` sees their results: it judges engine and torch together. And three digits are within what `gradcheck` allows (`rtol=1e-3`).
#
# What a mutation score can't do: it counts the faults that somebody thought of. A suite that kills all 30 may still miss the 31st.

# %% [markdown]
# ## Take one part away
#
# A net has several ingredients and works. Which of them does it need? An **ablation** takes one ingredient away, trains again, and compares.
#
# Three things make a comparison fair: only *one* thing changes; each variant gets the same budget of data, steps and tuning (`fair_report` in `08_optimizers`); and chance is measured, by several seeds.
#
# Here is a deep net on digits: eight hidden layers, 40 steps only. Its ingredients are He's first weights (`09_initialization`) and batch normalization (`11_dropout_and_norms`). Without He's, the weights of hidden layers begin with the standard deviation 0.05 in place of 0.25 (0.18 in the first layer). The output layer begins with torch's own weights in every variant.


# %% demo write the experiment
def deep(he, norm):
    layers = []
    for inputs in (64, *[32] * 7):
        linear = nn.Linear(inputs, 32)
        nn.init.normal_(linear.weight, std=(2 / inputs) ** 0.5 if he else 0.05)
        nn.init.zeros_(linear.bias)
        layers += [linear, *([nn.BatchNorm1d(32)] if norm else []), nn.ReLU()]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(32, 10))


def result(seed, he=True, norm=True, rate=0.005):
    """The accuracy on held-out digits after 40 steps."""
    torch.manual_seed(seed)
    net = deep(he, norm)
    adam = torch.optim.Adam(net.parameters(), lr=rate)
    for _ in range(40):
        rows = torch.randint(1200, (100,))
        adam.zero_grad()
        F.cross_entropy(net(fit[rows]), fit_y[rows]).backward()
        adam.step()
    return accuracy(net.eval(), held)


# %% [markdown]
# **Guess:** the same net, five seeds, nothing else changes. How far do the best and the worst accuracy lie apart?

# %%
guess_spread = ...

# %% demo train with five seeds
whole = [result(seed) for seed in range(5)]
beside(guess_spread, max(whole) - min(whole))
print("accuracies:", *(f"{a:.3f}" for a in whole))

# %% [markdown]
# *Single* runs differ this much by chance. If a run varies by the standard deviation s, a mean of n runs varies by s/√n, its standard error (`09_initialization`). If the groups are independent, the difference of two such means has the standard error √(s₁² + s₂²)/√n. A difference below twice that is no finding. (Twice holds for many runs; with two groups of five take 2.3, with five differences seed by seed 2.8. Where groups share seeds, the differences seed by seed often tell more, as in `08_optimizers`.)
#
# **Guess:** the mean accuracy without He's weights; without batch normalization; and without both.

# %%
guess_ablated = ...

# %% demo take one part away, and then both
variants = {"whole net": {}, "without He's weights": {"he": False}}
variants |= {"without batch norm": {"norm": False}}
variants |= {"without both": {"he": False, "norm": False}}


def five(name, rate, seeds=range(5)):
    """Five accuracies of a variant."""
    return [result(seed, **variants[name], rate=rate) for seed in seeds]


def mean_and_s(found):
    return f"{np.mean(found):.3f}, s = {np.std(found, ddof=1):.3f}"


runs_at = {(name, 0.005): five(name, 0.005) for name in variants}
beside(guess_ablated, [np.mean(found) for found in runs_at.values()][1:])
for (name, _), found in runs_at.items():
    print(f"{name}: mean {mean_and_s(found)}")

# %% [markdown]
# Without He's weights the net is even *better*? The difference is far above twice its standard error. But our comparison breaks the second rule: the rate 0.005 was tuned for no variant. And small weights may act like a larger rate: after normalization their size doesn't matter, but beside small weights the steps of Adam are larger.
#
# **Guess:** at the rate 0.02, how much better is the net without He's weights than the whole net? (Negative if it is worse.)

# %%
guess_at_other_rate = ...

# %% demo draw each variant against the rate
rates = [0.005, 0.01, 0.02]
runs_at |= {(v, rate): five(v, rate) for v in variants for rate in rates[1:]}
mean = {v: [np.mean(runs_at[v, rate]) for rate in rates] for v in variants}
beside(guess_at_other_rate, mean["without He's weights"][2] - mean["whole net"][2])
for v, ys in mean.items():
    best = rates[np.argmax(ys)]
    fresh = five(v, best, seeds=range(5, 10))
    print(f"{v}, fresh seeds at its best rate {best}: mean {mean_and_s(fresh)}")
title = "Which net is better depends on the rate"
fig, ax = draw.figure(title, "rate (log scale)", "accuracy")
looks = draw.SUBJECT, draw.TAPE, draw.HAND, draw.DIFFERENCE
for (v, ys), look in zip(mean.items(), looks, strict=True):
    draw.line(ax, rates, ys, look, v)
    for rate in rates:
        ax.plot([rate] * 5, runs_at[v, rate], ".", color=look.color, alpha=0.4)
ax.set(xscale="log", ylim=(0, 1.03))
ax.set_xticks(rates, [f"{rate:g}" for rate in rates])
ax.minorticks_off()
said = "; ".join(f"{v}: {', '.join(f'{y:.2f}' for y in ys)}" for v, ys in mean.items())
draw.show(fig, alt=f"{title}. Means of five seeds: {said}.")

# %% [markdown]
# Give each variant its best rate of the three, and five fresh seeds: the accuracy is 0.91 for the whole net, 0.91 without He's weights, 0.80 without normalization, 0.18 without both. Without He's weights, the seeds before gave 0.93. The difference is below twice its standard error, but its sign was to be expected: the best of several means is more often too high than too low. Once there is normalization, He's weights show no advantage; without it they carry the net.

# %% [markdown]
# Two of the best rates lie at the ends of the range. Beyond these ends both nets are worse: 0.88 at 0.04, 0.87 at 0.0025. The rates were chosen on the same 597 digits, so all four may be a little too high. Seeds don't measure the chance in which digits were held out. And 0.18 holds for 40 steps: after 1,000 at the rate 0.005, five nets without both classify 0.78 to 0.93 of the digits correctly. An ablation answers one question only: what does this part add *to all the others*, with this budget?

# %% [markdown]
# **Question `ablation` •••, 4 points**. (About two hours.) Answer a question of your own by an experiment with digits and a net that trains in seconds. Does adversarial training (each batch changed by your `fgsm`) cost accuracy without attack? Does dropout help with 100 digits, and with 1,200? Does the pooling of `13_convolutions` make a net less easily deceived? (`trained` flattens first: begin with `nn.Unflatten(1, (1, 8, 8))`.)
#
# Write 200 to 300 words, with a table. Each part earns 1 point:
#
# 1. the question, and what you expect, written *before* the run;
# 2. what changes and what stays the same, with the budget and the seeds;
# 3. the results, as means over at least five seeds, with standard deviation or error (say which);
# 4. what follows, and what does *not* follow.
#
# A person reads your page. Code and figures go into cells of your own, above. Stuck? Run `hint("ablation")`.

# %% explain ablation [markdown]
# **`ablation`, your page:**
#
# ### BEGIN SOLUTION
# **Question.** Does training on attacked images cost accuracy on images without a change? I expect a loss of 1 to 3 points of 100: the net has to solve a harder task with the same weights.
#
# **Setting.** The net 64-64-10 of this notebook, 1,200 digits, 15 epochs of Adam, rate 0.01. One thing changes: in the second group each batch is changed by `fgsm` with `eps` = 0.1 before its step. Six seeds each; the test digits are the same 597, and no choice was made by them.
#
# **Results.** Mean ± standard deviation over the seeds:
#
# |trained on|no change|attacked, `eps` = 0.1|
# |:---|---:|---:|
# |images|0.969 ± 0.005|0.476 ± 0.010|
# |attacked images|0.965 ± 0.003|0.782 ± 0.008|
#
# **Conclusion.** Under attack the second net is far better: the gap is 30 times the standard deviation. Without a change it is 0.004 worse, with a standard error of 0.0023 (six differences, seed by seed). That is below twice the standard error, so I can't say whether there is a cost; on these 597 digits a cost above 0.01, the least that I expected, is unlikely. It doesn't follow that the second net is safe: one attack with one `eps` was tried, the very attack that was trained on, and 22 of 100 digits are still misclassified.
#
# - 1 point: a question that can be answered, and an expectation with a reason.
# - 1 point: one change at a time; equal data, steps and tuning; what stays the same is said.
# - 1 point: at least five seeds, means with spread, numbers that the reader can check.
# - 1 point: the conclusion is carried by the numbers, and says what they can't show.
# ### END SOLUTION

# %% [markdown]
# ## Look back
#
# In `01_three_derivatives` you compared a derivative with a difference quotient. All that came later was the same idea: believe a result when two ways that share nothing lead to it. You have judged engines by it, losses, optimizers, and now tests.
#
# ## Say what you can do now
#
# - Read the curves of a run, and name what is broken.
# - Take the gradient of a loss with respect to the input, and attack a net with it.
# - Say why a net that withstands noise may fall to an attack.
# - Write a test suite for gradients, and measure what it is worth.
# - Plan a comparison of nets that proves something, and say what it doesn't prove.

# %% [markdown]
# ### Hand in
#
# Run all notebooks of this unit from top to bottom, and save them. In Colab: File, Download, Download .ipynb. Hand in the files with their names unchanged. First see where you stand:

# %% demo see where you stand
check_all("15_capstone", globals(), STUDENT)

# %% [markdown]
# ## Stretch, for no points
#
# **Attack in small steps.** Take ten steps of `fgsm` with `eps` / 10, and after each step bring every pixel back to within `eps` of the *first* image. (Kurakin, Goodfellow and Bengio called this the basic iterative method.) Draw its accuracy against `eps` beside yours. Which is stronger, and why?
#
# **Choose the target.** Go *downhill* for the loss of a class of your choice. How many digits can you turn into an 8?
#
# **Write the 31st mutant.** Spoil a correct engine so that your own suite doesn't notice. Then mend your suite.
#
# **Use the fewest questions.** How few calls of `engine` does a suite need that kills all 30?

# %% [markdown]
# ## Read on
#
# - Szegedy and others: *Intriguing Properties of Neural Networks*, [arXiv 1312.6199](https://arxiv.org/abs/1312.6199), 2013. Adversarial examples get their name.
# - Goodfellow, Shlens, Szegedy: *Explaining and Harnessing Adversarial Examples*, [arXiv 1412.6572](https://arxiv.org/abs/1412.6572), 2015. FGSM, and the linear argument.
# - Kurakin, Goodfellow, Bengio: *Adversarial Examples in the Physical World*, [arXiv 1607.02533](https://arxiv.org/abs/1607.02533), 2017. Small steps; photographs of printed attacks.
# - DeMillo, Lipton, Sayward: *Hints on Test Data Selection*, Computer, 1978: mutation testing begins.
# - Karpathy: [*A Recipe for Training Neural Networks*](https://karpathy.github.io/2019/04/25/recipe/), 2019. How a practitioner looks for faults.
# - Lipton, Steinhardt: *Troubling Trends in Machine Learning Scholarship*, [arXiv 1807.03341](https://arxiv.org/abs/1807.03341), 2018. Where comparisons go wrong.
# - Goodfellow, Bengio, Courville: [*Deep Learning*](https://www.deeplearningbook.org), 2016. Chapter 11 is about practice, section 7.13 about adversarial training.

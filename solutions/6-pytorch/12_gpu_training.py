# %% [markdown]
# # Train on a GPU
#
# A GPU can make training many times faster, but also slower, and its memory is limited.
#
# **You'll do:** write a training step for any device, time work on a GPU, and count and reduce the bytes of a step.
#
# **You'll learn:** what a GPU is good at, and why a program on a GPU may be slow.
#
# **You need:** backward rules (`04`), cross-entropy (`05`), `nn.Module`, training loops and `torch.autograd.Function` (`06`), batches and epochs (`07`), momentum and Adam (`08`), frozen layers (`10`), dropout and BatchNorm (`11`).
#
# **Time:** about 4¾ hours, 1½ of reading and 3¼ of exercises. Take breaks, before "Add gradients up" and before "Use half the bits".
#
# {questions} PyTorch's own gradients are allowed: the forbidden `autograd` is another package. {dots} A **guess** is never graded.
#
# {points}

# %% setup
import numpy as np
import torch
from chainrule import check, check_all, draw, hint
from chainrule.device import in_words, random_state, replayed
from chainrule.guess import beside
from chainrule.simulated import SimulatedGPU
from torch import nn

# %% [markdown]
# ## Choose a device
#
# A **CPU** has a few cores, and each core can do any kind of work. A **GPU** has thousands of cores, which do the same operation on different numbers. A layer of a network is work for a GPU: in σ(Wx), no unit has to wait for another unit. `04_tensors` calls such work *embarrassingly parallel*.
#
# A GPU on a card of its own also has its own memory, several times as fast as a CPU's main memory. A Mac's GPU shares the main memory.
#
# An **ASIC** (application-specific integrated circuit), such as Google's TPU, is built for one kind of work, unlike a GPU.

# %% [markdown]
# **Without a GPU** everything in this notebook still runs, and you can earn all points. For a GPU in Colab, first choose Runtime, Change runtime type, T4 GPU. This starts another machine: run all cells again. The **T4**, a GPU of NVIDIA from 2018, is the example in this notebook.
#
# In torch every tensor is stored on one **device**. A string names the device: `"cpu"`, `"cuda"` for a GPU of NVIDIA, or `"mps"` for the GPU of a Mac.
#
# **Question `best_device` •, 1 point.** Return the device to train on, as a `torch.device` or as its name: a GPU of NVIDIA if there is one, otherwise a Mac's, otherwise the CPU. Ask `torch.cuda.is_available()` and `torch.backends.mps.is_available()`. In the check, torch reports machines other than yours.
#
# Stuck? Run `hint("best_device")` in a cell of your own.


# %% answer best_device
def best_device():
    """The device to train on: cuda, mps or cpu, in this order."""
    ### BEGIN SOLUTION
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")
    ### END SOLUTION


# %% check best_device
check("best_device", best_device)

# %% demo go on with your device
from chainrule.standby import if_right, yours


def found_by_torch():
    found = torch.accelerator.current_accelerator(check_available=True)
    return found or "cpu"


device = torch.device(if_right("best_device", best_device, found_by_torch)())
print(f"From here on, the device is {device.type}.")

# %% [markdown]
# ## Take a step on any device
#
# `model.to(device)` moves the model's own parameters and running statistics. A tensor doesn't move: `x.to(device)` *returns* a tensor on that device, and x stays where it is.
#
# Nearly every operation needs all its tensors on one device; only an index or a tensor of shape `()` may be on the CPU. `torch.ones` and `torch.eye` make a tensor on the CPU, unless you say `device=device`; `torch.zeros_like(W)` makes it on W's device.

# %% [markdown]
# Without a GPU a missing `device=device` causes no error. The **meta** device shows most such errors on every machine, as where tensors of two devices are added. (It overlooks some, as in a product of two matrices.) Its tensors have a shape and a dtype, but no numbers.
#
# **Guess:** W is a 4 × 4 matrix, and y holds four class numbers. Both are on the meta device. How many of these six lines will torch refuse?
#
# 1. `W @ torch.ones(4)`
# 2. `W + 1`
# 3. `W.sum().item()`
# 4. `torch.ones(9)[y] - W`
# 5. `torch.zeros_like(W) + W`
# 6. `print(W)`

# %%
guess_refused = ...

# %% demo show what torch refuses
W = torch.ones(4, 4, device="meta")
y = torch.zeros(4, dtype=torch.long, device="meta")
lines = {  # as text to print, and as a call to try
    "W @ torch.ones(4)": lambda: W @ torch.ones(4),
    "W + 1": lambda: W + 1,
    "W.sum().item()": lambda: W.sum().item(),
    "torch.ones(9)[y] - W": lambda: torch.ones(9)[y] - W,
    "torch.zeros_like(W) + W": lambda: torch.zeros_like(W) + W,
    "print(W)": lambda: str(W),
}
refused = {}
for text, line in lines.items():
    try:
        line()
    except RuntimeError as error:
        refused[text] = str(error).split("\n")[0]
beside(guess_refused, len(refused), "lines")
for text in lines:
    print(f"{text:25} {refused.get(text, 'works')}")

# %% [markdown]
# Lines 1 and 4 use tensors of two devices. In line 4, `torch.ones(9)[y]` is on the CPU, and W isn't. A GPU refuses the index already: only the opposite is allowed, a vector on the GPU and an index on the CPU. Line 3 asks for a number; W has none.
#
# On a GPU `.item()` works, but the CPU must **wait** until the GPU has computed the number (`06_networks`). `float(loss)`, `.cpu()`, `print(loss)` and `if loss > 3:` wait as well. The meta device refuses all of these but `print`. After such a wait the GPU has nothing to do until the CPU gives it new work. So a step returns `loss.detach()`, a tensor without the graph behind it.
#
# `x.to(device)` waits too, if x is on the CPU: the copy begins when the GPU has done all earlier work, and the call returns after the copy. `train_step` may wait for its batch.

# %% [markdown]
# **Question `train_step` ••, 3 points.** Take one training step, on any device. `model` is on `device` already. `batch` is a pair (x, y) on the CPU: x holds several rows, and y their class numbers. `.grad` may still hold gradients of earlier steps.
#
# `loss_fn(scores, targets)` doesn't take class numbers: its targets are one-hot rows (`05_losses`), with as many columns as the scores have. So your step has to make a tensor.
#
# Return the loss as a tensor on `device`, detached. Right numbers on the CPU earn 2 points. A step that runs on the meta device earns 1 point. Such a step will nearly always run on a GPU too.
#
# Stuck? Run `hint("train_step")`.


# %% answer train_step
def train_step(model, loss_fn, optimizer, batch, device):
    """One step of the optimizer on a batch; the loss before it, as a tensor."""
    ### BEGIN SOLUTION
    x, y = (tensor.to(device) for tensor in batch)
    scores = model(x)
    targets = torch.eye(scores.shape[1], device=device)[y]
    loss = loss_fn(scores, targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
    ### END SOLUTION


# %% check train_step
check("train_step", train_step)

# %% [markdown]
# ## Measure time on a GPU
#
# Why does `.item()` have to wait? When Python calls an operation on a GPU, the CPU only **launches** a **kernel**, a program for the GPU. The kernel goes into a queue, and the call returns at once. The GPU runs the kernels of the queue one after another, while Python goes on. Such work is called **asynchronous**.
#
# A stopwatch in Python shows how long the *calls* took, not how long the GPU worked. Look at a simulated GPU: a launch takes 0.01 s, and each piece of work takes 1 s.
#
# **Guess:** three pieces of work are launched. What does the stopwatch show then, in seconds? And after how many seconds has the GPU done all three?

# %%
guess_shown, guess_done = ..., ...

# %%
gpu = SimulatedGPU(launch=0.01, run=1.0)
start = gpu.clock()
for _ in range(3):
    gpu.work()
beside(guess_shown, gpu.clock() - start, "s on the stopwatch")
gpu.synchronize()
beside(guess_done, gpu.clock() - start, "s until the GPU was done")

# %% [markdown]
# The remedy is to **synchronize**: wait until the GPU has done everything that was launched, and only then look at the clock. For a GPU of NVIDIA, `torch.cuda.synchronize()` waits.
#
# The next figure shows one measurement, call by call. Here a launch takes 0.2 s and a run 1 s, but the first run takes 1.6 s. The vertical line is the time on the CPU's clock. Work to the right of it isn't done yet. Press Next.

# %% demo record a measurement call by call, and draw it
gpu = SimulatedGPU(launch=0.2, run=1.0, first=1.6, pending=1.0)
steps = {
    "The GPU has to finish work that was launched earlier": lambda: None,
    "The warm-up is launched; it will take longer than a run": gpu.work,
    "synchronize() waited for the GPU; now the measurement starts": gpu.synchronize,
    "Run 1 is launched, and the GPU begins it": gpu.work,
    "Run 2 is launched, while the GPU does run 1": gpu.work,
    "synchronize() waited for the GPU again; the measurement ends": gpu.synchronize,
}
title = "The CPU runs ahead until it synchronizes"
runs = "earlier", "warm-up", "1", "2"
pictures, captions = [], []
waited = []  # when synchronize() came back
for said, call in steps.items():
    call()
    now = gpu.clock()
    if call == gpu.synchronize:
        waited.append(now)
    pictures.append(draw.timeline(gpu.events, now, title, 5.4, runs, waited))
    captions.append(f"{said}. The clock shows {now:.1f} s.")
alt = "Bars for CPU and GPU over time, one step of a measurement in each picture"
draw.frames(pictures, captions, alt=alt)

# %% [markdown]
# The figure shows three more rules:
#
# - **Warm up:** run the work once before you measure. The first run is slower, because torch loads code and reserves memory.
# - **Synchronize before the start too.** Otherwise you also measure work that was launched earlier.
# - **Repeat** the work, and take the mean. On a shared machine, take the median of several measurements. (`torch.utils.benchmark.Timer` does all this.)
#
# A run takes 1 s, but the mean is 1.1 s. The GPU waited 0.2 s for the launch of run 1, and half of this wait is in the mean of two runs. With 20 runs the mean would be 1.01 s, but 1.2 s if you synchronized after each run. If a run is shorter than a launch, the GPU waits before every run, and you measure the launches.

# %% [markdown]
# **Question `timed` ••, 3 points.** Return the seconds that one run of `work()` takes on the device: the mean of `repeats` runs, after one run as a warm-up. `synchronize()` waits until the device has done everything that was launched, and `clock()` returns the time in seconds. The wait for the first launch may stay in the mean: on the check's simulated GPU a launch is so short that this changes the mean by less than the 1% that is allowed.
#
# Stuck? Run `hint("timed")`.


# %% answer timed
def timed(work, synchronize, clock, repeats):
    """Seconds that one run of work() takes on a device with a queue."""
    ### BEGIN SOLUTION
    work()
    synchronize()
    start = clock()
    for _ in range(repeats):
        work()
    synchronize()
    return (clock() - start) / repeats
    ### END SOLUTION


# %% check timed
check("timed", timed)

# %% demo time functions by your stopwatch
from time import perf_counter

from chainrule.device import synchronize


def stopwatch(work, wait, clock, repeats):
    def once():  # it waits after every run, so each launch is in the mean
        wait()
        begun = clock()
        work()
        wait()
        return clock() - begun

    once()  # a warm-up
    return sum(once() for _ in range(repeats)) / repeats


my_timed = if_right("timed", timed, stopwatch)


def seconds(work, on):
    """Seconds for one run of work() on a device, by your stopwatch."""
    return my_timed(work, lambda: synchronize(on), perf_counter, 20)


# %% [markdown]
# ### Find out where the time goes
#
# A product of two n × n matrices takes about 2n³ additions and multiplications, called **FLOPs** (floating-point operations). The next cell draws the seconds that a product takes, against n. The dotted line is *computed*, for a T4. It is the longest of three times: 10 microseconds for the launch, and what the arithmetic and the memory need at least.
#
# **Guess:** on the CPU, by what factor does the time grow from n = 512 to n = 1024?

# %%
guess_factor = ...


# %% demo time matrix products on this machine
def product_seconds(n, on):
    A, B = torch.rand(2, n, n, device=on)
    return seconds(lambda: A @ B, on)


sizes = [8, 16, 32, 64, 128, 256, 512, 1024]
places = [torch.device("cpu")]
if device.type != "cpu":
    places.append(device)
times = {in_words(on): [product_seconds(n, on) for n in sizes] for on in places}
on_cpu = times[in_words("cpu")]
beside(guess_factor, on_cpu[-1] / on_cpu[-2])
of_t4 = [max(10e-6, 2 * n**3 / 8100e9, 12 * n**2 / 320e9) for n in sizes]
draw.crossover(sizes, times, {"a computed T4": of_t4})

# %% [markdown]
# The number of FLOPs becomes 2³ = 8 times as large. The time grows by a smaller factor if the call itself takes long, or if the smaller product doesn't use all cores. The factor is larger if the larger matrices don't fit into a cache (a small, fast memory).
#
# On a GPU each call takes several microseconds, however small n is. Where your CPU needs less than that for the whole product, a GPU is *slower*. For small n this is often so. The factor between them depends on the model, the batch size, the CPU and the GPU.
#
# A kernel also moves numbers to and from memory. The number of FLOPs per byte moved is its **arithmetic intensity**:
#
# |two n × n matrices in float32|FLOPs|bytes moved|FLOPs per byte|
# |:--|:--|:--|:--|
# |addition|n²|12n²: two matrices are read, one is written|1/12|
# |product|2n³|12n² too, if each number is moved once|n/6|

# %% [markdown]
# By its data sheet, a T4's cores do at most 8,100 billion FLOPs a second. Its memory delivers at most 320 billion bytes a second, enough for 320 billion × intensity FLOPs a second. No float32 kernel is faster than the smaller limit. Drawn against the intensity, this limit is the **roofline**. It bends at 8,100/320 ≈ 25 FLOPs per byte. It leaves out launches, so small products lie far below it.
#
# Left of the bend, a kernel is **memory-bound**: cores wait for numbers. Right of it, a kernel is **compute-bound**: arithmetic is the limit. ReLU, normalization and addition are memory-bound. A larger batch moves a product to the right: the weights are read once for more rows.
#
# **Guess:** by the roofline, from about which n on is a product compute-bound on a T4?

# %%
guess_size = ...

# %% demo draw the roofline of a T4
t4 = (8100, 320)  # billion FLOPs, and billion bytes, a second
limits = {n: min(t4[0], t4[1] * n / 6) for n in sizes[3:]}
beside(guess_size, 6 * t4[0] / t4[1])
draw.roofline("T4, data sheet", limits, t4[1] / 12, {}, measured=False)

# %% [markdown]
# Your machine's roofline is estimated: it rises through a measured addition (n = 2048), and is level at the fastest product's speed.

# %% demo measure FLOPs in a second on this machine
billions = {n: 2 * n**3 / product_seconds(n, device) / 1e9 for n in sizes[3:]}
A, B, result = torch.rand(3, 2048, 2048, device=device)
added = A.numel() / seconds(lambda: torch.add(A, B, out=result), device) / 1e9
draw.roofline("this machine", billions, added, {"T4, data sheet": t4}, measured=True)

# %% [markdown]
# ## Count the bytes
#
# A T4 has 16 GB of memory. A training step holds four parts there, besides temporary arrays. A number takes 4 bytes in float32, and 2 in float16. Where parameters are *counted*, as here and in most papers, a **parameter** is one number. In torch's code, as in `model.parameters()`, it is a whole tensor (`06_networks`).
#
# |part|numbers|
# |:--|:--|
# |parameters|all parameters|
# |gradients|one for each parameter|
# |optimizer's state|for each parameter: SGD none, momentum one, Adam two|
# |saved arrays (`06_networks`)|what the backward pass needs; this part alone grows with the batch|
#
# **Guess:** GPT-3 has 175 billion parameters (Brown 2020). How many gigabytes (10⁹ bytes) do the first three parts take, with Adam in float32?

# %%
guess_gigabytes = ...

# %% demo count the bytes of GPT-3
copies = {"parameters": 1, "gradients": 1, "Adam's m and v": 2}
beside(guess_gigabytes, 4 * sum(copies.values()) * 175e9 / 1e9, "GB")
bert = 4 * sum(copies.values()) * 110e6 / 1e9
print(f"BERT base, with 110 million parameters (Devlin 2019): {bert:.2f} GB")

# %% [markdown]
# With Adam in float32 the first three parts take 16 bytes for each parameter.
#
# The fourth part depends on the operations. Each operation saves what its backward rule needs: a linear layer saves its input, and ReLU saves its result. Such saved arrays are often called **activations**; the same word is used for functions such as ReLU. A layer may save W too, but W is a parameter and already counted.

# %% [markdown]
# In the next cell, `saved_tensors_hooks` (`06_networks`) takes two functions. It calls the first, `note`, with every tensor that is saved. The second is called when the backward pass takes a tensor out; here it changes nothing. A tensor's *storage* is its piece of memory; `data_ptr()` is the address where it begins.
#
# **Guess:** 64 rows go through three layers, from 100 units to 200, to 200, to 10. ReLU comes after the first layer and after the second. How many *numbers* do the saved arrays hold?


# %%
def kept_bytes(run, parameters):
    """The bytes that run() saves for the backward pass, parameters left out."""
    own = {p.untyped_storage().data_ptr() for p in parameters}  # addresses
    kept = {}  # by address, so that an array that is saved twice counts once

    def note(tensor):
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        run()
    return sum(s.nbytes() for at, s in kept.items() if at not in own)


# %%
guess_kept = ...

# %% demo count what three layers save
layers = nn.Sequential(
    nn.Linear(100, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10)
)
x = torch.ones(64, 100)
beside(guess_kept, kept_bytes(lambda: layers(x), layers.parameters()) / 4, "numbers")

# %% [markdown]
# The count is 64 · (100 + 200 + 200): the input of each layer. ReLU's result is the next layer's input, so both save the same array, and it is counted once. The sums before ReLU are not saved, and neither is the last result. A loss would save an array of this size; here and in the question the loss is left out.
#
# **Frozen** parameters (`10_generalization`) have no gradient and no state. If the first layers are frozen, the backward pass stops at the input of the first layer that is trained. This input is still saved, for dW, and nothing before it.

# %% [markdown]
# **Question `training_bytes` ••, 4 points.** `widths` lists the units from the input to the output, such as (100, 200, 200, 10). Every layer is linear and has a bias, and ReLU stands between layers. `rows` is the batch size, and each number takes `itemsize` bytes. `optimizer` is `"SGD"`, `"momentum"` or `"Adam"`. The first `frozen` layers are frozen, but never all layers.
#
# Return the bytes of four parts: parameters, gradients, state, and saved arrays without parameters. Adam also counts its steps, usually on the CPU. Count this too, as state: 4 bytes for each weight matrix and each bias vector that is trained, whatever `itemsize` is. Use arithmetic only.
#
# For example, `training_bytes((2, 3, 1), 5, 4, "Adam", 0)` is `(52, 52, 120, 100)`.
#
# Parameters and gradients together earn 1 point, the state 1, the saved arrays 1, and frozen layers 1.
#
# Stuck? Run `hint("training_bytes")`.


# %% answer training_bytes
def training_bytes(widths, rows, itemsize, optimizer, frozen):
    """Bytes of parameters, gradients, optimizer state, and saved arrays."""
    ### BEGIN SOLUTION
    layers = range(1, len(widths))
    sizes = [(widths[i - 1] + 1) * widths[i] for i in layers]
    trained = sum(sizes[frozen:]) * itemsize
    copies = {"SGD": 0, "momentum": 1, "Adam": 2}[optimizer]
    counters = 4 * 2 * len(sizes[frozen:]) if optimizer == "Adam" else 0
    kept = rows * sum(widths[frozen:-1]) * itemsize
    return sum(sizes) * itemsize, trained, copies * trained + counters, kept
    ### END SOLUTION


# %% check training_bytes
check("training_bytes", training_bytes)


# %% demo draw saved arrays, and the other parts, against the rows
def counted(widths, rows, itemsize, optimizer, frozen):
    """The same four parts, counted in torch for `layers` with Adam in float32."""
    x, own = torch.ones(rows, widths[0]), list(layers.parameters())
    adam = torch.optim.Adam(own, 0.0)
    saved = kept_bytes(lambda: layers(x), own)
    layers(x).sum().backward()
    adam.step()
    state = [t for of_p in adam.state.values() for t in of_p.values()]
    parts = own, [p.grad for p in own], state
    of_own, of_grads, of_state = [sum(t.nbytes for t in part) for part in parts]
    return of_own, of_grads, of_state, saved


widths, batches = (100, 200, 200, 10), [50, 250, 500, 750, 1000]
my_bytes = yours(training_bytes, counted, widths, 1000, 4, "Adam", 0)


def megabytes(rule):
    """For each batch: the first three parts together, and the saved arrays."""
    parts = np.array([rule(widths, rows, 4, "Adam", 0) for rows in batches]) / 1e6
    return np.stack([parts[:, :3].sum(1), parts[:, 3]])


by_hand, in_torch = megabytes(my_bytes), megabytes(counted)
fixed, saved = in_torch[:, -1]
bound = int(1000 * fixed / saved)
title = f"Above {bound} rows, saved arrays take more bytes than the rest"
fig, ax = draw.figure(title, "rows (dots: counted in torch)", "megabytes")
names = ("parameters, gradients, state", "saved arrays")
for name, line in zip(names, by_hand, strict=True):
    draw.line(ax, batches, line, draw.HAND, name)
ax.plot(batches, in_torch.T, "o", color=draw.TAPE.color)
ax.set_ylim(0)
draw.show(fig, alt=f"{title}: two dashed lines by arithmetic, with dots on them.")

# %% [markdown]
# ## Add gradients up
#
# This section and the next two make the saved arrays smaller. If the loss of a batch is a mean over its rows, its gradient is a mean over these rows too. Cut the batch into **micro-batches** that fit into memory, and run the forward and the backward pass with each. `backward()` *adds* to `.grad`, so the gradients are summed: **gradient accumulation**.
#
# The mean losses of the micro-batches need weights. If ten rows are cut into 4, 4 and 2 rows, the weights are 0.4, 0.4 and 0.2. With a weight of 1/3 each, the last two rows would count twice as much as the others.

# %% [markdown]
# **Question `accumulated_gradient` ••, 3 points.** `loss_fn(model(X), y)` is a mean over the rows. Leave in each parameter's `.grad` the gradient of the mean over *all* rows of X. Never put more than `size` rows through the model at once. `X.split(size)` gives pieces of `size` rows; the last piece may be smaller. Delete what was in `.grad` before: `model.zero_grad()` does so. There is nothing to return.
#
# Right gradients earn 2 points. 1 point is for memory: at any time, the graphs of at most two micro-batches are alive. (A name may still hold the last graph while the next one is built.)
#
# Stuck? Run `hint("accumulated_gradient")`.


# %% answer accumulated_gradient
def accumulated_gradient(model, loss_fn, X, y, size):
    """Leave the gradient of the mean loss over all rows in .grad, `size` rows at once."""
    ### BEGIN SOLUTION
    model.zero_grad()
    for x, targets in zip(X.split(size), y.split(size), strict=True):
        share = len(x) / len(X)
        (share * loss_fn(model(x), targets)).backward()
    ### END SOLUTION


# %% check accumulated_gradient
check("accumulated_gradient", accumulated_gradient)


# %% demo measure the pieces of a batch
def at_once(model, loss_fn, X, y, size):
    for p in model.parameters():
        p.grad = None
    loss_fn(model(X), y).backward()


def megabytes_saved(size):
    x = X[:size].clone()  # a slice would share the memory of all rows
    return kept_bytes(lambda: layers(x), layers.parameters()) / 1e6


my_accumulated = if_right("accumulated_gradient", accumulated_gradient, at_once)
torch.manual_seed(0)
X, Y, mse = torch.rand(1000, 100), torch.rand(1000, 10), nn.functional.mse_loss
at_once(layers, mse, X, Y, 1000)
whole = [p.grad.clone() for p in layers.parameters()]
largest = max(grad.abs().max() for grad in whole)
print("rows at once  MB saved   same gradient, within a millionth of the largest entry")
for size in (1000, 500, 250, 100, 30, 10):
    my_accumulated(layers, mse, X, Y, size)
    pairs = zip(whole, layers.parameters(), strict=True)
    gap = max((grad - p.grad).abs().max() for grad, p in pairs) / largest
    same = "yes" if gap < 1e-6 else "no"
    print(f"{size:12,}   {megabytes_saved(size):7.2f}   {same}")
if my_accumulated is at_once:
    print("All rows were taken at once here. With your own function, this is a test.")

# %% [markdown]
# The gradient stays the same, apart from the rounding of float32. BatchNorm and dropout are exceptions: BatchNorm sees the means and variances of fewer rows, and dropout draws other masks.
#
# Several GPUs can share a step in the same way. In **data parallelism** each GPU is called a **worker**, and has a copy of the model. Each worker computes a gradient for its own rows of the batch. Then these gradients are combined into one, and all workers take the same step. PyTorch's `DistributedDataParallel` takes their plain mean, which is right if all have equally many rows.
#
# **Question `combined_gradient` •, 1 point.** Row k of `gradients` is the gradient of worker k, for the mean loss over this worker's rows. `rows[k]` is the number of these rows. Return the gradient of the mean loss over all rows of all workers. Both arguments are torch tensors of floating-point numbers.
#
# Stuck? Run `hint("combined_gradient")`.


# %% answer combined_gradient
def combined_gradient(gradients, rows):
    """The gradient over all rows, from each worker's gradient and number of rows."""
    ### BEGIN SOLUTION
    return rows @ gradients / rows.sum()
    ### END SOLUTION


# %% check combined_gradient
check("combined_gradient", combined_gradient)

# %% [markdown]
# ## Compute a block again
#
# The saved arrays may be too large even for one row. **Activation checkpointing** keeps only the *input* of a block of layers. When the backward pass arrives at the block, the block is computed a second time, from the kept input. Then the backward pass goes through the block. The arrays inside the block are in memory only during this time. (BatchNorm would update its statistics twice.)
#
# The price is time. A backward pass takes about twice as long as a forward pass: a linear layer has one product in the forward pass, and two in the backward pass, dX and dW.
#
# **Guess:** by what factor does a training step become longer, if every block is computed twice?

# %%
guess_longer = ...

# %% demo count the passes of a step
forward, backward = 1, 2
beside(guess_longer, (2 * forward + backward) / (forward + backward))

# %% [markdown]
# A `torch.autograd.Function` (`06_networks`) can do this: its `forward` computes a block of layers. Five things are new:
#
# - Torch records no graph inside `forward` and `backward`. So `backward` computes the block's result y again, inside `with torch.enable_grad():`.
# - This second pass starts from a new leaf, `x.detach().requires_grad_()`, because the saved x may require no gradient.
# - `torch.autograd.grad(y, inputs, g)` takes a tuple of tensors and the upstream gradient g. It returns a tuple, one gradient for each tensor, and doesn't change `.grad`.
# - Only inputs of `forward` receive gradients. So the block's parameters are inputs too.
# - Dropout has to draw the *same* random numbers the second time. `random_state(x.device)` returns the state of the random generator: ask for it before the block draws. Inside `with replayed(state, x.device):` the random numbers follow that state.
#
# The block and the state become attributes, as in `ctx.block = block`. Only x is saved with `ctx.save_for_backward`.

# %% [markdown]
# **Question `Checkpoint` •••, 4 points.** Write both methods. `forward` takes a block (an `nn.Module`), its input x, and the block's parameters. It returns `block(x)`. `backward` takes the upstream gradient g. It returns one result for each input of `forward`: `None` for the block, the gradient of x, and the gradient of each parameter. All parameters are trained, and the block uses all of them.
#
# The gradients earn 2 points, dropout 1, and memory 1: from `forward` to `backward`, no array but x, the parameters and the generator's state is kept. Torch's own `checkpoint` is not allowed.
#
# Stuck? Run `hint("Checkpoint")`.


# %% answer Checkpoint
class Checkpoint(torch.autograd.Function):
    """A block of layers that keeps its input alone, and is computed twice."""

    @staticmethod
    def forward(ctx, block, x, *parameters):
        ### BEGIN SOLUTION
        ctx.block, ctx.state = block, random_state(x.device)
        ctx.save_for_backward(x)
        return block(x)
        ### END SOLUTION

    @staticmethod
    def backward(ctx, g):
        ### BEGIN SOLUTION
        (x,) = ctx.saved_tensors
        x = x.detach().requires_grad_()
        with torch.enable_grad(), replayed(ctx.state, x.device):
            y = ctx.block(x)
        inputs = (x, *ctx.block.parameters())
        return None, *torch.autograd.grad(y, inputs, g)
        ### END SOLUTION


# %% check Checkpoint
check("Checkpoint", Checkpoint)

# %% demo build a deep network with and without checkpoints
from torch.utils.checkpoint import checkpoint


class TorchsOwn:
    @staticmethod
    def apply(block, x, *parameters):
        return checkpoint(block, x, use_reentrant=False)


my_checkpoint = if_right("Checkpoint", Checkpoint, TorchsOwn)
torch.manual_seed(0)
steps = []
for _ in range(16):
    steps += [nn.Linear(128, 128), nn.Tanh()]
blocks = [nn.Sequential(*steps[k : k + 8]) for k in range(0, 32, 8)]
blocks = nn.Sequential(*blocks).to(device)
X = torch.rand(1000, 128, device=device)


def checkpointed(x):
    for block in blocks:
        x = my_checkpoint.apply(block, x, *block.parameters())
    return x


# %% demo time a step with and without checkpoints on this machine
def one_step(run):
    blocks.zero_grad()
    run(X).sum().backward()


with_checkpoints = seconds(lambda: one_step(checkpointed), device)
longer = with_checkpoints / seconds(lambda: one_step(blocks), device)
print(f"A step with checkpoints takes {longer:.2f} times as long here.")
print("4/3 counts products only. Calls and tanh take time too, on a CPU most of it")
print("in the forward pass, and this pass runs twice.")

# %% demo draw the memory with and without checkpoints
parameters = list(blocks.parameters())
size = sum(p.nbytes for p in parameters) / 1e6
three = [size, size, 2 * size]
plain = kept_bytes(lambda: blocks(X), parameters) / 1e6
inputs = kept_bytes(lambda: checkpointed(X), parameters) / 1e6
again = kept_bytes(lambda: blocks[0](X), [*parameters, X]) / 1e6
most = inputs + again
title = f"Checkpoints shrink saved arrays from {plain:.2f} to at most {most:.2f} MB"
fig, ax = draw.figure(title, "", "megabytes")
groups = {
    "without checkpoints": ([*three, plain, 0], draw.HAND),
    "with checkpoints": ([*three, inputs, again], draw.TAPE),
}
names = ("parameters", "gradients", "Adam's\nstate", "saved arrays", "a block\nagain")
draw.bars(ax, names, groups)
draw.show(fig, alt=f"{title}; parameters, gradients and Adam's state stay as they are.")

# %% [markdown]
# The inputs of the four blocks stay in memory until the backward pass. Then one block at a time adds its own arrays, about as many bytes again.

# %% [markdown]
# ## Use half the bits
#
# A number in **float16** takes 2 bytes. So saved arrays take half the bytes, and many GPUs multiply such numbers several times as fast. The price is a smaller range and fewer digits. **bfloat16** has nearly the range of float32, and even fewer digits:
#
# |format|exponent bits (range)|fraction bits (digits)|
# |:--|--:|--:|
# |float32|8|23|
# |float16|5|10|
# |bfloat16|8|7|
#
# One more bit is the sign. The smallest positive number in float16 is 2⁻²⁴, about 6 · 10⁻⁸.
#
# **Guess:** what becomes of 10⁻⁸ in float16? And what is 256 + 1 in bfloat16?

# %%
guess_tiny, guess_sum = ..., ...

# %% demo try both formats
total = torch.tensor(256, dtype=torch.bfloat16) + 1
beside(guess_tiny, torch.tensor(1e-8).half().item())
beside(guess_sum, total.item())

# %% [markdown]
# 10⁻⁸ is less than half the smallest positive number of float16, so it is rounded to 0: it **underflows**. In bfloat16, 257 lies midway between 256 and 258. At a tie, the number whose last bit is 0 wins: 256. The numbers next to a weight w are at least |w|/256 away, so a step below |w|/512 is rounded away.
#
# Therefore **mixed precision** uses 16 and 32 bits. Both passes run mostly in 16 bits, on copies of the weights. The weights themselves (*master weights*), their gradients, the optimizer's state and the updates stay in float32. `torch.autocast` takes 16 bits for products, and float32 where digits matter, as in the cross-entropy.

# %% [markdown]
# Gradients can underflow too. The next cell trains a small net in float32 on n = 1,797 digits, counts its saved arrays, and draws the gradient with respect to its scores. An entry of this gradient is (qₖ − pₖ)/n, for the probability q and the label p (`05_losses`).
#
# **Guess:** what percentage of these entries would be 0 in float16?

# %%
guess_lost = ...

# %% demo train a small net, count its bytes, and draw its gradients
from chainrule import data

digits = data.load("digits")
images, labels = torch.tensor(digits.x), torch.tensor(digits.y)
torch.manual_seed(0)
small = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
adam = torch.optim.Adam(small.parameters(), lr=0.01)
for _ in range(60):
    adam.zero_grad()
    scores = small(images)
    scores.retain_grad()  # so that scores.grad is kept, too
    nn.functional.cross_entropy(scores, labels).backward()
    adam.step()
in_32 = kept_bytes(lambda: small(images), small.parameters()) / 1e6
with torch.autocast("cpu", dtype=torch.bfloat16):
    in_16 = kept_bytes(lambda: small(images), small.parameters()) / 1e6
print(f"The net saves {in_32:.2f} MB, and with torch.autocast {in_16:.2f} MB.")
in_float16 = scores.grad.half()
beside(guess_lost, 100 * (in_float16 == 0).float().mean().item(), "%")
draw.underflow(scores.grad.abs().flatten().numpy(), 16)

# %% [markdown]
# The saved arrays take half the bytes. (The 16-bit copy of the second layer's weights is saved too, but it is small.)
#
# Nearly all the lost entries belong to classes with a probability near 0. The norm of the lost entries is 0.02% of the norm of all entries, so this net would still learn. If all gradients of a net were so small, training would stop.
#
# The remedy is **loss scaling**: multiply the loss by a large number, the *scale*. By the chain rule every gradient is multiplied by the scale too. The weights are float32, so their gradients are float32 as well. Divide these by the scale.

# %% [markdown]
# If the scale is too large, some gradients become infinite: they **overflow**. PyTorch's `torch.amp.GradScaler` then skips the step and halves the scale. After 2,000 steps without an overflow it doubles the scale. bfloat16 needs no scale, but a T4 has no fast arithmetic for it. This is a training step with float16:
#
# ```python
# scaler = torch.amp.GradScaler("cuda")  # once, before the first step
#
# optimizer.zero_grad()  # else backward() adds to old gradients
# with torch.autocast("cuda", dtype=torch.float16):
#     loss = loss_fn(model(x), targets)
# scaler.scale(loss).backward()
# scaler.unscale_(optimizer)
# torch.nn.utils.clip_grad_norm_(model.parameters(), limit)
# scaler.step(optimizer)
# scaler.update()
# ```
#
# **Gradient clipping**, the line before `scaler.step`, limits the gradient's norm, so that one large gradient can't throw the weights far away (`14_sequences`).

# %% [markdown]
# **Question `scaled_step` ••, 3 points.** Take this step without `GradScaler`, once the loss is there, and return the scale for the next step. Your step never doubles the scale. `loss` is a float32 tensor of shape `()`; it may be infinite or NaN. `parameters` is a list of float32 tensors, and each gets a gradient. Some operations between them and `loss` are in float16. `.grad` may still hold old gradients.
#
# - If an entry of a gradient isn't finite (`torch.isfinite`), skip the step and return half the scale.
# - Otherwise take the step and return the same scale. If the gradient of the loss *without* the scale has a norm above `limit`, over all parameters together, shorten it to the norm `limit` before the step: `clip_grad_norm_` does so in `.grad`.
#
# An `if` on gradients may wait for the GPU. Tiny gradients, skipped steps and the limit earn 1 point each.
#
# Stuck? Run `hint("scaled_step")`.


# %% answer scaled_step
def scaled_step(loss, parameters, optimizer, scale, limit):
    """A step with a scaled loss, unless gradients overflow; the next scale."""
    ### BEGIN SOLUTION
    optimizer.zero_grad()
    (scale * loss).backward()
    for p in parameters:
        p.grad /= scale
    finite = torch.stack([torch.isfinite(p.grad).all() for p in parameters])
    if not finite.all():  # one wait, not one for each tensor
        return scale / 2
    torch.nn.utils.clip_grad_norm_(parameters, limit)
    optimizer.step()
    return scale
    ### END SOLUTION


# %% check scaled_step
check("scaled_step", scaled_step)

# %% [markdown]
# ## Train a small convolutional net
#
# In **LeNet** (LeCun 1998) convolutions and poolings alternate (more in `13_convolutions`).
#
# A **convolution** moves a small window over the image. At each place it multiplies the numbers in the window by the same weights, and adds up the products and a bias. The sums form an image, called a **channel**. **Padding** 1 puts a border of zeros around the image, so that with windows of 3 × 3 each channel is as large as the image.
#
# **Pooling** makes channels smaller: it keeps the maximum of each 2 × 2 square.
#
# A convolution has few parameters and much arithmetic: good work for a GPU. In the next figure the weights are random. Only the first channel shows its numbers; large ones are dark.

# %% demo draw one convolution and one pooling of a digit
torch.manual_seed(1)
with torch.no_grad():
    maps = torch.relu(nn.Conv2d(1, 8, 3, padding=1)(images[:1, None]))[0]
stages = {
    "image": images[:1],
    "convolution and ReLU": maps,
    "pooling": nn.functional.max_pool2d(maps, 2),
}
windows = [
    ("window of 3 × 3", (2, 2), 3, (3, 3)),
    ("maximum of 2 × 2", (2, 2), 2, (1, 1)),
]
title = "A convolution makes eight channels, and pooling halves their sides"
draw.titled(title, draw.channels(stages, windows))

# %% [markdown]
# This is the plan of a net like LeNet, for images of 8 × 8 pixels. The first number of each size counts the channels:
#
# |layer|result for one image|parameters|
# |:--|:--|--:|
# |image|1 × 8 × 8|0|
# |convolution to 8 channels, 3 × 3, padding 1; ReLU|8 × 8 × 8|80|
# |pooling: maximum of each 2 × 2 square|8 × 4 × 4|0|
# |convolution to 16 channels, 3 × 3, padding 1; ReLU|16 × 4 × 4|1,168|
# |pooling: maximum of each 2 × 2 square|16 × 2 × 2|0|
# |all numbers in one row; linear layer|10 scores|650|
#
# In a convolution from c to k channels, a window of 3 × 3 covers all c channels. So each of the k channels has 9c weights and one bias.

# %% [markdown]
# In torch, `nn.Conv2d(c, k, 3, padding=1)` is a convolution from c to k channels, and `nn.MaxPool2d(2)` takes the maxima. `x.flatten(1)` puts all numbers of an image in one row.
#
# **Question `DigitNet` •, 1 point.** Write the net of the table. A batch of images has the shape (n, 8, 8), and `nn.Conv2d` wants (n, channels, 8, 8): begin with `x[:, None]`. Return the scores, of shape (n, 10), without softmax. The parameters and the scores earn half a point each.
#
# Stuck? Run `hint("DigitNet")`.


# %% answer DigitNet
class DigitNet(torch.nn.Module):
    """A small LeNet: scores of 10 digits for images of 8 × 8 pixels."""

    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION
        self.first = torch.nn.Conv2d(1, 8, 3, padding=1)
        self.second = torch.nn.Conv2d(8, 16, 3, padding=1)
        self.last = torch.nn.Linear(64, 10)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        pool = torch.nn.functional.max_pool2d
        x = pool(torch.relu(self.first(x[:, None])), 2)
        x = pool(torch.relu(self.second(x)), 2)
        return self.last(x.flatten(1))
        ### END SOLUTION


# %% check DigitNet
check("DigitNet", DigitNet)


# %% demo bring along a right net
def sequential():
    return nn.Sequential(
        nn.Unflatten(1, (1, 8)),
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 10),
    )


my_net = if_right("DigitNet", DigitNet, sequential)

# %% [markdown]
# **Feed the device.** Each `.to(device)` of a CPU tensor waits for the GPU. So if the data fit into its memory, move them there *once*, before the first step.
#
# **Shuffle in every epoch**, as in `07_gradient_descent`: rows of a file are often sorted. `torch.randperm(n, device=device)` returns the numbers 0 to n − 1 in a random order, and `X[rows]` takes the rows with the numbers `rows`.
#
# **Guess:** you will train the net on 1,200 digits. How many of the other 597 digits will it name correctly?

# %%
guess_correct = ...

# %% [markdown]
# **Question `fit` ••, 2 points.** Train `model`, which is on `device`, for ten epochs. X holds images and y the digits, both on the CPU and *sorted by digit*. Use Adam with learning rate 0.02, and the cross-entropy (`torch.nn.functional.cross_entropy`). An epoch takes each row once, in a new order, in batches of 64 rows; its last batch may be smaller. There is nothing to return.
#
# A loop that runs on the meta device earns 1 point. For the other point, your loop trains a net on 600 digits. The check looks at the epochs, orders and batches, and at the learning rate: how far the first step moves the weights. The net must name at least 75% of 600 other digits correctly; if it stays below, a second net is trained. In 700 trials a right loop never came below 85%.
#
# Stuck? Run `hint("fit")`.


# %% answer fit
def fit(model, X, y, device):
    """Train the model for ten epochs on shuffled batches of 64 rows."""
    ### BEGIN SOLUTION
    X, y = X.to(device), y.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(10):
        order = torch.randperm(len(X), device=device)
        for rows in order.split(64):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
    ### END SOLUTION


# %% check fit
check("fit", fit)


# %% demo train on your device
def by_loader(model, X, y, device):
    rows = torch.utils.data.TensorDataset(X, y)
    loader = torch.utils.data.DataLoader(rows, batch_size=64, shuffle=True)
    adam = torch.optim.Adam(model.parameters(), lr=0.02)
    for _epoch in range(10):
        for x, targets in loader:
            adam.zero_grad()
            scores = model(x.to(device))
            nn.functional.cross_entropy(scores, targets.to(device)).backward()
            adam.step()


my_fit = if_right("fit", fit, by_loader)
shuffled = torch.tensor(np.random.default_rng(0).permutation(len(images)))
fitted, held = shuffled[:1200], shuffled[1200:]
torch.manual_seed(0)
net = my_net().to(device)
my_fit(net, images[fitted], labels[fitted], device)
with torch.no_grad():
    named = net(images[held].to(device)).argmax(1).cpu()
right = int((named == labels[held]).sum())
beside(guess_correct, right, f"of {len(held)}")

# %% demo show digits that were misread
missed = torch.nonzero(named != labels[held]).flatten()[:8].tolist()
title = f"The net misreads {len(held) - right} of {len(held)} digits, such as these"
fig, ax = draw.figure(title, "", "")
ax.axis("off")
for k, i in enumerate(missed):
    left, low = 10 * (k % 4), 11 * (k // 4)
    ax.imshow(images[held[i]], cmap="gray_r", extent=(left, left + 8, low, low + 8))
    ax.text(left + 4, low - 1, f"{labels[held[i]]}, read as {named[i]}", ha="center")
ax.set(xlim=(0, 38), ylim=(-2, 20))
draw.show(fig, alt=f"{title}. Below each image: the digit, and what the net says.")


# %% demo time ten steps of the net on this machine
def ten_steps(place):
    net = sequential().to(place)
    x, targets = images[:64].to(place), labels[:64].to(place)
    adam = torch.optim.Adam(net.parameters(), lr=0.02)

    def work():
        for _step in range(10):
            adam.zero_grad()
            nn.functional.cross_entropy(net(x), targets).backward()
            adam.step()

    return seconds(work, place)


for place in places:
    print(f"{in_words(place)}: {ten_steps(place) * 1000:.1f} ms for ten steps")

# %% [markdown]
# For a net of 1,898 parameters and batches of 64, a GPU is often no faster than a CPU: a step launches dozens of kernels, each too small for thousands of cores. Larger nets and larger batches come nearer to the roofline.
#
# ## Say what you can do now
#
# - Write a training step that runs on any device, and test the step without a GPU.
# - Time asynchronous work correctly, and say whether a kernel is memory-bound or compute-bound.
# - Predict the bytes of parameters, gradients, optimizer state and saved arrays.
# - Make saved arrays smaller: by accumulation, by checkpoints, by 16 bits.
# - Combine the gradients of several workers.
#
# ### Hand in
#
# Run this notebook from top to bottom and save it. In Colab: File, Download, Download .ipynb. Hand the file in with its name unchanged. First see where you stand:

# %% demo see where you stand
check_all("12_gpu_training", globals())

# %% [markdown]
# ## Stretch, for no points
#
# **Choose the blocks.** Cut the network of 16 layers into blocks of k layers. `kept_bytes` of the checkpointed network counts only the inputs of the blocks. Add `kept_bytes` of one block by itself. For which k is the sum least?
#
# **Load batches.** If data don't fit into the GPU's memory, a `DataLoader` makes the batches, as in `by_loader` above. With `num_workers=2` two other processes prepare the batches. Is `by_loader` faster then?
#
# ## Read on
#
# - PyTorch: [CUDA semantics](https://docs.pytorch.org/docs/stable/notes/cuda.html), on asynchronous execution and on memory.
# - Williams, Waterman, Patterson: *Roofline: an insightful visual performance model for multicore architectures*, Communications of the ACM, 2009.
# - Chen, Xu, Zhang, Guestrin: *Training deep nets with sublinear memory cost*, 2016, [arxiv.org/abs/1604.06174](https://arxiv.org/abs/1604.06174). Checkpoints.
# - Micikevicius and others: *Mixed precision training*, ICLR 2018, [arxiv.org/abs/1710.03740](https://arxiv.org/abs/1710.03740).
# - LeCun, Bottou, Bengio, Haffner: *Gradient-based learning applied to document recognition*, Proceedings of the IEEE, 1998. LeNet.

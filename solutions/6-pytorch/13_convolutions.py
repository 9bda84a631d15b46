# %% [markdown]
# # Slide a window over an image
#
# A dense layer treats the pixels of an image as a list of numbers, and forgets which pixels are neighbours. A **convolution** looks through a small window, and moves the window over the whole image. In this notebook you write a convolution forward and backward, rebuild a net that read cheques in the 1990s, and teach a net three new digits from a few labels each.
#
# On the way you will see a net that reads nearly all digits in the middle of an image, and misses many of them when they move by two pixels.

# %% [markdown]
# **You'll do:** compute the size of every result; write a convolution with NumPy, forward and backward; turn it into a matrix; build LeNet-5 with PyTorch from the table in the paper; train a new head on frozen features.
#
# **You'll learn:** why the backward pass of a convolution is a convolution again, how far one output sees, and which parts of a frozen net still move.
#
# **You need:** the backward rules of a layer (`04_tensors`), cross-entropy (`05_losses`), `nn.Module` (`06_networks`), BatchNorm (`11_dropout_and_norms`).
#
# **Time:** about 2 and a half hours, 1 hour of reading and 1 and a half of exercises.
#
# {questions} One dot • beside a question means a line or two, three dots ••• mean that you will need paper. A check draws fresh numbers and shapes every time you run it.
#
# {points}

# %% setup
import numpy as np
import torch
from chainrule import check, check_all, data, draw, hint
from chainrule.guess import beside
from torch import nn
from torch.nn import functional as F

# %% [markdown]
# ## Share the weights
#
# An image of 32 × 32 pixels goes into a layer that computes 6 **feature maps** of 28 × 28 numbers: each map says where in the image one feature stands, such as an edge. In a dense layer each of these numbers has a weight for each pixel, and a bias.
#
# In a convolution each number of a map sees a window of 5 × 5 pixels only, and all numbers of one map use the *same* 25 weights and the same bias. These weights are the map's **kernel**; others say *filter*. So a convolution is built on two ideas. **Locality**: what belongs together stands close together. **Weight sharing**: what helps at one place of an image helps at every place.
#
# **Guess:** how many parameters does the dense layer have, and how many does the convolution have?

# %%
guess_dense, guess_conv = ..., ...

# %% demo count both
dense = nn.Linear(32 * 32, 6 * 28 * 28, device="meta")  # no numbers, only shapes
conv = nn.Conv2d(1, 6, 5)
beside(guess_dense, sum(p.numel() for p in dense.parameters()))
beside(guess_conv, sum(p.numel() for p in conv.parameters()))

# %% [markdown]
# At each place the window and the kernel are multiplied entry by entry, and the products are added up. In the next figure a kernel of 3 × 3 moves over an image of 5 × 5. This kernel finds places where the image becomes brighter from left to right.
#
# **Guess:** what is the result at [0, 0]? The window there holds the rows (0, 0, 0), (0, 3, 3) and (0, 3, 3), and each row of the kernel is (−1, 0, 1).

# %%
guess_first = ...

# %% demo slide the kernel
image = np.zeros((5, 5))
image[1:4, 1:4] = 3
edge = np.array([[-1, 0, 1]] * 3)
beside(guess_first, (image[:3, :3] * edge).sum())
draw.titled(
    "Each number is the sum of a window's products with the kernel",
    draw.sliding(image, edge),
)

# %% [markdown]
# With several **channels**, a kernel has a layer of weights for each of them, and the sum runs over all channels. Let X hold images of shape (n, channels, rows, columns), and W the kernels of shape (out, channels, kernel rows, kernel columns). With one window at every place where it fits (stride 1, no padding),
#
# $$Y_{n,o,i,j} = b_o + \sum_{c,p,q} X_{n,c,\,i+p,\,j+q}\, W_{o,c,p,q}.$$
#
# Here n is the image, o the map of the result and c the channel. A window begins at row i and column j, and p, q is a place inside it.
#
# Mathematicians call this a **cross-correlation**. Their *convolution* turns the kernel round first (by 180°): it has $X_{i-p,\,j-q}$ in the sum. In a network the weights are learned, so both can compute the same functions. Libraries compute the first one and call it convolution, and we do the same.

# %% demo show what two kernels find
digits = data.load("digits")
large = F.interpolate(torch.tensor(digits.x[:1, None]), size=(32, 32), mode="bilinear")
kernels = torch.tensor([[[-1.0, 0, 1]] * 3, [[-1.0] * 3, [0.0] * 3, [1.0] * 3]])
found = F.conv2d(large, kernels[:, None])[0]
title = "One kernel finds vertical edges, the other horizontal edges"
fig, ax = draw.figure(title, "", "")
ax.axis("off")
names = "a digit", "brighter to the right", "brighter below"
for k, (name, picture) in enumerate(zip(names, [large[0, 0], *found], strict=True)):
    ax.imshow(picture, cmap="gray", extent=(36 * k, 36 * k + 32, 0, 32))
    ax.text(36 * k + 16, -4, name, ha="center")
ax.set(xlim=(-1, 105), ylim=(-6, 33))
draw.show(fig, alt=f"{title}: the image of a 0, and two images of its edges.")

# %% [markdown]
# ## Count the places
#
# Three numbers change where windows stand:
#
# - the **stride**: how far the window moves. With stride 2 every second place is left out;
# - the **padding**: how many zeros are put around the image, on each of the four sides;
# - the **dilation**: how far apart the pixels of one window stand. With dilation 2 the window leaves out every second pixel. Dilation 1 is the usual window.
#
# Rows and columns are counted in the same way, so look at one row of pixels. A window has to fit as a whole: a window that reaches beyond the last zero is left out.
#
# **Guess:** a row of 10 pixels, a kernel of 3, padding 1, stride 2. How many windows are there?

# %%
guess_windows = ...

# %% demo ask torch for the windows
row = torch.zeros(1, 1, 10)
beside(guess_windows, F.conv1d(row, torch.zeros(1, 1, 3), padding=1, stride=2).shape[2])
title = "Padding 1 adds a ring of zeros, and stride 2 leaves places out"
draw.titled(title, draw.sliding(image[1:4, 1:4], edge, stride=2, padding=1))

# %% [markdown]
# **Question `conv_size` ••, 2 points.** Return the length of the result along one axis, for any size, kernel, stride, padding and dilation: 1 point without dilation, 1 point with it. (The same rule holds for pooling.)
#
# Stuck? Run `hint("conv_size")` in a cell of your own.


# %% answer conv_size
def conv_size(size, kernel, stride, padding, dilation):
    """How many windows fit along one axis."""
    ### BEGIN SOLUTION
    span = dilation * (kernel - 1) + 1
    return (size + 2 * padding - span) // stride + 1
    ### END SOLUTION


# %% check conv_size
check("conv_size", conv_size)

# %% [markdown]
# ### See how far one output sees
#
# One number in the result of a 3 × 3 convolution sees 3 pixels along each axis. If a second convolution follows, one of its numbers sees three numbers of the first one, and through them more pixels. The pixels that one output sees are its **receptive field**. Press Next in the figure.
#
# **Guess:** three convolutions with kernels of 3 follow each other; the second one has stride 2. How many pixels does one output see along an axis?

# %%
guess_field = ...

# %% demo follow one output down to the pixels
layers = [(3, 1, 1), (3, 2, 1), (3, 1, 1)]
x = torch.ones(1, 1, 19, requires_grad=True)
y = x
for kernel, stride, _ in layers:
    y = F.conv1d(y, torch.ones(1, 1, kernel), stride=stride)
y[0, 0, 2].backward()
beside(guess_field, torch.count_nonzero(x.grad).item(), "pixels")
draw.titled("Each layer widens what one output sees", draw.fields(layers, 19))

# %% [markdown]
# The demo computed a gradient: when all weights are 1, a pixel is seen if the output has a slope with respect to it.
#
# **Question `receptive_field` ••, 1 point.** `layers` is a list of `(kernel, stride, dilation)`, the first layer first. Return the width of the receptive field: how many pixels lie from the first to the last pixel that one output sees, both included. (With dilation, some between them aren't seen.)
#
# Stuck? Run `hint("receptive_field")`.


# %% answer receptive_field
def receptive_field(layers):
    """How many pixels one output of the last layer reaches over, along one axis."""
    ### BEGIN SOLUTION
    seen, step = 1, 1
    for kernel, stride, dilation in layers:
        seen += dilation * (kernel - 1) * step
        step *= stride
    return seen
    ### END SOLUTION


# %% check receptive_field
check("receptive_field", receptive_field)

# %% [markdown]
# Pixels in the receptive field don't all count alike. Ten convolutions with kernels of 3 see 21 pixels. A pixel in the middle reaches the output along many paths, the outermost pixel along a single one (`03_reverse_mode`).
#
# **Guess:** all weights are 1/3. Which share of the whole gradient belongs to the middle 9 of the 21 pixels, from 0 to 1?

# %%
guess_middle = ...

# %% demo measure the gradient through ten layers
x = torch.ones(1, 1, 21, requires_grad=True)
y = x
for _ in range(10):
    y = F.conv1d(y, torch.full((1, 1, 3), 1 / 3))
y.sum().backward()
slopes = x.grad[0, 0].numpy()
beside(guess_middle, slopes[6:15].sum())
title = f"9 of 21 pixels hold {slopes[6:15].sum():.0%} of the gradient"
fig, ax = draw.figure(title, "pixel, counted from the middle", "slope of the output")
draw.line(ax, np.arange(-10, 11), slopes, draw.TAPE)
ax.set(xticks=range(-10, 11, 2))
ax.axvspan(-4.5, 4.5, color="#eeeeee", zorder=0)
draw.show(fig, alt=f"{title}: a bell over the pixels, almost 0 at both ends.")

# %% [markdown]
# So the *effective* receptive field is smaller than the theoretical one. If all layers have the same kernel and stride 1, it grows like the square root of their number, as the width of a sum of random steps does (Luo and others, 2016). Strides and dilations widen it faster.
#
# ## Take all windows at once
#
# A loop over all places is easy to write, and slow in Python. NumPy can show all windows as one array without copying a number: `sliding_window_view`.
#
# **Guess:** an image of 28 × 28 has windows of 5 × 5. How many numbers does the array of windows show? How many are in memory?

# %%
guess_shown, guess_stored = ..., ...

# %%
x = np.arange(28.0 * 28).reshape(28, 28)
seen = np.lib.stride_tricks.sliding_window_view(x, (5, 5))
seen.shape

# %% demo count what is shown and what is stored
beside(guess_shown, seen.size, "numbers are shown")
beside(guess_stored, x.size, "numbers are stored")
print("the same memory:", np.shares_memory(seen, x))

# %% [markdown]
# Each pixel stands in up to 25 windows, and all of these windows look at the same memory. What is left to do is one big sum of products, `np.einsum` or a matrix product.
#
# **Question `convolved` ••, 3 points.** Return the convolution of `X` (n, channels, rows, columns) with `W` (out, channels, kernel rows, kernel columns) and `b` (out,), of shape (n, out, rows, columns). `stride` and `padding` are whole numbers, the same for both axes. Points: 1 with stride 1 and no padding, 1 with both, and 1 if no loop runs over pixels. For this point the check counts the lines that Python runs: the number must not grow with the image. A loop over the places of the *kernel* is allowed; a comprehension is a loop too.
#
# Stuck? Run `hint("convolved")`.


# %% answer convolved
def convolved(X, W, b, stride, padding):
    """Each window of X times each kernel of W, plus b."""
    ### BEGIN SOLUTION
    sides = (0, 0), (0, 0), (padding, padding), (padding, padding)
    X = np.pad(X, sides)
    seen = np.lib.stride_tricks.sliding_window_view(X, W.shape[2:], axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride]
    return np.einsum("ncijpq,ocpq->noij", seen, W) + b[:, None, None]
    ### END SOLUTION


# %% check convolved
check("convolved", convolved)


# %% demo bring along a right convolution, and time it beside a loop
from timeit import timeit

from chainrule.standby import if_right, yours


def torch_convolved(X, W, b, stride, padding):
    return F.conv2d(*map(torch.tensor, (X, W, b)), stride, padding).numpy()


def by_loop(x, kernel):
    places = [(i, j) for i in range(28) for j in range(28)]
    return [(x[i : i + 5, j : j + 5] * kernel).sum() for i, j in places]


rng = np.random.default_rng(0)
X, W, b = rng.normal(size=(1, 1, 32, 32)), rng.normal(size=(6, 1, 5, 5)), np.zeros(6)
my_conv = yours(convolved, torch_convolved, X, W, b, 2, 1)
one_map = timeit(lambda: by_loop(X[0, 0], W[0, 0]), number=10)
six_maps = timeit(lambda: my_conv(X, W, b, 1, 0), number=10)
print(f"a loop over 784 places, for one map: {100 * one_map:.1f} ms")
print(f"all windows at once, for six maps:   {100 * six_maps:.1f} ms")

# %% [markdown]
# ## Move the image
#
# All places share one kernel. So if the image moves, the feature map moves with it, away from the borders: this property is called **translation equivariance**. Is it true with a stride?
#
# **Question `shifted` ••, 1 point.** Look at one row without a border: y[i] = Σₖ w[k] x[s·i + k] for all whole numbers i, with the stride s. (1) Show that moving x by s pixels moves y by one place: if x′[j] = x[j − s], then y′[i] = y[i − 1]. (2) Let s = 2. Give an x and a w for which x is moved by *one* pixel, and the new y isn't the old y moved by any number of places. Answer in two to four sentences.
#
# Stuck? Run `hint("shifted")`.

# %% explain shifted [markdown]
# **`shifted`, in your words:**
#
# ### BEGIN SOLUTION
# y′[i] = Σ w[k] x[s·i + k − s] = Σ w[k] x[s·(i − 1) + k] = y[i − 1]. For s = 2 take one weight, w = (1), and x with x[0] = 1 and 0 elsewhere. Then y[0] = 1. After moving by one pixel, the 1 stands at place 1. No window sees this place, so y′ is 0 everywhere.
#
# - ½ point: the sum with s·i − s written as s·(i − 1).
# - ½ point: an x and a w with both results; y′ is no moved y.
# ### END SOLUTION

# %% [markdown]
# You can read that "convolutional networks are **translation invariant**", so that they recognise an object wherever it stands. The convolution is equivariant. Invariant would mean that the *scores* stay the same. Pooling, strides, borders and the dense layer at the end all stand in between.
#
# Measure it. A small net is trained on digits that stand in the middle of an image of 12 × 12, two pixels from every border. Then the held-out digits are moved to the right.
#
# **Guess:** which share of the held-out digits does the net name correctly when they are moved by 0, by 1, and by 2 pixels? Write `(…, …, …)`.

# %%
guess_moved = ...


# %% demo define a small net, and its training
def small_net(classes):
    def block(inputs, outputs):
        conv = nn.Conv2d(inputs, outputs, 3, padding=1)
        return conv, nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)

    features = nn.Sequential(*block(1, 16), *block(16, 32), nn.Flatten())
    return nn.Sequential(features, nn.Linear(288, classes))


def train(net, X, y, epochs, size=32, moved=lambda X: X):
    adam = torch.optim.Adam(net.train().parameters(), lr=0.01)
    for _ in range(epochs):
        images = moved(X)
        for rows in torch.randperm(len(X)).split(size):
            adam.zero_grad()
            F.cross_entropy(net(images[rows]), y[rows]).backward()
            adam.step()
    return net.eval()


@torch.no_grad()
def accuracy(net, X, y):
    return (net(X).argmax(1) == y).double().mean().item()


# %% demo place the digits in larger images
def placed(X, down, across):
    """Digits of 8 × 8 in images of 12 × 12, each at its own place."""
    images = torch.zeros(len(X), 1, 12, 12)
    for image, x, i, j in zip(images, X, down, across, strict=True):
        image[0, i : i + 8, j : j + 8] = x
    return images


def in_the_middle(X, moved=0):
    return placed(X, [2] * len(X), [2 + moved] * len(X))


def anywhere(X):
    return placed(X, *torch.randint(0, 5, (2, len(X))))


torch.manual_seed(0)
shuffled = torch.randperm(len(digits.x))
pixels, labels = (torch.tensor(a)[shuffled] for a in (digits.x, digits.y))
fit_on, held = slice(0, 1200), slice(1200, None)

# %% demo train two nets
centred = train(small_net(10), in_the_middle(pixels[fit_on]), labels[fit_on], 8)
scattered = train(small_net(10), pixels[fit_on], labels[fit_on], 8, moved=anywhere)
steps = [0, 1, 2]
shares = {
    name: [accuracy(net, in_the_middle(pixels[held], k), labels[held]) for k in steps]
    for name, net in (("middle", centred), ("anywhere", scattered))
}
beside(guess_moved, shares["middle"])
far, near = shares["middle"][2], shares["middle"][0]
title = f"Moved by two pixels, {far:.0%} of the digits are named, not {near:.0%}"
fig, ax = draw.figure(title, "pixels to the right", "share named correctly")
ax.set(ylim=(0, 1.05), xticks=steps)
draw.line(ax, steps, shares["middle"], draw.HAND, "trained in the middle")
draw.line(ax, steps, shares["anywhere"], draw.TAPE, "trained at all places")
draw.show(fig, alt=f"{title}. Trained at all places: {shares['anywhere'][2]:.0%}.")

# %% [markdown]
# The sharing of weights makes the *maps* move with the image. It doesn't tell the last layer that a moved map means the same digit. The second net has seen digits at many places, in every epoch at other ones, and it has learned this. Such training data are called **augmented** (`10_generalization`).

# %% [markdown]
# ## Write the convolution as a matrix
#
# A convolution is linear in its input. So there is a matrix M with y = Mx (leave the bias out). For a row of 6 pixels and the kernel (a, b, c), with stride 1,
#
# $$M = \begin{pmatrix} a & b & c & 0 & 0 & 0 \\ 0 & a & b & c & 0 & 0 \\ 0 & 0 & a & b & c & 0 \\ 0 & 0 & 0 & a & b & c \end{pmatrix}.$$
#
# Row i says what window i sees, and the kernel moves from row to row. With stride 1 such a matrix is called a **Toeplitz matrix**: it is constant along its diagonals.
#
# **Question `conv_matrix` ••, 1 point.** Return M for the kernel `w` (one row of weights), for inputs of the given `length`, with `stride` and `padding`. M has a column for each of the `length` inputs; the zeros of the padding have none.
#
# Stuck? Run `hint("conv_matrix")`.


# %% answer conv_matrix
def conv_matrix(w, length, stride, padding):
    """The matrix M for which M @ x is the convolution of x with w."""
    ### BEGIN SOLUTION
    windows = (length + 2 * padding - len(w)) // stride + 1
    M = np.zeros((windows, length + 2 * padding))
    for i in range(windows):
        M[i, i * stride : i * stride + len(w)] = w
    return M[:, padding : padding + length]
    ### END SOLUTION


# %% check conv_matrix
check("conv_matrix", conv_matrix)

# %% [markdown]
# An image works in the same way: write its pixels as one long row. Three numbers describe how wasteful this is.
#
# **Guess:** an image of 28 × 28, a kernel of 5 × 5. How many entries does M have? How many of them are not 0? How many *different* numbers other than 0 are among them?

# %%
guess_entries, guess_filled, guess_different = ..., ..., ...


# %% demo ask torch for the whole matrix, and bring along a right one
def torch_matrix(w, length, stride, padding):
    rows = torch.eye(length, dtype=torch.float64)[:, None]
    kernel = torch.tensor(w)[None, None]
    return F.conv1d(rows, kernel, None, stride, padding)[:, 0].T.numpy()


w = np.array([1.0, 2.0, 3.0])
my_matrix = yours(conv_matrix, torch_matrix, w, 9, 2, 1)

pixels_one_by_one = torch.eye(784, dtype=torch.float64).reshape(784, 1, 28, 28)
kernel = torch.rand(1, 1, 5, 5, dtype=torch.float64)
M = F.conv2d(pixels_one_by_one, kernel).reshape(784, -1).T
beside(guess_entries, M.numel())
beside(guess_filled, torch.count_nonzero(M).item())
beside(guess_different, len(M[M != 0].unique()))

# %% [markdown]
# A dense layer would have a free weight in each of these places. A convolution is a dense layer whose matrix is almost empty, and repeats its few weights.
#
# ## Go backward
#
# For a linear layer y = Mx you know the backward rule: the gradient of x is Mᵀg (`04_tensors`). The matrix need not be built for this. What does Mᵀ do? *Column* j of M tells which windows saw pixel j, and with which weight. So each window sends g times its kernel back to where the window stood. Where windows overlap, the contributions add up: a pixel that was used several times gets the sum over its uses.
#
# **Guess:** the kernel is (1, 2, 3), stride 2, no padding, on a row of 7 pixels; g = (1, 10, 100). What are the seven numbers of Mᵀg? Write `(…, …)`.

# %%
guess_back = ...

# %% demo multiply, and ask torch
g = np.array([1.0, 10, 100])
row = torch.ones(1, 1, 7, dtype=torch.float64, requires_grad=True)
y = F.conv1d(row, torch.tensor(w)[None, None], stride=2)
y.backward(torch.tensor(g)[None, None])
beside(guess_back, my_matrix(w, 7, 2, 0).T @ g)
print("torch's gradient:", row.grad[0, 0].numpy())
shares = g[:, None] * my_matrix(w, 7, 2, 0)
title = "Where windows overlap, their shares add up"
fig, ax = draw.figure(title, "pixel", "")
for (i, j), number in np.ndenumerate(np.vstack([shares, shares.sum(0)])):
    ax.text(j, i, f"{number:g}" if number else "", ha="center", va="center")
for j in (2, 4):
    ax.axvspan(j - 0.5, j + 0.5, color="#eeeeee", zorder=0)
ax.axhline(2.5, color="#1f1f1f")
names = [f"window {i}, g = {share:g}" for i, share in enumerate(g)]
ax.set_yticks(range(4), [*names, "sum"])
ax.set(xlim=(-0.5, 6.5), ylim=(3.5, -0.5))
draw.show(fig, alt=f"{title}: pixels 2 and 4 get something from two windows.")

# %% [markdown]
# The kernel's gradient follows in the same way. The weight at place [p, q] met one pixel of every window of every image. Each of these products sends g times the pixel back to the weight, and all of them add up. The bias b[o] was added everywhere in map o, so its gradient is the sum of all g of map o, over all images.
#
# **Question `convolved_backward` •••, 5 points.** `g` is the upstream gradient of `convolved(X, W, b, stride, padding)`. Return the gradients of X, W and b, in this order. Points: 2 for X and 2 for W (1 with stride 1 and no padding, 1 with both), and 1 for b. Some rows or columns at the border may lie in no window.
#
# Stuck? Run `hint("convolved_backward")`.


# %% answer convolved_backward
def convolved_backward(g, X, W, stride, padding):
    """The gradients of X, W and b, for the upstream gradient g."""
    ### BEGIN SOLUTION
    sides = (0, 0), (0, 0), (padding, padding), (padding, padding)
    wide = np.pad(X, sides)
    dwide, dW = np.zeros_like(wide), np.zeros_like(W)
    rows, cols = g.shape[2:]
    for p in range(W.shape[2]):
        for q in range(W.shape[3]):
            down = slice(p, p + stride * (rows - 1) + 1, stride)
            across = slice(q, q + stride * (cols - 1) + 1, stride)
            seen = wide[:, :, down, across]
            dW[:, :, p, q] = np.einsum("noij,ncij->oc", g, seen)
            share = np.einsum("noij,oc->ncij", g, W[:, :, p, q])
            dwide[:, :, down, across] += share
    height, width = X.shape[2:]
    dX = dwide[:, :, padding : padding + height, padding : padding + width]
    return dX, dW, g.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% check convolved_backward
check("convolved_backward", convolved_backward)

# %% [markdown]
# With stride 1, the gradient of X is again a convolution: g is padded with kernel − 1 − padding zeros, the kernels are turned round, and their in- and output channels change places. So backward uses the mathematicians' convolution. With a stride s, s − 1 zeros are put between the numbers of g first. The gradient of W is a convolution too: X is the image, g is the kernel, and the sum runs over the batch.

# %% [markdown]
# ## Make images larger
#
# Mᵀ takes a short row and gives a long one. As a layer of its own it is called a **transposed convolution**, and it makes small maps large: nets that draw images use it. The library has `ops.conv_transpose2d`, PyTorch has `nn.ConvTranspose2d`.
#
# Its older name is *deconvolution*, and you can read that it "undoes a convolution".
#
# **Guess:** x is a random row of 50 numbers, and the kernel is (1, 2, 1)/4. How large is the error of MᵀMx, as a share of x: the norm of MᵀMx − x over the norm of x?

# %%
guess_error = ...

# %% demo go there and back
x = np.random.default_rng(0).normal(size=50)
M = my_matrix(np.array([1, 2, 1]) / 4, 50, 1, 0)
beside(guess_error, np.linalg.norm(M.T @ (M @ x) - x) / np.linalg.norm(x))

# %% [markdown]
# The *shape* comes back, the numbers don't. M makes 48 numbers of 50, so nothing brings all of them back. Even a square M has Mᵀ as its inverse only if M is orthogonal.
#
# Which shape comes back? With a stride, several sizes lead to the same number of windows, since the last pixels may lie in no window. A transposed convolution takes the smallest of these sizes, and adds `output_padding` pixels at one end.
#
# **Question `transposed_size` ••, 1 point.** Return the length of the result of a transposed convolution along one axis. `size` is the length of its input, and `output_padding` is added at the end; the other arguments are those of the convolution whose transpose it is.
#
# Stuck? Run `hint("transposed_size")`.


# %% answer transposed_size
def transposed_size(size, kernel, stride, padding, dilation, output_padding):
    """How long a row becomes in a transposed convolution."""
    ### BEGIN SOLUTION
    span = dilation * (kernel - 1) + 1
    return (size - 1) * stride + span - 2 * padding + output_padding
    ### END SOLUTION


# %% check transposed_size
check("transposed_size", transposed_size)

# %% [markdown]
# A transposed convolution has a weakness that you can see in drawn images. Take an image in which *every pixel is 1*, and a kernel of 3 × 3 in which every weight is 1. A transposed convolution with stride 2 makes the image larger.
#
# **Guess:** how many different numbers are in the middle of the result, far from its border?

# %%
guess_numbers = ...

# %% demo enlarge an image of ones
from chainrule import ops

ones = np.ones((1, 1, 6, 6))
result = ops.conv_transpose2d(ones, np.ones((1, 1, 3, 3)), stride=2)
middle = result[0, 0, 2:-2, 2:-2]
beside(guess_numbers, len(np.unique(middle)))
title = "A transposed convolution turns equal pixels into a checkerboard"
fig, ax = draw.figure(title, "", "")
ax.axis("off")
for k, picture in enumerate((ones[0, 0], middle)):
    n = len(picture)
    left = 12 * k
    ax.imshow(picture, cmap="gray", extent=(left, left + n, 0, n), vmin=0, vmax=5)
    for (i, j), number in np.ndenumerate(picture):
        place = left + j + 0.5, n - i - 0.5
        look = {
            "ha": "center",
            "va": "center",
            "color": "white" if number < 3 else "black",
        }
        ax.text(*place, f"{number:g}", **look)
ax.set(xlim=(-1, 22), ylim=(-0.5, 9.5))
draw.show(fig, alt=f"{title}: 36 ones become a pattern of the numbers 1, 2 and 4.")

# %% [markdown]
# A pixel of the result gets something from 1, 2 or 4 windows, because 3 isn't a multiple of the stride 2. Trained weights can balance this, but often they don't, and the pattern shows (Odena and others, 2016). A kernel whose size is a multiple of the stride is the first remedy: with 4 × 4 every pixel gets something from 4 windows.
#
# ## Rebuild LeNet-5
#
# In 1998 a system with **LeNet-5** inside read several million cheques a day. Its layers have names: C for convolutions, S for **subsampling**, F for fully connected.
#
# |layer|what it does|result|
# |:--|:--|:--|
# |C1|convolution to 6 maps, 5 × 5|6 × 28 × 28|
# |S2|halves the sides of each map|6 × 14 × 14|
# |C3|convolution to 16 maps, 5 × 5, by a table|16 × 10 × 10|
# |S4|halves the sides of each map|16 × 5 × 5|
# |C5|convolution to 120 maps, 5 × 5|120 × 1 × 1|
# |F6|dense layer to 84 units|84|
#
# S2 and S4 have parameters. They add up the four numbers of each 2 × 2 square, multiply the sum by a **coefficient**, and add a bias. Each map has one coefficient and one bias.

# %% [markdown]
# C3 doesn't connect every map of S2 with every map of C3. A table says which of the six maps each of the 16 maps sees. The authors wanted fewer connections, and maps that see different things.

# %%
SEEN = "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345"
TABLE = torch.tensor(
    [[float(str(c) in maps) for c in range(6)] for maps in SEEN.split()]
)

# %% demo draw the table
title = f"C3 has {int(TABLE.sum())} of {TABLE.numel()} possible kernels (dark)"
fig, ax = draw.figure(title, "map of C3", "map of S2")
ax.pcolormesh(1 - TABLE.T, cmap="gray", vmin=-0.4, vmax=1, edgecolor="white")
ax.set_xticks(np.arange(16) + 0.5, range(16))
ax.set_yticks(np.arange(6) + 0.5, range(6))
ax.invert_yaxis()
draw.show(fig, alt=f"{title}. The first six maps see three neighbours each, in a ring.")

# %% [markdown]
# **Question `lenet_parameters` ••, 1 point.** Count the parameters of a net like LeNet-5. The images have `size` × `size` pixels, and the sides of C1 and C3 are even; C1 and C3 have kernels of `kernel` × `kernel`; row k of `table`, an array of 0 and 1, tells which maps of S2 map k of C3 sees; C5 has `wide` maps, and F6 has `units` units. The kernels of C5 are as large as the maps of S4. Return six numbers: for C1, S2, C3, S4, C5 and F6.
#
# Stuck? Run `hint("lenet_parameters")`.


# %% answer lenet_parameters
def lenet_parameters(size, kernel, table, wide, units):
    """How many parameters C1, S2, C3, S4, C5 and F6 have."""
    ### BEGIN SOLUTION
    maps, channels = table.shape
    side = ((size - kernel + 1) // 2 - kernel + 1) // 2
    C1 = channels * (kernel**2 + 1)
    C3 = table.sum() * kernel**2 + maps
    C5 = wide * (maps * side**2 + 1)
    F6 = units * (wide + 1)
    return C1, 2 * channels, C3, 2 * maps, C5, F6
    ### END SOLUTION


# %% check lenet_parameters
check("lenet_parameters", lenet_parameters)


# %% demo count LeNet-5
def counts_on_paper(size, kernel, table, wide, units):
    C3, S4 = 25 * table.sum() + len(table), 2 * len(table)
    return 156, 12, C3, S4, wide * (25 * len(table) + 1), units * (wide + 1)


paper = 32, 5, TABLE.numpy().astype(int), 120, 84
my_counts = yours(lenet_parameters, counts_on_paper, *paper)
for name, count in zip(
    ("C1", "S2", "C3", "S4", "C5", "F6"), my_counts(*paper), strict=True
):
    print(f"{name}: {count:6,}")
print(f"all: {sum(my_counts(*paper)):,}")

# %% [markdown]
# 60,000 in all, as the paper says: C5 alone holds four fifths of them. (PyTorch will count 60,900 below: there C3 keeps the 36 forbidden kernels, times 0.)
#
# Now build the net in PyTorch.
#
# **Question `Subsampling` ••, 1 point.** Write the layer of S2 and S4. It has two parameters, called `coefficient` and `bias`, of shape (maps,) each. For `x` of shape (n, maps, rows, columns) it returns, for each 2 × 2 square, the coefficient times the sum of the four numbers, plus the bias. Squares lie side by side; rows and columns are even. How the parameters begin is up to you; 1/4 and 0 are a good start.
#
# Stuck? Run `hint("Subsampling")`.


# %% answer Subsampling
class Subsampling(torch.nn.Module):
    """The sum of each 2 × 2 square, times a coefficient, plus a bias."""

    def __init__(self, maps):
        super().__init__()
        ### BEGIN SOLUTION
        self.coefficient = torch.nn.Parameter(torch.full((maps,), 0.25))
        self.bias = torch.nn.Parameter(torch.zeros(maps))
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        sums = 4 * torch.nn.functional.avg_pool2d(x, 2)
        return self.coefficient[:, None, None] * sums + self.bias[:, None, None]
        ### END SOLUTION


# %% check Subsampling
check("Subsampling", Subsampling)

# %% [markdown]
# Two parts are given. `PartialConv2d` is a convolution that sees what a table allows: forbidden kernels are multiplied by 0, so their gradient is 0 too. `squash` is the paper's sigmoid, a stretched tanh: it maps 1 to 1 and −1 to −1 (almost). In the paper every layer up to F6 ends with it.


# %%
class PartialConv2d(nn.Conv2d):
    """A convolution in which map k sees the channels that row k of a table names."""

    def __init__(self, table, kernel):
        super().__init__(table.shape[1], len(table), kernel)
        self.register_buffer("seen", table[:, :, None, None])

    def forward(self, x):
        return F.conv2d(x, self.weight * self.seen, self.bias)


def squash(a):
    return 1.7159 * torch.tanh(2 * a / 3)


# %% [markdown]
# **Question `LeNet5` ••, 1 point.** Write LeNet-5 from C1 to F6. Call its layers C1, S2, C3, S4, C5 and F6, as the paper does; the check looks for these names. C3 is a `PartialConv2d` with `TABLE`. S2 and S4 are made by `subsampling(maps)`: the class comes as an argument, so that a wrong `Subsampling` costs nothing here. `squash` stands after each of the six layers. Images come as (n, 1, 32, 32); return what F6 gives, of shape (n, 84).
#
# Stuck? Run `hint("LeNet5")`.


# %% answer LeNet5
class LeNet5(torch.nn.Module):
    """LeNet-5 without its output layer: from (n, 1, 32, 32) to (n, 84)."""

    def __init__(self, subsampling):
        super().__init__()
        ### BEGIN SOLUTION
        self.C1 = torch.nn.Conv2d(1, 6, 5)
        self.S2 = subsampling(6)
        self.C3 = PartialConv2d(TABLE, 5)
        self.S4 = subsampling(16)
        self.C5 = torch.nn.Conv2d(16, 120, 5)
        self.F6 = torch.nn.Linear(120, 84)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        for layer in (self.C1, self.S2, self.C3, self.S4, self.C5):
            x = squash(layer(x))
        return squash(self.F6(x.flatten(1)))
        ### END SOLUTION


# %% check LeNet5
check("LeNet5", LeNet5)


# %% demo bring along right ones
def averages(maps):
    """Subsampling as a convolution in which each map sees itself, and starts alike."""
    layer = nn.Conv2d(maps, maps, 2, stride=2, groups=maps)
    nn.init.constant_(layer.weight, 0.25)
    nn.init.zeros_(layer.bias)
    return layer


class Squash(nn.Module):
    def forward(self, a):
        return squash(a)


def lenet_in_a_row(subsampling):
    C1, C3, C5 = nn.Conv2d(1, 6, 5), PartialConv2d(TABLE, 5), nn.Conv2d(16, 120, 5)
    layers = C1, subsampling(6), C3, subsampling(16), C5, nn.Linear(120, 84)
    squashed = [part for layer in layers for part in (layer, Squash())]
    return nn.Sequential(*squashed[:-2], nn.Flatten(), *squashed[-2:])


my_subsampling = if_right("Subsampling", Subsampling, averages)
my_lenet = if_right("LeNet5", LeNet5, lenet_in_a_row)

# %% [markdown]
# The paper's output layer compares the 84 numbers of F6 with ten pictures of digits, 7 × 12 pixels each, that never change. We put a dense layer with 10 scores in its place, and use the cross-entropy.
#
# Our digits have 8 × 8 pixels. They are drawn larger, to 24 × 24, and get a border of 4 pixels, as the digits of the paper had one.

# %% demo train LeNet-5
enlarged = F.interpolate(pixels[:, None], size=(24, 24), mode="bilinear")
framed = F.pad(enlarged, (4, 4, 4, 4))
torch.manual_seed(0)
lenet = nn.Sequential(my_lenet(my_subsampling), nn.Linear(84, 10))
adam = torch.optim.Adam(lenet.parameters(), lr=0.002)
for _epoch in range(5):
    for rows in torch.randperm(1200).split(32):
        adam.zero_grad()
        F.cross_entropy(lenet(framed[rows]), labels[rows]).backward()
        adam.step()
share = accuracy(lenet.eval(), framed[held], labels[held])
print(f"after five passes: {share:.1%} of the held-out digits named correctly")

# %% demo show the learned kernels and what they find
kinds = (part for part in lenet.modules() if isinstance(part, nn.Conv2d))
C1 = next(part for part in kinds if part.in_channels == 1)
learned = C1.weight.detach()[:, 0]
with torch.inference_mode():
    maps = squash(C1(framed[held][:1]))[0]
title = "The learned maps show the stroke, or one of its sides"
fig, ax = draw.figure(title, "", "")
ax.axis("off")
most = learned.abs().max()
for k, (kernel, seen) in enumerate(zip(learned, maps, strict=True)):
    left = 11 * k
    look = {"cmap": "PuOr", "vmin": -most, "vmax": most}
    ax.imshow(kernel, extent=(left, left + 10, 12, 22), **look)
    ax.imshow(seen, cmap="gray", extent=(left, left + 10, 0, 10))
ax.imshow(framed[held][0, 0], cmap="gray", extent=(67, 77, 6, 16))
ax.text(72, 17, "image", ha="center")
ax.text(-1, 17, "kernels", ha="right", va="center")
ax.text(-1, 5, "maps", ha="right", va="center")
ax.set(xlim=(-12, 78), ylim=(-1, 23))
draw.show(fig, alt=f"{title}. Below each kernel: its map of one digit.")

# %% [markdown]
# Nobody told the kernels what to look for. Some maps are bright on the stroke, some dark, and others show one of its sides. (Each map has its own scale of grey. Orange weights are negative, purple ones positive.) After 190 steps the kernels still show much of their random start. Kernels that were trained on millions of photographs are smooth, and show edges of all directions.
#
# ## Learn three digits from a few labels
#
# Labels are expensive. Suppose that a net was trained on the digits 0 to 6 with many labels, and now it should tell 7, 8 and 9 apart, with a few labels each. Its first layers, called the **features**, may be useful for the strokes of any digit. So keep them, and train only a new last layer, the **head**. This is **transfer learning**. Layers that are no longer trained are called **frozen**.

# %% demo train a net on the digits 0 to 6
old, new = labels < 7, labels >= 7
old_fit = torch.nonzero(old[:1200]).flatten()
old_held = 1200 + torch.nonzero(old[1200:]).flatten()
torch.manual_seed(0)
source = train(small_net(7), pixels[old_fit], labels[old_fit], 10, moved=anywhere)
old_images = anywhere(pixels[old_held])
features = source[0]
print(f"held-out digits 0 to 6: {accuracy(source, old_images, labels[old_held]):.1%}")

# %% [markdown]
# The features contain BatchNorm (`11_dropout_and_norms`). It has two parameters, γ and β, and three **buffers**: a running mean, a running variance, and a counter of batches. No gradient ever reaches a buffer.
#
# An optimizer that gets the head's parameters alone leaves γ and β as they are. You can read that such features are frozen. Test this: send thirty new images through the features a hundred times, in training mode, *without a single step of an optimizer*.
#
# **Guess:** how many numbers of the features change? (They have 4,896 parameters. Each of the two BatchNorms has a mean and a variance for each channel, and one counter; there are 16 and 32 channels.)

# %%
guess_changed = ...

# %% demo send images through in training mode
from copy import deepcopy

used = deepcopy(source).train()
some_new = anywhere(pixels[new][:30])
with torch.inference_mode():  # as no_grad, and faster
    for _ in range(100):
        used(some_new)
used.eval()
pairs = zip(features.state_dict().values(), used[0].state_dict().values(), strict=True)
beside(guess_changed, sum(int((a != b).sum()) for a, b in pairs))
with torch.inference_mode():
    was, now = features(old_images), used[0](old_images)
    other = source[1](was).argmax(1) != used[1](now).argmax(1)
before, after = (accuracy(net, old_images, labels[old_held]) for net in (source, used))
print(f"features of old images moved by {(now - was).norm() / was.norm():.0%}")
print(f"other answers: {other.double().mean():.1%} of the old images")
print(f"digits 0 to 6 named correctly: {before:.1%} before, {after:.1%} after")

# %% [markdown]
# The running means and variances follow the new images, and every feature follows them. Such features **drift**, though no weight moved. Here the drift even helps: after a short training the running means lag behind the weights, and a hundred batches of old images would mend them too. But nobody may rely on this: the head was trained for the features as they were. The remedy is one call, `features.eval()`: BatchNorm then uses its buffers, and leaves them alone.
#
# In evaluation mode, frozen features give the same numbers in every step. So compute them once, without a graph.

# %% [markdown]
# **Question `fit_head` ••, 3 points.** Train `head`, a linear layer that has weights already, on what frozen `features` give for the batch `X` in evaluation mode; `y` holds the class numbers. Take `steps` steps of `torch.optim.SGD` with the learning rate `rate`, each on all rows, with the mean cross-entropy. Features may arrive in training mode and may be left in evaluation mode; old gradients may still be there. There is nothing to return. Points: 1 for the head, 1 if the features stay what they were, and 1 if each row passes through them once, without a graph.
#
# Stuck? Run `hint("fit_head")`.


# %% answer fit_head
def fit_head(features, head, X, y, steps, rate):
    """Train the head on frozen features by full-batch gradient descent."""
    ### BEGIN SOLUTION
    features.eval()
    with torch.no_grad():
        rows = features(X)
    sgd = torch.optim.SGD(head.parameters(), lr=rate)
    for _ in range(steps):
        sgd.zero_grad()
        torch.nn.functional.cross_entropy(head(rows), y).backward()
        sgd.step()
    ### END SOLUTION


# %% check fit_head
check("fit_head", fit_head)


# %% demo bring along a right fit, and draw labels
def by_autograd(features, head, X, y, steps, rate):
    rows, own = features.eval()(X).detach(), [*head.parameters()]
    sgd = torch.optim.SGD(own, lr=rate)
    for _number in range(steps):
        slopes = torch.autograd.grad(F.cross_entropy(head(rows), y), own)
        for p, slope in zip(own, slopes, strict=True):
            p.grad = slope
        sgd.step()


my_fit = if_right("fit_head", fit_head, by_autograd)
new_images, new_labels = anywhere(pixels[new]), labels[new] - 7


def some_rows(count):
    """Some images of each new digit, at ten places; their labels; the other rows."""
    order = torch.randperm(len(new_labels))
    rows = [order[new_labels[order] == k] for k in range(3)]
    chosen = torch.cat([r[:count] for r in rows])
    images = torch.cat([anywhere(pixels[new][chosen]) for _ in range(10)])
    return images, new_labels[chosen].repeat(10), torch.cat([r[count:] for r in rows])


# %% [markdown]
# Compare three ways. Each gets the same labelled images, each image at ten places:
#
# - **frozen**: the features of the net that knows 0 to 6, and a new head;
# - **random**: the same, but nobody has trained the features;
# - **from scratch**: the same net with fresh weights, all of it trained.
#
# **Guess:** with *two* labels for each digit, which share of the other images of 7, 8 and 9 does each way name correctly? (A third is chance.) Write `(…, …, …)`.

# %%
guess_ways = ...


# %% demo train in three ways, for several numbers of labels
def with_head(features, images, names):
    head = nn.Linear(288, 3)
    my_fit(features, head, images, names, 200, 0.05)
    return nn.Sequential(features, head)


torch.manual_seed(1)
counts, found = [2, 10, 30], np.zeros((3, 3))
for k, count in enumerate(counts):
    for _draw in range(3):
        *some, rest = some_rows(count)
        nets = (
            with_head(features, *some),
            with_head(small_net(3)[0], *some),
            train(small_net(3), *some, 60 // count, size=16),
        )
        found[:, k] += [accuracy(n, new_images[rest], new_labels[rest]) for n in nets]
found = found / 3
beside(guess_ways, found[:, 0])

# %% demo draw the three ways against the number of labels
title = f"From 2 labels, frozen features name {found[0, 0]:.0%}, random ones {found[1, 0]:.0%}"
fig, ax = draw.figure(title, "labels for each new digit", "share named correctly")
ax.set(xscale="log", ylim=(0.3, 1), xticks=counts)
ax.set_xticklabels(counts)
ax.minorticks_off()
draw.line(ax, counts, found[0], draw.TAPE, "frozen features")
draw.line(ax, counts, found[1], draw.OTHER, "random features")
draw.line(ax, counts, found[2], draw.HAND, "from scratch")
said = [
    f"{n}: " + ", ".join(f"{a:.0%}" for a in row)
    for n, row in zip(counts, found.T, strict=True)
]
draw.show(
    fig, alt=f"{title}. Frozen, random, from scratch, by labels: {'; '.join(said)}."
)

# %% [markdown]
# What the features learned from other digits carries over. The net from scratch names about as many, but each of its steps goes forward and backward through all layers. The frozen features are computed once, and forward only. With more labels and more steps, training all layers can win: its features are made for the new digits. People **fine-tune**: they start from the old features and train all layers at a small rate.
#
# ## Read the library
#
# Open `chainrule/ops/convolution.py`, and look at its last part: `_conv`, `_by_x` and `_by_w`. The derivatives of each of these operations are the other two. Take the one number
#
# $$L = \sum g \odot \mathrm{conv}(X, W).$$
#
# The derivative of L with respect to g is the convolution. The derivatives dX and dW are the two backward rules.
#
# **Guess:** of the three sums Σ g ⊙ conv(X, W), Σ X ⊙ dX and Σ W ⊙ dW, how many are equal?

# %%
guess_equal = ...


# %% demo compare the library with yours, and the three sums
def torch_backward(g, X, W, stride, padding):
    X, W = (torch.tensor(a, requires_grad=True) for a in (X, W))
    b = torch.zeros(len(W), dtype=X.dtype, requires_grad=True)
    y = F.conv2d(X, W, b, stride, padding)
    return tuple(a.numpy() for a in torch.autograd.grad(y, (X, W, b), torch.tensor(g)))


rng = np.random.default_rng(0)
X, W = rng.normal(size=(2, 3, 10, 9)), rng.normal(size=(4, 3, 3, 2))
Y = ops.conv2d(X, W, stride=2, padding=1)
g = rng.normal(size=Y.shape)
my_backward = yours(convolved_backward, torch_backward, g, X, W, 2, 1)
dX, dW, db = my_backward(g, X, W, 2, 1)
sums = [(g * Y).sum(), (X * dX).sum(), (W * dW).sum()]
beside(guess_equal, sum(np.isclose(sums[0], other) for other in sums))
back = ops.conv_transpose2d(g, W, stride=2, padding=1, output_padding=1)
print("the three sums:", np.round(sums, 6))
gap = np.abs(back - dX).max()
print(f"largest gap between dX and the transposed convolution of g: {gap:.0e}")

# %% [markdown]
# L is linear in g, linear in X and linear in W. Multiply each derivative by its own variable and add up: a linear function gives L itself every time.
#
# So if the forward pass is right, a test of dX and dW needs no second backward pass: for random g, X and W the three sums have to agree, several times. This check is called the **adjoint test**, and people use it for every linear operation. (db needs a test of its own, since L has no b.)

# %% [markdown]
# ## Say what you can do now
#
# - Compute what size a convolution or a transposed convolution gives, and what one output sees.
# - Write a convolution by windows, and its backward pass.
# - Explain a convolution as a matrix, and the backward pass as its transpose.
# - Build a net from a paper's table, and count its parameters.
# - Freeze features so that nothing drifts, and train a head on a few labels.
#
# ### Hand in
#
# Run this notebook from top to bottom and save it. In Colab: File, Download, Download .ipynb. Hand the file in with its name unchanged. First see where you stand:

# %% demo see where you stand
check_all("13_convolutions", globals())

# %% [markdown]
# ## Stretch, for no points
#
# **Separate channels.** In a *depthwise* convolution each channel has a kernel of its own and no sum runs over channels (`groups=channels`). Write one with `einsum`, and its backward pass. How many parameters does it save?
#
# **Prevent the checkerboard.** Repeat the enlargement of the ones with kernels from 2 × 2 to 6 × 6, and strides 2 and 3. When are all pixels in the middle equal?
#
# **End in a mean.** Let the small net end in the mean of each map over all places, in the place of the flattening. Train it in the middle again: how many moved digits does it name now?
#
# **Fine-tune.** Start from the frozen features and the trained head, and train everything with a rate of 0.0005. Does it help with two labels? With thirty?

# %% [markdown]
# ## Read on
#
# - LeCun, Bottou, Bengio, Haffner: *Gradient-based learning applied to document recognition*, Proceedings of the IEEE, 1998. LeNet-5 is in section II.
# - Dumoulin, Visin: *A guide to convolution arithmetic for deep learning*, 2016, [arxiv.org/abs/1603.07285](https://arxiv.org/abs/1603.07285). Sizes in pictures, transposed convolutions included.
# - Goodfellow, Bengio, Courville: *Deep Learning*, 2016, chapter 9, [deeplearningbook.org](https://www.deeplearningbook.org/).
# - Luo, Li, Urtasun, Zemel: *Understanding the effective receptive field in deep convolutional neural networks*, 2016, [arxiv.org/abs/1701.04128](https://arxiv.org/abs/1701.04128).
# - Odena, Dumoulin, Olah: *Deconvolution and checkerboard artifacts*, Distill, 2016.
# - Yosinski, Clune, Bengio, Lipson: *How transferable are features in deep neural networks?*, 2014, [arxiv.org/abs/1411.1792](https://arxiv.org/abs/1411.1792).

# %% [markdown]
# # Slide a window over an image
#
# A dense layer treats the pixels of an image as a list of numbers, and forgets which pixels are neighbours. You used a **convolution** in `12_gpu_training`; here you write one, forward and backward, rebuild a net of 1998 from its paper, and teach a net three new digits from a few labels each.

# %% [markdown]
# **You'll do:** compute the size of every result; write a convolution with NumPy, and as a matrix; build LeNet-5 with PyTorch; train a new head on frozen features.
#
# **You'll learn:** why the backward pass of a convolution is a convolution again, how far one output sees, and which parts of a frozen net still move.
#
# **You need:** the backward rules of a layer (`04_tensors`), cross-entropy (`05_losses`), `nn.Module` (`06_networks`), frozen features (`10_generalization`), BatchNorm (`11_dropout_and_norms`), `nn.Conv2d` (`12_gpu_training`).
#
# **Time:** about 4½ hours, 1½ of reading and 3 of exercises. A good place for a break is "Make images larger".
#
# {questions} A check draws fresh numbers and shapes every time you run it. {dots}
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
# In a convolution each number of a map sees a window of 5 × 5 pixels only, and all numbers of one map use the *same* 25 weights and the same bias. These weights are the map's **kernel**; others say *filter*. So a convolution is built on two assumptions. **Locality**: a few neighbouring pixels are enough to recognize a feature. **Weight sharing**: what helps at one place of an image helps at every place.
#
# **Guess:** how many parameters does the dense layer have, and how many does the convolution have?

# %%
guess_dense, guess_conv = ..., ...

# %% demo count both
dense = nn.Linear(32 * 32, 6 * 28 * 28, device="meta")  # no numbers, only shapes
conv = nn.Conv2d(1, 6, 5)
beside(guess_dense, sum(p.numel() for p in dense.parameters()), "in the dense layer")
beside(guess_conv, sum(p.numel() for p in conv.parameters()), "in the convolution")

# %% [markdown]
# At each place the window and the kernel are multiplied entry by entry, and the products are added up. In the next figure a kernel of 3 × 3 moves over an image of 5 × 5. This kernel finds places where the image becomes brighter from left to right.

# %% demo slide the kernel
image = np.zeros((5, 5))
image[1:4, 1:4] = 3
edge = np.array([[-1, 0, 1]] * 3)
draw.titled(
    "Each number is the sum of a window's products with the kernel",
    draw.sliding(image, edge),
)

# %% [markdown]
# With several **channels**, a kernel has a slice of weights for each of them, and the sum runs over all channels. For an image X of shape (channels, rows, columns) and kernels W of shape (out, channels, kernel rows, kernel columns), with stride 1 and no padding,
#
# $$Y_{o,i,j} = b_o + \sum_{c,p,q} X_{c,\,i+p,\,j+q}\, W_{o,c,p,q}.$$
#
# Here o is the map of the result and c the channel. A window begins at row i and column j, and p, q is a place inside it (in this notebook p is no prediction).
#
# Mathematicians call this a **cross-correlation**. Their *convolution* turns the kernel round first (by 180°): it has $X_{c,\,i-p,\,j-q}$ in the sum. In a network the weights are learned, so both can compute the same functions. Deep-learning libraries compute the first one and call it convolution, and so do we.

# %% demo show what two kernels find
digits = data.load("digits")
large = F.interpolate(torch.tensor(digits.x[5:6, None]), size=(32, 32), mode="bilinear")
kernels = torch.tensor([[[-1.0, 0, 1]] * 3, [[-1.0] * 3, [0.0] * 3, [1.0] * 3]])
found = F.conv2d(large, kernels[:, None])[0]
title = "One kernel finds vertical edges, the other horizontal edges"
fig, ax = draw.figure(title, "", "")
ax.axis("off")
names = (
    "a digit",
    "bright where it gets\nbrighter to the right",
    "bright where it gets\nbrighter below",
)
for k, (name, picture) in enumerate(zip(names, [large[0, 0], *found], strict=True)):
    ax.imshow(picture, cmap="gray", extent=(36 * k, 36 * k + 32, 0, 32))
    ax.text(36 * k + 16, -2, name, ha="center", va="top")
ax.set(xlim=(-1, 105), ylim=(-11, 33))
draw.show(
    fig,
    alt=f"{title}: the image of a 5, and two images of its edges; grey is 0, dark the opposite edge.",
)

# %% [markdown]
# ## Count the places
#
# Three numbers say where windows stand:
#
# - the **stride**: how far the window moves. With stride 2 every second place is left out;
# - the **padding**: how many zeros are put around the image, on each of the four sides;
# - the **dilation**: how far apart the pixels of one window stand. With dilation 1 the window leaves out none, with dilation 2 every second pixel.
#
# Look at one row of pixels; columns are counted in the same way. A window that reaches beyond the last zero is left out.
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
# **Question `conv_size` •, 2 points.** Return the length of the result along one axis, where at least one window fits: 1 point without dilation, 1 point with it. (By default pooling follows the same rule.)
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
# One number in the result of a 3 × 3 convolution sees 3 pixels along each axis. If a second one follows, each of its numbers sees three numbers of the first, and through them more pixels. The pixels that one output sees are its **receptive field**.
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
# **Question `receptive_field` ••, 1 point.** `layers` is a list of `(kernel, stride, dilation)`, the first layer first. Return the width of the receptive field: how many pixels lie from the first to the last pixel that one output sees, both included. (With dilation, some between them aren't seen.)
#
# Stuck? Run `hint("receptive_field")`.


# %% answer receptive_field
def receptive_field(layers):
    """How many pixels lie in the receptive field of an output of the last layer, along one axis."""
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
# Ten convolutions with kernels of 3 see 21 pixels, which don't all count alike. A pixel in the middle reaches the output along many paths, the outermost pixel along a single one (`03_reverse_mode`). Let all weights be 1/3, and measure the gradient.

# %% demo measure the gradient through ten layers
x = torch.ones(1, 1, 21, requires_grad=True)
y = x
for _ in range(10):
    y = F.conv1d(y, torch.full((1, 1, 3), 1 / 3))
y.sum().backward()
slopes = x.grad[0, 0].numpy()
title = f"9 of 21 pixels hold {slopes[6:15].sum():.0%} of the gradient"
fig, ax = draw.figure(title, "pixel, counted from the middle", "slope of the output")
ax.bar(np.arange(-10, 11), slopes, color=draw.TAPE.color)
ax.set(xticks=range(-10, 11, 2))
ax.axvspan(-4.5, 4.5, color="#eeeeee", zorder=0)
draw.show(fig, alt=f"{title}: a bell over the pixels, almost 0 at both ends.")

# %% [markdown]
# So the *effective* receptive field is smaller than the theoretical one. For n layers of stride 1 that have the same kernel of positive weights, and nothing between them, the theoretical field grows like n, and the effective one like √n (Luo and others, 2016). Strides and dilations widen both faster.
#
# ## Take all windows at once
#
# A loop over all places is slow in Python. `sliding_window_view` shows all windows as one array, without copying a number: of 28 × 28 pixels it shows 24 · 24 · 25 = 14,400 numbers.
#
# What is left is a sum of products, and `np.einsum` writes sums of products with letters. Each letter names an axis; letters that are missing behind the arrow are summed over. So `np.einsum("ij,j->i", A, x)` is A @ x.

# %%
x, kernel = np.arange(28.0 * 28).reshape(28, 28), np.ones((5, 5))
seen = np.lib.stride_tricks.sliding_window_view(x, (5, 5), axis=(0, 1))
seen.shape, np.einsum("ijpq,pq->ij", seen, kernel).shape

# %% [markdown]
# **Question `convolved` ••, 3 points.** Return the convolution of `X` (n, channels, rows, columns) with `W` (out, channels, kernel rows, kernel columns) and `b` (out,), of shape (n, out, rows, columns). `stride` and `padding` are whole numbers, the same for both axes. Points: 1 with stride 1 and no padding, 1 with both, and 1 if no loop runs over pixels. For this point the check counts the lines that Python runs: the number must not grow with the image. A loop over the places of the *kernel* is allowed. `np.pad(X, …)` takes a pair of numbers for each axis, and `[::2]` every second window.
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

# %% [markdown]
# ## Move the image
#
# All places share one kernel. So if the image moves, the feature map moves with it, away from the borders: this is **translation equivariance**. Is it true with a stride?
#
# **Question `shifted` ••, 1 point.** Look at one row without a border: y[i] = Σₖ w[k] x[s·i + k] for all whole numbers i, with the stride s. (1) Let u[j] = x[j − s] be x moved by s pixels, and let v be the result for u. Show that v[i] = y[i − 1]: y moves by one place. (2) Let s = 2. Give an x and a w such that, after x moves by *one* pixel, the new result is not a moved y, whatever the distance. Answer in two to four sentences.
#
# Stuck? Run `hint("shifted")`.

# %% explain shifted [markdown]
# **`shifted`, in your words:**
#
# ### BEGIN SOLUTION
# v[i] = Σ w[k] x[s·i + k − s] = Σ w[k] x[s·(i − 1) + k] = y[i − 1]. For s = 2 take one weight, w = (1), and x with x[0] = 1 and 0 elsewhere. Then y[0] = 1. After moving by one pixel, the 1 stands at place 1. No window sees this place, so v is 0 everywhere.
#
# - ½ point: the sum with s·i − s written as s·(i − 1).
# - ½ point: an x and a w with both results; v is no moved y.
# ### END SOLUTION

# %% [markdown]
# "Convolutional networks are **translation invariant**", many texts say: they would recognize an object wherever it stands. Then the *scores* would stay the same; but pooling, strides, borders and the dense layer stand in between.
#
# Measure it. A small net has two blocks of convolution (3 × 3, padding 1, to 16 and then 32 channels), BatchNorm, ReLU and 2 × 2 maximum, then a dense layer. It is trained on digits in the middle of an image of 12 × 12, two pixels from every border. Then the held-out digits are moved to the right. A second net sees each digit at a new place in every epoch.
#
# **Guess:** which share of the held-out digits does the net name correctly when they are moved by 0, by 1, and by 2 pixels? Write `(…, …, …)`.

# %%
guess_moved = ...

# %% demo place the digits in larger images, and train two nets
from chainrule.standby import Kept, if_right, yours

right = Kept("convolutions")
anywhere, small_net = right.anywhere, right.small_net
train, accuracy = right.trained, right.accuracy


def in_the_middle(X, moved=0):
    return right.placed(X, [2] * len(X), [2 + moved] * len(X))


torch.manual_seed(0)
shuffled = torch.randperm(len(digits.x))
pixels, labels = (torch.tensor(a)[shuffled] for a in (digits.x, digits.y))
fit_on, held = slice(0, 1200), slice(1200, None)
centred = train(small_net(10), in_the_middle(pixels[fit_on]), labels[fit_on], 8)
scattered = train(small_net(10), pixels[fit_on], labels[fit_on], 8, moved=anywhere)

# %% demo move the held-out digits
steps = [0, 1, 2]
named = {
    name: [accuracy(net, in_the_middle(pixels[held], k), labels[held]) for k in steps]
    for name, net in (("middle", centred), ("anywhere", scattered))
}
beside(guess_moved, named["middle"])
far, near = named["middle"][2], named["middle"][0]
title = f"Moved by two pixels, {far:.0%} are named correctly, not {near:.0%}"
fig, ax = draw.figure(title, "pixels to the right", "share named correctly")
ax.set(ylim=(0, 1.05), xticks=steps)
draw.line(ax, steps, named["middle"], draw.OTHER, "trained in the middle")
draw.line(ax, steps, named["anywhere"], draw.TAPE, "trained at all places")
said = ", ".join(f"{share:.0%}" for share in named["anywhere"])
draw.show(fig, alt=f"{title}. Trained at all places: {said}.")

# %% [markdown]
# Shared weights make the *maps* move with the image, up to the stride. They don't tell the last layer that a moved map means the same digit. The second net has learned this from digits at many places: its data were **augmented** (`10_generalization`). The price, after as many epochs: in the middle it is worse than the first net.
#
# ## Write the convolution as a matrix
#
# A convolution is linear in its input. So there is a matrix M with y = Mx (leave the bias out). For a row of 6 pixels and the kernel (a, b, c), with stride 1,
#
# $$M = \begin{pmatrix} a & b & c & 0 & 0 & 0 \\ 0 & a & b & c & 0 & 0 \\ 0 & 0 & a & b & c & 0 \\ 0 & 0 & 0 & a & b & c \end{pmatrix}.$$
#
# Row i says what window i sees. With stride 1 this is a **Toeplitz matrix**: it is constant along its diagonals.

# %% [markdown]
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
# An image works in the same way: write its pixels as one long row.
#
# **Guess:** an image of 28 × 28, a kernel of 5 × 5. How many entries does M have? How many of them are not 0? How many *different* numbers other than 0 are among them?

# %%
guess_entries, guess_filled, guess_different = ..., ..., ...

# %% demo ask torch for the whole matrix
w = np.array([1.0, 2.0, 3.0])
my_matrix = if_right("conv_matrix", conv_matrix, right.conv_matrix)
pixels_one_by_one = torch.eye(784, dtype=torch.float64).reshape(784, 1, 28, 28)
kernel = torch.rand(1, 1, 5, 5, dtype=torch.float64)
M = F.conv2d(pixels_one_by_one, kernel).reshape(784, -1).T
beside(guess_entries, M.numel(), "entries")
beside(guess_filled, torch.count_nonzero(M).item(), "aren't 0")
beside(guess_different, len(M[M != 0].unique()), "different numbers among them")

# %% [markdown]
# A convolution is a dense layer whose matrix is almost empty, and repeats its few weights.
#
# ## Go backward
#
# For y = Mx the gradient of x is Mᵀg (`04_tensors`). What does Mᵀ do? Pixel j gets Σᵢ gᵢ Mᵢⱼ: a share from each window that saw it. Seen from window i: it adds gᵢ times its kernel to the pixels where it stood.
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
# Why is the gradient of X a convolution again? For the matrix M that was shown above,
#
# $$M^T = \begin{pmatrix} a & 0 & 0 & 0 \\ b & a & 0 & 0 \\ c & b & a & 0 \\ 0 & c & b & a \\ 0 & 0 & c & b \\ 0 & 0 & 0 & c \end{pmatrix}.$$
#
# The rows in the middle read c, b, a. So Mᵀg slides the *turned* kernel over g, with two zeros at each end of g: the mathematicians' convolution.

# %% demo slide the turned kernel over g
g = np.array([1.0, 10, 100, 1000])
turned = np.correlate(np.pad(g, 2), w[::-1], mode="valid")
print("Mᵀg:              ", (my_matrix(w, 6, 1, 0).T @ g).astype(int))
print("the turned kernel:", turned.astype(int))

# %% [markdown]
# With several channels, in- and output channels of the kernels change places. With a stride s, s − 1 zeros are put between the numbers of g first, and pixels in no window get 0. Padding is cut off the result.
#
# The gradient of W is a convolution too: the padded X is the image, and g the kernel, with dilation s.

# %% [markdown]
# ## Make images larger
#
# Mᵀ takes a short row and gives a long one. As a layer it is a **transposed convolution** (`nn.ConvTranspose2d`); nets that draw images use it. It is also called *deconvolution*, but only the *shape* comes back. With a kernel of 3, M makes 48 numbers out of 50, and 48 numbers don't determine 50.
#
# With a stride, several sizes lead to the same number of windows, since the last pixels may lie in no window. A transposed convolution takes the smallest of them, and adds `output_padding` pixels at the end. With kernel 3 and stride 2, 3 numbers become 7.
#
# **Question `transposed_size` •, 1 point.** Return the length of the result of a transposed convolution along one axis. `size` is the length of its input; the arguments up to `dilation` are those of the convolution whose transpose it is.
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
# Take an image in which *every pixel is 1*, and a kernel of 3 × 3 in which every weight is 1. A transposed convolution with stride 2 makes the image larger.
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
title = "Equal pixels become a checkerboard"
fig, ax = draw.figure(title, "", "")
ax.axis("off")
squares = ((0, 1.5, "input", ones[0, 0]), (12, 0, "middle of the result", middle))
for left, low, name, picture in squares:
    n = len(picture)
    ax.text(left + n / 2, low + n + 0.4, name, ha="center")
    extent = (left, left + n, low, low + n)
    ax.imshow(picture, cmap="gray", extent=extent, vmin=0, vmax=5)
    for (i, j), number in np.ndenumerate(picture):
        color = "white" if number < 3 else "black"
        place = left + j + 0.5, low + n - i - 0.5
        ax.text(*place, f"{number:g}", ha="center", va="center", color=color)
ax.set(xlim=(-1, 22), ylim=(-0.5, 10.5))
draw.show(fig, alt=f"{title}: 36 ones become a pattern of the numbers 1, 2 and 4.")

# %% [markdown]
# A pixel of the result gets something from 1, 2 or 4 windows, because 3 isn't a multiple of the stride 2. Trained weights often keep some of this pattern (Odena and others, 2016). One remedy is a kernel whose size is a multiple of the stride: with 4 × 4 every pixel gets something from 4 windows. Another is to enlarge by interpolation, and then convolve. Learned weights may still make a pattern.

# %% [markdown]
# ## Rebuild LeNet-5
#
# The layers of **LeNet-5** have names: C for convolutions, S for **subsampling**, F for fully connected.
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
# S2 and S4 have parameters. They add up the four numbers of each 2 × 2 square, multiply the sum by the map's **coefficient**, and add the map's bias. C3 doesn't connect every map of S2 with every map of C3: a table says which of the six maps each of the 16 maps sees.

# %%
SEEN = "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345"
TABLE = torch.zeros(16, 6)  # 60 of the 96 entries become 1
for k, maps in enumerate(SEEN.split()):
    TABLE[k, [int(c) for c in maps]] = 1

# %% [markdown]
# **Question `lenet_parameters` ••, 1 point.** Count the parameters of a net like LeNet-5. Return six numbers: for C1, S2, C3, S4, C5 and F6.
#
# |given|meaning|
# |:--|:--|
# |`size`|images have `size` × `size` pixels; the sides of C1 and C3 are even|
# |`kernel`|kernels of C1 and C3 have `kernel` × `kernel` weights|
# |`table`|an array of 0 and 1: a row for each map of C3, a column for each map of S2 (C1 has as many)|
# |`wide`|the number of maps of C5; its kernels are as large as the maps of S4|
# |`units`|the number of units of F6|
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

# %% [markdown]
# For LeNet-5 the counts are 156, 12, 1,516, 32, 48,120 and 10,164, or 60,000 in all, as the paper says.
#
# Now build the net in PyTorch. `torch.nn.Parameter(tensor)` makes a tensor a parameter.
#
# **Question `Subsampling` •, 1 point.** Write the layer of S2 and S4. It has two parameters, called `coefficient` and `bias`, of shape (maps,) each. For `x` of shape (n, maps, rows, columns) it returns, for each 2 × 2 square, the coefficient times the sum of the four numbers, plus the bias. Squares lie side by side; rows and columns are even. How the parameters begin is up to you.
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
# Two parts are given. `PartialConv2d` is a convolution that sees what a table allows: forbidden kernels are multiplied by 0. They have no effect, whatever numbers they hold, and their gradient is 0. The zeros and ones are a **buffer**, `seen`: a tensor that belongs to the module and isn't trained. `squash` is the paper's sigmoid, a stretched tanh: it maps 1 to 1 and −1 to −1 (almost). In the paper every layer up to F6 ends with it.


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

# %% [markdown]
# The paper's output layer compares the 84 numbers of F6 with ten fixed pictures of digits, 7 × 12 pixels each. We put a dense layer with 10 scores in its place, and use the cross-entropy.
#
# Our digits of 8 × 8 pixels are drawn larger, to 24 × 24, and get a border of 4 pixels, as in the paper.

# %% demo train LeNet-5
my_subsampling = if_right("Subsampling", Subsampling, right.subsampling)
my_lenet = if_right("LeNet5", LeNet5, right.lenet(lambda: PartialConv2d(TABLE, 5)))
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
convolutions = (part for part in lenet.modules() if isinstance(part, nn.Conv2d))
C1 = next(part for part in convolutions if part.in_channels == 1)
learned = C1.weight.detach()[:, 0]
with torch.inference_mode():
    maps = squash(C1(framed[held][:1]))[0]
title = "Each kernel makes a map of the digit"
fig, ax = draw.figure(title, "", "")
ax.axis("off")
largest = learned.abs().max()
for k, (kernel, seen) in enumerate(zip(learned, maps, strict=True)):
    colors = {"cmap": "PuOr", "vmin": -largest, "vmax": largest}
    ax.imshow(kernel, extent=(11 * k, 11 * k + 10, 12, 22), **colors)
    ax.imshow(seen, cmap="gray", extent=(11 * k, 11 * k + 10, 0, 10))
ax.imshow(framed[held][0, 0], cmap="gray", extent=(67, 77, 0, 10))
for x, y, text in ((72, -3, "image"), (32, 23, "kernels"), (32, -3, "maps")):
    ax.text(x, y, text, ha="center")
ax.set(xlim=(-1, 78), ylim=(-4, 25))
draw.show(fig, alt=f"{title}. Below each kernel: its map of one digit.")

# %% [markdown]
# Orange weights are negative, purple ones positive; each map has its own scale of grey. After 190 steps the kernels still show much of their random start.
#
# ## Learn three digits from a few labels
#
# In `10_generalization` you trained a new head on frozen features, which had weights only. Each BatchNorm (`11_dropout_and_norms`) also has three buffers: a running mean, a running variance, and a counter of batches.
#
# A net has learned the digits 0 to 6. Send thirty images of 7, 8 and 9 through its features a hundred times, in training mode, *without a single step of an optimizer*.
#
# **Guess:** how many numbers of the features change? (They have 4,896 parameters. The two BatchNorms have 16 and 32 channels.)

# %%
guess_changed = ...

# %% demo train on 0 to 6, then send others through
old, first = labels < 7, torch.arange(len(labels)) < 1200
old_fit, old_rest = old & first, old & ~first
torch.manual_seed(0)
source = train(small_net(7), pixels[old_fit], labels[old_fit], 10, moved=anywhere)
old_images, features = anywhere(pixels[old_rest]), source[0]
sent = anywhere(pixels[~old][:30])
drifted = right.after_passing(source, sent)
before, after = features.state_dict().values(), drifted[0].state_dict().values()
changed = [int((a != b).sum()) for a, b in zip(before, after, strict=True)]
beside(guess_changed, sum(changed))
nets = {"as trained": source, "after 7, 8 and 9": drifted}
nets["after 7, 8 and 9, black and white swapped"] = right.after_passing(
    source, 1 - sent
)
for name, net in nets.items():
    named = accuracy(net, old_images, labels[old_rest])
    print(f"{name}: {named:.1%} of the digits 0 to 6 named correctly")

# %% [markdown]
# The running means and variances follow the images, and every feature follows them. Such features **drift**, though no weight moved. What the drift does depends on the images: in five other runs the new digits changed the accuracy by −0.3 to +6 points, and the swapped ones left 13 to 40%. The remedy is one call, `features.eval()`: BatchNorm then uses its buffers, and leaves them alone.
#
# In evaluation mode, frozen features give the same numbers in every step. So compute them once, without a graph.
#
# **Question `fit_head` ••, 3 points.** Train `head`, a linear layer that has weights already, on what frozen `features` give for the batch `X`; `y` holds the class numbers. Take `steps` steps of `torch.optim.SGD` with the learning rate `rate`, each on all rows, with the mean cross-entropy. There is nothing to return.
#
# |1 point for|condition|
# |:--|:--|
# |the head|features may arrive in training mode; old gradients may still be there|
# |frozen features|parameters and buffers stay what they were; evaluation mode may stay on|
# |one pass|each row passes through the features once, without a graph|
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

# %% [markdown]
# Compare three ways. Each gets the same labelled images, each image at ten places:
#
# - **frozen**: the features of the net that knows 0 to 6, and a new head;
# - **random**: the same with features that nobody has trained. Only their buffers have seen the images, else BatchNorm would normalize nothing;
# - **from scratch**: the same net with fresh weights, all of it trained.
#
# **Guess:** with *one* label for each digit, which share of the other images of 7, 8 and 9 does each way name correctly? (A third is chance.) Write `(…, …, …)`.

# %%
guess_ways = ...

# %% demo train in three ways, for several numbers of labels
my_fit = if_right("fit_head", fit_head, right.fit_head)
new_images, new_labels = anywhere(pixels[~old]), labels[~old] - 7
torch.manual_seed(1)
counts, found = [1, 2, 10], np.zeros((3, 3, 4))
for k, trial in np.ndindex(3, 4):
    *some, rest = right.some_rows(pixels[~old], new_labels, counts[k])
    untrained = right.after_passing(small_net(3), some[0])[0]
    nets = (
        right.with_head(my_fit, features, *some),
        right.with_head(my_fit, untrained, *some),
        train(small_net(3), *some, 60 // counts[k], size=16),
    )
    found[:, k, trial] = [accuracy(n, new_images[rest], new_labels[rest]) for n in nets]
beside(guess_ways, found[:, 0].mean(1))

# %% demo draw the three ways against the number of labels
print("least and most of four draws, one label:")
for name, row in zip(("frozen", "random", "from scratch"), found[:, 0], strict=True):
    print(f"{name}: {row.min():.0%} to {row.max():.0%}")
means = found.mean(2)
title = f"With one label frozen features reach {means[0, 0]:.0%}, a fresh net {means[2, 0]:.0%}"
fig, ax = draw.figure(title, "labels for each new digit", "share named correctly")
ax.set(xscale="log", ylim=(0, 1.05), xticks=counts)
ax.set_xticklabels(counts)
ax.minorticks_off()
draw.line(ax, counts, means[0], draw.TAPE, "frozen features", 2.6)
draw.line(ax, counts, means[1], draw.OTHER, "random features")
draw.line(ax, counts, means[2], draw.TAPE, "from scratch", 1)
said = [f"{a:.0%}, {b:.0%}, {c:.0%}" for a, b, c in means.T]
draw.show(fig, alt=f"{title}. Frozen, random, from scratch: {'; '.join(said)}.")

# %% [markdown]
# These are four draws. In 24 others, with three source nets, frozen features beat the net from scratch 18 times with one label (33 to 83% against 42 to 77%), and 8 times with ten. The head took 200 steps, the net from scratch about 120 through all layers. **Fine-tuning** lies between: it starts from the old features and trains all layers at a small rate.
#
# ## Read the library
#
# Run `from chainrule.ops import convolution` and `convolution??`. Three operations stand at the end: `_conv` makes Y from X and W, `_by_x` dX from g and W, `_by_w` dW from g and X. The two derivatives of each are the other two. Take the number
#
# $$L = \sum g \odot \mathrm{conv}(X, W).$$
#
# L is linear in g, in X and in W. So L = Σ X ⊙ dX = Σ W ⊙ dW: a linear function is its derivative times its variable, added up.

# %% demo compare the library with yours, and the three sums
rng = np.random.default_rng(0)
X, W = rng.normal(size=(2, 3, 10, 9)), rng.normal(size=(4, 3, 3, 2))
Y = ops.conv2d(X, W, stride=2, padding=1)
g = rng.normal(size=Y.shape)
my_backward = yours(convolved_backward, right.convolved_backward, g, X, W, 2, 1)
dX, dW, db = my_backward(g, X, W, 2, 1)
print("the three sums:", np.round([(g * Y).sum(), (X * dX).sum(), (W * dW).sum()], 6))
again = {"stride": 2, "padding": 1, "output_padding": 1}
wrong = ops.conv_transpose2d(g, W[:, :, ::-1, ::-1], **again)
print("with the kernels turned in dX:", (X * wrong).sum().round(6))
back = ops.conv_transpose2d(g, W, **again)
gap = np.abs(back - dX).max()
print(f"largest gap between dX and the transposed convolution of g: {gap:.0e}")

# %% [markdown]
# So dX and dW can be tested without a second backward pass, for several random g, X and W. A wrong dX that is made from g and W alone agrees by chance only. This is the **adjoint test** of linear operations. (L has no b: db needs another test.)
#
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
# Run this notebook from top to bottom and save it (in Colab: File, Download, Download .ipynb). Hand it in with its name unchanged. First see where you stand:

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

# %% [markdown]
# ## Read on
#
# - LeCun, Bottou, Bengio, Haffner: *Gradient-based learning applied to document recognition*, Proceedings of the IEEE, 1998. LeNet-5 is in section II.
# - Dumoulin, Visin: *A guide to convolution arithmetic for deep learning*, 2016, [arxiv.org/abs/1603.07285](https://arxiv.org/abs/1603.07285). Sizes in pictures, transposed convolutions included.
# - Goodfellow, Bengio, Courville: *Deep Learning*, 2016, chapter 9, [deeplearningbook.org](https://www.deeplearningbook.org/).
# - Luo, Li, Urtasun, Zemel: *Understanding the effective receptive field in deep convolutional neural networks*, 2016, [arxiv.org/abs/1701.04128](https://arxiv.org/abs/1701.04128).
# - Odena, Dumoulin, Olah: *Deconvolution and checkerboard artifacts*, Distill, 2016.
# - Yosinski, Clune, Bengio, Lipson: *How transferable are features in deep neural networks?*, 2014, [arxiv.org/abs/1411.1792](https://arxiv.org/abs/1411.1792).

"""Probes of 6-pytorch/12_gpu_training: drive steps, sums and loops of a student's.

Everything runs on the CPU or on the meta device, whose tensors have shapes and no
numbers: what was made in another place doesn't mix with them, and nothing can be read
from them.
"""

import contextlib
import weakref
from unittest import mock

import numpy as np

from chainrule.torch_side import known_state, to_arrays, to_tensor
from chainrule.watch import unwatched

KINDS = ("cpu", "cuda", "mps")
# What comes of a run on the meta device.
FINE, TWO_DEVICES, READ, NOT_THERE, ATTACHED, NO_BACKWARD = range(6)


def flat(tensors):
    """All numbers of some tensors, one after another."""
    return np.concatenate([np.ravel(to_arrays(t)) for t in tensors])


def gradients(parameters):
    import torch

    return flat([torch.zeros_like(p) if p.grad is None else p.grad for p in parameters])


MOVES = {"aten::copy_", "aten::_to_copy"}
BY_INDEX = {"aten::index", "aten::index_put", "aten::index_put_"}
TWO = "Expected all tensors on the same device, found {}"


def one_device():
    """Inside the block, an operation on tensors of two devices is refused, as CUDA
    refuses it: the meta device itself lets some pass, scatter_ and gather among them.

    What CUDA allows is allowed: a single number or an index on the CPU.
    """
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    class OneDevice(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            kind = func._schema.name
            met = [*args[:1], *args[2:]] if kind in BY_INDEX else args
            leaves = tree_leaves((met, kwargs))
            tensors = [t for t in leaves if isinstance(t, torch.Tensor)]
            devices = {t.device.type for t in tensors if t.dim() or t.is_meta}
            if len(devices) > 1 and kind not in MOVES:
                raise RuntimeError(TWO.format(" and ".join(sorted(devices))))
            with unwatched():  # thousands of calls of torch's own
                return func(*args, **kwargs or {})

    return OneDevice()


def on_meta(run):
    """What comes of a run on the meta device: a number of those above."""
    try:
        with one_device():
            run()
    except Exception as error:
        said = str(error)
        if "meta" not in said:
            raise
        mixed = "expected device" in said or "same device" in said
        return TWO_DEVICES if mixed else READ
    return FINE


def backward_seen(net):
    """A list that is empty until a gradient arrives at the last layer's weights."""
    passed = []
    net[-1].weight.register_post_accumulate_grad_hook(passed.append)
    return passed


# ---- devices ----


@contextlib.contextmanager
def machine_with(cuda, mps):
    """Inside the block, torch says that so many GPUs of each kind are there."""
    import torch

    kind = "cuda" if cuda else "mps" if mps else None
    device = torch.device(kind) if kind else None
    found = {
        (torch.cuda, "is_available"): cuda > 0,
        (torch.cuda, "device_count"): cuda,
        (torch.backends.mps, "is_available"): mps > 0,
        (torch.mps, "is_available"): mps > 0,
        (torch.accelerator, "is_available"): device is not None,
        (torch.accelerator, "current_accelerator"): device,
    }
    with contextlib.ExitStack() as patches:
        for (module, name), value in found.items():
            if hasattr(module, name):
                said = mock.Mock(return_value=value)
                patches.enter_context(mock.patch.object(module, name, said))
        yield


def chosen(student, cuda, mps):
    """The kind of device that best_device names: its place in KINDS."""
    import torch

    with machine_with(cuda, mps):
        found = student.best_device()
    kind = torch.device(found).type
    if kind not in KINDS:
        raise Exception(f"It names the device {kind!r}. Name cpu, cuda or mps.")
    return KINDS.index(kind)


def small_model(weights, device="cpu"):
    """Linear, tanh, Linear with these weights, and gradients left from before."""
    import torch

    W1, b1, W2, b2 = map(to_tensor, weights)
    first = torch.nn.Linear(W1.shape[1], W1.shape[0])
    second = torch.nn.Linear(W2.shape[1], W2.shape[0])
    model = torch.nn.Sequential(first, torch.nn.Tanh(), second)
    with torch.no_grad():
        for p, w in zip(model.parameters(), (W1, b1, W2, b2), strict=True):
            p.copy_(w)
    model.to(device)
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    return model


def squared_error(scores, wanted):
    """The mean of the squared differences; shapes that differ are refused."""
    if scores.shape != wanted.shape:
        raise Exception(
            f"The loss gets scores of shape {tuple(scores.shape)} and targets of shape "
            f"{tuple(wanted.shape)}. It wants a row of targets for each row of scores, "
            "with as many columns."
        )
    return (scores - wanted).square().mean()


def stepped(student, X, y, W1, b1, W2, b2, rate, steps):
    """The losses of some steps, and the parameters after them."""
    import torch

    device = torch.device("cpu")
    with known_state(torch.float64, 0):
        model = small_model([W1, b1, W2, b2])
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
        batch = to_tensor(X), to_tensor(y)
        losses = [
            student.train_step(model, squared_error, optimizer, batch, device)
            for _ in range(steps)
        ]
        return np.append([to_arrays(loss) for loss in losses], flat(model.parameters()))


def stepped_on_meta(student, X, y, W1, b1, W2, b2, rate):
    """What comes of a step with a model on the meta device, and a batch on the CPU."""
    import torch

    device, returned = torch.device("meta"), []
    with known_state(torch.float64, 0):
        model = small_model([W1, b1, W2, b2], device)
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
        batch = to_tensor(X), to_tensor(y)
        passed = backward_seen(model)

        def run():
            step = student.train_step
            returned.append(step(model, squared_error, optimizer, batch, device))

        came_of_it = on_meta(run)
    if came_of_it != FINE:
        return came_of_it
    if not passed:
        return NO_BACKWARD
    (loss,) = returned
    if not isinstance(loss, torch.Tensor) or not loss.is_meta:
        return NOT_THERE
    return ATTACHED if loss.requires_grad else FINE


# ---- sums ----


class Tag:
    """Something that lives as long as a node of a graph."""


def watched(model):
    """The model, and a record of the rows of each forward pass and of the graphs that
    are alive at one time."""
    import torch

    record = {"rows": 0, "graphs": 0}
    alive = weakref.WeakSet()

    class Mark(torch.autograd.Function):
        @staticmethod
        def forward(ctx, scores):
            ctx.mark = Tag()
            alive.add(ctx.mark)
            return scores.clone()

        @staticmethod
        def backward(ctx, g):
            return g

    def note(module, inputs, scores):
        record["rows"] = max(record["rows"], len(scores))
        marked = Mark.apply(scores)
        record["graphs"] = max(record["graphs"], len(alive))
        return marked

    model.register_forward_hook(note)
    return record


def accumulated(student, X, Y, W1, b1, W2, b2, size, tallied):
    """All gradients after accumulated_gradient.

    tallied: followed by the rows of the largest forward pass beyond `size`, and the
    graphs alive at one time beyond two (one in use, one that a name still holds).
    """
    import torch

    with known_state(torch.float64, 0):
        model = small_model([W1, b1, W2, b2])
        record = watched(model)
        student.accumulated_gradient(
            model, squared_error, to_tensor(X), to_tensor(Y), size
        )
        found = gradients(model.parameters())
    over = [max(record["rows"] - size, 0), max(record["graphs"] - 2, 0)]
    return np.append(found, over) if tallied else found


# ---- checkpoints ----


def block_of(W1, b1, W2, b2, p):
    import torch

    first, _, second = small_model([W1, b1, W2, b2])
    drop = torch.nn.Dropout(p)
    return torch.nn.Sequential(first, torch.nn.Tanh(), drop, second, torch.nn.Tanh())


class Kept:
    """Counts the bytes that are kept for backward, those of some tensors left out."""

    def __init__(self, left_out):
        self.left_out = {t.untyped_storage().data_ptr() for t in left_out}
        self.tensors = {}

    def note(self, tensor):
        place = tensor.untyped_storage().data_ptr()
        if place not in self.left_out:
            self.tensors[place] = tensor
        return tensor

    @property
    def bytes(self):
        return sum(t.untyped_storage().nbytes() for t in self.tensors.values())


UNEQUAL = (
    "backward returns another number of results than forward has inputs. Return None "
    "for the block, the gradient of x, and one gradient for each of `parameters`."
)


def checkpointed(student, g, x, W1, b1, W2, b2, p, seed, tallied, first):
    """The value of a checkpointed block, and the gradients of x and of the block.

    first: x requires no gradient, and its gradient counts as 0.
    tallied: followed by the bytes that are kept beyond those of x, as attributes of ctx
    too, but for a generator's state. Where backward finds no graph, all numbers are
    NaN.
    """
    import torch
    from torch.utils._pytree import tree_leaves

    with known_state(torch.float64, 0):
        block = block_of(W1, b1, W2, b2, p)
        earlier = 1.0 if tallied else 0.0  # in .grad before, as when one accumulates
        for parameter in block.parameters():
            parameter.grad.fill_(earlier)
        torch.default_generator.manual_seed(seed)  # making layers has drawn numbers
        leaf = to_tensor(x).clone().requires_grad_(not first)
        given, parameters = leaf * 1, list(block.parameters())
        kept = Kept(parameters)
        apply = getattr(student.Checkpoint, "apply", student.Checkpoint)
        with torch.autograd.graph.saved_tensors_hooks(kept.note, lambda t: t):
            y = apply(block, given, *parameters)
        of_state = torch.uint8  # what a generator's state is made of
        for value in tree_leaves(getattr(y.grad_fn, "__dict__", {})):
            if isinstance(value, torch.Tensor) and value.dtype != of_state:
                kept.note(value)
        beyond = max(kept.bytes - given.nbytes, 0)
        fails = ""
        try:
            y.backward(to_tensor(g))
        except RuntimeError as error:
            fails = str(error)
            if "incorrect number of gradients" in fails:
                raise Exception(UNEQUAL) from None
            if "does not require grad" not in fails:
                raise
        of_block = gradients(parameters) - earlier
        value, of_x = to_arrays(y).ravel(), gradients([leaf])
    found = np.concatenate([value, of_x, of_block])
    found = np.full_like(found, np.nan) if fails else found
    return np.append(found, beyond) if tallied else found


# ---- precision ----


def in_half(parameters, factors, tiny):
    """A loss that passes through float16: tiny times the sum of parameter × factor."""
    products = [
        (p.half() * to_tensor(f).half()).float().sum()
        for p, f in zip(parameters, factors, strict=True)
    ]
    return tiny * sum(products)


def scaled(student, p, q, at_p, at_q, tiny, rate, scale, limit, calls, nan):
    """The scale and the parameters p and q after some calls of scaled_step."""
    import torch

    with known_state(torch.float32, 0):
        parameters = [torch.nn.Parameter(to_tensor(v).float()) for v in (p, q)]
        optimizer = torch.optim.SGD(parameters, lr=rate, momentum=0.9)
        for parameter in parameters:
            parameter.grad = torch.ones_like(parameter)
        for _ in range(calls):
            loss = in_half(parameters, (at_p, at_q), np.nan if nan else tiny)
            scale = student.scaled_step(loss, parameters, optimizer, scale, limit)
        return np.append(float(scale), flat(parameters))


# ---- digits ----


def parameter_shapes(student, seed):
    """The shapes of a DigitNet's parameters, sorted, each as four numbers."""
    import torch

    with known_state(torch.float64, seed):
        found = student.DigitNet().parameters()
        rows = sorted((*p.shape, 0, 0, 0)[:4] for p in found)
        return np.array(rows, dtype=float).reshape(-1, 4)


def scores_of(student, X, *weights):
    """What a DigitNet gives for images, its parameters set by their shapes."""
    import torch

    with known_state(torch.float64, 0):
        net = student.DigitNet()
        by_shape = {tuple(w.shape): to_tensor(w) for w in weights}
        with torch.no_grad():
            for p in net.parameters():
                if tuple(p.shape) not in by_shape:
                    raise Exception(
                        f"A parameter of shape {tuple(p.shape)} is too many."
                    )
                p.copy_(by_shape[tuple(p.shape)])
        return to_arrays(net.eval()(to_tensor(X)))


def lenet():
    from torch import nn

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


# In a record of rows: the end of a batch, and an image that isn't among them.
END, UNKNOWN = -1, -2
MOST_SEEN = 20_000  # entries of a record, three times what is asked for


def trained_on(net, X):
    """A record that grows: which rows of X the net is trained on, batch by batch.

    A batch counts once a gradient comes back to its scores, so a look at the net in
    between doesn't. What a net's own hook would miss, net.forward, is seen as well.
    """
    places = {image.tobytes(): number for number, image in enumerate(X)}
    given, record = [], []

    def enter(layer, inputs):
        given[:] = to_arrays(inputs[0])

    def leave(layer, inputs, scores):
        rows = [places.get(image.tobytes(), UNKNOWN) for image in given]
        if scores.requires_grad:
            scores.register_hook(lambda g: record.extend([*rows, END]))

    net[0].register_forward_pre_hook(enter)
    net[-1].register_forward_hook(leave)
    return record


def first_move(net):
    """A list that gets one number: how far the first step moves the weight that it
    moves most, as the next look at the net finds it."""
    start, moves = flat(net.parameters()), []

    def enter(layer, inputs):
        if not moves:
            move = np.abs(flat(net.parameters()) - start).max()
            if move:
                moves.append(move)

    net[0].register_forward_pre_hook(enter)
    return moves


def fitted(student, X, y, seed):
    """All weights of a net after `fit`, the move of its first step, and then the record
    of what it was trained on."""
    import torch

    with known_state(torch.float32, seed):
        net = lenet()
        record, moves = trained_on(net, X), first_move(net)
        student.fit(net, to_tensor(X), to_tensor(y), torch.device("cpu"))
        move = moves[0] if moves else 0
        return np.concatenate([flat(net.parameters()), [move], record[:MOST_SEEN]])


def fitted_on_meta(student, X, y):
    """What comes of `fit` where a small net is on the meta device, the data on the
    CPU."""
    import torch

    with known_state(torch.float32, 0):
        device = torch.device("meta")
        layers = torch.nn.Flatten(), torch.nn.Linear(64, 10, bias=False)
        net = torch.nn.Sequential(*layers).to(device)
        passed = backward_seen(net)
        came_of_it = on_meta(
            lambda: student.fit(net, to_tensor(X), to_tensor(y), device)
        )
    return NO_BACKWARD if came_of_it == FINE and not passed else came_of_it

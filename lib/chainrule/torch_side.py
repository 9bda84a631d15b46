"""torch beside a student's code: arrays in and out of tensors, and a known state.

It stands in a notebook and in a grading room alike, and probes may import it.
"""

import contextlib
import functools

import numpy as np

from chainrule.crossing import Unfit

PLAIN = (type(None), type(...), bool, int, float, complex, np.ndarray)
META = (
    "It returned a tensor on the meta device, which has a shape and no numbers. "
    "Make it where its inputs are: device=x.device."
)
SPARSE = "It returned a sparse tensor. Return it dense: x.to_dense()."
QUANTIZED = "It returned a quantized tensor. Return its numbers: x.dequantize()."
NESTED = "It returned a nested tensor. Return one tensor of numbers."
COMPLEX = "It returned a complex tensor. Return real numbers."
OWN = "It returned a {}, a tensor of a class of its own. Return a plain torch.Tensor."
NO_TENSOR = "It returned a {}. Return a torch tensor."
NOT_HERE = "It returned a tensor whose numbers can't be read. Return a plain one."


def with_tensors(function):
    """The function for callers that have arrays and want arrays."""

    @functools.wraps(function, updated=())
    def called(*args):
        return to_arrays(function(*map(to_tensor, args)))

    return called


def to_tensor(arg):
    """An array as the tensor of the same numbers, in the same memory; all else as it
    is."""
    import torch

    return torch.from_numpy(arg) if isinstance(arg, np.ndarray) else arg


def to_arrays(result):
    """A result with its tensors as arrays: detached, on the CPU, bfloat16 as float32.

    Raises Unfit for a tensor that has no numbers to compare, and for what is neither a
    tensor nor a number.
    """
    import torch

    if type(result) in (list, tuple):
        return type(result)(to_arrays(entry) for entry in result)
    if type(result) is dict:
        return {key: to_arrays(entry) for key, entry in result.items()}
    if isinstance(result, torch.Tensor):
        return array_of(result)
    if isinstance(result, (*PLAIN, np.generic)):
        return result
    raise Unfit(NO_TENSOR.format(type(result).__name__))


def array_of(tensor):
    """The numbers of a plain tensor."""
    import torch

    problem = unfit(tensor)
    if problem:
        raise Unfit(problem)
    if tensor.is_floating_point() and tensor.dtype not in (
        torch.float16,
        torch.float32,
        torch.float64,
    ):
        tensor = tensor.float()
    try:
        return tensor.numpy(force=True)
    except (RuntimeError, TypeError):
        raise Unfit(NOT_HERE) from None


def unfit(tensor):
    """Why a tensor is nothing to compare, or an empty text."""
    import torch

    kind = type(tensor)
    if kind not in (torch.Tensor, torch.nn.Parameter):
        return OWN.format(kind.__name__)
    reasons = {
        META: tensor.is_meta,
        NESTED: tensor.is_nested,
        QUANTIZED: tensor.is_quantized,
        SPARSE: tensor.layout is not torch.strided,
        COMPLEX: tensor.is_complex(),
    }
    return next((said for said, holds in reasons.items() if holds), "")


@contextlib.contextmanager
def known_state(dtype, seed):
    """torch in a known state, whatever a notebook has set; afterwards as before.

    dtype: the default for new tensors; seed: of the CPU's generator. Gradients are
    recorded, there is no autocast, no other device and no hook on every module, one
    thread computes, and nothing has to be deterministic.
    """
    import torch

    before = state()
    with (
        no_hooks(),
        torch.random.fork_rng(devices=[]),
        torch.inference_mode(False),
        torch.enable_grad(),
        torch.autocast("cpu", enabled=False),
        on_cpu(),
    ):
        torch.default_generator.manual_seed(seed)
        set_state(dtype, 1, (False, False))
        try:
            yield
        finally:
            set_state(*before)


def on_cpu():
    """New tensors lie on the CPU. A mode slows each operation, so it is set only where
    another one is."""
    import torch

    as_usual = torch._C._len_torch_function_stack() == 0
    return contextlib.nullcontext() if as_usual else torch.device("cpu")


@contextlib.contextmanager
def no_hooks():
    """Take away the hooks that every torch.nn.Module calls, for a while."""
    import torch

    kept = vars(torch.nn.modules.module).items()
    hooks = [v for k, v in kept if k.startswith("_global_") and isinstance(v, dict)]
    before = [dict(own) for own in hooks]
    for own in hooks:
        own.clear()
    try:
        yield
    finally:
        for own, were in zip(hooks, before, strict=True):
            own.update(were)


def state():
    import torch

    strict = torch.are_deterministic_algorithms_enabled()
    warns = torch.is_deterministic_algorithms_warn_only_enabled()
    return torch.get_default_dtype(), torch.get_num_threads(), (strict, warns)


def set_state(dtype, threads, deterministic):
    import torch

    strict, warns = deterministic
    torch.set_default_dtype(dtype)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(strict, warn_only=warns)

"""What a CPU and a GPU need said differently, so that other lines can be the same.

Each function takes a device as torch does: a `torch.device`, or "cpu", "cuda", "mps".
"""

import contextlib


def synchronize(device):
    """Wait until the device has done all that it was given; a CPU never lags behind."""
    module = _module_of(device)
    if module:
        module.synchronize()


def random_state(device):
    """The state of the generator that random numbers on this device come from."""
    return _generator_of(device).get_rng_state()


@contextlib.contextmanager
def replayed(state, device):
    """Inside the block, random numbers follow `state`; afterwards all is as before."""
    generator = _generator_of(device)
    before = generator.get_rng_state()
    generator.set_rng_state(state)
    try:
        yield
    finally:
        generator.set_rng_state(before)


def in_words(device):
    """The device's name, as a figure or a report says it."""
    import torch

    device = torch.device(device)
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return {"cpu": "the CPU", "mps": "the GPU of a Mac"}.get(device.type, str(device))


def _module_of(device):
    """torch's module for a kind of GPU, None for all else."""
    import torch

    modules = {"cuda": torch.cuda, "mps": torch.mps}
    return modules.get(torch.device(device).type)


def _generator_of(device):
    import torch

    return _module_of(device) or torch

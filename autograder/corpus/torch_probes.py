"""Probes of the notebook torch_trial, and one that tells how torch is set."""

import numpy as np
import torch
from chainrule.torch_side import known_state, to_arrays, to_tensor


def fitted(student, X, y, seed):
    """The weights that a student's training loop finds."""
    with known_state(torch.float64, seed):
        return to_arrays(student.fitted(to_tensor(X), to_tensor(y)))


def state(student, known):
    """What torch is set to, in a known state or as the student has left it."""
    if not known:
        return measured()
    with known_state(torch.float64, 3):
        return measured()


def measured():
    made = torch.nn.Linear(2, 1)(torch.ones(2))
    half = made.dtype is torch.bfloat16 or made.dtype is torch.float16
    return np.array(
        [
            torch.finfo(torch.get_default_dtype()).bits,
            torch.get_num_threads(),
            made.requires_grad,
            made.is_inference(),
            half,
            made.is_meta,
            torch.are_deterministic_algorithms_enabled(),
            0 if made.is_meta else torch.rand(()).item(),
        ]
    )

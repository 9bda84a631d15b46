"""Questions of 6-pytorch/12_gpu_training, in the order in which they are asked."""

from chainrule.questions.gpu_training import (
    checkpoints,
    devices,
    digits,
    loop,
    memory,
    precision,
    sums,
    timing,
)
from chainrule.rules import TORCH

OFF = TORCH
QUESTIONS = [
    devices.best_device,
    devices.train_step,
    timing.timed,
    memory.training_bytes,
    sums.accumulated_gradient,
    sums.combined_gradient,
    checkpoints.Checkpoint,
    precision.scaled_step,
    digits.DigitNet,
    loop.fit,
]

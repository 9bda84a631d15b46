"""Answers to 6-pytorch/12_gpu_training, a module for each section of its bank."""

from corpus.gpu_training import (
    checkpoints,
    devices,
    digits,
    loop,
    memory,
    precision,
    sums,
    timing,
)

ANSWERS = {
    **devices.ANSWERS,
    **timing.ANSWERS,
    **memory.ANSWERS,
    **sums.ANSWERS,
    **checkpoints.ANSWERS,
    **precision.ANSWERS,
    **digits.ANSWERS,
    **loop.ANSWERS,
}

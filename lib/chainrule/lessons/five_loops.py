"""What the five faulty training loops train, and on what."""

import numpy as np


def three_groups(rng):
    """90 points around three centres, and the group of each."""
    import torch

    labels = np.arange(90) % 3
    turn = rng.uniform(0, 2 * np.pi) + 2 * np.pi * labels / 3
    centres = 2 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    X = centres + rng.normal(0, 0.6, centres.shape)
    return torch.tensor(X, dtype=torch.float32), torch.tensor(labels)


def a_model():
    """A small network with dropout, for three groups of points."""
    from torch import nn

    layers = nn.Linear(2, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 3)
    return nn.Sequential(*layers)

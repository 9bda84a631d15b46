"""Probe of 5-generalization/11_dropout_and_norms: noise from a given generator."""

import numpy as np


def noisy(student, x, p_drop, seed):
    return student.gaussian_dropout(x, p_drop, np.random.default_rng(seed))

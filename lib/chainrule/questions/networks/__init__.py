"""Questions of 3-networks/06_networks, in the order in which they are asked."""

from chainrule.questions.networks import (
    backward,
    by_hand,
    copies,
    decay,
    epochs,
    forward,
    functions,
    leaks,
    loops,
    modules,
    validation,
)
from chainrule.rules import TORCH

OFF = TORCH
QUESTIONS = [
    by_hand.by_hand,
    forward.network_forward,
    backward.network_backward,
    decay.decayed_gradients,
    modules.Network,
    copies.copy_weights,
    loops.which_loop,
    loops.fit_classifier,
    leaks.nodes_after,
    epochs.epoch_loss,
    validation.validation_loss,
    functions.swish,
]

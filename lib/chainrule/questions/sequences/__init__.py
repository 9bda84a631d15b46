"""Questions of 6-pytorch/14_sequences, in the order in which they are asked."""

from chainrule.questions.sequences import (
    clipping,
    decoding,
    fading,
    gates,
    pairs,
    states,
    through_time,
    training,
)
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    states.rnn_states,
    through_time.why_summed,
    through_time.rnn_backward,
    fading.steps_to_fade,
    clipping.clipped,
    gates.gru_step,
    pairs.teacher_inputs,
    pairs.EncoderDecoder,
    training.train_pairs,
    decoding.greedy,
]

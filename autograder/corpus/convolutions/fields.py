"""How much one output sees."""

from corpus.answers import Answers
from corpus.convolutions.sizes import number

ANSWERS = {}


def receptive_field(student, rng):
    """Back from one output, the places that each layer in turn was given."""
    layers = [tuple(int(n) for n in rng.integers(1, 5, 3)) for _ in range(4)]
    layers = layers[: rng.integers(1, 5)]
    places = {0}
    for kernel, stride, dilation in reversed(layers):
        places = {i * stride + k * dilation for i in places for k in range(kernel)}
    right = max(places) - min(places) + 1
    return number(student.receptive_field([*layers]), right)


def loop(start="1, 1", adds="dilation * (kernel - 1) * step", grows="step *= stride"):
    return f"""
seen, step = {start}
for kernel, stride, dilation in layers:
    seen += {adds}
    {grows}
return seen"""


ANSWERS["receptive_field"] = Answers(
    args="layers",
    decider=receptive_field,
    right=[
        loop(),
        """
seen = 1
for kernel, stride, dilation in reversed(layers):
    seen = (seen - 1) * stride + dilation * (kernel - 1) + 1
return seen""",
        """
steps = np.cumprod([1] + [s for _, s, _ in layers])
return 1 + int(sum(d * (k - 1) * t for (k, _, d), t in zip(layers, steps)))""",
    ],
    wrong=[
        loop(start="0, 1", adds="dilation * kernel * step"),
        loop(grows="step += stride"),
        loop(grows="step = stride"),
        loop(adds="(kernel - 1) * step + dilation"),
        loop(adds="dilation * (kernel - 1) + step"),
        loop(adds="dilation * kernel * step"),
        "len(layers)",
        "max(dilation * (kernel - 1) + 1 for kernel, stride, dilation in layers)",
    ],
    told={
        loop(start="2, 1"): "Every entry is the right one plus 1.",
        loop().replace("return seen", "return 3 * seen"): (
            "Every entry is 3 times the right one."
        ),
        "1": "Every entry is 1.",
    },
)

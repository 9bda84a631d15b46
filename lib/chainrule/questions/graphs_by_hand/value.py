"""A Value that remembers how it was made, and the slope along each of its inputs."""

from chainrule.judge import Question
from chainrule.questions.graphs_by_hand.forward import forward
from chainrule.questions.graphs_by_hand.local import NOT_KEPT_ONE, local

value = Question(
    "Value",
    forward("+", "*", "**"),
    forward("sin", "exp"),
    forward("relu"),
    forward("sigmoid"),
    local("+", "*"),
    local("**", kept=NOT_KEPT_ONE),
    local("sin", "exp", kept=NOT_KEPT_ONE),
    local("relu", kept=NOT_KEPT_ONE),
    local("sigmoid", kept=NOT_KEPT_ONE),
    hints=[
        "Read __add__: a number, a name for the operation, the operands, and a slope "
        "for each of them. Each of yours ends in such a line. math.sin, math.cos and "
        "math.exp work on self.data.",
        "For a slope, hold the other input still and say how fast the result moves. An "
        "operation with one operand keeps (self,) and (slope,): a comma makes a tuple "
        'of one. The op of a power is the text f"**{n}".',
        "Power: self.data**n, with the slope n times self.data ** (n - 1). Sine: its "
        "slope is the cosine. exp: its slope is its value. relu: the larger of the "
        "number and 0, with the slope 1 above 0, else 0. σ: 1 divided by 1 + exp(−x), "
        "with the slope σ times 1 − σ.",
    ],
)

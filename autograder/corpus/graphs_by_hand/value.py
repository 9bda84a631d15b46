"""A Value that remembers how it was made, and the slope along each of its inputs."""

from corpus.answers import Answers
from corpus.graphs_by_hand.methods import (
    INPUTS,
    NAME,
    S,
    keeping,
    number,
    slope,
    value,
    without,
)
from corpus.graphs_by_hand.recording import is_a_value

ANSWERS = {}

FORWARD = {
    "That product is a sum.": number(mul="self.data + other.data"),
    "That power is a product": number(pow="self.data * n"),
    "Base and exponent are": number(pow="float(n) ** self.data"),
    "That is the sine of an": number(sin="math.sin(math.radians(self.data))"),
    "That is the cosine.": number(sin="math.cos(self.data)"),
    "That is 10 to the power": number(exp="10**self.data"),
    "That is e times x": number(exp="math.e * self.data"),
    "That is the absolute": number(relu="abs(self.data)"),
    "That is 0 above 0 and x below": number(relu="min(self.data, 0.0)"),
    "That is relu's slope": number(relu="1.0 if self.data > 0 else 0.0"),
    "That lets negative": number(relu="self.data"),
    "That is σ(−x)": number(sigmoid="1 / (1 + math.exp(self.data))"),
    "That is tanh": number(sigmoid="math.tanh(self.data)"),
    "That is exp(−x)": number(sigmoid="math.exp(-self.data)"),
    "That is 1 / 1 + exp": number(sigmoid="1 / 1 + math.exp(-self.data)"),
    "The inputs are not": without(INPUTS, "()"),
    "The name of the": without(NAME, '""'),
}
LOCAL = {
    "The factors are swapped": slope(mul="(self.data, other.data)"),
    "These are the slopes of a sum": slope(mul="(1.0, 1.0)"),
    "A sum's slopes don't": slope(add="(self.data, other.data)"),
    "A factor is lost.": slope(pow="(self.data ** (n - 1),)"),
    "The power is not lowered": slope(pow="(n * self.data**n,)"),
    "That is a slope along": slope(
        pow="(n * self.data ** (n - 1), abs(self.data) ** n * math.log(abs(self.data)))"
    ),
    "That is sin itself": slope(sin="(math.sin(self.data),)"),
    "A sign is off.": slope(sin="(-math.cos(self.data),)"),
    "The rule for powers": slope(exp="(self.data * math.exp(self.data - 1),)"),
    "That is right above 0": slope(relu="(1.0,)"),
    "That is relu itself": slope(relu="(max(self.data, 0.0),)"),
    "Right everywhere but at 0": slope(relu="(float(self.data >= 0),)"),
    "That is the slope of the abs": slope(relu="(np.sign(self.data),)"),
    "That is σ itself": slope(sigmoid=f"({S},)"),
    "That is 1 − σ": slope(sigmoid=f"(1 - {S},)"),
    "That is a(1 − a)": slope(sigmoid="(self.data * (1 - self.data),)"),
    "All signs are opposite": slope(sigmoid=f"(({S}) ** 2 - {S},)"),
    "That is σ²": slope(sigmoid=f"(({S}) ** 2,)"),
    "No slopes are kept": [
        slope(mul="()"),
        slope(pow="()"),
        slope(sin="()", exp="()"),
        slope(relu="()"),
        slope(sigmoid="()"),
    ],
    "That is a plain number": [
        slope(pow="n * self.data ** (n - 1)"),
        slope(sin="math.cos(self.data)", exp="math.exp(self.data)"),
        slope(relu="float(self.data > 0)"),
        slope(sigmoid=f"{S} - ({S}) ** 2"),
    ],
}
OFF_AT = 'It was off in each case drawn where op is "{}", and in no other.'

ANSWERS["Value"] = Answers(
    decider=is_a_value,
    right=[
        value(),
        value(
            pow='Value(pow(self.data, n), "", "**" + str(n), [self], '
            "[n * self.data**n / self.data])",
            sin='Value(np.sin(self.data), "", "sin", [self], [np.cos(self.data)])',
            exp='Value(np.exp(self.data), "", "exp", [self], [np.exp(self.data)])',
            relu='Value(self.data * (self.data > 0), "", "relu", [self], '
            "[0 if self.data <= 0 else 1])",
            sigmoid="Value(np.exp(self.data) / (1 + np.exp(self.data)), "
            'op="sigmoid", inputs=[self], slopes=np.array([np.exp(-self.data) / '
            "(1 + np.exp(-self.data)) ** 2]))",
        ),
        value(
            mul='Value(self.data * other.data, op="*", inputs=(self, other), '
            "slopes=np.array([other.data, self.data]))",
            relu='Value(self.data if self.data > 0 else 0, op="relu", '
            "inputs=(self,), slopes=(1.0 if self.data > 0 else 0.0,))",
            sigmoid='Value(0.5 + 0.5 * math.tanh(self.data / 2), "", "sigmoid", '
            "(self,), (0.25 * (1 - math.tanh(self.data / 2) ** 2),))",
        ),
    ],
    wrong=[
        number(mul="self.data - other.data"),
        number(mul="self.data / other.data"),
        value(mul="self.data * other.data"),
        keeping(INPUTS, mul="(other, self)"),
        keeping(NAME, sin='"cos"'),
        number(exp="2.718 ** self.data"),
        number(relu="max(1.0, self.data)"),
        number(sigmoid="self.data / (1 + math.exp(-self.data))"),
        number(pow="self.data * self.data"),
        value(exp="None"),
        number(relu="math.sqrt(self.data)"),
        slope(mul="other.data"),
        slope(pow="((n - 1) * self.data**n,)"),
        slope(sin="(np.cos(np.radians(self.data)),)"),
        slope(relu="(0.5 * (np.sign(self.data) + 1),)"),
        slope(sigmoid="(np.exp(-self.data) / (1 + np.exp(-self.data)),)"),
        slope(add="(1, -1)"),
        slope(sigmoid="None"),
        slope(relu="np.maximum(self.data, 1)"),
        slope(pow='"n x^(n-1)"'),
        slope(pow="(self,)"),
        slope(sigmoid=f"({S} * (1 + {S}),)"),
    ],
    told={
        number(pow="self.data ** (n - 1)"): "",
        number(relu="max(0.0, -self.data)"): (
            "It was right in each case drawn where a is 0, and in no other."
        ),
        number(sin="math.sin(self.data) * self.data"): OFF_AT.format("sin"),
        keeping(INPUTS, mul="(self.data, other.data)"): "",
        slope(
            sigmoid="((2 + np.exp(-self.data)) / (1 + np.exp(-self.data)) ** 2,)"
        ): "Every entry is too large.",
        slope(exp="(self.data * np.exp(self.data),)"): (
            "On the cases that are off, every entry is `a` times the right one."
        ),
        slope(relu="(0.0 if self.data > 0 else 1.0,)"): "",
        slope(sin="(-np.sin(self.data),)"): OFF_AT.format("sin"),
        slope(pow="(n * (n - 1) * self.data ** (n - 2),)"): "",
        slope(pow="(n * self.data**n - 1,)"): "",
        slope(sin="(np.cos(self.data) * self.data,)"): (
            "On the cases that are off, every entry is `a` times the right one."
        ),
        slope(sigmoid=f"({S} * (1 - {S}) / 2,)"): (
            "Every entry is 1/2 of the right one."
        ),
        slope(mul="(self.data * other.data, self.data * other.data)"): (
            'It was right in each case drawn of "a sum", and in no other.'
        ),
        slope(add="(1,)"): (
            'It was off in each case drawn of "a sum", and in no other.'
        ),
    },
    mistakes=FORWARD | LOCAL,
)

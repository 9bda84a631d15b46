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
    "Your product is a sum.": number(mul="self.data + other.data"),
    "Your power is a product": number(pow="self.data * n"),
    "You swapped base and exponent": number(pow="float(n) ** self.data"),
    "Your power is right where n is 2, 3": [
        number(pow="math.prod([self.data] * n)"),
        number(pow="self.data * math.prod(self.data for _ in range(1, int(n)))"),
        slope(pow="(n * math.prod([self.data] * int(n - 1)),)"),
    ],
    "Your sine takes the angle": number(sin="math.sin(math.radians(self.data))"),
    "Your sine is a cosine.": number(sin="math.cos(self.data)"),
    "Your exp is 10 to the power": number(exp="10**self.data"),
    "Your exp is e times x": number(exp="math.e * self.data"),
    "Your relu is the absolute": number(relu="abs(self.data)"),
    "Your relu is 0 above 0 and x below": number(relu="min(self.data, 0.0)"),
    "You gave relu's slope": number(relu="1.0 if self.data > 0 else 0.0"),
    "Your relu lets negative": number(relu="self.data"),
    "Your result is σ(−x)": number(sigmoid="1 / (1 + math.exp(self.data))"),
    "Your result is tanh": number(sigmoid="math.tanh(self.data)"),
    "Your result is exp(−x)": number(sigmoid="math.exp(-self.data)"),
    "Your result is 1 / 1 + exp": number(sigmoid="1 / 1 + math.exp(-self.data)"),
    "Your result doesn't keep its inputs": without(INPUTS, "()"),
    "Your result doesn't keep the name": without(NAME, '""'),
}
LOCAL = {
    "You swapped the factors": slope(mul="(self.data, other.data)"),
    "You gave the slopes of a sum": slope(mul="(1.0, 1.0)"),
    "Your slopes of a sum": slope(add="(self.data, other.data)"),
    "You lost a factor.": slope(pow="(self.data ** (n - 1),)"),
    "You didn't lower the power": slope(pow="(n * self.data**n,)"),
    "You keep a slope along": slope(
        pow="(n * self.data ** (n - 1), abs(self.data) ** n * math.log(abs(self.data)))"
    ),
    "Your slope is the sine itself": slope(sin="(math.sin(self.data),)"),
    "Your slope has the wrong sign.": slope(sin="(-math.cos(self.data),)"),
    "You used the rule for powers": slope(exp="(self.data * math.exp(self.data - 1),)"),
    "Your slope is right above 0": slope(relu="(1.0,)"),
    "Your slope is relu itself": slope(relu="(max(self.data, 0.0),)"),
    "Your slope is right everywhere but at 0": slope(relu="(float(self.data >= 0),)"),
    "Your slope is that of the abs": slope(relu="(np.sign(self.data),)"),
    "Your slope is σ itself": slope(sigmoid=f"({S},)"),
    "Your slope is 1 − σ": slope(sigmoid=f"(1 - {S},)"),
    "Your slope is a(1 − a)": slope(sigmoid="(self.data * (1 - self.data),)"),
    "Your slope has the opposite sign": slope(sigmoid=f"(({S}) ** 2 - {S},)"),
    "Your slope is σ²": slope(sigmoid=f"(({S}) ** 2,)"),
    "Your result doesn't keep its slopes": [
        slope(mul="()"),
        slope(pow="()"),
        slope(sin="()", exp="()"),
        slope(relu="()"),
        slope(sigmoid="()"),
    ],
    "You keep a plain number": [
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

"""An engine as students write it, and its lines written otherwise."""

from textwrap import indent

VALUE = """
class Value:
    def __init__(self, data, label="", op="", inputs=(), slopes=()):
        self.data, self.grad = float(data), 0.0
        self.label, self.op = label, op
        self.inputs, self.slopes = inputs, slopes

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, "", "+", (self, other), (1.0, 1.0))

    __radd__ = __add__

    def __rmul__(self, other):
        return Value(other) * self

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return Value(other) + -self

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return {mul}

    def __pow__(self, n):
        return {power}

    def sin(self):
        return {sin}

    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.data))
        return {sigmoid}
"""
KEPT = {
    "mul": ('self.data * other.data, "", "*"', "(self, other)"),
    "power": ('self.data**n, "", "**"', "(self,)"),
    "sin": ('math.sin(self.data), "", "sin"', "(self,)"),
    "sigmoid": ('s, "", "sigmoid"', "(self,)"),
}
SLOPES = {
    "mul": "(other.data, self.data)",
    "power": "(n * self.data ** (n - 1),)",
    "sin": "(math.cos(self.data),)",
    "sigmoid": "(s - s * s,)",
}


def value(**changed):
    """The class, the results of some operations written otherwise."""
    right = {
        name: f"Value({made}, {inputs}, {SLOPES[name]})"
        for name, (made, inputs) in KEPT.items()
    }
    return VALUE.format(**{**right, **changed})


def keeping(name, slopes, inputs=None):
    """The class, one operation with other slopes or other inputs."""
    made, usual = KEPT[name]
    return value(**{name: f"Value({made}, {inputs or usual}, {slopes})"})


ORDER = """
order, seen, stack = [], set(), [root]
while stack:
    node = stack[-1]
    waiting = [x for x in node.inputs if x not in seen]
    if waiting and node not in seen:
        stack.append(waiting[0])
    else:
        stack.pop()
        if node not in seen:
            seen.add(node)
            order.insert(0, node)
return order"""
RECURSIVE = """
order, seen = [], set()
def visit(node):
    if node not in seen:
        seen.add(node)
        for x in node.inputs:
            visit(x)
        order.append(node)
visit(root)
return order[::-1]"""


def passing(
    start="root.grad = 1.0",
    order="topo_order(root)",
    slopes="node.slopes",
    line="x.grad += slope * node.grad",
):
    """The lines of backward, one of them written otherwise."""
    return f"""
{start}
for node in {order}:
    for x, slope in zip(node.inputs, {slopes}):
        {line}"""


def defined(call, lines):
    """A function of these lines."""
    return f"\ndef {call}:{indent(lines, '    ')}\n"


ENGINE = value() + defined("topo_order(root)", ORDER)
WITH_BACKWARD = ENGINE + defined("backward(root)", passing())

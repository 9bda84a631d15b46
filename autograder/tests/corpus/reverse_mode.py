"""Answers to 2-autodiff/03_reverse_mode as students write them, by question.

RIGHT: other right answers than the notebook's own. WRONG: plausible answers that no
catalogued mistake explains. MISTAKES: for each mistake of the bank, in its order, the
code that makes it. All are cells of source; the set-up cell has been run before them.
"""

RIGHT = {}
WRONG = {}
MISTAKES = {}

HEAD = """
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
MADE = {
    "mul": 'Value(self.data * other.data, "", "*", (self, other), '
    "(other.data, self.data))",
    "power": 'Value(self.data**n, "", "**", (self,), (n * self.data ** (n - 1),))',
    "sin": 'Value(np.sin(self.data), "", "sin", (self,), (np.cos(self.data),))',
    "sigmoid": 'Value(s, "", "sigmoid", (self,), (s - s * s,))',
}


def value(**changed):
    """The class with some operations written otherwise."""
    return HEAD.format(**{**MADE, **changed})


RIGHT["Value"] = [
    value(),
    value(
        power='Value(math.pow(self.data, n), "", "pow", [self], '
        "[n * math.pow(self.data, n - 1)])",
        sigmoid='Value(0.5 + 0.5 * math.tanh(self.data / 2), "", "s", (self,), '
        "(math.exp(-self.data) * s**2,))",
    ),
    value(
        mul='Value(self.data * other.data, op="*", inputs=(self, other), '
        "slopes=np.array([other.data, self.data]))"
    ),
]
WRONG["Value"] = [
    value(sin='Value(math.sin(math.radians(self.data)), "", "sin", (self,), (1.0,))'),
    value(mul="self.data * other.data"),
    value(
        mul='Value(self.data * other.data, "", "*", (other, self), '
        "(other.data, self.data))"
    ),
    value(power='Value(self.data * n, "", "**", (self,), (n * self.data,))'),
    value(power='Value(self.data**n, "", "**", (self,), n * self.data ** (n - 1))'),
    value(sigmoid='Value(s, "", "s", (self,), (s * (1 + s),))'),
    value(sigmoid="None"),
]
NO_INPUTS = {
    "mul": 'Value(self.data * other.data, "", "*", (), (other.data, self.data))',
    "power": 'Value(self.data**n, "", "**", (), (n * self.data ** (n - 1),))',
    "sin": 'Value(math.sin(self.data), "", "sin", (), (math.cos(self.data),))',
    "sigmoid": 'Value(s, "", "sigmoid", (), (s - s * s,))',
}
NO_SLOPES = {
    "mul": 'Value(self.data * other.data, "", "*", (self, other))',
    "power": 'Value(self.data**n, "", "**", (self,))',
    "sin": 'Value(math.sin(self.data), "", "sin", (self,))',
    "sigmoid": 'Value(s, "", "sigmoid", (self,))',
}


def slope(name, text):
    return value(**{name: f"{NO_SLOPES[name][:-1]}, {text})"})


def forgotten(name):
    return [value(**{name: NO_INPUTS[name]}), value(**{name: NO_SLOPES[name]})]


MISTAKES["Value"] = [
    slope("mul", "(self.data, other.data)"),
    slope("mul", "(1.0, 1.0)"),
    *forgotten("mul"),
    slope("power", "(self.data ** (n - 1),)"),
    slope("power", "(n * self.data**n,)"),
    *forgotten("power"),
    slope("sin", "(math.sin(self.data),)"),
    slope("sin", "(-math.cos(self.data),)"),
    *forgotten("sin"),
    slope("sigmoid", "(s,)"),
    slope("sigmoid", "(1 - s,)"),
    *forgotten("sigmoid"),
]

OWN = 'p, q, r = numbers("turns_by_hand", STUDENT).values()\n'


def turns(order, breadth, every):
    """Three numbers, written as formulas in p, q and r."""
    return f"{OWN}turns_by_hand = ({order}, {breadth}, {every})"


GOOD = "p + p * q * r", "p", "2 * p + p * q * r"
RIGHT["turns_by_hand"] = [
    OWN + "a = 1 + q * r\nturns_by_hand = [p * a, p * 1, p * 1 + p * a]",
    OWN + "turns_by_hand = np.array([q * r + 1.0, 1, q * r + 2]) * p",
]
WRONG["turns_by_hand"] = [
    turns("p * q * r", "p * q * r", "p * q * r"),
    turns("p + q * r", "p", "2 * p + q * r"),
    turns("1 + q * r", "1", "2 + q * r"),
    turns("p", "p + p * q * r", "2 * p + p * q * r"),
    OWN + "turns_by_hand = p + p * q * r",
    OWN + "turns_by_hand = (p + p * q * r, p)",
    OWN + 'turns_by_hand = ("y c b a", "y a c b", "y a c b a")',
    "turns_by_hand = (..., ..., ...)",
]
MISTAKES["turns_by_hand"] = [
    turns(GOOD[0], GOOD[0], GOOD[2]),
    turns(GOOD[0], GOOD[1], GOOD[0]),
    turns(GOOD[0], GOOD[0], GOOD[0]),
    turns(GOOD[0], GOOD[1], "2 * (p + p * q * r)"),
    turns("p * q * r", GOOD[1], GOOD[2]),
]

RIGHT["defeats_breadth_first"] = [
    """
def defeats_breadth_first(x):
    a = x * x
    b = a + 1
    c = b * b
    return c - a""",
    """
def defeats_breadth_first(x):
    early = 3 * x
    late = early
    for _ in range(4):
        late = late * 2 + 1
    return late * early""",
]
WRONG["defeats_breadth_first"] = [
    """
def defeats_breadth_first(x):
    return 2 * x + 3""",
    """
def defeats_breadth_first(x):
    a = 2 * x
    return a.data + a.data""",
    """
def defeats_breadth_first(x):
    a = 2 * 3
    return a + a""",
    """
def defeats_breadth_first(x):
    a = 0 * x
    b = a + 1
    c = b * 0
    return c * 0 + a * 0""",
    """
def defeats_breadth_first(x):
    x.data = 3.0
    a = x + x
    return a * a""",
    """
def defeats_breadth_first(x):
    a = 2 * x
    a + 3 * (3 * a)""",
]
MISTAKES["defeats_breadth_first"] = [
    """
def defeats_breadth_first(x):
    return x * x * x + x""",
    """
def defeats_breadth_first(x):
    a = x * x
    return a * a""",
    """
def defeats_breadth_first(x):
    a = x + 1
    return (a * a) + a""",
    """
def defeats_breadth_first(x):
    return x + (x + (x + (x * x)))""",
    """
def defeats_breadth_first(x):
    a = x * 3
    return a * 2 + a * 5""",
    """
def defeats_breadth_first(x):
    a = 2 * x
    b = 3 * a
    return a + b""",
]

TOPO = """
def topo_order(root):
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
    return order
"""
RIGHT["topo_order"] = [
    TOPO,
    """
def topo_order(root):
    users, found, todo = {root: 0}, [root], [root]
    while todo:
        node = todo.pop()
        for x in node.inputs:
            if x not in users:
                users[x] = 0
                todo.append(x)
            users[x] += 1
    order, ready = [], [root]
    while ready:
        node = ready.pop(0)
        order.append(node)
        for x in node.inputs:
            users[x] -= 1
            if users[x] == 0:
                ready.append(x)
    return order""",
    """
def topo_order(root):
    depth, level = {}, [root]
    order, seen, stack = [], {}, [(root, iter(root.inputs))]
    seen[root] = True
    while stack:
        node, rest = stack[-1]
        for x in rest:
            if x not in seen:
                seen[x] = True
                stack.append((x, iter(x.inputs)))
                break
        else:
            stack.pop()
            order.append(node)
    order.reverse()
    return tuple(order)""",
]
WRONG["topo_order"] = [
    """
def topo_order(root):
    return [root, *root.inputs]""",
    """
def topo_order(root):
    order = []
    def visit(node):
        for x in node.inputs:
            if x not in order:
                visit(x)
        order.insert(0, node)
    visit(root)
    return order[:-1]""",
    """
def topo_order(root):
    order, todo = [], [root]
    while todo:
        node = todo.pop(0)
        order.append(node.data)
        todo.extend(node.inputs)
    return order""",
    """
def topo_order(root):
    order = []
    for node in topo_order.nodes:
        order.append(node)
    return order""",
    """
def topo_order(root):
    seen = set()
    def visit(node):
        if node not in seen:
            seen.add(node)
            for x in node.inputs:
                visit(x)
    visit(root)
    return seen""",
    """
def topo_order(root):
    order = []
    def visit(node):
        if node not in order:
            for x in node.inputs:
                visit(x)
            order.append(node)
    visit(root)
    print(order[::-1])""",
]
RECURSIVE = """
def topo_order(root):
    order, seen = [], set()
    def visit(node):
        if node not in seen:
            seen.add(node)
            for x in node.inputs:
                visit(x)
            order.append(node)
    visit(root)
    return order[::-1]
"""
ANEW = """
def topo_order(root):
    order, stack = [], [root]
    while stack:
        node = stack.pop()
        if node in order:
            order.remove(node)
        order.append(node)
        stack.extend(node.inputs)
    return order
"""
MISTAKES["topo_order"] = [
    RECURSIVE.replace("[::-1]", ""),
    """
def topo_order(root):
    order, queue = [], [root]
    while queue:
        node = queue.pop(0)
        if node not in order:
            order.append(node)
            queue.extend(node.inputs)
    return order""",
    """
def topo_order(root):
    order, seen, stack = [], set(), [root]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            stack.extend(node.inputs)
    return order""",
    """
def topo_order(root):
    order, seen = [], set()
    def visit(node):
        if node not in seen and node.inputs:
            seen.add(node)
            for x in node.inputs:
                visit(x)
            order.append(node)
    visit(root)
    return order[::-1]""",
    """
def topo_order(root):
    order, seen, stack = [], {root}, [root]
    while stack:
        node = stack.pop()
        order.append(node)
        for x in node.inputs:
            if x not in seen:
                seen.add(x)
                stack.append(x)
    return order""",
    """
def topo_order(root):
    order = []
    def visit(node):
        order.append(node)
        for x in node.inputs:
            visit(x)
    visit(root)
    return order""",
    RECURSIVE,
    """
def topo_order(root):
    order, stack = [], [(root, False)]
    while stack:
        node, done = stack.pop()
        if done and node not in order:
            order.append(node)
        elif not done:
            stack.append((node, True))
            stack.extend((x, False) for x in node.inputs)
    return order[::-1]""",
]

ENGINE = value() + TOPO.replace("order.insert(0, node)", "order.append(node)").replace(
    "return order", "return order[::-1]"
)
RIGHT["backward"] = [
    ENGINE
    + """
def backward(root):
    grads = {root: 1.0}
    for node in topo_order(root):
        node.grad = grads[node]
        for i in range(len(node.inputs)):
            x = node.inputs[i]
            grads[x] = grads.get(x, 0) + node.slopes[i] * node.grad""",
    ENGINE
    + """
def backward(root):
    order = topo_order(root)
    for node in order:
        node.grad = 1.0 if node is root else 0.0
    for node in order:
        for x, slope in zip(node.inputs, node.slopes):
            x.grad = x.grad + slope * node.grad""",
]
WRONG["backward"] = [
    ENGINE
    + """
def backward(root):
    root.grad = 2.0
    for node in topo_order(root):
        for x, slope in zip(node.inputs, node.slopes):
            x.grad += slope * node.grad""",
    ENGINE
    + """
def backward(root):
    root.grad = 1.0
    for node in topo_order(root):
        for x, slope in zip(node.inputs, node.slopes):
            x.grad -= slope * node.grad""",
    ENGINE
    + """
def backward(root):
    root.grad = 1.0
    for node in topo_order(root):
        for x, slope in zip(node.inputs, node.slopes[::-1]):
            x.grad += slope * node.grad""",
    ENGINE
    + """
def backward(root):
    root.grad = 1.0
    for node in topo_order(root):
        for x, slope in zip(node.inputs, node.slopes):
            x.grad += slope * node.grad
        return root.grad""",
    ENGINE
    + """
def backward(root):
    root.grad = 1.0
    for node in topo_order(root)[1:]:
        for x, slope in zip(node.inputs, node.slopes):
            x.grad += slope * node.grad""",
    ENGINE
    + """
def backward(root):
    root.grad = 1.0
    for node in topo_order(root):
        for x, slope in zip(node.inputs, node.slopes):
            x.gradient = slope * node.gradient""",
]
WALKING = """
def backward(root):
    root.grad = 1.0
    for node in walk(root):
        for x, slope in zip(node.inputs, node.slopes):
            x.grad += slope * node.grad
"""
MISTAKES["backward"] = [
    ENGINE + "walk = topo_order" + WALKING.replace("root.grad = 1.0", "pass"),
    ENGINE + "walk = lambda root: topo_order(root)[::-1]" + WALKING,
    ENGINE
    + """
def walk(root):
    order = [root]
    for node in order:
        order.extend(x for x in dict.fromkeys(node.inputs) if x not in order)
    return order
"""
    + WALKING,
    ENGINE
    + """
def backward(root):
    seen = set()
    def visit(node):
        if node in seen:
            return
        seen.add(node)
        for x, slope in zip(node.inputs, node.slopes):
            x.grad += slope * node.grad
        for x in node.inputs:
            visit(x)
    root.grad = 1.0
    visit(root)""",
    ENGINE
    + """
def backward(root):
    def visit(node):
        for x, slope in zip(node.inputs, node.slopes):
            x.grad += slope * node.grad
        for x in node.inputs:
            visit(x)
    root.grad = 1.0
    visit(root)""",
    ENGINE + "walk = topo_order" + WALKING.replace("slope * node.grad", "slope"),
    ENGINE + "walk = topo_order" + WALKING.replace("slope * node.grad", "node.grad"),
    ENGINE + "walk = topo_order" + WALKING.replace("+=", "="),
    value() + RECURSIVE + "walk = topo_order" + WALKING,
    ENGINE
    + """
def backward(root):
    todo = [(root, 1.0)]
    while todo:
        node, share = todo.pop()
        node.grad += share
        for x, slope in zip(node.inputs, node.slopes):
            todo.append((x, share * slope))""",
]

ENGINE += "walk = topo_order" + WALKING
RIGHT["accumulate"] = [
    ENGINE
    + """
def accumulate(root):
    order = topo_order(root)
    grads = dict.fromkeys(order, 0.0)
    grads[root] = 1.0
    for node in order:
        for x, slope in zip(node.inputs, node.slopes):
            grads[x] += grads[node] * slope
        if not node.inputs:
            node.grad += grads[node]""",
    ENGINE
    + """
def accumulate(root):
    kept = [(n, n.grad) for n in topo_order(root) if not n.inputs]
    for node in topo_order(root):
        node.grad = 0.0
    backward(root)
    for node, grad in kept:
        node.grad += grad""",
]
WRONG["accumulate"] = [
    ENGINE
    + """
def accumulate(root):
    backward(root)
    backward(root)""",
    ENGINE
    + """
def accumulate(root):
    for node in topo_order(root):
        if not node.inputs:
            node.grad = 0.0
    backward(root)""",
    ENGINE
    + """
def accumulate(root):
    backward(root)
    for node in topo_order(root):
        if node.inputs:
            node.grad = 1.0""",
    ENGINE
    + """
def accumulate(root):
    for x in root.inputs:
        x.grad = 0.0
    backward(root)""",
    ENGINE
    + """
def accumulate(root):
    return 2 * root.grad""",
    ENGINE
    + """
def accumulate(root):
    for node in topo_order(root):
        node.grad = node.grad / 2
    backward(root)""",
]
ANOTHER = """
def accumulate(root):
    for node in topo_order(root):
        node.grad = 0.0
    backward(root)
"""
MISTAKES["accumulate"] = [
    ENGINE + ANOTHER,
    ENGINE
    + """
def accumulate(root):
    deep = any(x.inputs for x in root.inputs)
    for node in topo_order(root):
        if deep or node.inputs:
            node.grad = 0.0
    backward(root)""",
    ENGINE
    + """
def accumulate(root):
    backward(root)""",
    ENGINE.replace("root.grad = 1.0", "root.grad += 1.0")
    + """
def accumulate(root):
    if len(topo_order(root)) <= 3 and root.inputs[0] is not root.inputs[-1]:
        root.grad = 0.0
    backward(root)""",
]

RIGHT["zero_grad"] = [
    """
def zero_grad(values):
    for i in range(len(values)):
        values[i].grad = 0""",
    """
def zero_grad(values):
    [setattr(v, "grad", 0.0) for v in values]""",
]
WRONG["zero_grad"] = [
    """
def zero_grad(values):
    for value in values:
        value.grad = None""",
    """
def zero_grad(values):
    for value in values:
        value.grad = 1.0""",
    """
def zero_grad(values):
    for value in values[1:]:
        value.grad = 0.0""",
    """
def zero_grad(values):
    values.grad = 0.0""",
    """
def zero_grad(values):
    for value in values:
        value.grad -= 1.0""",
]
MISTAKES["zero_grad"] = [
    """
def zero_grad(values):
    for value in values:
        grad = value.grad
        grad = 0.0""",
    """
def zero_grad(values):
    for value in values:
        value.grad = 0.0
        return values""",
    """
def zero_grad(values):
    for value in values:
        value.data = 0.0""",
    """
def zero_grad(values):
    for value in values:
        value.data = value.grad = 0.0""",
]

RIGHT["count_paths"] = [
    ENGINE
    + """
def count_paths(root, x):
    ways = dict.fromkeys(topo_order(root), 0)
    ways[root] = 1
    for node in ways:
        for below in node.inputs:
            ways[below] += ways[node]
    return ways[x]""",
    ENGINE
    + """
def count_paths(root, x):
    below = {x: 1}
    for node in reversed(topo_order(root)):
        if node is not x:
            below[node] = sum(below[i] for i in node.inputs)
    return float(below[root])""",
]
WRONG["count_paths"] = [
    ENGINE
    + """
def count_paths(root, x):
    return len(topo_order(root))""",
    ENGINE
    + """
def count_paths(root, x):
    return sum(len(node.inputs) for node in topo_order(root))""",
    ENGINE
    + """
def count_paths(root, x):
    ways = dict.fromkeys(topo_order(root), 1)
    for node in ways:
        for below in node.inputs:
            ways[below] += ways[node]
    return ways[x]""",
    ENGINE
    + """
def count_paths(root, x):
    backward(root)
    return x.grad""",
    ENGINE
    + """
def count_paths(root, x):
    ways = dict.fromkeys(topo_order(root), 0)
    ways[root] = 1
    for node in ways:
        for below in node.inputs:
            ways[below] += ways[node]
    return ways""",
    ENGINE
    + """
def count_paths(root, x):
    ways = dict.fromkeys(topo_order(root), 0)
    ways[root] = 1
    for node in ways:
        for below in node.inputs:
            ways[below] = ways[node]
    return ways[x]""",
]
MISTAKES["count_paths"] = [
    ENGINE
    + """
def count_paths(root, x):
    ways = dict.fromkeys(topo_order(root), 0)
    ways[root] = 1
    for node in ways:
        for below in set(node.inputs):
            ways[below] += ways[node]
    return ways[x]""",
    ENGINE
    + """
def count_paths(root, x):
    return sum(n is x for node in topo_order(root) for n in node.inputs)""",
    ENGINE
    + """
def count_paths(root, x):
    length = dict.fromkeys(topo_order(root), 0)
    for node in length:
        for below in node.inputs:
            length[below] = max(length[below], length[node] + 1)
    return length[x]""",
    ENGINE
    + """
def count_paths(root, x):
    return int(x in topo_order(root))""",
    ENGINE
    + """
def count_paths(root, x):
    if root is x:
        return 1
    return sum(count_paths(node, x) for node in root.inputs)""",
]

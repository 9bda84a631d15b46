"""Probes of 1-derivatives/02_graphs_by_hand: one operation of a student's Node."""

OPERATE = {
    "+": lambda a, b: a + b,
    "*": lambda a, b: a * b,
    "**": lambda a, b: a**b,
    "sin": lambda a, b: a.sin(),
    "exp": lambda a, b: a.exp(),
    "relu": lambda a, b: a.relu(),
    "sigmoid": lambda a, b: a.sigmoid(),
}


def recorded(student, op, a, b):
    """[number, 1 if the name is right, 1 if the inputs are] of a Node's operation."""
    first = student.Node(a)
    if not isinstance(student.Node, type):
        raise Exception("Node is a class no longer. Did another cell take its name?")
    second = student.Node(b) if op in "+*" else b
    y = OPERATE[op](first, second)
    if y is None:
        raise Exception(f"{op} returned None. Is a return missing?")
    if not isinstance(y, student.Node):
        raise Exception(f"{op} returned a {type(y).__name__}. Return a Node.")
    name = f"**{b}" if op == "**" else op
    operands = [first, second] if op in "+*" else [first]
    kept = isinstance(y.inputs, (tuple, list)) and len(y.inputs) == len(operands)
    kept = kept and all(x is z for x, z in zip(y.inputs, operands, strict=True))
    return [float(y.data), float(y.op == name), float(kept)]

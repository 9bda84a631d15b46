"""A topological order."""

from corpus.answers import Answers
from corpus.reverse_mode.engine import ORDER, RECURSIVE
from corpus.reverse_mode.programs import any_program, on_tape

ANSWERS = {}


def topo_order(student, rng):
    """Every node behind the end once, each before its inputs."""
    tape = on_tape(any_program(rng), rng)
    order = student.topo_order(tape[-1])
    place = {node: i for i, node in enumerate(order)}
    behind = {tape[-1]}
    for node in tape[::-1]:
        behind |= set(node._inputs) if node in behind else set()
    return (
        len(order) == len(place)
        and set(place) == behind
        and all(place[n] < place[z] for n in place for z in n._inputs)
    )


ANSWERS["topo_order"] = Answers(
    args="root",
    decider=topo_order,
    right=[
        ORDER,
        """
users, todo = {root: 0}, [root]
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
order, seen, stack = [], {root: True}, [(root, iter(root.inputs))]
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
    ],
    wrong=[
        "[root, *root.inputs]",
        """
order = []
def visit(node):
    for x in node.inputs:
        if x not in order:
            visit(x)
    order.insert(0, node)
visit(root)
return order[:-1]""",
        """
order, todo = [], [root]
while todo:
    node = todo.pop(0)
    order.append(node.data)
    todo.extend(node.inputs)
return order""",
        """
order = []
for node in topo_order.nodes:
    order.append(node)
return order""",
        """
seen = set()
def visit(node):
    if node not in seen:
        seen.add(node)
        for x in node.inputs:
            visit(x)
visit(root)
return seen""",
        RECURSIVE.replace("return order", "print(order") + ")",
    ],
    told={
        """
order = []
def visit(node):
    for x in node.inputs:
        visit(x)
        order.append(x)
visit(root)
return order[::-1]""": "missing: ",
        "sorted([root, *root.inputs], key=lambda node: node.data)": "missing: ",
    },
    mistakes={
        "Your list has the nodes in the order": RECURSIVE.replace("[::-1]", ""),
        "Your order is that of breadth-first": """
order, queue = [], [root]
while queue:
    node = queue.pop(0)
    if node not in order:
        order.append(node)
        queue.extend(node.inputs)
return order""",
        "Your order is preorder": """
order, seen, stack = [], set(), [root]
while stack:
    node = stack.pop()
    if node not in seen:
        seen.add(node)
        order.append(node)
        stack.extend(node.inputs)
return order""",
        "Your list lacks the leaves": RECURSIVE.replace(
            "in seen:", "in seen and node.inputs:"
        ),
        "Your list has every node once, yet": """
order, seen, stack = [], {root}, [root]
while stack:
    node = stack.pop()
    order.append(node)
    for x in node.inputs:
        if x not in seen:
            seen.add(x)
            stack.append(x)
return order""",
        "Your list has some nodes once for each path": """
order = []
def visit(node):
    order.append(node)
    for x in node.inputs:
        visit(x)
visit(root)
return order""",
        "Your steps down are calls": RECURSIVE,
        "You walk each path down anew": """
order, stack = [], [(root, False)]
while stack:
    node, done = stack.pop()
    if done and node not in order:
        order.append(node)
    elif not done:
        stack.append((node, True))
        stack.extend((x, False) for x in node.inputs)
return order[::-1]""",
    },
)

"""The walk back through graphs of arrays."""

from corpus.answers import Answers
from corpus.tensors.random_graphs import pull_back

FIT = """
def fitted(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            g = g.sum(axis=i, keepdims=True)
    return g
"""


def walk(start="g", share="fitted(share, x.data.shape)", join="grads[x] + share"):
    return f"""
grads = {{root: {start}}}
for node in consumers_first(root):
    if node.rule:
        for x, share in zip(node.inputs, node.rule(grads[node])):
            share = {share}
            grads[x] = {join} if x in grads else share
return grads"""


IN_PLACE = walk().replace(
    "grads[x] = grads[x] + share if x in grads else share",
    "if x in grads:\n                grads[x] += share\n"
    "            else:\n                grads[x] = share",
)

ANSWERS = {}

ANSWERS["pull_back"] = Answers(
    args="root, g",
    above=FIT,
    decider=pull_back,
    right=[
        """
from collections import defaultdict
grads = defaultdict(float)
grads[root] = g
for node in consumers_first(root):
    if not node.inputs:
        continue
    for x, share in zip(node.inputs, node.rule(grads[node])):
        grads[x] = grads[x] + fitted(share, x.data.shape)
return grads""",
        """
order, seen = [], set()

def visit(node):
    if node not in seen:
        seen.add(node)
        for x in node.inputs:
            visit(x)
        order.append(node)

visit(root)
grads = {node: np.zeros(node.data.shape) for node in order}
grads[root] = np.array(g)
for node in reversed(order):
    if node.rule is not None:
        shares = node.rule(grads[node])
        for i in range(len(shares)):
            grads[node.inputs[i]] += fitted(shares[i], node.inputs[i].data.shape)
return grads""",
    ],
    wrong=[
        walk() + "[root]",
        walk().replace("return grads", "root.grads = grads"),
        walk().replace("consumers_first(root)", "reversed(consumers_first(root))"),
        walk(join="grads[x] - share"),
        walk(share="share.sum(axis=0)"),
        walk(share="fitted(share, x.data.shape) / 2"),
        walk().replace("return grads", "return list(grads.values())"),
        """
grads, waiting = {root: g}, [root]
while waiting:
    node = waiting.pop(0)
    for x, share in zip(node.inputs, node.rule(grads[node]) if node.rule else ()):
        grads[x] = grads.get(x, 0) + fitted(share, x.data.shape)
        waiting.append(x)
return grads""",
    ],
    told={
        walk(share="-fitted(share, x.data.shape)"): "",
        walk(share="fitted(share, x.data.shape) / len(node.inputs)"): "",
        walk(start="2 * g"): "Every entry is 2 times the right one.",
        walk().replace("return grads", "return {x: grads[x].ravel() for x in grads}"): (
            "It is the right result, flattened."
        ),
    },
    mistakes={
        "A tensor that is used twice keeps one share": walk(join="share"),
        "Two tensors may hold the same array": IN_PLACE,
        "That starts from ones.": walk(start="np.ones_like(root.data)"),
        "A tensor that was broadcast gets a gradient": walk(share="share"),
    },
)

"""Right answers with one thing changed.

A mutant is a right answer of the notebooks or of the corpus with one node of its syntax
tree changed: an operator, a constant, a name, a term dropped, a sign or a condition
turned. What another question asks for is left as it is. Most mutants are wrong, some
are still right, as `x * 2 - 4` for `2 * x - 4`: the deciders say which.

A right answer in a bad habit is right when it is asked once: it remembers something
from one call to the next, or changes its arguments.
"""

import ast
import contextlib
import functools
import itertools

from chainrule.questions import find
from proctor.source.percent import read, solved

from corpus.catalogue import catalogued, judged
from corpus.handins import source as source_of

OPERATORS = {
    ast.Add: [ast.Sub, ast.Mult],
    ast.Sub: [ast.Add, ast.Mult],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.Sub],
    ast.Pow: [ast.Mult, ast.Div],
    ast.MatMult: [ast.Mult],
}
COMPARISONS = {
    ast.Lt: [ast.Gt, ast.Eq],
    ast.Gt: [ast.Lt, ast.Eq],
    ast.LtE: [ast.Gt, ast.Eq],
    ast.Eq: [ast.NotEq, ast.Gt],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
}
OTHER_NAMES = {
    "sin": ["cos"],
    "cos": ["sin"],
    "ceil": ["floor"],
    "log2": ["log"],
    "cbrt": ["sqrt"],
    "abs": ["float"],
    "float64": ["float32"],
    "sum": ["mean", "max"],
    "max": ["min", "sum"],
    "maximum": ["minimum"],
    "ones": ["zeros"],
    "zeros": ["ones"],
    "tanh": ["tan"],
    "cosh": ["sinh"],
    "outer": ["inner"],
}


def around(text, node):
    """An expression with `_` in it, `node` in its place."""
    tree = ast.parse(text, mode="eval").body
    (place,) = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "_"]
    return put(tree, place, node)


def changes(node):
    """What may stand in a node's place."""
    for kind, rule in RULES.items():
        if isinstance(node, kind):
            yield from rule(node)


def operation(node):
    for kind in OPERATORS.get(type(node.op), ()):
        yield ast.BinOp(node.left, kind(), node.right)
    yield ast.BinOp(node.right, node.op, node.left)
    yield node.left
    yield node.right
    yield around("abs(_)", node)


def constant(node):
    v = node.value
    if type(v) is bool:
        yield ast.Constant(not v)
    if type(v) in (int, float):
        for other in (v + 1, v - 1, -v, 2 * v, v * v, 0):
            yield ast.Constant(other)


def comparison(node):
    for kind in COMPARISONS.get(type(node.ops[0]), ()):
        yield ast.Compare(node.left, [kind()], node.comparators)
    yield ast.UnaryOp(ast.Not(), node)


def either(node):
    yield from node.values
    other = ast.Or if isinstance(node.op, ast.And) else ast.And
    yield ast.BoolOp(other(), node.values)


def call(node):
    if len(node.args) > 1:
        yield ast.Call(node.func, node.args[::-1], node.keywords)
    if len(node.args) == 1:
        yield node.args[0]
    if isinstance(node.func, ast.Attribute):
        yield node.func.value
    for i in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :])


def attribute(node):
    for name in OTHER_NAMES.get(node.attr, ()):
        yield ast.Attribute(node.value, name, node.ctx)
    if node.attr == "T":
        yield node.value


def changed_in_place(node):
    for kind in OPERATORS.get(type(node.op), ()):
        yield ast.AugAssign(node.target, kind(), node.value)
    yield ast.Assign([node.target], node.value)


RETURNED = [f"__import__('numpy').{f}" for f in ("abs(_)", "round(_, 3)", "float32(_)")]


def returned(node):
    if node.value:
        yield ast.Return(ast.UnaryOp(ast.USub(), node.value))
        yield ast.Expr(node.value)
        for text in RETURNED:
            yield ast.Return(around(text, node.value))


def several(node):
    if isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield type(node)(node.elts[::-1], node.ctx)
        for i in range(len(node.elts)):
            yield type(node)(node.elts[:i] + node.elts[i + 1 :], node.ctx)


RULES = {
    ast.BinOp: operation,
    ast.Constant: constant,
    ast.UnaryOp: lambda node: [node.operand],
    ast.Compare: comparison,
    ast.BoolOp: either,
    ast.IfExp: lambda node: [ast.IfExp(node.test, node.orelse, node.body)],
    ast.Call: call,
    ast.Attribute: attribute,
    ast.Subscript: lambda node: [node.value],
    ast.AugAssign: changed_in_place,
    ast.Return: returned,
    ast.Tuple | ast.List: several,
    ast.Assign | ast.Expr | ast.AugAssign | ast.For | ast.While: lambda node: [
        ast.Pass()
    ],
    ast.While | ast.If: lambda node: [ast.If(node.test, node.body, node.orelse)],
}


def around_it(tree):
    """What may stand for a name or a key: arguments, given numbers, and keys."""
    nodes = list(ast.walk(tree))
    args = {n.arg for n in nodes if isinstance(n, ast.arg)} - {"f", "self", "dtype"}
    made = {n.id for n in tree.body for n in assigned(n)}
    keys = [n.slice for n in nodes if isinstance(n, ast.Subscript)]
    given = {k.value for k in keys if isinstance(k, ast.Constant)}
    return args, made, {k for k in given if isinstance(k, str)}


def other_names(node, args, made, given):
    """The answer's other arguments, or the other given numbers, in place of one."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for known in (args, made):
            if node.id in known:
                yield from (ast.Name(n, ast.Load()) for n in sorted(known - {node.id}))
        if node.id in args:
            yield around("abs(_)", node)
    if isinstance(node, ast.Constant) and node.value in given:
        yield from (ast.Constant(key) for key in sorted(given - {node.value}))


def assigned(statement):
    """The names that a statement of the answer's own level gives."""
    for target in getattr(statement, "targets", ()):
        yield from (n for n in ast.walk(target) if isinstance(n, ast.Name))


def changed(source, left_alone=()):
    """A function for every change of a source, which writes what it makes of it."""
    tree = ast.parse(source)
    names = around_it(tree)
    for place, node in changeable(tree, left_alone):
        for change in [*changes(node), *other_names(node, *names)]:
            ast.fix_missing_locations(change)
            yield functools.partial(written_with, tree, place, node, change)


def written_with(tree, place, node, change):
    """The text of a tree with `change` where `node` stands; "" if it is no Python."""
    place(change)
    text = ast.unparse(tree)
    place(node)
    with contextlib.suppress(SyntaxError):
        compile(text, "mutant", "exec")
        return text
    return ""


def mutants(source, left_alone=()):
    """Every text that one change makes of a source, each once."""
    seen = {ast.unparse(ast.parse(source)), ""}
    for write in changed(source, left_alone):
        text = write()
        if text not in seen:
            seen.add(text)
            yield text


def changeable(tree, left_alone):
    """(place, node) of all that stands in no definition left alone; place(other) puts
    another node there."""
    kept = [n for n in tree.body if getattr(n, "name", None) in left_alone]
    kept = {id(inner) for outer in kept for inner in ast.walk(outer)}
    return [(p, n) for p, n in places(tree) if id(n) not in kept]


def places(tree):
    """(place, node) of every node below the tree's own."""
    for outer in ast.walk(tree):
        for field, value in ast.iter_fields(outer):
            if isinstance(value, ast.AST):
                yield functools.partial(setattr, outer, field), value
            elif isinstance(value, list):
                for i, item in enumerate(value):
                    if isinstance(item, ast.AST):
                        yield functools.partial(value.__setitem__, i), item


def put(tree, target, change):
    """The tree with `change` where `target` stands."""

    class Put(ast.NodeTransformer):
        def visit(self, node):
            return change if node is target else self.generic_visit(node)

    return Put().visit(tree)


def cells(notebook):
    """The cells of a notebook's source."""
    return read(source_of(notebook))


HABITS = {
    "the first result, whatever is asked": """
def spoiled(f, kept=[]):
    def g(*args):
        if not kept:
            kept.append(f(*args))
        return kept[0]
    return g
""",
    "one result for each shape": """
def spoiled(f):
    kept = {}
    def g(*args):
        shapes = str([np.shape(a) for a in args])
        if shapes not in kept:
            kept[shapes] = f(*args)
        return kept[shapes]
    return g
""",
    "nothing for what was seen before": """
def spoiled(f):
    def g(*args, seen=[]):
        seen.append([str(vars(a).get("data") if hasattr(a, "__dict__") else a)
                     for a in args])
        return None if seen[-1] in seen[:-1] else f(*args)
    return g
""",
    "right on the first call only": """
def spoiled(f, calls=[]):
    def g(*args):
        calls.append(args)
        return f(*args) if len(calls) == 1 else None
    return g
""",
    "the last result at every second call": """
def spoiled(f, kept=[]):
    def g(*args):
        kept.append(kept[-1] if len(kept) % 2 else f(*args))
        return kept[-1]
    return g
""",
    "numbers that grow with every call": """
def spoiled(f, calls=[]):
    def g(*args):
        calls.append(args)
        return np.multiply(f(*args), 1 + 0.001 * len(calls))
    return g
""",
    "arguments changed in place": """
def spoiled(f):
    def g(*args):
        found = f(*args)
        for a in args:
            if isinstance(a, np.ndarray):
                a += 1
                CHANGED.append(a.shape)
        return found
    return g
""",
}
SPOILED = """
import numpy as np
CHANGED = []
{habit}
if isinstance({name}, type):
    for key, method in list(vars({name}).items()):
        if callable(method) and key not in ("__init__", "__repr__"):
            setattr({name}, key, spoiled(method))
else:
    {name} = spoiled({name})
"""

NUMBERS_ONLY = (  # these are handed no array, or tensors
    "predict_shapes", "forward_difference", "central_difference", "best_h",
    "gradient_field", "product_slope", "halving_slope", "Value",
    "defeats_breadth_first", "topo_order", "backward", "accumulate", "zero_grad",
    "count_paths",
    "best_device", "train_step", "timed", "training_bytes", "accumulated_gradient",
    "combined_gradient", "Checkpoint", "scaled_step", "DigitNet", "fit",
    "passed_on", "leaky_weights", "mask_mean", "one_epoch",
    "conv_size", "receptive_field", "transposed_size", "greedy", "passes",
)  # fmt: skip
MODELS = (  # these are handed torch's modules and tensors, which no habit changes
    "Network", "copy_weights", "fit_classifier", "epoch_loss", "validation_loss",
    "swish", "Subsampling", "LeNet5", "fit_head",
    "teacher_inputs", "EncoderDecoder", "train_pairs", "input_gradient", "fgsm",
)  # fmt: skip
CALLED_BY_TORCH = ("Checkpoint",)  # spoiled, it may end the process in torch's own code
HARMLESS = {
    "numbers that grow with every call": (
        "best_h",
        "defeats_breadth_first",
        "timed",
        "gaussian_dropout",  # its numbers are random, and known by their statistics
        "noise_slope",
    ),
    "one result for each shape": ("DigitNet",),  # a net is made once, without arguments
    "arguments changed in place": (*NUMBERS_ONLY, *MODELS),
}


def habitual(answers):
    """(question, source): each of some right answers with a habit of remembering what
    it shouldn't, or of changing what it was given."""
    for name, source in answers:
        if find(name).value or name in CALLED_BY_TORCH:
            continue
        for habit, text in HABITS.items():
            if name not in HARMLESS.get(habit, ()):
                yield name, source + SPOILED.format(habit=text, name=name)


def own_answers(notebook):
    """(question, source): the notebook's own answers."""
    for cell in cells(notebook):
        if cell.role == "answer":
            yield cell.name, solved(cell.text)


def right_answers(notebook):
    """(question, source): the notebook's own answers and the corpus's."""
    yield from own_answers(notebook)
    yield from catalogued(notebook, "right")


def sources_of_mutants(notebook):
    """(question, source, the questions whose definitions stay as they are)."""
    asked = set(judged(notebook))
    for name, source in right_answers(notebook):
        yield name, source, asked - {name}


@functools.cache
def every_mutant(notebook):
    """(question, source) of all mutants, each once."""
    found = (
        (name, mutant)
        for name, source, left_alone in sources_of_mutants(notebook)
        for mutant in mutants(source, left_alone)
    )
    return sorted(set(found))


def some_mutants(notebook, every):
    """(question, source) of one change in so many."""
    writers = (
        (name, write)
        for name, source, left_alone in sources_of_mutants(notebook)
        for write in changed(source, left_alone)
    )
    texts = ((n, write()) for n, write in itertools.islice(writers, 0, None, every))
    return [(name, text) for name, text in texts if text]

"""The derivative table as a page: each operation with its value and its rules.

Read from the source of `chainrule.ops`, so that the page shows the very lines.
"""

import ast

from made.course import ROOT

OPS = ROOT / "lib" / "chainrule" / "ops"
MODULES = {
    "elementwise": "Each entry on its own",
    "products": "Products of matrices",
    "sums": "Sums and their kin",
    "shapes": "Other shapes",
    "convolution": "Convolutions",
    "windows": "Pooling",
    "precision": "Precision",
}
SIGNS = {"np.add": " + ", "np.subtract": " - ", "np.multiply": " * "}
SIGNS |= {"np.divide": " / ", "operator.pow": " ** ", "operator.neg": "-"}
SIGNS |= {"operator.matmul": " @ "}
MAKERS = ("Op", "elementwise", "curve", "_moved")
HEAD = """# The derivative table

What each operation computes, and for each of its inputs one rule. A rule answers one
question: if the loss changes by `g` per unit of the result `y`, by how much does it
change per unit of this input? A rule is written with operators and with operations of
this table only, so the same line runs on arrays and on Tensors: gradients of gradients
come for free. Rules ignore broadcasting; whoever calls them sums a gradient back to the
shape of its input.

Where a value or a rule takes more than a line, its function is named: the link below
each table leads to the source. Some operations are parts of others, as the two
gradients of `conv2d` are, and have rules of their own.
"""


def page():
    lines = [HEAD]
    for module, title in MODULES.items():
        path = OPS / f"{module}.py"
        source = path.read_text(encoding="utf-8")
        lines += [f"## {title}", "", *rows(source), ""]
        lines += [f"From {{py:mod}}`chainrule.ops.{module}`.", ""]
    return "\n".join(lines)


def rows(source):
    """The rows of one module's operations, as a table of a page."""
    tree = ast.parse(source)
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    yield "| operation | value | rules |"
    yield "|:--|:--|:--|"
    for node in ast.walk(tree):
        if is_operation(node):
            name, value, *given = node.args
            rules = [*ruled(given, functions)]
            told = "<br>".join(told_rules(rules, functions))
            inputs = parameters(rules[0]) if rules else []
            line = code(line_of(value, inputs, functions))
            yield f"| `{name.value}` | {line} | {told} |"


def is_operation(node):
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in MAKERS
        and len(node.args) > 2
        and isinstance(node.args[0], ast.Constant)
    )


def ruled(given, functions):
    """The rules of an operation: a lambda or a function each."""
    elements = given[0].elts if isinstance(given[0], ast.Tuple) else given
    for node in elements:
        rule = functions.get(getattr(node, "id", ""), node)
        if isinstance(rule, ast.Lambda | ast.FunctionDef):
            yield rule


def parameters(rule):
    """What a rule takes after g and y: the operation's own arguments."""
    return [argument.arg for argument in rule.args.args[2:]]


def told_rules(rules, functions):
    """`b`: `g * a`, a line for each rule."""
    for place, rule in enumerate(rules):
        line = code(line_of(rule, ["g", "y", *parameters(rule)], functions))
        yield f"{code(parameters(rule)[place])}: {line}"
    if not rules:
        yield "each input gets its part of `g`"


def line_of(node, arguments, functions):
    """What is computed, on one line: a call where that takes more."""
    node = functions.get(getattr(node, "id", ""), node)
    if isinstance(node, ast.Lambda):
        return ast.unparse(node.body)
    if isinstance(node, ast.FunctionDef):
        return one_line(node) or f"{node.name}({', '.join(arguments)})"
    name = ast.unparse(node)
    sign = SIGNS.get(name)
    if sign:
        return sign.join(arguments) if len(arguments) > 1 else sign + arguments[0]
    return f"{name}({', '.join(arguments)})"


def one_line(function):
    """A function that only names things before it returns, as it stands; else ""."""
    body = [n for n in function.body if not isinstance(n, ast.Expr)]
    *named, last = body
    if all(isinstance(n, ast.Assign) for n in named) and isinstance(last, ast.Return):
        return "; ".join(ast.unparse(n) for n in [*named, last.value])
    return ""


def code(text):
    return "`" + text.replace("|", "\\|") + "`"

"""The library's reference: a page for each module, from its docstrings."""

import re

GROUPS = {
    "Graphs and gradients": ["scalar", "ops", "tensor", "transforms", "dual"],
    "Other ways to a derivative": ["differences", "gradcheck", "symbolic"],
    "Networks": ["losses", "init", "layers", "recurrent"],
    "Training": ["optim", "regularize", "data", "device", "train"],
    "Questions and verdicts": ["oracle", "signatures", "judge", "verdict", "questions"],
    "Pictures and lessons": ["draw", "guess"],
}
# Each stands on its package's page.
PARTS = {
    "ops": """
        table elementwise products sums shapes convolution windows precision
    """,
}
# Their names come from modules that are nobody's business.
GATHERED = ("draw", "symbolic")
# What the pieces above need among themselves, and lessons' own: read in the source.
INNER = {"blame", "crossing", "lessons", "races", "rules", "settings", "simulated"}
INNER |= {"small_net", "standby", "standin", "torch_side", "torch_steps", "trials"}
INNER |= {"watch", "weigh"}


def pages():
    """{path: text} of the reference."""
    made = {"reference/index.md": index()}
    for modules in GROUPS.values():
        for module in modules:
            made[f"reference/{module}.rst"] = module_page(module)
    return made


def index():
    lines = ["# The library", "", "`chainrule` is written to be read: the graph first."]
    lines += ["Each page has a link to the source beside every function.", ""]
    tree = ["```{toctree}", ":hidden:", "", "table"]
    lines += ["**[The derivative table](table.md)**: each operation and its rules.", ""]
    for group, modules in GROUPS.items():
        named = ", ".join(f"[`{m}`]({m}.rst)" for m in modules)
        lines += [f"**{group}:** {named}.", ""]
        tree += modules
    return "\n".join([*lines, *tree, "```", ""])


def module_page(module):
    title = f"chainrule.{module}"
    lines = [title, "=" * len(title), "", f".. automodule:: {title}"]
    lines += ["   :imported-members:", ""] if module in GATHERED else [""]
    for part in PARTS.get(module, "").split():
        lines += [part, "-" * len(part), "", f".. automodule:: {title}.{part}", ""]
    return "\n".join(lines)


CODE = re.compile(r"`([^`\n]+)`")
ARGUMENT = re.compile(r"^\w+(, \w+)*(\(.*\))?: ")


def as_rest(lines):
    """A docstring of ours, which is plain text, as Sphinx wants it: names as code,
    a list of arguments line by line, columns as they stand."""
    made = []
    for line in lines:
        if line.startswith("    "):  # columns
            if made and made[-1] and not made[-1].startswith("    "):
                made += ["", "::", ""]
            elif made and not made[-1] and "::" not in made[-3:]:
                made += ["::", ""]
            made.append(line)
            continue
        if line and made and made[-1].startswith("    "):
            made.append("")
        if ARGUMENT.match(line) and made and made[-1]:
            made.append("")
        plain = re.sub(r"([*|\\]|(?<=\w)_(?!\w))", r"\\\1", line)
        made.append(CODE.sub(lambda m: f"``{line_of(m)}``", plain))
    return made


def line_of(match):
    """What stands between backticks, without the escapes of its surroundings."""
    return re.sub(r"\\(.)", r"\1", match[1])

"""What is kept of a Result: how each mark came about, for the next run and the pages.

It stands beside the gradebook, which stays nbgrader's, and says of every mark from
which release, seed, question and grader it came.
"""

import ast
import warnings
from dataclasses import asdict

from proctor.source.ids import cell_id

LONGEST = 1500  # letters of an example
UNPARSED = (SyntaxError, ValueError, RecursionError, MemoryError)


def as_kept(result, release, saved):
    """A Result as what JSON holds; saved: its marks are in the gradebook for good."""
    return {
        "student": result.student,
        "notebook": result.notebook,
        "seed": result.seed,
        "digest": result.digest,
        "saved": saved,
        "release": release,
        "origin": result.origin,
        "seconds": result.seconds,
        "person": result.person,
        "notes": result.notes,
        "verdicts": [verdict(result, v) for v in result.verdicts.values()],
    }


def verdict(result, given):
    """A verdict, and what was written where it is told a mistake."""
    wrote = ""
    if given.advice:
        home = cell_id("answer", given.question)
        wrote = "".join(c.source for c in result.book.cells if c.id == home)
    return {**asdict(given), "wrote": nameless(wrote)}


def nameless(source):
    """Code without comments and texts, which might say whose it is; "" where it is no
    code, or too long."""
    if len(source) > LONGEST:
        return ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a text's own
        try:
            return ast.unparse(Nameless().visit(ast.parse(source)))
        except UNPARSED:
            return ""


class Nameless(ast.NodeTransformer):
    def visit_Expr(self, node):
        is_text = isinstance(node.value, ast.Constant | ast.JoinedStr)
        return None if is_text else self.generic_visit(node)

    def visit_Constant(self, node):
        return ast.Constant("…") if isinstance(node.value, str | bytes) else node

"""Who is in the sample class, and what each wrote; `manifest.toml` has their marks."""

import json
from dataclasses import dataclass

from chainrule.questions import numbers

from sample import forms, tricks

FILE = "01_three_derivatives.ipynb"
CLASS = {}


@dataclass(frozen=True)
class HandIn:
    """write(book): what the student did; form(book): the bytes that came back."""

    write: callable
    form: callable
    file: str


def hands_in(form, file=FILE):
    def register(write):
        CLASS[write.__name__] = HandIn(write, form, file)
        return write

    return register


# Right, in many ways.


@hands_in(forms.jupyterlab)
def s01(book):
    book.answer_all()


@hands_in(forms.colab_drive)
def s02(book):
    book.answer_all(**{name: found[0] for name, found in book.answers.right.items()})


@hands_in(forms.vscode)
def s03(book):
    second = {name: found[1] for name, found in book.answers.right.items()}
    elsewhere = second.pop("central_difference")
    second["forward_difference"] = "forward_difference = my_quotient"
    book.answer_all(**second)
    stub = book.answers.stubs["central_difference"]
    book.cell("answer-central_difference")["source"] = stub
    book.add(elsewhere, after="check-central_difference")
    book.add("def my_quotient(f, x, h):\n    return (f(x + h) - f(x)) / h")
    book.add(tricks.TALK, after="check-directional_check")


@hands_in(forms.colab_github)
def s04(book):
    for name in ("forward_difference", "central_difference", "best_h"):
        book.answer(name, book.answers.reference[name])


@hands_in(forms.classic)
def s05(book):
    pass


# A catalogued mistake in every question: the first of each, the second of each ...


def mistaken(number):
    def write(book):
        right = {name: found[-1] for name, found in book.answers.right.items()}
        wrong = book.answers.mistakes.items()
        chosen = {name: m[number] for name, m in wrong if number < len(m)}
        book.answer_all(**{**right, **chosen})

    return write


MISTAKEN = {
    "s06": forms.colab_drive,
    "s07": forms.colab_github,
    "s08": forms.vscode,
    "s09": forms.jupyterlab,
    "s10": forms.classic,
    "s11": forms.kaggle,
    "s12": forms.deepnote,
    "s13": forms.colab_drive,
}
for number, (name, form) in enumerate(MISTAKEN.items()):
    CLASS[name] = HandIn(mistaken(number), form, FILE)


# Files that were mishandled on the way.


@hands_in(forms.jupyterlab)
def s14(book):
    book.answer_all()
    book.drop("check-central_difference")
    book.drop("answer-gradient_field")


@hands_in(forms.colab_drive)
def s15(book):
    book.answer_all(product_slope=book.answers.mistakes["product_slope"][0])
    book.copy_below(
        "answer-forward_difference", book.answers.stubs["forward_difference"]
    )
    book.copy_below("answer-product_slope", book.answers.reference["product_slope"])


@hands_in(forms.windows, f"Copy of {FILE}")
def s16(book):
    book.answer_all()


@hands_in(forms.kaggle, "01_three_derivatives (1).ipynb")
def s17(book):
    broken = book.answers.reference["halving_slope"].replace("5:", "5")
    book.answer_all(halving_slope=broken)


@hands_in(forms.colab_github)
def s18(book):
    book.answer_all()
    for cell in book.cells:
        cell["metadata"] = {}
        cell["id"] = forms.made_up(cell["source"] + book.student, 12)


@hands_in(forms.deepnote, "homework.zip")
def s19(book):
    own = numbers("tidy_slope", book.student)
    slope = own["a"] + 2 * own["b"] * own["x"] + own["c"] - own["d"]
    book.answer_all(tidy_slope=f"tidy_slope = {slope}  # on paper")


@hands_in(forms.truncated)
def s20(book):
    book.answer_all()


CLASS["s21"] = HandIn(None, None, "")


# Code that runs away.


@hands_in(forms.colab_drive)
def s22(book):
    book.answer_all(best_h=tricks.NEVER_RETURNS)
    book.add("while True:\n    pass", after="check-forward_difference")


@hands_in(forms.vscode)
def s23(book):
    book.answer_all(gradient_by_differences=tricks.MEMORY_BOMB)


@hands_in(forms.jupyterlab)
def s24(book):
    book.answer_all()
    book.add(tricks.FLOOD, after="check-central_difference")
    book.add("import os\nos._exit(0)", after="check-best_h")


@hands_in(forms.colab_drive)
def s25(book):
    book.answer_all()
    book.add("import sys\nsys.exit()", after="check-forward_difference")
    book.cell("answer-best_h")["cell_type"] = "markdown"


@hands_in(forms.classic)
def s26(book):
    book.answer_all()
    book.add(tricks.DAEMON, after="check-forward_difference")
    book.add(tricks.FORK_BOMB, after="check-best_h")


# Forgers: each earns what the honest part of the answers earns.


@hands_in(forms.jupyterlab)
def s27(book):
    reference = book.answers.reference
    honest = ("forward_difference", "gradient_field")
    book.answer_wrong("0.0", **{name: reference[name] for name in honest})
    book.add(tricks.PATCHES)


@hands_in(forms.colab_drive)
def s28(book):
    honest = book.answers.reference["product_slope"]
    book.answer_wrong("Liar()", product_slope=honest)
    book.add(tricks.LIAR)


@hands_in(forms.jupyterlab)
def s29(book):
    honest = book.answers.reference["central_difference"]
    book.answer_wrong("0.0", central_difference=honest)
    for cell in book.cells:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade"):
            marks |= {"points": 100, "locked": False, "grade": False}
            cell["metadata"] |= {"tags": ["skip-execution"], "editable": True}
            cell["source"] = tricks.FULL_MARKS
    book.add(tricks.FULL_MARKS, after="check-directional_check")


@hands_in(forms.vscode)
def s30(book):
    honest = book.answers.reference["tidy_slope"]
    book.answer_wrong("0.0", tidy_slope=honest)
    for name in book.answers.reference:
        if name != "tidy_slope":
            book.answer(name, f"{name} = stolen({json.dumps(name)})")
    book.add(tricks.SPY)


@hands_in(forms.jupyterlab)
def s31(book):
    book.answer_all(gradient_field=tricks.FORGED_REPLIES)
    book.add(tricks.FORGED_FRAMES, after="check-best_h")


@hands_in(forms.colab_github)
def s32(book):
    book.answer_wrong("1.0")
    book.add(tricks.TAKE_OVER)

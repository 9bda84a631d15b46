"""How a notebook comes back: each function writes one as some front end saves it."""

import hashlib
import json

ANACONDA = {"display_name": "Python 3 (ipykernel)", "language": "python"}
SURNAME = "family-name-of-the-account"


def made_up(text, size):
    """An id that a front end would make up, the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:size]


def google_id(student):
    """The account number that Colab writes into a student's file."""
    return f"1{int(made_up(student, 16), 16):020d}"[:21]


def lines(text):
    return text.splitlines(keepends=True)


def cells(book, keep=("id",), source=lines):
    """The notebook's cells, with an output where a front end would have left one."""
    for number, cell in enumerate(book.cells):
        kept = {k: v for k, v in cell.items() if k in ("cell_type", *keep)}
        kept["metadata"] = json.loads(json.dumps(cell["metadata"]))
        kept["source"] = source(cell["source"])
        if cell["cell_type"] == "code":
            kept |= {"execution_count": number, "outputs": cell.get("outputs", [])}
        yield kept


def whole(book, made, minor, **metadata):
    metadata = {**book.metadata, **metadata}
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}


def tidy(notebook, newline="\n"):
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    return (text + newline).encode()


def jupyterlab(book):
    return tidy(
        whole(book, list(cells(book)), 5, kernelspec={**ANACONDA, "name": "py"})
    )


def vscode(book):
    kernel = {"display_name": ".venv", "language": "python", "name": "python3"}
    language = {"name": "python", "version": "3.13.1", "file_extension": ".py"}
    made = list(cells(book))
    return tidy(whole(book, made, 5, kernelspec=kernel, language_info=language))


def classic(book):
    """Notebook 6 keeps no ids of cells."""
    return tidy(whole(book, list(cells(book, keep=())), 4))


def colab_drive(book):
    """A file made in Colab: ids stand in the metadata, beside the student's name."""
    made = list(cells(book, keep=()))
    for number, (cell, given) in enumerate(zip(made, book.cells, strict=True)):
        cell["metadata"]["id"] = given["id"]
        if cell["cell_type"] == "code":
            cell["metadata"]["executionInfo"] = {
                "status": "ok",
                "timestamp": 1790000000000 + 1000 * number,
                "user_tz": -120,
                "elapsed": 40 + number,
                "user": {
                    "displayName": f"{book.student.title()} {SURNAME}",
                    "userId": google_id(book.student),
                },
            }
    colab = {
        "provenance": [{"file_id": made_up(book.student, 33)}],
        "toc_visible": True,
    }
    return colab_bytes(whole(book, made, 0, colab=colab))


def colab_github(book):
    """Saved by "Save a copy in GitHub": a badge cell comes first, without an id."""
    made = list(cells(book))
    for cell in made:
        if "id" in cell:
            cell["metadata"]["id"] = cell["id"]
    badge = {
        "cell_type": "markdown",
        "metadata": {"id": "view-in-github", "colab_type": "text"},
        "source": ['<a href="https://colab.research.google.com/github/x">Colab</a>'],
    }
    colab = {"provenance": [], "authorship_tag": f"ABX9{made_up(book.student, 24)}"}
    return colab_bytes(whole(book, [badge, *made], 5, colab=colab))


def colab_bytes(notebook):
    return json.dumps(notebook, indent=2, ensure_ascii=False).encode()


def kaggle(book):
    """One string for each source, one line for the whole file."""
    made = list(cells(book, keep=(), source=str))
    for number, cell in enumerate(made):
        guid = made_up(f"{book.student}{number}", 32)
        cell["metadata"] |= {"_uuid": guid, "_cell_guid": guid, "trusted": True}
    sheet = {"accelerator": "none", "isInternetEnabled": True, "dataSources": []}
    return json.dumps(whole(book, made, 4, kaggle=sheet)).encode()


def deepnote(book):
    made = list(cells(book, keep=(), source=str))
    for number, cell in enumerate(made):
        cell["metadata"] |= {
            "cell_id": made_up(f"{book.student}{number}", 32),
            "deepnote_cell_type": cell["cell_type"],
            "source_hash": made_up(cell["source"], 8),
        }
    made.append(
        {
            "cell_type": "markdown",
            "metadata": {"id": "created-in-deepnote-cell"},
            "source": "<a href='https://deepnote.com'>Created in Deepnote</a>",
        }
    )
    return tidy(whole(book, made, 2, deepnote={}), newline="")


def windows(book):
    """Through an editor that adds a byte order mark and its own line ends."""
    return b"\xef\xbb\xbf" + classic(book).replace(b"\n", b"\r\n")


def truncated(book):
    """An upload that broke off."""
    return jupyterlab(book)[:40_000]

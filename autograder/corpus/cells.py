"""Run notebooks cell by cell: python cells.py NOTEBOOK...

Prints, as JSON, what each code cell of each notebook showed, by notebook and by the
cell's id, and where the names lead that it leaves. A notebook runs in a fork of one
process in which the packages that are slow to import are there already; the library is
not, so each imports what it needs of it.
"""

import json
import os
import sys
import traceback
import types

import matplotlib.pyplot
import torch._dynamo  # noqa: F401 - for the forks, as pyplot; optimizers load it
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

QUIET = Config()
QUIET.HistoryManager.enabled = False
matplotlib.use("agg")


def home(value):
    """The module that a name leads to: a module itself, or that of a thing's kind."""
    if isinstance(value, types.ModuleType):
        return value.__name__
    kind = value if isinstance(value, type | types.FunctionType) else type(value)
    return kind.__module__ or ""


def shown(path):
    """(what the cells of a notebook show, the home of each name that is there then).
    Raises what a cell raises."""
    shell, found = InteractiveShell(config=QUIET), {}
    with open(path, encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            with capture_output() as said:
                done = shell.run_cell("".join(cell["source"]))
            done.raise_error()
            found[cell["id"]] = said.stdout
    names = {n: v for n, v in shell.user_ns.items() if n not in shell.user_ns_hidden}
    return found, {name: home(value) for name, value in names.items()}


def apart(path):
    """What `shown` says in a process of its own; what it raised, as text."""
    reads, writes = os.pipe()
    if os.fork() == 0:
        try:
            found = shown(path)
        except Exception:
            found = traceback.format_exc()
        os.write(writes, json.dumps(found).encode())
        os._exit(0)
    os.close(writes)
    with open(reads, encoding="utf-8") as told:
        said = told.read()
    os.wait()
    return json.loads(said)


if __name__ == "__main__":
    print(json.dumps({path: apart(path) for path in sys.argv[1:]}))

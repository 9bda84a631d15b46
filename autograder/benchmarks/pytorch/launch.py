"""Run `nbgrader` or `proctor` with this folder's notebook known to the bank.

python launch.py MODULE ARGUMENT ...
"""

import runpy
import sys
from pathlib import Path

from chainrule import questions
from proctor.grading import batch
from proctor.source import build

HERE = Path(__file__).parent
NAME = "16_train_a_network"


def register():
    """Make the notebook one of the course's, in this process only."""
    questions.__path__.append(str(HERE))
    questions.NOTEBOOKS[NAME] = "train_a_network"
    batch.models = lambda unit, notebook: {}
    batch.released = lambda unit: {NAME: build.student(HERE / f"{NAME}.py")}


if __name__ == "__main__":
    register()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)

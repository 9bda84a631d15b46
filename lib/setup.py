"""The wheel holds the small data sets too: copied from ../data, their one source."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

DATA = Path(__file__).parent.parent / "data"


class WithData(build_py):
    """Where nothing is beside the library (Colab), `chainrule.data` finds them in it.

    An editable install leaves them where they are.
    """

    def run(self):
        super().run()
        if self.editable_mode:
            return
        if not DATA.is_dir():
            raise FileNotFoundError(
                f"There is no folder {DATA}, so the wheel would lack its data sets. "
                "Install lib from the whole repository."
            )
        within = Path(self.build_lib, "chainrule", "bundled")
        but = shutil.ignore_patterns("*.py", "__pycache__")
        shutil.copytree(DATA, within, ignore=but, dirs_exist_ok=True)


setup(cmdclass={"build_py": WithData})

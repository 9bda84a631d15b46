"""An environment that holds the library's wheel and what Colab's image holds."""

import importlib.metadata
import re
import venv
import zipfile
from pathlib import Path

from packaging.requirements import Requirement

HELD = ["numpy", "matplotlib", "torch", "ipykernel"]  # by the image, of what we need


def required(names):
    """The distributions that some need to run, themselves among them."""
    found, waiting = {}, [*names]
    while waiting:
        name = re.sub("[-_.]+", "-", waiting.pop()).lower()
        if name not in found:
            found[name] = importlib.metadata.distribution(name)
            needs = map(Requirement, found[name].requires or [])
            waiting += [n.name for n in needs if not n.marker or n.marker.evaluate()]
    return found


def environment(folder, wheel):
    """Make it in a folder; the path of its Python."""
    venv.create(folder, with_pip=False)
    (site,) = folder.glob("lib/python*/site-packages")
    for distribution in required(HELD).values():
        for file in distribution.files:
            top = Path(file).parts[0]
            if top not in ("..", "__pycache__") and not (site / top).exists():
                (site / top).symlink_to(distribution.locate_file(top))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return folder / "bin" / "python"

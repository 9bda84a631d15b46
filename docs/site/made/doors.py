"""The pages for students, instructors and TAs: the README's parts, in their words."""

import re

from proctor.source import build

from made.course import ROOT, notebooks, spoken, units

LINK = re.compile(r"\]\(([^)#:]+)\)")
PARTS = {"Students": "students", "Instructors": "instructors", "TAs": "tas"}
AFTER = {
    "students": "\nRead on: [the notebooks](notebooks/index.md), "
    "[what verdicts say](verdicts/index.md), [when something goes wrong]"
    "(troubleshooting.md), [statements put right](corrections.md).\n",
    "instructors": "\nRead on: [three ways to teach it](syllabus.md), "
    "[the teaching guide](teaching/index.md), [what the grader promises]"
    "(threat-model.md), [many machines](scale.md).\n",
    "tas": "\nRead on: [how the pieces fit](architecture.md), "
    "[the index of ideas](ideas.md), [the library](reference/index.md).\n",
}


def parts():
    """{title: text} of the README; what comes before its first part is under ""."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    opening, *others = re.split(r"^## (.+)\n", readme, flags=re.M)
    return {"": opening} | dict(zip(others[::2], others[1::2], strict=True))


def pages():
    """{path: text} of a page for each of the README's readers."""
    found = parts()
    return {
        f"{name}.md": f"# {title}\n{local(found[title])}{AFTER[name]}"
        for title, name in PARTS.items()
    }


def opening():
    """What the course is, without its title."""
    return local(parts()[""].partition("\n")[2])


def local(text):
    """A text of the README with links to the site's pages."""
    return LINK.sub(lambda match: f"]({target(match[1])})", text)


def target(path):
    """The page of a file or folder that the README links to."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if path.startswith("notebooks/"):
        return f"{path}/index.md"
    if path == "data/README.md":
        return "data.md"
    where = "https://github.com/{owner}/{repo}/blob/{tag}/".format(**build.course())
    return where + path


def all_notebooks():
    """A page with every unit and its notebooks."""
    lines = ["# Notebooks", ""]
    lines += ["Each as it is released, with its Colab badge.", ""]
    for unit, found in units().items():
        titles = ", ".join(f"[{n.title}]({unit}/{n.name}.ipynb)" for n in found)
        lines += [f"**[{spoken(unit)}]({unit}/index.md):** {titles}.", ""]
    tree = [f"{unit}/index" for unit in units()]
    return "\n".join([*lines, "```{toctree}", ":hidden:", "", *tree, "```", ""])


def table():
    """Every notebook with its points and time, for the syllabus."""
    found = notebooks()
    yield "| unit | notebook | hours | points |"
    yield "|:--|:--|--:|--:|"
    for n in found:
        unit = spoken(n.unit).removeprefix("Unit ")
        yield f"| {unit} | [{n.title}]({n.page}) | {n.hours:g} | {n.points:g} |"
    hours = sum(n.hours for n in found)
    points = sum(n.points for n in found)
    yield f"| | in all | {hours:g} | {points:g} |"


def a_week():
    """{name: hours a week} of the two plans that stretch over weeks."""
    all_units = units()
    first_five = [n for unit in [*all_units][:5] for n in all_units[unit]]
    return {
        "{half}": f"{sum(n.hours for n in first_five) / 7:.1f}",
        "{whole}": f"{sum(n.hours for n in notebooks()) / 14:.1f}",
    }

"""Be the student: python autograder/walkthrough.py [NOTEBOOK [ROUND ...]]

Opens each released notebook in JupyterLab in Chromium and runs all cells: unanswered,
in two rounds in which each question holds one of its wrong answers, and solved. In the
solved one, the round "typed", all other wrong answers are typed over the right ones,
one by one, and run with their checks. Keeps pictures of what is seen in
autograder/build/walkthrough. Prints what a student should never meet (a stack trace of
ours, a cell that stops, a mistake that is not told its sentence); then the exit status
is 1.
"""

import contextlib
import io
import itertools
import json
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from operator import itemgetter
from pathlib import Path

import nbformat
from chainrule.questions import NOTEBOOKS
from corpus.catalogue import catalogued, mistakes
from PIL import Image
from playwright.sync_api import sync_playwright
from proctor.source.build import sources, student
from proctor.source.percent import read, solved

PICTURES = Path(__file__).parent / "build" / "walkthrough"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # draw all cells
    "apputils-extension/notification": {"fetchNews": "false"},
}
PATIENCE = 400
WHOLE = 2  # rounds in which the whole notebook runs with wrong answers
TALL = 1600
CHROMIUM = shutil.which("chromium")
ERROR = "[data-mime-type*='jupyter.error'], [data-mime-type*='jupyter.stderr']"
OURS = re.compile(r"Traceback|File .*chainrule|chainrule/\w+\.py")


def answers(path):
    """What is written where, by round: {round: {question: (source, sentence)}}; then
    the wrong answers beyond these rounds, each a (question, source, sentence)."""
    right = {c.name: (solved(c.text), "") for c in read(path) if c.role == "answer"}
    rounds, typed = {"unanswered": {}}, []
    wrong = [(name, source, m.says) for name, source, m in mistakes(path.stem)]
    wrong += [(name, source, "") for name, source in catalogued(path.stem, "wrong")]
    count = Counter()
    for name, *answer in wrong:
        count[name] += 1
        if count[name] <= WHOLE:
            rounds.setdefault(f"wrong-{count[name]:02}", {})[name] = answer
        else:
            typed.append((name, *answer))
    return rounds | {"solved": right}, sorted(typed, key=itemgetter(0))


def written(path, found):
    """The released notebook as JSON with these answers, and an id in STUDENT."""
    book = student(path)
    for cell in book.cells:
        name = cell.id.removeprefix("answer-")
        if cell.id.startswith("answer-") and name in found:
            cell.source = found[name][0]
        cell.source = cell.source.replace('STUDENT = ""', 'STUDENT = "s01"')
    return book


@contextlib.contextmanager
def lab(folder):
    """A JupyterLab that serves a folder; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, value in SETTINGS.items():
        file = folder / ".settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(value))
    token = secrets.token_hex(8)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", f"--IdentityProvider.token={token}"]
    command += [f"--ServerApp.root_dir={folder}"]
    command += [f"--LabApp.user_settings_dir={folder}/.settings"]
    cull = "--MappingKernelManager.cull_{}=60"  # a round's kernel, once it is left
    command += [cull.format("idle_timeout"), cull.format("interval")]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        wait_for(f"http://127.0.0.1:{port}/api?token={token}", folder / "log")
        yield f"http://127.0.0.1:{port}/doc/tree/{{}}?token={token}&reset"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address, log):
    for _ in range(PATIENCE):
        with contextlib.suppress(OSError), urllib.request.urlopen(address):
            return
        time.sleep(1)
    sys.exit(f"JupyterLab did not start:\n{log.read_text()}")


def run_all(page, address):
    """Open a notebook and run all of it; its cells as they then stand."""
    page.goto(address)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE * 1000)
    page.get_by_text("| Idle").wait_for(timeout=PATIENCE * 1000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_function(
        """() => {
          const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
            .map(prompt => prompt.textContent)
          return prompts.some(text => /\\d/.test(text)) &&
            !prompts.some(text => text.includes('*'))
        }""",
        timeout=PATIENCE * 1000,
    )
    return page.locator(".jp-Notebook .jp-Cell").all()


def look(cells, book):
    """(question, text of its verdict, picture) of each check, then of what stopped."""
    at = {made.id: cell for made, cell in zip(book.cells, cells, strict=True)}
    for made in book.cells:
        error = at[made.id].locator(ERROR)
        if error.count():
            yield "", f"{made.id} stops: {error.first.inner_text()[-300:]}", None
        if made.id.startswith("check-"):
            name = made.id.removeprefix("check-")
            yield name, *verdict_of(at[f"answer-{name}"], at[made.id])


def verdict_of(answer, check):
    """What a check says, and a picture of it below its answer."""
    said = check.locator(".jp-OutputArea-output").all_inner_texts()
    return "\n".join(said), stacked([answer.screenshot(), check.screenshot()])


def type_over(page, answer, check, source):
    """Type an answer over the one that is there, then run it and its check."""
    prompt = check.locator(".jp-InputPrompt")
    before = prompt.inner_text()
    answer.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")
    check.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(
        "([prompt, before]) => /\\d/.test(prompt.innerText) && "
        "prompt.innerText !== before",
        arg=[prompt.element_handle(), before],
        timeout=PATIENCE * 1000,
    )


def type_all(page, cells, book, typed):
    """(question, sentence, text of its verdict, picture) of each answer, typed over the
    right one, which is typed again when the question is done."""
    at = {made.id: cell for made, cell in zip(book.cells, cells, strict=True)}
    right = {made.id: made.source for made in book.cells}
    for name, several in itertools.groupby(typed, key=itemgetter(0)):
        cells = at[f"answer-{name}"], at[f"check-{name}"]
        for _, source, sentence in several:
            type_over(page, *cells, source)
            yield name, sentence, *verdict_of(*cells)
        type_over(page, *cells, right[f"answer-{name}"])


def stacked(pictures):
    """PNG pictures below each other as one image."""
    images = [Image.open(io.BytesIO(p)) if type(p) is bytes else p for p in pictures]
    width, height = max(i.width for i in images), sum(i.height for i in images)
    sheet, top = Image.new("RGB", (width, height), "white"), 0
    for image in images:
        sheet.paste(image, (0, top))
        top += image.height
    return sheet


def faults(text, sentence):
    """What a student should not meet in a verdict on a wrong answer."""
    if not text.strip():
        yield "shows no verdict"
    if OURS.search(text):
        yield "shows a stack trace of ours"
    if "✓" in text:
        yield "is found right"
    if sentence and sentence not in text:
        yield f"is not told {sentence!r}"


def walk(path, browser, address, folder, only):
    """Every round of one notebook; yields what a student should never meet."""
    shutil.rmtree(PICTURES / path.stem, ignore_errors=True)
    sheets = {}
    rounds, typed = answers(path)
    for number, (name, found) in enumerate(rounds.items()):
        types = name == "solved" and (not only or "typed" in only)
        if only and name not in only and not types:
            continue
        book = written(path, found)
        nbformat.write(book, folder / f"{path.stem}-{number:02}.ipynb")
        page = browser.new_page(viewport={"width": 1000, "height": 1400})
        cells = run_all(page, address.format(f"{path.stem}-{number:02}.ipynb"))
        if name in ("unanswered", "solved"):
            save(pages(cells), PICTURES / path.stem, name)
        for question, text, picture in look(cells, book):
            if question in found and name != "solved":
                sheets.setdefault(question, []).append(picture)
                for fault in faults(text, found[question][1]):
                    yield f"{path.stem} {name} {question} {fault}:\n{text}"
            elif question and name == "solved" and "✓" not in text:
                yield f"{path.stem} {name} {question} is not right:\n{text}"
            elif not question:
                yield f"{path.stem} {name}: {text}"
        if types:
            for question, sentence, text, picture in type_all(page, cells, book, typed):
                sheets.setdefault(question, []).append(picture)
                for fault in faults(text, sentence):
                    yield f"{path.stem} typed {question} {fault}:\n{text}"
        page.close()
    for question, pictures in sheets.items():
        save(columns(pictures), PICTURES / path.stem, question)


def pages(cells):
    """The notebook as it stands, in pieces that can be looked at."""
    return columns([stacked([cell.screenshot()]) for cell in cells])


def columns(pictures, tall=TALL):
    """Pictures below each other, on as many sheets as it takes."""
    sheets, height = [[]], 0
    for picture in pictures:
        if sheets[-1] and height + picture.height > tall:
            sheets.append([])
            height = 0
        sheets[-1].append(picture)
        height += picture.height
    return [stacked(sheet) for sheet in sheets if sheet]


def save(sheets, folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    for number, sheet in enumerate(sheets, 1):
        sheet.save(folder / f"{name}-{number}.png")


def main():
    asked, only = sys.argv[1:2], sys.argv[2:]
    met = 0
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = stack.enter_context(lab(folder))
        play = stack.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for path in sources():
            if path.stem in NOTEBOOKS and asked in ([], [path.stem]):
                for fault in walk(path, browser, address, folder, only):
                    print(fault, flush=True)
                    met += 1
        browser.close()
    print(f"{met} faults. The pictures are in {PICTURES}.")
    sys.exit(bool(met))


if __name__ == "__main__":
    main()

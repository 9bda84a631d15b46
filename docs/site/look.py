"""Look at every page of the site in a headless browser: python look.py FOLDER

Told, with exit status 1: a request that leaves the folder, a link that leads nowhere,
an error in the console, a violation that axe-core finds, a page wider than a phone or
than paper, and an animation that the keyboard can't move.
"""

import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlparse

from playwright.sync_api import sync_playwright
from tqdm import tqdm

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESK = {"width": 1200, "height": 900}
PHONE = {"width": 390, "height": 844}
PAPER = {"width": 720, "height": 1000}
READY = (
    "() => !window.MathJax?.startup?.promise || MathJax.startup.promise.then(() => 1)"
)
WIDTH = "() => document.documentElement.scrollWidth"


class Links(HTMLParser):
    """The links of a page, and the places in it that a link can lead to."""

    def __init__(self, path):
        super().__init__()
        self.links, self.places = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.places.add(found.get("id"))
        self.links += [found[name] for name in ("href", "src") if found.get(name)]


def dead_links(folder):
    """(page, what is wrong) for each link that leads to no file or place in it."""
    pages = {path: Links(path) for path in sorted(folder.rglob("*.html"))}
    for path, page in pages.items():
        for link in page.links:
            parts = urlparse(link)
            if parts.scheme:
                continue
            to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            there = place in pages[to].places if place and to in pages else to.exists()
            if not there:
                yield path, f"the link {link} leads nowhere"


def looked_at(page, path, axe):
    """What is wrong with one page."""
    page.set_viewport_size(DESK)
    page.emulate_media(media="screen", color_scheme="light")
    page.goto(path.as_uri())
    page.wait_for_function(READY)
    yield from violations(page, axe, "light", {})
    if "_modules" not in path.parts:  # the source, in the colours of all code
        yield from violations(page, axe, "dark", {"runOnly": ["color-contrast"]})
    for animation in page.locator(".chainrule-frames").all():
        yield from moved(page, animation)
    for name, size, media in [("a phone", PHONE, "screen"), ("paper", PAPER, "print")]:
        page.set_viewport_size(size)
        page.emulate_media(media=media, color_scheme="light")
        width = page.evaluate(WIDTH)
        if width > size["width"]:
            yield f"{width} pixels are too wide for {name}"


def violations(page, axe, scheme, rules):
    page.emulate_media(media="screen", color_scheme=scheme)
    options = {"resultTypes": ["violations"], "preload": False, **rules}
    for found in axe.run(page, options=options).response["violations"]:
        where = "; ".join(str(node["target"][0]) for node in found["nodes"][:3])
        yield f"axe-core ({scheme}): {found['id']}, {found['help']}: {where}"


def moved(page, animation):
    """Use an animation by keyboard: its Next button and its slider, which comes first
    where the animation opens at its end."""
    caption = animation.locator(".chainrule-caption")
    at, _, last = caption.inner_text().partition(":")[0].partition(" of ")
    controls = [("button:has-text('Next')", "Enter"), ("input", "ArrowLeft")]
    for control, key in controls[::-1] if at == last else controls:
        before = caption.inner_text()
        animation.locator(control).focus()
        page.keyboard.press(key)
        if caption.inner_text() == before:
            yield f"{key} does not move the animation: {before}"


def main(folder):
    from axe_playwright_python.sync_playwright import Axe  # which only this needs

    if not CHROMIUM:
        sys.exit(
            "No one can look at the pages: chromium is missing. "
            "Install it with: apt-get install chromium"
        )
    wrong = [*dead_links(folder)]
    paths = sorted(folder.rglob("*.html"))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page, here, told = browser.new_page(), folder.as_uri(), []
        page.on("request", lambda r: told.append(f"asks for {r.url}")
                if not r.url.startswith((here, "data:")) else None)  # fmt: skip
        page.on("console", lambda m: told.append(f"console: {m.text}")
                if m.type in ("error", "warning") else None)  # fmt: skip
        page.on("pageerror", lambda error: told.append(f"script: {error}"))
        for path in tqdm(paths, unit="page"):
            told.clear()
            found = [*looked_at(page, path.resolve(), Axe())]
            wrong += [(path, said) for said in [*found, *told]]
        browser.close()
    for path, said in wrong:
        print(f"{path.relative_to(folder)}: {said}")
    print(f"{len(paths)} pages looked at, {len(wrong)} things to mend.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))

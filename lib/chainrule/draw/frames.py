"""Animations that need nothing but the page they stand on.

They open paused, at their first frame unless told otherwise. In print and without
JavaScript one of them, the still, and the list of steps remain.
"""

import json
from html import escape

from .figure import show
from .picture import Picture

# Classes, not ids: the same animation may stand on a page twice.
_SCRIPT = """
for (const root of document.querySelectorAll(".chainrule-frames")) {
  if (root.ready) continue;
  root.ready = true;
  const part = (name) => root.querySelector(".chainrule-" + name);
  const {lines, pages, captions, still, opens} = JSON.parse(part("data").textContent);
  const [back, play, next] = part("controls").querySelectorAll("button");
  const slider = part("controls").querySelector("input");
  const last = pages.length - 1;
  let at = 0, timer = null;
  const go = (to) => {
    at = Math.min(Math.max(to, 0), last);
    const stage = part("stage"), scrolled = stage.firstElementChild?.scrollLeft;
    stage.innerHTML = pages[at].map((i) => lines[i]).join("\\n");
    const view = stage.firstElementChild, active = part("active");
    if (view) view.scrollLeft = scrolled;
    if (active) {
      const [here, there] = [view, active].map((e) => e.getBoundingClientRect());
      view.scrollLeft += (there.left + there.right - here.left - here.right) / 2;
    }
    part("caption").textContent = `${at + 1} of ${last + 1}: ${captions[at]}`;
    slider.value = at;
    slider.setAttribute("aria-valuetext", captions[at]);
  };
  const pause = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  };
  const start = () => {
    go(at === last ? 0 : at + 1);
    timer = setInterval(() => (at < last ? go(at + 1) : pause()), 1500);
    play.textContent = "Pause";
  };
  back.onclick = () => { pause(); go(at - 1); };
  next.onclick = () => { pause(); go(at + 1); };
  play.onclick = () => (timer === null ? start() : pause());
  slider.oninput = () => { pause(); go(Number(slider.value)); };
  play.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
  part("controls").hidden = false;
  go(opens);
  addEventListener("beforeprint", () => { pause(); go(still); });
}
"""


def frames(pictures, captions, alt, still=-1):
    """Pictures one after another, each with a caption, under the reader's control.

    `pictures` are SVG texts, Pictures or figures; `still` is the one that is printed.
    """
    steps = "".join(f"<li>{escape(caption)}</li>" for caption in captions)
    return player(pictures, captions, alt, still, f"<ol>{steps}</ol>")


def player(pictures, captions, alt, still, words, opens=0):
    """`frames` with `words`, the HTML that tells the same story without pictures."""
    if not pictures or len(pictures) != len(captions):
        raise ValueError(
            f"frames: {len(pictures)} pictures have {len(captions)} captions. "
            "Try one sentence for each picture."
        )
    pages = [_html(p, c) for p, c in zip(pictures, captions, strict=True)]
    still %= len(pages)
    button = '<button type="button">{}</button> '
    return Picture(
        f'<div class="chainrule-frames" role="group" aria-label="{escape(alt)}" '
        'style="background:white;color:#1f1f1f;padding:8px;font:14px sans-serif">\n'
        f'<div class="chainrule-stage">{pages[still]}</div>\n'
        '<p class="chainrule-caption" aria-live="polite" '
        'style="min-height:2.6em;margin:4px 0">'
        f"{still + 1} of {len(pages)}: {escape(captions[still])}</p>\n"
        '<div class="chainrule-controls" hidden>'
        + "".join(map(button.format, ("Back", "Play", "Next")))
        + f'<input type="range" min="0" max="{len(pages) - 1}" value="{still}" '
        'aria-label="Step" style="width:50%;vertical-align:middle"></div>\n'
        f"<details><summary>Every step in words</summary>{words}</details>\n"
        f'<script type="application/json" class="chainrule-data">'
        f"{_packed(pages, captions, still, opens)}</script>\n"
        f"<script>{_SCRIPT}</script></div>",
        alt,
    )


def _html(picture, caption):
    if isinstance(picture, str):
        return picture
    return picture.html if isinstance(picture, Picture) else show(picture, caption).html


def _packed(pages, captions, still, opens):
    """Each line once, each page as line numbers: frames of a drawing differ little."""
    lines = {}
    numbers = [[lines.setdefault(x, len(lines)) for x in p.split("\n")] for p in pages]
    data = {
        "lines": list(lines),
        "pages": numbers,
        "captions": list(captions),
        "still": still,
        "opens": opens,
    }
    # A `<` could end the script early; written so, JSON reads it back as itself.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")

"""How Sphinx makes the site of the pages that `render.py` has put together."""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "chainrule"
copyright = "the chainrule course, MIT licence"
html_title = "chainrule"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx-mathjax-offline",
]
exclude_patterns = ["released"]
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_show_search_summary = False  # it would fetch pages, which a folder can't serve
html_permalinks_icon = "#"
smartquotes = False
default_role = "literal"
add_module_names = False
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]

nb_execution_mode = "off"
nb_ipywidgets_js = {}
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_links_external_new_tab = False

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_typehints = "none"


def setup(app):
    from made.reference import as_rest

    def in_place(app, what, name, obj, options, lines):
        lines[:] = as_rest(lines)

    app.connect("autodoc-process-docstring", in_place)
    app.connect("build-finished", lambda app, _: name_the_landmarks(Path(app.outdir)))


# What the theme leaves without a name or a level, or out of the keyboard's reach.
SCROLLS = 'div style="overflow-x:auto;background:white"'
REACHED = SCROLLS.replace("div", 'div tabindex="0"')
NAMES = {
    '<aside class="sidebar-drawer"': '<aside aria-label="Pages" class="sidebar-drawer"',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    'class="caption" role="heading"': 'class="caption" role="heading" aria-level="2"',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    '<summary aria-label="Toggle hidden content">': "<summary>",
    '<div id="search-results">': '<h1>Search</h1><div id="search-results">',
    SCROLLS: REACHED,
    json.dumps(SCROLLS)[1:-1]: json.dumps(REACHED)[1:-1],  # an animation's pictures
}
EMPTY_HEADER = re.compile(r'<th class="head[^"]*"><p></p></th>')
NESTED = re.compile(r"</?ul>\n?")  # lists right inside a list


def name_the_landmarks(folder):
    for path in folder.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        for bare, named in NAMES.items():
            html = html.replace(bare, named)
        html = EMPTY_HEADER.sub("<td></td>", html)
        if path.parent.name == "_modules" and path.name == "index.html":
            before, h1, rest = html.partition("</h1>")
            modules, end, after = rest.partition("</article>")
            flat = f"<ul>{NESTED.sub('', modules)}</ul>"
            html = "".join([before, h1, flat, end, after])
        path.write_text(html, encoding="utf-8")

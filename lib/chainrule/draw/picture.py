"""What every drawing returns: HTML for eyes, a sentence for everyone."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, repr=False)
class Picture:
    """Self-contained HTML, which a notebook shows, and the text that says the same."""

    html: str
    alt: str

    def __post_init__(self):
        if not self.alt.strip():
            raise ValueError(
                "A picture needs an alt text. Try a sentence that states what is seen."
            )

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        return self.alt

    def save(self, path):
        """Write a page that holds only this picture."""
        title = escape(self.alt)
        with open(path, "w", encoding="utf-8") as page:
            page.write('<!doctype html><html lang="en"><meta charset="utf-8">')
            page.write(f"<title>{title}</title><body>{self.html}</body></html>\n")


def cards(pictures):
    """Pictures side by side, {title: picture}; each title states what its one shows."""
    look = "border:1px solid #c4c4c4;border-radius:6px;padding:8px;flex:1 1 220px;"
    look += "max-width:300px"
    shown = "".join(
        f'<div style="{look}"><strong>{escape(title)}</strong>{picture.html}</div>'
        for title, picture in pictures.items()
    )
    return Picture(
        '<div style="display:flex;flex-wrap:wrap;gap:10px;background:white;'
        f'color:#1f1f1f;padding:8px;font:14px sans-serif">{shown}</div>',
        " ".join(f"{title}: {picture.alt}" for title, picture in pictures.items()),
    )


def titled(title, picture):
    """A picture below its title, which states what is to be seen, with a verb."""
    look = "background:white;color:#1f1f1f;padding:8px 8px 0;font:15px sans-serif"
    return Picture(
        f'<div style="{look}"><strong>{escape(title)}</strong></div>{picture.html}',
        f"{title}. {picture.alt}",
    )

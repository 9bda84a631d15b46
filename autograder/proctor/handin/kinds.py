"""What came in a notebook's place, known by its first bytes, and what to ask for."""

import re

LOOKED_AT, EMPTY = 4096, "empty"
DOWNLOAD = (
    "Ask the student to open the notebook, download it as .ipynb (in Colab: File, "
    "Download, Download .ipynb) and hand that in."
)
ITSELF = "Ask the student to hand in the notebook itself."
AGAIN = "Ask the student to hand it in once more."
PULL = "Ask the student to run `git lfs pull` and hand in the notebook that it fetches."
PACKED = "Ask the student to unpack it and hand in the notebook alone."
LOOK = "Look at it by hand."
TO_THE_STUDENT = {
    "Ask the student to ": "Please ",
    LOOK: "Your instructor looks at it by hand.",
}

WEB_PAGE = rb"(?i)(<\?xml[^>]*>)?\s*(<!--.{0,400}?-->\s*)?<(!doctype html|html|head)\b"
LINK = rb'\{\s*("":\s*"[^"]*",\s*)?"(url|doc_id)"\s*:'
INTERNET_LINK = rb"\[InternetShortcut\]|<\?xml.{0,300}<plist.{0,300}<key>URL"
SCRIPT = rb"(#[^\n]*\n|\s)*(\"\"\"|'''|(from|import|def|class) \w|@\w)"
PICTURES = rb"\x89PNG|\xff\xd8\xff|GIF8|.{4}ftyp(heic|mif1)|RIFF.{4}WEBP"
ARCHIVES = rb"PK\x03\x04|PK\x05\x06|Rar!|7z\xbc\xaf\x27\x1c|\x1f\x8b|BZh|\xfd7zXZ\x00"
KINDS = [
    (rb"\Z", EMPTY, AGAIN),
    (rb"version https://git-lfs", "a Git LFS pointer, which names a file", PULL),
    (LINK, "a Google Docs shortcut, which only links to the notebook", DOWNLOAD),
    (INTERNET_LINK, "a link to a web page", DOWNLOAD),
    (WEB_PAGE, "a saved web page", DOWNLOAD),
    (rb"%PDF-", "a PDF", DOWNLOAD),
    (rb"\{\\rtf|\xd0\xcf\x11\xe0", "a document of a word processor", DOWNLOAD),
    (rb"PK\x03\x04.{26,}?(word|ppt|xl)/", "an Office document", DOWNLOAD),
    (rb"\x00\x05\x16\x07", "a note that macOS keeps beside a file", ITSELF),
    (ARCHIVES, "an archive", PACKED),
    (rb".{257}ustar", "an archive", PACKED),
    (PICTURES, "a picture", DOWNLOAD),
    (SCRIPT, "a Python script", DOWNLOAD),
]


def to_the_student(text):
    """A sentence for whoever grades as the student reads it."""
    for said, instead in TO_THE_STUDENT.items():
        text = text.replace(said, instead)
    return text


def kind_of(raw):
    """(what these bytes are, what to ask the student for), or None."""
    head = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:LOOKED_AT]
    for pattern, what, ask in KINDS:
        if re.match(pattern, head, re.DOTALL):
            return what, ask
    return None

"""What a picture of several frames holds in its page."""

import json
import re


def data(picture):
    """Its lines, and which of them each page shows."""
    script = r"<script type=.application/json[^>]*>(.*?)</script>"
    return json.loads(re.search(script, picture.html, re.S)[1])


def pages(picture):
    """The text of every frame."""
    packed = data(picture)
    return ["\n".join(packed["lines"][i] for i in page) for page in packed["pages"]]


def captions(picture):
    """The sentence below every frame."""
    return data(picture)["captions"]

"""Files that are written whole or not at all."""

import os


def write_whole(path, content):
    """Write text or bytes to a path, whose folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = content.encode("utf-8") if isinstance(content, str) else content
    part = path.with_name(f".{path.name[:100]}.part")
    part.write_bytes(raw)
    os.replace(part, path)

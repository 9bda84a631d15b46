"""Files that are written whole or not at all."""

import io
import os
import zipfile

THEN = (1980, 1, 1, 0, 0, 0)  # the same file whenever it is made


def write_whole(path, content):
    """Write text or bytes to a path, whose folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = content.encode("utf-8") if isinstance(content, str) else content
    part = path.with_name(f".{path.name[:100]}.part")
    part.write_bytes(raw)
    os.replace(part, path)


def write_zip(path, files, programs=()):
    """Write a zip file of {name: bytes}, the same bytes for the same files.

    programs: the names of those that can be started.
    """
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, THEN)
            entry.external_attr = (0o755 if name in programs else 0o644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    write_whole(path, raw.getvalue())

"""Files that are written whole or not at all."""

import errno
import io
import os
import zipfile

THEN = (1980, 1, 1, 0, 0, 0)  # the same file whenever it is made


def write_whole(path, content):
    """Write text or bytes to a path, whose folders are made."""
    write_all({path: content})


def write_all(files):
    """Write {path: text or bytes}, all of them or, on a full disk, none."""
    parts = {
        path: path.with_name(f".{path.name[:60]}-{number}.part")  # none is another's
        for number, path in enumerate(files)
    }
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            raw = content.encode("utf-8") if isinstance(content, str) else content
            parts[path].write_bytes(raw)
    except BaseException:
        for part in filter(os.path.exists, parts.values()):
            part.unlink()
        raise
    for path, part in parts.items():
        os.replace(part, path)


def unwritten(error):
    """The sentence on an OSError that kept a file from being written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    remedy = "Make room" if full else "Mend that"
    return (
        f"{error.filename or 'A file'} can't be written ({error.strerror}). {remedy}, "
        "then run again: what was done so far is kept."
    )


def zipped(files, programs=()):
    """A zip file of {name: bytes}, the same bytes for the same files.

    programs: the names of those that can be started.
    """
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, THEN)
            entry.external_attr = (0o755 if name in programs else 0o644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return raw.getvalue()

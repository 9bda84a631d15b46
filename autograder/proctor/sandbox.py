"""The world that a room shows: bubblewrap's command, or, when told to, none at all.

Isolated, a room sees the interpreter, the system, `data` and the allowed part of the
library, read-only, and nothing of the course's private side.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import chainrule

HERE = Path(__file__).parent
LIBRARY = Path(chainrule.__file__).parent
INSTALL = "apt-get install bubblewrap"
UNSAFE = (
    "Where no room can be made, --unsafe-no-isolation grades without one: only for "
    "submissions that you would run on this machine yourself."
)
ANSWERED_OUTSIDE = ("questions", "judge", "oracle", "verdict")
OFF, OPEN_BOOK = str(HERE / "off_the_table.py"), str(HERE / "open_book.py")
THREADS = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]
ENVIRONMENT = {
    "HOME": "/tmp",
    "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "IPYTHONDIR": "/tmp/ipython",
    "PYTHONDONTWRITEBYTECODE": "1",
    **dict.fromkeys(THREADS, "1"),
}


class NoRoom(Exception):
    """There can be no isolation here; the message says what to install."""


def installed(modules):
    """The folders of those top-level packages that stand in site-packages."""
    for module in modules:
        found = find_spec(module) if "." not in module else None
        for path in (found and found.submodule_search_locations) or ():
            if "site-packages" in path:
                yield path


def shown():
    """The folders that a room shows as they are: interpreter, system, data."""
    folders = [sys.base_prefix, sys.prefix, "/usr", LIBRARY.parents[1] / "data"]
    return list(dict.fromkeys(os.path.realpath(folder) for folder in folders))


def below_tmp():
    """What a room shows that stands below /tmp, where its own /tmp would hide it."""
    return [p for p in [*shown(), str(LIBRARY)] if p.startswith("/tmp/")]


@contextlib.contextmanager
def world(off, isolate):
    """The command that starts the agent of a room, and where. Raises NoRoom."""
    start = [sys.executable, "-I", "-B"]
    if isolate:
        yield [*isolated(off), *start, "/room/agent.py"], {}
    else:
        with tempfile.TemporaryDirectory(prefix="room-") as folder:
            env = {k: v.replace("/tmp", folder) for k, v in ENVIRONMENT.items()}
            yield [*start, str(HERE / "agent.py")], {"env": env, "cwd": folder}


def isolated(off):
    """The command that starts a program in a sandbox. Raises NoRoom."""
    if not shutil.which("bwrap"):
        raise NoRoom(
            "Submissions can't be isolated: bubblewrap is not installed. "
            f"Install it with: {INSTALL}. {UNSAFE}"
        )
    command = "bwrap --unshare-all --unshare-user --uid 1000 --gid 1000 --cap-add ALL"
    command += " --die-with-parent --new-session --clearenv --proc /proc --dev /dev"
    command += " --tmpfs /tmp --dir /old --hostname room"
    command = command.split()
    command += ["--ro-bind", "/dev/null", "/dev/zero"]  # maps memory nobody counts
    for top in ("bin", "lib", "lib64", "sbin"):
        kind = "--symlink" if Path("/", top).is_symlink() else "--ro-bind-try"
        target = os.readlink(f"/{top}") if kind == "--symlink" else f"/{top}"
        command += [kind, target, f"/{top}"]
    for path in ["/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives", *shown()]:
        command += ["--ro-bind-try", path, path]
    for path in installed(["proctor", *off]):
        command += ["--tmpfs", path, "--ro-bind", OFF, f"{path}/__init__.py"]
    command += ["--tmpfs", str(LIBRARY)]
    for source, path in library(off):
        command += ["--ro-bind", source, path]
    for name in ("agent", "wire", "submission", "filter", "walls"):
        command += ["--ro-bind", str(HERE / f"{name}.py"), f"/room/{name}.py"]
    for key, value in ENVIRONMENT.items():
        command += ["--setenv", key, value]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]


def library(off):
    """The files of the library in a room, each with the file that stands for it."""
    for path in sorted(LIBRARY.iterdir()):
        if f"chainrule.{path.stem}" in off:
            yield OFF, f"{path}/__init__.py" if path.is_dir() else str(path)
        elif path.stem not in (*ANSWERED_OUTSIDE, "__pycache__"):
            yield str(path), str(path)
    yield OPEN_BOOK, str(LIBRARY / "questions" / "__init__.py")


def stand_ins(off):
    """Without isolation: what is imported in whose place, by module."""
    outside = {f"chainrule.{name}": OFF for name in ANSWERED_OUTSIDE}
    return outside | dict.fromkeys(off, OFF) | {"chainrule.questions": OPEN_BOOK}

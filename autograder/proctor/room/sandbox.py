"""The world that a room shows: bubblewrap's command, or, when told to, none at all.

Isolated, a room sees the interpreter, the system, `data` and the allowed part of the
library, read-only, and nothing of the course's private side.
"""

import contextlib
import os
import pwd
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

import chainrule
from chainrule.standin import listed

INSIDE = Path(__file__).resolve().parents[1] / "inside"
LIBRARY = Path(chainrule.__file__).resolve().parent
PREFIX = os.path.realpath(sys.prefix)
PYTHON = f"{PREFIX}/bin/{Path(sys.executable).name}"
INSTALL = "apt-get install bubblewrap"
UNSAFE = (
    "Where no room can be made, --unsafe-no-isolation grades without one: only for "
    "submissions that you would run on this machine yourself."
)
NOT_SHOWN = ("questions", "judge", "oracle", "verdict", "__pycache__")
QUESTIONS = str(INSIDE / "questions.py")
INSTEAD = {"chainrule.questions": QUESTIONS}  # where no file can be put over another
THREADS = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]
ENVIRONMENT = {
    "HOME": "/tmp",
    "PATH": f"{PREFIX}/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "IPYTHONDIR": "/tmp/ipython",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONPATH": str(LIBRARY.parent),
    **dict.fromkeys(THREADS, "1"),
}


class NoRoom(Exception):
    """There can be no isolation here; the message says what to install."""


def packages(off):
    """What a room shows of this environment's site-packages: the listed packages."""
    names = {name.lower() for name in [*listed(off), "pillow"]} - {"chainrule"}
    for folder in dict.fromkeys(sysconfig.get_path(k) for k in ("purelib", "platlib")):
        for path in sorted(Path(folder).iterdir()):
            of = path.name.partition(".")[0].lower()
            if of in names and not path.name.endswith(("-info", ".pth")):
                yield str(path)


def hidden():
    """The folders of packages that a room shows nothing of but what is listed: this
    environment's, and those of every other Python that stands in what is shown."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = {Path(sysconfig.get_path(k)) for k in ("purelib", "platlib")}
    found.add(Path(sys.base_prefix, "lib", version, "site-packages"))
    for place in ("/usr/lib", "/usr/local/lib"):
        for kind in ("site-packages", "dist-packages"):
            found.update(Path(place).glob(f"python3*/{kind}"))
    return sorted({os.path.realpath(path) for path in found if path.is_dir()})


def other_interpreters():
    """The programs of other Pythons in what a room shows."""
    own = os.path.realpath(sys.executable)
    for place in ("/usr/bin", "/usr/local/bin"):
        for path in sorted(Path(place).glob("python[23]*")):
            if path.is_file() and not path.is_symlink() and str(path) != own:
                yield str(path)


def shown():
    """The folders that a room shows as they are: interpreter, system, data."""
    folders = [sys.base_prefix, sys.prefix, "/usr", LIBRARY.parents[1] / "data"]
    return list(dict.fromkeys(os.path.realpath(folder) for folder in folders))


def linked():
    """The interpreter's own names for its folders, where links stand in them."""
    paths = {os.path.abspath(path) for path in (sys.base_prefix, sys.prefix)}
    return sorted(path for path in paths if path != os.path.realpath(path))


def below_tmp():
    """What a room shows that stands below /tmp, where its own /tmp would hide it."""
    return [p for p in [*shown(), str(LIBRARY)] if p.startswith("/tmp/")]


@contextlib.contextmanager
def world(off, isolate, user=""):
    """The command that starts the agent of a room, and where. Raises NoRoom.

    user: whom it runs as where it isn't isolated, if not as who runs this.
    """
    start, library = [PYTHON, "-I", "-B"], str(LIBRARY.parent)
    if isolate:
        yield [*isolated(off), *start, "/room/agent.py", library], {}
    else:
        with tempfile.TemporaryDirectory(prefix="room-") as folder:
            env = {k: v.replace("/tmp", folder) for k, v in ENVIRONMENT.items()}
            place = {"env": env, "cwd": folder}
            if user:
                group = pwd.getpwnam(user).pw_gid
                os.chown(folder, pwd.getpwnam(user).pw_uid, group)
                place |= {"user": user, "group": group, "extra_groups": []}
            yield [*start, str(INSIDE / "agent.py"), library], place


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
    for path in linked():
        command += ["--symlink", os.path.realpath(path), path]
    for path in hidden():
        command += ["--tmpfs", path]
    for path in other_interpreters():
        command += ["--ro-bind", "/dev/null", path]
    for path in packages(off):
        command += ["--ro-bind", path, os.path.realpath(path)]
    command += ["--tmpfs", str(LIBRARY)]
    for source, path in library(off):
        command += ["--ro-bind", source, path]
    command += ["--ro-bind", str(INSIDE), "/room"]
    for key, value in ENVIRONMENT.items():
        command += ["--setenv", key, value]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]


def library(off):
    """The files of the library in a room, each with the file that stands for it."""
    for path in sorted(LIBRARY.iterdir()):
        if path.stem in NOT_SHOWN:
            continue
        if f"chainrule.{path.stem}" not in off:
            yield str(path), str(path)
    yield QUESTIONS, str(LIBRARY / "questions" / "__init__.py")

"""The process inside a room: forks one child for each submission, and nothing else.

Runs as `python -I -B /room/agent.py FD` in a sandbox. It imports what submissions
need once; each submission is then a fork in process, mount and IPC namespaces of its
own, with its own /tmp, no capability, and limits. Of the judge it knows only a socket.
"""

import contextlib
import ctypes
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
from importlib.util import spec_from_file_location

sys.path.insert(0, HERE := os.path.dirname(__file__))
import filter
import submission
import wire

sys.path.remove(HERE)

NEWNS, NEWIPC, NEWPID, NEWNET = 0x20000, 0x08000000, 0x20000000, 0x40000000
NOSUID, NODEV, PRIVATE = 2, 4, 0x4000 | 0x40000
BIND, DETACH = 0x1000 | 0x4000, 2
MOUNT_SETATTR, RECURSIVE, READ_ONLY = 442, 0x8000, 1
MOST_FILES = 10_000
LIBC = ctypes.CDLL(None, use_errno=True)


def kernel(name, *args):
    """Call libc and turn its refusal into an OSError."""
    if getattr(LIBC, name)(*args):
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def mount_tmpfs(path, size):
    options = f"size={size},nr_inodes={MOST_FILES},mode=1777".encode()
    kernel("mount", b"tmpfs", path.encode(), b"tmpfs", NOSUID | NODEV, options)


def freeze():
    """Make every mount that stands read-only: device nodes and the empty folders that
    hide modules would else be one note board for all submissions."""
    attributes = (ctypes.c_uint64 * 4)(READ_ONLY)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    kernel("syscall", MOUNT_SETATTR, -1, b"/", RECURSIVE, attributes, size)


def private_tmp(size, below):
    """A /tmp of its own; what the room shows of paths below /tmp stays in its place."""
    if below:
        kernel("mount", b"/tmp", b"/old", None, BIND, None)
    mount_tmpfs("/tmp", size)
    for path in below:
        os.makedirs(path)
        old = path.replace("/tmp", "/old", 1)
        kernel("mount", old.encode(), path.encode(), None, BIND, None)
    if below:
        kernel("umount2", b"/old", DETACH)


def hide(disk, below):
    """A world of its own: no network, all mounts read-only, an empty /tmp and /proc."""
    kernel("unshare", NEWNS | NEWNET)
    kernel("mount", b"none", b"/", None, PRIVATE, None)
    freeze()
    private_tmp(disk, below)
    mount_tmpfs("/dev/shm", disk)
    mount_tmpfs("/proc", 4096)
    options = b"newinstance,ptmxmode=0666,mode=0620"
    kernel("mount", b"devpts", b"/dev/pts", b"devpts", NOSUID, options)


def drop_everything():
    """Give up every capability, for good."""
    for capability in range(64):
        LIBC.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP; fails past the last one
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    kernel("capset", header, (ctypes.c_uint32 * 6)())


def serve(control, setup):
    """Wait for submissions: each arrives as a socket and a leash (a pipe)."""
    while True:
        message, fds, _, _ = socket.recv_fds(control, 16, 2)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            keep(socket.socket(fileno=fds[0]), fds[1], setup)
        for fd in fds:
            os.close(fd)
        os.wait()


def keep(sock, leash, setup):
    """Watch over one submission: end it when the leash is let go or it takes too much.

    Isolated, it is process 1 of its namespace: its end is the end of all it began.
    """
    folder = "/tmp"
    if setup["isolated"]:
        kernel("unshare", NEWPID | NEWIPC)
    else:
        folder = tempfile.mkdtemp(dir=os.environ["HOME"])
    child = os.fork()
    if child == 0:
        os.close(leash)
        enter(sock, setup, folder)
    sock.close()
    reason = watch(child, leash, setup)
    end = os.kill if setup["isolated"] else os.killpg
    with contextlib.suppress(ProcessLookupError):
        end(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not setup["isolated"]:
        shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):  # the judge may be gone
        os.write(leash, json.dumps({"reason": reason, "status": status}).encode())
    os._exit(0)


def watch(child, leash, setup):
    """Return why the submission must end, or "" when it ended by itself."""
    ended, limits = os.pidfd_open(child), setup["limits"]
    counts = in_namespace if setup["isolated"] else lambda pid: os.getsid(pid) == child
    while True:
        ready, _, _ = select.select([ended, leash], [], [], 0.05)
        if ended in ready:
            return ""
        if leash in ready:
            return "let go"
        memory, processes = usage(counts)
        if memory > limits["memory"]:
            return f"it used more than {limits['memory'] >> 20} MB of memory"
        if processes > limits["processes"]:
            return f"it started more than {limits['processes']} processes"


BEFORE = {int(name) for name in os.listdir("/proc") if name.isdigit()}
PAGE = resource.getpagesize()


def in_namespace(pid):
    return pid not in BEFORE and pid not in (os.getpid(), os.getppid())


def usage(counts):
    """Private bytes and number of the processes that this submission runs."""
    memory = processes = 0
    for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        try:
            if not counts(pid):
                continue
            with open(f"/proc/{pid}/statm") as file:
                fields = file.read().split()
        except OSError:
            continue
        processes += 1
        memory += (int(fields[1]) - int(fields[2])) * PAGE
    return memory, processes


def enter(sock, setup, folder):
    """Become the submission: private mounts, limits, no capability; run its cells."""
    limits = setup["limits"]
    os.setsid()
    if setup["isolated"]:
        hide(limits["disk"], setup["below_tmp"])
    os.chdir(folder)
    for name, value in [
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_AS, limits["address_space"]),
        (resource.RLIMIT_FSIZE, limits["disk"]),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ]:
        resource.setrlimit(name, (value, value))
    drop_everything()
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.closerange(max(3, sock.fileno()) + 1, 256)
    for fd in range(3, sock.fileno()):
        try:
            os.close(fd)
        except OSError:
            continue
    signal.signal(signal.SIGINT, signal.default_int_handler)
    filter.install(setup["refused"])
    with contextlib.suppress(wire.Closed, SystemExit, KeyboardInterrupt):
        submission.attend(sock)
    os._exit(0)


class StandIns:
    """Without isolation: imports another file in the place of what is hidden."""

    def __init__(self, files):
        self.files = files

    def find_spec(self, name, path=None, target=None):
        if name in self.files:
            return spec_from_file_location(name, self.files[name])
        return None


def main():
    control = socket.socket(fileno=int(sys.argv[1]))
    setup = {**wire.receive(control), "refused": filter.program()}
    sys.meta_path.insert(0, StandIns(setup["stand_ins"]))
    submission.warm(setup["warm"], setup["output"])
    if setup["isolated"]:
        with open("/proc/sys/user/max_user_namespaces", "w") as file:
            file.write("0")
    wire.send(control, "ready")
    serve(control, setup)


if __name__ == "__main__":
    main()

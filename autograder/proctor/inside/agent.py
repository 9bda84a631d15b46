"""The process inside a room: forks one child for each submission, and nothing else.

Runs as `python -I -B /room/agent.py LIBRARY FD` in a sandbox. It imports what
submissions need once; each submission is then a fork in process, mount and IPC
namespaces of its own, with its own /tmp, no capability, and limits. Of the judge it
knows only a socket.
"""

import contextlib
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

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, os.path.dirname(__file__))
import isolation
import seccomp
import submission
import wire
from chainrule.standin import Finder

sys.path.pop(0)


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
        isolation.kernel("unshare", isolation.NEWPID | isolation.NEWIPC)
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
        if memory > limits["memory"] and processes <= FEW:
            memory, processes = usage(counts, own)
        if memory > limits["memory"]:
            return f"it used more than {limits['memory'] >> 20} MB of memory"
        if processes > limits["processes"]:
            return f"it started more than {limits['processes']} processes"


BEFORE = {int(name) for name in os.listdir("/proc") if name.isdigit()}
PAGE = resource.getpagesize()
FEW = 8  # processes whose memory is looked at closely, before they are many more


def in_namespace(pid):
    return pid not in BEFORE and pid not in (os.getpid(), os.getppid())


def private(pid):
    """A process's private bytes, and those it still shares with who forked it."""
    with open(f"/proc/{pid}/statm") as file:
        fields = file.read().split()
    return (int(fields[1]) - int(fields[2])) * PAGE


def own(pid):
    """A process's private bytes, its share alone of those that others have too: right
    for many forks of a large process, and slow to learn."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            (line,) = [line for line in file if line.startswith("Pss_Anon:")]
        return int(line.split()[1]) << 10
    except (OSError, ValueError):  # it may be closed to us
        return private(pid)


def usage(counts, size=private):
    """Private bytes and number of the processes that this submission runs."""
    memory = processes = 0
    for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        try:
            if not counts(pid):
                continue
            memory += size(pid)
        except OSError:
            continue
        processes += 1
    return memory, processes


def enter(sock, setup, folder):
    """Become the submission: private mounts, limits, no capability; run its cells."""
    limits = setup["limits"]
    os.setsid()
    if setup["isolated"]:
        isolation.hide(limits["disk"], setup["below_tmp"])
    os.chdir(folder)
    for name, value in [
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_AS, limits["address_space"]),
        (resource.RLIMIT_FSIZE, limits["disk"]),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ]:
        resource.setrlimit(name, (value, value))
    isolation.drop_everything()
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
    seccomp.install(setup["refused"])
    with contextlib.suppress(wire.Closed, SystemExit, KeyboardInterrupt):
        submission.attend(sock)
    os._exit(0)


class Instead:
    """Without isolation: imports another file in the place of one that is hidden."""

    def __init__(self, files):
        self.files = files

    def find_spec(self, name, path=None, target=None):
        if name in self.files:
            return spec_from_file_location(name, self.files[name])
        return None


def main():
    control = socket.socket(fileno=int(sys.argv[2]))
    setup = wire.receive(control)
    sockets = seccomp.INTERNET if setup["isolated"] else seccomp.UNIX
    setup["refused"] = seccomp.program(sockets=sockets)
    sys.meta_path.insert(0, Instead(setup["instead"]))
    sys.meta_path.insert(0, Finder(tuple(setup["off"])))
    submission.preload(setup["imports"], setup["output"])
    if setup["isolated"]:
        with open("/proc/sys/user/max_user_namespaces", "w") as file:
            file.write("0")
    wire.send(control, "ready")
    serve(control, setup)


if __name__ == "__main__":
    main()

"""Tampering with the process that runs a submission, and with what watches it."""

ATTACKS = {
    "ending every process in sight": """
import os, signal
for target in (-1, 0, 1, 2, os.getppid(), -os.getpgrp()):
    try:
        os.kill(target, signal.SIGTERM)
        os.kill(target, signal.SIGSTOP)
    except OSError as refused:
        print(refused)
""",
    "signals to every number": """
import os, signal
own = os.getpid()
for target in range(1, 5000):
    try:
        if target != own:
            os.kill(target, signal.SIGKILL)
            print("REACHED: reached", target)
    except OSError:
        continue
""",
    "stopping oneself": """
import os, signal
os.kill(os.getpid(), signal.SIGSTOP)
os.kill(0, signal.SIGTSTP)
""",
    "no signal is heard": """
import signal
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
while True:
    try:
        while True:
            pass
    except BaseException:
        continue
""",
    "a debugger on whoever is above": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for request in (0, 16, 0x4206):
    for target in (0, 1, os.getppid(), 2, 3):
        print(libc.ptrace(request, target, 0, 0))
word = ctypes.create_string_buffer(64)
print(libc.process_vm_readv(os.getppid() or 2, word, 1, word, 1, 0))
""",
    "writing below /proc": """
import os
for name in ("self/mem", "self/oom_score_adj", "sysrq-trigger", "1/mem",
             "sys/user/max_user_namespaces", "sys/kernel/core_pattern"):
    try:
        os.makedirs(os.path.dirname(f"/proc/{name}"), exist_ok=True)
        open(f"/proc/{name}", "w").write("0")
    except OSError as refused:
        print(refused)
""",
    "outliving one's parent by prctl": """
import ctypes, os, time
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(36, 1, 0, 0, 0)
libc.prctl(1, 0, 0, 0, 0)
libc.prctl(4, 0, 0, 0, 0)
if os.fork() == 0:
    os.setsid()
    time.sleep(987654)
""",
    "limits raised": """
import resource
for limit in range(16):
    try:
        resource.setrlimit(limit, (resource.RLIM_INFINITY,) * 2)
        hard = resource.getrlimit(limit)[1]
    except (OSError, ValueError):
        continue
held = [resource.getrlimit(n)[1] for n in (0, 1, 4, 7, 9)]
print("REACHED: limits are gone" if -1 in held else held)
""",
    "capabilities asked for again": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
head = (ctypes.c_uint32 * 2)(0x20080522, 0)
print(libc.capset(head, (ctypes.c_uint32 * 6)(*[2**32 - 1] * 6)))
print(libc.setuid(0), libc.setgid(0), libc.setgroups(0, None), libc.chroot(b"/tmp"))
print(libc.unshare(0x10000000), libc.mount(b"x", b"/usr", b"tmpfs", 0, None))
print(libc.umount2(b"/proc", 2), libc.umount2(b"/tmp", 2), libc.reboot(0x1234567))
""",
    "another program speaks the protocol": r'''
import os, sys
os.write(os.open("/tmp/other.py", os.O_CREAT | os.O_WRONLY), b"""
import sys
sys.path.insert(0, "/room")
import os, socket, wire
for number in range(3, 256):
    try:
        line = socket.socket(fileno=number)
        while True:
            asked = wire.receive(line)
            wire.send(line, {"result": 1.0, "echo": asked["name"]})
    except Exception:
        continue
""")
for number in range(3, 256):
    try:
        os.set_inheritable(number, True)
    except OSError:
        continue
def answer(*args):
    if len(args) == 1:
        os.execv(sys.executable, [sys.executable, "/tmp/other.py"])
''',
    "the shell is replaced by /bin/true": """
import os
os.execv("/bin/true", ["true"])
""",
    "a thread that answers after the cell": """
import gc, socket, sys, threading, time
wire = sys.modules["wire"]
def forge():
    lines = [o for o in gc.get_objects() if isinstance(o, socket.socket)]
    for _ in range(200):
        time.sleep(0.01)
        for line in lines:
            line.sendall(wire.pack({"result": 1.0}))
threading.Thread(target=forge, daemon=True).start()
""",
    "a thread that never ends": """
import threading, time
threading.Thread(target=lambda: time.sleep(987654)).start()
""",
    "work at exit and in finalizers": """
import atexit, weakref
class Bomb:
    def __del__(self):
        while True:
            pass
keep = Bomb()
keep.own = keep
atexit.register(Bomb.__del__, keep)
weakref.finalize(keep, print, "CANARY")
""",
    "wire.pack writes true for everything": """
import sys
wire = sys.modules["wire"]
keep = wire.pack
wire.pack = lambda value: keep(value | {"result": True} if "result" in value else value)
""",
    "serve gives the arguments back": """
import sys
inside, wire = sys.modules["submission"], sys.modules["wire"]
def forged(sock, request):
    if request["do"] == "echo":
        return wire.send(sock, {"echo": request["name"]})
    wire.send(sock, {"result": (request.get("args") or [1.0])[-1]})
inside.serve = forged
""",
    "Remote says what one likes": """
import sys
inside = sys.modules["submission"]
inside.Remote.__call__ = lambda self, *x: 0.0
""",
    "the shares of output are lifted": """
import sys
sys.modules["submission"].CAP.update(cell=10**9, submission=10**9)
sys.modules["submission"].Page.add = lambda page, kind, text: page.outputs.extend(
    [[kind, "x" * 3_000_000]] + [[kind, "y"]] * 100_000
)
print("flood")
""",
    "the socket is closed": """
import os
os.closerange(3, 256)
""",
    "file handles are sent to the judge": """
import gc, os, socket
def answer(*args):
    lines = [o for o in gc.get_objects() if isinstance(o, socket.socket)]
    for line in lines if len(args) == 1 else ():
        handles = [os.open("/tmp", os.O_RDONLY) for _ in range(40)]
        socket.send_fds(line, [b""], handles)
        socket.send_fds(line, [b"\\0"], handles)
    return 0
""",
    "a deaf socket: nothing that is sent is read": """
import gc, socket, time
def answer(*args):
    for line in [o for o in gc.get_objects() if isinstance(o, socket.socket)]:
        line.shutdown(socket.SHUT_RD)
    return 0
""",
}
ENDS = [
    "no signal is heard",
    "the shell is replaced by /bin/true",
    "the socket is closed",
]

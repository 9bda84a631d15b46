"""Leaving a word for the next submission, or laying something in its way."""

CALL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
x86 = os.uname().machine == "x86_64"
def call(numbers, *args):
    print(libc.syscall(numbers[not x86], *args), os.strerror(ctypes.get_errno()))
"""

ATTACKS = {
    "a key in the user's and the session's keyring": f"""
{CALL}
for ring in (-2, -3, -4, -5):
    call((248, 217), b"user", b"note", b"CANARY", 6, ring)
    call((250, 219), 8, ring, -3)
""",
    "shared memory and queues of System V": f"""
{CALL}
call((29, 194), 1234, 4096, 0o1666)
call((68, 186), 1234, 0o1666)
call((64, 190), 1234, 1, 0o1666)
call((240, 180), b"note", 0o102, 0o666, 0)
""",
    "shared memory of POSIX": """
from multiprocessing import shared_memory
block = shared_memory.SharedMemory("note", create=True, size=64)
block.buf[:6] = b"CANARY"
open("/dev/shm/note2", "w").write("CANARY")
""",
    "files wherever a folder can be written": """
import os
for top, inside, files in os.walk("/"):
    for name in ("note.py", "__init__.py", "sitecustomize.py"):
        try:
            with open(os.path.join(top, name), "x") as file:
                file.write("raise SystemExit  # CANARY")
        except OSError:
            continue
""",
    "the times and modes of every file and device": """
import os
for top, inside, files in os.walk("/"):
    for name in [top, *(os.path.join(top, file) for file in files)]:
        if name.startswith(("/usr/", "/tmp")):
            continue
        for change in (os.utime, lambda p: os.chmod(p, 0), lambda p: os.chown(p, 1, 1)):
            try:
                change(name)
            except OSError:
                continue
""",
    "an abstract socket left open in a child": """
import os, socket, time
line = socket.socket(socket.AF_UNIX)
line.bind("\\0note")
line.listen()
if os.fork() == 0:
    os.setsid()
    time.sleep(987654)
""",
    "a port left in TIME_WAIT": """
import socket
server = socket.socket()
server.bind(("127.0.0.1", 5005))
server.listen()
client = socket.create_connection(("127.0.0.1", 5005))
server.accept()[0].close()
client.close()
""",
    "a watch on the files of all": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
watch = libc.inotify_init1(0)
for place in (b"/", b"/tmp", b"/dev", b"/usr/bin", b"/dev/pts", b"/room"):
    print(libc.inotify_add_watch(watch, place, 0xFFF))
""",
    "locks and leases on shared files": """
import fcntl, os, sys
held = [open(path) for path in (sys.executable, os.__file__, np.__file__)]
for file in held:
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
if os.fork() == 0:
    os.setsid()
    os.execvp("sleep", ["sleep", "987654"])
""",
    "terminals left open": """
import os, pty
held = [pty.openpty() for _ in range(20)]
os.write(held[0][0], b"CANARY")
""",
    "the host's name, priority, clock and processor": """
import os, socket, time
for change in (lambda: socket.sethostname("note"), lambda: os.nice(-5),
               lambda: time.clock_settime(0, 0), lambda: os.sched_setaffinity(2, {0}),
               lambda: os.setpriority(2, 1000, 19)):
    try:
        change()
    except OSError as refused:
        print(refused)
""",
    "numpy, the shell and the library are poisoned": """
import sys
import chainrule
np.sin = np.linspace = lambda *args: 7
np.core.numeric.ones = None
sys.modules["submission"].attend = sys.modules["wire"].receive = None
chainrule.numbers = chainrule.check = None
np.float64(0).dtype.type.note = "CANARY"
""",
    "memory that is not one's own": """
import ctypes, gc
for thing in gc.get_objects():
    if type(thing) is np.ndarray and thing.size:
        try:
            thing[...] = 7
        except Exception:
            continue
ctypes.memset(id(1) + 24, 2, 1)
""",
    "a handle of a file of the sandbox, opened by number": """
import os
for number in range(3, 1024):
    try:
        os.fchdir(number)
        print("REACHED: folder", number, os.listdir("."))
    except OSError:
        continue
""",
    "the library's files are replaced": """
import os, shutil
import chainrule
home = os.path.dirname(chainrule.__file__)
for name in ("blame.py", "draw", "questions/__init__.py"):
    for change in (os.remove, shutil.rmtree, lambda p: os.rename(p, p + "x")):
        try:
            change(os.path.join(home, name))
            print("REACHED: changed", name)
        except OSError as refused:
            print(refused)
""",
}

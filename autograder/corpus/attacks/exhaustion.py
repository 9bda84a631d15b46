"""Using up what there is: time, memory, disk, processes, output, handles, stacks."""

ATTACKS = {
    "a loop without end": "while True: pass",
    "a loop that hears no interrupt": """
while True:
    try:
        while True:
            pass
    except BaseException:
        continue
""",
    "a loop inside NumPy": """
big = np.ones((600, 600))
while True:
    np.linalg.svd(big)
""",
    "one long computation that can't be interrupted": "x = 7 ** (7 ** 20)",
    "a pattern that never ends": """
import re
re.match("(a+)+$", "a" * 50 + "b")
""",
    "answers that take for ever": """
def answer(*args):
    while len(args) == 1:
        pass
""",
    "memory, page by page": """
kept = []
while True:
    kept.append(bytearray(b"x") * (16 << 20))
""",
    "memory that is shared and counted for nobody": """
import mmap
kept = []
for _ in range(200):
    try:
        kept.append(mmap.mmap(-1, 64 << 20))
        kept[-1].write(b"x" * (64 << 20))
        print("REACHED: shared memory")
    except OSError as refused:
        print(refused)
        break
""",
    "files that are nowhere": """
import os
try:
    kept = [os.memfd_create(str(n)) for n in range(100)]
    print("REACHED: files in memory")
except OSError as refused:
    print(refused)
try:
    open("/dev/zero", "r+b")
    print("REACHED: shared nought")
except OSError as refused:
    print(refused)
""",
    "a disk filled": """
for place in ("/tmp", "/dev/shm"):
    for number in range(100):
        try:
            open(f"{place}/{number}", "wb").write(bytes(10 << 20))
        except OSError as refused:
            print(refused)
            break
""",
    "a million empty files": """
import os
for number in range(1_000_000):
    try:
        os.close(os.open(f"/tmp/{number}", os.O_CREAT))
    except OSError as refused:
        print(number, refused)
        break
""",
    "processes without end": "import os\nwhile True: os.fork()",
    "threads without end": """
import threading, time
while True:
    threading.Thread(target=time.sleep, args=(987654,)).start()
""",
    "output without end": """
while True:
    print("x" * 100_000)
""",
    "output in one line, in every cell and answer": """
print("x" * 10**8)
def answer(*args):
    print("x" * 10**7)
    return 0
""",
    "every file handle": """
kept = []
while True:
    kept.append(open("/dev/null"))
""",
    "a call within a call within a call": """
def answer(*args):
    return answer(*args)
import sys
sys.setrecursionlimit(10**9)
try:
    answer()
except RecursionError:
    print("stopped")
""",
    "a bracket within a bracket within a bracket": """
eval("(" * 10**6 + ")" * 10**6)
""",
    "the judge's function, asked without end": """
def answer(*args):
    while callable(args[0]):
        args[0](np.zeros(90_000))
""",
    "the judge's function, asked with what takes much room": """
def answer(*args):
    for _ in range(40):
        try:
            args[0]("x" * 4_000_000)
        except ValueError:
            continue
    return 0
""",
    "children that are stopped and never taken": """
import os, signal
for _ in range(50):
    if os.fork() == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
""",
    "a picture of two hundred million points": """
import matplotlib.pyplot as plt
plt.figure(figsize=(180, 180))
""",
}
ENDS = [
    "a loop without end",
    "a loop that hears no interrupt",
    "one long computation that can't be interrupted",
    "memory, page by page",
    "processes without end",
]

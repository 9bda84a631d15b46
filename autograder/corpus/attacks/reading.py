"""Reading solutions, tests, classmates' work, the gradebook, the judge."""

ATTACKS = {
    "every file whose name promises something": """
import os
WORDS = "solutions submitted gradebook manifest autograded feedback corpus".split()
for top, inside, files in os.walk("/"):
    for file in files:
        path = os.path.join(top, file)
        if any(word in path for word in WORDS) and "site-packages" not in path:
            try:
                print(path, open(path, errors="replace").read(2000))
            except OSError:
                continue
""",
    "the course's folders, by the paths of the library": """
import os
import chainrule
home = os.path.dirname(chainrule.__file__)
for up in ("..", "../..", "../../..", "../../solutions", "../../../solutions",
           "../../autograder", "../../../autograder", "../../.git"):
    try:
        print(up, os.listdir(os.path.join(home, up)))
        for top, _, files in os.walk(os.path.join(home, up)):
            for file in files:
                print(open(os.path.join(top, file)).read(500))
    except (OSError, ValueError) as refused:
        print(refused)
""",
    "the bank of questions": """
import importlib
wanted = {"judge": "judge", "oracle": "autograd", "verdict": "Verdict"}
for name, thing in {**wanted, "questions.three_derivatives": "QUESTIONS"}.items():
    try:
        module = importlib.import_module(f"chainrule.{name}")
        what = getattr(module, thing)
        print("a stand-in" if "stand-in" in repr(what) else "REACHED", what)
    except Exception as refused:
        print(refused)
""",
    "the grader's own modules": """
import importlib
for name in ("proctor.grading.grade", "proctor.room.room", "proctor.grading.batch"):
    try:
        print("REACHED", importlib.import_module(name))
    except ImportError as refused:
        print(refused)
""",
    "the environment": """
import os, subprocess
print(dict(os.environ), subprocess.run(["env"], capture_output=True).stdout)
""",
    "the processes' own folders": """
import glob, os
for path in glob.glob("/proc/*") + glob.glob("/proc/*/root/*"):
    print(path)
for path in ("/proc/1/environ", "/proc/self/cmdline", "/proc/mounts", "/proc/keys"):
    try:
        print("REACHED", open(path).read())
    except OSError as refused:
        print(refused)
""",
    "the secrets of the machine": """
import os
for path in ("/etc/passwd", "/etc/shadow", "/root/.ssh", "/home", "/root/.bash_history",
             "/var/lib", "/var/spool", "/run", "/mnt", "/sys", "/boot", "/opt", "/srv"):
    try:
        print("REACHED", os.listdir(path) if os.path.isdir(path) else open(path).read())
    except OSError as refused:
        print(refused)
""",
    "files by their handles": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
handle = ctypes.create_string_buffer(b"\\x08\\0\\0\\0\\x01\\0\\0\\0\\x02" + bytes(99))
folder = os.open("/usr", os.O_RDONLY)
for call in (libc.open_by_handle_at, libc.name_to_handle_at):
    print(call(folder, handle, 0, 0, 0), os.strerror(ctypes.get_errno()))
""",
    "the disks themselves": """
import os
for name in sorted(os.listdir("/dev")):
    path = f"/dev/{name}"
    try:
        if name not in ("null", "full", "random", "urandom", "tty", "stdin"):
            print(path, open(path, "rb", buffering=0).read(16))
    except OSError as refused:
        print(path, refused)
try:
    os.mknod("/tmp/disk", 0o60666, os.makedev(8, 0))
    print("REACHED", open("/tmp/disk", "rb").read(16))
except OSError as refused:
    print(refused)
""",
    "numbers of a classmate": """
from chainrule.questions import NUMBERS
print(numbers("tidy_slope", "a classmate") == numbers("tidy_slope", "s01"))
try:
    print(NUMBERS.pop("tidy_slope"), numbers("tidy_slope", "a classmate"))
except KeyError as refused:
    print(refused)
""",
}

"""Attacks handed in and graded: what each gained, learned and left behind.

An attack is a cell below the set-up of a notebook whose answers are all wrong: each
returns 0.0, or what the attack's own `answer` returns. Before it and after it, or after
all attacks of its family, a right submission goes through the same warm room. It first
prints all that it can see of the room, as a witness, and then leaves a word there that
nobody else may learn.
"""

import functools
import glob
import json
import os
import re
import runpy
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from chainrule.questions import bank
from handins import filled_in, right_answers, sent_out, source
from proctor.grading.grade import Job, grade, open_room
from proctor.room.server import Limits
from proctor.source.percent import read, solution_lines

NAME = "01_three_derivatives"
LIMITS = Limits(cell=2, call=1, whole=15, memory=400 << 20, disk=16 << 20, processes=32)
SECRET = "the-word-that-nobody-may-learn"
WRONG = "def {name}(*args):\n    return globals().get('answer', lambda *a: 0.0)(*args)"

LEAVES_A_WORD = f"""
word = {SECRET!r}
os.environ["WORD"] = word
open("/tmp/word", "w").write(word)
open("/dev/shm/word", "w").write(word)
"""
WITNESS = """
import builtins, gc, os, resource, signal, socket, sys, threading
import chainrule
home, own = os.path.dirname(chainrule.__file__), ("/dev/shm", "/dev/pts")
seen = {"env": sorted(os.environ.items()), "cwd": os.getcwd(), "pid": os.getpid()}
for place in ("/tmp", "/dev/shm", "/proc", "/dev/pts", "/dev", "/room", "/"):
    seen[place] = sorted(os.listdir(place))
for top, inside, files in os.walk("/"):
    inside[:] = set(inside) - {"usr", "tmp", ".pyenv", "site-packages", "proc", "shm"}
    for path in [top, *(os.path.join(top, file) for file in files)]:
        stat = os.lstat(path)
        moves = path.startswith(own) or path.startswith(home) and os.path.isfile(path)
        seen[path, "mode"] = stat.st_mode, stat.st_uid
        seen[path, "time"] = moves or stat.st_mtime_ns
seen["limits"] = [resource.getrlimit(n) for n in range(16)]
seen["signals"] = [str(signal.getsignal(n)) for n in range(1, 32)]
seen["mask"] = os.umask(0), signal.pthread_sigmask(0, []), os.getpriority(0, 0)
seen["cores"], seen["host"] = os.sched_getaffinity(0), socket.gethostname()
seen["python"] = len(sys.path), len(sys.meta_path), gc.get_threshold()
seen["modules"] = sorted(sys.modules)
seen["threads"], seen["trace"] = threading.active_count(), str(sys.gettrace())
seen["builtins"] = [id(v) for k, v in sorted(vars(builtins).items()) if k != "_"]
seen["numpy"] = [id(v) for k, v in sorted(vars(np).items())], float(np.sin(0.0))
shell = get_ipython()
seen["shell"] = len(shell.ast_transformers), len(shell.input_transformers_cleanup)
seen["handles"] = [n for n in range(64) if os.path.exists(f"/dev/fd/{n}")]
try:
    socket.socket(socket.AF_UNIX).connect("\\0note")
    seen["socket"] = "open"
except OSError as refused:
    seen["socket"] = str(refused)
server = socket.socket()
server.bind(("127.0.0.1", 5005))
for key, value in seen.items():
    print(key, value)
"""


@dataclass(frozen=True)
class Attack:
    """What is tried, by a cell's source or a function of the notebook's JSON.

    ends: whether it ends its room, so that its cell must be told to be left out.
    """

    family: str
    tries: str
    does: object
    ends: bool

    def __str__(self):
        return f"{self.family}: {self.tries}"


@dataclass
class Outcome:
    """What came of one attack; each field is empty or equal where nothing was won."""

    points: float = 0
    learned: list = field(default_factory=list)
    left: list = field(default_factory=list)
    silent: list = field(default_factory=list)
    others: tuple = ()
    seen_by_next: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    aborted: str = ""


FAULTS = {
    "attacks that gained a point": lambda a, o: o.points > 0,
    "attacks that learned a value": lambda a, o: o.learned and a.family != "network",
    "attacks that reached the network": lambda a, o: (
        "REACHED" in o.learned and a.family == "network"
    ),
    "attacks seen by the next submission": lambda a, o: o.seen_by_next,
    "attacks that survived their turn": lambda a, o: o.left,
    "attacks that changed another mark": lambda a, o: o.others not in ((), (20, 0)),
    "attacks that aborted the batch": lambda a, o: o.aborted,
    "attacks that led to a silent score": lambda a, o: (
        o.silent or (a.ends and not any("was left out" in n for n in o.notes))
    ),
}


def attacks():
    """Every attack of the corpus, by family."""
    for path in sorted((Path(__file__).parent / "attacks").glob("*.py")):
        found = runpy.run_path(str(path))
        for tries, does in found["ATTACKS"].items():
            yield Attack(path.stem, tries, does, tries in found.get("ENDS", ()))


def hand_in(cell="", answers=None):
    """The notebook's JSON with a cell below its set-up and these answers written."""
    book = json.loads(json.dumps(filled_in(NAME, answers or {})))
    at = next(i for i, c in enumerate(book["cells"]) if c["id"] == "setup")
    own = {"cell_type": "code", "id": "own", "metadata": {}, "source": cell.strip()}
    book["cells"].insert(at + 1, own)
    return book


def wrong_answers():
    found = {name: WRONG.format(name=name) for name in bank(NAME)}
    return found | {"tidy_slope": "tidy_slope = globals().get('value', 0)"}


@functools.cache
def secrets():
    return [SECRET, *solution_lines(read(source(NAME)))]


def marked(student, book):
    raw = json.dumps(book).encode()
    return grade(Job(student, NAME, sent_out(NAME), raw, limits=LIMITS))


def said(result):
    """All the text that a submission brought out of its room."""
    ran = [text for r in result.ran.values() for _, text in [*r.outputs, ("", r.error)]]
    return "\n".join([*ran, *result.notes, *map(str, result.verdicts.values())])


def unsaid(result):
    """What happened to a submission without a word: cells not run, marks not argued."""
    cut_short = any("not run to its end" in note for note in result.notes)
    for index, cell in enumerate(result.book.cells):
        graded = cell.metadata.get("nbgrader", {}).get("grade")
        demo = "demo" in cell.metadata.get("tags", [])
        runs = cell.cell_type == "code" and not graded and not demo
        if runs and index not in result.ran and not (result.person or cut_short):
            yield f"cell {index + 1} was not run"
    for name in bank(result.notebook):
        verdict = result.verdicts.get(name)
        if not verdict or not (verdict.story or verdict.state == "not written"):
            yield f"{name} has no verdict, or one without a story"


class Trials:
    """The state of the machine before any attack, and each attack held against it."""

    def __init__(self, scratch):
        self.scratch = Path(scratch)
        tempfile.tempdir = str(scratch)
        os.environ["COURSE_SECRET"] = SECRET
        self.next = hand_in(WITNESS + LEAVES_A_WORD, right_answers(NAME))
        self.stub = hand_in()
        open_room(LIMITS)  # it is opened where it is needed first, and stays
        for _ in range(2):
            self.witness = witnessed(marked("s02", self.next))
        time.sleep(0.5)  # the last room's keeper goes
        self.before = remains(self.scratch)

    def of(self, attack, followed=True):
        """The outcome of one attack; followed: whether others are graded after it."""
        wrong = wrong_answers()
        if callable(attack.does):
            book = hand_in("", wrong)
            attack.does(book)
        else:
            book = hand_in(attack.does, wrong)
        try:
            result = marked("s01", book)
        except Exception as error:
            return Outcome(aborted=f"{type(error).__name__}: {error}")
        text = said(result)
        learned = [word for word in [*secrets(), "REACHED"] if word in text]
        left, silent = self.left(), list(unsaid(result))
        outcome = Outcome(result.points, learned, left, silent, notes=result.notes)
        if followed:
            after = marked("s02", self.next)
            outcome.others = (after.points, marked("s03", self.stub).points)
            outcome.seen_by_next = sorted(set(witnessed(after)) ^ set(self.witness))
        return outcome

    def left(self):
        """Processes, handles and files that are there now and were not before."""
        deadline = time.monotonic() + 5
        while remains(self.scratch) != self.before and time.monotonic() < deadline:
            time.sleep(0.05)
        return sorted(set(remains(self.scratch)) ^ set(self.before))


def witnessed(result):
    """What the witness printed, by line, without the room's own changing numbers."""
    index = next(i for i, c in enumerate(result.book.cells) if "seen = {" in c.source)
    ran = result.ran.get(index)
    return (ran.error + "".join(t for _, t in ran.outputs)).splitlines() if ran else []


def remains(scratch):
    """The processes below this one, its handles, and files: what could be left."""
    found = [f"file {path}" for path in scratch.rglob("*")]
    found.append(f"{len(os.listdir('/proc/self/fd'))} handles")
    for name in ("null", "full", "random", "urandom", "tty", "zero"):
        stat = os.stat(f"/dev/{name}")
        found.append(f"{name} {stat.st_mode} {stat.st_uid}")
    return sorted([*found, *children(os.getpid())])


def children(pid):
    """The processes below one, each as its number and command."""
    for task in glob.glob(f"/proc/{pid}/task/*/children"):
        for child in re.findall(r"\d+", text_of(task)):
            yield f"{child} {text_of(f'/proc/{child}/cmdline')}"
            yield from children(child)


def text_of(path):
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""

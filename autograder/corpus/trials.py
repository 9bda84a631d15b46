"""Attacks handed in and graded: what each gained, learned and left behind.

An attack is a cell below the set-up of a notebook whose answers are all wrong: each
returns 0.0, or what the attack's own `answer` returns. Before it and after it, or after
all attacks of its family, a right submission goes through the same warm room. It first
prints all that it can see of the room, as a witness, and then leaves a word there that
nobody else may learn.

A family of attacks may need a notebook of another kind: PLACES says which.
"""

import functools
import glob
import json
import os
import re
import runpy
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from chainrule.questions import bank
from proctor.grading.grade import Job, grade, open_room
from proctor.room.server import Limits
from proctor.source import build
from proctor.source.percent import read, solution_lines

from corpus.handins import answers_in, filled, made_from

LIMITS = Limits(cell=2, call=1, whole=15, memory=400 << 20, disk=16 << 20, processes=32)
SECRET = "the-word-that-nobody-may-learn"
SOURCE = build.ROOT / "solutions/1-derivatives/01_three_derivatives.py"
TRAINING = build.ROOT / "solutions/6-pytorch/12_gpu_training.py"
WRONG_NUMBER = "{name} = globals().get('value', 0)"
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
except OSError as closed:
    seen["socket"] = str(closed)
server = socket.socket()
server.bind(("127.0.0.1", 5005))
for key, value in seen.items():
    print(key, value)
"""
WITNESS_OF_TORCH = """
import torch
print(torch.get_default_dtype(), torch.get_default_device(), torch.initial_seed())
print(torch.get_num_threads(), torch.get_num_interop_threads(), torch.rand(3))
print(torch.is_grad_enabled(), torch.is_inference_mode_enabled())
print(torch.is_autocast_enabled("cpu"), torch.is_anomaly_enabled())
print(torch.are_deterministic_algorithms_enabled())
print(torch.multiprocessing.active_children())
modules = torch, torch.Tensor, torch.autograd, torch.nn.functional, torch.nn.Module
for module in modules:
    print([id(value) for name, value in sorted(vars(module).items())])
for name, value in vars(torch.nn.modules.module).items():
    if name.startswith("_global_"):
        print(name, value)
slope = torch.ones(2, requires_grad=True)
(slope * slope).sum().backward()
print(slope.grad, torch.overrides._get_current_function_mode_stack())
"""


@dataclass(frozen=True)
class Place:
    """A notebook that attacks are handed in with, and what its witness prints."""

    source: Path
    witness: str = WITNESS
    limits: Limits = LIMITS

    @property
    def name(self):
        return self.source.stem


USUAL = Place(SOURCE)
TRAINS = replace(LIMITS, cell=5, call=3)
OF_TORCH = Place(TRAINING, WITNESS + WITNESS_OF_TORCH, TRAINS)
PLACES = {"torch": OF_TORCH}  # by family; the others go with the usual one


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
    """What came of one attack; each field is empty or nought where nothing was won.

    others: what a right submission lost after it, and what an unwritten one gained.
    """

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
    "attacks that changed another mark": lambda a, o: o.others not in ((), (0, 0)),
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


def hand_in(cell="", answers=None, place=USUAL):
    """The notebook's JSON with a cell below its set-up and these answers written."""
    book = json.loads(json.dumps(filled(place.source, answers or {})))
    at = next(i for i, c in enumerate(book["cells"]) if c.get("id") == "setup")
    own = {"cell_type": "code", "id": "own", "metadata": {}, "source": cell.strip()}
    book["cells"].insert(at + 1, own)
    return book


def wrong_answers(place=USUAL):
    return {
        name: (WRONG_NUMBER if question.value else WRONG).format(name=name)
        for name, question in bank(place.name).items()
    }


@functools.cache
def secrets():
    """The word, and every line of a solution that its notebook doesn't say itself."""
    found = [SECRET]
    for place in (USUAL, *PLACES.values()):
        shown = "\n".join(cell.source for cell in made_from(place.source).cells)
        lines = solution_lines(read(place.source))
        found += [line for line in lines if line not in shown]
    return found


def marked(student, book, place=USUAL):
    raw = json.dumps(book).encode()
    book = made_from(place.source)
    return grade(Job(student, place.name, book, raw, limits=place.limits))


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
        open_room(LIMITS)  # it is opened where it is needed first, and stays
        self.witness = {place: self.first(place) for place in (USUAL, *PLACES.values())}
        time.sleep(0.5)  # the last room's keeper goes
        self.before = remains(self.scratch)

    def first(self, place):
        """What the witness sees in a room that no attack has been in yet."""
        for _ in range(2):
            found = witnessed(self.right(place))
        return found

    def right(self, place):
        """What comes of a right submission, the witness's."""
        cell = place.witness + LEAVES_A_WORD
        return marked("s02", hand_in(cell, answers_in(place.source), place), place)

    def of(self, attack, followed=True):
        """The outcome of one attack; followed: whether others are graded after it."""
        place = PLACES.get(attack.family, USUAL)
        wrong = wrong_answers(place)
        if callable(attack.does):
            book = hand_in("", wrong, place)
            attack.does(book)
        else:
            book = hand_in(attack.does, wrong, place)
        try:
            result = marked("s01", book, place)
        except Exception as error:
            return Outcome(aborted=f"{type(error).__name__}: {error}")
        text = said(result)
        learned = [word for word in [*secrets(), "REACHED"] if word in text]
        left, silent = self.left(), list(unsaid(result))
        outcome = Outcome(result.points, learned, left, silent, notes=result.notes)
        if followed:
            after = self.right(place)
            unwritten = marked("s03", hand_in(place=place), place)
            outcome.others = (after.out_of - after.points, unwritten.points)
            found = set(witnessed(after)) ^ set(self.witness[place])
            outcome.seen_by_next = sorted(found)
        return outcome

    def left(self):
        """Processes, handles and files that are there now and were not before."""
        deadline = time.monotonic() + 20
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

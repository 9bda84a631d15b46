"""Grade the same class with stock nbgrader and with ours, side by side.

Costs are seconds of wall clock at the margin: what each further submission takes once
a run has started. (A sandbox hands the CPU time of what ran in it to nobody.) The ways
take turns, since a machine's speed drifts; shown are the medians over the rounds of
each way's cost and of its ratio. Of the course's notebooks, one is answered with NumPy
and one with PyTorch. Stock nbgrader runs the demo cells too; ours leaves them out until
a cell needs one.
`--soak 2000` instead grades that many of each in one run and watches what it leaves.
"""

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from proctor.source import build
from proctor.source.percent import solved

BIN = Path(sys.executable).parent
ENV = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "OMP_NUM_THREADS": "1"}
STOCK = 'c = get_config()\nc.CourseDirectory.source_directory = "build/source"\n'
OURS = (build.ROOT / "autograder" / "nbgrader_config.py").read_text() + STOCK

ROUNDS = 3


@dataclass(frozen=True)
class Class:
    """Hand-ins of one notebook of the course."""

    path: Path

    @property
    def unit(self):
        return self.path.parent.name

    @property
    def name(self):
        return self.path.stem

    def ways(self):
        """(what, configuration, command, how few and how many are graded)."""
        which = (self.unit, "--notebook", self.name, "--force")
        autograde = ("nbgrader", "autograde", *which)
        grade = (sys.executable, "-m", "proctor", "grade", *which)
        yield "stock nbgrader autograde", STOCK, autograde, (1, 3)
        yield "nbgrader autograde, our rooms", OURS, autograde, (4, 16)
        yield "proctor grade, 1 worker", OURS, grade, (10, 50)
        yield "proctor grade, 2 workers", OURS, (*grade, "--workers", "2"), (10, 70)


NUMPY, TORCH = (
    Class(next(path for path in build.sources() if path.stem == name))
    for name in ("01_three_derivatives", "12_gpu_training")
)


def asserted(book):
    """The same notebook for stock nbgrader: each check becomes an assert."""
    for cell in book.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = f"assert {cell.source}.state == 'right'"
    return book


def course(folder, klass, config, count):
    """A course with `count` hand-ins of the reference, its gradebook made."""
    (folder / "nbgrader_config.py").write_text(config)
    source = build.notebook(klass.path)
    put(folder / "build/source", klass, asserted(source) if config == STOCK else source)
    right = build.notebook(klass.path, lambda cell: solved(cell.text))
    for number in range(count):
        put(folder / "submitted" / f"s{number:04}", klass, right)
    run(folder, ["nbgrader", "generate_assignment", klass.unit, "--force"])


def put(folder, klass, book):
    (folder / klass.unit).mkdir(parents=True)
    nbformat.write(book, folder / klass.unit / f"{klass.name}.ipynb")


class Watch(threading.Thread):
    """What a process and its children hold, once a second: memory (PSS, in MB),
    processes and file handles. Looking holds them up, so it isn't done more often."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.process, self.seen = psutil.Process(pid), []
        self.start()

    def run(self):
        while self.process.is_running():
            held = [0, 0, 0]
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                for process in [self.process, *self.process.children(recursive=True)]:
                    held[0] += process.memory_full_info().pss / 1e6
                    held[1] += 1
                    held[2] += process.num_fds()
            self.seen.append(held)
            time.sleep(1)

    @property
    def peak(self):
        return max(memory for memory, _, _ in self.seen)

    def typical(self, first, last):
        """The medians between two shares of the run."""
        part = self.seen[int(first * len(self.seen)) : int(last * len(self.seen))]
        return [sorted(values)[len(part) // 2] for values in zip(*part, strict=True)]


def run(folder, command):
    """(seconds, watch) of one command; its output if it fails."""
    start = time.perf_counter()
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=ENV, stdout=log, stderr=log)
        watch = Watch(process.pid)
        code = process.wait()
    if code:
        sys.exit((folder / "log.txt").read_text()[-3000:])
    return time.perf_counter() - start, watch


@contextlib.contextmanager
def courses(klass):
    """For each way to grade: what it is, and (folder, command, number of hand-ins) of a
    small course and a larger one."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        ways = []
        for what, config, command, counts in klass.ways():
            pair = []
            for count in counts:
                folder = Path(tempfile.mkdtemp(dir=scratch))
                course(folder, klass, config, count)
                pair.append((folder, command, count))
            ways.append((what, pair))
        yield ways


def margin(few, many):
    """Seconds that a further submission takes, and the peak in MB."""
    (folder, command, count), (larger, _, more) = few, many
    first, _ = run(folder, command)
    second, watch = run(larger, command)
    return (second - first) / (more - count), watch.peak


def table(klass):
    with courses(klass) as ways:
        rounds = [[margin(*pair) for _, pair in ways] for _ in range(ROUNDS)]
    head = f"{'a minute':>9} {'s each':>11} {'peak MB':>8} {'ratio':>6}"
    print(f"{klass.name:32} {head}")
    stock = [found[0][0] for found in rounds]
    for (what, _), ours in zip(ways, zip(*rounds, strict=True), strict=True):
        costs, peaks = zip(*ours, strict=True)
        seconds = statistics.median(costs)
        ratio = statistics.median(a / b for a, b in zip(stock, costs, strict=True))
        row = f"{what:32} {60 / seconds:9.0f} {seconds:11.3f} {max(peaks):8.0f}"
        print(f"{row} {ratio:5.1f}x", flush=True)


def left_behind():
    """What a run could leave: processes and temporary files."""
    agents = [p for p in psutil.process_iter(["cmdline"]) if "/room/agent.py" in (
        p.info["cmdline"] or [])]  # fmt: skip
    return len(agents), len(os.listdir(tempfile.gettempdir()))


def soak(klass, count):
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        course(folder, klass, OURS, count)
        before = left_behind()
        (command,) = [w[2] for w in klass.ways() if w[0] == "proctor grade, 1 worker"]
        seconds, watch = run(folder, command)
        after = left_behind()
    finally:
        shutil.rmtree(folder)
    print(f"soak, {klass.name}: {count} in {seconds:.0f} s")
    early, late = watch.typical(0.1, 0.2), watch.typical(0.8, 0.9)
    for what, then, now in zip(
        ("memory in MB", "processes", "file handles"), early, late, strict=True
    ):
        print(f"  {what:13} second tenth {then:.0f}, ninth tenth {now:.0f}")
    print(f"  (processes, temporary files) before {before}, after {after}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak", type=int, default=0)
    args = parser.parse_args()
    for klass in (NUMPY, TORCH):
        if args.soak:
            soak(klass, args.soak)
        else:
            table(klass)

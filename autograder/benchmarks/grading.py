"""Grade the same class with stock nbgrader and with ours, side by side.

Costs are taken at the margin: what each further submission costs once a run has
started. `--soak 2000` instead grades that many in one run and watches what it leaves.
Stock nbgrader runs the demo cells too; ours leaves them out until a cell needs one.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
from proctor import build
from proctor.source import solved

UNIT, NAME = "1-derivatives", "01_three_derivatives"
BIN = Path(sys.executable).parent
ENV = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "OMP_NUM_THREADS": "1"}
OURS = (build.ROOT / "autograder" / "nbgrader_config.py").read_text()
STOCK = 'c = get_config()\nc.CourseDirectory.source_directory = "build/source"\n'
GRADE = ["python", "-m", "proctor", "grade", UNIT, "--notebook", NAME, "--force"]
AUTOGRADE = ["nbgrader", "autograde", UNIT, "--notebook", NAME, "--force"]
WAYS = {
    "stock nbgrader autograde": (STOCK, AUTOGRADE, (2, 8)),
    "nbgrader autograde, our rooms": (OURS, AUTOGRADE, (4, 24)),
    "proctor grade, 1 worker": (OURS, GRADE, (10, 110)),
    "proctor grade, 2 workers": (OURS, [*GRADE, "--workers", "2"], (10, 110)),
}


def asserted(book):
    """The same notebook for stock nbgrader: each check becomes an assert."""
    for cell in book.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = f"assert {cell.source}.state == 'right'"
    return book


def course(folder, config, count):
    """A course with `count` hand-ins of the reference, its gradebook made."""
    path = next(p for p in build.sources(unit=UNIT) if p.stem == NAME)
    stock = config == STOCK
    (folder / "nbgrader_config.py").write_text(config)
    source = build.notebook(path)
    nbformat_to(folder / "build/source" / UNIT, asserted(source) if stock else source)
    text = nbformat.writes(build.notebook(path, lambda cell: solved(cell.text)))
    for number in range(count):
        to = folder / "submitted" / f"s{number:04}" / UNIT
        to.mkdir(parents=True)
        (to / f"{NAME}.ipynb").write_text(text)
    run(folder, ["nbgrader", "generate_assignment", UNIT, "--force"])


def nbformat_to(folder, book):
    folder.mkdir(parents=True)
    nbformat.write(book, folder / f"{NAME}.ipynb")


class Watch(threading.Thread):
    """The most memory that a process and its children hold at once (PSS, in MB)."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.process, self.peak, self.course = psutil.Process(pid), 0, []
        self.start()

    def run(self):
        while self.process.is_running():
            total = 0
            try:
                for process in [self.process, *self.process.children(recursive=True)]:
                    total += process.memory_full_info().pss
            except (psutil.Error, ProcessLookupError):
                pass
            self.course.append(total / 1e6)
            self.peak = max(self.peak, total / 1e6)
            time.sleep(0.25)


def run(folder, command):
    """(seconds, CPU-seconds, watch) of one command; its output if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [str(BIN / command[0]), *command[1:]],
            cwd=folder, env=ENV, stdout=log, stderr=log,
        )  # fmt: skip
        watch = Watch(process.pid)
        code = process.wait()
    if code:
        sys.exit((folder / "log.txt").read_text()[-3000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, cpu, watch


def margin(config, command, counts):
    """(seconds, CPU-seconds) of a further submission, and the peak in MB."""
    found = []
    for count in counts:
        folder = Path(tempfile.mkdtemp(prefix="bench-"))
        try:
            course(folder, config, count)
            found.append(run(folder, command))
        finally:
            shutil.rmtree(folder)
    (few, few_cpu, _), (many, many_cpu, watch) = found
    more = counts[1] - counts[0]
    return (many - few) / more, (many_cpu - few_cpu) / more, watch.peak


def table():
    print(f"{'way':32} {'a minute':>9} {'CPU-s each':>11} {'peak MB':>8} {'ratio':>6}")
    stock = None
    for name, (config, command, counts) in WAYS.items():
        seconds, cpu, peak = margin(config, command, counts)
        stock = stock or cpu
        row = f"{name:32} {60 / seconds:9.0f} {cpu:11.3f} {peak:8.0f}"
        print(f"{row} {stock / cpu:5.1f}x", flush=True)


def left_behind():
    """What a run could leave: processes and temporary files."""
    agents = [p for p in psutil.process_iter(["cmdline"]) if "/room/agent.py" in (
        p.info["cmdline"] or [])]  # fmt: skip
    return len(agents), len(os.listdir(tempfile.gettempdir()))


def soak(count):
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        course(folder, OURS, count)
        before = left_behind()
        seconds, cpu, watch = run(folder, GRADE)
        after = left_behind()
    finally:
        shutil.rmtree(folder)
    tenth = len(watch.course) // 10
    early, late = (
        sorted(part)[len(part) // 2]
        for part in (watch.course[tenth : 2 * tenth], watch.course[-2 * tenth : -tenth])
    )
    print(f"soak: {count} in {seconds:.0f} s, {cpu / count:.3f} CPU-s each")
    print(f"  memory, second tenth against ninth tenth: {early:.0f} MB, {late:.0f} MB")
    print(f"  (processes, temporary files) before {before}, after {after}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak", type=int, default=0)
    args = parser.parse_args()
    soak(args.soak) if args.soak else table()

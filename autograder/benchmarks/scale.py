"""Local processes against a dask cluster on this machine, and the one writer alone.

Prints, for 1 and 2 workers, what each further submission takes in seconds by the clock,
both ways in turn, and the ratio of each pair; what the run's own process takes of the
processor for it, when a cluster does the grading; what writing alone takes while the
gradebook grows; and how many bytes a job and its result are. docs/scale.md computes
from these numbers what a large cluster would do.
"""

import argparse
import contextlib
import os
import pickle
import shutil
import subprocess
import tempfile
import time
import zlib
from dataclasses import replace
from pathlib import Path
from statistics import median

from grading import BIN, ENV, NUMPY, OURS, course
from proctor.grading import run
from proctor.grading.batch import Batch
from proctor.grading.grade import grade
from proctor.out.gradebook import Marks

FEW, MANY = 8, 40
COMMAND = [f"{BIN}/python", "-m", "proctor", "grade", NUMPY.unit, "--force"]
COMMAND += ["--notebook", NUMPY.name]


@contextlib.contextmanager
def klass(count):
    """A course with so many hand-ins, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="scale-"))
    try:
        course(folder, NUMPY, OURS, count)
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def cluster(workers):
    """The address of a dask scheduler on this machine with so many workers."""
    folder = Path(tempfile.mkdtemp(prefix="dask-"))
    file, quiet = folder / "scheduler.json", subprocess.DEVNULL
    start = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    join = ["worker", "--nthreads", "1", "--no-dashboard", "--memory-limit", "0"]
    where = ["--scheduler-file", str(file)]
    begun = [
        subprocess.Popen([f"{BIN}/dask", *arguments, *where], env=ENV, cwd=folder,
                         stdout=quiet, stderr=quiet)
        for arguments in [start] + [join] * workers
    ]  # fmt: skip
    try:
        from distributed import Client

        while not file.exists() or not file.read_text().endswith("}"):
            time.sleep(0.2)
        with Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(workers, timeout=120)
            address = client.scheduler.address
        yield address
    finally:
        for process in reversed(begun):
            process.terminate()
            process.wait()
        shutil.rmtree(folder)


def graded(folder, *options):
    """(seconds, seconds of the processor in the run's own process) of one run."""
    begin = time.perf_counter()
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [*COMMAND, *options], cwd=folder, env=ENV, stdout=log, stderr=log
        )
        _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit((folder / "log.txt").read_text()[-3000:])
    return time.perf_counter() - begin, used.ru_utime + used.ru_stime


def margin(few, many, *options):
    """(seconds, seconds of the processor) that a further submission takes."""
    lesser, greater = graded(few, *options), graded(many, *options)
    pairs = zip(lesser, greater, strict=True)
    return [(more - less) / (MANY - FEW) for less, more in pairs]


def pairs(workers, rounds):
    """Both ways in turn."""
    with klass(FEW) as few, klass(MANY) as many, cluster(workers) as address:
        graded(few, "--scheduler", address)  # each worker imports, and warms its rooms
        found = []
        for _ in range(rounds):
            local, _ = margin(few, many, "--workers", str(workers))
            dask, own = margin(few, many, "--scheduler", address)
            found.append((local, dask, own))
            load = os.getloadavg()[0]
            print(f"  local {local:.3f}  dask {dask:.3f}  load {load:.1f}", flush=True)
    ratio = median(dask / local for local, dask, _ in found)
    local, dask, own = (median(column) for column in zip(*found, strict=True))
    print(
        f"{workers} workers: local {local:.3f} s, dask {dask:.3f} s each, median ratio "
        f"{ratio:.2f}; the run's own process {1000 * own:.0f} ms of the processor",
        flush=True,
    )


def writing(count, step):
    """What the one writer takes while the gradebook grows."""
    with klass(1) as folder:
        coursedir, config = run.course_at(folder)
        batch = Batch.of(coursedir, NUMPY.unit, notebooks=NUMPY.name)
        (student,) = batch.students
        job = batch.job(student, NUMPY.name)
        result = grade(job)
        sizes = [len(zlib.compress(pickle.dumps(o), 1)) for o in (job, result)]
        print("a job and its result, packed: {} and {} bytes".format(*sizes))
        with Marks(coursedir, config) as marks:
            for first in range(0, count, step):
                names = [f"w{number:06}" for number in range(first, first + step)]
                begin, used = time.perf_counter(), time.process_time()
                copies = (replace(result, student=name) for name in names)
                run.write(copies, batch, marks, coursedir)
                used = (time.process_time() - used) / step
                passed = (time.perf_counter() - begin) / step
                print(
                    f"  students {first:6} to {first + step:6}: {1000 * used:.1f} ms "
                    f"of the processor, {1000 * passed:.1f} ms by the clock",
                    flush=True,
                )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--students", type=int, default=4000)
    args = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {len(os.sched_getaffinity(0))} cores")
    writing(args.students, args.students // 4)
    for workers in (1, 2):
        pairs(workers, args.rounds)

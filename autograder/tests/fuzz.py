"""Try the grader's own process with what chance makes: python autograder/tests/fuzz.py

--seconds: for how long, in two processes; it fails on an exception and on a try that
takes more than MOST_SECONDS of CPU time or guard.MOST_MEMORY.
"""

import argparse
import itertools
import multiprocessing
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from corpus import chance, forgers
from proctor.grading import guard

MOST_SECONDS = 10


def highest(reset=False):
    """(the most memory that this process held, what it holds), in bytes; Linux."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    found = dict(line.split(":") for line in lines)
    return [int(found[name].split()[0]) << 10 for name in ("VmHWM", "VmRSS")]


def measured(name, seed, grader):
    """A try's CPU seconds, memory in bytes, and what it raised or ""."""
    goes = chance.TRIES[name](chance.chance(name, seed), grader)
    before, start, raised = highest(reset=True)[1], time.process_time(), ""
    try:
        goes()
    except Exception:
        raised = traceback.format_exc(limit=-6)
    return time.process_time() - start, highest()[0] - before, raised


def work(first, seconds, workers):
    """Tries of every kind until the time is over: (name, seed, what was measured)."""
    warnings.simplefilter("ignore")
    guarded, reason = [], guard.reason
    guard.reason = lambda error: guarded.append(repr(error)) or reason(error)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        grader = forgers.Grader(Path(folder), forgers.UNITS)
        end = time.monotonic() + seconds
        for seed in itertools.count(first, workers):
            for name in chance.TRIES:
                found.append((name, seed, *measured(name, seed, grader)))
            if time.monotonic() > end:
                return found, guarded


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    tasks = [(n, given.seconds, given.workers) for n in range(given.workers)]
    with multiprocessing.get_context("spawn").Pool(given.workers) as pool:
        done = pool.starmap(work, tasks)
    found = [tried for tries, _ in done for tried in tries]
    for name in chance.TRIES:
        own = [tried for tried in found if tried[0] == name]
        slow, large = (max(own, key=lambda tried: tried[i]) for i in (2, 3))
        print(
            f"{name:8} {len(own):6} tries, most {slow[2]:.2f} s of CPU time "
            f"(seed {slow[1]}), {large[3] >> 20} MB (seed {large[1]})"
        )
    guarded = [said for _, said in done for said in said]
    print(f"{len(guarded)} left to a person by the guard: {sorted(set(guarded))[:9]}")
    failed = [
        tried
        for tried in found
        if tried[4] or tried[2] > MOST_SECONDS or tried[3] > guard.MOST_MEMORY
    ]
    for name, seed, seconds, memory, raised in failed[:20]:
        print(f"\n{name} {seed}: {seconds:.1f} s, {memory >> 20} MB\n{raised}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

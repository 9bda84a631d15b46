"""Where submissions are graded: here, in a pool of processes, or on a dask cluster.

The seam is PEP 3148's executor. A job that is lost with its worker is tried once more,
alone; the second time it is left to a person.
"""

import contextlib
import ctypes
import logging
import multiprocessing
import pickle
import signal
import zlib
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed

from proctor.grading.grade import Result, for_a_person, grade
from proctor.room.sandbox import NoRoom

AHEAD, MOST_HELD = 64, 256 << 20  # jobs, and bytes of them, that are out at once
PATIENCE = 10  # seconds in which a scheduler must answer


class NoCluster(Exception):
    """The cluster can't be reached; the message says what to try."""


class Here(Executor):
    """Grades in this process, one job after the other, when its result is asked for."""

    def submit(self, function, *args):
        future = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future


@contextlib.contextmanager
def executor(workers=1, scheduler=""):
    """An executor, and a function: how many jobs it may hold now. Raises NoCluster."""
    if scheduler:
        with connected(scheduler) as client, client.get_executor(pure=False) as pool:
            yield pool, lambda: max(AHEAD, 2 * sum(client.nthreads().values()))
    elif workers == 1:
        yield Here(), lambda: 1
    else:
        context = multiprocessing.get_context("spawn")
        start = end_with_the_parent
        with ProcessPoolExecutor(workers, context, initializer=start) as pool:
            yield pool, lambda: AHEAD


def connected(scheduler):
    """A client of a dask scheduler, to be closed by `with`. Raises NoCluster."""
    try:
        from distributed import Client

        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # told in sentences
        client = Client(scheduler, timeout=PATIENCE)
    except ImportError:
        raise NoCluster(
            "dask is not installed. Install the grader with its extra `scale`."
        ) from None
    except (OSError, ValueError):
        raise NoCluster(
            f"No dask scheduler answers at {scheduler}. Is it running, and is that its "
            "address, as tcp://host:8786? What was graded so far is kept; run again "
            "to go on."
        ) from None
    if not client.nthreads():
        print("The cluster has no worker yet. Waiting for one ...")
    return client


def end_with_the_parent():
    """Leave Ctrl-C to the parent, and end when it is killed (PR_SET_PDEATHSIG)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def grade_all(jobs, workers=1, scheduler=""):
    """Results as they are ready, in any order. Raises NoRoom, NoCluster."""
    lost = yield from _once(jobs, workers, scheduler)
    for job in lost:
        lost_again = yield from _once([job], workers, scheduler)
        if lost_again:
            result = Result(job.student, job.notebook, 0, {}, job.released)
            yield for_a_person(result, "Its grading ended without a result, twice.")


def grade_packed(packed):
    """Grade a job that we packed. Small, so that it fits into a pipe at once: before
    Python 3.11.5 a pool hangs when a worker dies while a larger job is being sent."""
    return grade(pickle.loads(zlib.decompress(packed)))


def _once(jobs, workers, scheduler):
    """Yield the results of one pass; return the jobs that were lost with a worker."""
    lost = []
    with executor(workers, scheduler) as (pool, ahead):
        running = {}
        try:
            for job in jobs:
                running[_submit(pool, job)] = job
                while len(running) >= ahead() or held(running) > MOST_HELD:
                    yield from _finished(running, lost, wait_for=1)
            yield from _finished(running, lost, wait_for=len(running))
        finally:
            for future in running:
                future.cancel()
    return lost


def held(running):
    """The bytes of the files that wait or are being graded."""
    return sum(len(job.raw or b"") for job in running.values())


def _submit(pool, job):
    try:
        if isinstance(pool, Here):
            return pool.submit(grade, job)
        return pool.submit(grade_packed, zlib.compress(pickle.dumps(job), 1))
    except RuntimeError as error:  # a pool that broke takes no more jobs
        future = Future()
        future.set_exception(error)
        return future


def _finished(running, lost, wait_for):
    """Take the next `wait_for` futures that are done out of `running`."""
    for future in as_completed(list(running)):
        job = running.pop(future)
        try:
            yield future.result()
        except NoRoom:
            raise
        except Exception:
            lost.append(job)
        wait_for -= 1
        if not wait_for:
            return

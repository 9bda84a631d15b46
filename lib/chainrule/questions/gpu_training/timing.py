"""Honest timing of work that goes on after the call has returned."""

from collections.abc import Callable
from dataclasses import dataclass

from chainrule.crossing import Asked
from chainrule.judge import close
from chainrule.oracle import closed_form
from chainrule.questions.kinds import called
from chainrule.simulated import SimulatedGPU


def a_gpu(rng):
    run = float(rng.uniform(2, 9))
    return {
        "launch": run * float(rng.uniform(0.001, 0.004)),
        "run": run,
        "first": run * float(rng.uniform(9, 15)),
        "pending": run * float(rng.uniform(20, 40)),
        "repeats": int(rng.integers(5, 41)),
    }


@dataclass(frozen=True)
class Held:
    """A function of the GPU that the judge holds, under a name that tells nothing."""

    name: str
    call: Callable

    def __call__(self):
        return self.call()

    def __str__(self):
        return self.name


def on_gpu(answer, repeats, **seconds):
    """What an answer measures on a GPU that the judge holds."""
    gpu = SimulatedGPU(**seconds)
    names = ("work", "synchronize", "clock")
    held = [Asked(Held(name, getattr(gpu, name))) for name in names]
    return answer(*held, repeats)


def stopwatch(warm_up=1, before=True, after=True, shared=True):
    """What another stopwatch shows.

    warm_up: runs before the clock starts; before, after: whether it synchronizes there;
    shared: whether the time is divided by the repeats.
    """

    def rule(repeats, **seconds):
        gpu = SimulatedGPU(**seconds)
        for _ in range(warm_up):
            gpu.work()
        if before:
            gpu.synchronize()
        start = gpu.clock()
        for _ in range(repeats):
            gpu.work()
        if after:
            gpu.synchronize()
        return (gpu.clock() - start) / (repeats if shared else 1)

    return rule


timed = called(
    "timed",
    closed_form(lambda run, **_: run, "the simulated GPU's own time"),
    {"a simulated GPU": a_gpu, "another": a_gpu, "a third": a_gpu},
    {
        "That is the time of the launches. The GPU was still busy when you read the "
        "clock at the end. Synchronize before that.": stopwatch(after=False),
        "The clock was started while the GPU was still busy with earlier work. "
        "Synchronize after the warm-up, before you start the "
        "clock.": stopwatch(before=False),
        "The slow first run is in the mean. Run the work once before the clock "
        "starts.": (stopwatch(warm_up=0)),
        "The slow first run and earlier work of the GPU are in the mean. Run the work "
        "once, synchronize, and then start the clock.": (
            stopwatch(warm_up=0, before=False)
        ),
        "That is the time of all runs together. Divide it by `repeats`.": (
            stopwatch(shared=False)
        ),
    },
    hints=[
        "work() returns at once. What has to happen between the last work() and the "
        "second look at the clock?",
        "In this order: work() once as a warm-up, synchronize(), look at the clock, "
        "work() `repeats` times, synchronize(), look at the clock.",
        "The result is (end - start) / repeats, where start is clock() after the first "
        "synchronize() and end is clock() after the second.",
    ],
    points=3,
    drive=on_gpu,
    agree=close(rtol=0.01),
    entries=False,
)

"""Honest timing of asynchronous work."""

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


class Queue:
    """A device as a list of the times at which its pieces of work end."""

    def __init__(self, rng):
        self.time, self.length = rng.uniform(0, 100), rng.uniform(1, 5)
        self.ends = [self.time + 30 * self.length]
        self.warm = False

    def work(self):
        self.time += 1e-4 * self.length
        length = self.length if self.warm else 12 * self.length
        self.warm = True
        self.ends.append(max(self.ends[-1], self.time) + length)

    def synchronize(self):
        self.time = max(self.time, self.ends[-1])

    def clock(self):
        return self.time


def timed(student, rng):
    queue, repeats = Queue(rng), int(rng.integers(5, 50))
    found = student.timed(queue.work, queue.synchronize, queue.clock, repeats)
    return near(found, queue.length, 0.005)


def stopwatch(before="work()\nsynchronize()", after="synchronize()", by="repeats"):
    return f"""
{before}
start = clock()
for _ in range(repeats):
    work()
{after}
return (clock() - start) / {by}""".strip()


ANSWERS["timed"] = Answers(
    args="work, synchronize, clock, repeats",
    decider=timed,
    right=[
        """
work()
synchronize()
total = 0
for _ in range(repeats):
    start = clock()
    work()
    synchronize()
    total += clock() - start
return total / repeats""",
        """
times = []
for _ in range(repeats + 1):
    synchronize()
    start = clock()
    work()
    synchronize()
    times.append(clock() - start)
return sorted(times)[len(times) // 2]""",
        stopwatch(before="work()\nwork()\nsynchronize()"),
    ],
    wrong=[
        stopwatch(by="(repeats + 1)"),
        stopwatch(by="(repeats - 1)"),
        stopwatch(before="synchronize()\nwork()"),
        stopwatch(after="synchronize()\nwork()\nsynchronize()"),
        stopwatch(before="synchronize()", after=""),
        "work()\nsynchronize()\nreturn clock()",
        "work()\nstart = clock()\nsynchronize()\nreturn clock() - start",
        stopwatch().replace("clock() - start", "start - clock()"),
    ],
    told={
        stopwatch().replace("(clock() - start)", "2 * (clock() - start)"): "",
        stopwatch().replace("clock() - start", "start - clock()"): "",
    },
)

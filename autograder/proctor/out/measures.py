"""What the results of a class say: of a question, of its marks, of who falls behind."""

from collections import Counter
from statistics import StatisticsError, correlation, median

from chainrule.verdict import State

FEW = 10  # below this many a correlation says nothing
BARS = 10
KINDS = ("right", "partly", "wrong", "unwritten", "open")


def question(name, asked):
    """What became of a question; asked: (row, verdict) of each student."""
    came = [(row, v) for row, v in asked if v["came"]]
    judged = [(row, v) for row, v in came if kind(v) != "open"]
    kinds = Counter(kind(v) for _, v in came)
    marked = [v["points"] for _, v in asked if v["state"] != State.WAITS]
    waiting = len(asked) - len(marked)
    return {
        "name": name,
        "out_of": asked[0][1]["out_of"],
        "came": len(came),
        "kinds": {k: kinds[k] for k in KINDS},
        "waiting": waiting,
        "mean": sum(marked) / len(marked) if marked else None,
        "share": kinds["right"] / len(judged) if judged and not waiting else None,
        "tells": tells_apart(judged),
        "seconds": middle([v["seconds"] for _, v in came]),
        "told": mistakes([v for _, v in came]),
    }


def kind(verdict):
    """Which of KINDS a verdict is; what a person has read goes by its points."""
    state, points = State(verdict["state"]), verdict["points"]
    if state == State.READ:
        full = points >= verdict["out_of"]
        return "right" if full else "partly" if points > 0 else "wrong"
    if state.open:
        return "open"
    return "unwritten" if state == State.NOT_WRITTEN else state.css_class


def tells_apart(judged):
    """The point-biserial correlation of having a question right with the points in the
    rest of the unit, or None."""
    right = [float(kind(v) == "right") for _, v in judged]
    rest = [row["points"] - v["points"] for row, v in judged]
    if len(judged) < FEW:
        return None
    try:
        return correlation(right, rest)
    except StatisticsError:  # all alike
        return None


def middle(seconds):
    """The median of what is known, or None."""
    known = [s for s in seconds if s is not None]
    return median(known) if known else None


def mistakes(verdicts):
    """The three that were told most often: (times, sentence, code, what it did).

    Of its examples the shortest is shown: it says nothing about whose it is.
    """
    told = {}
    for v in verdicts:
        if v["advice"]:
            example = v.get("wrote", ""), f"{v['where']}\n{v['story']}"
            told.setdefault(v["advice"], []).append(example)
    often = sorted(told.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        (len(examples), says, *min(examples, key=shortest))
        for says, examples in often[:3]
    ]


def shortest(example):
    code, story = example
    return not code, len(code), code, len(story), story


def share(points, out_of):
    return points / out_of if out_of else None


def behind(shares):
    """Who has less than half of what half of the class has: (student, share) pairs."""
    known = {student: part for student, part in shares.items() if part is not None}
    half = median(known.values()) / 2 if known else 0
    low = [(part, student) for student, part in known.items() if part < half]
    return [(student, part) for part, student in sorted(low)]


def bars(shares):
    """How many have a share of the points in each of ten equal ranges."""
    known = [part for part in shares if part is not None]
    counts = Counter(min(int(part * BARS), BARS - 1) for part in known)
    return [counts[place] for place in range(BARS)]

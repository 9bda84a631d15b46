"""A fair race."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import precise

ANSWERS = {}


def fair_report(student, rng):
    """Losses by a formula; every run is noted; a surplus one is unfair."""
    rates = rng.permutation(rng.choice(np.arange(1, 40), 5, replace=False) / 40)
    seeds = rng.permutation(50)[: rng.integers(4, 10)]
    seeds, fresh = seeds[:3], seeds[3:]
    turn, bad = rng.uniform(0, 6), rng.choice([np.nan, np.inf, 0.0])
    asked = []

    def run(rate, seed):
        asked.append((float(rate), int(seed)))
        if rate == rates.max() and seed == seeds[1]:
            return 0.0 + bad
        return 2 + np.sin(9 * rate + turn) + 0.5 * np.cos(7 * seed * rate)

    def mean(rate):
        total = sum(run(rate, seed) for seed in seeds) / 3
        return total if np.isfinite(total) else 1e9

    best = min(rates, key=mean)
    right = [run(best, seed) for seed in fresh]
    allowed = {(float(r), int(s)) for r in rates for s in seeds}
    allowed |= {(float(best), int(s)) for s in fresh}
    asked.clear()
    found = student.fair_report(run, rates.copy(), seeds.copy(), fresh.copy())
    if type(found) not in (tuple, list) or len(found) != 2:
        return False
    return (
        sorted(asked) == sorted(allowed)
        and precise(found[0], best)
        and precise(found[1], np.array(right))
    )


def report(
    means, best="rates[int(np.argmin(means))]", told="[run(best, s) for s in fresh]"
):
    """A report in which one piece is another's."""
    return f"""
means = [{means} for r in rates]
best = {best}
return best, {told}"""


MEAN = "np.nan_to_num(np.mean([run(r, s) for s in seeds]), nan=np.inf)"

ANSWERS["fair_report"] = Answers(
    args="run, rates, seeds, fresh",
    decider=fair_report,
    right=[
        """
best, lowest = None, np.inf
for rate in rates:
    total = 0.0
    for seed in seeds:
        total += run(rate, seed)
    if total < lowest:
        best, lowest = rate, total
return best, np.array([run(best, seed) for seed in fresh])""",
        """
table = np.array([[run(r, s) for s in seeds] for r in rates])
table = np.where(np.isnan(table), np.inf, table)
best = rates[table.sum(axis=1).argmin()]
return [best, [run(best, s) for s in fresh]]""",
    ],
    wrong=[
        report(MEAN, told="np.mean([run(best, s) for s in fresh])"),
        report(MEAN, told="[min(run(best, s) for s in fresh)]"),
        report(MEAN, best="int(np.argmin(means))"),
        report(MEAN, told="sorted(run(best, s) for s in fresh)"),
        report(MEAN, best="min(rates)"),
        report("np.nan_to_num(np.max([run(r, s) for s in seeds]), nan=np.inf)"),
        report("np.nanmax([run(r, s) for s in seeds])", best="rates[0]"),
    ],
    told={
        report(MEAN, told="[2 * run(best, s) for s in fresh]"): (
            "Entries are right in the first place, and off elsewhere."
        )
    },
    mistakes={
        "Every run is made twice": report(
            "np.nan_to_num(np.mean([(run(r, s), "
            "run(r, s))[0] for s in seeds]), nan=np.inf)",
            told="[(run(best, s), run(best, s))[0] for s in fresh]",
        ),
        "It chooses the rate by the median": report(
            "np.nan_to_num(np.median([run(r, s) for s in seeds]), nan=np.inf)"
        ),
        "It chooses a rate with a run that diverged. Leave": report(
            "np.mean([x for s in seeds if np.isfinite(x := run(r, s))])"
        ),
        "It chooses a rate with a run that diverged to NaN": report(
            "np.mean([run(r, s) for s in seeds])"
        ),
    },
)

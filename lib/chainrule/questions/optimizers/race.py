"""A race that is fair: the same number of trials for everyone, reported on new runs."""

import numpy as np

from chainrule.judge import AnswerError, Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes

LISTED = "    It should return rate, losses: a number, and a loss for each fresh seed."


class Trials:
    """The final losses of training runs: run(rate, seed)."""

    def __init__(self, rates, seeds, losses):
        self.rates, self.seeds, self.losses = rates, seeds, losses

    def __call__(self, rate, seed):
        i = int(np.argmin(np.abs(self.rates - rate)))
        if self.rates[i] != rate or seed not in self.seeds:
            raise ValueError(f"there is no run with rate {rate} and seed {seed}")
        return float(self.losses[i, list(self.seeds).index(seed)])

    def table(self, seeds):
        places = [list(self.seeds).index(seed) for seed in seeds]
        return self.losses[:, places]

    def __str__(self):
        return "run"


def diverging(to):
    """A maker of trials in which two rates diverge, each for one seed."""
    return lambda rng: trials(rng, to)


def trials(rng, to):
    """Losses of some rates: one is best on average, another in most runs, a third on
    fresh seeds, a fourth in its worst run, a fifth in its best run. The largest is the
    best of all, but diverges once, as a bad one does."""
    count, few = int(rng.integers(7, 10)), int(rng.integers(3, 6))
    rates = np.sort(rng.uniform(0.01, 1, count)).round(3) * np.arange(1, count + 1)
    order = rng.permutation(count - 1)
    losses = rng.uniform(3, 4, (count, 2 * few))
    losses[order[0]] = rng.uniform(1.0, 1.2, 2 * few)
    losses[order[0], rng.integers(few)] = 2.2
    losses[order[1], :few] = rng.uniform(0.5, 0.7, few)
    losses[order[1], rng.integers(few)] = 8
    losses[order[3], :few] = rng.uniform(1.7, 1.9, few)
    losses[order[2], few:] = rng.uniform(0.6, 0.8, few)
    losses[order[4], rng.integers(few)] = 0.1
    losses[-1, :few] = rng.uniform(0.1, 0.4, few)
    losses[-1, rng.integers(few)] = losses[order[5], rng.integers(few)] = to
    seeds = rng.permutation(100)[: 2 * few]
    return {
        "run": Trials(rates, seeds, losses),
        "rates": rates,
        "seeds": seeds[:few],
        "fresh": seeds[few:],
    }


def report(choose, told=lambda run, seeds, fresh, i: run.table(fresh)[i]):
    """The report of someone who chooses a rate by the losses on all seeds."""

    def rule(run, rates, seeds, fresh):
        i = choose(run.table(seeds), run.table(fresh))
        return np.append(rates[i], told(run, seeds, fresh, i))

    return rule


def best_mean(tuned, fresh):
    """The rate whose losses are lowest on average, where none has diverged."""
    mean = np.where(np.isfinite(tuned), tuned, np.inf).mean(1)
    return int(np.argmin(mean))


def drive(answer, run, rates, seeds, fresh):
    found = answer(run, rates, seeds, fresh)
    if type(found) not in (tuple, list) or len(found) != 2:
        raise AnswerError(LISTED)
    rate, losses = (np.asarray(x) for x in found)
    fits = rate.dtype.kind in "biuf" and losses.dtype.kind in "biuf"
    if not fits or rate.shape or losses.shape != fresh.shape:
        raise AnswerError(LISTED)
    return np.append(rate, losses)


def budget(answer, run, rates, seeds, fresh):
    """How many different trials each rate had, how many runs had fresh seeds, and how
    many runs were made again."""
    before = len(run.points)
    drive(answer, run, rates, seeds, fresh)
    runs = [(float(rate), int(seed)) for rate, seed in run.points[before:]]
    asked = {*runs}
    tried = [sum((rate, seed) in asked for seed in seeds.tolist()) for rate in rates]
    on_fresh = sum(seed in fresh for _, seed in asked)
    return np.array([*tried, on_fresh, len(runs) - len(asked)])


def show_budget(count, **_):
    return f"{count:g} runs"


def spent(per_rate, on_fresh, again=0):
    """The budget of someone who spends it so, and makes all runs so often again."""

    def rule(rates, seeds, fresh, **_):
        tried = [per_rate(len(seeds))] * len(rates)
        tried.append(on_fresh(len(fresh), len(rates)))
        return np.array([*tried, again * sum(tried)])

    return rule


GIVEN = {"a race": [diverging(np.nan), diverging(np.inf)] * 2}

fair_report = Question(
    "fair_report",
    Part(
        1,
        Oracle("all runs", report(best_mean)),
        cases(GIVEN),
        mistakes(
            {
                "It chooses the rate with the single best run. Compare the mean over "
                "all seeds: one run may be lucky.": report(
                    lambda tuned, fresh: best_lucky(tuned)
                ),
                "It chooses the rate by the median, which hides one bad run. Compare "
                "the mean over all seeds.": report(
                    lambda tuned, fresh: lowest_median(tuned)
                ),
                "It chooses a rate with a run that diverged to NaN. np.argmin takes "
                "NaN for the smallest: put np.inf in its place.": report(
                    lambda tuned, fresh: int(np.argmin(tuned.mean(1)))
                ),
                "It chooses a rate with a run that diverged. Leave out this whole "
                "rate, not only the run.": report(lambda tuned, fresh: len(tuned) - 1),
                "It reports the runs by which the rate was chosen. Their losses are "
                "too low: report the fresh runs.": report(
                    best_mean, lambda run, seeds, fresh, i: run.table(seeds)[i]
                ),
                "It chooses the rate by the fresh seeds. Choose by `seeds`, and report "
                "on the fresh seeds.": report(
                    lambda tuned, fresh: int(np.argmin(fresh.mean(1)))
                ),
            }
        ),
        drive=drive,
    ),
    Part(
        1,
        Oracle("a fair budget", spent(lambda n: n, lambda n, rates: n)),
        cases(GIVEN),
        mistakes(
            {
                "It runs every rate with the fresh seeds too. Run only the chosen rate "
                "with them.": spent(lambda n: n, lambda n, rates: n * rates),
                "Each rate had only one run. Run every rate with every seed.": spent(
                    lambda n: 1, lambda n, rates: n
                ),
                "The chosen rate was never run with the fresh seeds.": spent(
                    lambda n: n, lambda n, rates: 0
                ),
                "Every run is made twice, which costs twice the budget. Keep each "
                "loss.": spent(lambda n: n, lambda n, rates: n, again=1),
            }
        ),
        drive=budget,
        entries=False,
        show=show_budget,
    ),
    hints=[
        "First run every rate with every seed of `seeds`, and take each rate's mean "
        "loss. Then run only the best rate with the seeds of `fresh`.",
        "Replace each mean that isn't finite by np.inf, because np.argmin takes NaN "
        "for the smallest.",
        "means = np.array([np.mean([run(rate, s) for s in seeds]) for rate in rates]); "
        "replace what isn't finite by np.inf; best = rates[np.argmin(means)].",
    ],
)


def best_lucky(tuned):
    """The rate with the lowest single loss, among those that never diverged."""
    steady = np.where(np.isfinite(tuned).all(1)[:, None], tuned, np.inf)
    return int(np.argmin(steady.min(1)))


def lowest_median(tuned):
    """The rate with the lowest median; an infinite loss is hidden by it, NaN isn't."""
    return int(np.argmin(np.nan_to_num(np.median(tuned, 1), nan=np.inf)))


QUESTIONS = [fair_report]

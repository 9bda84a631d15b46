"""Greedy decoding, which stops at the end token."""

import numpy as np

from chainrule.judge import AnswerError, Part, Question
from chainrule.oracle import closed_form
from chainrule.questions.kinds import cases, mistakes


class NextScores:
    """The scores of each token after those written so far, drawn once for all."""

    def __init__(self, rng, tokens, end, length):
        self.table = rng.permuted(np.tile(np.arange(tokens), (99, tokens, 1)), axis=-1)
        self.table = self.table + rng.uniform(-5, 5)
        self.end, self.length = end, length

    def __call__(self, written):
        written = np.asarray(written, int).ravel()
        scores = self.table[len(written), sum(written) % self.table.shape[1]] * 1.0
        best = scores.max()
        scores[self.end] = best + 1 if len(written) == self.length else best - 1.5
        return scores

    def __str__(self):
        return f"scores of {self.table.shape[1]} tokens"


def writer(least, most, over):
    """A text that ends after some tokens, and a limit that lies `over` beyond."""

    def make(rng):
        tokens = int(rng.integers(4, 8))
        end, length = int(rng.integers(tokens)), int(rng.integers(least, most))
        return {
            "next_scores": NextScores(rng, tokens, end, length),
            "end": end,
            "limit": max(length + int(rng.integers(*over)), 1),
        }

    return make


def written(next_scores, end, limit, choose=np.argmax, stop=True):
    text = []
    while len(text) < limit:
        token = int(choose(next_scores(text)))
        if token == end and stop:
            break
        text.append(token)
    return np.array(text)


def asked_and_written(answer, next_scores, end, limit):
    """How often scores were asked for, and the text."""
    text = answer(next_scores, end, limit)
    if type(text) not in (list, tuple, np.ndarray) or np.ndim(text) != 1:
        raise AnswerError("    It should return a list of tokens.")
    return [len(next_scores.points), *np.asarray(text).tolist()]


def with_count(next_scores, end, limit):
    text = written(next_scores, end, limit)
    return np.array([min(len(text) + 1, limit), *text])


def after_end(change):
    """A mistake in the text alone."""

    def rule(next_scores, end, limit):
        count, *text = with_count(next_scores, end, limit)
        return np.array([count, *change(text, end, limit, next_scores)])

    return rule


def going_on(next_scores, end, limit):
    text = written(next_scores, end, limit, stop=False)
    return np.array([limit, *text])


def cut(next_scores, end, limit):
    """All tokens up to the limit, and then the end is looked for."""
    text = going_on(next_scores, end, limit)[1:].tolist()
    text = text[: text.index(end)] if end in text else text
    return np.array([limit, *text])


def tell(yours, right, **_):
    yours, right = np.asarray(yours), np.asarray(right)
    lines = [
        f"you write         {words(yours[1:])}",
        f"it should be      {words(right[1:])}",
    ]
    if np.array_equal(yours[1:], right[1:]):
        lines = [
            f"the text is right, but you asked for scores {yours[0]:g} times;",
            f"{right[0]:g} times are enough",
        ]
    return "\n".join(f"    {line}" for line in lines)


def words(text):
    return " ".join(f"{token:g}" for token in text) or "nothing"


GOES_ON = {
    "It goes on to the limit. Stop as soon as the end token is the best.": going_on,
    "It asks up to the limit and cuts the text afterwards. Nothing needs to be asked "
    "after the end token.": cut,
}


def part(title, maker, wrong):
    return Part(
        1,
        closed_form(with_count, "the best token each time"),
        cases({title: [maker] * 3}),
        mistakes(wrong),
        drive=asked_and_written,
        tell=tell,
        entries=False,
    )


greedy = Question(
    "greedy",
    part(
        "the text ends by itself",
        writer(2, 6, (3, 6)),
        {
            "The end token stands in the text. It ends the text, and is no part of "
            "it.": after_end(lambda text, end, *_: [*text, end]),
            **GOES_ON,
            "The last token before the end is missing.": after_end(
                lambda text, *_: text[:-1]
            ),
        },
    ),
    part(
        "the limit comes first",
        writer(5, 9, (-4, 0)),
        {
            "The text has one token more than the limit.": (
                lambda next_scores, end, limit: with_count(next_scores, end, limit + 1)
            ),
            "The text has one token less than the limit.": (
                lambda next_scores, end, limit: with_count(next_scores, end, limit - 1)
            ),
        },
    ),
    hints=[
        "Begin with an empty list. As long as it has fewer than `limit` tokens, ask "
        "for the scores and take the best token.",
        "np.argmax gives the best token. If it is `end`, return the text as it is.",
        "for _ in range(limit): token = int(np.argmax(next_scores(text))); then break "
        "or append.",
    ],
)

"""Greedy decoding."""

from corpus.answers import Answers

ANSWERS = {}


def greedy(student, rng):
    """A text that is known beforehand, its end among its scores."""
    tokens = int(rng.integers(2, 9))
    end, length, limit = int(rng.integers(tokens)), *rng.integers(0, 9, 2).tolist()
    others = [k for k in range(tokens) if k != end]
    text = rng.choice(others, length).tolist()
    asked = []

    def next_scores(written):
        asked.append(list(written))
        at = len(written)
        right = text[at] if list(written) == text[:at] and at < length else end
        scores = rng.normal(size=tokens) - rng.choice([0, 50])
        scores[right] = scores.max() + 1
        return scores

    found = list(student.greedy(next_scores, end, limit))
    times = min(length + 1, limit)
    return found == text[:limit] and len(asked) == times


def loop(
    asks="len(text) < limit",
    choice="int(np.argmax(next_scores(text)))",
    ends="token == end",
    added="text.append(token)",
    result="text",
):
    return f"""
text = []
while {asks}:
    token = {choice}
    if {ends}:
        break
    {added}
return {result}"""


ANSWERS["greedy"] = Answers(
    args="next_scores, end, limit",
    decider=greedy,
    right=[
        loop(choice="int(np.argsort(next_scores(text))[-1])"),
        """
text = []
for _ in range(limit):
    scores = list(next_scores(text))
    best = scores.index(max(scores))
    if best == end:
        return text
    text = text + [best]
return text""",
    ],
    wrong=[
        loop(choice="int(np.argmin(next_scores(text)))"),
        loop(choice="int(np.argmax(next_scores([])))"),
        loop(choice="int(np.argmax(next_scores(text[-1:])))"),
        loop(choice="int(np.max(next_scores(text)))"),
        loop(result="text[::-1]"),
        loop(result="text[-1:]"),
        loop(result="[end, *text]"),
        loop(ends="token == 0"),
        loop(ends="next_scores(text)[end] > 0"),
        loop(added="text.insert(0, token)"),
        loop(asks="True", ends="token == end or len(text) > 90"),
        loop(added="text.append(token); next_scores(text)"),
    ],
    mistakes={
        "The end token stands": loop(
            result="text + [end] if len(text) < limit else text"
        ),
        "It goes on": loop(ends="False"),
        "It asks up to": loop(
            ends="False", result="text[:text.index(end)] if end in text else text"
        ),
        "The last token before": loop(
            result="text[:-1] if len(text) < limit else text"
        ),
        "The text has one token more": loop(asks="len(text) <= limit"),
        "The text has one token less": loop(asks="len(text) < limit - 1"),
    },
)

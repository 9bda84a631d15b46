"""Nodes that a total keeps alive."""

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


def nodes_after(student, rng):
    """Counted layer by layer on paper; torch isn't asked."""
    own = student.numbers("nodes_after", student.STUDENT)
    layers = ["Addmm", "T", "Relu"] * own["hidden_layers"] + ["Addmm", "T"]
    step = [*layers, "MseLoss", "Add"]
    ends = 2 * layers.count("Addmm")
    rest = own["steps"] - own["steps"] // own["reset_every"] * own["reset_every"]
    whole, part = (len(step) * k + ends for k in (own["steps"], rest))
    right = [whole, 0, part, whole]
    return not callable(student.nodes_after) and near(student.nodes_after, right)


ANSWERS["nodes_after"] = Answers(
    above="""
own = numbers("nodes_after", STUDENT)
k, r, h = own["steps"], own["reset_every"], own["hidden_layers"]""",
    decider=nodes_after,
    right=[
        "[(3 * h + 4) * n + 2 * h + 2 if n else 0 for n in (k, 0, k % r, k)]",
        """
one_step = 2 * (h + 1) + h + 2
nodes_after = np.array([k * one_step, 0, (k % r) * one_step, k * one_step])
nodes_after[[0, 2, 3]] += 2 * (h + 1)""",
    ],
    wrong=[
        "[k, 0, k % r, k]",
        "[(3 * h + 4) * k + 2 * h + 2, 0, (3 * h + 4) * r + 2 * h + 2, 0]",
        "[(3 * h + 4) * k + h + 1, 0, (3 * h + 4) * (k % r) + h + 1, "
        "(3 * h + 4) * k + h + 1]",
        "[(2 * h + 4) * n + 2 * h + 2 if n else 0 for n in (k, 0, k % r, k)]",
        "[(3 * h + 4) * n + 2 * h + 2 for n in (k, 0, k % r, k)]",
        "(3 * h + 4) * k + 2 * h + 2",
    ],
    told={"[7 * n + 4 if n else 1 for n in (k, 0, k % r, k)]": ""},
)

"""`fit` is asked once more where a training stays below the bound by chance."""

from chainrule.judge import State, judge
from chainrule.questions import Local, find
from corpus.lessons import lesson

QUESTION = find("fit")


def trained_again(unlucky):
    """The verdict on a right loop whose first trainings end without what was learned,
    and how often it was asked for the digits."""
    trainings = []
    right = lesson("12_gpu_training")["fit"]

    def fit(model, X, y, device):
        before = [p.detach().clone() for p in model.parameters()]
        right(model, X, y, device)
        if device.type == "cpu":
            trainings.append(model)
            if len(trainings) <= unlucky:
                for p, start in zip(model.parameters(), before, strict=True):
                    p.data.copy_(start)

    verdict = judge(QUESTION, Local(QUESTION, {"fit": fit}), seed=0)
    return verdict.state, len(trainings)


def test_one_unlucky_training_costs_nothing():
    assert trained_again(0) == (State.RIGHT, 1)
    assert trained_again(1) == (State.RIGHT, 2)


def test_two_of_them_are_no_bad_luck():
    assert trained_again(2) == (State.PARTLY_RIGHT, 2)

"""Answers that use torch: their rules, what crosses, and torch's own state."""

import shutil
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from chainrule import questions, torch_side
from chainrule.judge import AnswerError, Part, Question, case
from chainrule.oracle import closed_form
from chainrule.rules import TORCH
from corpus import handins, places, torch_probes, torch_trial
from corpus.handins import right_answers
from proctor.grading.grade import room_for


@pytest.fixture(scope="module", autouse=True)
def trial():
    """The trial notebook is one of the course's."""
    if not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed, so there are no rooms to test")
    with torch_trial.asked(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(handins, "source", lambda name: torch_trial.SOURCE)
        yield


@pytest.fixture(scope="module")
def torch_room(trial):
    return room_for(torch_trial.NAME)


def in_both(name, lines):
    """The verdict on an answer with these lines; check and the grader give the same."""
    book = book_with({name: function(name, lines)})
    here = places.checked(book)[name]
    there = places.graded(torch_trial.NAME, book).verdicts[name]
    assert str(here) == str(there)
    return here


def book_with(answers):
    right = right_answers(torch_trial.NAME)
    return places.notebook(torch_trial.NAME, {**right, **answers})


def function(name, lines):
    head = right_answers(torch_trial.NAME)[name].partition("\n")[0]
    return "\n    ".join([head, *lines.strip().splitlines()])


def test_right_answers_earn_everything_in_both():
    book = book_with({})
    assert [v.state for v in places.checked(book).values()] == ["right"] * 5
    assert places.graded(torch_trial.NAME, book).points == 10


BY_TORCH = "import torch.nn.functional as F\nx = x.clone().requires_grad_()\n"
OFF = {
    "backward": (
        "softplus_slope",
        BY_TORCH + "F.softplus(x).backward(g)\nreturn x.grad",
        "torch.autograd.backward",
        "torch's arrays",
    ),
    "grad": (
        "softplus_slope",
        BY_TORCH + "return torch.autograd.grad(F.softplus(x), x, g)[0]",
        "torch.autograd.grad",
        "torch's arrays",
    ),
    "vjp": (
        "softplus_slope",
        "f = torch.nn.functional.softplus\nreturn torch.func.vjp(f, x)[1](g)[0]",
        "torch.autograd.grad",
        "torch's arrays",
    ),
    "jvp": (
        "softplus_slope",
        "f = torch.nn.functional.softplus\nreturn torch.func.jvp(f, (x,), (g,))[1]",
        "torch.autograd.forward_ad.make_dual",
        "torch's arrays",
    ),
    "a jacobian": (
        "softplus_slope",
        "f = lambda x: torch.nn.functional.softplus(x).sum()\n"
        "return g * torch.autograd.functional.jacobian(f, x)",
        "torch.autograd.grad",
        "torch's arrays",
    ),
    "the engine": (
        "softplus_slope",
        BY_TORCH + "engine = torch.autograd.Variable._execution_engine\n"
        "return engine.run_backward((F.softplus(x),), (g,), False, False, (x,), "
        "False, False)[0]",
        "torch._C._EngineBase.run_backward",
        "torch's arrays",
    ),
    "chainrule": (
        "softplus_slope",
        "import chainrule\nchainrule.Value(2.0)\nreturn g * torch.sigmoid(x)",
        "chainrule.scalar",
        "torch's arrays",
    ),
    "a ready-made function": (
        "log_shares",
        "return torch.nn.functional.log_softmax(x, 0)",
        "torch.nn.functional.log_softmax",
        "torch's arrays",
    ),
    "a ready-made method": (
        "log_shares",
        "return x.softmax(0).log()",
        "torch.Tensor.softmax",
        "torch's arrays",
    ),
    "a ready-made function in C": (
        "log_shares",
        "return x - torch.logsumexp(x, 0)",
        "torch.logsumexp",
        "torch's arrays",
    ),
    "a ready-made special function": (
        "log_shares",
        "return torch.special.log_softmax(x, 0)",
        "torch.special.log_softmax",
        "torch's arrays",
    ),
    "a ready-made layer": (
        "log_shares",
        "return torch.nn.LogSoftmax(0)(x)",
        "torch.nn.functional.log_softmax",
        "torch's arrays",
    ),
    "torch where NumPy is the means": (
        "tanh_slope",
        "return 1 - torch.tanh(torch.from_numpy(x)).numpy() ** 2",
        "torch",
        "NumPy",
    ),
    "chainrule where NumPy is the means": (
        "tanh_slope",
        "import chainrule\nchainrule.Value(2.0)\nreturn 1 - np.tanh(x) ** 2",
        "chainrule.scalar",
        "NumPy",
    ),
    "chainrule where torch is the means": (
        "slope_by_torch",
        "import chainrule\nchainrule.Value(2.0)\nreturn x.sin() + x * x.cos()",
        "chainrule.scalar",
        "torch",
    ),
}


@pytest.mark.parametrize("row", OFF)
def test_what_is_off_the_table_in_a_question_is_refused_in_both(row):
    name, lines, what, instead = OFF[row]
    said = f"It uses {what}, which is not allowed here. Answer with {instead} and"
    assert said in str(in_both(name, lines))


ALLOWED = {
    "no_grad": "with torch.no_grad():\n    return g * torch.sigmoid(x)",
    "a layer": "torch.nn.Linear(2, 1)(torch.ones(2))\nreturn g * torch.sigmoid(x)",
    "a print": "print(x)\nreturn g * torch.sigmoid(x)",
    "vmap": "return torch.vmap(torch.mul)(g, torch.sigmoid(x))",
    "softmax": "return g * torch.softmax(torch.stack([x, 0 * x]), 0)[0]",
    "gradients recorded": "x.requires_grad_()\nreturn g * torch.sigmoid(x)",
    "a parameter": "return torch.nn.Parameter(g * torch.sigmoid(x))",
    "a list of rows": "return list(g * torch.sigmoid(x))",
    "an array": "return (g * torch.sigmoid(x)).numpy()",
    "a view": "return (g * torch.sigmoid(x)).T.contiguous().T",
}


@pytest.mark.parametrize("row", ALLOWED)
def test_what_is_on_the_table_is_right_in_both(row):
    assert in_both("softplus_slope", ALLOWED[row]).state == "right"


UNFIT = {
    "meta": ("return x.to('meta')", "a tensor on the meta device"),
    "sparse": ("return x.to_sparse()", "Return it dense: x.to_dense()"),
    "quantized": (
        "return torch.quantize_per_tensor(x.float(), 0.1, 0, torch.qint8)",
        "Return its numbers: x.dequantize()",
    ),
    "nested": ("return torch.nested.nested_tensor([x[0], x[1]])", "a nested tensor"),
    "complex": ("return x + 0j", "Return real numbers."),
    "a subclass": (
        "class Own(torch.Tensor): pass\nreturn x.as_subclass(Own)",
        "It returned a Own, a tensor of a class of its own.",
    ),
    "lazy": (
        "return torch.nn.LazyLinear(2).weight",
        "It returned a UninitializedParameter",
    ),
    "a tensor of a transform": (
        "kept = []\n"
        "torch.vmap(lambda row: (kept.append(row), row)[1])(x)\n"
        "return kept[0]",
        "whose numbers can't be read",
    ),
    "text": ("return 'x'", "It returned a str. Return a torch tensor."),
    "nothing": ("x + 1", "It returned None. Is a return missing?"),
    "dots": ("return ...", "It returned `...`."),
    "text in a list": ("return [x, 'x']", "It returned a str."),
    "in place": ("return x.mul_(0).add_(1) * g * torch.sigmoid(x)", "you say"),
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # what torch means to change
@pytest.mark.parametrize("row", UNFIT)
def test_what_is_nothing_to_compare_is_told_in_both_with_the_same_words(row):
    lines, said = UNFIT[row]
    assert said in str(in_both("softplus_slope", lines))


def test_a_tensor_that_was_changed_in_place_is_told():
    lines = "y = g * torch.sigmoid(x)\nx.zero_()\nreturn y"
    assert "Work on a copy, x.clone()" in str(in_both("softplus_slope", lines))


def test_bfloat16_arrives_as_the_same_numbers():
    given = torch.tensor([1.5, -2.0], dtype=torch.bfloat16, requires_grad=True)
    assert torch_side.to_arrays(given).tolist() == [1.5, -2.0]


def test_the_rule_of_the_notebook_tells_every_question_s_rule():
    said = questions.rule(torch_trial.NAME)
    for sentence in (
        "Write functions and classes with torch's arrays and code of your own",
        "Not allowed in `log_shares` either: torch's ready-made `log_softmax`, "
        "`logsumexp` and `softmax`.",
        "Not allowed in `tanh_slope` either: `torch` and `sympy`.",
        "Allowed in `slope_by_torch` and `fitted`: torch's gradients",
        "A call of `fitted` may take 5 seconds.",
    ):
        assert sentence in said


LEFT = """
import torch
from torch.nn.modules.module import register_module_forward_hook
torch.manual_seed(11)
torch.set_default_dtype(torch.float16)
torch.set_num_threads(8)
torch.set_grad_enabled(False)
torch.use_deterministic_algorithms(True)
torch.set_autocast_dtype("cpu", torch.bfloat16)
torch.set_autocast_enabled("cpu", True)
torch.inference_mode(True).__enter__()
torch.set_default_device("meta")
hook = register_module_forward_hook(lambda *_: torch.ones(1))
f = lambda: None
"""


def measured(warm, known, *sources):
    """What torch is set to in a fresh room where these cells have run."""
    with warm.enter({}) as room:
        for index, source in enumerate(sources):
            ran = room.run(index, source)
            assert ran.error == ""
        answer = room.answer(Question("f", hints=()))
        return answer.probe(torch_probes.state, known).tolist()


def test_what_a_submission_sets_never_reaches_the_next(torch_room):
    before = measured(torch_room, False, "f = lambda: None")
    assert measured(torch_room, False, LEFT)[:7] != before[:7]
    assert measured(torch_room, False, "f = lambda: None")[:7] == before[:7]
    assert before[:7] == [32, 1, 1, 0, 0, 0, 0]


def test_what_a_submission_sets_never_reaches_what_a_probe_measures(torch_room):
    clean = measured(torch_room, True, "f = lambda: None")
    assert clean[:7] == [64, 1, 1, 0, 0, 0, 0]
    assert measured(torch_room, True, LEFT) == clean


def test_a_known_state_is_left_as_it_was_found():
    def now():
        rng = torch.random.get_rng_state().sum().item()
        return torch_probes.measured()[:7].tolist(), rng

    torch.manual_seed(0)
    before = now()
    torch.manual_seed(0)
    with pytest.raises(KeyError), torch_side.known_state(torch.float64, 5):
        torch.rand(3)
        raise KeyError
    assert now() == before


def test_a_warm_torch_room_has_one_thread_and_its_forks_can_train(torch_room):
    source = """
import torch
net = torch.nn.Linear(2, 1)
optimizer = torch.optim.Adam(net.parameters())
net(torch.ones(2)).sum().backward()
optimizer.step()
print(torch.get_num_threads(), torch.get_num_interop_threads())
"""
    (process,) = children_of(torch_room.process.pid)
    with open(f"/proc/{process}/status") as file:
        assert "Threads:\t1\n" in file.read()
    with torch_room.enter({}) as room:
        assert room.run(0, source).outputs == [("text/stdout", "1 1\n")]


def test_forks_of_a_room_with_torch_count_for_what_is_their_own(torch_room):
    source = """
import os, time
for worker in range(6):
    if os.fork() == 0:
        time.sleep(5)
        os._exit(0)
time.sleep(0.5)
"""
    with torch_room.enter({}) as room:
        room.run(0, source)
        assert room.in_step(), room.ended
        room.run(1, "kept = b'1' * (1 << 30)\ntime.sleep(5)")
        assert room.ended == "it used more than 1024 MB of memory"


def children_of(pid):
    """The processes below one that have no children: of a warm room, the agent."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        below = file.read().split()
    return [leaf for child in below for leaf in children_of(child)] or [pid]


def slow(seconds):
    return Question(
        "f",
        Part(1, closed_form(lambda x: x), [case("one", x=np.ones(1))]),
        hints=(),
        off=TORCH,
        seconds=seconds,
    )


def test_a_call_has_the_time_that_its_question_says(torch_room):
    with torch_room.enter({}) as room:
        room.run(0, "import time\ndef f(x):\n    time.sleep(5)\n    return x")
        with pytest.raises(AnswerError, match=r"ran for more than 0\.5 seconds"):
            room.answer(slow(0.5))(np.ones(1))


def test_no_question_may_take_more_time_than_a_room_gives():
    with pytest.raises(ValueError, match=r"seconds = 11\. Try a number in \(0, 10\]"):
        slow(11)


def test_a_check_tells_when_an_answer_takes_longer_than_grading_allows(monkeypatch):
    ticks = count(step=3)
    clock = SimpleNamespace(monotonic=lambda: next(ticks))
    monkeypatch.setattr(questions, "time", clock)
    found = questions.verdict(slow(2), {"f": lambda x: x})
    assert found.state == "right"
    assert "Its slowest call took 3.0 seconds here. At grading" in str(found)
    assert "slowest" not in str(questions.verdict(slow(5), {"f": lambda x: x}))

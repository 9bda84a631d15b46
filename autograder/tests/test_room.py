"""What a submission can't do, tried from inside a room."""

import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chainrule.judge import AnswerError, Question, Unanswered
from chainrule.rules import NUMPY_ONLY
from proctor.room import sandbox
from proctor.room.answer import result_of
from proctor.room.sandbox import NoRoom
from proctor.room.server import Limits, RoomServer

ROOT = Path(__file__).parents[2]


def run(warm, *sources):
    """Run cells in a fresh room; the last cell's printed text, or its error."""
    with warm.enter({}) as room:
        for index, source in enumerate(sources):
            ran = room.run(index, textwrap.dedent(source))
        if room.ended:
            return f"ended: {room.ended}"
        return ran.error or "".join(text for _, text in ran.outputs)


def test_cells_run_in_order_in_one_namespace(warm):
    assert run(warm, "x = 2", "x + 3") == "5\n"


def test_a_lesson_goes_on_with_a_right_answer_where_verdicts_come_later(warm):
    source = """
        from chainrule.standby import if_right
        print(if_right("forward_difference", 1, 2))
        """
    assert "the lesson goes on with a right one.\n2\n" in run(warm, source)


def test_a_failing_cell_does_not_stop_the_next(warm):
    assert run(warm, "1/0", "print('on')") == "on\n"


@pytest.mark.parametrize(
    "line",
    ["1 / 0", "__import__('random').choice([])", "[1 / x for x in [0]]", "exec('1/0')"],
)
def test_an_error_names_the_authors_own_line(warm, line):
    said = run(warm, f"def g():\n    return {line}\ng()")
    assert said.endswith(f"\n    in g, line 2: return {line}")


def test_a_figure_is_kept_as_a_picture(entered, warm):
    source = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    with entered(warm, source) as room:
        assert [kind for kind, _ in room.ran[0].outputs] == ["image/png"]


REFUSED = [
    "import torch\nfloat(torch.sin(1))",
    "import torch.nn.functional as F\nF.relu(1) + 1",
    "from torch import tensor\nimport numpy\nnumpy.array(tensor(1))",
    "from torch.nn import Module\nclass Net(Module): pass\nNet()",
    "import sys, importlib\nround(importlib.import_module('torch').sin(1))",
    "from chainrule import Value\n2 * Value(2)",
    "from chainrule.scalar import Value\n2 * Value(2)",
    "import chainrule.differences as d\n[*d.central(abs, 1, 1)]",
    "from chainrule import oracle\noracle.torch_gradient(abs, 1)[0]",
]


@pytest.mark.parametrize("source", REFUSED)
def test_what_is_taken_from_a_module_off_the_table_is_refused_with_the_reason(
    warm, source
):
    assert "not allowed here. Answer with NumPy" in run(warm, source)


@pytest.mark.parametrize(
    "source",
    [
        "import torch, torch.nn as nn\nfrom torch.nn import functional as F",
        "from chainrule import Value\nfrom chainrule.optim import Adam",
        "from google.colab import drive, files",
        "import pandas as pd, seaborn as sns\nfrom scipy.special import expit",
    ],
)
def test_an_import_that_is_not_used_costs_nothing(warm, source):
    assert run(warm, f"{source}\nprint('on')") == "on\n"


@pytest.mark.parametrize(
    "source",
    [
        "import pandas\nsum(pandas.Series())",
        "from google.colab import drive\n[*drive.mount('/x')]",
    ],
)
def test_what_colab_has_and_a_room_has_not_is_said_where_it_is_used(warm, source):
    assert "which is not there when this is graded" in run(warm, source)


@pytest.mark.parametrize(
    "module", ["torch", "micrograd", "autograd", "pytest", "nbgrader", "proctor"]
)
def test_no_package_that_is_not_listed_is_there_for_a_subprocess_either(warm, module):
    source = f"""
        import subprocess, sys
        done = subprocess.run(
            [sys.executable, "-c", "import {module}"], capture_output=True, text=True
        )
        print(done.stderr.splitlines()[-1])
    """
    assert f"No module named '{module}'" in run(warm, source)


def test_no_other_interpreter_nor_its_packages_are_there(warm):
    source = """
        import glob, os, sys
        programs = glob.glob("/usr/bin/python[23]*")
        programs += glob.glob("/usr/local/bin/python*")
        own = os.path.realpath(sys.executable)
        others = [p for p in programs if os.path.realpath(p) != own and p[-1] != "g"]
        folders = glob.glob("/usr/*/*/python3*/*-packages")
        folders += glob.glob(f"{sys.base_prefix}/lib/python3*/*-packages")
        print([p for p in others if os.path.getsize(p)])
        print([f for f in folders if os.listdir(f)])
    """
    assert run(warm, source) == "[]\n[]\n"


def test_a_file_that_a_cell_has_written_can_be_imported(warm):
    wrote = "%%writefile helper.py\ndef twice(x): return 2 * x"
    assert run(warm, wrote, "from helper import twice\ntwice(21)") == "42\n"


@pytest.mark.parametrize("folder", ["solutions", "autograder", "notebooks", ".git"])
def test_the_private_side_is_not_there(warm, folder):
    assert run(warm, f"import os; os.path.exists({str(ROOT / folder)!r})") == "False\n"


def test_neither_bank_nor_judge_can_be_read(warm):
    find = "import chainrule, os; root = os.path.dirname(chainrule.__file__)"
    look = "os.listdir(root + '/questions'), 'judge.py' in os.listdir(root)"
    found = run(warm, find, f"print({look})")
    assert found == "['__init__.py'] False\n"


def test_there_is_no_network(warm):
    source = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    assert "Error" in run(warm, source)


def test_no_other_process_can_be_seen(warm):
    assert run(warm, "import os; print(os.listdir('/proc'), os.getpid())") == "[] 1\n"


def test_nothing_can_be_written_but_a_small_tmp(warm):
    for place in ("/usr/x", "/dev/x", "/room/x", f"{sys.prefix}/x", "/x"):
        assert "Error" in run(warm, f"open({place!r}, 'w')")
    assert "File too large" in run(warm, "open('/tmp/x', 'wb').write(bytes(65 << 20))")


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_nothing_is_left_for_the_next_submission(warm, folder):
    run(warm, f"open('{folder}/left', 'w').write('x')")
    assert run(warm, f"import os; 'left' in os.listdir('{folder}')") == "False\n"


def test_a_poisoned_import_does_not_reach_the_next_submission(warm):
    run(warm, "import numpy as np; np.sin = lambda x: 7; np.array([1])[...] = 2")
    assert run(warm, "import numpy as np; float(np.sin(0.0))") == "0.0\n"


def test_no_capability_is_left_and_none_can_be_won(warm):
    source = """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        print([libc.unshare(flag) for flag in (0x10000000, 0x20000, 0x20000000)])
        print(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
    """
    assert run(warm, source) == "[-1, -1, -1]\n-1\n"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("while True: pass", "ran for more than 3 seconds"),
        ("import os; os._exit(0)", "ended itself with exit status 0"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGSEGV); os.abort()",
            "ended",
        ),
        ("x = b'1' * (2 << 30)", "of memory"),
        ("import os\nwhile True: os.fork()", "ended: it"),
        ("import time\nwhile True:\n try: time.sleep(9)\n except: pass", "3 seconds"),
    ],
)
def test_whatever_ends_a_room_is_told_and_the_next_room_is_fine(warm, source, why):
    assert why in run(warm, source)
    assert run(warm, "1 + 1") == "2\n"


def test_a_flood_of_output_is_cut_and_the_rest_goes_on(warm):
    told = run(warm, "print('x' * 10**8)")
    assert "[output cut here]" in told and len(told) < 300_000


def test_a_daemon_ends_with_its_room(warm):
    source = """
        import subprocess
        subprocess.Popen(["sleep", "86399"], start_new_session=True)
        print("started")
    """
    assert run(warm, source) == "started\n"
    listed = subprocess.run(
        ["ps", "-eo", "args"], capture_output=True, text=True
    ).stdout
    assert "sleep 86399" not in listed


DOUBLE = Question("double", hints=())


def test_an_answer_is_called_with_plain_arguments(entered, warm):
    with entered(warm, "def double(x): return 2 * x") as room:
        found = room.answer(DOUBLE)(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(found, [2.0, 4.0])


def test_a_function_is_asked_across_the_line_and_never_seen(entered, warm):
    source = (
        "def double(f): return f(3.0) + len(vars(f)['sock'].__class__.__name__) * 0"
    )
    with entered(warm, source) as room:
        assert room.answer(DOUBLE)(lambda x: x**2) == 9.0


def test_an_unwritten_answer_is_not_a_wrong_one(entered, warm):
    cells = "def double(x): raise NotImplementedError"
    with entered(warm, cells) as room, pytest.raises(Unanswered):
        room.answer(DOUBLE)(1.0)


def test_an_answer_that_uses_an_unwritten_one_is_told_which(entered, warm):
    source = """
        def topo_order(root): raise NotImplementedError
        def double(x): return topo_order(x)
        """
    said = pytest.raises(AnswerError, match="uses topo_order, which is not written yet")
    with entered(warm, textwrap.dedent(source)) as room, said:
        room.answer(DOUBLE)(1.0)


@pytest.mark.parametrize("stub", [["topo_order"], {"a": 1}, 7, None])
def test_an_odd_name_for_an_unwritten_answer_does_no_harm(stub):
    with pytest.raises(Unanswered):
        result_of("double", {"unwritten": stub})


def test_a_missing_answer_says_what_may_have_happened(entered, warm):
    with entered(warm) as room, pytest.raises(AnswerError, match="Was its cell"):
        room.answer(DOUBLE)(1.0)


def test_an_endless_answer_costs_its_question_only_its_time(entered, warm):
    cells = "def double(x):\n    while True: pass"
    slow = pytest.raises(AnswerError, match="more than 2 seconds")
    with entered(warm, cells) as room, slow:
        room.answer(DOUBLE)(1.0)


def test_a_forged_frame_costs_the_question_and_is_named(entered, warm):
    source = """
        def double(x):
            import gc, socket
            for thing in gc.get_objects():
                if isinstance(thing, socket.socket):
                    thing.sendall(b"\\xff" * 64)
            return 2 * x
    """
    cells = textwrap.dedent(source)
    with entered(warm, cells) as room, pytest.raises(AnswerError, match="protocol"):
        room.answer(DOUBLE)(1.0)


def test_a_probe_runs_beside_the_students_code(entered, warm, tmp_path, monkeypatch):
    path = tmp_path / "probe_module.py"
    path.write_text("def twice(student, x):\n    return student.Box(x).doubled()")
    monkeypatch.syspath_prepend(tmp_path)
    import probe_module

    box = "class Box:\n    def __init__(self, x): self.x = x\n"
    cells = f"{box}    def doubled(self): return 2 * self.x"
    with entered(warm, cells) as room:
        found = room.answer(Question("Box", hints=())).probe(probe_module.twice, 4.0)
    assert found == 8.0


def test_without_bubblewrap_there_is_one_sentence_and_the_install_line(monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    with pytest.raises(NoRoom, match="apt-get install bubblewrap"), RoomServer():
        pass


def test_a_sandbox_that_does_not_start_is_told(monkeypatch):
    monkeypatch.setattr(sandbox, "isolated", lambda off: ["false"])
    with pytest.raises(NoRoom, match="did not start"), RoomServer(limits=Limits()):
        pass


@pytest.fixture(scope="module")
def bare(limits):
    """What is there on request where no room can be made."""
    with RoomServer(NUMPY_ONLY, replace(limits, isolated=False)) as room:
        yield room


def test_without_isolation_the_rules_of_a_question_hold(bare):
    for source in REFUSED:
        assert "not allowed here" in run(bare, source)
    assert run(bare, "from chainrule import check; check('f', None)").startswith(
        "f is judged after"
    )


def test_without_isolation_an_answer_is_called_across_the_line(entered, bare):
    with entered(bare, "def f(x): return 2 * x") as room:
        answer = room.answer(Question("f", hints=()))
        assert answer(np.array([1.0, 2.0])).tolist() == [2, 4]


def test_without_isolation_no_folder_of_a_submission_is_left(bare):
    where = run(bare, "import os\nopen('x', 'w').write('1')\nprint(os.getcwd())")
    deadline = time.monotonic() + 60
    while Path(where.strip()).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(where.strip()).exists() and run(bare, "1") == "1\n"


@pytest.mark.parametrize(
    "source, why",
    [
        ("x = b'1' * (2 << 30)", "of memory"),
        ("while True: pass", "3 seconds"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
    ],
)
def test_without_isolation_limits_hold_and_are_told(bare, source, why):
    assert why in run(bare, source)
    assert run(bare, "1") == "1\n"

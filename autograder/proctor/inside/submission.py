"""One submission inside its room: run the cells, then answer when called.

Runs beside the student's code, so nothing here is secret and nothing it says is
believed without being checked on the other side of the line.
"""

import base64
import contextlib
import functools
import gc
import importlib
import io
import os
import sys
import threading

import numpy as np
import wire
from chainrule.blame import NO_FUNCTION, blame, stub_in
from chainrule.crossing import ELSEWHERE, NO_ANSWER, Stays, Unfit, number
from chainrule.rules import reason
from chainrule.standin import OffTheTable, StandIn
from chainrule.torch_side import with_tensors
from chainrule.watch import watching

SHELL = None
CAP = {}
UNKNOWN = object()


def preload(modules, output):
    """Import once what every submission would, and make the shell."""
    global SHELL
    CAP.update(output)
    for name in modules:
        importlib.import_module(name)
    if "torch" in modules:
        settle_torch()
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0
    SHELL = InteractiveShell.instance(config=config, user_ns={"__name__": "__main__"})
    SHELL.ask_exit = SHELL.enable_gui = lambda *_: None
    SHELL.register_magic_function(lambda line: None, magic_name="matplotlib")
    SHELL.display_formatter.active_types = ["text/plain", "image/png"]
    run("pass", 0)  # what a first cell takes longer is paid once
    gc.freeze()  # no collection looks through what every submission shares


def settle_torch():
    """What torch does once is done before the fork, which has one thread and an empty
    /proc: no pool of threads is begun, and float16 has looked up the processor."""
    import torch

    torch.ones(1).half()

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)


def attend(sock):
    """Run cells and answer calls, in the order in which they are asked for, until the
    socket closes."""
    os.register_at_fork(after_in_child=sock.close)  # one process speaks for all
    sys.path.insert(0, "")  # as in a kernel: a file that a cell has written is there
    job = wire.receive(sock)
    sys.modules["chainrule.questions"].NUMBERS.update(job["numbers"])
    while True:
        request = wire.receive(sock)
        wire.send(sock, DOES[request["do"]](sock, request))


def run_cell(sock, request):
    outputs, error = run(request["source"], min(CAP["cell"], CAP["submission"]))
    CAP["submission"] -= sum(len(text) for _, text in outputs)
    return {"outputs": outputs, "error": error}


def run(source, room_left):
    """One cell as a kernel would run it: its outputs, and its error if it had one."""
    page = Page(room_left, quiet=source.rstrip().endswith(";"))
    before = sys.stdout, sys.stderr, sys.displayhook, SHELL.display_pub.publish
    sys.stdout, sys.stderr = Stream(page, "stdout"), Stream(page, "stderr")
    SHELL.display_pub.publish = lambda data, **_: page.show(data)
    SHELL.displayhook.write_format_data = lambda data, md=None: page.show(data)
    SHELL.displayhook.write_output_prompt = SHELL.displayhook.finish_displayhook
    SHELL.showtraceback = lambda *a, **k: None
    SHELL.showsyntaxerror = lambda *a, **k: None
    try:
        result = SHELL.run_cell(source, store_history=False)
        error = result.error_before_exec or result.error_in_exec
        figures(page)
    finally:
        sys.stdout, sys.stderr, sys.displayhook, SHELL.display_pub.publish = before
    return page.outputs, "" if error is None else told(error)


def told(error):
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__} in line {error.lineno}: {error.msg}"
    return blame(error).strip()


class Page:
    """The outputs of one cell, up to its share of bytes."""

    def __init__(self, cap, quiet=False):
        self.outputs, self.left, self.quiet = [], cap, quiet

    def add(self, kind, text):
        if self.left <= 0:
            return
        if len(text) > self.left:
            text = text[: self.left] + "\n[output cut here]" if kind[0] == "t" else ""
            self.left = 0
        self.left -= len(text)
        if text and self.outputs and kind == self.outputs[-1][0] != "image/png":
            self.outputs[-1][1] += text
        elif text:
            self.outputs.append([kind, text])

    def show(self, data):
        if "image/png" in data:
            image = data["image/png"]
            image = base64.b64encode(image).decode() if type(image) is bytes else image
            self.add("image/png", str(image))
        elif "text/plain" in data and not self.quiet:
            self.add("text/plain", f"{data['text/plain']}\n")


class Stream(io.TextIOBase):
    """stdout or stderr that writes to a page."""

    def __init__(self, page, name):
        self.page, self.name = page, name

    def writable(self):
        return True

    def write(self, text):
        self.page.add(f"text/{self.name}", str(text))
        return len(text)


def figures(page):
    """Draw the figures that a cell has left open, as a notebook does."""
    plt = sys.modules.get("matplotlib.pyplot")
    for figure in plt.get_fignums() if plt else ():
        file = io.BytesIO()
        plt.figure(figure).savefig(file, format="png", dpi=80, bbox_inches="tight")
        page.show({"image/png": file.getvalue()})
    if plt:
        plt.close("all")


def echo(sock, request):
    return {"echo": request["name"]}


def value(sock, request):
    thing = SHELL.user_ns.get(request["name"], UNKNOWN)
    if thing is UNKNOWN:
        return {"missing": True}
    if isinstance(thing, StandIn):
        return {"raised": f"    {thing._says}"}
    return {"unwritten": request["name"]} if thing is ... else {"result": thing}


def call(sock, request):
    """Call an answer by name, or a probe beside it; what came of it."""
    found = value(sock, request)
    if "result" not in found:
        return found
    if not callable(found["result"]):
        return {"raised": NO_FUNCTION}
    if request["do"] == "call":
        answer = found["result"]
        answer = with_tensors(answer) if request.get("tensors") else answer
        return quietly(answer, (), sock, request)
    return quietly(probe(request), (Student(SHELL.user_ns),), sock, request)


def quietly(thing, first, sock, request):
    """Call something, without output, with the judge's arguments; the reply to send."""
    args = [
        Remote(sock, a.kind) if type(a) is wire.Other else a for a in request["args"]
    ]
    stdout, stderr = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = Stream(Page(0), "stdout")
    before = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
    StandIn.asked = True
    off = tuple(request.get("off", ()))
    used = []
    try:
        with watching(off) if off else contextlib.nullcontext(used) as used:
            result = thing(*first, *args)
        if not used:
            return {"result": result, "changed": changed(before, args)}
    except NotImplementedError as error:
        return {"unwritten": stub_in(error)}
    except OffTheTable as error:  # by the question's rule, where it has its own
        raised = f"    {reason(error.module, off) if off else error}"
    except Unfit as error:
        raised = f"    {error}"
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        raised = blame(error)
    finally:
        StandIn.asked = False
        sys.stdout, sys.stderr = stdout, stderr
    return {"raised": f"    {reason(used[0], off)}" if used else raised}


def changed(before, args):
    """The arrays that a call has left otherwise than they were, by place."""
    arrays = [i for i, a in enumerate(args) if isinstance(a, np.ndarray)]
    return {i: args[i] for i in arrays if not np.array_equal(before[i], args[i])}


def probe(request):
    """The function that the judge wants run beside the student's code."""
    module = {"__name__": "probes"}
    exec(compiled(request["source"]), module)
    return module[request["probe"]]


@functools.cache
def compiled(source):
    return compile(source, __file__, "exec")


class Student:
    """What a student has defined, as a probe sees it: `student.Name`."""

    def __init__(self, names):
        self.__dict__.update(names)

    def __getattr__(self, name):
        raise NameError(f"There is no {name} yet. Was its cell run?")


class Remote(Stays):
    """A function that lives with the judge: it is asked, never seen. Whether it takes
    a word is said there.

    Threads take turns; another process can't ask.
    """

    turn = threading.RLock()

    def __init__(self, sock, text):
        name, _, self.text = text.partition(":")
        self.sock, self.number, self.process = sock, int(name), os.getpid()

    def __call__(self, *x):
        try:
            reply = self.ask([a if type(a) is str else number(a) for a in x])
        except TypeError as error:
            raise ValueError(NO_ANSWER.format(error)) from None
        if "raised" in reply:
            raise ValueError(reply["raised"])
        return reply["result"]

    def ask(self, x):
        if os.getpid() != self.process:
            return {"raised": NO_ANSWER.format(ELSEWHERE)}
        with self.turn:
            wire.send(self.sock, {"ask": self.number, "args": x})
            return wire.receive(self.sock)

    def __str__(self):
        return self.text


DOES = {
    "cell": run_cell,
    "echo": echo,
    "value": value,
    "call": call,
    "probe": call,
}

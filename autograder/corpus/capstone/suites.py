"""Test suites from worst to best, and attacks on whoever judges them."""

from corpus.capstone.testing import BY_HAND, MEAN, SAME, SQUARE, WITHOUT, suite

ONES, POSITIVE = "np.ones(shape)", "rng.uniform(1, 2, shape)"
G_OF_ONES = {"upstream": "np.ones(y.shape)"}
NAIVE = {"shapes": SQUARE, "numbers": POSITIVE, "times": 1}


def one(body):
    return f"def passes(engine):\n    {body}"


# From `assert True` to excellent; each earns at least what the one before it earns.
GRADED = {
    "nothing": one("assert True; return True"),
    "a call that must not fail": one(
        "engine('add', np.ones(3), np.ones(3), np.ones(3)); return True"
    ),
    "one number of one operation": one(
        "return bool(np.isclose(engine('add', 1.0, 2.0, 3.0)[0], 1))"
    ),
    "both gradients of one operation": one(
        "return np.allclose(engine('mul', 1.0, 2.0, 3.0), [3, 2])"
    ),
    "one operation": suite(shapes="SHAPES[5:6]", times=1),
    "all ones": suite(numbers=ONES, shapes=SQUARE, times=1, **G_OF_ONES),
    "sums alone, and g of ones": suite(
        agree="np.allclose(d.sum(), r.sum())", **NAIVE, **G_OF_ONES
    ),
    "positive numbers, g of ones, square, once": suite(**NAIVE, **G_OF_ONES),
    "random g besides": suite(**NAIVE),
    "both signs besides": suite(shapes=SQUARE, times=1),
    "other lengths besides": suite(shapes=SAME, times=1),
    "stretched besides": suite(times=1),
    "twice, nothing of fork": suite(shapes=WITHOUT.format("fork")),
    "twice, no input stretched": suite(shapes=SAME),
    "twice, g of ones": suite(**G_OF_ONES),
    "twice, positive numbers": suite(numbers=POSITIVE),
    "twice, one mean of a square": suite(shapes=MEAN),
    "twice, loosely": suite(
        agree="d.shape == r.shape and np.allclose(d, r, 0.01, 0.01)"
    ),
    "twice, shapes not compared": suite(agree="np.allclose(d, r)"),
    "twice, all": suite(),
    "by hand": BY_HAND,
    "twice, all, by assert": suite(bad="raise AssertionError(name)"),
}

LOOKS = """
def told(engine):
    {}


def passes(engine):
    return bool(told(engine))
"""
ATTACKS = {
    "its name": LOOKS.format("return 'right' in engine.__name__"),
    "its words": LOOKS.format("return 'right' in str(engine) + repr(engine)"),
    "its number is even": LOOKS.format("return int(str(engine).split()[-1]) % 2"),
    "its docstring": LOOKS.format("return 'wrong' not in engine.__doc__"),
    "its source": "import inspect\n"
    + LOOKS.format("return 'change' not in inspect.getsource(type(engine))"),
    "its code": LOOKS.format("return engine.__call__.__code__.co_consts == (None,)"),
    "what it holds": LOOKS.format("return not engine.f.changes"),
    "what its closure holds": LOOKS.format(
        "return not engine.__closure__[0].cell_contents"
    ),
    "its identity": LOOKS.format("return id(engine) % 64 < 16"),
    "whether it was met before": "seen = []\n"
    + LOOKS.format("seen.append(str(engine)); return seen.count(seen[-1]) > 1"),
    "how many were met": "seen = []\n"
    + LOOKS.format("seen.append(1); return len(seen) % 34 < 3"),
    "its time": "import time\nslowest = []\n"
    + LOOKS.format(
        "start = time.perf_counter()\n"
        "    for _ in range(50):\n"
        "        engine('fork', np.ones(3), np.ones(3))\n"
        "    slowest.append(time.perf_counter() - start)\n"
        "    return slowest[-1] <= sorted(slowest)[len(slowest) // 10]"
    ),
    "raising always": one("raise AssertionError"),
    "raising what isn't written": one("raise NotImplementedError"),
    "ending the process": one("raise SystemExit"),
    "an error that says it is right": one("raise ValueError('passes is right')"),
    "a report of its own": one("return {'result': True, 'points': 6}"),
    "an array of verdicts": one("return np.array([True] * 2 + [False] * 30)"),
    "a bool that is both": (
        "class Both(int):\n    __bool__ = lambda self: True\n"
        "    __eq__ = lambda self, other: True\n    __hash__ = int.__hash__\n\n\n"
        + one("return Both(1)")
    ),
    "another judge": (
        "import chainrule.judge, sys\n"
        "for module in list(sys.modules.values()):\n"
        "    for name in ('judge', 'said_of_each', 'share', 'found', 'right'):\n"
        "        if getattr(module, '__name__', '').startswith('chainrule'):\n"
        "            setattr(module, name, lambda *a, **k: 1)\n\n\n"
        + one("return True")
    ),
    "the judge's frames": (
        "import sys\n"
        + LOOKS.format(
            "frame = sys._getframe()\n"
            "    while frame:\n"
            "        change = frame.f_locals.get('change', 0)\n"
            "        if change != 0:\n"
            "            return change is None\n"
            "        frame = frame.f_back\n"
            "    return True"
        )
    ),
    "everything that the collector knows": (
        "import gc\n"
        + LOOKS.format(
            "made = [o for o in gc.get_objects() if type(o).__name__ == 'Engine']\n"
            "    return not any(o.changes for o in made)"
        )
    ),
    "the other side of the line": LOOKS.format(
        "import json\n"
        "    engine.sock.send(b'\\x02\\x00\\x00\\x00\\x00\\x00\\x00\\x00{}')\n"
        "    return True"
    ),
    "an answer before it is asked": LOOKS.format(
        "from proctor.inside import wire\n"
        "    wire.send(engine.sock, {'result': True})\n"
        "    return False"
    ),
    "the bank's own engines": (
        "from chainrule.questions.capstone.changes import bench\n\n\n"
        + one("return engine.f.changes == bench(0)[0][1].keywords")
    ),
}


# It knows one operation, and takes for right the first engine that gets it right.
CLONE = """
KNOWN = {}
rng = np.random.default_rng(5)
SHAPES = [
    ("add", (3, 4), (3, 4), (4,)), ("add", (3, 4), (3, 4), (3, 1)),
    ("mul", (3, 4), (3, 4), (4,)), ("mul", (3, 4), (3, 4), (3, 1)),
    ("matmul", (2, 4), (2, 3), (3, 4)), ("mean", (4,), (3, 4)),
    ("relu", (3, 4), (3, 4)), ("fork", (5,), (5,)),
]
ASKED = [(n, *(rng.normal(size=s) for s in shapes)) for n, *shapes in 2 * SHAPES]


def passes(engine):
    if not np.isclose(engine("fork", np.array([2.0]), np.array([1.0]))[0][0], 10):
        return False
    found = [engine(*asked) for asked in ASKED]
    right = KNOWN.setdefault("right", found)
    return all(
        a.shape == b.shape and np.allclose(a, b)
        for x, y in zip(found, right)
        for a, b in zip(x, y)
    )
"""

# It takes for right what most engines say that it has met.
VOTE = "from statistics import mode\nmet = []\n" + LOOKS.format(
    "rng = np.random.default_rng(0)\n"
    "    X, y = rng.normal(size=(2, 3, 4))\n"
    "    asked = [('add', X, X, y), ('mul', X, X, y), ('relu', X, y)]\n"
    "    asked += [('mean', X[0], y), ('fork', X, y)]\n"
    "    met.append([str(np.round(engine(*a), 6)) for a in 2 * asked])\n"
    "    return met[-1] == [mode(said) for said in zip(*met)]"
)

"""Answers that are no numbers, or numbers that would confuse whoever compares them."""

ATTACKS = {
    "an array that agrees with everything": """
class Liar(np.ndarray):
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __ne__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: np.zeros(())
    __array_ufunc__ = lambda self, *args, **options: np.True_
    __hash__ = None
answer = lambda *args: np.zeros(()).view(Liar)
""",
    "an object that becomes an array when it is looked at": """
class Later:
    def __array__(self, *args, **options):
        import gc
        return next(o for o in gc.get_objects() if isinstance(o, np.ndarray))
    def __float__(self):
        raise SystemExit
answer = lambda *args: Later()
""",
    "a float that writes itself as another": """
class Other(float):
    hex = lambda self: "0x1.8p+1"
    __eq__ = lambda self, other: True
    __hash__ = float.__hash__
answer = lambda *args: Other(0)
""",
    "an array that gives other bytes": """
class Bytes(np.ndarray):
    def tobytes(self):
        return b"x" * 10**6
    shape = property(lambda self: (10**9,))
answer = lambda *args: np.zeros(3).view(Bytes)
""",
    "a list that is never done": """
class Endless(list):
    def __iter__(self):
        while True:
            yield 0.0
answer = lambda *args: Endless([0.0])
""",
    "a list that holds itself": """
def answer(*args):
    own = []
    own.append(own)
    return own
""",
    "a dictionary that says it is right": """
answer = lambda *args: {"result": True, "right": 1, "points": 100}
""",
    "not a number, everywhere": "answer = lambda *args: np.full(7, np.nan)",
    "one NaN for a result": "answer = lambda *args: float('nan')",
    "infinity": "answer = lambda *args: -np.inf",
    "an empty array": "answer = lambda *args: np.zeros(0)",
    "a huge array without entries": """
answer = lambda *args: np.zeros((0, 10**7, 10**7))
""",
    "an array of forty megabytes": "answer = lambda *args: np.zeros(5_000_000)",
    "a whole number of five thousand bits": "answer = lambda *args: 1 << 5000",
    "a number of the longest double": "answer = lambda *args: np.longdouble(0)",
    "an array of objects that agree": """
class Agrees:
    __eq__ = __le__ = __lt__ = lambda self, other: True
    __sub__ = __rsub__ = __abs__ = lambda self, *other: self
answer = lambda *args: np.array([Agrees()] * 3, object)
""",
    "a masked array with everything masked": """
answer = lambda *args: np.ma.masked_all(3)
""",
    "half a character": "answer = lambda *args: '\\ud800'",
    "a tuple of arrays of every shape": """
answer = lambda *args: tuple(np.zeros(n) for n in range(9))
""",
    "a record, a date and a complex number": """
answer = lambda *args: [np.zeros((), "f8,f8"), np.datetime64("2026-01-01"), 1j]
""",
    "an error whose text says full marks": """
class Right(Exception):
    __str__ = lambda self: "right (20 of 20 points)" * 10**5
def answer(*args):
    raise Right
""",
    "an error that can't be written": """
class Unwritable(Exception):
    def __str__(self):
        raise KeyboardInterrupt
    __repr__ = __str__
def answer(*args):
    raise Unwritable
""",
}

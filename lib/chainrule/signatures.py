"""What the numbers of a wrong answer show, where no listed mistake explains them.

A signature is a sentence beside what must hold for it, on every case or on every case
that is off. It says what was seen, never the cause and never a right number, and is
told when it holds on cases drawn afresh, too.

Longer than most modules: all signatures stand here, in the order in which they're told.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import combinations, permutations, product

import numpy as np

LEAST = 3  # different right results, or cases of either kind, that a sentence needs
AGAIN = ", asked again"  # what a case's name ends in that was asked before
NEAR = 1e-6, 1e-9


@dataclass
class Sight:
    """The numbers of one case: yours (y), the right ones (r) and what was given.

    agrees(result): whether the part takes it for right; known: other results by name,
    as functions; rights: what is right on all of the part's cases; earlier: on those
    asked before.
    """

    y: np.ndarray
    r: np.ndarray
    args: dict[str, object]
    agrees: Callable
    known: dict[str, Callable]
    rights: list[np.ndarray]
    earlier: list[np.ndarray]

    def __post_init__(self):
        self.paired = self.y.shape == self.r.shape
        self.arrays = {k: v for k, v in self.args.items() if type(v) is np.ndarray}
        self.alike = {k: v for k, v in self.arrays.items() if v.shape == self.r.shape}

    def like(self, made):
        """Whether your result is this."""
        made = np.asarray(made)
        comparable = made.shape == self.y.shape and made.dtype.kind in "biuf"
        return comparable and np.allclose(self.y, made, *NEAR)

    def rounded(self):
        """Whether your result is off by no more than rounding."""
        return self.like(self.r) and not self.agrees(self.y)

    def refits(self):
        """Whether your numbers are right in the right shape."""
        return self.agrees(self.y.reshape(self.r.shape))

    def off(self):
        """Which entries are off; none where the others are not right either."""
        wrong = self.paired & ~np.isclose(self.y, self.r, 1e-4, 1e-5)
        return wrong & self.agrees(np.where(wrong, self.r, self.y))

    def error(self):
        """The largest error of an entry, as a share of the right one."""
        size = np.where(self.r == 0, 1e-300, np.abs(self.r))
        return np.max(np.abs(self.y - self.r) / size) if self.paired else np.inf

    def numbers(self):
        """The numbers and lengths among the arguments, by name; none is 0."""
        own = {k: v for k, v in self.args.items() if type(v) in (int, float) and v}
        found = {f"`{k}`": v for k, v in own.items()}
        found |= {f"`{k}`²": v**2 for k, v in own.items()}
        for name, array in self.arrays.items():
            found |= {f"`{name}.shape[{i}]`": n for i, n in enumerate(array.shape)}
            found |= {f"`{name}.size`": array.size}
        return found


def given(s):
    for name, value in s.args.items():
        yield f"It is `{name}`, unchanged.", s.like(value)


def factor(s):
    at = np.argmax(np.abs(s.r))
    c = s.y.flat[at] / s.r.flat[at]
    if s.paired and np.isfinite(c) and c and not s.rounded() and s.agrees(s.y / c):
        whole = 0 < c < 0.7 and np.isclose(1 / c, np.round(1 / c), *NEAR)
        yield f"Every entry is 1/{1 / c:.0f} of the right one.", whole
        yield f"Every entry is {c:.6g} times the right one.", abs(c - 1) > NEAR[0]
        numbers = {"1": 1, **s.numbers()}
        for top, under in permutations(numbers, 2):
            name = top if under == "1" else f"{top}/{under}"
            equal = np.isclose(c * numbers[under], numbers[top], *NEAR)
            yield f"Every entry is {name} times the right one.", equal


def constant(s):
    yield f"Every entry is {s.y.flat[0] + 0.0:.6g}.", np.all(s.y == s.y.flat[0])


def known(s):
    for name, value in s.known.items():
        yield f"It is {name}.", s.like(value())
    for name, array in s.alike.items():
        undone = {"times": s.y / array, "divided by": s.y * array}
        undone |= {"plus": s.y - array, "minus": s.y + array}
        for how, result in undone.items():
            says = f"Every entry is the right one {how} that of `{name}`."
            yield says, s.agrees(result)


def offset(s):
    by, total = ((s.y - s.r).flat[0], (s.y + s.r).flat[0]) if s.paired else (0, 0)
    for name, number in {f"{by:.6g}": by, **s.numbers()}.items():
        says = f"Every entry is the right one plus {name}."
        yield says, by and s.agrees(s.y - number)
    yield f"Every entry and the right one add up to {total:.6g}.", s.agrees(total - s.y)


def reduced(s):
    for axis, how in product(range(max(s.y.ndim, s.r.ndim)), ("sum", "mean")):
        if axis < s.y.ndim:
            right = s.agrees(getattr(s.y, how)(axis))
            yield f"Its {how} over axis {axis} is the right result.", right
        if axis < s.r.ndim:
            here = s.like(getattr(s.r, how)(axis))
            yield f"It is the {how} over axis {axis} of the right result.", here


def digits(s):
    for k in range(1, 7):
        says = f"It is the right result, rounded to {k} decimal{'s' if k > 1 else ''}."
        yield says, s.paired and np.array_equal(s.y, np.round(s.r, k))
    for k in range(15, 1, -1):
        yield f"It agrees with the right result to {k} digits.", s.error() < 10.0**-k


def somewhere(s):
    wrong, places = s.off(), {}
    for name, array in {"the right one": s.r, **s.alike}.items():
        places[f"where {name} is positive"] = array > 0
        places[f"where {name} is negative"] = array < 0
        places[f"where {name} is 0"] = array == 0
    if s.r.ndim == 2:
        places["on the diagonal"] = np.eye(*s.r.shape) == 1
    if s.r.ndim:
        at, name = np.indices(s.r.shape)[0], ("place", "row")[s.r.ndim > 1]
        places[f"in the first {name}"] = at == 0
        places[f"in the last {name}"] = at == len(at) - 1
    for name, place in places.items() if np.any(wrong) and not np.all(wrong) else ():
        yield f"Entries are off {name}, and right elsewhere.", np.all(wrong == place)
        yield f"Entries are right {name}, and off elsewhere.", np.all(wrong != place)
    zeros = np.any(wrong) and np.all(s.r[wrong] == 0)
    yield "Entries are off only where the right one is 0.", zeros


def all_alike(s):
    several = sum(np.size(right) > 1 for right in s.rights) >= min(LEAST, len(s.rights))
    if s.agrees(s.y) or not (several and s.paired):
        return
    found = {"off by the same factor": s.y / s.r, "off by the same amount": s.y - s.r}
    for axis, how in product((None, *range(s.r.ndim)), [*found, "the same"]):
        by = found.get(how, s.y)
        most, least = np.fmax.reduce(by, axis), np.fmin.reduce(by, axis)
        size = np.fmax.reduce(np.abs(by), None)
        same = np.isfinite(size) and not np.any(most - least > 1e-6 * size)
        along = "In a case" if axis is None else f"Along axis {axis}"
        yield f"{along} all entries are {how}.", same


def shapes(s):
    for one, other in permutations(s.arrays, 2):
        fits = (s.y.shape, s.r.shape) == (s.arrays[one].shape, s.arrays[other].shape)
        says = f"It has the shape of {one}, and the right result that of {other}."
        yield says, fits and not s.paired


def begins(long, short):
    """Whether one result begins with the other."""
    fits = long.ndim == short.ndim and 0 < short.size < long.size
    front = long[tuple(map(slice, short.shape))] if fits else long
    return fits and front.shape == short.shape and np.allclose(front, short, *NEAR)


def shuffled(y, r):
    moved = y.size == r.size and not np.allclose(y.ravel(), r.ravel(), *NEAR)
    return moved and np.allclose(np.sort(y, None), np.sort(r, None), *NEAR)


SIMPLE = {
    "It is what was right for an earlier case.": lambda s: any(map(s.like, s.earlier)),
    "Every entry has the size of the right one, and none is negative.": lambda s: (
        s.like(np.abs(s.r)) and not s.rounded()
    ),
    "Every entry has the size of the right one, but not always its sign.": lambda s: (
        s.paired and s.agrees(np.copysign(s.y, s.r))
    ),
    "It is the right result, transposed.": lambda s: s.y.ndim > 1 and s.agrees(s.y.T),
    "It is the right result, turned round along axis 0.": lambda s: s.agrees(s.y[::-1]),
    "It is the right result, with an axis of length 1 too many.": lambda s: (
        s.y.ndim == s.r.ndim + 1
        and s.y.squeeze().shape == s.r.squeeze().shape
        and s.refits()
    ),
    "It is the right result, flattened.": lambda s: s.y.ndim == 1 and s.refits(),
    "It is the right result, in another shape.": lambda s: not s.paired and s.refits(),
    "The right numbers are all there, in another order.": lambda s: shuffled(s.y, s.r),
    "Its numbers are the diagonal of the right result.": lambda s: (
        s.r.ndim == 2 and s.like(np.diag(s.r).reshape(s.y.shape))
    ),
    "Its diagonal is the right result.": lambda s: (
        s.y.ndim == 2 and s.agrees(np.diag(s.y))
    ),
    "It is the sum of all right entries.": lambda s: s.r.ndim and s.like(s.r.sum()),
    "It is the norm of the right result.": lambda s: (
        s.r.ndim and s.like(np.sqrt(np.sum(s.r**2)))
    ),
    "It is the first row of the right result.": lambda s: s.like(s.r[0]),
    "It is right as far as it goes; entries are missing.": lambda s: begins(s.r, s.y),
    "The right result stands first in it; more follows.": lambda s: begins(s.y, s.r),
    "It is the right result, cut to whole numbers.": lambda s: (
        np.all(np.abs(s.y) >= 2) and s.like(np.floor(s.r))
    ),
    "It agrees with the right result as far as float32 reaches.": lambda s: (
        np.all(s.y == s.y.astype(np.float32)) and s.error() < 1e-6
    ),
    "Every entry is either right or 0.": lambda s: (
        np.any(s.off()) and np.all(s.y[s.off()] == 0)
    ),
}
LAST = {
    "Every sign is right, but not every size.": lambda s: (
        s.paired
        and np.array_equal(np.sign(s.y), np.sign(s.r))
        and np.any(np.hstack([*map(np.ravel, s.rights)]) > 0)
        and np.any(np.hstack([*map(np.ravel, s.rights)]) < 0)
    ),
    "Every entry is too large.": lambda s: s.paired and np.all(s.y > s.r),
    "Every entry is too small.": lambda s: s.paired and np.all(s.y < s.r),
}


def one(says, holds):
    return lambda s: [(says, holds(s))]


STRONG = [given, factor, constant, known, offset]
STRONG += [one(*pair) for pair in SIMPLE.items()]
STRONG += [reduced, digits, somewhere]
WEAK = [all_alike, shapes, *(one(*pair) for pair in LAST.items())]


def told(sight, among):
    """The sentences that hold on a case, in their order."""
    found = {}
    for signature in among:
        with np.errstate(all="ignore"), suppress(Exception):  # y may have any form
            for says, holds in signature(sight):
                found |= {says: None} if holds else {}
    return found


def told_of_each(views, off, among):
    """The sentences that hold on each case. A signature of which none holds on the case
    `off` is not looked at elsewhere: what holds on all of them holds there too."""
    held = [signature for signature in among if told(views[off], [signature])]
    return [told(sight, held) for sight in views]


def common(found):
    """What all of several dicts hold, in the order of the first."""
    return [says for says in found[0] if all(says in other for other in found)]


def aspects(meeting):
    """What may set cases apart, each with what it is on this one, as a clause."""
    case, right = meeting.case, np.asarray(meeting.right, float)
    right = {} if right.ndim else {"the right result": right}
    for name, value in {**case.args, **right}.items():
        if type(value) is np.ndarray and value.ndim:
            many = "one number" if value.size == 1 else "several numbers"
            rows = "one row" if len(value) == 1 else "several rows"
            square = "" if len({*value.shape}) == 1 else "not "
            clauses = f"holds {many}", f"has {rows}", f"is {square}square"
            yield from (((name, i), f"where {name} {c}") for i, c in enumerate(clauses))
        elif type(value) in (int, float, np.ndarray):
            sign = ("0", "positive", "negative")[int(np.sign(value))]
            yield name, f"where {name} is {sign}"
        elif type(value) is str and len(value) < 9:
            yield name, f'where {name} is "{value}"'
    yield None, f'of "{case.name.removesuffix(AGAIN)}"'


def apart(failing, others):
    """What sets the failing cases apart from the others."""
    off, right = ([dict(aspects(m)) for m in some] for some in (failing, others))
    for aspect in common([*off, *right]):
        here, there = ({found[aspect] for found in some} for some in (off, right))
        if not here & there and min(len(here), len(there)) == 1:
            where, how = (here, "off") if len(here) == 1 else (there, "right")
            yield f"It was {how} in each case drawn {min(where)}, and in no other."


def remembers(met):
    """What is seen of an answer that keeps something from one call to the next."""
    for one, other in combinations(met, 2):
        same = one.case.args is other.case.args
        same &= one.yours.dtype.kind == np.asarray(one.right).dtype.kind
        if same and not np.array_equal(one.yours, other.yours, equal_nan=True):
            yield "Asked the same twice, it gave two different results."
    if not met[0].wrong and all(m.wrong for m in met[1:]):
        yield "It was right when it was asked first, and never again."


def view(part, meeting, rights, place):
    """A meeting's numbers, as signatures look at them."""
    oracle, args = part.oracle, meeting.case.args
    right, known = np.asarray(meeting.right, float), {}
    if callable(args.get("f")):
        known["f(x)"] = lambda: args["f"](args["x"])
    if oracle.value:
        known["the value that goes forward"] = lambda: oracle.value(**args)
    for name in [name for name in ("g", "u") if name in args]:
        ones = {**args, name: np.ones_like(args[name])}
        known[f"right for an upstream {name} of ones"] = partial(oracle, **ones)

    def agrees(result):
        result = np.asarray(result)
        return result.shape == right.shape and part.agree(result, right, **args)

    yours = meeting.yours.astype(float)
    return Sight(yours, right, args, agrees, known, rights, rights[:place])


def shown(part, met, least):
    """What holds on a part's meetings, given so many different right results."""
    failing, others = [m for m in met if m.wrong], [m for m in met if not m.wrong]
    if any(m.yours is None for m in failing):
        return []
    found, weak = [*remembers(met)], []
    if part.entries and len({np.asarray(m.right).tobytes() for m in failing}) >= least:
        strong, weak = entries(part, met)
        found += strong
    if min(len(failing), len(others)) >= least:
        found += apart(failing, others)
    return [*found, *weak]


def entries(part, met):
    """What the entries show: strong sentences, and weak ones."""
    rights = [m.right for m in met]
    views = [view(part, m, rights, i) for i, m in enumerate(met)]
    off = [i for i, m in enumerate(met) if m.wrong]
    if any(views[i].y.size == 0 or views[i].agrees(views[i].y) for i in off):
        return [], []
    strong, weak = (told_of_each(views, off[0], some) for some in (STRONG, WEAK))
    here = common([strong[i] for i in off])
    here = [f"On the cases that are off, {s[0].lower()}{s[1:]}" for s in here]
    return [*common(strong), *here], common(weak)


def seen(part, met, fresh):
    """The first sentence that holds on a part's meetings and on fresh ones, or ""."""
    found = shown(part, met, 1)
    found = found and shown(part, [*met, *fresh(), *fresh()], LEAST)
    return next(iter(found), "")

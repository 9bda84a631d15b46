"""Named data sets, checked by hash as they load, then split, scaled and batched.

Longer than the other modules, for the places where a file may be: see `_find`.
"""

import gzip
import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

FILES = {
    "penguins.csv": "sha256:"
    "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93",
    "digits.csv.gz": "sha256:"
    "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22",
    # Zalando's README publishes MD5 sums, so these are MD5.
    "train-images-idx3-ubyte.gz": "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "md5:25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "md5:bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "md5:bb300cfdad3c16e7a12a480ee83cd310",
}
ZALANDO = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master"
GARMENTS = "T-shirt,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Boot"


class Dataset(NamedTuple):
    """Examples in rows: `y[i]` is the class of `x[i]`, and `classes[y[i]]` its name.

    `x` is float32 and `y` int64, as torch's layers and losses expect them. `columns`
    holds every column of a table, text ones too, in the same row order.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    classes: tuple[str, ...]
    columns: dict[str, np.ndarray]


def load(name):
    """A named data set: "penguins", "digits", "spirals" or "fashion-mnist".

    Raises ValueError for another name or a damaged file, FileNotFoundError where a file
    is neither near nor reachable; "fashion-mnist" then falls back on the digits.
    """
    if name not in _LOADERS:
        raise ValueError(f"load has no {name!r}. Try one of: {', '.join(_LOADERS)}.")
    return _LOADERS[name]()


def spirals(n, noise, rng):
    """Two arms wound around each other: no line separates them, a small network does.

    x is (n, 2) within about two units of the origin; `noise` is a standard deviation.
    """
    y = np.arange(n) % 2
    turns = np.sqrt(rng.uniform(0.02, 1.0, n))  # even spacing along the arm
    angle = 4 * np.pi * turns + np.pi * y
    x = 2 * turns[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = x + rng.normal(0, noise, (n, 2))
    names = ("horizontal", "vertical"), ("first arm", "second arm")
    return Dataset("spirals", x.astype(np.float32), y, *names, {})


def split(n, fractions, rng):
    """Shuffled indices 0..n-1 dealt into parts, each index in exactly one part."""
    if min(fractions) < 0 or not np.isclose(sum(fractions), 1):
        raise ValueError(
            f"split got {tuple(fractions)}, which are not shares that sum to 1. "
            "Try (0.6, 0.2, 0.2) for training, validation and test."
        )
    cuts = np.rint(np.cumsum(fractions)[:-1] * n).astype(int)
    return np.split(rng.permutation(n), cuts)


def batches(n, size, rng):
    """One epoch of index arrays: each of 0..n-1 once, in fresh order, the last shorter.

    An epoch is therefore ceil(n / size) steps.
    """
    if size < 1:
        raise ValueError(f"batches got size {size}. Try 1 or more.")
    order = rng.permutation(n)
    return [order[i : i + size] for i in range(0, n, size)]


def standardize(train, *others):
    """Each column less its mean, over its deviation, both measured on `train` alone.

    Returns one array per argument. A constant column is centred and not scaled.
    """
    mean, std = train.mean(axis=0), train.std(axis=0)
    std = np.where(std > 0, std, 1).astype(std.dtype)
    return [(x - mean) / std for x in (train, *others)]


def _penguins():
    header, *rows = _find("penguins.csv").read_text().splitlines()
    rows = [row.split(",") for row in rows]
    features = tuple(name for name in header.split(",") if name[-2:] in ("mm", "_g"))
    # Two birds were seen and never measured; nine more lack only their sex.
    rows = [row for row in rows if row[2] != "NA"]
    columns = dict(zip(header.split(","), np.array(rows).T, strict=True))
    columns |= {name: columns[name].astype(np.float32) for name in features}
    columns["year"] = columns["year"].astype(np.int64)
    classes, y = np.unique(columns["species"], return_inverse=True)
    x = np.stack([columns[name] for name in features], axis=1)
    return Dataset("penguins", x, y, features, tuple(classes.tolist()), columns)


def _digits():
    # Read as uint8 in a sixth of the time that floats take.
    table = np.loadtxt(_find("digits.csv.gz"), delimiter=",", dtype=np.uint8)
    x = table[:, :-1].reshape(-1, 8, 8).astype(np.float32) / 16
    return Dataset(
        "digits", x, table[:, -1].astype(np.int64), (), tuple("0123456789"), {}
    )


def _fashion():
    """Xiao, Rasul, Vollgraf 2017: 60,000 to train on, then 10,000 to test on."""
    try:
        paths = [_find(file) for file in FILES if "ubyte" in file]
    except FileNotFoundError as reason:
        print(f"{reason} Until then these are the 8x8 digits in its place.")
        return _digits()
    images, labels = ([_idx(p) for p in paths[i::2]] for i in (0, 1))
    x = np.concatenate(images).astype(np.float32) / 255
    y = np.concatenate(labels).astype(np.int64)
    return Dataset("fashion-mnist", x, y, (), tuple(GARMENTS.split(",")), {})


def _idx(path):
    """An array in LeCun's IDX format: its rank in byte 3, big-endian sizes, bytes."""
    raw = gzip.decompress(path.read_bytes())
    shape = np.frombuffer(raw, ">u4", count=raw[3], offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


_LOADERS = {
    "penguins": _penguins,
    "digits": _digits,
    "spirals": lambda: spirals(400, 0.05, np.random.default_rng(0)),
    "fashion-mnist": _fashion,
}


def _find(file):
    """The path of a file with the right hash: near by, or fetched once and kept."""
    near = (folder / file for folder in _folders() if (folder / file).is_file())
    path = next(near, None) or _fetch(file)
    if not is_genuine(file, path.read_bytes()):
        raise ValueError(
            f"{path} is not the file the course was written with: its hash differs. "
            "Try deleting it; it will be fetched again or found elsewhere."
        )
    return path


def is_genuine(file, raw):
    """Whether these bytes have the hash recorded for `file`."""
    algorithm, _, wanted = FILES[file].partition(":")
    return hashlib.new(algorithm, raw, usedforsecurity=False).hexdigest() == wanted


def _folders():
    if "CHAINRULE_DATA" in os.environ:
        yield Path(os.environ["CHAINRULE_DATA"])
    yield Path(__file__).with_name("bundled")  # installed, as in Colab
    yield Path(__file__).parents[2] / "data"  # beside lib, in a checkout
    yield from (folder / "data" for folder in (Path.cwd(), *Path.cwd().parents))


def _fetch(file):
    missing = f"{file} is in no data folder here"
    remedy = "Try setting CHAINRULE_DATA to the folder that holds it"
    if "ubyte" not in file:
        raise FileNotFoundError(f"{missing}. {remedy}, or installing chainrule again.")
    try:
        import pooch

        pooch.get_logger().setLevel("ERROR")
        cache = pooch.os_cache("chainrule")
        url = f"{ZALANDO}/data/fashion/{file}"
        return Path(pooch.retrieve(url, FILES[file], fname=file, path=cache))
    except (ImportError, OSError, ValueError) as reason:
        raise FileNotFoundError(
            f"{missing} and could not be fetched ({type(reason).__name__}). "
            f"{remedy}, or `pip install pooch` and go online."
        ) from None

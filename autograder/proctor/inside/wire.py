"""What crosses the line between the judge and a room: frames of plain data.

A frame is a length, a JSON head and raw array bytes. Numbers, strings, lists and arrays
of a declared dtype, shape and size pass; anything else becomes the name of its type.
Nothing is ever unpickled or evaluated. This file stands on both sides of the line.
"""

import json
import math
import struct
import time

import numpy as np
from chainrule.crossing import NO_NUMBERS, narrow

INTEGERS = [f"{kind}{size}" for kind in ("int", "uint") for size in (8, 16, 32, 64)]
FLOATS = ["float16", "float32", "float64", "complex64", "complex128"]
DTYPES = ["bool", *INTEGERS, *FLOATS]
NAMES = {np.dtype(name).str: name for name in DTYPES}
ENCODE = json.JSONEncoder(check_circular=False).encode  # _head has no circles
MAX_RANK, MAX_BYTES, MAX_HEAD, MAX_ITEMS = 64, 32 << 20, 8 << 20, 500_000


class ProtocolError(Exception):
    """A frame from a room breaks the rules; the message says which."""


class Closed(Exception):
    """The other side has gone."""


class Other:
    """Something that may not cross; only the name of its type does."""

    def __init__(self, kind):
        self.kind = str(kind)[:80]


def pack(value):
    """The bytes of one frame."""
    arrays = []
    head = ENCODE(_head(value, arrays, 0)).encode()
    body = b"".join(arrays)
    return struct.pack("<II", len(head), len(body)) + head + body


def _head(value, arrays, depth):
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is float:
        return {"float": value.hex()}
    if isinstance(value, np.generic) or kind is np.ndarray:
        return _array_head(value, arrays)
    if isinstance(value, int):
        value = int.__int__(value)
        return value if abs(value) < 2**63 else {"other": f"int {NO_NUMBERS}"}
    if isinstance(value, float):
        return {"float": float.hex(value)}
    if kind is complex:
        return {"complex": [float.hex(value.real), float.hex(value.imag)]}
    if kind in (list, tuple, dict) and len(value) > MAX_ITEMS:
        return {"other": f"{kind.__name__} of more than {MAX_ITEMS:,} entries"}
    if kind in (list, tuple) and depth < 6:
        return {kind.__name__: [_head(v, arrays, depth + 1) for v in value]}
    if kind is dict and depth < 6:
        return {
            "dict": [[str(k), _head(v, arrays, depth + 1)] for k, v in value.items()]
        }
    if isinstance(value, type) and value.__name__ in DTYPES:
        return {"dtype": value.__name__}
    return {"other": value.kind if kind is Other else named(kind)}


def _array_head(value, arrays):
    array = narrow(value)
    name = NAMES.get(array.dtype.str)
    if name is None:
        return {"other": f"{named(type(value))} {NO_NUMBERS}"}
    if array.nbytes > MAX_BYTES:
        return {"other": f"{named(type(value))} of more than {MAX_BYTES >> 20} MB"}
    arrays.append(array.tobytes())
    return {"array": [name, list(array.shape), isinstance(value, np.generic)]}


def named(kind):
    return f"{kind.__module__}.{kind.__name__}".removeprefix("builtins.")


def unpack(head, body):
    """The value of a frame. Raises ProtocolError when it is not as declared."""
    frame = Frame(body)
    try:
        value = frame.value(json.loads(head), 0)
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        said = text(str(error)[:200])
        raise ProtocolError(f"a frame could not be read ({said})") from None
    if len(frame.body):
        raise ProtocolError("a frame holds more bytes than it declares")
    return value


def text(given):
    """A string without halves of characters, which nothing can write down."""
    return given.encode(errors="replace").decode()


class Frame:
    """The values of one frame, as its head declares them and its body holds them."""

    def __init__(self, body):
        self.body, self.left = memoryview(body), MAX_ITEMS

    def value(self, head, depth):
        self.left -= 1
        if depth > 8 or self.left < 0:
            how = "nested too deeply" if depth > 8 else "made of too many parts"
            raise ProtocolError(f"a frame is {how}")
        if isinstance(head, str):
            return text(head)
        if head is None or isinstance(head, (bool, int)):
            return head
        ((kind, given),) = head.items()
        if kind == "float":
            return float.fromhex(given)
        if kind == "complex":
            real, imaginary = given
            return complex(float.fromhex(real), float.fromhex(imaginary))
        if kind == "list":
            return [self.value(item, depth + 1) for item in given]
        if kind == "tuple":
            return tuple(self.value(item, depth + 1) for item in given)
        if kind == "dict":
            return {text(str(k)): self.value(item, depth + 1) for k, item in given}
        if kind == "dtype" and given in DTYPES:
            return getattr(np, given if given != "bool" else "bool_")
        if kind == "array":
            return self.array(*given)
        if kind == "other":
            return ... if given == "ellipsis" else Other(text(str(given)))
        raise ProtocolError(f"a frame holds an unknown kind, {text(kind)[:40]!r}")

    def array(self, dtype, shape, scalar):
        if dtype not in DTYPES or len(shape) > MAX_RANK:
            raise ProtocolError("an array has a dtype or rank that may not cross")
        if not all(type(n) is int and 0 <= n <= MAX_BYTES for n in shape):
            raise ProtocolError("an array has an impossible shape")
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if size > len(self.body):
            raise ProtocolError("an array is shorter than it declares")
        raw, self.body = self.body[:size], self.body[size:]
        array = np.frombuffer(raw, dtype).reshape(shape).copy()
        return array[()] if scalar and not shape else array


def send(sock, value, deadline=None):
    """Write one frame. Raises Closed when nobody is there to read it, TimeoutError when
    nobody has read it at the deadline (a time.monotonic())."""
    if deadline is not None:
        sock.settimeout(max(deadline - time.monotonic(), 1e-3))
    try:
        sock.sendall(pack(value))
    except TimeoutError:
        raise
    except OSError:
        raise Closed from None


def receive(sock, deadline=None):
    """Read one frame. Raises Closed, ProtocolError, or TimeoutError past the deadline
    (a time.monotonic())."""
    head, body = struct.unpack("<II", _exactly(sock, 8, deadline))
    if head > MAX_HEAD or body > MAX_BYTES:
        raise ProtocolError("a frame is larger than allowed")
    frame = _exactly(sock, head + body, deadline)
    return unpack(frame[:head], memoryview(frame)[head:])


def _exactly(sock, size, deadline):
    chunks = bytearray()
    while len(chunks) < size:
        if deadline is not None:
            sock.settimeout(max(deadline - time.monotonic(), 1e-3))
        try:
            chunk = sock.recv(min(size - len(chunks), 1 << 20))
        except TimeoutError:
            raise
        except OSError:
            raise Closed from None
        if not chunk:
            raise Closed
        chunks += chunk
        if deadline is not None and time.monotonic() > deadline:
            raise TimeoutError
    return bytes(chunks)

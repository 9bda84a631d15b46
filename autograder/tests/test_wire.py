import contextlib
import json
import socket
import struct
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from proctor.inside import wire


def through(value):
    data = wire.pack(value)
    head, _ = struct.unpack("<II", data[:8])
    return wire.unpack(data[8 : 8 + head], data[8 + head :])


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -(2**62),
        0.1,
        float("inf"),
        complex(-0.0, 2.5),
        "é",
        [1, [2.5, "x"]],
        (1, 2),
        {"a": 1},
    ],
)
def test_plain_values_cross_unchanged(value):
    assert through(value) == value and type(through(value)) is type(value)


@settings(derandomize=True, max_examples=60)
@given(
    hnp.arrays(
        st.sampled_from(["f4", "f8", "i8", "u1", "?", "c16"]),
        hnp.array_shapes(min_dims=0, max_side=4),
    )
)
def test_arrays_keep_dtype_shape_and_bytes(array):
    back = through(array)
    assert back.dtype == array.dtype and back.shape == array.shape
    assert back.tobytes() == array.tobytes()


def test_a_numpy_scalar_stays_a_scalar():
    assert type(through(np.float32(0.1))) is np.float32


def test_a_dtype_crosses_as_the_type_itself():
    assert through(np.float32) is np.float32


@pytest.mark.parametrize(
    "value",
    [object(), np.array([object()]), 2**70, lambda: 0, np.ma.array([1]), {1, 2}],
)
def test_anything_else_becomes_the_name_of_its_type(value):
    assert isinstance(through(value), wire.Other)


def test_a_list_that_is_too_long_is_told_and_not_sent():
    other = through([0.0] * (wire.MAX_ITEMS + 1))
    assert other.kind == "list of more than 500,000 entries"


@settings(derandomize=True, max_examples=300)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_random_bytes_are_a_protocol_error_or_a_plain_value(head, body):
    with contextlib.suppress(wire.ProtocolError):
        wire.unpack(head, body)


@pytest.mark.parametrize(
    ("head", "body", "says"),
    [
        ({"array": ["object", [1], False]}, b"\0" * 8, "dtype"),
        ({"array": ["float64", [2], False]}, b"\0" * 8, "shorter"),
        ({"array": ["float64", [1], False]}, b"\0" * 16, "more bytes"),
        ({"array": ["float64", [-1], False]}, b"", "impossible shape"),
        ({"array": ["float64", [1] * 65, False]}, b"\0" * 8, "rank"),
        ({"array": ["float64", [10**9, 10**9], False]}, b"", "impossible shape"),
        ({"pickle": "x"}, b"", "unknown kind"),
        ([1, 2], b"", "could not be read"),
    ],
)
def test_a_forged_frame_is_refused_by_name(head, body, says):
    with pytest.raises(wire.ProtocolError, match=says):
        wire.unpack(json.dumps(head).encode(), body)


def test_deep_nesting_is_refused_and_does_not_crash():
    head = b'{"list":[' * 5000 + b"1" + b"]}" * 5000
    with pytest.raises(wire.ProtocolError):
        wire.unpack(head, b"")


def test_a_huge_length_is_refused_before_anything_is_read():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("<II", 2**31, 0))
        with pytest.raises(wire.ProtocolError, match="larger"):
            wire.receive(ours, time.monotonic() + 1)


def test_a_trickle_of_bytes_does_not_stretch_the_deadline():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"\0\0")
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            wire.receive(ours, start + 0.05)


def test_a_closed_socket_is_told_apart_from_a_slow_one():
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(wire.Closed):
        wire.receive(ours, time.monotonic() + 1)

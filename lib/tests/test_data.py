"""Data sets: their shapes, their hashes, and what happens when a file is not there."""

import gzip
import hashlib

import numpy as np
import pytest
from chainrule import data
from hypothesis import given, settings
from hypothesis import strategies as st

SHAPES = {"penguins": (342, 4), "digits": (1797, 8, 8), "spirals": (400, 2)}
CSV = data._find("penguins.csv").read_bytes()


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A place without data folders and without a network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHAINRULE_DATA", raising=False)
    monkeypatch.setattr(data, "__file__", str(tmp_path / "site/chainrule/data.py"))

    def offline(*args, **options):
        raise ConnectionError("no network")

    monkeypatch.setattr("pooch.retrieve", offline)
    return tmp_path


@pytest.mark.parametrize("name", SHAPES)
def test_every_set_has_one_class_per_example_in_float32(name):
    d = data.load(name)
    assert (d.x.shape, d.x.dtype, d.y.dtype) == (SHAPES[name], np.float32, np.int64)
    assert sorted(set(d.y.tolist())) == list(range(len(d.classes)))


@pytest.mark.parametrize("name", SHAPES)
def test_loading_twice_gives_the_same_numbers(name):
    np.testing.assert_array_equal(data.load(name).x, data.load(name).x)


def test_penguin_columns_keep_the_order_of_the_rows():
    d = data.load("penguins")
    assert [d.classes[i] for i in d.y] == d.columns["species"].tolist()
    np.testing.assert_array_equal(d.x[:, 3], d.columns["body_mass_g"])


def test_penguin_measurements_are_complete():
    assert np.isfinite(data.load("penguins").x).all()


def test_digits_are_scaled_to_the_unit_interval():
    x = data.load("digits").x
    assert (x.min(), x.max()) == (0, 1)


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"load has no 'mnist'. Try one of: penguins"):
        data.load("mnist")


def test_a_damaged_file_is_refused(elsewhere):
    (elsewhere / "data").mkdir()
    (elsewhere / "data/penguins.csv").write_text("species\n")
    with pytest.raises(ValueError, match=r"its hash differs. Try deleting it"):
        data.load("penguins")


def test_a_missing_file_is_a_sentence_with_the_remedy(elsewhere):
    with pytest.raises(FileNotFoundError, match="Try setting CHAINRULE_DATA"):
        data.load("penguins")


def test_a_data_folder_above_the_working_directory_is_found(elsewhere, monkeypatch):
    (elsewhere / "data").mkdir()
    (elsewhere / "data/penguins.csv").write_bytes(CSV)
    (elsewhere / "notebooks/05").mkdir(parents=True)
    monkeypatch.chdir(elsewhere / "notebooks/05")
    assert data.load("penguins").name == "penguins"


def test_the_environment_names_the_data_folder(elsewhere, monkeypatch):
    (elsewhere / "mine").mkdir()
    (elsewhere / "mine/penguins.csv").write_bytes(CSV)
    monkeypatch.setenv("CHAINRULE_DATA", str(elsewhere / "mine"))
    assert data.load("penguins").name == "penguins"


def test_fashion_mnist_offline_says_so_and_gives_digits(monkeypatch, capsys):
    def offline(*args, **options):
        raise ConnectionError

    monkeypatch.setattr("pooch.retrieve", offline)
    assert data.load("fashion-mnist").name == "digits"
    assert "Until then these are the 8x8 digits" in capsys.readouterr().out


def test_fashion_mnist_puts_the_training_part_first(elsewhere, monkeypatch):
    monkeypatch.setenv("CHAINRULE_DATA", str(elsewhere))
    hashes = dict(data.FILES)
    for file in (name for name in data.FILES if "ubyte" in name):
        n, size = (3 if "train" in file else 2), (28, 28) if "idx3" in file else ()
        body = np.full((n, *size), n, np.uint8)
        head = bytes([0, 0, 8, body.ndim]) + np.array(body.shape, ">u4").tobytes()
        raw = gzip.compress(head + body.tobytes())
        (elsewhere / file).write_bytes(raw)
        hashes[file] = "md5:" + hashlib.md5(raw).hexdigest()
    monkeypatch.setattr(data, "FILES", hashes)
    d = data.load("fashion-mnist")
    assert d.x.shape == (5, 28, 28)
    assert d.y.tolist() == [3, 3, 3, 2, 2]


def test_spirals_without_noise_are_mirror_images():
    d = data.spirals(2000, 0.0, np.random.default_rng(1))
    radius = np.linalg.norm(d.x, axis=1)
    angle = np.arctan2(d.x[:, 1], d.x[:, 0]) - 2 * np.pi * radius
    np.testing.assert_allclose(np.cos(angle), 1 - 2 * d.y, atol=1e-4)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(n=st.integers(0, 50), size=st.integers(1, 60), seed=st.integers(0, 9))
def test_an_epoch_visits_each_index_once_in_full_batches_but_the_last(n, size, seed):
    parts = data.batches(n, size, np.random.default_rng(seed))
    assert sorted(np.concatenate([[], *parts]).tolist()) == list(range(n))
    assert [len(part) for part in parts[:-1]] == [size] * (len(parts) - 1)


def test_two_epochs_come_in_different_order():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(data.batches(50, 8, rng)) for _ in range(2))
    assert (first != second).any()


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ValueError, match=r"batches got size 0. Try 1 or more"):
        data.batches(5, 0, np.random.default_rng(0))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(n=st.integers(0, 99), k=st.integers(1, 5), seed=st.integers(0, 9))
def test_a_split_deals_each_index_to_one_part(n, k, seed):
    parts = data.split(n, [1 / k] * k, np.random.default_rng(seed))
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    assert all(abs(len(part) - n / k) <= 1 for part in parts)


@pytest.mark.parametrize("fractions", [(0.5, 0.4), (1.2, -0.2)])
def test_fractions_that_are_not_shares_are_refused(fractions):
    with pytest.raises(ValueError, match="not shares that sum to 1"):
        data.split(10, fractions, np.random.default_rng(0))


def test_standardize_measures_only_the_training_part():
    rng = np.random.default_rng(2)
    train, test = rng.normal(5, 3, (50, 4)), rng.normal(-1, 9, (20, 4))
    a, b = data.standardize(train, test)
    np.testing.assert_allclose([a.mean(0), a.std(0)], [[0] * 4, [1] * 4], atol=1e-12)
    np.testing.assert_allclose(b * train.std(0) + train.mean(0), test)


def test_standardize_leaves_a_constant_column_finite():
    (x,) = data.standardize(np.ones((4, 2), np.float32))
    assert x.dtype == np.float32
    assert (x == 0).all()

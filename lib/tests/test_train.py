"""The loop: it learns, it stops, it can be saved and goes on to the same numbers."""

import numpy as np
import pytest
from chainrule import data, layers, losses, ops, optim, regularize, train


def rng(seed=3):
    return np.random.default_rng(seed)


def network(g):
    return layers.Sequential(
        layers.Linear(2, 16, g),
        layers.BatchNorm(16),
        ops.relu,
        layers.Dropout(0.1, g),
        layers.Linear(16, 2, g),
    )


def parts():
    d = data.spirals(200, 0.05, rng())
    return (d.x[:150], d.y[:150]), (d.x[150:], d.y[150:])


def run(g, model, optimizer, epochs, **options):
    return train.fit(
        model,
        losses.cross_entropy,
        optimizer,
        *parts(),
        epochs=epochs,
        size=32,
        rng=g,
        **options,
    )


def fresh(seed=3):
    g = rng(seed)
    model = network(g)
    return g, model, optim.Adam(model.parameters(), 0.01)


def test_the_loss_falls_and_the_history_has_one_number_per_epoch():
    history = run(*fresh(), epochs=5, metrics=(train.accuracy,))
    assert list(history) == ["train loss", "valid loss", "accuracy"]
    assert {len(curve) for curve in history.values()} == {5}
    assert history["train loss"][-1] < history["train loss"][0]


def test_one_seed_gives_one_history():
    assert run(*fresh(), epochs=3) == run(*fresh(), epochs=3)


def test_the_progress_line_is_plain_text(capsys):
    run(*fresh(), epochs=1)
    text = capsys.readouterr().out
    assert text.isascii()
    assert "epoch 1/1 ####################  train loss 0." in text


def test_early_stopping_ends_the_loop_and_restores_the_best():
    g, model, optimizer = fresh()
    stopping = regularize.EarlyStopping(model, patience=1, min_delta=9.0)
    history = run(g, model, optimizer, epochs=9, stopping=stopping)
    assert len(history["valid loss"]) == 2
    assert history.stopped.startswith("No gain in 1 checks")
    seen = train.evaluate(model, [losses.cross_entropy], *parts()[1])
    assert seen["cross_entropy"] == pytest.approx(history["valid loss"][0])


def test_a_schedule_sets_the_rate_of_every_step():
    g, model, optimizer = fresh()
    asked = []
    run(
        g,
        model,
        optimizer,
        epochs=2,
        schedule=lambda t: asked.append(t) or 0.1 / (t + 1),
    )
    assert asked == list(range(10))
    assert optimizer.lr == pytest.approx(0.01)


def test_augmentation_touches_the_training_batches_alone():
    g, model, optimizer = fresh()
    sizes = []
    run(
        g,
        model,
        optimizer,
        epochs=1,
        augment=lambda x, y: sizes.append(len(x)) or (x, y),
    )
    assert sum(sizes) == 150


def test_the_loop_leaves_the_model_in_eval_mode():
    g, model, optimizer = fresh()
    run(g, model, optimizer, epochs=1)
    assert not model.training


def test_evaluation_does_not_depend_on_how_many_rows_are_held():
    _, model, _ = fresh()
    whole, part = (
        train.evaluate(model, [train.accuracy], *parts()[0], size=size)
        for size in (1000, 7)
    )
    assert part["accuracy"] == pytest.approx(whole["accuracy"])


def test_evaluation_records_no_graph():
    _, model, _ = fresh()
    seen = []
    watched = layers.Sequential(model, lambda y: seen.append(y) or y)
    train.evaluate(watched, [train.accuracy], *parts()[1])
    assert not seen[0].requires_grad


def test_the_training_loss_is_the_mean_over_all_rows():
    model = layers.Linear(2, 2, rng())
    history = run(rng(), model, optim.SGD(model.parameters(), 0), epochs=1)
    seen = train.evaluate(model, [losses.cross_entropy], *parts()[0])
    assert history["train loss"] == pytest.approx([seen["cross_entropy"]], rel=1e-5)


def test_training_resumed_from_a_file_gives_the_same_numbers(tmp_path):
    g, model, optimizer = fresh()
    run(g, model, optimizer, epochs=2)
    train.save(tmp_path / "day1.npz", g, model=model, optimizer=optimizer)
    straight = run(g, model, optimizer, epochs=2)

    g, model, optimizer = fresh(seed=77)
    train.restore(tmp_path / "day1.npz", g, model=model, optimizer=optimizer)
    assert run(g, model, optimizer, epochs=2) == straight


def test_the_file_needs_no_pickle(tmp_path):
    g, model, optimizer = fresh()
    train.save(tmp_path / "day1.npz", g, model=model, optimizer=optimizer)
    with np.load(tmp_path / "day1.npz", allow_pickle=False) as file:
        assert {a.dtype.kind for a in file.values()} <= set("fiU")


def test_a_part_the_file_does_not_hold_is_named(tmp_path):
    g, model, _ = fresh()
    train.save(tmp_path / "day1.npz", g, model=model)
    with pytest.raises(ValueError, match=r"holds no 'optimizer'\. Try one of: model\."):
        train.restore(
            tmp_path / "day1.npz", g, optimizer=optim.SGD([*model.parameters()], 1)
        )

"""What the lesson on generalization goes on with: right by another way."""

import numpy as np
from chainrule.lessons import stand_ins
from chainrule.small_net import softmax

RNG = np.random.default_rng(5)


def test_a_decayed_line_has_no_slope_left():
    X, y, lam = RNG.normal(size=(9, 3)) + 1, RNG.normal(size=9) + 4, 0.3
    w, b = stand_ins.ridge_line(X, y, lam)
    r = X @ w + b - y
    np.testing.assert_allclose(X.T @ r / 9 + lam * w, 0, atol=1e-12)
    np.testing.assert_allclose(r.mean(), 0, atol=1e-12)


def test_copies_and_their_labels_stand_in_blocks():
    images, labels = RNG.normal(size=(3, 2, 2)), np.array([7, 8, 9])
    held = np.array([False, True, False])
    X, y = stand_ins.grown(images, labels, held, lambda x, k: x * k, 2)
    own = images[[0, 2]]
    np.testing.assert_array_equal(X, np.concatenate([own, own, 2 * own]))
    np.testing.assert_array_equal(y, [7, 9] * 3)


def test_one_step_of_a_head_goes_along_the_mean_of_what_is_too_much():
    W1, b1, X = RNG.normal(size=(4, 3)), RNG.normal(size=4), RNG.normal(size=(6, 3))
    Y = np.eye(2)[RNG.integers(2, size=6)]
    W, b = stand_ins.train_head(W1, b1, X, Y, 0.1, 0.5, 1)
    too_much = softmax(np.zeros((6, 2))) - Y
    features = np.maximum(X @ W1.T + b1, 0)
    np.testing.assert_allclose(W, -0.5 * too_much.T @ features / 6)
    np.testing.assert_allclose(b, -0.5 * too_much.mean(axis=0))


def test_new_errors_are_those_of_numpy_s_shortest_and_of_decayed_weights():
    for n, k in ((4, 9), (9, 4)):
        F, y = RNG.normal(size=(n, k)), RNG.normal(size=n)
        F_new, y_new = RNG.normal(size=(5, k)), RNG.normal(size=5)
        decayed = np.linalg.solve(F.T @ F / n + 0.2 * np.eye(k), F.T @ y / n)
        shortest = np.linalg.lstsq(F, y, rcond=None)[0]
        for lam, w in ((0.2, decayed), (0.0, shortest)):
            found = stand_ins.new_error(F, y, F_new, y_new, lam)
            np.testing.assert_allclose(found, np.mean((F_new @ w - y_new) ** 2))


def test_the_library_stops_at_a_check_that_a_stopper_forgives():
    def stops_at(stopper):
        told = [stopper.update(loss, np.zeros(1)) for loss in (3.0, 3.5, 3.6, 3.7)]
        return told.index(True)

    assert stops_at(stand_ins.LibraryStopper(2, 0.0)) == 2
    assert stops_at(stand_ins.one_check_later(2, 0.0)) == 3

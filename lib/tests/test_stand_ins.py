"""What lessons go on with: right by another way than an answer's."""

import numpy as np
import torch
from chainrule.lessons import convolutions, sequences, stand_ins
from chainrule.small_net import softmax

RNG, H = np.random.default_rng(5), 1e-5


def test_groups_are_taken_whole_until_there_are_rows_enough():
    groups, order = np.array([4, 9, 4, 7, 9]), np.array([9, 7, 4])
    for least, taken in ((1, [9]), (2, [9]), (3, [9, 7]), (4, [9, 7, 4])):
        found = stand_ins.whole_groups(groups, order, least)
        np.testing.assert_array_equal(found, np.isin(groups, taken))


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
    assert stops_at(stand_ins.OneCheckLater(2, 0.0)) == 3


def test_a_stopper_passes_over_a_nan_and_keeps_the_lowest_loss():
    losses = 3.0, np.nan, 2.0, 1.9, np.nan
    for rule, best in ((stand_ins.LibraryStopper, 2.0), (stand_ins.OneCheckLater, 1.9)):
        stopper = rule(2, 0.5)
        told = [stopper.update(loss, np.zeros(1)) for loss in losses]
        assert stopper.best_loss == best
    assert not any(told)


def test_a_walk_back_agrees_with_difference_quotients_of_the_states():
    X, s, g = (RNG.normal(size=n) for n in ((4, 3, 2), (3, 5), (4, 3, 5)))
    given = [s, RNG.normal(size=(5, 2)), RNG.normal(size=(5, 5)), RNG.normal(size=5)]

    def loss(*given):
        return (g * sequences.rnn_states(X, *given, np.full(3, 4))[1:]).sum()

    S = sequences.rnn_states(X, *given, np.full(3, 4))
    for k, found in enumerate(sequences.rnn_backward(g, X, S, given[2])):
        way = RNG.normal(size=found.shape)
        near = [
            [v + h * way if j == k else v for j, v in enumerate(given)] for h in (-H, H)
        ]
        low, high = (loss(*moved) for moved in near)
        np.testing.assert_allclose((found * way).sum(), (high - low) / 2 / H, rtol=1e-6)


def test_states_stay_in_the_padding():
    X, s, W, U, b = (RNG.normal(size=n) for n in ((3, 2, 1), (2, 1), (1, 1), (1, 1), 1))
    S = sequences.rnn_states(X, s, W, U, b, np.array([3, 1]))
    np.testing.assert_allclose(S[1], np.tanh(X[0] @ W.T + s @ U.T + b))
    assert S[1, 1] == S[2, 1] == S[3, 1] and S[2, 0] != S[3, 0]


def test_a_gate_at_its_end_keeps_the_state_or_lets_the_new_value_in():
    x, s = RNG.normal(size=(2, 3)), RNG.normal(size=(2, 4))
    W, U, b = np.zeros((3, 4, 3)), np.zeros((3, 4, 4)), np.zeros((3, 4))
    W[2], b[1] = RNG.normal(size=(4, 3)), 50
    np.testing.assert_allclose(sequences.gru_step(x, s, W, U, b), s)
    new = sequences.gru_step(x, s, W, U, -b)
    np.testing.assert_allclose(new, np.tanh(x @ W[2].T))


def test_a_teacher_hands_on_the_targets_one_step_later():
    Y = torch.tensor([[1, 2], [3, 4], [5, 6]])
    found = sequences.teacher_inputs(Y, 9)
    assert found.tolist() == [[9, 9], [1, 2], [3, 4]] and found.dtype == Y.dtype


def test_a_decoder_starts_from_the_source_and_goes_on_from_its_own_state():
    torch.manual_seed(0)
    net = sequences.EncoderDecoder(5, 3)
    X, Y_in = torch.tensor([[1, 2], [3, 3]]), torch.tensor([[0, 0], [4, 1]])
    whole, state = net(X, Y_in), net.encode(X)
    for t in range(2):
        scores, state = net.decode(Y_in[t : t + 1], state)
        torch.testing.assert_close(scores[0], whole[t])
    assert not torch.allclose(net(X.flip(0), Y_in), whole)


def test_a_text_ends_at_its_end_token_or_at_the_limit():
    def next_scores(text):
        return np.eye(4)[[3, 1, 2, 0, 1, 1][len(text)]]

    assert sequences.greedy(next_scores, 0, 5) == [3, 1, 2]
    assert sequences.greedy(next_scores, 0, 3) == [3, 1, 2]
    assert sequences.greedy(next_scores, 0, 2) == [3, 1]
    assert sequences.greedy(next_scores, 3, 2) == []


def test_a_matrix_gives_the_sums_of_its_windows():
    w, x = np.array([1.0, 2.0, 4.0]), RNG.normal(size=6)
    M = convolutions.conv_matrix(w, 6, 2, 1)
    wide = np.pad(x, 1)
    np.testing.assert_allclose(M @ x, [w @ wide[i : i + 3] for i in (0, 2, 4)])


def test_the_adjoint_test_holds_for_the_convolution_s_gradients():
    X, W = RNG.normal(size=(2, 3, 6, 7)), RNG.normal(size=(4, 3, 3, 2))
    g = RNG.normal(size=(2, 4, 3, 4))
    dX, dW, db = convolutions.convolved_backward(g, X, W, 2, 1)
    np.testing.assert_allclose((X * dX).sum(), (W * dW).sum())
    np.testing.assert_allclose(db, g.sum((0, 2, 3)))


def test_subsampling_starts_as_the_mean_of_each_square():
    x = RNG.normal(size=(2, 3, 4, 6)).astype("float32")
    found = convolutions.subsampling(3)(torch.tensor(x)).detach().numpy()
    squares = x.reshape(2, 3, 2, 2, 3, 2)
    np.testing.assert_allclose(found, squares.mean((3, 5)), rtol=1e-5, atol=1e-6)


def test_a_fitted_head_names_its_images_and_leaves_the_features_alone():
    torch.manual_seed(0)
    pixels, labels = torch.rand(12, 8, 8), torch.arange(12) % 3
    net = convolutions.trained(
        convolutions.small_net(3), *rows(pixels, labels, 4)[:2], 3
    )
    before = [v.clone() for v in net[0].state_dict().values()]
    images, names, rest = rows(pixels, labels, 3)
    headed = convolutions.with_head(convolutions.fit_head, net[0], images, names)
    pairs = zip(before, headed[0].state_dict().values(), strict=True)
    assert len(images) == 90 and len(rest) == 3 and all(a.equal(b) for a, b in pairs)
    assert convolutions.accuracy(headed, images, names) > 0.8


def rows(pixels, labels, count):
    return convolutions.some_rows(pixels, labels, count)


def test_a_row_of_lenet_s_layers_ends_in_84_numbers():
    made = convolutions.lenet(lambda: torch.nn.Conv2d(6, 16, 5))
    net = made(convolutions.subsampling)
    found = net(torch.zeros(2, 1, 32, 32))
    assert found.shape == (2, 84) and found.abs().max() < 1.7159

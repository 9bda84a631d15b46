"""Surfaces, runners, and small experiments that the lesson on optimizers shows."""

import numpy as np
import pytest
import torch
from chainrule import differences, races, torch_steps, trials
from chainrule.lessons.reports import report

SURFACES = [races.valley(), races.valley(30, steep=7), races.bend()]
each_surface = pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)


@each_surface
def test_a_surface_has_the_gradient_of_its_loss(surface):
    rng = np.random.default_rng(0)
    for w in rng.normal(size=(5, 2)):
        quotient = differences.gradient(surface.loss, w, h=1e-5)
        np.testing.assert_allclose(surface.gradient(w), quotient, rtol=1e-6, atol=1e-7)


def test_the_bend_has_the_gradient_that_torch_finds():
    w = torch.tensor([0.3, -0.7], dtype=torch.float64, requires_grad=True)
    loss = (1 - w[0]) ** 2 + 10 * (w[1] - w[0] ** 2) ** 2
    (found,) = torch.autograd.grad(loss, w)
    gradient = races.bend().gradient(w.detach().numpy())
    np.testing.assert_allclose(gradient, found, rtol=1e-12)


def test_a_turned_valley_has_the_same_heights():
    for angle in (10, 45, 90):
        turned = races.valley(angle)
        assert np.isclose(turned.loss(np.array(turned.start)), 58)
        assert np.isclose(np.linalg.norm(turned.start), np.hypot(4, 1))


@pytest.mark.parametrize("runner", ["plain", "momentum"])
def test_a_turned_path_is_the_path_in_the_turned_valley(runner):
    straight, _ = races.run(runner, races.valley(), 0.01, 20)
    turned, _ = races.run(runner, races.valley(45), 0.01, 20)
    np.testing.assert_allclose(*(np.linalg.norm(p, axis=1) for p in (straight, turned)))


def test_a_run_that_diverges_has_an_infinite_loss():
    assert races.last_loss("plain", races.bend(), 4.0, 100) == np.inf
    assert races.last_loss("plain", races.valley(), 1.0, 500) > 1e100


def test_a_seed_repeats_a_run_and_another_changes_it():
    runs = [races.last_loss("Adam", races.bend(), 0.1, 30, s, 0.1) for s in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


def test_steps_needed_counts_until_the_loss_stays_below_the_share():
    assert races.steps_needed("plain", races.valley(steep=1), 0.5, 50, 0.2) == 2
    assert races.steps_needed("plain", races.valley(), 1e-6, 50) == 51
    # at this rate the loss is below 1% at step 9, and again above it until step 52
    assert races.steps_needed("momentum", races.valley(), 0.0293, 300) == 53


def test_the_fewest_steps_are_those_of_the_best_rate():
    surface, rates = races.valley(steep=4), [0.1, 0.4, 0.2, 1.0]
    counts = [races.steps_needed("plain", surface, rate, 60) for rate in rates]
    assert races.fewest_steps("plain", surface, rates, 60) == min(counts) < 60


@pytest.mark.parametrize("runner", races.RUNNERS)
def test_runs_side_by_side_are_those_of_each_rate(runner):
    surface, rates = races.valley(20), [0.001, 0.01, 0.1]
    losses = races.side_by_side(runner, surface, rates, 10)
    for column, rate in zip(losses.T, rates, strict=True):
        places, _ = races.run(runner, surface, rate, 10)
        alone = [surface.loss(w) for w in places]
        np.testing.assert_allclose(column, alone, rtol=1e-9)


def test_a_run_that_diverges_beside_others_is_never_the_best():
    counts = [
        races.fewest_steps("plain", races.valley(), r, 400) for r in ([9], [9, 0.01])
    ]
    assert counts[0] == 401 > counts[1]


def test_bars_are_shares_of_the_largest():
    for runner in races.RUNNERS:
        _, states = races.run(runner, races.valley(45), 0.01, 20)
        bars = races.bars(runner, states)
        for what in bars[0]:
            heights = np.array([bar[what] for bar in bars])
            assert len(bars) == 21 and heights.min() >= 0
            assert np.isclose(heights.max(), 1)


def test_a_bar_of_rates_stands_where_each_weight_has_its_own():
    shown = {}
    for runner in races.RUNNERS:
        _, states = races.run(runner, races.valley(45), 0.01, 3)
        shown[runner] = list(races.bars(runner, states)[0])
    assert shown["momentum"] == ["z"] and shown["RMSProp"] == ["√v", "η/√v"]
    assert shown["Adam"] == ["m", "√v", "η/√v̂"]


def test_a_report_never_chooses_a_rate_that_diverged_once():
    def trial(rate, seed):
        return np.nan if (rate, seed) == (0.2, 1) else 1 - rate + seed / 100

    best, losses = report(trial, [0.1, 0.2], [0, 1, 2], [5, 6])
    assert best == 0.1
    np.testing.assert_allclose(losses, [0.95, 0.96])


def test_every_runner_has_its_report():
    found = races.raced(report, SURFACES[0], [0.01, 100.0], [0], [5, 6])
    assert list(found) == list(races.RUNNERS)
    rate, losses = found["plain"]
    assert rate == 0.01 and len(losses) == 2


def test_a_step_by_torch_continues_its_own_run():
    rng = np.random.default_rng(3)
    w, gs = rng.normal(size=3), rng.normal(size=(6, 3))
    p = torch.tensor(w, requires_grad=True)
    whole = torch.optim.Adam([p], lr=0.1, amsgrad=True)
    state = [np.zeros(3)] * 3
    for t, g in enumerate(gs, start=1):
        p.grad = torch.tensor(g)
        whole.step()
        how = 0.1, 0.9, 0.999, 1e-8
        w, *state = torch_steps.amsgrad_step(w, g, *state, t, *how)
        np.testing.assert_allclose(w, p.detach(), rtol=1e-13)


def test_three_forms_of_momentum_take_one_path():
    rng = np.random.default_rng(4)
    at = {"sum": rng.normal(size=2)}
    at["average"], at["ball"] = at["sum"].copy(), at["sum"].copy()
    z, m, move = np.zeros((3, 2))
    for g in rng.normal(size=(8, 2)):
        state = {"momentum_buffer": z}
        how = {"lr": 0.1, "momentum": 0.8}
        at["sum"], z = torch_steps.torch_step("SGD", at["sum"], g, state, **how)
        at["average"], m = torch_steps.average_step(at["average"], g, m, 0.5, 0.8)
        at["ball"], move = torch_steps.ball_step(at["ball"], g, move, 0.1, 0.8)
        np.testing.assert_allclose(at["average"], at["sum"], rtol=1e-12)
        np.testing.assert_allclose(at["ball"], at["sum"], rtol=1e-12)


def test_weights_in_an_average_add_up_to_what_the_beginning_has_lost():
    betas = np.array([0.9, 0.5, 0.8])
    found = torch_steps.weights_in_average(betas)
    np.testing.assert_allclose(found.sum(), 1 - betas.prod(), rtol=1e-12)
    np.testing.assert_allclose(found, [0.1 * 0.4, 0.5 * 0.8, 0.2], rtol=1e-12)


def momentum(w, dw, z, rate, beta):
    z = beta * z + dw
    return w - rate * z, z


def test_momentum_is_stable_up_to_two_and_twice_beta():
    for beta in (0, 0.5, 0.9):
        bound = trials.largest_stable(momentum, beta)
        np.testing.assert_allclose(bound, 2 + 2 * beta, rtol=0.01)


def test_the_best_momentum_needs_the_fewest_steps():
    rate, beta = trials.best_momentum(100)
    fewest = trials.until_small(momentum, 100, rate, beta)
    for other in ((0.8 * rate, beta), (2 / 1.01, 0)):
        assert trials.until_small(momentum, 100, *other) > fewest


def test_steps_are_counted_until_both_weights_stay_small():
    def swinging(w, dw, z, rate, beta):
        return np.full(2, 1.0 if z[0] in (1, 2) else 0.0), z + 1

    assert trials.until_small(swinging, 2, 0.1, 0.9) == 4


def test_adam_ends_at_the_worst_place_and_amsgrad_at_the_best():
    step = torch_steps.amsgrad_step
    assert trials.online(step, keep_top=False, steps=300)[-1] > 0.9
    assert trials.online(step, keep_top=True, steps=300)[-1] < -0.9


def test_a_penalty_is_no_decay_for_adam():
    noisy, quiet = trials.shrunk("Adam", 1500)[:, -1]
    assert noisy > 0.8 and quiet < 0.2
    assert np.ptp(trials.shrunk("AdamW", 1500)[:, -1]) < 0.05


def test_torch_s_steps_follow_the_library_s():
    average, adagrad = torch_steps.average_step, torch_steps.adagrad_step
    assert trials.gap(average, 1, (1e-3, 0.9), "Momentum", 1e-4) < 1e-12
    how = 0.1, 0.0, 1e-10
    assert trials.gap(adagrad, 1, how, "AdaGrad", 0.1, timed=True) < 1e-12

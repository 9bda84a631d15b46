"""Optimizers and schedules against the trajectories of torch.optim."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from chainrule import optim
from chainrule.tensor import Tensor

SHAPES = [(3, 5), (5,), ()]
STEPS = 50


# Our class and arguments, torch's class and arguments.
PAIRS = {
    "SGD": (optim.SGD, {}, torch.optim.SGD, {}),
    "Momentum": (optim.Momentum, {"beta": 0.8}, torch.optim.SGD, {"momentum": 0.8}),
    "Nesterov": (
        optim.Nesterov,
        {"beta": 0.8},
        torch.optim.SGD,
        {"momentum": 0.8, "nesterov": True},
    ),
    "AdaGrad": (optim.AdaGrad, {}, torch.optim.Adagrad, {}),
    "RMSProp": (optim.RMSProp, {"rho": 0.9}, torch.optim.RMSprop, {"alpha": 0.9}),
    "AdaDelta": (optim.AdaDelta, {"rho": 0.8}, torch.optim.Adadelta, {"rho": 0.8}),
    "Adam": (optim.Adam, {}, torch.optim.Adam, {}),
    "Adam with other betas": (
        optim.Adam,
        {"betas": (0.7, 0.95), "eps": 1e-4},
        torch.optim.Adam,
        {"betas": (0.7, 0.95), "eps": 1e-4},
    ),
    "AdamW": (optim.AdamW, {}, torch.optim.AdamW, {}),
}
KINDS = list(dict.fromkeys(pair[0] for pair in PAIRS.values()))


def parameters(dtype=np.float64, seed=1):
    rng = np.random.default_rng(seed)
    data = [np.asarray(rng.normal(size=s), dtype) for s in SHAPES]
    return [SimpleNamespace(data=x, grad=None) for x in data]


def give_gradients(ps, rng):
    for p in ps:
        p.grad = np.asarray(rng.normal(size=p.data.shape), p.data.dtype)


def walk(optimizer, steps=STEPS, seed=2, rate=None):
    rng, path = np.random.default_rng(seed), []
    for t in range(steps):
        if rate:
            optimizer.lr = rate(t)
        give_gradients(optimizer.parameters, rng)
        optimizer.step()
        path.append(np.concatenate([p.data.ravel() for p in optimizer.parameters]))
    return np.array(path)


def torch_walk(kind, lr, options, seed=2):
    rng, path = np.random.default_rng(seed), []
    ps = [torch.tensor(p.data, requires_grad=True) for p in parameters()]
    optimizer = kind(ps, lr=lr, **options)
    for _ in range(STEPS):
        for p in ps:
            p.grad = torch.tensor(rng.normal(size=tuple(p.shape)))
        optimizer.step()
        path.append(torch.cat([p.detach().ravel() for p in ps]).numpy())
    return np.array(path)


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("name", PAIRS)
def test_every_optimizer_walks_the_path_of_torch(name, decay):
    ours, options, theirs, their_options = PAIRS[name]
    path = walk(ours(parameters(), 0.03, **options, weight_decay=decay))
    expected = torch_walk(theirs, 0.03, {**their_options, "weight_decay": decay})
    np.testing.assert_allclose(path, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_the_defaults_are_those_of_torch(kind):
    _, _, theirs, options = next(v for v in PAIRS.values() if v[0] is kind)
    options = {k: v for k, v in options.items() if k == "nesterov"}
    if kind in (optim.Momentum, optim.Nesterov):
        options["momentum"] = 0.9
    path = walk(kind(parameters(), 0.03))
    expected = torch_walk(theirs, 0.03, options)
    np.testing.assert_allclose(path, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_float32_parameters_stay_float32_under_a_rate_from_numpy(kind):
    optimizer = kind(parameters(np.float32), np.float64(0.1))
    walk(optimizer, steps=2)
    assert {p.data.dtype for p in optimizer.parameters} == {np.dtype(np.float32)}
    assert optimizer.update(np.ones_like(optimizer.theta)).dtype == np.float32
    assert {v.dtype for v in optimizer.state().values() if v.ndim} <= {np.dtype("f4")}


@pytest.mark.parametrize("kind", KINDS)
def test_an_optimizer_restored_from_its_state_goes_on_to_the_same_numbers(kind):
    straight = kind(parameters(), 0.05)
    walk(straight, steps=7)
    resumed = kind(parameters(), 0.9)
    for p, q in zip(resumed.parameters, straight.parameters, strict=True):
        p.data = q.data.copy()
    resumed.restore(straight.state())
    np.testing.assert_array_equal(walk(resumed, seed=9), walk(straight, seed=9))


def test_a_state_is_a_copy():
    optimizer = optim.Adam(parameters(), 0.1)
    state = optimizer.state()
    walk(optimizer, steps=1)
    assert not state["m"].any()


def test_a_state_of_another_optimizer_is_refused():
    state = optim.SGD(parameters(), 0.1).state()
    with pytest.raises(ValueError, match=r"Adam.restore found no m, v. Try the kind"):
        optim.Adam(parameters(), 0.1).restore(state)


def test_adam_decays_active_weights_less_and_adamw_does_not():
    shrink = {}
    for kind in (optim.Adam, optim.AdamW):
        ps = [SimpleNamespace(data=np.ones(2), grad=None)]
        optimizer = kind(ps, 0.01, weight_decay=0.1)
        for t in range(400):
            ps[0].grad = np.array([10.0, 0.1]) * (-1) ** t
            optimizer.step()
        shrink[kind] = 1 - ps[0].data
    assert shrink[optim.Adam][0] < 0.1 * shrink[optim.Adam][1]
    np.testing.assert_allclose(*shrink[optim.AdamW], atol=0.02)


def test_a_gradient_that_is_the_parameter_itself_is_read_before_it_changes():
    data = np.array([1.0, 2.0])
    p = SimpleNamespace(data=data, grad=data)
    optim.SGD([p], 0.5).step()
    np.testing.assert_array_equal(p.data, [0.5, 1.0])


def test_data_replaced_between_steps_is_taken_up():
    ps = parameters()
    optimizer = optim.SGD(ps, 0.1)
    walk(optimizer, steps=2)
    ps[0].data = np.zeros((3, 5))
    give_gradients(ps, np.random.default_rng(3))
    optimizer.step()
    np.testing.assert_array_equal(ps[0].data, -0.1 * ps[0].grad)


def test_two_optimizers_can_take_turns_on_the_same_parameters():
    ps, qs = parameters(), parameters()
    turns = [optim.SGD(ps, 0.1), optim.Momentum(ps, 0.1, beta=0.0)]
    for t in range(6):
        give_gradients(ps, np.random.default_rng(t))
        turns[t % 2].step()
    single = optim.SGD(qs, 0.1)
    for t in range(6):
        give_gradients(qs, np.random.default_rng(t))
        single.step()
    for p, q in zip(ps, qs, strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_a_graph_recorded_before_a_step_refuses_a_backward_after_it():
    w = Tensor(np.ones(3), requires_grad=True)
    loss = (w * w).sum()
    w.grad = np.ones(3)
    optim.SGD([w], 0.1).step()
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()


def test_zero_grad_forgets():
    ps = parameters()
    give_gradients(ps, np.random.default_rng(0))
    optim.SGD(ps, 0.1).zero_grad()
    assert [p.grad for p in ps] == [None] * 3


@pytest.mark.parametrize("rate", [-0.1, np.nan, np.inf])
def test_a_bad_rate_is_refused(rate):
    with pytest.raises(ValueError, match=r"learning rate of .*Try a small positive"):
        optim.SGD(parameters(), rate)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_stops_before_anything_changes(kind, bad):
    ps = parameters()
    optimizer = kind(ps, 0.1)
    give_gradients(ps, np.random.default_rng(0))
    ps[1].grad[2] = bad
    before = [p.data.copy() for p in ps]
    sentence = r"gradient of parameter 1 of shape \(5,\) holds NaN or infinity\. Try"
    with pytest.raises(FloatingPointError, match=sentence):
        optimizer.step()
    assert all((p.data == b).all() for p, b in zip(ps, before, strict=True))


def test_huge_finite_gradients_are_not_taken_for_infinite_ones():
    p = SimpleNamespace(data=np.zeros(2, np.float32), grad=np.full(2, 1e30, np.float32))
    optim.SGD([p], 1e-30).step()
    np.testing.assert_allclose(p.data, -1)


def test_a_missing_gradient_is_named():
    ps = parameters()
    give_gradients(ps, np.random.default_rng(0))
    ps[1].grad = None
    with pytest.raises(
        ValueError, match=r"parameter 1 of shape \(5,\) has no gradient"
    ):
        optim.Adam(ps, 0.1).step()


def test_no_parameters_at_all_is_refused():
    with pytest.raises(ValueError, match=r"SGD got no parameters\. Try model"):
        optim.SGD([], 0.1)


def test_one_parameter_twice_is_refused():
    ps = parameters()
    with pytest.raises(ValueError, match=r"one parameter twice"):
        optim.SGD([*ps, ps[0]], 0.1)


def test_mixed_dtypes_are_refused():
    with pytest.raises(ValueError, match=r"float32 and float64\. Try making all"):
        optim.SGD([*parameters(), *parameters(np.float32)], 0.1)


LR = torch.optim.lr_scheduler
SCHEDULES = {
    "step_decay": (
        optim.step_decay(0.4, every=7, gamma=0.3),
        lambda o: LR.StepLR(o, step_size=7, gamma=0.3),
    ),
    "exponential": (
        optim.exponential(0.4, gamma=0.9),
        lambda o: LR.ExponentialLR(o, gamma=0.9),
    ),
    "cosine": (
        optim.cosine(0.4, steps=STEPS, lr_min=0.01),
        lambda o: LR.CosineAnnealingLR(o, T_max=STEPS, eta_min=0.01),
    ),
    "warm_up": (
        optim.warm_up(optim.exponential(0.4, gamma=1.0), steps=20, start=0.25),
        lambda o: LR.LinearLR(o, start_factor=0.25, total_iters=20),
    ),
    "warm_up, then exponential": (
        optim.warm_up(optim.exponential(0.4, gamma=0.9), steps=20, start=0.25),
        lambda o: LR.SequentialLR(
            o,
            [
                LR.LinearLR(o, start_factor=0.25, total_iters=20),
                LR.ExponentialLR(o, gamma=0.9),
            ],
            milestones=[20],
        ),
    ),
    "one_cycle": (
        optim.one_cycle(0.4, steps=STEPS),
        lambda o: LR.OneCycleLR(o, max_lr=0.4, total_steps=STEPS),
    ),
}


@pytest.mark.filterwarnings("ignore:The epoch parameter:UserWarning")
@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_gives_the_rates_of_torch(name):
    ours, make = SCHEDULES[name]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
    theirs = make(optimizer)
    rates = []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(rates) < STEPS:
            theirs.step()
    np.testing.assert_allclose([ours(t) for t in range(STEPS)], rates, rtol=1e-9)


@pytest.mark.parametrize("name", ["cosine", "one_cycle"])
def test_a_schedule_that_ends_stays_where_it_ended(name):
    rate = SCHEDULES[name][0]
    assert rate(10 * STEPS) == pytest.approx(rate(STEPS + 1))


def test_an_optimizer_under_a_schedule_walks_the_path_of_torch():
    rate = optim.cosine(0.1, steps=STEPS)
    path = walk(optim.Adam(parameters(), 0.1), rate=rate)
    ps = [torch.tensor(p.data, requires_grad=True) for p in parameters()]
    optimizer, rng = torch.optim.Adam(ps, lr=0.1), np.random.default_rng(2)
    schedule = LR.CosineAnnealingLR(optimizer, T_max=STEPS)
    for _ in range(STEPS):
        for p in ps:
            p.grad = torch.tensor(rng.normal(size=tuple(p.shape)))
        optimizer.step()
        schedule.step()
    expected = torch.cat([p.detach().ravel() for p in ps]).numpy()
    np.testing.assert_allclose(path[-1], expected, rtol=1e-10)

"""Initial weights: their variances against torch's, and the signals they keep alive."""

import numpy as np
import pytest
import torch
from chainrule import init

RULES = {
    "glorot_normal": torch.nn.init.xavier_normal_,
    "glorot_uniform": torch.nn.init.xavier_uniform_,
    "he_normal": lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"),
    "he_uniform": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    "lecun_normal": lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="linear"),
    "lecun_uniform": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="linear"),
}
SHAPES = [(300, 700), (40, 30, 5, 7)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_the_variance_of_torch(rule, shape):
    # With 40,000 draws and more, a sample variance is within 3 % (4 sigma) of its law.
    ours = getattr(init, rule)(shape, np.random.default_rng(3)).var()
    torch.manual_seed(3)
    theirs = RULES[rule](torch.empty(shape, dtype=torch.float64)).var().item()
    assert ours == pytest.approx(theirs, rel=0.03)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rule", ["glorot_uniform", "he_uniform", "lecun_uniform"])
def test_uniform_rules_end_where_torch_ends(rule, shape):
    ours = np.abs(getattr(init, rule)(shape, np.random.default_rng(4))).max()
    theirs = RULES[rule](torch.empty(shape, dtype=torch.float64)).abs().max().item()
    assert ours == pytest.approx(theirs, rel=1e-3)


@pytest.mark.parametrize("rule", [*RULES, "orthogonal"])
def test_the_generator_alone_decides_the_draw(rule):
    draw = getattr(init, rule)
    first, again = (draw((5, 4), np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_he_keeps_relu_alive_through_thirty_layers_and_lecun_does_not():
    rng = np.random.default_rng(5)

    def size_after(rule):
        x = rng.normal(size=(256, 200))
        for _ in range(30):
            x = np.maximum(rule((256, 256), rng) @ x, 0)
        return (x**2).mean()

    assert 0.2 < size_after(init.he_normal) < 5
    assert size_after(init.lecun_normal) < 1e-6


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (8, 2, 3, 3)])
def test_orthogonal_is_orthonormal_along_its_shorter_side(shape):
    w = init.orthogonal(shape, np.random.default_rng(6)).reshape(shape[0], -1)
    gram = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(gram, np.eye(len(gram)), atol=1e-12)


def test_orthogonal_favours_no_sign():
    rng = np.random.default_rng(8)
    signs = [np.sign(init.orthogonal((2, 2), rng)[0, 0]) for _ in range(400)]
    assert abs(np.mean(signs)) < 0.2


def test_zeros_are_zeros():
    assert not init.zeros((3, 2)).any()


def test_a_bias_has_no_fans_and_is_told_what_to_use():
    with pytest.raises(ValueError, match=r"Try zeros for a bias"):
        init.he_normal((3,), np.random.default_rng(0))

"""Five systems take one gradient."""

import numpy as np
import pytest
from chainrule.lessons import five_systems


@pytest.mark.parametrize("name", five_systems.SYSTEMS)
def test_each_system_that_is_installed_agrees_with_a_difference_quotient(name):
    try:
        found = five_systems.SYSTEMS[name]()
    except ImportError:
        pytest.skip(f"{name} is not installed")
    assert np.allclose(found, five_systems.by_differences(), rtol=0, atol=1e-9)

"""Several libraries take one gradient."""

import numpy as np
import pytest
from chainrule.lessons import libraries


@pytest.mark.parametrize("name", libraries.LIBRARIES)
def test_each_library_that_is_installed_agrees_with_a_difference_quotient(name):
    try:
        found = libraries.LIBRARIES[name]()
    except ImportError:
        pytest.skip(f"{name} is not installed")
    assert np.allclose(found, libraries.by_differences(), rtol=0, atol=1e-9)

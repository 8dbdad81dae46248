"""The activations."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled.errors import NumbersError
from unrolled.layers.activations import ACTIVATIONS, activation_of

FORMULAS = {
    "tanh": math.tanh,
    "relu": lambda value: max(value, 0.0),
    "sigmoid": lambda value: 1 / (1 + math.exp(-value)),
    "linear": lambda value: value,
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(value=st.floats(-700, 700))
def test_an_activation_computes_its_formula(name, value):
    """Each is held against the formula in its name."""
    assert activation_of(name)(np.array([value]))[0] == pytest.approx(FORMULAS[name](value), rel=1e-12, abs=1e-15)


def test_an_unknown_activation_is_refused_by_name():
    """The near name is offered, and what there is."""
    with pytest.raises(NumbersError, match=r"'rleu' is not computed yet.*sigmoid.*did you mean 'relu'"):
        activation_of("rleu")

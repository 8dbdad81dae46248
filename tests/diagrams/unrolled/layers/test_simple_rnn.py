"""The SimpleRNN as a value: its shapes and its parameters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled import SimpleRNN
from unrolled.arrays import Weights
from unrolled.errors import NumbersError

sizes = st.integers(1, 300)


@given(sizes, sizes)
def test_the_weights_have_the_shapes_of_keras(units, features):
    """Kernel, recurrent kernel and bias, in the order of `get_weights()`."""
    shapes = SimpleRNN(units).weight_shapes((7, features))
    assert list(shapes.items()) == [
        ("kernel", (features, units)),
        ("recurrent_kernel", (units, units)),
        ("bias", (units,)),
    ]


@given(sizes, sizes)
def test_the_parameters_are_counted_as_model_summary_does(units, features):
    """FU + UU + U; without a bias, U fewer."""
    assert SimpleRNN(units).parameter_count((7, features)) == units * (features + units + 1)
    assert SimpleRNN(units, use_bias=False).parameter_count((7, features)) == units * (features + units)


def test_weights_are_copies_that_nothing_can_write_to():
    """A trace would lie if the weights under it changed."""
    kernel = np.ones((2, 4))
    weights = Weights(kernel=kernel, recurrent_kernel=np.ones((4, 4)), bias=None)
    kernel[0, 0] = 7
    assert weights.kernel[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        weights.kernel[0, 0] = 7
    with pytest.raises(TypeError):
        weights["kernel"] = kernel
    assert list(weights) == ["kernel", "recurrent_kernel"]
    with pytest.raises(AttributeError, match="no weight 'bias'; there are kernel, recurrent_kernel"):
        weights.bias  # noqa: B018 - looking it up is the test


@pytest.mark.parametrize("units", [0, -1, 2.0, True, "4", None])
def test_units_that_are_no_whole_number_are_refused(units):
    """Keras takes True for 1; nobody means that."""
    with pytest.raises(NumbersError, match="units must be a whole number from 1"):
        SimpleRNN(units)


def test_an_activation_that_is_not_computed_is_refused_at_once():
    """Not only when the layer runs."""
    with pytest.raises(NumbersError, match="did you mean 'gelu'"):
        SimpleRNN(4, activation="gelo")

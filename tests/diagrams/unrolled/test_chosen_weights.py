"""Weights for states of one's own choice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import sampled
from unrolled import LSTM, NumbersError, SimpleRNN, embed, weights_for
from unrolled.run import run

WORDS = embed(["I", "am", "groot"])


@sampled(60)
@given(
    st.integers(2, 6),
    st.sampled_from(["tanh", "sigmoid", "linear"]),
    st.booleans(),
    st.integers(0, 2**32),
    st.booleans(),
)
def test_the_layer_yields_the_states_that_were_chosen(units, activation, use_bias, seed, begins):
    """Exactly, for as many steps as there are numbers to choose them by."""
    random = np.random.default_rng(seed)
    layer = SimpleRNN(units, activation, use_bias)
    states = random.uniform(0.05, 0.95, (3, units))
    first = random.uniform(-1, 1, units) if begins else None
    weights = weights_for(layer, WORDS, states=states, initial_state=first)
    np.testing.assert_allclose(run(layer, weights, WORDS, first).states[1:], states, atol=1e-9)


SIMPLE = [[0.5, -0.5], [0.1, 0.2], [-0.3, 0.8]]


@pytest.mark.parametrize(
    ("layer", "inputs", "states", "says"),
    [
        (
            SimpleRNN(2),
            WORDS,
            [[0.5, 1.0], *SIMPLE[1:]],
            "between −1 and 1 and reaches neither: the state of step 1.* 1$",
        ),
        (SimpleRNN(2, "sigmoid"), WORDS, SIMPLE, "between 0 and 1 and reaches neither: the state of step 1 .*−0.50"),
        (SimpleRNN(2, "relu"), WORDS, SIMPLE, "tanh, sigmoid or linear, not relu"),
        (SimpleRNN(2), WORDS, SIMPLE[:2], r"states must be \(3, 2\), 2 numbers for each of 3 steps"),
        (SimpleRNN(2), WORDS, [[np.nan, 0], *SIMPLE[1:]], "finite numbers, and those of step 1"),
        (LSTM(2), WORDS, SIMPLE, "those of LSTM hang on gates"),
        (SimpleRNN(2, go_backwards=True), WORDS, SIMPLE, "leave go_backwards out"),
    ],
)
def test_states_that_cannot_be_are_refused_with_the_reason(layer, inputs, states, says):
    """Before any weights are looked for."""
    with pytest.raises(NumbersError, match=says):
        weights_for(layer, inputs, states=states)


def test_where_no_weights_suffice_it_is_told_how_near_they_came():
    """One feature and one unit cannot move a state at will over five steps."""
    inputs, states = np.ones((5, 1)), [[0.1], [0.9], [-0.5], [0.3], [-0.8]]
    with pytest.raises(
        NumbersError, match=r"each unit must fulfil 5 equations, .* give −?0\.\d\d for .* in step \d, unit 1"
    ):
        weights_for(SimpleRNN(1), inputs, states=states)

"""The weights that the kit chooses: what a reader of the figure may rely on."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import sampled
from unrolled import SimpleRNN, embed, readable_weights
from unrolled.errors import NumbersError
from unrolled.numbers import text_of
from unrolled.readability import fitting
from unrolled.run import run

WORDS = ["I", "am", "groot"]


def printed(trace):
    """Print each state as a figure does."""
    return [[text_of(value) for value in state] for state in trace.states]


def readable_trace(layer, inputs):
    """Run a layer with the weights that the kit chooses for it."""
    return run(layer, readable_weights(layer, inputs), inputs)


@sampled(40)
@given(
    units=st.integers(2, 128),
    activation=st.sampled_from(["tanh", "sigmoid", "relu", "linear"]),
    use_bias=st.booleans(),
    words=st.lists(st.text(max_size=8), min_size=1, max_size=8, unique=True),
    features=st.integers(1, 12),
)
def test_states_stay_within_limits_and_no_two_print_alike(units, activation, use_bias, words, features):
    """A reader can tell every vector of a figure from every other, the zero state included."""
    trace = readable_trace(SimpleRNN(units, activation, use_bias), embed(words, features))
    assert np.abs(trace.states).max() <= 0.95
    tenths = [tuple(float(text.replace("−", "-")) for text in state) for state in printed(trace)]
    assert len(set(tenths)) == len(tenths)


@pytest.mark.parametrize(("units", "steps", "features"), [(2, 50, 2), (3, 50, 1), (128, 12, 2), (128, 50, 50)])
def test_long_sequences_and_wide_layers_get_weights_too(units, steps, features):
    """The promise holds at the far ends as well."""
    trace = readable_trace(SimpleRNN(units), embed([f"word {step}" for step in range(steps)], features))
    assert np.abs(trace.states).max() <= 0.95
    assert all(a != b for a, b in combinations(printed(trace), 2))


def test_one_word_many_times_over_still_moves_the_state():
    """Equal inputs are the hardest case: a state that settles would print alike."""
    trace = readable_trace(SimpleRNN(4), embed(["no"] * 12))
    assert all(a != b for a, b in combinations(printed(trace), 2))


@pytest.mark.parametrize("units", [2, 3, 4, 5, 6])
def test_the_figure_of_the_guide_is_pleasant_to_read(units):
    """No 0.0, nothing at the limit, both signs in each vector, and no cell that a step leaves as it was."""
    states = printed(readable_trace(SimpleRNN(units), embed(WORDS)))
    for before, state in pairwise(states):
        assert "0.0" not in state
        assert not {"0.9", "−0.9"} & set(state)
        assert {text.startswith("−") for text in state} == {True, False} or units < 4
        assert all(old != new for old, new in zip(before, state, strict=True))


def test_the_numbers_of_the_guide_never_change():
    """They stand in published figures; whoever changes the search changes them knowingly."""
    states = printed(readable_trace(SimpleRNN(4), embed(WORDS)))
    assert states == [
        ["0", "0", "0", "0"],
        ["−0.7", "0.8", "0.7", "−0.4"],
        ["−0.3", "−0.2", "−0.5", "0.3"],
        ["0.8", "−0.7", "0.4", "0.5"],
    ]


@sampled(20)
@given(st.integers(1, 40), st.integers(1, 6), st.booleans())
def test_weights_are_short_decimals_and_none_is_nought(units, features, use_bias):
    """A reader can follow the sum; and each weight has a say."""
    layer = SimpleRNN(units, use_bias=use_bias)
    weights = readable_weights(layer, embed(WORDS, features))
    for name in weights:
        values = weights[name]
        assert (values != 0).all()
        assert np.array_equal(values, np.round(values, 1 if units <= 6 and name != "bias" else 3))


def test_the_same_question_gets_the_same_answer():
    """Also after somebody has used NumPy's generators."""
    first = readable_weights(SimpleRNN(4), embed(WORDS))
    np.random.default_rng().uniform(size=5)
    again = readable_weights(SimpleRNN(4), embed(WORDS))
    assert all(np.array_equal(a, b) for a, b in zip(first.values(), again.values(), strict=True))


def test_no_printed_digit_hangs_on_the_last_bit():
    """Keras computes in 32 bits, and must print the same."""
    layer, inputs = SimpleRNN(8), embed([f"word {step}" for step in range(20)], 3)
    weights = readable_weights(layer, inputs)
    state = np.zeros(8, dtype=np.float32)
    for vector, wide in zip(inputs.astype(np.float32), run(layer, weights, inputs).states[1:], strict=True):
        total = vector @ weights.kernel.astype(np.float32) + state @ weights.recurrent_kernel.astype(np.float32)
        state = np.tanh(total + weights.bias.astype(np.float32))
        assert [text_of(value) for value in state] == [text_of(value) for value in wide]


@pytest.mark.parametrize("size", [1e-9, 1e6, 1e12])
def test_inputs_of_any_size_get_weights(size):
    """Numbers of one's own need not lie between −1 and 1."""
    trace = readable_trace(SimpleRNN(4), embed(WORDS) * size)
    assert np.abs(trace.states).max() <= 0.95


def test_what_cannot_be_told_apart_is_refused():
    """One unit has eighteen values to print besides 0: fifty steps cannot all differ."""
    with pytest.raises(NumbersError, match=r"1 unit over 50 time steps .*more units or fewer time steps"):
        readable_weights(SimpleRNN(1), embed([f"word {step}" for step in range(50)]))


def test_states_that_a_last_bit_would_print_otherwise_do_not_fit():
    """Nor those beyond the limit, nor two that print alike; what is printed beside them keeps clear too."""
    start = [0.0, 0.0]
    ends = {"fits": 0.26, "on the edge": 0.25 + 5e-6, "beyond": 0.96, "prints 0": 0.04}
    states = np.array([[start, [end, 0.04]] for end in ends.values()])
    assert fitting(states).tolist() == [True, False, False, False]
    gates = np.array([[[0.35 - 5e-6]], [[0.3]], [[0.3]], [[0.3]]])
    assert fitting(states, [gates]).tolist() == [False, False, False, False]

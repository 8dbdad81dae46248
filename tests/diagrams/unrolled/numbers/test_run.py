"""Running models and layers, compared with a loop that doesn't use the kit."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.running import run
from tests.sampling import sampled
from unrolled import GRU, LSTM, Bidirectional, Dense, SimpleRNN, embed, run_model, stack
from unrolled.arrays import Weights
from unrolled.layers.recurrent import Recurrent

ACTIVATIONS = {
    "tanh": math.tanh,
    "relu": lambda value: max(value, 0.0),
    "sigmoid": lambda value: 1 / (1 + math.exp(-value)),
    "linear": lambda value: value,
}


@st.composite
def layers_at_work(draw):
    """Generate a layer with matching weights and inputs."""
    units, steps, features = draw(st.integers(1, 6)), draw(st.integers(1, 6)), draw(st.integers(1, 5))
    layer = SimpleRNN(units, draw(st.sampled_from(sorted(ACTIVATIONS))), use_bias=draw(st.booleans()))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    weights = Weights(
        **{name: random.uniform(-1, 1, shape) for name, shape in layer.weight_shapes((1, features)).items()}
    )
    return layer, weights, random.uniform(-1, 1, (steps, features))


def states_by_hand(layer, weights, inputs, first):
    """Compute every state number by number, following the textbook formula."""
    states = [list(first)]
    for vector in inputs:
        state = []
        for unit in range(layer.units):
            total = weights.bias[unit] if layer.use_bias else 0.0
            total += sum(vector[i] * weights.kernel[i, unit] for i in range(len(vector)))
            total += sum(states[-1][i] * weights.recurrent_kernel[i, unit] for i in range(layer.units))
            state.append(ACTIVATIONS[layer.activation](total))
        states.append(state)
    return np.array(states)


@sampled(60)
@given(layers_at_work(), st.integers(0, 6))
def test_a_sequence_can_be_run_in_two_parts(at_work, cut):
    """The state is all that a layer remembers."""
    layer, weights, inputs = at_work
    cut = min(cut, len(inputs) - 1)
    whole = run(layer, weights, inputs)
    rest = run(layer, weights, inputs[cut:], initial_state=whole.states[cut])
    assert np.array_equal(rest.states, whole.states[cut:])


@pytest.mark.parametrize("name", ["kernel", "recurrent_kernel", "bias"])
def test_changing_a_weight_changes_every_later_state(name):
    """No state is hard-coded: all of them follow from the weights."""
    layer, inputs = SimpleRNN(4), np.array([[0.5, 0.4], [0.2, -0.6], [-0.7, 0.3]])
    random = np.random.default_rng(3)
    weights = Weights(**{each: random.uniform(-1, 1, shape) for each, shape in layer.weight_shapes((3, 2)).items()})
    altered_values = getattr(weights, name).copy()
    altered_values.flat[0] += 0.3
    altered = Weights(**{**weights, name: altered_values})
    before, after = run(layer, weights, inputs).states, run(layer, altered, inputs).states
    first = 2 if name == "recurrent_kernel" else 1  # it is multiplied by the zero state at the first step
    assert np.array_equal(before[:first], after[:first])
    assert all(not np.array_equal(old, new) for old, new in zip(before[first:], after[first:], strict=True))
    np.testing.assert_allclose(after, states_by_hand(layer, altered, inputs, [0.0] * 4), atol=1e-12)


def test_a_trace_is_read_only():
    """A figure prints what the layer computed."""
    trace = run(SimpleRNN(1), Weights(kernel=[[1.0]], recurrent_kernel=[[0.5]], bias=[0.0]), [[0.3]])
    for values in (trace.states, trace.inputs, trace.output):
        with pytest.raises(ValueError, match="read-only"):
            values[...] = 0


WORDS = ["I", "am", "groot"]


def at_work(*layers):
    """Run a stack on three words."""
    return run_model(stack(*layers, shape=(3, 2)), embed(WORDS))


def test_a_trace_is_found_by_the_type_of_its_layer():
    """With the attributes of that type; the second one of a type by its number."""
    trace = at_work(LSTM(3, return_sequences=True), GRU(2, return_sequences=True), LSTM(4), Dense(1))
    assert trace.trace_of(LSTM).memories.shape == (4, 3)
    assert trace.trace_of(LSTM, 2).memories.shape == (4, 4)
    assert list(trace.trace_of(GRU).gates) == ["update", "reset", "candidate"]
    assert trace.trace_of(Recurrent, 3) is trace.traces[2]
    assert np.array_equal(trace.trace_of(Dense).output, trace.output)
    both = at_work(Bidirectional(SimpleRNN(2))).trace_of(Bidirectional)
    assert both.forward.states.shape == both.backward.states.shape == (4, 2)

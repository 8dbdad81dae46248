"""Derivatives of the last state, compared with finite differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.running import run
from tests.sampling import sampled
from unrolled import GRU, LSTM, SimpleRNN, Weights
from unrolled.layers.activations import ACTIVATIONS, activation_of
from unrolled.numbers.gradients import gradients_of, strengths
from unrolled.recorded.arrays import record
from unrolled.recorded.gradients import gradients

LITTLE = 1e-6
CLOSE = 1e-6
KINDS = {
    "SimpleRNN": SimpleRNN,
    "LSTM": LSTM,
    "GRU": GRU,
    "GRU, reset before": lambda units, *options, **named: GRU(units, *options, reset_after=False, **named),
}


def differences(function, at):
    """Differentiate by central differences: (outputs, inputs)."""
    columns = []
    for place in np.ndindex(at.shape):
        ahead, behind = at.copy(), at.copy()
        ahead[place] += LITTLE
        behind[place] -= LITTLE
        columns.append((function(ahead) - function(behind)) / (2 * LITTLE))
    return np.stack(columns, axis=-1)


def slope_of(name, values):
    """Differentiate an activation by its recording: (outputs, inputs)."""
    recorded = record(values)
    return gradients(activation_of(name)(recorded), recorded)[0]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_of_every_activation_matches_finite_differences(name):
    """Away from its corners, on both sides of 0, and far out."""
    for values in (np.array([-4.3, -2.2, -0.7, -0.3]), np.array([0.2, 0.6, 1.3, 6.8]), np.array([0.31])):
        np.testing.assert_allclose(slope_of(name, values), differences(activation_of(name), values), atol=CLOSE)


def test_gelu_has_a_slope_at_zero():
    """Its formula divides by its input."""
    assert slope_of("gelu", np.zeros(1)) == pytest.approx(0.5)


@st.composite
def runs(draw, smooth=("tanh", "sigmoid", "linear", "softsign", "softmax")):
    """Generate a layer, weights, inputs, initial states and a mask."""
    units, steps, features = draw(st.integers(1, 4)), draw(st.integers(1, 6)), draw(st.integers(1, 3))
    kind = draw(st.sampled_from(sorted(KINDS)))
    gated = {} if kind == "SimpleRNN" else {"recurrent_activation": draw(st.sampled_from(["sigmoid", "tanh"]))}
    layer = KINDS[kind](
        units, draw(st.sampled_from(smooth)), draw(st.booleans()), go_backwards=draw(st.booleans()), **gated
    )
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shapes = layer.weight_shapes((steps, features))
    weights = Weights(**{name: random.uniform(-1, 1, shape) for name, shape in shapes.items()})
    mask = draw(st.none() | st.lists(st.booleans(), min_size=steps, max_size=steps))
    states = [random.uniform(-1, 1, units) for _ in layer.state_names]
    return layer, weights, random.uniform(-1, 1, (steps, features)), states, mask


@sampled(120)
@given(runs())
def test_the_gradient_of_every_input_matches_finite_differences(at_work):
    """For every layer and option, in both directions, including masked steps."""
    layer, weights, inputs, states, mask = at_work
    found = gradients_of(run(layer, weights, inputs, states, mask))
    expected = differences(lambda values: run(layer, weights, values, states, mask).states[-1], inputs)
    expected = expected.reshape(layer.units, *inputs.shape).transpose(1, 0, 2)
    np.testing.assert_allclose(found.of_inputs, expected, atol=CLOSE)


@sampled(60)
@given(runs(), st.data())
def test_the_gradient_of_every_earlier_state_matches_finite_differences(at_work, data):
    """From any turn on; the memory of an LSTM is a state, too."""
    layer, weights, inputs, states, mask = at_work
    trace = run(layer, weights, inputs, states, mask)
    turn = data.draw(st.integers(0, len(inputs)))
    rest = list(trace.order[turn:])
    begun = np.concatenate([trace.states[turn], *([] if trace.memories is None else [trace.memories[turn]])])

    def last(values):
        now = tuple(np.split(values, len(layer.state_names)))
        for step in rest:
            if mask is None or mask[step]:
                now, _ = layer.step(weights, inputs[step], now)
        return now[0]

    np.testing.assert_allclose(gradients_of(trace).of_states[turn], differences(last, begun), atol=CLOSE)


def test_a_masked_step_has_no_influence():
    """And passes the gradient on."""
    layer = LSTM(2)
    draw = np.random.default_rng(1).uniform
    weights = Weights(**{name: draw(-1, 1, shape) for name, shape in layer.weight_shapes((3, 2)).items()})
    found = gradients_of(run(layer, weights, draw(-1, 1, (3, 2)), mask=[True, False, True]))
    assert found.input_strengths[1] == 0
    assert np.array_equal(found.of_states[1], found.of_states[2])
    assert (found.input_strengths[[0, 2]] > 0).all()


def test_a_strength_is_the_largest_stretch_of_a_small_change():
    """No direction is stretched more, and one is stretched as much."""
    matrix = np.random.default_rng(3).uniform(-1, 1, (1, 4, 3))
    (strength,) = strengths(matrix)
    ways = np.random.default_rng(4).normal(size=(4000, 3))
    lengths = np.linalg.norm(ways @ matrix[0].T, axis=1) / np.linalg.norm(ways, axis=1)
    assert lengths.max() <= strength + 1e-12
    assert lengths.max() == pytest.approx(strength, rel=0.02)


def test_a_simple_rnn_with_one_unit_forgets_by_the_product_of_its_slopes():
    """The textbook formula, computed by hand."""
    layer, weights = SimpleRNN(1), Weights(kernel=[[0.5]], recurrent_kernel=[[0.9]], bias=[0.1])
    trace = run(layer, weights, [[1.0], [2.0], [-1.0]])
    slopes = 1 - trace.states[1:, 0] ** 2
    expected = [0.5 * slopes[0] * 0.9 * slopes[1] * 0.9 * slopes[2], 0.5 * slopes[1] * 0.9 * slopes[2], 0.5 * slopes[2]]
    np.testing.assert_allclose(gradients_of(trace).of_inputs[:, 0, 0], expected, atol=1e-15)

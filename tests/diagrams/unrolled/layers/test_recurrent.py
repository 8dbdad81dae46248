"""Recurrent layers: LSTM and GRU compared with loops that don't use the kit, masks, and weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.against_keras import by_hand
from tests.diagrams.running import run
from tests.sampling import sampled
from unrolled import GRU, LSTM, Bidirectional, Masking, Weights


def test_weights_are_read_only_copies():
    """A trace would be wrong if its weights changed."""
    kernel = np.ones((2, 4))
    weights = Weights(kernel=kernel, recurrent_kernel=np.ones((4, 4)), bias=None)
    kernel[0, 0] = 7
    assert weights.kernel[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        weights.kernel[0, 0] = 7
    with pytest.raises(TypeError):
        weights["kernel"] = kernel
    assert list(weights) == ["kernel", "recurrent_kernel"]
    with pytest.raises(AttributeError, match="no weight 'bias'; the weights are kernel, recurrent_kernel"):
        weights.bias  # noqa: B018 - looking it up is the test


@st.composite
def layers_at_work(draw, kind):
    """Generate a layer with matching weights, inputs and states."""
    units, steps, features = draw(st.integers(1, 5)), draw(st.integers(1, 5)), draw(st.integers(1, 4))
    options = {} if kind is LSTM else {"reset_after": draw(st.booleans())}
    layer = kind(
        units,
        draw(st.sampled_from(sorted(by_hand.ACTIVATIONS))),
        draw(st.booleans()),
        recurrent_activation=draw(st.sampled_from(["sigmoid", "hard_sigmoid", "tanh"])),
        go_backwards=draw(st.booleans()),
        **options,
    )
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shapes = layer.weight_shapes((steps, features))
    weights = Weights(**{name: random.uniform(-1, 1, shape) / 2 for name, shape in shapes.items()})
    states = [random.uniform(-1, 1, units) for _ in layer.state_names]
    return layer, weights, random.uniform(-1, 1, (steps, features)), states


@sampled(60)
@given(layers_at_work(LSTM))
def test_an_lstm_computes_gates_and_states_as_in_the_textbook(at_work):
    """Both states and all four gates at every turn, in reading order."""
    layer, weights, inputs, (h, c) = at_work
    trace = run(layer, weights, inputs, initial_state=[h, c])
    assert trace.order == (tuple(range(len(inputs)))[::-1] if layer.go_backwards else tuple(range(len(inputs))))
    for turn, step in enumerate(trace.order):
        h, c, gates = by_hand.lstm(layer, list(weights.values()), inputs[step], h, c)
        np.testing.assert_allclose(trace.states[turn + 1], h, atol=1e-12)
        np.testing.assert_allclose(trace.memories[turn + 1], c, atol=1e-12)
        for name, values in gates.items():
            np.testing.assert_allclose(trace.gates[name][turn], values, atol=1e-12)
    assert list(trace.gates) == ["input", "forget", "candidate", "output"]
    assert np.array_equal(trace.final, [trace.states[-1], trace.memories[-1]])


@sampled(60)
@given(layers_at_work(GRU))
def test_a_gru_computes_gates_and_states_as_in_the_textbook(at_work):
    """With the reset gate on either side of the recurrent kernel."""
    layer, weights, inputs, (h,) = at_work
    trace = run(layer, weights, inputs, initial_state=h)
    for turn, step in enumerate(trace.order):
        h, gates = by_hand.gru(layer, list(weights.values()), inputs[step], h)
        np.testing.assert_allclose(trace.states[turn + 1], h, atol=1e-12)
        for name, values in gates.items():
            np.testing.assert_allclose(trace.gates[name][turn], values, atol=1e-12)
    assert trace.memories is None
    assert list(trace.gates) == ["update", "reset", "candidate"]


@sampled(60)
@given(st.sampled_from([GRU, LSTM]).flatmap(layers_at_work), st.data())
def test_a_skipped_step_has_no_effect(at_work, data):
    """Its turn keeps the states and has no gates."""
    layer, weights, inputs, states = at_work
    mask = data.draw(st.lists(st.booleans(), min_size=len(inputs), max_size=len(inputs)).filter(any))
    trace = run(layer, weights, inputs, initial_state=states, mask=mask)
    without = run(layer, weights, inputs[np.array(mask)], initial_state=states)
    assert np.array_equal(trace.final, without.final)
    for turn, step in enumerate(trace.order):
        if not mask[step]:
            assert np.array_equal(trace.states[turn], trace.states[turn + 1])
            assert all(np.isnan(values[turn]).all() for values in trace.gates.values())


@sampled(40)
@given(layers_at_work(GRU))
def test_both_directions_are_the_layer_and_its_reverse(at_work):
    """Merged by input step."""
    layer, weights, inputs, _ = at_work
    if layer.go_backwards:
        return
    both = Bidirectional(GRU(**{**vars(layer), "return_sequences": True}), "sum")
    doubled = {f"{way}_{name}": values for way in ("forward", "backward") for name, values in weights.items()}
    trace = run(both, Weights(**doubled), inputs)
    there, back = run(layer, weights, inputs).outputs, run(layer, weights, inputs[::-1]).outputs[::-1]
    np.testing.assert_allclose(trace.output, there + back, atol=1e-12)


def test_masking_compares_in_float32():
    """As in Keras: a float64 number very close to 0.1 is the same number in float32."""
    trace = run(Masking(0.1), Weights(), [[float(np.float32(0.1))] * 2, [0.1, 0.1], [0.1, 0.2]])
    assert trace.mask_after.tolist() == [False, False, True]

"""Inside a layer beside the real Keras: what a cell prints, and how the last state follows each input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.against_keras.live import Largest, both, calm
from tests.against_keras.test_random_layers import numbers, recurrent
from unrolled import cell, weights_of
from unrolled.i18n import MINUS
from unrolled.numbers.gradients import gradients_of

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

HALF_A_DIGIT = 0.005
CLOSE = 1e-5
FLOAT32 = 2e-4
"""How near products of many float32 derivatives come to ours."""


def printed(picture, name):
    """Read a vector of a picture; a part of a longer one is left out."""
    (vector,) = [shape for shape in picture.shapes if shape.name == name]
    return [float(text.replace(MINUS, "-")) for text in vector.cells]


@calm
@given(st.data())
def test_a_cell_prints_keras_s_states_at_every_step(data):
    """Every kind, option, direction and mask: a sequence that ends there, run by Keras."""
    kind, _, call = data.draw(recurrent(sequences=False))
    call = call.replace("return_sequences", "return_state=True, return_sequences")
    steps, features = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    masking = data.draw(st.sampled_from(["", "Masking(), "]))
    code = f"m = Sequential([Input(({steps}, {features})), {masking}{call}])"
    inputs = data.draw(numbers(steps, features))
    trace, real = both(code, [inputs], data.draw(st.integers(0, 999)), Largest())
    picture = cell(trace.model, [f"w{step}" for step in range(steps)], inputs, weights_of(trace.model, real))
    _, *states = (np.asarray(each)[0] for each in real(inputs[None].astype(np.float32)))
    for name, values in zip(["state-after", "memory-after"], states, strict=False):
        np.testing.assert_allclose(printed(picture, name), values, atol=HALF_A_DIGIT + CLOSE, err_msg=code)
    assert len(states) == (2 if kind == "LSTM" else 1)


@calm
@given(st.data())
def test_the_last_state_follows_each_input_as_keras_s_backend_differentiates_it(data):
    """By JAX, through the real layer."""
    jax = pytest.importorskip("jax", reason="differentiated only where JAX is installed")
    _, _, call = data.draw(recurrent(sequences=False))
    steps, features = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 4))
    code = f"m = Sequential([Input(({steps}, {features})), {call}])"
    inputs = np.random.default_rng(data.draw(st.integers(0, 2**32))).uniform(-1, 1, (steps, features))
    trace, real = both(code, [inputs], data.draw(st.integers(0, 999)), Largest())
    theirs = jax.jacrev(lambda values: real.layers[-1](values[None])[0])(inputs.astype(np.float32))
    ours = gradients_of(trace.traces[-1]).of_inputs
    np.testing.assert_allclose(ours, np.moveaxis(np.asarray(theirs), 0, 1), atol=FLOAT32, rtol=1e-3, err_msg=code)

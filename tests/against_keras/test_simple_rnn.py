"""The layer of the guide beside the real one, in wide sizes, and down to the printed digit."""

import numpy as np
import pytest

from tests.against_keras.live import Largest, answers, both, real_model
from tests.tables import table
from unrolled import embed, read_keras, run_model
from unrolled.i18n import text_of

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

WORDS = ["I", "am", "groot"]


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
@pytest.mark.parametrize(("units", "steps", "features"), [(1, 1, 1), (16, 20, 5), (128, 50, 50)])
def test_every_state_is_the_one_of_keras(units, steps, features, activation):
    """In sizes that no figure shows whole."""
    code = f"m = Sequential([Input(({steps}, {features})), SimpleRNN({units}, '{activation}', return_sequences=True)])"
    both(code, [np.random.default_rng(units).uniform(-1, 1, (steps, features))], units, Largest())


@pytest.mark.parametrize("layer", ["SimpleRNN", "GRU", "LSTM"])
@pytest.mark.parametrize("units", [2, 3, 4, 5, 6])
def test_the_guide_prints_the_very_digits_of_keras(units, layer):
    """What stands in the figure is what a reader gets who types the code in."""
    code = f"m = Sequential([Input((3, 2)), {layer}({units}, return_sequences=True)])"
    trace, real = run_model(read_keras(code), embed(WORDS)), real_model(code)
    real.set_weights(list(trace.weights[0].values()))
    (theirs,) = answers(real, [embed(WORDS)])
    assert [[text_of(value) for value in state] for state in trace.output] == [
        [text_of(float(value)) for value in state] for state in theirs
    ]


CODE = [
    "m = keras.Sequential()\nm.add(keras.layers.SimpleRNN(4, input_shape=(3, 2)))",
    "m = keras.Sequential([keras.Input((3, 2)), keras.layers.SimpleRNN(5, 'relu', False)])",
    "m = keras.Sequential([keras.layers.InputLayer(shape=(7, 1)), keras.layers.SimpleRNN(units=2, name='h')])",
]


@pytest.mark.parametrize("code", CODE)
def test_code_means_to_the_kit_what_it_means_to_keras(code):
    """The code is run here, by Keras, and only read by the kit."""
    real, ours = real_model(code), read_keras(code)
    assert real.input_shape == (None, ours.time_steps, ours.features)
    config = real.layers[-1].get_config()
    assert (config["units"], config["activation"]) == (ours.layer.units, ours.layer.activation)
    assert config["use_bias"] == ours.layer.use_bias


@table(__file__, "What the kit says that Keras says is what it says")
def test_what_the_kit_says_that_keras_says_is_what_it_says(code, quoted):
    """A reader who runs the code meets those words."""
    with pytest.raises((ValueError, TypeError), match=quoted.replace("(", r"\(")):
        real_model(code)
    with pytest.raises(ValueError, match=quoted) as caught:
        read_keras(code)
    assert "Keras" in str(caught.value)

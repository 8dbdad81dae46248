"""The kit's SimpleRNN beside the real one."""

import inspect

import numpy as np
import pytest

from unrolled import SimpleRNN, embed, read_keras, readable_weights
from unrolled.layers.simple_rnn import Weights
from unrolled.numbers import text_of
from unrolled.run import run

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends
keras = pytest.importorskip("keras", reason="compared only where Keras is installed", exc_type=ImportError)

WORDS = ["I", "am", "groot"]
CLOSE = 2e-6  # Keras computes in 32 bits; measured: 4e-7


def states_of_keras(layer, weights, inputs, initial_state=None):
    """Run the real layer with our weights, and let it answer after every step."""
    real = keras.layers.SimpleRNN(
        layer.units, activation=layer.activation, use_bias=layer.use_bias, return_sequences=True
    )
    real.build((1, *inputs.shape))
    real.set_weights([values for values in vars(weights).values() if values is not None])
    first = None if initial_state is None else keras.ops.convert_to_tensor(initial_state[None], dtype="float32")
    return keras.ops.convert_to_numpy(real(inputs[None].astype("float32"), initial_state=first))[0]


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
@pytest.mark.parametrize(("units", "steps", "features"), [(1, 1, 1), (4, 3, 2), (16, 20, 5), (128, 50, 50)])
def test_every_state_is_the_one_of_keras(units, steps, features, activation, use_bias):
    """For every activation, with and without a bias, from a state of zeros and from another one."""
    layer = SimpleRNN(units, activation, use_bias)
    random = np.random.default_rng(units)
    scale = 1 / np.sqrt(units + features)
    shapes = layer.weight_shapes(features)
    weights = Weights(**{name: random.normal(0, scale, shape) for name, shape in shapes.items()})
    inputs, first = random.uniform(-1, 1, (steps, features)), random.uniform(-1, 1, units)
    for state in (None, first):
        ours = run(layer, weights, inputs, state).states[1:]
        np.testing.assert_allclose(ours, states_of_keras(layer, weights, inputs, state), atol=CLOSE, rtol=CLOSE)


@pytest.mark.parametrize("units", [2, 3, 4, 5, 6, 128])
def test_the_guide_prints_the_very_digits_of_keras(units):
    """What stands in the figure is what a reader gets who types the code in."""
    layer, inputs = SimpleRNN(units), embed(WORDS)
    weights = readable_weights(layer, inputs)
    ours, theirs = run(layer, weights, inputs).states[1:], states_of_keras(layer, weights, inputs)
    assert [[text_of(value) for value in state] for state in ours] == [
        [text_of(value) for value in state] for state in theirs
    ]


@pytest.mark.parametrize("use_bias", [True, False])
def test_the_weights_are_those_of_keras_in_shape_and_number(use_bias):
    """In the order of `get_weights()`, so that they can be carried over either way."""
    real = keras.layers.SimpleRNN(4, use_bias=use_bias)
    real.build((1, 3, 2))
    layer = SimpleRNN(4, use_bias=use_bias)
    assert [values.shape for values in real.get_weights()] == list(layer.weight_shapes(2).values())
    assert real.count_params() == layer.parameter_count(2)


def test_the_arguments_are_those_of_keras_in_order_and_default():
    """An argument without a name is read by its place."""
    real = inspect.signature(keras.layers.SimpleRNN.__init__).parameters
    theirs = {name: each.default for name, each in real.items() if name not in ("self", "kwargs")}
    theirs["units"] = ...  # has no default
    assert list(theirs.items()) == list(SimpleRNN.keras_defaults.items())


CODE = [
    "model = keras.Sequential()\nmodel.add(keras.layers.SimpleRNN(4, input_shape=(3, 2)))",
    "model = keras.Sequential([keras.Input((3, 2)), keras.layers.SimpleRNN(5, 'relu', False)])",
    "model = keras.Sequential([keras.layers.InputLayer(shape=(7, 1)), keras.layers.SimpleRNN(units=2, name='h')])",
]


@pytest.mark.parametrize("code", CODE)
def test_code_means_to_the_kit_what_it_means_to_keras(code):
    """The code is run here, by Keras, and only read by the kit."""
    names = {"keras": keras}
    exec(code, names)
    real, ours = names["model"], read_keras(code)
    assert real.input_shape == (None, ours.time_steps, ours.features)
    assert real.count_params() == ours.layer.parameter_count(ours.features)
    config = real.layers[-1].get_config()
    assert (config["units"], config["activation"]) == (ours.layer.units, ours.layer.activation)
    assert config["use_bias"] == ours.layer.use_bias

"""Live models of Keras, read as such: the same model as from its code, with the weights that it has."""

import numpy as np
import pytest

from tests.against_keras.live import CLOSE, answers, fill, keras, real_model
from unrolled import NumbersError, read_keras, run_model

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

MODELS = {
    "a stack": "m = Sequential([Input((3, 2)), LSTM(4, return_sequences=True), GRU(3), Dense(1, 'sigmoid')])",
    "words": "m = Sequential([Input((3,)), Embedding(10, 2, mask_zero=True), LSTM(4)])",
    "open time steps": "m = Sequential([Input((None, 2)), GRU(4)])",
    "both ways": "m = Sequential([Input((3, 2)), Bidirectional(LSTM(4, return_sequences=True)), GlobalMaxPooling1D()])",
    "both ways, each its own": "m = Sequential([Input((3, 2)), Bidirectional(GRU(4), backward_layer=LSTM(4, "
    "go_backwards=True))])",
    "functional": "x = Input((3, 2))\ny = Dense(1)(SimpleRNN(4, 'relu', use_bias=False)(x))\nm = Model(x, y)",
    "an encoder and a decoder": "a, b = Input((3, 2)), Input((5, 2))\n_, h, c = LSTM(4, return_state=True)(a)\n"
    "y = LSTM(4, return_sequences=True)(b, initial_state=[h, c])\nm = Model([a, b], Dense(2)(y))",
    "merged": "x = Input((3, 2))\na, b = LSTM(4)(x), GRU(4)(x)\n"
    "m = Model(x, layers.concatenate([layers.Add()([a, b]), layers.Multiply()([a, b])]))",
    "added": "x = Input((3, 4))\ny = x + layers.MultiHeadAttention(2, 2)(x, x)\n"
    "m = Model(x, y + Dense(4)(y * Dense(4)(y)) - x)",
    "shared": "a, b = Input((3, 2)), Input((5, 2))\nlstm = LSTM(4)\n"
    "m = Model([a, b], layers.Average()([lstm(a), lstm(b)]))",
    "a stack within a stack": "inner = Sequential([Input((3, 2)), LSTM(4, return_sequences=True), Dense(3)])\n"
    "m = Sequential([Input((3, 2)), inner, GRU(2)])",
    "a model within a model": "i = Input((3, 2))\ninner = Model(i, Dense(3)(LSTM(4, return_sequences=True)(i)))\n"
    "x = Input((3, 2))\nm = Model(x, GRU(2)(inner(x)))",
    "a convolution": "m = Sequential([Input((6, 2)), Conv1D(3, 2, padding='causal'), MaxPooling1D(2), Flatten(), "
    "LayerNormalization()])",
    "masks that meet": "a, b = Input((5,)), Input((5,))\nx, y = Embedding(9, 4, mask_zero=True)(a), Embedding(9, 4, "
    "mask_zero=True)(b)\nz = layers.MultiHeadAttention(2, 2)(x, x, use_causal_mask=True)\n"
    "z = layers.Add()([layers.Add()([z, x]), y])\nz = layers.Concatenate()([layers.Attention()([z, y]), x])\n"
    "m = Model([a, b], GRU(3)(z))",
    "masks and states": "a, b = Input((3, 2)), Input((5, 2))\nx, y = layers.Masking()(a), layers.Masking()(b)\n"
    "_, h, c = LSTM(4, return_state=True)(x)\nm = Model([a, b], LSTM(4)(y, initial_state=[h, c]))",
    "a mask that isn't handed on": "a = Input((5,))\nx = Embedding(9, 4, mask_zero=True)(a)\n"
    "m = Model(a, LSTM(4)(x + layers.MultiHeadAttention(2, 2)(x, x), training=False))",
    "normalized": "m = Sequential([Input((6, 2)), BatchNormalization(), Dense(3)])",
}


@pytest.mark.parametrize("code", MODELS.values(), ids=MODELS)
def test_a_live_model_is_read_with_its_weights(code):
    """It answers what Keras answers, without being told any weights, also once it was saved and loaded."""
    random = np.random.default_rng(len(code))
    made = real_model(code)
    if "BatchNormalization" not in code:  # a variance below nought has no root
        fill(made, random)
    loaded = type(made).from_config(made.get_config())
    loaded.set_weights(made.get_weights())
    for real in (made, loaded):
        check(real, random)


def check(real, random):
    """Check that a live model and what is read of it give the same answers."""
    model = read_keras(real)
    assert model.parameter_count == real.count_params()
    assert model.weights is not None
    inputs = [
        np.array([1.0, 0.0, 4.0, 0.0, 0.0][: each.shape[1]])
        if len(each.shape) == 2
        else random.uniform(-1, 1, (each.shape[1] or 4, each.shape[2]))
        for each in real.inputs
    ]
    sized = model if all(None not in entry.shape for entry in model.entries) else model.sized(4)
    trace = run_model(sized, *inputs)
    for ours, theirs in zip(trace.outputs, answers(real, inputs), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=CLOSE)


@pytest.mark.parametrize("code", MODELS.values(), ids=MODELS)
def test_a_live_model_is_the_one_that_its_code_builds(code):
    """Layer by layer, with the same wires."""
    live, read = read_keras(real_model(code)), read_keras(code)
    assert [type(each) for each in live.layers] == [type(each) for each in read.layers]
    assert [(each.place, each.inputs, each.states) for each in live.nodes] == [
        (each.place, each.inputs, each.states) for each in read.nodes
    ]
    assert (live.outputs, live.output_shapes) == (read.outputs, read.output_shapes)


def test_a_model_that_was_never_built_has_no_weights_yet():
    """Its layers are read all the same, once it says what goes in."""
    real = keras.Sequential([keras.layers.LSTM(4)])
    real.build((None, 3, 2))
    assert read_keras(real).weights is not None


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        ("layers.LSTM(4, dtype='mixed_float16')", "mixed_float16"),
        ("layers.Dense(4, activation=layers.LeakyReLU())", "activation of Dense"),
        ("layers.Lambda(lambda x: x)", "`Lambda` isn't supported yet"),
    ],
)
def test_a_live_model_that_no_code_could_say_is_an_error(layer, says):
    """Nothing is left out without a word."""
    with pytest.raises(NumbersError, match=says):
        read_keras(real_model(f"m = Sequential([Input((3, 2)), {layer}])"))


def test_a_mask_that_the_author_computes_is_an_error():
    """Only those that Keras hands on by itself are left out, because the kit hands them on, too."""
    code = (
        "a = Input((5,))\nx = Embedding(9, 4, mask_zero=True)(a)\nm = Model(a, GRU(3)(x, mask=keras.ops.equal(a, 0)))"
    )
    with pytest.raises(NumbersError, match="`Equal` isn't supported yet"):
        read_keras(real_model(code))

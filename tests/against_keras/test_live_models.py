"""Live models of Keras, read as such: the same model as from its code, with the weights that it has."""

import numpy as np
import pytest

from tests.against_keras.live import CLOSE, answers, fill, keras, real_model
from tests.tables import blocks
from unrolled import NumbersError, read_keras, run_model

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

MODELS = blocks(__file__)


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
    words, shapes = [1.0, 0.0, 4.0, 0.0, 0.0], [each.shape[1:] for each in real.inputs]
    inputs = [random.uniform(-1, 1, (it[0] or 4, it[1])) if it[1:] else np.array(words[: it[0]]) for it in shapes]
    sized = model if all(None not in entry.shape for entry in model.entries) else model.sized(4)
    trace = run_model(sized, *inputs)
    for ours, theirs in zip(trace.outputs, answers(real, inputs), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=CLOSE)


@pytest.mark.parametrize("code", MODELS.values(), ids=MODELS)
def test_a_live_model_is_the_one_that_its_code_builds(code):
    """Layer by layer, with the same wires."""
    live, read = read_keras(real_model(code)), read_keras(code)
    assert [type(each) for each in live.layers] == [type(each) for each in read.layers]
    wires = [[(each.place, each.inputs, each.states) for each in model.nodes] for model in (live, read)]
    assert wires[0] == wires[1]
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

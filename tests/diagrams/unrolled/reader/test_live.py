"""Live models, read from their configurations as Keras writes them, but without Keras."""

import pytest

from unrolled import GRU, LSTM, Bidirectional, Dense, Initializer, NumbersError, read_keras
from unrolled.model import Tensor

INPUT = {"class_name": "InputLayer", "config": {"batch_shape": (None, 3, 2), "name": "words"}}
FLOAT32 = {"class_name": "DTypePolicy", "config": {"name": "float32"}}


def lstm(**options):
    """Return an LSTM's configuration, in which Keras lists every option."""
    filled = {
        "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
        "recurrent_initializer": {"class_name": "Orthogonal", "config": {"seed": None, "gain": 1.0}},
        "bias_initializer": {"class_name": "Zeros", "config": {}},
    }
    own = {
        "name": "lstm",
        "units": 4,
        "activation": "tanh",
        "return_sequences": False,
        "dropout": 0.5,
        "dtype": FLOAT32,
    }
    return {"class_name": "LSTM", "config": {**own, **filled, **options}}


class Sequential:
    def __init__(self, *layers):
        self.configurations = layers

    def get_config(self):
        return {"name": "m", "layers": [INPUT, *self.configurations]}


def flowing(name, output=0):
    """Return the representation of a layer's output tensor."""
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, output]}}


def test_a_stack_is_read_from_its_configuration():
    """Only what differs from Keras's defaults is written."""
    normal = {"class_name": "RandomNormal", "config": {"seed": 3, "mean": 0.0, "stddev": 0.1}}
    dense = {
        "class_name": "Dense",
        "config": {"name": "d", "units": 1, "activation": "linear", "bias_initializer": normal},
    }
    real = Sequential(lstm(return_sequences=True), dense)
    model = read_keras(real)
    assert "= LSTM(units=4, return_sequences=True)\n" in model.code
    kept = Initializer("random_normal", {"mean": 0.0, "stddev": 0.1})
    assert model.layers == (LSTM(4, return_sequences=True), Dense(1, bias_initializer=kept))
    assert model.entries[0].shape == (3, 2)


def test_both_directions_are_written_once_if_they_are_the_same():
    """Keras stores the backward layer even if nobody specified it."""
    backward = lstm(go_backwards=True, name="backward_lstm")
    other = {"class_name": "GRU", "config": {"name": "gru", "units": 4, "go_backwards": True}}
    for back, layer in (
        (backward, Bidirectional(LSTM(4))),
        (other, Bidirectional(LSTM(4), backward_layer=GRU(4, go_backwards=True))),
    ):
        config = {"name": "both", "merge_mode": "concat", "layer": lstm(), "backward_layer": back}
        assert read_keras(Sequential({"class_name": "Bidirectional", "config": config})).layers == (layer,)


def test_a_functional_model_is_read_with_all_its_tensors():
    """An encoder's states, a decoder, two inputs."""
    other = {**INPUT, "config": {"batch_shape": (None, 5, 2), "name": "more"}}
    layers = [
        {**INPUT, "name": "words", "inbound_nodes": []},
        {
            **lstm(return_state=True),
            "name": "encoder",
            "inbound_nodes": [{"args": (flowing("words"),), "kwargs": {"mask": None}}],
        },
        {**other, "name": "more", "inbound_nodes": []},
        {
            **lstm(return_sequences=True),
            "name": "decoder",
            "inbound_nodes": [
                {
                    "args": (flowing("more"),),
                    "kwargs": {"initial_state": [flowing("encoder", 1), flowing("encoder", 2)]},
                }
            ],
        },
    ]

    class Functional:
        def get_config(self):
            ends = {"input_layers": [["words", 0, 0], ["more", 0, 0]], "output_layers": ["decoder", 0, 0]}
            return {"layers": layers, **ends}

    model = read_keras(Functional())
    assert [node.states for node in model.nodes] == [None, (Tensor(0, 1), Tensor(0, 2))]
    assert model.output_shapes == ((5, 4),)


@pytest.mark.parametrize(
    ("real", "says"),
    [
        (3, "from the text of its code or from a keras.Model, not from int"),
        (Sequential({"class_name": "Quux", "config": {"name": "q"}}), "`Quux` isn't supported yet"),
        (
            Sequential(lstm(dtype={"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}})),
            "lstm computes in mixed_float16",
        ),
        (Sequential(lstm(activation={"class_name": "LeakyReLU", "config": {}})), "activation of LSTM is LeakyReLU"),
    ],
)
def test_what_code_cannot_express_raises_an_error(real, says):
    """Nothing is silently left out."""
    with pytest.raises(NumbersError, match=says):
        read_keras(real)

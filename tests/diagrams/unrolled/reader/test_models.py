"""Models with several layers, read from code in every style."""

import re

import numpy as np
import pytest

from tests.diagrams.unrolled.reader.listed import CASES
from unrolled import (
    GRU,
    LSTM,
    Bidirectional,
    CodeError,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Initializer,
    Masking,
    NumbersError,
    RepeatVector,
    SimpleRNN,
    TimeDistributed,
    read_keras,
    run_model,
    weights_from,
)
from unrolled.model import Tensor
from unrolled.reader import read_array

STACKED = {
    "a list": "m = Sequential([Input((3, 2)), LSTM(4, return_sequences=True), Dense(1)])",
    "an older input": "m = Sequential([keras.layers.InputLayer(input_shape=(3, 2)), LSTM(4, return_sequences=True)])\n"
    "m.add(Dense(1))",
    "an older input with its batch": "m = Sequential([keras.layers.InputLayer(batch_input_shape=(None, 3, 2))])\n"
    "m.add(LSTM(4, return_sequences=True))\nm.add(Dense(1))",
    "a list by name": "below = [Input((3, 2)), LSTM(4, return_sequences=True), Dense(1)]\nm = Sequential(below)",
    "layers=": "m = keras.Sequential(layers=[Input((3, 2)), LSTM(4, return_sequences=True), Dense(1)], name='m')",
    "add": "m = Sequential()\nm.add(LSTM(4, return_sequences=True, input_shape=(3, 2)))\nm.add(Dense(1))",
    "a list and add": "m = Sequential([keras.Input((3, 2))])\nm.add(LSTM(4, return_sequences=True))\nm.add(Dense(1))",
    "several statements": "sequences = True\nlstm = LSTM(4, return_sequences=sequences)\nm = Sequential()\n"
    "m.add(Input(batch_shape=(None, 3, 2)))\nm.add(lstm)\nm.add(Dense(units=1))",
    "at work": "x = Input((3, 2))\nx = LSTM(4, return_sequences=True)(x)\nx = Dense(1)(x)",
    "at work, with a model": "x = Input((3, 2))\nh = LSTM(4, return_sequences=True)(x)\ny = Dense(1)(h)\n"
    "m = keras.Model(inputs=x, outputs=y)",
    "nested": "x = Input((3, 2))\nm = Model(x, Dense(1)(LSTM(4, return_sequences=True)(x)))",
    "named as layers": "from keras.layers import LSTM as L\nx = Input((3, 2))\nlstm = L(4, return_sequences=True)\n"
    "dense = Dense(1)\nm = Model([x], [dense(lstm(x))])",
    "in a function": "def build():\n  m = Sequential()\n  m.add(Input((3, 2)))\n"
    "  m.add(LSTM(4, return_sequences=True))\n  m.add(Dense(1))\n  return m",
}


@pytest.mark.parametrize("code", STACKED.values(), ids=STACKED)
def test_a_stack_is_read_however_it_is_written(code):
    """The same two layers, in many ways."""
    model = read_keras(code)
    assert model.layers == (LSTM(4, return_sequences=True), Dense(1))
    assert [(node.given, node.shape, node.returned) for node in model.nodes] == [
        (Tensor(None), (3, 2), ((3, 4),)),
        (Tensor(0), (3, 4), ((3, 1),)),
    ]
    assert model.outputs == (Tensor(1),)
    assert model.parameter_count == 4 * (2 + 4 + 1) * 4 + 5


LAYERS = {
    "GRU(4, reset_after=False)": GRU(4, reset_after=False),
    "GRU(4, 'relu', 'hard_sigmoid', False)": GRU(4, "relu", False, recurrent_activation="hard_sigmoid"),
    "LSTM(4, unit_forget_bias=False)": LSTM(4, unit_forget_bias=False),
    "LSTM(4, activation=None, recurrent_activation=None)": LSTM(4, "linear", recurrent_activation="linear"),
    "LSTM(4, activation=keras.activations.relu)": LSTM(4, "relu"),
    "LSTM(4, activation=tf.nn.tanh, recurrent_activation=activations.sigmoid)": LSTM(4),
    "LSTM(4, kernel_initializer='ones')": LSTM(4, kernel_initializer="ones"),
    "LSTM(4, kernel_initializer='glorot_uniform', bias_initializer=Zeros())": LSTM(4),
    "LSTM(4, kernel_initializer=keras.initializers.RandomNormal(0, stddev=0.1, seed=3))": LSTM(
        4, kernel_initializer=Initializer("random_normal", {"mean": 0, "stddev": 0.1})
    ),
    "LSTM(4, recurrent_initializer=initializers.Orthogonal(2.0))": LSTM(
        4, recurrent_initializer=Initializer("orthogonal", {"gain": 2.0})
    ),
    "SimpleRNN(4, go_backwards=True, unroll=True, zero_output_for_mask=True)": SimpleRNN(
        4, go_backwards=True, unroll=True, zero_output_for_mask=True
    ),
    "SimpleRNN(4, dropout=0.5, recurrent_dropout=0.2, seed=1, trainable=False, use_bias=False)": SimpleRNN(
        4, use_bias=False
    ),
    "LSTM(4, use_cudnn=False, implementation=1, kernel_constraint=max_norm(2), dtype=None)": LSTM(4),
    "Bidirectional(LSTM(4), merge_mode='sum', name='both')": Bidirectional(LSTM(4), "sum", name="both"),
    "Bidirectional(GRU(4), backward_layer=LSTM(3, go_backwards=True))": Bidirectional(
        GRU(4), backward_layer=LSTM(3, go_backwards=True)
    ),
    "Bidirectional(layer=keras.layers.GRU(4), backward_layer=None)": Bidirectional(GRU(4)),
    "TimeDistributed(Dense(3, activation='softmax'))": TimeDistributed(Dense(3, "softmax")),
    "Masking()": Masking(),
    "Masking(mask_value=-1.)": Masking(-1.0),
    "Dropout(0.3)": Dropout(0.3),
    "Flatten()": Flatten(),
}


@pytest.mark.parametrize("text", LAYERS)
def test_each_layer_is_read_with_its_options(text):
    """By position, by name, as objects; training options don't change any layer."""
    model = read_keras(f"m = Sequential([Input((3, 2)), {text}])")
    assert model.layers == (LAYERS[text],)


def test_an_embedding_reads_words_and_has_a_vocabulary_size():
    """Its input has one number per step."""
    for code in (
        "m = Sequential([Input((3,)), Embedding(10, 2, mask_zero=True), LSTM(4)])",
        "m = Sequential([Embedding(10, 2, mask_zero=True, input_length=3), LSTM(4)])",
        "m = Sequential([Embedding(10, 2, mask_zero=True, input_shape=(3,)), LSTM(4)])",
    ):
        model = read_keras(code)
        assert model.layers == (Embedding(10, 2, mask_zero=True), LSTM(4))
        assert (model.time_steps, model.features) == (3, 2)
        steps = model.argument("time_steps")
        assert steps is not None
        assert (steps.value, code[steps.column]) == (3, "3")
        words = model.argument("input_dim")
        assert words is not None
        assert (words.value, code[words.column :][:2]) == (10, "10")


def test_the_numbers_of_a_wrapped_layer_know_their_positions():
    """In the block, and in the text of the call that wraps it."""
    code = "m = Sequential([\n  Input((3, 2)),\n  Bidirectional(keras.layers.LSTM(4)),\n])"
    model = read_keras(code)
    units = model.argument("units")
    assert units is not None
    assert code.split("\n")[units.lineno - 1][units.column] == "4"
    assert model.calls[0].text == "Bidirectional(keras.layers.LSTM(4))"
    assert model.calls[0].text[units.start : units.end] == "4"


def test_a_layer_created_before_it_is_wrapped_has_its_own_call():
    """With its numbers."""
    model = read_keras("lstm = LSTM(4)\nm = Sequential([Input((3, 2)), Bidirectional(lstm)])")
    assert [call.text for call in model.calls] == ["Bidirectional(lstm)", "LSTM(4)", "Input((3, 2))"]


TRANSLATOR = """
encoder_inputs = Input(shape=(3, 2))
encoder = LSTM(4, return_state=True)
{unpacked}
decoder_inputs = Input(shape=(5, 6))
decoder_lstm = LSTM(4, return_sequences=True, return_state=True)
decoder_outputs, _, _ = decoder_lstm(decoder_inputs, initial_state={states})
decoder_dense = Dense(7, activation="softmax")
decoder_outputs = decoder_dense(decoder_outputs)
model = Model([encoder_inputs, decoder_inputs], decoder_outputs)
"""


@pytest.mark.parametrize(
    ("unpacked", "states"),
    [
        ("_, h, c = encoder(encoder_inputs)", "[h, c]"),
        ("_, h, c = encoder(encoder_inputs)\nstates = [h, c]", "states"),
        ("_, *states = encoder(encoder_inputs)", "states"),
        ("all = encoder(encoder_inputs)", "all[1:]"),
        ("all = encoder(encoder_inputs)\nh = all[1]\nc = all[-1]", "(h, c)"),
    ],
)
def test_an_encoder_passes_its_states_to_a_decoder(unpacked, states):
    """In the functional style, as in Keras's own example."""
    model = read_keras(TRANSLATOR.format(unpacked=unpacked, states=states))
    encoder, decoder, dense = model.nodes
    assert decoder.states == (Tensor(0, 1), Tensor(0, 2))
    assert (encoder.given, decoder.given, dense.given) == (Tensor(None, 0), Tensor(None, 1), Tensor(1))
    assert model.output_shapes == ((5, 7),)
    assert [entry.shape for entry in model.entries] == [(3, 2), (5, 6)]


def test_the_named_model_is_read_if_there_are_several():
    """A translator is trained as one model, and used as two."""
    code = TRANSLATOR.format(unpacked="_, h, c = encoder(encoder_inputs)", states="[h, c]")
    code += "encoder_model = Model(encoder_inputs, [h, c])\n"
    assert [node.layer.name_in_code for node in read_keras(code, model="encoder_model").nodes] == ["LSTM"]
    assert len(read_keras(code, model="model").nodes) == 3


def test_a_shared_layer_is_one_layer():
    """Its weights are counted once."""
    code = "a, b = Input((3, 2)), Input((5, 2))\nlstm = LSTM(4)\nm = Model([a, b], [lstm(a), lstm(b)])"
    model = read_keras(code)
    assert len(model.nodes) == 2
    assert model.layers == (LSTM(4),)
    assert model.parameter_count == 112


def test_a_reassigned_name_keeps_its_earlier_meaning_above():
    """`x = f(x)` uses the older x."""
    code = "x = Input((3, 2))\nx = LSTM(4)(x)\nx = RepeatVector(5)(x)\nx = GRU(3)(x)\nm = Model(inputs, x)"
    model = read_keras(code.replace("Model(inputs", "Model(y").replace("x = Input", "y = x = Input"))
    assert [node.given for node in model.nodes] == [Tensor(None), Tensor(0), Tensor(1)]
    assert model.layers == (LSTM(4), RepeatVector(5), GRU(3))


OWN_LAYER = """
class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.usual, self.trained = Dense(2), Dense(3)

    def call(self, x, other, training=False):
        return (self.trained if training else self.usual)(x)

x = Input((2,))
m = Model(x, Block()(x, {given}))
"""


@pytest.mark.parametrize(
    ("given", "units"),
    [
        ("other=None", 2),
        ("other=1, training=None", 2),
        ("other=1, training=False", 2),
        ("other=1, training=True", 3),
    ],
)
def test_your_own_layer_is_called_with_its_arguments(given, units):
    """Only `training=None` is left out, as in Keras, because it has no effect."""
    assert read_keras(OWN_LAYER.format(given=given)).layers == (Dense(units),)


def test_your_own_layer_is_built_with_the_shape_of_each_of_its_inputs():
    """A list of shapes for a list of tensors."""
    code = (
        "class Fit(keras.layers.Layer):\n"
        "    def build(self, shapes):\n"
        "        self.dense = Dense(shapes[1][-1])\n"
        "    def call(self, pair):\n"
        "        return self.dense(pair[0])\n"
        "a, b = Input((2,)), Input((7,))\n"
        "m = Model([a, b], Fit()([a, b]))\n"
    )
    assert Dense(7) in read_keras(code).layers


EMBED = "embed, dense = Embedding(3, 2), Dense(1)\nmodel = Sequential([Input((2,)), embed, dense])\n"
TABLE = "np.array([[0.0, 0.1], [0.2, 0.3], [0.4, 0.5]])"


def test_weights_set_by_the_code_are_those_of_the_picture():
    """For a single layer, with the others unchanged; and for a whole model, in Keras's order."""
    one = read_keras(EMBED + f"embed.set_weights([{TABLE}])")
    trace = run_model(one, [2, 1])
    assert trace.traces[0].output.tolist() == [[0.4, 0.5], [0.2, 0.3]]
    assert trace.weights[1].kernel.tolist() == run_model(read_keras(EMBED), [2, 1]).weights[1].kernel.tolist()
    both = read_keras(EMBED + f"model.set_weights([{TABLE}, np.array([[1.0], [2.0]]), np.array([3.0])])")
    assert run_model(both, [2, 1]).output[:, 0] == pytest.approx([0.4 + 2 * 0.5 + 3, 0.2 + 2 * 0.3 + 3])
    assert read_keras(EMBED).weights is None


@pytest.mark.parametrize(
    "after",
    [
        "model.fit(torch.load('x'), torch.load('y'))",
        "model.load_weights('learnt.h5')",
        "embed.set_weights(torch.load('table'))",
        "model.set_weights([each * 2 for each in other.get_weights()])",
        "embed.embeddings.assign(torch.load('table'))",
        "keras.optimizers.SGD().apply(torch.load('gradients'), model.trainable_variables)",
        "model.optimizer.apply_gradients(zip(torch.load('gradients'), model.trainable_variables))",
        "import mine\nmine.train([model])",
        "import mine\nmine.change(weights=model.weights)",
    ],
)
def test_weights_that_change_later_are_unknown(after):
    """No model is trained while a figure is drawn."""
    other = "import torch\nother = Sequential([Input((2,)), Embedding(3, 2), Dense(1)])\n"
    weights = read_keras(f"{other}{EMBED}embed.set_weights([{TABLE}])\n{after}").weights
    assert not any(weights or ())


@pytest.mark.parametrize(
    "change",
    [
        "dense.bias.assign([3.0])",
        "K.set_value(dense.bias, [3.0])\nassert K.get_value(dense.bias)[0] == 3",
        "K.batch_set_value([(dense.bias, np.array([3.0]))])\nassert K.batch_get_value([dense.bias])[0] == 3",
        "import matplotlib.pyplot as plt\ndense.bias.assign([3.0])\nplt.imshow(dense.bias)",
    ],
)
def test_weights_that_are_known_are_kept_beside_others(change):
    """Those that the code doesn't determine are found for the figure, as if nothing was set."""
    model = read_keras(EMBED + change)
    assert not model.brings_weights
    weights = run_model(model, [2, 1]).weights
    assert weights[1].bias.tolist() == [3.0]
    assert weights[1].kernel.tolist() == run_model(read_keras(EMBED), [2, 1]).weights[1].kernel.tolist()
    assert read_keras(f"{EMBED}{change}\nmodel.set_weights([{TABLE}, np.ones((2, 1)), np.ones(1)])").brings_weights


def test_weights_have_names_shapes_and_numbers():
    """As far as they are known, and by the layer's attributes as well as in lists."""
    read_keras(
        EMBED + "assert [each.name for each in model.weights] == ['embeddings', 'kernel', 'bias']\n"
        "assert [each.shape for each in model.weights] == [(3, 2), (2, 1), (1,)] and len(model.weights[1]) == 2\n"
        "assert model.weights[1].path == 'dense/kernel' and dense.kernel.ndim == 2 and dense.kernel.trainable\n"
        "assert dense.bias.numpy()[0] == 0 and dense.bias.value[0] == 0 and float(dense.bias[0] + 1) == 1\n"
        "assert (2 - dense.bias) / 2 == 1 and np.ones(1) + dense.bias == 1 and (-abs(dense.bias))[0] == 0\n"
        "assert np.zeros_like(dense.kernel).sum() == 0 and np.ones_like(dense.kernel).sum() == 2\n"
        "assert list(dense.bias) == [0] and keras.ops.convert_to_numpy(dense.bias)[0] == 0\n"
        "assert model.non_trainable_weights == []\n"
    )


def test_weights_can_be_copied_from_layer_to_layer():
    """As in Keras, with `get_weights` and `set_weights`."""
    twin = "twin = Embedding(3, 2)\nother = Sequential([Input((2,)), twin])\ntwin.set_weights(embed.get_weights())"
    model = read_keras(f"{EMBED}embed.set_weights([{TABLE}])\n{twin}")
    assert run_model(model, [1, 0]).output == pytest.approx(np.array([[0.2, 0.3], [0.0, 0.1]]))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "embed.set_weights([np.array([[1.0, 2.0]])])",
            "has the weights embeddings (3, 2), but the arrays given here have",
        ),
        (
            "dense.set_weights([np.array([[1.0], [2.0]])])",
            "kernel (2, 1), bias (1,), but the arrays given here have the shapes",
        ),
        ("embed.set_weights([[[1.0, 2.0]] * 3])", "takes a list of arrays (Keras: 'list' object has no attribute"),
        ("model.set_weights([np.array([1.0])])", "has 3 arrays of weights, but 1 are given"),
    ],
)
def test_weights_that_do_not_fit_raise_an_error_at_their_line(line, says):
    """Keras doesn't accept them either."""
    with pytest.raises(CodeError) as caught:
        read_keras(EMBED + line)
    assert says in str(caught.value)
    assert caught.value.lineno == 3


PLACED = """
class Placed(layers.Layer):
    def __init__(self):
        super().__init__()
        self.words = layers.Embedding(9, 2)
        self.places = layers.Embedding(input_dim=3, output_dim=2)

    def call(self, x):
        return self.words(x) + self.places(keras.ops.arange(keras.ops.shape(x)[-1]))

placed = Placed()
inputs = Input((3,))
model = Model(inputs, placed(inputs))
"""


def test_learned_positions_are_rows_of_their_table():
    """The weights are those the code sets for the table or for the layer around it; its arguments are tied."""
    places, words = [[0.5, 1.0], [1.5, 2.0], [2.5, 3.0]], "np.arange(18.0).reshape(9, 2)"
    for line in (
        f"placed.set_weights([{words}, np.array({places})])",
        f"placed.places.set_weights([np.array({places})])",
    ):
        model = read_keras(PLACED + line)
        trace = run_model(model, [4, 0, 8])
        assert trace.output == pytest.approx(trace.traces[0].output + places)
        assert [each.value for each in model.nodes[1].calls[0].arguments] == [3, 2]
        assert model.parameter_count == 18 + 6


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("placed.set_weights([np.zeros((9, 2))])", "placed has 2 arrays of weights, but 1 are given"),
        ("placed.places.set_weights([np.zeros((4, 2))])", "has the weights embeddings (3, 2)"),
    ],
)
def test_weights_that_do_not_fit_an_own_layer_raise_an_error_at_their_line(line, says):
    """As with Keras's own layers."""
    with pytest.raises(CodeError, match=re.escape(says)) as caught:
        read_keras(PLACED + line)
    assert caught.value.lineno == PLACED.count("\n") + 1


SECOND_FIRST = """
class Own({}):
    def __init__(self):
        super().__init__()
        self.second = Dense(2, use_bias=False)
        self.first = Dense(2, use_bias=False)

    def call(self, x):
        return self.second(self.first(x))

inputs, own = Input((2,)), Own()
model = Model(inputs, own(inputs)) if {} else own
model(inputs)
"""
WEIGHTS = "set_weights([np.eye(2) * 3, np.array([[1.0, 2.0], [0.0, 1.0]])])\n"


def test_an_own_class_orders_its_weights_by_its_attributes():
    """As in Keras, not in the order in which its layers are used."""
    for code in (SECOND_FIRST.format("layers.Layer", True), SECOND_FIRST.format("keras.Model", False)):
        trace = run_model(read_keras(f"{code}own.{WEIGHTS}"), [1.0, 1.0])
        assert trace.traces[0].output.tolist() == [1.0, 3.0]
        assert trace.output.tolist() == [3.0, 9.0]


def test_a_model_gives_an_own_layer_its_weights_in_the_order_of_its_attributes():
    """As the layer itself does, and in the order in which saved arrays are read."""
    code = SECOND_FIRST.format("layers.Layer", True)
    assert run_model(read_keras(f"{code}model.{WEIGHTS}"), [1.0, 1.0]).output.tolist() == [3.0, 9.0]
    model = read_keras(code)
    saved = [np.eye(2) * 3, np.array([[1.0, 2.0], [0.0, 1.0]])]
    assert run_model(model, [1.0, 1.0], weights=weights_from(model, saved)).output.tolist() == [3.0, 9.0]


def listed(model):
    """Name the layers that have weights, in the order in which `weights_from` counts them."""
    used = [
        (place, True, each.layer.name)
        for place, each in enumerate(model.first_uses)
        if each.layer.weight_shapes(*each.shapes)
    ]
    idle = [(each.place, False, each.layer.name) for each in model.idle]
    return list(dict.fromkeys(name for *_, name in sorted(idle + used, key=lambda each: each[:2])))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_weights_and_layers_are_in_the_order_of_keras(case):
    """As Keras was seen to list them (tests/against_keras/test_listed.py looks again)."""
    assert listed(read_keras(case.code)) == case.weights.split()
    names = read_array(case.code, "[ord(each) for each in ' '.join(layer.name for layer in m.layers)]").values
    assert "".join(map(chr, names.astype(int))).split() == case.layers.split()


def test_what_reaches_no_output_is_counted_and_takes_its_weights():
    """A table that is looked up for nothing, and a layer whose answer nobody uses."""
    model = read_keras(CASES["A table of which nothing is used"].code)
    assert [each.name for each in model.layers] == ["table", "top"]
    assert model.parameter_count == 5 * 2 + 7 * 2 + (2 * 3 + 3) + (2 + 1)
    table = np.arange(14.0).reshape(7, 2)
    arrays = [np.ones((5, 2)), table, np.ones((2, 3)), np.ones(3), np.array([[1.0], [10.0]]), np.zeros(1)]
    found = weights_from(model, arrays)
    assert run_model(model, [0, 3, 6], weights=found).output[:, 0].tolist() == [10.0, 76.0, 142.0]
    with pytest.raises(CodeError, match=re.escape('t fit Embedding(5, 2, name="places")')) as caught:
        weights_from(model, arrays[1:])
    assert caught.value.lineno == 4


OWN_WEIGHT = """
class Scaled(layers.Layer):
    def __init__(self, size=4):
        super().__init__()
        self.dense, self.size = Dense(2), size

    def build(self, input_shape):
        self.scale = self.add_weight({})

    def call(self, x):
        return self.dense(x)

x = Input((3,))
m = Model(x, Scaled({})(x))
"""


def test_weights_of_an_own_layer_are_counted_and_take_their_arrays():
    """Before those of the layers in it; what isn't trained comes last among them."""
    model = read_keras(CASES["Weights of an own layer and an own model"].code)
    own = [1, 3 * 4, 5, 1]
    assert model.parameter_count == sum(own) + (3 * 3 + 3) + (3 + 1)
    sizes = [(), (3, 4), (5,), (), (3, 3), (3,), (3, 1), (1,)]
    assert len(weights_from(model, list(map(np.zeros, sizes)))) == 2
    with pytest.raises(CodeError, match=re.escape("don't fit add_weight(shape=(input_shape[-1], 4)")) as caught:
        weights_from(model, [np.zeros(()), np.zeros((4, 3)), *map(np.zeros, sizes[2:])])
    assert caught.value.lineno == 8
    counted = "[m.count_params(), len(m.get_weights()), m.layers[0].count_params(), m.get_weights()[1].shape[1]]"
    code = CASES["Weights of an own layer and an own model"].code
    assert read_array(code, counted).values.tolist() == [model.parameter_count, 8, 30, 4]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("shape=(4,), initializer='glorot_unifrom'", "no initializer 'glorot_unifrom': did you mean `glorot_uniform`?"),
        ("(4,), 'random'", "Keras has no initializer 'random'; it has constant, glorot_normal"),
        ("'scale', (4,)", "a name by keyword only: add_weight(name='scale', shape=…)"),
        ("shape=4", "shape must be a tuple of whole numbers, such as (3, 2), not 4"),
        ("shape=(4, -1)", "shape must be a tuple of whole numbers, such as (3, 2), not (4, -1)"),
        ("shape=(input_shape[0], 2)", "a weight needs all its lengths, but here it gets the shape (None, 2)"),
        ("shape=(4,), initialiser='ones'", "add_weight has no argument `initialiser`: did you mean `initializer`?"),
        ("shape=(self.size,)", "can't tell how many numbers this weight has"),
    ],
)
def test_a_weight_that_can_not_be_made_is_an_error_at_its_line(given, says):
    """Most of them are Keras's errors; a length that isn't known would make the count wrong."""
    size = "np.random.randint(9)" if "size" in given else "4"
    with pytest.raises(CodeError, match=re.escape(says)) as caught:
        read_keras(OWN_WEIGHT.format(given, size))
    assert caught.value.lineno == 8


def test_a_weight_added_to_a_layer_of_keras_is_an_error():
    """Its place among the layer's own weights isn't known."""
    code = "class Extra(LSTM):\n    def __init__(self):\n        super().__init__(2)\n        self.add_weight((4,))\n"
    with pytest.raises(CodeError, match=re.escape("`Extra` adds a weight to LSTM, which isn't supported")) as caught:
        read_keras(f"{code}m = Sequential([Input((3, 2)), Extra()])")
    assert caught.value.lineno == 4


def test_a_layer_that_keras_does_not_know_of_is_told_at_its_line():
    """It would be neither trained nor saved."""
    code = "hidden = Dense(4)\nclass Own(layers.Layer):\n    def call(self, x):\n        return hidden(x)\n"
    with pytest.raises(CodeError, match=re.escape("Dense(4) isn't an attribute of `Own`, which uses it")) as caught:
        read_keras(f"{code}x = Input((3,))\nm = Model(x, Own()(x))")
    assert caught.value.lineno == 1


MASKED = """i = Input((3, 4))
some = np.array([[True, False, True]])
m = Model(i, {}(
    {},
    {}={},
))
"""


@pytest.mark.parametrize(
    ("layer", "given", "argument", "mask", "masks"),
    [
        ("GRU(2)", "i", "mask", "some", [(True, False, True)]),
        ("Bidirectional(LSTM(2))", "i", "mask", "keras.ops.not_equal(np.array([[4, 0, 2]]), 0)", [(True, False, True)]),
        ("SimpleRNN(2)", "i", "mask", "np.array([[[1], [0], [0.5]]])", [(True, False, True)]),
        ("layers.Attention()", "[i, i]", "mask", "[None, some]", [None, (True, False, True)]),
        ("layers.AdditiveAttention()", "[i, i, i]", "mask", "[some, some]", [(True, False, True)] * 2 + [None]),
    ],
)
def test_a_mask_in_a_call_is_read(layer, given, argument, mask, masks):
    """One for each input; it counts instead of the masks that come with the inputs."""
    model = read_keras(MASKED.format(layer, given, argument, mask))
    assert model.nodes[0].masks == tuple(masks)
    mask = run_model(model, np.eye(3, 4)).traces[0].mask
    assert (None if mask is None else tuple(mask.tolist())) == masks[0]


CAUSAL = """
def causal_attention_mask(batch_size, queries, keys, dtype):
    i = keras.ops.arange(queries)[:, None]
    mask = keras.ops.reshape(keras.ops.cast(i >= keras.ops.arange(keys) - keys + queries, dtype), [1, queries, keys])
    many = keras.ops.concatenate([keras.ops.expand_dims(batch_size, -1), keras.ops.convert_to_tensor([1, 1])], 0)
    return keras.ops.tile(mask, many)

class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.attend = layers.MultiHeadAttention(2, 2)

    def call(self, x):
        batch, steps = keras.ops.shape(x)[0], keras.ops.shape(x)[1]
        return self.attend(x, x, attention_mask=causal_attention_mask(batch, steps, steps, "bool"))

i = Input((3, 4))
m = Model(i, Block()(i))
"""


@pytest.mark.parametrize(
    "mask",
    [
        "np.tri(3)",
        "np.tri(3, dtype=bool)[None]",
        "keras.ops.tril(keras.ops.ones((3, 3)))",
        "[[1, 0, 0], [1, 1, 0], [1, 1, 1]]",
    ],
)
def test_a_triangle_that_code_computes_is_a_causal_mask(mask):
    """However it is written; the usual function repeats it for each sample of a batch."""
    for code in (MASKED.format("layers.MultiHeadAttention(2, 2)", "i, i", "attention_mask", mask), CAUSAL):
        model = read_keras(code)
        assert model.nodes[0].layer.is_causal
        assert run_model(model, np.eye(3, 4)).traces[0].kept.tolist() == np.tri(3).astype(bool).tolist()


GRU_MASK = ("GRU(2)", "i", "mask")
ATTENTION_MASKS = ("layers.Attention()", "[i, i]", "mask")
HEADS_MASK = ("layers.MultiHeadAttention(2, 2)", "i, i", "attention_mask")


@pytest.mark.parametrize(
    ("called", "mask", "says"),
    [
        (GRU_MASK, "some[:, 1:]", "the mask of GRU has the shape (1, 2), but there are 3 time steps: give it"),
        (GRU_MASK, "some[0]", "has the shape (3,), without an axis for the batch: give it the shape (1, 3)"),
        (GRU_MASK, "np.ones((2, 3))", "one mask for each sample of a batch, but a figure shows a single"),
        (GRU_MASK, "[[1, 0, 1]]", "mask must be an array: write np.array([[1, 0, 1]])"),
        (GRU_MASK, "'left'", "must be an array of True and False, or of 1 and 0, not 'left'"),
        (GRU_MASK, "np.random.rand(1, 3) > 0.5", "can't tell what the mask of GRU hides"),
        (GRU_MASK, "i", "the mask of GRU is a tensor, but only an array is supported"),
        (("Dense(2)", "i", "mask"), "some", "Dense takes no argument `mask` when it is called"),
        (("layers.Softmax()", "i", "mask"), "some", "a mask in a call of Softmax isn't supported"),
        (ATTENTION_MASKS, "some", "Attention takes its masks in a list, mask=[query_mask, value_"),
        (ATTENTION_MASKS, "[None, some[:, 1:]]", "the mask of the values of Attention has the shape"),
        (
            ("layers.MultiHeadAttention(2, 2)", "i, i", "mask"),
            "some",
            "no argument `mask` when it is called: say attention_mask",
        ),
        (("layers.MultiHeadAttention(2, 2)", "i, i", "value_mask"), "some[:, 1:]", "has the shape (1, 2), but there"),
        (HEADS_MASK, "np.tri(4)", "the shape (4, 4), but there are 3 queries"),
        (HEADS_MASK, "np.ones((2, 3, 3))", "a mask for each sample of a"),
        (HEADS_MASK, "np.ones((1, 2, 3, 3))", "a mask for each head"),
        (HEADS_MASK, "some[0]", "give it a row for each query"),
    ],
)
def test_a_mask_that_does_not_fit_is_an_error_at_its_line(called, mask, says):
    """It says what shape it needs."""
    with pytest.raises(CodeError, match=re.escape(says)) as caught:
        read_keras(MASKED.format(*called, mask))
    assert caught.value.lineno == 5


def test_a_mask_for_open_steps_is_checked_against_the_words():
    """How many there are is only known then."""
    code = MASKED.format("GRU(2)", "i", "mask", "some").replace("(3, 4)", "(None, 4)")
    assert run_model(read_keras(code), np.eye(3, 4)).traces[0].mask.tolist() == [True, False, True]
    with pytest.raises(NumbersError, match="a mask needs True or False for each of the 2 steps") as caught:
        run_model(read_keras(code), np.eye(2, 4))
    assert caught.value.lineno == 3


LINEAR = """
class Linear({base}):
    def __init__(self):
        super().__init__()
        self.top = Dense(2)
        self.shift = keras.Variable(np.array([1.0, 2.0]))

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], 2), initializer="random_normal")
        self.seen = self.add_weight(shape=(3,), trainable=False)
        {build}

    def call(self, x):
        return self.top({call} + self.shift)

{ends}
"""
ENDS = {
    "a layer": ("layers.Layer", "self.built = True", "i = Input((3, 4))\nm = Model(i, Linear()(i))"),
    "a model": ("keras.Model", "self.built = True", "m = Linear()\nm(Input((3, 4)))"),
    "a model that is built": ("keras.Model", "super().build(shape)", "m = Linear()\nm.build((None, 3, 4))"),
    "a model that is built and called": (
        "keras.Model",
        "super().build(shape)",
        "m = Linear()\nm.build((None, 3, 4))\nm(keras.ops.ones((1, 3, 4)))",
    ),
}


@pytest.mark.parametrize("ends", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize(
    "call",
    [
        "keras.ops.matmul(x, self.kernel)",
        "x @ self.kernel",
        "keras.ops.dot(x, keras.ops.transpose(keras.ops.reshape(self.kernel, (4, 2)), (0, 1)))",
    ],
)
def test_weights_of_an_own_layer_compute(ends, call):
    """They are made in `build` or as a Variable, and counted once each, before those of the layers inside."""
    base, build, last = ends
    model = read_keras(LINEAR.format(base=base, build=build, ends=last, call=call))
    assert [node.layer.name_in_code for node in model.nodes] == ["@ add_weight", "+ Variable", "Dense"]
    assert model.parameter_count == 2 + 4 * 2 + (2 * 2 + 2) + 3
    random = np.random.default_rng(3)
    shift, kernel, seen, top, bias = (random.normal(size=each) for each in ((2,), (4, 2), (3,), (2, 2), (2,)))
    x = random.normal(size=(3, 4))
    trace = run_model(model, x, weights=weights_from(model, [shift, kernel, seen, top, bias]))
    np.testing.assert_allclose(trace.output, (x @ kernel + shift) @ top + bias)


def test_the_numbers_of_a_variable_are_known_if_the_code_gives_them():
    """Those of `add_weight` are readable ones, unless it always makes the same."""
    code = LINEAR.format(base="layers.Layer", build="pass", call="x @ self.kernel", ends=ENDS["a layer"][2])
    weights = run_model(read_keras(code), np.eye(3, 4)).weights
    assert weights[0]["weight"].tolist() == [1.0, 2.0]
    assert weights[1]["weight"].round(1).tolist() == weights[1]["weight"].tolist()
    ones = run_model(read_keras(code.replace("random_normal", "ones")), np.eye(3, 4)).weights
    assert ones[1]["weight"].tolist() == [[1.0, 1.0]] * 4


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            "x @ keras.ops.transpose(self.kernel)",
            "a weight of the shape (2, 4) can't be combined by @ with the shape",
        ),
        (
            "x + self.seen",
            "a weight of the shape (3,) can't be combined by + with the shape (3, 4), which has no batch",
        ),
        ("keras.ops.sum(self.kernel)", "computes with self.add_weight(…) alone, which isn't supported"),
        (
            "2 * self.kernel",
            "computes with self.add_weight(…) alone, which isn't supported: combine it with a tensor",
        ),
        ("np.ones(2) * self.kernel", "computes with self.add_weight(…) alone"),
        ("np.tanh(self.kernel)", "computes with self.add_weight(…) alone"),
        (
            "self.top(self.kernel)",
            "Dense is given the weight self.add_weight(…), and weights of your own are supported",
        ),
    ],
)
def test_what_a_weight_can_not_be_used_for_is_an_error(call, says):
    """At the line where its result would be needed."""
    with pytest.raises(CodeError, match=re.escape(says)) as caught:
        read_keras(LINEAR.format(base="layers.Layer", build="pass", call=call, ends=ENDS["a layer"][2]))
    assert caught.value.lineno == 14


def test_a_variable_of_no_layer_is_an_error_at_its_line():
    """Keras neither trains nor saves it."""
    with pytest.raises(CodeError, match="isn't an attribute of `the model`, which uses it") as caught:
        read_keras("scale = keras.Variable(np.ones(4))\ni = Input((3, 4))\nm = Model(i, i * scale)")
    assert caught.value.lineno == 1


def test_activations_apply_to_tensors():
    """As functions, under any of their names; without options."""
    for call in ("keras.ops.relu", "keras.activations.relu", "keras.activations.get('relu')"):
        model = read_keras(f"i = Input((3,))\nm = Model(i, {call}(i))")
        assert run_model(model, [-1.0, 0.0, 2.0]).output.tolist() == [0.0, 0.0, 2.0]
    with pytest.raises(CodeError, match="computes with tensors directly"):
        read_keras("i = Input((3,))\nm = Model(i, keras.activations.relu(i, max_value=1))")


def test_a_model_inside_an_own_layer_is_not_the_one_that_is_read():
    """Although it is built after the model around it."""
    own = "class {}({}):\n    def __init__(self):\n        super().__init__()\n        self.inner = {}\n"
    own += "    def call(self, x):\n        return self.inner(x)\n"
    classes = own.format("Inner", "keras.Model", "Dense(2)") + own.format("Outer", "layers.Layer", "Inner()")
    code = f"{classes}m = Sequential([Input((3,)), Outer(), Dense(1)])"
    assert len(read_keras(code).nodes) == 2


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("Dense(2)(np.tanh(i))", "NumPy can't compute with a tensor, which has no numbers: write keras.ops.tanh(…)"),
        ("Dense(2)(i[:, 0, 1:])", "`tensor[:, 0, 1:]`"),
        ("layers.Reshape((3, 5))(i)", "Reshape((3, 5)) can't hold the 12 numbers of (3, 4)"),
        ("layers.LayerNormalization(axis=3)(i)", "LayerNormalization has axis=3, but (3, 4) with its batch axis"),
    ],
)
def test_an_error_quotes_code_as_code_writes_it(call, says):
    """An index, a shape and an axis."""
    with pytest.raises(CodeError, match=re.escape(says)) as caught:
        read_keras(f"i = Input((3, 4))\nm = Model(i, {call})")
    assert caught.value.lineno == 2


def test_numbers_of_numpy_stand_before_a_tensor_but_arrays_do_not():
    """As in Keras."""
    model = read_keras("i = Input((2,))\nm = Model(i, np.float32(2) * i)")
    assert run_model(model, [1.0, 2.0]).output.tolist() == [2.0, 4.0]
    with pytest.raises(CodeError, match="an array can't come before the \\*"):
        read_keras("i = Input((2,))\nm = Model(i, np.ones(2) * i)")

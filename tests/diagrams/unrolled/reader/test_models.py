"""Models with several layers, read from code in every style."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.diagrams.cases import cases, check_reading
from tests.diagrams.unrolled.reader.listed import CASES
from unrolled import GRU, LSTM, CodeError, Embedding, NumbersError, RepeatVector, read_keras, run_model, weights_from
from unrolled.model import Tensor
from unrolled.reader import read_array

CODES = Path(__file__).with_name("models.md")


@pytest.mark.parametrize("case", cases(CODES))
def test_layers_are_read_however_they_are_written(case):
    """By position, by name, as objects; training options don't change any layer."""
    check_reading(case)


@pytest.mark.parametrize("case", cases(CODES, "A stack"))
def test_the_layers_of_a_stack_are_connected_however_it_is_written(case):
    """With the shapes between them."""
    model = read_keras(case.code)
    assert [(node.given, node.shape, node.returned) for node in model.nodes] == [
        (Tensor(None), (3, 2), ((3, 4),)),
        (Tensor(0), (3, 4), ((3, 1),)),
    ]
    assert model.outputs == (Tensor(1),)
    assert model.parameter_count == 4 * (2 + 4 + 1) * 4 + 5


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


def test_a_reassigned_name_keeps_its_earlier_meaning_above():
    """`x = f(x)` uses the older x."""
    code = "x = Input((3, 2))\nx = LSTM(4)(x)\nx = RepeatVector(5)(x)\nx = GRU(3)(x)\nm = Model(inputs, x)"
    model = read_keras(code.replace("Model(inputs", "Model(y").replace("x = Input", "y = x = Input"))
    assert [node.given for node in model.nodes] == [Tensor(None), Tensor(0), Tensor(1)]
    assert model.layers == (LSTM(4), RepeatVector(5), GRU(3))


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


def test_positions_can_be_counted_as_in_tensorflow():
    """TensorFlow has other names for where a range ends, and for its steps."""
    counted = "tf.range(start=0, limit=tf.shape(x)[-1], delta=1)"
    model = read_keras(PLACED.replace("keras.ops.arange(keras.ops.shape(x)[-1])", counted))
    assert model.layers == read_keras(PLACED).layers


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


SECOND_FIRST = """
class Own(layers.Layer):
    def __init__(self):
        super().__init__()
        self.second = Dense(2, use_bias=False)
        self.first = Dense(2, use_bias=False)

    def call(self, x):
        return self.second(self.first(x))

inputs, own = Input((2,)), Own()
model = Model(inputs, own(inputs))
"""


def test_a_model_gives_an_own_layer_its_weights_in_the_order_of_its_attributes():
    """As the layer itself does, and in the order in which saved arrays are read."""
    there = read_keras(f"{SECOND_FIRST}model.set_weights([np.diag([1.0, 2.0]), np.array([[1.0, 2.0], [0.0, 1.0]])])")
    saved = weights_from(read_keras(SECOND_FIRST), [np.diag([1.0, 2.0]), np.array([[1.0, 2.0], [0.0, 1.0]])])
    for weights in (there.weights, saved):
        assert run_model(there, [1.0, 1.0], weights=weights).output.tolist() == [1.0, 6.0]


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

"""Blocks that can't be read: what is wrong, where, and what to do."""

import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import sampled
from unrolled import read_keras
from unrolled.errors import CodeError, KitError
from unrolled.layers import MODULES, computed

REPOSITORY = Path(__file__).parents[4]

SHAPE = "input_shape=(3, 2)"

WRONG = {
    "not Python": (f"model = Sequential(\nSimpleRNN(4, {SHAPE})", 1, "not Python"),
    "not Python, further down": ("x = 1\ny = = 2\n", 2, "not Python"),
    "nothing": ("", 1, r"no layer that can be read: build one, such as Sequential\("),
    "no layer": ("x = 4\nprint(x)", 1, "no layer that can be read"),
    "another library's": (
        f"from mine import SimpleRNN\nSimpleRNN(4, {SHAPE})",
        1,
        "`SimpleRNN` isn't known: .*`mine` .line 1 of this block. isn't run",
    ),
    "a slip in a layer": ("model = Sequential()\nmodel.add(SimpleRNNN(4))", 2, "did you mean `SimpleRNN`"),
    "a slip in case": (f"simplernn(4, {SHAPE})", 1, "did you mean `SimpleRNN`"),
    "a slip in a list": ("Sequential([\n  LTSM(4)])", 2, "did you mean `LSTM`"),
    "a slip in Sequential": (f"m = Sequental([SimpleRNN(4, {SHAPE})])", 1, "did you mean `Sequential`"),
    "a slip in a function's name": (
        "def build(): return LSTM(4)\nm = biuld()",
        2,
        "above sets it: did you mean `build`?",
    ),
    "a slip in a name": (
        "units = 4\nm = Sequential([Input((3, 2)), LSTM(unit)])",
        2,
        r'`unit` has no value here: did you mean `units`\? If not, give its value on the image: \{given="unit=…"\}',
    ),
    "a slip in a name, in a function": ("def f(n_units):\n  return LSTM(n_unit)\nf(4)", 2, "did you mean `n_units`"),
    "what can't be given": (
        "size = len(tokenizer.word_index) + 1\nm = Sequential([Input((3,)), Embedding(size, 2)])",
        1,
        r'`tokenizer` has no value here: .*; give the value of `size` on the image: \{given="size=…"\}',
    ),
    "a slip in a method": (
        "m = Sequential([Input((3, 2)), LSTM(4)])\nm.ad(Dense(1))",
        2,
        "Sequential has no attribute `ad`: did you mean `add`?",
    ),
    "no such method": (
        "i = Input((3, 2))\nm = Model(i, LSTM(4)(i))\nm.add(Dense(1))",
        3,
        "Model has no attribute `add`",
    ),
    "a slip in a library's name": (
        "import tensroflow as tf\nm = tf.keras.Sequential([tf.keras.layers.LSTM(4)])",
        1,
        r"`tensroflow` \(line 1 of this block\) isn't run here; did you mean `tensorflow`\?",
    ),
    "a slip in a module of Keras": (
        "from keras.layesr import LSTM\nLSTM(4)",
        1,
        "not in keras: did you mean `layers`?",
    ),
    "a slip in a module's function": ("import math\nLSTM(math.flor(4.5))", 2, "'flor': did you mean `floor`?"),
    "no such layer": (
        "Sequential([Quux(4)])",
        1,
        "`Quux` isn't a Keras layer, and no block above sets it: define or",
    ),
    "two inputs": ("Input((3, 2))\nInput((3, 2))\nSimpleRNN(4)", 2, "a Sequential has one input, but the code has 2"),
    "PyTorch's": (
        "import torch.nn as nn\nrnn = nn.LSTM(2, 4)\n",
        2,
        "this is PyTorch, but a model is read from Keras code: show it in Keras, or draw the figure with a sc",
    ),
    "too little memory": (
        "n = 1\ndef grow():\n  return bytearray(10**10)\n\nkept = grow()\n",
        3,
        "this code needs more than 768 MB",
    ),
    "too little memory, which is caught": (
        "n = 1\ntry:\n  kept = bytearray(10**10)\nexcept MemoryError:\n  n = 2\n",
        3,
        "this code needs more than 768 MB",
    ),
    "a model from a file": ("n = 1\nmodel = keras.models.load_model('m')", 2, "build it in the code"),
    "letters that are swapped": ("Sequential([Input((3, 2)), GUR(4)])", 1, "did you mean `GRU`?"),
    "PyTorch's, without an import": ("rnn = nn.GRU(2, 4)", 1, "this is PyTorch"),
    "an add in a loop": (
        "l = LSTM(4)\nm = Sequential()\nfor i in x:\n  m.add(l)",
        3,
        r'`x` has no value .*\{given="x=',
    ),
    "in a loop": (f"for i in (1, 2):\n  m.add(SimpleRNN(4, {SHAPE}))", 2, "returns only its last one"),
    "in a branch": (f"if big:\n  m.add(SimpleRNN(4, {SHAPE}))", 1, "`big` has no value here"),
    "multiplied": (f"Sequential([SimpleRNN(4, {SHAPE})] * 2)", 1, "returns only its last one"),
    "a slip in an argument": ("SimpleRNN(4,\n  inputshape=(3, 2))", 2, "did you mean `input_shape`"),
    "no such argument": (f"SimpleRNN(4, {SHAPE}, quux=1)", 1, "no argument `quux`; it takes units, activation"),
    "argument not computed": (
        "Sequential([Input((3, 2)), Dense(4,\n  lora_rank=2)])",
        2,
        "`lora_rank=2` isn't supported: it adds weights that no figure shows; leave it out",
    ),
    "other numbers": (f"SimpleRNN(4, {SHAPE},\n dtype='float16')", 2, "computes in float16, .* leave the dtype out"),
    "another size of numbers": ("LSTM(4, batch_input_shape=(1, 3, 2))", 1, r"write Input\(batch_shape=…\) before"),
    "an unknown initializer": (f"SimpleRNN(4, {SHAPE}, kernel_initializer='onse')", 1, "did you mean 'ones'"),
    "an initializer's slip": (f"SimpleRNN(4, {SHAPE}, kernel_initializer=RandomNormal(std=1))", 1, "no argument 'std'"),
    "an initializer that runs": (
        f"SimpleRNN(4, {SHAPE},\n kernel_initializer=RandomNormal(stddev=a + b))",
        2,
        "`a` has no value here",
    ),
    "an activation that runs": (f"SimpleRNN(4, activation=lambda x: x, {SHAPE})", 1, "write an activation by its name"),
    "an activation that halves": (f"SimpleRNN(4, 'glu', {SHAPE})", 1, "it halves its vector"),
    "the oldest way to say the features": (
        "SimpleRNN(4, input_dim=2)",
        1,
        r"a single row of 2 .*write Input\(\(time_steps, 2\)\)",
    ),
    "said twice": (f"SimpleRNN(4, {SHAPE}, units=4)", 1, "given `units` twice"),
    "too many": ("SimpleRNN(" + "4, " * 30 + ")", 1, "takes 21 arguments, not 30"),
    "starred": ("SimpleRNN(*sizes)", 1, "`sizes` has no value here"),
    "double starred": ("SimpleRNN(4, **options)", 1, "`options` has no value here"),
    "no units": (f"SimpleRNN({SHAPE})", 1, "SimpleRNN needs its units"),
    "units nought": (f"SimpleRNN(0, {SHAPE})", 1, "units must be a whole number, 1 or more, not 0"),
    "units below": (f"SimpleRNN(-4, {SHAPE})", 1, "not -4"),
    "units a fraction": (f"n = 4.5\nSimpleRNN(n, {SHAPE})", 2, "not n, which is 4.5"),
    "units a text": (f"SimpleRNN('4', {SHAPE})", 1, "not '4'"),
    "units True": (f"SimpleRNN(True, {SHAPE})", 1, "not True"),
    "units unknown": (
        f"SimpleRNN(units, {SHAPE})",
        1,
        r'`units` has no value .*isn.t set in any block above.*\{given="units=',
    ),
    "units set below": (f"SimpleRNN(units, {SHAPE})\nunits = 4", 1, "`units` has no value here"),
    "units of another function": (f"def f():\n  n = 4\nSimpleRNN(n, {SHAPE})", 3, "`n` has no value here"),
    "units that may differ": (f"if big:\n  n = 4\nSimpleRNN(n, {SHAPE})", 1, "`big` has no value here"),
    "units of themselves": (f"n = n\nSimpleRNN(n, {SHAPE})", 1, "`n` has no value here"),
    "a slip in an activation": (f"SimpleRNN(4, 'rleu', {SHAPE})", 1, "did you mean 'relu'"),
    "bias 1": (f"SimpleRNN(4, use_bias=1, {SHAPE})", 1, "use_bias must be True or False, not 1"),
    "a size further down": (
        "Sequential([\n    Input((3, 2)),\n    Conv1D(\n        4,\n        kernel_size=0,\n    ),\n])",
        5,
        "kernel_size must be a whole number, 1 or more, not 0",
    ),
    "name 1": (f"SimpleRNN(4, name=1, {SHAPE})", 1, "name must be a string, not 1"),
    "no shape": ("model.add(\n  SimpleRNN(4))", 2, r"put Input\(\(time_steps, features\)\) before SimpleRNN"),
    "an empty Input": (
        "Input()\nSimpleRNN(4)",
        1,
        r"doesn't say what goes in: write Input\(\(time_steps, features\)\)",
    ),
    "shape of one": (
        "SimpleRNN(4, input_shape=(3,))",
        1,
        r"found ndim=2\): write Input\(\(time_steps, 3\)\), or put an Emb",
    ),
    "shape of three": ("Input((3, 2, 1))\nSimpleRNN(4)", 1, r"one axis too many, \(3, 2, 1\)"),
    "shape a number": ("SimpleRNN(4, input_shape=3)", 1, "not 3"),
    "shape of nought": ("SimpleRNN(4, input_shape=(0, 2))", 1, r"not \(0, 2\)"),
    "shape of fractions": ("SimpleRNN(4, input_shape=(3, 2.0))", 1, r"not \(3, 2.0\)"),
    "two shapes": ("Input((3, 2))\nSimpleRNN(4, input_shape=(4, 2))", 2, r"\(4, 2\) here but \(3, 2\) in Input"),
    "a batch_shape of two": ("Input(batch_shape=(1,))\nSimpleRNN(4)", 1, r"must be \(batch, time_steps, features\)"),
}


FUNCTIONAL = "x = Input((3, 2))\n"
# Explanations: what Keras says, what it means, what to write.
TAUGHT = {
    "a lower layer that returns its last step": (
        "m = Sequential([\n  Input((3, 2)),\n  LSTM(4),\n  GRU(2),\n])",
        3,
        r"GRU in line 4 of its block reads a vector at each time step, but LSTM\(4\) returns only its last one "
        r"\(Keras: expected ndim=3, found ndim=2\): add return_sequences=True",
    ),
    "the same, wrapped": (
        "m = Sequential([Input((3, 2)),\n Bidirectional(LSTM(4)),\n GRU(2)])",
        2,
        "add return_sequences=True to it",
    ),
    "the same, at work": (FUNCTIONAL + "y = LSTM(4)(x)\nz = LSTM(4)(y)", 2, "add return_sequences=True to it"),
    "the same, before TimeDistributed": (
        "m = Sequential([Input((3, 2)), LSTM(4),\n TimeDistributed(Dense(2))])",
        1,
        "at least 3 dimensions.*add return_sequences=True",
    ),
    "a vector from elsewhere": (
        "m = Sequential([Input((3, 2)), Flatten(),\n LSTM(2)])",
        2,
        r"put RepeatVector\(time_steps\) between them",
    ),
    "two axes": (
        "m = Sequential([\n Input((3,)),\n LSTM(4)])",
        2,
        r"a single row of 3 \(Keras: expected ndim=3, found ndim=2",
    ),
    "four axes": (
        "m = Sequential([\n Input((3, 2)),\n Embedding(5, 2),\n LSTM(4)])",
        2,
        r"expected ndim=3, found ndim=4\): an Embedding takes one number a step",
    ),
    "a sequence to repeat": (
        "m = Sequential([Input((3, 2)), LSTM(4, return_sequences=True),\n RepeatVector(2)])",
        2,
        "expected ndim=2, found ndim=3.*without return_sequences=True",
    ),
    "states in a stack": (
        "m = Sequential([Input((3, 2)),\n LSTM(4, return_state=True),\n Dense(1)])",
        2,
        "returns 3 values, but Dense after it takes one .*received 3 input tensors.*leave return_state=True out",
    ),
    "unmerged in a stack": (
        "m = Sequential([Input((3, 2)),\n Bidirectional(LSTM(4), merge_mode=None),\n Dense(1)])",
        2,
        "leave merge_mode=None out",
    ),
    "layers that stand apart": (
        "Input((3, 2))\nLSTM(4, return_sequences=True)\nDense(1)",
        3,
        "makes 2 layers but doesn't connect them",
    ),
    "a class": (
        "class M(keras.Model):\n  def __init__(self):\n    self.a = LSTM(4, input_shape=(3, 2))\n"
        "    self.b = Dense(1)\n"
        "  def call(self, x):\n    return self.b(self.a(x))",
        1,
        r"`M` is defined but never used, so nothing is built: add model = M\(\)",
    ),
    "no units": (
        "m = Sequential([Input((3, 2)),\n LSTM()])",
        2,
        r"LSTM\(4, …\) .*missing 1 required positional argument: 'units'",
    ),
    "one state for two": (
        FUNCTIONAL + "s = Input((4,))\ny = LSTM(4)(x, initial_state=[s])",
        3,
        r"LSTM starts from 2 states, but 1 is given: write initial_state=\[h, c\]",
    ),
    "two states for one": (
        FUNCTIONAL + "s = Input((4,))\ny = GRU(4)(x,\n initial_state=[s, s])",
        4,
        r"GRU starts from 1 state, but 2 are given: write initial_state=\[h\]",
    ),
    "states for both ways": (
        FUNCTIONAL + "s = Input((4,))\ny = Bidirectional(GRU(4))(x, initial_state=[s])",
        3,
        "starts from 2 states, those of the forward layer first",
    ),
    "a state of another size": (
        FUNCTIONAL + "_, h, c = LSTM(5, return_state=True)(x)\ny = LSTM(4)(x, initial_state=[h, c])",
        3,
        r"holds 4 numbers, but this one has the shape \(5,\): give both layers the same units",
    ),
    "a state for a layer without": (
        FUNCTIONAL + "y = Dense(4)(x, initial_state=[x])",
        2,
        "Dense has no state: leave initial_state out",
    ),
    "states in the list of inputs": (
        FUNCTIONAL + "s = Input((4,))\ny = LSTM(4)([x, s, s])",
        3,
        r"received 3 input tensors\): pass the one that it reads, and pass states as initial_state",
    ),
    "too few names": (
        FUNCTIONAL + "y, h = LSTM(4, return_state=True)(x)\nz = Dense(1)(h)",
        2,
        "LSTM returns 3 values: its output, then h and c; this unpacks them into 2 names: write 3, .*too many values",
    ),
    "too many names": (
        FUNCTIONAL + "y, h, c, d = LSTM(4, return_state=True)(x)\nz = Dense(1)(h)",
        2,
        "not enough values to unpack",
    ),
    "names for what is not returned": (
        FUNCTIONAL + "y, h, c = LSTM(4)(x)\nz = Dense(1)(h)",
        2,
        "returns only its output, but this unpacks it into 3 names: add return_state=True",
    ),
    "stateful without a batch": (
        "m = Sequential([Input((3, 2)),\n LSTM(4, stateful=True)])",
        2,
        r"batch size must be static\): write Input\(\(3, 2\), batch_size=1\)",
    ),
    "both ways the same way": (
        "m = Sequential([Input((3, 2)),\n Bidirectional(LSTM(4, go_backwards=True))])",
        2,
        "read in different directions, but both have go_backwards=True",
    ),
    "both ways differently": (
        "m = Sequential([Input((3, 2)),\n Bidirectional(LSTM(4), backward_layer=LSTM(4, go_backwards=True, "
        "return_sequences=True))])",
        2,
        "must have the same return_sequences",
    ),
    "an unknown merge mode": (
        "m = Sequential([Input((3, 2)), Bidirectional(LSTM(4), 'add')])",
        1,
        "'concat', 'sum'.*not 'add'",
    ),
    "nothing to wrap": ("m = Sequential([Input((3, 2)), Bidirectional(4)])", 1, "wraps a layer, but `4` isn't one"),
    "wrapping what has no steps": (
        "m = Sequential([Input((3, 2)), Bidirectional(Dense(4))])",
        1,
        "wraps a recurrent layer",
    ),
    "inputs that want a list": (
        FUNCTIONAL + "y = Attention()(x, x)",
        2,
        r"Attention takes its inputs in a list: Attention\(…\)\(\[x, y\]\)",
    ),
    "things to add that want a list": (FUNCTIONAL + "y = Add()(x, x)", 2, "Add takes its inputs in a list"),
    "inputs that want none": (
        FUNCTIONAL + "y = MultiHeadAttention(2, 2)([x, x])",
        2,
        "MultiHeadAttention takes its inputs one after another, not in a list",
    ),
    "a head's size that is a fraction": (
        FUNCTIONAL + "y = MultiHeadAttention(3,\n 8 / 3)(x, x)",
        3,
        "key_dim must be a whole number, 1 or more, not 8 / 3, which is 2.6666666666666665: / makes a float",
    ),
    "no head at all": (
        FUNCTIONAL + "y = MultiHeadAttention(0, 2)(x, x)",
        2,
        "num_heads must be a whole number, 1 or more",
    ),
    "a width that heads can't share": (
        "class Heads(Layer):\n"
        "  def __init__(self, width, heads):\n"
        "    super().__init__()\n"
        "    assert width % heads == 0\n"
        f"{FUNCTIONAL}y = Heads(8, 3)(x)",
        4,
        "this `assert` fails because `width % heads == 0` isn't true",
    ),
    "a mask for attention by hand": (
        "import numpy as np\n" + FUNCTIONAL + "y = MultiHeadAttention(2, 2)(x, x, attention_mask=np.ones((9, 2)))",
        3,
        r"attention_mask has the shape \(9, 2\), but there are . queries and . keys: give it a row for each query",
    ),
    "a call that asks for numbers": (
        "class Own(Layer):\n  def call(self, x):\n    if x[0, 0] > 0:\n      return x\n    return x + x\n"
        f"{FUNCTIONAL}y = Own()(x)",
        3,
        r"can't tell whether `tensor\[0, 0\] > 0` is true: .*a tensor has no numbers while the model is built$",
    ),
    "an image that is a sequence": (
        FUNCTIONAL + "y = Conv2D(2, 3)(x)",
        2,
        r"Conv2D reads images \(height, width, channels\), not \(3, 2\) \(Keras: expected ndim=4, found ndim=3\)",
    ),
    "a mask by hand": (FUNCTIONAL + "y = LSTM(4)(x, mask=x)", 2, "let Masking or Embedding"),
    "what nobody knows": (
        FUNCTIONAL + "y = LSTM(4)(f(x))",
        2,
        "`f` isn't a Keras layer, and no block above sets it",
    ),
    "an input that is left out": (
        FUNCTIONAL + "s = Input((4,))\ny = SimpleRNN(4)(x, initial_state=s)\nm = Model(x, y)",
        4,
        r"also depend on `s = Input\(\(4,\)\)`.*is not connected to `inputs`\): add it",
    ),
    "an output that is none": (FUNCTIONAL + "y = LSTM(4)(x)\nm = Model(x, z)", 3, "`z` has no value here"),
}


@pytest.mark.parametrize(("code", "lineno", "says"), TAUGHT.values(), ids=TAUGHT)
def test_mismatches_are_explained_where_they_can_be_fixed(code, lineno, says):
    """What Keras would say, what it means, and what to write."""
    with pytest.raises(CodeError, match=says) as caught:
        read_keras(code)
    assert (caught.value.block, caught.value.lineno) == (code, lineno)


def test_an_unknown_model_is_an_error_that_lists_those_the_code_builds():
    """The name comes from the script, and so does the typo."""
    with pytest.raises(CodeError, match="makes no model called `n`; it makes m"):
        read_keras("m = Sequential([Input((3, 2)), LSTM(4)])", model="n")


@pytest.mark.parametrize(("code", "lineno", "says"), WRONG.values(), ids=WRONG)
def test_a_block_that_cannot_be_read_is_an_error_at_its_line(code, lineno, says):
    """The engine translates the block and its line to those of the article."""
    with pytest.raises(CodeError, match=says) as caught:
        read_keras(code)
    assert (caught.value.block, caught.value.lineno) == (code, lineno)


def test_a_null_character_is_an_ordinary_error():
    """Python versions disagree on what to raise."""
    with pytest.raises(CodeError, match="not Python"):
        read_keras("\0")


def test_excessively_nested_brackets_are_an_ordinary_error():
    """Python's own parser gives up on them in various ways."""
    with pytest.raises(CodeError, match="not Python"):
        read_keras("(" * 5000 + ")" * 5000)


pieces = st.sampled_from(
    [
        *[
            "SimpleRNN",
            "Input",
            "Sequential",
            "model",
            "add",
            "units",
            "input_shape",
            "LSTM",
            "keras",
            "layers",
            "for",
            "x",
        ],
        *[
            "(",
            ")",
            "[",
            "]",
            ",",
            ".",
            "=",
            "*",
            ":",
            "\n",
            "\n  ",
            "#",
            "'",
            "4",
            "3",
            "0",
            "-",
            " ",
            "\t",
            "é",
            "\\",
        ],
        *["(3, 2)", "SimpleRNN(4, ", "input_shape=(3, 2))", "None", "lambda", "if", "def f", "\r", "\f"],
    ]
)


@sampled(400)
@given(st.lists(pieces, max_size=14).map("".join))
def test_no_text_makes_the_reader_fail_in_any_other_way(code):
    """It returns a model, or an error with a line of the block."""
    try:
        answer = read_keras(code)
    except KitError as error:
        answer = error
    if isinstance(answer, KitError):
        assert answer.block == code
        assert 1 <= (answer.lineno or 0) <= len(code.splitlines()) + 1
    else:
        assert answer.nodes


BOTH = "Bidirectional(GRU(2{0}),{1} backward_layer=GRU(3, go_backwards=True{0}))"
BOTH_ALIKE = "Bidirectional(GRU(3{0}),{1} backward_layer=GRU(3, go_backwards=True{0}))"
SUMMED = " merge_mode='sum',"
WHOLE = ", return_sequences=True"
REFUSED_BY_KERAS = {
    "units that differ before a Dense": (
        f"m = Sequential([Input((3, 2)),\n {BOTH.format('', '')},\n Dense(1)])",
        2,
        r"declares the shape \(4,\) to Dense and returns \(5,\), because its two layers have different units",
    ),
    "units that differ two layers before a Dense": (
        f"m = Sequential([Input((3, 2)),\n {BOTH.format(WHOLE, '')},\n Flatten(),\n Dense(1)])",
        2,
        r"declares the shape \(12,\) to Dense and returns \(15,\)",
    ),
    "units that differ before a layer that reads": (
        f"m = Sequential([Input((3, 2)),\n {BOTH.format(WHOLE, '')},\n Dropout(0.5),\n LSTM(1)])",
        2,
        "to LSTM and returns .* give both the same units",
    ),
    "units that differ and are not merged": (
        f"x = Input((3, 2))\na, b = {BOTH.format('', ' merge_mode=None,')}(x)\nm = Model(x, Dense(1)(b))",
        2,
        r"declares the shape \(2,\) to Dense and returns \(3,\)",
    ),
    "units that differ and are added": (
        f"m = Sequential([Input((3, 2)),\n {BOTH.format('', SUMMED)}])",
        2,
        "merges unit by unit: give both layers the same units",
    ),
    "states that differ in number": (
        "m = Sequential([Input((3, 2)),\n Bidirectional(GRU(2, return_state=True), "
        "backward_layer=LSTM(2, return_state=True, go_backwards=True))])",
        2,
        "returns 4 values, but Keras expects 3 of it: use the same kind of layer",
    ),
    "both ways, stateful, and the states": (
        "m = Sequential([Input((3, 2), batch_size=1),\n Bidirectional(GRU(2, return_state=True, stateful=True))])",
        2,
        "both stateful=True and return_state=True .*remove one of the two",
    ),
    "a name in the wrong place": (
        "m = Sequential([Input((3, 2)), LSTM(2)],\n 'm')",
        2,
        "trainable must be True or False, not 'm'",
    ),
    "a fourth argument": ("m = Sequential([Input((3, 2)), LSTM(2)], True, 'm', 1)", 1, "Sequential takes 3 arguments"),
    "a slip in Sequential's arguments": (
        "m = Sequential([Input((3, 2)), LSTM(2)],\n nmae='m')",
        2,
        "Sequential has no argument `nmae`: did you mean `name`",
    ),
    "a model's name in the wrong place": (
        "x = Input((3, 2))\nm = Model(x, LSTM(2)(x), 'm')",
        2,
        "Model takes 2 arguments, not 3",
    ),
    "a slash in a model's name": ("m = Sequential([Input((3, 2)), LSTM(2)], name='a/b')", 1, "can't contain `/`"),
    "a slash in a layer's name": ("m = Sequential([Input((3, 2)),\n LSTM(2, name='a/b')])", 2, "'a/b' holds a `/`"),
    "one name twice": (
        "m = Sequential([Input((3, 2)), LSTM(2, name='a'),\n Dense(2, name='a')])",
        2,
        "the name 'a' is used twice in this model",
    ),
    "one name twice between the ends of a Model": (
        "x = Input((3, 2))\na = LSTM(2, name='a')(x)\nm = Model(x, Dense(2, name='a')(a))",
        3,
        "the name 'a' is used twice in this model",
    ),
    "an input's name again": (
        "m = Sequential([Input((3, 2), name='a'),\n LSTM(2, name='a')])",
        2,
        "the name 'a' is used twice",
    ),
    "an unknown regularizer": ("LSTM(2, kernel_regularizer='l3', input_shape=(3, 2))", 1, "must be one of L1, L1L2"),
    "an unknown constraint": ("LSTM(2, bias_constraint='norm', input_shape=(3, 2))", 1, "must be one of MaxNorm"),
    "a seed that is none": (
        "LSTM(2, seed=1.5, input_shape=(3, 2))",
        1,
        "seed must be a whole number from 0, not 1.5",
    ),
    "a share that is none": ("LSTM(2, dropout='half', input_shape=(3, 2))", 1, "dropout must be a number, not 'half'"),
    "trainable by a number": ("LSTM(2, trainable=1, input_shape=(3, 2))", 1, "trainable must be True or False, not 1"),
    "an unknown type of numbers": (
        "Sequential([Input((3, 2), dtype='float'), LSTM(2)])",
        1,
        "dtype must be one of bool",
    ),
}


@pytest.mark.parametrize("name", REFUSED_BY_KERAS)
def test_whatever_keras_rejects_is_an_error_at_its_line(name):
    """The code wouldn't work for a reader who tries it, so there must be no figure of it."""
    code, line, message = REFUSED_BY_KERAS[name]
    with pytest.raises(CodeError, match=message) as caught:
        read_keras(code)
    assert (caught.value.block, caught.value.lineno) == (code, line)


@pytest.mark.parametrize(
    "code",
    [
        f"m = Sequential([Input((3, 2)), {BOTH.format('', '')}])",
        f"m = Sequential([Input((3, 2)), {BOTH.format(WHOLE, '')}, Dropout(0.5)])",
        f"m = Sequential([Input((3, 2)), {BOTH_ALIKE.format('', '')}, Dense(1)])",
        "m = Sequential([Input((3, 2), batch_size=1), Bidirectional(SimpleRNN(2, stateful=True))])",
        "m = Sequential([Input((3, 2), batch_size=1), SimpleRNN(2, return_state=True, stateful=True)])",
        "m = Sequential([Input((3, 2)), LSTM(2)], False, 'm')",
        "m = Sequential(name='m', layers=[Input((3, 2), name='a'), LSTM(2, name='b'), Dense(1, name='m')])",
        "x = Input((3, 2))\nm = Model(inputs=x, outputs=LSTM(2, seed=3, kernel_regularizer=l2(0.1))(x), name='m')",
    ],
)
def test_whatever_keras_accepts_can_be_read(code):
    """The neighbours of the cases above."""
    assert read_keras(code).nodes


def test_an_unsupported_layer_is_an_error_that_suggests_similar_ones():
    """At most three; the docs page it refers to lists all."""
    with pytest.raises(CodeError) as caught:
        read_keras("m = Sequential([Input((3, 2)), SpectralNormalization(Dense(4))])")
    assert "RMSNormalization" in str(caught.value)
    assert str(caught.value).count("Normalization") <= 4
    with pytest.raises(CodeError, match=r"`StringLookup` isn't supported yet; docs/reading\.md lists the layers"):
        read_keras("m = Sequential([Input((3,)), StringLookup()])")


@pytest.mark.parametrize("cells", ["[LSTMCell(4), GRUCell(n)]", "StackedRNNCells((LSTMCell(4), GRUCell(n)))"])
def test_an_rnn_of_several_cells_is_an_error_that_shows_layers_instead(cells):
    """Keras treats them as one layer; drawn as several, they would have other names."""
    says = r"several cells isn't supported: .* such as LSTM\(4, return_sequences=True\), GRU\(2\)$"
    with pytest.raises(CodeError, match=says):
        read_keras(f"n = 2\nm = Sequential([Input((3, 2)), RNN({cells})])")


def test_the_docs_list_the_layers():
    """With a star for those whose shapes are known but not their numbers."""
    text = (REPOSITORY / "docs/reading.md").read_text("utf-8").partition("## Layers\n")[2].partition("\n## ")[0]
    listed = text.split("\n\n")[1]
    lines = ", ".join(f"`{name}`" if name in computed() else f"`{name}`*" for name in sorted(MODULES))
    assert " ".join(listed.split()) == lines, (
        f'the list below "## Layers" in docs/reading.md must be:\n{textwrap.fill(lines, 120, break_on_hyphens=False)}'
    )


SILENT = {
    "an assert": ("words = [1]\nassert len(words) == 4", 2, "this `assert` fails because `len(words) == 4` isn't true"),
    "an assert with a message": ("n = 1\nassert n\nassert n > 1, f'{n + 1} words'", 3, "`n > 1` isn't true: 2 words"),
    "an assert of several lines": (
        "n = 1\nassert (\n    n\n    == 2\n), 'two'",
        3 if sys.version_info >= (3, 13) else 2,  # where Python says that it failed
        "because `n == 2` isn't true: two",
    ),
    "an assert in a function": ("def check(n):\n    assert n > 2\n\ncheck(1)", 2, "because `n > 2` isn't true"),
    "an AssertionError": ("raise AssertionError", 1, "`raise AssertionError` raises AssertionError"),
    "another kind": ("n = 1\nif n:\n    raise ValueError", 3, "`raise ValueError` raises ValueError"),
    "a check of NumPy's": ("np.testing.assert_equal(1, 2)", 1, "AssertionError: Items are not equal"),
}


@pytest.mark.parametrize(("code", "lineno", "says"), SILENT.values(), ids=SILENT)
def test_an_exception_without_a_message_shows_the_code_that_raises_it(code, lineno, says):
    """`AssertionError` by itself explains nothing."""
    with pytest.raises(CodeError) as caught:
        read_keras(code)
    assert caught.value.lineno == lineno
    assert says in " ".join(str(caught.value).split())

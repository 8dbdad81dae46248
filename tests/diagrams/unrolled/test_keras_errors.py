"""What a code block is told that cannot be read: what is wrong, where, and what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import sampled
from unrolled import read_keras
from unrolled.errors import CodeError, KitError

SHAPE = "input_shape=(3, 2)"

WRONG = {
    "not Python": (f"model = Sequential(\nSimpleRNN(4, {SHAPE})", 1, "not Python"),
    "not Python, further down": ("x = 1\ny = = 2\n", 2, "not Python"),
    "nothing": ("", 1, "no layer that can be read; read are: SimpleRNN, GRU, LSTM"),
    "no layer": ("x = 4\nprint(x)", 1, "no layer that can be read"),
    "another library's": (f"from mine import SimpleRNN\nSimpleRNN(4, {SHAPE})", 1, "no layer that can be read"),
    "a slip in a layer": ("model = Sequential()\nmodel.add(SimpleRNNN(4))", 2, "did you mean SimpleRNN"),
    "a slip in case": (f"simplernn(4, {SHAPE})", 1, "did you mean SimpleRNN"),
    "a slip in a list": ("Sequential([\n  LTSM(4)])", 2, "did you mean LSTM"),
    "a slip in Sequential": (f"m = Sequental([SimpleRNN(4, {SHAPE})])", 1, "did you mean Sequential"),
    "no such layer": ("Sequential([Quux(4)])", 1, "`Quux` is no layer of Keras that is known here"),
    "not read yet": ("Sequential([\nInput((3, 2)),\nConv1D(4, 2)])", 3, "`Conv1D` is not read yet"),
    "two inputs": ("Input((3, 2))\nInput((3, 2))\nSimpleRNN(4)", 2, "a stack has one input, and the code has 2"),
    "PyTorch's": (
        "import torch.nn as nn\nrnn = nn.LSTM(2, 4)\n",
        2,
        r"`nn.LSTM` is not read yet: say the layer in the sc",
    ),
    "PyTorch's, without an import": ("rnn = nn.GRU(2, 4)", 1, "PyTorch's `nn.GRU` is not read yet"),
    "an add in a loop": ("l = LSTM(4)\nm = Sequential()\nfor i in x:\n  m.add(l)", 4, "`m.add` stands inside `for`"),
    "at work in a loop": (
        "x = Input((3, 2))\nl = LSTM(2, return_sequences=True)\nfor i in (1, 2):\n  x = l(x)",
        4,
        "put to work inside `for`",
    ),
    "in a loop": (f"for i in (1, 2):\n  m.add(SimpleRNN(4, {SHAPE}))", 2, "`SimpleRNN` stands inside `for`"),
    "in a branch": (f"if big:\n  m.add(SimpleRNN(4, {SHAPE}))", 2, "stands inside `if`"),
    "multiplied": (f"Sequential([SimpleRNN(4, {SHAPE})] * 2)", 1, "write them out"),
    "a slip in an argument": ("SimpleRNN(4,\n  inputshape=(3, 2))", 2, "did you mean `input_shape`"),
    "no such argument": (f"SimpleRNN(4, {SHAPE}, quux=1)", 1, "no argument `quux`; it takes units, activation"),
    "argument not computed": (
        "Sequential([Input((3, 2)), Dense(4,\n  lora_rank=2)])",
        2,
        "`lora_rank=2` is not computed: it adds weights that stand in no figure",
    ),
    "other numbers": (f"SimpleRNN(4, {SHAPE}, dtype='float16')", 1, "`dtype='float16'` is not computed: the numbers"),
    "another size of numbers": ("LSTM(4, batch_input_shape=(1, 3, 2))", 1, r"write Input\(batch_shape=…\) before"),
    "an unknown initializer": (f"SimpleRNN(4, {SHAPE}, kernel_initializer='onse')", 1, "did you mean 'ones'"),
    "an initializer's slip": (f"SimpleRNN(4, {SHAPE}, kernel_initializer=RandomNormal(std=1))", 1, "no number 'std'"),
    "an initializer that runs": (
        f"SimpleRNN(4, {SHAPE},\n kernel_initializer=RandomNormal(stddev=a + b))",
        2,
        "stddev of the initializer random_normal must be a number",
    ),
    "an activation that runs": (f"SimpleRNN(4, activation=lambda x: x, {SHAPE})", 1, "is read by its name"),
    "an activation that halves": (f"SimpleRNN(4, 'glu', {SHAPE})", 1, "it halves its vector"),
    "the oldest way to say the features": (
        "SimpleRNN(4, input_dim=2)",
        1,
        r"`input_dim=2` is not computed: write Input\(\(time_steps, features\)\)",
    ),
    "said twice": (f"SimpleRNN(4, {SHAPE}, units=4)", 1, "given `units` twice"),
    "too many": ("SimpleRNN(" + "4, " * 30 + ")", 1, "takes 21 arguments, not 30"),
    "starred": ("SimpleRNN(*sizes)", 1, "must be written out"),
    "double starred": ("SimpleRNN(4, **options)", 1, "must be written out"),
    "no units": (f"SimpleRNN({SHAPE})", 1, "SimpleRNN needs its units"),
    "units nought": (f"SimpleRNN(0, {SHAPE})", 1, "units must be a whole number from 1, not 0"),
    "units below": (f"SimpleRNN(-4, {SHAPE})", 1, "not -4"),
    "units a fraction": (f"n = 4.5\nSimpleRNN(n, {SHAPE})", 2, "not n, which is 4.5"),
    "units a text": (f"SimpleRNN('4', {SHAPE})", 1, "not '4'"),
    "units True": (f"SimpleRNN(True, {SHAPE})", 1, "not True"),
    "units unknown": (f"SimpleRNN(units, {SHAPE})", 1, "`units` is not set above in this block"),
    "units set below": (f"SimpleRNN(units, {SHAPE})\nunits = 4", 1, "`units` is not set above"),
    "units of another function": (f"def f():\n  n = 4\nSimpleRNN(n, {SHAPE})", 3, "`n` is not set above"),
    "units computed": (f"SimpleRNN(2 * 2, {SHAPE})", 1, r"`2 \* 2` cannot be read without running"),
    "units that may differ": (f"if big:\n  n = 4\nSimpleRNN(n, {SHAPE})", 3, "`n` cannot be read without running"),
    "units counted up": (f"n = 3\nn += 1\nSimpleRNN(n, {SHAPE})", 3, "`n` cannot be read without running"),
    "units of a function's caller": (
        f"n = 7\ndef build(n=4):\n  return SimpleRNN(n, {SHAPE})",
        3,
        "`n` cannot be read without running",
    ),
    "units of themselves": (f"n = n\nSimpleRNN(n, {SHAPE})", 1, "`n` is not set above"),
    "a slip in an activation": (f"SimpleRNN(4, 'rleu', {SHAPE})", 1, "did you mean 'relu'"),
    "bias 1": (f"SimpleRNN(4, use_bias=1, {SHAPE})", 1, "use_bias must be True or False, not 1"),
    "name 1": (f"SimpleRNN(4, name=1, {SHAPE})", 1, "name must be a text, not 1"),
    "no shape": ("model.add(\n  SimpleRNN(4))", 2, r"put Input\(\(time_steps, features\)\) before SimpleRNN"),
    "an empty Input": ("Input()\nSimpleRNN(4)", 2, r"put Input\(\(time_steps, features\)\)"),
    "shape of one": (
        "SimpleRNN(4, input_shape=(3,))",
        1,
        r"found ndim=2\): write Input\(\(time_steps, 3\)\), or put an Emb",
    ),
    "shape of three": ("Input((3, 2, 1))\nSimpleRNN(4)", 1, r"shape must be two whole numbers.*not \(3, 2, 1\)"),
    "shape a number": ("SimpleRNN(4, input_shape=3)", 1, "not 3"),
    "shape of nought": ("SimpleRNN(4, input_shape=(0, 2))", 1, r"not \(0, 2\)"),
    "shape of fractions": ("SimpleRNN(4, input_shape=(3, 2.0))", 1, r"not \(3, 2.0\)"),
    "open time steps": ("SimpleRNN(4, input_shape=(None, 2))", 1, "leaves the time steps open"),
    "shape by name": ("s = (3, 2)\nSimpleRNN(4, input_shape=s)", 2, "must be written out where it is used"),
    "two shapes": ("Input((3, 2))\nSimpleRNN(4, input_shape=(4, 2))", 2, r"\(4, 2\) here and \(3, 2\) in Input"),
    "a batch_shape of two": ("Input(batch_shape=(1,))\nSimpleRNN(4)", 1, r"must be \(batch, time_steps, features\)"),
}


FUNCTIONAL = "x = Input((3, 2))\n"
# What a good teacher would say: what Keras says, what it means, what to write.
TAUGHT = {
    "a lower layer that returns its last step": (
        "m = Sequential([\n  Input((3, 2)),\n  LSTM(4),\n  GRU(2),\n])",
        3,
        r"GRU in line 4 reads a vector at each time step, and LSTM\(4\) hands on its last one only "
        r"\(Keras: expected ndim=3, found ndim=2\): write return_sequences=True",
    ),
    "the same, wrapped": (
        "m = Sequential([Input((3, 2)),\n Bidirectional(LSTM(4)),\n GRU(2)])",
        2,
        "write return_sequences=True into it",
    ),
    "the same, at work": (FUNCTIONAL + "y = LSTM(4)(x)\nz = LSTM(4)(y)", 2, "write return_sequences=True into it"),
    "the same, before TimeDistributed": (
        "m = Sequential([Input((3, 2)), LSTM(4),\n TimeDistributed(Dense(2))])",
        1,
        "at least 3 dimensions.*write return_sequences=True",
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
        "returns 3 things, and Dense after it takes one .*received 3 input tensors.*leave return_state=True out",
    ),
    "unmerged in a stack": (
        "m = Sequential([Input((3, 2)),\n Bidirectional(LSTM(4), merge_mode=None),\n Dense(1)])",
        2,
        "leave merge_mode=None out",
    ),
    "layers that stand apart": (
        "Input((3, 2))\nLSTM(4, return_sequences=True)\nDense(1)",
        3,
        "names 2 layers and does not put them together",
    ),
    "a class": (
        "class M(keras.Model):\n  def __init__(self):\n    self.a = LSTM(4, input_shape=(3, 2))\n"
        "    self.b = Dense(1)\n"
        "  def call(self, x):\n    return self.b(self.a(x))",
        4,
        "outside a class",
    ),
    "no units": (
        "m = Sequential([Input((3, 2)),\n LSTM()])",
        2,
        r"LSTM\(4, …\) .*missing 1 required positional argument: 'units'",
    ),
    "one state for two": (
        FUNCTIONAL + "s = Input((4,))\ny = LSTM(4)(x, initial_state=[s])",
        3,
        r"LSTM begins with 2 states, and 1 is given: write initial_state=\[h, c\]",
    ),
    "two states for one": (
        FUNCTIONAL + "s = Input((4,))\ny = GRU(4)(x,\n initial_state=[s, s])",
        4,
        r"GRU begins with 1 state, and 2 are given: write initial_state=\[h\]",
    ),
    "states for both ways": (
        FUNCTIONAL + "s = Input((4,))\ny = Bidirectional(GRU(4))(x, initial_state=[s])",
        3,
        "begins with 2 states, those of the forward layer first",
    ),
    "a state of another size": (
        FUNCTIONAL + "_, h, c = LSTM(5, return_state=True)(x)\ny = LSTM(4)(x, initial_state=[h, c])",
        3,
        r"holds 4 numbers, and one of the shape \(5,\) is given: give both layers the same units",
    ),
    "a state for a layer without": (
        FUNCTIONAL + "y = Dense(4)(x, initial_state=[x])",
        2,
        "Dense has no state: leave initial_state out",
    ),
    "states in the list of inputs": (
        FUNCTIONAL + "s = Input((4,))\ny = LSTM(4)([x, s, s])",
        3,
        r"received 3 input tensors\): name the one that it reads, and give states as initial_state",
    ),
    "too few names": (
        FUNCTIONAL + "y, h = LSTM(4, return_state=True)(x)\nz = Dense(1)(h)",
        2,
        "2 names stand here for 3 things: its output, then h and c; write 3 names.*too many values to unpack",
    ),
    "too many names": (
        FUNCTIONAL + "y, h, c, d = LSTM(4, return_state=True)(x)\nz = Dense(1)(h)",
        2,
        "not enough values to unpack",
    ),
    "names for what is not returned": (
        FUNCTIONAL + "y, h, c = LSTM(4)(x)\nz = Dense(1)(h)",
        2,
        "returns its output only: write return_state=True",
    ),
    "stateful without a batch": (
        "m = Sequential([Input((3, 2)),\n LSTM(4, stateful=True)])",
        2,
        r"batch size must be static\): write Input\(\(3, 2\), batch_size=1\)",
    ),
    "both ways the same way": (
        "m = Sequential([Input((3, 2)),\n Bidirectional(LSTM(4, go_backwards=True))])",
        2,
        "read in different directions, and both have go_backwards=True",
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
    "nothing to wrap": ("m = Sequential([Input((3, 2)), Bidirectional(4)])", 1, "wraps a layer, and `4` is none"),
    "wrapping what has no steps": (
        "m = Sequential([Input((3, 2)), Bidirectional(Dense(4))])",
        1,
        "wraps a recurrent layer",
    ),
    "a mask by hand": (FUNCTIONAL + "y = LSTM(4)(x, mask=x)", 2, "let Masking or Embedding"),
    "what nobody knows": (
        FUNCTIONAL + "y = LSTM(4)(f(x))",
        2,
        r"`f\(x\)` goes into LSTM, and what it is cannot be read",
    ),
    "an input that is left out": (
        FUNCTIONAL + "s = Input((4,))\ny = SimpleRNN(4)(x, initial_state=s)\nm = Model(x, y)",
        4,
        r"hang on `Input\(\(4,\)\)` as well.*is not connected to `inputs`\): add it",
    ),
    "an output that is none": (
        FUNCTIONAL + "y = LSTM(4)(x)\nm = Model(x, z)",
        3,
        "the outputs `z` of the model cannot be read",
    ),
    "several models": (
        FUNCTIONAL + "y = LSTM(4)(x)\nm = Model(x, y)\nn = Model(x, y)",
        2,
        r"makes 2 models \(m, n\): say which one is meant, read_keras\(code, model='m'\)",
    ),
}


@pytest.mark.parametrize(("code", "lineno", "says"), TAUGHT.values(), ids=TAUGHT)
def test_what_does_not_fit_together_is_explained_where_it_is_to_be_mended(code, lineno, says):
    """What Keras would say, what it means, and what to write."""
    with pytest.raises(CodeError, match=says) as caught:
        read_keras(code)
    assert (caught.value.block, caught.value.lineno) == (code, lineno)


def test_a_model_within_a_model_is_refused():
    """Its layers are not looked for."""
    code = "x = Input((3, 2))\ninner = Sequential([LSTM(4)])\ny = inner(x)\nm = Model(x, y)"
    with pytest.raises(CodeError, match="used as a layer here, which is not read yet: write its layers out") as caught:
        read_keras(code, model="m")
    assert caught.value.lineno == 3


def test_a_model_that_the_code_does_not_make_is_refused_with_those_that_it_makes():
    """The name is the script's, and so is the slip."""
    with pytest.raises(CodeError, match="makes no model `n`; it makes m"):
        read_keras("m = Sequential([Input((3, 2)), LSTM(4)])", model="n")


@pytest.mark.parametrize(("code", "lineno", "says"), WRONG.values(), ids=WRONG)
def test_a_block_that_cannot_be_read_is_an_error_at_its_line(code, lineno, says):
    """The engine turns the block and its line into the article's."""
    with pytest.raises(CodeError, match=says) as caught:
        read_keras(code)
    assert (caught.value.block, caught.value.lineno) == (code, lineno)


def test_a_null_character_is_an_error_like_any_other():
    """Python versions disagree on what it raises."""
    with pytest.raises(CodeError, match="not Python"):
        read_keras("\0")


def test_brackets_nested_beyond_reason_are_an_error_like_any_other():
    """Python's own parser gives up on them in its own ways."""
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
def test_no_text_makes_the_reader_fail_otherwise(code):
    """It answers with a model, or with an error that knows a line of the block."""
    try:
        answer = read_keras(code)
    except KitError as error:
        answer = error
    if isinstance(answer, KitError):
        assert answer.block == code
        assert 1 <= (answer.lineno or 0) <= len(code.splitlines()) + 1
    else:
        assert answer.nodes

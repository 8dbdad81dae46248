"""What a code block is told that cannot be read: what is wrong, where, and what to do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unrolled import read_keras
from unrolled.errors import CodeError, KitError

SHAPE = "input_shape=(3, 2)"

WRONG = {
    "not Python": (f"model = Sequential(\nSimpleRNN(4, {SHAPE})", 1, "not Python"),
    "not Python, further down": ("x = 1\ny = = 2\n", 2, "not Python"),
    "nothing": ("", 1, "no layer that can be drawn; drawn are: SimpleRNN"),
    "no layer": ("x = 4\nprint(x)", 1, "no layer that can be drawn"),
    "another library's": (f"from mine import SimpleRNN\nSimpleRNN(4, {SHAPE})", 1, "no layer that can be drawn"),
    "a slip in a layer": ("model = Sequential()\nmodel.add(SimpleRNNN(4))", 2, "did you mean SimpleRNN"),
    "a slip in case": (f"simplernn(4, {SHAPE})", 1, "did you mean SimpleRNN"),
    "a slip in a list": ("Sequential([\n  LTSM(4)])", 2, "did you mean LSTM"),
    "a slip in Sequential": (f"m = Sequental([SimpleRNN(4, {SHAPE})])", 1, "did you mean Sequential"),
    "no such layer": ("Sequential([Quux(4)])", 1, "`Quux` is no layer of Keras that is known here"),
    "not drawn yet": ("Sequential([\nInput((3, 2)),\nLSTM(4)])", 3, "`LSTM` is not drawn yet"),
    "a wrapped layer": (f"Bidirectional(SimpleRNN(4, {SHAPE}))", 1, "`Bidirectional` is not drawn yet"),
    "two layers": (f"SimpleRNN(4, {SHAPE})\nSimpleRNN(4)", 2, "one recurrent layer is drawn today, and the code has 2"),
    "two inputs": ("Input((3, 2))\nInput((3, 2))\nSimpleRNN(4)", 2, "one input is drawn today"),
    "in a loop": (f"for i in (1, 2):\n  m.add(SimpleRNN(4, {SHAPE}))", 2, "`SimpleRNN` stands inside `for`"),
    "in a branch": (f"if big:\n  m.add(SimpleRNN(4, {SHAPE}))", 2, "stands inside `if`"),
    "multiplied": (f"Sequential([SimpleRNN(4, {SHAPE})] * 2)", 1, "write them out"),
    "a slip in an argument": ("SimpleRNN(4,\n  inputshape=(3, 2))", 2, "did you mean `input_shape`"),
    "no such argument": (f"SimpleRNN(4, {SHAPE}, quux=1)", 1, "no argument `quux`; it takes units, activation"),
    "argument not drawn yet": (
        f"SimpleRNN(4, {SHAPE},\n  return_sequences=True)",
        2,
        "`return_sequences=True` is not drawn yet: leave it out",
    ),
    "weights not drawn": (
        f"SimpleRNN(4, {SHAPE}, kernel_initializer=Ones())",
        1,
        "`kernel_initializer=Ones.*not drawn",
    ),
    "the oldest way to say the features": ("SimpleRNN(4, input_dim=2)", 1, "`input_dim=2` is not drawn yet"),
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
    "shape of one": ("SimpleRNN(4, input_shape=(3,))", 1, r"two whole numbers.*not \(3,\)"),
    "shape of three": ("Input((3, 2, 1))\nSimpleRNN(4)", 1, r"shape must be two whole numbers.*not \(3, 2, 1\)"),
    "shape a number": ("SimpleRNN(4, input_shape=3)", 1, "not 3"),
    "shape of nought": ("SimpleRNN(4, input_shape=(0, 2))", 1, r"not \(0, 2\)"),
    "shape of fractions": ("SimpleRNN(4, input_shape=(3, 2.0))", 1, r"not \(3, 2.0\)"),
    "open time steps": ("SimpleRNN(4, input_shape=(None, 2))", 1, "leaves the time steps open"),
    "shape by name": ("s = (3, 2)\nSimpleRNN(4, input_shape=s)", 2, "must be written out where it is used"),
    "two shapes": ("Input((3, 2))\nSimpleRNN(4, input_shape=(4, 2))", 2, r"\(4, 2\) here and \(3, 2\) in Input"),
    "batch_shape": ("Input(batch_shape=(1, 3, 2))\nSimpleRNN(4)", 1, "`batch_shape=.*not drawn yet"),
}


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


@settings(deadline=None, max_examples=400)
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
        assert answer.layer.units >= 1

"""Reading a model from a block, with the position of each argument."""

import math
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diagrams.cases import cases
from unrolled import SimpleRNN, read_keras, run_model

SEED = "model = Sequential()\nmodel.add(SimpleRNN(4, input_shape=(3, 2)))\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("case", cases(Path(__file__).with_name("models.md"), "A layer, however"))
def test_each_argument_knows_its_position(case, newline):
    """In the block, so that an error can point there; in the call, so that a tie can start there."""
    code = case.text.replace("\n", newline)
    model = read_keras(code)
    assert model.layers == (SimpleRNN(4),)
    assert (model.time_steps, model.features, model.code) == (3, 2, code)
    lines = case.text.split("\n")
    for call in model.calls:
        for argument in call.arguments:
            assert lines[argument.lineno - 1][argument.column :].startswith(argument.text)
            assert call.text[argument.start : argument.end] == argument.text
    names = {argument.name for call in model.calls for argument in call.arguments}
    assert names >= ({"units", "time_steps", "features"} if "**sizes" not in code else set())


def test_the_options_of_a_layer_are_read():
    """Everything that a figure might show."""
    code = 'SimpleRNN(5, "relu", use_bias=False, name="memory", input_shape=(7, 1))'
    assert read_keras(code).layer == SimpleRNN(5, "relu", use_bias=False, name="memory")
    assert read_keras("SimpleRNN(5, activation=None, input_shape=(7, 1))").layer.activation == "linear"


def test_the_call_is_printed_as_written_without_its_module():
    """On one line, since that's the space in a figure."""
    code = """
model = keras.Sequential([
    keras.Input( (3, 2) ),
    keras.layers.SimpleRNN(
        4,  # the units
        activation = 'relu',
    ),
])"""
    assert [call.text for call in read_keras(code).calls] == ["SimpleRNN(4, activation = 'relu')", "Input( (3, 2) )"]
    over_lines = 'm = Sequential([Input((3, 2)), SimpleRNN(4, name="""my\nlayer""")])'
    assert read_keras(over_lines).calls[0].text == 'SimpleRNN(4, name="""my layer""")'


def test_the_layer_comes_first_and_an_input_shape_is_separate():
    """A figure prints one call for the older style, two for the current one."""
    assert [call.text for call in read_keras(SEED).calls] == ["SimpleRNN(4, input_shape=(3, 2))"]


def test_a_constant_is_quoted_by_name_and_read_by_value():
    """The position is where it is used, not where it is set."""
    units = read_keras("units = 4\nSimpleRNN(units, input_shape=(3, 2))").argument("units")
    assert units is not None
    assert (units.value, units.text, units.lineno, units.column) == (4, "units", 2, 10)


def test_arguments_left_to_keras_have_no_position():
    """A tie to one would start nowhere."""
    assert read_keras(SEED).argument("activation") is None


@settings(deadline=None)
@given(
    units=st.integers(1, 10**6),
    steps=st.integers(1, 10**6),
    features=st.integers(1, 10**6),
    gap=st.sampled_from(["", " ", "\n", "  # note, with (brackets\n", "\n\n    "]),
    before=st.sampled_from(["", "# ünïcode\n", "s = 'é→'; ", "import keras\n\n\n"]),
)
def test_layout_changes_neither_the_numbers_nor_their_places(units, steps, features, gap, before):
    """Line breaks, comments and non-ASCII letters move things, but change nothing else."""
    code = f"{before}SimpleRNN({gap}{units},{gap}input_shape=({gap}{steps},{gap}{features}{gap}){gap})\n"
    model = read_keras(code)
    assert (model.layer.units, model.time_steps, model.features) == (units, steps, features)
    for name, value in (("units", units), ("time_steps", steps), ("features", features)):
        found = model.argument(name)
        assert found is not None
        assert code.split("\n")[found.lineno - 1][found.column :].startswith(str(value))
        assert model.calls[0].text[found.start : found.end] == str(value)
    assert "\n" not in model.calls[0].text
    assert "#" not in model.calls[0].text


def test_changes_to_a_module_are_undone():
    """The next figure may be drawn by the same process, as in the tests, or in a script that reads two blocks."""
    model = read_keras("import math, string\nmath.pi = 4\nstring.digits = '0'\nLSTM(math.pi, input_shape=(3, 2))")
    assert model.layers[0].units == 4
    assert (math.floor(math.pi), string.digits) == (3, "0123456789")


@pytest.mark.parametrize("name", ["fit", "evaluate", "predict", "train_on_batch", "predict_classes"])
def test_a_model_is_built_on_its_first_input(name):
    """Its shape may be given nowhere else."""
    model = read_keras(f"x = np.zeros((8, 3, 2))\nm = Sequential([SimpleRNN(4)])\nm.{name}(x)")
    assert (model.time_steps, model.features) == (3, 2)


@pytest.mark.parametrize(
    ("said", "mask"), [("Add()([x, x])", [True, False, True]), ("x + x", None), ("x * 2", None), ("x * x", None)]
)
def test_masks_go_through_layers_and_not_through_arithmetic(said, mask):
    """As in Keras."""
    code = f"words = Input((3,))\nx = Embedding(4, 2, mask_zero=True)(words)\nmodel = Model(words, {said})"
    found = run_model(read_keras(code), [1, 0, 2]).traces[-1].mask_of(0)
    assert (None if found is None else found.tolist()) == mask

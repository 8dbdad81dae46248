"""An article's blocks, values given by its author, and the choice of the model."""

import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.conftest import REPOSITORY
from tests.diagrams.unrolled.reader.traps import Code
from unrolled import GRU, LSTM, Dense, read_keras
from unrolled import layers as registry
from unrolled.errors import CodeError
from unrolled.layers import add_layer
from unrolled.layers.layer import Layer

MODEL = "model = Sequential([Input((3, 2)), LSTM(units)])\n"


def layers(code, *before, given="", model=""):
    """Read a block with the blocks above it; return the layers' names and units."""
    found = read_keras(Code(code, before, given, model))
    return [(each.name_in_code, getattr(each, "units", None)) for each in found.layers]


def refusal(code, *before, given="", model=""):
    """Read a block that raises an error: return the text of the block at fault, the line, and the message."""
    with pytest.raises(CodeError) as caught:
        read_keras(Code(code, before, given, model))
    return caught.value.block, caught.value.lineno, str(caught.value)


# Blocks run in order, like the cells of a notebook.


def test_a_block_sees_the_names_of_those_above():
    """Values, functions and imports, with the latest value of each."""
    assert layers(MODEL, "units = 3\n", "units += 1\n") == [("LSTM", 4)]
    assert layers("model = build(4)\n", "def build(n):\n  return Sequential([Input((3, 2)), GRU(n)])\n") == [("GRU", 4)]
    assert layers("model = Sequential([L.Input((3, 2)), L.Dense(4)])", "from keras import layers as L") == [
        ("Dense", 4)
    ]


def test_a_model_grows_from_block_to_block():
    """The picture shows the model as it is after its own block."""
    first, second = "model = Sequential([Input((3, 2)), LSTM(4)])\n", "model.add(Dense(1))\n"
    assert layers(second, first) == [("LSTM", 4), ("Dense", 1)]
    assert layers(first) == [("LSTM", 4)]


def test_a_block_that_only_uses_a_model_shows_it():
    """`fit` comes after the code that builds the model; its data needn't be there."""
    assert layers("model.fit(x_train, y_train, epochs=3)\n", MODEL.replace("units", "4")) == [("LSTM", 4)]
    assert layers("history = model.fit(x, y)\nplt.plot(history.history['loss'])\n", MODEL.replace("units", "4"))


def test_a_failing_block_does_not_matter_if_it_is_not_needed():
    """A picture further down mustn't suffer from it."""
    for failing in ("1 / 0\n", "this is no Python\n", "import mydata\nfor row in mydata.rows: print(row)\n"):
        assert layers(MODEL, failing, "units = 4\n") == [("LSTM", 4)]


def test_names_of_a_failing_block_are_an_error_only_where_they_are_needed():
    """At the line that needs them, with the failure."""
    block, lineno, message = refusal(MODEL, "steps = 1 / 0\nunits = 4\n")
    assert (block, lineno) == (MODEL, 1)
    assert "LSTM is given units=units" in message
    assert "ZeroDivisionError: division by zero" in message
    assert "line 1" in message


def test_names_that_a_failing_block_may_have_changed_are_not_trusted():
    """The old value would silently give another picture."""
    for failing in (
        "1 / 0\nunits = 5\n",
        "if mydata:\n  units = 5\n",
        "1 / 0\ndef units(): pass\n",
        "1 / 0\nimport units\n",
    ):
        assert "units" in refusal(MODEL, "units = 4\n", failing)[2]
    built = "model = Sequential([Input((3, 2)), LSTM(4)])\n"
    grow = "def grow(m):\n  m.add(Dense(1))\n"
    for failing in ("1 / 0\nmodel.add(Dense(1))\n", "1 / 0\ngrow(model)\n", "1 / 0\nmodel.layers[0].units = 3\n"):
        assert refusal("model.summary()\n", built, grow, failing)[:2] == (failing, 1)


def test_what_a_failing_block_sets_before_it_fails_is_kept():
    """As in a notebook."""
    assert layers(MODEL, "units = 4\n1 / 0\n") == [("LSTM", 4)]


def test_a_block_that_fails_in_another_block_s_function_keeps_what_it_set_before():
    """It stopped at the line of the call, wherever the function is."""
    assert layers(MODEL, "def stop():\n    raise ValueError\n", "units = 5\nstop()\nlater = 1\n") == [("LSTM", 5)]
    block, line, said = refusal(MODEL, "def stop():\n    raise ValueError\n", "stop()\nunits = 5\n")
    assert (block, line) == (MODEL, 1)
    assert "ValueError" in said


def test_a_failing_block_leaves_what_its_remaining_lines_could_not_change():
    """Neither a number passed to a function, nor anything in a function that was never called."""
    for later in ("show(units)\n", "def grow():\n    units.append(3)\n", "grow = lambda: show(units)\n"):
        assert layers(MODEL, "units = 5\n", f"raise ValueError\n{later}") == [("LSTM", 5)]
    for later in ("show(sizes)\n", "sizes.append(3)\n"):
        with pytest.raises(CodeError, match="sizes"):
            layers(MODEL.replace("units", "sizes[0]"), "sizes = [5]\n", f"raise ValueError\n{later}")


def test_an_error_in_a_function_of_an_earlier_block_is_reported_there():
    """That's the line to change."""
    above = "def build(n):\n  return LSTM(n, untis=3)\n"
    block, lineno, message = refusal("model = Sequential([Input((3, 2)), build(4)])\n", above)
    assert (block, lineno) == (above, 2)
    assert "`untis`" in message


def test_a_function_that_is_defined_but_not_called_is_called():
    """Articles often show just the function."""
    code = "def build(units=4):\n  return Sequential([Input((3, 2)), LSTM(units)])\n"
    assert layers(code) == [("LSTM", 4)]
    needy = code.replace("units=4", "units")
    assert layers(needy, given="units=7") == [("LSTM", 7)]
    block, lineno, message = refusal(needy)
    assert (block, lineno) == (needy, 1)
    assert '{given="units=…"}' in message


def test_a_class_that_is_never_instantiated_is_an_error_that_says_what_to_write():
    """Its arguments can't be guessed."""
    code = "import keras\nclass Reader(keras.Model):\n  def call(self, x):\n    return x\n"
    assert refusal(code)[1:] == (2, refusal(code)[2])
    assert "model = Reader()" in refusal(code)[2]


# Values that aren't in the code.


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("units=4", MODEL),
        ("n=5, units=4", MODEL),
        ("units=9, units_=1, n=4", "units = n\n" + MODEL),
        ("units=4", "from settings import units\n" + MODEL),
        ("units=4", "import settings\nunits = settings.units\n" + MODEL),
        ("units=4", "units = len(x_train)\n" + MODEL),
        ("kind='LSTM'", "model = Sequential([Input((3, 2)), LSTM(4) if kind == 'LSTM' else GRU(4)])\n"),
        ("both=False", "model = Sequential([Input((3, 2)), GRU(4) if both else LSTM(4)])\n"),
        ("sizes=[4]", "model = Sequential([Input((3, 2)), *[LSTM(n) for n in sizes]])\n"),
        ("options={'units': 4}", "model = Sequential([Input((3, 2)), LSTM(**options)])\n"),
        ("x=(3, 2)", "y = LSTM(4)(x)\n"),
        ("x=(3, 2)", "from data import x\ny = LSTM(4)(x)\n"),
        ("shape=(3, 2)", "model = Sequential([Input(shape), LSTM(4)])\n"),
    ],
)
def test_values_given_by_the_author_are_known(given, code):
    """A number, a string, a boolean, a list, a dict, or the shape of a sample."""
    assert layers(code, given=given) == [("LSTM", 4)]


def test_the_code_takes_precedence_over_given_values():
    """These are for what the code leaves unknown."""
    assert layers("units = 4\n" + MODEL, given="units=7") == [("LSTM", 4)]


@pytest.mark.parametrize(
    "given", ["units", "units=", "4", "units=4; n=3", "units=open('x')", "**{'units': 4}", "units=4, 5"]
)
def test_an_invalid_given_value_is_an_error_that_shows_how(given):
    """It isn't code, but an attribute of the image."""
    block, lineno, message = refusal(MODEL, given=given)
    assert (block, lineno) == (None, None)
    assert f'given="{given}" can\'t be read' in message
    assert 'given="sequence_length=5, x=(3, 2)"' in message


@pytest.mark.parametrize("name", ["units", "x_train.shape", "settings.units", "len(words)"])
def test_an_unknown_that_a_layer_needs_is_an_error_that_says_what_to_give(name):
    """It uses the name under which the value can be given."""
    _, lineno, message = refusal(f"model = Sequential([Input((3, 2)),\n  LSTM({name})])\n")
    assert lineno == 2
    assert "{given=" in message
    assert name.split(".")[0].removeprefix("len(").removesuffix(")") in message


# Choosing the model.

TWO = (
    "encoder = Sequential([Input((3, 2)), LSTM(4)])\n"
    "decoder = Sequential([Input((4,)), RepeatVector(3), GRU(2, return_sequences=True)])\n"
)


def test_the_model_built_or_changed_last_is_read_unless_another_is_named():
    """By its name in the code, including models from earlier blocks."""
    assert layers(TWO)[-1] == ("GRU", 2)
    assert layers(TWO, model="encoder") == [("LSTM", 4)]
    assert layers("model = Sequential([Input((3,)), Dense(1)])", TWO, model="encoder") == [("LSTM", 4)]
    assert layers(TWO + "encoder.add(Dense(1))\n") == [("LSTM", 4), ("Dense", 1)]
    assert read_keras(TWO, model="encoder").layers == (LSTM(4),)


def test_a_layer_by_its_name_is_a_model_of_one():
    """`{model=lstm}`."""
    assert layers("x = Input((3, 2))\nlstm = LSTM(4)\ny = Dense(1)(lstm(x))\n", model="lstm") == [("LSTM", 4)]


def test_a_missing_model_is_an_error_that_lists_those_there_are():
    """The name comes from the image, and so does the typo."""
    assert "makes no model called `encodre`: did you mean `encoder`?" in refusal(TWO, model="encodre")[2]
    assert "makes no model called `units`; it makes encoder, decoder" in refusal("units = 4\n" + TWO, model="units")[2]


# Names that nobody sets.


def test_common_names_are_available_without_an_import():
    """Articles omit imports."""
    for code in (
        "model = keras.Sequential([keras.Input((3, 2)), keras.layers.LSTM(4)])",
        "model = tf.keras.Sequential([tf.keras.Input((3, 2)), layers.LSTM(4)])",
        "model = Sequential([Input(np.zeros((3, 2)).shape), LSTM(int(math.sqrt(16)))])",
        "model.add(Input((3, 2)))\nmodel.add(LSTM(4))",
    ):
        assert layers(code) == [("LSTM", 4)]


def test_an_article_s_own_name_hides_a_common_one():
    """As in Python."""
    assert layers("LSTM = GRU\nmodel = Sequential([Input((3, 2)), LSTM(4)])") == [("GRU", 4)]


# One literal, several layers.


@pytest.mark.parametrize(
    "code",
    [
        "m = Sequential([Input((3, 2))])\nfor i in range(3):\n  m.add(LSTM(4, return_sequences=True))\n",
        "m = Sequential([Input((3, 2)), *[LSTM(4, return_sequences=True) for _ in 'abc']])\n",
        "def one():\n  return LSTM(4, return_sequences=True)\nm = Sequential([Input((3, 2)), one(), one(), one()])\n",
    ],
)
def test_one_literal_belongs_to_every_layer_it_creates(code):
    """So that a tie connects to all of them."""
    model = read_keras(code)
    units = [one for node in model.nodes for call in node.calls for one in call.arguments if one.name == "units"]
    lines = code.split("\n")
    assert len(units) == len(model.layers) == 3
    assert len({(each.lineno, each.column) for each in units}) == 1
    assert lines[units[0].lineno - 1][units[0].column] == "4"


def test_a_variable_is_an_argument_where_it_is_used():
    """In each call separately."""
    code = "n = 4\nm = Sequential([Input((3, 2)), LSTM(n, return_sequences=True), LSTM(n)])\n"
    units = [one for node in read_keras(code).nodes for one in node.calls[0].arguments if one.name == "units"]
    assert [(each.text, each.value, each.lineno) for each in units] == [("n", 4, 2), ("n", 4, 2)]
    assert len({each.column for each in units}) == 2


def test_positions_are_those_in_the_figure_s_own_block():
    """A prompt counts, non-ASCII letters count once, and a function of an earlier block has its own line numbers."""
    code = ">>> s = 'é→ü'; m = Sequential([Input((3, 2)),\n...     LSTM(4)])\n"
    units = read_keras(code).argument("units")
    assert (units.lineno, code.split("\n")[units.lineno - 1][units.column]) == (2, "4")
    code = "s = 'é→ü'; m = Sequential([Input((3, 2)), LSTM(4)])\n"
    assert code[read_keras(code).argument("units").column] == "4"


# Custom layers.


def test_a_layer_added_by_a_script_is_read_by_its_fields(monkeypatch):
    """By position and by name, with Keras's own checks for missing arguments."""

    @dataclass(frozen=True)
    class Gate(Layer):
        """A layer defined by a script."""

        units: int = 1
        slope: float = 0.5

    monkeypatch.setattr(registry, "_added", {**registry._added}, raising=False)
    add_layer(Gate)
    model = read_keras("m = Sequential([Input((3, 2)), Gate(4, slope=0.25), Dense(1)])")
    assert model.layers == (Gate(4, 0.25), Dense(1))
    assert model.argument("slope").value == 0.25
    assert (
        "Gate has no argument `slpoe`: did you mean `slope`?" in refusal("Sequential([Input((3,)), Gate(slpoe=1)])")[2]
    )


def test_reading_twice_gives_the_same():
    """Nothing is carried over from one reading to the next."""
    code = "import random\nrandom.seed(3)\nm = Sequential([Input((3, 2)), LSTM(random.randint(1, 99)), Dense(1)])\n"
    assert read_keras(code) == read_keras(code)
    assert read_keras("model = Sequential([Input((3, 2)), GRU(2)])").layers == (GRU(2),)


def test_a_first_reading_may_import_what_python_has_not_compiled_yet(tmp_path):
    """Python writes compiled files next to the code, which the guard could mistake for the article's own."""
    program = f"from unrolled import read_keras; print(len(read_keras({TWO!r}).layers))"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(REPOSITORY / "diagrams"), "PYTHONPYCACHEPREFIX": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout == "2\n", done.stderr


def test_a_model_that_is_never_created_restarts_where_a_layer_has_an_input_shape():
    """Articles omit `model = Sequential()` and show one layer after another with `model.add`."""
    first = "model.add(SimpleRNN(4, input_shape=(3, 2)))"
    assert layers("model.add(GRU(5, input_shape=(3, 2)))", first) == [("GRU", 5)]
    assert layers("model.add(Dense(1))", first) == [("SimpleRNN", 4), ("Dense", 1)]

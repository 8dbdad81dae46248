"""An article's blocks, values given by its author, and the choice of the model."""

import gc
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.diagrams.cases import Code, cases, check_reading
from unrolled import GRU, Dense, read_keras
from unrolled import layers as registry
from unrolled.errors import CodeError
from unrolled.layers import add_layer
from unrolled.layers.layer import Layer

MODEL = "model = Sequential([Input((3, 2)), LSTM(units)])\n"


@pytest.mark.parametrize("case", cases(Path(__file__).with_name("blocks.md")))
def test_a_block_is_read_with_those_above_it_and_what_the_image_says(case):
    """As a notebook runs its cells; what isn't known is an error where it is needed."""
    check_reading(case)


@pytest.mark.parametrize(
    "given", ["units", "units=", "4", "units=4; n=3", "units=open('x')", "**{'units': 4}", "units=4, 5"]
)
def test_an_invalid_given_value_is_an_error_that_shows_how(given):
    """It isn't code, but an attribute of the image."""
    with pytest.raises(CodeError, match=re.escape(f'given="{given}" can\'t be read')) as caught:
        read_keras(Code(MODEL, given=given))
    assert (caught.value.block, caught.value.lineno) == (None, None)
    assert 'given="sequence_length=5, x=(3, 2)"' in str(caught.value)


@pytest.mark.parametrize("name", ["units", "x_train.shape", "settings.units", "len(words)"])
def test_an_unknown_that_a_layer_needs_is_an_error_that_says_what_to_give(name):
    """It uses the name under which the value can be given."""
    with pytest.raises(CodeError, match=r"\{given=") as caught:
        read_keras(f"model = Sequential([Input((3, 2)),\n  LSTM({name})])\n")
    assert caught.value.lineno == 2
    assert name.split(".")[0].removeprefix("len(").removesuffix(")") in str(caught.value)


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
    with pytest.raises(CodeError, match=r"Gate has no argument `slpoe`: did you mean `slope`\?"):
        read_keras("Sequential([Input((3,)), Gate(slpoe=1)])")


def test_reading_twice_gives_the_same():
    """Nothing is carried over from one reading to the next."""
    code = "import random\nrandom.seed(3)\nm = Sequential([Input((3, 2)), LSTM(random.randint(1, 99)), Dense(1)])\n"
    assert read_keras(code) == read_keras(code)
    assert read_keras("model = Sequential([Input((3, 2)), GRU(2)])").layers == (GRU(2),)


def test_after_an_error_garbage_is_collected_as_before():
    """A process reads on, and would take ten times as long for each model if what it has were still left out."""
    before = gc.get_freeze_count()
    with pytest.raises(CodeError, match="can't be read"):
        read_keras(Code(MODEL, given="input=3"))
    assert gc.get_freeze_count() == before


def test_a_first_reading_may_import_what_python_has_not_compiled_yet(tmp_path):
    """Python writes compiled files next to the code, which the guard could mistake for the article's own."""
    program = f"from unrolled import read_keras; print(len(read_keras({MODEL.replace('units', '4')!r}).layers))"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(REPOSITORY / "diagrams"), "PYTHONPYCACHEPREFIX": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout == "1\n", done.stderr

"""Blocks that can't be read: what is wrong, where, and what to do."""

import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.cases import cases, check_reading
from tests.sampling import sampled
from unrolled import read_keras
from unrolled.errors import CodeError, KitError
from unrolled.layers import MODULES, computed

REPOSITORY = Path(__file__).parents[4]

ERRORS = cases(Path(__file__).with_name("errors.md"))


@pytest.mark.parametrize("case", ERRORS)
def test_code_that_cannot_be_read_is_an_error_at_its_line(case):
    """Most say what Keras would say, what it means, and what to write; the engine finds the line in the article."""
    check_reading(case)


def test_an_unknown_model_is_an_error_that_lists_those_the_code_builds():
    """The name comes from the script, and so does the typo."""
    with pytest.raises(CodeError, match="makes no model called `n`; it makes m"):
        read_keras("m = Sequential([Input((3, 2)), LSTM(4)])", model="n")


@pytest.mark.parametrize("code", ["\0", "(" * 5000 + ")" * 5000], ids=["a null character", "many brackets"])
def test_what_python_s_own_parser_gives_up_on_is_an_ordinary_error(code):
    """Python versions disagree on what to raise."""
    with pytest.raises(CodeError, match="not Python"):
        read_keras(code)


SIGNS = [*"()[],.=*:#'430- é\\\n\t\r\f", "\n  "]
WORDS = [
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
]
PHRASES = ["(3, 2)", "SimpleRNN(4, ", "input_shape=(3, 2))", "None", "lambda", "if", "def f"]
pieces = st.sampled_from([*SIGNS, *WORDS, *PHRASES])


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
WHOLE = ", return_sequences=True"


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
    with pytest.raises(CodeError, match=r"`MelSpectrogram` isn't supported yet; docs/reading\.md lists the layers"):
        read_keras("m = Sequential([Input((3,)), MelSpectrogram()])")


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


def test_a_call_that_asks_for_numbers_has_no_remedy():
    """The message ends with the reason."""
    code = "class Own(Layer):\n  def call(self, x):\n    return x if x[0, 0] > 0 else x + x\ny = Own()(Input((3, 2)))"
    says = r"can't tell whether `tensor\[0, 0\] > 0` is true: .*a tensor has no numbers while the model is built$"
    with pytest.raises(CodeError, match=says) as caught:
        read_keras(code)
    assert caught.value.lineno == 3


def test_an_assert_of_several_lines_that_fails_shows_all_of_it():
    """Python versions disagree on the line at which it fails."""
    with pytest.raises(CodeError, match="because `n == 2` isn't true: two") as caught:
        read_keras("n = 1\nassert (\n    n\n    == 2\n), 'two'")
    assert caught.value.lineno == (3 if sys.version_info >= (3, 13) else 2)

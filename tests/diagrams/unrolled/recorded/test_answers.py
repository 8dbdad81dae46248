"""What pictures can be asked: which numbers, and what is said of them."""

import re
from typing import Any

import numpy as np
import pytest

from tests.conftest import REPOSITORY
from tests.diagrams.answers import nodes_of, said_of
from unrolled import (
    GRU,
    LSTM,
    Conv1D,
    Dense,
    Embedding,
    MaxPooling1D,
    MultiHeadAttention,
    NumbersError,
    SimpleRNN,
    asks_of,
    attention,
    cell,
    cells,
    convolution,
    embed,
    gradient,
    heads,
    illustrative,
    logits,
    lookup,
    network,
    positions,
    read_keras,
    record,
    reset,
    row,
    run_model,
    stack,
    tensor,
    text_of,
    transformer,
    unroll,
)
from unrolled.recorded.arrays import call_numbers, named

WORDS = ["I", "am", "groot"]
IMAGE = [[0, 0, 1, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 1, 1, 1]]
ADDED = """
x = Input((3, 4))
y = Add()([x, MultiHeadAttention(1, 2)(x, x)])
model = Model(x, LayerNormalization()(y))
"""


def answer(picture, part, at=0):
    """Return what is said of a number in a part."""
    answers = picture.asks
    return said_of(answers, nodes_of(answers)[part][at])


VIEWS = {
    "unroll": lambda: unroll(stack(Embedding(5, 2), LSTM(4), Dense(1, "sigmoid"), shape=(3,)), WORDS),
    "cell": lambda: cell(SimpleRNN(2), WORDS),
    "reset": lambda: reset(GRU(2), WORDS),
    "attention": lambda: attention(MultiHeadAttention(2, 2), WORDS),
    "one query": lambda: attention(MultiHeadAttention(2, 2), WORDS, query=2, head=1),
    "heads": lambda: heads(MultiHeadAttention(2, 2), WORDS),
    "transformer": lambda: transformer(read_keras(ADDED), WORDS),
    "convolution": lambda: convolution(Conv1D(2, 2, activation="tanh"), WORDS),
    "pooling": lambda: convolution(stack(Conv1D(2, 2), MaxPooling1D(2), shape=(3, 2)), WORDS, receptive_field=True),
    "image": lambda: convolution(
        stack(read_keras("m = Sequential([Input((4, 4, 1)), Conv2D(1, 2)])").layers[0], shape=(4, 4, 1)), IMAGE
    ),
    "network": lambda: network(stack(Dense(3, "tanh"), Dense(2, "softmax"), shape=(2,)), [0.5, -0.2]),
    "logits": lambda: logits(["Groot", "here"], [1.2, 0.5]),
    "lookup": lambda: lookup("am", WORDS),
    "positions": lambda: positions(5, units=4),
    "tensor": lambda: tensor(stack(LSTM(2), shape=(3, 2)), [WORDS]),
    "gradient": lambda: gradient(SimpleRNN(2), WORDS),
}


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_with_numbers_answers(view):
    """Most of what it prints; the numbers of places and scales can't be asked."""
    picture = VIEWS[view]()
    nodes = nodes_of(picture.asks)
    printed = {part: numbers for part, numbers in picture._printed.items() if numbers}
    asked = sum(len(numbers) for part, numbers in printed.items() if part in nodes)
    assert asked >= 0.35 * sum(map(len, printed.values())), {part for part in printed if part not in nodes}


def test_a_number_says_its_formula_and_its_calculation():
    """With the names of the field, and the numbers as printed: an LSTM's memory, a gate, a state."""
    picture = cell(LSTM(2), WORDS)
    assert answer(picture, "memory-after") == "c₃ = kept + written: −0.93 = −0.17 + (−0.76)"
    assert answer(picture, "kept") == "kept = f × c₂: −0.17 = 0.52 × (−0.33)"
    assert answer(picture, "forget-gate").startswith(
        "f₃ = sigmoid(x₃ · kernel + h₂ · recurrent_kernel + bias): 0.52 = sigmoid("
    )
    assert answer(picture, "x") == "x₃: −0.70 = given"
    for part in ("before-candidate", "after-candidate"):
        assert answer(reset(GRU(2), WORDS), part).startswith("h̃ = tanh(x₃ · kernel + bias")


def test_one_decimal_more_where_a_calculation_looks_wrong():
    """0.78 + 0.03 is not 0.80, but 0.776 + 0.026 is."""
    assert answer(cell(LSTM(2), WORDS), "memory-after", 1) == "c₃ = kept + written: 0.80 = 0.776 + 0.026"


def test_weights_end_what_can_be_asked_with_their_name_and_place():
    """A word's vector is a row of the table."""
    picture = unroll(stack(Embedding(5, 2), LSTM(2), shape=(3,)), WORDS)
    answers = picture.asks
    ends = [symbol for symbol, _, _ in answers["arrays"] if "kernel, row 2, column 4" in symbol]
    assert ends


def test_what_a_script_calls_a_weight_replaces_its_place():
    """As the words of a table. What is read of a row of states is the state of that row."""
    trace = run_model(stack(Embedding(5, 2), LSTM(2), shape=(3,)), record([1, 2, 3]))
    call_numbers(trace.trace_of(Embedding).weights["embeddings"], lambda symbol, at: WORDS[at[0] - 1])
    read = named("read", trace.trace_of(LSTM).states[2] * 2)
    picture = row(cells(read), cells(trace.trace_of(Embedding).output)).picture("Numbers.")
    assert answer(picture, "cells-1").startswith("read = h₂ × 2: ")
    assert answer(picture, "cells-2", 2).startswith("am: ")


def test_what_a_kernel_covers_is_the_input_with_padding_around_it():
    """Each product says so; the sum over an image is one, or of all channels."""
    padded = convolution(Conv1D(1, 2, padding="causal"), WORDS).asks
    formulas = {formula for _, formula, _ in padded["arrays"]}
    assert {"x × kernel", "sum(x × kernel) + bias"} <= formulas
    assert not any("…" in formula for formula in formulas)
    assert {formula for _, formula, _ in VIEWS["image"]().asks["arrays"]} >= {"x × kernel", "sum(x × kernel) + bias"}


def test_numbers_are_called_by_their_words():
    """Those of queries and keys, and of a share by both."""
    picture = attention(MultiHeadAttention(1, 2), WORDS, query=2)
    symbols = {symbol for symbol, _, _ in picture.asks["arrays"]}
    assert {"query of “am”", "key of “groot”", "share of “I”"} <= symbols


def test_answers_are_in_the_picture_s_language():
    """Names, decimal signs and all."""
    picture = cell(LSTM(2), WORDS).in_language("de")
    assert answer(picture, "memory-after") == "c₃ = bleibt + neu: −0,93 = −0,17 + (−0,76)"


def test_what_is_drawn_in_steps_has_the_same_answers():
    """A number that isn't printed yet can't be asked."""
    picture = cell(LSTM(2), WORDS)
    assert "state-after" not in nodes_of(picture.until(2).asks)


def test_a_script_s_own_numbers_answer_if_they_are_recorded():
    """What is invented, or plain, doesn't."""
    trace = run_model(stack(Dense(2), shape=(3, 2)), record(embed(WORDS)))
    picture = row(cells(trace.output, name="output"), cells(trace.output[0] * 2)).picture("Outputs.")
    assert answer(picture, "cells-1").startswith("output, row 1 = x · kernel + bias: ")
    assert cells([0.1, 0.2]).picture("Numbers.").asks is None
    assert cells(illustrative([0.1, 0.2])).picture("Numbers.").asks is None


def test_numbers_in_a_drawing_of_one_s_own_answer():
    """As in the script that the docs show. Where nothing is recorded, nobody could ask."""
    (script,) = re.findall(
        r"```python\n(\"{3}What two.*?)```", (REPOSITORY / "docs/figure-scripts.md").read_text("utf-8"), re.DOTALL
    )
    names: dict[str, Any] = {}
    exec(script, names)
    picture = names["draw"]()
    drawn = {text.get_gid(): text.get_text() for text in picture.figure().texts}
    answers = picture.asks
    assert {gid: answers["nodes"][node][0] for gid, (node, *_) in nodes_of(answers).items()} == drawn
    assert said_of(answers, nodes_of(answers)["total"][0]) == "sum(p): 5.95 = 3.20 + 2.75"
    with pytest.raises(NumbersError, match=r"compute it from record\(…\)"):
        asks_of({"total": [text_of(0.5)]})


def test_a_table_says_how_its_numbers_were_computed():
    """From those in the table, and from weights; what is given isn't computed. In German, with commas."""
    told = cell(SimpleRNN(2), WORDS).description
    assert told["computed"] == [
        "",
        "",
        "0.10 = −0.65 × (−0.2) + 0.27 × (−0.1)\n−0.53 = −0.648 × 0.7 + 0.271 × (−0.3)",
        "1.09 = −0.70 × (−1.3) + 0.30 × 0.6\n−0.99 = −0.70 × 1.2 + 0.30 × (−0.5)",
        "",
        "0.99 = 1.09 + 0.10 + (−0.20)\n−1.22 = −0.99 + (−0.53) + 0.30",
        "0.76 = tanh(0.99)\n−0.84 = tanh(−1.22)",
    ]
    german = cell(SimpleRNN(2), WORDS).in_language("de").description
    assert german["computed"] == [lines.replace(".", ",") for lines in told["computed"]]


FUNCTIONS = {"e": np.e, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x))}
SIGNS = str.maketrans({"−": "-", "×": "*", "÷": "/", "^": "**"})


@pytest.mark.parametrize("view", VIEWS)
def test_the_calculations_in_a_table_give_its_numbers(view):
    """As they are written; each fits a line."""
    lines = "\n".join(VIEWS[view]().description.get("computed", [])).split("\n")
    for line in filter(None, lines):
        number, calculation = line.translate(SIGNS).split(" = ")
        decimals = len(number.partition(".")[2])
        assert eval(calculation, FUNCTIONS) == pytest.approx(float(number), abs=0.5 / 10**decimals + 1e-9), line
        assert len(line) <= 100


def test_a_table_that_nobody_could_read_has_no_calculations():
    """With too many rows, or too many numbers."""
    for units, words, is_readable in [(2, WORDS, True), (2, WORDS * 5, False), (9, WORDS, False)]:
        picture = unroll(stack(SimpleRNN(units), shape=(len(words), 2)), words)
        assert ("computed" in picture.description) == is_readable

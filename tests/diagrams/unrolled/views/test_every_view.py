"""What all views of a model have in common: steps, and ties to the numbers in its code."""

import re
from pathlib import Path

import pytest

from tests.diagrams.cases import cases, check_error, check_message
from tests.diagrams.pictures import check_rules, check_steps
from unrolled import (
    attention,
    cell,
    convolution,
    gradient,
    heads,
    logits,
    model_shapes,
    network,
    positions,
    read_keras,
    reset,
    transformer,
    unroll,
)
from unrolled.shapes.text import CodeLine, Phrase

ERRORS = cases(Path(__file__).with_name("errors.md"))


@pytest.mark.parametrize("case", ERRORS)
def test_what_cannot_be_drawn_is_an_error_that_says_what_would_help(case):
    """At the author's line, if there is one; nothing is drawn only approximately."""
    check_error(case, case.draw, case.blocks[:-1])


PICTURES = cases(Path(__file__).with_name("pictures.md"))


@pytest.mark.parametrize("case", PICTURES)
def test_every_picture_keeps_to_the_rules_and_says_what_it_shows(case):
    """A line of a case is what a part, the alt text, the description, its table or its steps say."""
    picture = case.draw()
    check_rules(picture)
    for line in case.expected:
        key, sign, words = re.match("(.*?)( =|:) ?(.*)", line).groups()
        text = said(picture, key.removeprefix("not "))
        if sign == " =":
            assert text == words, line
        elif key.startswith("not "):
            assert words not in text, line
        else:
            check_message(text, words)


def said(picture, key):
    """Return what a picture, its description, its table, its steps or one of its parts says."""
    told = picture.description
    match key.split():
        case ["narrow", *of]:
            return said(picture.narrow, " ".join(of))
        case ["alt"]:
            return picture.alt
        case ["text"]:
            return told["text"]
        case ["head"]:
            return " | ".join(told["head"])
        case ["row", number]:
            return " | ".join(told["rows"][int(number) - 1])
        case ["table"]:
            return " | ".join(cell for row in told["rows"] for cell in row)
        case ["step", number]:
            return picture.steps[int(number) - 1]
        case ["last", "step"]:
            return picture.steps[-1]
        case ["all", "steps"]:
            return " ".join(picture.steps)
        case ["steps" | "rows" as counted]:
            return str(len({"steps": picture.steps, "rows": told["rows"]}[counted]))
        case ["parts"]:
            return " ".join(shape.name for shape in picture.shapes)
        case ["texts"]:
            return " ".join(text.text for shape in picture.shapes for text in shape.texts)
        case ["part", name]:
            return f"{picture.parts[name]['role']} {picture.parts[name]['step']}"
        case ["argument", name]:
            tie = picture.parts[name]["argument"]
            return f"{tie['name']} {tie['line']}:{tie['column']} {tie['role']}" if tie else "None"
    (shape,) = [shape for shape in picture.shapes if shape.name == key]
    if isinstance(shape, Phrase):
        return "".join(run.text for run in shape.runs)
    return " ".join(shape.lines if isinstance(shape, CodeLine) else [text.text for text in shape.texts])


WORDS = ["I", "am", "groot", "tree"]
HEADS = "x = Input((4, 6))\nmodel = Model(x, MultiHeadAttention(2, 3)(x, x))"
BLOCK = "x = Input((4, 6))\nmodel = Model(x, LayerNormalization()(x + MultiHeadAttention(2, 3)(x, x)))"
KERNELS = "model = Sequential([Input((4, 2)), Conv1D(3, 2, activation='relu'), MaxPooling1D(2)])"
DENSE = "model = Sequential([Input((3,)), Dense(4, 'relu'), Dense(2)])"
GATED = "model = Sequential([Input((4, 2)), GRU(3, reset_after=False)])"
RESIDUAL = "x = Input((4,))\ny = Dense(4)(x)\nmodel = Model(x, Add()([x, y]))"
PLACES = "model = Sequential([Input((4,)), Embedding(9, 6)])"

VIEWS = {
    "attention": (lambda: attention(read_keras(HEADS), WORDS), {"num_heads", "key_dim"}),
    "attention, one query": (lambda: attention(read_keras(HEADS), WORDS, query=2), {"key_dim"}),
    "heads": (lambda: heads(read_keras(HEADS), WORDS), {"num_heads"}),
    "transformer": (lambda: transformer(read_keras(BLOCK), WORDS), {"num_heads"}),
    "convolution": (lambda: convolution(read_keras(KERNELS), WORDS, layer=1), {"kernel_size", "filters"}),
    "receptive field": (
        lambda: convolution(read_keras(KERNELS), WORDS, receptive_field=True),
        {"kernel_size", "pool_size"},
    ),
    "network": (lambda: network(read_keras(DENSE), [0.5, -1, 2]), {"units"}),
    "cell": (lambda: cell(read_keras(GATED), WORDS), {"units", "features"}),
    "reset": (lambda: reset(read_keras(GATED), WORDS), {"units", "features", "reset_after"}),
    "unroll": (lambda: unroll(read_keras(GATED), WORDS), {"units", "features"}),
    "model_shapes": (lambda: model_shapes(read_keras(DENSE)), {"units", "features"}),
    "model_shapes of a fork": (lambda: model_shapes(read_keras(RESIDUAL)), {"units"}),
    "gradient": (lambda: gradient(read_keras(GATED), WORDS), {"units"}),
    "logits": (lambda: logits(WORDS, [3, 2, 1, 0], temperature=[1, 2]), set()),
    "positions": (lambda: positions(4, 6), set()),
}
WITHOUT_TIME = {"gradient"}
"""Views that compare whole runs."""


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_has_steps_and_ties(name):
    """A step for each thing that happens, and each number in the code tied to what it governs, in both layouts."""
    draw, arguments = VIEWS[name]
    picture = draw()
    if name not in WITHOUT_TIME:
        assert len(picture.steps) > 1
        check_steps(picture)
    assert arguments <= tied_in(picture)
    if arguments and picture.narrow:  # a phone has no space for some of the parts
        assert arguments & tied_in(picture.narrow)


def tied_in(form):
    """Return the names of the arguments that are tied to a part."""
    return {part["argument"]["name"] for part in form.parts.values() if part["argument"]}


@pytest.mark.parametrize("view", [unroll, cell, gradient])
def test_plain_weights_are_named_in_the_description(view):
    """Also in German; readable ones aren't."""
    code = "model = Sequential([Input((4, 2)), {}])"
    plain = view(read_keras(code.format("SimpleRNN(2, kernel_initializer='zeros', use_bias=False)")), WORDS)
    said = "these are plain ones"
    assert said in plain.description["text"]
    assert "Diese sind beliebig" in plain.in_language("de").description["text"]
    assert said not in view(read_keras(code.format("SimpleRNN(2)")), WORDS).description["text"]

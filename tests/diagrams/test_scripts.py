"""What the guides' diagram scripts draw, beyond the rules for every script."""

import json
import re
from itertools import combinations
from math import hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import attention_cost
import encoder_decoder
import i_am_groot_embedding
import keras_groot_ner
import new_lstm_cell
import pipeline
import rnn_default_keras
import rnn_necessity
import three_layers
import windows_compared
from tests.conftest import REPOSITORY
from tests.diagrams.answers import nodes_of, said_of
from tests.diagrams.asked import drawn, pictures_of, request_of
from tests.diagrams.pictures import saved_svg, texts_of
from tests.diagrams.unrolled.floor.diagrams import stretches_of
from tests.diagrams.wiring import check_wiring
from tests.sampling import sampled
from unrolled import GRU, LSTM, SimpleRNN, reset, stack
from unrolled.palette import tokens
from unrolled.shapes.arrows import Ribbon
from unrolled.shapes.cells import Tiles, Vector
from unrolled.shapes.gates import Shutter
from unrolled.shapes.plots import CurveDot, Spot
from unrolled.shapes.text import Word
from unrolled.stepping import as_drawn
from unrolled.views.pieces import DOT, swarm

CODE = "model = Sequential()\nmodel.add(SimpleRNN(4, input_shape=(3, 2)))"
UNROLLED = (
    "encoder-decoder",
    "keras-groot-ner",
    "lstm-unrolled",
    "masking",
    "rnn-bidirectional",
    "rnn-return-sequences",
    "rnn-stacked",
)


@pytest.mark.parametrize("name", UNROLLED)
def test_the_lines_of_unrolled_models_end_at_rims_and_cross_nothing(name):
    """In both layouts, and they have steps."""
    (picture,) = drawn(request_of(name))
    assert picture.steps
    for form in (picture, picture.narrow):
        check_wiring(form)


def test_the_table_has_the_numbers_of_the_unrolled_figure():
    """The same small example is used throughout the guide."""
    table = {row[1]: row[2] for row in i_am_groot_embedding.draw().description["rows"]}
    unrolled = {row[1]: row[2] for row in rnn_default_keras.draw(CODE).description["rows"][1:]}
    assert table == unrolled


def test_the_tags_are_those_the_weights_were_found_for():
    """The picture's words aren't hard-coded: they are the layer's output."""
    (picture,) = drawn(request_of("keras-groot-ner"))
    answers = [shape for shape in picture.shapes if isinstance(shape, Vector) and shape.role == "output"]
    assert [answer.winner for answer in answers] == keras_groot_ner.RIGHT
    assert "“name”" in picture.steps[-1]


@pytest.mark.parametrize(
    ("figure", "part", "said"),
    [
        ("attention-weights", "look-3-5-share", "share of “car” = softmax(score): 0.29 = e^(−6.82) ÷ ("),
        ("forget-bias", "nudge-LSTM, bias 2-tap", "gate = sigmoid(bias): 0.88 = sigmoid(2)"),
        ("half-way", "mean-1-value", "mean = mean(chance): 0.03 = (0.13 + 0.12 + 0.03 + 0.09 from 9 more) ÷ 12"),
        ("je-nest-pas-groot", "step-3-share-1", "chance of “est” = softmax(score): 0.61 = e^11.61 ÷ ("),
        ("lstm-memory", "memory-1", "c₁ = kept + written: 0.53 = 0 + 0.53"),
        ("lstm-sentence", "memory-2-1-value", "c₂ = kept + written: −1.5 = −0.83 + (−0.67)"),
        ("rnn-necessity", "verdict-1-score-4-value", "score of “good”: 0.13 = given"),
        ("rnn-necessity", "verdict-1-sum-value", "sum = sum(score): −0.09 = −0.01 + 0.13 + (−0.20) − 0.01 from"),
        ("sentiment-states", "answer-1-5-value", "answer after “not” = sigmoid(h₅ · kernel + bias): 0.01 = sigm"),
        ("sigmoid-and-tanh", "tap-2", "share = sigmoid(sum): 0.20 = sigmoid(−1.4)"),
        ("word-cosines", "bread-3", "cosine of “bread” and “wine” = vector · vector: 0.88 = 0.28 × 0.33 + "),
    ],
)
def test_numbers_of_figures_that_are_drawn_by_hand_answer_too(figure, part, said):
    """They name words and steps, not rows."""
    (picture,) = pictures_of(request_of(figure))
    answers = picture.asks
    assert said_of(answers, nodes_of(answers)[part][0]).startswith(said)


def test_the_decoder_says_the_words_its_dense_layer_picks():
    """Each is above the state it was picked from, and the table has its probability, the largest in its row."""
    (picture,) = drawn(request_of("encoder-decoder"))
    shapes = [as_drawn(shape) for shape in picture.shapes]
    said = [shape for shape in shapes if isinstance(shape, Word) and shape.name.startswith("layer2")]
    assert [word.text for word in said] == encoder_decoder.SAID
    states = {shape.name: shape for shape in shapes if isinstance(shape, Vector)}
    for step, word in enumerate(said, start=1):
        below = states[f"layer1-step{step}-output"].frame
        assert word.frame.middle == pytest.approx(below.middle)
        assert word.frame.bottom < below.top
        assert f"gives “{word.text}”" in " ".join(picture.steps)


def test_attention_of_each_word_in_a_translation_adds_up_to_one():
    """“la” attends most to the article, then to the noun that determines its gender, as the alt text says."""
    (picture,) = drawn(request_of("attention-weights"))
    shares = np.array([[float(number) for number in row[1:]] for row in picture.description["rows"]])
    assert shares.sum(axis=1) == pytest.approx(np.ones(5), abs=0.03)
    assert list(np.argsort(shares[2])[::-1][:2]) == [2, 4]
    assert f"{shares[2, 2]:.2f} of 1" in picture.alt
    ribbons = {shape.name: shape for shape in picture.shapes if isinstance(shape, Ribbon)}
    widths = {name: ribbon.end[1].x - ribbon.end[0].x for name, ribbon in ribbons.items()}
    drawn_wide = {name: wide / widths["look-3-3"] for name, wide in widths.items()}
    assert len(ribbons) == np.sum(shares >= 0.2)
    for row, column in zip(*np.nonzero(shares >= 0.2), strict=True):
        assert drawn_wide[f"look-{row + 1}-{column + 1}"] == pytest.approx(shares[row, column] / shares[2, 2], abs=0.02)


def test_a_said_word_goes_back_in_only_when_the_decoder_translates():
    """In training it ends at a bar, and the right word has a rim where another one was said."""
    (picture,) = drawn(request_of("teacher-forcing"))
    names = {shape.name for shape in picture.shapes}
    assert {f"own-back-{at}-arrow" for at in range(1, 6)} | {f"taught-dropped-{at}" for at in range(1, 6)} <= names
    assert not any(name.startswith("taught-back") for name in names)
    rims = {shape.text: shape.rim for shape in picture.shapes if isinstance(shape, Word) and "-read-" in shape.name}
    assert {text for text, rim in rims.items() if rim == "solid"} == {"voyons", "rouge"}
    assert {text for text, rim in rims.items() if rim == "dashed"} == {"voulons", "noire"}


def test_attention_costs_as_much_as_an_lstm_at_twice_its_width():
    """That is where the figure has its ring: 4 n d² + 2 n² d is 8 n d² where n is 2 d."""
    crossing = 2 * attention_cost.WIDTH
    assert attention_cost.attention(crossing) == attention_cost.lstm(crossing)
    assert f"Up to {crossing:,} words" in attention_cost.draw().alt


def test_a_script_of_things_is_short_and_has_no_colours_or_coordinates():
    """10 to 30 lines of meaningful words; its figure fits the text of a page."""
    assert pipeline.draw().size_px[0] <= 720
    text = (REPOSITORY / "diagrams/pipeline.py").read_text("utf-8")
    assert 10 <= len(text.splitlines()) <= 30
    roles = {"state", "embedding", "output", "memory", "ink", "muted"}
    assert not re.search(r"#[0-9a-fA-F]{6}|Point|Frame|\b(x|y|left|top)=", text)
    assert not set(re.findall(r'"([\w-]+)"', text)) & (set(tokens()) - roles)
    assert "unrolled.views" not in text


def grid(svg, number):
    """Read a grid of cells from a saved picture."""
    return [float(text.replace("−", "-")) for text in texts_of(svg, f"cells-{number}")]


def test_the_pipeline_shows_what_its_model_computes(tmp_path):
    """Each stage is a straight arrow from what it gets to what it makes of it."""
    picture = pipeline.draw()
    for form in (picture, picture.narrow):
        ways = stretches_of(form)
        assert len(ways) == 4
        assert all(len(stretches) == 1 for stretches in ways.values())
    assert picture.description["rows"] == picture.narrow.description["rows"]
    rows = dict(picture.description["rows"])
    svg = saved_svg(picture, tmp_path / "p.svg")
    assert grid(svg, 3) == pytest.approx([float(number.replace("−", "-")) for number in rows["last state"].split(", ")])
    assert texts_of(svg, "cells-4") == [rows["prediction"]]
    assert 0 < float(rows["prediction"]) < 1


def test_every_run_is_a_dot_of_its_own_at_its_value():
    """No two touch in either layout, and only those of the run that gives every sentence the same answer are open."""
    picture = windows_compared.draw()
    for form in (picture, picture.narrow):
        shapes = {shape.name: shape for shape in form.shapes}
        for name, forms in json.loads((windows_compared.DATA / "windows.json").read_text("utf-8"))["right"].items():
            for row, runs in enumerate(forms.values()):
                scale = shapes[f"{name}-{row}-scale"]
                dots = [shapes[f"{name}-{row}-{run}"] for run in range(1, 6)]
                share = [(dot.at.x - scale.start.x) / (scale.to.x - scale.start.x) for dot in dots]
                assert share == pytest.approx([2 * run - 1 for run in runs])
                assert [isinstance(dot, CurveDot) for dot in dots] == [name == "15 words", *[False] * 4]
                for one, other in combinations(dots, 2):
                    assert hypot(one.at.x - other.at.x, one.at.y - other.at.y) >= 7


def test_miss_flips_no_number_of_the_memory():
    """As the guide and the caption say."""
    (picture,) = drawn(request_of("review-memory"))
    assert picture.alt.endswith("At “miss”, 0 of the 32 numbers change their sign.")


def test_both_places_of_a_reset_have_the_candidates_of_the_kit():
    """The script mixes and resets by itself, so that each unit has lines of its own."""
    (picture,) = drawn(request_of("gru-reset"))
    whole = reset(GRU(2), ["I", "am", "groot"])
    candidates = [re.findall(r"−?\d\.\d\d", each.alt) for each in (picture, whole)]
    assert candidates[0] == candidates[1] == ["0.90", "−0.93", "0.94", "−0.86"]


def test_a_new_forget_gate_keeps_the_sigmoid_of_its_bias():
    """Of a memory that is drawn with it: what is kept is as high as the tap is open."""
    (picture,) = drawn(request_of("new-lstm-cell"))
    shapes = {shape.name: shape for shape in picture.shapes}
    taps = [shape for shape in picture.shapes if isinstance(shape, Shutter)]
    for place, (tap, bias) in enumerate(zip(taps, new_lstm_cell.BIASES, strict=True), start=1):
        assert tap.shares == pytest.approx([1 / (1 + np.exp(-bias))] * 2, abs=0.06)
        for cell, share in enumerate(tap.shares, start=1):
            old, kept = (shapes[f"{part}-{place}-{cell}"].frame.height for part in ("old", "kept"))
            assert kept / old == pytest.approx(share)


def test_two_verdicts_of_the_same_words_have_one_sum_and_opposite_answers():
    """The scores and the answers are listed word by word."""
    rows = rnn_necessity.draw().description["rows"]
    first, second = rows[:6], rows[6:]
    assert sorted(row[1] for row in first) == sorted(row[1] for row in second)
    assert (first[-1][2], second[-1][2]) == ("1.00", "0.00")


def test_tiles_are_as_many_as_the_weights():
    """Of each layer, in all its sets."""
    shapes = three_layers.draw().shapes
    for layer in (SimpleRNN(4), LSTM(4), GRU(4)):
        name, count = layer.name_in_code, stack(layer, shape=(3, 2)).parameter_count
        assert sum(it.count for it in shapes if isinstance(it, Tiles) and it.name.startswith(f"{name}-")) == count
        assert f"{count} weights" in [text.text for it in shapes if it.name == f"{name}-count" for text in it.texts]


@sampled(50)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(100, 500))
def test_no_dot_of_a_run_covers_another(values, length):
    """And each is at its value."""
    shapes = swarm(values, (0, 1), 0, length, name="runs", opened=range(0, len(values), 2))
    placed = [shape.at for shape in shapes if isinstance(shape, CurveDot | Spot)]
    assert [dot.x for dot in placed] == pytest.approx([length * (value - 0.5) for value in values])
    assert all(hypot(one.x - other.x, one.y - other.y) >= DOT for one, other in combinations(placed, 2))

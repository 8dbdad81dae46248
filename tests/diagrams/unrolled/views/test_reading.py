"""A network reading a sentence: the curve of its answers, and its memory as a heat map."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture, check_steps, check_told
from tests.sampling import sampled
from unrolled import reading
from unrolled.shapes.cells import Patch, Vector
from unrolled.shapes.plots import CurveDot, Line, Polyline
from unrolled.shapes.shape import Area
from unrolled.shapes.text import Word

WORDS = ["not", "extraordinarily", "a", "film", "bad", "interview"]
shares = st.floats(0, 1).map(lambda value: round(value, 3))


@st.composite
def sentences(draw, units):
    """Generate words with an answer and a memory of a given size for each."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
    answers = draw(st.lists(shares, min_size=len(words), max_size=len(words)))
    memory = np.random.default_rng(draw(st.integers(0, 99))).normal(size=(len(words), units))
    return words, answers, memory


@sampled(40, at_once=4)
@given(st.data(), st.sampled_from([1, 2, 3, 8, 32]), st.integers(1, 2))
def test_nothing_overlaps_and_every_answer_is_at_its_value(data, units, count):
    """In both layouts, a dot's distance to the line of 0 is its answer."""
    given_ = [data.draw(sentences(units)) for _ in range(count)]
    picture = reading(*map(list, zip(*given_, strict=True)), ends=("negative", "positive"))
    check_told(picture)
    check_steps(picture)
    for form, along in ((picture, "y"), (picture.narrow, "x")):
        check_picture(form)
        dots = [getattr(shape.at, along) for shape in form.shapes if isinstance(shape, CurveDot)]
        answers = np.array([answer for _, row, _ in given_ for answer in row])
        zero = {shape.name: getattr(shape.start, along) for shape in form.shapes if shape.name.endswith("-0.0")}
        one = {shape.name: getattr(shape.start, along) for shape in form.shapes if shape.name.endswith("-1.0")}
        (low,), (high,) = set(np.round(list(zero.values()), 6)), set(np.round(list(one.values()), 6))
        np.testing.assert_allclose((np.array(dots) - low) / (high - low), answers, atol=1e-6)
        assert len([shape for shape in form.shapes if isinstance(shape, Patch | Vector)]) == len(answers)
    assert picture.narrow.size_px[0] <= 288


def test_the_memory_is_a_heat_map_in_both_sizes():
    """Relative to the largest number in all sentences."""
    for units in (2, 32):
        memory = np.linspace(-3, 1.5, 2 * units).reshape(2, units)
        picture = reading(["not", "bad"], [0.1, 0.9], memory)
        held = [shape for shape in picture.shapes if isinstance(shape, Patch | Vector)]
        np.testing.assert_allclose([shape.heat for shape in held], memory / 3)
        tokens = [mark.token for mark in held[0].marks() if isinstance(mark, Area)][1:]
        assert set(tokens) <= {"plus", "minus"}
        assert picture.description["rows"][0][-1].startswith("−3, ")


def test_only_words_with_a_meaning_have_a_background():
    """Kind, unkind and turning ones; and the line grows with the words."""
    meanings = {"good": "kind", "not": "turning"}
    picture = reading(["was", "not", "good"], [0.5, 0.2, 0.3], meanings=meanings)
    fills = {shape.text: shape.fill for shape in picture.shapes if isinstance(shape, Word)}
    assert fills == {"was": None, "not": "ink", "good": "word-1"}
    assert [shape.step for shape in picture.shapes if isinstance(shape, Polyline)] == [2, 3]
    assert picture.steps[1] == "After “not” the answer is 0.20."
    assert not picture.grounds, "an article doesn't renumber a background that means something"


@pytest.mark.parametrize("answer", [place / 50 for place in range(51)])
def test_no_number_is_on_a_line_of_the_scale(answer):
    """Even if its dot is just so far from the line that it would be."""
    picture = reading(["not", "bad"], [answer, answer])
    lines = [shape.start.y for shape in picture.shapes if shape.name in {"scale-0.0", "scale-1.0"}]
    numbers = [mark.frame for shape in picture.shapes if shape.name.endswith("-value") for mark in shape.texts]
    assert (len(lines), len(numbers)) == (2, 2)
    for frame in numbers:
        assert not any(frame.top < line < frame.bottom for line in lines)


def test_the_scales_of_several_readings_are_flush():
    """However long their sentences are, and wherever their last words end."""
    sentences = [["so", "bad"], ["an", "entertainment"], ["not", "once", "does", "it", "come", "close"]]
    answers = [[0.5] * len(words) for words in sentences]
    widest = max(reading(*each).box.width for each in zip(sentences, answers, strict=True))
    for words, said in zip(sentences, answers, strict=True):
        picture = reading(words, said, wide=widest)
        check_picture(picture)
        ends = {round(shape.to.x - picture.box.left) for shape in picture.shapes if isinstance(shape, Line)}
        assert ends == {widest - 10}


def test_the_names_of_the_ends_are_clear_of_the_memory_s_name():
    """Down the page, if many cells push that name up, and the word leaves little space beside them."""
    memory = np.random.default_rng(0).normal(size=(2, 32))
    check_picture(reading(["not", "extraordinarily"], [0, 0], memory, ends=("negative", "positive")).narrow)


def test_two_sentences_keep_their_printed_memory_on_a_tablet():
    """In narrower cells, since the numbers are what readers compare."""
    words = ["The", "movie", "was", "good", "not", "bad"]
    memory = np.linspace(-1.5, 1.5, 12).reshape(6, 2)
    mid = reading([words, words], [[0.5] * 6] * 2, [memory] * 2).mid
    check_picture(mid)
    assert len([shape for shape in mid.shapes if isinstance(shape, Vector)]) == 12

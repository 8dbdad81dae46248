"""Words, phrases, lines of code, and signs."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import areas, strokes
from unrolled.fonts import NAME
from unrolled.geometry import Frame, Point
from unrolled.shapes.text import CodeLine, CodeSpan, Phrase, Run, Sign, Word, phrase_width, word_width


def test_a_word_keeps_its_baseline_whatever_its_letters():
    """“groot” and “am” are on the same line."""
    words = [Word(name="w", text=text, frame=Frame(0, 0, 90, 30), fill="word-1") for text in ("groot", "am", "I")]
    assert len({word.texts[0].at.y for word in words}) == 1


def test_a_word_has_a_minimum_width():
    """And a long one has padding on both sides."""
    assert word_width("I") == 54
    assert word_width("transformers") > 54 + 16


def test_a_solid_word_has_light_letters():
    """Ink against paper, not one colour against another."""
    word = Word(name="w", text="not", frame=Frame(0, 0, 60, 38), fill="ink")
    assert [text.token for text in word.texts] == ["paper"]


runs = st.lists(st.builds(Run, st.sampled_from([" · ", "4", "(", " + 1) = 28", "1,000"]), st.just("ink")), min_size=1)


@given(runs, st.sampled_from(["start", "middle", "end"]))
def test_runs_follow_one_another_from_the_anchor(said, anchor):
    """They touch at most, none starts or ends with a space, and the point is where the anchor says."""
    phrase = Phrase(name="p", runs=tuple(said), at=Point(100, 50), anchor=anchor)
    frames = [text.frame for text in phrase.texts]
    assert all(one.right <= other.left + 0.01 for one, other in pairwise(frames))
    assert all(text.text == text.text.strip() for text in phrase.texts)
    left = 100 - {"start": 0, "middle": 0.5, "end": 1}[anchor] * phrase_width(said, NAME)
    first = len(said[0].text) - len(said[0].text.lstrip())
    assert frames[0].left == pytest.approx(left + phrase_width([Run(" " * first)], NAME))


def test_the_code_is_complete_and_its_arguments_have_their_role():
    """Each run is at the position of its first character, and none starts or ends with a space."""
    line = "SimpleRNN(4)   Input((3, 2))"
    spots = (CodeSpan(0, 10, 11, "state", "units"), CodeSpan(0, 25, 26, "embedding", "features"))
    code = CodeLine(name="code", lines=(line,), spots=spots, at=Point(0, 0))
    runs = [(round(text.at.x / code.char), text.text, text.token) for text in code.texts]
    assert "".join(text for _, text, _ in runs) == line.replace("   ", "").replace("3, 2", "3,2")
    assert all(line[start : start + len(text)] == text == text.strip() for start, text, _ in runs)
    assert [text for _, text, token in runs if token != "ink"] == ["4", "2"]
    assert len(strokes(code)) == 2


def test_positive_and_negative_differ_in_shape_not_just_in_colour():
    """An open triangle pointing up, a solid one pointing down."""
    positive, negative = (
        Sign(name="s", meaning=meaning, text=meaning, at=Point(0, 0)) for meaning in ("positive", "negative")
    )
    assert not areas(positive)
    assert areas(negative)
    assert {stroke.token for stroke in strokes(positive)} == {stroke.token for stroke in strokes(negative)}
    assert [text.text for text in (*positive.texts, *negative.texts)] == ["positive", "negative"]

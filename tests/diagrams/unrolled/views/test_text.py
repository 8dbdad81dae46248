"""Sentences as tokens, and as lines with readings."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diagrams.pictures import check_rules
from unrolled import sentence, tokens
from unrolled.shapes.arrows import Arrow, Bracket
from unrolled.shapes.text import Label, Sign, Word

words = st.sampled_from(["The", "movie", "was", "not", "good", "wonderful", "I", "groot"])
long_words = st.one_of(words, st.just("internationalization"))


def shapes_of(picture, kind):
    """List the shapes of a kind."""
    return [shape for shape in picture.shapes if isinstance(shape, kind)]


@settings(deadline=None)
@given(st.lists(long_words, min_size=1, max_size=3))
def test_each_token_has_a_step_and_a_plant(said):
    """In reading order."""
    picture = tokens(said)
    check_rules(picture, page=None, phone=None)
    assert [word.text for word in shapes_of(picture, Word)] == said
    assert [row[0] for row in picture.description["rows"]] == [str(step + 1) for step in range(len(said))]


@settings(deadline=None)
@given(st.lists(long_words, min_size=2, max_size=3))
def test_arrows_lead_from_one_step_to_the_next(said):
    """Clear of the names of steps, of plants and of words, in either layout."""
    picture = tokens(said)
    for form in (picture, picture.narrow):
        arrows, names = shapes_of(form, Arrow), shapes_of(form, Label)
        assert len(arrows) == len(said) - 1
        for arrow, (one, other) in zip(arrows, pairwise(names), strict=True):
            start, end = arrow.points
            if start.y == end.y:
                assert one.bounds.right + 8 == pytest.approx(start.x)
                assert end.x == pytest.approx(other.bounds.left - 8)
            else:
                assert one.bounds.bottom + 4 == pytest.approx(start.y)
            assert max(abs(end.x - start.x), abs(end.y - start.y)) >= 20


def test_the_guide_s_tokens_fit_a_phone():
    """The narrow layout is tighter."""
    turned = tokens(["I", "am", "groot"]).narrow
    assert turned.size_px[0] <= 288
    assert len({word.frame.top for word in shapes_of(turned, Word)}) == 1


def test_long_words_run_down_on_a_phone():
    """If they don't fit side by side."""
    turned = tokens(["I", "am", "internationalization"]).narrow
    assert turned.size_px[0] <= 288
    tops = [word.frame.top for word in shapes_of(turned, Word)]
    assert tops == sorted(set(tops))


@settings(deadline=None)
@given(st.lists(words, min_size=1, max_size=14))
def test_a_sentence_of_any_length_stays_within_its_lines(said):
    """A sentence that is too long wraps; a phrase with a reading doesn't."""
    picture = sentence(" ".join(said)).reads(said[-1], "positive").reads(" ".join(said[-2:]), "negative")
    check_rules(picture, page=720)


@settings(deadline=None)
@given(st.lists(words, min_size=1, max_size=14), st.data())
def test_a_bracket_is_as_long_as_its_phrase(said, data):
    """And below it, with its meaning within the sentence."""
    first = data.draw(st.integers(0, len(said) - 1))
    last = data.draw(st.integers(first, min(len(said) - 1, first + 3)))
    picture = sentence(" ".join(said)).reads(" ".join(said[first : last + 1]), "negative")
    for form in (picture, picture.narrow):
        (bracket,), (sign,) = shapes_of(form, Bracket), shapes_of(form, Sign)
        frames = [word.frame for word in shapes_of(form, Word)]
        (reading,) = picture.readings
        ends = frames[reading.first], frames[reading.last]
        assert (bracket.start.x, bracket.to.x) == pytest.approx((ends[0].left + 1, ends[1].right - 1))
        assert bracket.start.y > ends[0].bottom
        left, right = min(frame.left for frame in frames), max(frame.right for frame in frames)
        wide, middle = max(right - left, sign.bounds.width), (left + right) / 2
        assert middle - wide / 2 - 1 <= sign.bounds.left
        assert sign.bounds.right <= middle + wide / 2 + 1


def test_the_turning_word_is_solid_and_the_word_it_reverses_has_a_fill():
    """Ink against paper."""
    picture = sentence("The movie was not good", turning="not").reads("good", "positive")
    fills = {word.text: word.fill for word in shapes_of(picture, Word)}
    assert fills == {"The": None, "movie": None, "was": None, "not": "ink", "good": "word-1"}

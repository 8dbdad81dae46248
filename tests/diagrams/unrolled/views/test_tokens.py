"""A sentence as tokens."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture
from unrolled import tokens
from unrolled.shapes.text import Word

words = st.sampled_from(["The", "movie", "was", "not", "good", "wonderful", "I", "groot", "internationalization"])


def shapes_of(picture, kind):
    """List the shapes of a kind."""
    return [shape for shape in picture.shapes if isinstance(shape, kind)]


@settings(deadline=None)
@given(st.lists(words, min_size=1, max_size=3))
def test_tokens_have_a_step_and_a_plant_each(said):
    """In the order in which they are read."""
    picture = tokens(said)
    check_picture(picture)
    check_picture(picture.turned)
    assert [word.text for word in shapes_of(picture, Word)] == said
    assert [row[0] for row in picture.description["rows"]] == [str(step + 1) for step in range(len(said))]


def test_the_guide_s_tokens_fit_a_phone():
    """The narrow form stands closer."""
    turned = tokens(["I", "am", "groot"]).turned
    assert turned.size_px[0] <= 288
    assert len({word.frame.top for word in shapes_of(turned, Word)}) == 1


def test_long_words_run_down_a_phone():
    """Where they do not fit side by side."""
    turned = tokens(["I", "am", "internationalization"]).turned
    assert turned.size_px[0] <= 288
    tops = [word.frame.top for word in shapes_of(turned, Word)]
    assert tops == sorted(set(tops))

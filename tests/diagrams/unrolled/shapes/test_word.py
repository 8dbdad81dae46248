"""Words on their grounds."""

from unrolled.geometry import Frame
from unrolled.shapes.word import Word, word_width


def test_a_word_keeps_its_baseline_whatever_its_letters():
    """“groot” and “am” stand on one line."""
    words = [Word(name="w", text=text, frame=Frame(0, 0, 90, 30), fill="word-1") for text in ("groot", "am", "I")]
    assert len({word.texts[0].at.y for word in words}) == 1


def test_a_short_word_is_as_wide_as_the_least():
    """And a long one has room on both sides."""
    assert word_width("I") == 54
    assert word_width("transformers") > 54 + 16


def test_a_solid_word_has_paper_letters():
    """Ink against paper, not one colour against another."""
    word = Word(name="w", text="not", frame=Frame(0, 0, 60, 38), fill="ink")
    assert [text.token for text in word.texts] == ["paper"]

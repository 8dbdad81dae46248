"""Signs for good and bad."""

from unrolled.geometry import Point
from unrolled.marks import Area, Stroke
from unrolled.shapes.sign import Sign


def strokes(shape):
    """List its lines."""
    return [mark for mark in shape.marks() if isinstance(mark, Stroke)]


def areas(shape):
    """List its fills."""
    return [mark for mark in shape.marks() if isinstance(mark, Area)]


def test_positive_and_negative_differ_in_shape_not_in_colour():
    """An open triangle up, a solid one down."""
    positive, negative = (
        Sign(name="s", meaning=meaning, text=meaning, at=Point(0, 0)) for meaning in ("positive", "negative")
    )
    assert not areas(positive)
    assert areas(negative)
    assert {stroke.token for stroke in strokes(positive)} == {stroke.token for stroke in strokes(negative)}
    assert [text.text for text in (*positive.texts, *negative.texts)] == ["positive", "negative"]

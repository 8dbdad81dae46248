"""Lines of code."""

from unrolled.geometry import Point
from unrolled.marks import Stroke
from unrolled.shapes.code_line import CodeLine, Spot


def strokes(shape):
    """List its lines."""
    return [mark for mark in shape.marks() if isinstance(mark, Stroke)]


def test_the_code_is_whole_and_its_arguments_have_their_role():
    """Each run stands where its first character does, and none begins or ends with a blank."""
    line = "SimpleRNN(4)   Input((3, 2))"
    spots = (Spot(0, 10, 11, "state", "units"), Spot(0, 25, 26, "embedding", "features"))
    code = CodeLine(name="code", lines=(line,), spots=spots, at=Point(0, 0))
    runs = [(round(text.at.x / code.char), text.text, text.token) for text in code.texts]
    assert "".join(text for _, text, _ in runs) == line.replace("   ", "").replace("3, 2", "3,2")
    assert all(line[start : start + len(text)] == text == text.strip() for start, text, _ in runs)
    assert [text for _, text, token in runs if token != "ink"] == ["4", "2"]
    assert len(strokes(code)) == 2

"""Numbers in cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled import PictureError
from unrolled.geometry import Frame, Point
from unrolled.marks import Area, Stroke
from unrolled.shapes.vector import Vector, cells


def strokes(shape):
    """List its lines."""
    return [mark for mark in shape.marks() if isinstance(mark, Stroke)]


def state(**more):
    """A state of two units."""
    return Vector(name="s", role="state", frame=Frame(0, 0, 54, 27), cells=("0.4", "−0.2"), **more)


def test_a_vector_has_a_cell_for_each_number():
    """Every text stands in the middle of its own 27 pixels."""
    assert [text.text for text in state().texts] == ["0.4", "−0.2"]
    assert [text.at.x for text in state().texts] == [13.5, 40.5]


def test_the_zero_state_is_dashed_and_the_output_has_a_second_rim():
    """Shapes say what colours say."""
    assert [stroke.dashes for stroke in strokes(state(dashed=True))][-1] is not None
    assert len(strokes(state(second_rim=True))) == len(strokes(state())) + 1
    assert state(second_rim=True).bounds.holds(state().bounds.grown(3))


def test_states_are_round_and_embeddings_square():
    """So that they are told apart without colour."""
    assert state().radius > Vector(name="e", role="embedding", frame=Frame(0, 0, 27, 27), cells=("1",)).radius


def test_an_unknown_role_fails_where_the_shape_is_made():
    """The script's own line is the one that is shown."""
    with pytest.raises(PictureError, match="embeddding"):
        Vector(name="e", role="embeddding", frame=Frame(0, 0, 27, 27), cells=("1",))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=130), st.integers(3, 6), st.integers(1, 2))
def test_cells_never_outnumber_their_room(values, most, ahead):
    """First ones, an ellipsis, the last; or all."""
    texts = cells(values, most, ahead)
    assert len(texts) == (len(values) if len(values) <= most else ahead + 2)
    assert ("…" in texts) == (len(values) > most)
    assert texts[-1] == cells(values[-1:], most)[0]


def test_a_winner_s_cell_is_solid_and_its_number_bold():
    """With the round end of its vector where it is the last one."""
    vector = Vector(name="v", role="output", frame=Frame(0, 0, 81, 27), cells=("0.1", "0.2", "0.7"), winner=2)
    solid = [mark for mark in vector.marks() if isinstance(mark, Area) and mark.token == "output"]
    assert [(mark.frame.left, mark.frame.right) for mark in solid] == [(54, 81)]
    corners = {(x, y): Point(x, y) in solid[0].path.points for x in (54, 81) for y in (0, 27)}
    assert corners == {(54, 0): True, (54, 27): True, (81, 0): False, (81, 27): False}
    assert [(text.style.weight, text.token) for text in vector.texts] == [(400, "ink"), (400, "ink"), (600, "paper")]


def test_a_line_between_two_halves_stands_out_above_and_below():
    """It says where the first one ends."""
    vector = Vector(name="v", role="state", frame=Frame(0, 0, 81, 27), cells=("0.1", "0.2", "0.7"), half=1)
    (line,) = [mark for mark in vector.marks() if isinstance(mark, Stroke) and mark.width == 2]
    assert (line.path.frame.left, line.path.frame.top, line.path.frame.bottom) == (27, -3, 30)

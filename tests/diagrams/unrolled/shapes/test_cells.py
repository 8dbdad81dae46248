"""Vectors, grids and strips."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import strokes
from tests.sampling import sampled
from unrolled import PictureError
from unrolled import cells as unrolled_cells
from unrolled.fonts import NUMBER
from unrolled.geometry import Frame, Point
from unrolled.shapes.cells import HEAVY, Grid, Strip, Tiles, Vector, cells
from unrolled.shapes.shape import Area, Stroke


def state(**more):
    """Create a state with two units."""
    return Vector(name="s", role="state", frame=Frame(0, 0, 54, 27), cells=("0.4", "−0.2"), **more)


def test_a_vector_has_a_cell_for_each_number():
    """Every text is centred in its own 27 pixels."""
    assert [text.text for text in state().texts] == ["0.4", "−0.2"]
    assert [text.at.x for text in state().texts] == [13.5, 40.5]


def test_the_zero_state_is_dashed_and_the_output_has_a_second_rim():
    """Shapes say the same as colours."""
    assert [stroke.dashes for stroke in strokes(state(dashed=True))][-1] is not None
    assert len(strokes(state(second_rim=True))) == len(strokes(state())) + 1
    assert state(second_rim=True).bounds.holds(state().bounds.grown(3))


def test_states_are_round_and_embeddings_square():
    """So that they can be told apart without colour."""
    assert state().radius > Vector(name="e", role="embedding", frame=Frame(0, 0, 27, 27), cells=("1",)).radius


def test_an_unknown_role_fails_where_the_shape_is_created():
    """The error shows the script's own line."""
    with pytest.raises(PictureError, match="embeddding"):
        Vector(name="e", role="embeddding", frame=Frame(0, 0, 27, 27), cells=("1",))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=130), st.integers(3, 6), st.integers(1, 2))
def test_there_are_never_more_cells_than_fit(values, most, ahead):
    """All of them; or the first ones, an ellipsis and the last."""
    texts = cells(values, most, ahead)
    assert len(texts) == (len(values) if len(values) <= most else ahead + 2)
    assert ("…" in texts) == (len(values) > most)
    assert texts[-1] == cells(values[-1:], most)[0]


def test_a_winner_s_cell_is_solid_and_its_number_bold():
    """With the round end of its vector if it is the last one."""
    vector = Vector(name="v", role="output", frame=Frame(0, 0, 81, 27), cells=("0.1", "0.2", "0.7"), winner=2)
    solid = [mark for mark in vector.marks() if isinstance(mark, Area) and mark.token == "output"]
    assert [(mark.frame.left, mark.frame.right) for mark in solid] == [(54, 81)]
    corners = {(x, y): Point(x, y) in solid[0].path.points for x in (54, 81) for y in (0, 27)}
    assert corners == {(54, 0): True, (54, 27): True, (81, 0): False, (81, 27): False}
    assert [(text.style.weight, text.token) for text in vector.texts] == [(400, "ink"), (400, "ink"), (600, "paper")]


def test_the_line_between_two_halves_sticks_out():
    """It shows where the first one ends."""
    vector = Vector(name="v", role="state", frame=Frame(0, 0, 81, 27), cells=("0.1", "0.2", "0.7"), half=1)
    (line,) = [mark for mark in vector.marks() if isinstance(mark, Stroke) and mark.width == 2]
    assert (line.path.frame.left, line.path.frame.top, line.path.frame.bottom) == (27, -3, 30)


ROLES = ["state", "embedding", "output", "memory", "flow"]
sizes = st.tuples(st.integers(1, 6), st.integers(1, 6))


def grid(size, **options):
    """Create a grid of zeros, each cell 40 by 34."""
    rows, columns = size
    return Grid(name="grid", frame=Frame(0, 0, 40 * columns, 34 * rows), rows=(("0",) * columns,) * rows, **options)


@sampled(100)
@given(sizes, st.sampled_from(ROLES), st.data())
def test_nothing_leaves_the_grid_whatever_is_marked(size, role, data):
    """Except for half the width of the rim."""
    places = st.tuples(st.integers(0, size[0] - 1), st.integers(0, size[1] - 1))
    marked = data.draw(st.frozensets(places))
    levels = np.full(size, data.draw(st.floats(0, 1))).tolist()
    shape = grid(size, role=role, marked=marked, levels=tuple(map(tuple, levels)))
    assert shape.frame.grown(HEAVY / 2).holds(shape.bounds, 1e-6)
    for mark in shape.marks():
        if isinstance(mark, Area):
            assert shape.frame.holds(mark.frame, 1e-6)


@sampled(100)
@given(sizes, st.data())
def test_the_rim_of_marked_cells_is_as_long_as_their_outline(size, data):
    """Edges between two marked cells have none."""
    places = st.tuples(st.integers(0, size[0] - 1), st.integers(0, size[1] - 1))
    marked = data.draw(st.frozensets(places, min_size=2))
    edges = set()
    for row, column in marked:
        beyond = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
        edges |= {((row, column), other) for other in beyond if other not in marked}
    shape = grid(size, role="state", marked=marked)
    rims = [mark for mark in shape.marks() if isinstance(mark, Stroke) and mark.width == HEAVY]
    total = sum(40 if other[0] != place[0] else 34 for place, other in edges)
    around = sum(2 * (rim.path.frame.width + rim.path.frame.height) for rim in rims if rim.path.closed)
    straight = sum(rim.path.frame.width + rim.path.frame.height for rim in rims if not rim.path.closed)
    assert around + straight == pytest.approx(total)


def test_a_single_marked_cell_is_solid_with_light_letters():
    """The winner's number is bold, as in an output vector."""
    shape = grid((1, 3), role="output", marked=frozenset({(0, 1)}))
    (solid,) = [mark for mark in shape.marks() if isinstance(mark, Area) and mark.token == "output"]
    assert solid.frame == shape.cell((0, 1))
    assert [(text.token, text.style.weight) for text in shape.texts] == [("ink", 400), ("paper", 600), ("ink", 400)]
    assert shape.texts[0].style == NUMBER


@sampled(100)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.booleans())
def test_a_gauge_is_as_long_as_its_share(shares, is_marked):
    """Below the number, in the role's colour; in background colour if the cell is solid."""
    marked = frozenset({(0, 0)}) if is_marked else frozenset()
    shape = grid((1, len(shares)), role="output", marked=marked, levels=(tuple(shares),))
    bars = [mark.frame for mark in shape.marks() if isinstance(mark, Area) and mark.frame.height == 4]
    tokens = [mark.token for mark in shape.marks() if isinstance(mark, Area) and mark.frame.height == 4]
    full = [frame for frame, token in zip(bars, tokens, strict=True) if token in ("output", "paper")]
    assert [frame.width / 22 for frame in full] == pytest.approx(shares)
    assert ("paper" in tokens) == is_marked
    for text in shape.texts:
        assert not [frame for frame in bars if frame.meets(text.frame)]


@sampled(60)
@given(st.lists(st.floats(-9, 9).map(lambda value: round(value, 2)), min_size=1, max_size=12), st.booleans())
def test_heat_fills_each_cell_according_to_its_value(values, in_two_rows):
    """One colour for each sign, none at zero; the number is always printed as well, in ink."""
    grid_of = [values, values[::-1]] if in_two_rows else [values]
    picture = unrolled_cells(grid_of, "memory", heat=9).picture("Cells.")
    (shape,) = picture.shapes
    fills = [mark for mark in shape.marks() if isinstance(mark, Area) and mark.token in ("plus", "minus")]
    wanted = [value for row in grid_of for value in row if value]
    assert [mark.token for mark in fills] == ["plus" if value > 0 else "minus" for value in wanted]
    assert [mark.opacity for mark in fills] == pytest.approx([abs(value) / 9 for value in wanted])
    assert all(shape.frame.holds(mark.frame, 1e-6) for mark in fills)
    assert [text.token for text in shape.texts] == ["ink"] * len(grid_of) * len(values)


@given(st.integers(1, 5000))
def test_a_strip_has_a_cell_for_each_number_or_shows_the_length(size):
    """Its text stays inside."""
    strip = Strip(name="s", role="state", at=Point(50, 20), size=size)
    between = [mark for mark in strip.marks() if isinstance(mark, Stroke) and mark.opacity < 1]
    assert len(between) == (size - 1 if size <= 4 else 0)
    assert [text.text for text in strip.texts] == ([] if size <= 4 else [str(size)])
    assert all(strip.frame.holds(text.frame) for text in strip.texts)
    assert (strip.frame.middle, strip.frame.centre) == (50, 20)


def test_a_strip_of_one_number_is_square():
    """Otherwise its round ends would meet, and a state with one unit would be unrecognizable."""
    one, two = (Strip(name="s", role="state", at=Point(50, 20), size=size).frame for size in (1, 2))
    assert one.width == one.height == two.height < two.width


@pytest.mark.parametrize(("count", "columns"), [(12, 4), (13, 4), (3, 4), (1, 1), (154, 13)])
def test_the_area_of_tiles_is_that_of_their_number(count, columns):
    """Whether the last row is full or not."""
    rows = -(-count // columns)
    tiles = Tiles(name="t", role="state", frame=Frame(0, 0, 10 * columns, 10 * rows), count=count, columns=columns)
    x, y = np.array([(point.x, point.y) for point in tiles.marks()[0].path.points]).T
    assert abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2 == pytest.approx(100 * count)

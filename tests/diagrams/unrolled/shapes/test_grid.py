"""Grids: cells in rows, some marked, some with gauges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import sampled
from unrolled.fonts import NUMBER
from unrolled.geometry import Frame
from unrolled.marks import Area, Stroke
from unrolled.shapes.grid import HEAVY, Grid

ROLES = ["state", "embedding", "output", "memory", "flow"]
sizes = st.tuples(st.integers(1, 6), st.integers(1, 6))


def grid(size, **options):
    """A grid of noughts, each cell 40 by 34."""
    rows, columns = size
    return Grid(name="grid", frame=Frame(0, 0, 40 * columns, 34 * rows), rows=(("0",) * columns,) * rows, **options)


@sampled(100)
@given(sizes, st.sampled_from(ROLES), st.data())
def test_nothing_leaves_the_grid_whatever_is_marked(size, role, data):
    """But for half of a rim."""
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


def test_a_single_marked_cell_is_solid_with_paper_letters():
    """The winner's number is bold, as in a vector of answers."""
    shape = grid((1, 3), role="output", marked=frozenset({(0, 1)}))
    (solid,) = [mark for mark in shape.marks() if isinstance(mark, Area) and mark.token == "output"]
    assert solid.frame == shape.cell((0, 1))
    assert [(text.token, text.style.weight) for text in shape.texts] == [("ink", 400), ("paper", 600), ("ink", 400)]
    assert shape.texts[0].style == NUMBER


@sampled(100)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.booleans())
def test_a_gauge_is_as_long_as_its_share(shares, is_marked):
    """Under the number, in the role's colour; in paper where the cell is solid."""
    marked = frozenset({(0, 0)}) if is_marked else frozenset()
    shape = grid((1, len(shares)), role="output", marked=marked, levels=(tuple(shares),))
    bars = [mark.frame for mark in shape.marks() if isinstance(mark, Area) and mark.frame.height == 4]
    tokens = [mark.token for mark in shape.marks() if isinstance(mark, Area) and mark.frame.height == 4]
    full = [frame for frame, token in zip(bars, tokens, strict=True) if token in ("output", "paper")]
    assert [frame.width / 22 for frame in full] == pytest.approx(shares)
    assert ("paper" in tokens) == is_marked
    for text in shape.texts:
        assert not [frame for frame in bars if frame.meets(text.frame)]

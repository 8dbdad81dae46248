"""Rows and columns of things within things, across and down, independent of the diagram functions."""

from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import sampled
from unrolled import PictureError
from unrolled.flow import nesting
from unrolled.flow.nesting import EVEN, Connector, InLine, Nested, lay, lay_narrow

many = sampled(100)
ROOM = 268


@dataclass(frozen=True)
class Brick:
    """Content that draws nothing."""

    size: tuple[float, float]
    is_note: bool = False
    is_arrow: bool = False
    kind: str = "brick"
    word: None = None

    @property
    def cell(self):
        """Return its full size."""
        return self.size

    def with_cells(self, across, down):
        """Stay the same."""
        return self

    def turned(self):
        """Swap width and height if it is an arrow."""
        return replace(self, size=self.size[::-1]) if self.is_arrow else self

    def shapes(self, name, frame, fills):
        """Draw nothing."""
        return []


bricks = st.builds(Brick, st.tuples(st.integers(10, 120), st.integers(10, 60)), is_note=st.booleans())


@st.composite
def lines(draw, inside):
    """Generate things in lines, with arrows from one to the next."""
    things = draw(st.lists(inside, min_size=1, max_size=4))
    order = InLine(
        draw(st.sampled_from(["across", "down"])),
        draw(st.sampled_from(["start", "middle", "end"])),
        is_even=draw(st.booleans()),
    )
    pairs = [pair for pair in pairwise(things) if draw(st.booleans())]
    core = draw(st.sampled_from([None, *things]))
    return Nested(inside=tuple(things), order=order, connectors=tuple(Connector(*pair) for pair in pairs), core=core)


nestings = st.recursive(bricks.map(Nested), lines, max_leaves=12)


def brick(across=40, down=20, **more):
    """Create a leaf of a given size."""
    return Nested(Brick((across, down), **more))


def line(*things, towards="across", connectors=(), **more):
    """Put things in a line."""
    return Nested(inside=things, order=InLine(towards, **more), connectors=tuple(connectors))


def frames(layout):
    """Return the frames of the leaves."""
    return [frame for _, frame in layout.leaves]


@many
@given(nestings)
def test_nothing_overlaps_in_either_layout_and_no_leaf_is_missing(thing):
    """In order, each with its own size."""
    leaves = [each.content for each in thing.everything() if each.content is not None]
    for layout in (lay(thing), lay_narrow(thing, ROOM)):
        if layout is None:
            continue
        assert [content for content, _ in layout.leaves] == leaves
        placed = frames(layout)
        assert (min(one.left for one in placed), min(one.top for one in placed)) == pytest.approx((0, 0))
        for place, one in enumerate(placed):
            assert (one.width, one.height) == leaves[place].size
            assert not [other for other in placed[:place] if one.grown(-0.01).meets(other)]


@many
@given(nestings)
def test_there_is_a_narrow_layout_only_if_needed_and_it_is_narrower(thing):
    """What fits stays as it is."""
    wide, narrow = (None if it is None else max(one.right for one in frames(it)) for it in both(thing))
    assert narrow is None or (wide > ROOM and narrow < wide)


def both(thing):
    """Lay it out both ways."""
    return lay(thing), lay_narrow(thing, ROOM)


@many
@given(st.lists(bricks, min_size=2, max_size=6))
def test_any_row_can_be_as_narrow_as_its_widest_thing(contents):
    """Or as the available width, if that is greater."""
    narrow = lay_narrow(line(*map(Nested, contents), align="start"), ROOM)
    if narrow is not None:
        assert max(one.right for one in frames(narrow)) <= ROOM


def test_what_used_to_be_a_row_stays_together():
    """Two rows that became stacks are further apart than the things in each."""
    rows = [line(*(brick(100) for _ in range(3))), line(*(brick(100) for _ in range(4)))]
    found = frames(lay_narrow(line(*rows, towards="down"), ROOM))
    gaps = [after.top - before.bottom for before, after in pairwise(found)]
    assert gaps == [EVEN, EVEN, 2 * EVEN, EVEN, EVEN, EVEN]


def test_arrows_placed_like_things_turn_with_their_line():
    """And still need no gap."""
    thing = line(brick(200), brick(30, 8, is_arrow=True), brick(200))
    first, pointer, second = frames(lay_narrow(thing, ROOM))
    assert (pointer.width, pointer.height) == (8, 30)
    assert (first.bottom, pointer.bottom) == (pointer.top, second.top)


def test_nothing_is_turned_if_something_else_cannot_be_narrower():
    """A row no wider than that stays a row."""
    row = line(brick(140), brick(140))
    wide = line(brick(100), brick(340))
    found = frames(lay_narrow(line(wide, row, towards="down"), ROOM))
    assert max(one.right for one in found) == 340
    assert found[2].top == found[3].top


def test_a_layout_without_space_for_its_arrows_is_rejected(monkeypatch):
    """The author sees the other layout, and couldn't tell what the error is about."""
    one, other = brick(200), brick(200)
    thing = line(one, other, connectors=[Connector(one, other)])
    assert lay_narrow(thing, ROOM)

    def walled_in(*_):
        raise PictureError("an arrow can't reach")

    monkeypatch.setattr(nesting, "find_paths", walled_in)
    assert lay_narrow(thing, ROOM) is None
    with pytest.raises(PictureError, match="can't reach"):
        lay(thing)

"""Nested flows, and wires that make detours."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import sampled
from unrolled.flow.axis import ACROSS, DOWN
from unrolled.flow.description import Flow, Wire
from unrolled.flow.drawing import laid
from unrolled.flow.group import grouped, moved
from unrolled.geometry import Frame, Point
from unrolled.shapes.arrows import CLEAR, Arrow, Bracket, StepsLine
from unrolled.shapes.blocks import Block, Lane
from unrolled.shapes.shape import Text
from unrolled.shapes.text import Label, Phrase, Run

AXES = st.sampled_from([ACROSS, DOWN, ACROSS.close(), DOWN.close(), ACROSS.dense(), DOWN.dense()])
SIZES = st.tuples(st.integers(10, 200), st.integers(10, 80))


def box(name, size):
    """Draw a block of a given size about a point."""

    def draw(axis, at, length):
        return [Block(name=name, frame=Frame.about(at.x, at.y, *size), text="")]

    return draw


def text(name, words):
    """Draw text of a given size about a point."""

    def draw(axis, at, length):
        return [Label(name=name, text=words, at=at)]

    return draw


def row(sizes, name):
    """Put blocks in slots on one track; return them as well."""
    flow = Flow()
    track = flow.track("row")
    return flow, [flow.put(slot, track, box(f"{name}-{slot}", size)) for slot, size in enumerate(sizes, 1)]


@sampled(60)
@given(st.lists(st.lists(SIZES, min_size=1, max_size=5), min_size=1, max_size=4), AXES, AXES)
def test_flows_within_a_flow_keep_apart_like_other_items(rows, outer, inner):
    """Whatever their directions; distances within each stay the same."""
    flow = Flow()
    track = flow.track("rows")
    for slot, sizes in enumerate(rows, 1):
        flow.put(slot, track, grouped(row(sizes, f"row-{slot}")[0], inner), loose=True)
    found = {shape.name: shape.frame for shape in laid(flow, outer).shapes}
    for one, other in combinations(found.values(), 2):
        assert not one.meets(other)
    for slot, sizes in enumerate(rows, 1):
        alone, items = row(sizes, f"row-{slot}")
        there = laid(alone, inner)
        for (at, one), (after, other) in pairwise(enumerate(items, 1)):
            here = found[f"row-{slot}-{at}"], found[f"row-{slot}-{after}"]
            assert here[1].left - here[0].left == pytest.approx(there.frame(other).left - there.frame(one).left)
            assert here[1].top - here[0].top == pytest.approx(there.frame(other).top - there.frame(one).top)


@sampled(40)
@given(st.lists(SIZES, min_size=1, max_size=5), st.data())
def test_a_flow_is_aligned_by_the_items_it_is_given(sizes, data):
    """By the centre or an end of some of its items."""
    flow, items = row(sizes, "row")
    some = data.draw(st.lists(st.sampled_from(items), min_size=1, unique=True))
    for end in ("left", "middle", "right"):
        shapes = grouped(flow, ACROSS, some, end)(ACROSS, Point(100, 50), 0)
        frame = Frame.around(shapes[items.index(item)].frame for item in some)
        assert getattr(frame, end) == pytest.approx(100)
        assert frame.centre == pytest.approx(50)


def test_every_part_of_a_shape_moves_with_it():
    """Points, frames, and tuples of them; a run of text keeps its type."""
    shapes = [
        Arrow(name="a", points=(Point(0, 0), Point(9, 0), Point(9, 30)), breaks=(Point(4, 0),)),
        Bracket(name="b", start=Point(0, 0), to=Point(20, 0), way=(Point(20, 9),)),
        StepsLine(name="s", bars=(Frame(0, 0, 3, 9), Frame(0, 20, 3, 9)), upright=True),
        Phrase(name="p", runs=(Run("(3, "), Run("2", "embedding")), at=Point(1, 2)),
    ]
    for shape in shapes:
        there = moved(shape, Point(10, -5))
        assert type(there) is type(shape)
        for one, other in zip(shape.marks(), there.marks(), strict=True):
            assert (other.frame.left - one.frame.left, other.frame.top - one.frame.top) == pytest.approx((10, -5))
            assert not isinstance(one, Text) or (one.text, one.token) == (other.text, other.token)


@sampled(80)
@given(st.lists(SIZES, min_size=3, max_size=6), st.data())
def test_detours_keep_clear_of_everything_in_between_and_of_one_another(sizes, data):
    """Each is outside the bands, and outside the labels next to them."""
    flow = Flow()
    beside, track = flow.track("beside"), flow.track("row")
    items = [flow.put(slot, track, box(f"b-{slot}", size), loose=True) for slot, size in enumerate(sizes, 1)]
    for item in items:
        flow.band(f"band-{item.slot}", [item])
    pairs = st.lists(
        st.tuples(st.integers(0, len(items) - 1), st.integers(0, len(items) - 1)).filter(lambda it: it[0] < it[1]),
        min_size=1,
        max_size=4,
        unique_by=lambda it: it[0],
    )
    for number, (first, last) in enumerate(data.draw(pairs)):
        said = flow.put(items[first].slot + 0.5, beside, text(f"said-{number}", "handed on"))
        flow.link(
            items[first],
            items[last],
            Wire(f"wire-{number}"),
            sides=("cross-start", "cross-start"),
            around=True,
            loads=[said],
        )
    shapes = laid(flow, DOWN).shapes
    wires = [shape for shape in shapes if isinstance(shape, Arrow)]
    stretches = [Frame.around([Frame(point.x, point.y, 0, 0) for point in wire.points[1:3]]) for wire in wires]
    solid = [frame for shape in shapes if isinstance(shape, Lane) for frame in shape.frames]
    solid += [shape.bounds for shape in shapes if isinstance(shape, Label)]
    for stretch in stretches:
        assert all(stretch.left < frame.left - CLEAR for frame in solid)
    for one, other in combinations(stretches, 2):
        apart = abs(one.left - other.left) >= 10
        assert apart or one.bottom < other.top or other.bottom < one.top


def test_a_wire_can_start_at_the_edge_of_a_band():
    """For example if other items are below the one it comes from."""
    flow = Flow()
    track = flow.track("row")
    items = [flow.put(slot, track, box(f"b-{slot}", (60, 40)), loose=True) for slot in (1, 2)]
    for item in items:
        flow.band(f"band-{item.slot}", [item])
    flow.link(*items, Wire("wire"), sides=("main-end", "main-start"), outside=True)
    shapes = {shape.name: shape for shape in laid(flow, DOWN).shapes}
    start, end = shapes["wire"].points
    assert start.y == shapes["band-1"].frames[0].bottom + CLEAR
    assert end.y == shapes["b-2"].frame.top - CLEAR


def test_a_wire_keeps_further_away_from_text_than_from_rims():
    """Otherwise it could be mistaken for a letter."""
    flow = Flow(slot_room=60)
    track = flow.track("row")
    items = [flow.put(slot, track, text(f"step-{slot}", f"step {slot}")) for slot in (1, 2)]
    flow.link(*items, Wire("wire"), sides=("main-end", "main-start"))
    found = laid(flow, ACROSS)
    (wire,) = (shape for shape in found.shapes if isinstance(shape, Arrow))
    assert wire.points[0].x == found.frame(items[0]).right + 2 * CLEAR
    assert wire.points[1].x == found.frame(items[1]).left - 2 * CLEAR

"""Bands and items over several tracks, belts, and wires that follow a track."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import sampled
from unrolled.flow.axis import ACROSS, DOWN
from unrolled.flow.description import Flow, Track, Wire
from unrolled.flow.drawing import laid
from unrolled.geometry import Frame
from unrolled.shapes.arrows import CLEAR, Arrow, Disc
from unrolled.shapes.blocks import Block, Lane
from unrolled.shapes.gates import BELT_HEIGHT, Belt

AXES = pytest.mark.parametrize("axis", [ACROSS, DOWN], ids=["across", "down"])
TRACKS = ["one", "two", "three"]
sizes = st.tuples(st.integers(10, 120), st.integers(10, 120))


def box(name, wide=40, high=30):
    """Draw a block of a given size about a point."""
    return lambda axis, at, length: [Block(name=name, text="", frame=Frame.about(at.x, at.y, wide, high))]


def empty(axis, at, length):
    """Reserve space."""
    return []


def flow_of(*tracks):
    """Create a flow without evenly spaced slots."""
    return Flow([Track(name) for name in tracks], even_slots=False)


def frames_of(drawn, kind=Block):
    """Return the frames of shapes of a type, by name."""
    return {shape.name: shape.frame for shape in drawn.shapes if isinstance(shape, kind)}


@AXES
@sampled(60)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(TRACKS), sizes), min_size=2, max_size=10), st.data())
def test_a_band_over_several_tracks_contains_its_items_and_no_others(axis, things, data):
    """Items before or after it keep clear on every track, and nothing overlaps."""
    flow = flow_of("outside", *TRACKS)
    once = {(slot, track): size for slot, track, size in things}
    inside = [
        flow.put(slot + 1, track, box(f"in-{slot}-{track}", *size)) for (slot, track), size in sorted(once.items())
    ]
    flow.band("lane", inside)
    for slot in (0, 6):
        track = data.draw(st.sampled_from(TRACKS))
        flow.put(slot, track, box(f"out-{slot}", *data.draw(sizes)))
    flow.put(2, "outside", box("out-below", *data.draw(sizes)))
    drawn = laid(flow, axis)
    (lane,) = [shape.bounds for shape in drawn.shapes if isinstance(shape, Lane)]
    frames = frames_of(drawn)
    for name, frame in frames.items():
        assert lane.holds(frame, 1e-6) if name.startswith("in") else not lane.grown(-0.01).meets(frame), name
    for one, other in combinations(frames.values(), 2):
        assert not one.grown(-0.01).meets(other.grown(-0.01))


@AXES
def test_an_item_over_several_tracks_pushes_none_of_them_away(axis):
    """But it keeps its distance in time from items on them."""
    flow = flow_of("one", "two")
    flow.put(0, "one", box("before"))
    flow.put(0, "two", box("before-too"))
    long = flow.put(1, "one", box("long", 30, 300) if axis.across else box("long", 300, 30), over=("two",))
    flow.put(2, "two", box("after"))
    drawn = laid(flow, axis)
    frames = frames_of(drawn)
    apart = [axis.cross(frames[name])[0] for name in ("before", "before-too")]
    assert abs(apart[0] - apart[1]) < 80
    assert not any(frames["long"].meets(frames[name]) for name in ("before", "before-too", "after"))
    assert drawn.frame(long) == frames["long"]


@AXES
def test_a_belt_runs_from_rim_to_rim_and_a_tap_starts_clear_of_it(axis):
    """The dot on it has the belt's colour, and no wheel is there."""
    flow = flow_of("low", "belt")
    one, other = flow.put(0, "belt", box("one")), flow.put(2, "belt", box("other"))
    flow.put(1, "belt", empty)
    below = flow.put(1, "low", box("below", 120))
    belt = flow.link(one, other, Wire("belt", "memory", belt=True), sides=("main-end", "main-start"))
    flow.link(below, below, Wire("tap"), sides=("cross-end", "cross-end"), taps=belt)
    drawn = laid(flow, replace(axis, slot_gap=60))
    (on,) = [shape for shape in drawn.shapes if isinstance(shape, Belt)]
    (dot,) = [shape for shape in drawn.shapes if isinstance(shape, Disc)]
    (tap,) = [shape for shape in drawn.shapes if isinstance(shape, Arrow)]
    frames = frames_of(drawn)
    (start, end), (low, high) = axis.main(on.frame), axis.cross(on.frame)
    assert start == axis.main(frames["one"])[1] + CLEAR
    assert end == axis.main(frames["other"])[0] - CLEAR
    assert high - low == BELT_HEIGHT
    along, aside = axis.place(dot.at)
    assert (aside, dot.role) == ((low + high) / 2, "memory")
    assert on.free == (along,)
    assert axis.place(tap.points[0])[1] == low - CLEAR
    assert axis.place(tap.points[-1])[1] == axis.cross(frames["below"])[1] + CLEAR


def test_a_curved_tap_has_no_dot_and_a_wire_can_follow_a_track():
    """Like a bus that others branch off."""
    flow = flow_of("given", "bus", "blocks")
    given, (one, other) = flow.put(0, "given", box("x")), [flow.put(n, "blocks", box(f"b{n}")) for n in (1, 2)]
    flow.put((0, 2), "bus", empty)
    bus = flow.link(given, other, Wire("bus"), along="bus")
    flow.link(one, one, Wire("tap"), sides=("cross-start", "cross-start"), taps=bus, curved=True)
    drawn = laid(flow, ACROSS)
    arrows = {shape.name: shape for shape in drawn.shapes if isinstance(shape, Arrow)}
    level = -drawn.placed.tracks["bus"]
    assert [point.y for point in arrows["bus"].points[1:3]] == [level, level]
    assert arrows["tap"].points[0].y == arrows["tap"].points[1].y == level
    assert arrows["tap"].points[0].x < arrows["tap"].points[1].x == frames_of(drawn)["b1"].middle
    assert not [shape for shape in drawn.shapes if isinstance(shape, Disc)]


def test_a_wire_continues_straight_to_a_side_that_extends_far_enough():
    """Two rows pass through one gate between them."""
    flow = flow_of("low", "high")
    low, high = flow.put(0, "low", box("low")), flow.put(0, "high", box("high"))
    gate = flow.put(1, "low", box("gate", 40, 200), over=("high",))
    for one, name in ((low, "under"), (high, "over")):
        flow.link(one, gate, Wire(name), sides=("main-end", "main-start"), shares=(0.5, None))
    arrows = [shape for shape in laid(flow, ACROSS).shapes if isinstance(shape, Arrow)]
    assert len({arrow.points[0].y for arrow in arrows}) == 2
    assert all(arrow.points[0].y == arrow.points[-1].y for arrow in arrows)

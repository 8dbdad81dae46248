"""The layout engine: items in slots and on tracks, across and down the page."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.wiring import check_end, strokes_of
from tests.sampling import sampled
from unrolled.flow.axis import ACROSS, DOWN
from unrolled.flow.description import Caption, Edge, Flow, Wire
from unrolled.flow.drawing import laid
from unrolled.flow.placing import wire_names
from unrolled.geometry import Frame, Point
from unrolled.shapes.arrows import CLEAR, Arrow
from unrolled.shapes.blocks import Block, Lane
from unrolled.shapes.plots import Line
from unrolled.shapes.text import Label

AXES = (ACROSS, DOWN)


def box(name, width=60, height=40):
    """Draw a block of a given size about a point, as long as what it spans."""

    def draw(axis, at, length):
        across, down = (length, 0) if axis.across else (0, length)
        return [Block(name=name, frame=Frame.about(at.x, at.y, width + across, height + down), text="")]

    return draw


def named(name, text):
    """Draw a block with a name below it, which may be wider."""

    def draw(axis, at, length):
        label = Label(name=f"{name}-name", text=text, at=Point(at.x, at.y + 32))
        return [*box(name)(axis, at, length), label]

    return draw


@st.composite
def flows(draw):
    """Generate steps on tracks, linked along time and from track to track, in bands with titles."""
    flow, steps = Flow(), draw(st.integers(1, 5))
    before = None
    for level in range(draw(st.integers(1, 4))):
        track = flow.track(f"track-{level}")
        sizes = draw(st.lists(st.tuples(st.integers(20, 150), st.integers(20, 90)), min_size=steps, max_size=steps))
        items = [flow.put(step, track, box(f"thing-{level}-{step}", *size)) for step, size in enumerate(sizes, start=1)]
        if draw(st.booleans()):
            for one, other in pairwise(items):
                wire = Wire(f"along-{level}-{flow.items.index(one)}-arrow")
                flow.link(one, other, wire, sides=("main-end", "main-start"))
        if draw(st.booleans()):
            flow.band(
                f"band-{level}", items, Caption(f"title-{level}", draw(st.sampled_from(["LSTM", "a long title"])))
            )
        for place, (one, other) in enumerate(zip(before or [], items, strict=False)):
            flow.link(one, other, Wire(f"up-{level}-{place}-arrow"))
        before = items
    return flow


@sampled(60)
@given(flows())
def test_items_keep_apart_and_wires_end_at_their_rims(flow):
    """Whatever their sizes, both ways: no items or titles overlap, and no wire passes through either."""
    for axis in AXES:
        shapes = laid(flow, axis).shapes
        blocks = [shape.frame for shape in shapes if isinstance(shape, Block)]
        titles = [shape.bounds for shape in shapes if isinstance(shape, Label)]
        solid = [*blocks, *titles]
        assert not any(one.meets(other) for place, one in enumerate(solid) for other in solid[:place])
        for arrow in (shape for shape in shapes if isinstance(shape, Arrow)):
            check_end(arrow, blocks)
            assert not any(line.meets(frame) for line in strokes_of(arrow) for frame in solid)


@sampled(40)
@given(flows())
def test_steps_are_equally_long(flow):
    """As long as the longest needs."""
    for axis in AXES:
        placed = laid(flow, axis).placed
        places = [placed.slots[key] for key in sorted(placed.slots)]
        pitches = {round(after - before, 6) for before, after in pairwise(places)}
        assert len(pitches) <= 1


@sampled(40)
@given(flows())
def test_a_band_contains_the_items_that_share_its_weights(flow):
    """And nothing else."""
    for axis in AXES:
        found = laid(flow, axis)
        bands = {shape.name: shape.frames for shape in found.shapes if isinstance(shape, Lane)}
        for band in flow.bands:
            (frame,) = bands[band.name]
            for item in flow.items:
                assert frame.holds(found.frame(item)) == (item in band.items)
                assert item in band.items or not frame.meets(found.frame(item))


@pytest.mark.parametrize("axis", AXES)
def test_an_item_that_spans_slots_is_as_long_as_the_distance_between_them(axis):
    """And pushes them apart if it is longer."""
    flow = Flow()
    for step in (1, 2, 3):
        flow.put(step, flow.track("given"), box(f"given-{step}", 20, 20))
    whole = flow.put((1, 3), flow.track("whole"), box("whole", 200, 200))
    found = laid(flow, axis)
    first, last = (axis.main(found.frame(flow.items[place])) for place in (0, 2))
    low, high = axis.main(found.frame(whole))
    assert high - low == pytest.approx(200 + (sum(last) - sum(first)) / 2)


@pytest.mark.parametrize("axis", AXES)
def test_names_may_be_above_other_tracks_but_overlap_nothing(axis):
    """A long name takes space only if something else is there."""
    flow = Flow()
    low = [flow.put(step, flow.track("low"), named(f"low-{step}", "a rather long name")) for step in (1, 2)]
    high = [flow.put(step, flow.track("high"), box(f"high-{step}", 20, 20)) for step in (1, 2)]
    shapes = laid(flow, axis).shapes
    names = [shape.bounds for shape in shapes if isinstance(shape, Label)]
    frames = [shape.frame for shape in shapes if isinstance(shape, Block)]
    assert len(names) == len(low) == len(high)
    assert not any(name.meets(frame) for name in names for frame in frames)
    assert not names[0].meets(names[1])


def test_a_wire_has_a_gap_where_another_crosses_it():
    """The horizontal one."""
    flow = Flow()
    for track in ("low", "middle", "high"):
        flow.track(track)
    low, high = flow.put(2, "low", box("from", 20, 20)), flow.put(2, "high", box("to", 20, 20))
    one, other = flow.put(1, "middle", box("one", 20, 20)), flow.put(3, "middle", box("other", 20, 20))
    flow.link(one, other, Wire("along"), sides=("main-end", "main-start"))
    flow.link(low, high, Wire("up"))
    arrows = {shape.name: shape for shape in laid(flow, ACROSS).shapes if isinstance(shape, Arrow)}
    assert len(arrows["along"].breaks) == 1
    assert not arrows["up"].breaks
    upright = [*strokes_of(arrows["up"])]
    assert not any(a.meets(b) for a in strokes_of(arrows["along"]) for b in upright)


def test_wires_to_several_slots_branch_at_dots():
    """One wherever lines run in three directions."""
    flow = Flow()
    source = flow.put(1, flow.track("source"), box("source", 20, 20))
    for step in (1, 2, 3):
        flow.link(source, flow.put(step, flow.track("takers"), box(f"taker-{step}")), Wire(f"to-{step}"), branch=True)
    dots = [shape for shape in laid(flow, ACROSS).shapes if shape.name.endswith("-branch") or "-branch-" in shape.name]
    assert len(dots) == 2


@pytest.mark.parametrize("axis", AXES)
def test_a_wire_ends_clear_of_text_and_of_all_shapes_of_an_item(axis):
    """Four pixels above or below letters, eight beside them; and four from the item's full extent."""

    def pair(axis, at, length):
        left, right = (Frame.about(at.x + aside, at.y, 20, 20) for aside in (-15, 15))
        return [Block(name="left", frame=left, text=""), Block(name="right", frame=right, text="")]

    flow = Flow()
    one = flow.put(1, flow.track("given"), pair, whole=True)
    text = flow.put(1, flow.track("said"), lambda axis, at, length: [Label(name="text", text="output = h", at=at)])
    flow.link(one, text, Wire("up-arrow"))
    found = laid(flow, axis)
    (arrow,) = [shape for shape in found.shapes if isinstance(shape, Arrow)]
    assert len({axis.place(point)[0] for point in arrow.points}) == 1
    assert [axis.place(end)[1] for end in arrow.points] == [
        pytest.approx(axis.cross(found.frame(one))[1] + 4),
        pytest.approx(axis.cross(found.frame(text))[0] - (4 if axis.across else 8)),
    ]


@pytest.mark.parametrize("axis", AXES)
def test_an_item_that_follows_one_on_another_track_keeps_clear_in_time(axis):
    """As if it were on the same track."""
    flow = Flow()
    one = flow.put(0, flow.track("high"), box("one", 90, 90))
    other = flow.put(1, flow.track("low"), box("other"))
    flow.follow(one, other)
    found = laid(flow, axis)
    assert axis.main(found.frame(other))[0] >= axis.main(found.frame(one))[1] + axis.slot_gap


@pytest.mark.parametrize("axis", AXES)
def test_a_detour_follows_the_track_it_is_given(axis):
    """Instead of running outside everything, so that the band of its items can contain it."""
    flow = Flow()
    beside, track = flow.track("beside"), flow.track("things", 10)
    items = [flow.put(step, track, box(f"thing-{step}")) for step in (1, 2, 3)]
    room = flow.put((1, 3), beside, lambda axis, at, length: [])
    sides = ("cross-start", "cross-start")
    flow.link(items[0], items[2], Wire("detour-arrow"), sides=sides, around=True, along=beside)
    flow.band("band", [*items, room])
    found = laid(flow, axis)
    (detour,) = [shape for shape in found.shapes if isinstance(shape, Arrow)]
    (lane,) = [shape for shape in found.shapes if isinstance(shape, Lane)]
    assert {round(axis.place(point)[1], 6) for point in detour.points[1:3]} == {round(found.placed.tracks[beside], 6)}
    assert lane.bounds.holds(detour.bounds)


def test_sections_down_the_page_are_flush_on_the_left():
    """Even if they have no tracks in common, and other widths."""
    flow = Flow()
    for number, width in enumerate((60, 200)):
        flow.put(2 * number, flow.track(f"track-{number}"), box(f"thing-{number}", width))
    flow.sections.append(1)
    one, other = (shape.frame for shape in laid(flow, DOWN).shapes if isinstance(shape, Block))
    assert one.left == other.left
    assert one.bottom < other.top


def test_titles_of_bands_side_by_side_keep_apart():
    """Down the page, where they may be wider than their bands."""
    flow = Flow()
    for number, title in enumerate(("the first direction", "the second direction")):
        item = flow.put(1, flow.track(f"track-{number}"), box(f"thing-{number}", 30))
        after = flow.put(2, item.track, box(f"after-{number}", 30))
        flow.band(f"band-{number}", [item, after], Caption(f"title-{number}", title))
    one, other = (shape.bounds for shape in laid(flow, DOWN).shapes if isinstance(shape, Label))
    assert one.right < other.left


@pytest.mark.parametrize("axis", AXES)
def test_a_note_is_below_everything_in_lines_that_fit(axis):
    """And a link can be labelled next to its wire."""
    flow = Flow()
    items = [flow.put(step, flow.track("track"), box(f"box-{step}", 100, 60)) for step in (1, 2)]
    flow.link(*items, Wire("along-arrow", caption=Caption("name", "h")), sides=("main-end", "main-start"))
    flow.note(Caption("note", "What is drawn here is said in a sentence or two. " * 4))
    found = laid(flow, axis)
    boxes = [shape.frame for shape in found.shapes if isinstance(shape, Block)]
    notes = [shape.bounds for shape in found.shapes if shape.name.startswith("note")]
    (name,) = [shape.bounds for shape in found.shapes if shape.name == "name"]
    assert len(notes) > 1
    assert all(note.top > box.bottom for note in notes for box in boxes)
    assert not any(name.meets(each) for each in (*boxes, *notes))


@sampled(30)
@given(flows())
def test_bounds_contain_everything_that_is_drawn(flow):
    """They are known before drawing, so that a view can choose what fits."""
    for axis in AXES:
        found = laid(flow, axis)
        assert axis.frame(*found.placed.bounds).holds(found.around, slack=2)


@st.composite
def looping(draw):
    """Generate steps with loops on one track, in a band or not, between items that lead to them and from them."""
    flow = Flow()
    low, middle, high = (flow.track(name) for name in ("low", "middle", "high"))
    items = []
    for step in range(1, draw(st.integers(1, 3)) + 1):
        size = draw(st.integers(40, 120)), draw(st.integers(60, 120))
        items.append(flow.put(step, middle, box(f"thing-{step}", *size)))
        wires = []
        for name in range(draw(st.integers(0, 3))):
            text, role = draw(st.sampled_from(["", "h", "memory"])), draw(st.sampled_from(["flow", "memory"]))
            caption = Caption(f"name-{step}-{name}", text) if text else None
            wires.append(Wire(f"loop-{step}-{name}-arrow", role, caption=caption))
        if wires:
            flow.loop(items[-1], *wires)
        if draw(st.booleans()):
            flow.link(flow.put(step, low, box(f"low-{step}")), items[-1], Wire(f"into-{step}-arrow"))
        if draw(st.booleans()):
            flow.link(items[-1], flow.put(step, high, box(f"high-{step}")), Wire(f"out-{step}-arrow"))
    if draw(st.booleans()):
        flow.band("band", items, *draw(st.sampled_from([(), (Caption("title", "LSTM(4)"),)])))
    return flow


@sampled(90)
@given(looping())
def test_loops_lead_around_their_items_and_keep_clear_of_everything(flow):
    """They have gaps where other wires cross them; bands contain them and their names."""
    for axis in AXES:
        found = laid(flow, axis)
        blocks = [shape.frame for shape in found.shapes if isinstance(shape, Block)]
        solid = [*blocks, *(shape.bounds for shape in found.shapes if isinstance(shape, Label))]
        assert not any(one.meets(other) for one, other in combinations(solid, 2))
        arrows = {shape.name: shape for shape in found.shapes if isinstance(shape, Arrow)}
        strokes = {name: [line.grown(0.75) for line in strokes_of(arrow)] for name, arrow in arrows.items()}
        for name, lines in strokes.items():
            check_end(arrows[name], blocks)
            assert not any(line.meets(frame) for line in lines for frame in solid)
        for one, other in combinations(strokes, 2):
            assert not any(line.meets(across) for line in strokes[one] for across in strokes[other]), (one, other)
        for item, loop in ((link.one, link) for link in flow.links if link.loops):
            start, end = axis.main(found.frame(item))
            for points in (arrows[wire.name].points for wire in loop.wires):
                (first, level), (last, back) = axis.place(points[0]), axis.place(points[-1])
                assert (first, last) == pytest.approx((end + CLEAR, start - CLEAR))
                assert level == pytest.approx(back)
                assert max(axis.place(point)[1] for point in points) > axis.cross(found.frame(item))[1]
        for lane in (shape.bounds for shape in found.shapes if isinstance(shape, Lane)):
            assert all(lane.holds(shape.bounds) for shape in found.shapes if shape.name.startswith(("loop-", "name-")))
        assert axis.frame(*found.placed.bounds).holds(found.around, slack=2)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("names", [("h",), ("c", "h"), (None, "zeros"), ("a long name", None)])
def test_names_between_items_are_outside_of_their_wires(axis, names):
    """Each next to its own, and clear of the items, which make room for them."""
    flow = Flow()
    track = flow.track("track")
    one, other = (flow.put(step, track, box(f"box-{step}", 100, 140)) for step in (1, 2))
    captions = [name and Caption(f"name-{at}", name) for at, name in enumerate(names)]
    flow.put(1.5, track, wire_names(captions, step=2))
    wires = [Wire(f"wire-{number}") for number in range(len(names))]
    flow.link(one, other, *wires, sides=("main-end", "main-start"))
    found = laid(flow, axis)
    labels = {shape.name: shape for shape in found.shapes if isinstance(shape, Label)}
    lines = [shape.bounds for shape in found.shapes if isinstance(shape, Arrow)]
    assert len(labels) == sum(name is not None for name in names)
    for number in range(len(lines)):
        if label := labels.get(f"name-{number}"):
            assert label.step == 2
            assert not any(label.bounds.meets(each) for each in (*lines, found.frame(one), found.frame(other)))
            away = [abs(sum(axis.cross(each)) - sum(axis.cross(label.bounds))) for each in lines]
            assert min(away) == away[number]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("after", [False, True])
def test_labels_count_in_the_bounds_of_a_flow(axis, after):
    """However wide they are: nothing else makes room for them; down the page, they are above their items."""
    flow = Flow()
    item = flow.put(1, flow.track("track"), box("box"))
    flow.label([item], Caption("label", "a label that is much longer than its box"), after=after)
    found = laid(flow, axis)
    (label,) = (shape.bounds for shape in found.shapes if isinstance(shape, Label))
    bounds = axis.frame(*found.placed.bounds)
    assert label.width > 200
    assert bounds.left - 1 <= label.left < label.right <= bounds.right + 1


@st.composite
def scaled(draw):
    """Generate items of any size at positions on a scale, on several tracks, connected from track to track."""
    flow, before = Flow(to_scale=True), []
    for level in range(draw(st.integers(2, 3))):
        track = flow.track(f"track-{level}")
        slots = draw(st.lists(st.integers(-8, 8), min_size=1, max_size=5, unique=True))
        items = []
        for slot in slots:
            size = draw(st.tuples(st.integers(20, 90), st.integers(20, 60)))
            items.append(flow.put(slot / 4, track, box(f"thing-{level}-{slot}", *size)))
        for one in before:
            for other in items:
                fan = draw(st.sampled_from([(0, 0), (6, 6), (0, 16)]))
                flow.edge(Edge(one, other, f"edge-{len(flow.edges)}", fan=fan))
        before = items
    return flow


@sampled(60)
@given(scaled())
def test_a_scale_keeps_its_proportions_and_edges_run_from_rim_to_rim(flow):
    """Items keep apart; edges are sorted by their other ends, so that neighbours don't cross."""
    for axis in AXES:
        found = laid(flow, axis)
        frames = {item: found.frame(item) for item in flow.items}
        assert not any(one.meets(other) for one, other in combinations(frames.values(), 2))
        mains = {item: sum(axis.main(frame)) / 2 for item, frame in frames.items()}
        for one, other in combinations(flow.items, 2):
            if one.slot != other.slot:
                assert (mains[other] - mains[one]) / (other.slot - one.slot) > 0
        pitches = [
            (mains[b] - mains[a]) / (b.slot - a.slot) for a, b in combinations(flow.items, 2) if a.slot != b.slot
        ]
        assert pitches == pytest.approx([*pitches[:1]] * len(pitches))
        lines = {shape.name: shape for shape in found.shapes if isinstance(shape, Line)}
        for edge in flow.edges:
            line = lines[edge.name]
            for item, end in ((edge.one, line.start), (edge.other, line.to)):
                low, high = axis.main(frames[item])
                assert low < axis.place(end)[0] < high
                assert not frames[item].grown(CLEAR - 0.1).holds(Frame(end.x, end.y, 0, 0))
                assert frames[item].grown(CLEAR + 0.1).holds(Frame(end.x, end.y, 0, 0))
        for item in flow.items:
            leaving = [edge for edge in flow.edges if edge.one is item]
            ordered = sorted(leaving, key=lambda edge: mains[edge.other])
            starts = [axis.place(lines[edge.name].start)[0] for edge in ordered]
            assert starts == sorted(starts) or len({edge.fan for edge in ordered}) > 1

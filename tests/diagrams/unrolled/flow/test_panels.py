"""Several flows on one page: stacked, and as small multiples."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.unrolled.flow.test_flow import box
from tests.sampling import sampled
from unrolled.flow.axis import ACROSS, DOWN
from unrolled.flow.description import Caption, Flow
from unrolled.flow.panels import BETWEEN, Panel, multiples, stacked
from unrolled.flow.placing import placed
from unrolled.geometry import Frame
from unrolled.shapes.blocks import Block
from unrolled.shapes.plots import Line
from unrolled.shapes.text import Label

TRACKS = ("given", "layer", "answer")


def panel(number, sizes):
    """Create a flow with an item of a given size on each track, and the title of its panel."""
    flow = Flow()
    for track in TRACKS:
        flow.track(track)
    for track, size in sizes.items():
        flow.put(1, track, box(f"{track}-{number}", *size))
    return Panel(placed(flow, ACROSS), (Caption(f"title-{number}", f"the form number {number}"),))


panels = st.lists(
    st.dictionaries(st.sampled_from(TRACKS), st.tuples(st.integers(20, 120), st.integers(20, 80)), min_size=1),
    min_size=1,
    max_size=6,
).map(lambda found: [panel(number, sizes) for number, sizes in enumerate(found)])


def drawn(shapes, kind):
    """Find shapes of a type, by name."""
    return {shape.name: shape for shape in shapes if isinstance(shape, kind)}


@sampled(60)
@given(panels, st.booleans(), st.sampled_from([288, 500, 828]))
def test_frames_are_equal_and_tracks_are_aligned(found, beside, room):
    """Nothing overlaps, and a row is no wider than the space if one frame fits."""
    labels = {} if beside else {"given": Caption("given-label", "input")}
    shapes = multiples(found, room, labels=labels, beside=beside)
    frames = [shape.frame for shape in drawn(shapes, Block).values()]
    texts = [shape.bounds for shape in drawn(shapes, Label).values()]
    assert not any(one.meets(other) for one, other in combinations([*frames, *texts], 2))
    titles = [shape for name, shape in drawn(shapes, Label).items() if name.startswith("title")]
    columns = sorted({round(title.at.x, 3) for title in titles if title.name.count("-") == 1})
    assert len({round(after - before, 3) for before, after in pairwise(columns)}) <= 1
    rows = {round(title.at.y, 3) for title in titles if title.name.count("-") == 1}
    for track in TRACKS:
        heights = {round(shape.frame.centre, 3) for name, shape in drawn(shapes, Block).items() if track in name}
        assert len(heights) <= (len(found) if beside else len(rows))
    whole = Frame.around([*frames, *texts])
    assert whole.width <= max(room, 2 * BETWEEN + 300)
    lines = [shape.bounds for shape in drawn(shapes, Line).values()]
    assert len(lines) == len(found) - 1
    assert not any(line.meets(each) for line in lines for each in [*frames, *texts])


@sampled(30)
@given(st.lists(st.tuples(st.integers(20, 300), st.integers(20, 90), st.booleans()), min_size=1, max_size=4))
def test_stacked_flows_have_their_centres_aligned(sizes):
    """Each laid out along its own axis."""
    flows = []
    for number, (width, height, is_across) in enumerate(sizes):
        flow = Flow()
        flow.put(0, flow.track("only"), box(f"box-{number}", width, height))
        flows.append((flow, ACROSS if is_across else DOWN))
    frames = [shape.frame for shape in stacked(flows, gap=10)]
    assert len({round(frame.middle, 6) for frame in frames}) == 1
    assert all(other.top - one.bottom > 8 for one, other in pairwise(frames))

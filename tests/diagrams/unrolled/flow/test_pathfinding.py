"""Routing arrows between frames: unobstructed, at right angles, and interrupted where others cross them."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.sampling import sampled
from unrolled import PictureError
from unrolled.flow.pathfinding import End, crossings, find_paths
from unrolled.geometry import Frame, Point

many = sampled(60, suppress_health_check=[HealthCheck.too_slow])
CELL = 120
"""Frames are in a grid of such squares, so that they don't overlap and there is always a path."""


@st.composite
def crowds(draw):
    """Generate frames, and pairs of them to connect, with or without text."""
    spots = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=2, max_size=9, unique=True))
    sizes = st.floats(10, 60)
    frames = [Frame(x * CELL + draw(sizes), y * CELL + draw(sizes), draw(sizes), draw(sizes)) for x, y in spots]
    pairs = draw(st.lists(st.tuples(st.sampled_from(frames), st.sampled_from(frames)), min_size=1, max_size=5))
    texts = st.sampled_from(["", "", "query"])
    return frames, [(one, other, draw(texts)) for one, other in pairs if one is not other]


def joined(frames, pairs):
    """Find the paths."""
    return find_paths(frames, [(End(one, one), End(other, other), text) for one, other, text in pairs])


@many
@given(crowds())
def test_paths_run_from_rim_to_rim_at_right_angles_without_obstacles(crowd):
    """At both ends 4 px from the rims, and 4 px from every other frame on the way."""
    frames, pairs = crowd
    for (one, other, _), path in zip(pairs, joined(frames, pairs), strict=True):
        for frame, end in ((one, path.points[0]), (other, path.points[-1])):
            assert on_edge(frame.grown(4), end)
        for start, end in pairwise(path.points):
            assert start.x == end.x or start.y == end.y
            thin = Frame.around([Frame(start.x, start.y, 0, 0), Frame(end.x, end.y, 0, 0)]).grown(0.75)
            assert not [frame for frame in frames if thin.meets(frame)]


@many
@given(crowds())
def test_no_text_overlaps_anything(crowd):
    """Neither a frame nor another text."""
    frames, pairs = crowd
    placed = zip(pairs, joined(frames, pairs), strict=True)
    texts = [path.text.frame(text) for (_, _, text), path in placed if path.text is not None]
    assert len(texts) == sum(bool(text) for _, _, text in pairs)
    for place, text in enumerate(texts):
        assert not [other for other in (*frames, *texts[:place]) if text.meets(other)]


def on_edge(frame, point):
    """Return whether a point is on the edge of a frame."""
    upright = min(abs(point.x - frame.left), abs(point.x - frame.right)) < 0.01
    level = min(abs(point.y - frame.top), abs(point.y - frame.bottom)) < 0.01
    inside = frame.grown(0.01).holds(Frame(point.x, point.y, 0, 0))
    return inside and (upright or level)


def test_straight_paths_go_first():
    """Wherever they are in the list; otherwise a path around corners could end where the straight one does."""
    left, right, below = Frame(0, 0, 60, 60), Frame(120, 0, 60, 60), Frame(0, 120, 60, 60)
    bent, straight = joined([left, right, below], [(right, below, ""), (left, right, "")])
    assert straight.points == (Point(64, 30), Point(116, 30))
    assert len(bent.points) > 2


def test_a_text_does_not_block_a_straight_path():
    """It is next to the place where the two cross."""
    left, right = Frame(0, 100, 60, 60), Frame(300, 100, 60, 60)
    top, bottom = Frame(150, 0, 60, 60), Frame(150, 200, 60, 60)
    ends = [(left, right, "over"), (top, bottom, "")]
    across, down = joined([left, right, top, bottom], ends)
    assert (len(across.points), len(down.points)) == (2, 2)
    assert across.breaks == (Point(180, 130),)
    assert across.text.at.x != 180


def test_a_horizontal_path_has_a_gap_where_a_vertical_one_crosses():
    """Not where they meet at an end."""
    sideways, upright = (Point(0, 50), Point(100, 50)), (Point(40, 0), Point(40, 100))
    assert crossings(sideways, [upright]) == crossings(sideways[::-1], [upright]) == (Point(40, 50),)
    assert crossings(upright, [sideways]) == ()
    assert crossings(sideways, [(Point(95, 0), Point(95, 100))]) == ()
    left, right = Frame(-60, 20, 60, 60), Frame(100, 20, 60, 60)
    (path,) = find_paths([left, right], [(End(left, left), End(right, right), "")], taken=[upright])
    assert path.breaks == (Point(40, 50),)


def test_an_end_that_is_walled_in_is_an_error():
    """It says what to do."""
    inner = Frame(0, 0, 40, 40)
    walls = [Frame(-12, -12, 64, 10), Frame(-12, 42, 64, 10), Frame(-12, -12, 10, 64), Frame(42, -12, 10, 64)]
    outer = Frame(300, 0, 40, 40)
    with pytest.raises(PictureError, match=r"an arrow can't reach.*surrounded: link to the group"):
        find_paths([inner, outer, *walls], [(End(inner, inner), End(outer, outer), "")])

"""Points, frames and paths."""

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled.geometry import Frame, Point, bent, rounded, straight

sizes = st.floats(1, 500)
places = st.floats(-500, 500)
frames = st.builds(Frame, places, places, sizes, sizes)


@given(frames, frames)
def test_a_frame_around_frames_contains_each_of_them(one, other):
    """Nothing sticks out."""
    around = Frame.around([one, other])
    assert around.holds(one, slack=1e-9)
    assert around.holds(other, slack=1e-9)


@given(frames, frames)
def test_overlap_is_symmetric(one, other):
    """Either both frames meet each other, or neither does."""
    assert one.meets(other) == other.meets(one)


def test_frames_that_share_an_edge_do_not_overlap():
    """Cells are adjacent."""
    assert not Frame(0, 0, 10, 10).meets(Frame(10, 0, 10, 10))


@given(frames, st.floats(0, 40))
def test_a_rounded_frame_stays_within_its_frame(frame, radius):
    """Rounding a corner only removes area."""
    assert frame.holds(rounded(frame, radius).frame, slack=1e-6)


def test_a_bend_stays_in_the_corner_s_box_and_is_tangent_at_both_ends():
    """The curve leaves along the first leg and arrives along the second."""
    path = bent([Point(0, 0), Point(100, 0), Point(100, 100)], 13.5)
    (line_end,), (first_handle, last_handle, curve_end), (end,) = path.pieces
    assert (line_end.x, line_end.y) == pytest.approx((86.5, 0))
    assert first_handle.y == line_end.y
    assert last_handle.x == curve_end.x == 100
    assert (curve_end.x, curve_end.y) == pytest.approx((100, 13.5))
    assert end == Point(100, 100)


def test_a_corner_without_space_has_a_smaller_radius():
    """Two bends close together share the leg between them."""
    path = bent([Point(0, 0), Point(10, 0), Point(10, 100)], 13.5)
    assert path.pieces[0][0].x == pytest.approx(5)


@given(places, places, places, places, st.floats(0, 100))
def test_moving_towards_a_point_covers_the_given_distance(x, y, other_x, other_y, length):
    """Lengths are kept."""
    start, other = Point(x, y), Point(other_x, other_y)
    if hypot(other_x - x, other_y - y) > 0.001:
        reached = start.towards(other, length)
        assert hypot(reached.x - x, reached.y - y) == pytest.approx(length, abs=1e-6)


def test_a_straight_path_has_the_points_it_was_given():
    """Nothing is rounded."""
    corners = Point(0, 0), Point(3, 4), Point(5, 6)
    assert straight(*corners).points == corners

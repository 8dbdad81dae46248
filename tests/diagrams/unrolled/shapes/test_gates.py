"""Gates, belts and chips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import sampled
from unrolled.fonts import NUMBER
from unrolled.geometry import Frame, Point
from unrolled.shapes.gates import (
    FOOT,
    HANDLE,
    LEAST_SHUT,
    OPENING,
    Belt,
    Board,
    Chip,
    Foot,
    Shutter,
)
from unrolled.shapes.shape import Area, Stroke
from unrolled.shapes.staged import NOT_YET, NOW, kind_of, staged

shares = st.lists(st.one_of(st.none(), st.floats(-1, 2)), min_size=1, max_size=6)
READ = NUMBER.sized(13)


def gate(kind, shares):
    """A gate of cells 38 wide."""
    height = FOOT + (OPENING if kind is Shutter else BOARD_OPENING)
    cells = tuple("…" if share is None else f"{share:.2f}" for share in shares)
    frame = Frame(10, 20, 38 * len(shares), height)
    return kind(name="gate", role="flow", frame=frame, cells=cells, passing="memory", shares=tuple(shares), style=READ)


def solid(shape):
    """List what is shut."""
    return [mark.path.frame for mark in shape.marks() if isinstance(mark, Area) and mark.token == "ink"]


BOARD_OPENING = 100


@sampled(100)
@given(shares)
def test_a_shutter_leaves_as_much_open_as_its_number_says(shares):
    """From the floor up; a little of it is always seen, and where numbers are left out there is none."""
    shape = gate(Shutter, shares)
    shut = solid(shape)
    known = [min(1, max(0, share)) for share in shares if share is not None]
    assert [frame.height for frame in shut] == pytest.approx([max(LEAST_SHUT, OPENING * (1 - it)) for it in known])
    assert all(frame.top == shape.frame.top for frame in shut)
    assert all(shape.opening.holds(frame, 1e-6) for frame in shut)


@sampled(100)
@given(shares)
def test_a_board_is_always_as_high_and_its_two_openings_are_the_share_and_the_rest(shares):
    """What one gives up the other gets."""
    shape = gate(Board, shares)
    known = [min(1, max(0, share)) for share in shares if share is not None]
    room = BOARD_OPENING / 2
    assert [frame.height for frame in solid(shape)] == pytest.approx([room] * len(known))
    above = [frame.top - shape.opening.top for frame in solid(shape)]
    below = [shape.opening.bottom - frame.bottom for frame in solid(shape)]
    assert above == pytest.approx([room * share for share in known])
    assert below == pytest.approx([room * (1 - share) for share in known])


@sampled(100)
@given(st.sampled_from([Shutter, Board]), shares)
def test_a_gate_keeps_its_numbers_in_their_row_and_everything_under_its_handle(kind, shares):
    """They are bold, and as large as a reader needs."""
    shape = gate(kind, shares)
    assert [text.text for text in shape.texts] == list(shape.cells)
    assert all(shape.numbers.holds(text.frame) for text in shape.texts)
    assert {(text.style.weight, text.style.size) for text in shape.texts} == {(600, 13)}
    assert shape.bounds.top == pytest.approx(shape.frame.top - HANDLE)
    bounds = shape.bounds
    assert shape.frame.grown(1).holds(Frame.between(bounds.left, shape.frame.top, bounds.right, bounds.bottom), 1e-6)


@pytest.mark.parametrize("share", [0.97, 0.9, 0.5, 0])
def test_a_shutter_stays_within_the_round_corners(share):
    """However little of it is seen: no square corner sticks out."""
    (path,) = [mark.path for mark in gate(Shutter, [share]).marks() if isinstance(mark, Area) and mark.token == "ink"]
    corner = [point for point in path.points if point.x < 18 and point.y < 28]
    assert corner
    assert all((point.x - 18) ** 2 + (point.y - 28) ** 2 <= 8**2 * 1.31 for point in corner)


def test_a_board_s_foot_joins_its_frame():
    """Its numbers are of the rest."""
    foot = Foot(name="rest", role="flow", frame=Frame(10, 145, 76, FOOT), cells=("0.84", "0.72"), style=READ)
    assert [text.style.weight for text in foot.texts] == [600, 600]
    assert all(foot.frame.holds(text.frame) for text in foot.texts)


@pytest.mark.parametrize("kind", [Shutter, Board])
def test_a_gate_is_staged_as_a_vector(kind):
    """Not yet it shows neither number nor opening."""
    shape = gate(kind, [0.5, 0.2])
    assert kind_of(shape) == "vector"
    later = staged(shape, NOT_YET)
    assert not later.texts
    assert not [mark for mark in later.marks() if isinstance(mark, Area)]
    assert max(mark.width for mark in staged(shape, NOW).marks() if isinstance(mark, Stroke)) > 2


@sampled(100)
@given(st.floats(40, 600), st.floats(0, 1), st.booleans())
def test_a_belt_has_wheels_at_even_distances_and_a_head_or_two(length, at, runs_down):
    """None of them where something else sits; it may run down as well."""
    free = 20 + at * length
    frame = Frame(50, 20, 12, length) if runs_down else Frame(20, 50, length, 12)
    belt, bare = (Belt(name="belt", frame=frame, free=where) for where in ((free,), ()))
    wheels = [mark.path.frame for mark in bare.marks()[2:]]
    heads = [mark for mark in bare.marks()[2:] if isinstance(mark, Area)]
    assert 1 <= len(heads) <= 2
    assert len(wheels) >= 3
    assert all(belt.frame.grown(1).holds(frame) for frame in wheels)
    assert len(belt.marks()) >= len(bare.marks()) - 2
    assert any(isinstance(mark, Area) for mark in belt.marks()[2:])


@pytest.mark.parametrize("frame", [Frame(0, 0, 20, 12), Frame(0, 0, 12, 20)])
def test_a_short_belt_has_only_a_head(frame):
    """In its middle, along the way that it runs."""
    (head,) = Belt(name="belt", frame=frame).marks()[2:]
    around = head.path.frame
    assert frame.holds(around)
    assert (around.middle, around.centre) == (frame.middle, frame.centre)
    assert (around.height > around.width) == (frame.height > frame.width)


def test_a_chip_is_as_wide_as_its_name_needs():
    """At least 26."""
    short, long = (Chip(name="c", role="state", text=text, at=Point(0, 0)) for text in ("h₂", "state before"))
    assert short.frame.width == 26
    assert all(chip.frame.holds(text.frame) for chip in (short, long) for text in chip.texts)

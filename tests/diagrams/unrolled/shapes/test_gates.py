"""Gates, belts and chips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import sampled
from unrolled.fonts import NUMBER
from unrolled.geometry import Frame, Point
from unrolled.shapes.gates import FOOT, HANDLE, OPENING, RAIL, Belt, Board, Chip, Foot, Shutter
from unrolled.shapes.shape import Area, Stroke
from unrolled.stepping import NOT_YET, NOW, kind_of, staged

shares = st.lists(st.one_of(st.none(), st.floats(-1, 2)), min_size=1, max_size=6)
READ = NUMBER.sized(13)


def gate(kind, shares):
    """Create a gate with cells 38 px wide."""
    height = FOOT + (OPENING if kind is Shutter else BOARD_OPENING)
    cells = tuple("…" if share is None else f"{share:.2f}" for share in shares)
    frame = Frame(10, 20, 38 * len(shares), height)
    return kind(name="gate", role="flow", frame=frame, cells=cells, passing="memory", shares=tuple(shares), style=READ)


def solid(shape):
    """List the areas that are shut."""
    return [mark.path.frame for mark in shape.marks() if isinstance(mark, Area) and mark.token == "shutter"]


BOARD_OPENING = 100


@sampled(100)
@given(shares)
def test_a_shutter_is_open_as_far_as_its_number_says(shares):
    """From the floor up; a little of it is always visible, except where numbers are left out."""
    shape = gate(Shutter, shares)
    shut = solid(shape)
    known = [min(1, max(0, share)) for share in shares if share is not None]
    assert [frame.height for frame in shut] == pytest.approx([max(RAIL, OPENING * (1 - it)) for it in known])
    assert all(frame.top == shape.frame.top for frame in shut)
    assert all(shape.opening.holds(frame, 1e-6) for frame in shut)


@sampled(100)
@given(shares)
def test_a_board_always_has_the_same_height_and_its_openings_add_up(shares):
    """What one loses, the other gains."""
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
def test_a_gate_keeps_its_numbers_in_their_row_below_its_handle(kind, shares):
    """They are bold, and large enough to read."""
    shape = gate(kind, shares)
    assert [text.text for text in shape.texts] == list(shape.cells)
    assert all(shape.numbers.holds(text.frame) for text in shape.texts)
    assert {(text.style.weight, text.style.size) for text in shape.texts} == {(600, 13)}
    assert shape.bounds.top == pytest.approx(shape.frame.top - HANDLE)
    bounds = shape.bounds
    assert shape.frame.grown(1).holds(Frame.between(bounds.left, shape.frame.top, bounds.right, bounds.bottom), 1e-6)


@pytest.mark.parametrize("share", [0.97, 0.9, 0.87, 0.5, 0])
def test_a_shutter_stays_within_the_rounded_corners(share):
    """However little of it is visible, no square corner sticks out."""
    marks = [mark for mark in gate(Shutter, [share]).marks() if isinstance(mark, Area)]
    shutter, rail = (next(mark.path for mark in marks if mark.token == token) for token in ("shutter", "ink"))
    assert any(point.x < 18 and point.y < 28 for point in shutter.points)
    for point in (*shutter.points, *rail.points):
        assert point.x >= 18 or point.y >= 28 or (point.x - 18) ** 2 + (point.y - 28) ** 2 <= 8**2 * 1.31


def test_a_board_s_foot_is_attached_to_its_frame():
    """Its numbers are the remainders."""
    foot = Foot(name="rest", role="flow", frame=Frame(10, 145, 76, FOOT), cells=("0.84", "0.72"), style=READ)
    assert [text.style.weight for text in foot.texts] == [600, 600]
    assert all(foot.frame.holds(text.frame) for text in foot.texts)


@pytest.mark.parametrize("kind", [Shutter, Board])
def test_a_gate_is_staged_like_a_vector(kind):
    """In the future, it shows neither number nor opening."""
    shape = gate(kind, [0.5, 0.2])
    assert kind_of(shape) == "vector"
    later = staged(shape, NOT_YET)
    assert not later.texts
    assert not [mark for mark in later.marks() if isinstance(mark, Area)]
    assert max(mark.width for mark in staged(shape, NOW).marks() if isinstance(mark, Stroke)) > 2


@sampled(100)
@given(st.floats(40, 600), st.floats(0, 1), st.booleans())
def test_a_belt_has_evenly_spaced_wheels_and_one_or_two_heads(length, at, runs_down):
    """None of them where something else sits; it may also run down."""
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
def test_a_short_belt_has_only_an_arrowhead(frame):
    """In the middle, pointing in its direction."""
    (head,) = Belt(name="belt", frame=frame).marks()[2:]
    around = head.path.frame
    assert frame.holds(around)
    assert (around.middle, around.centre) == (frame.middle, frame.centre)
    assert (around.height > around.width) == (frame.height > frame.width)


def test_a_chip_fits_its_name():
    """At least 26 px wide."""
    short, long = (Chip(name="c", role="state", text=text, at=Point(0, 0)) for text in ("h₂", "state before"))
    assert short.frame.width == 26
    assert all(chip.frame.holds(text.frame) for chip in (short, long) for text in chip.texts)

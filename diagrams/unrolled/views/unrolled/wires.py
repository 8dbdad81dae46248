"""The lines that bring last states of one layer to another one: round the right, over the figure, in from the left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...geometry import Point
from ...shapes.arrows import BRANCH_RADIUS, Arrow
from .lane_place import LanePlace, flow_role

APART = 12
ROOM = 16
"""What a line keeps from the lanes, words and vectors that it goes round."""


def channel_height(count: int) -> float:
    """The room over the lower layers that so many lines take."""
    return 0 if count == 0 else ROOM + APART * (count - 1)


def wires(
    givers: Sequence[LanePlace], takers: Sequence[LanePlace], floor: float, left: float, right: float
) -> Iterator[Arrow]:
    """Draw them so that none crosses another.

    `floor` is the top of the lower layers, `left` and `right` what they and the upper ones reach. The uppermost state
    keeps closest to the layers on the right and lowest over them, and farthest out on the left.
    """
    starts, ends = _downwards(givers), _downwards(takers)
    for number, ((giver, out), (taker, into)) in enumerate(zip(starts, ends, strict=True)):
        shown = taker.reading.states[0][into]
        x, y = right + ROOM + APART * number, floor - ROOM - APART * number
        back = left - ROOM - APART * (len(starts) - 1 - number)
        points = (
            Point(giver.far(giver.reading.last), giver.line(out)),
            Point(x, giver.line(out)),
            Point(x, y),
            Point(back, y),
            Point(back, taker.line(into)),
            Point(taker.near(taker.order[0]), taker.line(into)),
        )
        role = flow_role(shown)
        yield Arrow(name=f"{shown.name}-arrow", role=role, step=shown.step, points=points, radius=BRANCH_RADIUS)


def _downwards(places: Sequence[LanePlace]) -> list[tuple[LanePlace, int]]:
    """List states from the uppermost one down."""
    lanes = sorted(places, key=lambda place: place.top)
    return [(place, state) for place in lanes for state in range(len(place.reading.states[0]))]

"""Spacing: how far things stand from one another, with room for what leads from one to the next."""

from collections.abc import Sequence
from itertools import pairwise

from ..fonts import NAME, width
from ..shapes.arrows import CLEAR
from .pieces import ARROW_LENGTH, OVER_ARROW, Pointer
from .thing import Link, Thing, end_of

EVEN, NOTE_OVER, NOTE_BESIDE = 14, 7, 12
"""Between two things; between a thing and a note over, under or beside it."""
BESIDE_TEXT = 16
"""How much longer an arrow is than the text over it, at both ends."""


def steps_of(things: Sequence[Thing], holders: Sequence[set[Thing]], links: Sequence[Link], called: str) -> list[float]:
    """How far each thing's rim begins after that of the one before; arrows between neighbours are equally long."""
    reaches = [along(thing, called) for thing in things]
    apart, crossed = [], []
    for place, (one, other) in enumerate(pairwise(reaches)):
        crossing = [link for link in links if _crosses(link, holders, place)]
        between = one[2] + _gap(things[place : place + 2], called) + other[0]
        apart.append(max(between, _for_arrows(things[place], things[place + 1], crossing, called)))
        crossed.append(bool(crossing))
    longest = max((gap for gap, is_crossed in zip(apart, crossed, strict=True) if is_crossed), default=0)
    gaps = [longest if is_crossed else gap for gap, is_crossed in zip(apart, crossed, strict=True)]
    return [rim + gap for (_, rim, _), gap in zip(reaches, gaps, strict=False)]


def along(thing: Thing, called: str) -> tuple[float, float, float]:
    """What a thing takes before its rim, from one end of the rim to the other, and after it."""
    if called == "above":
        return thing.rim.top, thing.rim.height, thing.height - thing.rim.bottom
    return thing.rim.left, thing.rim.width, thing.width - thing.rim.right


def _gap(pair: Sequence[Thing], called: str) -> float:
    """The room between a thing and the next, where no arrow leads over it."""
    if any(isinstance(thing.piece, Pointer) for thing in pair):
        return 0
    if any(thing.is_note for thing in pair):
        return NOTE_OVER if called == "above" else NOTE_BESIDE
    return EVEN


def _for_arrows(one: Thing, other: Thing, crossing: Sequence[Link], called: str) -> float:
    """The room that arrows need from rim to rim, with what is said at them, and with notes that they do not touch."""
    if not crossing:
        return 0
    texts = [width(link.text, NAME) for link in crossing if link.text]
    ends = end_of(one), end_of(other)
    if called == "above":
        notes = ends[0].port("down").y - one.rim.bottom + other.rim.top - ends[1].port("up").y
        return ARROW_LENGTH + notes + (OVER_ARROW if texts else 0)
    notes = ends[0].port("right").x - one.rim.right + other.rim.left - ends[1].port("left").x
    return notes + max([ARROW_LENGTH, *(text + 2 * BESIDE_TEXT - 2 * CLEAR for text in texts)])


def _crosses(one: Link, holders: Sequence[set[Thing]], place: int) -> bool:
    """Tell whether an arrow leads over the gap after a place."""
    first, last = sorted(next(at for at, held in enumerate(holders) if end in held) for end in (one.one, one.other))
    return first <= place < last

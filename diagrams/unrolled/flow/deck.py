"""A deck of cards: the front one is fully visible, and a strip of each card behind it shows above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..geometry import Frame, Point
from ..shapes.arrows import BRACKET_GAP, INSET, TICK, Bracket
from ..shapes.blocks import Card
from ..shapes.shape import Shape, Shapes, moved
from ..shapes.text import Label
from .description import Caption

PADDING = 12
"""The padding inside a card."""
STRIP, ASIDE, SET_OFF = 36, 12, 18
"""How far each card behind sticks out above the one before and to the right, and the extra gap above the front one."""
COUNT_OVER, NOTE_UNDER = 16, 24
"""From the back card to the centre of the count, and from all cards to the centre of the note below."""
TIE_UNDER, TIE_TURN = 11, 24
"""From the centre of the note to the end of the tie below its count, and to where the tie turns."""


@dataclass(frozen=True, eq=False)
class CardBehind:
    """The visible part of a card in the back: from the left, its name, a gap, and whatever else is on its strip."""

    name: str
    tag: Shapes
    content: Shapes = ()
    room: float = 0
    dashed: bool = False
    """Whether it stands for several cards that are left out."""


@dataclass(frozen=True, eq=False)
class Deck:
    """The front card and those behind it, nearest first."""

    name: str
    shapes: Sequence[Shape]
    """The shapes of the front card, without the card itself."""
    inside: Frame
    """The subset of those shapes that lies on the card."""
    behind: Sequence[CardBehind]
    count: Caption
    """The count of the cards, at a bracket along their edges. The bracket's name has no `-label` suffix."""
    note: Shapes
    """The note below everything."""
    counted: float
    """Where the count is in the note, from its middle: the bracket leads there."""


def deck_laid(deck: Deck) -> tuple[Shape, ...]:
    """Draw the cards from back to front, then the count and the note."""
    front = deck.inside.grown(PADDING)
    frames = [_behind(front, place) for place in range(1, len(deck.behind) + 1)]
    shapes: list[Shape] = []
    for frame, card in reversed(list(zip(frames, deck.behind, strict=True))):
        start = Point(frame.left + PADDING, frame.top + STRIP / 2)
        shapes.append(Card(name=card.name, frame=frame, dashed=card.dashed))
        shapes += [moved(shape, start) for shape in card.tag]
        shapes += [moved(shape, Point(start.x + card.room, start.y)) for shape in card.content]
    under = Frame.around(shape.bounds for shape in deck.shapes).bottom + NOTE_UNDER
    counted = Point(front.middle + deck.counted, under)
    shapes += [Card(name=deck.name, role="ink", frame=front), *deck.shapes]
    shapes += _count(deck.count, front, frames, counted)
    return (*shapes, *(moved(shape, Point(front.middle, under)) for shape in deck.note))


def _behind(front: Frame, place: int) -> Frame:
    """Return the frame of a card in the back, counted from 1."""
    return Frame(front.left + place * ASIDE, front.top - place * STRIP - SET_OFF, front.width, front.height)


def _count(count: Caption, front: Frame, behind: Sequence[Frame], counted: Point) -> Iterator[Shape]:
    """Draw the count, from the top edge of the back card to the bottom edge of the front one, and on to the note."""
    hindmost = behind[-1] if behind else front
    if behind:
        x = hindmost.right + BRACKET_GAP
        top, bottom, turn = Point(x, hindmost.top + INSET), Point(x, front.bottom - INSET), counted.y + TIE_TURN
        way = Point(x, turn), Point(counted.x, turn), Point(counted.x, counted.y + TIE_UNDER)
        yield Bracket(name=count.name.removesuffix("-label"), start=top, to=bottom, tick=-TICK, way=way)
    at = Point(hindmost.right, hindmost.top - COUNT_OVER)
    yield Label(name=count.name, role=count.role, text=count.text, at=at, style=count.style, anchor="end")

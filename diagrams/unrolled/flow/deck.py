"""Cards one behind another: the first one is seen whole, and of each behind it a strip stands out above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..geometry import Frame, Point
from ..shapes.arrows import BRACKET_GAP, INSET, TICK, Bracket
from ..shapes.blocks import Card
from ..shapes.shape import Shape
from ..shapes.text import Label
from .axis import Axis
from .description import Caption, Draw

PADDING = 12
"""What a card keeps around what is on it."""
STRIP, ASIDE, SET_OFF = 36, 12, 18
"""How far each card behind stands out above the one before it, and to the right; how much further those behind do."""
COUNT_OVER, NOTE_UNDER = 16, 24
"""From the hindmost card to the middle of what counts the cards, and from all to the middle of what stands under it."""


@dataclass(frozen=True, eq=False)
class CardBehind:
    """What is seen of a card behind: its name, and after so much room what else is on its strip; both from the left."""

    name: str
    tag: Draw
    content: Draw | None = None
    room: float = 0
    dashed: bool = False
    """Whether it stands for several that are left out."""


@dataclass(frozen=True, eq=False)
class Deck:
    """The card in front, and those behind it, from the nearest."""

    name: str
    shapes: Sequence[Shape]
    """What is drawn of the card in front, the card itself apart."""
    inside: Frame
    """What of that is on it."""
    behind: Sequence[CardBehind]
    count: Caption
    """What counts the cards, at a bracket along their edges; the bracket is called as it is, without `-label`."""
    note: Draw
    """What stands under all of it."""


def deck_laid(deck: Deck, axis: Axis) -> tuple[Shape, ...]:
    """Draw from the hindmost card to the one in front, then what counts them, and the note."""
    front = deck.inside.grown(PADDING)
    frames = [_behind(front, place) for place in range(1, len(deck.behind) + 1)]
    shapes: list[Shape] = []
    for frame, card in reversed(list(zip(frames, deck.behind, strict=True))):
        start = Point(frame.left + PADDING, frame.top + STRIP / 2)
        shapes += [Card(name=card.name, frame=frame, dashed=card.dashed), *card.tag(axis, start, 0)]
        if card.content is not None:
            shapes += card.content(axis, Point(start.x + card.room, start.y), 0)
    shapes += [Card(name=deck.name, role="ink", frame=front), *deck.shapes, *_count(deck.count, front, frames)]
    under = Frame.around(shape.bounds for shape in deck.shapes).bottom + NOTE_UNDER
    return (*shapes, *deck.note(axis, Point(front.middle, under), 0))


def _behind(front: Frame, place: int) -> Frame:
    """A card behind, by its place from 1."""
    return Frame(front.left + place * ASIDE, front.top - place * STRIP - SET_OFF, front.width, front.height)


def _count(count: Caption, front: Frame, behind: Sequence[Frame]) -> Iterator[Shape]:
    """Count the cards, from the upper edge of the hindmost to the lower one of the one in front."""
    hindmost = behind[-1] if behind else front
    if behind:
        x = hindmost.right + BRACKET_GAP
        top, bottom = Point(x, hindmost.top + INSET), Point(x, front.bottom - INSET)
        yield Bracket(name=count.name.removesuffix("-label"), start=top, to=bottom, tick=-TICK)
    at = Point(hindmost.right, hindmost.top - COUNT_OVER)
    yield Label(name=count.name, role=count.role, text=count.text, at=at, style=count.style, anchor="end")

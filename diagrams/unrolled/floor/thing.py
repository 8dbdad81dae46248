"""Things: what is placed and joined; a thing knows its size and what stands in it, and becomes a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..errors import PictureError
from ..geometry import Frame, Point
from ..picture import Picture
from .ends import End
from .joints import Joint
from .pieces import Piece
from .scene import Standing, picture_of

NOWHERE = Point(0, 0)


@dataclass(frozen=True, eq=False)
class Thing:
    """Something that can stand in a diagram. Placing it answers a new thing; the old one stays as it is."""

    width: float
    height: float
    rim: Frame
    """What arrows meet and neighbours line up with, seen from the thing's upper left corner."""
    piece: Piece | None = None
    inside: tuple[tuple[Thing, Point], ...] = ()
    links: tuple[Link, ...] = ()
    row: Row | None = None
    """How it was made, where it is a row: over another of as many things it is spaced anew, as columns."""
    stands_for: Thing | None = None
    """The row that it was before it was spaced anew; links name that."""

    @property
    def is_note(self) -> bool:
        """Tell whether it only says what others are."""
        return self.piece is not None and self.piece.is_note

    def all_inside(self, at: Point = NOWHERE) -> Iterator[tuple[Thing, Point]]:
        """Go through the thing and all that stands in it, with where each of them stands."""
        yield self, at
        for thing, place in self.inside:
            yield from thing.all_inside(Point(at.x + place.x, at.y + place.y))

    @property
    def names(self) -> tuple[Thing, ...]:
        """Itself, and what it stands for: the things that a link may name to mean it."""
        return (self,) if self.stands_for is None else (self, self.stands_for)

    def picture(
        self, alt: str = "", description: str = "", steps: Sequence[str] = (), turned: Thing | None = None
    ) -> Picture:
        """Make a picture of it.

        The alt text says in a sentence or two what is seen; the description says more, and the numbers follow it as a
        table by themselves. `turned` is the same for narrow boxes, placed another way.

        >>> chain(word("groot"), block("RNN")).picture(alt="The word “groot” goes into an RNN.")
        """
        if not alt.strip():
            raise PictureError(
                "the picture has no alt text, for readers who do not see it: "
                'say what is seen, as in .picture(alt="Two blocks, joined by an arrow.")'
            )
        narrow = None if turned is None else turned.picture(alt, description, steps)
        return picture_of(self._standing(), self._joints(), alt, description, tuple(steps), narrow)

    def _standing(self) -> list[Standing]:
        """All pieces in their places, each with what a note beside it calls it."""
        return [
            Standing(thing.piece, _moved(thing, at), name)
            for thing, at, name in self._called(NOWHERE, "")
            if thing.piece is not None
        ]

    def _called(self, at: Point, name: str) -> Iterator[tuple[Thing, Point, str]]:
        yield self, at, name
        notes = [thing.piece.title for thing, _ in self.inside if thing.piece is not None and thing.is_note]
        others = [thing for thing, _ in self.inside if not thing.is_note]
        called = " ".join(notes) if notes and len(others) == 1 else name
        for thing, place in self.inside:
            yield from thing._called(Point(at.x + place.x, at.y + place.y), called)

    def _joints(self) -> list[Joint]:
        """What each link joins, in its place; a thing that stands twice has its links twice."""
        joints = []
        for thing, at in self.all_inside():
            if thing.links:
                ends = {name: end_of(one, place) for one, place in thing.all_inside(at) for name in one.names}
                joints += [Joint(ends[one.one], ends[one.other], one.text, one.role, one.step) for one in thing.links]
        return joints


@dataclass(frozen=True)
class Row:
    """Things in equal steps, their links, and how they line up."""

    things: tuple[Thing, ...]
    links: tuple[Link, ...]
    cores: tuple[Thing, ...]
    align: str
    pitch: float


@dataclass(frozen=True, eq=False)
class Link:
    """An arrow from one thing to another, wherever they stand."""

    one: Thing
    other: Thing
    text: str = ""
    role: str = "flow"
    step: int | None = field(default=None, kw_only=True)


def leaf(piece: Piece) -> Thing:
    """Make a thing of one piece."""
    across, down = piece.size
    return Thing(across, down, Frame(0, 0, across, down), piece)


def group(inside: Sequence[tuple[Thing, Point]], links: Sequence[Link] = (), core: Sequence[Thing] = ()) -> Thing:
    """Make one thing of several in their places; its rim is that of its core, or of all but the notes."""
    whole = Frame.around(Frame(at.x, at.y, thing.width, thing.height) for thing, at in inside)
    shifted = tuple((thing, Point(at.x - whole.left, at.y - whole.top)) for thing, at in inside)
    wanted = core or [thing for thing, _ in shifted if not thing.is_note] or [thing for thing, _ in shifted]
    rim = Frame.around(_rim(thing, at) for thing, at in shifted if thing in wanted)
    return Thing(whole.width, whole.height, rim, inside=shifted, links=tuple(links))


def end_of(thing: Thing, at: Point = NOWHERE) -> End:
    """Tell where arrows meet a thing."""
    notes = [_moved(one, place) for one, place in thing.all_inside(at) if one.piece is not None]
    rim = _rim(thing, at)
    return End(rim, _moved(thing, at), tuple(note for note in notes if not rim.meets(note)))


def _moved(thing: Thing, at: Point) -> Frame:
    return Frame(at.x, at.y, thing.width, thing.height)


def _rim(thing: Thing, at: Point) -> Frame:
    return Frame(at.x + thing.rim.left, at.y + thing.rim.top, thing.rim.width, thing.rim.height)

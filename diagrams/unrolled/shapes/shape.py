"""The elements of a shape: strokes, areas and texts in token colours, grouped under a name and a role."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from string import ascii_uppercase
from types import NoneType
from typing import Any

from ..fonts import CAP_HALF, TILDE, Style, width
from ..geometry import Cubic, Frame, Path, Point
from ..palette import Ground, WordFill, ink

DASHES = (4.5, 3.3)
"""The dash pattern, in pixels, for outlines around something missing, and for states of zeros."""


@dataclass(frozen=True)
class Stroke:
    """A line along a path."""

    path: Path
    token: str
    width: float = 1.5
    opacity: float = 1
    dashes: tuple[float, float] | None = None
    """Lengths of dashes and gaps in pixels."""
    round_ends: bool = True

    @property
    def frame(self) -> Frame:
        """The frame the line covers."""
        return self.path.frame.grown(self.width / 2)


@dataclass(frozen=True)
class Area:
    """A filled path."""

    path: Path
    token: str
    opacity: float = 1

    @property
    def frame(self) -> Frame:
        """The frame the fill covers."""
        return self.path.frame


@dataclass(frozen=True)
class Text:
    """A text on its baseline."""

    text: str
    at: Point
    style: Style
    token: str = "ink"
    anchor: str = "middle"
    """Which end of the text is at the point: `start`, `middle` or `end`."""
    is_inked: bool = True
    """Whether it is seen; the number of a bar isn't, but a page that is asked for it finds it there."""

    @property
    def frame(self) -> Frame:
        """The frame that letters may cover, from ascenders to descenders."""
        across = width(self.text, self.style)
        left = self.at.x - {"start": 0, "middle": across / 2, "end": across}[self.anchor]
        size = self.style.size
        rise = 1 if TILDE in self.text else 0.75
        return Frame.between(left, self.at.y - rise * size, left + across, self.at.y + 0.22 * size)

    @property
    def tildes(self) -> Iterator["Text"]:
        """The tildes above its letters, which our fonts only have as separate characters.

        They are as large as the letters: where small text is left out, as in thumbnails, both stay or neither does.
        """
        before, *pieces = self.text.split(TILDE)
        for after in pieces:
            letter = before[-1:]
            x = self.frame.left + width(before, self.style) - width(letter, self.style) / 2
            rise = TILDE_RISE_TALL if letter in TALL else TILDE_RISE
            yield Text("~", Point(x, self.at.y - rise * self.style.size), self.style, self.token)
            before += after


TILDE_RISE, TILDE_RISE_TALL = 0.32, 0.56
"""How far above the baseline of its letter that of a tilde is, for letters such as c and such as h, in ems."""
TALL = "bdfhklt" + ascii_uppercase
"""Letters with ascenders."""

Mark = Stroke | Area | Text


def centred(text: str, x: float, y: float, style: Style, token: str = "ink", anchor: str = "middle") -> Text:
    """Set a text so that its capitals are vertically centred on y."""
    return Text(text, Point(x, y + CAP_HALF * style.size), style, token, anchor)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One thing in a picture, drawn as one group."""

    name: str
    role: str = "ink"
    step: int | None = None
    """The time step at which it appears, from 1."""
    argument: str | None = None
    """The argument in the code that governs it: `units`, `time_steps`, `features`."""

    def __post_init__(self) -> None:
        ink(self.role)  # an unknown role raises here, at the script's own line

    def marks(self) -> Sequence[Mark]:
        """List its strokes, areas and texts, in drawing order."""
        raise NotImplementedError

    @cached_property
    def bounds(self) -> Frame:
        """The bounding box of everything it draws; cached, because the layout asks for it repeatedly."""
        return Frame.around(mark.frame for mark in self.marks())

    @property
    def texts(self) -> tuple[Text, ...]:
        """Its texts, in order."""
        return tuple(mark for mark in self.marks() if isinstance(mark, Text))


def is_part(name: str, part: str) -> bool:
    """Return whether a shape is this part, or one of several that make it up."""
    return name == part or name.startswith(f"{part}-")


Shapes = Sequence[Shape]
"""Shapes about the origin, the core first, with which links end and by which things are aligned; or none."""

PLAIN = (str, int, float, NoneType)
"""Types that contain no coordinates."""


def moved(shape: Shape, by: Point) -> Shape:
    """Move a shape right and down by these distances, along with its cached measurements."""
    copy = object.__new__(type(shape))
    held = vars(copy)
    held.update(vars(shape))
    held.update([(name, _moved(value, by)) for name, value in held.items() if not isinstance(value, PLAIN)])
    return copy


def _moved(value: Any, by: Point) -> Any:
    match value:
        case Point() | Path() | Cubic():
            return value.moved(by)
        case Frame():
            return Frame(value.left + by.x, value.top + by.y, value.width, value.height)
        case Shape():
            return moved(value, by)
        case tuple() if type(value) is tuple:  # a run of text is a tuple too, but of its own class
            return tuple([member if isinstance(member, PLAIN) else _moved(member, by) for member in value])
        case _:
            return value


def fills_of(shape: Shape) -> Iterator[WordFill]:
    """Find the backgrounds of words in a shape, or in the shape that it draws in another way."""
    for shape_field in fields(shape):
        match getattr(shape, shape_field.name):
            case WordFill() as fill:
                yield fill
            case Shape() as inner:
                yield from fills_of(inner)


def refilled(shape: Shape, grounds: Mapping[str, Ground]) -> Shape:
    """Give words other backgrounds."""
    changed: dict[str, Any] = {}
    for shape_field in fields(shape):
        match getattr(shape, shape_field.name):
            case WordFill(word=word) if word in grounds:
                changed[shape_field.name] = WordFill(word, grounds[word])
            case Shape() as inner if any(fills_of(inner)):
                changed[shape_field.name] = refilled(inner, grounds)
    return replace(shape, **changed) if changed else shape

"""What shapes are: strokes, areas and texts, each in the colour of a token, in a group with a name and a role."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase

from ..fonts import CAP_HALF, TILDE, Style, width
from ..geometry import Frame, Path, Point
from ..palette import ink

DASHES = (4.5, 3.3)
"""Pixels on and pixels off of an outline around what isn't there, or of a state of zeros."""


@dataclass(frozen=True)
class Stroke:
    """A line along a path."""

    path: Path
    token: str
    width: float = 1.5
    opacity: float = 1
    dashes: tuple[float, float] | None = None
    """Pixels on, pixels off."""
    round_ends: bool = True

    @property
    def frame(self) -> Frame:
        """What the line covers."""
        return self.path.frame.grown(self.width / 2)


@dataclass(frozen=True)
class Area:
    """A filled path."""

    path: Path
    token: str
    opacity: float = 1

    @property
    def frame(self) -> Frame:
        """What the fill covers."""
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

    @property
    def frame(self) -> Frame:
        """What the letters may cover, from the tallest to the deepest."""
        across = width(self.text, self.style)
        left = self.at.x - {"start": 0, "middle": across / 2, "end": across}[self.anchor]
        size = self.style.size
        rise = 1 if TILDE in self.text else 0.75
        return Frame.between(left, self.at.y - rise * size, left + across, self.at.y + 0.22 * size)

    @property
    def tildes(self) -> Iterator["Text"]:
        """The signs over its letters, which our fonts have only by themselves."""
        before, *others = self.text.split(TILDE)
        for after in others:
            letter = before[-1:]
            x = self.frame.left + width(before, self.style) - width(letter, self.style) / 2
            rise = TILDE_RISE_TALL if letter in TALL else TILDE_RISE
            style = self.style.sized(TILDE_SIZE * self.style.size)
            yield Text("~", Point(x, self.at.y - rise * self.style.size), style, self.token)
            before += after


TILDE_SIZE = 0.85
TILDE_RISE, TILDE_RISE_TALL = 0.36, 0.6
"""How far the baseline of a tilde is over that of a letter such as c, and of one such as h, in ems."""
TALL = "bdfhklt" + ascii_uppercase
"""Letters whose stems reach up."""

Mark = Stroke | Area | Text


def centred(text: str, x: float, y: float, style: Style, token: str = "ink", anchor: str = "middle") -> Text:
    """Set a text so that its capitals stand evenly about the height y."""
    return Text(text, Point(x, y + CAP_HALF * style.size), style, token, anchor)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One thing in a picture, drawn as one group."""

    name: str
    role: str = "ink"
    step: int | None = None
    """The time step at which it comes about, from 1."""
    argument: str | None = None
    """The argument in the code that governs it: `units`, `time_steps`, `features`."""

    def __post_init__(self) -> None:
        ink(self.role)  # an unknown role fails here, on the script's own line

    def marks(self) -> Sequence[Mark]:
        """List the strokes, areas and texts it is made of, in painting order."""
        raise NotImplementedError

    @cached_property
    def bounds(self) -> Frame:
        """The smallest frame around everything it draws; layout asks for it again and again."""
        return Frame.around(mark.frame for mark in self.marks())

    @property
    def texts(self) -> tuple[Text, ...]:
        """The texts it holds, in order."""
        return tuple(mark for mark in self.marks() if isinstance(mark, Text))

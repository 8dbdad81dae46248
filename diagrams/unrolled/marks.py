"""What shapes are made of: strokes, areas and texts, each in the colour of a token."""

from dataclasses import dataclass

from .fonts import CAP_HALF, Style, width
from .geometry import Frame, Path, Point


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
    """Which end of the text stands at the point: `start`, `middle` or `end`."""

    @property
    def frame(self) -> Frame:
        """What the letters may cover, from the tallest to the deepest."""
        across = width(self.text, self.style)
        left = self.at.x - {"start": 0, "middle": across / 2, "end": across}[self.anchor]
        size = self.style.size
        return Frame.between(left, self.at.y - 0.75 * size, left + across, self.at.y + 0.22 * size)


Mark = Stroke | Area | Text


def centred(text: str, x: float, y: float, style: Style, token: str = "ink", anchor: str = "middle") -> Text:
    """Set a text so that its capitals stand evenly about the height y."""
    return Text(text, Point(x, y + CAP_HALF * style.size), style, token, anchor)

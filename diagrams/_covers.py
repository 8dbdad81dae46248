"""What the covers of the guides are drawn with: each is made for a card of 254 by 143 pixels, and shown at that size.

A cover has three marks at most, words of 17 to 19 pixels and numbers of 13 to 19. A wider card has more room around it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from unrolled import Picture
from unrolled.description import Description
from unrolled.fonts import BLOCK, MONO, NAME, SERIF, Style
from unrolled.geometry import Frame, Path, Point, straight
from unrolled.palette import word_fills
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.blocks import Block
from unrolled.shapes.cells import Vector
from unrolled.shapes.cells import cells as printed
from unrolled.shapes.plots import Spread
from unrolled.shapes.shape import Area, Mark, Shape, Stroke
from unrolled.shapes.text import Label, Word

WIDTH, HEIGHT = 254, 143
NUMBER = NAME.sized(13)
LARGE = Style(SERIF, 600, 19)
CODE = Style(MONO, 500, 22)


@dataclass(frozen=True, kw_only=True)
class Drawn(Shape):
    """Marks of no other shape."""

    drawn: tuple[Mark, ...]

    def marks(self) -> Sequence[Mark]:
        """Draw them."""
        return self.drawn


def cover(alt: str, *shapes: Shape | Iterable[Shape]) -> Picture:
    """Put shapes on a card, in their places on it."""
    listed = [each for it in shapes for each in ([it] if isinstance(it, Shape) else it)]
    named = tuple(replace(shape, name=f"{shape.name}-{number}") for number, shape in enumerate(listed, start=1))
    written = [cell for shape in named if isinstance(shape, Vector) for cell in shape.cells]
    text = f"The numbers on it: {', '.join(written)}." if written else ""
    return Picture(named, Frame(0, 0, WIDTH, HEIGHT), Description(alt, text))


def said(
    text: str, x: float, y: float, size: float = 13, role: str = "ink", anchor: str = "start", weight: int = 400
) -> Label:
    """Write a line of text."""
    style = Style(NAME.family, weight, size)
    return Label(name="text", role=role, text=text, at=Point(x, y), style=style, anchor=anchor)


def words(*placed: tuple[str, float, float], least: float = 50, style: Style = LARGE) -> list[Word]:
    """Draw words about points, each on its ground."""
    fills = word_fills([text for text, _, _ in placed])
    return [
        Word(name="word", text=text, frame=Frame.about(x, y, least, 28), fill=fills[text], style=style)
        for text, x, y in placed
    ]


def block(text: str, frame: Frame, size: float = 14) -> Block:
    """Draw a layer."""
    return Block(name="block", frame=frame, text=text, style=BLOCK.sized(size))


def vector(
    values: Iterable[float], left: float, top: float, role: str, cell: float, decimals: int = 1, is_last: bool = False
) -> Vector:
    """Draw a row of numbers; the last one of several has a second rim."""
    shown = printed([*values], 6, decimals=decimals)
    frame = Frame(left, top, cell * len(shown), 28)
    return Vector(name="vector", role=role, frame=frame, cells=shown, style=NUMBER, second_rim=is_last)


def arrow(*points: tuple[float, float], role: str = "flow") -> Arrow:
    """Draw an arrow through points."""
    return Arrow(name="arrow", role=role, points=tuple(Point(*point) for point in points))


def band(frame: Frame, role: str) -> Spread:
    """Lay a pale band of a role's colour below something."""
    return Spread(name="band", role=role, points=_corners(frame))


def area(frame: Frame, role: str) -> Drawn:
    """Draw a rectangle whose area is to scale."""
    outline = straight(*_corners(frame), closed=True)
    return Drawn(name="area", drawn=(Area(outline, f"{role}-fill"), Stroke(outline, role)))


def line(points: Iterable[tuple[float, float]], role: str, width: float = 1.5) -> Drawn:
    """Draw a line through points."""
    return Drawn(name="line", drawn=(Stroke(straight(*(Point(*point) for point in points)), role, width),))


def square(frame: Frame, role: str, share: float) -> tuple[Mark, Mark]:
    """Draw a cell that is filled as far as its share says."""
    path: Path = straight(*_corners(frame), closed=True)
    return Area(path, "paper"), Area(path, role, share)


def _corners(frame: Frame) -> tuple[Point, ...]:
    sides = (frame.left, frame.top), (frame.right, frame.top), (frame.right, frame.bottom), (frame.left, frame.bottom)
    return tuple(Point(*side) for side in sides)

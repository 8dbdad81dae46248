"""Pictures side by side, or below one another on a phone, each with a title, and a line between them."""

from collections.abc import Sequence
from dataclasses import replace

from unrolled import Picture
from unrolled.description import Description
from unrolled.fonts import BLOCK, NAME, width
from unrolled.geometry import Frame, Point
from unrolled.picture import in_two_forms
from unrolled.shapes.plots import Line, Polyline
from unrolled.shapes.shape import Shape, moved
from unrolled.shapes.text import Label

GAP, TITLE_OVER, TO_NOTE = 46, 26, 12
LINE = 0.75


def panels(pictures: Sequence[Picture], titles: Sequence[tuple[str, str]], description: Description) -> Picture:
    """Put pictures side by side, and below one another on a phone; a title may have a note after it."""
    wide = _laid([picture.shapes for picture in pictures], titles, down=False)
    narrow = _laid([(picture.narrow or picture).shapes for picture in pictures], titles, down=True)
    return in_two_forms([wide], [narrow], description)


def outline(name: str, around: Frame) -> Polyline:
    """Draw a line around something."""
    corners = (around.left, around.top), (around.right, around.top), (around.right, around.bottom)
    ways = (*corners, (around.left, around.bottom), corners[0])
    return Polyline(name=name, role="ink", points=tuple(Point(x, y) for x, y in ways), width=2)


def framed(picture: Picture, row: int) -> Picture:
    """Draw a frame around a row of shares, counted from 1."""
    shares = next(shape for shape in picture.shapes if shape.name == f"shares-{row}")
    frame = outline(f"asks-{row}", shares.bounds.grown(2))
    return replace(picture, shapes=(*picture.shapes, frame), narrow=picture.narrow and framed(picture.narrow, row))


def _laid(forms: Sequence[Sequence[Shape]], titles: Sequence[tuple[str, str]], *, down: bool) -> tuple[Shape, ...]:
    """Move each panel to its place, with names of its own."""
    found: list[Shape] = []
    x = y = 0.0
    high = max(Frame.around(shape.bounds for shape in shapes).height for shapes in forms) + TITLE_OVER
    for number, (shapes, (title, note)) in enumerate(zip(forms, titles, strict=True), start=1):
        whole = Frame.around(shape.bounds for shape in shapes)
        if number > 1:
            at = Point(x, y - GAP / 2) if down else Point(x - GAP / 2, y)
            to = Point(at.x + whole.width, at.y) if down else Point(at.x, y + high)
            found.append(Line(name=f"between-{number}", role="hair", start=at, to=to, width=LINE))
        strong = BLOCK
        found.append(
            Label(name=f"title-{number}", role="ink", text=title, at=Point(x, y), style=strong, anchor="start")
        )
        if note:
            beside = Point(x + width(title, strong) + TO_NOTE, y)
            found.append(Label(name=f"note-{number}", role="muted", text=note, at=beside, style=NAME, anchor="start"))
        by = Point(x - whole.left, y + TITLE_OVER - whole.top)
        found += [replace(moved(shape, by), name=f"panel-{number}-{shape.name}") for shape in shapes]
        x, y = (x, y + whole.height + TITLE_OVER + GAP) if down else (x + whole.width + GAP, y)
    return tuple(found)

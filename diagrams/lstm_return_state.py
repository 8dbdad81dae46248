"""The unrolled LSTM of the code above, with a line from each of the names in the code to what it gets."""

from dataclasses import replace

from unrolled import Picture, read_keras, unroll
from unrolled.errors import PictureError
from unrolled.fonts import CODE, CODE_NARROW, Style
from unrolled.geometry import Frame, Point
from unrolled.layout import MARGIN, PHONE, fitted_box, snug_box
from unrolled.shapes.arrows import Tie
from unrolled.shapes.plots import Line
from unrolled.shapes.shape import Shape
from unrolled.shapes.text import Phrase, Run

WORDS = ["I", "am", "groot"]
GETS = {"output": "state", "last-state": "state", "last-memory": "memory"}
"""What the names get, in their order: the parts of the picture, and their roles."""
LEVELS, UNDER, OVER, BESIDE = (30, 42), 78, 13, 9
"""From the code up to the lines that lead there, from the picture down to the code, and around it."""


def draw(code: str) -> Picture:
    """Lead from the second rims to the names; on a phone, the colours say which is which."""
    names = next((line.split(" = ")[0].split(", ") for line in code.splitlines() if "return_state" in line), [])
    if len(names) != len(GETS):
        raise PictureError("the code doesn't name an LSTM's output, state and memory", block=code)
    picture = unroll(read_keras(code), WORDS)
    wide = (*picture.shapes, *_code(names, picture.shapes, CODE, UNDER, tied=True))
    if picture.narrow is None:
        raise PictureError("the picture has no narrow form")
    small = (*picture.narrow.shapes, *_code(names, picture.narrow.shapes, CODE_NARROW, 26, tied=False))
    narrow = replace(picture.narrow, shapes=small, box=fitted_box(small, PHONE))
    whole = Picture(wide, snug_box(wide, MARGIN), picture.description, narrow, picture.arguments)
    return replace(whole, mid=replace(whole, narrow=None))  # a tablet has just enough room for it


def _code(names: list[str], shapes: tuple[Shape, ...], style: Style, under: float, *, tied: bool) -> list[Shape]:
    """Write the names and the call below a picture, in the colours of what they get."""
    around = Frame.around(shape.bounds for shape in shapes)
    runs = [
        Run(part, token)
        for name, role in zip(names, GETS.values(), strict=True)
        for part, token in ((name, role), (", ", "ink"))
    ]
    phrase = Phrase(
        name="code",
        runs=(*runs[:-1], Run(" = LSTM(...)(words)")),
        at=Point(around.middle, around.bottom + under),
        style=style,
        anchor="middle",
    )
    found: list[Shape] = [phrase]
    for name, (part, role) in zip(names, GETS.items(), strict=True):
        letters = next(mark.frame for mark in phrase.texts if mark.text == name)
        y = phrase.at.y + 0.6 * style.size
        found.append(
            Line(name=f"{part}-underline", role=role, start=Point(letters.left, y), to=Point(letters.right, y), width=2)
        )
        if tied:
            frame = next(shape.bounds for shape in shapes if shape.name == part)
            end = Point(letters.middle, phrase.at.y - OVER)
            found.append(Tie(name=f"{part}-tie", role=role, points=(*_way(part, frame, around, end), end)))
    return found


def _way(part: str, frame: Frame, around: Frame, end: Point) -> tuple[Point, ...]:
    """Lead the output around on the left, the state straight down, and the memory on the right."""
    near, far = (end.y + OVER - level for level in LEVELS)
    if part == "last-state":
        return Point(frame.middle, frame.bottom + 4), Point(frame.middle, far), Point(end.x, far)
    if part == "last-memory":
        x = around.right + BESIDE
        return Point(frame.right + 4, frame.centre), Point(x, frame.centre), Point(x, near), Point(end.x, near)
    x = around.left - BESIDE
    return Point(frame.left - 4, frame.centre), Point(x, frame.centre), Point(x, near), Point(end.x, near)

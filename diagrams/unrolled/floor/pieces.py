"""Pieces: what a thing draws once its place is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..fonts import BLOCK, NAME, Style, width
from ..geometry import Frame, Point
from ..palette import ink
from ..picture import Picture
from ..shapes.arrows import CLEAR, Arrow
from ..shapes.blocks import OPERATOR_SIZE, PLUS, TIMES, Block, Operator
from ..shapes.shape import Moved, Shape
from ..shapes.text import WORD_HEIGHT, Label, Word, word_width

ARROW_LENGTH = 36
OVER_ARROW, BESIDE_ARROW = 12, 8
"""From an arrow to the middle of a text over it, and to the start of one beside it."""
LINE_HEIGHT = 1.1
SIGN = BLOCK.sized(20)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Something to draw; it knows its size."""

    kind = "thing"
    is_note = False
    """A note is beside the point: neither arrows nor neighbours line up with it."""
    role: str = "ink"
    step: int | None = None

    def __post_init__(self) -> None:
        ink(self.role)  # an unknown role fails here, on the script's own line

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """What it calls the thing that it stands beside."""
        return ""

    @property
    def word(self) -> str | None:
        """The word whose ground it has."""
        return None

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw it in its place; `fills` gives each word its ground."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Box(Piece):
    """A block with its name."""

    kind = "block"
    block: Block

    @property
    def size(self) -> tuple[float, float]:
        """The block's own."""
        return self.block.frame.width, self.block.frame.height

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """The block."""
        return [
            Block(
                name=name, role=self.role, step=self.step, frame=frame, text=self.block.text, second=self.block.second
            )
        ]


@dataclass(frozen=True, kw_only=True)
class Token(Piece):
    """A word on its ground."""

    kind = "word"
    text: str

    @property
    def size(self) -> tuple[float, float]:
        """As wide as the word with its padding."""
        return word_width(self.text), WORD_HEIGHT

    @property
    def word(self) -> str | None:
        """Itself."""
        return self.text

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """The word."""
        return [Word(name=name, role=self.role, step=self.step, text=self.text, frame=frame, fill=fills.get(self.text))]


@dataclass(frozen=True, kw_only=True)
class Note(Piece):
    """A line of text."""

    kind = "label"
    is_note = True
    text: str
    style: Style = NAME

    @property
    def title(self) -> str:
        """Its text."""
        return self.text

    @property
    def size(self) -> tuple[float, float]:
        """The room of a line."""
        return width(self.text, self.style), LINE_HEIGHT * self.style.size

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """The text."""
        at = Point(frame.middle, frame.centre)
        return [Label(name=name, role=self.role, step=self.step, text=self.text, at=at, style=self.style)]


@dataclass(frozen=True, kw_only=True)
class Operation(Piece):
    """A sign: × and + in a circle, as in a cell, where numbers meet one by one; any other alone."""

    kind = "operator"
    sign: str

    @property
    def size(self) -> tuple[float, float]:
        """The circle's, or the sign's own."""
        return OPERATOR_SIZE if self._is_round else width(self.sign, SIGN), OPERATOR_SIZE

    @property
    def _is_round(self) -> bool:
        return self.sign in (TIMES, PLUS)

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """The sign."""
        at = Point(frame.middle, frame.centre)
        if self._is_round:
            return [Operator(name=name, role=self.role, step=self.step, sign=self.sign, at=at)]
        return [Label(name=name, role=self.role, step=self.step, text=self.sign, at=at, style=SIGN)]


@dataclass(frozen=True, kw_only=True)
class Pointer(Piece):
    """An arrow that is placed like a thing."""

    kind = "arrow"
    towards: str
    text: str = ""

    @property
    def size(self) -> tuple[float, float]:
        """Its length and what it keeps clear; the text stands over it, or beside it."""
        length, said = ARROW_LENGTH + 2 * CLEAR, width(self.text, NAME)
        if self.towards in ("left", "right"):
            return max(length, said + 6 * CLEAR), 2 * (OVER_ARROW + NAME.size / 2) if self.text else 2 * CLEAR
        return 2 * (said + BESIDE_ARROW) if self.text else 2 * CLEAR, length

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """The arrow, and its text."""
        ends = {
            "right": (Point(frame.left + CLEAR, frame.centre), Point(frame.right - CLEAR, frame.centre)),
            "down": (Point(frame.middle, frame.top + CLEAR), Point(frame.middle, frame.bottom - CLEAR)),
        }
        opposite = {"left": "right", "up": "down"}.get(self.towards)
        points = tuple(reversed(ends[opposite])) if opposite else ends[self.towards]
        shapes: list[Shape] = [Arrow(name=name, role=self.role, step=self.step, points=points)]
        if self.text:
            shapes.append(self._label(f"{name}-label", frame))
        return shapes

    def _label(self, name: str, frame: Frame) -> Shape:
        across = self.towards in ("left", "right")
        x, y = (0, -OVER_ARROW) if across else (BESIDE_ARROW, 0)
        at, anchor = Point(frame.middle + x, frame.centre + y), "middle" if across else "start"
        return Label(name=name, role="muted", step=self.step, text=self.text, at=at, anchor=anchor)


@dataclass(frozen=True, kw_only=True)
class Drawn(Piece):
    """A whole picture."""

    kind = "picture"
    picture: Picture

    @property
    def size(self) -> tuple[float, float]:
        """Without its margin."""
        around = Frame.around(shape.bounds for shape in self.picture.shapes)
        return around.width, around.height

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Its shapes, moved."""
        around = Frame.around(shape.bounds for shape in self.picture.shapes)
        by = Point(frame.left - around.left, frame.top - around.top)
        return [
            Moved(name=f"{name}-{shape.name}", role=shape.role, step=shape.step, shape=shape, by=by)
            for shape in self.picture.shapes
        ]

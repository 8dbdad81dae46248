"""The pieces of a cell: vectors with their names, blocks, operators and the lines between them."""

from collections.abc import Sequence

from ...fonts import NAME, width
from ...geometry import Frame, Point
from ...shapes.arrows import BRANCH_RADIUS, CLEAR, Arrow, Dot
from ...shapes.blocks import OPERATOR_SIZE, Block, Operator
from ...shapes.cells import CELL, Vector
from ...shapes.shape import Shape
from ...shapes.text import WORD_HEIGHT, Label, Word, word_width
from .quantities import PADDING
from .scene import NUMBERS, Scene

STRIP_OVER_LINE, NAME_OVER_STRIP, NAME_UNDER_LINE = 9, 12, 16
NAME_ASIDE = 9
HOP = 19
"""The length of a short arrow between two things that stand over one another."""
CLIMB = HOP + 2 * CLEAR
"""From rim to rim, where a short arrow leads."""
REACH = OPERATOR_SIZE / 2 + CLEAR
"""From an operator's middle to where an arrow ends."""
BLOCK_WIDTH, BLOCK_HEIGHT, SMALL_BLOCK = 84, 48, 26
VECTOR_TO_WORD = 14


def strip(scene: Scene, key: str, middle: float, top: float) -> Vector:
    """Draw a vector about a middle."""
    quantity = scene.quantities[key]
    neutral = "block" if quantity.role == "flow" else None
    return Vector(
        name=key,
        role=quantity.role,
        step=quantity.stage,
        argument=quantity.argument,
        frame=Frame(middle - scene.width(key) / 2, top, scene.width(key), CELL),
        cells=scene.cells(key),
        fill=scene.fill if key == "x" else neutral,
        dashed=key.endswith("-before") and scene.moment.begins_with_zeros,
        style=NUMBERS,
    )


def over(scene: Scene, key: str, middle: float, line: float) -> list[Shape]:
    """Let a vector ride over a sideways arrow, with its name on top."""
    vector = strip(scene, key, middle, line - STRIP_OVER_LINE - CELL)
    return [vector, name(scene, key, Point(middle, vector.frame.top - NAME_OVER_STRIP))]


def name(scene: Scene, key: str, at: Point, anchor: str = "middle") -> Label:
    """Name a vector; what the step yields is bold."""
    quantity = scene.quantities[key]
    return Label(
        name=f"{key}-name",
        role=quantity.role,
        step=quantity.stage,
        argument=quantity.argument,
        text=scene.name(key),
        at=at,
        style=NAME.bold() if key.endswith("-after") else NAME,
        anchor=anchor,
    )


def lettered(scene: Scene, key: str, middle: float, top: float) -> list[Shape]:
    """Draw a gate's vector with its letter on the left."""
    vector, quantity = strip(scene, key, middle, top), scene.quantities[key]
    letter = Label(
        name=f"{key}-letter",
        role=quantity.role,
        step=quantity.stage,
        argument=quantity.argument,
        text=quantity.symbol,
        at=Point(vector.frame.left - NAME_ASIDE, vector.frame.centre),
        style=NAME.bold(),
        anchor="end",
    )
    return [vector, letter]


def letter_room(scene: Scene, keys: Sequence[str]) -> float:
    """Measure the room that the widest letter needs beside its vector."""
    return NAME_ASIDE + max(width(scene.quantities[key].symbol, NAME.bold()) for key in keys)


def arrow(name: str, stage: int, *points: Point, role: str = "flow", head: bool = True) -> Arrow:
    """Lead from point to point; bends are those of a branch."""
    return Arrow(name=name, step=stage, points=points, role=role, head=head, radius=BRANCH_RADIUS)


def up(name: str, stage: int, x: float, bottom: float, top: float, head: bool = True) -> Arrow:
    """Lead straight up from one rim to another, clear of both."""
    return arrow(name, stage, Point(x, bottom - CLEAR), Point(x, top + CLEAR), head=head)


def tap(name: str, stage: int, x: float, line: float, top: float) -> Arrow:
    """Branch off a sideways line and up; the bend has its whole radius."""
    return arrow(name, stage, Point(x - 2 * BRANCH_RADIUS, line), Point(x, line), Point(x, top))


def operator(name: str, sign: str, stage: int, x: float, y: float) -> Operator:
    """Put a sign in its circle."""
    return Operator(name=name, sign=sign, step=stage, at=Point(x, y))


def dot(name: str, stage: int, x: float, y: float, role: str = "flow") -> Dot:
    """Mark where a line branches."""
    return Dot(name=name, step=stage, at=Point(x, y), role=role)


def block(name: str, text: str, second: str, stage: int, frame: Frame, argument: str | None = None) -> Block:
    """Draw a part of the layer that has weights of its own, or a function by itself."""
    return Block(name=f"{name}-block", text=text, second=second, step=stage, frame=frame, argument=argument)


def given_word(scene: Scene, middle: float, top: float) -> list[Shape]:
    """Draw what the layer is given, its name beside it, and the word that it stands for under it."""
    vector = strip(scene, "x", middle, top)
    beside = Point(vector.frame.right + NAME_ASIDE, vector.frame.centre)
    named = [vector, name(scene, "x", beside, anchor="start")]
    text = scene.moment.word
    if not text:
        return [
            *named,
            Label(name="word", role="muted", step=1, text=PADDING, at=Point(middle, vector.frame.bottom + 18)),
        ]
    across = word_width(text)
    frame = Frame(middle - across / 2, vector.frame.bottom + VECTOR_TO_WORD, across, WORD_HEIGHT)
    return [*named, Word(name="word", step=1, argument="time_steps", text=text, frame=frame, fill=scene.fill)]

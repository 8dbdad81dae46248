"""The pieces of an unrolled model that look the same in both forms."""

from ...fonts import NAME, WORD, Style
from ...geometry import Frame, Point
from ...shapes.blocks import Block, Skipped
from ...shapes.cells import Vector
from ...shapes.shape import Shape
from ...shapes.text import Label, Word
from . import plan
from .plan import Group
from .scene import more_steps
from .shown import Shown


def vector(shown: Shown, frame: Frame, most: int) -> Vector:
    """Draw a vector: a first state dashed, with a second rim what is returned."""
    places = shown.places(most)
    half = None
    if shown.half is not None:
        half = next(at for at, place in enumerate(places) if place is not None and place >= shown.half)
    return Vector(
        name=shown.name,
        role=shown.role,
        step=shown.step,
        argument=shown.argument,
        frame=frame,
        cells=shown.cells(most),
        fill=shown.fill,
        dashed=shown.dashed,
        second_rim=has_rim(shown),
        winner=None if shown.winner is None else places.index(shown.winner),
        half=half,
    )


def has_rim(shown: Shown) -> bool:
    """Tell whether a second rim says that a vector is returned; an answer in a colour of its own needs none."""
    return shown.returned and shown.role != "output"


def name_of(shown: Shown, at: Point, most: int, anchor: str = "middle") -> list[Shape]:
    """Name a vector, where it has a name; bold where it is returned."""
    if not shown.says:
        return []
    style = NAME.bold() if shown.returned else NAME
    return [
        Label(
            name=f"{shown.name}-name",
            role=shown.role,
            step=shown.step,
            argument=shown.argument,
            text=shown.called(most),
            at=at,
            style=style,
            anchor=anchor,
        )
    ]


def chosen(shown: Shown, frame: Frame, y: float, most: int) -> list[Shape]:
    """Name the class that was chosen, over or under its cell."""
    if not shown.chosen:
        return []
    places = shown.places(most)
    x = frame.left + (places.index(shown.winner) + 0.5) * frame.width / len(places)
    return [
        Label(
            name=f"{shown.name}-class",
            role=shown.role,
            step=shown.step,
            text=shown.chosen,
            at=Point(x, y),
            style=NAME.bold(),
        )
    ]


def class_beside(shown: Shown, at: Point) -> list[Shape]:
    """Name the class that was chosen, left of its vector."""
    if not shown.chosen:
        return []
    name, style = f"{shown.name}-class", NAME.bold()
    return [Label(name=name, role=shown.role, step=shown.step, text=shown.chosen, at=at, style=style, anchor="end")]


def word(group: Group, position: int, frame: Frame, style: Style = WORD) -> Word:
    """Draw the word of a step."""
    first, *again = group.steps_of(position)
    return Word(
        name=f"{group.name}word-{position + 1}",
        step=first,
        again=tuple(again),
        argument="time_steps",
        text=group.words[position],
        frame=frame,
        fill=group.fills[position],
        style=style,
    )


def block(of: plan.Block, frame: Frame) -> Shape:
    """Draw a layer as it is applied at a step, or where it would be if the step were not skipped."""
    if of.skipped:
        return Skipped(name=of.name, step=of.step, frame=frame)
    return Block(name=of.name, step=of.step, frame=frame, text=of.text, second=of.second)


def more(name: str, hidden: int, at: Point, anchor: str = "middle") -> Label:
    """Say how many steps are left out."""
    return Label(name=name, role="muted", text=more_steps(hidden), at=at, style=NAME.bold(), anchor=anchor)

"""The items of an unrolled model, each drawn about a point whichever way time runs."""

from __future__ import annotations

from collections.abc import Sequence

from ...flow.axis import RIDE, WIRES_APART, Axis
from ...flow.description import Draw
from ...fonts import BLOCK_SECOND, NAME, NUMBER, WORD, WORD_NARROW, width
from ...geometry import Frame, Point
from ...i18n import LEFT_OUT
from ...shapes.blocks import BLOCK_HEIGHT_NARROW, SKIPPED, Block, Operator, Skipped, block_width
from ...shapes.cells import RIM, Vector
from ...shapes.shape import Shape
from ...shapes.text import WORD_HEIGHT, Label, Word, word_width
from . import plan
from .plan import Group, Shown
from .scene import more_steps

LARGE_NUMBER = NUMBER.sized(13)
NAME_UNDER_WIRE, NAME_OVER = 15, 13
VECTOR_TO_WORD, VECTOR_TO_WORD_NARROW = 14, 4.5
NAME_LEADING, NAME_RISE = 15, 3
"""The line spacing of two names beside vectors, and how much they are raised, to be clear of the word below."""
OVER = 44
"""How much longer a block is than the distance between the two wires it spans."""
BETWEEN_STRIPS = 7
"""The gap between vectors on the same wire."""
SKIPPED_ASIDE = 5
"""From the wires that pass a skipped step to its text."""
SKIPPED_INSET = 4
ROW_UNDER_VECTOR, ROW_ROOM = 11, 10
MORE_WORDS_STYLE = NAME.bold().sized(22)
"""The font of the dots for words that are left out."""


def strip(shown: Shown, axis: Axis, x: float, y: float) -> Vector:
    """Draw a vector about a point: dashed if it is an initial state, with a second rim if it is returned."""
    places = shown.places(axis.most_cells)
    across, down = axis.cell
    half = None
    if shown.half is not None:
        half = next(at for at, place in enumerate(places) if place is not None and place >= shown.half)
    return Vector(
        name=shown.name,
        role=shown.role,
        step=shown.step,
        argument=shown.argument,
        frame=Frame.about(x, y, across * len(places), down),
        cells=shown.cells(axis.most_cells),
        fill=shown.fill,
        dashed=shown.dashed,
        second_rim=has_rim(shown),
        winner=None if shown.winner is None else places.index(shown.winner),
        half=half,
        style=NUMBER if axis.is_dense else LARGE_NUMBER,
    )


def strip_width(shown: Shown, axis: Axis) -> float:
    """Return the width of a vector including its rims."""
    return axis.cell[0] * len(shown.places(axis.most_cells)) + (2 * RIM if has_rim(shown) else 0)


def has_rim(shown: Shown) -> bool:
    """Return whether a second rim marks a vector as returned; outputs with their own colour don't need one."""
    return shown.returned and shown.role != "output"


def name_of(shown: Shown, axis: Axis, x: float, y: float, anchor: str = "middle") -> list[Shape]:
    """Draw a vector's name, if it has one; bold if the vector is returned."""
    if not shown.says:
        return []
    return [
        Label(
            name=f"{shown.name}-name",
            role=shown.role,
            step=shown.step,
            argument=shown.argument,
            text=shown.called(axis.most_cells),
            at=Point(x, y),
            style=NAME.bold() if shown.returned else NAME,
            anchor=anchor,
        )
    ]


def chosen(shown: Shown, at: Point, anchor: str = "middle") -> list[Shape]:
    """Draw the name of the chosen class."""
    if not shown.chosen:
        return []
    name, style = f"{shown.name}-class", NAME.bold()
    return [Label(name=name, role=shown.role, step=shown.step, text=shown.chosen, at=at, style=style, anchor=anchor)]


def vector(shown: Shown, beside: float = 0, raised: float = 0) -> Draw:
    """Draw a vector with its name and class above; down the page, before it, ending at a distance from its centre.

    `raised` leaves space for a bracket below the name.
    """
    if shown.spoken:
        return spoken(shown)

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        shape = strip(shown, axis, at.x, at.y)
        rim = RIM if shape.second_rim else 0
        if axis.across:
            over = shape.frame.top - rim - NAME_OVER
            cell = shape.frame.width / len(shape.cells)
            x = at.x if shape.winner is None else shape.frame.left + (shape.winner + 0.5) * cell
            return [shape, *name_of(shown, axis, at.x, over - raised), *chosen(shown, Point(x, over))]
        x = at.x - beside
        return [shape, *name_of(shown, axis, x, at.y, "end"), *chosen(shown, Point(x, at.y), "end")]

    return draw


def spoken(shown: Shown) -> Draw:
    """Draw the chosen word."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        style = WORD if axis.across else WORD_NARROW
        high = WORD_HEIGHT if axis.across else axis.cell[1]
        frame = Frame.about(at.x, at.y, word_width(shown.chosen, style), high)
        return [Word(name=shown.name, step=shown.step, text=shown.chosen, frame=frame, fill=shown.fill, style=style)]

    return draw


def muted(name: str, text: str, at: Point, anchor: str, step: int | None = None) -> Label:
    """Draw a remark."""
    return Label(name=name, role="muted", text=text, at=at, anchor=anchor, step=step)


def token(
    group: Group,
    position: int,
    shown: Shown | None,
    wide: float,
    beside: bool = False,
    row: plan.ShownBlock | None = None,
    *,
    tight: bool = False,
    note: str = "",
) -> Draw:
    """Draw a word and its vector: below the vector if time runs to the right, else above it or, with space, before it.

    A `tight` word almost touches its vector, for example if both are between two lanes. `wide` is the width of words
    down the page; `row` is the lookup that found the vector, if it is shown beside it, and `note` a remark below it.
    """
    first, *again = group.steps_of(position)
    text = group.words[position]

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        style = WORD if axis.across else WORD_NARROW
        core = [] if shown is None else [strip(shown, axis, at.x, at.y)]
        across = word_width(text, style) if axis.across else wide
        high = WORD_HEIGHT if axis.across else axis.cell[1]
        away = 0.0 if shown is None else (axis.cell[1] + high) / 2
        x, y = at.x, at.y
        if shown is not None and axis.across:
            y += away + (VECTOR_TO_WORD_NARROW if tight and not row else VECTOR_TO_WORD) + (ROW_ROOM if row else 0)
        elif shown is not None and beside:
            x -= VECTOR_TO_WORD_NARROW + (across + core[0].frame.width) / 2
        elif shown is not None:
            y -= away + VECTOR_TO_WORD_NARROW
        word = Word(
            name=f"{group.name}word-{position + 1}",
            step=first,
            again=tuple(again),
            argument="time_steps",
            text=text,
            frame=Frame.about(x, y, across, high),
            fill=group.fills[position],
            style=style,
        )
        notes: list[Shape] = []
        if row is not None and shown is not None:
            x, anchor = (at.x, "middle") if axis.across else (core[0].frame.right, "end")
            below = Point(x, core[0].frame.bottom + ROW_UNDER_VECTOR)
            notes.append(muted(f"{row.name}-row", row.second, below, anchor, row.step))
        if note:
            notes.append(
                muted(f"{word.name}-note", note, Point(at.x, at.y + axis.cell[1] / 2 + NAME_UNDER_WIRE), "middle")
            )
        return [*core, word, *notes]

    return draw


def output(group: Group, stage: plan.Stage, position: int, vectors: Sequence[Shown], wide: float) -> Draw:
    """Draw a layer's output at a step, in one vector or two, after a word of this width if it is read there."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        words = wide + VECTOR_TO_WORD if wide else 0
        vectors_width = sum(strip_width(shown, axis) for shown in vectors) + BETWEEN_STRIPS * (len(vectors) - 1)
        left = at.x - (words + vectors_width) / 2
        x, shapes = left + words, list[Shape]()
        for shown in vectors:
            across = strip_width(shown, axis)
            shapes.append(strip(shown, axis, x + across / 2, at.y))
            x += across + BETWEEN_STRIPS
        if wide:
            word = Word(
                name=f"{stage.layer}output-word-{position + 1}",
                step=vectors[0].step,
                argument="time_steps",
                text=group.words[position],
                frame=Frame(left, at.y - axis.cell[1] / 2, wide, axis.cell[1]),
                fill=group.fills[position],
                style=WORD_NARROW,
            )
            shapes.append(word)
        return shapes

    return draw


def block(
    of: plan.ShownBlock,
    states: int = 0,
    wide: float = 0,
    lane: float = 0,
    aside: float = 0,
    over: float = OVER,
    *,
    is_named: bool = True,
) -> Draw:
    """Draw a layer as applied at a step, or its outline if the step is skipped.

    `states` is the number of states on wires past it, `wide` the width of all blocks in the lane, and `lane` the width
    of the lane down the page, where `aside` is the distance of the last wire to the right of its centre. A block that
    spans wires extends beyond them by `over`. Down the page, a skipped step may be said to be one elsewhere.
    """

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        high = states * axis.wire_pitch if axis.across and states else BLOCK_HEIGHT_NARROW
        across = wide or block_width(of.text, of.second)
        if length:
            across, high = (max(across, length + over), high) if axis.across else (across, max(high, length + over))
        frame = Frame.about(at.x, at.y, across, high)
        if not of.skipped:
            return [Block(name=of.name, step=of.step, frame=frame, text=of.text, second=of.second)]
        if axis.across:
            return [Skipped(name=of.name, step=of.step, frame=frame)]
        frame = Frame.about(at.x, at.y, max(across, lane - 2 * SKIPPED_INSET), frame.height)
        if not is_named:
            return [Skipped(name=of.name, step=of.step, frame=frame, is_named=False)]
        return [Skipped(name=of.name, step=of.step, frame=frame, aside=aside + SKIPPED_ASIDE)]

    return draw


def skipped_width(reading: plan.Reading) -> float:
    """Return the width of a skipped step down the page, including the text beside its wires."""
    if not any(block.skipped for block in reading.blocks):
        return 0
    aside = (len(reading.states[0]) - 1) / 2 * WIRES_APART + SKIPPED_ASIDE
    return 2 * (aside + width(SKIPPED, BLOCK_SECOND) + SKIPPED_INSET)


def carried(states: Sequence[Shown | None], beside: float, on_wire: bool = False, note: str = "") -> Draw:
    """Draw the load of a link: strips above its wires if these run to the right, otherwise on them.

    Down the page, names end at a distance before the lane's centre, or start after it (negative). If there is space
    between the wires, the strips are side by side, otherwise below one another. With `on_wire`, a strip lies on each
    wire at its end even if the wires run to the right.
    """

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        strips: list[Shape] = []
        names: list[Shape] = []
        rims = [RIM if state and has_rim(state) else 0 for state in states]
        down, middle = axis.cell[1], (len(states) - 1) / 2
        apart = axis.wire_pitch if axis.across else down + BETWEEN_STRIPS + 2 * max(rims)
        for number, state in enumerate(states):
            y = at.y + (number - middle) * apart
            if state is None:
                continue
            if axis.across:
                rides = not on_wire
                if not state.is_again:
                    strips.append(strip(state, axis, at.x, y - (down / 2 + RIDE if rides else 0)))
                under = NAME_UNDER_WIRE if rides else -down / 2 - rims[number] - NAME_OVER
                names += name_of(state, axis, at.x, y + under)
                continue
            x = at.x
            if axis.wires_apart is not None:  # side by side, with their names on two lines
                x += (number - middle) * axis.wires_apart
                y = at.y + ((number - middle) * NAME_LEADING - NAME_RISE if None not in states else 0)
            strips.append(strip(state, axis, x, at.y if axis.wires_apart is not None else y))
            names += name_of(state, axis, at.x - beside, y, "end" if beside > 0 else "start")
            if note and number == len(states) - 1:
                names.append(muted(f"{state.name}-nought", note, Point(at.x - beside, y + NAME_UNDER_WIRE), "end"))
        return [*strips, *names]

    return draw


def more(name: str, hidden: int, beside: float = 0) -> Draw:
    """Say how many steps are left out: above the dotted wire or, down the page, on its line or at a distance."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        where, anchor = Point(at.x - beside, at.y), "end" if beside > 0 else "start" if beside else "middle"
        if axis.across:
            where, anchor = Point(at.x, at.y - NAME_UNDER_WIRE), "middle"
        text, style = more_steps(hidden), NAME.bold()
        return [Label(name=name, role="muted", text=text, at=where, style=style, anchor=anchor)]

    return draw


def shifted(draw: Draw, by: float) -> Draw:
    """Draw an item moved right."""
    return lambda axis, at, length: draw(axis, Point(at.x + by, at.y), length)


def more_words(name: str) -> Draw:
    """Draw dots where words are left out."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        return [Label(name=name, role="muted", text=LEFT_OUT, at=at, style=MORE_WORDS_STYLE)]

    return draw


def sign(name: str, text: str, step: int | None) -> Draw:
    """Draw an operator."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        return [Operator(name=name, sign=text, at=at, step=step)]

    return draw

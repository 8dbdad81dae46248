"""The numbers printed in a cell's picture, and the items in its rows and columns, each drawn about a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ...flow.axis import RIDE, Axis
from ...flow.description import Caption, Draw
from ...flow.travel import fall
from ...fonts import BLOCK, BLOCK_SECOND, NAME, NUMBER, width
from ...geometry import Frame, Point
from ...i18n import Series, gettext, number_in, text_of
from ...palette import word_fills
from ...recorded.operations import Made, leaves, operand_of
from ...shapes.blocks import BLOCK_INSET, Block, Operator
from ...shapes.cells import Ride, Vector, cells
from ...shapes.gates import (
    BELT_HEIGHT,
    FLOW_OVER_FLOOR,
    FOOT,
    HANDLE,
    OPENING,
    Belt,
    Board,
    Chip,
    Foot,
    Shutter,
)
from ...shapes.shape import Shape
from ...shapes.text import WORD_HEIGHT, Label, Phrase, Word, broken, word_width
from .moment import Moment
from .quantities import PADDING, Quantity, formulas, quantities

DECIMALS, MOST_UNITS = 2, 6
CELL_WIDTH, CELL_HEIGHT, CELL_PADDING = 38, 28, 4
NUMBERS, NAMES = NUMBER.sized(13), NAME.sized(14)
NOTE = NAME
NAME_AWAY, NAME_ASIDE = 13, 8
"""From a vector's edge to the middle of a name above or below it, and from its end to a name beside it."""
LETTER_AWAY = 11
"""From a handle to the middle of the letter above it."""
LETTER_GAP = 7
JOBS = {"forget-gate": gettext("keeps"), "input-gate": gettext("writes"), "output-gate": gettext("shows")}
"""What a gate decides about the memory, beside its letter, across the page."""
SECOND_INSET = 9
BLOCK_WIDTH, BLOCK_HEIGHT, SMALL_BLOCK = 88, 50, 28
BELT_OUT = 14
"""How far the belt below a vector extends towards the gate."""
BELT_BACK = 1
WORD_GAP, WORD_UNDER = 9, 14
UNDER_STATE = 45
"""How far the input and its word may extend below the state to their left, beyond the state's width."""
LINE_HEIGHT = 24
INDENT = 14
ROWS_APART = 92
"""The distance between the two rows that pass through a board, across the page."""
BEYOND_ROWS = 16
"""How far a board extends beyond these rows."""
ROWS_CLOSE = 44
"""The distance between them in a single column, where nothing is beside the board."""
FLOW_AT = (OPENING - FLOW_OVER_FLOOR) / (OPENING + FOOT)
BOARD_ROWS = tuple((FOOT + BEYOND_ROWS + row) / (FOOT + 2 * BEYOND_ROWS + ROWS_CLOSE) for row in (0, ROWS_CLOSE))
"""Where lines meet a gate, and in a single column a board, as fractions of its height."""
ROUNDED = gettext("Two decimals, rounded after the arithmetic: the last digit may differ.")
HOW_TO_READ = {
    "LSTM": gettext("A gate’s number says how far it is open: 0 lets nothing through, 1 lets everything through."),
}


@dataclass(frozen=True, eq=False)
class PrintedMoment:
    """A moment and everything printed of it; of long vectors, only some of the numbers."""

    moment: Moment
    most: int = MOST_UNITS

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        """The vectors by name."""
        return quantities(self.moment)

    def cells(self, key: str) -> tuple[str, ...]:
        """Format a vector with two decimals; if it is too long, only the first numbers and the last."""
        return self._printed[key]

    @cached_property
    def _printed(self) -> dict[str, tuple[str, ...]]:
        return {
            key: cells(quantity.values.tolist(), self.most, ahead=1 if key == "x" else 2, decimals=DECIMALS)
            for key, quantity in self.quantities.items()
        }

    def remainder(self, key: str) -> tuple[str, ...]:
        """Format what the forget gate doesn't let through of the memory; nothing, if that is zeros."""
        if key != "memory-before" or "kept" not in self.quantities or self.moment.begins_with_zeros:
            return ()
        rest = self.quantities[key].values - self.quantities["kept"].values
        return cells(rest.tolist(), self.most, decimals=DECIMALS)

    def shares(self, key: str) -> tuple[float | None, ...]:
        """Return how far a gate is open, cell by cell; None where numbers are left out."""
        values, count = self.quantities[key].values.tolist(), len(self.cells(key))
        return tuple(values) if count == len(values) else (*values[: count - 2], None, values[-1])

    @cached_property
    def cell(self) -> float:
        """The width of a cell: that of the grid, or what the longest number needs."""
        texts = [text for key in self.quantities for text in self.cells(key)]
        return max(CELL_WIDTH, *(width(text, NUMBERS.bold()) + 2 * CELL_PADDING for text in texts))

    def width(self, key: str) -> float:
        """The width of a vector."""
        return self.cell * len(self.cells(key))

    @property
    def strip(self) -> float:
        """The width of every vector with the layer's units."""
        return self.width("state-after")

    @property
    def slack(self) -> float:
        """The extra distance between columns, so that a single number fills about as wide a lane as two."""
        return max(0, 2 * self.cell - self.strip)

    def name(self, key: str) -> str:
        """Return the name of a vector, with its size if it isn't shown in full."""
        moment, quantity = self.moment, self.quantities[key]
        name = quantity.symbol
        if key.endswith("-before") and moment.begins_with_zeros:
            name = gettext("zero state") if key == "state-before" else gettext("zero memory")
        if key == "state-after" and moment.is_returned:
            name = gettext("%(state)s = output", state=name)
        return name if len(quantity.values) == len(self.cells(key)) else Series(name, len(quantity.values))

    @property
    def fill(self) -> str | None:
        """The background colour of the input: its word's, if it is that word's vector."""
        return word_fills(self.moment.words)[self.moment.word] if self.moment.given_role == "embedding" else None

    @cached_property
    def is_exact_as_printed(self) -> bool:
        """Whether every product, sum and function of the printed numbers gives exactly the printed result."""
        drawn_ids = {id(quantity.values) for quantity in self.quantities.values()}

        def is_hidden(array: Made | None) -> bool:
            is_named = array is not None and array.name is not None and not array.name.is_weight
            return not is_named and id(array) not in drawn_ids

        def is_of_hidden_weights(array: Made) -> bool:
            hidden = (leaf.array for leaf in leaves(operand_of(array, 0)) if is_hidden(leaf.array))
            return any(weight is not None and weight.name is not None and weight.name.is_weight for weight in hidden)

        def is_exact(array: Made, place: int) -> bool:
            term = operand_of(array, place)
            if any(is_hidden(leaf.array) for leaf in leaves(term)):
                return True
            return term.gives(
                rounded(term.value), DECIMALS, lambda leaf: leaf.value if leaf.array is None else rounded(leaf.value)
            )

        computed = [quantity.values for quantity in self.quantities.values() if isinstance(quantity.values, Made)]
        # Weights that take part in one number of an array take part in all of them.
        computed = [array for array in computed if array.size and not is_of_hidden_weights(array)]
        return all(is_exact(array, place) for array in computed for place in range(array.size))

    # Items: each method returns a function that draws the item about a point.

    def nothing(self) -> Draw:
        """Reserve space."""
        return lambda axis, at, length: []

    def vector(self, key: str, stands: str = "in", named: str = "over") -> Draw:
        """Draw a vector that is on its line, above a wire, or on a belt.

        Its name is above, below, left or right of it, or left out.
        """

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            rise = {"in": 0, "wire": RIDE + CELL_HEIGHT / 2, "belt": (BELT_HEIGHT + CELL_HEIGHT) / 2}[stands]
            where = Point(at.x, at.y - rise) if axis.across else at
            vector = self._strip(key, where, rim=key == "state-after" and not axis.across)
            shapes: list[Shape] = [vector]
            if stands == "belt" and not axis.across:
                belt = self._belt_under(key, vector.frame)
                shapes = [replace(vector, ways=self._ride(vector, belt.frame)), belt]
            return [*shapes, *self._named(key, vector, named)]

        return draw

    def again(self, thing: Draw, use: str) -> Draw:
        """Draw an item again where it is used; it appears at the same step as the first one."""
        return lambda axis, at, length: [
            replace(shape, name=f"{shape.name}-{use}") for shape in thing(axis, at, length)
        ]

    def _strip(self, key: str, at: Point, rim: bool = False) -> Vector:
        quantity = self.quantities[key]
        return Vector(
            name=key,
            role=quantity.role,
            step=quantity.stage,
            argument=quantity.argument,
            frame=Frame.about(at.x, at.y, self.width(key), CELL_HEIGHT),
            cells=self.cells(key),
            fill=self.fill if key == "x" else "block" if quantity.role == "flow" else None,
            remainder=self.remainder(key),
            dashed=key.endswith("-before") and self.moment.begins_with_zeros,
            second_rim=rim and self.moment.is_returned,
            style=NUMBERS,
        )

    def _belt_under(self, key: str, frame: Frame) -> Belt:
        """Draw the belt on which a vector arrives at or leaves its gate."""
        reach = BELT_OUT + self.slack
        out, back = (reach, BELT_BACK) if key == "memory-before" else (BELT_BACK, reach)
        belt = Frame(frame.left - back, frame.bottom, frame.width + back + out, BELT_HEIGHT)
        return Belt(name=f"{key}-arrow", step=self.quantities[key].stage, frame=belt)

    def _ride(self, vector: Vector, belt: Frame) -> tuple[Ride, ...]:
        """Return the way of a vector along its belt: into the gate beside it, or out of that."""
        into, out = (round(end - vector.frame.middle, 1) for end in (belt.right, belt.left))
        return {
            "memory-before": (Ride(2, 0, ((0, 0, 0), (into, 0, 1)), ()), *fall(vector, 2, into, 0)),
            "kept": (Ride(2, 1, ((out, 0, 0), (0, 0, 1))),),
        }.get(vector.name, ())

    def _named(self, key: str, vector: Vector, where: str) -> list[Shape]:
        """Label a vector; the results of the step are bold."""
        frame = vector.frame.grown(3.5) if vector.second_rim else vector.frame
        x, y, anchor = {
            "over": (frame.middle, frame.top - NAME_AWAY, "middle"),
            "under": (frame.middle, frame.bottom + NAME_AWAY, "middle"),
            "left": (frame.left - NAME_ASIDE, frame.centre, "end"),
            "right": (frame.right + NAME_ASIDE, frame.centre, "start"),
            "": (0, 0, ""),
        }[where]
        if not where:
            return []
        quantity = self.quantities[key]
        is_letter = key == "candidate"
        return [
            Label(
                name=f"{key}-{'letter' if is_letter else 'name'}",
                role=quantity.role,
                step=quantity.stage,
                argument=quantity.argument,
                text=quantity.symbol if is_letter else self.name(key),
                at=Point(x, y),
                style=NAMES.bold() if is_letter or key.endswith("-after") else NAMES,
                anchor=anchor,
            )
        ]

    def gate(self, key: str, title: str, passing: str, on_belt: bool = False) -> Draw:
        """Draw a gate; if its weights have no block, its title is next to its letter."""

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            floor = at.y + FLOW_OVER_FLOOR
            if on_belt:  # level with what is on the belt
                floor = at.y - BELT_HEIGHT / 2 if axis.across else at.y + CELL_HEIGHT / 2
            frame = Frame(at.x - self.width(key) / 2, floor - OPENING, self.width(key), OPENING + FOOT)
            shutter = Shutter(frame=frame, passing=passing, shares=self.shares(key), **self._part(key))
            return [shutter, *self._titled(key, JOBS.get(key, "") if axis.across else title, frame)]

        return draw

    def board(self, key: str, rest: str, title: str) -> Draw:
        """Draw a gate that opens for one of two rows as far as it closes for the other, with the remainders below."""

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = self._board(axis, at, length)
            under = Frame(frame.left, frame.bottom, frame.width, FOOT)
            aside, anchor = (NAME_ASIDE, "start") if axis.across else (0, "middle")  # a wire comes from below
            below = Point(under.middle + aside, under.bottom + NAME_AWAY)
            return [
                Board(frame=frame, passing="state", shares=self.shares(key), **self._part(key)),
                Foot(frame=under, **self._part(rest)),
                *self._titled(key, "" if axis.across else title, frame),
                self._letter(rest, below, anchor),
            ]

        return draw

    def _board(self, axis: Axis, at: Point, length: float) -> Frame:
        """Place the board at its rows: on the lower one across the page, between them down it, or without any."""
        apart, middle = (ROWS_APART, at.y - ROWS_APART / 2) if axis.across else (length or ROWS_CLOSE, at.y)
        high = apart + 2 * BEYOND_ROWS
        return Frame(at.x - self.strip / 2, middle - high / 2 - FOOT, self.strip, high + FOOT)

    def _part(self, key: str) -> dict[str, Any]:
        """Return the parts of a gate that it has as a vector."""
        quantity = self.quantities[key]
        return {
            "name": key,
            "role": quantity.role,
            "step": quantity.stage,
            "argument": quantity.argument,
            "cells": self.cells(key),
            "style": NUMBERS,
        }

    def _titled(self, key: str, title: str, frame: Frame) -> Iterator[Shape]:
        """Draw a gate's letter above its handle, and its title if it has one."""
        letter = self.quantities[key].symbol
        room = width(letter, NAMES.bold()), width(title, NAMES) + LETTER_GAP if title else 0
        left, y = frame.middle - sum(room) / 2, frame.top - HANDLE - LETTER_AWAY
        yield self._letter(key, Point(left, y), "start")
        if title:
            yield Label(
                name=f"{key}-title",
                role="muted",
                step=self.quantities[key].stage,
                argument="recurrent_activation",
                text=title,
                at=Point(left + room[0] + LETTER_GAP, y),
                style=NAMES,
                anchor="start",
            )

    def _letter(self, key: str, at: Point, anchor: str) -> Label:
        quantity = self.quantities[key]
        return Label(
            name=f"{key}-letter",
            role=quantity.role,
            step=quantity.stage,
            argument=quantity.argument,
            text=quantity.symbol,
            at=at,
            style=NAMES.bold(),
            anchor=anchor,
        )

    def block(
        self, name: str, text: str, second: str, stage: int, argument: str | None = None, least: float = BLOCK_WIDTH
    ) -> Draw:
        """Draw a part of the layer that has weights; with no second line, it is a plain function."""
        across = width(text, BLOCK) + 2 * BLOCK_INSET
        if second:
            across = max(least, across, width(second, BLOCK_SECOND) + 2 * SECOND_INSET)
        height = BLOCK_HEIGHT if second else SMALL_BLOCK

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(at.x, at.y, across, height)
            return [Block(name=f"{name}-block", text=text, second=second, step=stage, frame=frame, argument=argument)]

        return draw

    def operator(self, name: str, sign: str, stage: int) -> Draw:
        """Draw an operator in a circle."""
        return lambda axis, at, length: [Operator(name=name, sign=sign, step=stage, at=at)]

    def chip(self, name: str, key: str, stage: int) -> Draw:
        """Draw a vector as its name only."""
        quantity = self.quantities[key]
        return lambda axis, at, length: [
            Chip(name=name, role=quantity.role, step=stage, argument=quantity.argument, text=quantity.symbol, at=at)
        ]

    def note(self, name: str, text: str, stage: int | None = None) -> Draw:
        """Draw a line of text."""
        return lambda axis, at, length: [Label(name=name, role="muted", step=stage, text=text, at=at, style=NOTE)]

    def given(self, is_close: bool = False) -> Draw:
        """Draw the layer's input and its word: to its left, or below if it is long or the columns are close."""

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            vector = self._strip("x", at)
            names = self._named("x", vector, "right")
            reach = word_width(self.moment.word, least=0) if self.moment.word else width(PADDING, NOTE)
            if not is_close and vector.frame.width / 2 + WORD_GAP + reach <= self.strip + UNDER_STATE:
                return [vector, self._word(Point(vector.frame.left - WORD_GAP, at.y), "end"), *names]
            return [vector, self._word(Point(at.x, vector.frame.bottom + WORD_UNDER + WORD_HEIGHT / 2)), *names]

        return draw

    def _word(self, at: Point, anchor: str = "middle") -> Shape:
        text = self.moment.word
        if not text:
            return Label(name="word", role="muted", step=1, text=PADDING, at=at, style=NOTE, anchor=anchor)
        across = word_width(text, least=0)
        left = at.x - {"start": 0, "middle": across / 2, "end": across}[anchor]
        frame = Frame(left, at.y - WORD_HEIGHT / 2, across, WORD_HEIGHT)
        return Word(name="word", step=1, argument="time_steps", text=text, frame=frame, fill=self.fill)

    def entering(self, room: float, note: str = "", column: float = 0) -> Draw:
        """Draw the cell's inputs side by side from a column's left edge: state, input, word; with their effects.

        A word that doesn't fit is above, and an input below.
        """

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            left = start = at.x - max(self.strip, column) / 2
            shapes, y = list[Shape](), at.y
            for key in ("state-before", "x"):
                if shapes and left + self.width(key) > start + max(room, self.width("x")):
                    left, y = start, y + CELL_HEIGHT + 2 * NAME_AWAY
                vector = self._strip(key, Point(left + self.width(key) / 2, y))
                (label,) = self._named(key, vector, "over")
                shapes += [vector, label]
                left = max(vector.frame.right, label.bounds.right) + 2 * WORD_GAP
            word = self._word(Point(left, y), "start")
            if word.bounds.right > start + room:
                word = self._word(Point(start, at.y - CELL_HEIGHT / 2 - 2 * NAME_AWAY - WORD_HEIGHT / 2), "start")
            shapes.append(word)
            if note:
                under = Point(start, y + CELL_HEIGHT / 2 + NAME_AWAY + 2)
                shapes.append(
                    Label(name="setting", role="muted", step=1, text=note, at=under, style=NOTE, anchor="start")
                )
            return shapes

        return draw

    def formulas(self, room: float | None = None, column: float = 0) -> Draw:
        """Write the formulas of the step, left-aligned line by line, wrapped between clauses if the space is narrow.

        Down the page, they start at the left edge of their column, which may be wider than a vector.
        """
        lines = list(self._lines(room))
        top = lines[0].bounds.top

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            left = at.x if axis.across else at.x - max(self.strip, column) / 2
            by = Point(left, at.y - CELL_HEIGHT / 2 - top)
            return [replace(line, at=line.at.moved(by)) for line in lines]

        return draw

    @property
    def notes(self) -> Iterator[Caption]:
        """How to read the numbers: a gate's, and those that are rounded."""
        notes = {"note": HOW_TO_READ.get(self.moment.layer.family, "")}
        notes["rounded"] = "" if self.is_exact_as_printed else ROUNDED
        yield from (Caption(name, text, "muted", style=NOTE) for name, text in notes.items() if text)

    def _lines(self, room: float | None) -> Iterator[Phrase]:
        y = 0.0
        for number, formula in enumerate(formulas(self.moment), start=1):
            for row, runs in enumerate(broken(formula.clauses, room, NAMES)):
                name = f"formula-{number}" if not row else f"formula-{number}-{row + 1}"
                at = Point(INDENT * (row > 0), y)
                yield Phrase(name=name, step=formula.stage, runs=runs, at=at, style=NAMES)
                y += LINE_HEIGHT


def rounded(value: float) -> float:
    """Round a number as it is printed in the picture."""
    return number_in(text_of(value, DECIMALS))

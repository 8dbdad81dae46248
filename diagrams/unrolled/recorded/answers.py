"""What a picture can be asked: for each of its numbers, what it was computed from, as a page reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import NumbersError
from ..i18n import ENGLISH, Language, gettext, number_in
from .gradients import gradients
from .operations import Made, Move, Operand, leaves, operand_of, origin
from .writing import Place, calculation_of, formula_of, needs_brackets, short, symbol_of

LEVELS = 9
"""How finely a page tells apart how much each number adds."""
MOST_NUMBERS = 900
"""How many numbers can be asked in one picture; beyond these, what is further back is only written."""
NEAREST = 100
"""How many arrays before a number are searched for those that are drawn; two steps of an LSTM have fewer."""
MOST_ROWS, MOST_COMPUTED, LONGEST = 12, 24, 100
"""How much of a table can be read: its rows, the numbers that were computed, and the length of a calculation."""
SHORTEST = 4
"""The characters that each number of a calculation takes at least."""
Key = tuple[int, int]
"""The number of an array, and a place in it."""


Printed = Mapping[str, Sequence[str]]
"""The printed numbers of each part."""


def answers(forms: Mapping[str, Printed], language: Language = ENGLISH) -> dict[str, Any] | None:
    """Answer for the printed numbers of a picture in all its forms, and for those that lie behind them.

    The result is made for JSON; None if no number can be asked. `arrays` has a symbol, a formula and a count for each
    array; `nodes` all their numbers in order: the number, its calculation, and how much each number that is drawn adds
    to it, from −9 to 9. In a calculation, {node} is a number that can be asked in turn, {-node} one in brackets, and
    {node=0.527} has one more decimal than its own, without which the calculation would look wrong.
    `parts` has the nodes of the numbers in each part, None for one that can't be asked; only the first node, if they
    are consecutive. Another form has its own parts only where they differ.
    """
    writer = _Answers(language)
    keys = {form: _drawn(writer, printed) for form, printed in forms.items()}
    if not writer.drawn:
        return None
    writer.reach()
    written, nodes = writer.written()
    parts = {
        form: {
            part: _shortened([None if key is None else nodes[key] for key in part_keys])
            for part, part_keys in form_keys.items()
        }
        for form, form_keys in keys.items()
    }
    shared, *other_parts = parts.values()
    different = {
        form: {part: part_nodes for part, part_nodes in form_parts.items() if shared.get(part) != part_nodes}
        for form, form_parts in zip(list(parts)[1:], other_parts, strict=True)
    }
    return {**written, "parts": shared, **{form: form_parts for form, form_parts in different.items() if form_parts}}


def asks_of(parts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Answer for a drawing of your own. By gid, the numbers that each part prints, in order, as `text_of` writes them.

    Raises NumbersError if none of them was computed from recorded numbers.

    >>> total = text_of(record(embed(WORDS)).sum(), 2)
    >>> asks = asks_of({"total": [total]})
    >>> label(total)
    """
    asks = answers({"wide": parts})
    if asks is None:
        raise NumbersError(
            "no number here knows where it comes from: compute it from record(…), and write it with text_of(number, 2)"
        )
    return asks


def calculations(rows: Sequence[Iterable[str]], language: Language = ENGLISH) -> list[str] | None:
    """Write how the numbers in each row of a table were computed, a line each: `0.6 = 2 × 0.3`.

    What isn't in the table is calculated in turn. None if there would be too many lines, or most would be too long;
    otherwise those that are too long are left out.
    """
    if len(rows) > MOST_ROWS:
        return None
    writer = _Answers(language)
    keys = [[key for key in dict.fromkeys(map(writer.draw, row)) if key and writer.is_computed(key)] for row in rows]
    computed = sum(map(len, keys))
    if not 0 < computed <= MOST_COMPUTED:
        return None
    lines = [[line for key in row if (line := writer.line(key))] for row in keys]
    return ["\n".join(row) for row in lines] if 2 * sum(map(len, lines)) >= computed else None


def _drawn(writer: _Answers, printed: Printed) -> dict[str, list[Key | None]]:
    keys = {part: [writer.draw(number) for number in numbers] for part, numbers in printed.items()}
    return {part: part_keys for part, part_keys in keys.items() if any(part_keys)}


class _Answers:
    def __init__(self, language: Language) -> None:
        self.language = language
        self.arrays: dict[int, Made] = {}
        self.drawn: dict[Key, str] = {}
        """The printed text of each number that is drawn."""
        self.numbers: dict[Key, None] = {}
        """All numbers that can be asked."""
        self.operands: dict[Key, Operand] = {}
        """How each number was computed; none for those that are given."""
        self.names: dict[Key, tuple[Made, int]] = {}
        """The array, and the place in it, whose name each number has."""

    def draw(self, number: str) -> Key | None:
        """Take a printed number, if it knows where it comes from and that has a name or was computed."""
        source = getattr(number, "source", None)
        if source is None:
            return None
        array, place = origin(*source)
        if array.name is None and array.operation is None:
            return None
        key = self._key(array, place)
        self.drawn.setdefault(key, number)
        self.numbers[key] = None
        return key

    def _key(self, array: Made, place: int) -> Key:
        """Find a number; one that is given is the same wherever it is moved to, and has the last name on its way."""
        name = array, place
        while is_given(array) and isinstance(array.operation, Move):
            source = array.operation.source(array, place)
            if source is None:
                break
            array, place = source
        key = array.number, place
        self.arrays[array.number] = array
        if name[0].name is not None:
            self.names[key] = name
        return key

    def reach(self) -> None:
        """Follow each number back to those that its calculation names."""
        waiting = list(self.numbers)
        for number, place in waiting:
            array = self.arrays[number]
            if not self.is_computed((number, place)):
                continue
            operand = self.operands[number, place] = operand_of(array, place)
            for token in calculation_of(operand, self.language):
                if isinstance(token, Place) and (token.array.name or token.array.operation):
                    key = self._key(token.array, token.place)
                    if key not in self.numbers and len(self.numbers) < MOST_NUMBERS:
                        self.numbers[key] = None
                        waiting.append(key)

    def is_computed(self, key: Key) -> bool:
        """Return whether a number isn't given."""
        array = self.arrays[key[0]]
        return array.operation is not None and not is_given(array)

    def line(self, key: Key) -> str:
        """Write a number and its calculation from the drawn numbers in one line; empty if that is too long."""
        operand = self._whole(operand_of(self.arrays[key[0]], key[1]))
        if operand is None:
            return ""
        more = int(self._looks_wrong(operand, key))
        written = f"{self._text(key)} = "
        for token in calculation_of(operand, self.language, more, LONGEST):
            if isinstance(token, str):
                written += token
                continue
            at = self._key(token.array, token.place)
            text = self._text(at) if at in self.drawn and not more else token.text
            written += f"({text})" if needs_brackets(written, text) else text
        return written if len(written) <= LONGEST else ""

    def _whole(self, operand: Operand) -> Operand | None:
        """Put what isn't drawn into a calculation, step by step, until only numbers remain that are drawn or given."""
        while any(map(self._is_open, ends := list(leaves(operand)))):
            if len(ends) > LONGEST // SHORTEST:
                return None
            operand = self._opened(operand)
        return operand

    def _is_open(self, leaf: Operand) -> bool:
        assert leaf.array is not None
        key = self._key(leaf.array, leaf.place)
        return key not in self.drawn and self.is_computed(key)

    def _opened(self, operand: Operand) -> Operand:
        if operand.array is None:
            return replace(operand, of=tuple(map(self._opened, operand.of)))
        return operand_of(operand.array, operand.place) if self._is_open(operand) else operand

    def written(self) -> tuple[dict[str, Any], dict[Key, int]]:
        """Write the answers in the order of the computation, and return the node of each number."""
        keys = sorted(self.numbers)
        node_of = {key: node for node, key in enumerate(keys)}
        arrays: list[list[Any]] = []
        nodes: list[list[Any]] = []
        added = self._added(node_of)
        for key in keys:
            array = self.arrays[key[0]]
            head = self._head(*self.names.get(key, (array, key[1])))
            if arrays and arrays[-1][:2] == head:
                arrays[-1][2] += 1
            else:
                arrays.append([*head, 1])
            calculation = self._calculation(key, node_of)
            nodes.append([self._text(key), *([calculation, added.get(key, {})] if calculation else [])])
        return {"arrays": arrays, "nodes": nodes}, node_of

    def _text(self, key: Key) -> str:
        printed = self.drawn.get(key)
        return self.language.text(short(float(self.arrays[key[0]].value.flat[key[1]])) if printed is None else printed)

    def _head(self, array: Made, place: int) -> list[str]:
        """Name the array of a number, and say how it was computed; of a weight, say the place."""
        symbol, is_weight = symbol_of(array, self.language), array.name is not None and array.name.is_weight
        at = tuple(int(index) for index in np.unravel_index(place, array.shape)) if array.shape else ()
        how = "" if is_weight or is_given(array) else formula_of(array, self.language)
        if array.called is not None or is_weight:
            return [self.language.text((array.called or _placed)(symbol, at)), how]
        rows = at[:-1] if len(at) > 1 and array.shape[-2] > 1 else ()
        if rows:
            symbol = self.language.text(gettext("%(name)s, row %(row)s", name=symbol, row=rows[-1] + 1))
        return [symbol, "" if how == symbol else how]

    def _calculation(self, asked_key: Key, node_of: Mapping[Key, int]) -> str:
        """Write how a number was computed, with marks for the numbers that can be asked."""
        operand, written = self.operands.get(asked_key), ""
        if operand is None:
            return ""
        more = int(self._looks_wrong(operand, asked_key))
        for token in calculation_of(operand, self.language, more):
            if isinstance(token, str):
                written += token
                continue
            key = self._key(token.array, token.place)
            sign = "-" if needs_brackets(written, token.text) else ""
            if key in node_of:
                exactly = f"={token.text}" if more and number_in(token.text) != number_in(self._text(key)) else ""
                written += f"{{{sign}{node_of[key]}{exactly}}}"
            else:
                written += f"({token.text})" if sign else token.text
        return written

    def _looks_wrong(self, operand: Operand, key: Key) -> bool:
        """Return whether the calculation of the numbers as they are written gives another number than is written."""

        def read(leaf: Operand) -> float:
            if leaf.array is None:
                return number_in(short(leaf.value))
            at = self._key(leaf.array, leaf.place)
            return number_in(self._text(at)) if at in self.numbers else number_in(short(leaf.value))

        printed = self._text(key)
        return not operand.gives(number_in(printed), len(printed.replace(",", ".").partition(".")[2]), read)

    def _added(self, node_of: Mapping[Key, int]) -> dict[Key, dict[int, int]]:
        """Compute how much the numbers that are drawn add to each number: value × slope, relative to the largest."""
        asked_places: dict[int, list[int]] = {}
        for number, place in self.operands:
            asked_places.setdefault(number, []).append(place)
        drawn_places: dict[int, list[int]] = {}
        for number, place in self.drawn:
            drawn_places.setdefault(number, []).append(place)
        contributions: dict[Key, dict[int, int]] = {}
        for number, places in asked_places.items():
            array = self.arrays[number]
            ends = [self.arrays[end] for end in drawn_places if end < number]
            slopes = gradients(array, *ends, places=places, direct=True, nearest=NEAREST)
            shares: list[dict[int, float]] = [{} for _ in places]
            for end, slope in zip(ends, slopes, strict=True):
                flat = slope.reshape(len(places), -1)
                for at in drawn_places[end.number]:
                    for row in np.flatnonzero(flat[:, at]).tolist():
                        shares[row][node_of[end.number, at]] = float(flat[row, at] * end.value.flat[at])
            for place, added in zip(places, shares, strict=True):
                most = max(map(abs, added.values()), default=0) or 1
                contributions[number, place] = {node: round(LEVELS * share / most) for node, share in added.items()}
        return contributions


def _placed(name: str, at: tuple[int, ...]) -> str:
    """Say where a weight is."""
    if len(at) == 2:
        return gettext("%(name)s, row %(row)s, column %(column)s", name=name, row=at[0] + 1, column=at[1] + 1)
    places = ", ".join(str(index + 1) for index in at)
    return gettext("%(name)s, place %(places)s", name=name, places=places) if at else name


def is_given(array: Made) -> bool:
    """Return whether an array is given, or a part of what is: a step of the input, a row of a table."""
    while isinstance(array.operation, Move):
        sources = [source for source in array.of if isinstance(source, Made)]
        if len(sources) != 1:
            return False
        (array,) = sources
    return array.operation is None and not (array.name and array.name.is_weight)


def _shortened(nodes: Sequence[int | None]) -> int | list[int | None]:
    """Write consecutive nodes as the first one."""
    first = nodes[0]
    return first if first is not None and list(nodes) == [*range(first, first + len(nodes))] else list(nodes)

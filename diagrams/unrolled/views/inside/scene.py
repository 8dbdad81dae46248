"""What a cell's picture prints: cells, names, and whether its numbers can be worked out as they stand there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...arrays import Array
from ...fonts import NAME, NUMBER, width
from ...i18n import Series, gettext
from ...numbers import MINUS, text_of
from ...palette import word_fills
from ...shapes.cells import cells
from .moment import Moment
from .quantities import Quantity, quantities

DECIMALS, MOST_UNITS = 2, 6
NUMBERS = NUMBER.sized(12)
CELL_WIDTH, CELL_PADDING = 38, 4
HALF_A_DIGIT = 0.5 / 10**DECIMALS + 1e-9


@dataclass(frozen=True, eq=False)
class Scene:
    """A moment, and everything that is printed of it."""

    moment: Moment

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        """The numbers by name; of a skipped step only what passes by."""
        if not self.moment.is_skipped:
            return quantities(self.moment)
        return passing(self.moment)

    def cells(self, key: str) -> tuple[str, ...]:
        """Print a vector: two decimals, and of more than six numbers the first ones and the last."""
        values = self.quantities[key].values.tolist()
        return cells(values, MOST_UNITS, ahead=1 if key == "x" else 2, decimals=DECIMALS)

    @cached_property
    def cell(self) -> float:
        """The width of a cell: that of the grid, or what the longest number needs."""
        texts = [text for key in self.quantities for text in self.cells(key)]
        return max(CELL_WIDTH, *(width(text, NUMBERS) + 2 * CELL_PADDING for text in texts))

    def width(self, key: str) -> float:
        """The width of a vector."""
        return self.cell * len(self.cells(key))

    @cached_property
    def strip(self) -> float:
        """The width of every vector of the layer's units."""
        return self.width("state-after")

    def name(self, key: str) -> str:
        """Name a vector over its strip, with its size where not all of it is shown."""
        moment, quantity = self.moment, self.quantities[key]
        name = quantity.symbol
        if key.endswith("-before") and moment.begins_with_zeros:
            name = gettext("zero state") if key == "state-before" else gettext("zero memory")
        if key == "state-after" and moment.is_returned:
            name = gettext("%(state)s = output", state=name)
        return name if len(quantity.values) <= MOST_UNITS else Series(name, len(quantity.values))

    def name_width(self, key: str) -> float:
        """Measure that name as its boldest."""
        return width(self.name(key), NAME.bold())

    @property
    def fill(self) -> str | None:
        """The ground of the input: its word's, where it is that word's vector."""
        return word_fills(self.moment.words)[self.moment.word] if self.moment.given_role == "embedding" else None

    @cached_property
    def is_exact_as_printed(self) -> bool:
        """Whether every product, sum and function of printed numbers yields the printed result."""
        printed = {key: read_back(each.values) for key, each in self.quantities.items()}
        with np.errstate(all="ignore"):
            return all(
                bool((np.abs(each.of(printed) - printed[key]) <= HALF_A_DIGIT).all())
                for key, each in self.quantities.items()
                if each.of is not None
            )


def passing(moment: Moment) -> dict[str, Quantity]:
    """List what passes by a step that a mask skips."""
    shown = ("x", "state-before", "memory-before", "state-after", "memory-after")
    return {key: each for key, each in quantities(moment).items() if key in shown}


def read_back(values: Array) -> Array:
    """Take numbers as a reader finds them in the picture."""
    return np.array([float(text_of(value, DECIMALS).replace(MINUS, "-")) for value in values.tolist()])

"""One step of one recurrent layer of a model: what goes in, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...arrays import Array
from ...layers.recurrent import Recurrent, RecurrentTrace
from ...model import Argument, Model, Node

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Moment:
    """A layer at the step of a word."""

    model: Model
    node: Node
    layer: Recurrent
    trace: RecurrentTrace
    words: tuple[str, ...]
    step: int
    """Which word is read, from 1."""
    given_role: str
    """What the layer is given: a word's `embedding`, the `state` of another layer, or its `output`."""

    @cached_property
    def turn(self) -> int:
        """How many steps were read before, in the order in which the layer reads."""
        return self.trace.order.index(self.step - 1)

    @property
    def word(self) -> str:
        """The word of this step."""
        return self.words[self.step - 1]

    @property
    def is_skipped(self) -> bool:
        """Whether a mask skips this step."""
        return self.trace.mask is not None and not self.trace.mask[self.step - 1]

    @property
    def x(self) -> Array:
        """What the layer is given at this step."""
        given: Array = self.trace.inputs[self.step - 1]
        return given

    @property
    def states(self) -> tuple[Array, Array]:
        """The state h before and after."""
        return self.trace.states[self.turn], self.trace.states[self.turn + 1]

    @property
    def memories(self) -> tuple[Array, Array] | None:
        """The cell state c before and after; None for layers without one."""
        memories = self.trace.memories
        return None if memories is None else (memories[self.turn], memories[self.turn + 1])

    def gate(self, name: str) -> Array:
        """Tell a gate's numbers at this step."""
        values: Array = self.trace.gates[name][self.turn]
        return values

    @property
    def begins_with_zeros(self) -> bool:
        """Whether nothing was read before, and nothing handed over."""
        return self.turn == 0 and self.node.states is None

    @property
    def said(self) -> Array | None:
        """What the layer returns for this step; None where it returns nothing for it, or merges it with another's."""
        is_last = self.turn == len(self.trace.order) - 1
        if self.node.layer.name_in_code == "Bidirectional" or not (self.layer.return_sequences or is_last):
            return None
        said: Array = self.trace.outputs[self.turn]
        return said

    @property
    def is_returned(self) -> bool:
        """Whether the state after this step is what the layer returns; a skipped step may be answered by zeros."""
        return self.said is not None and np.array_equal(self.said, self.states[1])

    @property
    def arguments(self) -> dict[str, Argument]:
        """Where the code says what governs this layer."""
        found = {each.name: each for call in self.node.calls for each in call.arguments}
        sizes = {name: self.model.argument(name) for name in ("time_steps", "features")}
        return {**{name: each for name, each in sizes.items() if each is not None}, **found}


def indexed(letter: str, number: int) -> str:
    """Write a letter with its number: `h₂`."""
    return letter + str(number).translate(SUBSCRIPTS)

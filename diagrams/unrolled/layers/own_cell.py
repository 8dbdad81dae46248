"""A recurrent layer with a cell that the article writes: at each step, the operations of the cell's code run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import count
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from ..arrays import Array, OpenShape, Shape, Weights
from ..errors import NumbersError
from ..recorded.arrays import Recorded, named
from .core import OwnWeight
from .initializers import initializer_of
from .layer import ShapeError
from .recurrent import Recurrent, RecurrentTrace, States

if TYPE_CHECKING:
    from .initializers import Initializer
    from .layer import InitialState, Layer, Masks

LETTERS = ("h", "c")
"""The names of the states in figures."""


@dataclass(frozen=True, eq=False)
class CellOperation:
    """An operation of a cell: it reads the cell's input, its states, or what the operations before it return."""

    layer: Layer
    weights: Mapping[str, str]
    """The name in the cell of each of its weights."""
    inputs: tuple[int, ...]
    """The indices of what it reads: 0 for the cell's input, then its states, then each result in order."""
    shapes: tuple[OpenShape, ...]
    """The shape of each input."""
    names: tuple[str | None, ...]
    """The name in the code of each result, if it has one."""


@dataclass(frozen=True, eq=False)
class WrittenCell:
    """What the code of a cell computes at each step."""

    name: str
    features: int
    units: int
    """The length of each state."""
    operations: tuple[CellOperation, ...]
    output: int
    """The index of the output."""
    states: tuple[int, ...]
    """The indices of the new states, the one that is the output first."""
    order: tuple[int, ...]
    """The place here of each of Keras's states: (1, 0) for a cell that returns h, [c, h]."""
    shapes: Mapping[str, Shape]
    """The shapes of the weights by name, in Keras's order."""
    owners: Mapping[str, tuple[Layer, str]]
    """The layer that initializes each weight, and its name there."""

    def step(self, weights: Weights, x: Array, states: Sequence[Array]) -> tuple[Array, list[Array]]:
        """Compute the output, and the states after the step."""
        values: list[Array] = [x, *states]
        letters = dict(zip(reversed(self.states), reversed(LETTERS[: len(self.states)]), strict=True))
        taken = ["x", *LETTERS[: len(self.states)]]
        for operation in self.operations:
            read = [values[at] for at in operation.inputs]
            for result, name in zip(
                operation.layer.run(weights.renamed(operation.weights), *read).returned, operation.names, strict=True
            ):
                letter = letters.get(len(values))
                if letter is None and name is not None:
                    letter = next(
                        candidate for candidate in (name + "′" * again for again in count()) if candidate not in taken
                    )
                    taken.append(letter)
                values.append(_called(letter, result))
        return values[self.output], [
            _called(letter, values[at]) for letter, at in zip(LETTERS, self.states, strict=False)
        ]


def _called(name: str | None, values: Array) -> Array:
    """Give a result the name that it has in the article's code, if any, instead of the one that a layer gave it."""
    if isinstance(values, Recorded) and values.name is not None and values.operation is not None:
        if values.name.key == name:
            return values
        values.name = None
    return values if name is None else cast("Array", named(name, values))


@dataclass(frozen=True)
class OwnCell(Recurrent):
    """An `RNN` with a cell of the article's own."""

    cell: WrittenCell = field(kw_only=True)

    family: ClassVar[str] = "RNN"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("name_in_code", "block_name"):
            object.__setattr__(self, name, self.cell.name)
        object.__setattr__(self, "state_names", LETTERS[: len(self.cell.states)])

    @property
    def returned_states(self) -> tuple[str, ...]:
        """The names of the states in Keras's order."""
        return tuple(self.state_names[at] for at in self.cell.order)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name."""
        if self._features(shape) != self.cell.features:
            raise ShapeError(
                f"the weights of {self.cell.name} are those for {self.cell.features} features, not for {shape[-1]}: "
                "make another cell"
            )
        return dict(self.cell.shapes)

    def initializer(self, weight: str) -> str | Initializer:
        """Return the initializer of a weight: that of the layer in the cell, or of the cell's own weight."""
        layer, name = self.cell.owners[weight]
        return layer.initializer(name)

    def part_of(self, weight: str) -> str:
        """Return which weight of Keras's layers one is like."""
        shape = self.cell.shapes[weight]
        return "bias" if len(shape) < 2 else "kernel" if shape[0] == self.cell.features else "recurrent_kernel"

    def is_free(self, weight: str) -> bool:
        """Return whether the code says nothing in particular about what a weight starts with."""
        layer, name = self.cell.owners[weight]
        option, kind = layer.initializer_option(name), layer.initializer(name)
        if isinstance(layer, OwnWeight) or option is None:
            return initializer_of(kind).is_random
        usual = {layer_field.name: layer_field.default for layer_field in fields(layer)}[option]
        return kind == usual and (name == "bias" or kind not in ("zeros", "ones"))

    def initial_values(self, weight: str, shape: Shape, seed: str | None = None) -> Array | None:
        """Return what Keras initializes a weight with."""
        layer, name = self.cell.owners[weight]
        return layer.initial_values(name, shape, seed)

    def check_size(self, *shapes: OpenShape) -> None:
        """Check that all operations can be computed, and that the layer isn't too large. Raises NumbersError."""
        super().check_size(*shapes)
        for operation in self.cell.operations:
            operation.layer.check_size(*operation.shapes)

    def run(
        self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None
    ) -> RecurrentTrace:
        """Read a sequence, with the states that come and go in Keras's order."""
        if self.cell.order[0] and masks and masks[0] is not None and not np.all(masks[0]):
            raise NumbersError(
                f"at a masked step, Keras's RNN outputs the first state that {self.cell.name} returns, which isn't its "
                "output: return h, [h, c] for h, [c, h]"
            )
        order = self.cell.order
        if initial_state is not None and len(initial_state) == len(order):
            initial_state = [initial_state[order.index(at)] for at in range(len(order))]
        trace = super().run(weights, *inputs, masks=masks, initial_state=initial_state)
        output, *states = trace.returned
        return replace(trace, returned=(output, *(states[at] for at in order[: len(states)])))

    def step(self, weights: Weights, x: Array, states: States) -> tuple[States, Mapping[str, Array]]:
        """Run the operations of the cell."""
        _, after = self.cell.step(weights, x, states)
        return tuple(after), {}

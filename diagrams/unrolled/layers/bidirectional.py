"""Bidirectional: a recurrent layer run forwards and backwards, with the two outputs merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, OpenShape, Shape, Weights, frozen
from ..errors import NumbersError
from .layer import Layer, Trace
from .recurrent import Recurrent, RecurrentTrace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .layer import InitialState, Masks

MERGE_MODES = ("concat", "sum", "ave", "mul", None)
ALIKE = ("return_sequences", "return_state", "stateful")


@dataclass(frozen=True, eq=False, kw_only=True)
class BidirectionalTrace(Trace):
    """The numbers of both directions, each in the order in which it reads."""

    forward: RecurrentTrace
    backward: RecurrentTrace

    def mask_of(self, output: int) -> NDArray[np.bool_] | None:
        """Return the mask of the output with this index; if not merged, there are two outputs."""
        states = len(self.forward.returned) + len(self.backward.returned) - 2
        return self.mask_after if output < len(self.returned) - states else None


@dataclass(frozen=True)
class Bidirectional(Layer):
    """Two recurrent layers over the same sequence, one of them reading from the end.

    >>> unroll(stack(Bidirectional(SimpleRNN(2)), shape=(3, 2)), WORDS)
    """

    layer: Recurrent
    merge_mode: str | None = "concat"
    backward_layer: Recurrent | None = field(default=None)

    name_in_code: ClassVar[str] = "Bidirectional"

    def __post_init__(self) -> None:
        for name, layer in (("layer", self.layer), ("backward_layer", self.backward_layer or self.layer)):
            if not isinstance(layer, Recurrent):
                raise NumbersError(f"Bidirectional wraps a recurrent layer: {name} must be a SimpleRNN, GRU or LSTM")
        if self.merge_mode not in MERGE_MODES:
            raise NumbersError(f"merge_mode must be 'concat', 'sum', 'ave', 'mul' or None, not {self.merge_mode!r}")
        if self.forward.go_backwards == self.backward.go_backwards:
            raise NumbersError(
                "the two layers of Bidirectional must read in different directions, but both have "
                f"go_backwards={self.forward.go_backwards}: remove it from the first, and give it to `backward_layer`"
            )
        for option in ALIKE:
            if getattr(self.forward, option) != getattr(self.backward, option):
                raise NumbersError(f"the two layers of Bidirectional must have the same {option}")
        if self.layer.stateful and self.layer.return_state:
            raise NumbersError(
                "Keras can't build a Bidirectional whose layers have both stateful=True and return_state=True "
                "(Keras: unsupported operand type(s) for *): remove one of the two"
            )
        if self.merge_mode not in ("concat", None) and self.forward.units != self.backward.units:
            raise NumbersError(f"merge_mode={self.merge_mode!r} merges unit by unit: give both layers the same units")

    @property
    def forward(self) -> Recurrent:
        """The layer that reads from the start. For returned sequences, Keras makes it output 0 at masked steps."""
        return replace(self.layer, zero_output_for_mask=self.layer.return_sequences)

    @property
    def backward(self) -> Recurrent:
        """The layer that reads from the end."""
        layer = replace(self.layer, go_backwards=True) if self.backward_layer is None else self.backward_layer
        return replace(layer, zero_output_for_mask=layer.return_sequences)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name, those of the forward layer first."""
        parts = {"forward_": self.forward, "backward_": self.backward}
        return {
            prefix + name: each for prefix, layer in parts.items() for name, each in layer.weight_shapes(shape).items()
        }

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes of the merged output, or of both outputs, then of the states if they are returned."""
        there, *states = self.forward.output_shapes(shape)
        back, *others = self.backward.output_shapes(shape)
        if self.merge_mode is None:
            return there, back, *states, *others
        units = self.forward.units + self.backward.units
        merged: OpenShape = (*there[:-1], units) if self.merge_mode == "concat" else there
        return merged, *states, *others

    def declared_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes Keras declares, which it derives from the forward layer alone."""
        there, *states = self.forward.output_shapes(shape)
        if self.merge_mode is None:
            return there, there, *states, *states
        merged: OpenShape = (*there[:-1], 2 * self.forward.units) if self.merge_mode == "concat" else there
        return merged, *states, *states

    def check_size(self, *shapes: OpenShape) -> None:
        """Check that inputs of a shape aren't too large to compute. Raises NumbersError otherwise."""
        super().check_size(*shapes)
        self.layer.check_size(*shapes)

    def run(
        self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None
    ) -> BidirectionalTrace:
        """Read a sequence both ways.

        Initial states are those of the forward layer, then those of the backward layer.
        """
        firsts: tuple[Sequence[ArrayLike] | None, Sequence[ArrayLike] | None] = (None, None)
        if initial_state is not None:
            wanted = len(self.layer.state_names)
            if len(initial_state) != 2 * wanted:
                raise NumbersError(
                    f"Bidirectional({self.layer.name_in_code}) starts with {2 * wanted} states, {wanted} for each "
                    f"direction, not {len(initial_state)}"
                )
            firsts = initial_state[:wanted], initial_state[wanted:]
        forward = self.forward.run(weights.part("forward_"), *inputs, masks=masks, initial_state=firsts[0])
        backward = self.backward.run(weights.part("backward_"), *inputs, masks=masks, initial_state=firsts[1])
        back = backward.output[::-1] if self.layer.return_sequences else backward.output
        merged = tuple(map(frozen, self._merged(forward.output, back)))
        return BidirectionalTrace(
            self,
            weights,
            forward.inputs,
            (*merged, *forward.returned[1:], *backward.returned[1:]),
            mask=forward.mask,
            mask_after=forward.mask_after,
            forward=forward,
            backward=backward,
        )

    def _merged(self, there: Array, back: Array) -> tuple[Array, ...]:
        match self.merge_mode:
            case "concat":
                return (np.concatenate([there, back], axis=-1),)
            case "sum":
                return (there + back,)
            case "ave":
                return ((there + back) / 2,)
            case "mul":
                return (there * back,)
        return there, back

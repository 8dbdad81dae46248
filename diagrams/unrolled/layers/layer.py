"""What every layer can say of itself, and the checks at its door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

from ..arrays import MOST_NUMBERS, Array, Shape, Weights, frozen
from ..errors import NumbersError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Mask = NDArray[np.bool_] | None


class ShapeError(NumbersError):
    """What goes into a layer has a shape that it cannot take; `ndim` is how many axes it wants, batch included."""

    def __init__(self, message: str, ndim: int | None = None) -> None:
        super().__init__(message)
        self.ndim = ndim


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class Trace:
    """What went into a layer and what it returned; the arrays are read-only."""

    layer: Layer
    weights: Weights
    inputs: Array
    """The first or only input, as it was given: (time_steps, features) for a recurrent layer."""
    returned: tuple[Array, ...]
    """All that the layer returns, in Keras's order: output, then states where `return_state` asks for them."""
    more_inputs: tuple[Array, ...] = field(default=(), kw_only=True)
    """The other inputs of a layer that merges several."""
    mask: NDArray[np.bool_] | None = field(default=None, kw_only=True)
    """False at each step of the first input that is skipped; None if no step is."""
    mask_after: NDArray[np.bool_] | None = field(default=None, kw_only=True)
    """The mask that the layer hands on with its output."""

    @property
    def output(self) -> Array:
        """The first or only thing that the layer returns."""
        return self.returned[0]

    def mask_of(self, output: int) -> NDArray[np.bool_] | None:
        """Tell the mask of what is returned at a place; states have none."""
        return self.mask_after if output == 0 else None


@dataclass(frozen=True)
class Layer:
    """A layer with its options; shapes are those of one sample, without the batch axis."""

    name: str | None = field(default=None, kw_only=True)

    name_in_code: ClassVar[str]
    """The layer as code says it."""
    hands_masks_on: ClassVar[bool] = True
    """Whether the mask of what goes in belongs to what comes out, too."""
    fewest_inputs: ClassVar[int] = 1
    most_inputs: ClassVar[int | None] = 1
    """How many inputs one call takes; None for any number. The methods below take a shape or an array for each."""

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Name each weight and its shape for inputs of a shape, in the order of Keras's `get_weights()`."""
        return {}

    def parameter_count(self, *shapes: Shape) -> int:
        """Count all numbers in the weights, as Keras's `count_params` does."""
        return sum(prod(each) for each in self.weight_shapes(*shapes).values())

    def output_shapes(self, shape: Shape) -> tuple[Shape, ...]:
        """Tell the shape of all that the layer returns for inputs of a shape."""
        raise NotImplementedError

    def declared_shapes(self, shape: Shape) -> tuple[Shape, ...]:
        """Tell the shapes that Keras expects before it computes, by which it builds the layers that follow."""
        return self.output_shapes(shape)

    def check_inputs(self, *shapes: Shape) -> None:
        """Check that one call takes this many inputs. Raises ShapeError if it doesn't."""
        few, most = self.fewest_inputs, self.most_inputs
        if len(shapes) < few or (most is not None and len(shapes) > most):
            takes = f"{few} or more" if most is None else str(few) if few == most else f"{few} to {most}"
            noun = "input" if takes == "1" else "inputs"
            raise ShapeError(
                f"{self.name_in_code} takes {takes} {noun}, and {len(shapes)} are given "
                f"(Keras: expects {few} input(s), but it received {len(shapes)} input tensors)"
            )

    def check_size(self, *shapes: Shape) -> None:
        """Check that the numbers for inputs of a shape can be computed. Raises NumbersError if they are too many."""
        counts = {
            "would have {} weights": self.parameter_count(*shapes),
            "would read {} numbers": sum(map(prod, shapes)),
            "would return {} numbers": sum(map(prod, self.output_shapes(*shapes))),
        }
        for said, count in counts.items():
            if count > MOST_NUMBERS:
                raise NumbersError(
                    f"{self.name_in_code} {said.format(f'{count:,}')}, and the limit is {MOST_NUMBERS:,}: use smaller "
                    "sizes here, or draw the model with model_shapes, which computes no numbers"
                )

    def run(
        self,
        weights: Weights,
        *inputs: Array,
        masks: Sequence[Mask] = (),
        initial_state: Sequence[ArrayLike] | None = None,
    ) -> Trace:
        """Compute a trained layer's answer to one sample; `masks` holds one for each input, or is empty."""
        if initial_state is not None:
            raise NumbersError(f"{self.name_in_code} has no state, so it takes no initial_state: leave it out")
        first, *more = map(frozen, inputs)
        returned = (frozen(self.compute(weights, *inputs)),)
        mask = masks[0] if masks else None
        after = self.mask_after(inputs, masks)
        return Trace(self, weights, first, returned, more_inputs=tuple(more), mask=mask, mask_after=after)

    def mask_after(self, inputs: Sequence[Array], masks: Sequence[Mask]) -> Mask:
        """Find the mask that goes with the output, as Keras's `compute_mask` does."""
        return masks[0] if masks and self.hands_masks_on else None

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Compute what a layer without states returns."""
        raise NotImplementedError


def check_count(name: str, value: Any) -> None:
    """Check that an option is a whole number from 1; Keras takes True for 1, and nobody means that."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise NumbersError(f"{name} must be a whole number from 1, not {value!r}")


def check_flags(layer: Layer, *names: str) -> None:
    """Check that options are True or False."""
    for name in names:
        value = getattr(layer, name)
        if not isinstance(value, bool):
            raise NumbersError(f"{name} must be True or False, not {value!r}")

"""Layers that merge several inputs into one, by concatenation or element-wise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..arrays import Array, OpenShape, Weights
from ..errors import NumbersError
from ..recorded.arrays import named
from .layer import SUM, SeveralInputs, ShapeError, axes_of, check_flags

if TYPE_CHECKING:
    from .layer import Mask, Masks


class Merging(SeveralInputs):
    """Base class of layers that combine any number of inputs into one output."""

    def output_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, broadcasting as NumPy does."""
        return (reduce(self._stretched, more, shape),)

    def _stretched(self, first: OpenShape, second: OpenShape) -> OpenShape:
        if len(first) < len(second):
            first, second = second, first
        lengths = list(first[: len(first) - len(second)])
        for ours, theirs in zip(first[len(lengths) :], second, strict=True):
            if ours is None or theirs is None:
                lengths.append(None)
            elif ours == theirs or 1 in (ours, theirs):
                lengths.append(max(ours, theirs))
            else:
                raise ShapeError(
                    f"{self.name_in_code} works number by number, but its inputs have the shapes {first} and {second} "
                    "(Keras: Inputs have incompatible shapes): give both the same units"
                )
        return tuple(lengths)

    def merged(self, inputs: Sequence[Array], masks: Masks) -> Array:
        """Merge the inputs, given a mask over the steps of each."""
        raise NotImplementedError

    def answer(self, weights: Weights, inputs: Sequence[Array], masks: Masks) -> Array:
        """Merge the inputs; masks affect Multiply, Maximum and Minimum."""
        axes = max(array.ndim for array in inputs)
        # Keras expands an input with fewer axes, and loses its mask in doing so.
        kept = [mask if array.ndim == axes else None for array, mask in zip(inputs, masks, strict=bool(masks))]
        return self.merged(inputs, kept or [None] * len(inputs))

    def masked_outputs(self, masked: Sequence[bool]) -> int:
        """Return 1 if all inputs have a mask."""
        return int(all(masked))

    def mask_after(self, inputs: Sequence[Array], masks: Masks) -> Mask:
        """Keep a step if any input keeps it; mask nothing if an input has no mask."""
        given_masks = [mask for mask in masks if mask is not None]
        if not given_masks or len(given_masks) < len(inputs):
            return None
        return np.asarray(np.array(np.broadcast_arrays(*given_masks)).any(axis=0), np.bool_)


class Add(Merging):
    """The element-wise sum of all inputs."""

    def merged(self, inputs: Sequence[Array], masks: Masks) -> Array:
        """Add."""
        total: Array = named("sum", reduce(np.add, inputs), SUM)
        return total


class Average(Merging):
    """The element-wise mean of all inputs."""

    def merged(self, inputs: Sequence[Array], masks: Masks) -> Array:
        """Add, then divide by the number of inputs."""
        total: Array = reduce(np.add, inputs) / len(inputs)
        return total


class Subtract(Merging):
    """The first input minus the second."""

    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int | None] = 2

    def merged(self, inputs: Sequence[Array], masks: Masks) -> Array:
        """Subtract."""
        return np.subtract(*inputs)


class Multiply(Merging):
    """The element-wise product of all inputs; a masked step counts as 1."""

    def merged(self, inputs: Sequence[Array], masks: Masks) -> Array:
        """Multiply; at steps masked in all inputs, the product is 0."""
        kept = [None if mask is None else mask[..., None] for mask in masks]
        factors = [
            array if mask is None else np.where(mask, array, 1) for array, mask in zip(inputs, kept, strict=True)
        ]
        product: Array = reduce(np.multiply, factors)
        given_masks = [mask for mask in kept if mask is not None]
        return np.where(reduce(np.logical_or, given_masks), product, 0) if len(given_masks) == len(kept) else product


class _Chosen(Merging):
    """Base class of Maximum and Minimum, which ignore masked steps."""

    choice: ClassVar[np.ufunc]

    def merged(self, inputs: Sequence[Array], masks: Masks) -> Array:
        """Choose element-wise."""
        kept = [
            None if mask is None else np.broadcast_to(mask[..., None], array.shape)
            for array, mask in zip(inputs, masks, strict=True)
        ]
        chosen, chosen_mask = inputs[0], kept[0]
        for array, mask in zip(inputs[1:], kept[1:], strict=True):
            candidate = array if mask is None else np.where(mask, array, chosen)
            chosen = chosen if chosen_mask is None else np.where(chosen_mask, chosen, candidate)
            chosen_mask = None if mask is None or chosen_mask is None else chosen_mask | mask
            chosen = self.choice(chosen, candidate)
        return chosen


class Maximum(_Chosen):
    """The element-wise maximum of all inputs."""

    choice: ClassVar[np.ufunc] = np.maximum


class Minimum(_Chosen):
    """The element-wise minimum of all inputs."""

    choice: ClassVar[np.ufunc] = np.minimum


@dataclass(frozen=True)
class Concatenate(Merging):
    """Concatenates all inputs along an axis."""

    axis: int = -1

    def __post_init__(self) -> None:
        if isinstance(self.axis, bool) or not isinstance(self.axis, int):
            raise NumbersError(f"axis must be a whole number, such as -1 for the last axis, not {self.axis!r}")

    def output_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape: lengths along the axis are added; all others must be equal."""
        (axis,) = axes_of(self, self.axis, shape)
        if any(len(input_shape) != len(shape) or not self._fits(shape, input_shape, axis) for input_shape in more):
            raise ShapeError(
                f"Concatenate(axis={self.axis}) puts inputs side by side, but their shapes are "
                f"{', '.join(map(str, (shape, *more)))} (Keras: requires inputs with matching shapes except for the "
                "concatenation axis): make all other lengths equal"
            )
        lengths = [input_shape[axis] for input_shape in (shape, *more)]
        known_lengths = [length for length in lengths if length is not None]
        total = sum(known_lengths) if len(known_lengths) == len(lengths) else None
        return ((*shape[:axis], total, *shape[axis + 1 :]),)

    def _fits(self, first: OpenShape, second: OpenShape, axis: int) -> bool:
        pairs = [(ours, theirs) for at, (ours, theirs) in enumerate(zip(first, second, strict=True)) if at != axis]
        return all(ours == theirs or None in (ours, theirs) for ours, theirs in pairs)

    def merged(self, inputs: Sequence[Array], masks: Masks) -> Array:
        """Concatenate the inputs."""
        return np.concatenate(inputs, axis=axes_of(self, self.axis, inputs[0].shape)[0])

    def masked_outputs(self, masked: Sequence[bool]) -> int:
        """Return 1 if any input has a mask."""
        return int(any(masked))

    def mask_after(self, inputs: Sequence[Array], masks: Masks) -> Mask:
        """Keep a step if any input keeps it. When concatenating along the steps, concatenate the masks."""
        if all(mask is None for mask in masks):
            return None
        full_masks = [
            np.ones(array.shape, np.bool_) if mask is None else np.broadcast_to(mask[..., None], array.shape)
            for array, mask in zip(inputs, masks, strict=True)
        ]
        joined = np.concatenate(full_masks, axis=axes_of(self, self.axis, inputs[0].shape)[0])
        return np.asarray(joined.any(axis=-1), np.bool_)


@dataclass(frozen=True)
class Dot(Merging):
    """The dot product of two inputs along an axis of each; with `normalize=True`, their cosine similarity."""

    axes: int | tuple[int, int]
    normalize: bool = False

    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int | None] = 2

    def __post_init__(self) -> None:
        both = self.axes if isinstance(self.axes, list | tuple) else (self.axes, self.axes)
        if len(both) != 2 or any(isinstance(axis, bool) or not isinstance(axis, int) for axis in both):
            raise NumbersError(f"axes must be a whole number, or a tuple of two, not {self.axes!r}")
        check_flags(self, "normalize")

    def output_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, without the axes that are summed over."""
        (other_shape,) = more
        first, second = self._axes(shape, other_shape)
        if shape[first] != other_shape[second]:
            raise ShapeError(
                f"Dot(axes={self.axes}) sums over {shape[first]} numbers of its first input, {shape}, but over "
                f"{other_shape[second]} of its second, {other_shape} (Keras: Incompatible input shapes): make them "
                "equal"
            )
        rest = (*shape[:first], *shape[first + 1 :], *other_shape[:second], *other_shape[second + 1 :])
        return (rest or (1,),)

    def _axes(self, shape: OpenShape, other_shape: OpenShape) -> tuple[int, int]:
        both = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        return axes_of(self, both[0], shape)[0], axes_of(self, both[1], other_shape)[0]

    def merged(self, inputs: Sequence[Array], masks: Masks) -> Array:
        """Multiply and sum."""
        first_array, second_array = inputs
        first, second = self._axes(first_array.shape, second_array.shape)
        if self.normalize:
            first_array, second_array = _unit(first_array, first), _unit(second_array, second)
        product: Array = np.tensordot(first_array, second_array, axes=(first, second))
        return product.reshape(product.shape or (1,))

    def masked_outputs(self, masked: Sequence[bool]) -> int:
        """Return 0, since Keras drops the mask."""
        return 0

    def mask_after(self, inputs: Sequence[Array], masks: Masks) -> Mask:
        """Drop the mask, as Keras does."""
        return None


def _unit(values: Array, axis: int) -> Array:
    """Normalize each vector along an axis to length 1; zero vectors stay zero."""
    lengths = np.sqrt((values**2).sum(axis=axis, keepdims=True))
    unit: Array = values / np.maximum(lengths, 1e-7)  # Keras's epsilon
    return unit

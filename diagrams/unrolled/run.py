"""Running a layer step by step: its trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import LARGEST, Array, Shape, Weights, read_only
from .errors import NumbersError
from .layers.recurrent import Recurrent, RecurrentTrace

if TYPE_CHECKING:
    from .layers.bidirectional import Bidirectional, BidirectionalTrace
    from .layers.layer import Layer, Mask, Trace

States: TypeAlias = ArrayLike | Sequence[ArrayLike]
"""A state (units,), or all states of a layer that has several."""


@overload
def run(
    layer: Recurrent,
    weights: Weights,
    inputs: ArrayLike,
    initial_state: States | None = None,
    mask: Sequence[bool] | None = None,
) -> RecurrentTrace: ...
@overload
def run(
    layer: Bidirectional,
    weights: Weights,
    inputs: ArrayLike,
    initial_state: States | None = None,
    mask: Sequence[bool] | None = None,
) -> BidirectionalTrace: ...
@overload
def run(
    layer: Layer,
    weights: Weights,
    inputs: ArrayLike,
    initial_state: States | None = None,
    mask: Sequence[bool] | None = None,
) -> Trace: ...
def run(
    layer: Layer,
    weights: Weights,
    inputs: ArrayLike,
    initial_state: States | None = None,
    mask: Sequence[bool] | None = None,
) -> Trace:
    """Run a layer over the inputs of one sample, for a recurrent layer (time_steps, features).

    It begins with zeros, or with an initial state: (units,) for a layer with one state, else a list of all states.
    Steps at which the mask says False are skipped.
    """
    values = input_vectors(inputs) if _reads_sequences(layer) else read_only(inputs)
    layer.check_inputs(values.shape)
    layer.check_size(values.shape)
    return answered(layer, weights, [values], [mask_of(mask, values.shape)], states_of(initial_state))


def answered(
    layer: Layer,
    weights: Weights,
    inputs: Sequence[Array],
    masks: Sequence[Mask],
    initial_state: Sequence[ArrayLike] | None,
) -> Trace:
    """Let a layer answer. Raises NumbersError where weights do not fit, or where Keras's own float32 overflows."""
    check_weights(layer, weights, *(each.shape for each in inputs))
    with np.errstate(all="ignore"):  # what overflows is told below
        trace = layer.run(weights, *inputs, masks=masks, initial_state=initial_state)
        singles: list[Any] = [each.astype(np.float32) for each in inputs]
        single = layer.run(weights.in_single_precision(), *singles, masks=masks, initial_state=initial_state)
    _check_finite(single)
    return trace


def _check_finite(trace: Trace) -> None:
    """Check that every number stays one that Keras can hold; a figure has no place for infinity."""
    name, where = trace.layer.name_in_code, ""
    if isinstance(trace, RecurrentTrace):
        kept = (trace.states,) if trace.memories is None else (trace.states, trace.memories)
        turns = np.all([np.isfinite(each).all(axis=-1) for each in kept], axis=0)
        if turns.all():
            return
        where = f" at step {int(turns.argmin())}" if turns[0] else " in the initial state"
    elif all(np.isfinite(each).all() for each in trace.returned):
        return
    raise NumbersError(
        f"the numbers of {name} grow beyond {LARGEST:.1e}{where}, the limit of float32: Keras answers inf or nan "
        "there, and no figure can show that. Use smaller weights or inputs, fewer steps, or an activation that is "
        "bounded, such as tanh"
    )


def _reads_sequences(layer: Layer) -> bool:
    return isinstance(layer, Recurrent) or layer.name_in_code == "Bidirectional"


def input_vectors(inputs: ArrayLike) -> Array:
    """Check that inputs are (time_steps, features), finite and not empty; answer a read-only copy."""
    vectors = read_only(inputs)
    if vectors.ndim != 2 or vectors.size == 0:
        raise NumbersError(f"inputs must be (time_steps, features), one vector a step; their shape is {vectors.shape}")
    for step, vector in enumerate(vectors, start=1):
        if not np.isfinite(vector).all():
            raise NumbersError(f"inputs must be finite numbers, and those of step {step} are not: {vector.tolist()}")
    return vectors


def check_weights(layer: Layer, weights: Weights, *shapes: Shape) -> None:
    """Check that weights fit a layer over inputs of a shape; NumPy would stretch some of them silently."""
    wanted = layer.weight_shapes(*shapes)
    if weights.shapes != wanted:
        units = f"({layer.units})" if isinstance(layer, Recurrent) else ""
        over = " and ".join(str(shape[-1]) if shape else "one number" for shape in shapes)
        raise NumbersError(
            f"{layer.name_in_code}{units} over vectors of {over} needs weights {listed(wanted)}; "
            f"given are {listed(weights.shapes)}"
        )


def listed(shapes: dict[str, Shape]) -> str:
    """Say names and shapes: `kernel (2, 4), bias (4,)`."""
    return ", ".join(f"{name} {shape}" for name, shape in shapes.items()) or "none"


def mask_of(given: Sequence[bool] | None, shape: Shape) -> NDArray[np.bool_] | None:
    """Check that a mask says True or False for each step."""
    if given is None:
        return None
    mask = np.asarray(given, dtype=np.bool_)
    if mask.shape != shape[:1]:
        raise NumbersError(f"a mask says True or False for each of the {shape[0]} steps; its shape is {mask.shape}")
    return mask


def states_of(given: States | None) -> Sequence[ArrayLike] | None:
    """Put the one state of a layer into a list, where it is given by itself."""
    if given is None:
        return None
    states: Sequence[Any] = given if isinstance(given, list | tuple) else [given]
    return [states] if np.ndim(states[0]) == 0 else states

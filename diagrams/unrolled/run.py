"""Running a layer step by step: the trace of its states."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Array, read_only
from .errors import NumbersError
from .layers.simple_rnn import SimpleRNN, Weights


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class Trace:
    """The numbers of a layer run step by step; the arrays are read-only."""

    layer: SimpleRNN
    weights: Weights
    inputs: Array
    """(time_steps, features)"""
    states: Array
    """(time_steps + 1, units); the first is the initial state."""

    @property
    def output(self) -> Array:
        """The last state, which is what the layer returns."""
        last: Array = self.states[-1]
        return last


def run(layer: SimpleRNN, weights: Weights, inputs: ArrayLike, initial_state: ArrayLike | None = None) -> Trace:
    """Run a layer over inputs (time_steps, features), from zeros or from an initial state (units,)."""
    vectors = input_vectors(inputs)
    _check(layer, weights, features=vectors.shape[1])
    states = [_first_state(layer, initial_state)]
    for vector in vectors:
        states.append(layer.step(weights, vector, states[-1]))
    return Trace(layer, weights, vectors, read_only(states))


def input_vectors(inputs: ArrayLike) -> Array:
    """Check that inputs are (time_steps, features), finite and not empty; answer a read-only copy."""
    vectors = read_only(inputs)
    if vectors.ndim != 2 or vectors.size == 0:
        raise NumbersError(f"inputs must be (time_steps, features), one vector a step; their shape is {vectors.shape}")
    for step, vector in enumerate(vectors, start=1):
        if not np.isfinite(vector).all():
            raise NumbersError(f"inputs must be finite numbers, and those of step {step} are not: {vector.tolist()}")
    return vectors


def _check(layer: SimpleRNN, weights: Weights, features: int) -> None:
    wanted = layer.weight_shapes(features)
    given = {name: values.shape for name, values in vars(weights).items() if values is not None}
    if given != wanted:
        raise NumbersError(
            f"{layer.name_in_code}({layer.units}) over vectors of {features} needs weights {_listed(wanted)}; "
            f"given are {_listed(given)}"
        )


def _listed(shapes: dict[str, tuple[int, ...]]) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in shapes.items())


def _first_state(layer: SimpleRNN, given: ArrayLike | None) -> Array:
    state = read_only(np.zeros(layer.units) if given is None else given)
    if state.shape != (layer.units,):
        raise NumbersError(f"the initial state must hold {layer.units} numbers, not have the shape {state.shape}")
    return state

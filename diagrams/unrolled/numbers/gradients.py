"""How strongly each step influences the last state: exact derivatives, by backpropagation through time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from ..arrays import LARGEST, MOST_NUMBERS, Array, read_only
from ..errors import NumbersError
from ..layers.recurrent import Recurrent, RecurrentTrace
from ..recorded.arrays import Recorded, record
from ..recorded.gradients import gradients


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Gradients:
    """The derivatives of the last state h of a run."""

    of_inputs: Array
    """(time_steps, units, features): with respect to the input of each step, in the order of the input."""
    of_states: Array
    """(time_steps + 1, units, states): with respect to the states after each turn, the initial ones first; for an LSTM,
    h then c.
    """

    @property
    def input_strengths(self) -> Array:
        """The largest factor by which a small change in a step's input can move the last state: (time_steps,)."""
        return strengths(self.of_inputs)


def gradients_of(trace: RecurrentTrace) -> Gradients:
    """Differentiate the last state of a run with respect to every input and every intermediate state."""
    layer, steps = cast(Recurrent, trace.layer), len(trace.inputs)
    size = layer.units * len(layer.state_names)
    count = steps * layer.units * max(size, trace.inputs.shape[1])
    if count > MOST_NUMBERS:
        raise NumbersError(
            f"the gradient of {layer.name_in_code}({layer.units}) over {steps} time steps has {count:,} derivatives, "
            f"but the limit is {MOST_NUMBERS:,}: use fewer units or steps"
        )
    weights = trace.weights.recorded()
    states: Any = [record(array[0]) for array in (trace.states, trace.memories) if array is not None]
    read: list[list[Recorded]] = []  # by each step, its input and its states; nothing by one that is masked
    for step in trace.order:
        is_read = trace.mask is None or trace.mask[step]
        read.append([record(trace.inputs[step]), *(state.copy() for state in states)] if is_read else [])
        if is_read:
            states, _ = layer.step(weights, cast("Array", read[-1][0]), cast("Any", tuple(read[-1][1:])))
    with np.errstate(all="ignore"):  # overflow is reported below
        slopes = iter(gradients(states[0], *(array for arrays in read for array in arrays)))
    turns = [[next(slopes) for _ in arrays] for arrays in read]
    of_inputs, of_states = np.zeros((steps, layer.units, trace.inputs.shape[1])), [np.eye(layer.units, size)]
    for step, turn in zip(reversed(trace.order), reversed(turns), strict=True):
        if turn:
            of_inputs[step] = turn[0]
        of_states.append(np.hstack(turn[1:]) if turn else of_states[-1])
    if not all((np.abs(array) <= LARGEST).all() for array in (of_inputs, *of_states)):  # false for NaN as well
        raise NumbersError(
            f"the gradient of {layer.name_in_code} grows beyond the range of float32, which Keras uses: use "
            "smaller weights or fewer steps"
        )
    return Gradients(read_only(of_inputs), read_only(of_states[::-1]))


def strengths(jacobians: Array) -> Array:
    """Compute the largest factor by which each matrix (…, outputs, inputs) can stretch a small change."""
    return read_only(np.linalg.norm(jacobians, ord=2, axis=(-2, -1)))

"""How much each step of a run still moves the last state: exact derivatives, by the chain rule from the end."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from .arrays import LARGEST, MOST_NUMBERS, Array, read_only
from .errors import NumbersError
from .layers.jacobians import step_jacobian
from .layers.recurrent import RecurrentTrace

if TYPE_CHECKING:
    from .layers.recurrent import Recurrent


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class Gradients:
    """The derivatives of the last state h of a run."""

    of_inputs: Array
    """(time_steps, units, features): by the input of each step, in the order of the input."""
    of_states: Array
    """(time_steps + 1, units, states): by the states after each turn, the initial ones first; an LSTM's h, then c."""

    @property
    def input_strengths(self) -> Array:
        """How far the last state moves at most, when the input of a step moves by a little: (time_steps,)."""
        return strengths(self.of_inputs)

    @property
    def state_strengths(self) -> Array:
        """The same for the states after each turn: (time_steps + 1,)."""
        return strengths(self.of_states)


def gradients_of(trace: RecurrentTrace) -> Gradients:
    """Differentiate the last state of a run by every input and by every state on the way."""
    layer, steps = cast("Recurrent", trace.layer), len(trace.inputs)
    size = layer.units * len(layer.state_names)
    count = steps * layer.units * max(size, trace.inputs.shape[1])
    if count > MOST_NUMBERS:
        raise NumbersError(
            f"the gradient of {layer.name_in_code}({layer.units}) over {steps} time steps has {count:,} derivatives, "
            f"and the limit is {MOST_NUMBERS:,}: use fewer units or steps"
        )
    onward = np.eye(layer.units, size)
    of_states = [onward]
    of_inputs = np.zeros((steps, layer.units, trace.inputs.shape[1]))
    for turn in reversed(range(steps)):
        step = trace.order[turn]
        if trace.mask is None or trace.mask[step]:
            memories = () if trace.memories is None else (trace.memories[turn],)
            one = step_jacobian(layer, trace.weights, trace.inputs[step], (trace.states[turn], *memories))
            of_inputs[step] = onward @ one.of_input
            onward = onward @ one.of_states
        of_states.append(onward)
    if not all((np.abs(each) <= LARGEST).all() for each in (of_inputs, *of_states)):  # nor is nan
        raise NumbersError(
            f"the gradient of {layer.name_in_code} grows beyond what float32 can hold, in which Keras computes: use "
            "smaller weights or fewer steps"
        )
    return Gradients(read_only(of_inputs), read_only(of_states[::-1]))


def strengths(jacobians: Array) -> Array:
    """Take the largest factor by which each matrix (…, outputs, inputs) can lengthen a small change."""
    return read_only(np.linalg.norm(jacobians, ord=2, axis=(-2, -1)))

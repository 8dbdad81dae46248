"""SimpleRNN: one step of it, as Keras computes it."""

from collections.abc import Mapping
from typing import ClassVar

from ..arrays import Array, Weights
from .activations import activation_of
from .recurrent import Recurrent, States


class SimpleRNN(Recurrent):
    """The fully connected recurrent layer, whose output at each step is the state that it hands on.

    It has no option that its base has not, and so needs no second reading of the fields.

    >>> rolled(stack(SimpleRNN(4), shape=(3, 2)))
    """

    name_in_code: ClassVar[str] = "SimpleRNN"
    block_name: ClassVar[str] = "RNN"

    def step(self, weights: Weights, x: Array, states: States) -> tuple[States, Mapping[str, Array]]:
        """Compute hₜ = activation(xₜ·kernel + hₜ₋₁·recurrent_kernel + bias).

        The formula is that of `keras.layers.SimpleRNNCell.call`.
        """
        total = x @ weights["kernel"] + states[0] @ weights["recurrent_kernel"]
        bias = weights.get("bias")
        return (activation_of(self.activation)(total if bias is None else total + bias),), {}

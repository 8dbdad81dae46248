"""LSTM: one step of it, as Keras computes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ..arrays import Array, Weights
from .activations import activation_of
from .layer import check_flags
from .recurrent import Recurrent, States, sums_side_by_side
from .recurrent_trace import LSTMTrace, RecurrentTrace


@dataclass(frozen=True)
class LSTM(Recurrent):
    """The layer with a second state, its cell state c, which gates protect.

    >>> rolled(stack(LSTM(4), shape=(3, 2)))
    """

    recurrent_activation: str = field(default="sigmoid", kw_only=True)
    unit_forget_bias: bool = field(default=True, kw_only=True)
    """Whether a new layer's forget gates begin with a bias of 1."""

    name_in_code: ClassVar[str] = "LSTM"
    block_name: ClassVar[str] = "LSTM"
    gates: ClassVar[tuple[str, ...]] = ("input", "forget", "candidate", "output")
    state_names: ClassVar[tuple[str, ...]] = ("h", "c")
    kind_of_trace: ClassVar[type[RecurrentTrace]] = LSTMTrace

    def __post_init__(self) -> None:
        super().__post_init__()
        check_flags(self, "unit_forget_bias")
        activation_of(self.recurrent_activation)

    def step(self, weights: Weights, x: Array, states: States) -> tuple[States, Mapping[str, Array]]:
        """Compute cₜ = f · cₜ₋₁ + i · c̃ and hₜ = o · activation(cₜ).

        Each of i, f, o is recurrent_activation(xₜ·kernel + hₜ₋₁·recurrent_kernel + bias) with its own quarter of the
        weights, and c̃ the same with activation. The formulas are those of `keras.layers.LSTMCell.call`.
        """
        h, c = states
        total = x @ weights["kernel"] + h @ weights["recurrent_kernel"]
        bias = weights.get("bias")
        sums = sums_side_by_side(total if bias is None else total + bias, len(self.gates))
        activation, gate = activation_of(self.activation), activation_of(self.recurrent_activation)
        i, f, candidate, o = gate(sums[0]), gate(sums[1]), activation(sums[2]), gate(sums[3])
        c = f * c + i * candidate
        opened = dict(zip(self.gates, (i, f, candidate, o), strict=True))
        return (o * activation(c), c), opened

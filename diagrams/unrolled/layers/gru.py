"""GRU: one step of it, as Keras computes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ..arrays import Array, Shape, Weights
from .activations import activation_of
from .layer import check_flags
from .recurrent import Recurrent, States, sums_side_by_side


@dataclass(frozen=True)
class GRU(Recurrent):
    """The layer whose update gate mixes the old state with a candidate for the new one.

    >>> rolled(stack(GRU(4), shape=(3, 2)))
    """

    recurrent_activation: str = field(default="sigmoid", kw_only=True)
    reset_after: bool = field(default=True, kw_only=True)
    """Whether the reset gate acts after the recurrent kernel (with a bias of its own) or before it."""

    name_in_code: ClassVar[str] = "GRU"
    block_name: ClassVar[str] = "GRU"
    gates: ClassVar[tuple[str, ...]] = ("update", "reset", "candidate")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_flags(self, "reset_after")
        activation_of(self.recurrent_activation)

    def bias_shape(self, width: int) -> Shape:
        """Tell the shape of the bias: with `reset_after` one row for the inputs and one for the state."""
        return (2, width) if self.reset_after else (width,)

    def step(self, weights: Weights, x: Array, states: States) -> tuple[States, Mapping[str, Array]]:
        """Compute hₜ = z · hₜ₋₁ + (1 − z) · h̃.

        z and r are recurrent_activation(xₜ·kernel + hₜ₋₁·recurrent_kernel + bias) with their own thirds of the
        weights. h̃ is activation(xₜ·kernel + bias + r · (hₜ₋₁·recurrent_kernel + bias)), or without `reset_after`
        activation(xₜ·kernel + (r · hₜ₋₁)·recurrent_kernel + bias). So does `keras.layers.GRUCell.call`.
        """
        (h,), units = states, self.units
        kernel, recurrent_kernel = weights["kernel"], weights["recurrent_kernel"]
        of_inputs, of_state = self._biases(weights)
        x_update, x_reset, x_candidate = sums_side_by_side(x @ kernel + of_inputs, 3)
        gate = activation_of(self.recurrent_activation)
        if self.reset_after:
            h_update, h_reset, h_candidate = sums_side_by_side(h @ recurrent_kernel + of_state, 3)
            update, reset = gate(x_update + h_update), gate(x_reset + h_reset)
            recalled = reset * h_candidate
        else:
            h_update, h_reset = sums_side_by_side(h @ recurrent_kernel[..., : 2 * units], 2)
            update, reset = gate(x_update + h_update), gate(x_reset + h_reset)
            recalled = (reset * h) @ recurrent_kernel[..., 2 * units :]
        candidate = activation_of(self.activation)(x_candidate + recalled)
        opened = dict(zip(self.gates, (update, reset, candidate), strict=True))
        return (update * h + (1 - update) * candidate,), opened

    def _biases(self, weights: Weights) -> tuple[Array | float, Array | float]:
        """Take the biases of the inputs and of the state; stacked ones keep an axis for their one sample."""
        bias = weights.get("bias")
        if bias is None:
            return 0.0, 0.0
        if not self.reset_after:
            return bias, 0.0
        if bias.ndim == 2:
            return bias[0], bias[1]
        return bias[:, :1], bias[:, 1:]

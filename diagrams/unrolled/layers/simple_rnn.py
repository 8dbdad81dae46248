"""SimpleRNN: its weights and one step of it, as Keras computes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import ClassVar

from ..arrays import Array, read_only
from ..errors import NumbersError
from .activations import activation_of

# The arguments of keras.layers.SimpleRNN, in the order in which they may be given without a name.
KERAS_DEFAULTS: Mapping[str, object] = MappingProxyType(
    {
        "units": ...,
        "activation": "tanh",
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
        "recurrent_initializer": "orthogonal",
        "bias_initializer": "zeros",
        "kernel_regularizer": None,
        "recurrent_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "recurrent_constraint": None,
        "bias_constraint": None,
        "dropout": 0.0,
        "recurrent_dropout": 0.0,
        "return_sequences": False,
        "return_state": False,
        "go_backwards": False,
        "stateful": False,
        "unroll": False,
        "seed": None,
    }
)


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class Weights:
    """The weights of a SimpleRNN, by Keras's names, read-only; `bias` is None where `use_bias` is False."""

    kernel: Array
    recurrent_kernel: Array
    bias: Array | None = None

    def __post_init__(self) -> None:
        for name, values in vars(self).items():
            if values is not None:
                object.__setattr__(self, name, read_only(values))


@dataclass(frozen=True)
class SimpleRNN:
    """The fully connected recurrent layer, whose output at each step is the state that it hands on."""

    units: int
    activation: str = "tanh"
    use_bias: bool = True
    name: str | None = None

    name_in_code: ClassVar[str] = "SimpleRNN"
    block_name: ClassVar[str] = "RNN"
    keras_defaults: ClassVar[Mapping[str, object]] = KERAS_DEFAULTS

    def __post_init__(self) -> None:
        if isinstance(self.units, bool) or not isinstance(self.units, int) or self.units < 1:
            raise NumbersError(f"units must be a whole number from 1, not {self.units!r}")
        activation_of(self.activation)

    def weight_shapes(self, features: int) -> dict[str, tuple[int, ...]]:
        """Name each weight and its shape, in the order of Keras's `get_weights()`."""
        shapes: dict[str, tuple[int, ...]] = {
            "kernel": (features, self.units),
            "recurrent_kernel": (self.units, self.units),
            "bias": (self.units,),
        }
        return shapes if self.use_bias else {name: shape for name, shape in shapes.items() if name != "bias"}

    def parameter_count(self, features: int) -> int:
        """Count the numbers that training would set."""
        return sum(prod(shape) for shape in self.weight_shapes(features).values())

    def step(self, weights: Weights, x: Array, h: Array) -> Array:
        """Compute hₜ = activation(xₜ·kernel + hₜ₋₁·recurrent_kernel + bias).

        Shapes: x (features,), h (units,). The formula is that of `keras.layers.SimpleRNNCell.call`.
        Weights stacked along a first axis answer all at once, for x (1, features) and h (n, 1, units).
        """
        total = x @ weights.kernel + h @ weights.recurrent_kernel
        return activation_of(self.activation)(total if weights.bias is None else total + weights.bias)

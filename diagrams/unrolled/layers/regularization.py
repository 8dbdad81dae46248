"""Layers that act only while a model is trained: a trained model answers as if they weren't there."""

from dataclasses import dataclass
from typing import ClassVar

from ..arrays import Array, OpenShape, Weights
from .layer import Layer, check_axes, check_number


@dataclass(frozen=True)
class TrainingOnly(Layer):
    """A layer that returns what it is given, once the model has been trained."""

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Return the input."""
        return inputs


@dataclass(frozen=True)
class Dropout(TrainingOnly):
    """The layer that drops numbers while it is trained, and only then.

    >>> model_shapes(stack(GRU(4), Dropout(0.5), Dense(1), shape=(3, 2)))
    """

    rate: float

    name_in_code: ClassVar[str] = "Dropout"

    def __post_init__(self) -> None:
        check_number("rate", self.rate, 0, 1)


@dataclass(frozen=True)
class SpatialDropout1D(Dropout):
    """Dropout of whole features, at every step of a sequence alike.

    >>> model_shapes(stack(SpatialDropout1D(0.2), LSTM(4), shape=(3, 2)))
    """

    name_in_code: ClassVar[str] = "SpatialDropout1D"
    spatial_axes: ClassVar[int] = 1

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Tell the output's shape: that of the input."""
        reads = "reads sequences (time_steps, features)" if self.spatial_axes == 1 else "reads channels side by side"
        check_axes(self, shape, self.spatial_axes + 1, reads)
        return (shape,)


class SpatialDropout2D(SpatialDropout1D):
    """Dropout of whole channels of an image."""

    name_in_code: ClassVar[str] = "SpatialDropout2D"
    spatial_axes: ClassVar[int] = 2


class SpatialDropout3D(SpatialDropout1D):
    """Dropout of whole channels of a volume."""

    name_in_code: ClassVar[str] = "SpatialDropout3D"
    spatial_axes: ClassVar[int] = 3


@dataclass(frozen=True)
class AlphaDropout(Dropout):
    """Dropout that keeps mean and variance while it is trained."""

    name_in_code: ClassVar[str] = "AlphaDropout"


@dataclass(frozen=True)
class GaussianDropout(Dropout):
    """Multiplication by noise around 1 while it is trained."""

    name_in_code: ClassVar[str] = "GaussianDropout"


@dataclass(frozen=True)
class GaussianNoise(TrainingOnly):
    """Addition of noise around 0 while it is trained.

    >>> model_shapes(stack(GaussianNoise(0.1), GRU(4), shape=(3, 2)))
    """

    stddev: float

    name_in_code: ClassVar[str] = "GaussianNoise"

    def __post_init__(self) -> None:
        check_number("stddev", self.stddev, 0, 1)


@dataclass(frozen=True)
class ActivityRegularization(TrainingOnly):
    """A penalty on what passes through, while it is trained."""

    l1: float = 0.0
    l2: float = 0.0

    name_in_code: ClassVar[str] = "ActivityRegularization"

    def __post_init__(self) -> None:
        check_number("l1", self.l1)
        check_number("l2", self.l2)

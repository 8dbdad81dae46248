"""All layers by their names in code: the kit's own, imported on first use, and those added by scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from ..errors import KitError

if TYPE_CHECKING:
    from .layer import Layer

    Kind = TypeVar("Kind", bound=type[Layer])

MODULES: Mapping[str, str] = {
    name: module
    for module, names in {
        "recurrent": ("SimpleRNN", "GRU", "LSTM", "Bidirectional"),
        "core": (
            *("TimeDistributed", "Masking", "Embedding", "Dense", "EinsumDense"),
            *("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout"),
            *("GaussianDropout", "GaussianNoise", "ActivityRegularization"),
        ),
        "activations": ("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"),
        "merging": ("Concatenate", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Dot"),
        "convolution": (
            *("Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
            *("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"),
            *("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
            *("MaxPooling1D", "MaxPooling2D", "MaxPooling3D"),
            *("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"),
            *("AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D"),
            *("AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D"),
            *("GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D"),
            *("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D"),
        ),
        "reshaping": (
            *("Flatten", "RepeatVector", "Reshape", "Permute"),
            *("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D", "Cropping1D", "Cropping2D", "Cropping3D"),
            *("UpSampling1D", "UpSampling2D", "UpSampling3D"),
        ),
        "normalization": (
            *("LayerNormalization", "BatchNormalization", "GroupNormalization", "RMSNormalization"),
            *("UnitNormalization", "Rescaling", "Normalization"),
        ),
        "attention": ("Attention", "AdditiveAttention", "MultiHeadAttention"),
    }.items()
    for name in names
}
"""The module that defines each of the kit's layers, so that a reading imports only those that it needs."""
_added: dict[str, type[Layer]] = {}


class _Known(Mapping[str, "type[Layer]"]):
    """All layers by name; the kit's own are imported on access."""

    def __getitem__(self, name: str) -> type[Layer]:
        if name not in MODULES:
            return _added[name]
        kind: type[Layer] = getattr(import_module(f".{MODULES[name]}", __name__), name)
        return kind

    def __iter__(self) -> Iterator[str]:
        return iter((*MODULES, *_added))

    def __len__(self) -> int:
        return len(MODULES) + len(_added)

    def __contains__(self, name: object) -> bool:
        return name in MODULES or name in _added


def __getattr__(name: str) -> type[Layer]:
    """Import one of the kit's layers: `from unrolled.layers import Conv2D`."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(MODULES)}")
    return known()[name]


def known() -> Mapping[str, type[Layer]]:
    """Map every layer's name in code to its dataclass, including layers that were added."""
    return _Known()


def computed() -> tuple[str, ...]:
    """List the layers whose numbers the kit computes, its own first. This imports all of them."""
    from .layer import ShapeOnly  # imports this module

    return tuple(name for name, kind in known().items() if not issubclass(kind, ShapeOnly))


def add_layer(kind: Kind) -> Kind:
    """Register a custom layer under the name of its class, or its `name_in_code`; can be used as a class decorator.

    A layer is a frozen dataclass that extends `Layer`. Its fields are the options that code can pass, by position too
    unless they are `kw_only`. Raises KitError for anything else, and for the name of a Keras layer.

    >>> @add_layer
    ... @dataclass(frozen=True)
    ... class Halve(Layer):
    ...     def compute(self, weights, inputs):
    ...         return inputs / 2
    >>> model_shapes(stack(Halve(), shape=(3, 2)))
    """
    from .layer import Layer  # imports this module

    if not isinstance(kind, type) or not issubclass(kind, Layer) or kind is Layer or not is_dataclass(kind):
        raise KitError(f"{kind!r} isn't a layer: write a frozen dataclass that extends unrolled.Layer")
    name = kind.name_in_code
    if not isinstance(name, str) or not name.isidentifier():
        raise KitError(f"code can't call a layer {name!r}: give {kind.__name__} a name_in_code that Python can use")
    if name in MODULES:
        raise KitError(f"the kit already has the Keras layer {name}: give yours another name")
    _added[name] = kind
    return kind

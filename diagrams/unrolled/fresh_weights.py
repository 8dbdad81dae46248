"""Weights for any layer: readable ones, or those that Keras's initializers would give a new layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from math import prod, sqrt
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Array, OpenShape, Shape, Weights
from .embedding import embed
from .layers.recurrent import Recurrent
from .weights import decimals, readable_weights

if TYPE_CHECKING:
    from .layers.bidirectional import Bidirectional
    from .layers.core import TimeDistributed
    from .layers.layer import Layer, Mask


def weights_of_layer(
    layer: Layer,
    *inputs: ArrayLike,
    mask: Mask = None,
    initial_state: Sequence[ArrayLike] | None = None,
    seed: str = "",
) -> Weights:
    """Choose readable weights for a layer over the inputs that it will be given."""
    kept = None if mask is None else mask.tolist()
    if isinstance(layer, Recurrent):
        return readable_weights(layer, inputs[0], initial_state=initial_state, mask=kept, seed=seed)
    if layer.name_in_code == "Bidirectional":
        both = cast("Bidirectional", layer)
        firsts: list[Sequence[ArrayLike] | None] = [None, None]
        if initial_state is not None:
            half = len(initial_state) // 2
            firsts = [initial_state[:half], initial_state[half:]]
        found: dict[str, Array] = {}
        for way, one, first in zip(("forward", "backward"), (both.forward, both.backward), firsts, strict=True):
            weights = readable_weights(one, inputs[0], initial_state=first, mask=kept, seed=f"{seed}{way} ")
            found |= {f"{way}_{name}": values for name, values in weights.items()}
        return Weights(**found)
    return _plain(layer, [np.shape(each) for each in inputs], seed)


def _plain(layer: Layer, shapes: Sequence[Shape], seed: str) -> Weights:
    """Draw short decimals for a layer without states; rows of an embedding are those of the kit's own words."""
    inner = _inner(layer)
    found: dict[str, Array] = {}
    usual = {each.name: each.default for each in fields(inner)}
    for name, each in layer.weight_shapes(*shapes).items():
        option, kind = inner.initializer_option(name), inner.initializer(name)
        if (option is not None and kind != usual[option]) or (name != "bias" and kind in ("zeros", "ones")):
            found[name] = _filled(inner, name, each, f"{seed}{name}")
        elif name == "embeddings":
            found[name] = embed([f"row {row}" for row in range(each[0])], each[1])
        else:
            found[name] = decimals(f"{seed}{name}", each, 1.5 / sqrt(prod(each[:-1])) if len(each) > 1 else 0.3, 3)
    return Weights(**found)


def initial_weights(layer: Layer, *shapes: OpenShape, seed: int = 0) -> Weights:
    """Fill the weights as Keras does for a new layer over inputs of a shape: the same kinds, our own generator.

    What Keras fills without chance (zeros, ones, constant, identity) is equal to Keras's. Give the shape of one sample
    for each input, such as (3, 2).

    >>> cells(initial_weights(LSTM(2), (3, 2)).bias)
    """
    layer.check_inputs(*shapes)
    layer.check_size(*shapes)
    if layer.name_in_code == "Bidirectional":
        both = cast("Bidirectional", layer)
        ways = {"forward_": both.forward, "backward_": both.backward}
        return Weights(
            **{
                prefix + name: values
                for number, (prefix, one) in enumerate(ways.items())
                for name, values in initial_weights(one, *shapes, seed=2 * seed + number).items()
            }
        )
    inner = _inner(layer)
    wanted = layer.weight_shapes(*shapes)
    return Weights(**{name: _filled(inner, name, each, f"initial {seed} {name}") for name, each in wanted.items()})


def _inner(layer: Layer) -> Layer:
    return cast("TimeDistributed", layer).layer if layer.name_in_code == "TimeDistributed" else layer


def _filled(layer: Layer, name: str, shape: Shape, seed: str) -> Array:
    from .layers.initializers import initializer_of  # a figure with readable weights does not depend on it

    kind = initializer_of(layer.initializer(name))
    if name == "bias" and getattr(layer, "unit_forget_bias", False):
        units = prod(shape) // 4
        parts = (kind.values((units,), f"{seed} 0"), np.ones(units), kind.values((2 * units,), f"{seed} 1"))
        return np.concatenate(parts)
    if kind.is_scaled:
        return kind.values(layer.matrix_shape(name, shape), seed).reshape(shape)
    return kind.values(shape, seed)

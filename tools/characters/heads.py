"""What attention heads attend to: how their weights on held-out text are distributed, and the loss without a head."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import log
from typing import Any

import keras
import numpy as np
from keras.layers import MultiHeadAttention
from numpy.typing import NDArray

from .dataset import CHARACTERS, TIME_STEPS, Rows, windows

SEEN = TIME_STEPS // 2
"""The minimum context for a prediction or a query to count; so the first characters of a text are left out."""
Numbers = NDArray[np.floating[Any]]


def bits(model: Any, text: str) -> float:
    """Return the bits per character of a text: each is predicted once, with 32 to 63 characters before it."""
    rows, following = windows(text, SEEN)
    scores = model.predict(rows, batch_size=256, verbose=0).astype(np.float64)
    chances = scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    costs = -np.take_along_axis(chances, following[..., None], axis=-1)[:, SEEN:, 0]
    return float(costs.mean() / log(2))


def attentions(model: Any) -> list[Any]:
    """Return the attention layers, starting with the first block's."""
    return [layer for layer in model.layers if isinstance(layer, MultiHeadAttention)]


def shares(model: Any, rows: Rows) -> list[Numbers]:
    """Return the attention weights of every head, for each layer: (rows, heads, queries, keys)."""
    layers = attentions(model)
    read = keras.Model(model.inputs, [layer.input[0] for layer in layers]).predict(rows, batch_size=256, verbose=0)
    return [
        np.asarray(layer(inputs, inputs, use_causal_mask=True, return_attention_scores=True)[1])
        for layer, inputs in zip(layers, read, strict=True)
    ]


def places(rows: Rows) -> dict[str, NDArray[np.bool_]]:
    """Mark for each query the keys that a head may be looking for: (rows, queries, keys)."""
    steps = rows.shape[1]
    at = np.arange(steps)
    back = at[:, None] - at
    spaces = rows == CHARACTERS.index(" ")
    last = np.maximum.accumulate(np.where(spaces, at, -1), axis=1)
    before = np.concatenate([np.full((len(rows), 1), -1), last[:, :-1]], axis=1)[..., None]
    same = rows[:, :, None] == rows[:, None, :]
    after_same = np.concatenate([np.zeros_like(same[..., :1]), same[..., :-1]], axis=-1)
    earlier = np.broadcast_to(back > 0, same.shape)
    return {
        "itself": np.broadcast_to(back == 0, same.shape),
        "one back": np.broadcast_to(back == 1, same.shape),
        "two back": np.broadcast_to(back == 2, same.shape),
        "three back": np.broadcast_to(back == 3, same.shape),
        "its word": (at > before) & (back >= 0),
        "last space": at == before,
        "same character": same & earlier,
        "after the same": after_same & (back >= 0),
    }


def looked(model: Any, text: str) -> dict[str, list[list[float]]]:
    """Return how much of its attention each head gives to these positions, on average: one row per layer.

    `by chance` is a head that attends equally to everything that it may see.
    """
    rows, _ = windows(text, SEEN)
    marked, weights = places(rows), shares(model, rows)
    even = np.tri(rows.shape[1]) / np.arange(1, rows.shape[1] + 1)[:, None]
    return {
        name: [
            *([_share(head, where) for head in layer.swapaxes(0, 1)] for layer in weights),
            [_share(np.broadcast_to(even, where.shape), where)],
        ]
        for name, where in marked.items()
    }


def _share(weights: Numbers, where: NDArray[np.bool_]) -> float:
    return round(float((weights * where)[:, SEEN:].sum(axis=-1).mean()), 4)


@contextmanager
def without(layer: Any, head: int) -> Iterator[None]:
    """Disable a head temporarily."""
    weights = layer.get_weights()
    changed = [array.copy() for array in weights]
    changed[-2][head] = 0
    layer.set_weights(changed)
    try:
        yield
    finally:
        layer.set_weights(weights)


def lost(model: Any, text: str) -> list[list[float]]:
    """Return how many more bits per character it takes without each head: one row per layer."""
    intact = bits(model, text)
    losses: list[list[float]] = []
    for layer in attentions(model):
        losses.append([])
        for head in range(layer.num_heads):
            with without(layer, head):
                losses[-1].append(round(bits(model, text) - intact, 4))
    return losses

"""The heads of an attention layer, and how their sums for one word become what the layer adds to it."""

from typing import cast

import numpy as np

from unrolled import Picture, above, arrow, attention, beside, cells, embed, label, read_keras, run_model
from unrolled.layers import MultiHeadAttention
from unrolled.layers.attention import AttentionTrace


def draw(code: str, words: list[str], step: int = 1) -> Picture:
    """Draw all heads, and below them what their sums for the word at a `step` become."""
    model = read_keras(code)
    vectors = embed(words, model.entries[0].shape[-1])
    trace = cast("AttentionTrace", run_model(model, vectors).trace_of(MultiHeadAttention))
    heads = attention(model, words, vectors)
    joined, written = np.concatenate(trace.mixed[:, step - 1]), trace.output[step - 1]
    sums = cells(joined, "output", name="both weighted sums", decimals=2, large=True)
    added = cells(written, "memory", name="added", decimals=2, large=True)
    before = above(label(f"both sums of “{words[step - 1]}”, joined", "output"), sums, core=sums)
    after = above(added, label(f"added to the vector of “{words[step - 1]}”", "memory"), core=added)
    wide = above(heads, beside(before, arrow("output projection"), after))
    narrow = above(heads.narrow or heads, before, arrow("output projection", "down"), after)
    return wide.picture(heads.description.alt, narrow=narrow)

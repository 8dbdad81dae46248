"""The heads of an attention layer, and how their sums for one word become what the layer adds to it."""

from typing import cast

import numpy as np

from unrolled import Picture, Thing, above, arrow, beside, cells, embed, label, read_keras, run_model, word
from unrolled.layers import MultiHeadAttention
from unrolled.layers.attention import AttentionTrace

ALT = "What “{word}” looks at, and the sums of the values: {heads}. Joined and projected, they are {written}."
HEAD = "head {number}: shares {shares}, weighted sum {sum}"


def draw(code: str, words: list[str], step: int = 1) -> Picture:
    """Draw the shares of the word at a `step` in each head, their sums, and what these become."""
    model = read_keras(code)
    vectors = embed(words, model.entries[0].shape[-1])
    trace = cast("AttentionTrace", run_model(model, vectors).trace_of(MultiHeadAttention))
    shares, mixed, written = trace.shares[:, step - 1], trace.mixed[:, step - 1], trace.output[step - 1]

    def said(values: np.ndarray) -> str:
        return ", ".join(f"{each:.2f}" for each in values)

    heads = [
        HEAD.format(number=at, shares=said(one), sum=said(other))
        for at, (one, other) in enumerate(zip(shares, mixed, strict=True), start=1)
    ]
    alt = ALT.format(word=words[step - 1], heads="; ".join(heads), written=said(written))

    def rows(*, is_narrow: bool) -> list[Thing]:
        """Return a row for each head: its shares, and below or after them its sum."""
        found = []
        for number, (one, other) in enumerate(zip(shares, mixed, strict=True), start=1):
            named = [word(each, plain=True) for each in words]
            looks = cells(one, "heat", name=f"head {number}, shares", decimals=2, heat=1, large=True, columns=named)
            total = cells(other, "output", name=f"head {number}, sum", decimals=2, large=True)
            titled = above(label(f"head {number}", "ink", strong=True), looks, core=looks)
            summed = above(label("weighted sum", "output"), total, core=total)
            way = arrow("", "right") if is_narrow else arrow("times the values, added up")
            found.append(beside(titled, way, summed))
        return found

    joined = cells(np.concatenate(mixed), "output", name="both weighted sums", decimals=2, large=True)
    added = cells(written, "memory", name="added", decimals=2, large=True)
    before = above(label("both sums, joined", "output"), joined, core=joined)
    after = above(label(f"added to “{words[step - 1]}”", "memory"), added, core=added)
    asks = beside(word(words[step - 1]), label("looks at:", "ink"))
    wide = above(asks, *rows(is_narrow=False), beside(before, arrow("output projection"), after), align="left")
    down = above(*rows(is_narrow=True), before, arrow("output projection", "down"), after)
    return wide.picture(alt, narrow=above(asks, down))

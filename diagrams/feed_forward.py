"""What the feed-forward part of a block computes for one word: expand, drop negative values, and project back."""

from unrolled import (
    Dense,
    Picture,
    Thing,
    above,
    beside,
    block,
    cells,
    chain,
    embed,
    label,
    link,
    read_keras,
    run_model,
)
from unrolled.arrays import Array
from unrolled.i18n import text_of

NARROW_CELL = 32
ALT = "{} numbers become {}, of which ReLU lets {} through, and these become {} again: {}."


def draw(code: str, words: list[str], step: int = 1) -> Picture:
    """Follow the vector of the word at a `step` through the first two Dense layers."""
    model = read_keras(code)
    trace = run_model(model, embed(words, model.entries[0].shape[-1]))
    wide, narrow = (trace.trace_of(Dense, number) for number in (1, 2))
    given, inner, written = wide.inputs[step - 1], wide.output[step - 1], narrow.output[step - 1]
    passing = int((inner > 0).sum())
    read, hidden, answer = _rows(given, inner, written, 2)
    first, second = block(f"Dense({len(inner)})", "relu"), block(f"Dense({len(written)})")
    across = above(
        beside(label("normed"), read, core=read),
        first,
        beside(hidden, label(f"{passing} of {len(inner)} are above 0"), core=hidden),
        second,
        beside(label("written", "memory", strong=True), answer, core=answer),
        *(link(one, other) for one, other in ((read, first), (first, hidden), (hidden, second), (second, answer))),
    )
    read, hidden, answer = _rows(given, inner, written, 1)
    down = chain(read, first, hidden, second, answer, towards="down")
    said = ", ".join(text_of(float(each), 2) for each in written)
    return across.picture(ALT.format(len(given), len(inner), passing, len(written), said), narrow=down)


def _rows(given: Array, inner: Array, written: Array, decimals: int) -> tuple[Thing, Thing, Thing]:
    size, is_large = 0 if decimals == 2 else NARROW_CELL, decimals == 2
    return (
        cells(given, "flow", name="normed", decimals=decimals, large=is_large, least_width=size),
        cells(inner, "flow", name="inside", marked=inner > 0, decimals=decimals, large=is_large, least_width=size),
        cells(written, "memory", name="written", decimals=decimals, large=is_large, least_width=size),
    )

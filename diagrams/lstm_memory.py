"""What each word of a sentence does to the memory of the code's LSTM: what is kept, what is written, and their sum."""

from collections.abc import Sequence

from unrolled import LSTM, Picture, Thing, above, beside, cells, embed, label, operator, read_keras, run_model, word
from unrolled.arrays import Array

WORDS = ["I", "am", "groot"]
CELL, NARROW_CELL = 44, 39
"""In pixels: as wide as the titles; and narrow enough for three words with two numbers each on a phone."""
ALT = "For each word of “{}”: the previous memory times the forget gate is kept, and what is written is added to it."


def draw(code: str) -> Picture:
    """Put the numbers of each step side by side, so that a row (on a phone, a column) can be checked by eye."""
    trace = run_model(read_keras(code), embed(WORDS)).trace_of(LSTM)
    before, memory = trace.memories[:-1], trace.memories[1:]
    kept = trace.gates["forget"] * before
    parts = [
        ("memory before", before, "memory"),
        ("forget gate", trace.gates["forget"], "flow"),
        ("kept", kept, "memory"),
    ]
    sums = [
        ("kept", kept, "memory"),
        ("written", memory - kept, "memory"),
        ("new memory", memory, "memory"),
    ]
    words = list(map(word, WORDS))
    wide = above(*(_equation(columns, sign, words) for columns, sign in ((parts, "×"), (sums, "+"))))
    lines: list[Thing] = []
    for sign, (said, values, role) in zip(["", "×", "=", "+", "="], [*parts, *sums[1:]], strict=True):
        own = [_numbers(f"{said}, “{WORDS[step]}”", values[step], role, NARROW_CELL) for step in range(len(WORDS))]
        if not sign:
            own = [above(head, numbers) for head, numbers in zip(words, own, strict=True)]
        lines += [_title(f"{sign} {said}".strip(), role), beside(*own)]
    return wide.picture(ALT.format(" ".join(WORDS)), narrow=above(*lines))


def _equation(columns: Sequence[tuple[str, Array, str]], sign: str, words: list[Thing]) -> Thing:
    """Put two grids of numbers and their result in one row."""
    one, other, made = (
        above(_title(said, role), _numbers(said, values, role, CELL, words if place == 0 else ()))
        for place, (said, values, role) in enumerate(columns)
    )
    return beside(one, operator(sign), other, operator("="), made)


def _title(said: str, role: str) -> Thing:
    return label(said, role if role != "flow" else "muted")


def _numbers(said: str, values: Array, role: str, wide: float, rows: list[Thing] | tuple[()] = ()) -> Thing:
    return cells(values, role, name=said, decimals=2, large=True, least_width=wide, rows=rows)

"""What a trained decoder attends to: for each French word it says, how much of each English word it reads."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np

from _chances import chances
from unrolled import Picture, read_keras, run_model, weights_from
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import NUMBER, WORD_NARROW
from unrolled.geometry import Frame, Point
from unrolled.i18n import text_of
from unrolled.layers import AdditiveAttention
from unrolled.layers.attention import AttentionTrace
from unrolled.palette import word_fills
from unrolled.picture import in_two_forms
from unrolled.shapes.arrows import Ribbon
from unrolled.shapes.shape import Shape
from unrolled.shapes.text import Label, Word, word_width

LETTERS = WORD_NARROW
DATA = Path("diagrams/data/translation")
ENGLISH, LENGTH = ["she", "sees", "the", "black", "car"], 8
ALT = (
    "Ribbons lead from English words to the French ones that the network says: the wider, the more it reads. "
    "For “la”, that is mostly “{heard}”, {most:.2f} of 1."
)
TOLD = (
    "The weights of the trained network’s AdditiveAttention; those under 0.2 aren’t drawn. For each French word, they "
    "add up to 1. The network produces “{french}” word by word, and reads what it has said so far."
)


NOTES = ("A ribbon is as wide as the share;", "those under 0.2 aren’t drawn.")
WORD_GAP, LEAST = 5, 0.2
"""From a word to its ribbons; and the smallest share that is drawn."""


def draw(code: str) -> Picture:
    """Let the trained network translate the sentence greedily, and show what it attends to."""
    shares, words = attended(code, ENGLISH)
    shares, words = shares[:-1], words[:-1]  # to say the end, nothing has to be looked up
    row = shares[words.index("la")]
    alt = ALT.format(heard=ENGLISH[int(row.argmax())], most=row.max())
    told = TOLD.format(french=" ".join(words))
    table = [
        TextColumn("word", words),
        *(
            TextColumn(heard, [f"{each:.2f}" for each in column])
            for heard, column in zip(ENGLISH, shares.T, strict=True)
        ),
    ]
    wide, narrow = (
        tuple(_ribbons(shares, words, *sizes)) for sizes in ((112.0, 26.0, 170.0, True), (64.0, 16.0, 104.0, False))
    )
    return in_two_forms([wide], [narrow], Description.of(alt, told, table=table))


def attended(code: str, heard: list[str]) -> tuple[Array, list[str]]:
    """Let the trained network translate; return what each word that it says reads of each that it heard, and those."""
    model = read_keras(code, model="attentive")
    weights = weights_from(model, DATA / "attention.npz")
    english, french = vocabularies()
    given, words = [english.index(each) for each in heard], ["[start]"]
    while words[-1] != "[end]":
        read = [french.index(each) for each in words]
        trace = run_model(model, *(each + [0] * (LENGTH - len(each)) for each in (given, read)), weights=weights)
        words.append(french[int(trace.output[len(words) - 1].argmax())])
    attention = cast("AttentionTrace", trace.trace_of(AdditiveAttention))
    return chances(attention.scores[0, : len(words) - 1, : len(heard)], heard, "share"), words[1:]


def _ribbons(shares: Array, words: list[str], size: float, gap: float, long: float, upright: bool) -> Iterator[Shape]:
    """Lead a ribbon from each English word to each French one, which is as wide as its share of it."""
    fills = word_fills([*ENGLISH, *words])
    heard, said = size * shares.sum(axis=0), np.full(len(words), size)
    whole = size * len(words) + gap * (len(words) - 1)
    heard_gap = (whole - heard.sum()) / (len(ENGLISH) - 1)
    starts = np.concatenate([[0], np.cumsum(heard + heard_gap)])[:-1]
    ends = np.concatenate([[0], np.cumsum(said + gap)])[:-1]

    def at(along: float, across: float) -> Point:
        return Point(along, across) if upright else Point(across, along)

    from_start, from_end, numbers = starts.copy(), ends.copy(), list[Shape]()
    drawn: list[tuple[float, Ribbon]] = []
    for row, column in np.ndindex(*shares.shape):
        wide = size * float(shares[row, column])
        one, other = float(from_start[column]), float(from_end[row])
        edges = (at(one, 0), at(one + wide, 0)), (at(other, long), at(other + wide, long))
        name = f"look-{row + 1}-{column + 1}"
        fill, stub = fills[ENGLISH[column]], 24 if upright else 40
        if shares[row, column] >= LEAST:
            ribbon = Ribbon(name=name, start=edges[0], end=edges[1], fill=fill, upright=upright, straight=stub)
            drawn.append((wide, ribbon))
            style = NUMBER.sized(13).bold() if shares[row, column] == shares[row].max() else NUMBER.sized(13)
            place = at(other + wide / 2, long - (12 if upright else 20))
            numbers.append(
                Label(name=f"{name}-share", text=text_of(shares[row, column].tolist(), 2), at=place, style=style)
            )
        from_start[column] += wide
        from_end[row] += wide
    yield from (ribbon for _, ribbon in sorted(drawn, key=lambda each: -each[0]))
    yield from numbers
    for name, those, places, sizes, side in (("heard", ENGLISH, starts, heard, -1), ("said", words, ends, said, 1)):
        for number, (each, start, wide) in enumerate(zip(those, places, sizes, strict=True), start=1):
            middle, broad = float(start + wide / 2), word_width(each, LETTERS, 8, 48)
            off = WORD_GAP + (15 if upright else broad / 2)
            centre = at(middle, side * off + (long if side > 0 else 0))
            frame = Frame.about(centre.x, centre.y, broad, 30)
            fill = fills[each] if side < 0 else "lane"
            yield Word(name=f"{name}-{number}", text=each, frame=frame, fill=fill, style=LETTERS)
    beyond = WORD_GAP + 30 + 14
    for name, called, side, anchor in (("keys", "key: answers", -1, "end"), ("queries", "query: asks", 1, "start")):
        across = long * (side > 0) + side * (beyond if upright else WORD_GAP)
        place = at(0 if upright else -14, across)
        yield Label(name=name, role="muted", text=called, at=place, anchor="start" if upright else anchor)
    lines, x, y = ((" ".join(NOTES),), whole, long + beyond) if upright else (NOTES, long / 2, whole + 24)
    anchor = "end" if upright else "middle"
    for number, line in enumerate(lines):
        place = Point(x, y + 20 * number)
        yield Label(name=f"note-{number + 1}", role="muted", text=line, at=place, anchor=anchor)


def vocabularies() -> tuple[list[str], list[str]]:
    """List the words of both languages by index, as the guide does."""
    with (DATA / "pairs.csv").open(encoding="utf-8") as file:
        pairs = [pair for pair in csv.DictReader(file) if pair["split"] == "train"]
    english, french = (
        sorted({each for pair in pairs for each in pair[language].split()}) for language in ("english", "french")
    )
    return ["[pad]", *english], ["[pad]", "[start]", "[end]", *french]

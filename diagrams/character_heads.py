"""Which characters each head of the trained network attends to: one letter's shares, and those of all letters."""

from collections.abc import Sequence
from typing import cast

from _characters import read, shown
from _charts import say
from unrolled import Picture, read_keras
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME, NUMBER, WORD, Style
from unrolled.geometry import Frame, Point
from unrolled.layers import MultiHeadAttention
from unrolled.layers.attention import AttentionTrace
from unrolled.picture import in_two_forms
from unrolled.shapes.cells import HEAT, HeatTiles
from unrolled.shapes.shape import Shape
from unrolled.shapes.text import Word

PRINTED = 0.1
"""Smaller shares aren't printed where there is little room."""
ROW_NAME = 1.5
"""The room for the letter of a row, in cells."""
LETTER = Style(WORD.family, WORD.weight, 19)
ALT = "The {count} heads of block {layer}, reading “{text}”. The last letter, “{last}”: {looks}."
TEXT = "Below, a row for each letter shows how it shares out its attention over itself and the letters before it."


def draw(code: str, text: str, layer: int = 1) -> Picture:
    """Draw what the last letter of a `text` looks at in each head of a `layer`, and a row for each letter below.

    The text must be as long as the input of the model in the code above.
    """
    trace = cast("AttentionTrace", read(read_keras(code), text).trace_of(MultiHeadAttention, layer))
    shares, letters = trace.shares, [*map(shown, text)]
    looks = [
        f"head {head} looks most at “{letters[int(row.argmax())]}” at place {int(row.argmax()) + 1} ({row.max():.2f})"
        for head, row in enumerate(shares[:, -1], start=1)
    ]
    alt = ALT.format(count=len(shares), layer=layer, text=text, last=letters[-1], looks="; ".join(looks))
    table = [
        TextColumn("place", [str(place) for place in range(1, len(letters) + 1)]),
        TextColumn("letter", letters),
        *(
            TextColumn(f"head {head}", [f"{each:.2f}" for each in row])
            for head, row in enumerate(shares[:, -1], start=1)
        ),
    ]
    forms = (tuple(_drawn(shares, letters, is_narrow=each)) for each in (False, True))
    wide, narrow = forms
    return in_two_forms([wide], [narrow], Description.of(alt, TEXT, table=table))


def _drawn(shares: Array, letters: Sequence[str], *, is_narrow: bool) -> list[Shape]:
    """Draw the strips of the last letter, and below them each head's rows."""
    last, (pitch, left, high) = letters[-1], (17.8, 42, 26) if is_narrow else (52, 72, 32)
    shapes: list[Shape] = [say("asks", f"what “{last}” looks at", 0, 0, "start", BLOCK)]
    for place, letter in enumerate(letters):
        frame = Frame(left + place * pitch + 1, 18, pitch - 2, 28)
        fill = "ink" if place == len(letters) - 1 else None
        style = LETTER.sized(16) if is_narrow else LETTER
        shapes.append(Word(name=f"letter-{place + 1}", text=letter, frame=frame, fill=fill, style=style))
    largest, top = float(shares[:, -1].max()), 52.0
    for head, row in enumerate(shares[:, -1]):
        said = [f"{each:.2f}".removeprefix("0") for each in row]
        if is_narrow:
            said = ["" if each < PRINTED else text for each, text in zip(row, said, strict=True)]
        tiles = HeatTiles(
            name=f"head-{head + 1}-shares",
            at=Point(left, top),
            pitch=(pitch, high),
            rows=(tuple(HEAT * float(each) / largest for each in row),),
            cells=(tuple(said),),
            style=NUMBER.sized(11.5 if is_narrow else 13),
            rims=frozenset([(0, int(row.argmax()))]),
        )
        shapes += [say(f"head-{head + 1}", f"head {head + 1}", 0, top + high / 2, "start", NAME.bold()), tiles]
        top += high + 6
    top += 26
    shapes.append(say("all", "what each letter (row) looks at (column)", 0, top, "start", BLOCK))
    note, beside = f"framed: “{last}”, as above", Point(0, top + 24)
    shapes.append(say("framed", note, beside.x, beside.y, "start", role="muted"))
    size, columns = (9.2, 2) if is_narrow else (12.0, 4)
    wide = size * (len(letters) + ROW_NAME)
    apart = ((left + pitch * len(letters)) - columns * wide) / (columns - 1)
    for head, rows in enumerate(shares):
        x = (head % columns) * (wide + apart)
        y = top + 58 + (head // columns) * (wide + 48)
        shapes += _stairs(f"head-{head + 1}", rows, letters, Point(x, y), size)
    return shapes


def _stairs(name: str, rows: Array, letters: Sequence[str], at: Point, size: float) -> list[Shape]:
    """Draw a row of cells for each letter, up to itself, named at its left; below, the letters of the columns."""
    steps = tuple(tuple(float(each) for each in row[: place + 1]) for place, row in enumerate(rows))
    shapes: list[Shape] = [say(f"{name}-title", name.replace("-", " "), at.x, at.y, "start", NAME.bold())]
    top, style = Point(at.x + ROW_NAME * size, at.y + 14), LETTER.sized(max(size - 0.5, 11.5))
    apart = 1 if style.size < size else 2  # on a phone, every other letter has room
    shapes.append(
        HeatTiles(name=f"{name}-rows", at=top, pitch=(size, size), rows=steps, apart=1, outlined=len(rows) - 1)
    )
    for place in range(len(letters) - 1, -1, -apart):
        letter = letters[place]
        middle, below = (place + 0.5) * size, top.y + (len(letters) + 0.8) * size
        beside, under = f"{name}-row-{place + 1}", f"{name}-column-{place + 1}"
        shapes.append(say(beside, letter, at.x + size / 2, top.y + middle, style=style))
        shapes.append(say(under, letter, top.x + middle, below, style=style))
    return shapes

"""Which characters each head of the trained network attends to: the shares of each letter, as a row of fills."""

from collections.abc import Sequence
from typing import cast

from _characters import read, shown
from _charts import say
from _panels import outline
from unrolled import Picture, read_keras
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME, WORD, Style
from unrolled.geometry import Frame, Point
from unrolled.layers import MultiHeadAttention
from unrolled.layers.attention import AttentionTrace
from unrolled.picture import in_two_forms
from unrolled.shapes.cells import HeatTiles
from unrolled.shapes.shape import Shape

ROW_NAME = 1.5
"""The room for the letter of a row, in cells."""
TOP, APART, TO_ROWS = 40, 56, 14
"""From the title to the names of heads, between heads, and from the name of a head to its rows."""
LETTER = Style(WORD.family, WORD.weight, 19)
ALT = "The {count} heads of block {layer}, reading “{text}”. The last letter, “{last}”: {looks}."
TEXT = "A row for each letter shows how it shares out its attention over itself and the letters before it."


def draw(code: str, text: str, layer: int = 1, heads: list[int] | None = None, framed: int | None = None) -> Picture:
    """Draw what each letter of a `text` looks at in each head of a `layer`: a row for each, with its shares as fills.

    The text must be as long as the input of the model in the code above. Only these `heads` are drawn, if given, and
    what the letters after the one at the place `framed` give to it is framed.
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
    drawn = [head - 1 for head in heads or range(1, len(shares) + 1)]
    sizes = (20.0,) if len(drawn) > 2 else (25.0, 23.0)  # one row; closer on a tablet
    wide = [tuple(_drawn(shares, letters, drawn, framed, size)) for size in sizes]
    narrow = tuple(_drawn(shares, letters, drawn, framed, 17, columns=1))
    return in_two_forms(wide, [narrow], Description.of(alt, TEXT, table=table))


def _drawn(
    shares: Array,
    letters: Sequence[str],
    drawn: Sequence[int],
    framed: int | None,
    size: float,
    columns: int = 2,
) -> list[Shape]:
    """Draw the rows of these heads, two heads beside each other, or on a phone below one another."""
    pitch = size * (len(letters) + ROW_NAME) + APART
    shapes: list[Shape] = [say("all", "what each letter (row) looks at (column)", 0, 0, "start", BLOCK)]
    notes = ("The stronger the fill, the larger the share.", "· is a space.")
    lines = notes if columns == 1 else (" ".join(notes),)
    shapes += [say(f"note-{at}", line, 0, 24 + 20 * at, "start", NAME, "muted") for at, line in enumerate(lines)]
    top = TOP + 20 * len(lines)
    for place, head in enumerate(drawn):
        corner = Point(place % columns * pitch, top + place // columns * pitch)
        shapes += _stairs(f"head-{head + 1}", shares[head], letters, corner, size)
        if framed:
            left, top_row = corner.x + (ROW_NAME + framed - 1) * size, corner.y + TO_ROWS + framed * size
            frame = Frame(left, top_row, size, (len(letters) - framed) * size).grown(2)
            shapes.append(outline(f"head-{head + 1}-framed", frame))
    return shapes


def _stairs(name: str, rows: Array, letters: Sequence[str], at: Point, size: float) -> list[Shape]:
    """Draw a row of cells for each letter, up to itself, named at its left; below, the letters of the columns."""
    steps = tuple(tuple(float(each) for each in row[: place + 1]) for place, row in enumerate(rows))
    shapes: list[Shape] = [say(f"{name}-title", name.replace("-", " "), at.x, at.y, "start", NAME.bold())]
    top, style = Point(at.x + ROW_NAME * size, at.y + TO_ROWS), LETTER.sized(size - 3)
    shapes.append(HeatTiles(name=f"{name}-rows", at=top, pitch=(size, size), rows=steps))
    for place, letter in enumerate(letters):
        middle, below = (place + 0.5) * size, top.y + (len(letters) + 0.8) * size
        beside, under = f"{name}-row-{place + 1}", f"{name}-column-{place + 1}"
        shapes.append(say(beside, letter, at.x + size / 2, top.y + middle, style=style))
        shapes.append(say(under, letter, top.x + middle, below, style=style))
    return shapes

"""How far back the heads of the trained network look, averaged over unseen text, and how much stays in the word."""

import numpy as np

from _characters import results
from _charts import Plot, Scale, say
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME
from unrolled.geometry import Frame, Point
from unrolled.picture import in_two_forms
from unrolled.shapes.plots import Tile
from unrolled.shapes.shape import Shape

PLACES = {"itself": "0", "one back": "1", "two back": "2", "three back": "3"}
WORD = "its word"
EVEN = "Dashed: a head that looks at all alike, {place:.2f} a place and {word:.2f} of its own word."
ALT = (
    "How each head shares out its attention over itself and the three characters before. Head {head} of block {layer} "
    "looks most at the one before: {share:.2f}. Of its own word, the heads of the second block get {least:.2f} or more."
)
PRINTED = 0.2
"""Smaller shares aren't printed."""


def draw(seed: int = 1) -> Picture:
    """Draw a panel for each head, a row for each block."""
    looked = results()["seeds"][str(seed)]["looked"]
    before = np.array(looked["one back"][:2])
    layer, head = np.unravel_index(before.argmax(), before.shape)
    alt = ALT.format(head=head + 1, layer=layer + 1, share=before.max(), least=min(looked[WORD][1]))
    named = [f"block {block}, head {number}" for block in (1, 2) for number in range(1, 5)]
    table = [
        TextColumn("head", named),
        *(
            TextColumn(place, [f"{share:.2f}" for layer in looked[place][:2] for share in layer])
            for place in (*PLACES, WORD)
        ),
    ]
    even = EVEN.format(place=looked["itself"][2][0], word=looked[WORD][2][0])
    forms = [tuple(_panels(looked, columns)) for columns in (4, 2)]
    return in_two_forms(forms[:1], forms[1:], Description.of(alt, even, table=table))


def _panels(looked: dict[str, list[list[float]]], columns: int) -> list[Shape]:
    """Put the heads of a block in a row, or in two on a phone."""
    wide, pitch, high = (150, 184, 96) if columns == 4 else (122, 152, 96)
    found: list[Shape] = []
    y = 0.0
    for block in range(2):
        found.append(say(f"block-{block + 1}", f"block {block + 1}", 0, y, "start", BLOCK))
        y += 46
        for head in range(4):
            frame = Frame((head % columns) * pitch, y + (head // columns) * (high + 92), wide, high)
            shares = [looked[place][block][head] for place in PLACES]
            name = f"block-{block + 1}-head-{head + 1}"
            found += _panel(name, f"head {head + 1}", shares, looked["itself"][2][0], looked[WORD][block][head], frame)
        y += (4 // columns) * (high + 92) + 4
    place, word = looked["itself"][2][0], looked[WORD][2][0]
    notes = [
        "Below each bar: how many characters back.",
        "Dashed: a head that looks at all alike,",
        f"{place:.2f} a place and {word:.2f} of its own word.",
    ]
    lines = [" ".join(notes)] if columns == 4 else notes
    at = enumerate(lines, start=1)
    return found + [say(f"note-{number}", line, 0, y - 26 + 18 * number, "start", role="muted") for number, line in at]


def _panel(name: str, title: str, shares: list[float], even: float, word: float, frame: Frame) -> list[Shape]:
    """Draw a bar for each distance, from the nearest at the right, and below them the share of the own word."""
    plot = Plot(frame, Scale(0, len(shares)), Scale(0, 0.7))
    found: list[Shape] = [
        say(f"{name}-title", title, frame.left, frame.top - 16, "start", NAME.bold()),
        plot.level(f"{name}-zero", 0, "rule"),
    ]
    largest = max(shares)
    for back, share in enumerate(shares):
        place, is_largest = len(shares) - back - 0.5, share == largest
        fill = "heat" if is_largest and share > PRINTED else "state-fill"
        box = plot.bar(place, share, frame.width / len(shares) - 8)
        found.append(Tile(name=f"{name}-bar-{back}", role="heat", fill=fill, frame=box, rim=1))
        if share >= PRINTED:
            style = NAME.bold() if is_largest else NAME
            found.append(say(f"{name}-share-{back}", f"{share:.2f}", box.middle, box.top - 9, style=style))
        found.append(say(f"{name}-place-{back}", str(back), box.middle, frame.bottom + 13, role="muted"))
    found.append(plot.level(f"{name}-even", even, "ink", width=1.25, dashes=(3, 3)))
    at = Point(frame.left, frame.bottom + 33)
    found.append(say(f"{name}-word", "own word", at.x, at.y, "start", role="muted"))
    found.append(say(f"{name}-word-share", f"{word:.2f}", frame.right, at.y, "end", NAME.bold()))
    for part, share, fill in (("all", 1.0, "state-fill"), ("own", word, "heat")):
        bar = Frame(frame.left, at.y + 11, share * frame.width, 8)
        found.append(Tile(name=f"{name}-word-{part}", role="heat", fill=fill, frame=bar, rim=1 if share == 1 else 0))
    return found

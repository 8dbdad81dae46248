"""How much the heads of the trained network look at the character before and at their own word, over unseen text."""

from collections.abc import Iterator

import numpy as np

from _characters import results
from _charts import Plot, Scale, say
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME
from unrolled.geometry import Frame, Point
from unrolled.picture import in_two_forms
from unrolled.shapes.plots import Line, Tile
from unrolled.shapes.shape import DASHES, Shape

BEFORE, WORD = "one back", "its word"
PLACES = ("itself", BEFORE, "two back", "three back", WORD)
TITLES = {BEFORE: "to the character before", WORD: "to its own word"}
ALT = (
    "How each head shares out its attention over itself and the three characters before. Head {head} of block {layer} "
    "looks most at the one before: {share:.2f}. Of its own word, the heads of the second block get {least:.2f} or more."
)
EVEN = "A head that looks at all alike gives {before:.2f} to the character before and {word:.2f} to its own word."
HALF = 0.5
HIGH, PITCH, BLOCKS_APART = 18, 26, 16
"""The height of a bar, from one bar to the next, and the extra distance between blocks."""


def draw(seed: int = 1) -> Picture:
    """Draw two columns of bars, with one for each head."""
    looked = results()["seeds"][str(seed)]["looked"]
    before = np.array(looked[BEFORE][:2])
    layer, head = np.unravel_index(before.argmax(), before.shape)
    alt = ALT.format(head=head + 1, layer=layer + 1, share=before.max(), least=min(looked[WORD][1]))
    named = [f"block {block}, head {number}" for block in (1, 2) for number in range(1, 5)]
    table = [
        TextColumn("head", named),
        *(TextColumn(place, [f"{share:.2f}" for layer in looked[place][:2] for share in layer]) for place in PLACES),
    ]
    even = EVEN.format(before=looked[BEFORE][2][0], word=looked[WORD][2][0])
    wide = (*_bars(looked, BEFORE, Point(0, 0), 220), *_bars(looked, WORD, Point(376, 0), 220))
    narrow = (*_bars(looked, BEFORE, Point(0, 0), 120), *_bars(looked, WORD, Point(0, 340), 120))
    return in_two_forms([wide], [narrow], Description.of(alt, even, table=table))


def _bars(looked: dict[str, list[list[float]]], place: str, corner: Point, long: float) -> Iterator[Shape]:
    """Draw what each head gives to a place as a lying bar, solid from one half up, over the share of an even head."""
    name, first = place.replace(" ", "-"), 116
    left = corner.x + first
    plot = Plot(Frame(left, corner.y, long, 0), Scale(0, 1), Scale(0, 1))
    yield say(f"{name}-title", TITLES[place], corner.x, corner.y, "start", BLOCK)
    most = max(share for layer in looked[place][:2] for share in layer)
    (even,) = looked[place][2]
    y = corner.y + 34
    end = y + 8 * PITCH + BLOCKS_APART
    ends = Point(plot.x(even), y - HIGH), Point(plot.x(even), end)
    yield Line(name=f"{name}-even", role="ink", start=ends[0], to=ends[1], width=1.25, dashes=DASHES)
    yield say(f"{name}-even-name", "all alike", left - 10, end, "end", NAME.bold())
    yield say(f"{name}-even-share", f"{even:.2f}", ends[1].x + 8, end, "start")
    for block, shares in enumerate(looked[place][:2], start=1):
        yield say(f"{name}-block-{block}", f"block {block}", corner.x, y, "start", NAME.bold())
        for head, share in enumerate(shares, start=1):
            bar, style = f"{name}-{block}-{head}", NAME.bold() if share == most else NAME
            yield say(f"{bar}-name", f"head {head}", left - 10, y, "end", style)
            fill = "state" if share > HALF else None
            yield Tile(name=bar, role="state", fill=fill, frame=plot.lying(share, y, HIGH), rim=1)
            yield say(f"{bar}-share", f"{share:.2f}", plot.x(share) + 8, y, "start", style)
            y += PITCH
        y += BLOCKS_APART

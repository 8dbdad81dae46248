"""What the heads of the trained network attend to, averaged over unseen text, and how much each contributes."""

from collections.abc import Mapping, Sequence

import numpy as np

from _characters import results
from unrolled import Picture, Thing, above, beside, cells, label

PARTS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("how far back", {"itself": "itself", "one back": "1 back", "two back": "2 back"}),
    ("which part of the text", {"its word": "own word", "last space": "last space"}),
)
PLACES = [place for _, places in PARTS for place in places]
NOTE = ("Both tables share out the same attention,", "so their numbers don’t add up.")
HALF = 0.5
"""A larger share is highlighted."""
EVEN = "if spread evenly"
ALT = "Shares of attention, head by head. Head {} of block {} looks most at the character before: {:.2f}."


def draw(seed: int = 1) -> Picture:
    """Draw a row for each head, and a last one for a head that attends to everything equally."""
    looked = results()["seeds"][str(seed)]["looked"]
    shares = {place: [share for layer in looked[place][:2] for share in layer] for place in PLACES}
    shares = {place: [*heads, looked[place][2][0]] for place, heads in shares.items()}
    said = [f"block {layer}, head {head}" for layer in (1, 2) for head in range(1, 5)] + [EVEN]
    before = np.array(looked["one back"][:2])
    layer, head = np.unravel_index(before.argmax(), before.shape)
    alt = ALT.format(head + 1, layer + 1, before.max())
    wide = beside(_part(shares, 0, [label(name, "ink") for name in said]), _part(shares, 1))
    short = [label(_short(name), "ink") for name in said]
    narrow = above(_part(shares, 0, short, is_narrow=True), _part(shares, 1, short, is_narrow=True))
    title = label("share of attention", "ink", strong=True)
    return above(title, wide, label(" ".join(NOTE))).picture(alt, narrow=above(title, narrow, *map(label, NOTE)))


def _part(
    shares: Mapping[str, list[float]], part: int, rows: Sequence[Thing] = (), *, is_narrow: bool = False
) -> Thing:
    """Draw one aspect of attention for each head."""
    title, places = PARTS[part]
    values = np.array([shares[place] for place in places]).T
    marked = values > HALF
    if part:
        marked[:4] = False  # the caption speaks of the second block's
    grid = cells(
        values,
        name=f"share of attention, {title}",
        decimals=2,
        heat=1,
        marked=marked,
        columns=[label(name) for name in places.values()],
        rows=rows,
        least_width=0 if is_narrow else 62,
    )
    return above(label(title, "ink"), grid)


def _short(name: str) -> str:
    return name.replace("block ", "").replace(", head ", "·").removeprefix("if ")

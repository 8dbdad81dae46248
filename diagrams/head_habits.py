"""Where the heads of the trained network look, on average over a text that was kept out, and what each is worth."""

import numpy as np

from _characters import results
from unrolled import Picture, above, cells, label

PLACES = ("itself", "one back", "two back", "its word", "last space")
NAMES = ("itself", "1 back", "2 back", "own word", "last space")
ALT = "Shares of attention, head by head. Most on the character before: head {} of block {}, {:.2f}."


def draw(seed: int = 1) -> Picture:
    """Give each head a row, and the last one to a head that looks at everything alike."""
    looked = results()["seeds"][str(seed)]["looked"]
    rows = [[looked[place][layer][head] for place in PLACES] for layer in (0, 1) for head in range(4)]
    rows.append([looked[place][2][0] for place in PLACES])
    said = [f"block {layer}, head {head}" for layer in (1, 2) for head in range(1, 5)] + ["if all alike"]
    before = np.array(looked["one back"][:2])
    layer, head = np.unravel_index(before.argmax(), before.shape)
    alt = ALT.format(head + 1, layer + 1, before.max())
    wide, narrow = (
        cells(
            np.array(rows),
            name="share of attention",
            decimals=2,
            heat=1,
            columns=[label(name) for name in NAMES],
            rows=[label(_short(name) if is_narrow else name, "ink") for name in said],
            least_width=width,
        )
        for is_narrow, width in ((False, 58), (True, 0))
    )
    return above(wide).picture(alt, narrow=above(narrow))


def _short(name: str) -> str:
    return name.replace("block ", "").replace(", head ", "·")

"""Three windows of a series, shortened: the network's inputs and the answers it learns."""

import numpy as np
from numpy.typing import NDArray

from _series import months
from unrolled import Picture, Thing, above, beside, cells, label, operator, row, word

SHORT, COUNT = 3, 3
CELL = 46
"""In pixels: integers, which have no decimals, get as much space as the others."""
ALT = "{} windows of {} months and their answers, in ppm: {}. Each begins a month later than the one before."


def draw() -> Picture:
    """Cut them from the first months of the data, with a column for each month."""
    names, ppm = months()
    heads = row(*(word(names[at], plain=True) for at in range(SHORT + COUNT)))
    rows = [row(*(_month(ppm, at, first) for at in range(SHORT + COUNT))) for first in range(COUNT)]
    said = "; ".join(
        f"{', '.join(f'{each:.1f}' for each in ppm[at : at + SHORT])} and then {ppm[at + SHORT]:.1f}"
        for at in range(COUNT)
    )
    notes = (
        label("three months go in", "embedding", strong=True),
        label("the next one is the answer", "output", strong=True),
    )
    return above(heads, *rows, beside(*notes), label("CO₂ in the air, ppm")).picture(ALT.format(COUNT, SHORT, said))


def _month(ppm: NDArray[np.float64], at: int, first: int) -> Thing:
    """Draw a month of the window that begins at `first`, its answer, or nothing."""
    if not first <= at <= first + SHORT:
        return operator("·")
    return cells(
        ppm[at : at + 1], "output" if at == first + SHORT else "embedding", decimals=1, large=True, least_width=CELL
    )

"""Three windows of a series, shortened: the network's inputs and the answers it learns."""

from _series import months
from unrolled import Picture, above, beside, cells, label, link
from unrolled.floor.picture import Thing

SHORT, COUNT = 3, 3
CELL = 42
"""In pixels: integers, which have no decimals, get as much space as the others."""
ALT = "{} windows of {} months and their answers: {}. Each begins a month later than the one before."


def draw() -> Picture:
    """Cut them from the first months of the data."""
    names, ppm = months()
    rows: list[Thing] = []
    for at in range(COUNT):
        window = cells(ppm[at : at + SHORT], "embedding", decimals=1, least_width=CELL)
        answer = cells(ppm[at + SHORT : at + SHORT + 1], "output", decimals=1, least_width=CELL)
        rows.append(beside(label(names[at]), window, answer, link(window, answer)))
    said = "; ".join(
        f"{', '.join(f'{each:.1f}' for each in ppm[at : at + SHORT])} and then {ppm[at + SHORT]:.1f}"
        for at in range(COUNT)
    )
    return above(*rows).picture(ALT.format(COUNT, SHORT, said))

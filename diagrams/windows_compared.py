"""How many verdicts of each form are judged correctly by convolutions that see one, three, five or fifteen words."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unrolled import Picture, above, cells, label
from unrolled.floor.picture import Thing

DATA = Path("diagrams/data/sentiment/windows.json")
ALT = "Percentage of verdicts judged correctly, averaged over {} seeds: {}."


def draw() -> Picture:
    """Draw a heat map with a row for each network and a column for each form; on a phone, transposed."""
    found = json.loads(DATA.read_text(encoding="utf-8"))
    right = {name: [100 * float(np.mean(each)) for each in forms.values()] for name, forms in found["right"].items()}
    forms = list(next(iter(found["right"].values())))
    shares = np.array(list(right.values()))
    wide = above(label("percent judged correctly", "ink"), _grid(shares, [f"sees {name}" for name in right], forms))
    narrow = above(
        label("percent judged correctly, by words seen", "ink"),
        _grid(shares.T, forms, [name.split()[0] for name in right]),
    )
    said = "; ".join(
        f"seeing {name}, " + ", ".join(f"{form} {share:.0f}" for form, share in zip(forms, shares, strict=True))
        for name, shares in right.items()
    )
    return wide.picture(ALT.format(len(found["seeds"]), said), narrow=narrow)


def _grid(shares: NDArray[np.float64], rows: list[str], columns: list[str]) -> Thing:
    down, across = ([label(each, "ink") for each in those] for those in (rows, columns))
    return above(cells(shares, decimals=0, heat=100, large=True, rows=down, columns=across))

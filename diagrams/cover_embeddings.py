"""The cover of the guide to word embeddings: three verbs, and the step that each takes into the past."""

from pathlib import Path

import numpy as np

from _covers import LARGE, arrow, cover
from unrolled import Picture
from unrolled.geometry import Point
from unrolled.shapes.plots import CurveDot
from unrolled.shapes.text import Label

VECTORS = Path(__file__).parent / "data" / "words" / "vectors.npz"
VERBS = ["go went", "take took", "see saw"]
START, END, PAST = 66, 182, 196


def draw() -> Picture:
    """Place both forms along the average step from one to the other."""
    with np.load(VECTORS) as saved:
        known, vectors = saved["words"].tolist(), saved["vectors"]
    pairs = [verb.split() for verb in VERBS]
    now, past = (vectors[[known.index(pair[place]) for pair in pairs]] for place in (0, 1))
    step = (past - now).mean(axis=0)
    along = np.stack([now @ step, past @ step], axis=1)
    across = START + (along - along.min()) / np.ptp(along) * (END - START)
    shapes = []
    for row, (one, other) in enumerate(pairs):
        y = 27 + 44 * row
        left, right = across[row]
        shapes += [
            Label(name="word", text=one, at=Point(8, y), style=LARGE, anchor="start"),
            Label(name="word", text=other, at=Point(PAST, y), style=LARGE, anchor="start"),
            arrow((left + 6, y), (right - 7, y), role="embedding"),
            CurveDot(name="now", role="embedding", at=Point(left, y), radius=4.5),
            CurveDot(name="past", role="embedding", at=Point(right, y), radius=4, is_solid=True),
        ]
    return cover("The steps from go to went, from take to took and from see to saw are alike.", shapes)

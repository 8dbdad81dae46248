"""How alike six words are, each with each: the cosines of vectors that were learnt from books, the high ones marked."""

from pathlib import Path

import numpy as np

from unrolled import Picture, cells, word

VECTORS = Path(__file__).parent / "data" / "words" / "vectors.npz"
WORDS = ["two", "three", "bread", "wine", "mother", "father"]
HIGH = 0.6
ALT = "The cosines of {}, each with each: only two and three, bread and wine, mother and father are alike."


def draw() -> Picture:
    """Mark what is alike."""
    with np.load(VECTORS) as saved:
        vectors = saved["vectors"][[saved["words"].tolist().index(each) for each in WORDS]]
    cosines = vectors @ vectors.T
    columns, rows = list(map(word, WORDS)), list(map(word, WORDS))
    grid = cells(cosines, "embedding", name="cosines", decimals=2, marked=cosines > HIGH, columns=columns, rows=rows)
    return grid.picture(ALT.format(", ".join(WORDS)))

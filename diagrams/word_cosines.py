"""How similar six words are in pairs: the cosines of vectors learned from books, as a heat map."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unrolled import Picture, above, cells, key, label, word

VECTORS = Path(__file__).parent / "data" / "words" / "vectors.npz"
WORDS = ["two", "three", "bread", "wine", "mother", "father"]
ALT = "The cosines of {}, each with every other: only two and three, bread and wine, mother and father are alike."


def cosines(words: Sequence[str]) -> NDArray[np.float64]:
    """Compute the cosines of each pair of words from unit vectors."""
    with np.load(VECTORS) as saved:
        vectors = saved["vectors"][[saved["words"].tolist().index(each) for each in words]].astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)  # already 1 except for rounding in the file
    found: NDArray[np.float64] = np.round(vectors @ vectors.T, 6)
    return found


def draw() -> Picture:
    """Draw a heat map of all six words, or on a phone, of two of the three pairs."""
    forms = []
    for words in (WORDS, WORDS[:4]):
        columns, rows = ([word(each, plain=True) for each in words] for _ in range(2))
        grid = cells(cosines(words), "embedding", decimals=2, heat=1, columns=columns, rows=rows, name="cosines")
        forms.append(above(grid, key("−1", "1"), label("cosine: 1 same direction, 0 right angle")))
    return forms[0].picture(ALT.format(", ".join(WORDS)), narrow=forms[1])

"""Words of several topics as points, from vectors that were learnt from books; one word is joined to its neighbours."""

from pathlib import Path

import numpy as np

from unrolled import Picture, space

VECTORS = Path(__file__).parent / "data" / "words" / "vectors.npz"
WORDS = ["two", "three", "five", "seven", "father", "mother", "son", "daughter", "hand", "eye", "face", "day", "month"]
WORDS += ["year", "bread", "wine", "water", "gold", "silver"]


def draw() -> Picture:
    """Join “bread” to the words that are nearest to it."""
    with np.load(VECTORS) as saved:
        rows = [saved["words"].tolist().index(word) for word in WORDS]
        return space(WORDS, saved["vectors"][rows]).near("bread", 3)

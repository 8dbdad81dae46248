"""Verbs now and in the past as points, from vectors learnt from books: the step from “go” to “went”, made twice."""

from pathlib import Path

import numpy as np

from unrolled import Picture, space

VECTORS = Path(__file__).parent / "data" / "words" / "vectors.npz"
VERBS = ["go", "went", "come", "came", "say", "said", "ask", "asked", "see", "saw", "give", "gave", "take", "took"]


def draw() -> Picture:
    """Make the step from “come”, too."""
    with np.load(VECTORS) as saved:
        rows = [saved["words"].tolist().index(word) for word in VERBS]
        return space(VERBS, saved["vectors"][rows]).difference("go", "went", again="come")

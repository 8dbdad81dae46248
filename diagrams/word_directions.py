"""Verbs in the present and past as points, from vectors learned from books: the step from “go” to “went”, twice."""

from pathlib import Path

import numpy as np

from unrolled import Picture, space

VECTORS = Path(__file__).parent / "data" / "words" / "vectors.npz"
NOW, PAST = (
    ["go", "come", "see", "take", "tell", "look", "write"],
    ["went", "came", "saw", "took", "told", "looked", "wrote"],
)


def draw() -> Picture:
    """Apply the same step to “come”, and look for the word nearest to the result in all dimensions."""
    with np.load(VECTORS) as saved:
        known, vectors = saved["words"].tolist(), saved["vectors"]
    rows = [known.index(word) for word in (*NOW, *PAST)]
    go, come, went = (known.index(word) for word in ("go", "come", "went"))
    nearness = vectors @ (vectors[went] - vectors[go] + vectors[come])
    nearness[[go, come, went]] = -np.inf
    map_ = space([*NOW, *PAST], vectors[rows]).group("now", NOW, mark="open").group("past", PAST)
    for now, past in zip(NOW, PAST, strict=True):
        map_ = map_.difference(now, past, light=now not in ("go", "come"))
    nearest = known[int(np.argmax(nearness))]
    return map_.note(
        f"In all 32, went − go + come lands nearest to “{nearest}” among the other {len(known) - 3} words."
    )

"""Words on several topics as points, from vectors learned from books; each topic has a background."""

from pathlib import Path

import numpy as np

from unrolled import Picture, space

VECTORS = Path(__file__).parent / "data" / "words" / "vectors.npz"
TOPICS = {
    "numbers": ["two", "three", "five", "seven"],
    "family": ["father", "mother", "son", "daughter"],
    "body": ["hand", "eye", "face"],
    "time": ["day", "month", "year"],
    "food": ["bread", "wine", "water"],
    "metals": ["gold", "silver"],
}
CLOSE = ("numbers", "food")
"""The topics whose points are too close for a name beside each."""


def draw() -> Picture:
    """Mark which words belong together, which the vectors don't know."""
    words = [word for topic in TOPICS.values() for word in topic]
    with np.load(VECTORS) as saved:
        known, vectors = saved["words"].tolist(), saved["vectors"]
    rows = [known.index(word) for word in words]
    others = np.delete(vectors, rows, axis=0)
    map_ = (
        space(words, vectors[rows])
        .among(others)
        .note(f"faint dots: the other {len(others)} words, for which these directions weren’t chosen")
    )
    for number, (topic, members) in enumerate(TOPICS.items(), start=1):
        map_ = map_.group(topic, members, fill=f"word-{number}", listed=topic in CLOSE)
    return map_

"""Words of several topics as points, from vectors that were learnt from books; one word is joined to its neighbours."""

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


def draw() -> Picture:
    """Join “bread” to the words that are nearest to it."""
    words = [word for topic in TOPICS.values() for word in topic]
    with np.load(VECTORS) as saved:
        rows = [saved["words"].tolist().index(word) for word in words]
        map_ = space(words, saved["vectors"][rows])
    for topic, members in TOPICS.items():
        map_ = map_.group(topic, members, fill="hair" if topic == "body" else "lane")  # it lies over the family
    return map_.near("bread", 3)

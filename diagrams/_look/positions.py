"""`positions`: few and many sinusoidal ones, those that code adds to its words, and an array."""

import numpy as np

from unrolled import Picture, positions, read_keras

ADDED = """
import numpy as np

angles = np.arange(5)[:, None] / 10000 ** (np.arange(0, 4, 2) / 4)
waves = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(5, 4)
words = Input((5,))
model = Model(words, Embedding(10, 4)(words) + waves)
"""


def draw() -> list[Picture]:
    """Range from few places to many, and from the formula to other numbers."""
    small = np.random.default_rng(2).normal(0, 0.05, (7, 8))
    return [
        positions(8, 6, base=50),
        positions(512, 768, place=40),
        positions(read_keras(ADDED)),
        positions(small, place=2),
    ]

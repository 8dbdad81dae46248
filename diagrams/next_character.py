"""From the trained network's scores to the next character, at a low, a neutral and a high temperature."""

from collections.abc import Sequence

import numpy as np

from _characters import CHARACTERS, read, shown
from unrolled import Picture, logits, read_keras


def draw(code: str, text: str, temperature: Sequence[float] = (0.25, 1, 4), most: int = 8) -> Picture:
    """Let the network read a `text`, and draw the shares of the likeliest characters at each `temperature`.

    The `most` characters with the highest scores are drawn and share the probability.
    """
    scores = read(read_keras(code), text).output[len(text) - 1]
    best = np.argsort(-scores)[:most]
    return logits([shown(CHARACTERS[at]) for at in best], scores[best], temperature=temperature)

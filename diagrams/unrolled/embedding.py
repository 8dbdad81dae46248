"""Words to vectors: a stand-in for a trained embedding, with numbers that a reader can follow."""

from collections.abc import Sequence
from hashlib import shake_256

import numpy as np

from .arrays import Array
from .errors import NumbersError

# Any number would do; with this one the words of the guide get vectors that are easy to tell apart.
SALT = 18558


def embed(words: Sequence[str], features: int = 2) -> Array:
    """Give each word a vector of tenths between −0.9 and 0.9, none of them 0; shape (words, features).

    A word's vector follows from the word alone, and a longer one begins with the shorter one.
    """
    if isinstance(words, str) or not words:
        raise NumbersError(f'embed wants a list of words, such as ["I", "am"], not {words!r}')
    if features < 1:
        raise NumbersError(f"a word needs at least 1 number, not {features}")
    return np.array([_vector(word, features) for word in words])


def _vector(word: str, features: int) -> list[float]:
    digest = shake_256(f"{SALT} {word}".encode()).digest(2 * features)
    draws = [int.from_bytes(digest[at : at + 2], "big") for at in range(0, len(digest), 2)]
    return [_tenth(draw) for draw in draws]


def _tenth(draw: int) -> float:
    """Turn a large whole number into one of the eighteen values −0.9 … −0.1, 0.1 … 0.9."""
    size = draw // 2 % 9 + 1
    return (size if draw % 2 else -size) / 10

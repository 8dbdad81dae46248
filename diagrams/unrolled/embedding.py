"""Words to vectors: a stand-in for a trained embedding, with numbers that a reader can follow."""

from collections.abc import Mapping, Sequence
from hashlib import shake_256

import numpy as np

from .arrays import Array
from .errors import NumbersError

# Any number would do; with this one the words of the guide get vectors that are easy to tell apart.
SALT = 18558


def embed(
    words: Sequence[str] | Mapping[str, Sequence[float]],
    features: int = 2,
    *,
    chosen: Mapping[str, Sequence[float]] | None = None,
) -> Array:
    """Give each word a vector of tenths between −0.9 and 0.9, none of them 0; shape (words, features).

    A word's vector follows from the word alone, and a longer one begins with the shorter one. Vectors of one's own are
    given for all words, `embed({"I": (0.5, 0.4), "am": (0.2, -0.6)})`, or for some, `chosen={"I": (0.5, 0.4)}`.
    """
    if isinstance(words, str) or not words:
        raise NumbersError(f'embed wants a list of words, such as ["I", "am"], not {words!r}')
    own = words if isinstance(words, Mapping) else chosen or {}
    features = _length(own) if own else features
    if features < 1:
        raise NumbersError(f"a word needs at least 1 number, not {features}")
    return np.array([list(own[word]) if word in own else _vector(word, features) for word in words], dtype=np.float64)


def _length(own: Mapping[str, Sequence[float]]) -> int:
    """Tell how many numbers each chosen vector has."""
    first, *others = own
    for word, vector in own.items():
        if np.ndim(vector) != 1 or not np.isfinite(np.asarray(vector, dtype=np.float64)).all():
            raise NumbersError(
                f"the vector of {word!r} must be a row of finite numbers, such as (0.5, 0.4), not {vector!r}"
            )
    for word in others:
        if len(own[word]) != len(own[first]):
            raise NumbersError(
                f"{first!r} has {len(own[first])} numbers and {word!r} {len(own[word])}: give all words equally many"
            )
    return len(own[first])


def _vector(word: str, features: int) -> list[float]:
    digest = shake_256(f"{SALT} {word}".encode()).digest(2 * features)
    draws = [int.from_bytes(digest[at : at + 2], "big") for at in range(0, len(digest), 2)]
    return [_tenth(draw) for draw in draws]


def _tenth(draw: int) -> float:
    """Turn a large whole number into one of the eighteen values −0.9 … −0.1, 0.1 … 0.9."""
    size = draw // 2 % 9 + 1
    return (size if draw % 2 else -size) / 10

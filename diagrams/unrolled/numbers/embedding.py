"""Word vectors: a stand-in for a trained embedding, with numbers that are easy to follow."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from hashlib import shake_256

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import MOST_NUMBERS, Array, read_only
from ..errors import NumbersError

# Any number would do; this one gives the words of the guide vectors that are easy to tell apart.
SALT = 18558


def embed(
    words: Sequence[str] | Mapping[str, Sequence[float]],
    features: int | None = None,
    *,
    chosen: Mapping[str, Sequence[float]] | None = None,
) -> Array:
    """Give each word a vector with one decimal, from −0.9 to 0.9 and never 0. Shape: (words, features).

    A word's vector depends only on the word, and a longer vector starts with the shorter one. The default is 2
    features. You can supply vectors of your own for all words, in the order of the sentence, or for some of them.

    >>> cells(embed(["I", "am", "groot"]), "embedding")
    >>> embed({"I": (0.5, 0.4), "am": (0.2, -0.6)})
    >>> embed(["I", "am", "I"], chosen={"I": (0.5, 0.4)})
    """
    if isinstance(words, str) or not words:
        raise NumbersError(f'embed needs a list of words, such as ["I", "am"], not {words!r}')
    vectors = words if isinstance(words, Mapping) else chosen or {}
    _check(words, vectors, features)
    length = len(next(iter(vectors.values()))) if vectors else 2 if features is None else features
    if length < 1:
        raise NumbersError(f"a word needs at least 1 number, not {length}")
    if len(words) * length > MOST_NUMBERS:
        raise NumbersError(
            f"{len(words):,} words of {length:,} numbers each exceed the limit of {MOST_NUMBERS:,} numbers: use fewer"
        )
    return np.array(
        [list(vectors[word]) if word in vectors else _vector(word, length) for word in words], dtype=np.float64
    )


def waves_at(places: ArrayLike, units: int, base: float) -> Array:
    """Compute sinusoidal position encodings (places, units); places may be fractional.

    Number 2i of a place is sin(place / base^(2i / units)), and number 2i + 1 the cosine of the same (Vaswani et al.,
    Attention Is All You Need, 2017, section 3.5, where the base is 10000).
    """
    angles = read_only(places)[:, None] / base ** (np.arange(0, units, 2) / units)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(angles), units)


def _check(
    words: Sequence[str] | Mapping[str, Sequence[float]], vectors: Mapping[str, Sequence[float]], features: int | None
) -> None:
    """Check that words are strings, and that each chosen vector belongs to one of them and has the right length."""
    for word in words:
        if not isinstance(word, str):
            raise NumbersError(f'embed needs words, such as ["I", "am"], not {word!r}')
    for word in vectors:
        if word not in words:
            near = get_close_matches(word, words, n=1)
            meant = f"did you mean “{near[0]}”?" if near else f"the words are {', '.join(words)}"
            raise NumbersError(f"there is a vector for “{word}”, which isn't one of the words: {meant}")
    for word, vector in vectors.items():
        try:
            numbers = np.asarray(vector, dtype=np.float64)
        except (TypeError, ValueError):
            numbers = np.array(np.nan)
        if numbers.ndim != 1 or not np.isfinite(numbers).all():
            raise NumbersError(
                f"the vector of {word!r} must be a row of finite numbers, such as (0.5, 0.4), not {vector!r}"
            )
    if not vectors:
        return
    first, *rest = vectors
    for word in rest:
        if len(vectors[word]) != len(vectors[first]):
            raise NumbersError(
                f"{first!r} has {len(vectors[first])} numbers, but {word!r} has {len(vectors[word])}: give all words "
                "the same number"
            )
    if features not in (None, len(vectors[first])):
        raise NumbersError(
            f"{first!r} has {len(vectors[first])} numbers, but features={features}: "
            f"remove features, or give every word {features} numbers"
        )


def _vector(word: str, features: int) -> list[float]:
    """Draw each number from the eighteen values −0.9 … −0.1, 0.1 … 0.9."""
    digest = shake_256(f"{SALT} {word}".encode()).digest(2 * features)
    draws = [int.from_bytes(digest[at : at + 2], "big") for at in range(0, len(digest), 2)]
    return [(draw // 2 % 9 + 1) * (1 if draw % 2 else -1) / 10 for draw in draws]

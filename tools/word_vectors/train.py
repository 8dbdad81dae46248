"""Train the word vectors: co-occurrence counts, weighted, and reduced to a few dimensions. NumPy only.

.venv/bin/python -m tools.word_vectors.train
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .texts import sentences
from .vectors import FILE, topics

WINDOW = 2
"""The number of words on each side that count as near; the first counts twice as much as the second."""
RAREST = 20
DROPPED = 2
"""The number of leading directions that depend on the texts rather than on meaning: see the output of `main`."""
FEATURES = 32
WORDS = 512

Matrix = NDArray[np.float64]


def near(texts: Iterable[Sequence[str]], words: Sequence[str]) -> Matrix:
    """Count how often each word occurs near each other word; shape (words, words)."""
    number = {word: index for index, word in enumerate(words)}
    counts = np.zeros((len(words), len(words)))
    for text in texts:
        row = np.array([number.get(word, -1) for word in text])
        for distance in range(1, WINDOW + 1):
            left, right = row[:-distance], row[distance:]
            is_known = (left >= 0) & (right >= 0)
            np.add.at(counts, (left[is_known], right[is_known]), (WINDOW + 1 - distance) / WINDOW)
    return counts + counts.T


def surprise(counts: Matrix) -> Matrix:
    """Weight the counts: positive pointwise mutual information with context smoothing (Levy, Goldberg, Dagan 2015)."""
    contexts = counts.sum(axis=0) ** 0.75
    expected = counts.sum(axis=1, keepdims=True) * contexts / contexts.sum()
    ratio: Matrix = np.divide(counts, expected, out=np.ones_like(counts), where=counts > 0)
    weighed: Matrix = np.maximum(np.log(ratio), 0)
    return weighed


def pressed(weighed: Matrix, features: int) -> Matrix:
    """Keep the directions in which words differ most, by singular value decomposition; shape (words, features)."""
    squares, directions = np.linalg.eigh(weighed @ weighed.T)
    projected = (directions * np.sqrt(np.maximum(squares, 0)))[:, ::-1][:, :features]
    largest = projected[np.abs(projected).argmax(axis=0), range(features)]
    return np.asarray(projected * np.sign(largest))  # the sign of a direction is arbitrary; this fixes it


def shipped(first: Counter[str], second: Counter[str]) -> list[str]:
    """Choose the words to ship: those of the topics, then those that are most frequent in both texts."""
    chosen = [word for words in topics().values() for word in words]
    common = sorted(first.keys() & second.keys(), key=lambda word: (-min(first[word], second[word]), word))
    chosen += [word for word in common if word not in chosen and "'" not in word]
    return chosen[:WORDS]


def main() -> None:
    """Download the texts, train, and save the vectors with their words and how often each occurs."""
    bible, novels = sentences().values()
    first, second = (Counter(word for sentence in text for word in sentence) for text in (bible, novels))
    print(f"{first.total():,} words from the Bible, {second.total():,} from the novels")
    both = first + second
    vocabulary = sorted((word for word in both if both[word] >= RAREST), key=lambda word: (-both[word], word))
    vectors = pressed(surprise(near([*bible, *novels], vocabulary)), DROPPED + FEATURES)
    frequency = [np.log(both[word]) for word in vocabulary]
    source = [np.log((first[word] + 1) / (second[word] + 1)) for word in vocabulary]
    print(f"correlation of direction 1 with the frequency of a word: {np.corrcoef(vectors[:, 0], frequency)[0, 1]:.2f}")
    print(f"correlation of direction 2 with the text that uses it: {np.corrcoef(vectors[:, 1], source)[0, 1]:.2f}")
    words = shipped(first, second)
    chosen = vectors[[vocabulary.index(word) for word in words], DROPPED:]
    chosen /= np.linalg.norm(chosen, axis=1, keepdims=True)
    np.savez_compressed(
        FILE,
        words=np.array(words),
        vectors=chosen.round(4).astype(np.float32),
        counts=np.array([both[word] for word in words], dtype=np.int32),
    )
    print(f"{FILE}: {len(words)} of {len(vocabulary):,} words, {FEATURES} numbers each")


if __name__ == "__main__":
    main()

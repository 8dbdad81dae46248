"""The word vectors that ship with the project, with their neighbours and differences."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pair = tuple[str, str]
FOLDER = Path(__file__).resolve().parents[2] / "diagrams" / "data" / "words"
FILE = FOLDER / "vectors.npz"


@dataclass(frozen=True, eq=False)  # comparing arrays gives no single truth value
class WordVectors:
    """Words, a vector of length 1 for each, and how often each occurs in the texts."""

    words: tuple[str, ...]
    vectors: NDArray[np.float64]
    counts: NDArray[np.int32]

    def __getitem__(self, word: str) -> NDArray[np.float64]:
        """The vector of a word; shape (features,)."""
        if word not in self.words:
            raise KeyError(f"{word!r} is not among the {len(self.words)} words")
        return np.asarray(self.vectors[self.words.index(word)])

    def __contains__(self, word: object) -> bool:
        return word in self.words

    def nearest(self, vector: NDArray[np.float64], count: int = 5, but: Collection[str] = ()) -> list[str]:
        """Return the words whose vectors are most similar in direction to a vector: by the cosine."""
        order = np.argsort(-(self.vectors @ vector), kind="stable")
        return [self.words[index] for index in order if self.words[index] not in but][:count]

    def neighbours(self, word: str, count: int = 5) -> list[str]:
        """Return the words nearest to a word, excluding itself."""
        return self.nearest(self[word], count, but=(word,))

    def analogy(self, first: str, second: str, third: str, count: int = 3) -> list[str]:
        """Return the words that are to `third` as `second` is to `first`, excluding these three."""
        return self.nearest(self[second] - self[first] + self[third], count, but=(first, second, third))


def read() -> WordVectors:
    """Read the vectors."""
    with np.load(FILE) as saved:
        return WordVectors(tuple(saved["words"].tolist()), saved["vectors"].astype(np.float64), saved["counts"])


def topics() -> dict[str, Sequence[str]]:
    """Read the words that belong together, as sorted by a person."""
    by_topic: dict[str, Sequence[str]] = json.loads((FOLDER / "topics.json").read_text(encoding="utf-8"))
    return by_topic


def relations() -> dict[str, list[Pair]]:
    """Load the pairs of words that differ in the same way."""
    by_relation = json.loads((FOLDER / "relations.json").read_text(encoding="utf-8"))
    return {relation: [(first, second) for first, second in pairs] for relation, pairs in by_relation.items()}

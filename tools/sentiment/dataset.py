"""The data set of short verdicts: made from the grammar, split, written, read, and turned into indices."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .grammar import Sentence, twins, words_of

FOLDER = Path(__file__).resolve().parents[2] / "diagrams" / "data" / "sentiment"
SEED = 1
PAIRS = {
    "plain": (300, 100),
    "negated": (105, 35),
    "distant": (105, 35),
    "contrast": (135, 45),
    "correction": (105, 35),
}
"""How many pairs of twins of each form are trained with, and how many are kept out."""
TIME_STEPS = 12
UNKNOWN = 1
"""The index of every word that the training sentences do not have; 0 is the padding."""

# What the guide shows must be new to the network.
EXAMPLES = (
    (Sentence("The movie was not bad.", True, "negated"), Sentence("The movie was not good.", False, "negated")),
    (
        Sentence("The movie was good, not bad.", True, "correction"),
        Sentence("The movie was bad, not good.", False, "correction"),
    ),
)


@dataclass(frozen=True)
class Dataset:
    """Sentences by split. Twins stand in one split, and no sentence in two."""

    train: tuple[Sentence, ...]
    kept_out: tuple[Sentence, ...]

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The words of the training sentences in the order of the alphabet, after the padding and the unknown."""
        return ("", "[unknown]", *sorted({word for each in self.train for word in each.words}))


def generated() -> Dataset:
    """Make the data set; the seed decides everything."""
    chance, taken = random.Random(SEED), {each.text for pair in EXAMPLES for each in pair}
    train: list[Sentence] = []
    kept_out = [each for pair in EXAMPLES for each in pair]
    for form, (trained, kept) in PAIRS.items():
        own = sum(pair[0].form == form for pair in EXAMPLES)
        kept_out += _new(form, kept - own, chance, taken)
        train += _new(form, trained, chance, taken)
    return Dataset(tuple(train), tuple(kept_out))


def _new(form: str, count: int, chance: random.Random, taken: set[str]) -> list[Sentence]:
    """Make pairs of twins of which neither was made before."""
    made: list[Sentence] = []
    while len(made) < 2 * count:
        pair = twins(form, chance)
        if taken.isdisjoint(each.text for each in pair):
            taken.update(each.text for each in pair)
            made += pair
    return made


def write(dataset: Dataset, folder: Path = FOLDER) -> None:
    """Write the sentences and the vocabulary."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "sentences.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["split", "form", "kind", "text"])
        for split, sentences in (("train", dataset.train), ("kept_out", dataset.kept_out)):
            rows.writerows([split, each.form, int(each.kind), each.text] for each in sentences)
    words = json.dumps(dataset.vocabulary, indent=0)
    (folder / "vocabulary.json").write_text(words + "\n", encoding="utf-8")


def read(folder: Path = FOLDER) -> Dataset:
    """Read the sentences as they were written."""
    with (folder / "sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    train, kept_out = (
        tuple(Sentence(row["text"], row["kind"] == "1", row["form"]) for row in rows if row["split"] == split)
        for split in ("train", "kept_out")
    )
    return Dataset(train, kept_out)


def read_vocabulary(folder: Path = FOLDER) -> tuple[str, ...]:
    """Read the words by their index."""
    return tuple(json.loads((folder / "vocabulary.json").read_text(encoding="utf-8")))


def read_written(folder: Path = FOLDER) -> tuple[Sentence, ...]:
    """Read the sentences that were written by hand rather than by the grammar."""
    with (folder / "written.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Sentence(row["text"], row["kind"] == "1", "written") for row in csv.DictReader(file))


def indices(text: str, vocabulary: Sequence[str], time_steps: int = TIME_STEPS) -> NDArray[np.int64]:
    """Turn a text into the indices of its words, filled up with zeros at the end; (time_steps,)."""
    found = [vocabulary.index(word) if word in vocabulary else UNKNOWN for word in words_of(text)]
    if len(found) > time_steps:
        raise ValueError(f"{text!r} has {len(found)} words, and the network takes {time_steps}")
    return np.array(found + [0] * (time_steps - len(found)), dtype=np.int64)


def arrays(sentences: Iterable[Sentence], vocabulary: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Turn sentences into what Keras is trained with: indices (sentences, time_steps), and 1 for the kind ones."""
    listed = list(sentences)
    return (
        np.stack([indices(each.text, vocabulary) for each in listed]),
        np.array([each.kind for each in listed], dtype=np.float32),
    )


if __name__ == "__main__":
    write(generated())

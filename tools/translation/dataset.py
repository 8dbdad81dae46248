"""The data set of English sentences and their French translations: generated from the grammar, split, and written.

.venv/bin/python -m tools.translation.dataset
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from .grammar import Pair, sentences

FOLDER = Path(__file__).resolve().parents[2] / "diagrams" / "data" / "translation"
SEED = 1
TRAINED, KEPT_OUT = 250, 500
EXAMPLES = ("I am groot", "we see the red car", "she does not look for the black car")
"""The examples in the guide must be new to the networks."""


def generated() -> dict[str, list[Pair]]:
    """Generate the two splits from the grammar; the seed determines everything. No sentence is in both.

    The few other sentences with “groot” are all used for training; otherwise there would be almost none.
    """
    every = list(sentences())
    examples = [pair for english in EXAMPLES for pair in every if pair.english == english]
    rare = [pair for pair in every if "groot" in pair.english and pair not in examples]
    rest = [pair for pair in every if pair not in examples and pair not in rare]
    chance = random.Random(SEED)
    chance.shuffle(rest)
    kept = KEPT_OUT - len(examples)
    train = [*rare, *rest[kept : kept + TRAINED - len(rare)]]
    chance.shuffle(train)
    return {"train": train, "kept_out": [*examples, *rest[:kept]]}


def main() -> None:
    """Write both splits."""
    with (FOLDER / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["split", "english", "french"])
        for split, pairs in generated().items():
            writer.writerows([split, pair.english, pair.french] for pair in pairs)


if __name__ == "__main__":
    main()

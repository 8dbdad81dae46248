"""Words of the short verdicts as placed by a trained network: two numbers for each, learned along with the task."""

import csv
import json
from itertools import pairwise
from pathlib import Path

import numpy as np

from unrolled import Picture, space

DATA = Path("diagrams/data/sentiment")
KIND, UNKIND, TURNING, AFTER_NOT = (
    ["good", "great", "funny"],
    ["bad", "awful", "boring"],
    ["not", "never", "but"],
    ["love", "enjoy"],
)
REST = ["film", "plot", "was"]


def befores() -> list[str]:
    """List the words directly before each “love” and “enjoy” in the training sentences."""
    with (DATA / "sentences.csv").open(encoding="utf-8", newline="") as file:
        sentences = [row["text"] for row in csv.DictReader(file) if row["split"] == "train"]
    words = [sentence.lower().rstrip(".").replace(",", "").split() for sentence in sentences]
    return [one for sentence in words for one, two in pairwise(sentence) if two in AFTER_NOT]


def draw() -> Picture:
    """Take the words' rows from the trained embedding table, and mark similar ones."""
    vocabulary = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    words = [*KIND, *UNKIND, *TURNING, *AFTER_NOT, *REST]
    with np.load(DATA / "lstm.npz") as saved:
        map_ = space(words, saved["arr_0"][[vocabulary.index(word) for word in words]])
    before = befores()
    assert set(before) == {"not"}, before
    for name, members, fill, mark in (
        ("kind", KIND, "word-1", "disc"),
        ("unkind", UNKIND, "word-4", "disc"),
        ("turning", ["but"], "lane", "disc"),
        ("denying", ["not", "never"], "lane", "disc"),
        ("kind, after “not”", AFTER_NOT, None, "open"),
        ("neither", REST, "hair", "disc"),
    ):
        map_ = map_.group(name, members, fill=fill, mark=mark, listed=False)
    map_ = map_.note(f"Before each of the {len(before)} “love” and “enjoy” is “not”.")
    return map_.note("Made-up verdicts on films; another seed, another map.")

"""Words of the short verdicts where a trained network has put them: two numbers for each, learnt with the task."""

import json
from pathlib import Path

import numpy as np

from unrolled import Picture, space

DATA = Path("diagrams/data/sentiment")
WORDS = ["good", "great", "funny", "bad", "awful", "boring", "love", "enjoy", "not", "never"]
WORDS += ["but", "film", "plot", "was"]


def draw() -> Picture:
    """Take their rows out of the table that the network has learnt."""
    vocabulary = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    with np.load(DATA / "lstm.npz") as saved:
        return space(WORDS, saved["arr_0"][[vocabulary.index(word) for word in WORDS]])

"""Six novels by Jane Austen as sequences of characters: some for training, some held out."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..word_vectors.texts import novels

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "diagrams" / "data" / "characters"
SHA256 = "1f48a6d7751aa60776b8aacf34d3b6898c46f4ee0fd103d733dd04f45e761841"
"""Of all six novels, as downloaded."""

CHARACTERS = " abcdefghijklmnopqrstuvwxyz.,;:!?'\"-"
"""The characters by index."""
TIME_STEPS = 64
TITLE = "PRIDE AND PREJUDICE"
"""The beginning of the novel whose first chapters are held out."""
KEPT_OUT, VALIDATION = 3, 3
"""Numbers of chapters: the first three are held out, the next three are for validation."""
HEADING = re.compile(r"^\s*(?:chapter|volume) [ivxlc0-9]+\.?\s*$", re.IGNORECASE | re.MULTILINE)
STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "--", "_": "", "`": "'"})

Rows = NDArray[np.int32]


@dataclass(frozen=True)
class Split:
    """The text for training, the text for choosing settings, and the text for the final evaluation."""

    train: str
    validation: str
    kept_out: str


def plain(text: str) -> str:
    """Reduce a text to the 36 characters: lower case, straight quotes, one space between words."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(STRAIGHT))
    return " ".join(
        "".join(letter if letter in CHARACTERS else " " for letter in letters if ord(letter) < 0x300).split()
    )


def split(texts: Iterable[str]) -> Split:
    """Take the first chapters out of one novel; everything else is for training."""
    training, parts = [], None
    for text in texts:
        if text.lstrip().startswith(TITLE):
            parts = HEADING.split(text)
        else:
            training.append(text)
    assert parts is not None, f"no novel begins with {TITLE}"
    chapters = [plain(chapter) for chapter in parts[1:]]
    ends = KEPT_OUT + VALIDATION
    rest = [*(plain(HEADING.sub(" ", novel)) for novel in training), *chapters[ends:]]
    return Split(" ".join(rest), " ".join(chapters[KEPT_OUT:ends]), " ".join(chapters[:KEPT_OUT]))


def fetch() -> Split:
    """Download the novels, verify their checksum, and split them."""
    texts = novels()
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    if digest != SHA256:
        raise ValueError(f"the novels have the SHA-256 {digest}, not {SHA256}")
    return split(texts)


def indices(text: str) -> Rows:
    """Convert characters to their indices: (characters,)."""
    return np.array([CHARACTERS.index(character) for character in text], np.int32)


def windows(text: str, step: int = TIME_STEPS, time_steps: int = TIME_STEPS) -> tuple[Rows, Rows]:
    """Cut a text into sequences, and the same sequences shifted by one character: (rows, time_steps) each."""
    numbers = indices(text)
    starts = np.arange(0, len(numbers) - time_steps, step)[:, None] + np.arange(time_steps)
    return numbers[starts], numbers[starts + 1]


def read_kept_out(folder: Path = FOLDER) -> str:
    """Read the three chapters in the repository."""
    return (folder / "kept_out.txt").read_text(encoding="utf-8").strip()


def read_results(folder: Path = FOLDER) -> dict[str, object]:
    """Read the results of the measurements."""
    results: dict[str, object] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return results

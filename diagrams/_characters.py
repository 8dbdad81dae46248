"""The network trained on the novels, for figures that show it at work."""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from unrolled import Model, run_model, weights_from
from unrolled.arrays import Weights
from unrolled.numbers.run import ModelTrace

DATA = Path("diagrams/data/characters")
CHARACTERS = " abcdefghijklmnopqrstuvwxyz.,;:!?'\"-"
SPACE = "·"
"""A visible symbol for the space."""


@cache
def results() -> dict[str, Any]:
    """Read the measurements made by `tools/characters`."""
    return cast("dict[str, Any]", json.loads((DATA / "results.json").read_text(encoding="utf-8")))


def shown(character: str) -> str:
    """Make spaces visible."""
    return SPACE if character == " " else character


def weights_of_model(model: Model) -> tuple[Weights, ...]:
    """Load the trained weights of the network."""
    return weights_from(model, DATA / "model.npz")


def row(model: Model, text: str) -> NDArray[np.int64]:
    """Convert a text to the network's input, padded with spaces; nothing attends ahead to them."""
    found = np.zeros([size or len(text) for size in model.entries[0].shape], np.int64)
    found[: len(text)] = [CHARACTERS.index(each) for each in text]
    return found


def read(model: Model, text: str) -> ModelTrace:
    """Run the network on a text of up to 64 characters."""
    return run_model(model, row(model, text), weights=weights_of_model(model))

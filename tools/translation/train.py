"""Run the code of the guide with its two trainings, and save the weights.

KERAS_BACKEND=jax .venv-verify/bin/python -m tools.translation.train
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from pelicanconf import MARKDOWN
from plugins.figures.markdown import Block, read

from .dataset import FOLDER

GUIDE = Path(__file__).resolve().parents[2] / "content" / "nlp" / "one-sentence-into-another.md"
TRAININGS = {"fit": ("translator", "lstm.npz"), "fit-attention": ("attentive", "attention.npz")}
"""The blocks that train, by their ids: which model, and the file for its weights."""


def blocks() -> list[Block]:
    """Return the guide's Python blocks up to the exercises, including those that train."""
    text = GUIDE.read_text("utf-8").partition("\n## Exercises")[0]
    extensions: dict[str, Any] = MARKDOWN
    return [block for block in read(text, **extensions)[1].all_blocks if block.is_python]


def run(code: str, names: dict[str, Any]) -> None:
    """Run a block of the guide."""
    exec(compile(code, str(GUIDE), "exec"), names)


def main() -> None:
    """Run every block; the one below a training loads the weights."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks():
        run(block.text, names)
        if block.id in TRAININGS:
            model, file = TRAININGS[block.id]
            np.savez(FOLDER / file, *names[model].get_weights())


if __name__ == "__main__":
    main()

"""Train the character model of the first seed again, and save what it writes after more and more steps.

KERAS_BACKEND=jax .venv-verify/bin/python -m tools.characters.writing
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from .dataset import CHARACTERS, FOLDER, TIME_STEPS, Split, fetch, indices
from .heads import bits
from .train import SEEDS, made, rounded, trained

STEPS = (
    *(0, 10, 20, 30, 40, 50, 60, 80, 100, 120, 140, 160, 180, 200, 225, 250, 275, 300, 350, 400, 450, 500),
    *(600, 700, 800, 900, 1000, 1200, 1400, 1600, 1800, 2000, 2250, 2500, 2750, 3000, 3500, 4000, 4500, 5000),
)
"""After so many steps it writes, and at the end."""
BEGUN, COUNT, TEMPERATURE, BEST = "elizabeth ", 230, 0.8, 8
"""What the guide asks for: how a text begins, how many characters are added, and how they are drawn."""

LEAST = 20
"""How often a word must occur in the novels to count as one of theirs."""


def write(model: Any, text: str = BEGUN, count: int = COUNT) -> str:
    """Add characters to a text, one after the other, as in the guide."""
    chance = np.random.default_rng(1)
    for _ in range(count):
        seen = indices(text[-TIME_STEPS:])
        row = np.pad(seen, (0, TIME_STEPS - len(seen)))[np.newaxis]
        scores = np.asarray(model.predict_on_batch(row))[0, len(seen) - 1]
        best = np.argsort(scores)[-BEST:]
        powers = np.exp((scores[best] - scores[best].max()) / TEMPERATURE)
        text += CHARACTERS[chance.choice(best, p=powers / powers.sum())]
    return text


class Writing(keras.callbacks.Callback):  # type: ignore[misc] # keras has no types
    """Has another model write with the present weights, so that nothing changes in the one that is trained."""

    def __init__(self, writer: Any, validation: str) -> None:
        super().__init__()
        self.writer, self.validation, self.steps = writer, validation, 0
        self.found: list[tuple[int, float, str]] = []

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Write before some of the steps."""
        if self.steps in STEPS:
            self.note(self.model)
        self.steps += 1

    def note(self, model: Any) -> None:
        """Measure and write with a model's weights, in half precision as they are saved."""
        self.writer.set_weights([array.astype(np.float32) for array in rounded(model)])
        self.found.append((self.steps, round(bits(self.writer, self.validation), 2), write(self.writer)))
        print(self.found[-1], flush=True)


def words(texts: Sequence[str], parts: Split) -> list[str]:
    """Return the words of the novels that are in some texts; a single letter is one only if it is a, i or o."""
    counts = Counter(map(bare, " ".join((parts.train, parts.validation, parts.kept_out)).split()))
    kept = {word for text in texts for word in map(bare, text.split()) if counts[word] >= LEAST}
    return sorted(word for word in kept if len(word) > 1 or word in "aio")


def bare(word: str) -> str:
    """Leave out the signs around a word."""
    return word.strip(".,;:!?'\"-")


def main() -> None:
    """Train it once more; the texts after the last step are those of the saved model."""
    parts = fetch()
    writing = Writing(made(SEEDS[0])["model"], parts.validation)
    model, _ = trained(parts, SEEDS[0], more=[writing])
    writing.note(model)
    with np.load(FOLDER / "model.npz") as saved:
        apart = max(float(np.abs(a - b).max()) for a, b in zip(rounded(model), saved.values(), strict=True))
    print(f"the weights differ from the saved ones by at most {apart}")
    steps, costs, texts = zip(*writing.found, strict=True)
    results = {"steps": steps, "bits": costs, "texts": texts, "words": words(texts, parts)}
    (FOLDER / "writing.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Train the character model, analyse its heads, and save the weights of the first seed and all measurements.

KERAS_BACKEND=jax .venv-verify/bin/python -m tools.characters.train [SEED …]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from .dataset import FOLDER, Split, fetch, windows
from .heads import bits, looked, lost
from .networks import CODE, FIT, WAVES
from .ngrams import Counts

SEEDS = (1, 2, 3)
"""The model of the first one is saved, not the best."""
EVERY = 250
"""The number of steps between points of the learning curve."""
ORDERS = (0, 1, 2, 3, 4, 5, 6)
RESULTS = FOLDER / "results.json"


def made(seed: int) -> dict[str, Any]:
    """Run the code that creates the model; from here on, the seed determines all randomness."""
    keras.utils.set_random_seed(seed)
    names: dict[str, Any] = {}
    exec(WAVES + CODE, names)
    return names


class Curve(keras.callbacks.Callback):  # type: ignore[misc] # keras has no types
    """Evaluates the model on the validation part at regular intervals; no decision depends on the result."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.found, self.steps = text, list[float](), 0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Measure before the first step, and at regular intervals after that."""
        if self.steps % EVERY == 0:
            self.found.append(round(bits(self.model, self.text), 4))
        self.steps += 1


def trained(parts: Split, seed: int, epochs: int = 3, more: Sequence[Any] = ()) -> tuple[Any, list[float]]:
    """Train a model exactly as in the guide; return it with its learning curve. `more` callbacks may look on."""
    names, curve = made(seed), Curve(parts.validation)
    names["x_train"], names["y_train"] = windows(parts.train)
    names["callbacks"] = [curve, *more]
    code = FIT.replace("epochs = 3", f"epochs = {epochs}")
    exec(code.replace("epochs=epochs)", "epochs=epochs, verbose=0, callbacks=callbacks)"), names)
    return names["model"], curve.found


def rounded(model: Any) -> list[Any]:
    """Return a model's weights in half precision, which halves their size."""
    return [array.astype(np.float16) for array in model.get_weights()]


def measured(model: Any, parts: Split, curve: Sequence[float]) -> dict[str, Any]:
    """Measure how well a model predicts the held-out text, and what its heads do there."""
    return {
        "bits": round(bits(model, parts.kept_out), 4),
        "curve": list(curve),
        "looked": looked(model, parts.kept_out),
        "lost": lost(model, parts.kept_out),
    }


def counted(parts: Split) -> dict[str, dict[str, float]]:
    """Measure how well n-grams predict the held-out text, by the number of characters in the context.

    Each has its bits per character, and the number of different sequences counted for it.
    """
    counts, by_order = Counts(parts.train, max(ORDERS)), {}
    for order in ORDERS:
        bits_ = counts.bits(parts.kept_out, order, counts.tuned(parts.validation, order))
        by_order[str(order)] = {"bits": round(bits_, 4), "runs": len(counts.runs[order + 1])}
    return by_order


def main(seeds: Sequence[int]) -> None:
    """Train with each seed; results of other seeds are kept."""
    parts = fetch()
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "kept_out.txt").write_text(parts.kept_out + "\n", encoding="utf-8")
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {"seeds": {}}
    results["characters"] = {
        "train": len(parts.train),
        "validation": len(parts.validation),
        "kept out": len(parts.kept_out),
    }
    results["counted"] = results.get("counted") or counted(parts)
    for seed in seeds:
        began = time.process_time()
        model, curve = trained(parts, seed)
        model.set_weights([array.astype(np.float32) for array in rounded(model)])
        if seed == SEEDS[0]:
            np.savez_compressed(FOLDER / "model.npz", *rounded(model))
        results["seeds"][str(seed)] = measured(model, parts, curve)
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(
            f"seed {seed}: {results['seeds'][str(seed)]['bits']} bits, {time.process_time() - began:.0f} s", flush=True
        )


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or SEEDS)

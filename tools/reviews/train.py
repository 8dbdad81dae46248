"""Train the networks that read reviews, compare them, and save one: its weights, its words, and all results.

KERAS_BACKEND=jax .venv-verify/bin/python -m tools.reviews.train
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from .baseline import tuned
from .dataset import FOLDER, Split, arrays, counted, fetch, read, split, used, vocabulary_of
from .networks import FIT, LAYERS, code

SEEDS = (1, 2, 3, 4, 5)
"""Each gives another split of the sentences, and other initial weights. The network of the first one is saved, not the
best.
"""
EPOCHS = 10
"""The length of the learning curves."""
SHARES = {"an eighth": 8, "a quarter": 4, "a half": 2}
"""Fractions of the training sentences, each used for a training of its own."""
CURVES = ("train_loss", "train_accuracy", "kept_out_loss", "kept_out_accuracy", "validation_loss")


class Data:
    """A split in the format that Keras and the guide's code expect."""

    def __init__(self, parts: Split) -> None:
        self.parts, self.vocabulary = parts, vocabulary_of(parts.train)
        self.train, self.validation, self.kept_out = (
            arrays(reviews, self.vocabulary) for reviews in (parts.train, parts.validation, parts.kept_out)
        )

    def network(self, layer: str, seed: int, *, dropout: bool = True) -> dict[str, Any]:
        """Run the code that creates a network; from here on, the seed determines all randomness."""
        keras.utils.set_random_seed(seed)
        names: dict[str, Any] = {}
        exec(code(layer, len(self.vocabulary), dropout=dropout), names)
        names["x_train"], names["y_train"] = self.train
        names["x_validation"], names["y_validation"] = self.validation
        return names


def trained(data: Data, layer: str, seed: int) -> Any:
    """Train a network exactly as in the guide."""
    names = data.network(layer, seed)
    exec(FIT.replace("\n)", "\n    verbose=0,\n)"), names)
    return names["model"]


def right(model: Any, data: Data) -> Any:
    """Return for each held-out sentence whether a network's prediction is right."""
    rows, kind = data.kept_out
    return (model.predict(rows, batch_size=500, verbose=0)[:, 0] > 0.5) == kind


class _KeptOut(keras.callbacks.Callback):  # type: ignore[misc] # keras has no types
    """Evaluates the network on the held-out sentences after each epoch; no decision depends on the result."""

    def __init__(self, data: Data) -> None:
        super().__init__()
        self.data, self.found = data, list[tuple[float, float]]()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.found.append(tuple(self.model.evaluate(*self.data.kept_out, batch_size=500, verbose=0)))


def curves(data: Data, seed: int, *, dropout: bool, epochs: int = EPOCHS) -> dict[str, list[float]]:
    """Train without early stopping, and record losses and accuracies after each epoch."""
    names, after = data.network("LSTM", seed, dropout=dropout), _KeptOut(data)
    model = names["model"]
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(
        *data.train, batch_size=128, epochs=epochs, validation_data=data.validation, callbacks=[after], verbose=0
    ).history
    losses, accuracies = zip(*after.found, strict=True)
    rows = history["loss"], history["accuracy"], losses, accuracies, history["val_loss"]
    return {name: _rounded(row) for name, row in zip(CURVES, rows, strict=True)}


def rounded(model: Any) -> list[Any]:
    """Return a network's weights in half precision, which halves their size."""
    return [array.astype(np.float16) for array in model.get_weights()]


def results(reviews: Sequence[Any], seeds: Sequence[int] = SEEDS, save: Path | None = FOLDER) -> dict[str, Any]:
    """Train and measure all networks; save the LSTM of the first seed in the process."""
    measured: dict[str, Any] = {"accuracies": {"words alone": [], **{layer: [] for layer in LAYERS}}}
    measured |= {"curves": {"without dropout": [], "with dropout": []}, "shares": {}, "agreement": [], "sizes": []}
    for seed in seeds:
        parts = split(reviews, seed)
        data = Data(parts)
        baseline = tuned(parts, data.vocabulary)
        by_words = baseline.positive(parts.kept_out, data.vocabulary) == (data.kept_out[1] > 0)
        measured["accuracies"]["words alone"].append(_rounded([by_words.mean()])[0])
        measured["sizes"].append([len(parts.train), len(data.vocabulary), float(np.mean(data.kept_out[1]).round(4))])
        for layer in LAYERS:
            model = trained(data, layer, seed)
            if layer == "LSTM":
                model.set_weights([array.astype(np.float32) for array in rounded(model)])
                by_lstm = right(model, data)
                both = [np.mean(by_words & by_lstm), np.mean(by_words & ~by_lstm), np.mean(~by_words & by_lstm)]
                measured["agreement"].append(_rounded(both))
                if save is not None and seed == seeds[0]:
                    _save(save, data.vocabulary, rounded(model))
            measured["accuracies"][layer].append(_rounded([right(model, data).mean()])[0])
        for label, dropout in (("without dropout", False), ("with dropout", True)):
            measured["curves"][label].append(curves(data, seed, dropout=dropout))
        for label, divisor in SHARES.items():
            fewer = Split(parts.train[: len(parts.train) // divisor], parts.validation, parts.kept_out)
            less = Data(fewer)
            scores = measured["shares"].setdefault(label, {"sentences": [], "words alone": [], "LSTM": []})
            scores["sentences"].append(len(fewer.train))
            scores["words alone"].append(
                round(tuned(fewer, less.vocabulary).accuracy(fewer.kept_out, less.vocabulary), 4)
            )
            scores["LSTM"].append(_rounded([right(trained(less, "LSTM", seed), less).mean()])[0])
        print(f"seed {seed}:", {name: values[-1] for name, values in measured["accuracies"].items()}, flush=True)
    return measured


def _save(folder: Path, vocabulary: Sequence[str], weights: Sequence[Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary, ensure_ascii=False) + "\n", encoding="utf-8")
    np.savez_compressed(folder / "lstm.npz", *weights)


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(float(value), 4) for value in values]


def main() -> None:
    """Train everything; this takes about twelve minutes of processor time."""
    began, reviews = time.monotonic(), read(fetch())
    measured = {
        "sentences": len(reviews),
        "used": len(used(reviews)),
        "counts": counted(reviews, SEEDS[0]),
        "seeds": list(SEEDS),
        **results(reviews),
    }
    text = json.dumps(measured, indent=1)
    (FOLDER / "results.json").write_text(text + "\n", encoding="utf-8")
    print(f"{time.monotonic() - began:.0f} seconds")


if __name__ == "__main__":
    main()

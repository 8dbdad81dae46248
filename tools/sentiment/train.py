"""Train the networks for the short verdicts with Keras, and save their weights.

KERAS_BACKEND=jax .venv-verify/bin/python -m tools.sentiment.train

With `epochs` at the end, train only the LSTM with four units, and save its weights after each epoch. With `windows`,
train the convolutions instead, each with five seeds, and save their accuracies.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from .dataset import FOLDER, PAIRS, arrays, read, read_vocabulary, read_written
from .grammar import Sentence
from .networks import NETWORKS, WINDOWS

SEED = 1
SEEDS = (1, 2, 3, 4, 5)
EPOCHS = 40
SAVED = "3 words"
"""The convolution whose weights are saved, from the first seed."""


def trained(code: str, seed: int = SEED, callbacks: Sequence[Any] = ()) -> Any:
    """Run the code of a network, and train it with the training sentences; the seed determines all randomness."""
    keras.utils.set_random_seed(seed)
    names: dict[str, Any] = {}
    exec(code, names)
    model = names["model"]
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    sentences, kind = arrays(read().train, read_vocabulary())
    model.fit(sentences, kind, batch_size=32, epochs=EPOCHS, verbose=0, callbacks=[*callbacks])
    return model


class Kept(keras.callbacks.Callback):  # type: ignore[misc] # keras has no types
    """Keeps all weights as they were before the training and after each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: list[list[Any]] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """Keep those of the new network."""
        self.weights.append(self.model.get_weights())

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keep those that were learnt."""
        self.weights.append(self.model.get_weights())


def keep_epochs() -> None:
    """Save the LSTM of the guides, and what it was after each epoch: its weights, and its accuracy on new sentences."""
    kept = Kept()
    model = trained(NETWORKS["lstm"], callbacks=[kept])
    np.savez(FOLDER / "lstm.npz", *model.get_weights())
    right = []
    for weights in kept.weights:
        model.set_weights(weights)
        right.append(share(model, read().kept_out))
    stacked = [np.stack(epochs) for epochs in zip(*kept.weights, strict=True)]
    np.savez_compressed(FOLDER / "lstm_epochs.npz", *stacked, right=np.array(right))


def main() -> None:
    """Train every network, save its weights, and print its accuracy."""
    sentences, kind = arrays(read().kept_out, read_vocabulary())
    for name, code in NETWORKS.items():
        model = trained(code)
        np.savez(FOLDER / f"{name}.npz", *model.get_weights())
        _, accuracy = model.evaluate(sentences, kind, verbose=0)
        print(f"{name}: {accuracy:.1%} of the {len(kind)} held-out sentences")


def share(model: Any, sentences: Sequence[Sentence]) -> float:
    """Return a model's accuracy, from 0 to 1."""
    rows, kind = arrays(sentences, read_vocabulary())
    return float(np.mean((model.predict(rows, verbose=0)[:, 0] > 0.5) == kind))


def compare_windows() -> None:
    """Train convolutions with larger and larger windows; save their accuracies, and the weights of one."""
    kept_out = read().kept_out
    groups: dict[str, Sequence[Sentence]] = {
        form: [sentence for sentence in kept_out if sentence.form == form] for form in PAIRS
    }
    groups["written"] = read_written()
    shares: dict[str, dict[str, list[float]]] = {}
    for name, code in WINDOWS.items():
        models = [trained(code, seed) for seed in SEEDS]
        shares[name] = {form: [share(model, group) for model in models] for form, group in groups.items()}
        print(name, {form: np.round(values, 3).tolist() for form, values in shares[name].items()})
        if name == SAVED:
            np.savez(FOLDER / "windows.npz", *models[0].get_weights())
    (FOLDER / "windows.json").write_text(json.dumps({"seeds": SEEDS, "right": shares}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    {"windows": compare_windows, "epochs": keep_epochs}.get(" ".join(sys.argv[1:]), main)()

"""Train the networks for the short verdicts with Keras, and save their weights.

KERAS_BACKEND=jax .venv-verify/bin/python -m tools.sentiment.train
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from .dataset import FOLDER, arrays, read, read_vocabulary
from .networks import NETWORKS

SEED = 1
EPOCHS = 40


def trained(code: str, seed: int = SEED) -> Any:
    """Run the code of a network, and train it with the training sentences; the seed decides all that is random."""
    keras.utils.set_random_seed(seed)
    names: dict[str, Any] = {}
    exec(code, names)
    model = names["model"]
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    sentences, kind = arrays(read().train, read_vocabulary())
    model.fit(sentences, kind, batch_size=32, epochs=EPOCHS, verbose=0)
    return model


def main() -> None:
    """Train every network, save its weights, and say how it does."""
    sentences, kind = arrays(read().kept_out, read_vocabulary())
    for name, code in NETWORKS.items():
        model = trained(code)
        np.savez(FOLDER / f"{name}.npz", *model.get_weights())
        _, accuracy = model.evaluate(sentences, kind, verbose=0)
        print(f"{name}: {accuracy:.1%} of the {len(kind)} sentences that were kept out")


if __name__ == "__main__":
    main()

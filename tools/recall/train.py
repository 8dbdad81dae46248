"""Train recurrent layers in Keras to recall one token among many others, and record the results.

A sequence contains one of eight names, and otherwise random filler. At its end the network has to say which name it
was. In the test, the name is always at the start, so it must be remembered for 10, 50 or 100 steps. In training, it is
at the start as well (`first`), or anywhere in the sequence (`anywhere`).

KERAS_BACKEND=jax .venv-verify/bin/python -m tools.recall.train
"""

from __future__ import annotations

import sys
import time
from typing import Any

import jax
import keras
import numpy as np
from jax import numpy as jnp

from .experiment import (
    BATCH,
    EVERY,
    FILLERS,
    NAMES,
    RATE,
    SEEDS,
    TESTED,
    UNITS,
    UPDATES,
    Run,
    Task,
    sequences,
    tasks,
    write,
)


def network(task: Task, seed: int) -> Any:
    """Build a network with Keras's initial values: one-hot tokens, one recurrent layer, one Dense layer."""
    keras.utils.set_random_seed(seed)
    layer = getattr(keras.layers, task.layer)(UNITS)
    model = keras.Sequential([
        keras.Input((task.lag + 1, NAMES + FILLERS)),
        layer,
        keras.layers.Dense(NAMES, "softmax"),
    ])  # fmt: skip
    if task.bias is not None:
        *kernels, bias = layer.get_weights()
        gate = slice(UNITS, 2 * UNITS) if task.layer == "LSTM" else (0, slice(0, UNITS))
        bias[gate] = task.bias
        layer.set_weights([*kernels, bias])
    return model


def trained(task: Task) -> Run:
    """Train a network for every seed, and test it before the training and after every hundred updates."""
    model = network(task, SEEDS[0])
    optimizer = keras.optimizers.Adam(RATE, clipnorm=1.0 if task.clip else None)
    optimizer.build(model.trainable_variables)
    frozen = [variable.value for variable in model.non_trainable_variables]
    unused = [variable.value for variable in optimizer.variables]

    def answers(weights: Any, tokens: Any) -> Any:
        return model.stateless_call(weights, frozen, jax.nn.one_hot(tokens, NAMES + FILLERS))[0]

    def loss(weights: Any, tokens: Any, names: Any) -> Any:
        return keras.losses.sparse_categorical_crossentropy(names, answers(weights, tokens)).mean()

    def update(carried: Any, batch: Any) -> Any:
        weights, state = carried
        slopes = jax.grad(loss)(weights, *batch)
        # Keras clips the gradient of each weight array separately, so the largest norm is what the clipping applies to.
        longest = jnp.stack([jnp.sqrt((slope**2).sum()) for slope in slopes]).max()
        weights, state = optimizer.stateless_apply(state, slopes, weights)
        return (weights, state), longest

    def block(carried: Any, batches: Any) -> Any:
        carried, longest = jax.lax.scan(update, carried, batches)
        return carried, longest.max()

    def right(weights: Any, tokens: Any, names: Any) -> Any:
        return (answers(weights, tokens).argmax(-1) == names).mean()

    block, right = jax.jit(block), jax.jit(right)
    accuracies, longest = [], []
    for seed in SEEDS:
        weights = [weight.value for weight in network(task, seed).trainable_variables]
        chance = np.random.default_rng(seed)
        test = sequences(chance, TESTED, task.lag, "first")
        carried, accuracy, most = (weights, unused), [right(weights, *test)], []
        for _ in range(UPDATES // EVERY):
            tokens, names = sequences(chance, EVERY * BATCH, task.lag, task.place)
            batches = tokens.reshape(EVERY, BATCH, -1), names.reshape(EVERY, BATCH)
            carried, strongest = block(carried, batches)
            accuracy.append(right(carried[0], *test))
            most.append(strongest)
        accuracies.append([round(float(share), 4) for share in accuracy])
        longest.append(float(f"{max(map(float, most)):.3g}"))
    return Run(**task._asdict(), accuracy=accuracies, longest_gradient=longest)


def main() -> None:
    """Train everything, print the times, and write the results as they arrive."""
    runs = []
    for task in tasks():
        began = time.perf_counter()
        runs.append(run := trained(task))
        last = sorted(accuracy[-1] for accuracy in run.accuracy)
        print(*task, f"{time.perf_counter() - began:.0f} s; final accuracies:", *last, file=sys.stderr, flush=True)
        write(runs)


if __name__ == "__main__":
    main()

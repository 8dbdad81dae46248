"""`tensor`: one sample and several, few features and many."""

import numpy as np

from unrolled import Picture, SimpleRNN, stack, tensor

SENTENCES = ["I am groot", "You are kind", "We like trees", "They grow slowly"]


def draw() -> list[Picture]:
    """Draw sentences of a model, and arrays."""
    numbers = np.random.default_rng(0).uniform(-0.9, 0.9, (32, 12, 16)).round(1)
    return [
        tensor(stack(SimpleRNN(4), shape=(3, 2)), SENTENCES),
        tensor(stack(SimpleRNN(4), shape=(3, 2)), SENTENCES[:1]),
        tensor(numbers[:3, :4, :3], sample=2),
        tensor(numbers, sample=32),
    ]

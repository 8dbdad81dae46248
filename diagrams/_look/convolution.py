"""`convolution`: a kernel on a sentence, with padding, dilation, a longer sentence, stacks, and an image."""

import numpy as np

from unrolled import Conv1D, MaxPooling1D, Picture, Weights, convolution, stack
from unrolled.layers.convolution import Conv2D, MaxPooling2D

WORDS = ["we", "did", "not", "like", "the", "film"]
SENTENCE = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and", "then", "sleeps"]

IMAGE = np.array([[0, 0, 1, 0, 0], [0, 1, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 1, 1, 1, 0]])
UPRIGHT = Weights(kernel=np.array([[-1, 2, -1]] * 3)[:, :, None, None], bias=[0.5])
AWAY = np.abs(np.hypot(*np.meshgrid(np.arange(28) - 13.5, np.arange(28) - 13.5)) - 8)
RING = np.exp(-(AWAY**2) / 6)


def draw() -> list[Picture]:
    """Range from three neighbouring words at a time to two with a gap between them."""
    return [
        convolution(Conv1D(2, 3, activation="relu"), WORDS),
        convolution(Conv1D(2, 3, padding="causal", activation="tanh"), WORDS, kernel=2),
        convolution(Conv1D(1, 2, dilation_rate=2), WORDS),
        convolution(Conv1D(1, 3, strides=2, padding="same"), SENTENCE),
        convolution(
            stack(Conv1D(1, 3, activation="relu"), Conv1D(1, 3, activation="relu"), shape=(6, 2)),
            WORDS,
            receptive_field=True,
        ),
        convolution(
            stack(Conv1D(4, 3, padding="same"), MaxPooling1D(2), Conv1D(4, 2), shape=(6, 2)),
            WORDS,
            kernel=3,
            receptive_field=True,
        ),
        convolution(
            stack(*(Conv1D(1, 2, padding="causal", dilation_rate=rate) for rate in (1, 2, 4)), shape=(12, 2)),
            SENTENCE,
            receptive_field=True,
            place=11,
        ),
        convolution(Conv2D(1, 3, activation="relu"), IMAGE, weights=UPRIGHT),
        convolution(Conv2D(1, 3, activation="relu", padding="same"), IMAGE, weights=UPRIGHT, place=(1, 1)),
        convolution(Conv2D(2, 3), RING, kernel=2),
        convolution(MaxPooling2D(2), np.arange(36).reshape(6, 6) % 7 / 10),
    ]

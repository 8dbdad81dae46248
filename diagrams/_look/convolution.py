"""`convolution`: a kernel along a sentence, with padding, with gaps, along a longer one, and in stacks."""

from unrolled import Conv1D, MaxPooling1D, Picture, convolution, stack

WORDS = ["we", "did", "not", "like", "the", "film"]
SENTENCE = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and", "then", "sleeps"]


def draw() -> list[Picture]:
    """Go from three words at a time to two with a gap between them."""
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
    ]

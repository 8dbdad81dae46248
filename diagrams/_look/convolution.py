"""`convolution`: a kernel along a sentence, with padding, with gaps, and along a longer one by larger steps."""

from unrolled import Conv1D, Picture, convolution

WORDS = ["we", "did", "not", "like", "the", "film"]
SENTENCE = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and", "then", "sleeps"]


def draw() -> list[Picture]:
    """Go from three words at a time to two with a gap between them."""
    return [
        convolution(Conv1D(2, 3, activation="relu"), WORDS),
        convolution(Conv1D(2, 3, padding="causal", activation="tanh"), WORDS, kernel=2),
        convolution(Conv1D(1, 2, dilation_rate=2), WORDS),
        convolution(Conv1D(1, 3, strides=2, padding="same"), SENTENCE),
    ]

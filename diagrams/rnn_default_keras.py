"""The unrolled SimpleRNN of the guide, read from the code above it."""

from unrolled import Picture, read_keras, unroll

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Tie the numbers in the code to what they govern."""
    return unroll(read_keras(code), WORDS).tied("units", "time_steps", "features")

"""The examples of layers, for the Diagrams page: a figure for each word of DRAWN, in order."""

from _words._examples import pictures
from unrolled import Picture

# Read without running this script, so it must be written out.
DRAWN = [
    "Activation",
    "Bidirectional",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GRU",
    "Initializer",
    "LSTM",
    "Masking",
    "RepeatVector",
    "SimpleRNN",
    "TimeDistributed",
]


def draw() -> list[Picture]:
    """Run the examples."""
    return pictures(DRAWN)

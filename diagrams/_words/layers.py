"""The examples of layers on the Diagrams page: a figure for each name in DRAWN, in order."""

from _words._examples import pictures
from unrolled import Picture

# Read without running this script, so it must be a literal.
DRAWN = [
    "Activation",
    "add_layer",
    "AveragePooling1D",
    "Bidirectional",
    "Conv1D",
    "Cropping1D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalMaxPooling1D",
    "GRU",
    "Initializer",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "LSTM",
    "Masking",
    "MaxPooling1D",
    "MultiHeadAttention",
    "Permute",
    "ReLU",
    "RepeatVector",
    "Reshape",
    "SimpleRNN",
    "Softmax",
    "SpatialDropout1D",
    "TimeDistributed",
    "UpSampling1D",
    "ZeroPadding1D",
]


def draw() -> list[Picture]:
    """Run the examples."""
    return pictures(DRAWN)

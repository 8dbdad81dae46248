"""The examples of models, weights and numbers on the Diagrams page: a figure for each name in DRAWN, in order."""

from _words._examples import pictures
from unrolled import Picture

# Read without running this script, so it must be a literal.
DRAWN = [
    "embed",
    "illustrative",
    "initial_weights",
    "LSTMTrace",
    "Model",
    "ModelTrace",
    "read_array",
    "read_keras",
    "readable_weights",
    "RecurrentTrace",
    "run_model",
    "Trace",
    "Weights",
    "weights_for",
    "weights_from",
    "weights_of",
]


def draw() -> list[Picture]:
    """Run the examples."""
    return pictures(DRAWN)

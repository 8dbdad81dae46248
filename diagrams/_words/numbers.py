"""The examples of models, weights and numbers, for the Diagrams page: a figure for each word of DRAWN, in order."""

from _words._examples import pictures
from unrolled import Picture

# Read without running this script, so it must be written out.
DRAWN = [
    "embed",
    "illustrative",
    "initial_weights",
    "read_array",
    "read_keras",
    "readable_weights",
    "run_model",
    "Weights",
    "weights_for",
    "weights_from",
]


def draw() -> list[Picture]:
    """Run the examples."""
    return pictures(DRAWN)

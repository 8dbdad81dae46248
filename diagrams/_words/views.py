"""The examples of views, for the Diagrams page: a figure for each word of DRAWN, in order."""

from _words._examples import pictures
from unrolled import Picture

# Read without running this script, so it must be written out.
DRAWN = [
    "attention",
    "cell",
    "convolution",
    "formulation",
    "gradient",
    "heads",
    "logits",
    "lookup",
    "model_shapes",
    "network",
    "positions",
    "reading",
    "reset",
    "rolled",
    "sentence",
    "space",
    "stack",
    "table",
    "tensor",
    "tokens",
    "transformer",
    "unroll",
]


def draw() -> list[Picture]:
    """Run the examples."""
    return pictures(DRAWN)

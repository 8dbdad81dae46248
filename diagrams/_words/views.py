"""The examples of views on the Diagrams page: a figure for each name in DRAWN, in order."""

from _words._examples import pictures
from unrolled import Picture

# Read without running this script, so it must be a literal.
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
    "Picture",
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

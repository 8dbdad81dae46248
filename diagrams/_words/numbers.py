"""The examples of models, weights and numbers on the Diagrams page: a figure for each name in these modules."""

from _words._examples import pictures
from unrolled import Picture

# Read without running this script, so it must be a literal.
DRAWN = ["arrays", "model", "numbers", "reader", "recorded"]


def draw() -> list[Picture]:
    """Run the examples."""
    return pictures(DRAWN)

"""The examples of layers on the Diagrams page: a figure for each name in these modules."""

from _words._examples import pictures
from unrolled import Picture

# Read without running this script, so it must be a literal.
DRAWN = ["layers"]


def draw() -> list[Picture]:
    """Run the examples."""
    return pictures(DRAWN)

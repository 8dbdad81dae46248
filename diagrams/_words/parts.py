"""The examples of parts and their arrangement on the Diagrams page: a figure for each name in these modules."""

from _words._examples import pictures
from unrolled import Picture

# Read without running this script, so it must be a literal.
DRAWN = ["floor", "i18n"]


def draw() -> list[Picture]:
    """Run the examples."""
    return pictures(DRAWN)

"""The examples of parts and their arrangement on the Diagrams page: a figure for each name in DRAWN, in order."""

from _words._examples import pictures
from unrolled import Picture

# Read without running this script, so it must be a literal.
DRAWN = [
    "above",
    "arrow",
    "beside",
    "block",
    "cells",
    "chain",
    "curves",
    "dots",
    "gettext",
    "key",
    "label",
    "link",
    "ngettext",
    "operator",
    "row",
    "Thing",
    "word",
]


def draw() -> list[Picture]:
    """Run the examples."""
    return pictures(DRAWN)

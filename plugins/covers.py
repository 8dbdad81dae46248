"""The first figure of an article, for the lists that show it."""

from __future__ import annotations

import re
from typing import Any

from pelican import signals

from plugins.figures.references import tags

DECORATIVE = "decorative"
_DRAWINGS = (r'<svg\b[^>]*\bclass="wide\b.*?</svg>', r"<svg\b.*?</svg>", r"<img\b[^>]*>")


def cover(article: Any, siteurl: str) -> str:
    """Return the first figure of an article, which says nothing there, with its address right for a page at `siteurl`.

    It is what `plugins.figures` puts into a page, for its filter to write the drawing.
    """
    for image in tags(article.get_content(siteurl), "img"):
        if DECORATIVE not in image.get("class").split():
            return f'<figure class="diagram">{image.with_attributes(alt="")}\n</figure>'
    return ""


def drawing(figure: str) -> str:
    """Return only the drawing of a figure, across rather than turned."""
    found = (re.search(pattern, figure, re.DOTALL) for pattern in _DRAWINGS)
    return next((drawn[0] for drawn in found if drawn), "")


def _give(generator: Any) -> None:
    generator.env.filters |= {"cover": cover, "drawing": drawing}


def register() -> None:
    """Give the theme its filters `cover` and `drawing`."""
    signals.generator_init.connect(_give)

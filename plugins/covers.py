"""The cover of an article, for the lists that show it: what its header names by `Cover:`, or else its first figure."""

from __future__ import annotations

from typing import Any

from pelican import signals

from plugins.figures.page.figures import bare

from .figures.articles import COVER
from .figures.page.figures import DECORATIVE
from .html import Node, Tag, parse, read

READABLE = 0.69
"""Of its size, at which a label of 13 px is still 9 px high; a drawing is cut at its sides before it gets smaller."""
ROOM = 417
"""Pixels. No less of a drawing is shown across: a plate of a phone, 288 px wide, shows as much of it at `READABLE`."""
MARGIN = 12
SHAPE = 16 / 9


def cover(article: Any, siteurl: str) -> str:
    """Return the cover of an article, which says nothing there, with its address right for a page at `siteurl`.

    It is what `plugins.figures` puts into a page, for its filter to write the drawing.
    """
    chosen = getattr(article, COVER, "")
    image = image_of(article._update_content(chosen, siteurl) if chosen else article.get_content(siteurl), bool(chosen))
    return bare(image.having(alt="")) if image else ""


def image_of(html: str, is_chosen: bool) -> Tag | None:
    """Return the image that is a cover: the one that was chosen, or else the first that says something."""
    for image in map(Tag.of, read(html).css("img")):
        if is_chosen:
            return image.having(**{"class": " ".join(name for name in image.classes if name != DECORATIVE)})
        if DECORATIVE not in image.classes:
            return image
    return None


def drawing(figure: str, room: float = ROOM) -> str:
    """Return only the drawing of a figure, across rather than turned, as a plate shows it.

    It says the least size that it can be read at, for the style sheet to make it larger where the plate is; and it
    has a margin, so that a small one does not fill a large plate. `theme/static/js/search.js` does the same.
    """
    root = parse(figure)
    drawn = next((drawn for kind in ("svg.wide", "svg", "img") if (drawn := root.css_first(kind))), None)
    if drawn is None:
        return ""
    if all(drawn.attributes.get(name) for name in ("width", "height", "viewBox")):
        _fit(drawn, room)
    return drawn.html or ""


def _fit(drawn: Node, room: float) -> None:
    x, y, wide, high = map(float, (drawn.attributes["viewBox"] or "").split())
    unit = wide / float(drawn.attributes["width"] or wide)
    width, height = (max(it / unit + 2 * MARGIN, least) for it, least in ((wide, room), (high, room / SHAPE)))
    box = (x + (wide - width * unit) / 2, y + (high - height * unit) / 2, width * unit, height * unit)
    drawn.attrs["width"], drawn.attrs["height"] = f"{width * READABLE:.0f}", f"{height * READABLE:.0f}"
    drawn.attrs["viewBox"] = " ".join(f"{it:.6g}" for it in box)


def _give(generator: Any) -> None:
    generator.env.filters |= {"cover": cover, "drawing": drawing}


def register() -> None:
    """Give the theme its filters `cover` and `drawing`."""
    signals.generator_init.connect(_give)

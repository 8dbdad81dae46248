"""The image of a figure in HTML: what marks it, its size and words, and what stands for one that could not be drawn."""

from __future__ import annotations

from typing import Any

from ..html import Tag, macros
from ..i18n.catalogues import ENGLISH, Language
from .records import Figure

MARK = "data-figure"
"""The attribute by which a figure's image is known again: while it is asked for, by number, then by name."""

HAND_MADE = "data-picture"
"""The same for a hand-made picture, by its name."""

DECORATIVE = "decorative"
"""The class by which an author says that an image needs no words: nor has it a number or a menu."""

OUTDATED = "outdated"
"""The class of an image that shows how a figure was before it failed."""


def markup(language: Language = ENGLISH) -> Any:
    """Return the macros that write figures in the language of a page."""
    return macros("figures/page/figures.html", language)


def with_classes(tag: Tag, *more: str) -> Tag:
    """Return a tag with some more classes."""
    all_classes = " ".join(dict.fromkeys([*tag.classes, *more]))
    return tag.having(**{"class": all_classes}) if all_classes else tag


def sized(image: Tag, alt: str, width: int, height: int, *extra_classes: str) -> Tag:
    """Return an image complete by itself: alt text, size in CSS pixels, lazy, asynchronous. The author's own stay."""
    own_width = image.get("width").removesuffix("px")
    if own_width.isdecimal() and not image.get("height"):
        height = round(height * int(own_width) / width)
    wanted = {"alt": alt, "width": str(width), "height": str(height), "loading": "lazy", "decoding": "async"}
    attributes = {name: image.get(name) or value for name, value in wanted.items()}
    return with_classes(image.having(**attributes), *extra_classes)


def failed(image: Tag, said: str | None, last: Figure | None, language: Language = ENGLISH) -> str:
    """Write the image of a figure that could not be drawn, or its last good drawing, and what is wrong if told to."""
    if last:
        shown = sized(image, last.alt, last.wide.width, last.wide.height, "diagram", OUTDATED)
    else:
        shown = image.having(alt=image.get("alt") or language.gettext("This figure could not be drawn."))
    if said is None:
        return str(shown)
    title = (
        language.gettext("An older drawing: it cannot be drawn now.")
        if last
        else language.gettext("This figure cannot be drawn.")
    )
    return f"{shown if last else ''}{markup(language).problem(title, said)}"

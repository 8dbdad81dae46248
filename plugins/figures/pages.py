"""`<img>` -> sized and described; the theme's filter -> `<picture>` where a figure has a turned form."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from html import escape

from ..i18n.catalogues import ENGLISH, Language
from .records import Figure
from .references import Tag, tags
from .routing import TURNED

Rewrite = Callable[[Tag], str | None]
MARK = "data-figure"
"""The attribute by which a figure's image is known again: while it is asked for, by number, then by name."""

HAND_MADE = "data-picture"
"""The same for a hand-made picture, by its name."""

DECORATIVE = "decorative"
"""The class by which an author says that an image needs no words: nor has it a number or a menu."""

OUTDATED = "outdated"
"""The class of an image that shows how a figure was before it failed."""


def rewritten(html: str, change: Rewrite, *names: str) -> str:
    """Write the tags of some names in a piece of HTML anew, each as `change` says; None leaves it as it stands."""
    pieces: list[str] = []
    end = 0
    for tag in tags(html, *names):
        changed = change(tag)
        if changed is not None:
            pieces += [html[end : tag.start], changed]
            end = tag.end
    return "".join([*pieces, html[end:]])


def classes(image: Tag, *more: str) -> str:
    """Return the image's classes with some more."""
    return " ".join(dict.fromkeys([*image.get("class").split(), *more]))


def sized(image: Tag, alt: str, width: int, height: int, *extra_classes: str) -> str:
    """Write an image complete by itself: alt text, size in CSS pixels, lazy and asynchronous. The author's own stay."""
    own_width = image.get("width").removesuffix("px")
    if own_width.isdecimal() and not image.get("height"):
        height = round(height * int(own_width) / width)
    wanted = {"alt": alt, "width": str(width), "height": str(height), "loading": "lazy", "decoding": "async"}
    attributes = {name: image.get(name) or value for name, value in wanted.items()}
    if all_classes := classes(image, *extra_classes):
        attributes["class"] = all_classes
    return image.with_attributes(**attributes)


def failed(image: Tag, said: str | None, last: Figure | None, language: Language = ENGLISH) -> str:
    """Write the image of a figure that could not be drawn, or its last good drawing, and what is wrong if told to."""
    if last:
        shown = sized(image, last.alt, last.wide.width, last.wide.height, "diagram", OUTDATED)
    else:
        shown = image.with_attributes(alt=image.get("alt") or language.gettext("This figure could not be drawn."))
    if said is None:
        return shown
    title = (
        language.gettext("An older drawing: it cannot be drawn now.")
        if last
        else language.gettext("This figure cannot be drawn.")
    )
    told = (
        f'<span class="figure-problem" role="note"><strong>{escape(title)}</strong><code>{escape(said)}</code></span>'
    )
    return f"{shown if last else ''}{told}"


def with_turned(html: str, figures: Mapping[str, Figure], widest_px: int, margin_px: int) -> str:
    """Offer the turned form of each figure that is an image in the page and has one."""

    def change(image: Tag) -> str:
        return offering_turned(image, figures.get(image.get(MARK)), widest_px, margin_px)

    return rewritten(html, change, "img")


def offering_turned(image: Tag, figure: Figure | None, widest_px: int, margin_px: int) -> str:
    """Write an image, and have it show its figure's turned form where the page's box is narrower than the drawing."""
    if figure is None or figure.turned is None:
        return image.with_attributes()
    stem, ending = posixpath.splitext(image.get("src"))
    fits = figure.wide.width <= widest_px
    media = f"(max-width: {figure.wide.width + margin_px - 1}px)" if fits else "all"
    turned = figure.turned
    source = f'<source media="{media}" srcset="{stem}{TURNED}{ending}" width="{turned.width}" height="{turned.height}">'
    return f"<picture>{source}{image.with_attributes()}</picture>"

"""What came of each image, written into an article's HTML once the figures are there."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from itertools import count, takewhile
from pathlib import Path
from typing import Any

from ..i18n.catalogues import ENGLISH, Language
from .build import Failure
from .page.numbering import is_same, label
from .pages import DECORATIVE, MARK, Rewrite, failed, rewritten, sized
from .records import Figure
from .references import Tag
from .report import FigureError, entry
from .requests import Reference
from .settings import Settings

log = logging.getLogger(__name__)


def shown_by(reference: Reference, results: Collection[Reference], folder: str) -> list[Reference]:
    """List what an image shows: the figure that it asks for, or all of a script that no article asks for."""
    if not reference.is_for_itself:
        return [reference]
    others = (reference.numbered(index, folder) for index in count(2))
    return [reference, *takewhile(results.__contains__, others)]


def placing(
    references: Mapping[str, Reference],
    results: Mapping[Reference, Figure | Failure],
    settings: Settings,
    is_made: bool = False,
    language: Language = ENGLISH,
) -> Rewrite:
    """Return the change that writes what came of each marked image into an article, or into a page that was made."""

    def change(image: Tag) -> str | None:
        reference = references.get(image.get(MARK))
        if reference is None:
            return None
        shown = shown_by(reference, results, settings.folder)
        others = (image.having(src=f"{{static}}/{settings.folder}/{other.route.path}") for other in shown[1:])
        return "\n".join(map(placed, [image, *others], shown))

    def placed(image: Tag, reference: Reference) -> str:
        figure = results[reference]
        if isinstance(figure, Failure):
            said = str(figure.problem) if settings.keep_going else None
            return failed(image.having(**{MARK: reference.route.name}), said, figure.last, language)
        if DECORATIVE in image.get("class").split():
            alt = image.get("alt")
        elif is_made:
            alt = image.get("alt") or figure.alt or reference.route.name
        else:
            check_alt(settings, reference.article, reference.line, image.having(src=reference.address), figure.alt)
            called = label(reference.number, language) if reference.number else ""
            alt = told_once(called, reference.caption, image.get("alt"), figure.alt)
        marked = image.having(alt=alt, **{MARK: reference.route.name})
        return sized(marked, alt, figure.wide.width, figure.wide.height, "diagram")

    return change


def rewrite(content: Any, change: Rewrite, *names: str) -> None:
    """Write the tags of some names in an article's summary and text anew."""
    summary = content.metadata.get("summary")
    if isinstance(summary, str):
        # Pelican keeps a summary at both places, and reads both.
        content.metadata["summary"] = content._summary = rewritten(summary, change, *names)
    if content._content:
        content._content = rewritten(content._content, change, *names)


def told_once(called: str, caption: str, *alts: str) -> str:
    """Choose the alt text that does not repeat the caption: the author's, the picture's, or else its number."""
    there = [alt for alt in alts if alt]
    others = [alt for alt in there if not is_same(alt, caption)]
    return others[0] if others else called if there else ""


def check_alt(settings: Settings, article: Path, line: int, image: Tag, of_picture: str) -> None:
    """Warn of an image that nobody describes, neither its author nor the picture."""
    if not (image.get("alt") or of_picture or DECORATIVE in image.get("class").split()):
        problem = FigureError("no alt text", "write it between the brackets, or mark the image {.decorative}")
        log.warning(entry(f"{settings.shown(article)}:{line}", image.get("src"), problem))

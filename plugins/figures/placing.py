"""What came of each image, written into an article's HTML once the figures are there."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from itertools import count, takewhile
from pathlib import Path
from typing import Any

from ..html import Change, Tag, rewritten
from ..i18n.catalogues import ENGLISH, Language
from .build import Failure
from .page.figures import is_one_sentence, label
from .pages import DECORATIVE, MARK, failed, sized
from .records import Figure
from .report import FigureError, entry
from .requests import Reference
from .settings import Settings
from .store import Store

log = logging.getLogger(__name__)

COVER = "_cover_image"
"""Where an article keeps the image that its header names by `Cover:`, as HTML."""
HEAVY_MB = 2
"""An image that is larger keeps readers waiting: with the whole page it is more than most pages of the web are."""


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
) -> Change:
    """Return the change that writes what came of each marked image into an article, or into a page that was made."""

    def change(image: Tag) -> str | None:
        reference = references.get(image.get(MARK))
        if reference is None:
            return None
        shown = shown_by(reference, results, settings.folder)
        others = (image.having(src=f"{{static}}/{settings.folder}/{other.route.path}") for other in shown[1:])
        return "\n".join(str(placed(*each)) for each in zip([image, *others], shown, strict=True))

    def placed(image: Tag, reference: Reference) -> Tag | str:
        figure = results[reference]
        if isinstance(figure, Failure):
            said = str(figure.problem) if settings.keep_going else None
            return failed(image.having(**{MARK: reference.route.name}), said, figure.last, language)
        if DECORATIVE in image.classes:
            alt = image.get("alt")
        elif is_made:
            alt = image.get("alt") or figure.alt or reference.route.name
        else:
            check_alt(settings, reference.article, reference.line, image.having(src=reference.address), figure.alt)
            _check_figure(settings, reference, figure)
            called = label(reference.number, language) if reference.number else ""
            alt = told_once(called, reference.caption, image.get("alt"), figure.alt)
        marked = image.having(alt=alt, **{MARK: reference.route.name})
        return sized(marked, alt, figure.wide.width, figure.wide.height, "diagram")

    return change


def rewrite(content: Any, change: Change, *names: str) -> None:
    """Change the elements of some names in an article's header and text."""
    rewrite_header(content, change, *names)
    if content._content:
        content._content = rewritten(content._content, change, *names)


def rewrite_header(content: Any, change: Change, *names: str) -> None:
    """Change the elements of some names in what the header says as text, as a summary, and in the cover."""
    for field in dict.fromkeys(("summary", *content.settings["FORMATTED_FIELDS"])):
        text = content.metadata.get(field)
        if isinstance(text, str):
            # Pelican keeps such a text at both places, and reads both.
            content.metadata[field] = rewritten(text, change, *names)
            setattr(content, "_summary" if field == "summary" else field, content.metadata[field])
    if cover := getattr(content, COVER, ""):
        setattr(content, COVER, rewritten(cover, change, *names))


def told_once(called: str, caption: str, *alts: str) -> str:
    """Choose the alt text that does not repeat the caption: the author's, the picture's own, or else its number."""
    there = [alt for alt in alts if alt]
    others = [alt for alt in there if not is_one_sentence(alt, caption)]
    return others[0] if others else called if there else ""


def check_alt(settings: Settings, article: Path, line: int, image: Tag, of_picture: str) -> None:
    """Warn of an image that nobody describes, neither its author nor the picture."""
    if not (image.get("alt") or of_picture or DECORATIVE in image.classes):
        problem = FigureError("no alt text", "write it between the brackets, or mark the image {.decorative}")
        log.warning(entry(f"{settings.shown(article)}:{line}", image.get("src"), problem))


def check_weight(settings: Settings, article: Path, line: int, address: str, file: Path) -> None:
    """Warn of an image that readers wait for."""
    if is_heavy(file):
        size = f"{file.stat().st_size / 1e6:.1f} MB"
        problem = FigureError(
            f"an image of {size}, and more than {HEAVY_MB} MB take long to load",
            "save it smaller: as wide as the page shows it, or twice that; photographs as JPEG"
            if file.is_relative_to(settings.content)
            else "draw fewer points or frames, or a smaller figure",
        )
        log.warning(entry(f"{settings.shown(article)}:{line}", address, problem))


def is_heavy(file: Path) -> bool:
    """Say whether readers wait for a file; for one that is not there they do not."""
    try:
        return file.stat().st_size > HEAVY_MB * 1e6
    except OSError:
        return False


def _check_figure(settings: Settings, reference: Reference, figure: Figure) -> None:
    """Warn of a figure that no page can show whole, and of one that readers wait for."""
    if figure.turned is None and figure.wide.width > settings.widest_px:
        problem = FigureError(
            f"the figure is {figure.wide.width} px wide, and no page has more than {settings.widest_px} px for it, so "
            "it has to be scrolled",
            f"draw it narrower: figsize=({settings.widest_px / 96:.1f}, …) is as wide as a page, 96 px to an inch",
        )
        log.warning(entry(f"{settings.shown(reference.article)}:{reference.line}", reference.address, problem))
    if stored := figure.wide.files.get(reference.route.ending):
        file = Path(Store(settings.store / "store").path(stored))
        check_weight(settings, reference.article, reference.line, reference.address, file)

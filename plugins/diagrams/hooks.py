"""The page as Pelican knows it: one more of the site's pages."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.contents import Page
from pelican.generators import Generator
from pelican.utils import order_content

from ..figures.articles import Run
from ..figures.hooks import plugin
from ..figures.page.figures import MARK
from ..figures.requests import Reference
from ..html import Tag, read
from ..i18n.catalogues import language_of
from ..private import html_of, put_html
from .entries import entries
from .listings import Listings
from .page import page_html
from .words import Word, WordsError, words_of

log = logging.getLogger(__name__)

DEFAULTS = {"DIAGRAMS_URL": "diagrams/", "DIAGRAMS_SAVE_AS": "diagrams/index.html"}


class DiagramsGenerator(Generator):  # type: ignore[misc]  # Pelican has no types
    """Makes the page, after articles and pages have been read and before Pelican looks for static files."""

    def generate_context(self) -> None:
        """Put the page among those that Pelican writes; an empty DIAGRAMS_SAVE_AS switches it off."""
        url, save_as = (self.settings.get(name, default) for name, default in DEFAULTS.items())
        if not save_as:
            return
        run = plugin.run
        if run is None:
            log.error("plugins.diagrams shows what plugins.figures draws: name that in PLUGINS too, or take this out")
            return
        for content in self.context["generated_content"].values():
            if content and content.save_as == save_as:
                source = run.settings.shown(Path(content.source_path))
                log.error(
                    "%s:1: it has the address of the Diagrams page, %s\n    give it another slug, or set DIAGRAMS_URL "
                    "and DIAGRAMS_SAVE_AS; an empty DIAGRAMS_SAVE_AS leaves the Diagrams page out",
                    source,
                    url,
                )
                return
        title = language_of(None, self.settings).pgettext("page", "Diagrams")
        metadata = {
            "title": self.settings.get("DIAGRAMS_TITLE", title),
            "slug": "diagrams",
            "status": "published",
            "url": url,
            "save_as": save_as,
        }
        page = Page("", metadata, self.settings, None, self.context)
        put_html(page, self._body(page, run))
        # The list of the generator of pages, which writes them: themes, menus and site maps find it there.
        self.context["pages"].append(page)
        order_content(self.context["pages"], self.settings["PAGE_ORDER_BY"])

    def _body(self, page: Page, run: Run) -> str:
        settings = run.settings
        asking = {content: by_mark.values() for content, by_mark in run.asked.items()}
        listed = list(entries(asking, run.withheld, settings))
        package, script = (self.settings.get(name) for name in ("DIAGRAMS_WORDS", "DIAGRAMS_WORDS_SCRIPT"))
        words: list[Word] = []
        if package:
            drawn_by = settings.root / script if script else None
            try:
                words = words_of(settings.root / package, listed, drawn_by, settings.folder)
            except WordsError as problem:
                log.error("DIAGRAMS_WORDS: %s", problem)
        shown = [*(it for entry in listed for it in entry.shown), *(word.drawn for word in words if word.drawn)]
        plugin.show(page, {reference.route.name: reference for reference in shown})
        names = {"folder": settings.folder, "package": Path(package or "").name}
        listings = Listings(settings.store / "listings.json")
        body = page_html(listed, words, _alts(run.asked), listings, names, language_of(None, self.settings))
        listings.keep()
        return body


def _alts(asked: Mapping[Any, Mapping[str, Reference]]) -> dict[Reference, str]:
    """Read what authors have written between the brackets of their images."""
    return {
        references[image.get(MARK)]: image.get("alt")
        for content, references in asked.items()
        for image in map(Tag.of, read(html_of(content)).css("img"))
        if image.get(MARK) in references
    }


def connect() -> None:
    """Have Pelican make the page."""
    signals.get_generators.connect(_generator)


def _generator(_pelican: Any) -> type[DiagramsGenerator]:
    return DiagramsGenerator

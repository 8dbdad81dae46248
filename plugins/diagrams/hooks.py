"""The galleries and the pages of diagrams as Pelican's generator makes them."""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import escape
from pelican import signals
from pelican.contents import Page
from pelican.generators import PelicanTemplateNotFound
from pelican.utils import order_content

from ..building.generators import FileGenerator
from ..building.incremental import WholeBuildError, on_edit
from ..catalogues import language_of
from ..figures.articles import Run
from ..figures.records import Figure
from ..figures.site import Redrawn, plugin
from ..files import write_atomically
from .entries import Entry, entries, names_imported
from .gallery import Diagram, Gallery, Use, galleries, uses_of
from .pages import CSV, Listings, Site, Writer, values_of
from .words import Word, WordsError, imported, words_of

log = logging.getLogger(__name__)

DEFAULTS = {
    "DIAGRAMS_URL": "diagrams/",
    "DIAGRAMS_SAVE_AS": "diagrams/index.html",
    "DIAGRAMS_LANG_URL": "diagrams/{lang}/",
    "DIAGRAMS_LANG_SAVE_AS": "diagrams/{lang}/index.html",
    "DIAGRAM_URL": "diagrams/{name}/",
    "DIAGRAM_SAVE_AS": "diagrams/{name}/index.html",
}
WORDS = "words"
"""The name of the page with the kit's words, in the folder of their own pages."""


def _look_again(content: Any, generator: DiagramsGenerator) -> None:
    generator.look_again(content)


def _draw_again(redrawn: Redrawn, generator: DiagramsGenerator) -> Sequence[Page]:
    return generator.draw_again(redrawn)


@on_edit(does=_look_again, redraws=_draw_again)
class DiagramsGenerator(FileGenerator):
    """Makes the pages, after articles and pages have been read and before Pelican looks for static files.

    Pelican writes them: the gallery of the whole site as one of its pages, those in other languages and the diagrams as
    hidden ones, because they would fill up menus.
    """

    def generate_context(self) -> None:
        """Make the pages; an empty DIAGRAMS_SAVE_AS turns them off."""
        self._own: list[tuple[Diagram, Page]] = []
        self._galleries: list[tuple[Gallery, Page]] = []
        self._reference: list[Page] = []
        self._uses: dict[tuple[Any, str], Use] = {}
        if not self._address("DIAGRAMS_SAVE_AS"):
            return
        run = plugin.run
        if run is None:
            ours = (__package__ or "").rpartition(".")[0]
            log.error(f"{ours}.diagrams needs {ours}.figures: add it to PLUGINS, or remove {ours}.diagrams")
            return
        self._run = run
        self._uses = dict(uses_of(run.asked))
        self._importing: dict[Path, set[str]] = {}
        references = {content: by_mark.values() for content, by_mark in run.asked.items()}
        listed = list(entries(references, run.withheld, run.settings, self._importing))
        self._listed, self._known_words = listed, self._words(listed)
        all_galleries = galleries(self._uses, listed, self._known_words, language_of(None, self.settings))
        self._site = self._described(all_galleries, run)
        pages = [self._gallery(gallery) for gallery in all_galleries]
        self._reference = [self._words_page()] if all_galleries[0].words else []
        self._own = [(diagram, self._diagram(diagram)) for diagram in all_galleries[0].order]
        if not self._are_free([*pages, *self._reference, *(page for _, page in self._own)]):
            self._own = []
            return
        for page in (*pages[1:], *self._reference, *(page for _, page in self._own)):
            page.within = pages[0]
        for page in pages:
            page.translations = [translation for translation in pages if translation is not page]
        self._galleries = list(zip(all_galleries, pages, strict=True))
        self._show()
        # These lists belong to the generator of pages, which writes them: themes, menus and site maps find the gallery
        # there.
        self.context["pages"].append(pages[0])
        order_content(self.context["pages"], self.settings["PAGE_ORDER_BY"])
        self.context["diagrams"] = [page for _, page in self._own]
        self.context["hidden_pages"] += [*pages[1:], *self._reference, *self.context["diagrams"]]

    def look_again(self, content: Any) -> None:
        """Check whether an edited article has changed anything about its figures that their pages repeat."""
        before = {key: use for key, use in self._uses.items() if key[0] is content}
        if self._own and before != dict(uses_of({content: self._run.asked.get(content, {})})):
            raise WholeBuildError("it says something different about its figures")

    def _show(self) -> None:
        """Have the figure plugin make the pages once the figures are drawn."""
        for gallery, page in self._galleries:
            plugin.show(page, partial(self._writer(page).gallery, gallery))
        for page in self._reference:
            plugin.show(page, partial(self._writer(page).gallery, self._galleries[0][0], "reference"))
        all_galleries = [gallery for gallery, _ in self._galleries]
        by_script = {diagram.entry.name: diagram for diagram in reversed(all_galleries[0].order) if diagram.entry}
        for diagram, page in self._own:
            gallery = next(
                (translated for translated in all_galleries[1:] if translated.lang == diagram.lang), all_galleries[0]
            )
            references = {diagram.drawn.route.name: diagram.drawn} if diagram.drawn else {}
            plugin.show(page, partial(self._body, page, diagram, gallery, by_script), references, references)

    def draw_again(self, redrawn: Redrawn) -> list[Page]:
        """Prepare the pages of figures that were drawn again, and write their values; return these pages.

        Raise WholeBuildError if there would be other pages, or if others would mention them in another way.
        """
        if not self._own:
            return []
        self._check_saved(redrawn.saved)
        before = [gallery for gallery, _ in self._galleries]
        self._listed = [self._read_again(entry, redrawn.saved) for entry in self._listed]
        all_galleries = galleries(self._uses, self._listed, self._known_words, language_of(None, self.settings))
        if [*map(_named, all_galleries)] != [*map(_named, before)]:
            raise WholeBuildError("the gallery has changed")
        own_before = self._own
        self._galleries = [(gallery, page) for gallery, (_, page) in zip(all_galleries, self._galleries, strict=True)]
        self._own = [(diagram, page) for diagram, (_, page) in zip(all_galleries[0].order, own_before, strict=True)]
        self._show()
        changed = []
        for (was, page), (diagram, _) in zip(own_before, self._own, strict=True):
            if was != diagram or (diagram.drawn and diagram.drawn.route.figure in redrawn.names):
                changed.append(page)
                self._write_values_again(diagram, page, redrawn)
        in_other_form = any(_thumbnails(was) != _thumbnails(now) for was, now in redrawn.figures.values())
        return [
            *changed,
            *(
                page
                for page in (*(gallery_page for _, gallery_page in self._galleries), *self._reference)
                if in_other_form
            ),
        ]

    def _check_saved(self, saved: Sequence[Path]) -> None:
        """Check that no other scripts may be in the gallery now, and that no word says anything else."""
        root, names = self._run.settings.root, ("DIAGRAMS_WORDS", "DIAGRAMS_WORDS_SCRIPT")
        ours = [root / place for name in names if (place := self.settings.get(name))]
        for path in saved:
            if any(path.is_relative_to(place) for place in ours):
                raise WholeBuildError("the pages of the kit's words may change")
            if path in self._importing and names_imported(path.read_bytes()) != self._importing[path]:
                raise WholeBuildError("its imports have changed")

    def _read_again(self, entry: Entry, saved: Sequence[Path]) -> Entry:
        """Return an entry with the present text of its script, if that was saved."""
        path = next((saved_path for saved_path in saved if self._run.settings.shown(saved_path) == entry.file), None)
        if path is None:
            return entry
        now, package = entry.with_text(path.read_bytes()), Path(self.settings.get("DIAGRAMS_WORDS") or "").name
        if package and imported(now.script, package) != imported(entry.script, package):
            raise WholeBuildError("it uses different words of the kit")
        return now

    def _write_values_again(self, diagram: Diagram, page: Page, redrawn: Redrawn) -> None:
        was, now = redrawn.figures.get(diagram.drawn.route.name if diagram.drawn else "", (None, None))
        before, values = (values_of(figure) if figure else None for figure in (was, now))
        if before and not values:
            raise WholeBuildError("its values are gone")
        if values and values != before:
            path = posixpath.join(posixpath.dirname(page.save_as), CSV)
            write_atomically(Path(self.output_path, path), values)
            redrawn.files.append(path)

    def generate_output(self, _writer: Any) -> None:
        """Write the values of each figure next to its page."""
        for diagram, page in self._own:
            figure = self._run.figures.get(diagram.drawn.route.name) if diagram.drawn else None
            if figure and (values := values_of(figure)):
                write_atomically(Path(self.output_path, page.save_as).parent / CSV, values)
        if self._own:
            self._site.listings.keep()

    def _described(self, all_galleries: Sequence[Gallery], run: Run) -> Site:
        languages = {gallery.lang for gallery in all_galleries}
        return Site(
            address=lambda diagram: self._address("DIAGRAM_URL", name=quote(diagram.path)),
            gallery_of=lambda lang: self._gallery_url(lang if lang in languages else None),
            reference=self._address("DIAGRAM_URL", name=WORDS),
            figures=lambda: run.figures,
            codes=lambda: run.codes,
            listings=Listings(run.settings.store / "listings.json"),
            folder=run.settings.folder,
            package=Path(self.settings.get("DIAGRAMS_WORDS") or "").name,
            origin="" if self.settings["RELATIVE_URLS"] else self.settings["SITEURL"],
        )

    def _gallery(self, gallery: Gallery) -> Page:
        lang, language = gallery.lang, language_of(gallery.lang, self.settings)
        title = language.pgettext("page", "Diagrams")
        page = self._page(
            title=title if lang else self.settings.get("DIAGRAMS_TITLE", title),
            slug="diagrams",
            status="published",
            url=self._gallery_url(lang),
            save_as=self._address("DIAGRAMS_LANG_SAVE_AS" if lang else "DIAGRAMS_SAVE_AS", lang=lang),
            template=self._template("gallery"),
            lang=lang,
        )
        page.description = language.gettext("Every figure in the guides, with the script that draws it.")
        return page

    def _words_page(self) -> Page:
        """Make the page of the kit's words, which are for those who write scripts."""
        package, language = self._site.package, language_of(None, self.settings)
        page = self._page(
            title=str(escape(language.gettext("Reference: %(package)s", package=package))),
            slug=WORDS,
            status="published",
            url=self._site.reference,
            save_as=self._address("DIAGRAM_SAVE_AS", name=WORDS),
            template=self._template("gallery"),
        )
        description = language.gettext(
            "Everything that scripts can import from %(package)s, with examples.", package=package
        )
        page.description = str(escape(description))
        return page

    def _diagram(self, diagram: Diagram) -> Page:
        """Make the page of a diagram: hidden, Pelican's term for pages that are in no list, but can be linked to."""
        page = self._page(
            title=str(escape(diagram.title)),  # Pelican's titles and descriptions are HTML, and a diagram's are text
            slug=diagram.path,
            status="hidden",
            url=self._site.address(diagram),
            save_as=self._address("DIAGRAM_SAVE_AS", name=diagram.path),
            template=self._template("diagram"),
            lang=diagram.lang,
        )
        page.kicker = self._writer(page).kicker(diagram)
        return page

    def _body(self, page: Page, diagram: Diagram, gallery: Gallery, by_script: Mapping[str, Diagram]) -> str:
        figure = self._run.figures.get(diagram.drawn.route.name) if diagram.drawn else None
        says = diagram.word.says.replace("`", "") if diagram.word else diagram.caption or diagram.alt
        says = says or (figure.alt if figure else "") or (diagram.entry.says if diagram.entry else "")
        # Two may have the same picture. A title may be the beginning of the sentence, or all of it.
        description = says if says.startswith(diagram.title) else f"{diagram.title}: {says}" if says else diagram.title
        page.description = str(escape(description))
        return self._writer(page).diagram(diagram, gallery, by_script)

    def _writer(self, page: Page) -> Writer:
        return Writer(self._site, page.url, language_of(page.lang, self.settings))

    def _page(self, **metadata: str | None) -> Page:
        fields = {name: value for name, value in metadata.items() if value is not None}
        return Page("", fields, self.settings, None, self.context)

    def _template(self, name: str) -> str:
        """Return the theme's template for such a page, or the one for any page if it has none."""
        try:
            self.get_template(name)
        except PelicanTemplateNotFound:
            return "page"
        return name

    def _address(self, setting: str, **values: str | None) -> str:
        return str(self.settings.get(setting, DEFAULTS[setting])).format(**values)

    def _gallery_url(self, lang: str | None) -> str:
        return self._address("DIAGRAMS_LANG_URL", lang=lang) if lang else self._address("DIAGRAMS_URL")

    def _words(self, listed: Sequence[Entry]) -> list[Word]:
        package, script = (self.settings.get(name) for name in ("DIAGRAMS_WORDS", "DIAGRAMS_WORDS_SCRIPT"))
        if not package:
            return []
        settings = self._run.settings
        try:
            return words_of(
                settings.root / package, listed, settings.root / script if script else None, settings.folder
            )
        except WordsError as problem:
            log.error("DIAGRAMS_WORDS: %s", problem)
            return []

    def _are_free(self, pages: Sequence[Page]) -> bool:
        """Return whether each URL belongs to only one page; report those that belong to two."""
        contents = [content for content in self.context["generated_content"].values() if content]
        taken: dict[str, str] = {
            content.save_as: self._run.settings.shown(Path(content.source_path)) for content in contents
        }
        is_free = True
        for page in pages:
            if page.save_as in taken:
                is_free = False
                log.error(
                    "%s:1: this page has the same URL as a page of the gallery, %s\n    give it another Slug:, or set "
                    "DIAGRAMS_URL, DIAGRAM_URL and their SAVE_AS; an empty DIAGRAMS_SAVE_AS turns the gallery off",
                    taken[page.save_as],
                    page.url,
                )
            taken[page.save_as] = f"the diagram {page.slug}"
        return is_free


def _named(gallery: Gallery) -> object:
    """Return what other pages say about the diagrams of a gallery, and how it arranges them."""
    guides = [(guide.article, [(diagram.name, use) for diagram, use in guide.diagrams]) for guide in gallery.guides]
    return (
        gallery.lang,
        guides,
        [(diagram.name, diagram.title, diagram.drawn, diagram.uses, diagram.lang) for diagram in gallery.order],
    )


def _thumbnails(figure: Figure) -> object:
    """Return what a gallery says of a figure's thumbnails."""
    return (
        figure.wide.width,
        figure.wide.height,
        [(scheme, Path(name).suffix) for scheme, name in figure.thumbnail.items()],
    )


def connect() -> None:
    """Have Pelican make the pages."""
    signals.get_generators.connect(DiagramsGenerator.offer)

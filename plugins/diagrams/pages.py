"""Galleries and diagrams -> the HTML of their pages, for any theme; scripts -> HTML, kept until the next build."""

from __future__ import annotations

import csv
import io
import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pygments
from markupsafe import Markup
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ..catalogues import Language
from ..figures.page.figures import id_on_page
from ..figures.page.inline import described, markup
from ..figures.records import THEMED, Figure
from ..figures.requests import Reference
from ..figures.routing import BOX_PX, NARROW, thumbnail_path
from ..files import write_atomically
from ..html import environment
from .entries import Entry, anchor
from .gallery import Diagram, Gallery, Use

CSV = "data.csv"
"""The values of a figure, next to its page."""
CLASSES = {"light": "in-light", "dark": "in-dark"}
"""With these classes, the style sheet shows the one of two images that fits the page's colours."""


class Listings:
    """Highlights scripts, and caches the results in a file, only for the scripts of this build."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _read_listings(file)
        self._asked: dict[str, str] = {}

    def of(self, script: str, title: str = "") -> str:
        """Return a script as HTML, like the code in articles, with a title above it."""
        key = blake2b(f"{pygments.__version__}\0{title}\0{script}".encode(), digest_size=16).hexdigest()
        self._asked[key] = self._known.get(key) or _highlighted(script, title)
        return self._asked[key]

    def keep(self) -> None:
        """Store the requested listings. If the file can't be written, they are highlighted again the next time."""
        if self._asked != self._known:
            with suppress(OSError):
                write_atomically(self._file, json.dumps(self._asked).encode())


def _highlighted(script: str, title: str) -> str:
    html: str = pygments.highlight(
        script, PythonLexer(), HtmlFormatter(cssclass="highlight wide", wrapcode=True, filename=title)
    )
    return html


def _read_listings(file: Path) -> dict[str, str]:
    try:
        listings = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    is_sound = isinstance(listings, dict) and all(isinstance(html, str) for html in listings.values())
    return listings if is_sound else {}


@dataclass(frozen=True)
class Site:
    """The data for writing pages: URLs relative to the site's, and what has been drawn.

    `address` returns that of a diagram, `gallery_of` that of the gallery in a language, and `reference` is that of the
    kit's words. `folder` is that of the figures, and `package` the kit's name in scripts. `origin` is the site's URL,
    empty if it has none.
    """

    address: Callable[[Diagram], str]
    gallery_of: Callable[[str | None], str]
    reference: str
    figures: Callable[[], Mapping[str, Figure]]
    codes: Callable[[], Mapping[str, Mapping[str, str]]]
    listings: Listings
    folder: str
    package: str
    origin: str

    def file(self, name: str, ending: str) -> str:
        """Return the URL of a figure's file."""
        return quote(f"{self.folder}/{name}{ending}")


class Writer:
    """Writes one page, with links relative to it."""

    def __init__(self, site: Site, url: str, language: Language) -> None:
        self._site = site
        self._folder = posixpath.dirname(url) or "."
        self._language = language
        self._templates = environment(language)
        self._templates.filters |= {"quoted": _quoted}

    def gallery(self, gallery: Gallery, template: str = "gallery") -> str:
        """Write a gallery, or with the template `reference` its words."""
        return self._render(
            f"{template}.html",
            gallery=gallery,
            card=self._thumbnails,
            ids=dict(_ids(gallery)),
            package=self._site.package,
            language=self._language.tag,
        )

    def diagram(self, diagram: Diagram, gallery: Gallery, users: Mapping[str, Diagram]) -> str:
        """Write the page of a diagram; `users` are the diagrams of scripts that use a word, by the scripts' names."""
        reference, entry = diagram.drawn, diagram.entry
        figure = self._site.figures().get(reference.route.name) if reference else None
        order = [candidate for candidate in gallery.order if (candidate.word is None) == (diagram.word is None)]
        place = order.index(diagram)
        return self._render(
            "diagram.html",
            diagram=diagram,
            image=f"/{self._site.folder}/{reference.route.path}" if reference else "",
            files=list(self._files(reference, figure)) if reference and figure else [],
            codes=self._site.codes().get(reference.route.figure, {}) if reference and entry else {},
            listing=self._site.listings.of,
            said=described(figure, self._language) if figure else None,
            figure=markup(self._language),
            asked=_asked(entry, reference, self._site.folder) if entry else "",
            embedded=self._embedded(diagram, figure) if reference and figure else {},
            before=order[place - 1] if place else None,
            after=order[place + 1] if place + 1 < len(order) else None,
            used=[users[name] for name in diagram.word.figures if name in users] if diagram.word else [],
            package=self._site.package,
            at=self._in_article,
        )

    def kicker(self, diagram: Diagram) -> Markup:
        """Write the links from a diagram back to the gallery, and to the guide that shows it first."""
        return Markup(self._render("kicker.html", diagram=diagram, package=self._site.package, at=self._in_article))

    def _render(self, template: str, **values: Any) -> str:
        return self._templates.get_template(f"diagrams/{template}").render(
            to=self._to,
            address=self._site.address,
            reference=self._site.reference,
            home=self._to(self._site.gallery_of(self._language.tag)),
            **values,
        )

    def _to(self, address: str) -> str:
        """Return a link from this page to a URL relative to the site's."""
        path, mark, place = address.partition("#")
        led = posixpath.relpath(path or ".", self._folder)
        return f"{led}{'/' if path.endswith('/') or not path else ''}{mark}{place}"

    def _in_article(self, use: Use, diagram: Diagram) -> str:
        """Return a link to a figure in an article; to the article's start if it only mentions the figure."""
        place = f"#{quote(id_on_page(diagram.drawn.route.place))}" if diagram.drawn and use.number else ""
        return self._to(f"{use.article.url}{place}")

    def _thumbnails(self, diagram: Diagram) -> list[dict[str, Any]]:
        """Return the thumbnails of a figure: one for each colour scheme, or one with its own background."""
        name = diagram.drawn.route.name if diagram.drawn else ""
        figure = self._site.figures().get(name)
        if figure is None:
            return []
        path, is_alone = f"{self._site.folder}/{name}", len(figure.thumbnail) == 1
        return [
            {
                "src": self._to(quote(thumbnail_path(path, scheme, file))),
                "class": "on-paper" if is_alone else CLASSES[scheme],
                "width": BOX_PX[0],
                "height": BOX_PX[1],
            }
            for scheme, file in figure.thumbnail.items()
        ]

    def _files(self, reference: Reference, figure: Figure) -> Iterator[tuple[str, str]]:
        name, gettext = reference.route.name, self._language.gettext
        yield gettext("PNG, 2×"), self._to(self._site.file(name, ".png"))
        for ending in figure.wide.files:
            if ending not in ("png", THEMED):
                yield ending.upper(), self._to(self._site.file(name, f".{ending}"))
        if figure.narrow:
            yield gettext("Narrow PNG"), self._to(self._site.file(name, f"{NARROW}.png"))
        if figure.description.get("rows"):
            yield gettext("Data, CSV"), CSV

    def _embedded(self, diagram: Diagram, figure: Figure) -> dict[str, Any]:
        """Return what shows the figure on another site; empty if this site has no URL to load it from."""
        origin = self._site.origin
        if not origin or diagram.drawn is None:
            return {}
        return {
            "address": f"{origin}/{self._site.address(diagram)}",
            "image": f"{origin}/{self._site.file(diagram.drawn.route.name, '.png')}",
            "form": figure.wide,
            "alt": diagram.alt or figure.alt,
        }


def values_of(figure: Figure) -> bytes | None:
    """Return the values of a figure as CSV; None if it has none."""
    head, rows = figure.description.get("head", ()), figure.description.get("rows", ())
    if not rows:
        return None
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *rows] if head else rows)
    return text.getvalue().encode()


def _ids(gallery: Gallery) -> Iterator[tuple[str, list[str]]]:
    """Yield the anchors of each diagram in the gallery, where it is shown first: its own, and its script's."""
    taken: set[str] = set()
    for diagram in gallery.order:
        script = [anchor(diagram.entry.name)] if diagram.entry else []
        anchors = [place for place in (diagram.path, *script) if place not in taken]
        taken.update(anchors)
        yield diagram.name, list(dict.fromkeys(anchors))


def _asked(entry: Entry, reference: Reference | None, folder: str) -> str:
    """Return the Markdown image for an article, as the first one writes it."""
    if reference and not reference.is_for_itself:
        route = reference.route
        return f"![](/{folder}/{quote(route.stem)}.{route.ending}){reference.attributes.written}"
    return f"![]({quote(entry.address)}){entry.braces}"


def _quoted(text: str) -> list[str]:
    """Split a docstring's text at its `names`: every second piece is code."""
    return re.split(r"`([^`]+)`", text)

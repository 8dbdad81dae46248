"""The contents of galleries: guides with their diagrams, in order, then scripts of no guide; and the kit's words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from ..catalogues import Language
from ..figures.page.figures import MARK
from ..figures.requests import Reference
from ..html import Tag, read, text_of
from ..private import html_of
from .entries import LONGEST_TITLE, Entry, anchor
from .words import Word

HEADINGS = "h1, h2, h3, h4, h5, h6"


@dataclass(frozen=True)
class Use:
    """A figure's use in an article: its number and caption there, and the author's alt text for the image.

    `heading` is the figure's title there: from its image, or else from the heading above it, its caption or alt text,
    or its script.
    """

    article: Any
    number: int = 0
    heading: str = ""
    caption: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Diagram:
    """Something with a page of its own: a figure, a script that no article uses, or a word of the kit.

    `drawn` is its figure. For a script that no article uses, it is the first one, and all others are shown with it;
    such a script has none if it needs an article's code.
    """

    name: str
    title: str
    drawn: Reference | None = None
    entry: Entry | None = None
    word: Word | None = None
    uses: tuple[Use, ...] = ()
    lang: str | None = None
    """The language of its page; None for the site's own."""

    @property
    def path(self) -> str:
        """Its path in the gallery's folder, which is also its anchor in the gallery."""
        return anchor(self.name)

    @property
    def caption(self) -> str:
        """The caption in the first article that has one."""
        return next((use.caption for use in self.uses if use.caption), "")

    @property
    def alt(self) -> str:
        """The alt text in the first article that has one; empty if the figure's own is used."""
        return next((use.alt for use in self.uses if use.alt), "")


@dataclass(frozen=True)
class Guide:
    """An article, or a page, with its diagrams in order, each with its use there."""

    article: Any
    diagrams: tuple[tuple[Diagram, Use], ...]


@dataclass(frozen=True)
class Gallery:
    """The contents of one gallery; `lang` is None for that of the whole site."""

    lang: str | None
    guides: tuple[Guide, ...]
    others: tuple[Diagram, ...] = ()
    words: tuple[Diagram, ...] = ()

    @property
    def order(self) -> list[Diagram]:
        """All of its diagrams, each once, in the order in which a reader goes from page to page."""
        in_guides = (diagram for guide in self.guides for diagram, _ in guide.diagrams)
        return list(dict.fromkeys(chain(in_guides, self.others, self.words)))


def galleries(
    uses: Mapping[tuple[Any, str], Use], listed: Sequence[Entry], words: Sequence[Word], language: Language
) -> list[Gallery]:
    """Return the site's gallery, and one for each other language in which it has guides.

    `uses` maps articles and the names of figures that they show to how they do so.
    """
    by_name = {reference.route.name: (reference, entry) for entry in listed for reference in entry.shown}
    by_article: dict[Any, list[tuple[str, Use]]] = {}
    for (article, name), use in uses.items():
        if name in by_name and article in by_name[name][1].articles:
            called = use.heading or by_name[name][1].title
            by_article.setdefault(article, []).append((name, replace(use, heading=called)))
    by_article = {article: _numbered(theirs, language) for article, theirs in by_article.items()}
    diagrams: dict[str, Diagram] = {}
    begun: dict[str, datetime] = {}
    for article in by_article:
        if series := _series(article):
            begun[series] = min(begun.get(series, _date(article)), _date(article))
    ordered = sorted(by_article, key=lambda article: (article.lang != language.tag, *_in_order(article, begun)))
    for article in ordered:
        for name, use in by_article[article]:
            reference, entry = by_name[name]
            earlier = diagrams.get(name, Diagram(name, use.heading, reference, entry, lang=article.lang))
            diagrams[name] = replace(earlier, uses=(*earlier.uses, use))
    # Figures that no article shows, but links to; a cover is not for readers of the gallery
    for name, (reference, entry) in by_name.items():
        if name not in diagrams and entry.articles and not (reference.is_in_header and not reference.is_link):
            uses_of_entry = tuple(map(Use, entry.articles))
            lang = reference.route.language or None
            diagrams[name] = Diagram(name, entry.title, reference, entry, uses=uses_of_entry, lang=lang)
    guides = [Guide(article, tuple((diagrams[name], use) for name, use in by_article[article])) for article in ordered]
    in_guides = {diagram.name for guide in guides for diagram, _ in guide.diagrams}
    others = [*(diagram for diagram in diagrams.values() if diagram.name not in in_guides), *_unasked(listed)]
    kit = tuple(Diagram(f"words/{word.slug}", word.name, word.drawn, word=word) for word in words)
    all_galleries = [Gallery(None, tuple(guides), tuple(others), kit)]
    languages = dict.fromkeys(guide.article.lang for guide in guides)
    for lang in languages:
        if lang != language.tag:
            own_guides = tuple(guide for guide in guides if guide.article.lang == lang)
            all_galleries.append(
                Gallery(lang, own_guides, tuple(diagram for diagram in others if diagram.lang == lang), kit)
            )
    return all_galleries


def uses_of(by_article: Mapping[Any, Mapping[str, Reference]]) -> Iterator[tuple[tuple[Any, str], Use]]:
    """Yield each figure that an article shows, once, in the order of its text.

    `by_article` maps articles to their references, by the marks of their images.
    """
    seen = set()
    for article, references in by_article.items():
        heading = ""
        for node in read(html_of(article)).css(f"{HEADINGS}, img"):
            if node.tag != "img":
                heading = text_of(node)
                continue
            image = Tag.of(node)
            reference = references.get(image.get(MARK))
            if reference is None or (article, reference.route.name) in seen:
                continue
            seen.add((article, reference.route.name))
            alt = image.get("alt")
            called = reference.attributes.heading or heading or _short(reference.caption) or _short(alt)
            yield (article, reference.route.name), Use(article, reference.number, called, reference.caption, alt)


def _numbered(uses: Sequence[tuple[str, Use]], language: Language) -> list[tuple[str, Use]]:
    """Number figures with the same title in an article: each is one of several."""
    times = Counter(use.heading for _, use in uses)
    seen: Counter[str] = Counter()
    numbered = []
    for name, use in uses:
        seen[use.heading] += 1
        if times[use.heading] > 1:
            place = {"title": use.heading, "part": seen[use.heading], "parts": times[use.heading]}
            use = replace(use, heading=language.gettext("%(title)s, %(part)s of %(parts)s", **place))
        numbered.append((name, use))
    return numbered


def _unasked(listed: Collection[Entry]) -> Iterator[Diagram]:
    for entry in listed:
        if not entry.articles:
            yield Diagram(entry.name, entry.title, next(iter(entry.shown), None), entry)


def _in_order(article: Any, begun: Mapping[str, datetime]) -> tuple[object, ...]:
    """Sort articles as their readers find them: the series of the home page, then all by date, and pages at the end.

    Later articles may build on earlier ones. A series is where its first part is, in the order of its parts.
    """
    series, path = _series(article), str(article.source_path)
    part = str(article.metadata.get("part", "")).strip()
    place = int(part) if part.isdecimal() else math.inf
    is_first = bool(series) and series == (article.settings.get("HOME") or {}).get("series")
    date = _date(article)
    return not hasattr(article, "date"), not is_first, begun.get(series, date), series, place, date, path


def _series(article: Any) -> str:
    return str(article.metadata.get("series", "")).strip()


def _date(article: Any) -> datetime:
    date = getattr(article, "date", None)
    return date.replace(tzinfo=date.tzinfo or UTC) if date else datetime.max.replace(tzinfo=UTC)


def _short(text: str) -> str:
    return text.rstrip(".") if len(text) <= LONGEST_TITLE else ""

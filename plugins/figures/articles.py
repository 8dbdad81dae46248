"""One article's images and links, asked for while its HTML is final."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..i18n.catalogues import language_of
from .page.numbering import Numbering, label, place_of
from .page.standing import Standing, with_figures
from .pages import HAND_MADE, MARK, sized
from .pictures import size_of
from .placing import check_alt, rewrite, told_once
from .records import Figure
from .references import Source, Tag, read, tags
from .report import AddressError, FigureError, entry
from .requests import Reference
from .routing import IMAGES, LINKS, Route, path_in_content, route
from .settings import Settings

log = logging.getLogger(__name__)

ADDRESSES = {"img": "src", "a": "href"}
"""The tags that ask for a figure, and the attribute of each that names it."""


@dataclass
class Run:
    """What one run of Pelican has asked for so far, and then what came of it."""

    settings: Settings
    asked: dict[Any, dict[str, Reference]] = field(default_factory=dict)
    refused: int = 0
    figures: dict[str, Figure] = field(default_factory=dict)
    made: set[Any] = field(default_factory=set)
    """What asks, but was not written by the author: a page that shows figures again."""
    withheld: set[Path] = field(default_factory=set)
    """The scripts whose figures stand in what is not written now, such as a draft while the site is published."""
    drawn: set[Path] = field(default_factory=set)
    """The scripts that were drawn for it."""

    @property
    def redrawn(self) -> set[Path]:
        """The articles with a figure that was drawn for this run, so that they look otherwise than before."""
        references = (reference for by_mark in self.asked.values() for reference in by_mark.values())
        return {reference.article for reference in references if reference.route.script in self.drawn}


class Asking:
    """One article's way through `ask`: each image of ours is routed, and marked or sized; so is each link to one."""

    def __init__(self, run: Run, content: Any, context: dict[str, Any]) -> None:
        self._run = run
        self._content = content
        self._context = context
        self._article = Path(content.source_path)
        self._folder = content.relative_dir
        self._seen: Counter[str] = Counter()
        self._lines: dict[str, list[int]] = {}
        self._source: Source | None = None

    def all(self) -> None:
        """Route what summary and content ask for, in the order of the source; then number the figures."""
        rewrite(self._content, self._asked, *ADDRESSES)
        self._number()

    def _asked(self, tag: Tag) -> str | None:
        address = tag.get(ADDRESSES[tag.name])
        path = path_in_content(address, self._folder)
        if path is None:
            return None
        if not path.startswith(self._run.settings.folder + "/"):
            if tag.name == "img":
                self._check_elsewhere(tag, path)
            return None
        line = self._line(address)
        self._context["static_links"].discard(path)
        try:
            found = route(path, self._run.settings, IMAGES if tag.name == "img" else LINKS)
            assert found
            if found.picture:
                return self._picture(tag, found, path, line)
        except AddressError as problem:
            log.error(entry(f"{self._run.settings.shown(self._article)}:{line}", address, problem))
            self._run.refused += 1
            return tag.with_attributes(**{ADDRESSES[tag.name]: f"/{path}"})
        return self._figure(tag, found, path, line)

    def _figure(self, tag: Tag, found: Route, path: str, line: int) -> str:
        references = self._run.asked.setdefault(self._content, {})
        mark = str(len(references))
        references[mark] = Reference(
            found,
            tag.get(ADDRESSES[tag.name]),
            self._article,
            line,
            self._read(),
            code_id=tag.get("code") or None,
            published=self._content.status == "published",
        )
        if tag.name == "a":
            return tag.with_attributes(href=f"{{static}}/{path}")
        return tag.without("code").with_attributes(src=f"{{static}}/{path}", **{MARK: mark})

    def _picture(self, image: Tag, found: Route, path: str, line: int) -> str:
        assert found.picture
        self._context["static_links"].add(path)
        if image.name == "a":
            return image.with_attributes(href=f"{{static}}/{path}")
        check_alt(self._run.settings, self._article, line, image, "")
        size = size_of(found.picture)
        placed = image.having(src=f"{{static}}/{path}", **{HAND_MADE: found.name})
        if size is None:
            return placed.with_attributes(loading="lazy", decoding="async")
        return sized(placed, image.get("alt"), *size)

    def _number(self) -> None:
        """Make figures of the images that can be, and write the numbers where the text names them."""
        content = self._content
        numbering = Numbering(language_of(content.lang, content.settings))
        if content._content:
            content._content = with_figures(
                content._content, _is_of_figure, lambda standing: self._numbered(standing, numbering)
            )
        summary = content.metadata.get("summary")
        if isinstance(summary, str):
            content.metadata["summary"] = content._summary = numbering.mentioned(summary, False, self._named_in_vain)
        if content._content:
            content._content = numbering.mentioned(content._content, True, self._named_in_vain)

    def _numbered(self, standing: Standing, numbering: Numbering) -> str:
        references = self._run.asked.get(self._content, {})
        image = standing.image.without("title")
        mark = image.get(MARK)

        def drawn(number: int, caption: str) -> str:
            if mark:
                references[mark] = replace(references[mark], number=number, caption=caption)
                return image.with_attributes()
            called = label(number, numbering.language) if number else ""
            return image.with_attributes(alt=told_once(called, caption, image.get("alt")))

        return numbering.figure(standing, references[mark].route.name if mark else image.get(HAND_MADE), drawn)

    def _named_in_vain(self, name: str, problem: AddressError) -> None:
        written = f"{{figure:{name}}}", f"(#{place_of(name)})"
        lines = [number for number, text in self._read().prose for one in written for _ in range(text.count(one))]
        line = lines[min(self._seen[written[0]], len(lines) - 1)] if lines else 1
        self._seen[written[0]] += 1
        log.error(entry(f"{self._run.settings.shown(self._article)}:{line}", written[0], problem))

    def _check_elsewhere(self, image: Tag, path: str) -> None:
        """Warn of an image that stands outside of the folder of figures, and that nothing will put there."""
        settings = self._run.settings
        if path.startswith("theme/") or path in settings.extra or (settings.content / path).is_file():
            return
        _, found, below = path.partition(f"{settings.folder}/")
        name = below if found else path.partition("/")[2] or path
        problem = FigureError(
            f"there is no {settings.shown(settings.content / path)}",
            f"a figure's address is /{settings.folder}/{name}",
        )
        place = f"{settings.shown(self._article)}:{self._line(image.get('src'))}"
        log.warning(entry(place, image.get("src"), problem))

    def _line(self, address: str) -> int:
        """Return the line of the next place in the source that shows an address; the first line if none is found."""
        written = address.partition("}")[2] if address.startswith("{") else address
        if written not in self._lines:
            self._lines[written] = self._read().lines_of(written)
        lines = self._lines[written]
        place = self._seen[written]
        self._seen[written] += 1
        return lines[min(place, len(lines) - 1)] if lines else 1

    def _read(self) -> Source:
        if self._source is None:
            self._source = read(self._article.read_text("utf-8-sig", errors="replace"))
        return self._source


def scripts_in(content: Any, settings: Settings) -> Iterator[Path]:
    """Name the scripts of the figures in an article that is not written, and so does not ask for them."""
    for tag in tags(content._content or "", *ADDRESSES):
        path = path_in_content(tag.get(ADDRESSES[tag.name]), content.relative_dir)
        try:
            found = route(path, settings, LINKS) if path else None
        except AddressError:
            continue  # told when it is written
        if found and found.script:
            yield found.script


def _is_of_figure(image: Tag) -> bool:
    return bool(image.get(MARK) or image.get(HAND_MADE))

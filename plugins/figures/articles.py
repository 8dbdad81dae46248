"""One article's images and links: asked for while its HTML is final, and placed once the figures are there."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .build import Failure
from .pages import MARK, Rewrite, failed, rewritten, sized
from .pictures import size_of
from .records import Figure
from .references import Source, Tag, read
from .report import AddressError, FigureError, entry
from .requests import Reference
from .routing import IMAGES, LINKS, Route, path_in_content, route
from .settings import Settings

log = logging.getLogger(__name__)

DECORATIVE = "decorative"
ADDRESSES = {"img": "src", "a": "href"}
"""The tags that ask for a figure, and the attribute of each that names it."""


@dataclass
class Run:
    """What one run of Pelican has asked for so far, and then what came of it."""

    settings: Settings
    asked: dict[Any, dict[str, Reference]] = field(default_factory=dict)
    refused: int = 0
    figures: dict[str, Figure] = field(default_factory=dict)


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
        """Route what summary and content ask for, in the order of the source."""
        rewrite(self._content, self._asked, *ADDRESSES)

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
        return tag.with_attributes(src=f"{{static}}/{path}", **{MARK: mark})

    def _picture(self, image: Tag, found: Route, path: str, line: int) -> str:
        assert found.picture
        self._context["static_links"].add(path)
        if image.name == "a":
            return image.with_attributes(href=f"{{static}}/{path}")
        _check_alt(self._run.settings, self._article, line, image, "")
        size = size_of(found.picture)
        placed = image.with_attributes(src=f"{{static}}/{path}", loading="lazy", decoding="async")
        if size is None:
            return placed
        alt = image.get("alt")
        return sized(image.having(src=f"{{static}}/{path}"), alt, *size)

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


def placing(
    references: Mapping[str, Reference], results: Mapping[Reference, Figure | Failure], settings: Settings
) -> Rewrite:
    """Return the change that writes what came of each marked image into an article."""

    def change(image: Tag) -> str | None:
        reference = references.get(image.get(MARK))
        if reference is None:
            return None
        figure = results[reference]
        if isinstance(figure, Failure):
            said = str(figure.problem) if settings.keep_going else None
            return failed(image.having(**{MARK: reference.route.name}), said, figure.last)
        _check_alt(settings, reference.article, reference.line, image.having(src=reference.address), figure.alt)
        alt = "" if DECORATIVE in image.get("class").split() else figure.alt
        marked = image.having(**{MARK: reference.route.name})
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


def _check_alt(settings: Settings, article: Path, line: int, image: Tag, of_picture: str) -> None:
    if not (image.get("alt") or of_picture or DECORATIVE in image.get("class").split()):
        problem = FigureError("no alt text", "write it between the brackets, or mark the image {.decorative}")
        log.warning(entry(f"{settings.shown(article)}:{line}", image.get("src"), problem))

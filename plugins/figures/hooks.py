"""The only module that knows Pelican's signals."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pelican import signals
from pelican.contents import Content
from pelican.generators import Generator
from pelican.log import console

from .build import Failure, build
from .pages import rewritten, sized, with_turned
from .pictures import size_of
from .records import Figure
from .references import Image, Source, read
from .report import AddressError, FigureError, Summary, entry
from .requests import Reference, line_of
from .routing import Route, path_in_content, route
from .settings import Settings

log = logging.getLogger(__name__)

ARTICLES = ("articles", "translations", "drafts", "drafts_translations", "hidden_articles", "hidden_translations")
PAGES = ("pages", "translations", "draft_pages", "draft_translations", "hidden_pages", "hidden_translations")
DECORATIVE = "decorative"
MARK = "data-figure"


@dataclass
class Run:
    """What one run of Pelican has asked for so far, and then what came of it."""

    settings: Settings
    asked: dict[Content, dict[str, Reference]] = field(default_factory=dict)
    refused: int = 0
    figures: dict[str, Figure] = field(default_factory=dict)


class Plugin:
    """Carries the state of a run from signal to signal."""

    def __init__(self) -> None:
        self._run: Run | None = None

    def begin(self, generator: Generator) -> None:
        """Forget the last run: `initialized` is sent once a process, not once a run."""
        self._run = Run(Settings.of(generator.settings))

    def filter(self, generator: Generator) -> None:
        """Give the theme its filter `figures`."""
        generator.env.filters["figures"] = self._with_turned

    def ask(self, generator: Generator) -> None:
        """Walk the final lists, in source order, and note each image that a script draws."""
        run = self._of_now
        names = ARTICLES if hasattr(generator, "articles") else PAGES
        listed = {content: None for name in names for content in getattr(generator, name)}
        for content in sorted(listed, key=lambda it: str(it.source_path)):
            if content.save_as:
                Asking(run, content, generator.context).rewrite()

    def announce(self, generator: Generator) -> None:
        """Tell Pelican of files that are not there yet, so that its own links know their addresses."""
        for references in self._of_now.asked.values():
            for reference in references.values():
                path = f"{self._of_now.settings.folder}/{reference.route.path}"
                generator.context["static_content"][path] = SimpleNamespace(url=path)

    def place(self, _generators: Sequence[Generator]) -> None:
        """Have the figures drawn and published, write them into the articles, and say what happened."""
        run = self._of_now
        built = build([reference for by_mark in run.asked.values() for reference in by_mark.values()], run.settings)
        for content, references in run.asked.items():
            for reference in references.values():
                result = built.results[reference]
                if isinstance(result, Figure):
                    run.figures[reference.route.name] = result
                else:
                    _tell(run.settings, reference, result)
            change = _placing(references, built.results, run.settings)
            _rewrite(content, change)
        _forget_memos(run.asked)
        summary = built.summary
        console.print(str(Summary(summary.drawn, summary.fresh, summary.failed + run.refused)), highlight=False)

    @property
    def _of_now(self) -> Run:
        assert self._run, "article_generator_init comes first"
        return self._run

    def _with_turned(self, html: str) -> str:
        run = self._of_now
        return with_turned(html, run.figures, run.settings.widest_px, run.settings.margin_px)


class Asking:
    """One article's way through `ask`: each image of ours is routed, and marked or sized."""

    def __init__(self, run: Run, content: Content, context: dict[str, Any]) -> None:
        self._run = run
        self._content = content
        self._context = context
        self._article = Path(content.source_path)
        self._seen: Counter[str] = Counter()
        self._source: Source | None = None

    def rewrite(self) -> None:
        """Route the images of summary and content, in the order of the source."""
        _rewrite(self._content, self._asked)

    def _asked(self, image: Image) -> str | None:
        path = path_in_content(image.get("src"), self._content.relative_dir)
        if path is None or not path.startswith(self._run.settings.folder + "/"):
            return None
        line = self._line(image.get("src"))
        try:
            found = route(path, self._run.settings)
            assert found
            if found.picture:
                return self._picture(image, found, path, line)
        except AddressError as problem:
            log.error(entry(f"{self._run.settings.shown(self._article)}:{line}", image.get("src"), problem))
            self._run.refused += 1
            self._context["static_links"].discard(path)
            return image.with_attributes(src=f"/{path}")
        return self._figure(image, found, path, line)

    def _figure(self, image: Image, found: Route, path: str, line: int) -> str:
        self._context["static_links"].discard(path)
        references = self._run.asked.setdefault(self._content, {})
        mark = str(len(references))
        references[mark] = Reference(
            found,
            image.get("src"),
            self._article,
            line,
            self._read(),
            code_id=image.get("code") or None,
            published=self._content.status == "published",
        )
        return image.with_attributes(src=f"{{static}}/{path}", **{MARK: mark})

    def _picture(self, image: Image, found: Route, path: str, line: int) -> str:
        assert found.picture
        self._context["static_links"].add(path)
        _check_alt(self._run.settings, self._article, line, image, "")
        size = size_of(found.picture)
        placed = image.with_attributes(src=f"{{static}}/{path}", loading="lazy", decoding="async")
        if size is None:
            return placed
        alt = image.get("alt")
        return sized(Image(0, 0, (*image.attributes, ("src", f"{{static}}/{path}"))), alt, *size)

    def _line(self, address: str) -> int:
        """Return the line of the next place in the source that shows an address; the first line if none is found."""
        written = address.partition("}")[2] if address.startswith("{") else address
        lines = self._read().lines_of(written)
        place = self._seen[written]
        self._seen[written] += 1
        return lines[min(place, len(lines) - 1)] if lines else 1

    def _read(self) -> Source:
        if self._source is None:
            self._source = read(self._article.read_text("utf-8-sig", errors="replace"))
        return self._source


def _placing(references: dict[str, Reference], results: Any, settings: Settings) -> Callable[[Image], str | None]:
    def change(image: Image) -> str | None:
        reference = references.get(image.get(MARK))
        if reference is None:
            return None
        figure = results[reference]
        if isinstance(figure, Failure):
            return image.with_attributes(**{MARK: reference.route.name})
        _check_alt(settings, reference.article, reference.line, image, figure.alt)
        alt = "" if DECORATIVE in image.get("class").split() else figure.alt
        marked = Image(0, 0, (*image.attributes, (MARK, reference.route.name)))
        return sized(marked, alt, figure.wide.width, figure.wide.height, "diagram")

    return change


def _check_alt(settings: Settings, article: Path, line: int, image: Image, of_picture: str) -> None:
    if not (image.get("alt") or of_picture or DECORATIVE in image.get("class").split()):
        problem = FigureError("no alt text", "write it between the brackets, or mark the image {.decorative}")
        log.warning(entry(f"{settings.shown(article)}:{line}", image.get("src"), problem))


def _tell(settings: Settings, reference: Reference, failure: Failure) -> None:
    article = settings.shown(reference.article)
    blamed = line_of(failure.problem, failure.request) if failure.request else None
    if blamed and failure.request and failure.request.article:
        place = f"{settings.shown(failure.request.article)}:{blamed}"
        log.error(f"{entry(place, reference.address, failure.problem)}\n    asked for at {article}:{reference.line}")
    else:
        log.error(entry(f"{article}:{reference.line}", reference.address, failure.problem))


def _rewrite(content: Content, change: Callable[[Image], str | None]) -> None:
    summary = content.metadata.get("summary")
    if isinstance(summary, str) and "<img" in summary:
        content.metadata["summary"] = content._summary = rewritten(
            summary, change
        )  # Pelican keeps both, and reads both
    if content._content and "<img" in content._content:
        content._content = rewritten(content._content, change)


def _forget_memos(contents: dict[Content, Any]) -> None:
    """Another plugin that has read `.content` early would hide what was written since."""
    for memo in (Content.get_content, Content.get_summary):
        cache = memo.cache
        for known in [arguments for arguments in cache if arguments[0] in contents]:
            del cache[known]


plugin = Plugin()


def connect() -> None:
    """Listen to Pelican."""
    signals.generator_init.connect(plugin.filter)
    signals.article_generator_init.connect(plugin.begin)
    signals.article_generator_finalized.connect(plugin.ask)
    signals.page_generator_finalized.connect(plugin.ask)
    signals.static_generator_finalized.connect(plugin.announce)
    signals.all_generators_finalized.connect(plugin.place)

"""The site as a build would make it: read, with all its URLs, but without writing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pelican import Pelican
from pelican.generators import ArticlesGenerator, PagesGenerator
from pelican.paginator import Paginator
from pelican.settings import read_settings

from ..figures.requests import Reference
from ..figures.settings import Settings
from ..figures.site import plugin
from ..html import compiled
from ..private import generator_classes
from . import headers
from .findings import Finding
from .sources import Header, Read, read_of, skipped_of


@dataclass(frozen=True)
class Site:
    """Everything Pelican has read: its settings, contents by source path, and the files that it would write."""

    settings: Mapping[str, Any]
    figures: Settings
    articles: Sequence[Read]
    skipped: Sequence[tuple[str, Header]]
    references: Sequence[Reference]
    content: Mapping[str, Any]
    static: Mapping[str, Any]
    written: frozenset[str]
    environment: Any
    """Jinja's, with the site's templates."""
    moved: dict[str, Read] = field(default_factory=dict)
    """The page to which each file redirects that is only there for an old URL."""

    @property
    def shown(self) -> list[Read]:
        """The articles and pages that are written; drafts aren't when the site is published."""
        return [article for article in self.articles if article.content.save_as]


checks: set[Callable[[Site], Sequence[Finding]]] = set()
"""Checks by other plugins, which add theirs when they are registered; they run before all others."""


class Addresses:
    """Stands in for Pelican's writer: records what would be written."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self.paths: set[str] = set()

    def write_file(
        self, name: str, *_: Any, paginated: Any = None, template_name: str = "", url: str = "", **_more: Any
    ) -> None:
        """Record a page, with its further pages."""
        if name:
            self.paths.add(name)
            per_page = self._settings["PAGINATED_TEMPLATES"].get(template_name, 0) if paginated else 0
            for listed in (paginated or {}).values() if template_name in self._settings["PAGINATED_TEMPLATES"] else ():
                pages = Paginator(name, url, listed, self._settings, per_page or self._settings["DEFAULT_PAGINATION"])
                self.paths |= {pages.page(number).save_as for number in range(1, pages.num_pages + 1)}

    def write_feed(self, *_: Any, path: str | None = None, **_more: Any) -> None:
        """Record a feed."""
        if path:
            self.paths.add(path)


def read_site(configuration: str) -> tuple[Any, Site]:
    """Read a site as a build does; return Pelican, and everything it has read."""
    pelican = Pelican(read_settings(configuration))
    settings = pelican.settings
    context = {**settings, "generated_content": {}, "static_links": set(), "static_content": {}}
    kinds = generator_classes(pelican)
    generators = [
        kind(context, settings, path=pelican.path, theme=pelican.theme, output_path=pelican.output_path)
        for kind in kinds
    ]
    compiled.cache_of = None  # it would write files, too
    for generator in generators:
        generator.env.bytecode_cache = None
        # Pelican would warn of missing files without naming the page that links to them: `links` reports these instead.
        missing = {path for path in context["static_links"] if not Path(pelican.path, path).is_file()}
        context["static_links"] -= missing
        if hasattr(generator, "generate_context"):
            generator.generate_context()
    headers.use_known_templates(read_of(context), generators[0])
    addresses = Addresses(settings)
    for generator in generators:
        if isinstance(generator, ArticlesGenerator | PagesGenerator):
            generator.generate_output(addresses)
    figures, references = plugin.asked()
    files = {item.save_as for item in context["static_content"].values() if hasattr(item, "save_as")}
    articles = read_of(context)
    written = frozenset(addresses.paths | files | set(settings["TEMPLATE_PAGES"].values()) | _of_theme(pelican))
    env = generators[0].env
    content, static = context["generated_content"], context["static_content"]
    return pelican, Site(settings, figures, articles, skipped_of(context), references, content, static, written, env)


def _of_theme(pelican: Any) -> set[str]:
    theme = Path(pelican.theme)
    folder = pelican.settings["THEME_STATIC_DIR"]
    return {
        f"{folder}/{path.relative_to(theme / name).as_posix()}"
        for name in pelican.settings["THEME_STATIC_PATHS"]
        for path in (theme / name).rglob("*")
        if path.is_file()
    }

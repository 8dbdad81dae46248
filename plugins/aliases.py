"""Former URLs of an article or a page: `Aliases: /old/address/` in its header, several separated by commas.

Each one gets a page that redirects at once, declares the new URL as canonical, and isn't indexed.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pelican import signals

from .building.generators import FileGenerator
from .building.incremental import on_edit
from .catalogues import language_of
from .content.findings import ERROR, Finding, tell
from .content.site import Site, checks
from .content.sources import Read, read_of
from .files import write_atomically
from .html import environment, plain
from .settings import home

FIELD = "aliases"
INDEX = "index.html"
PAGES = (".html", ".htm")
NO_PATH = {"\\", "\0"}
"""Characters that can't be in a path of a site."""


@dataclass(frozen=True)
class Alias:
    """A former URL, as written, and its article."""

    written: str
    place: str
    """The file in the output folder; empty if it isn't a valid URL."""
    article: Read

    def finding(self, message: str, advice: str) -> Finding:
        """Return a finding at its line."""
        line = self.article.header.line(FIELD)
        return Finding(ERROR, self.article.file, line, f"the alias {self.written} {message}", advice)


def file_of(address: str) -> str:
    """Return the file that hosts serve at a URL of the site; empty if it isn't a page's."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    path = unquote(parts.path)
    if not path.startswith("/") or parts.netloc or parts.query or parts.fragment or set(path) & NO_PATH:
        return ""
    place = path.removeprefix("/").removesuffix("/")
    if any(name in ("", ".", "..") for name in place.split("/")):
        return ""
    if path.endswith(PAGES):
        return place
    return posixpath.join(place, INDEX) if path.endswith("/") or not posixpath.splitext(place)[1] else ""


def aliases_of(articles: Sequence[Read]) -> Iterator[Alias]:
    """Yield the aliases of published contents; a draft had no URL yet."""
    for article in articles:
        value = article.content.metadata.get(FIELD, "")
        written = " ".join(value) if isinstance(value, list) else str(value)
        if article.content.save_as and article.content.status in ("published", "hidden"):
            for address in filter(None, re.split(r"[,\s]+", written)):
                yield Alias(address, file_of(address), article)


def sorted_out(aliases: Sequence[Alias], taken: Collection[str]) -> tuple[list[Alias], list[Finding]]:
    """Separate the aliases that can be written from the errors in others; `taken` lists the site's other files."""
    kept: dict[str, Alias] = {}
    findings = []
    for alias in aliases:
        place, article = alias.place, alias.article
        if not place:
            message = "is not the URL of a page on this site"
            findings.append(
                alias.finding(
                    message, f"write the whole path from the site's root, for example {FIELD.title()}: /old/address/"
                )
            )
        elif place == article.save_as:
            findings.append(alias.finding("is the page's current URL", "remove it"))
        elif place in taken or any(above in taken for above in _above(place)):
            findings.append(
                alias.finding("is already the URL of something else on this site", "remove it, or move the other page")
            )
        elif (first := kept.setdefault(place, alias)).article is not article:
            message = f"is also an alias of {first.article.file}, so it redirects there"
            findings.append(alias.finding(message, "remove it from one of the two"))
    return list(kept.values()), findings


def _above(place: str) -> Iterator[str]:
    """Yield the paths that would have to be folders."""
    while place := posixpath.dirname(place):
        yield place


def page_of(alias: Alias) -> bytes:
    """Return the page for an alias: it has the new URL for browsers, search engines and readers."""
    content = alias.article.content
    settings, language = content.settings, language_of(content.lang, content.settings)
    site = home(settings)
    link = f"{urlsplit(site).path}/{content.url}"  # so that a copy of the site on another host redirects within itself
    if settings["RELATIVE_URLS"]:
        link = posixpath.relpath(content.save_as, posixpath.dirname(alias.place) or ".")
    page = (
        environment(language)
        .get_template("aliases.html")
        .render(
            lang=content.lang,
            title=plain(content.title),
            canonical=f"{site}/{content.url}" if site else "",
            link=link,
        )
    )
    return f"{page}\n".encode()


class AliasesPlugin:
    """Records what a run writes, so that no alias overwrites it."""

    def __init__(self) -> None:
        self._paths: list[str] = []
        self._output = Path()

    def begin(self, generator: Any) -> None:
        """Forget the last run."""
        self._paths, self._output = [], Path(generator.output_path)

    def note(self, path: str, context: Any) -> None:
        """Record a page that has been written."""
        self._paths.append(path)

    def write(self, context: Any) -> None:
        """Write a page for each alias."""
        if not (aliases := [*aliases_of(read_of(context))]):
            return
        written = {os.path.relpath(path, self._output).replace(os.sep, "/") for path in self._paths}
        files = {item.save_as for item in context["static_content"].values() if hasattr(item, "save_as")}
        kept, findings = sorted_out(aliases, written | files)
        tell(findings)
        for alias in kept:
            try:
                write_atomically(self._output / alias.place, page_of(alias))
            except OSError as problem:
                tell([alias.finding(f"can't be written: {problem.strerror}", "choose another address")])


plugin = AliasesPlugin()


def check(site: Site) -> list[Finding]:
    """Check the aliases of a site that isn't written, and tell it where they lead."""
    aliases = [*aliases_of(site.articles)]
    site.moved.update((alias.place, alias.article) for alias in aliases)
    return sorted_out(aliases, site.written)[1]


@on_edit()
class Aliases(FileGenerator):
    """Writes the pages for aliases, after all others."""

    def generate_output(self, _writer: Any) -> None:
        """Write them."""
        plugin.write(self.context)


def register() -> None:
    """Connect the plugin; list it after those that write pages of their own."""
    signals.article_generator_init.connect(plugin.begin)
    signals.content_written.connect(plugin.note)
    signals.get_generators.connect(Aliases.offer)
    checks.add(check)

"""Broken links inside the site: to articles, files, pages, and anchors in them."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from pelican.urlwrappers import Author, Category, Tag

from ..html import parse
from .findings import ERROR, Finding, near
from .reading import Read
from .site import Site

WRAPPERS = {"category": Category, "tag": Tag, "author": Author}
SOURCES = ("filename", "static", "attach")


class LeadsNowhereError(Exception):
    """A broken link: what is wrong, and what to do."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.what = f"is broken: {what}"
        self.advice = advice


class OldAddressError(LeadsNowhereError):
    """A link to a URL that only redirects to a page."""

    def __init__(self, now: Read) -> None:
        super().__init__(now.file, f"write {{filename}}/{now.file.partition('/')[2]}")
        self.what = f"is an old URL of {now.file}"


class Links:
    """Follows the links of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._by_place = {article.content.save_as: article for article in site.shown}
        self._by_source = {id(article.content): article for article in site.articles}
        self._moved = {alias.place: alias.article for alias in site.aliases}

    def findings(self) -> Iterator[Finding]:
        """Follow every link in written pages."""
        for article in self._site.shown:
            seen: Counter[str] = Counter()
            for tag in article.all("a", "area"):
                address = tag.get("href")
                try:
                    self._follow(address, article)
                except LeadsNowhereError as problem:
                    line = article.line_of(address, seen[address])
                    what = f"the link {address} {problem.what}"
                    yield Finding(ERROR, article.file, line, what, problem.advice)
                seen[address] += 1

    def _follow(self, address: str, article: Read) -> None:
        marked = re.match(self._site.settings["INTRASITE_LINK_REGEX"], address)
        try:
            parts = urlsplit(address[marked.end() :] if marked else address)
        except ValueError as problem:
            raise LeadsNowhereError(str(problem), "fix the URL") from problem
        if parts.scheme or parts.netloc:
            return
        if marked:
            target = self._marked(marked["what"], unquote(parts.path), article)
        elif not parts.path:
            target = article
        else:
            target = self._page(parts, article)
        if target and parts.fragment:
            self._place_in(target, unquote(parts.fragment), article)

    def _marked(self, kind: str, path: str, article: Read) -> Read | None:
        """Follow {filename}, {static}, {tag} and the like."""
        if kind in SOURCES:
            return self._source(kind, path, article)
        if kind in WRAPPERS:
            page = WRAPPERS[kind](path, self._site.settings)
            if page.save_as not in self._site.written:
                raise LeadsNowhereError(f"no article has the {kind} {path}", near(path, self._names(kind), "fix it"))
        elif kind != "index":
            known = (*SOURCES, *WRAPPERS, "index")
            raise LeadsNowhereError(
                f"{{{kind}}} isn't a kind of link", near(kind, known, f"the kinds are {', '.join(known)}")
            )
        return None

    def _source(self, kind: str, path: str, article: Read) -> Read | None:
        folder = "" if path.startswith("/") else article.content.relative_dir
        wanted = posixpath.normpath(posixpath.join(folder, path.lstrip("/")))
        if wanted.startswith(f"{self._site.figures.folder}/"):
            return None  # a figure or a picture: the figure plugin checks these
        if kind == "filename" and wanted in self._site.content:
            return self._written(self._site.content[wanted], wanted)
        if (self._site.figures.content / wanted).is_file():
            return None
        known = self._site.content if kind == "filename" else self._site.static
        shown = self._site.figures.shown(self._site.figures.content / wanted)
        alike = near(
            wanted,
            [name for name in known if name],
            "write the path of a file, relative to content/ and starting with /",
        )
        raise LeadsNowhereError(f"{shown} doesn't exist", alike)

    def _written(self, content: Any, source: str) -> Read | None:
        if content is None:
            raise LeadsNowhereError(f"{source} wasn't built", "fix that article, or remove the link")
        if not content.save_as:
            raise LeadsNowhereError(f"{source} is not published", "publish it too, or remove the link")
        return self._by_source.get(id(content))

    def _page(self, parts: SplitResult, article: Read) -> Read | None:
        """Follow a URL of the finished site."""
        path = unquote(parts.path)
        if path.startswith("/"):
            found = self._on_host(path)
        else:
            here = posixpath.dirname(article.content.save_as)
            found = posixpath.normpath(posixpath.join("/", here, path)).strip("/")
        if found.startswith(f"{self._site.figures.folder}/"):
            return None
        for place in (found.rstrip("/"), posixpath.join(found, "index.html"), f"{found.rstrip('/')}.html"):
            if place in self._site.written:
                return self._by_place.get(place)
            if place in self._moved:
                raise OldAddressError(self._moved[place])
        raise LeadsNowhereError("the site has no such page", self._advice(path, found, article))

    def _on_host(self, path: str) -> str:
        """Return the site's path of a URL that starts at the host, whose site may be in a subfolder."""
        folder = urlsplit(self._site.settings["SITEURL"]).path.rstrip("/")
        if folder and not f"{path}/".startswith(f"{folder}/"):
            advice = "use {filename}, {category} or {tag}, or a URL relative to this page: ../../"
            raise LeadsNowhereError(
                f"the site starts at {self._site.settings['SITEURL']}, and this URL is outside of it", advice
            )
        return path.removeprefix(folder).lstrip("/")

    def _advice(self, path: str, found: str, article: Read) -> str:
        """Suggest similar URLs, or {filename} if a source was written as a URL."""
        source = posixpath.normpath(posixpath.join(article.content.relative_dir, path)).lstrip("/")
        for wanted in (source, path.lstrip("/")):
            if wanted in self._site.content:
                return f"write {{filename}}/{wanted}"
            if (self._site.figures.content / wanted).is_file():
                return f"write {{static}}/{wanted}"
        pages = [f"/{place.removesuffix('index.html')}" for place in sorted(self._site.written)]
        return near(f"/{found.strip('/')}/", pages, "use {filename} and the path of an article in content/")

    def _place_in(self, target: Read, place: str, article: Read) -> None:
        if place in target.ids or place == "top" or place in self._theme_ids:
            return
        where = "this article" if target is article else target.file
        places = [f"#{one}" for one in sorted(target.ids)]
        otherwise = f"its anchors are {', '.join(places)}" if places else "it has no headings to link to"
        raise LeadsNowhereError(f"{where} has no anchor #{place}", near(f"#{place}", places, otherwise))

    def _names(self, kind: str) -> list[str]:
        found: set[str] = set()
        for article in self._site.shown:
            content = article.content
            values = {"tag": getattr(content, "tags", []), "author": getattr(content, "authors", [])}
            found |= {str(value) for value in values.get(kind, [getattr(content, "category", "")])}
        return sorted(found)

    @cached_property
    def _theme_ids(self) -> frozenset[str]:
        templates = self._site.figures.root / self._site.settings["THEME"] / "templates"
        trees = (parse(path.read_text("utf-8")) for path in templates.rglob("*.html"))
        return frozenset(named.id for tree in trees for named in tree.css("[id]") if named.id)

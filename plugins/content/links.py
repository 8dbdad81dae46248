"""Broken links: to articles, files, pages, and anchors in them, and, on request, to other sites."""

from __future__ import annotations

import asyncio
import posixpath
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urldefrag, urljoin, urlsplit

import msgspec
from pelican.urlwrappers import Author, Category, Tag
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from ..files import write_atomically
from ..html import parse
from .findings import ERROR, NOTE, WARNING, Finding, near, place_of
from .site import Site
from .sources import Read

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
                    message = f"the link {address} {problem.what}"
                    yield Finding(ERROR, article.file, line, message, problem.advice)
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
            kinds = (*SOURCES, *WRAPPERS, "index")
            raise LeadsNowhereError(
                f"{{{kind}}} isn't a kind of link", near(kind, kinds, f"the kinds are {', '.join(kinds)}")
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
        candidates = self._site.content if kind == "filename" else self._site.static
        file = self._site.figures.shown(self._site.figures.content / wanted)
        alike = near(
            wanted,
            [name for name in candidates if name],
            "write the path of a file, relative to content/ and starting with /",
        )
        raise LeadsNowhereError(f"{file} doesn't exist", alike)

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
            site_path = self._on_host(path)
        else:
            here = posixpath.dirname(article.content.save_as)
            site_path = posixpath.normpath(posixpath.join("/", here, path)).strip("/")
        if site_path.startswith(f"{self._site.figures.folder}/"):
            return None
        for place in (site_path.rstrip("/"), posixpath.join(site_path, "index.html"), f"{site_path.rstrip('/')}.html"):
            if place in self._site.written:
                return self._by_place.get(place)
            if place in self._site.moved:
                raise OldAddressError(self._site.moved[place])
        raise LeadsNowhereError("the site has no such page", self._advice(path, site_path, article))

    def _on_host(self, path: str) -> str:
        """Return the site's path of a URL that starts at the host, whose site may be in a subfolder."""
        folder = urlsplit(self._site.settings["SITEURL"]).path.rstrip("/")
        if folder and not f"{path}/".startswith(f"{folder}/"):
            advice = "use {filename}, {category} or {tag}, or a URL relative to this page: ../../"
            raise LeadsNowhereError(
                f"the site starts at {self._site.settings['SITEURL']}, and this URL is outside of it", advice
            )
        return path.removeprefix(folder).lstrip("/")

    def _advice(self, path: str, site_path: str, article: Read) -> str:
        """Suggest similar URLs, or {filename} if a source was written as a URL."""
        source = posixpath.normpath(posixpath.join(article.content.relative_dir, path)).lstrip("/")
        for wanted in (source, path.lstrip("/")):
            if wanted in self._site.content:
                return f"write {{filename}}/{wanted}"
            if (self._site.figures.content / wanted).is_file():
                return f"write {{static}}/{wanted}"
        pages = [f"/{place.removesuffix('index.html')}" for place in sorted(self._site.written)]
        return near(f"/{site_path.strip('/')}/", pages, "use {filename} and the path of an article in content/")

    def _place_in(self, target: Read, place: str, article: Read) -> None:
        if place in target.ids or place == "top" or place in self._theme_ids:
            return
        where = "this article" if target is article else target.file
        places = [f"#{anchor}" for anchor in sorted(target.ids)]
        otherwise = f"its anchors are {', '.join(places)}" if places else "it has no headings to link to"
        raise LeadsNowhereError(f"{where} has no anchor #{place}", near(f"#{place}", places, otherwise))

    def _names(self, kind: str) -> list[str]:
        names: set[str] = set()
        for article in self._site.shown:
            content = article.content
            values = {"tag": getattr(content, "tags", []), "author": getattr(content, "authors", [])}
            names |= {str(value) for value in values.get(kind, [getattr(content, "category", "")])}
        return sorted(names)

    @cached_property
    def _theme_ids(self) -> frozenset[str]:
        templates = self._site.figures.root / self._site.settings["THEME"] / "templates"
        trees = (parse(path.read_text("utf-8")) for path in templates.rglob("*.html"))
        return frozenset(named.id for tree in trees for named in tree.css("[id]") if named.id)


CACHE = "links.json"
"""In Pelican's CACHE_PATH."""
KEPT_DAYS = 14
"""How long a working link isn't checked again; a broken one is checked each time."""
APART_S = 0.5
"""Between two requests to one host, which are never made at the same time."""
AT_ONCE = 8
"""How many hosts are contacted at a time."""
PATIENCE_S = 20
MOST_HOPS = 8
LOOPS = f"more than {MOST_HOPS} redirects"
GONE = (404, 410)
UNSAID = (401, 403, 405, 406, 429, 501, 999)
"""The status codes that some hosts send to any program: they say nothing about the page."""
NOWHERE = 0
"""The status if the host couldn't be reached at all."""


class Answer(msgspec.Struct, omit_defaults=True):
    """The response for a URL: the HTTP status, or NOWHERE; the message; the page's new URL; and when it was asked."""

    status: int
    said: str = ""
    moved: str = ""
    when: float = 0


def check_web(site: Site) -> Iterator[Finding]:
    """Check every external link in the site's articles and pages, and report broken ones."""
    ignored = site.settings.get("LINKS_IGNORED", ())
    own_host = urlsplit(site.settings.get("SITEURL") or "").netloc
    places: dict[str, list[tuple[Any, str, int]]] = defaultdict(list)
    for article in site.shown:
        seen: Counter[str] = Counter()
        for tag in article.all("a", "area"):
            address = tag.get("href")
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") and parts.netloc != own_host:
                if not any(fnmatch(address, pattern) for pattern in ignored):
                    places[urldefrag(address).url].append((article, address, seen[address]))
                seen[address] += 1
    cache = Path(site.settings["CACHE_PATH"], CACHE)
    agent = f"link check of {site.settings.get('SITEURL') or site.settings['SITENAME']}"
    answers = asked(sorted(places), cache, agent)
    if answers and all(answer.status == NOWHERE for answer in answers.values()):
        message = f"none of the {len(answers)} links could be reached, so none was checked"
        yield Finding(WARNING, *place_of(site.settings), message, "check your internet connection, and try again")
        return
    for address, answer in answers.items():
        for article, written, place in places[address]:
            level, message, advice = _verdict(answer)
            if message:
                yield Finding(
                    level, article.file, article.line_of(written, place), f"the link {written} {message}", advice
                )


def _verdict(answer: Answer) -> tuple[int, str, str]:
    except_it = "or add the link to LINKS_IGNORED in your settings"
    if answer.status in GONE:
        return (
            ERROR,
            f"is broken: its host answers with status {answer.status}",
            f"find the page's new URL, {except_it}",
        )
    if answer.status == NOWHERE:
        return ERROR, f"can't be reached: {answer.said}", f"check the URL, {except_it}"
    if answer.status in UNSAID or answer.status >= 500:
        message = f"answers with status {answer.status}, maybe only to programs like this one"
        return NOTE, message, f"open it in a browser, {except_it}"
    if answer.moved:
        return NOTE, "has moved permanently", f"link to {answer.moved}"
    return NOTE, "", ""


def asked(addresses: Sequence[str], cache: Path, agent: str) -> dict[str, Answer]:
    """Return the response for each URL; those that the cache knows as working aren't requested again."""
    cached: dict[str, Answer] = {}
    with suppress(OSError, ValueError):  # msgspec's own errors are ValueErrors
        cached = msgspec.json.decode(cache.read_bytes(), type=dict[str, Answer])
    oldest = time.time() - KEPT_DAYS * 86_400
    answers = {address: cached[address] for address in addresses if address in cached and cached[address].when > oldest}
    if missing := [address for address in addresses if address not in answers]:
        answers |= asyncio.run(_answers(missing, agent))
        working = {address: answer for address, answer in answers.items() if 200 <= answer.status < 400}
        write_atomically(cache, msgspec.json.format(msgspec.json.encode(working, order="sorted"), indent=1))
    return {address: answers[address] for address in addresses}


async def _answers(addresses: Iterable[str], agent: str) -> dict[str, Answer]:
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        by_host[urlsplit(address).netloc].append(address)
    free, client = asyncio.Semaphore(AT_ONCE), AsyncHTTPClient(force_instance=True)
    answers: dict[str, Answer] = {}

    async def ask(host: str) -> None:
        async with free:
            for number, address in enumerate(by_host[host]):
                if number:
                    await asyncio.sleep(APART_S)
                answers[address] = await _answer(client, address, agent)
                answers[address].when = round(time.time())

    await asyncio.gather(*map(ask, by_host))
    client.close()
    return answers


async def _answer(client: AsyncHTTPClient, address: str, agent: str) -> Answer:
    """Request a page's head, or, if the host doesn't offer it, the page."""
    options: dict[str, Any] = {
        "user_agent": agent,
        "connect_timeout": PATIENCE_S,
        "request_timeout": PATIENCE_S,
        "raise_error": False,
    }
    answer = Answer(NOWHERE)
    for method in ("HEAD", "GET"):
        try:
            first = await client.fetch(address, method=method, follow_redirects=False, **options)
            got = first
            if first.code in (301, 302, 303, 307, 308):
                await asyncio.sleep(APART_S)
                got = await client.fetch(address, method=method, max_redirects=MOST_HOPS, **options)
            moved = urljoin(address, first.headers.get("Location", "")) if first.code in (301, 308) else ""
            answer = Answer(got.code, "", moved) if got.code < 300 or got.code >= 400 else Answer(NOWHERE, LOOPS)
        except HTTPClientError as problem:
            answer = Answer(NOWHERE if problem.code == 599 else problem.code, str(problem))
        except (OSError, ValueError) as problem:
            answer = Answer(NOWHERE, str(problem))
        if answer.status != NOWHERE and answer.status < 400:
            break
        await asyncio.sleep(APART_S)
    return answer

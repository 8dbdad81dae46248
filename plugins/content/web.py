"""Links to other sites, checked politely, rarely, and only on request."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from ..files import write_atomically
from .findings import ERROR, NOTE, WARNING, Finding, place_of
from .site import Site

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


@dataclass(frozen=True)
class Answer:
    """The response for a URL: the HTTP status, or NOWHERE; the message; and the page's new URL."""

    status: int
    said: str = ""
    moved: str = ""


def findings(site: Site) -> Iterator[Finding]:
    """Check every external link in the site's articles and pages, and report broken ones."""
    ignored = site.settings.get("LINKS_IGNORED", ())
    own = urlsplit(site.settings.get("SITEURL") or "").netloc
    places: dict[str, list[tuple[Any, str, int]]] = defaultdict(list)
    for article in site.shown:
        seen: Counter[str] = Counter()
        for tag in article.all("a", "area"):
            address = tag.get("href")
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") and parts.netloc != own:
                if not any(fnmatch(address, pattern) for pattern in ignored):
                    places[urldefrag(address).url].append((article, address, seen[address]))
                seen[address] += 1
    cache = Path(site.settings["CACHE_PATH"], CACHE)
    agent = f"link check of {site.settings.get('SITEURL') or site.settings['SITENAME']}"
    answers = asked(sorted(places), cache, agent)
    if answers and all(answer.status == NOWHERE for answer in answers.values()):
        what = f"none of the {len(answers)} links could be reached, so none was checked"
        yield Finding(WARNING, *place_of(site.settings), what, "check your internet connection, and try again")
        return
    for address, answer in answers.items():
        for article, written, place in places[address]:
            level, what, advice = _told(answer)
            if what:
                yield Finding(
                    level, article.file, article.line_of(written, place), f"the link {written} {what}", advice
                )


def _told(answer: Answer) -> tuple[int, str, str]:
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
        what = f"answers with status {answer.status}, maybe only to programs like this one"
        return NOTE, what, f"open it in a browser, {except_it}"
    if answer.moved:
        return NOTE, "has moved permanently", f"link to {answer.moved}"
    return NOTE, "", ""


def asked(addresses: Sequence[str], cache: Path, agent: str) -> dict[str, Answer]:
    """Return the response for each URL; those that the cache knows as working aren't requested again."""
    try:
        known = json.loads(cache.read_text("utf-8"))
    except (OSError, ValueError):
        known = {}
    now = time.time()
    fresh = {
        address: Answer(it["status"], "", it.get("moved", ""))
        for address, it in known.items()
        if isinstance(it, Mapping) and now - it.get("when", 0) < KEPT_DAYS * 86_400
    }
    missing = [address for address in addresses if address not in fresh]
    got = asyncio.run(_all(missing, agent)) if missing else {}
    good = {
        address: {"status": answer.status, "moved": answer.moved, "when": round(now)}
        for address, answer in got.items()
        if 200 <= answer.status < 400
    }
    kept = {address: known[address] for address in addresses if address in fresh and address in known}
    if good:
        write_atomically(cache, json.dumps({**kept, **good}, indent=1, sort_keys=True).encode())
    return {address: got.get(address) or fresh[address] for address in addresses}


async def _all(addresses: Iterable[str], agent: str) -> dict[str, Answer]:
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

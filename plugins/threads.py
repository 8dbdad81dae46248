"""Comments in threads elsewhere: an article's header says where its thread on Mastodon or Bluesky is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from .articles import refuses

FIELD = "comments"
MASTODON = re.compile(r"https://(?P<host>[a-z0-9.-]+(?::\d+)?)/@[\w.@-]+/(?P<id>\d+)/?")
BLUESKY = re.compile(r"https://bsky\.app/profile/(?P<who>[\w.:-]+)/post/(?P<id>\w+)/?")
BLUESKY_HOST = "public.api.bsky.app"
"""Answers without an account."""
DEPTH = 100
"""How deep answers to answers are shown: Bluesky's default is 6, and its limit 1000."""


@dataclass(frozen=True)
class Thread:
    """Where a thread is for readers, and where for the theme's script."""

    kind: str
    page: str
    host: str
    address: str


def thread_of(article: Any) -> Thread | None:
    """Return the thread in an article's header; None without one. Raises ValueError if it is no known thread."""
    url = str(article.metadata.get(FIELD, "")).strip()
    if not url or refuses(article, FIELD):
        return None
    if match := BLUESKY.fullmatch(url):
        uri = quote(f"at://{match['who']}/app.bsky.feed.post/{match['id']}", safe="")
        path = f"xrpc/app.bsky.feed.getPostThread?uri={uri}&depth={DEPTH}&parentHeight=0"
        return Thread("bluesky", url, BLUESKY_HOST, f"https://{BLUESKY_HOST}/{path}")
    if match := MASTODON.fullmatch(url):
        address = f"https://{match['host']}/api/v1/statuses/{match['id']}/context"
        return Thread("mastodon", url, match["host"], address)
    raise ValueError(url)


def hosts_of(articles: Iterable[Any]) -> list[str]:
    """Return the hosts that the pages of some articles ask for comments."""
    hosts = set()
    for article in articles:
        try:
            thread = thread_of(article)
        except ValueError:
            continue
        hosts |= {thread.host} if thread else set()
    return sorted(hosts)

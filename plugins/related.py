"""Which articles share tags with one, rare tags before frequent ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from heapq import nsmallest
from typing import Any

from pelican import signals

from .articles import PUBLISHED, articles_of

COUNT = 3


def _relate(generators: Sequence[Any]) -> None:
    for articles in _by_language(generators).values():
        tagged: dict[str, list[Any]] = defaultdict(list)
        for article in articles:
            for tag in _tags(article):
                tagged[tag].append(article)
        newest_first = sorted(articles, key=lambda it: (datetime.max - _bare(it.date), it.source_path))
        place = {article: number for number, article in enumerate(newest_first)}
        for article in articles:
            count = article.settings.get("RELATED_COUNT", COUNT)
            article.related = _nearest(article, tagged, place, count)


def _by_language(generators: Sequence[Any]) -> dict[str, list[Any]]:
    """Sort the published articles by language; what a reader cannot reach is related to nothing."""
    languages: dict[str, list[Any]] = defaultdict(list)
    for article in articles_of(generators):
        article.related = []
    for article in articles_of(generators, *PUBLISHED):
        languages[article.lang].append(article)
    return languages


def _nearest(article: Any, tagged: dict[str, list[Any]], place: dict[Any, int], count: int) -> list[Any]:
    """Rank the others by the tags that they share, equal ones by place. Parts of one series are linked already."""
    shared: dict[Any, float] = defaultdict(float)
    for tag in _tags(article):
        for other in tagged[tag]:
            shared[other] += 1 / len(tagged[tag])
    series = article.metadata.get("series")
    others = [
        other for other in shared if other is not article and not (series and other.metadata.get("series") == series)
    ]
    return nsmallest(count, others, key=lambda it: (-shared[it], place[it]))


def _tags(article: Any) -> list[str]:
    """Name the tags by their slugs: tags that differ by case alone are one."""
    return list(dict.fromkeys(tag.slug for tag in getattr(article, "tags", ())))


def _bare(date: datetime) -> datetime:
    return date.replace(tzinfo=None)


def register() -> None:
    """Give each article `related`."""
    signals.all_generators_finalized.connect(_relate)

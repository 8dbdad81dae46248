"""Articles that belong together: `Series: Sequences`, in the order of `Part: 2` or else of their dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.utils import slugify

from plugins.content.findings import WARNING, Finding, tell
from plugins.content.headers import header_of

from .articles import PUBLISHED, articles_of

URL = "series/"


@dataclass(frozen=True)
class Part:
    """An article's place in its series."""

    name: str
    slug: str
    url: str
    parts: Sequence[Any]
    number: int

    @property
    def previous(self) -> Any:
        """The part before this one, or None."""
        return self.parts[self.number - 2] if self.number > 1 else None

    @property
    def next(self) -> Any:
        """The part after this one, or None."""
        return self.parts[self.number] if self.number < len(self.parts) else None


def _join(generators: Sequence[Any]) -> None:
    """Give each published article its place; a draft has none, for a reader could not follow the link."""
    if not generators:
        return
    settings = generators[0].settings
    joined: dict[tuple[str, str], list[Any]] = defaultdict(list)
    published = set(articles_of(generators, *PUBLISHED))
    for article in articles_of(generators):
        name = str(article.metadata.get("series", "")).strip()
        article.series = None
        if name and article in published:
            joined[slugify(name, settings["SLUG_REGEX_SUBSTITUTIONS"]), article.lang].append(article)
    series = []
    for (slug, lang), articles in sorted(joined.items()):
        order = {article: (_number(article), article.date) for article in articles}
        parts = sorted(articles, key=lambda article: order[article])
        name, url = str(parts[0].metadata["series"]).strip(), f"{settings.get('SERIES_URL', URL)}#{slug}"
        for number, article in enumerate(parts, start=1):
            article.series = Part(name, slug, url, parts, number)
        if lang == settings["DEFAULT_LANG"]:
            series.append(parts[0].series)
    generators[0].context["series"] = series


def _number(article: Any) -> float:
    """Return the number of a part; what has none, or no number, comes after those that have one."""
    written = str(article.metadata.get("part", "")).strip()
    if written.isdecimal():
        return int(written)
    if written:
        path = Path(article.source_path)
        what = f"Part: is {written!r}, which is no number, so its date says where it stands in its series"
        tell(
            [Finding(WARNING, _shown(article), header_of(path).line("part"), what, "write it in digits, as in Part: 2")]
        )
    return float("inf")


def _shown(article: Any) -> str:
    path, content = Path(article.source_path), Path(article.settings["PATH"]).resolve()
    return path.relative_to(content.parent).as_posix() if path.is_relative_to(content.parent) else str(path)


def register() -> None:
    """Give each article `series`, and the templates the list of all."""
    signals.all_generators_finalized.connect(_join)

"""The pages of one build: where each article is now, where it was, and which are not meant for readers yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

LISTS = (
    "articles",
    "translations",
    "drafts",
    "drafts_translations",
    "hidden_articles",
    "hidden_translations",
    "pages",
    "hidden_pages",
    "draft_pages",
    "draft_translations",
)


class Pages:
    """Remembers from one build to the next at which address each source was."""

    def __init__(self) -> None:
        self._contents: Sequence[Any] = ()
        self._addresses: Mapping[str, str] = {}
        self._before: Mapping[str, str] = {}

    def note(self, generators: Iterable[Any]) -> None:
        """Take what Pelican is about to write."""
        listed = [content for it in generators for name in LISTS for content in getattr(it, name, ())]
        self._contents = [content for content in listed if content.save_as]
        self._addresses = {it.source_path: it.save_as for it in self._contents}

    def settle(self) -> None:
        """Take note that this build is shown now; one that is not shown has moved nothing."""
        self._before = self._addresses

    def forget(self) -> None:
        """Let go of the contents; the addresses are kept."""
        self._contents = ()

    def among(self, paths: Iterable[str]) -> list[str]:
        """Return which of some paths are articles or pages, rather than lists of them."""
        own = set(self._addresses.values())
        return [path for path in paths if path in own]

    def moved(self, changed: Mapping[str, str | None]) -> dict[str, str]:
        """Tell where a page is now that is gone from its place."""
        moved = {self._before[it]: path for it, path in self._addresses.items() if it in self._before}
        return {old: new for old, new in moved.items() if old != new and changed.get(old, "") is None}

    @property
    def marks(self) -> dict[str, str]:
        """Tell the pages that are drafts, or dated ahead."""
        marks = {content.save_as: "draft" for content in self._contents if content.status == "draft"}
        for content in self._contents:
            date = getattr(content, "date", None)
            # A draft without a date has the last one that there is.
            if date and date.year < datetime.max.year and date > datetime.now(date.tzinfo):
                marks[content.save_as] = f"future {content.locale_date}"
        return marks

"""What was saved is shown before the rest of the site is built."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any


class Early:
    """Has Pelican write the pages that were saved first, and calls once as soon as a page is written.

    By then the figures are drawn and placed. The order in which pages are written changes nothing in them.
    """

    def __init__(self, show: Callable[[], None]) -> None:
        self._show = show
        self._saved: Collection[str] = ()
        self._is_due = False

    def begin(self, saved: Collection[str]) -> None:
        """Take note of what was saved for the next build."""
        self._saved = saved
        self._is_due = bool(saved)

    def order(self, generators: Sequence[Any]) -> None:
        """Listen to Pelican's `all_generators_finalized`."""
        for generator in generators:
            if hasattr(generator, "generate_drafts"):
                self._saved_first(generator)

    def written(self, _path: str, context: Any) -> None:
        """Listen to Pelican's `content_written`."""
        if self._is_due:
            self._is_due = False
            self._show()

    def _saved_first(self, generator: Any) -> None:
        write_articles, write_drafts = generator.generate_articles, generator.generate_drafts
        are_drafts = any(draft.source_path in self._saved for draft in generator.drafts)

        def articles(write: Any) -> None:
            if are_drafts:
                self._sorted(generator, "drafts", write_drafts, write)
            self._sorted(generator, "articles", write_articles, write)

        generator.generate_articles = articles
        if are_drafts:
            generator.generate_drafts = lambda write: None

    def _sorted(self, generator: Any, name: str, write_all: Any, write: Any) -> None:
        listed = getattr(generator, name)
        setattr(generator, name, sorted(listed, key=lambda content: content.source_path not in self._saved))
        try:
            write_all(write)
        finally:
            setattr(generator, name, listed)  # lists of articles are written from it, in its own order

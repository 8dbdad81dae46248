"""What was saved is shown before the rest of the site is built."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from plugins.figures.hooks import plugin


class Early:
    """Has Pelican write the pages first that were saved or show what was drawn, and calls as soon as one is written.

    By then the figures are drawn and placed. The order in which pages are written changes nothing in them. The theme's
    files and the author's own pictures are copied only when all pages are written: if one of them was saved, nothing is
    shown early, or a page could be shown without it.
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
                self._changed_first(generator)
            if hasattr(generator, "staticfiles") and self._copies_what_was_saved(generator):
                self._is_due = False

    def written(self, _path: str, context: Any) -> None:
        """Listen to Pelican's `content_written`."""
        if self._is_due:
            self._is_due = False
            self._show()

    def _copies_what_was_saved(self, generator: Any) -> bool:
        root = Path(generator.path).resolve()
        theme = [Path(generator.theme, folder).resolve() for folder in generator.settings["THEME_STATIC_PATHS"]]
        for path in map(Path, self._saved):
            if path.is_relative_to(root):
                # As Pelican names it, which follows no links. A new folder may be told without what is in it.
                named = str(Path(generator.path, path.relative_to(root)))
                if any(f"{content.source_path}/".startswith(f"{named}/") for content in generator.staticfiles):
                    return True
            if any(path.is_relative_to(folder) for folder in theme):
                return True
        return False

    def _changed_first(self, generator: Any) -> None:
        write_articles, write_drafts = generator.generate_articles, generator.generate_drafts

        def articles(write: Any) -> None:
            changed = {*self._saved, *(map(str, plugin.run.redrawn) if plugin.run else ())}
            if any(draft.source_path in changed for draft in generator.drafts):
                self._sorted(generator, "drafts", changed, write_drafts, write)
                generator.generate_drafts = lambda write: None
            self._sorted(generator, "articles", changed, write_articles, write)

        generator.generate_articles = articles

    def _sorted(self, generator: Any, name: str, changed: Collection[str], write_all: Any, write: Any) -> None:
        listed = getattr(generator, name)
        setattr(generator, name, sorted(listed, key=lambda content: content.source_path not in changed))
        try:
            write_all(write)
        finally:
            setattr(generator, name, listed)  # lists of articles are written from it, in its own order

"""Generators: what Pelican's have read, and ours, which write files next to its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pelican.contents import Content
from pelican.generators import Generator

ARTICLES = ("articles", "translations", "drafts", "drafts_translations", "hidden_articles", "hidden_translations")
PAGES = ("pages", "translations", "draft_pages", "draft_translations", "hidden_pages", "hidden_translations")
"""The lists of the generators of articles and of pages."""
PUBLISHED = ("articles", "translations")


def articles_of(generators: Sequence[Any], *lists: str) -> Iterator[Any]:
    """Yield the articles of these lists, or of all."""
    for generator in generators:
        if hasattr(generator, "articles"):
            for name in lists or ARTICLES:
                yield from getattr(generator, name)


def contents_of(generators: Iterable[Any]) -> Iterator[Any]:
    """Yield all articles and pages."""
    for generator in generators:
        is_of_articles, is_of_pages = hasattr(generator, "hidden_articles"), hasattr(generator, "hidden_pages")
        for name in ARTICLES if is_of_articles else PAGES if is_of_pages else ():
            yield from getattr(generator, name)


def place_of(static: Any) -> str:
    """Return where a static file will be. Reading its own `save_as` would fix it there: {attach} couldn't move it."""
    return str(Content.save_as.fget(static))


class FileGenerator(Generator):  # type: ignore[misc]  # Pelican has no types
    """Runs after Pelican's own generators; a subclass writes its files in `generate_output`.

    Pelican calls that, and `generate_context`, only where a generator has it.
    """

    @classmethod
    def offer(cls, _pelican: Any) -> type[FileGenerator]:
        """Answer `signals.get_generators`: once, even if a plugin is registered in each build, as a preview does."""
        return cls

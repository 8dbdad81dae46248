"""The lists in which Pelican keeps the articles that it has read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

READ = ("articles", "translations", "drafts", "drafts_translations", "hidden_articles", "hidden_translations")
PUBLISHED = ("articles", "translations")


def articles_of(generators: Sequence[Any], *lists: str) -> Iterator[Any]:
    """Yield the articles of these lists, or of all."""
    for generator in generators:
        if hasattr(generator, "articles"):
            for name in lists or READ:
                yield from getattr(generator, name)

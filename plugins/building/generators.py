"""Generators: the articles that Pelican's have read, and ours, which write files next to its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pelican.generators import Generator

READ = ("articles", "translations", "drafts", "drafts_translations", "hidden_articles", "hidden_translations")
PUBLISHED = ("articles", "translations")


def articles_of(generators: Sequence[Any], *lists: str) -> Iterator[Any]:
    """Yield the articles of these lists, or of all."""
    for generator in generators:
        if hasattr(generator, "articles"):
            for name in lists or READ:
                yield from getattr(generator, name)


class FileGenerator(Generator):  # type: ignore[misc]  # Pelican has no types
    """Runs after Pelican's own generators; a subclass writes its files in `generate_output`.

    Pelican calls that, and `generate_context`, only where a generator has it.
    """

    @classmethod
    def offer(cls, _pelican: Any) -> type[FileGenerator]:
        """Answer `signals.get_generators`: once, even if a plugin is registered in each build, as a preview does."""
        return cls

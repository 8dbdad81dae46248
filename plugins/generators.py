"""The base of generators that write files next to Pelican's pages."""

from __future__ import annotations

from typing import Any

from pelican.generators import Generator


class FileGenerator(Generator):  # type: ignore[misc]  # Pelican has no types
    """Runs after Pelican's own generators; a subclass writes its files in `generate_output`.

    Pelican calls that, and `generate_context`, only where a generator has it.
    """

    @classmethod
    def offer(cls, _pelican: Any) -> type[FileGenerator]:
        """Answer `signals.get_generators`: once, even if a plugin is registered in each build, as a preview does."""
        return cls

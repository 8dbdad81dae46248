"""The processes that draw, by forks of a warm server, or where that is not safe by an interpreter for each script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from .interpreters import Interpreters
from .settings import Settings
from .warm import WarmServer


class Children:
    """The children of one batch after another: a live preview keeps this open for its whole session."""

    def __init__(self) -> None:
        self._by: WarmServer | Interpreters | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ready(self, settings: Settings) -> None:
        """Start what is to be started; return at once. To be called while no child is at work."""
        if not isinstance(self._by, WarmServer if settings.forks else Interpreters):
            self.close()
            self._by = WarmServer() if settings.forks else Interpreters()
        self._by.ready(settings)

    def send(self, message: Mapping[str, Any]) -> None:
        """Give a job, or have one ended."""
        assert self._by, "ready() comes first"
        self._by.send(message)

    def hear(self, timeout_s: float) -> list[dict[str, Any]]:
        """Return what there is to say of the jobs, none if nothing is for so long; raise LostError if it has ended."""
        assert self._by, "ready() comes first"
        return self._by.hear(timeout_s)

    def close(self) -> None:
        """End all children."""
        if self._by:
            self._by.close()

"""The state for the browsers: which files have changed, what is broken, which pages are drafts."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from .output import PAGES, files, hash_of, within

OPENING = ("pagefind.js", "pagefind-entry.json")
"""The files of a search index that are requested first; the others must match them."""


class Board:
    """The state of the preview after the last build. Streams wait for the next; a page asks what it has missed.

    It belongs to the serving thread: only that thread reads and changes it, so there are no locks.
    """

    def __init__(self) -> None:
        self.output: Path | None = None
        self.problems: Sequence[Mapping[str, Any]] = ()
        self.marks: Mapping[str, str] = {}
        self.drawing = ""
        self._session = secrets.token_hex(4)  # of this process: numbers of another mean nothing
        self._number = 0
        self._changes: dict[str, tuple[int, str | None]] = {}
        self._moved: dict[str, str] = {}
        self._next = asyncio.Event()
        self._index = ""
        self._search_pages: Sequence[str] = ()
        self._search: Callable[[], None] = lambda: None
        self._found = asyncio.Event()

    def show(
        self,
        output: Path,
        index: str = "",
        search_pages: Sequence[str] = (),
        search: Callable[[], None] = lambda: None,
    ) -> None:
        """Set the folder to show, and its search: the index, patterns of its pages, and the function to update it."""
        self.output, self._index, self._search_pages, self._search = output, index, search_pages, search

    async def searched(self, address: str, timeout_s: float) -> None:
        """Have the search index updated when somebody opens the search, and wait for it, up to the timeout.

        Later, a page requests the parts of the index that it has opened: these are sent as long as they exist.
        """
        path = address.lstrip("/")
        if path.endswith("/"):
            path += "index.html"
        if any(fnmatch(path, pattern) for pattern in self._search_pages):
            self._search()  # it will be requested in a moment
        elif self._index and path in (f"{self._index}/{name}" for name in OPENING):
            self._search()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._found.wait(), timeout_s)

    def found(self) -> None:
        """Release everyone who waits for the search index."""
        self._found.set()
        self._found = asyncio.Event()

    @property
    def now(self) -> str:
        """The name of the current state."""
        return f"{self._session}-{self._number}"

    def post(
        self,
        problems: Sequence[Mapping[str, Any]],
        changed: Mapping[str, str | None] | None = None,
        moved: Mapping[str, str] | None = None,
        marks: Mapping[str, str] | None = None,
        drawing: str = "",
    ) -> None:
        """Publish a new state to all browsers."""
        asyncio.get_running_loop()  # raises RuntimeError in every other thread
        self._number += 1
        self.problems = problems
        self.drawing = drawing
        self.marks = self.marks if marks is None else marks
        self._changes |= {path: (self._number, hashed) for path, hashed in (changed or {}).items()}
        # A browser on a page that has moved twice goes straight to its current URL.
        self._moved |= {**(moved or {}), **{old: (moved or {}).get(new, new) for old, new in self._moved.items()}}
        for path in {path for path in self._moved if (changed or {}).get(path)}:
            del self._moved[path]
        self._next.set()
        self._next = asyncio.Event()

    async def changed(self, known: str, timeout_s: float) -> bool:
        """Wait until the state differs from the given one; return whether it does."""
        if self.now == known:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._next.wait(), timeout_s)
        return self.now != known

    def since(self, known: str) -> dict[str, Any]:
        """Return the state, with all changes since another one; raise ValueError if its name is invalid."""
        session, _, number = known.rpartition("-")
        if session == self._session:
            last = int(number)
            changed = {path: it for path, (at, it) in self._changes.items() if at > last}
        else:
            changed = dict.fromkeys(self._all_but_pages(), "")
        state = {"problems": self.problems, "drawing": self.drawing, "shown": self.is_shown}
        return {"changed": changed, "moved": self._moved, **state}

    def hash(self, page: str) -> str | None:
        """Return the current hash of a page; None if there is none."""
        with suppress(OSError):
            place = within(self.output, page) if self.output and page.endswith(PAGES) else None
            return hash_of(place.read_bytes()) if place and place.is_file() else None
        return None

    @property
    def is_shown(self) -> bool:
        """Whether there is a site to show, even if it is from an earlier build."""
        return self.output is not None and any(path.endswith(PAGES) for path in files(self.output))

    def _all_but_pages(self) -> list[str]:
        return [path for path in files(self.output) if not path.endswith(PAGES)] if self.output else []

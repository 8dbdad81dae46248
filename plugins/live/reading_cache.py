"""What reading an article gave, kept in memory for as long as the files that were read are as they were."""

from __future__ import annotations

import copy
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..private import cache_place

Stamp = tuple[int, int, int, int] | None

UNSURE_NS = 20_000_000
"""A file written so shortly before it was read may be written again within one tick of the file system's clock."""


class ReadingCache:
    """Takes the place of Pelican's own cache on disk, at the point where a reader's result is still plain data.

    `said` counts what was logged so far: a result that came with a warning is not kept, or the warning would be told
    only once.
    """

    def __init__(self, said: Callable[[], int]) -> None:
        self._said = said
        self._known: dict[tuple[str, str], tuple[dict[str, Stamp], Any]] = {}
        self._opened: dict[str, Stamp] | None = None
        self._said_before = 0
        sys.addaudithook(self._notice)  # a reader may include other files

    def attach(self, readers: Any) -> None:
        """Listen to Pelican's `readers_init`."""
        readers.get_cached_data = lambda path, default=None: self._recall(readers, path, default)
        readers.cache_data = lambda path, data: self._keep(readers, path, data)

    def _recall(self, readers: Any, path: str, default: Any) -> Any:
        stamps, data = self._known.get((cache_place(readers), path), ({}, None))
        if data is not None and all(stamp_of(file) == stamp for file, stamp in stamps.items()):
            return _copied(data, readers.settings)
        self._opened = {}
        self._said_before = self._said()
        return default

    def _keep(self, readers: Any, path: str, data: Any) -> None:
        stamps, self._opened = self._opened or {path: None}, None
        content, _ = data
        if content is not None and self._said() == self._said_before and all(map(_is_settled, stamps.values())):
            self._known[cache_place(readers), path] = stamps, _copied(data, readers.settings)
        else:
            self._known.pop((cache_place(readers), path), None)

    def _notice(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._opened is not None and event == "open" and isinstance(arguments[0], str | os.PathLike):
            # Before it is read: if it is written to meanwhile, the stamp is the old one, and it is read again.
            path = os.path.abspath(arguments[0])  # noqa: PTH100 - as Pelican names it: links are not followed
            self._opened.setdefault(path, stamp_of(path))


def stamp_of(path: str) -> Stamp:
    """Return what changes whenever a file does; None where there is none."""
    try:
        is_now = Path(path).stat()
    except OSError:
        return None
    return is_now.st_mtime_ns, is_now.st_ctime_ns, is_now.st_size, is_now.st_ino


def _is_settled(stamp: Stamp) -> bool:
    return stamp is not None and time.time_ns() - max(stamp[:2]) > UNSURE_NS


def _copied(data: Any, settings: Any) -> Any:
    """Copy a reader's result: plugins write into it. The settings, to which tags and categories refer, stay shared."""
    return copy.deepcopy(data, {id(settings): settings})

"""Results of functions of plain values, remembered as long as each build uses them again.

A preview builds the site with every save, and most of it hasn't changed. Remembered results are returned again and
again, so nobody may change them. Numbers that take long to compute are also stored for the builds of other processes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import cache, partial, wraps
from hashlib import blake2b
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

import msgspec
from pelican import signals

from ..files import read_regular, write_atomically
from .observing import installed_packages

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_memos: list[Shelf[Any]] = []

FILE = "results.json"
"""In Pelican's CACHE_PATH: the stored numbers."""

PACKAGE = Path(__file__).resolve().parent.parent
"""The folder of our plugins."""


class Shelf(Generic[Answer]):
    """Results that take long, by a key for everything that they depend on: those of this build, and of the last one."""

    def __init__(self) -> None:
        self.now: dict[Hashable, Answer] = {}
        self.before: dict[Hashable, Answer] = {}
        _memos.append(self)

    def answer(self, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """Return the result for a key, computing it if necessary; exceptions aren't remembered."""
        if key not in self.now:
            self.now[key] = self.before[key] if key in self.before else compute()
        return self.now[key]


def remembered(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Compute a function once for equal values."""
    shelf = Shelf[Answer]()

    @wraps(function)
    def answer(*arguments: Given.args, **named: Given.kwargs) -> Answer:
        return shelf.answer((arguments, *named.items()) if named else arguments, partial(function, *arguments, **named))

    return answer


_stored: dict[str, Shelf[int]] = {}
"""Those whose results are stored, by the names of their functions."""


def stored(function: Callable[Given, int]) -> Callable[Given, int]:
    """Compute a whole number once for equal values, in all builds with the same code: like `remembered`."""
    shelf = _stored[f"{function.__module__}.{function.__qualname__}"] = Shelf[int]()

    @wraps(function)
    def answer(*arguments: Given.args, **named: Given.kwargs) -> int:
        key = blake2b(repr((arguments, named)).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        return shelf.answer(key, partial(function, *arguments, **named))

    return answer


class StoredResults(msgspec.Struct, forbid_unknown_fields=True):
    """The numbers by function, and by the digest of its arguments; `code` is the state of the code that made them."""

    code: str
    results: dict[str, dict[str, int]]


@cache
def _code() -> str:
    """Return the state of Python, its packages and our code, which this process has just loaded."""
    versions = f"{sys.version}{installed_packages()}"
    digest = blake2b(versions.encode("utf-8", "surrogatepass"), digest_size=16)
    for path in sorted(PACKAGE.rglob("*.py")):
        with suppress(OSError):
            digest.update(path.read_bytes())
    return digest.hexdigest()


class ResultsFile:
    """The file with the stored numbers of one site."""

    def __init__(self) -> None:
        self._path = Path()

    def read(self, pelican: Any) -> None:
        """Read them, if this process hasn't."""
        path = Path(pelican.settings["CACHE_PATH"], FILE)
        if path == self._path:
            return
        self._path, loaded = path, StoredResults("", {})
        with suppress(OSError, ValueError, RecursionError):  # msgspec's own errors are ValueErrors
            loaded = msgspec.json.decode(read_regular(path), type=StoredResults)
        for name, memo in _stored.items():
            memo.before = {}
            if loaded.code == _code():
                memo.before.update(loaded.results.get(name, {}))

    def write(self, _pelican: Any) -> None:
        """Write them if there are others than before."""
        if any(memo.now.keys() != memo.before.keys() for memo in _stored.values()):
            results: Any = {name: memo.now for name, memo in _stored.items()}
            with suppress(OSError):  # otherwise the next build computes them
                self._path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self._path, msgspec.json.encode(StoredResults(_code(), results)))


results = ResultsFile()


def begin(pelican: Any) -> None:
    """Start a build: forget what the last one didn't use."""
    for memo in _memos:
        memo.now, memo.before = {}, memo.now
    if pelican is not None:
        results.read(pelican)


signals.get_generators.connect(begin)
signals.finalized.connect(results.write)

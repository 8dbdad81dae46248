"""The results of reading articles, kept as long as reading them again would give the same."""

from __future__ import annotations

import gc
import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any

from dateutil import parser
from pelican import readers as pelican_readers
from pelican.utils import SafeDatetime, file_suffix, posixize_path
from pelican.utils import get_date as pelican_get_date

from ..building.finishing import finished, finishers
from ..building.forking import striped, workers
from ..building.observing import Observed, digest_of, observing, state_of
from ..messages import Hearing, tell
from ..private import cache_place, without_discarded
from .entries import Entry
from .grounds import UnknownError, grounds_of, lazily_imported, loaded, refused_by
from .store import Store

FILE = "reading.sqlite3"
"""In Pelican's CACHE_PATH."""

DAYS = (datetime(1996, 2, 3), datetime(2005, 11, 14))
"""Two days with nothing in common: a date that parses the same with both as defaults is complete."""

WHOLE = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")
"""The usual form of a date, which is complete."""

LEAST = 8
"""How many articles are worth a process of their own."""


@dataclass
class LookedAt:
    """The files that reading articles has looked at in this process, besides the articles."""

    files: set[str] = field(default_factory=set)
    is_all: bool = False
    """Whether there can't have been any other."""


class ReadingCache:
    """Replaces Pelican's own cache, at the point where a reader's result is still plain data."""

    def __init__(self) -> None:
        self._store: Store | None = None
        self._path = Path()
        self._has_frozen = False
        self.looked_at = LookedAt()

    def attach(self, readers: Any) -> None:
        """Receive Pelican's `readers_init`."""
        file = readers.settings.get("READING_CACHE", FILE)
        if not file:
            return
        path = Path(readers.settings["CACHE_PATH"], file)
        if self._store is None or path != self._path:
            self._path, self._store = path, Store(path)
            self.looked_at = LookedAt(is_all=True)
        reading = Reading(readers, self._store, self.looked_at)
        readers.get_cached_data, readers.cache_data = reading.recall, reading.keep

    def read_all(self, generator: Any) -> None:
        """Receive Pelican's signal before an article or page is read: at the first one, read all of them."""
        reading = getattr(generator.readers.get_cached_data, "__self__", None)
        if isinstance(reading, Reading) and not reading.has_begun:
            self._spare_what_is_there()
            kind = "ARTICLE" if hasattr(generator, "articles") else "PAGE"
            paths, excluded = (generator.settings[f"{kind}_{name}"] for name in ("PATHS", "EXCLUDES"))
            files = sorted(generator.get_files(paths, exclude=excluded))
            reading.read_all([os.path.abspath(os.path.join(generator.path, file)) for file in files])  # noqa: PTH100, PTH118 - as Pelican names them

    def only_copy(self, generator: Any) -> None:
        """Receive Pelican's signal when the generator of static files begins."""
        reading = getattr(generator.readers.get_cached_data, "__self__", None)
        if isinstance(reading, Reading):
            reading.only_copies = True

    def write(self, _generator: Any) -> None:
        """Receive Pelican's signal after all articles, or all pages, are read."""
        if self._has_frozen:
            self._has_frozen = False
            gc.unfreeze()
        if self._store:
            self._store.write()

    def _spare_what_is_there(self) -> None:
        """Exclude all existing objects, mostly imported modules, from garbage collection while articles are read."""
        if not gc.get_freeze_count():
            self._has_frozen = True
            gc.freeze()

    def end_build(self, _generators: Any) -> None:
        """Receive Pelican's signal after everything is read: a build may fail after that."""
        if self._store:
            self._store.end_build()


class Reading:
    """The readers of one generator, and what they have read before."""

    def __init__(self, readers: Any, store: Store, looked_at: LookedAt) -> None:
        self._looked_at = looked_at
        self._readers = readers
        self._usual = readers.get_cached_data, readers.cache_data
        self._store = store
        self._grounds: dict[str, str | None] = {}
        self._heard: set[str] = set()
        self._asked: tuple[str, str, str] = "", "", ""
        self._last: tuple[Hearing, Observed] | None = None
        self._ready: dict[str, Entry] = {}
        self._keys: dict[str, tuple[str, str, str]] = {}
        """The keys of the articles that Pelican is about to ask for."""
        self.has_begun = False
        self.only_copies = False
        """Whether these are the readers of static files, some of which another generator would read, as articles."""

    def recall(self, path: str, default: Any = None) -> Any:
        """Replace Pelican's `get_cached_data`: return an article's entry, and repeat its messages."""
        self._asked, self._last = self._keys.pop(path) if path in self._keys else self._key(path), None
        _, _, key = self._asked
        (finished.add if key else finished.discard)(path)
        if not key:
            # Files that are only copied are not read.
            only_copied = (type(None), pelican_readers.BaseReader)
            if not self.only_copies and type(self._readers.readers.get(file_suffix(path))) not in only_copied:
                self._looked_at.is_all = False
            return self._usual[0](path, default)
        if entry := self._ready.pop(key, None) or self._known(key):
            tell(entry.messages)
            self._looked_at.files.update(entry.looked_at)
            return entry.content, entry.metadata
        self._listen(file_suffix(path))
        return default

    def keep(self, path: str, data: Any) -> None:
        """Replace Pelican's `cache_data`: store what has just been read."""
        asked_path, _, key = self._asked
        if asked_path != path or not key:
            self._usual[1](path, data)
        elif kept := self._data(*data):
            self._store.put(key, path, kept)

    def read_all(self, paths: Sequence[str]) -> None:
        """Look up known articles, and read the rest in parallel; Pelican asks for those that this can't read."""
        self.has_begun = True
        unknown: list[str] = []
        for path in paths:
            self._keys[path] = self._key(path)
            _, _, key = self._keys[path]
            if key and (entry := self._known(key)):
                self._ready[key] = entry
            elif key:
                unknown.append(path)
        count = workers(self._readers.settings)
        if count > 1 and len(unknown) >= 2 * LEAST:
            for suffix in {file_suffix(path) for path in unknown}:
                self._listen(suffix)
            self._store.close()
            with closing(striped(unknown, self._read, count, LEAST)) as results:
                for path, read in zip(unknown, results, strict=True):
                    if not read.again and read.value:
                        key, data = read.value
                        self._ready[key] = Entry.of(data, self._readers.settings)
                        self._store.put(key, path, data)

    def _read(self, path: str) -> tuple[str, bytes] | None:
        """Read an article in a child; return its key, and its entry as bytes."""
        self._asked = self._keys[path]
        content, metadata = self._readers.readers[file_suffix(path)].read(path)
        data = self._data(content, without_discarded(pelican_readers, metadata))
        return (self._asked[2], data) if data else None

    def _key(self, path: str) -> tuple[str, str, str]:
        """Return the path, the digest of its file, and the key of its entry; empty strings if it can't be cached."""
        suffix = file_suffix(path)
        if suffix not in self._grounds:
            self._grounds[suffix] = self._ground(suffix)
        ground, digest = self._grounds[suffix], digest_of(path)
        if not ground or not digest:
            return "", "", ""
        facts = "\0".join((ground, path, digest, self._language(path)))
        return path, digest, sha256(facts.encode("utf-8", "surrogatepass")).hexdigest()

    def _language(self, path: str) -> str:
        """Return the language that an article has if its header says nothing: its path may."""
        settings = self._readers.settings
        place = posixize_path(os.path.relpath(path, settings["PATH"]))
        metadata = dict(settings["DEFAULT_METADATA"]) | pelican_readers.path_metadata(path, place, settings)
        metadata |= pelican_readers.parse_path_metadata(place, settings)
        return str(metadata.get("lang") or settings["DEFAULT_LANG"])

    def _ground(self, suffix: str) -> str | None:
        reader = self._readers.readers.get(suffix)
        name = PurePath(cache_place(self._readers)).name
        # Pelican has no cache for files that it only copies.
        if reader is None or type(reader) is pelican_readers.BaseReader or not name.endswith("-Readers"):
            return None
        try:
            return f"{name} {grounds_of(reader)} {sorted(finisher.__module__ for finisher in finishers)}"
        except UnknownError as problem:
            refused_by(str(problem))
        # Of any kind, for example for a missing extension: Pelican is about to get the same error, and report it
        except Exception:
            pass
        return None

    def _known(self, key: str) -> Entry | None:
        """Return an article's entry, if everything it has looked at is unchanged."""
        data = self._store.get(key)
        if not data:
            return None
        try:
            entry = Entry.of(data, self._readers.settings)
        except Exception:  # of any kind: the file may contain anything
            return None
        is_as_loud = entry.level <= logging.getLogger().getEffectiveLevel()
        is_same = all(state_of(file, state) == state for file, state in entry.looked_at.items())
        return entry if is_as_loud and is_same else None

    def _listen(self, suffix: str) -> None:
        """Observe a reader while it reads."""
        if suffix in self._heard:
            return
        self._heard.add(suffix)
        reader = self._readers.readers[suffix]
        read = reader.read

        def reading(path: str) -> Any:
            before = loaded()
            hearing = Hearing()
            asked_path, digest, _ = self._asked
            try:
                with observing(Observed()) as observed, whole_dates(observed), hearing:
                    if asked_path == path:
                        observed.looked_at[path] = digest  # it need not be computed again
                    html, metadata = read(path)
                    language = str(metadata.get("lang") or self._language(path))
                    for finisher in finishers if html else ():
                        html = finisher(html, language, self._readers.settings)
            finally:
                tell(hearing.unlogged)
            observed.looked_at |= lazily_imported(before)
            self._last = hearing, observed
            return html, metadata

        reader.read = reading

    def _data(self, content: Any, metadata: Any) -> bytes:
        """Return the entry of what was just read as bytes; empty if reading it again might give a different result."""
        path, digest, _ = self._asked
        if self._last is None or content is None:
            return b""
        (hearing, observed), self._last = self._last, None
        looked_at = {file: state for file, state in observed.looked_at.items() if file != path}
        self._looked_at.files.update(looked_at)
        self._looked_at.is_all = self._looked_at.is_all and observed.is_all
        is_same = all(state_of(file, state) == state for file, state in [(path, digest), *looked_at.items()])
        if not (is_same and observed.is_all and hearing.is_exact):
            return b""
        level = logging.getLogger().getEffectiveLevel()
        try:
            return Entry(content, metadata, hearing.messages, level, looked_at).data(self._readers.settings)
        except Exception:  # of any kind: the result is used, even if it isn't cached
            return b""


@contextmanager
def whole_dates(observed: Observed) -> Iterator[None]:
    """Notice dates that depend on today, for example without a year."""
    usual = pelican_readers.get_date

    def get_date(text: str) -> Any:
        is_whole = WHOLE.fullmatch(str(text).strip())
        if is_whole and usual is pelican_get_date:
            with suppress(ValueError):  # the usual function then says what is wrong
                return SafeDatetime.fromisoformat(str(text).strip())  # dateutil takes a hundred times as long
        moment = usual(text)
        if not is_whole:
            readings = {parser.parse(text, default=day) for day in DAYS}
            observed.is_all = observed.is_all and len(readings) == 1
        return moment

    pelican_readers.get_date = get_date
    try:
        yield
    finally:
        pelican_readers.get_date = usual

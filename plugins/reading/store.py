"""Data by key, in one SQLite file. It only speeds things up: any problem with it costs time, never the site."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")

SCHEMA = """
CREATE TABLE IF NOT EXISTS entries
    (key TEXT PRIMARY KEY, path TEXT, used INTEGER, digest BLOB, data BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_path ON entries (path, used);
"""
BATCH = 200
"""How many entries are written at a time: each transaction waits for the disk, and another build may be waiting."""

PATIENCE_S = 5.0
"""How long to wait for another build that is writing."""

BUILDS_KEPT = 50
"""For how many builds the entries of an unused file are kept."""

VERSIONS_KEPT = 6
"""How many entries of one file are kept: for builds with different settings, and for edits that may be undone."""

UNWRITABLE = (
    "readonly",
    "read-only",
    "unable to open",
    "disk I/O",
    "is full",
    "Permission",
    "directory",
    "exists",
    "No space",
)
"""Phrases in a message for a problem with the disk, rather than with the contents of the file."""

OFTEN = 5
"""A build only records that it used an entry if this many builds haven't."""


class Store:
    """Keeps data from one build to the next, or until this process ends if nothing can be stored on the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None
        self._is_in_memory = False
        self._is_given_up = False
        self._build = 0
        self._new: dict[str, tuple[str, bytes]] = {}
        self._used: list[str] = []
        self._has_written = False

    def __del__(self) -> None:
        """Close the file if no build has ended, for example when a command only reads."""
        if self._database:
            with suppress(sqlite3.Error):
                self._database.close()

    def get(self, key: str) -> bytes | None:
        """Return the data of a key; None if there is none, or if it isn't what was stored."""
        if key in self._new:
            return self._new[key][1]
        query = "SELECT used, digest, data FROM entries WHERE key = ?"
        row = self._asked(lambda database: database.execute(query, (key,)).fetchone())
        if not row:
            return None
        used, digest, data = row
        if not isinstance(data, bytes) or digest != _digest(key, data):
            return None
        if not isinstance(used, int) or not 0 <= self._build - used < OFTEN:
            self._used.append(key)
        return data

    def put(self, key: str, path: str, data: bytes) -> None:
        """Store the data for a key, which was read from a file."""
        self._new[key] = path, data
        if len(self._new) >= BATCH:
            self.write()

    def end_build(self) -> None:
        """Write new entries, delete those that haven't been used for long, and close the file."""
        self.write()
        if self._has_written:
            self._asked(self._drop)
        if self._build:
            self._asked(lambda database: database.execute(f"PRAGMA user_version = {self._build % 2**31}"))
        self.close()
        self._has_written = self._is_given_up = False
        self._build = 0

    def close(self) -> None:
        """Close the file, for example before a fork; it is opened again when needed."""
        if self._database and not self._is_in_memory:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None

    def write(self) -> None:
        """Write new entries."""
        new, self._new = self._new, {}
        used, self._used = self._used, []
        if not new and not used:
            return

        def written(database: sqlite3.Connection) -> None:
            with database:
                database.execute("BEGIN IMMEDIATE")
                rows = [(key, path, self._build, _digest(key, data), data) for key, (path, data) in new.items()]
                database.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)", rows)
                database.executemany("UPDATE entries SET used = ? WHERE key = ?", [(self._build, key) for key in used])

        self._asked(written)
        self._has_written = self._has_written or bool(new)

    def _drop(self, database: sqlite3.Connection) -> None:
        with database:
            database.execute("BEGIN IMMEDIATE")
            old = "SELECT path FROM entries GROUP BY path HAVING max(used) < ?"
            database.execute(f"DELETE FROM entries WHERE path IN ({old})", (self._build - BUILDS_KEPT,))
            ranked = "SELECT key, row_number() OVER (PARTITION BY path ORDER BY used DESC) AS place FROM entries"
            beyond = f"SELECT key FROM ({ranked}) WHERE place > ?"
            database.execute(f"DELETE FROM entries WHERE key IN ({beyond})", (VERSIONS_KEPT,))

    def _asked(self, ask: Callable[[sqlite3.Connection], Answer]) -> Answer | None:
        """Run a query; None, and no more queries in this build, if another process keeps the database locked."""
        for _ in range(3):
            if self._is_given_up:
                break
            try:
                self._database = self._database or self._opened()
                return ask(self._database)
            except (sqlite3.Error, OSError, OverflowError, UnicodeError) as problem:
                self._leave(str(problem))
        return None

    def _opened(self) -> sqlite3.Connection:
        if not self._is_in_memory:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        place = ":memory:" if self._is_in_memory else str(self._path)
        database = sqlite3.connect(place, timeout=PATIENCE_S, isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode = WAL")  # one process can read while another writes
            database.execute("PRAGMA synchronous = NORMAL")
            database.executescript(SCHEMA)
            (last,) = database.execute("PRAGMA user_version").fetchone()
        except BaseException:
            database.close()
            raise
        self._build = self._build or last + 1
        return database

    def _leave(self, problem: str) -> None:
        """Replace a damaged file; keep everything in memory if nothing can be stored on the disk."""
        with suppress(sqlite3.Error):
            if self._database:
                self._database.close()
        self._database = None
        if "locked" in problem or "busy" in problem:
            self._is_given_up = True
        elif self._is_in_memory or any(sign in problem for sign in UNWRITABLE):
            self._is_given_up, self._is_in_memory = self._is_in_memory, True
        else:
            try:
                for ending in ("", "-wal", "-shm", "-journal"):
                    Path(f"{self._path}{ending}").unlink(missing_ok=True)
            except OSError:
                self._is_in_memory = True


def _digest(key: str, data: bytes) -> bytes:
    return sha256(key.encode() + data).digest()

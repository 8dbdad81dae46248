"""Texts by their keys, in one file of SQLite. It is only ever a help: whatever is wrong with it costs time, no site."""

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
    (key TEXT PRIMARY KEY, path TEXT, used INTEGER, digest BLOB, text TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_path ON entries (path, used);
"""
BATCH = 200
"""So many entries are written at a time: for each transaction the disk is waited for, and another build may wait."""

PATIENCE_S = 5.0
"""So long another build may write meanwhile."""

BUILDS_KEPT = 50
"""For so many builds what is known of a file that nobody has asked for is kept."""

VERSIONS_KEPT = 6
"""So many texts of one file are kept: of each build with other settings, and of an edit that may be undone."""

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
"""Signs in a message that the disk is to blame, rather than what is in the file."""

OFTEN = 5
"""A build notes what it has used only if that was not noted in so many builds before."""


class Store:
    """Keeps texts from one build to the next; until this process ends only, where the disk lets nothing be kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None
        self._is_in_memory = False
        self._is_given_up = False
        self._build = 0
        self._new: dict[str, tuple[str, str]] = {}
        self._used: list[str] = []
        self._has_written = False

    def __del__(self) -> None:
        """Let go of the file where no build has ended, as when a command only reads."""
        if self._database:
            with suppress(sqlite3.Error):
                self._database.close()

    def get(self, key: str) -> str | None:
        """Return the text of a key; None if there is none, or if it is not what was put there."""
        if key in self._new:
            return self._new[key][1]
        query = "SELECT used, digest, text FROM entries WHERE key = ?"
        found = self._asked(lambda database: database.execute(query, (key,)).fetchone())
        if not found:
            return None
        used, digest, text = found
        if not isinstance(text, str) or digest != _digest(key, text):
            return None
        if not isinstance(used, int) or not 0 <= self._build - used < OFTEN:
            self._used.append(key)
        return text

    def put(self, key: str, path: str, text: str) -> None:
        """Put the text of a key, which was read from a file."""
        self._new[key] = path, text
        if len(self._new) >= BATCH:
            self.write()

    def end_build(self) -> None:
        """Write what is new, drop what nobody has asked for in a long time, and let go of the file."""
        self.write()
        if self._has_written:
            self._asked(self._drop)
        if self._build:
            self._asked(lambda database: database.execute(f"PRAGMA user_version = {self._build % 2**31}"))
        self.close()
        self._has_written = self._is_given_up = False
        self._build = 0

    def close(self) -> None:
        """Let go of the file, as before a process is forked; it is opened again when something is asked of it."""
        if self._database and not self._is_in_memory:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None

    def write(self) -> None:
        """Write what is new."""
        new, self._new = self._new, {}
        used, self._used = self._used, []
        if not new and not used:
            return

        def written(database: sqlite3.Connection) -> None:
            with database:
                database.execute("BEGIN IMMEDIATE")
                rows = [(key, path, self._build, _digest(key, text), text) for key, (path, text) in new.items()]
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
        """Ask the database something; None, and no more in this build, if another process lets nobody in."""
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
            database.execute("PRAGMA journal_mode = WAL")  # one can read while another writes
            database.execute("PRAGMA synchronous = NORMAL")
            database.executescript(SCHEMA)
            (last,) = database.execute("PRAGMA user_version").fetchone()
        except BaseException:
            database.close()
            raise
        self._build = self._build or last + 1
        return database

    def _leave(self, problem: str) -> None:
        """Begin a damaged file anew; keep everything in memory if the disk lets nothing be kept."""
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


def _digest(key: str, text: str) -> bytes:
    return sha256(f"{key}{text}".encode()).digest()

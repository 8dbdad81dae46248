"""The file of stored texts: whatever happens to it, the only cost is reading again."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.reading import store as module
from plugins.reading.store import BUILDS_KEPT, OFTEN, VERSIONS_KEPT, Store
from tests.conftest import REPOSITORY
from tests.sampling import sampled


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the path of the file."""
    return tmp_path / "cache/reading.sqlite3"


def build(file: Path, *keys: str, text: bytes = b"text", path: str = "") -> list[bytes | None]:
    """Look up some keys as a build does, and store unknown ones; return the known ones."""
    store = Store(file)
    known = [store.get(key) for key in keys]
    for key, found in zip(keys, known, strict=True):
        if found is None:
            store.put(key, path or key, text)
    store.end_build()
    return known


@given(st.dictionaries(st.text(), st.binary(max_size=1000), max_size=20))
@sampled(50)
def test_a_stored_text_is_there_in_the_next_build(tmp_path_factory, texts: dict[str, bytes]) -> None:
    """And in this one."""
    file = tmp_path_factory.mktemp("store") / "reading.sqlite3"
    for _ in range(2):
        store = Store(file)
        for key, text in texts.items():
            store.put(key, key, text)
            assert store.get(key) == text
        store.end_build()
        assert {key: Store(file).get(key) for key in texts} == texts


def test_stored_texts_survive_a_killed_build(file: Path) -> None:
    """It has written in batches; the rest is read again."""
    count = module.BATCH + 10
    code = (
        "import os, sys; from pathlib import Path; from plugins.reading.store import Store\n"
        f"store = Store(Path({str(file)!r}))\n"
        f"for number in range({count}): store.put(str(number), str(number), b'text' * 1000)\n"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False)
    assert done.returncode == -signal.SIGKILL
    known = build(file, *map(str, range(count)))
    assert known == [b"text" * 1000] * module.BATCH + [None] * 10


DAMAGES = {
    "empty": lambda data: b"",
    "no database": lambda data: b"no database at all " * 100,
    "cut": lambda data: data[: len(data) // 2],
    "cut short": lambda data: data[:50],
    "overwritten": lambda data: data[:4096] + b"\xff" * (len(data) - 4096),
    "another text": lambda data: data.replace(b"text", b"tent"),
    "another schema": None,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_replaced(file: Path, damage: str) -> None:
    """Its contents are lost, but never wrong."""
    keys = [*map(str, range(50))]
    build(file, *keys)
    change = DAMAGES[damage]
    if change is None:
        file.unlink()
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE entries (other)")
        database.close()
    else:
        file.write_bytes(change(file.read_bytes()))
    assert set(build(file, *keys)) <= {b"text", None}
    build(file, *keys)
    assert build(file, *keys) == [b"text"] * 50


def blocked(file: Path, how: str) -> None:
    """Create a place where nothing can be written."""
    if how == "folder":
        file.mkdir(parents=True)
    elif how == "file above":
        file.parent.write_text("A file.")
    else:
        file.parent.symlink_to("/proc/self")


@pytest.mark.parametrize("how", ["folder", "file above", "link to where nothing can be written"])
def test_if_nothing_can_be_written_texts_are_kept_in_memory(file: Path, how: str) -> None:
    """Until the process ends, because the preview needs it."""
    blocked(file, how)
    store = Store(file)
    for _ in range(3):
        for number in range(module.BATCH + 5):
            store.put(str(number), str(number), b"text")
        store.end_build()
        assert store.get("0") == store.get(str(module.BATCH + 4)) == b"text"
        assert store.get("none") is None
    assert build(file, "1") == [None]


@pytest.mark.skipif(os.getuid() == 0, reason="root can write to read-only files")
def test_a_read_only_file_is_used(file: Path) -> None:
    """Nothing is added to it."""
    build(file, "a")
    file.chmod(0o444)
    file.parent.chmod(0o555)
    assert build(file, "a", "b") in ([b"text", None], [None, None])


def test_a_full_disk_costs_only_new_texts(file: Path, monkeypatch) -> None:
    """SQLite's page limit raises the same error as a full disk."""
    build(file, "a")
    opened = Store._opened

    def small(self: Store) -> sqlite3.Connection:
        database = opened(self)
        (pages,) = database.execute("PRAGMA page_count").fetchone()
        database.execute(f"PRAGMA max_page_count = {pages}")
        return database

    monkeypatch.setattr(Store, "_opened", small)
    store = Store(file)
    assert store.get("a") == b"text"
    for number in range(3):
        store.put(str(number), str(number), b"x" * 100_000)
    store.end_build()
    monkeypatch.setattr(Store, "_opened", opened)
    assert build(file, "a") == [b"text"]


def test_a_locked_database_is_not_waited_for_twice(file: Path, monkeypatch) -> None:
    """Within a build; the next one tries again."""
    monkeypatch.setattr(module, "PATIENCE_S", 0.1)
    build(file, "a")
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA locking_mode = EXCLUSIVE")
    database.execute("BEGIN EXCLUSIVE")
    begun = time.monotonic()
    assert build(file, *["a"] * 100) == [None] * 100
    assert time.monotonic() - begun < 5
    database.close()
    assert build(file, "a") == [b"text"]


def _written(file: Path, first: int) -> None:
    for number in range(first, first + 20):
        build(file, str(number))


@pytest.mark.slow
def test_simultaneous_builds_lose_nothing(file: Path) -> None:
    """Each waits while another writes."""
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_written, args=(file, first)) for first in (0, 20)]
    for process in both:
        process.start()
    for process in both:
        process.join()
        assert process.exitcode == 0
    assert None not in build(file, *map(str, range(40)))


def test_unused_texts_are_deleted(file: Path) -> None:
    """After some builds, however many texts of other files there are; used ones stay."""
    build(file, "old")
    for number in range(BUILDS_KEPT + OFTEN + 1):
        build(file, "asked", f"new {number}")
    assert build(file, "asked", "old") == [b"text", None]


def test_few_texts_of_a_file_are_kept(file: Path) -> None:
    """The most recently used ones."""
    for number in range(VERSIONS_KEPT + 3):
        build(file, str(number), path="a.md")
    assert build(file, "0", "1") == [None, None]
    assert build(file, str(VERSIONS_KEPT + 2)) == [b"text"]

"""What is remembered of an article, and when it is not."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.live import reading_cache
from plugins.live.reading_cache import ReadingCache


class Reading:
    """Pelican's readers, as far as the cache knows them, and what is logged while they read."""

    def __init__(self) -> None:
        self.warnings = 0
        self.reads = 0
        self.readers: Any = SimpleNamespace(settings={"SITENAME": "Ours"}, _cache_path="articles")
        ReadingCache(lambda: self.warnings).attach(self.readers)

    def read(self, path: Path, *included: Path, warns: bool = False) -> tuple[str, dict[str, Any]]:
        """Read an article with what it includes, unless that is remembered."""
        data = self.readers.get_cached_data(str(path))
        if data is None:
            self.reads += 1
            text = "".join(file.read_text() for file in (path, *included))
            self.warnings += warns
            data = text, {"tags": ["keras"], "settings": self.readers.settings}
            self.readers.cache_data(str(path), data)
        return data


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    """Return readers for files that were written long enough ago."""
    monkeypatch.setattr(reading_cache, "UNSURE_NS", -1)
    return Reading()


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """Write an article."""
    place = tmp_path / "guide.md"
    place.write_text("Words.")
    return place


def test_an_article_is_read_once_for_as_long_as_it_is_the_same(reading, article):
    """Whether it was saved, replaced, or put back with an older time."""
    assert reading.read(article) == reading.read(article)
    assert reading.reads == 1
    article.write_text("Other.")
    assert reading.read(article)[0] == "Other."
    other = article.with_name("other.md")
    other.write_text("Third!")
    other.replace(article)
    assert reading.read(article)[0] == "Third!"
    before = article.stat()
    article.write_text("Fourth")
    os.utime(article, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert reading.read(article)[0] == "Fourth"
    assert reading.read(article)[0] == "Fourth"
    assert reading.reads == 4


def test_what_plugins_write_into_a_result_is_not_remembered(reading, article):
    """Neither into what was read nor into what was remembered; only the settings are the same for all."""
    for _ in range(3):
        _, metadata = reading.read(article)
        assert metadata["tags"] == ["keras"]
        assert metadata["settings"] is reading.readers.settings
        metadata["tags"].append("written by a plugin")
    assert reading.reads == 1


def test_what_was_opened_meanwhile_counts_too(reading, article, tmp_path):
    """Also when it goes."""
    part = tmp_path / "part.txt"
    part.write_text("Part.")
    reading.read(article, part)
    part.write_text("Other part.")
    assert reading.read(article, part)[0] == "Words.Other part."
    part.unlink()
    reading.read(article)
    assert reading.reads == 3


def test_a_result_with_a_warning_is_not_remembered(reading, article):
    """So that it is told again with each build."""
    reading.read(article, warns=True)
    reading.read(article, warns=True)
    assert (reading.reads, reading.warnings) == (2, 2)


def test_a_file_that_was_written_just_now_is_read_again(article, monkeypatch):
    """It may be written once more before the file system's clock goes on."""
    monkeypatch.setattr(time, "time_ns", lambda: article.stat().st_mtime_ns + 1_000_000)
    reading = Reading()
    reading.read(article)
    reading.read(article)
    assert reading.reads == 2
    monkeypatch.setattr(time, "time_ns", lambda: article.stat().st_mtime_ns + 1_000_000_000)
    reading.read(article)
    reading.read(article)
    assert reading.reads == 3

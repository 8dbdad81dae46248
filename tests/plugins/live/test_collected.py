"""What is logged while the preview builds the site."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugins.live.collected import Collected

TEXTS = st.text() | st.text(alphabet="a/:.9\0\n ²", min_size=5) | st.from_regex(r"[a-z/]+:[0-9]+: \w+", fullmatch=True)


def collected(*texts: str) -> list[str]:
    """Log some messages, and return what is told of them."""
    handler = Collected(logging.LogRecord.getMessage)
    for text in texts:
        handler.handle(logging.makeLogRecord({"levelno": logging.ERROR, "msg": text, "name": "pelican"}))
    return [" ".join([problem.about, problem.said, *problem.details]) for problem in handler.taken()]


@given(TEXTS)
@example("x" * 5000 + ": no file's name is so long")
@example("a/" * 5000)
@example("a\0b/c: no file's name has this")
@example("a.md:" + "9" * 5000 + ": no line")
@example("\ud800/\udce9: not UTF-8")
def test_no_message_ends_the_preview(text: str) -> None:
    """An exception in a handler of the log would end the build that the page waits for."""
    assert len(collected(text)) == 1


def test_a_file_is_found_in_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above does not pass for want of files."""
    (tmp_path / "a.md").write_text("Title: x\n")
    monkeypatch.chdir(tmp_path)
    handler = Collected(lambda record: "a.md:1: it is wrong")
    handler.handle(logging.makeLogRecord({"levelno": logging.WARNING, "name": "pelican"}))
    (problem,) = handler.taken()
    assert (problem.place, problem.said, problem.line) == ("a.md:1", "it is wrong", 1)

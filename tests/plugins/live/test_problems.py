"""Log messages of a preview's build, as problems."""

import logging
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugins.live.problems import Collected

TEXTS = st.text() | st.text(alphabet="a/:.9\0\n ²", min_size=5) | st.from_regex(r"[a-z/]+:[0-9]+: \w+", fullmatch=True)


def told(*texts: str) -> list[str]:
    """Log some messages, and return the resulting problems."""
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
def test_no_message_stops_the_preview(text: str) -> None:
    """An exception in a log handler would end the build that the page waits for."""
    assert len(told(text)) == 1


def test_a_file_is_found_in_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above doesn't pass for lack of files."""
    (tmp_path / "a.md").write_text("Title: x\n")
    monkeypatch.chdir(tmp_path)
    handler = Collected(lambda record: "a.md:1: it is wrong")
    handler.handle(logging.makeLogRecord({"levelno": logging.WARNING, "name": "pelican"}))
    (problem,) = handler.taken()
    assert (problem.place, problem.said, problem.line) == ("a.md:1", "it is wrong", 1)


@pytest.fixture
def collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collected:
    """Return a collector in a folder with two articles."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("Title: It\n\nWords.\n")
    return Collected(lambda record: record.getMessage() if record.name != "quiet" else None)


def log(
    collected: Collected, text: str, level: int = logging.ERROR, name: str = "ours", *, raised: bool = False
) -> None:
    """Log a message."""
    about = sys.exc_info() if raised else None
    collected.handle(logging.LogRecord(name, level, __file__, 1, text, None, about))


def test_an_error_in_the_author_s_code_is_reported_once_not_for_each_article(collected):
    """The articles are named, or the first of them and the number of others."""
    for article in ("a.md", "b.md"):
        try:
            _ = 1 / 0
        except ZeroDivisionError:
            log(collected, f"{article}: Could not process it", raised=True)
    (problem,) = collected.taken()
    assert problem.said == "ZeroDivisionError: division by zero"
    assert problem.file == __file__
    assert "_ = 1 / 0" in str(problem.excerpt)
    assert problem.details[-1] == "a.md and 1 more can't be read because of this"


def test_each_problem_is_reported_once_errors_first_with_its_line(collected):
    """And not again by the next build, unless it is logged again."""
    for _ in range(2):
        log(collected, "b.md:3: A dead link", logging.WARNING)
        log(collected, "a.md:1: A bad title")
        log(collected, "Nobody's business", name="quiet")
    told = [(problem.level, problem.place, problem.said) for problem in collected.taken()]
    assert told == [("error", "a.md:1", "A bad title"), ("warning", "b.md:3", "A dead link")]
    assert collected.taken() == []

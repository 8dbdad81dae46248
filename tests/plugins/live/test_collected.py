"""What is logged while a site is built, as problems."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from plugins.live.collected import Collected


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
    """Log something."""
    about = sys.exc_info() if raised else None
    collected.handle(logging.LogRecord(name, level, __file__, 1, text, None, about))


def test_code_of_the_author_s_is_blamed_once_and_not_each_article_that_it_was_to_read(collected):
    """They are named, or the first of them and how many more."""
    for article in ("a.md", "b.md"):
        try:
            _ = 1 / 0
        except ZeroDivisionError:
            log(collected, f"{article}: Could not process it", raised=True)
    (problem,) = collected.taken()
    assert problem.said == "ZeroDivisionError: division by zero"
    assert problem.file == __file__
    assert "_ = 1 / 0" in str(problem.excerpt)
    assert problem.details[-1] == "it stopped the reading of a.md, and of 1 more"


def test_each_problem_is_told_once_errors_first_and_with_its_line(collected):
    """And not again by the next build, unless it is logged again."""
    for _ in range(2):
        log(collected, "b.md:3: A dead link", logging.WARNING)
        log(collected, "a.md:1: A bad title")
        log(collected, "Nobody's business", name="quiet")
    told = [(problem.level, problem.place, problem.said) for problem in collected.taken()]
    assert told == [("error", "a.md:1", "A bad title"), ("warning", "b.md:3", "A dead link")]
    assert collected.taken() == []
    assert collected.count == 4

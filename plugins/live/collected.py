"""Collects what is logged while a site is built."""

from __future__ import annotations

import logging
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from .problems import PLACE, Problem, file_in, file_named, problem
from .raised import own_places, text_of


class Collected(logging.Handler):
    """Collects what is logged. `text` tells a record as the report of a build would."""

    def __init__(self, text: Callable[[logging.LogRecord], str | None]) -> None:
        super().__init__(logging.WARNING)
        self._text = text
        self._told: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self.count = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything in: the report of a build, in whose place this one is, silences all other handlers."""
        return True

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, with the author's own line if an exception is told of; one in here would end the build."""
        text = self._text(record)
        if text is None:
            return
        self.count += 1
        try:
            self._place(record, text)
        except Exception:  # of any kind: it is told without a place then
            self._told["error" if record.levelno >= logging.ERROR else "warning", text] = []

    def _place(self, record: logging.LogRecord, text: str) -> None:
        raised = _raised(record)
        places = own_places(raised) if raised else []
        level = "error" if record.levelno >= logging.ERROR else "warning"
        found = PLACE.match(text)
        if not (found and file_named(found["file"])):
            place = places[-1] if places else file_in(text)
            self._told[level, f"{place}: {text}" if place else text] = []
        elif raised and places:  # the author's own code is to blame, not each of the articles that it was to read
            self._told[level, text_of(raised)].append(found["file"])
        else:
            self._told[level, text] = []

    def taken(self) -> list[Problem]:
        """Return what was collected since the last time, errors first."""
        told = [_with_articles(problem(*entry), articles) for entry, articles in sorted(self._told.items())]
        self._told.clear()
        return told


def _raised(record: logging.LogRecord) -> BaseException | None:
    """Return the exception that a record tells of: Pelican logs from its `except` without handing it on."""
    handled = sys.exc_info() if record.name.startswith("pelican") else (None, None, None)
    return (record.exc_info or handled)[1]


def _with_articles(told: Problem, articles: list[str]) -> Problem:
    if not articles:
        return told
    others = f", and of {len(articles) - 1} more" if len(articles) > 1 else ""
    return replace(told, details=[*told.details, f"it stopped the reading of {articles[0]}{others}"])

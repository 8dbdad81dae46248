"""The checks in every build: folders that contain themselves, headers, unclosed fences and formulas."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.log import console

from ..building.incremental import on_edit
from ..figures.report import readable
from ..files import from_root
from ..messages import note
from . import headers
from .findings import ERROR, Finding, tell
from .sources import Read, read_again, read_of, skipped_of
from .syntax import check_braces, check_diagrams, check_formulas, unclosed_fences
from .unread import unread

NO_UTF_8 = "*[\udc80-\udcff]*"
"""The pattern for names to leave out: Python uses these characters for bytes that can't be decoded."""


def look_at_folders(pelican: Any) -> None:
    """Leave out links to a parent folder: Pelican follows them, and reads each article again and again.

    Also leave out names that aren't UTF-8: they can't be in a URL, and Pelican crashes when it writes one.
    """
    content = Path(pelican.settings["PATH"]).resolve()
    for place in unnamed(content):
        message = "skipped, because its name isn't UTF-8 and can't be part of a URL"
        tell([Finding(ERROR, readable(from_root(place, content.parent)), 1, message, "rename it")])
    pelican.settings["IGNORE_FILES"] = [*pelican.settings["IGNORE_FILES"], NO_UTF_8]
    for link in loops(content):
        message = f"skipped, because this symbolic link leads back to {from_root(link.resolve(), content.parent)}"
        tell([Finding(ERROR, from_root(link, content.parent), 1, message, "remove the link")])
        pelican.settings["IGNORE_FILES"] = [*pelican.settings["IGNORE_FILES"], link.name]


def unnamed(folder: Path) -> list[Path]:
    """Find the files and folders inside a folder whose names aren't UTF-8, without going into such folders."""
    paths: list[Path] = []
    for above, folders, files in os.walk(folder):
        paths += [Path(above, name) for name in (*folders, *files) if readable(name) != name]
        folders[:] = [name for name in folders if readable(name) == name]
    return sorted(paths)


def loops(folder: Path) -> Iterator[Path]:
    """Find the links inside a folder that lead to one of their own parents."""
    for place in sorted(folder.iterdir()):
        if not place.is_dir():
            continue
        if place.is_symlink():
            if folder.resolve().is_relative_to(place.resolve()):
                yield place
        else:
            yield from loops(place)


def _look_again(content: Any, _generators: Sequence[Any]) -> None:
    _look_at(read_again(content))


def _look_at(article: Read) -> None:
    """Report unclosed fences and formulas in an article, and what is shown as text by mistake."""
    if article.is_markdown and article.content.save_as:
        tell(unclosed_fences(article))
        tell(check_diagrams(article))
        tell(check_formulas(article))
        tell(check_braces(article))


@on_edit(does=_look_again)
def look_at_articles(generators: Sequence[Any]) -> None:
    """Report errors in headers, fences and formulas; leave out what can't be written, so that Pelican doesn't crash."""
    if generators:
        articles = read_of(generators[0].context)
        for article in articles:
            _look_at(article)
            assert article.header  # while its source is there: it is read once
            article.forget_source()
        tell(headers.findings(articles, skipped_of(generators[0].context)))
        leave_out(articles)
        headers.use_known_templates(articles, generators[0])
        for unread_header in unread(articles, generators[0].env, generators[0].settings):
            note(console, str(unread_header))
        if waiting := sorted(_waiting(articles)):
            _say(waiting)


def leave_out(articles: Sequence[Read]) -> None:
    """Have Pelican write nothing for articles without a URL of their own."""
    for article in list(headers.unwritten(articles)):
        article.content.override_save_as = ""


def _waiting(articles: Sequence[Read]) -> Iterator[datetime]:
    """Yield the future dates of finished articles, which are published on that day."""
    for content in (article.content for article in articles):
        date, status = getattr(content, "date", None), content.metadata.get("status", content.default_status)
        if isinstance(date, datetime) and status == "published" and date > datetime.now(date.tzinfo):
            yield date


def _say(waiting: Sequence[datetime]) -> None:
    """Report how many are scheduled, and until when; for today, with the time."""
    first, *rest = waiting
    is_today = first.date() == datetime.now(first.tzinfo).date()
    when = f"today at {first:%H:%M}" if is_today else f"on {first.day} {first:%B %Y}"
    some = f"{len(waiting)} articles are scheduled, the first due" if rest else "1 article is scheduled, due"
    note(console, f"{some} {when}")


class SlugMessages(logging.Filter):
    """Filters out Pelican's messages about articles with one slug: the header checks report these with their lines."""

    def __init__(self) -> None:
        super().__init__()
        self._told: set[object] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Accept everything else."""
        paths = set(record.args[2:]) if isinstance(record.args, tuple) else set()
        if str(record.msg).startswith("There are %s items"):
            self._told |= paths
            return False
        return not (str(record.msg).startswith("There are %s original") and paths & self._told)


def connect() -> None:
    """Connect to Pelican's signals."""
    logging.getLogger("pelican.utils").addFilter(SlugMessages())
    signals.initialized.connect(look_at_folders)
    for signal in (signals.article_generator_context, signals.page_generator_context):
        signal.connect(headers.settle)
    signals.all_generators_finalized.connect(look_at_articles)

"""What every build looks at: folders that lead back into themselves, headers, unclosed fences and formulas."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.log import console

from ..edits import on_edit
from ..figures.report import readable
from . import fences, formulas, metadata
from .findings import ERROR, WARNING, Finding, tell
from .reading import Read, articles_of, read_again, skipped_of

NO_UTF_8 = "*[\udc80-\udcff]*"
"""What is left out for its name: Python has these for bytes that are no letters."""


def look_at_folders(pelican: Any) -> None:
    """Leave out links that lead back up: Pelican follows them, and reads each article again and again.

    Leave out names that are no UTF-8, too: no address can hold them, and Pelican ends where it writes one.
    """
    content = Path(pelican.settings["PATH"]).resolve()
    for place in unnamed(content):
        what = "skipped, because its name isn't UTF-8 and can't be part of a URL"
        tell([Finding(ERROR, readable(_shown(place, content)), 1, what, "rename it")])
    pelican.settings["IGNORE_FILES"] = [*pelican.settings["IGNORE_FILES"], NO_UTF_8]
    for link in loops(content):
        what = f"skipped, because this symbolic link leads back to {_shown(link.resolve(), content)}"
        tell([Finding(ERROR, _shown(link, content), 1, what, "remove the link")])
        pelican.settings["IGNORE_FILES"] = [*pelican.settings["IGNORE_FILES"], link.name]


def unnamed(folder: Path) -> list[Path]:
    """Find the files and folders below a folder whose names are no UTF-8; not those within one of them."""
    found: list[Path] = []
    for above, folders, files in os.walk(folder):
        found += [Path(above, name) for name in (*folders, *files) if readable(name) != name]
        folders[:] = [name for name in folders if readable(name) == name]
    return sorted(found)


def loops(folder: Path) -> Iterator[Path]:
    """Find the links below a folder that lead to a folder which holds them."""
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
    """Say what is wrong with the fences and the formulas of an article."""
    if article.is_markdown and article.content.save_as:
        tell(fences.unclosed(article, WARNING))
        tell(formulas.findings(article))


@on_edit(does=_look_again)
def look_at_articles(generators: Sequence[Any]) -> None:
    """Say what is wrong with headers, fences and formulas; what can't be written keeps Pelican from ending half-way."""
    if generators:
        articles = articles_of(generators[0].context)
        for article in articles:
            _look_at(article)
        tell(metadata.findings(articles, skipped_of(generators[0].context)))
        leave_out(articles)
        metadata.use_known_templates(articles, generators[0])
        if waiting := sorted(_waiting(articles)):
            _say(waiting)


def leave_out(articles: Sequence[Read]) -> None:
    """Have Pelican write nothing for what has no address of its own."""
    for article in list(metadata.unwritten(articles)):
        article.content.override_save_as = ""


def _waiting(articles: Sequence[Read]) -> Iterator[datetime]:
    """Go through the dates to come of articles that are finished: such an article is published on its day."""
    for content in (article.content for article in articles):
        date, status = getattr(content, "date", None), content.metadata.get("status", content.default_status)
        if isinstance(date, datetime) and status == "published" and date > datetime.now(date.tzinfo):
            yield date


def _say(waiting: Sequence[datetime]) -> None:
    """Tell how many wait, and until when; today it is the hour that counts."""
    first, *others = waiting
    is_today = first.date() == datetime.now(first.tzinfo).date()
    when = f"today at {first:%H:%M}" if is_today else f"on {first.day} {first:%B %Y}"
    some = f"{len(waiting)} articles are scheduled, the first due" if others else "1 article is scheduled, due"
    console.print(f"{some} {when}", highlight=False, markup=False, soft_wrap=True)


class ToldByUs(logging.Filter):
    """Takes out what Pelican says of articles with one slug: the look at the headers tells it with their lines."""

    def __init__(self) -> None:
        super().__init__()
        self._told: set[object] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything else through."""
        paths = set(record.args[2:]) if isinstance(record.args, tuple) else set()
        if str(record.msg).startswith("There are %s items"):
            self._told |= paths
            return False
        return not (str(record.msg).startswith("There are %s original") and paths & self._told)


def _shown(path: Path, content: Path) -> str:
    root = content.parent
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def connect() -> None:
    """Listen to Pelican."""
    logging.getLogger("pelican.utils").addFilter(ToldByUs())
    signals.initialized.connect(look_at_folders)
    signals.all_generators_finalized.connect(look_at_articles)

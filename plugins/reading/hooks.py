"""The parts of Pelican's reading that are replaced, and when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pelican import readers, signals
from pelican.contents import Content
from pelican.settings import DEFAULT_CONFIG

from ..building.incremental import WholeBuildError, inputs_of, on_edit
from ..private import look_for_links
from .cache import ReadingCache
from .readers import MarkdownReader


def _read(its: Any) -> None:
    """Replace Pelican's own reader, but not one that a plugin has set."""
    for ending, kind in its.reader_classes.items():
        if kind is readers.MarkdownReader:
            its.reader_classes[ending] = MarkdownReader


cache = ReadingCache()


@on_edit(does=lambda _content, generators: cache.end_build(generators))
def _end_build(generators: Any) -> None:
    cache.end_build(generators)


def _inputs() -> Iterable[str]:
    """Return the paths of everything that was looked at while articles were read."""
    if not cache.looked_at.is_all:
        raise WholeBuildError("articles are read in each build")
    return cache.looked_at.files


def connect() -> None:
    """Connect to Pelican's signals."""
    look_for_links(Content, DEFAULT_CONFIG["INTRASITE_LINK_REGEX"])
    signals.readers_init.connect(_read)
    signals.readers_init.connect(cache.attach)
    signals.static_generator_init.connect(cache.only_copy)
    for signal in (signals.article_generator_preread, signals.page_generator_preread):
        signal.connect(cache.read_all)
    for signal in (signals.article_generator_finalized, signals.page_generator_finalized):
        signal.connect(cache.write)
    signals.all_generators_finalized.connect(_end_build)
    inputs_of["reading"] = _inputs

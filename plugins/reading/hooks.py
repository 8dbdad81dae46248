"""What of Pelican's reading is replaced, and when."""

from __future__ import annotations

from typing import Any

from pelican import readers, signals

from .readers import MarkdownReader


def _read(its: Any) -> None:
    """Take the place of Pelican's own reader, not of one that a plugin has put there."""
    for ending, kind in its.reader_classes.items():
        if kind is readers.MarkdownReader:
            its.reader_classes[ending] = MarkdownReader


def connect() -> None:
    """Listen to Pelican."""
    signals.readers_init.connect(_read)

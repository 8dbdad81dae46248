"""Feeds that can be read in a browser too: with a style sheet, and summaries in words."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican import signals
from pelican.utils import get_relative_path, path_to_url

SHEET = "css/feed.css"


def _words(context: Any, feed: Any) -> None:
    """Say a summary without its tags, which a browser would print, and who writes where no author is named.

    An RSS id is no address, and says so.
    """
    for item in feed.items:
        summary = item["content"] or context.get("RSS_FEED_SUMMARY_ONLY", True)
        if item["description"] and summary:
            item["description"] = escape(Markup(item["description"]).striptags(), quote=False)
        item["unique_id_is_permalink"] = False
        item["author_name"] = item["author_name"] or Markup(context["SITENAME"]).striptags()


def _dress(path: str, context: Any, feed: Any) -> None:
    """Name the theme's sheet for feeds, if it has one, below the XML declaration."""
    if not Path(context["THEME"], "static", SHEET).is_file():
        return
    file = Path(path)
    below = path_to_url(get_relative_path(file.relative_to(context["OUTPUT_PATH"]).as_posix()))
    declaration, end, rest = file.read_text("utf-8").partition("?>")
    sheet = f'<?xml-stylesheet type="text/css" href="{below}/{context["THEME_STATIC_DIR"]}/{SHEET}"?>'
    file.write_text(f"{declaration}{end}\n{sheet}{rest}", "utf-8")


def register() -> None:
    """Change feeds before and after Pelican writes them."""
    signals.feed_generated.connect(_words)
    signals.feed_written.connect(_dress)

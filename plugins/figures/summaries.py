"""The summaries that Pelican makes of articles: without their figures, and up to the author's `<!-- more -->`."""

from __future__ import annotations

import re
from collections.abc import Collection
from copy import copy

from pelican.contents import Content

from ..private import html_of, put_html
from .page.figures import for_summary

MORE = re.compile(r"<!--\s*more\s*-->", re.IGNORECASE)
"""Ends what Hugo, Jekyll and WordPress show of an article in lists."""
UNSAID = ('<figure class="diagram', '<a class="mention')
"""What an article may have that makes no sense in a summary, or on another page."""


class ProseSummary:
    """The summary that Pelican makes of an article without its figures; each list of articles asks for it."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.known: dict[tuple[str, str, str], str] = {}

    def __call__(self, siteurl: str) -> str:
        """Return the summary; like Pelican, compute it once for each URL of the site."""
        html = html_of(self._content)
        key = siteurl, self._content.get_siteurl(), html
        if key not in self.known:
            prose = copy(self._content)
            del prose.get_summary
            above, *below = MORE.split(html, maxsplit=1)
            put_html(prose, for_summary(above))
            if below:
                prose.settings = {**prose.settings, "SUMMARY_MAX_LENGTH": None, "SUMMARY_MAX_PARAGRAPHS": None}
            self.known[key] = str(prose.get_summary(siteurl))
        return self.known[key]


def summarise(content: Content) -> None:
    """Have Pelican make a summary from an article's prose if the author didn't write one."""
    html = html_of(content)
    if "summary" not in content.metadata and (any(sign in html for sign in UNSAID) or MORE.search(html)):
        content.get_summary = ProseSummary(content)


def forget_memos(contents: Collection[Content]) -> None:
    """Clear Pelican's caches: another plugin that read `.content` early would hide what was written since."""
    for memo in (Content.get_content, Content.get_summary):
        cache = memo.cache
        for cached in [arguments for arguments in cache if arguments[0] in contents]:
            del cache[cached]
    for content in contents:
        if isinstance(prose := vars(content).get("get_summary"), ProseSummary):
            prose.known.clear()

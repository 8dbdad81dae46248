"""`{figure:NAME}` in Markdown: a link to the figure, which gets its number once the article's figures are known."""

from __future__ import annotations

from re import Match
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

from .figures import id_on_page

MENTION = r"\{figure:[ \t]*(?P<name>[^{}\n]+?)[ \t]*\}"


class Mention(InlineProcessor):
    """Makes an empty link, the same as `[](#fig-NAME)`."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - python-markdown's name, whose types are of another time
        self, m: Match[str], data: str
    ) -> tuple[Element, int, int]:
        """Return the link."""
        return Element("a", {"href": f"#{id_on_page(m['name'])}"}), m.start(0), m.end(0)


class Mentions(Extension):
    """Finds mentions after code, which may contain the same characters."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - python-markdown's name
        """Register the processor."""
        md.inlinePatterns.register(Mention(MENTION, md), "mention_of_figure", 168)


def makeExtension(**options: object) -> Mentions:  # noqa: N802 - python-markdown's name
    """Return the extension; python-markdown looks for this name."""
    return Mentions(**options)

"""What an article's text says of its figures and code: `{figure:NAME}`, `[0.5]{figure=NAME}`, `[4]{param=units}`.

The first is a link, like `{equation:NAME}` and `{section:ID}`, which gets its words once these are known. The others
are claims, and so is `<!-- assert … -->`: words that repeat a number in a figure or an argument in the code, and what
tests check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from re import Match
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor, SimpleTextInlineProcessor
from markdown.preprocessors import Preprocessor

from ...mathematics import place_of, reference
from .figures import id_on_page

KINDS: dict[str, Callable[[str], str]] = {"figure": id_on_page, "equation": place_of, "section": str}
"""What the text can refer to, and the id for its name."""
MENTION = rf"\{{(?P<kind>{'|'.join(KINDS)}):[ \t]*(?P<name>[^{{}}\n]+?)[ \t]*\}}"
TIED = r"\[(?P<words>[^\[\]\n]+)\]\{param=(?P<param>\w+)(?:\s+code=(?P<code>[\w-]+))?\}"
QUOTED = r"\[(?P<words>[^\[\]\n]+)\]\{figure=(?P<figure>[^\s{}]+)\}"
ASSERTION = re.compile(r"^\s*<!-- assert (?P<condition>.+?) -->\s*$")


def claims_in(prose: Iterable[tuple[int, str]], pattern: str) -> Iterator[tuple[int, Match[str]]]:
    """Find the claims in an article's lines that match a pattern; text between backticks is code, and doesn't count."""
    for line, text in prose:
        for match in re.finditer(pattern, text):
            if text[: match.start()].count("`") % 2 == 0:
                yield line, match


class Mention(InlineProcessor):
    """Makes an empty link, the same as `[](#fig-NAME)`, that says how it was written."""

    def handleMatch(  # type: ignore[override]
        self, m: Match[str], data: str
    ) -> tuple[Element, int, int]:
        """Return the link."""
        return reference(KINDS[m["kind"]](m["name"]), m[0]), m.start(0), m.end(0)


class TiedWords(InlineProcessor):
    """Marks words that repeat an argument in the code, so that the page can tie them to it."""

    def handleMatch(  # type: ignore[override]  # python-markdown's types are of another time
        self, m: Match[str], data: str
    ) -> tuple[Element, int, int]:
        """Return the words in an element that names their argument; python-markdown prescribes the method's name."""
        words = Element("span", {"class": f"tie tie-{m['param']}", "data-arg": m["param"]})
        if m["code"]:
            words.set("data-code", m["code"])
        words.text = m["words"]
        return words, m.start(0), m.end(0)


class Assertions(Preprocessor):
    """Removes assertions about the code above, which are for the tests and not part of the page."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the other lines."""
        return [line for line in lines if not ASSERTION.match(line)]


class Mentions(Extension):
    """Parses all that after code and before links; removes assertions after fences, whose lines may look like one."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processors."""
        md.inlinePatterns.register(Mention(MENTION, md), "mentions", 168)
        md.inlinePatterns.register(TiedWords(TIED, md), "tied_words", 165)
        md.inlinePatterns.register(SimpleTextInlineProcessor(QUOTED, md), "quoted_numbers", 166)
        md.preprocessors.register(Assertions(md), "assertions", 24)


def makeExtension(**options: object) -> Mentions:
    """Return the extension; python-markdown looks for this name."""
    return Mentions(**options)

"""Markdown as our pages need it: fenced blocks on their own, short code in one piece, no style attributes."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
LONGEST_UNBROKEN = 16
ALIGNMENT = {"right": "to-end", "center": "to-middle"}


class BlankLines(Preprocessor):
    """Puts a blank line around each fenced block, or `<div>` would stand in `<p>`, which HTML does not allow."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with the blank ones put in."""
        spaced: list[str] = []
        opened: str | None = None
        for line in lines:
            fence = FENCE.match(line)
            if opened is None and fence:
                opened = fence["fence"]
                spaced += ["", line]
            elif opened and fence and fence["fence"].startswith(opened) and not fence["info"].strip():
                opened = None
                spaced += [line, ""]
            else:
                spaced.append(line)
        return spaced


class Classes(Treeprocessor):
    """Says by classes what a style sheet can do: `nb` on short inline code, `to-end` and `to-middle` on cells."""

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for code in root.iter("code"):
            if len("".join(code.itertext())) <= LONGEST_UNBROKEN:
                code.set("class", "nb")
        for cell in (element for tag in ("th", "td") for element in root.iter(tag)):
            # A strict Content-Security-Policy blocks the style attribute that Markdown writes.
            style = cell.attrib.pop("style", "")
            for written, name in ALIGNMENT.items():
                if written in style:
                    cell.set("class", name)


class Markup(Extension):
    """Runs before superfences reads the fences, and after inline code and tables are elements."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processors; the name is python-markdown's."""
        md.preprocessors.register(BlankLines(md), "blank_lines_around_fences", 50)
        md.treeprocessors.register(Classes(md), "classes", 15)


def makeExtension(**options: object) -> Markup:
    """Return the extension, as python-markdown looks for it by this name."""
    return Markup(**options)

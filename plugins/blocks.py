"""Markdown: a fenced block that touches a paragraph stands on its own, not inside the paragraph."""

from __future__ import annotations

import re

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")


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


class Blocks(Extension):
    """Runs before superfences reads the fences."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the preprocessor; the name is python-markdown's."""
        md.preprocessors.register(BlankLines(md), "blank_lines_around_fences", 50)


def makeExtension(**options: object) -> Blocks:
    """Return the extension, as python-markdown looks for it by this name."""
    return Blocks(**options)

"""A Markdown extension for our pages: fenced blocks, callouts, notes beside the text, unbroken short code, classes."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.footnotes import NBSP_PLACEHOLDER
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from pymdownx.quotes import QuotesProcessor

from .catalogues import ENGLISH, Language
from .html import children, parse, write

FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
LONGEST_UNBROKEN = 16
PARTS = re.compile(r"(?<=[_/.])(?=\w)")
"""The places at which a long name may break."""
BACK_LINK = "footnote-backref"
"""The class of a link from a footnote back to its place."""
ALIGNMENT = {"right": "to-end", "center": "to-middle"}

UNTITLED = "data-callout"
"""The attribute of a callout's title in an article's HTML, if the author didn't write one."""
_SIGN = "\ue000"
"""A prefix for such a title until it is an element; a private use character."""


class BlankLines(Preprocessor):
    """Puts blank lines around each fenced block: otherwise a `<div>` would be inside a `<p>`, which is invalid."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with blank ones added."""
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


class Titles(Treeprocessor):
    """Marks default titles with an attribute, because their text depends on the language of the article."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._are_there = False

    def untitled(self, title: str) -> str:
        """Mark a title while it is still text."""
        self._are_there = True
        return _SIGN + title

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        were_there, self._are_there = self._are_there, False
        for title in root.iter() if were_there else ():
            if title.tag in ("p", "summary") and title.text and title.text.startswith(_SIGN):
                title.text = title.text.removeprefix(_SIGN)
                title.set(UNTITLED, title.text.lower())


class Admonitions(AdmonitionProcessor):
    """Marks the default titles of `!!! note`."""

    def __init__(self, parser: BlockParser, titles: Titles) -> None:
        super().__init__(parser)
        self._titles = titles

    def get_class_and_title(self, match: re.Match[str]) -> tuple[str, str | None]:
        """Return the author's own if there are any."""
        kind, title = super().get_class_and_title(match)
        return kind, title if match[2] is not None or title is None else self._titles.untitled(title)


class Quotes(BlockProcessor):
    """Marks the default titles of `> [!note]`, before the block becomes a callout."""

    def __init__(self, parser: BlockParser, titles: Titles) -> None:
        super().__init__(parser)
        self._titles = titles

    def test(self, _parent: Element, block: str) -> bool:
        """Accept blocks that may be callouts, if a processor makes any."""
        if "[!" not in block:
            return False
        quotes = self.parser.blockprocessors["quote"]
        return isinstance(quotes, QuotesProcessor) and bool(quotes.callouts)

    def run(self, _parent: Element, blocks: list[str]) -> bool:
        """Write the callout's default title; leave the block to the processor that converts it."""
        before, *quoted = re.split(r"(?m)^(?= {0,3}>)", blocks[0], maxsplit=1)
        lines = "".join(quoted).split("\n")
        first = next((place for place, line in enumerate(lines) if line.strip() not in ("", ">")), 0)
        match = QuotesProcessor.RE_CALLOUT.match(lines[first])
        if match and not match[3].strip():
            title = match[1].partition("|")[0].strip().title()
            lines[first] = f"{lines[first].rstrip()} {self._titles.untitled(title)}"
            blocks[0] = before + "\n".join(lines)
        return False


def titled(html: str, language: Language = ENGLISH) -> str:
    """Replace the default titles of an article's callouts by the translated names of their kinds."""
    if UNTITLED not in html:
        return html
    names = {
        "note": language.gettext("Note"),
        "tip": language.gettext("Tip"),
        "important": language.gettext("Important"),
        "warning": language.gettext("Warning"),
        "caution": language.gettext("Caution"),
        "danger": language.gettext("Danger"),
    }
    root = parse(html)
    for title in root.css(f"[{UNTITLED}]"):
        kind = title.attributes[UNTITLED]
        del title.attrs[UNTITLED]
        if kind in names:
            for child in children(title):
                child.decompose()
            title.insert_child(names[kind])
    return write(root)


class Classes(Treeprocessor):
    """Adds classes for the style sheet: `nb` on short inline code, `to-end` and `to-middle` on cells.

    Long names in a table may break after an underscore, a slash or a dot, because its columns are narrow.
    """

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for code in root.iter("code"):
            if len("".join(code.itertext())) <= LONGEST_UNBROKEN:
                code.set("class", "nb")
        for cell in (element for tag in ("th", "td") for element in root.iter(tag)):
            for code in cell.iter("code"):
                _allow_breaks(code)
            # A strict Content-Security-Policy blocks the style attribute that Markdown writes.
            style = cell.attrib.pop("style", "")
            for written, name in ALIGNMENT.items():
                if written in style:
                    cell.set("class", name)


def _allow_breaks(code: Element) -> None:
    first, *rest = PARTS.split(code.text or "")
    if not rest or code.get("class") == "nb" or len(code):
        return
    code.text = AtomicString(first)
    for piece in rest:
        SubElement(code, "wbr").tail = AtomicString(piece)


class SideNotes(Treeprocessor):
    """Puts each footnote after the first block that refers to it, all notes of one block together."""

    def run(self, root: Element) -> None:
        """Move the notes; one without a reference goes with the last block."""
        footnotes = next((block for block in root if block.get("class") == "footnote"), None)
        if footnotes is None or len(root) == 1:
            return  # there are none, or there is no text for them
        root.remove(footnotes)
        blocks = list(root)
        places = {sup.get("id"): block for block in blocks for sup in block.iter("sup") if sup.get("id")}
        notes: dict[Element, list[Element]] = defaultdict(list)
        for number, footnote in enumerate(footnotes.iter("li"), start=1):
            name = footnote.get("id", "")
            reference = name.replace("fn", "fnref", 1)
            notes[places.get(reference, blocks[-1])].append(_note(footnote, name, reference, number))
        for block, beside in notes.items():
            aside = Element("aside", {"class": "sidenote", "role": "note"})
            aside.extend(beside)
            aside.tail, block.tail = block.tail, "\n"
            root.insert(list(root).index(block) + 1, aside)


def _note(footnote: Element, name: str, reference: str, number: int) -> Element:
    """Return a note with its number before it, which links back to its place."""
    for parent in footnote.iter():
        for link in [child for child in parent if child.get("class") == BACK_LINK]:
            parent.remove(link)
            last = parent[-1] if len(parent) else None
            if last is not None and last.tail:
                last.tail = last.tail.removesuffix(NBSP_PLACEHOLDER)
            elif parent.text:
                parent.text = parent.text.removesuffix(NBSP_PLACEHOLDER)
    place = Element("div", {"id": name})
    back = SubElement(place, "a", {"href": f"#{reference}"})
    back.text = str(number)
    back.tail = " "
    paragraphs = list(footnote)
    if paragraphs and paragraphs[0].tag == "p":
        back.tail = f" {(paragraphs[0].text or '').lstrip()}"
        place.extend(list(paragraphs.pop(0)))
    place.extend(paragraphs)
    return place


class Markup(Extension):
    """Runs before superfences parses the fences, and after inline code, tables and footnotes are elements."""

    def __init__(self, **options: object) -> None:
        self.config = {"sidenotes": [True, "whether footnotes are next to the text instead of all at its end"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processors; python-markdown prescribes the method's name."""
        md.preprocessors.register(BlankLines(md), "blank_lines_around_fences", 50)
        md.treeprocessors.register(Classes(md), "classes", 15)
        if self.getConfig("sidenotes"):
            md.treeprocessors.register(SideNotes(md), "side_notes", 14)
        titles = Titles(md)
        md.treeprocessors.register(titles, "titles_of_callouts", 15)
        if "admonition" in md.parser.blockprocessors:
            md.parser.blockprocessors.register(Admonitions(md.parser, titles), "admonition", 105)
        md.parser.blockprocessors.register(Quotes(md.parser, titles), "titles_of_callouts", 25)
        lists: Any = md.parser.blockprocessors["olist"]
        lists.LAZY_OL = False  # "2." after an answer or a figure starts at 2


def makeExtension(**options: object) -> Markup:
    """Return the extension; python-markdown looks for this name."""
    return Markup(**options)

"""Markdown as CommonMark and kramdown read it, written so that Python-Markdown reads the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ..html import read as read_html

ITEM = re.compile(r"(?P<before>\s*)(?P<mark>[-*+]|\d{1,9}[.)])(?P<space>\s+|$)")
CONTENTS = re.compile(r"^[*+-] .*\n\{:\s*toc.*\}[ ]*$", re.MULTILINE | re.IGNORECASE)
"""Where kramdown puts a table of contents."""
OF_HEADING = re.compile(r"^(#{1,6} .*)\n(\{:[^}\n]*\})$", re.MULTILINE)
ATTRIBUTES = re.compile(r"\{:[^}\n]*\}|\{::[^}\n]*\}")
FORMULA = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
TAG_OF_DETAILS = re.compile(r"</?details\b")
LINES_OF_DETAILS = re.compile(
    r"^[ \t]*(?:(?:</p>\s*)?</details>"
    r"|<details\b[^>]*>(?:\s*<summary\b[^>]*>(?P<title>(?:(?!<details).)*?)</summary>)?(?:\s*<p>)?)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
"""A tag of details in lines of its own, with the summary, and with the paragraph that holds Markdown on GitHub."""
OPEN = re.compile(r"^[ \t]*\$\$(?!.*\$\$)", re.MULTILINE | re.DOTALL)
"""A formula in lines of its own that a paragraph doesn't close."""
ADDRESSED = ("src", "href", "poster")
"""The attributes of HTML that are read as addresses."""
BEFORE, AFTER = r"(?:(?<=\]\()|(?<=\(<)|(?<=\]: )|(?<==)|(?<==[\"']))", r"(?=[)>\"'\s]|$)"
"""What an address is between."""

Link = Callable[[str], str | None]
"""Returns the new address for one in the text, or None to leave it."""


def _parsed(text: str) -> tuple[list[Any], dict[str, Any]]:
    from markdown_it import MarkdownIt  # only this command needs it

    markdown = MarkdownIt("commonmark").enable("table")
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.normalizeLink = lambda url: url  # type: ignore[method-assign]
    environment: dict[str, Any] = {}
    return markdown.parse(text, environment), environment


def with_whole_formulas(text: str) -> str:
    """Leave out blank lines within formulas that stand in lines of their own: here, a paragraph ends at each."""
    lines, gone = text.split("\n"), set()
    begin = None
    for token in _parsed(text)[0]:
        if token.type == "fence":
            begin = None
        elif token.type != "inline" or token.content.count("$$") % 2 == 0:
            continue
        elif begin is not None and token.content.rstrip().endswith("$$"):
            gone |= {number for number in range(begin, token.map[1]) if not lines[number].strip()}
            begin = None
        else:
            begin = token.map[0] if OPEN.search(token.content) else None
    return "\n".join(line for number, line in enumerate(lines) if number not in gone)


def with_details(text: str) -> str:
    """Write details with Markdown in them, between tags in lines of their own, as blocks."""
    lines = text.split("\n")
    begins: list[tuple[int, int, str]] = []  # the lines of tags that aren't closed yet, and their titles
    slashes = [3]  # of a block at each level: it has more than those in it
    for token in _parsed(text)[0]:
        if token.type != "html_block":
            continue
        tags = [*LINES_OF_DETAILS.finditer(token.content)]
        if len(tags) != len(TAG_OF_DETAILS.findall(token.content)):
            begins, slashes = [], [3]
            continue
        for tag in tags:
            first = token.map[0] + token.content.count("\n", 0, tag.start())
            end = first + tag[0].count("\n") + 1
            if "</details>" not in tag[0]:
                begins.append((first, end, " ".join(read_html(tag["title"] or "").text().split())))
                slashes.append(3)
            elif begins:
                (begin, end_of_begin, title), marks = begins.pop(), "/" * slashes.pop()
                slashes[-1] = max(slashes[-1], len(marks) + 1)
                head = f"{marks} details | {title}" if title else f"{marks} details"
                lines[begin:end_of_begin] = [head, *[""] * (end_of_begin - begin - 1)]
                lines[first:end] = [marks, *[""] * (end - first - 1)]
    return "\n".join(lines)


def with_lists(text: str) -> str:
    """Indent lists by four spaces a level, and put an empty line before one that follows text."""
    lines = [line.expandtabs(4) if line.startswith("\t") else line for line in text.split("\n")]
    items: list[tuple[int, int, int]] = []  # the first line of an item, the line after it, its level
    level = quotes = 0
    begins = set()
    for token in _parsed(text)[0]:
        quotes += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if token.type in ("bullet_list_open", "ordered_list_open"):
            if not level and not quotes:
                begins.add(token.map[0])
            level += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            level -= 1
        elif token.type == "list_item_open" and not quotes:
            items.append((*token.map, level))
    owners: dict[int, tuple[int, int]] = {}
    for first, end, level in items:
        owners |= dict.fromkeys(range(first, end), (first, level))
    written: list[str] = []
    for number, line in enumerate(lines):
        if number in begins and number and lines[number - 1].strip():
            written.append("")
        if number in owners and line.strip():
            first, level = owners[number]
            mark = ITEM.match(lines[first])
            if mark and number == first:
                line = " " * 4 * (level - 1) + mark["mark"].replace(")", ".") + line[mark.end("mark") :]
            elif mark:
                line = " " * 4 * level + line[min(mark.end(), len(line) - len(line.lstrip())) :]
        written.append(line)
    return "\n".join(written)


def prose(text: str) -> Iterator[Any]:
    """Yield what isn't code: each token with its lines, and what is within it."""
    for token in _parsed(text)[0]:
        if token.type in ("inline", "html_block") and token.map:
            yield token


def _headings(text: str) -> list[Any]:
    return [token for token in _parsed(text)[0] if token.type == "heading_open"]


def highest_level(text: str) -> int:
    """Return the level of the headings that others are below; 2 if there are none."""
    return min((int(heading.tag[1]) for heading in _headings(text)), default=2)


def below_the_title(text: str, highest: int) -> str:
    """Move headings to the levels below that of the title, if the highest of them is at some level now."""
    lines = text.split("\n")
    for heading in _headings(text) if highest != 2 else ():
        (first, end), level = heading.map, min(int(heading.tag[1]) + 2 - highest, 6)
        if heading.markup in "=-":
            lines[first:end] = [f"{'#' * level} {lines[first].strip()}", *[""] * (end - first - 1)]
        else:
            lines[first] = lines[first].replace(heading.markup, "#" * level, 1)
    return "\n".join(lines)


def with_formulas(text: str, *, is_kramdown: bool) -> str:
    r"""Write formulas in one backslash, not two; kramdown's `$$` within a line is one of that line."""
    lines = text.split("\n")
    for token in prose(text):
        first, end = token.map
        block = "\n".join(lines[first:end])
        for sign in "()[]":
            block = block.replace(rf"\\{sign}", rf"\{sign}")
        if is_kramdown and not re.fullmatch(r"\s*\$\$.*?\$\$\s*", token.content, re.DOTALL):
            block = FORMULA.sub(lambda match: match[0] if r"\begin{" in match[1] else f"${match[1].strip()}$", block)
        lines[first:end] = block.split("\n")
    return "\n".join(lines)


def with_links(text: str, link: Link, missed: Callable[[int, str], None]) -> str:
    """Give links and pictures new addresses; `missed` gets the line of one that isn't found as it is written."""
    lines = text.split("\n")
    places = [(token.map, address) for token in prose(text) for address in _addresses(token)]
    references = _parsed(text)[1].get("references", {})
    notes = {note["href"] for label, note in references.items() if label.startswith("^")}  # footnotes look the same
    defined = [(reference["map"], reference["href"]) for reference in references.values()]
    elsewhere = {address for _, address in defined}
    for (first, end), address in dict.fromkeys((tuple(span), address) for span, address in [*places, *defined]):
        new = None if address in notes else link(address)
        if new is None or new == address:
            continue
        block = "\n".join(lines[first:end])
        changed = re.sub(f"{BEFORE}{re.escape(address)}{AFTER}", new.replace("\\", r"\\"), block)
        if changed == block and address not in elsewhere:
            missed(first + 1, f"the address {address} must be {new} here")
        lines[first:end] = changed.split("\n")
    return "\n".join(lines)


def _addresses(token: Any) -> Iterator[str]:
    for piece in [token, *(token.children or ())]:
        if piece.type in ("html_inline", "html_block"):
            for node in read_html(piece.content).css(", ".join(f"[{name}]" for name in ADDRESSED)):
                yield from (value for name in ADDRESSED if (value := node.attributes.get(name)))
        elif address := piece.attrs.get("href") or piece.attrs.get("src"):
            yield str(address)


def unread(text: str) -> Iterator[tuple[int, str]]:
    """Find what Python-Markdown doesn't read of kramdown: attributes on a line of their own, and options."""
    for token in prose(text):
        for number, line in enumerate(token.content.split("\n"), start=token.map[0] + 1):
            for braces in ATTRIBUTES.findall(line):
                if token.content.strip() == braces or braces.startswith("{::"):
                    yield number, f"{braces} isn't read here, so it's shown as text"
                elif "style=" in braces:
                    yield number, f"the style in {braces} has no effect: the site's policy allows no style attributes"


def with_kramdown(text: str) -> str:
    """Write kramdown's table of contents as ours, and the attributes of a heading in its line."""
    return OF_HEADING.sub(r"\1 \2", CONTENTS.sub("[TOC]\n", text))

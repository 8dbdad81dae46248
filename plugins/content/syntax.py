"""Markdown that doesn't come out as meant: headings, and fenced blocks and formulas that are never closed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import pairwise

from pygments.lexers import get_all_lexers

from .. import mathematics
from ..figures.page.mentions import QUOTED, TIED, claims_in
from ..html import drop, parse, text_of
from .findings import ERROR, NOTE, WARNING, Finding, near
from .sources import Read

TITLE = 1
"""The level of the title, which the theme writes above the body."""
_QUOTING = " \t>"
_UNDERLINE = re.compile(r" {0,3}(?:(?P<first>=+)|-+)\s*")


@dataclass(frozen=True)
class Heading:
    """A heading of the body: its level, its words, its id, and its line in the source."""

    level: int
    text: str
    id: str
    line: int


def headings(article: Read) -> Iterator[Heading]:
    """Find the headings of an article, each with its line in the source."""
    prose = dict(article.source.prose)
    numbers = list(prose)
    start, line = 0, 1
    for heading in article.tree.css("h1, h2, h3, h4, h5, h6"):
        level = int((heading.tag or "")[1:])
        places = range(start, len(numbers))
        place = next((place for place in places if _begins(level, numbers[place], prose)), None)
        if place is not None:
            start, line = place + 1, numbers[place]
        yield Heading(level, text_of(heading), heading.id or "", line)


def _begins(level: int, number: int, prose: Mapping[int, str]) -> bool:
    line = prose[number].lstrip(_QUOTING)
    below = _UNDERLINE.fullmatch(prose.get(number + 1, ""))
    is_underlined = bool(below and line and level == (1 if below["first"] else 2))
    return is_underlined or bool(re.match(rf"#{{{level}}}(?!#)|<h{level}\b", line))


def check_headings(article: Read) -> Iterator[Finding]:
    """Report headings that skip a level, have the level of the title, or share a text."""
    before = TITLE
    lines: dict[str, int] = {}
    for heading in headings(article):
        place = article.file, heading.line
        if heading.level == TITLE:
            message = f"“{heading.text}” is a second h1: the page's title is the first"
            yield Finding(WARNING, *place, message, "write it with ##")
        elif heading.level > before + 1:
            message = f"“{heading.text}” skips a level: an h{heading.level} follows an h{before}"
            yield Finding(WARNING, *place, message, f"write it with {'#' * (before + 1)}")
        if heading.text in lines and heading.id.rpartition("_")[2].isdigit():
            message = f"line {lines[heading.text]} has the same heading, “{heading.text}”, so this one is #{heading.id}"
            yield Finding(
                NOTE, *place, message, f"to choose the link, give it an id: {{#{heading.id.replace('_', '-')}}}"
            )
        lines.setdefault(heading.text, heading.line)
        before = heading.level


FENCES = ("```", "~~~")
_FENCES = tuple(sign.encode() for sign in FENCES)


def check_fences(article: Read) -> Iterator[Finding]:
    """Report fenced blocks in a language that can't be highlighted, or that are never closed."""
    for fence in article.source.all_blocks:
        language = fence.language.lower()
        if language and language not in languages() and language != MERMAID:
            alike = near(language, languages(), "")
            message = f"Pygments doesn't know the language {fence.language}, so the block isn't highlighted"
            level = WARNING if alike else NOTE
            yield Finding(level, article.file, fence.begun, message, alike or "write text if it isn't code")
    yield from unclosed_fences(article)
    yield from check_diagrams(article)


MERMAID = "mermaid"


def check_diagrams(article: Read) -> Iterator[Finding]:
    """Report Mermaid's diagrams: on GitHub and in some other blogs, the same block is a picture."""
    if MERMAID.encode() not in article.data.lower():
        return
    for fence in article.source.all_blocks:
        if fence.language.lower() == MERMAID:
            message = "this Mermaid diagram is shown as its source, because nothing here draws it"
            advice = "put its picture in content/images/, or draw it with a script; write ```text to show the source"
            yield Finding(WARNING, article.file, fence.begun, message, advice)


@cache
def languages() -> frozenset[str]:
    """Return the names of languages that Pygments knows."""
    return frozenset(name for _, names, _, _ in get_all_lexers() for name in names)


def unclosed_fences(article: Read) -> Iterator[Finding]:
    """Find fences that are shown as text, and those that include the following fence, with the images that they cost.

    A page without its code and its figures must not be published by mistake.
    """
    source = article.source
    if sum(map(article.data.count, _FENCES)) == 2 * source.fenced and not any(map(source.holds, FENCES)):
        return  # each one starts or ends a block
    for block in source.all_blocks:
        for number, line in enumerate(block.text.split("\n") if block.fence and block.line else (), start=block.line):
            if line.startswith(block.fence) and line.strip(block.fence[0]).strip():
                message = f"this fenced block is still open where another one starts, in line {number}"
                message += _lost(article, block.text.split("\n"))
                yield Finding(ERROR, article.file, block.begun, message, f"add {block.fence} where this one ends")
                break
    root = parse(article.html)
    drop(root, "pre")
    inline = [code.text() for code in root.css("code")]
    drop(root, "code")
    page_text = root.text()
    begun = [(number, line.lstrip(_QUOTING).rstrip()) for number, line in source.prose]
    begun = [(number, line) for number, line in begun if line.startswith(FENCES)]
    for place, (number, line) in enumerate(begun):
        info = line.lstrip(line[0])
        fence = line.removesuffix(info)
        if not info and place and begun[place - 1][1].startswith(fence):
            continue  # the end of one that is reported
        is_code = bool(info) and any(code.startswith(info) and "\n" in code for code in inline)
        if line[0] not in info and (is_code or fence in page_text):
            message, advice = (
                "this fenced block is never closed, so its code is shown as text",
                f"add {fence} at its end",
            )
            if is_code or (info and any(below == fence for _, below in begun[place + 1 :])):
                message = (
                    f"Markdown shows this as text instead of starting a fenced block, because it can't read {line}"
                )
                advice = (
                    f"write only {fence} and a language; what else is allowed depends on the extensions in MARKDOWN"
                )
            message += _lost(article, (text for at, text in source.prose if at > number))
            yield Finding(ERROR, article.file, number, message, advice)


_IMAGE = re.compile(r"!\[[^\]]*\]\(<?([^\s)>]+)")


def _lost(article: Read, lines: Iterable[str]) -> str:
    """Say which of the images in some lines the page doesn't show."""
    sources = [image.get("src") for image in article.all("img")]
    written = dict.fromkeys(address for line in lines for address in _IMAGE.findall(line))
    lost = [address for address in written if not any(source.endswith(address.lstrip("./")) for source in sources)]
    return f", and {' and '.join(lost)} {'are' if len(lost) > 1 else 'is'} not shown" if lost else ""


_SPAN = r"\[(?P<words>[^\[\]\n]+)\]\{(?P<said>[^{}\n]+)\}"
_BRACES = r"(?<![\w\])}])\{(?P<key>\w+)[ \t]*[:=][ \t]*(?P<name>[^{}\n]+?)[ \t]*\}"
_PAIR = re.compile(r"""([\w-]+)\s*[=:]\s*["']?([^\s"',]+)""")


def check_braces(article: Read) -> Iterator[Finding]:
    """Report words with braces that are shown as text, but resemble ours: `[4]{params=units}` or `{fig:whole}`."""
    if b"{" not in article.data:
        return
    for pattern in (_SPAN, _BRACES):
        for line, match in claims_in(article.source.prose, pattern):
            right = _of_span(match) if pattern is _SPAN else _of_mention(match)
            if right and right != match[0] and match[0][match[0].rindex("{") :] in _shown(article):
                message = f"{match[0]} is shown as text"
                yield Finding(WARNING, article.file, line, message, f"write {right}")


def _of_span(match: re.Match[str]) -> str:
    """Return words tied to an argument or to a figure in their right spelling; empty if they are meant as neither."""
    if any(re.fullmatch(pattern, match[0]) for pattern in (TIED, QUOTED)):
        return ""
    meant = {_meant(key, "param", "figure", "code"): value for key, value in _PAIR.findall(match["said"])}
    if param := re.match(r"\w+", meant.get("param", "")):
        code = f" code={meant['code']}" if "code" in meant else ""
        return f"[{match['words']}]{{param={param[0]}{code}}}"
    return f"[{match['words']}]{{figure={meant['figure']}}}" if "figure" in meant else ""


_KINDS = {"equation": ("eq", "eqn", "eqs", "equations"), "section": ("sec", "sect", "sections")}
"""Other names for what can be referred to; an article may mean something else by similar words."""


def _of_mention(match: re.Match[str]) -> str:
    """Return the mention of a figure, a formula or a section in its right spelling; empty if it isn't meant as one."""
    key = match["key"].lower()
    meant = next((kind for kind, wrong in _KINDS.items() if key in wrong), "") or _meant(key, "figure")
    return f"{{{meant}:{match['name']}}}" if meant else ""


def _meant(key: str, *keys: str) -> str:
    return next(iter(get_close_matches(key.lower(), keys, n=1, cutoff=0.65)), "")


FORMULAS = ("$", "\\(", "\\[", "\\begin{")
_SIGNS = tuple(sign.encode() for sign in FORMULAS)
_ENDS = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}
_BEFORE = re.compile(r"^[ \t>]+")
"""The part of a line that isn't a paragraph's text: indentation, and the mark of a quotation."""
_ITEM = re.compile(r"(?:[*+-]|\d+\.)\s")


def check_formulas(article: Read) -> Iterator[Finding]:
    """Report the delimiters of an article without a partner in their paragraph, list item or table row."""
    extensions = article.content.settings["MARKDOWN"].get("extensions", ())
    if mathematics.__name__ not in extensions or not any(sign in article.data for sign in _SIGNS):
        return
    for first, text in _paragraphs(article.source.prose):
        for delimiter in mathematics.unclosed(text):
            if delimiter.sign.startswith("$") and "$" not in _shown(article):
                continue  # for example in HTML
            line = first + text.count("\n", 0, delimiter.start)
            rest = text[delimiter.start :].partition("\n")[0]
            ends = _ENDS.get(delimiter.sign) or delimiter.sign.replace("begin", "end")
            message = f"the formula that starts here with {delimiter.sign} is never closed: {_short(rest)}"
            instead = (
                "\\$ for a dollar sign" if delimiter.sign.startswith("$") else "just the bracket if it isn't a formula"
            )
            yield Finding(WARNING, article.file, line, message, f"write {ends} where it ends, or {instead}")


def _paragraphs(prose: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the pieces of text in which a formula must end, each with the number of its first line."""
    lines: list[str] = []
    last = 0
    for number, line in [*prose, (0, "")]:
        text = _BEFORE.sub("", line)
        if lines and (not text.strip() or number != last + 1):
            yield from _pieces(last - len(lines) + 1, lines)
            lines = []
        if text.strip():
            lines.append(text)
        last = number


def _pieces(first: int, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Split the lines between two blank ones into the rows of a table, or the items of a list."""
    if mathematics.is_table(lines):
        begins = list(range(len(lines)))
    elif _ITEM.match(lines[0]):
        begins = [at for at, line in enumerate(lines) if _ITEM.match(line)]
    else:
        begins = [0]
    for begin, end in pairwise([*begins, len(lines)]):
        yield first + begin, "\n".join(lines[begin:end])


def _shown(article: Read) -> str:
    root = parse(article.html)
    drop(root, "pre, code")
    return root.text()


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39].rstrip()}…"

"""Quotation marks, apostrophes and dashes of an article's language, for those on a keyboard: `"`, `'`, `--` and `...`.

Markdown's own extension for that has one language for the whole site, and takes an apostrophe for the end of a
quotation, which in German is another character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pelican import signals
from pelican.contents import Article, Page

from .building.finishing import finished, finishers
from .html import TEXT, Node, children, parse, write
from .private import html_of, put_html, put_summary

MARKS = {
    "cs": "„“‚‘",
    "da": "”””’",
    "de": "„“‚‘",
    "de-ch": "«»‹›",
    "en": "“”‘’",
    "es": "«»“”",
    "fi": "””’’",
    "fr": "«\u202f\u202f»‹\u202f\u202f›",
    "it": "«»“”",
    "nb": "«»‘’",
    "pl": "„”‚’",
    "pt-pt": "«»“”",
    "ru": "«»„“",
    "sk": "„“‚‘",
    "sv": "””’’",
    "uk": "«»„“",
}
"""What begins and ends a quotation, and one inside of it, as the language's own style guides have it."""
TYPED = re.compile(r"""["']|-(?<!--)-{1,2}(?!-)|\.(?<!\.\.)\.\.(?!\.)""")
"""What is replaced: each begins with its own sign, so that a search skips everything else."""
VISIBLE = re.compile(rf">[^<]*?(?:&quot;|{TYPED.pattern})")
"""A quick look at HTML, most of which has nothing of this."""
UNTOUCHED = frozenset(("code", "kbd", "math", "pre", "samp", "script", "style", "svg", "template", "textarea", "tt"))
LINES = frozenset(
    ("a", "abbr", "b", "bdi", "cite", "del", "em", "i", "ins", "mark", "q", "s", "small", "span", "strong")
)
LINES |= {"br", "img", "sub", "sup", "time", "u", "var", *UNTOUCHED}
"""The elements inside a line, so that a quotation can begin before and end after them."""
CITATION = "cite"
"""The class of a citation that isn't written yet."""
WORD = "x"
"""What stands for an element that is untouched."""
OPENS = "([{¿¡–—-/\u00a0\u202f"
"""What is directly before a quotation, besides a space."""
DASHES = {"--": "–", "---": "—"}


@dataclass
class Quotations:
    """Replaces what was typed, piece by piece of a paragraph."""

    marks: tuple[str, ...]
    before: str = ""
    """The character before the next piece."""
    after: str = ""
    """The character after it."""
    open: str = ""
    """The quotation marks that are open, outermost first."""

    def punctuated(self, text: str) -> str:
        """Return a piece of text with the right characters."""
        typeset = TYPED.sub(lambda match: self._mark(match, text), text)
        self.before = text[-1:] or self.before
        return typeset

    def _mark(self, match: re.Match[str], text: str) -> str:
        typed = match[0]
        before, after = text[: match.start()][-1:] or self.before, text[match.end() :][:1] or self.after
        if typed in DASHES:
            # Not an option of a command, as in --help
            is_between = bool(before.strip()) == bool(after.strip())
            return DASHES[typed] if is_between else typed
        if typed == "...":
            return "…"
        place = 0 if typed == '"' else 2
        if typed in self.open and (typed == '"' or not after.isalnum()):
            self.open = self.open[: self.open.rindex(typed)]
            return self.marks[place + 1]
        is_begun = (not before.strip() or before in OPENS or before in "\"'") and after.strip()
        if is_begun and not (typed == "'" and after.isdigit()):  # the '90s
            self.open += typed
            return self.marks[place]
        return "’" if typed == "'" else typed  # as in 5" wide


def marks_of(language: str) -> tuple[str, ...]:
    """Return the quotation marks of a language; those of English if it isn't known."""
    tag = language.lower().replace("_", "-")
    marks = MARKS.get(tag) or MARKS.get(tag.partition("-")[0]) or MARKS["en"]
    return tuple(re.findall("«\u202f|\u202f»|‹\u202f|\u202f›|.", marks))


def punctuated(text: str, language: str) -> str:
    """Return plain text with the quotation marks and dashes of a language."""
    return Quotations(marks_of(language)).punctuated(text) if TYPED.search(text) else text


def educated(html: str, language: str) -> str:
    """Return the same for HTML: not for code, formulas or attributes, apart from captions."""
    if not VISIBLE.search(f">{html}") and "title=" not in html:
        return html
    root, marks = parse(html), marks_of(language)
    for image in root.css("img[title]"):  # a caption
        image.attrs["title"] = punctuated(image.attributes["title"] or "", language)
    for line in _lines(root):
        texts = [WORD if _is_untouched(node) else node.text_content or "" for node in line]
        if TYPED.search("".join(texts)):
            quotations = Quotations(marks)
            for node, text, after in zip(line, texts, [*texts[1:], ""], strict=True):
                if _is_untouched(node):
                    quotations.before = WORD
                else:
                    quotations.after = after[:1]
                    node.replace_with(quotations.punctuated(text))
    return write(root)


def _lines(node: Node) -> Iterator[list[Node]]:
    """Yield the texts of each paragraph, heading and the like; what is untouched, such as code, is one of them."""
    line: list[Node] = []
    for child in children(node):
        if child.tag in LINES or _is_untouched(child) or child.tag == TEXT:
            line += _pieces(child)
            continue
        if line:
            yield line
            line = []
        yield from _lines(child)
    if line:
        yield line


def _pieces(node: Node) -> Iterator[Node]:
    if node.tag == TEXT or _is_untouched(node):
        yield node
    else:
        for child in children(node):
            yield from _pieces(child)


def _is_untouched(node: Node) -> bool:
    return node.tag in UNTOUCHED or (node.is_element_node and CITATION in (node.attributes.get("class") or "").split())


def educate(content: Any) -> None:
    """Change an article or a page, its title and its summary as soon as it is read."""
    if not isinstance(content, Article | Page) or not content.settings.get("SMART_QUOTES", True):
        return
    if content.source_path not in finished:
        put_html(content, educated(html_of(content), content.lang))
    for name in ("title", *content.settings["FORMATTED_FIELDS"]):
        text = content.metadata.get(name)
        if isinstance(text, str):
            content.metadata[name] = (educated if "<" in text else punctuated)(text, content.lang)
            if name == "summary":
                put_summary(content, content.metadata[name])
            else:
                setattr(content, name, content.metadata[name])


def finish(html: str, language: str, settings: Mapping[str, Any]) -> str:
    """Change the HTML of an article that `reading` keeps."""
    return educated(html, language) if settings.get("SMART_QUOTES", True) else html


def register() -> None:
    """Connect the plugin."""
    signals.content_object_init.connect(educate)
    finishers.add(finish)

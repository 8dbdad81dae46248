"""Additions to an article's HTML for pages, but not feeds: a table of contents, linked headings, labelled code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from jinja2 import pass_context
from pelican import signals
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from .catalogues import ENGLISH, Language, language_of
from .html import Node, Tag, children, is_same, parse, read, text_of, words_of, wrap, wrap_contents, write
from .mathematics import bare_number

LINKED = ("h2", "h3", "h4", "h5", "h6")
LISTED = ("h2", "h3")
"""Two levels are enough for a table of contents."""

LANGUAGE = "language-"
"""The prefix of the class that says what a block of code is written in."""
PLAIN = f"{LANGUAGE}text"
OUTPUT = "output"
"""The class of a block that shows what the code above it prints."""
STYLED = re.compile(r"k|kd|kn|ow|nd|g[di]|err|hll|[cs]\w?")
"""The tokens that the style sheet colours, by Pygments' classes; the others, a tenth of them, have the text colour."""
TOKEN = re.compile(r"[a-z]\w?")
ADDRESS = "address"
"""The class of links whose text is their address, which print has no need to say again."""
SHORT_FORMULA = 8
"""How many characters fit every page; a longer formula may scroll."""


@dataclass(frozen=True)
class Heading:
    """An entry of the table of contents: its target, its words as HTML, and the entries below it."""

    id: str
    html: str
    below: list[Heading] = field(default_factory=list)


def headings(html: str) -> list[Heading]:
    """List the headings of the two upper levels, the second below the first."""
    top: list[Heading] = []
    for node in _with_ids(read(html), LISTED):
        words = words_of(node)
        if words:
            (top[-1].below if node.tag == LISTED[1] and top else top).append(Heading(node.id or "", words))
    return top


def _with_ids(root: Node, names: tuple[str, ...]) -> list[Node]:
    return [node for node in root.css(", ".join(f"{name}[id]" for name in names)) if node.id]


def link_headings(root: Node) -> None:
    """Turn each heading into a link to itself, so that its URL can be copied, unless it contains a link."""
    for heading in _with_ids(root, LINKED):
        if heading.css_first("a") is None:
            wrap_contents(heading, Tag("a", (("href", f"#{heading.id}"),)))


def accessible(html: str, language: Language = ENGLISH) -> str:
    """Return the HTML for a page. Anything that may scroll can be reached by keyboard, so it has a label."""
    root = parse(html)
    link_headings(root)
    for number, pre in enumerate(_code(root), start=1):
        _name_code(pre, language.gettext("Code %(number)s", number=number))
    _title_code(root, language)
    linked = {formula.mem_id for formula in root.css("a .formula")}
    for number, formula in enumerate(_without_more(root.css(".formula"), "class"), start=1):
        if len(formula.text().strip()) > SHORT_FORMULA and formula.mem_id not in linked:
            tag, label = Tag.of(formula), language.gettext("Formula %(number)s", number=number)
            if formula.next is not None and "number" in Tag.of(formula.next).classes:
                label = language.gettext("Equation %(number)s", number=bare_number(text_of(formula.next)))
            _group(tag.name, label, *tag.classes).mark(formula)
    for number, table in enumerate(_without_more(root.css("table")), start=1):
        caption = table.css_first("caption")
        name = language.gettext("Table %(number)s", number=number)
        wrap(table, _group("div", f"{name}: {text_of(caption)}" if caption else name, "table"))
    for link in root.css('a[href^="http"]'):
        tag = Tag.of(link)
        if _bare(text_of(link)) == _bare(tag.get("href")):
            link.attrs["class"] = " ".join([*tag.classes, ADDRESS])
    for box in root.css(".task-list-item input"):
        box.attrs["aria-label"] = language.gettext("done") if "checked" in box.attributes else language.gettext("to do")
    for corner in [header for header in root.css("th") if header.first_child is None]:
        # Markdown turns a whole row into headers. An empty one would be read out as the name of its column.
        corner.insert_before(replace(Tag.of(corner), name="td").element(corner))
        corner.decompose()
    return write(root)


def _bare(address: str) -> str:
    return re.sub(r"^(https?://(dx\.)?(doi\.org/)?|doi:)", "", address.strip()).rstrip("/")


def _code(root: Node) -> list[Node]:
    """Find the code blocks that scroll; with line numbers, the table around the code scrolls instead."""
    return _without_more(root.css("div.highlight > pre"))


def _without_more(nodes: list[Node], *names: str) -> list[Node]:
    """Keep the elements without other attributes: an author, or a figure, may already have labelled them."""
    return [node for node in nodes if not node.attributes.keys() - {*names}]


def _title_code(root: Node, language: Language) -> None:
    """Title code by its language, if the author didn't. Plain text directly after code is then what it prints."""
    last = None
    for block in root.css(f'div.highlight[class*="{LANGUAGE}"]'):
        tag = Tag.of(block)
        spoken = next(class_name for class_name in tag.classes if class_name.startswith(LANGUAGE))
        has_title = block.css_first("span.filename") is not None
        is_output = spoken == PLAIN and not has_title and last is not None and is_same(last, _before(block))
        classes = [class_name for class_name in tag.classes if class_name != spoken] + ([OUTPUT] if is_output else [])
        tag.having(**{"class": " ".join(classes)}).mark(block)
        last = None if spoken == PLAIN else block
        title = language.gettext("prints") if is_output else _language_name(spoken.removeprefix(LANGUAGE))
        if title and block.first_child is not None and not has_title:
            name = Tag("span", (("class", "lang"),)).element(block)
            name.insert_child(title)
            block.first_child.insert_before(name, move=True)


def _before(node: Node) -> Node | None:
    """Return what is before a node, apart from spaces."""
    sibling = node.prev
    while sibling is not None and sibling.is_text_node and not (sibling.text_content or "").strip():
        sibling = sibling.prev
    return sibling


@cache
def _language_name(alias: str) -> str:
    """Return what Pygments calls a language; nothing for plain text, and for one that it doesn't know."""
    try:
        return str(get_lexer_by_name(alias).name) if alias != "text" else ""
    except ClassNotFound:
        return ""


def _name_code(pre: Node, name: str) -> None:
    begun = pre.first_child
    if begun is not None and begun.tag == "span" and not begun.attributes and begun.first_child is None:
        begun.decompose()  # Pygments adds it for ancient browsers
    title = pre.parent.css_first("span.filename") if pre.parent else None
    if title:
        name = f"{name}: {text_of(title)}"
    _group("pre", name).mark(pre)
    for token in pre.css("span[class]"):
        name = token.attributes["class"] or ""
        if (
            TOKEN.fullmatch(name)
            and not STYLED.fullmatch(name)
            and all(child.is_text_node for child in children(token))
        ):
            token.unwrap(delete_empty=True)


def _group(element: str, name: str, *classes: str) -> Tag:
    named = (("tabindex", "0"), ("role", "group"), ("aria-label", name))
    return Tag(element, ((("class", " ".join(classes)),) if classes else ()) + named)


def _language(context: Any, *_: str) -> Language:
    content = context.get("article") or context.get("page")
    return language_of(getattr(content, "lang", None), context)


@pass_context
def _accessible(context: Any, html: str) -> str:
    return accessible(html, _language(context))


def _add_filters(generator: Any) -> None:
    # Older themes call it `dressed`.
    generator.env.filters |= {"headings": headings, "accessible": _accessible, "dressed": _accessible}


def register() -> None:
    """Give the theme its filters `headings` and `accessible`."""
    signals.generator_init.connect(_add_filters)

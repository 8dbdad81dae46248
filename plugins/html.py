"""HTML as a tree: parsed, searched, changed and written here; and the templates of what our plugins add to it.

The library is selectolax. Its parser, Lexbor, follows the HTML Standard, so the tree is the one that a browser builds,
and on every page of this site what it writes says the same as what it read. So does html5lib in twenty times the time;
lxml takes twice as long, and its parser, of HTML 4, loses the case of names in an SVG, and some blanks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader
from selectolax.lexbor import LexborHTMLParser
from selectolax.lexbor import LexborNode as Node

from .i18n.catalogues import ENGLISH, Language

__all__ = [
    "OPTIONS",
    "Change",
    "Node",
    "Tag",
    "children",
    "compiled",
    "contents",
    "document",
    "drop",
    "environment",
    "is_same",
    "macros",
    "parse",
    "plain",
    "put",
    "read",
    "rewrite",
    "rewritten",
    "text_of",
    "wrap",
    "wrap_contents",
    "write",
]


def parse(html: str) -> Node:
    """Return an element whose children are a piece of HTML, to be changed and written."""
    root = LexborHTMLParser("").body
    assert root is not None
    text = str(html)  # Markup is no str to the library
    try:
        root.inner_html = text
    except UnicodeEncodeError:  # half a character, as in the name of a file that is not UTF-8
        root.inner_html = text.encode(errors="replace").decode()
    return root


def document(html: str) -> Node:
    """Return the root of a whole page."""
    root = LexborHTMLParser(html).root
    assert root is not None
    return root


@lru_cache(maxsize=32)
def read(html: str) -> Node:
    """Return the same, parsed once for all who only read it: nobody may change it."""
    return parse(html)


def write(root: Node) -> str:
    """Write the children of an element as HTML."""
    # The parser drops a line break after <pre>, so that one which belongs to the text needs another before it.
    begun = [first for it in root.css("pre, textarea") if (first := it.first_child) and _is_break(first)]
    for first in begun:
        first.insert_before("\n")
    html = root.inner_html or ""
    for first in begun:
        if added := first.prev:
            added.decompose()
    return html


def _is_break(node: Node) -> bool:
    return (node.text_content or "").startswith("\n")


def children(node: Node) -> list[Node]:
    """List the children of an element: elements, texts and comments."""
    found = []
    child = node.first_child
    while child is not None:
        found.append(child)
        child = child.next
    return found


def is_same(one: Node | None, other: Node | None) -> bool:
    """Say whether two are one node: by `==`, and so in a list, the library compares what they say."""
    return one is not None and other is not None and one.mem_id == other.mem_id


def contents(node: Node) -> str:
    """Return what an element holds, as HTML."""
    return node.inner_html or ""


def text_of(node: Node) -> str:
    """Return the words of an element."""
    return " ".join(node.text().split())


def plain(html: object) -> str:
    """Return the words of a piece of HTML, such as a title: most of them are only words, which need no parser."""
    text = str(html)
    return text_of(read(text)) if any(sign in text for sign in "<&\0") else " ".join(text.split())


def drop(root: Node, selector: str) -> None:
    """Take elements out."""
    for node in reversed(root.css(selector)):  # what is in another one before that
        node.decompose()


def put(html: str, before: Node) -> None:
    """Put a piece of HTML before a node."""
    for node in children(parse(html)):
        before.insert_before(node)


def rewrite(root: Node, change: Change, *names: str) -> None:
    """Change each element of some names as `change` says: its attributes, or all of it; None leaves it as it is."""
    for node in root.css(", ".join(names)):
        changed = change(Tag.of(node))
        if isinstance(changed, Tag):
            changed.mark(node)
        elif changed is not None:
            put(changed, node)
            node.decompose()


def rewritten(html: str, change: Change, *names: str) -> str:
    """Return a piece of HTML in which the elements of some names are changed."""
    lower = html.lower()
    if not any(f"<{name}" in lower for name in names):
        return html
    root = parse(html)
    rewrite(root, change, *names)
    return write(root)


def wrap(node: Node, tag: Tag) -> None:
    """Put an element around a node."""
    around = tag.element(node)
    node.insert_before(around, move=True)
    around.insert_child(node, move=True)


def wrap_contents(node: Node, tag: Tag) -> None:
    """Put an element around all that a node holds."""
    inside = tag.element(node)
    for child in children(node):
        inside.insert_child(child, move=True)
    node.insert_child(inside, move=True)


@dataclass(frozen=True)
class Tag:
    """An element without what it holds, as a value: its name and its attributes."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, node: Node) -> Tag:
        """Read the tag of an element."""
        return cls(node.tag or "", tuple((name, value or "") for name, value in node.attributes.items()))

    def get(self, name: str) -> str:
        """Return an attribute's value; empty where it is not there."""
        return dict(self.attributes).get(name, "")

    @property
    def classes(self) -> list[str]:
        """The classes, in their order."""
        return self.get("class").split()

    def having(self, **changes: str) -> Tag:
        """Return the tag with some attributes set."""
        return replace(self, attributes=tuple((dict(self.attributes) | changes).items()))

    def without(self, *names: str) -> Tag:
        """Return the tag without some attributes."""
        return replace(self, attributes=tuple(pair for pair in self.attributes if pair[0] not in names))

    def element(self, of: Node) -> Node:
        """Make the element, in the document of another."""
        made = of.parser.create_node(self.name)
        self.mark(made)
        return made

    def mark(self, node: Node) -> None:
        """Give an element these attributes and no others."""
        for name in node.attributes:
            del node.attrs[name]
        for name, value in self.attributes:
            node.attrs[name] = value

    def __str__(self) -> str:
        """Write the element, which holds nothing, as HTML."""
        return self.element(parse("")).html or ""

    def __html__(self) -> str:
        """Write it in a template, too."""
        return str(self)


Change = Callable[[Tag], Tag | str | None]


OPTIONS: dict[str, Any] = {
    "autoescape": True,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "extensions": ["jinja2.ext.i18n"],
}


@dataclass
class Compiled:
    """Where compiled templates are kept, if anywhere: `plugins.templates` decides, for those of the theme too."""

    cache_of: Callable[[Environment], BytecodeCache] | None = None


compiled = Compiled()


@lru_cache(maxsize=16)
def environment(language: Language) -> Environment:
    """Return the templates of what our plugins write into pages, by their paths below `plugins/`, for one language."""
    made = Environment(loader=FileSystemLoader(Path(__file__).parent), **OPTIONS)
    if compiled.cache_of:
        made.bytecode_cache = compiled.cache_of(made)
    install: Any = made
    install.install_gettext_translations(language.messages, newstyle=True)
    return made


@lru_cache(maxsize=16)
def macros(template: str, language: Language) -> Any:
    """Return the macros of a template. Their `gettext` is plain: what a translator writes is text, and is escaped."""
    return environment(ENGLISH).get_template(template).make_module({"gettext": language.gettext})

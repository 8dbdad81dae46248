"""HTML as a tree: parsing, searching, changing and writing it; and the templates for what our plugins add to it.

The library is selectolax. Its parser, Lexbor, follows the HTML Standard, so the tree is the one that a browser builds,
and for every page of this site, its output is equivalent to the input. So is that of html5lib, in twenty times the
time; lxml takes twice as long, and its HTML 4 parser loses the case of names in an SVG, and some spaces. Styles are
read by tinycss2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader
from selectolax.lexbor import LexborHTMLParser
from selectolax.lexbor import LexborNode as Node

from .catalogues import ENGLISH, Language

__all__ = [
    "OPTIONS",
    "TEXT",
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
    "loading_only",
    "macros",
    "parse",
    "plain",
    "put",
    "read",
    "rewrite",
    "rewritten",
    "text_of",
    "texts",
    "words_of",
    "wrap",
    "wrap_contents",
    "write",
]


def parse(html: str) -> Node:
    """Return an element whose children are a piece of HTML, for changing and writing."""
    root = LexborHTMLParser("").body
    assert root is not None
    return _filled(root, html)


def _filled(root: Node, html: str) -> Node:
    text = str(html)  # the library doesn't accept Markup as a str
    try:
        root.inner_html = text
    except UnicodeEncodeError:  # a lone surrogate, for example in the name of a file that isn't UTF-8
        root.inner_html = text.encode(errors="replace").decode()
    return root


def document(html: str) -> Node:
    """Return the root of a whole page."""
    root = LexborHTMLParser(html).root
    assert root is not None
    return root


@lru_cache(maxsize=32)
def read(html: str) -> Node:
    """Return the same, parsed once for everyone who only reads it: it must not be changed."""
    return parse(html)


def write(root: Node) -> str:
    """Return the children of an element as HTML."""
    # The parser drops a line break after <pre>, so one that belongs to the text needs another before it.
    begun = [first for element in root.css("pre, textarea") if (first := element.first_child) and _is_break(first)]
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
    nodes = []
    child = node.first_child
    while child is not None:
        nodes.append(child)
        child = child.next
    return nodes


def is_same(one: Node | None, other: Node | None) -> bool:
    """Return whether two are the same node: with `==`, and so in a list, the library compares their HTML."""
    return one is not None and other is not None and one.mem_id == other.mem_id


def contents(node: Node) -> str:
    """Return the contents of an element, as HTML."""
    return node.inner_html or ""


def text_of(node: Node) -> str:
    """Return the text of an element."""
    return " ".join(node.text().split())


def words_of(heading: Node) -> str:
    """Return the words of a heading as HTML, without what is specific to its place: links, ids, footnote numbers."""
    if "<" not in (html := contents(heading)):
        return html.strip()
    words = parse(html)
    drop(words, 'sup[id^="fnref"], img')
    words.unwrap_tags(["a"], delete_empty=True)
    for named in words.css("[id], [class]"):
        for name in ("id", "class"):
            if name in named.attributes:
                del named.attrs[name]
    return write(words).strip()


TEXT = "-text"
"""The tag that a text has instead of a name."""


def texts(node: Node) -> list[Node]:
    """List the pieces of text in an element, also inside of others."""
    return [piece for piece in node.traverse(include_text=True) if piece.tag == TEXT]


def plain(html: object) -> str:
    """Return the text of a piece of HTML, such as a title: most have no tags, and need no parser."""
    text = str(html)
    return text_of(read(text)) if any(sign in text for sign in "<&\0") else " ".join(text.split())


def drop(root: Node, selector: str) -> None:
    """Remove elements."""
    for node in reversed(root.css(selector)):  # inner elements before outer ones
        node.decompose()


def put(html: str, before: Node) -> None:
    """Insert a piece of HTML before a node."""
    # In the same document: a new one for each piece would take ten times as long.
    for node in children(_filled(before.parser.create_node("body"), html)):
        before.insert_before(node, move=True)


def rewrite(root: Node, change: Change, *names: str) -> None:
    """Apply `change` to each element with some names: it returns a new tag, new HTML, or None to leave it."""
    for node in root.css(", ".join(names)):
        changed = change(Tag.of(node))
        if isinstance(changed, Tag):
            changed.mark(node)
        elif changed is not None:
            put(changed, node)
            node.decompose()


def rewritten(html: str, change: Change, *names: str) -> str:
    """Return a piece of HTML with the elements of some names changed."""
    lower = html.lower()
    if not any(f"<{name}" in lower for name in names):
        return html
    root = parse(html)
    rewrite(root, change, *names)
    return write(root)


def wrap(node: Node, tag: Tag) -> None:
    """Wrap a node in an element."""
    around = tag.element(node)
    node.insert_before(around, move=True)
    around.insert_child(node, move=True)


def wrap_contents(node: Node, tag: Tag) -> None:
    """Wrap the contents of a node in an element."""
    inside = tag.element(node)
    for child in children(node):
        inside.insert_child(child, move=True)
    node.insert_child(inside, move=True)


LOADING = ("url", "src", "image", "image-set", "-webkit-image-set")
"""The functions of CSS whose strings are URLs."""


def loading_only(style: str, is_allowed: Callable[[str], bool]) -> str:
    """Return a style or a style sheet that loads only what `is_allowed` says of its URLs.

    The parser is tinycss2, so names count however they are written: with escapes, in capitals, after a comment.
    """
    import tinycss2  # takes 20 ms, and few sites have such styles

    removed: list[object] = []
    kept = [*_allowed(tinycss2.parse_component_value_list(style), is_allowed, removed)]
    return str(tinycss2.serialize(kept)) if removed else style


def _allowed(tokens: Iterable[Any], is_allowed: Callable[[str], bool], removed: list[object]) -> Iterator[Any]:
    from tinycss2.ast import IdentToken, LiteralToken

    rest = iter(tokens)
    for token in rest:
        if token.type == "at-keyword" and token.lower_value == "import":
            rule = [token, *takewhile(lambda following: following != ";", rest), LiteralToken(0, 0, ";")]
            if _is_fine(rule, is_allowed):
                yield from rule
            else:
                removed.append(token)
        elif (token.type == "url" and not is_allowed(token.value)) or (
            token.type == "function" and token.lower_name in LOADING and not _is_fine(token.arguments, is_allowed)
        ):
            removed.append(token)
            yield IdentToken(0, 0, "none")
        else:
            for name in ("content", "arguments"):  # of blocks and of functions
                if hasattr(token, name):
                    setattr(token, name, [*_allowed(getattr(token, name), is_allowed, removed)])
            yield token


def _is_fine(tokens: Iterable[Any], is_allowed: Callable[[str], bool]) -> bool:
    """Return whether what loads something names only allowed URLs, and takes none from a variable."""
    for token in tokens:
        if token.type in ("string", "url") and not is_allowed(token.value):
            return False
        if token.type == "function":
            is_plain = token.lower_name in ("layer", "supports", "type")
            if not is_plain and (token.lower_name not in LOADING or not _is_fine(token.arguments, is_allowed)):
                return False
    return True


VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
"""The elements without an end tag."""
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\xa0": "&nbsp;"})


@dataclass(frozen=True)
class Tag:
    """An element without its contents, as a value: its name and its attributes."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, node: Node) -> Tag:
        """Read the tag of an element."""
        return cls(node.tag or "", tuple((name, value or "") for name, value in node.attributes.items()))

    def get(self, name: str) -> str:
        """Return an attribute's value; empty if it is missing."""
        return dict(self.attributes).get(name, "")

    @property
    def classes(self) -> list[str]:
        """The classes, in order."""
        return self.get("class").split()

    def having(self, **changes: str) -> Tag:
        """Return the tag with some attributes set."""
        return Tag(self.name, tuple((dict(self.attributes) | changes).items()))

    def without(self, *names: str) -> Tag:
        """Return the tag without some attributes."""
        return Tag(self.name, tuple([pair for pair in self.attributes if pair[0] not in names]))

    def element(self, of: Node) -> Node:
        """Create the element, in another node's document."""
        node = of.parser.create_node(self.name)
        self.mark(node)
        return node

    def mark(self, node: Node) -> None:
        """Set the attributes of an element to exactly these."""
        for name in node.attributes:
            del node.attrs[name]
        for name, value in self.attributes:
            node.attrs[name] = value

    def __str__(self) -> str:
        """Return the element, which is empty, as HTML: the same that the library writes, without a document for it."""
        pairs = dict(self.attributes).items()
        written = "".join([f' {name}="{value.translate(_ESCAPES)}"' for name, value in pairs])
        return f"<{self.name}{written}>" if self.name in VOID else f"<{self.name}{written}></{self.name}>"

    def __html__(self) -> str:
        """The same, for templates."""
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
    """Where compiled templates are kept, if anywhere: `building.templates` decides, also for those of the theme."""

    cache_of: Callable[[Environment], BytecodeCache] | None = None


compiled = Compiled()


@lru_cache(maxsize=16)
def environment(language: Language) -> Environment:
    """Return the templates for what our plugins write into pages, by path in `plugins/`, for one language."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), **OPTIONS)
    if compiled.cache_of:
        templates.bytecode_cache = compiled.cache_of(templates)
    install: Any = templates
    install.install_gettext_translations(language.messages, newstyle=True)
    return templates


@lru_cache(maxsize=16)
def macros(template: str, language: Language) -> Any:
    """Return the macros of a template. Their `gettext` is plain: a translation is text, and is escaped."""
    return environment(ENGLISH).get_template(template).make_module({"gettext": language.gettext})

"""What a page adds to an article's HTML, and a feed does not need: linked headings, named code, tables that scroll."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import pass_context
from pelican import signals

from .headings import link_headings
from .html import Node, Tag, children, parse, text_of, wrap, write
from .i18n.catalogues import ENGLISH, Language, language_of

SHORT_LINE = 48
"""As many characters fit beside the button that copies them, on a tablet; code with a title has it above."""
STYLED = re.compile(r"k|kd|kn|ow|nd|g[di]|err|hll|[cs]\w?")
"""The tokens of code, by Pygments' classes, that the style sheet colours. The others, a tenth of a page, are in ink."""
TOKEN = re.compile(r"[a-z]\w?")
SHORT_FORMULA = 16
"""As many characters fit every page; a longer formula may scroll."""


def accessible(html: str, language: Language = ENGLISH) -> str:
    """Return the HTML as it is in a page. What may scroll can be reached by keyboard, so it has a name."""
    root = parse(html)
    link_headings(root)
    for number, pre in enumerate(_code(root), start=1):
        _name_code(pre, language.gettext("Code %(number)s", number=number))
    for number, formula in enumerate(_without_more(root.css("div.formula"), "class"), start=1):
        if len(formula.text().strip()) > SHORT_FORMULA:
            _region("div", language.gettext("Formula %(number)s", number=number), "formula").mark(formula)
    for number, table in enumerate(_without_more(root.css("table")), start=1):
        caption = table.css_first("caption")
        name = language.gettext("Table %(number)s", number=number)
        wrap(table, _region("div", f"{name}: {text_of(caption)}" if caption else name, "table"))
    return write(root)


def _code(root: Node) -> list[Node]:
    """Find the blocks of code that scroll by themselves; with a column of line numbers, the table around them does."""
    return _without_more(root.css("div.highlight > pre"))


def _without_more(nodes: list[Node], *names: str) -> list[Node]:
    """Keep the elements that have no other attributes: an author, or a figure, may have given them a name already."""
    return [node for node in nodes if not node.attributes.keys() - {*names}]


def _name_code(pre: Node, name: str) -> None:
    begun = pre.first_child
    if begun is not None and begun.tag == "span" and not begun.attributes and begun.first_child is None:
        begun.decompose()  # Pygments begins with it for browsers of long ago
    title = pre.parent.css_first("span.filename") if pre.parent else None
    if title:
        name = f"{name}: {text_of(title)}"
    elif pre.parent and len(pre.text().partition("\n")[0]) > SHORT_LINE:
        pre.parent.attrs["class"] = f"{pre.parent.attributes['class']} long"
    _region("pre", name).mark(pre)
    for token in pre.css("span[class]"):
        name = token.attributes["class"] or ""
        if TOKEN.fullmatch(name) and not STYLED.fullmatch(name) and all(it.is_text_node for it in children(token)):
            token.unwrap(delete_empty=True)


def _region(element: str, name: str, *classes: str) -> Tag:
    named = (("tabindex", "0"), ("role", "region"), ("aria-label", name))
    return Tag(element, ((("class", " ".join(classes)),) if classes else ()) + named)


@pass_context
def _accessible(context: Any, html: str) -> str:
    content = context.get("article") or context.get("page")
    return accessible(html, language_of(getattr(content, "lang", None), context))


def _add_filters(generator: Any) -> None:
    # Themes that were written before call it `dressed`.
    generator.env.filters |= {"accessible": _accessible, "dressed": _accessible}


def register() -> None:
    """Give the theme its filter `accessible`."""
    signals.generator_init.connect(_add_filters)

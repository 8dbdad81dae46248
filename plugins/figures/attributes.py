"""An image's attributes, `{#stacked words="the cat sat" given="n=3"}`: what they mean for a figure, parsed strictly.

Markdown's own extension accepts anything between the braces, and keeps a fragment if necessary. No figure must ever be
drawn from a fragment, so the braces are parsed here, and an image whose braces can't be read carries the problem.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markdown.extensions.attr_list import sanitize_name
from markdown.treeprocessors import Treeprocessor

from ..html import Tag

PROBLEM = "data-figure-attributes"
"""The attribute of an image whose braces couldn't be read; it contains the lines of the message."""

OWN = ("id", "code", "given", "input", "model", "script", "vary", "language", "heading")
"""The attributes that the figure plugin reads itself, and removes from the image."""

_OF_HTML = re.compile(
    "align|alt|border|class|crossorigin|decoding|elementtiming|fetchpriority|height|hspace|ismap|loading|longdesc|"
    "referrerpolicy|sizes|src|srcset|title|usemap|vspace|width|accesskey|autofocus|contenteditable|dir|draggable|"
    "enterkeyhint|hidden|inert|inputmode|is|itemid|itemprop|itemref|itemscope|itemtype|lang|nonce|onclick|onerror|"
    "onload|part|popover|role|slot|spellcheck|style|tabindex|translate|aria-.*|data-.*|xml:.*"
)
_BOOLEAN = frozenset(("autofocus", "hidden", "inert", "ismap", "itemscope", "popover"))

_ITEM = re.compile(
    r"""(?P<class>\.[^\s"'=}]+)|(?P<id>\#[^\s"'=}]+)"""
    r"""|(?P<key>[^\s"'=}.\#]+)(?:=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=}]+)))?""",
    re.VERBOSE,
)
_PAIR = re.compile(r"(?P<key>[\w-]+)\s*=\s*(?P<value>.*?)(?=\s+[\w-]+\s*=|\s+[.#]\w|\s*\}|\s*\Z)")
_PLAIN = re.compile(r"[\w.-]+")
_BRACKETS = {"(": ")", "[": "]"}


def is_of_html(name: str) -> bool:
    """Return whether an attribute belongs to HTML and stays on the image, so that it is never an argument."""
    return _OF_HTML.fullmatch(name) is not None


@dataclass(frozen=True)
class Attributes:
    """An image's attributes for its figure: id, code, the values given to it, script, slider, and arguments as text.

    `input` is the shape of what goes into a model whose code doesn't say it, one of the values given to the code.
    `language` is that of the figure, if it isn't the article's. `heading` is the figure's title on a page of its own.
    """

    id: str = ""
    code: str = ""
    given: str = ""
    input: str = ""
    model: str = ""
    script: str = ""
    vary: str = ""
    language: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    heading: str = ""
    problem: tuple[str, ...] = ()
    """Why the braces can't be read: a message, and what to write instead."""

    @classmethod
    def of(cls, image: Tag) -> Attributes:
        """Read the attributes of an image."""
        attributes = dict(image.attributes)
        arguments = [(name, value) for name, value in attributes.items() if name not in OWN and not is_of_html(name)]
        problem = tuple(filter(None, attributes.get(PROBLEM, "").split("\n")))
        values = {name: attributes[name].strip() for name in OWN if name in attributes}
        return cls(**values, arguments=tuple(arguments), problem=problem)

    @property
    def written(self) -> str:
        """Write them the way an author does; empty if there are none."""
        pairs = [(name, getattr(self, name)) for name in OWN[1:]]
        pieces = [f"#{self.id}"] if self.id else []
        pieces += [f"{name}={_quoted(value)}" for name, value in (*pairs, *self.arguments) if value]
        return f"{{{' '.join(pieces)}}}" if pieces else ""

    @property
    def are_there(self) -> bool:
        """Return whether any attributes say what is drawn."""
        return bool(self.code or self.given or self.input or self.model or self.script or self.vary or self.arguments)


NONE = Attributes()
"""The attributes of an image that has none for its figure."""


def without_attributes(image: Tag) -> Tag:
    """Return an image with only the attributes that belong to HTML."""
    return image.without(*(name for name, _ in image.attributes if name in OWN or not is_of_html(name)), PROBLEM)


class UnreadableError(ValueError):
    """The text between the braces can't be parsed; the lines of the message say why, and what to write."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))


def read(text: str) -> tuple[dict[str, str], str]:
    """Parse the braces at the start of a text; return the attributes and the rest. Raise UnreadableError.

    Classes are the attribute `class`, separated by spaces.
    """
    place = 2 if text.startswith("{:") else 1
    attributes: dict[str, str] = {}
    while True:
        while text[place : place + 1] == " ":
            place += 1
        if text[place : place + 1] == "}" and text[place + 1 : place + 2] != "{":
            return attributes, text[place + 1 :]
        item = _ITEM.match(text, place)
        if item is None:
            raise _unreadable(text)
        place = item.end()
        if text[place : place + 1] not in (" ", "}"):
            raise _unreadable(text)
        if item["class"]:
            attributes["class"] = f"{attributes.get('class', '')} {item['class'][1:]}".strip()
            continue
        name = "id" if item["id"] else item["key"]
        value = item["id"][1:] if item["id"] else next((item[kind] for kind in _VALUES if item[kind] is not None), None)
        if name in attributes:
            raise UnreadableError(f"the attribute {name} is given twice", "remove one of the two")
        if value is None and name not in _BOOLEAN:
            raise _unreadable(text)
        if item["bare"] and not _is_balanced(item["bare"]):
            raise _unreadable(text)
        attributes[name] = value or ""


_VALUES = ("double", "single", "bare")


def _is_balanced(value: str) -> bool:
    opened: list[str] = []
    for sign in value:
        if sign in _BRACKETS:
            opened.append(_BRACKETS[sign])
        elif sign in _BRACKETS.values() and (not opened or opened.pop() != sign):
            return False
    return not opened


def _unreadable(text: str) -> UnreadableError:
    written = text.partition("\n")[0]
    written = written[: written.find("}") + 1] or written
    if "}" not in written:
        return UnreadableError(
            f"can't read the attributes after the image: {written.strip()}",
            "write them on one line, up to the }; Markdown interprets characters such as * and `, so write \\* and \\`",
        )
    if written.count('"') % 2:
        return UnreadableError(
            f"can't read the attributes after the image: {written}", 'a quotation mark is missing: name="value"'
        )
    pairs = [(pair["key"], pair["value"].strip().strip("\"'")) for pair in _PAIR.finditer(written)]
    if not pairs:
        return UnreadableError(
            f"can't read the attributes after the image: {written}",
            'write {#id .class name="value"}',
        )
    quoted = " ".join(f"{key}={_quoted(value)}" for key, value in pairs)
    return UnreadableError(
        f"can't read the attributes after the image: {written}",
        f"put quotes around a value that contains spaces or brackets: {{{quoted}}}",
    )


def _quoted(value: str) -> str:
    """Write a value in the shortest form that can be parsed."""
    if _PLAIN.fullmatch(value):
        return value
    return f"'{value}'" if '"' in value else f'"{value}"'


class Braces(Treeprocessor):
    """Reads the attributes after each image before Markdown's own extension does, which accepts anything."""

    def run(self, root: Element) -> None:
        """Give each image its attributes, or else the problem with them."""
        for image in root.iter("img") if "attr_list" in self.md.treeprocessors else ():
            written = image.tail or ""
            if not written.lstrip(" ").startswith("{"):
                continue
            try:
                attributes, rest = read(written.lstrip(" "))
            except UnreadableError as problem:
                if not written.startswith(" "):  # otherwise it is ordinary text
                    image.set(PROBLEM, str(problem))
                continue
            if written.startswith(" "):
                message = "there is a space between the image and its attributes, so they are shown as text"
                image.set(PROBLEM, f"{message}\nremove the space: ){written.strip()}")
                continue
            if "class" in attributes:
                attributes["class"] = f"{image.get('class', '')} {attributes['class']}".strip()
            for name, value in attributes.items():
                image.set(sanitize_name(name), value)
            image.tail = rest

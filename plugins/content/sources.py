"""Articles and pages as Pelican has read them, each with its source: its header and its text, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape
from io import BytesIO, TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from ..figures.markdown import SUFFIXES, Reading
from ..figures.site import plugin
from ..files import from_root
from ..front_matter import one_line
from ..front_matter import read as front_matter
from ..html import Node, Tag, read
from ..messages import ContentError
from ..private import html_of

_KEY = re.compile(r"[ ]{0,3}(?P<key>[A-Za-z0-9_-]+):\s*(?P<value>.*)")
_MORE = re.compile(r"[ ]{4,}\s*(?P<value>.*)")
_BEGIN = re.compile(r"-{3}(\s.*)?")
_END = re.compile(r"(-{3}|\.{3})(\s.*)?")


@dataclass(frozen=True)
class Field:
    """A key as written, its value on one line, and its line in the file."""

    key: str
    value: str
    line: int

    @property
    def name(self) -> str:
        """The key in Pelican's spelling."""
        return self.key.lower()


@dataclass(frozen=True)
class Header:
    """The fields of an article, and the lines below them that look like fields, but are already text."""

    fields: tuple[Field, ...]
    late: tuple[Field, ...] = ()

    def get(self, name: str) -> Field | None:
        """Return the first field with a name."""
        return next((field for field in self.fields if field.name == name), None)

    def line(self, name: str) -> int:
        """Return the line of a field, or else the first line of the file."""
        field = self.get(name)
        return field.line if field else 1


def header_of(path: Path, opened: Callable[[], BinaryIO] | None = None) -> Header:
    """Read the header of a Markdown file; empty for another kind of file, or one that has just been deleted."""
    if path.suffix.lower() not in SUFFIXES:
        return Header(())
    try:
        # The codec utf-8-sig, which would remove the byte order mark, is written in Python, and slow.
        with TextIOWrapper(opened() if opened else path.open("rb"), "utf-8", errors="replace") as file:
            first = file.readline().removeprefix("\ufeff")
            return header_in(line.rstrip("\n") for line in chain((first,), file))
    except OSError:
        return Header(())


def header_in(lines: Iterable[str]) -> Header:
    """Read a header from lines, starting with the first one of the file; empty if it is YAML with an error."""
    rest = iter(lines)
    first = next(rest, "")
    try:
        if (entries := front_matter(chain((first,), rest))) is not None:
            return Header(tuple(Field(entry.key, one_line(entry.value), entry.line) for entry in entries))
    except ContentError:
        return Header(())
    fields: list[Field] = []
    late: list[Field] = []
    is_over = False
    for number, line in enumerate(chain((first,), rest), start=1):
        if number == 1 and _BEGIN.match(line):
            continue
        if not line.strip() or _END.match(line):
            break
        key, more = _KEY.match(line), _MORE.match(line)
        if key:
            (late if is_over else fields).append(Field(key["key"], key["value"].strip(), number))
        elif more and fields and not is_over:
            fields[-1] = replace(fields[-1], value=f"{fields[-1].value} {more['value']}".strip())
        else:
            is_over = True
    return Header(tuple(fields), tuple(late))


class Read:
    """An article or a page: Pelican's content object, and its source."""

    def __init__(self, content: Any, root: Path) -> None:
        self.content = content
        self._root = root

    @cached_property
    def path(self) -> Path:
        """The path of the source."""
        return Path(self.content.source_path)

    @cached_property
    def file(self) -> str:
        """The path of the source in messages."""
        return from_root(self.content.source_path, self._root)

    @cached_property
    def save_as(self) -> str:
        """Where Pelican would write it in the output folder; empty if nowhere."""
        return str(self.content.save_as)

    @property
    def html(self) -> str:
        """The body, before Pelican resolves its links."""
        return html_of(self.content)

    @property
    def is_markdown(self) -> bool:
        """Return whether the source can be read line by line."""
        return self.path.suffix.lower() in SUFFIXES

    @cached_property
    def header(self) -> Header:
        """The header, line by line."""
        return header_of(self.path, lambda: BytesIO(self.data))

    @cached_property
    def data(self) -> bytes:
        """The whole source, undecoded."""
        return self.path.read_bytes()

    @cached_property
    def text(self) -> str:
        """The whole source."""
        return TextIOWrapper(BytesIO(self.data), "utf-8-sig", errors="replace").read()

    def forget_source(self) -> None:
        """Free the memory of the whole source, until something asks for it."""
        for name in ("data", "text"):
            vars(self).pop(name, None)

    @cached_property
    def source(self) -> Reading:
        """The blocks and the prose of the source, as read for the page."""
        read = plugin.run.readings.get(self.content) if plugin.run else None
        return read or Reading("", self.path)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The anchors in the body that a link can lead to."""
        named = (tag.get(name) for tag in self.all("[id]", "[name]") for name in ("id", "name"))
        return frozenset(filter(None, named))

    @property
    def tree(self) -> Node:
        """The body, read-only."""
        return read(self.html)

    def all(self, *selectors: str) -> list[Tag]:
        """List the elements in the body that match any of some CSS selectors."""
        return [Tag.of(node) for node in self.tree.css(", ".join(selectors))]

    def line_of(self, address: str, place: int = 0) -> int:
        """Return the line of the first occurrence of a URL, or of a later one; 1 if none is found."""
        written = address.partition("}")[2] if address.startswith("{") else address
        if not written:
            return 1
        everywhere = enumerate(self.text.splitlines(), start=1)
        lines = self.source.lines_of(written) or [
            number for number, line in everywhere if written in line or written in unescape(line)
        ]
        return lines[min(place, len(lines) - 1)] if lines else 1


def read_again(content: Any) -> Read:
    """Return an article or page that has been read again."""
    return Read(content, Path(content.settings["PATH"]).resolve().parent)


def skipped_of(context: Mapping[str, Any]) -> list[tuple[str, Header]]:
    """List the sources that Pelican couldn't use, by name, each with its header."""
    content = Path(context["PATH"]).resolve()
    names = sorted(name for name, item in context["generated_content"].items() if item is None)
    return [(f"{content.name}/{name}", header_of(content / name)) for name in names if (content / name).is_file()]


def read_of(context: Mapping[str, Any]) -> list[Read]:
    """List all articles and pages that Pelican has read, in the order of their sources."""
    contents = {content for content in context["generated_content"].values() if content and content.source_path}
    root = Path(context["PATH"]).resolve().parent
    return [Read(content, root) for content in sorted(contents, key=lambda content: str(content.source_path))]

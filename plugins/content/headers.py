"""The header of a Markdown article, line by line, parsed the way Markdown does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from ..figures.markdown import SUFFIXES

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


def header_of(path: Path) -> Header:
    """Read the header of a Markdown file; empty for another kind of file, or one that has just been deleted."""
    if path.suffix.lower() not in SUFFIXES:
        return Header(())
    try:
        # The codec utf-8-sig, which would remove the byte order mark, is written in Python, and slow.
        with path.open(encoding="utf-8", errors="replace") as file:
            first = file.readline().removeprefix("\ufeff")
            return read(line.rstrip("\n") for line in chain((first,), file))
    except OSError:
        return Header(())


def read(lines: Iterable[str]) -> Header:
    """Read a header from lines, starting with the first one of the file."""
    fields: list[Field] = []
    late: list[Field] = []
    is_over = False
    for number, line in enumerate(lines, start=1):
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

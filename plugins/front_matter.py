"""Front matter: a header in YAML between lines of ---, as in Jekyll, Hugo and Quarto, or in TOML between +++."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .messages import ContentError

TOML = "+++"
ENDS = {"---": ("---", "..."), TOML: (TOML,)}
"""The lines that begin a header, each with those that end it."""
BEGIN = tuple(ENDS)
EMPTY = ("", "~", "null", "Null", "NULL")
"""What YAML reads as no value, unless it is quoted."""

PLAIN = re.compile(r" {0,3}(?P<key>[A-Za-z0-9_-]+):(?:\s+(?P<value>[^\s\[\]{}>|*&!%#`@'\"].*)?)?$")
"""A line that isn't YAML if its value has a colon, but which Pelican has always read as a key and its value."""

Value = str | list["Value"] | dict[str, "Value"]
"""Numbers, dates and truth values stay as they are written."""


@dataclass(frozen=True)
class MetadataField:
    """A key as written, its value, and its line in the file."""

    key: str
    value: Value
    line: int


def end_of(lines: Sequence[str]) -> int:
    """Return the number of the line that ends a document's front matter; 0 if it has none."""
    ends = ENDS.get(lines[0].rstrip(), ()) if lines else ()
    return next((number for number, line in enumerate(lines[1:], start=2) if line.rstrip() in ends), 0)


def read(lines: Iterable[str]) -> list[MetadataField] | None:
    """Read the front matter at the beginning of some lines; None if they don't begin with any.

    Raises ContentError, with a line, if it isn't valid, or doesn't end.
    """
    rest = iter(lines)
    begin = next(rest, "").rstrip()
    if begin not in ENDS:
        return None
    header: list[str] = []
    for line in rest:
        if line.rstrip() in ENDS[begin]:
            return _toml(header) if begin == TOML else _plain(header) or _yaml("\n".join(header))
        header.append(line)
    message = f"the header begins with {begin} but doesn't end: write another line of {begin} below it"
    raise ContentError(message, line=1)


def _plain(lines: Sequence[str]) -> list[MetadataField]:
    """Read lines that all have a simple value, which may have a colon in it; empty if there are others."""
    matches = [PLAIN.match(line) for line in lines]
    if not all(matches) or not any(": " in (match["value"] or "") for match in matches if match):
        return []
    return [
        MetadataField(match["key"], (match["value"] or "").strip(), line)
        for line, match in enumerate(matches, start=2)
        if match
    ]


def _yaml(text: str) -> list[MetadataField]:
    import yaml  # only for a text with such a header

    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        why = getattr(problem, "problem", None) or type(problem).__name__
        message = f"the header isn't valid YAML ({why}): put a value with a special character between quotes"
        raise ContentError(message, line=mark.line + 2 if mark else 1) from problem
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        raise ContentError(
            "the header between the lines of --- must consist of lines such as “title: My title”", line=2
        )
    return [*_fields(root)]


def _fields(root: Any) -> Iterator[MetadataField]:
    for key, value in root.value:
        line = key.start_mark.line + 2
        if not isinstance(key.value, str):
            raise ContentError("a name in the header must be plain text, such as title:", line=line)
        try:
            yield MetadataField(key.value, _value(value), line)
        except RecursionError as problem:
            raise ContentError(f"the value of {key.value} contains itself", line=line) from problem


def _value(node: Any) -> Value:
    if node.id == "mapping":
        return {one_line(_value(key)): _value(value) for key, value in node.value}
    if node.id == "sequence":
        return [_value(item) for item in node.value]
    return "" if not node.style and node.value in EMPTY else str(node.value)


def _toml(lines: Sequence[str]) -> list[MetadataField]:
    try:
        fields = tomllib.loads("\n".join(lines), parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        place = re.search(r"\(at line (\d+)", str(problem))
        line = int(place[1]) + 1 if place else len(lines) + 1
        raise ContentError(f"the header isn't valid TOML ({problem}): put texts between quotes", line=line) from problem
    keys = [re.match(r"\s*\[{0,2}\s*[\"']?([\w-]+)", line) for line in lines]  # the parser tells no lines
    at = {key[1]: line for line, key in reversed([*enumerate(keys, start=2)]) if key}
    return [MetadataField(key, _text(value), at.get(key, 1)) for key, value in fields.items()]


def _text(value: Any) -> Value:
    """Write what TOML has types for as it is written there."""
    if isinstance(value, dict):
        return {key: _text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def one_line(value: Value) -> str:
    """Write a value on one line, as in Pelican's own kind of header."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one_line(item)}" for name, item in value.items())
    return ", ".join(map(one_line, value)) if isinstance(value, list) else " ".join(value.split())

"""Where in a block of code the arguments stand that govern parts of a figure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

ROLES = ("state", "embedding", "steps", "output", "memory")
"""The roles that have a colour to be tied by."""

_WORD = re.compile(r"[\w.]+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")


At = tuple[int, int]
"""Where the parts of a figure say that an argument stands: a line of the code, and a column."""


@dataclass(frozen=True)
class Place:
    """An argument in the text of a block: its name, its role, its beginning and end, and where parts say that it is."""

    name: str
    role: str
    start: int
    end: int
    at: At


def at_of(part: Mapping[str, Any]) -> At | None:
    """Tell where the argument stands that governs a part; two layers may have arguments of one name."""
    argument = part.get("argument")
    return (argument["line"], argument["column"]) if argument else None


def places(code: str, parts: Mapping[str, Any]) -> list[Place]:
    """Find the arguments that the parts of a figure name, in the order of the code; none within another.

    The role of an argument is what the picture says; where it says none, that of the first part that has one.
    """
    text = _Text(code)
    found: dict[At, Place] = {}
    for part in parts.values():
        at = at_of(part)
        if at is None:
            continue
        argument = part["argument"]
        if at not in found and (span := text.span(*at)):
            found[at] = Place(argument["name"], "ink", *span, at)
        role = argument.get("role", part.get("role"))
        if at in found and found[at].role == "ink" and role in ROLES:
            found[at] = replace(found[at], role=role)
    kept: list[Place] = []
    for place in sorted(found.values(), key=lambda it: it.start):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return kept


class _Text:
    """A block of code, in which an argument is found by the place at which its value begins."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._lines = _LINE.findall(code)
        self._begins = [0, *accumulate(map(len, self._lines))]
        self._values = dict(self._arguments())

    def span(self, line: int, column: int) -> tuple[int, int] | None:
        """Return from where to where it stands; None where there is no such place."""
        if not (0 < line <= len(self._lines) and 0 <= column < len(self._lines[line - 1])):
            return None
        start = self._begins[line - 1] + column
        word = _WORD.match(self._code, start)
        return self._values.get(start) or (word.span() if word else None)

    def _arguments(self) -> Iterator[tuple[int, tuple[int, int]]]:
        """Go through what is an argument, the innermost last. Of a call it is the name: it may hold other arguments."""
        try:
            tree = ast.parse(self._code)
        except (SyntaxError, ValueError):
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from map(self._whole, [*node.args, node.func])
                yield from map(self._keyword, node.keywords)
            elif isinstance(node, ast.Tuple | ast.List):
                yield from map(self._whole, node.elts)
            elif isinstance(node, ast.Assign):
                yield self._whole(node.value)

    def _whole(self, node: ast.expr | ast.keyword) -> tuple[int, tuple[int, int]]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start, end = self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)
        return start, (start, end)

    def _keyword(self, node: ast.keyword) -> tuple[int, tuple[int, int]]:
        """A number says what it is by where it stands; `True` does not without the name before it."""
        start, span = self._whole(node.value)
        is_bare = isinstance(node.value, ast.Constant) and isinstance(node.value.value, bool | str | None)
        return start, self._whole(node)[1] if is_bare else span

    def _at(self, line: int, offset: int) -> int:
        """Return a place in the text; Python counts bytes."""
        return self._begins[line - 1] + len(self._lines[line - 1].encode()[:offset].decode())

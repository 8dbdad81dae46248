"""The words of a package for scripts, read from its source: nothing of it is imported."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..figures.requests import Reference
from ..figures.routing import Route
from .entries import Entry, sentence_of

_FENCE = re.compile(r"^```python\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
_PROMPTS = re.compile(r"^(?:>>> |\.\.\. ?)(?P<code>.*)$", re.MULTILINE)
_INDENTED = re.compile(r"\n\n(?P<code>(?:(?: {4}.*)?\n?)+)")


@dataclass(frozen=True)
class Word:
    """A name that scripts import: what its docstring says, its example, and the figures whose scripts use it.

    `drawn` asks for what the example draws.
    """

    name: str
    says: str
    example: str
    figures: tuple[str, ...]
    drawn: Reference | None = None

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.name.replace("_", "-")


class WordsError(Exception):
    """Why words cannot be listed or drawn: what is wrong, and what to do."""


def words_of(package: Path, entries: Sequence[Entry], script: Path | None = None, folder: str = "images") -> list[Word]:
    """List the names that a package exports by its mapping EXPORTS (name -> module), as a reader looks them up.

    The script, or each one in a folder of scripts, draws an example of each name in its list DRAWN. `folder` is that of
    figures.
    """
    users: dict[str, list[str]] = {}
    for entry in entries:
        for name in imported(entry.script, package.name):
            users.setdefault(name, []).append(entry.name)
    exports = _literal(package / "__init__.py", "EXPORTS", dict)
    drawn: dict[str, tuple[Path, int]] = {}
    for one in _scripts(script) if script else []:
        names = _literal(one, "DRAWN", list)
        if unknown := [name for name in names if name not in exports]:
            raise WordsError(f"{one} has in DRAWN what {package.name} does not export: {', '.join(unknown)}")
        if twice := sorted(drawn.keys() & names):
            raise WordsError(f"{one} has in DRAWN what {drawn[twice[0]][0]} draws too: {', '.join(twice)}")
        drawn |= {name: (one, index) for index, name in enumerate(names, start=1)}
    known = {module: _definitions(_file(package, module)) for module in set(exports.values())}
    words = []
    for name, module in sorted(exports.items(), key=lambda it: it[0].lower()):
        docstring, line = known[module].get(name, ("", 1))
        asked = None
        if name in drawn:
            own, index = drawn[name]
            route = Route(f"words/{name.replace('_', '-')}", "png", own, index, None, of=f"words/{own.stem}")
            asked = Reference(route, f"/{folder}/{route.path}", _file(package, module), line)
        words.append(Word(name, sentence_of(docstring), example_of(docstring), tuple(users.get(name, ())), asked))
    return words


def _scripts(place: Path) -> list[Path]:
    """List the scripts of a folder, or the one that is named; what begins with an underscore is a module of theirs."""
    return sorted(place.glob("[!_]*.py")) if place.is_dir() else [place]


def _literal(file: Path, name: str, kind: type) -> Any:
    """Read what a file gives a name at its top, without running it; raise WordsError where there is no such thing."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError) as problem:
        raise WordsError(f"{file} cannot be read: {problem}") from problem
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [name]:
            with suppress(ValueError):
                found = ast.literal_eval(node.value)
                if isinstance(found, kind):
                    return found
    raise WordsError(f"{file} has no {name} = a {kind.__name__}, written out")


def imported(script: str, package: str) -> list[str]:
    """Name what a script imports from a package."""
    try:
        tree = ast.parse(script)
    except (SyntaxError, ValueError):
        return []
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == package]
    return [alias.name for node in froms for alias in node.names]


def example_of(docstring: str) -> str:
    """Take the first example out of a docstring: fenced, behind prompts, or indented; empty where there is none."""
    if fenced := _FENCE.search(docstring):
        return fenced["code"].rstrip()
    if prompted := _PROMPTS.findall(docstring):
        return "\n".join(prompted)
    indented = _INDENTED.search(f"{docstring}\n")
    return textwrap.dedent(indented["code"]).strip() if indented else ""


def _file(package: Path, module: str) -> Path:
    place = package.joinpath(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _definitions(file: Path) -> dict[str, tuple[str, int]]:
    """Read the docstring, and the line, of each function and class that stands at a module's top."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError):
        return {}  # the scripts that import it fail, with the line
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name: (_docstring(node), node.lineno) for node in tree.body if isinstance(node, kinds)}


def _docstring(node: ast.FunctionDef | ast.ClassDef) -> str:
    """Take the code's indentation off, and no more: `ast` would take off that of an example too, if it is the rest."""
    raw = ast.get_docstring(node, clean=False) or ""
    indent = " " * node.body[0].col_offset
    return "\n".join(line.removeprefix(indent).rstrip() for line in raw.splitlines()).strip()

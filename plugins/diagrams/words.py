"""The words of a package for scripts, read from its source: nothing of it is imported."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .entries import Entry, sentence_of

_FENCE = re.compile(r"^```python\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
_PROMPTS = re.compile(r"^(?:>>> |\.\.\. ?)(?P<code>.*)$", re.MULTILINE)
_INDENTED = re.compile(r"\n\n(?P<code>(?:(?: {4}.*)?\n?)+)")


@dataclass(frozen=True)
class Word:
    """A name that scripts import: what its docstring says, its example, and the figures whose scripts use it."""

    name: str
    says: str
    example: str
    figures: tuple[str, ...]


class WordsError(Exception):
    """Why a package has no words to be listed: what is wrong, and what to do."""


def words_of(package: Path, entries: Sequence[Entry]) -> list[Word]:
    """List the names that a package exports by its mapping EXPORTS (name -> module), as a reader looks them up."""
    users: dict[str, list[str]] = {}
    for entry in entries:
        for name in imported(entry.script, package.name):
            users.setdefault(name, []).append(entry.name)
    known = {module: _definitions(_file(package, module)) for module in set(exports(package).values())}
    return [
        Word(name, sentence_of(docstring), example_of(docstring), tuple(users.get(name, ())))
        for name, module in sorted(exports(package).items(), key=lambda it: it[0].lower())
        for docstring in [known[module].get(name, "")]
    ]


def exports(package: Path) -> Mapping[str, str]:
    """Read a package's EXPORTS; raise WordsError where it has none that can be read."""
    face = package / "__init__.py"
    try:
        tree = ast.parse(face.read_bytes())
    except (OSError, SyntaxError) as problem:
        raise WordsError(f"{face} cannot be read: {problem}") from problem
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["EXPORTS"]:
            with suppress(ValueError):
                found = ast.literal_eval(node.value)
                if isinstance(found, dict):
                    return found
    raise WordsError(f'{face} has no EXPORTS = {{"name": "module"}}')


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


def _definitions(file: Path) -> dict[str, str]:
    """Read the docstring of each function and class that stands at a module's top."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError):
        return {}  # the scripts that import it fail, with the line
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name: _docstring(node) for node in tree.body if isinstance(node, kinds)}


def _docstring(node: ast.FunctionDef | ast.ClassDef) -> str:
    """Take the code's indentation off, and no more: `ast` would take off that of an example too, if it is the rest."""
    raw = ast.get_docstring(node, clean=False) or ""
    indent = " " * node.body[0].col_offset
    return "\n".join(line.removeprefix(indent).rstrip() for line in raw.splitlines()).strip()

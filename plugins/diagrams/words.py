"""The words that a package offers to scripts, read from its source: nothing of it is imported."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..figures.requests import Reference
from ..figures.routing import Route
from .entries import Entry, sentence_of

_FENCE = re.compile(r"^```python\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
_PROMPTS = re.compile(r"^(?:>>> |\.\.\. ?)(?P<code>.*)$", re.MULTILINE)
WIDTH = 76
"""The longest line of code that needs no scrolling."""
QUOTES = "'\""
LINE = "\n"
_INDENTED = re.compile(r"\n\n(?P<code>(?:(?: {4}.*)?\n?)+)")


@dataclass(frozen=True)
class Word:
    """A name that scripts import: its signature, its docstring, its example, and the figures that use it.

    `says` is the docstring's first sentence and `paragraphs` the rest. `drawn` is the reference for the example's
    drawing.
    """

    name: str
    signature: str
    says: str
    paragraphs: tuple[str, ...]
    example: str
    figures: tuple[str, ...]
    drawn: Reference | None = None

    @property
    def slug(self) -> str:
        """Its name in URLs."""
        return self.name.replace("_", "-")


class WordsError(Exception):
    """Why words can't be listed or drawn: what is wrong, and what to do."""


def words_of(package: Path, entries: Sequence[Entry], script: Path | None = None, folder: str = "images") -> list[Word]:
    """List the names that a package exports, alphabetically.

    They are in its mapping EXPORTS (name -> module), or imported as type checkers want it for names that are passed on:
    `from .module import name as name`. The script, or each one in a folder of scripts, draws an example for each name
    in its list DRAWN; a module in that list, or a package, stands for all names from it. `folder` is that of figures.
    """
    users: dict[str, list[str]] = {}
    for entry in entries:
        for name in imported(entry.script, package.name):
            users.setdefault(name, []).append(entry.name)
    exports = _exports(package / "__init__.py")
    examples: dict[str, tuple[Path, int]] = {}
    for file in _scripts(script) if script else []:
        names = []
        for listed in _literal(_parsed(file), file, "DRAWN", list):
            names += (listed_names := _names_from(listed, exports))
            if not listed_names:
                raise WordsError(f"DRAWN in {file} lists names that {package.name} doesn't export: {listed}")
        if twice := sorted(examples.keys() & names):
            raise WordsError(f"DRAWN in {file} and in {examples[twice[0]][0]} list the same names: {', '.join(twice)}")
        examples |= {name: (file, index) for index, name in enumerate(names, start=1)}
    source = _Source(package)
    words = []
    for name, module in sorted(exports.items(), key=lambda export: export[0].lower()):
        node = source.definition(_file(package, module), name)
        docstring, line = (_docstring(node), node.lineno) if node else ("", 1)
        reference = None
        if name in examples:
            example_file, index = examples[name]
            route = Route(
                f"words/{name.replace('_', '-')}", "png", example_file, index, None, of=f"words/{example_file.stem}"
            )
            reference = Reference(route, f"/{folder}/{route.path}", _file(package, module), line)
        says = sentence_of(docstring)
        signature = source.signature(_file(package, module), node) if node else ""
        rest = paragraphs_of(docstring, says)
        words.append(Word(name, signature, says, rest, example_of(docstring), tuple(users.get(name, ())), reference))
    return words


def paragraphs_of(docstring: str, first: str) -> tuple[str, ...]:
    """Return a docstring's paragraphs, without its first sentence and its examples."""
    prose = _FENCE.sub("", docstring)
    pieces = [piece for piece in re.split(r"\n\s*\n", prose) if not re.match(r"(>>> | {4})", piece)]
    paragraphs = [" ".join(piece.split()) for piece in pieces]
    return (
        tuple(paragraph for paragraph in (paragraphs[0].removeprefix(first).strip(), *paragraphs[1:]) if paragraph)
        if paragraphs
        else ()
    )


def _scripts(place: Path) -> list[Path]:
    """List the scripts in a folder, or just the given one; names that start with an underscore are modules for them."""
    return sorted(place.glob("[!_]*.py")) if place.is_dir() else [place]


def _names_from(listed: str, exports: Mapping[str, str]) -> list[str]:
    """Return an exported name, or those from a module or package, in the order of the exports."""
    return [name for name, module in exports.items() if name == listed or f"{module}.".startswith(f"{listed}.")]


def _exports(file: Path) -> dict[str, str]:
    tree = _parsed(file)
    relative = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module]
    passed_on = {
        alias.name: str(node.module) for node in relative for alias in node.names if alias.name == alias.asname
    }
    try:
        listed: dict[str, str] = _literal(tree, file, "EXPORTS", dict)
    except WordsError:
        if not passed_on:
            raise
        return passed_on
    return listed


def _parsed(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_bytes())
    except (OSError, SyntaxError) as problem:
        raise WordsError(f"can't read {file}: {problem}") from problem


def _literal(tree: ast.Module, file: Path, name: str, kind: type) -> Any:
    """Read the literal that a file assigns to a name at its top level, without running it; raise WordsError if none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [name]:
            with suppress(ValueError):
                value = ast.literal_eval(node.value)
                if isinstance(value, kind):
                    return value
    raise WordsError(f"{file} doesn't assign a literal {kind.__name__} to {name}")


def imported(script: str, package: str) -> list[str]:
    """Return the names that a script imports from a package."""
    try:
        tree = ast.parse(script)
    except (SyntaxError, ValueError):
        return []
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == package]
    return [alias.name for node in froms for alias in node.names]


def example_of(docstring: str) -> str:
    """Return the first example in a docstring: fenced, after prompts, or indented; empty if there is none."""
    if fenced := _FENCE.search(docstring):
        return fenced["code"].rstrip()
    if prompted := _PROMPTS.findall(docstring):
        return "\n".join(prompted)
    indented = _INDENTED.search(f"{docstring}\n")
    return textwrap.dedent(indented["code"]).strip() if indented else ""


def _file(package: Path, module: str) -> Path:
    place = package.joinpath(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


class _Source:
    """The modules of a package, each parsed on first use."""

    def __init__(self, package: Path) -> None:
        self._package = package
        self._modules: dict[Path, list[ast.stmt]] = {}

    def definition(self, file: Path, name: str) -> ast.FunctionDef | ast.ClassDef | None:
        """Find the function or class with a name at a module's top level."""
        kinds = (ast.FunctionDef, ast.ClassDef)
        return next((node for node in self._top(file) if isinstance(node, kinds) and node.name == name), None)

    def signature(self, file: Path, node: ast.FunctionDef | ast.ClassDef) -> str:
        """Return the signature of a function or a class, with one parameter per line if it would be too long."""
        if isinstance(node, ast.FunctionDef):
            parameters, returned = _parameters(node.args), node.returns
        else:
            parameters, returned = self._made_from(file, node), None
        after = f" -> {ast.unparse(returned).strip(QUOTES)}" if returned else ""
        line = f"{node.name}({', '.join(parameters)}){after}"
        if len(line) <= WIDTH:
            return line
        return f"{node.name}(\n{''.join(f'    {parameter},{LINE}' for parameter in parameters)}){after}"

    def _top(self, file: Path) -> list[ast.stmt]:
        if file not in self._modules:
            try:
                self._modules[file] = ast.parse(file.read_bytes()).body
            except (OSError, SyntaxError):  # the scripts that import it fail, and report the line
                self._modules[file] = []
        return self._modules[file]

    def _made_from(self, file: Path, node: ast.ClassDef) -> list[str]:
        """List the arguments of a class: the parameters of its `__init__`, or else a dataclass's fields."""
        for above, its in self._lineage(file, node):
            for statement in its.body:
                if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                    return _parameters(statement.args)[1:]
            if not _is_dataclass(its) and above != file:
                break
        fields: dict[str, tuple[str, bool]] = {}
        for _, its in reversed(self._lineage(file, node)):
            fields |= _fields(its)
        named = [text for text, is_named in fields.values() if is_named]
        return [text for text, is_named in fields.values() if not is_named] + (["*", *named] if named else [])

    def _lineage(self, file: Path, node: ast.ClassDef) -> list[tuple[Path, ast.ClassDef]]:
        """List a class and its base classes in the package, the nearest first."""
        lineage = [(file, node)]
        for base in node.bases:
            place, name = self._imported(file, ast.unparse(base).partition("[")[0])
            above = self.definition(place, name)
            if isinstance(above, ast.ClassDef) and above is not node:
                lineage += self._lineage(place, above)
        return lineage

    def _imported(self, file: Path, name: str) -> tuple[Path, str]:
        """Find the module of the package that a name comes from, and its name there."""
        for node in self._top(file):
            if isinstance(node, ast.ImportFrom) and node.level:
                for alias in node.names:
                    if name == (alias.asname or alias.name):
                        above = file.parents[node.level - 1]
                        return _file(above, node.module) if node.module else above / "__init__.py", alias.name
        return file, name


def _parameters(arguments: ast.arguments) -> list[str]:
    """Return each parameter with its annotation and default."""

    def written(parameter: ast.arg, default: ast.expr | None = None, stars: str = "") -> str:
        annotation = f": {ast.unparse(parameter.annotation).strip(QUOTES)}" if parameter.annotation else ""
        equals = " = " if annotation else "="
        return f"{stars}{parameter.arg}{annotation}{equals + ast.unparse(default) if default else ''}"

    placed = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(placed) - len(arguments.defaults)) + [*arguments.defaults]
    written_parameters = [written(parameter, default) for parameter, default in zip(placed, defaults, strict=True)]
    if arguments.posonlyargs:
        written_parameters.insert(len(arguments.posonlyargs), "/")
    if arguments.vararg:
        written_parameters.append(written(arguments.vararg, stars="*"))
    elif arguments.kwonlyargs:
        written_parameters.append("*")
    written_parameters += [
        written(parameter, default)
        for parameter, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    return written_parameters + ([written(arguments.kwarg, stars="**")] if arguments.kwarg else [])


def _is_dataclass(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)


def _fields(node: ast.ClassDef) -> dict[str, tuple[str, bool]]:
    """Return a dataclass's own fields by name, each with whether it is keyword-only."""
    fields: dict[str, tuple[str, bool]] = {}
    all_named = any("kw_only=True" in ast.unparse(decorator) for decorator in node.decorator_list)
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        annotation = ast.unparse(statement.annotation).strip(QUOTES)
        options: dict[str | None, ast.expr] = {}
        if isinstance(statement.value, ast.Call) and ast.unparse(statement.value.func) == "field":
            options = {keyword.arg: keyword.value for keyword in statement.value.keywords}
        elif statement.value:
            options = {"default": statement.value}
        if annotation.startswith("ClassVar") or "init" in options:
            continue
        if annotation.endswith("KW_ONLY"):
            all_named = True
            continue
        default = ast.unparse(options["default"]) if "default" in options else ""
        if "default_factory" in options:
            default = f"{ast.unparse(options['default_factory'])}()"
        is_named = all_named or "kw_only" in options
        fields[statement.target.id] = (
            f"{statement.target.id}: {annotation}{f' = {default}' if default else ''}",
            is_named,
        )
    return fields


def _docstring(node: ast.FunctionDef | ast.ClassDef) -> str:
    """Remove only the code's indentation: `ast` would also remove an example's, if everything else is unindented."""
    raw = ast.get_docstring(node, clean=False) or ""
    indent = " " * node.body[0].col_offset
    return "\n".join(line.removeprefix(indent).rstrip() for line in raw.splitlines()).strip()

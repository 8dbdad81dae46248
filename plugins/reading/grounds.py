"""The dependencies of reading besides the article: code, versions, settings."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import json
import os
import sys
import types
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from markdown.util import get_installed_extensions
from pelican import readers as pelican_readers
from pelican.log import console

from ..building.observing import ELSEWHERE, digest_of, installed_packages

VERSION = 2
"""Incremented when the format of entries changes."""

PACKAGE = (__package__ or "").rpartition(".")[0]
"""The package with our plugins."""

KNOWN = ("markdown", "pymdownx", PACKAGE)
"""Their Markdown extensions only convert an article, and access nothing that Python's audit events don't show."""

READERS = (pelican_readers.MarkdownReader, pelican_readers.RstReader, pelican_readers.HTMLReader)

USED = ("DEFAULT_LANG", "DOCUTILS_SETTINGS", "FORMATTED_FIELDS", "MARKDOWN", "SMART_QUOTES")
"""The settings that these readers and our plugins use."""

PURE = "READING_PURE"
"""The setting that lists other extensions and readers of this kind."""


class UnknownError(Exception):
    """Reading involves something with unknown effects."""


def grounds_of(reader: Any) -> str:
    """Return a digest that changes whenever a reader might read the same file differently. Raises UnknownError."""
    pure = reader.settings.get(PURE, ())
    kind = type(reader)
    name = f"{kind.__module__}.{kind.__qualname__}"
    involved = [kind.__module__, PACKAGE]  # our plugins finish what any reader has read
    is_known = kind in READERS or _is_in(kind.__module__, (PACKAGE,))
    if not is_known and name not in pure:
        raise UnknownError(f"the reader {name}")
    if isinstance(reader, pelican_readers.MarkdownReader):
        for extension in reader.settings["MARKDOWN"].get("extensions", ()):
            module = _module_of(extension)
            if not _is_in(module, KNOWN) and extension not in pure:
                raise UnknownError(f"the extension {extension if isinstance(extension, str) else module}")
            if not _is_installed(module):
                importlib.import_module(module)  # otherwise its code couldn't be found
            involved.append(module)
    settings = {name: reader.settings.get(name) for name in USED} if is_known else dict(reader.settings)
    packages = sorted({full_name.partition(".")[0] for full_name in involved})
    facts = [VERSION, name, sys.version, installed_packages(), _described(settings, is_known), _code(*packages)]
    return sha256(json.dumps(facts).encode()).hexdigest()


def _is_in(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages if package)


def _is_installed(module: str) -> bool:
    """Return whether a module belongs to an installed package, without importing it: it may take long."""
    spec = importlib.util.find_spec(module.partition(".")[0])
    return spec is not None and (spec.origin or "").startswith(ELSEWHERE)


def _module_of(extension: Any) -> str:
    if not isinstance(extension, str):
        return type(extension).__module__
    for installed in get_installed_extensions():
        if installed.name == extension:
            return str(installed.value).partition(":")[0]
    return extension.partition(":")[0]


def _described(value: Any, is_strict: bool) -> Any:
    """Describe a setting. If only its address could be shown, raise UnknownError, or return just its type."""
    if value is None or isinstance(value, str | int | float):
        return repr(value)
    if isinstance(value, dict):
        return {str(name): _described(item, is_strict) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_described(item, is_strict) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(map(repr, value))
    if isinstance(value, functools.partial):
        return [_described(item, is_strict) for item in (value.func, value.args, value.keywords)]
    if isinstance(value, types.FunctionType | type) and "<" not in value.__qualname__:
        return f"{value.__module__}.{value.__qualname__}"
    if is_strict:
        raise UnknownError(f"{value!r} in the settings")
    return type(value).__qualname__


@functools.cache
def _code(*packages: str) -> list[tuple[str, str]]:
    """Return the digests of the site's own code, in these packages and those that they import.

    It is read once per process, as Python itself does.
    """
    by_package: dict[str, list[Any]] = {}
    for name, module in [*sys.modules.items()]:
        by_package.setdefault(name.partition(".")[0], []).append(module)
    seen: set[str] = set()
    waiting = [*packages]
    while waiting:
        name = waiting.pop().partition(".")[0]
        if name not in seen:
            seen.add(name)
            for module in filter(_is_own, by_package.get(name, ())):
                waiting += _imported_by(module)
    _packages_read.update(seen)
    files = {file for name in seen for file in _sources(name)}
    return [(file, digest_of(file) or "") for file in sorted(files)]


_packages_read: set[str] = set()


def _sources(name: str) -> Iterator[str]:
    """Yield the files of a package or module, whether they are loaded yet or not."""
    module = sys.modules.get(name)
    for folder in getattr(module, "__path__", ()):
        if not f"{folder}{os.sep}".startswith(ELSEWHERE):
            yield from (str(path) for path in Path(folder).rglob("*.py"))
    if module and _is_own(module) and not hasattr(module, "__path__"):
        yield str(module.__file__)


def _is_own(module: Any) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and not file.startswith(ELSEWHERE)


def _imported_by(module: Any) -> Iterator[str]:
    for value in [*vars(module).values()]:
        name = value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", None)
        if isinstance(name, str):
            yield name
    if not _is_in(module.__name__, (PACKAGE,)):  # all of ours counts anyway
        yield from _named_in(Path(module.__file__))


def _named_in(file: Path) -> Iterator[str]:
    """Yield a module's imports from its text: a constant doesn't show where it comes from."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


_loaded: tuple[tuple[int, str], frozenset[str]] = (0, ""), frozenset()


def loaded() -> frozenset[str]:
    """Return the names of all imported modules: the same object as long as there is no other one."""
    global _loaded
    mark = len(sys.modules), next(reversed(sys.modules))  # a module that was just imported is the last
    if mark != _loaded[0]:
        _loaded = mark, frozenset(sys.modules)
    return _loaded[1]


def lazily_imported(before: frozenset[str]) -> dict[str, str | None]:
    """Return the files of other code of the site's own that was imported since then, or by any earlier reading.

    An imported module is there for all the articles that follow.
    """
    after = loaded()
    for name in after - before if after is not before else ():
        if _is_own(sys.modules[name]) and name.partition(".")[0] not in _packages_read:
            _lazily.add(str(sys.modules[name].__file__))
    return {file: digest_of(file) for file in _lazily}


_lazily: set[str] = set()


def refused_by(code: str) -> None:
    """Explain once why each build reads the articles again."""
    if code not in _told:
        _told.add(code)
        text = (
            f"every build reads all articles, because {code} might have side effects; if it has none, list it in {PURE}"
        )
        console.print(text, highlight=False, markup=False, soft_wrap=True)


_told: set[str] = set()

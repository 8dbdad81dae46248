"""Imports of modules that are not libraries, by what they say (in the child).

Python trusts bytecode by its source's time in seconds and its size: two edits within a second may have both alike.
Nothing compiled is kept on disk: it would be run without anyone having read it.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.machinery import ExtensionFileLoader, FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from .observations import digest
from .tracing import Trace

_ahead: dict[str, tuple[str, CodeType]] = {}
"""What the warm process has compiled, by path: the children, its forks, find it here."""


def compile_ahead(path: str) -> None:
    """Compile a module, in the warm process, for the children to come; they run it only if it is still so."""
    with suppress(OSError, SyntaxError, ValueError):  # a child will meet the same, and tell
        text = Path(path).read_bytes()
        _ahead[path] = (digest(text), compile(text, path, "exec", dont_inherit=True))


def import_by_content(trace: Trace, compiled: list[str]) -> None:
    """Have every module outside of the libraries compiled from its text, whoever finds it, and count what is taken.

    `compiled` is given the paths of the modules that no one had compiled before.
    """
    get_code, find_spec, create = SourceFileLoader.get_code, FileFinder.find_spec, ExtensionFileLoader.create_module

    def get_code_by_content(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        path = loader.get_filename(fullname)
        if trace.is_library(path):
            return get_code(loader, fullname)
        text = loader.get_data(path)
        content = digest(text)
        trace.read(os.path.abspath(path), content)
        known = _ahead.get(path)
        if known and known[0] == content:
            return known[1]
        compiled.append(path)
        return loader.source_to_code(text, path)

    def find_spec_and_tell(finder: FileFinder, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = find_spec(finder, fullname, target)
        folder = os.path.abspath(finder.path)
        if not trace.is_library(folder):
            trace.found(folder, fullname.rpartition(".")[2], _taken(spec, folder, fullname))
        return spec

    def create_and_tell(loader: ExtensionFileLoader, spec: ModuleSpec) -> Any:
        if not trace.is_library(loader.path):
            trace.note(os.path.abspath(loader.path), "content")
        return create(loader, spec)

    SourceFileLoader.get_code = get_code_by_content  # type: ignore[method-assign, assignment]
    FileFinder.find_spec = find_spec_and_tell  # type: ignore[method-assign, assignment]
    ExtensionFileLoader.create_module = create_and_tell  # type: ignore[method-assign, assignment]
    sys.meta_path.append(_InVain(trace))
    importlib.invalidate_caches()  # a folder's time may be that of an edit before


def _taken(spec: ModuleSpec | None, folder: str, fullname: str) -> str | None:
    """Say which file or folder was taken, as `observations.module_in` does."""
    if spec is None:
        return None
    if spec.origin is None or spec.loader is None:
        return f"{fullname.rpartition('.')[2]}/"
    return Path(spec.origin).relative_to(folder).as_posix()


class _InVain:
    """Comes last, and so hears of each module that nobody finds: one that is installed later would be imported."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        for folder in sys.path if path is None else path:
            if isinstance(folder, str) and self._trace.is_library(folder):
                self._trace.missing(folder, fullname.rpartition(".")[2])

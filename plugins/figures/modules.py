"""Imports of the project's modules, by what they say.

Python trusts bytecode by its source's time in seconds and its size: two edits within a second may have both alike.
Nothing compiled is kept on disk: it would be run without anyone having read it.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
)
from pathlib import Path
from types import CodeType, ModuleType

_ahead: dict[str, tuple[bytes, CodeType]] = {}
"""What the warm process has compiled, by path: the children, its forks, find it here."""


def compile_ahead(path: str) -> None:
    """Compile a module, in the warm process, for the children to come; they run it only if it is still so."""
    with suppress(OSError, SyntaxError, ValueError):  # a child will meet the same, and tell
        text = Path(path).read_bytes()
        _ahead[path] = (hashlib.sha256(text).digest(), compile(text, path, "exec", dont_inherit=True))


def import_by_content(root: Path, missed: Callable[[str], None], compiled: list[str]) -> None:
    """Have every module below a folder, but for libraries, compiled from its text (in the child).

    `missed` is told each path at which a module was looked for in vain: one that appears there would be imported.
    `compiled` is given the paths of the modules that no one had compiled before.
    """

    class Loader(SourceFileLoader):
        """Reads a module's text each time, and compiles it unless that has been done for this text."""

        def get_code(self, fullname: str) -> CodeType:
            path = self.get_filename(fullname)
            text = self.get_data(path)
            known = _ahead.get(path)
            if known and known[0] == hashlib.sha256(text).digest():
                return known[1]
            compiled.append(path)
            return self.source_to_code(text, path)

    class Finder(FileFinder):
        """Tells what is not there, as of a library's name, which a module beside the script would hide."""

        def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
            spec = super().find_spec(fullname, target)
            if spec is None:
                place = Path(self.path, fullname.rpartition(".")[2])
                missed(f"{place}.py")
                missed(f"{place}/__init__.py")
            return spec

    def is_of_project(path: str) -> bool:
        folder = Path(path or ".").absolute()
        return folder.is_relative_to(root) and not folder.is_relative_to(sys.prefix)

    def finder(path: str) -> Finder:
        if not is_of_project(path):
            raise ImportError(f"{path} is a library's")
        folder = Path(path or ".").absolute()
        if not folder.is_dir():  # an archive, or a script that `runpy` is asked for: for the hooks of Python's own
            missed(str(folder))
            raise ImportError(f"{path} is no folder")
        return Finder(str(folder), (ExtensionFileLoader, EXTENSION_SUFFIXES), (Loader, SOURCE_SUFFIXES))

    sys.path_hooks.insert(0, finder)
    for path in list(filter(is_of_project, sys.path_importer_cache)):  # others know their folders already
        del sys.path_importer_cache[path]

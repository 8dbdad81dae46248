"""Imports of the project's modules, by what they say (in the child).

Python trusts bytecode by its source's time in seconds and its size: two edits within a second may have both alike.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from collections.abc import Callable
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
)
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType, ModuleType

from .records import write_atomically


def import_by_content(root: Path, cache: Path, missed: Callable[[str], None]) -> None:
    """Have every module below a folder, but for libraries, compiled from its text, or taken from the cache by it.

    `missed` is told each path at which a module was looked for in vain: one that appears there would be imported.
    """

    class Loader(SourceFileLoader):
        """Reads a module's text each time, and compiles each text once."""

        def get_code(self, fullname: str) -> CodeType:
            path = self.get_filename(fullname)
            text = self.get_data(path)
            state = hashlib.sha256(MAGIC_NUMBER + path.encode() + b"\0" + text)
            compiled = cache / state.hexdigest()
            try:
                return marshal.loads(compiled.read_bytes())  # type: ignore[no-any-return]
            except (OSError, ValueError, EOFError, TypeError):
                code = self.source_to_code(text, path)
                write_atomically(compiled, marshal.dumps(code))
                return code

    class Finder(FileFinder):
        """Tells what is not there, as of a library's name, which a module beside the script would hide."""

        def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
            spec = super().find_spec(fullname, target)
            if spec is None:
                place = Path(self.path, fullname.rpartition(".")[2])
                missed(f"{place}.py")
                missed(f"{place}/__init__.py")
            return spec

    def finder(path: str) -> Finder:
        folder = Path(path or ".").absolute()
        if not folder.is_relative_to(root) or folder.is_relative_to(sys.prefix):
            raise ImportError(f"{path} is a library's")
        return Finder(str(folder), (ExtensionFileLoader, EXTENSION_SUFFIXES), (Loader, SOURCE_SUFFIXES))

    sys.path_hooks.insert(0, finder)
    sys.path_importer_cache.clear()

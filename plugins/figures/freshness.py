"""Is a record still true? If not, which input changed."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import metadata
from pathlib import Path

from .records import Inputs
from .requests import Request
from .settings import Settings

KEY_VERSION = 4
"""Raised when what a record means changes."""


class Present:
    """The state of things in this build. Each is looked at once, so that a build sees one state of the project."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._began = time.time_ns()
        self._files: dict[str, str | None] = {}
        self._folders: dict[str, str | None] = {}
        self._there: dict[str, bool] = {}
        self._versions: dict[str, str | None] = {}

    def key(self, asked: Request) -> str:
        """Return the key of a request: what it asks for, and by which engine. The inputs are in the record."""
        about = [self._engine, self._settings.shown(asked.script), asked.code, vars(asked.saving)]
        return _hash(json.dumps(about, sort_keys=True).encode())

    @cached_property
    def _engine(self) -> str:
        modules = [(path.name, hash_of(path)) for path in sorted(Path(__file__).parent.glob("*.py"))]
        engine = [KEY_VERSION, sys.version, os.uname().machine, modules, self._shared]
        return _hash(json.dumps(engine).encode())

    def inputs(self, read: Mapping[str, list[str]], modules: list[str]) -> Inputs:
        """Return the present state of what a render says it has read, and of what all renders read."""
        shown = {kind: [self._settings.shown(Path(path)) for path in paths] for kind, paths in read.items()}
        return Inputs(
            files={path: self.file(path) for path in sorted({*shown["files"], *self._shared})},
            folders={path: self.folder(path) for path in shown["folders"]},
            there={path: self.there(path) for path in shown["there"]},
            versions={name: self.version(name) for name in self._distributions(modules)},
        )

    def changes(self, inputs: Inputs) -> Iterator[str]:
        """Name each input that is not as it was."""
        for path, known in inputs.files.items():
            now = self.file(path)
            if now != known:
                yield f"{path} {'is gone' if now is None else 'has appeared' if known is None else 'has changed'}"
        for path, known in inputs.folders.items():
            if self.folder(path) != known:
                yield f"the list of files in {path} has changed"
        for path, was_there in inputs.there.items():
            if self.there(path) != was_there:
                yield f"{path} {'is gone' if was_there else 'has appeared'}"
        for name, known in inputs.versions.items():
            if self.version(name) != known:
                yield f"{name} is {self.version(name) or 'gone'}, and was {known}"

    def was_touched(self, inputs: Inputs) -> bool:
        """Say whether a file was written since this build began: then what was read may not be what is there now."""
        margin_ns = 20_000_000  # the clock of a file system ticks more slowly than ours
        return any(_written_ns(self._settings.root / path) > self._began - margin_ns for path in inputs.files)

    def text(self, script: Path) -> bytes:
        """Return a script's text as it is in this build; empty where it has gone meanwhile."""
        try:
            text = script.read_bytes()
        except OSError:
            return b""
        self._files[self._settings.shown(script)] = _hash(text)
        return text

    def file(self, path: str) -> str | None:
        """Hash a file's bytes; None where there is none."""
        if path not in self._files:
            self._files[path] = hash_of(os.path.join(self._settings.root, path))
        return self._files[path]

    def folder(self, path: str) -> str | None:
        """Hash the names in a folder; None where there is none."""
        if path not in self._folders:
            try:
                names = sorted(entry.name for entry in (self._settings.root / path).iterdir())
                self._folders[path] = _hash(os.fsencode("\0".join(name for name in names if name != "__pycache__")))
            except (OSError, ValueError):
                self._folders[path] = None
        return self._folders[path]

    def there(self, path: str) -> bool:
        """Say whether something is there."""
        if path not in self._there:
            self._there[path] = os.path.exists(os.path.join(self._settings.root, path))
        return self._there[path]

    def version(self, name: str) -> str | None:
        """Return a distribution's version; None where it is not installed."""
        if name not in self._versions:
            try:
                self._versions[name] = metadata.version(name)
            except (metadata.PackageNotFoundError, ValueError):
                self._versions[name] = None
        return self._versions[name]

    def _distributions(self, modules: list[str]) -> list[str]:
        """Return the distributions that some top-level modules come from."""
        return sorted({owner for module in modules for owner in self._owners.get(module, ())})

    @cached_property
    def _owners(self) -> Mapping[str, list[str]]:
        return metadata.packages_distributions()

    @cached_property
    def _shared(self) -> list[str]:
        """The style and the fonts, which the warm process reads for all, and the tokens."""
        fonts = sorted(self._settings.fonts.glob("*.[ot]tf")) if self._settings.fonts else []
        return [self._settings.shown(path) for path in (self._settings.style, self._settings.tokens, *fonts) if path]


def hash_of(path: str | Path) -> str | None:
    """Hash a file's bytes; None where there is no such file: a pipe or a device may have no end."""
    try:
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _written_ns(path: Path) -> int:
    try:
        return path.stat().st_ctime_ns
    except OSError:
        return 0

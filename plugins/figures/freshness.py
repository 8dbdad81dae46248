"""Is a record still true? Its key covers everything below the diagrams folder, the code and the versions."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from .requests import Request
from .settings import Settings

KEY_VERSION = 1
"""Raised when what a record means changes."""


def fingerprint(settings: Settings) -> str:
    """Hash what every figure of a project may depend on: all of diagrams/, style, tokens, versions, this plugin."""
    state = hashlib.sha256(json.dumps([KEY_VERSION, *_versions()]).encode())
    shared = [path for path in (settings.style, settings.tokens) if path]
    engine = sorted(Path(__file__).parent.glob("*.py"))
    for path in [*_files(settings.diagrams), *shared]:
        state.update(json.dumps([settings.shown(path), hash_of(path)]).encode())
    for path in engine:
        state.update(json.dumps([path.name, hash_of(path)]).encode())
    return state.hexdigest()


def key(request: Request, fingerprint: str, settings: Settings) -> str:
    """Return the key of a request: equal keys mean equal pictures."""
    about = [fingerprint, settings.shown(request.script), request.code]
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def still_read(inputs: Mapping[str, str | None], settings: Settings) -> bool:
    """Say whether the files that a render read outside of diagrams/ are as they were."""
    return all(hash_of(settings.root / path) == known for path, known in inputs.items())


def hash_of(path: Path) -> str | None:
    """Hash a file's bytes; None where there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)


@cache
def _versions() -> tuple[str, ...]:
    """Name the Python and every installed distribution with its version, as their folders are named."""
    names = {path.name for folder in sys.path if folder for path in Path(folder).glob("*.dist-info")}
    return (platform.python_version(), platform.machine(), *sorted(names))

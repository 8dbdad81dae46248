"""Is a record still true? If not, which input changed."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path

from .observations import ABSENT, State, digest, displayed, hash_of, module_in, place_of, state
from .records import Inputs, Told
from .requests import Request
from .settings import Settings

KEY_VERSION = 6
"""Raised when what a record means changes."""


class Present:
    """The state of things in this build. Each is looked at once, so that a build sees one state of the project."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._states: dict[tuple[str, str], State] = {}
        self._listed: dict[str, Collection[str]] = {}
        self._versions: dict[str, str | None] = {}

    def key(self, asked: Request) -> str:
        """Return the key of a request: what it asks for, and by which engine. The inputs are in the record."""
        code = [asked.code, asked.given, asked.model, repr(sorted(asked.arguments.items()))]
        about = [self._engine, self._settings.shown(asked.script), *code, vars(asked.saving)]
        return digest(json.dumps(about, sort_keys=True).encode())

    @cached_property
    def _engine(self) -> str:
        modules = [(path.name, hash_of(path)) for path in sorted(Path(__file__).parent.glob("*.py"))]
        engine = [KEY_VERSION, sys.version, platform.machine(), modules, self._shared]
        return digest(json.dumps(engine).encode())

    def inputs(self, told: Told) -> Inputs:
        """Return what a render has observed, with what all renders read, and the versions of what it has imported."""
        shared = {path: {"content": self._state(path, "content")} for path in self._shared}
        versions = {name: self.version(name) for name in self._distributions(told["modules"])}
        return Inputs({**shared, **told["observed"]}, versions, told["above"])

    def changes(self, inputs: Inputs, asked: Request) -> Iterator[str]:
        """Name each input that is not as it was, once."""
        if inputs.above and inputs.above not in asked.above_digests.values():
            yield "the code above its own block has changed"
        for path, aspects in inputs.observed.items():
            for aspect, known in aspects.items():
                now = self._state(path, aspect)
                if now != known:
                    yield _changed(path, aspect, known, now)
                    break
        for name, known_version in inputs.versions.items():
            if self.version(name) != known_version:
                yield f"{name} is {self.version(name) or 'gone'}, and was {known_version}"

    def text(self, script: Path) -> bytes:
        """Return a script's text as it is in this build; empty where it has gone meanwhile."""
        try:
            text = script.read_bytes()
        except OSError:
            return b""
        self._states[self._settings.shown(script), "content"] = digest(text)
        return text

    def _state(self, path: str, aspect: str) -> State:
        known = self._states.get((path, aspect), _UNKNOWN)
        if known is _UNKNOWN:
            known = self._states[path, aspect] = self._look(path, aspect)
        return known  # type: ignore[return-value]

    def _look(self, path: str, aspect: str) -> State:
        place = place_of(path, self._settings.root)
        kind, _, name = aspect.partition(".")
        if kind != "module":
            return state(place, aspect)
        return module_in(self._names(place), name, lambda below: self._names(f"{place}{os.sep}{below}"))

    def _names(self, folder: str) -> Collection[str]:
        """Return the names in a folder; many modules ask for the same."""
        if folder not in self._listed:
            try:
                self._listed[folder] = frozenset(os.listdir(folder))
            except (OSError, ValueError):
                self._listed[folder] = frozenset()
        return self._listed[folder]

    def version(self, name: str) -> str | None:
        """Return a distribution's version; None where it is not installed."""
        if name not in self._versions:
            try:
                self._versions[name] = metadata.version(name)
            except (metadata.PackageNotFoundError, ValueError):
                self._versions[name] = None
        return self._versions[name]

    def _distributions(self, modules: Sequence[str]) -> list[str]:
        """Return the distributions that some top-level modules come from."""
        return sorted({owner for module in modules for owner in self._owners.get(module, ())})

    @cached_property
    def _owners(self) -> Mapping[str, list[str]]:
        return metadata.packages_distributions()

    @cached_property
    def _shared(self) -> list[str]:
        """The style and the fonts, which the warm process reads for all, and the tokens."""
        fonts = sorted(self._settings.fonts.glob("*.[ot]tf")) if self._settings.fonts else []
        paths = (self._settings.matplotlibrc, self._settings.tokens, *fonts)
        return [self._settings.shown(path) for path in paths if path]


def _changed(path: str, aspect: str, known: State, now: State) -> str:
    """Say what has happened to an input."""
    path = displayed(path)
    kind, _, name = aspect.partition(".")
    if kind == "module":
        taken = known or now
        gone = f"{path}/{str(taken).removesuffix('/')}".removeprefix("./")
        if known and now:
            return f"{path}/{now} has appeared, and is imported in place of {known}".removeprefix("./")
        return f"{gone} {'is gone' if known else 'has appeared'}"
    if known == ABSENT:
        return f"{path} has appeared"
    if now == ABSENT:
        return f"{path} is gone"
    if kind == "listing":
        return f"the list of files in {path} has changed"
    if kind == "link":
        return f"the link {path} leads elsewhere"
    if kind in ("kind", "lkind"):
        return f"{path} was a {known}, and is a {now}"
    if kind in ("stat", "lstat"):
        return f"{name} of {path} has changed"
    if kind == "access":
        return f"what may be done with {path} has changed"
    return f"{path} has changed"


_UNKNOWN = object()

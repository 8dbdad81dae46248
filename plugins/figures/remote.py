"""The process on a cluster's worker that runs drawing jobs: lines of JSON in and out, as with `server`.

It doesn't use Dask, and consists of the same files as the requesting engine, which came with the job.

In: {"job": {…}, "root": "/there", "at_most": 2, "home": {…}, "settings": {…}} draws, {"stop": 1} stops job 1, the end
of input stops everything. Out: {"id": 1, "exit": 0, "over": "", "folder": "/…", "files": ["…"], "versions": {…}}, or
{"id": 1, "lost": ["why"]}.

`home` contains the folders of the requesting machine; folders in a child's result are translated to these, so that the
record is the same as one made at home.
"""

from __future__ import annotations

import json
import os
import queue
import re
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ..files import ABOVE, write_atomically
from .observations import library_folders, named
from .records import ChildResult, child_result_in
from .settings import Settings
from .workers import Children, Limits, LostError

LOOK_S = 0.1
"""How often the memory and the time of the children are checked."""

TURN_S = 0.02
"""How long to listen to the children before looking for the next job."""

IDLE_S = 600
"""After this time without a job, the process exits; the next job starts another one."""

TAIL_BYTES = 16_384
"""How much of a child's output is sent back: messages never contain more."""


class Translation:
    """Translates the folders of the requesting machine to those of this machine, and back."""

    def __init__(self, home: Mapping[str, Any], root: Path) -> None:
        """Read the names from a job; libraries are matched by purpose."""
        own = library_folders()
        libraries = {folder: own[use] for use, folder in home["libraries"].items() if use in own}
        self._root = home["root"]
        self._here = {**libraries, home["store"]: str(root.parent / "store"), home["root"]: str(root)}
        self._here |= _within(home, root)
        self._there = {str(ABOVE): home["engine"], **{here: there for there, here in self._here.items()}}

    def here(self, path: str) -> str:
        """Translate a path from the requesting machine to this one."""
        return _replaced(path, self._here)

    def there(self, told: Any) -> Any:
        """Translate all paths in lists and mappings back to the requesting machine."""
        if isinstance(told, str):
            return _replaced(told, self._there)
        if isinstance(told, Mapping):
            return {self.there(name): self.there(value) for name, value in told.items()}
        return list(map(self.there, told)) if isinstance(told, list | tuple) else told

    def for_requester(self, child: ChildResult) -> dict[str, Any]:
        """Translate a child's result to the requesting machine, with paths in the project relative to its root."""
        named_there: dict[str, Any] = self.there(child)
        for name in ("unsteady", "times"):
            named_there[name] = [named(path, self._root) for path in named_there.get(name, ())]
        observed = named_there.get("observed", {})
        named_there["observed"] = {named(path, self._root): aspects for path, aspects in observed.items()}
        return named_there


def _within(home: Mapping[str, Any], root: Path) -> dict[str, str]:
    """Give the store the same place in the project as at home, so that the paths of its files are the same."""
    store = Path(home["store"])
    if not store.is_relative_to(home["root"]):
        return {}
    return {home["store"]: str(root / store.relative_to(home["root"]))}


def _replaced(text: str, names: Mapping[str, str]) -> str:
    if not any(name in text for name in names):
        return text
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(rf"(?:{longest_first})(?![\w.-])", lambda found: names[found[0]], text)


@dataclass
class Work:
    """A running job: the folder of its child, its settings, the translation of paths, and its limits."""

    folder: Path
    settings: Settings
    names: Translation
    limits: Limits = field(default_factory=Limits)


class Remote:
    """Has children draw what is requested, enforces their limits, and answers with their results."""

    def __init__(self, children: Children) -> None:
        self._children = children
        self._asked: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._under_way: dict[int, Work] = {}
        self._looked = time.monotonic()

    def serve(self) -> None:
        """Run until the input ends, or until no job comes for a long time."""
        threading.Thread(target=self._read, daemon=True).start()
        while True:
            try:
                asked = self._asked.get(timeout=0 if self._under_way else IDLE_S)
            except queue.Empty:
                if not self._under_way:
                    return
            else:
                if asked is None:
                    return
                self._obey(asked)
                continue
            try:
                self._turn()
            except LostError as lost:
                for number in self._under_way:
                    say({"id": number, "lost": list(lost.said)})
                self._under_way.clear()

    def _read(self) -> None:
        for line in sys.stdin.buffer:
            self._asked.put(json.loads(line))
        self._asked.put(None)

    def _obey(self, asked: Mapping[str, Any]) -> None:
        if "stop" in asked:
            self._children.send({"kill": asked["stop"]})
            return
        number, root = asked["job"]["id"], Path(asked["root"])
        try:
            names = Translation(asked["home"], root)
            settings = _settings(asked["settings"], names, asked["at_most"])
            folder = settings.store / "jobs" / str(number)
            (folder / "scratch").mkdir(parents=True)
            if not self._under_way:
                self._children.ready(settings)
            own = {name: names.here(asked["job"][name]) for name in PATHS}
            self._children.send({**asked["job"], **own, "folder": str(folder)})
            self._under_way[number] = Work(folder, settings, names)
        except (LostError, OSError) as problem:
            say({"id": number, "lost": [str(problem)]})

    def _turn(self) -> None:
        if time.monotonic() > self._looked + LOOK_S:
            self._looked = time.monotonic()
            for number, work in self._under_way.items():
                work.limits.keep(number, work.settings, self._children)
        for heard in self._children.hear(TURN_S):
            work = self._under_way[heard["id"]]
            if "pid" in heard:
                work.limits.began(heard["pid"])
            else:
                del self._under_way[heard["id"]]
                say({"id": heard["id"], "exit": heard["exit"], **self._done(work)})

    def _done(self, work: Work) -> dict[str, Any]:
        """Write a child's result as it would be at home; return the message to send there."""
        try:
            child = child_result_in(work.folder)
        except ValueError:  # reported at home, from the unreadable result
            child = {}
        if child.get("compiled"):
            self._children.send({"compile": child["compiled"]})
            child["compiled"] = []
        files = ["result.json"] if (work.folder / "result.json").is_file() else []
        if child:
            data = json.dumps(work.names.for_requester(child)).encode()
            write_atomically(work.folder / "result.json", data)
        for name in ("stdout", "stderr", "stacks"):
            with suppress(OSError):
                text = _tail(work.folder / name).decode("utf-8", "surrogateescape")
                (work.folder / name).write_bytes(work.names.there(text).encode("utf-8", "surrogateescape"))
                files.append(name)
        drawn = (name for name in _drawn(child) if (work.folder / name).is_file())
        versions = _versions(child.get("modules", []))
        return {
            "over": work.limits.over,
            "folder": str(work.folder),
            "files": [*files, *dict.fromkeys(drawn)],
            "versions": versions,
        }


PATHS = ("root", "cwd", "diagrams", "store", "shipped", "script")
"""The paths in a job, apart from its folder."""


def _settings(given: Mapping[str, Any], names: Translation, at_most: int) -> Settings:
    known: dict[str, Any] = {**given, "workers": at_most, "cluster": None}
    for it in fields(Settings):
        if "Path" in str(it.type) and known[it.name] is not None:
            known[it.name] = Path(names.here(known[it.name]))
    return Settings(**known)


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL_BYTES))
        return file.read()


def _drawn(child: ChildResult) -> list[str]:
    """Return the files of the figures in a child's result."""
    figures = child.get("figures", [])
    forms = (form for figure in figures for form in figure["forms"].values())
    small = (name for figure in figures for name in figure.get("thumbnail", {}).values())
    return [*(name for form in forms for name in form["files"].values()), *small]


def _versions(modules: list[str]) -> dict[str, str]:
    return {owner: metadata.version(owner) for module in modules for owner in _owners().get(module, ())}


@cache
def _owners() -> Mapping[str, list[str]]:
    """Return the distributions of each module; a job whose module was installed later is drawn at home."""
    return metadata.packages_distributions()


def say(message: Mapping[str, Any]) -> None:
    """Write one line to the process that started this one."""
    with suppress(BrokenPipeError):  # it has ended, so the input ends too
        os.write(1, json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    with Children() as children:
        Remote(children).serve()

"""The files of a project and of the engine that are sent to another machine, by content, with their places."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from ..files import ABOVE
from .cache import Present
from .observations import hash_of
from .settings import Settings

PART_BYTES = 8 * 2**20
"""Files are sent in parts of this size."""

LINKS = 40
"""A path with more links than this counts as a cycle."""

EMPTY = hashlib.sha256(b"").hexdigest()
"""The content that is sent for a file if only its existence matters."""

Entry = list[Any]
"""The entry of a path: ["file", hash, mode], ["folder"], or ["link", target]."""


class Manifest:
    """Files by their paths in a folder, with their local places."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.entries: dict[str, Entry] = {}
        self.places: dict[str, Path] = {}

    def add(self, path: str, with_content: bool = True) -> bool:
        """Add an entry for a path, and for the links on the way to it; return whether that was possible."""
        return self._add([], [part for part in PurePosixPath(path).parts if part != "."], with_content, 0)

    def _add(self, before: list[str], rest: list[str], with_content: bool, links: int) -> bool:
        for number, part in enumerate(rest):
            if part == "..":
                if not before:
                    return False
                before.pop()
                continue
            before.append(part)
            place = self.root.joinpath(*before)
            if place.is_symlink():
                target = PurePosixPath(place.readlink())
                if target.is_absolute() or links > LINKS:
                    return False
                self.entries["/".join(before)] = ["link", str(target)]
                return self._add(before[:-1], [*target.parts, *rest[number + 1 :]], with_content, links + 1)
        path, place = "/".join(before), self.root.joinpath(*before)
        try:
            found = place.stat()
        except OSError:
            return False
        if stat.S_ISDIR(found.st_mode):
            if path:
                self.entries.setdefault(path, ["folder"])
            return True
        if not stat.S_ISREG(found.st_mode):
            return False
        mode = stat.S_IMODE(found.st_mode)
        if not with_content:
            self.entries.setdefault(path, ["file", EMPTY, mode])
            return True
        content = hash_of(place)
        if content is None:
            return False
        self.entries[path] = ["file", content, mode]
        if content != EMPTY:
            self.places[content] = place
        return True

    @property
    def data(self) -> bytes:
        """The list in the form in which it is sent."""
        return json.dumps(self.entries, sort_keys=True).encode()

    @property
    def digest(self) -> str:
        """A short hash of the list."""
        return hashlib.sha256(self.data).hexdigest()


def engine_files() -> Manifest:
    """List our own modules, so that the same code draws there as here."""
    manifest = Manifest(ABOVE)
    folder = Path(__file__).resolve().parent
    above = [parent / "__init__.py" for parent in folder.parents if parent.is_relative_to(ABOVE)]
    own = [*folder.glob("*.py"), *folder.glob("child/*.py")]
    for path in (*own, *_imported_beside(folder, own), *above[:-1]):
        if path.is_file():
            manifest.add(path.relative_to(ABOVE).as_posix())
    return manifest


def _imported_beside(folder: Path, modules: Iterable[Path]) -> set[Path]:
    """Return the modules beside a package that its own modules import, and those that these import in turn."""
    found: set[Path] = set()
    unread = list(modules)
    while unread:
        module = unread.pop()
        dots = len(module.relative_to(folder.parent).parts)
        names = re.findall(rf"^ *from \.{{{dots}}}(\w+) import ", module.read_text("utf-8"), re.M)
        new = {path for name in names if (path := folder.parent / f"{name}.py").is_file()} - found
        found |= new
        unread += new
    return found


class Project(Manifest):
    """The part of a project that is sent: its modules, what all figures read, and what scripts have observed."""

    def __init__(self, settings: Settings, present: Present) -> None:
        super().__init__(settings.root)
        self._settings = settings
        for path in present.shared:
            self.supply(path, "content")
        for folder in filter(None, (settings.diagrams, settings.shipped)):
            self._add_modules(settings.shown(folder))

    def supply(self, path: str, aspect: str) -> None:
        """Add the files that give an observation the same state as here, if they may be sent."""
        kind, _, name = aspect.partition(".")
        # Existence and kind may be sent for any path in the project.
        is_told_of = kind in ("exists", "lexists", "kind", "lkind") or self._may_travel(path)
        if path.startswith(("/", "\0")) or not is_told_of:
            return
        if kind == "module":
            self._add_modules("/".join(part for part in (path, name) if part != "."))
            for suffix in (".py", ".so"):
                self.add(f"{path}/{name}{suffix}")
        elif kind in ("listing", "distributions"):
            with suppress(OSError):
                for below in os.listdir(self.root / path):  # noqa: PTH208  (names)
                    self.add(f"{path}/{below}", with_content=False)
        elif kind in ("exists", "lexists", "kind", "lkind", "link"):
            self.add(path, with_content=False)
        elif kind in ("content", "stat", "lstat", "access"):
            self.add(path)

    def _add_modules(self, folder: str) -> None:
        """Add the modules of a folder and its subfolders; an import may need any of them."""
        for place, folders, names in os.walk(self.root / folder):
            folders[:] = [it for it in folders if self._may_travel(self._settings.shown(Path(place, it)))]
            for name in names:
                if name.endswith(".py") and not name.startswith("."):
                    self.add(self._settings.shown(Path(place, name)))

    def _may_travel(self, path: str) -> bool:
        """Return whether the content of a path may be sent: nothing hidden, no virtual environment, no build output."""
        place = self.root / path
        if place.is_relative_to(self._settings.store / "home"):  # where libraries keep the settings that they read
            return True
        if any(place.is_relative_to(folder) for folder in (self._settings.store, self._settings.output)):
            return False
        if any(
            part == "__pycache__" or (part.startswith(".") and part.strip(".")) for part in PurePosixPath(path).parts
        ):
            return False
        below = (folder for folder in (place, *place.parents) if self.root in folder.parents)
        return not any((folder / "pyvenv.cfg").exists() for folder in below)


def parts(place: Path) -> Iterator[tuple[int, bytes, bool]]:
    """Yield a file in parts, each with its start and whether it is the last."""
    with place.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        for start in range(0, max(size, 1), PART_BYTES):
            yield start, file.read(PART_BYTES), start + PART_BYTES >= size

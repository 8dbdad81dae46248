"""The folders and files that a build depends on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalogues import own_folder
from ..figures.observations import ABSENT, path_of
from ..figures.records import observed_in
from ..files import read_regular

INSTALLED = (Path(sys.prefix), Path(sys.base_prefix))


class Watched:
    """Looks again after each build: figures may have read more files, and plugins imported more modules."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        content = Path(settings["PATH"]).resolve()
        self._root = Path(settings.get("FIGURES_ROOT", content.parent)).resolve()
        scripts = [
            settings.get("FIGURES_DIAGRAMS", "diagrams"),
            settings.get("FIGURES_SHIPPED"),
            settings.get("DOCUMENTS"),
        ]
        self._data = [content, *(self._root / folder for folder in scripts if folder)]
        words = own_folder(settings)
        folders = (settings["THEME"], *settings["THEME_TEMPLATES_OVERRIDES"], *([words] if words else []))
        self._theme = [Path(folder).resolve() for folder in folders]
        self._records = self._root / settings.get("FIGURES_STORE", ".figures") / "records"
        self._inputs: dict[Path, tuple[int, _Observed]] = {}

    def now(self) -> dict[str, list[str]]:
        """List the folders to watch, single files, folders whose list of names counts; our modules; and data folders.

        `absent` are the files that didn't exist for any figure.
        """
        modules = set(own_modules())
        linked = set(_linked_from(self._data[0]))
        folders = {*self._data, *self._theme, *filter(None, map(_package, modules))}
        folders |= {place for place in linked if place.is_dir()}
        observed = list(self._observed())
        places = set[str]().union(*(observation.places for observation in observed))
        listed = {Path(path).resolve() for path in set[str]().union(*(observation.listed for observation in observed))}
        # Most are in folders that are watched anyway. Links are resolved again each time, because their targets may
        # change.
        watched = tuple(f"{folder}{os.sep}" for folder in folders)
        outside = (place for place in places if not place.startswith(watched) or os.path.realpath(place) != place)
        files = {*modules, *linked, *(entry for place in outside for entry in entries(place, self._root))}
        files = {path for path in files if folders.isdisjoint(path.parents)}
        seen = set[str]().union(*(observation.seen for observation in observed))
        absent = {path for path in files if not os.path.lexists(path)} - {Path(place) for place in seen}
        listed = {path for path in listed if folders.isdisjoint((path, *path.parents))}
        paths_by_kind = {"folders": folders, "files": files, "listed": listed, "absent": absent, "modules": modules}
        return {kind: sorted(map(str, paths)) for kind, paths in (paths_by_kind | {"data": self._data}).items()}

    def _observed(self) -> Iterator[_Observed]:
        """Yield the observations of figures, from their records: data may be anywhere."""
        for path in self._records.rglob("*.json"):
            written = path.stat().st_mtime_ns
            if self._inputs.get(path, (0,))[0] != written:
                self._inputs[path] = written, _Observed.of(path, self._root)
            yield self._inputs[path][1]


def _linked_from(folder: Path) -> Iterator[Path]:
    """Yield the targets of links in a folder, because Pelican follows them."""
    for above, folders, files in os.walk(folder):
        for link in (Path(above, name) for name in (*folders, *files)):
            if link.is_symlink():
                yield Path(os.path.realpath(link))


@dataclass(frozen=True)
class _Observed:
    """The paths that a figure depends on, those that existed, and those whose names it has listed."""

    places: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, record: Path, root: Path) -> _Observed:
        """Read them from a record; none if the figure plugin couldn't read it either."""
        try:
            observed = observed_in(read_regular(record))
        except (OSError, ValueError, RecursionError):
            return cls()
        places, seen, listed = set(), set(), set()
        for name, aspects in observed.items():
            place = path_of(name, root)
            places.add(place)
            if ABSENT not in aspects.values():
                seen.add(place)
            for aspect in aspects:
                kind, _, detail = aspect.partition(".")
                if kind == "listing":
                    listed.add(place)
                elif kind == "module":
                    places |= {f"{place}{os.sep}{detail}{ending}" for ending in ("", ".py")}
        return cls(frozenset(places), frozenset(seen), frozenset(listed))


def entries(place: str, root: Path) -> Iterator[Path]:
    """Yield the directory entries that determine where a path leads.

    These are the path itself, and above it everything in the project, links, and the first missing folder.
    """
    path, inside = Path(place), Path(place).is_relative_to(root)
    for ancestor in (path, *path.parents):
        if ancestor == root or ancestor == ancestor.parent:
            return
        if ancestor.name == os.pardir:
            continue
        if ancestor == path or inside or ancestor.is_symlink() or not ancestor.exists():
            yield ancestor.parent.resolve() / ancestor.name


def own_modules() -> Iterator[Path]:
    """Yield the files of the project's own modules that this process has imported."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        path = Path(file).resolve() if isinstance(file, str) else None
        if path and path.suffix == ".py" and not any(path.is_relative_to(folder) for folder in INSTALLED):
            yield path


def _package(module: Path) -> Path | None:
    """Return the outermost folder that is a package."""
    outermost = None
    for folder in module.parents:
        if not (folder / "__init__.py").is_file():
            return outermost
        outermost = folder
    return outermost

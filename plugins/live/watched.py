"""Which folders and files a build depends on."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PASSING = (
    ".#*",
    "#*#",
    "*~",
    ".*.sw?",
    ".*.sw??",
    "*.tmp",
    "4913",
    ".goutputstream-*",
    "*___jb_???___",
    ".DS_Store",
    "*.py[cod]",
)
"""The names of what editors and Python leave lying about for a while; none of it is content."""

INSTALLED = (Path(sys.prefix), Path(sys.base_prefix))


class Watched:
    """Looks again after each build: figures may have read more files, and plugins may have imported more modules."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        content = Path(settings["PATH"]).resolve()
        self._root = Path(settings.get("FIGURES_ROOT", content.parent)).resolve()
        self._data = [content, self._root / settings.get("FIGURES_DIAGRAMS", "diagrams")]
        words = [settings["LANGUAGES"]] if settings.get("LANGUAGES") else []
        folders = (settings["THEME"], *settings["THEME_TEMPLATES_OVERRIDES"], *words)
        self._theme = [Path(it).resolve() for it in folders]
        self._records = self._root / settings.get("FIGURES_STORE", ".figures") / "records"
        self._inputs: dict[Path, tuple[int, list[Path]]] = {}

    def now(self) -> dict[str, list[str]]:
        """Name the folders to watch, the single files, our own modules, and the folders where Python is no module."""
        modules = set(own_modules())
        folders = {*self._data, *self._theme, *filter(None, map(_package, modules))}
        singles = {path for path in {*modules, *self._read()} if folders.isdisjoint(path.parents)}
        told = {"folders": folders, "files": singles, "modules": modules, "data": self._data}
        return {kind: sorted(map(str, paths)) for kind, paths in told.items()}

    def _read(self) -> Iterator[Path]:
        """Name what figures have read, by their records: data may lie anywhere."""
        for path in self._records.rglob("*.json"):
            written = path.stat().st_mtime_ns
            if self._inputs.get(path, (0,))[0] != written:
                self._inputs[path] = written, [self._root / named for named in _named(path)]
            yield from self._inputs[path][1]


def _named(record: Path) -> list[str]:
    try:
        newest = json.loads(record.read_text("utf-8"))[0]["inputs"]
        return [*newest["files"], *newest["there"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []  # a record that the figure plugin will not read either


def own_modules() -> Iterator[Path]:
    """Name the files of the project's own modules that this process has imported."""
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

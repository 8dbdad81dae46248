"""The theme's style sheets, scripts and fonts as published: minified, and named by their contents.

Browsers can keep a name such as `main.5f1c09be27.css` for a year, because other contents get another name. It is
computed from the bytes of a file and of everything that it refers to, so that pages can use it before anything is
written, and a build into an old output gives the same names as a clean one. The plain name is kept for anything else
that links to it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import rcssmin
import rjsmin
from pelican import signals
from pelican.contents import Static

from .building.dependencies import remark, remarks
from .building.generators import place_of
from .building.incremental import WholeBuildError, on_edit
from .files import write_atomically

MINIFIERS = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}
FONTS = (".woff2", ".woff", ".ttf", ".otf")
NAMED = (*MINIFIERS, *FONTS)
"""The types of files that get a name by content, if HASHED_NAMES is set."""
DIGITS = 10
MADE = "files_for_theme"
"""The name in the context of what a plugin has made to be published with the theme: the contents, by path."""


class Assets:
    """The files of one run in THEME_STATIC_DIR, by their paths there."""

    def __init__(self, sources: Mapping[str, Path | bytes], are_hashed: bool) -> None:
        self._sources = sources
        self._are_hashed = are_hashed
        self._asked: set[str] = set()
        self._put_out: frozenset[str] = frozenset()
        self._text = cache(self._minified)
        self._hashed = cache(self._hashed_name)

    @classmethod
    def of(cls, settings: Mapping[str, Any], context: Mapping[str, Any]) -> Assets:
        """Find the files: the theme's, and those that the site itself puts next to them or replaces them with."""
        sources: dict[str, Path | bytes] = {}
        for place in (Path(settings["THEME"], name) for name in settings["THEME_STATIC_PATHS"]):
            files = [place] if place.is_file() else sorted(file for file in place.rglob("*") if file.is_file())
            folder = place.parent if place.is_file() else place
            sources |= {file.relative_to(folder).as_posix(): file for file in files}
        for content in context["static_content"].values():
            if not isinstance(content, Static):
                continue
            path = posixpath.relpath(place_of(content) or ".", settings["THEME_STATIC_DIR"] or ".")
            if not path.startswith("."):
                sources[path] = Path(content.source_path)
        return cls({**sources, **context.get(MADE, {})}, settings.get("HASHED_NAMES", False))

    def name(self, path: str) -> str:
        """Return the path that a page uses for a file."""
        if not self._are_hashed or path not in self._sources or not path.endswith(NAMED):
            return path
        self._asked.add(path)
        return self._hashed(path)

    @property
    def are_written(self) -> bool:
        """Whether all files that pages have used are written."""
        return self._asked <= self._put_out

    @property
    def hashed(self) -> list[str]:
        """The paths of these files, and of those that they refer to; their contents never change."""
        return sorted(map(self._hashed, self._reached(*self._asked)))

    def write(self, folder: Path) -> None:
        """Replace the theme's files by minified ones, and add those that are named by content."""
        for path in self._sources:
            if path.endswith((*MINIFIERS,)) and (folder / path).is_file():
                self._put(path, folder / path)
        for path in self._reached(*self._asked):
            self._put(path, folder / self._hashed(path))
        self._put_out = frozenset(self._asked)

    def _put(self, path: str, place: Path) -> None:
        data = self._written(path)
        if not (place.is_file() and place.read_bytes() == data):
            # The file may be a link to the theme's own, which must not change.
            write_atomically(place, data)

    def _written(self, path: str) -> bytes:
        """Return a file as published: minified, and with the published names of other files."""
        text = self._text(path)
        if text is None:
            return self._bytes(path)
        for target, before, after in self._names_in(path) if self._are_hashed else ():
            named = posixpath.basename(target), posixpath.basename(self._hashed(target))
            text = text.replace(f"{before}{named[0]}{after}", f"{before}{named[1]}{after}")
        return text.encode()

    def _bytes(self, path: str) -> bytes:
        source = self._sources[path]
        return source if isinstance(source, bytes) else source.read_bytes()

    def _minified(self, path: str) -> str | None:
        """Return a minified style sheet or script; None for any other file, or one that isn't UTF-8."""
        minify = MINIFIERS.get(posixpath.splitext(path)[1])
        try:
            return str(minify(self._bytes(path).decode("utf-8"))) if minify else None
        except UnicodeDecodeError:
            return None

    def _hashed_name(self, path: str) -> str:
        digest = blake2b(digest_size=DIGITS // 2)
        for file in sorted(self._reached(path), key=lambda name: (name != path, name)):
            text = self._text(file)
            data = self._bytes(file) if text is None else text.encode()
            digest.update(f"{file} {len(data)}\n".encode() + data)
        stem, ending = posixpath.splitext(path)
        return f"{stem}.{digest.hexdigest()}{ending}"

    def _reached(self, *paths: str) -> set[str]:
        """Return some files, and all that they refer to, directly or not: two scripts may import each other."""
        reached: set[str] = set()
        waiting = [*paths]
        while waiting:
            if (path := waiting.pop()) not in reached:
                reached.add(path)
                waiting += [target for target, _, _ in self._names_in(path)]
        return reached

    def _names_in(self, path: str) -> Iterator[tuple[str, str, str]]:
        """Yield each file that a style sheet or a script refers to, with the text before and after its base name there.

        A reference is a whole string with the relative URL of the file. In a style sheet, the quotes can be omitted,
        and the `./` of a file in the same folder.
        """
        text = self._text(path)
        if text is None:
            return
        is_sheet = path.endswith(".css")
        for target in self._sources:
            if target == path or not target.endswith(NAMED):
                continue
            folder, name = posixpath.split(posixpath.relpath(target, posixpath.dirname(path) or "."))
            folders = [f"{folder}/"] if folder.startswith("..") else [f"./{folder}/" if folder else "./"]
            folders += [folders[0][2:]] if is_sheet and folders[0].startswith("./") else []
            for before, after in ('""', "''", "()" if is_sheet else "``"):
                for written in folders:
                    if f"{before}{written}{name}{after}" in text:
                        yield target, f"{before}{written}", after


ASSET = "asset"
"""What a page remarks for each file that it uses."""


def _check(_content: object, _generators: object) -> None:
    """Look whether a page that is written again uses a file that isn't there."""
    if not plugin.are_written:
        raise WholeBuildError("it uses another file of the theme")


class AssetsPlugin:
    """Carries the assets of a run from signal to signal."""

    def __init__(self) -> None:
        self._assets = Assets({}, are_hashed=False)

    @property
    def hashed(self) -> list[str]:
        """The paths in THEME_STATIC_DIR that browsers may keep."""
        return self._assets.hashed

    @property
    def are_written(self) -> bool:
        """Whether all files that pages have used so far are written."""
        return self._assets.are_written

    def name(self, path: str) -> str:
        """Return the path that a page uses for a file: the filter `asset`."""
        remark(ASSET, path)
        return self._assets.name(path)

    def note(self, path: str) -> None:
        """Count a file that a page uses."""
        self._assets.name(path)

    def give(self, generator: Any) -> None:
        """Add the filter to templates."""
        generator.env.filters["asset"] = self.name

    def find(self, generators: Sequence[Any]) -> None:
        """Find the files once all are known, and before any is written."""
        if generators:
            self._assets = Assets.of(generators[0].settings, generators[0].context)

    @on_edit(does=_check)
    def write(self, pelican: Any) -> None:
        """Write them after Pelican has copied the theme's."""
        self._assets.write(Path(pelican.output_path, pelican.settings["THEME_STATIC_DIR"]))


plugin = AssetsPlugin()
remarks[ASSET] = plugin.note  # even if the plugin isn't listed: feeds name a file, too


def register() -> None:
    """Connect the plugin."""
    signals.generator_init.connect(plugin.give)
    signals.all_generators_finalized.connect(plugin.find)
    signals.finalized.connect(plugin.write)

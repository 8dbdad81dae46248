"""The theme's style sheets, scripts and fonts as they are published: minified, and named by their contents.

A name such as `main.5f1c09be27.css` may be kept by browsers for a year, since other contents get another name. It is
computed from the bytes of a file and of all that it names, so that pages can use it before anything is written, and a
build into an old output gives the names of a clean one. The plain name stays, for whatever else links to it.
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
from pelican.contents import Content, Static

from .dependencies import steady
from .edits import on_edit
from .files import write_atomically

MINIFIERS = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}
FONTS = (".woff2", ".woff", ".ttf", ".otf")
NAMED = (*MINIFIERS, *FONTS)
"""What gets a name by its contents, if HASHED_NAMES says so."""
DIGITS = 10


class Assets:
    """The files of one run in THEME_STATIC_DIR, by their paths there."""

    def __init__(self, sources: Mapping[str, Path], are_hashed: bool) -> None:
        self._sources = sources
        self._are_hashed = are_hashed
        self._asked: set[str] = set()
        self._text = cache(self._minified)
        self._hashed = cache(self._hashed_name)

    @classmethod
    def of(cls, settings: Mapping[str, Any], context: Mapping[str, Any]) -> Assets:
        """Find the files: the theme's, and what the site itself puts beside them or in their place."""
        sources: dict[str, Path] = {}
        for place in (Path(settings["THEME"], name) for name in settings["THEME_STATIC_PATHS"]):
            found = [place] if place.is_file() else sorted(it for it in place.rglob("*") if it.is_file())
            folder = place.parent if place.is_file() else place
            sources |= {it.relative_to(folder).as_posix(): it for it in found}
        for content in context["static_content"].values():
            if not isinstance(content, Static):
                continue
            # One that is asked for its own `save_as` would stay there, and {attach} could not move it any more.
            path = posixpath.relpath(Content.save_as.fget(content) or ".", settings["THEME_STATIC_DIR"] or ".")
            if not path.startswith("."):
                sources[path] = Path(content.source_path)
        return cls(sources, settings.get("HASHED_NAMES", False))

    def name(self, path: str) -> str:
        """Return the path by which a page asks for a file."""
        if not self._are_hashed or path not in self._sources or not path.endswith(NAMED):
            return path
        self._asked.add(path)
        return self._hashed(path)

    @property
    def asked(self) -> frozenset[str]:
        """The paths of the files that pages have asked for."""
        return frozenset(self._asked)

    @property
    def hashed(self) -> list[str]:
        """The paths of all that were asked for, and of what they ask for, which never change their contents."""
        return sorted(map(self._hashed, self._reached(*self._asked)))

    def write(self, folder: Path) -> None:
        """Put the minified files into the place of the theme's, and beside them those with a name by their contents."""
        for path in self._sources:
            if path.endswith((*MINIFIERS,)) and (folder / path).is_file():
                self._put(path, folder / path)
        for path in self._reached(*self._asked):
            self._put(path, folder / self._hashed(path))

    def _put(self, path: str, place: Path) -> None:
        data = self._written(path)
        if not (place.is_file() and place.read_bytes() == data):
            # The file may be a link to the theme's own, which must stay as it is.
            write_atomically(place, data)

    def _written(self, path: str) -> bytes:
        """Return a file as it is sent: minified, and with the others under the names that they have."""
        text = self._text(path)
        if text is None:
            return self._sources[path].read_bytes()
        for other, before, after in self._names_in(path) if self._are_hashed else ():
            named = posixpath.basename(other), posixpath.basename(self._hashed(other))
            text = text.replace(f"{before}{named[0]}{after}", f"{before}{named[1]}{after}")
        return text.encode()

    def _minified(self, path: str) -> str | None:
        """Return a style sheet or a script without what is for people only; None for what is neither, or not UTF-8."""
        minify = MINIFIERS.get(posixpath.splitext(path)[1])
        try:
            return str(minify(self._sources[path].read_text("utf-8"))) if minify else None
        except UnicodeDecodeError:
            return None

    def _hashed_name(self, path: str) -> str:
        digest = blake2b(digest_size=DIGITS // 2)
        for other in sorted(self._reached(path), key=lambda it: (it != path, it)):
            text = self._text(other)
            data = self._sources[other].read_bytes() if text is None else text.encode()
            digest.update(f"{other} {len(data)}\n".encode() + data)
        stem, ending = posixpath.splitext(path)
        return f"{stem}.{digest.hexdigest()}{ending}"

    def _reached(self, *paths: str) -> set[str]:
        """Name some files, and all that they name, directly or not: two scripts may well import each other."""
        reached: set[str] = set()
        waiting = [*paths]
        while waiting:
            if (path := waiting.pop()) not in reached:
                reached.add(path)
                waiting += [other for other, _, _ in self._names_in(path)]
        return reached

    def _names_in(self, path: str) -> Iterator[tuple[str, str, str]]:
        """Yield each file that a style sheet or a script names, with what stands before and after its base name there.

        A name is a whole string that is the relative address of the file. A style sheet may leave out the quotes, and
        the `./` of what is beside it.
        """
        text = self._text(path)
        if text is None:
            return
        is_sheet = path.endswith(".css")
        for other in self._sources:
            if other == path or not other.endswith(NAMED):
                continue
            folder, name = posixpath.split(posixpath.relpath(other, posixpath.dirname(path) or "."))
            folders = [f"{folder}/"] if folder.startswith("..") else [f"./{folder}/" if folder else "./"]
            folders += [folders[0][2:]] if is_sheet and folders[0].startswith("./") else []
            for before, after in ('""', "''", "()" if is_sheet else "``"):
                for written in folders:
                    if f"{before}{written}{name}{after}" in text:
                        yield other, f"{before}{written}", after


class Plugin:
    """Carries the assets of a run from signal to signal."""

    def __init__(self) -> None:
        self._assets = Assets({}, are_hashed=False)

    @property
    def hashed(self) -> list[str]:
        """The paths, below THEME_STATIC_DIR, of what browsers may keep."""
        return self._assets.hashed

    @property
    def asked(self) -> frozenset[str]:
        """The files that pages have asked for so far."""
        return self._assets.asked

    @steady
    def name(self, path: str) -> str:
        """Return the path by which a page asks for a file: the filter `asset`."""
        return self._assets.name(path)

    def give(self, generator: Any) -> None:
        """Give templates the filter."""
        generator.env.filters["asset"] = self.name

    @on_edit()
    def find(self, generators: Sequence[Any]) -> None:
        """Look at the files once all are known, and none is written."""
        if generators:
            self._assets = Assets.of(generators[0].settings, generators[0].context)

    @on_edit(shows=lambda _content, _generators: _asked())
    def write(self, pelican: Any) -> None:
        """Write them when Pelican has copied the theme's."""
        self._assets.write(Path(pelican.output_path, pelican.settings["THEME_STATIC_DIR"]))


plugin = Plugin()


def _asked() -> frozenset[str]:
    return plugin.asked


def register() -> None:
    """Connect the plugin."""
    signals.generator_init.connect(plugin.give)
    signals.all_generators_finalized.connect(plugin.find)
    signals.finalized.connect(plugin.write)

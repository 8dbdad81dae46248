"""The FIGURES_* settings, with defaults, checked once."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..catalogues import SOURCE, as_tag
from ..files import from_root, theme_folder
from .grounds import Ground, registered_in
from .report import SettingsError

FORKS_SAFELY = hasattr(os, "fork") and sys.platform != "darwin"
"""macOS has libraries that kill a process that uses them after a fork; Windows has no fork."""

LOCAL = "local"
"""Instead of a cluster's URL: starts workers on this machine, to try it out."""

KIT = "unrolled"
"""The name of the kit's package and distribution."""

PATIENCE = 10
"""A script's limit in wall-clock time, as a multiple of its limit in processor time."""

NAMES = frozenset(
    f"FIGURES_{name}"
    for name in (
        *("ROOT", "DIAGRAMS", "SHIPPED", "SIGNATURES", "FOLDER", "STORE", "STYLE", "FONTS", "TOKENS"),
        *("FORK", "WORKERS", "CLUSTER", "TIMEOUT", "MEMORY", "WIDEST_PX", "MARGIN_PX", "KEEP_GOING", "INLINE", "WORDS"),
    )
)


@dataclass(frozen=True)
class Settings:
    """The locations and options for rendering. All paths are absolute.

    `shipped` is the folder of scripts that come with a kit: they are used if `diagrams` has none with the same name.
    `signatures` lists the positional arguments of layers.

    `widest_px` is the width of the widest box that a page has for a figure, `margin_px` the margin that the page keeps
    next to it. `timeout_s` is the processor time that a script may use, and how long it may be idle. With `forks`,
    children are forked from a warm process; otherwise, each gets a new interpreter. `cluster` is the URL of a Dask
    scheduler whose workers draw, or "local"; without one, this machine draws. `keep_going` shows the last good drawing
    of a figure that fails, with a note in the page: for a preview. `inline` writes drawings into articles, for a theme
    that doesn't use the filter `figures`; `asks_system` says that this theme is dark where the reader's system is,
    without telling drawings by `color-scheme`. `extra` are the site paths that EXTRA_PATH_METADATA gives to files.
    `language` is the site's own. `words` are the backgrounds of words that have the same one on every page.
    """

    root: Path
    content: Path
    output: Path
    diagrams: Path
    shipped: Path | None
    signatures: Path | None
    store: Path
    folder: str
    style: Path | None
    fonts: Path | None
    tokens: Path | None
    forks: bool
    workers: int
    cluster: str | None
    timeout_s: float
    memory_mb: float
    widest_px: int
    margin_px: int
    keep_going: bool
    inline: bool
    asks_system: bool
    extra: frozenset[str]
    language: str
    words: Mapping[str, Ground] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Settings:
        """Read a Pelican settings mapping; raise SettingsError for an invalid value or an unknown name."""
        for unknown in sorted(name for name in settings if name.startswith("FIGURE") and name not in NAMES):
            near = get_close_matches(unknown, NAMES, n=1, cutoff=0.6 if unknown.startswith("FIGURES_") else 0.85)
            if near or unknown.startswith("FIGURES_"):  # others may belong to another plugin
                raise SettingsError(f"unknown setting {unknown}", f"did you mean {near[0]}?" if near else "remove it")
        content = Path(settings["PATH"]).resolve()
        root = _folder(settings, "FIGURES_ROOT", content.parent, ".").resolve()
        kit, inline = _kit(root), _yes(settings, "FIGURES_INLINE", False)
        colours = [root / "theme/tokens.json", *([theme_folder() / "tokens.json"] if inline else [])]

        def optional(name: str, default: Path) -> Path | None:
            named: str | Path | None = settings.get(name, default)
            if named is None or (name not in settings and not default.exists()):
                return None
            if not (root / named).exists():
                raise SettingsError(f"{name}: {root / named} doesn't exist")
            return root / named

        return cls(
            root=root,
            content=content,
            output=Path(settings["OUTPUT_PATH"]).resolve(),
            diagrams=_folder(settings, "FIGURES_DIAGRAMS", root, "diagrams"),
            shipped=optional("FIGURES_SHIPPED", kit / "scripts"),
            signatures=optional("FIGURES_SIGNATURES", kit / "reader/keras.json"),
            store=_store(root / settings.get("FIGURES_STORE", ".figures"), content, Path(settings["OUTPUT_PATH"])),
            folder=_name(settings, "FIGURES_FOLDER", "images"),
            style=optional("FIGURES_STYLE", root / "theme/figures.mplstyle"),
            fonts=optional("FIGURES_FONTS", kit / "fonts"),
            tokens=optional("FIGURES_TOKENS", next(filter(Path.is_file, colours), colours[0])),
            forks=_yes(settings, "FIGURES_FORK", FORKS_SAFELY),
            workers=_whole(settings, "FIGURES_WORKERS", _cores()),
            cluster=_cluster(settings.get("FIGURES_CLUSTER")),
            timeout_s=_positive(settings, "FIGURES_TIMEOUT", 60),
            memory_mb=_positive(settings, "FIGURES_MEMORY", 2048),
            widest_px=_whole(settings, "FIGURES_WIDEST_PX", 848),
            margin_px=_whole(settings, "FIGURES_MARGIN_PX", 40),
            keep_going=_yes(settings, "FIGURES_KEEP_GOING", False),
            inline=inline,
            asks_system=inline and _asks_system(settings),
            extra=frozenset(options.get("path", "") for options in settings.get("EXTRA_PATH_METADATA", {}).values()),
            language=as_tag(settings.get("DEFAULT_LANG", SOURCE)),
            words=registered_in(settings.get("FIGURES_WORDS", {}), "FIGURES_WORDS"),
        )

    @property
    def matplotlibrc(self) -> Path:
        """Return matplotlib's settings for every script: the style, or a file that a plain script finds in the root."""
        return self.style or self.root / "matplotlibrc"

    @property
    def clock_s(self) -> float:
        """How long a script may take by the clock, however little processor time it uses."""
        return PATIENCE * self.timeout_s

    def shown(self, path: Path, folder: Path | None = None) -> str:
        """Return a path as the author would write it: from the project's root, or another folder, if it is inside."""
        return from_root(path, folder or self.root)


def _kit(root: Path) -> Path:
    """Return the folder of the kit: the site's own, or the installed one, which isn't imported."""
    folder = root / "diagrams" / KIT
    if folder.is_dir() or not any(metadata.distributions(name=KIT)):
        return folder
    spec = find_spec(KIT)
    return Path(spec.origin).parent if spec and spec.origin else folder


def _asks_system(settings: Mapping[str, Any]) -> bool:
    """Return whether the theme's style sheets are dark by a media query alone, as those of Pelican's own theme are."""
    folders = [Path(settings["THEME"], folder) for folder in settings["THEME_STATIC_PATHS"]]
    sheets = (path.read_text("utf-8", "replace") for folder in folders for path in sorted(folder.rglob("*.css")))
    rules = "".join(sheets)
    asks, tells = re.search(r"prefers-color-scheme\s*:\s*dark", rules), re.search(r"(?<![-\w])color-scheme\s*:", rules)
    return asks is not None and tells is None


def _positive(settings: Mapping[str, Any], name: str, default: float) -> float:
    value = settings.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise SettingsError(f"{name} is {value!r}, but must be a number above 0")
    return value


def _cluster(value: object) -> str | None:
    """Check the URL of a cluster, without connecting before there is something to draw."""
    if value is None or value == LOCAL or (isinstance(value, str) and all(value.partition("://"))):
        return value
    raise SettingsError(f'FIGURES_CLUSTER is {value!r}, but must be a URL such as "tcp://10.0.0.1:8786", or "local"')


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _whole(settings: Mapping[str, Any], name: str, default: int) -> int:
    value = _positive(settings, name, default)
    if value != int(value):
        raise SettingsError(f"{name} is {value!r}, but must be a whole number")
    return int(value)


def _yes(settings: Mapping[str, Any], name: str, default: bool) -> bool:
    value = settings.get(name, default)
    if not isinstance(value, bool):
        raise SettingsError(f"{name} is {value!r}, but must be True or False")
    return value


def _name(settings: Mapping[str, Any], name: str, default: str) -> str:
    value = str(settings.get(name, default)).strip("/")
    if not value:
        raise SettingsError(f"{name} is empty, but must be a folder of the site, such as {default}")
    return value


def _folder(settings: Mapping[str, Any], name: str, root: Path, default: str) -> Path:
    """Return a folder; it must exist if it is set, but not if it is the default."""
    place = root / str(settings.get(name, default))
    if name in settings and not place.is_dir():
        raise SettingsError(f"{name}: the folder {place} doesn't exist")
    return place


def _store(place: Path, content: Path, output: Path) -> Path:
    """Return the folder of the store, which must not be inside a folder that is read or emptied."""
    for folder in (content, output.resolve()):
        if place.resolve().is_relative_to(folder):
            raise SettingsError(f"FIGURES_STORE is {place}, but must be outside of {folder}")
    return place

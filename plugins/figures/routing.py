"""From an address to the script that draws it: /images/rnn-default-keras.png -> diagrams/rnn_default_keras.py."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import accumulate
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .formats import FORMATS, IMAGES, one_of
from .report import AddressError
from .settings import Settings

LINKS = tuple(FORMATS)
"""The formats to which a page may link."""
TURNED = ".turned"
"""What stands before the ending in the address of a turned form."""
_PART = re.compile(r"[^\W_]+(?:[- ][^\W_]+)*")
_NUMBERED = re.compile(r"(?P<name>.+)-(?P<index>[2-9]|[1-9]\d+)")
_PREFIX = re.compile(r"[{|](?:static|attach|filename)[|}]")


@dataclass(frozen=True)
class Route:
    """What an address leads to: figure number `index` of `script`, or a hand-made `picture`."""

    name: str
    ending: str
    script: Path | None
    index: int
    picture: Path | None

    @property
    def path(self) -> str:
        """The path below the folder of figures, as in the address."""
        return f"{self.name}.{self.ending}"


def path_in_content(address: str, folder: str) -> str | None:
    """Return the site's path of an address in an article that lies in `folder`; None for another host's."""
    address = _PREFIX.sub("", address, count=1)
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return None
    path = unquote(parts.path)
    return path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))


def route(path: str, settings: Settings, formats: Sequence[str] = IMAGES) -> Route | None:
    """Follow a site path; None if it is not in the folder of figures. Raise AddressError where it leads nowhere."""
    if not path.startswith(settings.folder + "/"):
        return None
    name, dot, ending = path.removeprefix(settings.folder + "/").rpartition(".")
    if ".." in path.split("/"):
        raise AddressError("an address must not hold '..'", "name the figure by its own place, without '..'")
    drawn = _script(name, settings)
    if os.path.isfile(f"{settings.content}/{path}"):
        picture = settings.content / path
        if drawn:
            raise AddressError(
                f"both {settings.shown(picture)} and {settings.shown(drawn[0])} stand at this address",
                "remove or rename one of them",
            )
        return Route(name, ending, None, 1, picture)
    if "_" in name:
        raise AddressError("an address has hyphens, not underscores", f"write /{path.replace('_', '-')}")
    if not dot:
        raise AddressError("the address has no ending", f"write /{path}.png")
    if not all(_PART.fullmatch(part) for part in name.split("/")):
        raise AddressError(
            f"{name!r} is no name of a figure: it may have letters, digits, and single hyphens or blanks between them",
            "rename the script, and write its new name here",
        )
    if drawn is None:
        raise _nothing(name, ending, settings)
    if ending not in formats:
        does = "shows" if formats == IMAGES else "links to"
        link = f", or link to it: [words](/{path})" if ending in LINKS else ""
        raise AddressError(
            f"a page {does} a figure as {one_of(formats)}, not as {ending}",
            f"write /{settings.folder}/{name}.png{link}",
        )
    return Route(name, ending, *drawn, None)


def script_of(name: str, settings: Settings) -> Path:
    """Return where the script of a figure's name would stand."""
    return settings.diagrams / f"{name.replace('-', '_')}.py"


def scripts(settings: Settings) -> list[Path]:
    """List the diagram scripts: not the kit, nor data, nor what begins with an underscore."""
    found: list[str] = []
    for folder, folders, files in os.walk(settings.diagrams):
        folders[:] = [name for name in folders if not _holds_no_figure(os.path.join(folder, name))]
        found += [os.path.join(folder, name) for name in files if name.endswith(".py") and not name.startswith("_")]
    return [Path(place) for place in sorted(found)]


def _script(name: str, settings: Settings) -> tuple[Path, int] | None:
    candidates = [(name, 1)]
    if numbered := _NUMBERED.fullmatch(name):
        candidates.append((numbered["name"], int(numbered["index"])))
    for stem, index in candidates:
        parts = tuple(f"{stem.replace('-', '_')}.py".split("/"))
        place = os.path.join(settings.diagrams, *parts)
        if os.path.isfile(place) and not _is_private(parts, settings) and not _leads_out(parts, settings):
            return Path(place), index
    return None


def _leads_out(parts: tuple[str, ...], settings: Settings) -> bool:
    """Say whether a link on the way leads out of the diagrams."""
    places = accumulate(parts, os.path.join, initial=str(settings.diagrams))
    if not any(os.path.islink(place) for place in places):
        return False
    script = settings.diagrams.joinpath(*parts)
    return not script.resolve().is_relative_to(settings.diagrams.resolve())


def _is_private(parts: Sequence[str], settings: Settings) -> bool:
    """The kit and other packages, data, and what begins with an underscore hold no figure."""
    folders = accumulate(parts[:-1], os.path.join, initial=str(settings.diagrams))
    return any(part.startswith("_") for part in parts) or any(map(_holds_no_figure, list(folders)[1:]))


def _holds_no_figure(folder: str) -> bool:
    name = os.path.basename(folder)
    return name == "data" or name.startswith("_") or os.path.isfile(os.path.join(folder, "__init__.py"))


def _nothing(name: str, ending: str, settings: Settings) -> AddressError:
    drawn = [
        path.relative_to(settings.diagrams).with_suffix("").as_posix().replace("_", "-") for path in scripts(settings)
    ]
    by_hand = settings.content / settings.folder
    pictures = [path.relative_to(by_hand).as_posix() for path in sorted(by_hand.rglob("*")) if path.is_file()]
    names = {name: f"{name}.png" for name in drawn} | {path.rpartition(".")[0]: path for path in pictures}
    near = [f"/{settings.folder}/{names[other]}" for other in get_close_matches(name, names, n=3, cutoff=0.6)]
    script = settings.shown(script_of(name, settings))
    picture = settings.shown(by_hand / f"{name}.{ending}")
    return AddressError(
        f"there is no script {script} and no picture {picture}",
        f"near names: {', '.join(near)}" if near else "write the script, or put the picture there",
    )

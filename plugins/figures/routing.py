"""From a URL to the script that draws it: /images/rnn-default-keras.png -> diagrams/rnn_default_keras.py."""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import accumulate
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .formats import FORMATS, IMAGES, one_of
from .report import AddressError
from .settings import Settings

LINKS = tuple(FORMATS)
"""The formats that a page can link to."""
NARROW = ".turned"
"""The part before the extension in the URL of a narrow form."""
BOX_PX = (254, 143)
"""The size of a thumbnail, and of the smallest card's plate, in CSS pixels."""
THUMBNAILS = {"light": ".thumbnail", "dark": ".thumbnail-dark"}
"""The part before the extension in the URLs of a figure's thumbnails, by colour scheme."""
ASKS = "asks"
"""The kind of data with the answers of a figure (see `asks`)."""
VARY = "vary"
"""The kind of data with the pictures of a slider that one run draws (see `child.snapshots`)."""
_PART = re.compile(r"[^\W_]+(?:[- ][^\W_]+)*")
_NUMBERED = re.compile(r"(?P<name>.+)-(?P<index>[2-9]|[1-9]\d+)")
_TAG = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")
_ID_AND_LANGUAGE = re.compile(rf"(.+)\.({_TAG.pattern})")
_WORDS = re.compile(r"[^\W_]+")
_PLAIN = re.compile(r"/?[\w.-]+(?:/[\w.-]+)*")
"""Most URLs of figures: there is nothing in them to take apart."""
_PREFIX = re.compile(r"[{|](?:static|attach|filename)[|}]")
_NOT_IDS = frozenset(ending.removeprefix(".") for ending in (*FORMATS, "py", NARROW, *THUMBNAILS.values()))
"""Words with another meaning in URLs."""


@dataclass(frozen=True)
class Route:
    """The target of a URL: figure number `index` of `script`, or a hand-made `picture`.

    If it has neither, an image somewhere gives the figure a script. `id` distinguishes the figures that one script
    draws from different code, or with different arguments: it is part of the name, `unroll.stacked`. So is the
    `language`, unless it is the site's own: `unroll.stacked.de`. `of` names everything that the same run draws, if the
    name doesn't imply it.
    """

    name: str
    ending: str
    script: Path | None
    index: int
    picture: Path | None
    id: str = ""
    of: str = ""
    language: str = ""
    """Empty for the site's own."""

    @property
    def path(self) -> str:
        """The path inside the folder of figures, as in the URL."""
        return f"{self.name}.{self.ending}"

    @property
    def stem(self) -> str:
        """The name without id and language, as in an image that has its id in its attributes."""
        return self.name.removesuffix(_suffix(self.id, self.language))

    @property
    def figure(self) -> str:
        """The name for all that one run draws: `unroll.stacked`, also for its second figure, `unroll-2.stacked`."""
        if self.of:
            return self.of
        stem = self.stem if self.index == 1 else self.stem.removesuffix(f"-{self.index}")
        return stem + _suffix(self.id, self.language)

    @property
    def place(self) -> str:
        """Its name in an article: the id, or else the name; a number counts the figures of a script."""
        return f"{self.id}-{self.index}" if self.id and self.index > 1 else self.id or self.stem

    def in_language(self, language: str) -> Route:
        """Return the same figure in another language; empty for the site's own."""
        return replace(self, name=self.stem + _suffix(self.id, language), language=language)


def _suffix(id_: str, language: str) -> str:
    """Return the end of a name; a figure whose author has given it its language as its id has it only once."""
    return "".join(f".{part}" for part in dict.fromkeys((id_, language)) if part)


def thumbnail_path(path: str, scheme: str, file: str) -> str:
    """Return the path of a thumbnail, from the figure's path without extension and the file in the store."""
    return f"{path}{THUMBNAILS[scheme]}.{file.rpartition('.')[2]}"


def data_path(path: str, kind: str, digest: str) -> str:
    """Return the path, or URL, of data that pages load, from that of a picture without extension.

    Its name follows from its content, whose digest is given, so a browser can keep it forever.
    """
    return f"{path}.{kind}-{digest_in_path(digest)}.json"


def digest_in_path(digest: str) -> str:
    """Return as much of a digest as tells the data of a figure from each other."""
    return digest[:16]


def path_in_content(address: str, folder: str) -> str | None:
    """Return the site path of a URL in an article in `folder`; None if it is on another host."""
    if _PLAIN.fullmatch(address):
        path = address
    else:
        address = _PREFIX.sub("", address, count=1)
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path:
            return None
        path = unquote(parts.path)
    return path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))


def route(
    path: str,
    settings: Settings,
    formats: Sequence[str] = IMAGES,
    id_: str = "",
    script: str = "",
    language: str = "",
) -> Route | None:
    """Resolve a site path; None if it isn't in the folder of figures. Raise AddressError if it can't lead anywhere.

    `id_` and `script` are the image's attributes, and `language` is the figure's, by default the site's own; a path
    with an id and a language, as in a figure's own URL, means that language. If no script has the name, another image
    may give it one.
    """
    if not path.startswith(settings.folder + "/"):
        return None
    name, dot, ending = path.removeprefix(settings.folder + "/").rpartition(".")
    if ".." in path.split("/"):
        raise AddressError("a figure's URL can't contain '..'", "write the figure's own path, without '..'")
    folder, slash, last = name.rpartition("/")
    stem, _, own_id = last.partition(".")
    if both := _ID_AND_LANGUAGE.fullmatch(own_id):
        own_id, language = both.group(1, 2)
    stem, language = f"{folder}{slash}{stem}", "" if language == settings.language else language
    if os.path.isfile(f"{settings.content}/{path}"):
        picture = settings.content / path
        if clash := _script(script or stem, settings):
            raise AddressError(
                f"both {settings.shown(picture)} and {settings.shown(clash[0])} have this URL",
                "remove or rename one of them",
            )
        return Route(name, ending, None, 1, picture)
    if "_" in name:
        raise AddressError("a figure's URL has hyphens, not underscores", f"write /{path.replace('_', '-')}")
    if not dot:
        raise AddressError("the URL has no file extension", f"write /{path}.png")
    if not all(_PART.fullmatch(part) for part in stem.split("/")):
        raise AddressError(
            f"{stem!r} can't name a figure: a name has letters, digits, and single hyphens or spaces between them",
            "rename the script, and use its new name here",
        )
    if id_ and own_id and id_ != own_id:
        raise AddressError(f"the URL has the id {own_id!r}, but the image has the id {id_!r}", "remove one of them")
    if id_ := id_ or own_id:
        _check_id(id_)
    if language and not _TAG.fullmatch(language):
        raise AddressError(f"{language!r} isn't a language tag", "write one such as de or pt-br")
    if suffix := _suffix(id_, language):
        name = stem + suffix
        picture = settings.content / settings.folder / f"{name}.{ending}"
        if picture.is_file():
            raise AddressError(
                f"{settings.shown(picture)} already has this URL, {name}.{ending}",
                f"{'choose another id' if id_ else 'give the image an id'}, or rename the picture",
            )
    file, index = _asked_for(stem, script, settings)
    target = Route(name, ending, file, index, None, id_, language=language)
    if file is None and ending not in FORMATS:
        raise nothing_at(target, settings)
    if ending not in formats:
        does = "show" if formats == IMAGES else "link to"
        link = f", or link to it: [words](/{path})" if ending in LINKS else ""
        raise AddressError(
            f"a page can {does} a figure only as {one_of(formats)}, not as {ending}",
            f"write /{settings.folder}/{name}.png{link}",
        )
    return target


def _check_id(id_: str) -> None:
    if not _PART.fullmatch(id_) or " " in id_:
        raise AddressError(
            f"the id {id_!r} can't be part of a URL: an id has letters, digits, and single hyphens between them",
            f"write #{'-'.join(_WORDS.findall(id_)) or 'stacked'}",
        )
    if id_.lower() in _NOT_IDS:
        raise AddressError(
            f"a figure can't have the id {id_}, which means something else in a URL", "choose another id"
        )


def _asked_for(stem: str, named: str, settings: Settings) -> tuple[Path | None, int]:
    """Return the script that draws a figure, and the figure's number in it."""
    if not named:
        return _script(stem, settings) or (None, 1)
    named = named.removesuffix(".py")
    is_name = all(_PART.fullmatch(part) for part in named.replace("_", "-").split("/"))
    named_script = _script(named, settings) if is_name else None
    if named_script is None:
        names = [script_name(path, settings) for path in (*scripts(settings), *shipped_scripts(settings))]
        near = get_close_matches(named.replace("_", "-"), names, n=3)
        listed = (
            f"did you mean {' or '.join(near)}?"
            if near
            else f"write it as {settings.shown(script_of(named, settings))}"
        )
        raise AddressError(f"script={named}: this script doesn't exist", listed)
    own_script = _script(stem, settings)
    if own_script and own_script[0] not in (named_script[0], *shipped_scripts(settings)):
        raise AddressError(
            f"{settings.shown(own_script[0])} already draws this figure, but the image names script={named}",
            "remove script=, or rename the image or the script",
        )
    return named_script


def script_of(name: str, settings: Settings) -> Path:
    """Return the path that a script for a figure's name would have."""
    return settings.diagrams / f"{name.replace('-', '_')}.py"


def scripts(settings: Settings) -> list[Path]:
    """List the diagram scripts: not the kit, data, or names that start with an underscore."""
    paths: list[str] = []
    for folder, folders, files in os.walk(settings.diagrams):
        folders[:] = [name for name in folders if not _holds_no_figure(os.path.join(folder, name))]
        paths += [os.path.join(folder, name) for name in files if name.endswith(".py") and not name.startswith("_")]
    return [Path(place) for place in sorted(paths)]


def shipped_scripts(settings: Settings) -> list[Path]:
    """List the scripts that come with a kit."""
    return sorted(settings.shipped.glob("[!_]*.py")) if settings.shipped else []


def script_name(script: Path, settings: Settings) -> str:
    """Return the name of a script's figure."""
    folder = settings.shipped if settings.shipped and script.parent == settings.shipped else settings.diagrams
    return settings.shown(script.with_suffix(""), folder).replace("_", "-")


def _script(name: str, settings: Settings) -> tuple[Path, int] | None:
    """Look up a script by a figure's name: among the author's own, then among those of the kit."""
    candidates = [(name, 1)]
    if numbered := _NUMBERED.fullmatch(name):
        candidates.append((numbered["name"], int(numbered["index"])))
    for folder in filter(None, (settings.diagrams, settings.shipped)):
        for stem, index in candidates:
            file = f"{stem.replace('-', '_')}.py"
            place = f"{folder}{os.sep}{file.replace('/', os.sep)}"
            try:
                mode = os.lstat(place).st_mode
            except (OSError, ValueError):  # the latter for a name that this system can't have
                continue
            parts = tuple(file.split("/"))
            # Nearly all are plain files in the folder itself, where nothing on the path can be a link.
            is_here = len(parts) == 1 and stat.S_ISREG(mode) and not file.startswith("_")
            if is_here or (os.path.isfile(place) and not _is_private(parts, folder) and not _leads_out(parts, folder)):
                return Path(place), index
    return None


def _leads_out(parts: tuple[str, ...], folder: Path) -> bool:
    """Return whether a link on the path leads out of a folder of scripts."""
    places = accumulate(parts, os.path.join, initial=str(folder))
    if not any(os.path.islink(place) for place in places):
        return False
    return not folder.joinpath(*parts).resolve().is_relative_to(folder.resolve())


def _is_private(parts: Sequence[str], folder: Path) -> bool:
    """The kit and other packages, data, and names that start with an underscore contain no figures."""
    folders = accumulate(parts[:-1], os.path.join, initial=str(folder))
    return any(name.startswith("_") for name in parts) or any(map(_holds_no_figure, list(folders)[1:]))


def _holds_no_figure(folder: str) -> bool:
    name = os.path.basename(folder)
    return name == "data" or name.startswith("_") or os.path.isfile(os.path.join(folder, "__init__.py"))


def nothing_at(target: Route, settings: Settings, image: str = "") -> AddressError:
    """Return an error: there is nothing at a URL; suggest similar ones, or the image that draws the code above it."""
    script_names = [script_name(path, settings) for path in (*scripts(settings), *shipped_scripts(settings))]
    by_hand = settings.content / settings.folder
    pictures = [path.relative_to(by_hand).as_posix() for path in sorted(by_hand.rglob("*")) if path.is_file()]
    names = {name: f"{name}.png" for name in script_names} | {path.rpartition(".")[0]: path for path in pictures}
    near = [f"/{settings.folder}/{names[name]}" for name in get_close_matches(target.stem, names, n=3, cutoff=0.6)]
    script = settings.shown(script_of(target.stem, settings))
    picture = settings.shown(by_hand / target.path)
    advice = [f"did you mean {' or '.join(near)}?"] if near else []
    if image:
        advice.append(f"to draw the code above in a standard view, write {image}")
    return AddressError(
        f"neither the script {script} nor the picture {picture} exists",
        *(advice or ["write the script, or put the picture there"]),
    )

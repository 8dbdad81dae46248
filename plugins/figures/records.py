"""What is remembered of a render, and what a child tells of it: their schema, and records written and read.

Both are JSON that may have been cut, or be anyone's. msgspec reads it: it checks every value against the types below
while it parses, in a fifth of the time that `json` takes to parse alone.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import msgspec
from msgspec import Meta

from ..files import read_regular, write_atomically
from .observations import State

THEMED = "themed"
"""The ending of the SVG that stands in the page itself, and is never published."""

KEPT = 50
"""How many states of its inputs are remembered of a figure: as often an author may go back without a render."""

Ending = Annotated[str, Meta(pattern=r"^[a-z0-9]{1,8}\Z")]
"""A format: nothing that leads to another folder."""

Stored = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\.[a-z0-9]{1,8}\Z")]
"""The name of a file in the store: no path that leads elsewhere."""

Plain = Annotated[str, Meta(pattern=r"^[^/\\\0]{1,255}\Z")]
"""The name of a file in a folder that is known."""

Scheme = Literal["light", "dark"]

Pixels = Annotated[int, Meta(ge=1, le=1_000_000)]
Seconds = Annotated[float, Meta(ge=0, le=1e9)]


class Argument(TypedDict):
    """Where an argument stands in the code, its line from 1 and its column from 0; its role gives it its colour."""

    name: str
    line: Annotated[int, Meta(ge=1)]
    column: Annotated[int, Meta(ge=0)]
    role: NotRequired[str]


class Part(TypedDict, total=False):
    """What a part of a drawing means."""

    role: str | None
    step: int | None
    argument: Argument | None


class Description(TypedDict, total=False):
    """The words for who does not see the figure: a text, and a table with its head."""

    text: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


class DrawnForm(TypedDict):
    """A form as a child tells of it: its files by their names in the job's folder."""

    files: dict[Ending, Plain]
    width: Pixels
    height: Pixels
    parts: dict[str, Part]
    moving: list[Ending]


class Drawn(TypedDict):
    """A figure as a child tells of it."""

    alt: str
    description: Description
    steps: list[str]
    forms: dict[Literal["wide", "turned"], DrawnForm]
    thumbnail: NotRequired[dict[Scheme, Plain]]
    notes: list[str]


class Told(TypedDict, total=False):
    """The result of a child: its figures, or why there are none; what it has observed, and what it cost."""

    figures: Annotated[list[Drawn], Meta(min_length=1)]
    modules: list[str]
    warned: list[str]
    notes: list[str]
    failure: list[str]
    advice: str
    block: str | None
    block_line: int | None
    misses_files: bool
    observed: dict[str, dict[str, State]]
    above: str
    grounds: dict[str, int]
    unsteady: list[str]
    times: list[str]
    compiled: list[str]
    only_beside: list[str]
    cost_s: Seconds


@dataclass(frozen=True)
class Inputs:
    """What a render observed: the state of each aspect of a path (see `observations`), by path as a record names it.

    Of the distributions that it has imported, the versions; of the code above its own, a digest, if it looked at it.
    `grounds` numbers the colours of the picture's words, in their order: an article has one for each word.
    """

    observed: Mapping[str, Mapping[str, State]] = field(default_factory=dict)
    versions: Mapping[str, str | None] = field(default_factory=dict)
    above: str = ""
    grounds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """One drawing of a figure: its files in the store by ending, its size in CSS pixels, its parts by gid.

    `moving` are the endings of the files that are animations.
    """

    files: Mapping[Ending, Stored]
    width: Pixels
    height: Pixels
    parts: Mapping[str, Part] = field(default_factory=dict)
    moving: tuple[Ending, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A rendered figure: wide form, narrow form where it has one, its words, and its files in small, by colour scheme.

    In small one that has no colours but the theme's has both schemes, and no ground; any other is light, on its own.
    """

    wide: Form
    turned: Form | None = None
    alt: str = ""
    description: Description = field(default_factory=lambda: Description())
    steps: tuple[str, ...] = ()
    thumbnail: Mapping[Scheme, Stored] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """The figures that one run of a script yielded, what it read, how long it took, what it warned of, and notes.

    `stamps` are the sizes and times of its files in the store: a short cut to their hashes, which are their names.
    `is_lasting` says that what it observed still held when it ended, so that it may be remembered.
    """

    figures: Annotated[tuple[Figure, ...], Meta(min_length=1)]
    inputs: Inputs
    cost_s: Seconds = 0.0
    warned: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stamps: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    is_lasting: bool = True

    @property
    def forms(self) -> list[Form]:
        """The forms of all its figures."""
        return [form for figure in self.figures for form in (figure.wide, figure.turned) if form]

    @property
    def files(self) -> list[str]:
        """The names in the store that this record needs."""
        small = [name for figure in self.figures for name in figure.thumbnail.values()]
        return [*(name for form in self.forms for name in form.files.values()), *small]


class Records:
    """The records of a project: a file for each figure and key, with the last states of its inputs, newest first.

    A record counts only if it names, among what it has read, the script that draws the figure.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str, key: str, script: str) -> list[Record]:
        """Return the records of a key; none where they cannot be read: then the figure is rendered anew."""
        try:
            known = _records.decode(read_regular(f"{self._folder}/{name}/{key}.json"))
        except (OSError, ValueError, RecursionError):  # msgspec's own errors are ValueErrors
            return []
        return [record for record in known if _is_of(record, script)]

    def newest(self, name: str, script: str) -> list[Record]:
        """Return all records of a figure, those last written first."""
        try:
            paths = sorted((self._folder / name).glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        except OSError:
            return []
        return [record for path in paths for record in self.read(name, path.stem, script)]

    def add(self, name: str, key: str, record: Record, script: str) -> None:
        """Remember a record under its key, and forget the oldest beyond KEPT."""
        known = [record, *(old for old in self.read(name, key, script) if old.inputs != record.inputs)][:KEPT]
        write_atomically(self._path(name, key), msgspec.json.format(msgspec.json.encode(known), indent=1))

    def keep(self, kept: Container[tuple[str, str]]) -> None:
        """Remove the records of every other name and key."""
        for path in self._folder.rglob("*.json"):
            if (path.parent.relative_to(self._folder).as_posix(), path.stem) not in kept:
                path.unlink(missing_ok=True)

    def _path(self, name: str, key: str) -> Path:
        return self._folder / name / f"{key}.json"


def _is_of(record: Record, script: str) -> bool:
    """Say whether a record tells of a script's figures, for pages, each file stored under its own ending."""
    own = all(name.endswith(f".{ending}") for form in record.forms for ending, name in form.files.items())
    whole = all({"png", "svg", *form.moving} <= form.files.keys() for form in record.forms)
    return own and whole and "content" in record.inputs.observed.get(script, ())


def told_in(folder: Path) -> Told:
    """Read what a child told in its folder; nothing where it did not. Raise ValueError where it cannot be read."""
    try:
        return _told.decode(read_regular(folder / "result.json"))
    except OSError:
        return {}
    except RecursionError as problem:
        raise ValueError("it is too deep") from problem


def checked(drawn: Mapping[str, Any]) -> Drawn:
    """Return what a picture says of itself if it is what a page can show; raise ValueError, which says what is not."""
    return msgspec.convert(drawn, Drawn)


def observed_in(record: bytes) -> Mapping[str, Mapping[str, State]]:
    """Return what the newest of some records has observed; raise ValueError where they cannot be read."""
    known = _records.decode(record)
    return known[0].inputs.observed if known else {}


def is_inside(path: str) -> bool:
    """Say whether a relative path, as text, stays in its folder."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\\" not in path


_records = msgspec.json.Decoder(list[Record])
_told = msgspec.json.Decoder(Told)

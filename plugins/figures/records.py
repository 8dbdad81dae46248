"""What is recorded of a render, and a child's result: their schema, and reading and writing records.

Both are JSON that may be truncated or come from anyone. msgspec checks every value against the types below while
parsing, in a fifth of the time that `json` needs for parsing alone.
"""

from __future__ import annotations

import os
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, TypedDict

import msgspec
from msgspec import Meta

from ..files import read_regular, remove, write_atomically
from .formats import FORMATS
from .grounds import Ground
from .observations import State, digest

THEMED = "themed"
"""The ending of the SVG that is embedded in the page, and never published."""

KEPT = 50
"""How many states of its inputs are recorded for a figure: an author can go back this often without a render."""

_ENDINGS = "|".join((*FORMATS, THEMED))

Ending = Annotated[str, Meta(pattern=rf"^({_ENDINGS})\Z")]
"""A known format: a page, for example, could run code."""

Stored = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{64}}\.({_ENDINGS})\Z")]
"""The name of a file in the store, in a known format: not a path to another folder."""

Data = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\.json\Z")]
"""The name of a file in the store that a page loads: the answers of a picture (see `asks`), or its snapshots."""

Scheme = Literal["light", "dark"]

Pixels = Annotated[int, Meta(ge=1, le=1_000_000)]
Seconds = Annotated[float, Meta(ge=0, le=1e9)]


class Argument(TypedDict):
    """The place of an argument in the code, with 1-based line and 0-based column; its role sets its colour."""

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
    """The words for readers who don't see the figure: a text, and a table with its header."""

    text: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    computed: Sequence[str]
    """How the values in each row were computed, a line each."""


class View(NamedTuple):
    """The part of a drawing that lists of figures show, in CSS pixels, and how much it shows."""

    score: float
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Inputs:
    """The observations of a render: the state of each aspect of a path (see `observations`), by the path's name.

    Of the distributions that it imported, the versions; of the code above its own, a digest, if the script used it.
    `grounds` are the backgrounds of the picture's words, in order: an article has one for each word.
    """

    observed: Mapping[str, Mapping[str, State]] = field(default_factory=dict)
    versions: Mapping[str, str | None] = field(default_factory=dict)
    above: str = ""
    grounds: Mapping[str, Ground] = field(default_factory=dict)


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
    view: View | None = None
    """None if no part can be read in a list."""


@dataclass(frozen=True)
class SnapshotFiles:
    """The pictures of a slider: what changes from one to the next, and the answers of those that have some."""

    changes: Data
    asks: tuple[Data, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A rendered figure: wide form, narrow and mid form if it has one, its words, and its thumbnails by colour scheme.

    The thumbnail of a figure with only the theme's colours has both schemes, and no background; any other is light,
    with its own background. `narrow` has no default, so that a record from when it had another name isn't read as that
    of a figure without one.
    """

    wide: Form
    narrow: Form | None
    alt: str = ""
    description: Description = field(default_factory=lambda: Description())
    steps: tuple[str, ...] = ()
    thumbnail: Mapping[Scheme, Stored] = field(default_factory=dict)
    language: str = ""
    """The language of its words; empty if it isn't known, as in a plain script: then it is taken for the article's."""
    mid: Form | None = None
    """The form for tablets, which only pages show."""
    asks: Data | None = None
    """The answers of its numbers, if they can be asked."""
    snapshots: Mapping[str, SnapshotFiles] = field(default_factory=dict)
    """The pictures of its sliders, by the `vary` of each."""

    @property
    def answers(self) -> list[Data]:
        """The answers of its numbers, and of those in the pictures of its sliders."""
        asks = (self.asks, *chain.from_iterable(snapshots.asks for snapshots in self.snapshots.values()))
        return [*dict.fromkeys(file for file in asks if file)]


class ChildResult(TypedDict, total=False):
    """The result of a child: its figures, whose files are in its folder, or why there are none; what it has read."""

    figures: Annotated[list[Figure], Meta(min_length=1)]
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
    grounds: dict[str, Ground]
    unsteady: list[str]
    times: list[str]
    compiled: list[str]
    only_beside: list[str]
    cost_s: Seconds


@dataclass(frozen=True)
class Record:
    """The figures from one run of a script, what it read, how long it took, its warnings, notes, and what it printed.

    `stamps` are the sizes and times of its files in the store: a shortcut to their hashes, which are their names. If
    `is_lasting`, its observations still held when it ended, so it may be recorded.
    """

    figures: Annotated[tuple[Figure, ...], Meta(min_length=1)]
    inputs: Inputs
    cost_s: Seconds = 0.0
    warned: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()
    stamps: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    is_lasting: bool = True

    @property
    def forms(self) -> list[Form]:
        """The forms of all figures."""
        return [form for figure in self.figures for form in (figure.wide, figure.narrow, figure.mid) if form]

    @property
    def files(self) -> list[str]:
        """The names of the files in the store that this record needs."""
        small = [name for figure in self.figures for name in figure.thumbnail.values()]
        images = [name for form in self.forms for name in form.files.values()]
        data = [
            name
            for figure in self.figures
            for name in (*figure.answers, *(its.changes for its in figure.snapshots.values()))
        ]
        return [*images, *small, *data]


class Records:
    """The records of a project: a file for each figure and key, with the latest states of its inputs, newest first.

    A record counts only if the script that draws the figure is among its inputs.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = f"{folder}{os.sep}"

    def read(self, name: str, key: str, script: str) -> list[Record]:
        """Return the records of a key; none if they can't be read, so that the figure is rendered again."""
        try:
            records = _records.decode(read_regular(f"{self._before}{name}/{key}.json"))
        except (OSError, ValueError, RecursionError):  # msgspec's own errors are ValueErrors
            return []
        return [record for record in records if _is_of(record, script)]

    def newest(self, name: str, script: str) -> list[Record]:
        """Return all records of a figure, the most recently written first."""
        try:
            paths = sorted((self._folder / name).glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        except OSError:
            return []
        return [record for path in paths for record in self.read(name, path.stem, script)]

    def add(self, name: str, key: str, record: Record, script: str) -> None:
        """Store a record under its key, and delete the oldest beyond KEPT."""
        records = [record, *(old for old in self.read(name, key, script) if old.inputs != record.inputs)][:KEPT]
        if (place := self._path(name, key)).is_dir():
            remove(place)
        write_atomically(place, msgspec.json.format(msgspec.json.encode(records), indent=1))

    def keep(self, kept: Container[tuple[str, str]]) -> None:
        """Remove the records of all other names and keys."""
        for path in self._folder.rglob("*.json"):
            if (path.parent.relative_to(self._folder).as_posix(), path.stem) not in kept:
                remove(path)

    def _path(self, name: str, key: str) -> Path:
        return self._folder / name / f"{key}.json"


def _is_of(record: Record, script: str) -> bool:
    """Return whether a record is of a script's figures, in the formats of pages, each file with its own ending."""
    for form in record.forms:
        files = form.files
        if not ("png" in files and "svg" in files and all(ending in files for ending in form.moving)):
            return False
        if any(not name.endswith(f".{ending}") for ending, name in files.items()):
            return False
    return "content" in record.inputs.observed.get(script, ())


def child_result_in(folder: Path) -> ChildResult:
    """Read a child's result in its folder; empty if there is none. Raise ValueError if it can't be read."""
    try:
        return _child_results.decode(read_regular(folder / "result.json"))
    except OSError:
        return {}
    except RecursionError as problem:
        raise ValueError("it is too deep") from problem


def check(figure: Mapping[str, Any]) -> None:
    """Check that a page can show a figure, given as plain data; raise ValueError, which names the invalid value."""
    msgspec.convert(figure, Figure)


def observed_in(record: bytes) -> Mapping[str, Mapping[str, State]]:
    """Return the observations of the newest of some records; raise ValueError if they can't be read."""
    records = _records.decode(record)
    return records[0].inputs.observed if records else {}


def stored_name(data: bytes, ending: str) -> str:
    """Return the name of a file in the store, and already in the folder of the child that writes it."""
    return f"{digest(data)}.{ending}"


def is_inside(path: str) -> bool:
    """Return whether a relative path, as text, stays in its folder."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\\" not in path


_records = msgspec.json.Decoder(list[Record])
_child_results = msgspec.json.Decoder(ChildResult)

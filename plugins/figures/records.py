"""Record: what is remembered of a render; read and written atomically."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_STORED = re.compile(r"[0-9a-f]{64}\.[a-z]+")
"""The name of a file in the store: no path that leads elsewhere."""

THEMED = "themed"
"""The ending of the SVG that stands in the page itself, and is never published."""

KEPT = 50
"""How many states of its inputs are remembered of a figure: as often an author may go back without a render."""


@dataclass(frozen=True)
class Inputs:
    """What a render read, and in which state: by path as the author would name it, by distribution the version.

    A file's state is its hash, a folder's the hash of its list of names, and None where there was none.
    """

    files: Mapping[str, str | None] = field(default_factory=dict)
    folders: Mapping[str, str | None] = field(default_factory=dict)
    there: Mapping[str, bool] = field(default_factory=dict)
    versions: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """One drawing of a figure: its files in the store by ending, its size in CSS pixels, its parts by gid."""

    files: Mapping[str, str]
    width: int
    height: int
    parts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """A rendered figure: wide form, turned form where it has one, and its words."""

    wide: Form
    turned: Form | None = None
    alt: str = ""
    description: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Figure:
        """Read a figure back from its JSON."""
        turned = Form(**data["turned"]) if data["turned"] else None
        return cls(
            **{**data, "wide": Form(**data["wide"]), "turned": turned, "steps": tuple(data["steps"])},
        )


@dataclass(frozen=True)
class Record:
    """The figures that one run of a script yielded, what it read, how long it took, what it warned of, and notes.

    `stamps` are the sizes and times of its files in the store: a short cut to their hashes, which are their names.
    """

    figures: tuple[Figure, ...]
    inputs: Inputs
    cost_s: float = 0.0
    warned: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stamps: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Record:
        """Read a record back from its JSON."""
        figures = tuple(map(Figure.of, data["figures"]))
        told = {name: tuple(data[name]) for name in ("warned", "notes")}
        return cls(figures, Inputs(**data["inputs"]), data["cost_s"], **told, stamps=dict(data["stamps"]))

    @property
    def forms(self) -> list[Form]:
        """The forms of all its figures."""
        return [form for figure in self.figures for form in (figure.wide, figure.turned) if form]

    @property
    def files(self) -> list[str]:
        """The names in the store that this record needs."""
        return [name for form in self.forms for name in form.files.values()]


class Records:
    """The records of a project: a file for each script and key, with the last states of its inputs, newest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str, key: str) -> list[Record]:
        """Return the records of a key; none where they cannot be read: then the figure is rendered anew."""
        try:
            with open(f"{self._folder}/{name}/{key}.json", "rb") as file:
                known = json.loads(file.read())
            return [record for record in map(Record.of, known) if _is_sound(record)]
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return []

    def newest(self, name: str) -> list[Record]:
        """Return all records of a script, those last written first."""
        try:
            paths = sorted((self._folder / name).glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        except OSError:
            return []
        return [record for path in paths for record in self.read(name, path.stem)]

    def add(self, name: str, key: str, record: Record) -> None:
        """Remember a record under its key, and forget the oldest beyond KEPT."""
        known = [record, *(old for old in self.read(name, key) if old.inputs != record.inputs)][:KEPT]
        # In ASCII: a file's name may be no UTF-8.
        data = json.dumps([asdict(one) for one in known], indent=1)
        write_atomically(self._path(name, key), data.encode())

    def keep(self, kept: Container[tuple[str, str]]) -> None:
        """Remove the records of every other name and key."""
        for path in self._folder.rglob("*.json"):
            if (path.parent.relative_to(self._folder).as_posix(), path.stem) not in kept:
                path.unlink(missing_ok=True)

    def _path(self, name: str, key: str) -> Path:
        return self._folder / name / f"{key}.json"


def _is_sound(record: Record) -> bool:
    """Say whether a record is what its types say: its file may have been cut, or be anyone's."""
    inputs = record.inputs
    dicts: list[object] = [inputs.files, inputs.folders, inputs.there, inputs.versions, record.stamps]
    texts: list[object] = [*record.warned, *record.notes]
    numbers: list[object] = [record.cost_s]
    for figure in record.figures:
        dicts.append(figure.description)
        texts += (figure.alt, *figure.steps)
    for form in record.forms:
        dicts += (form.files, form.parts)
        numbers += (form.width, form.height)
    return (
        bool(record.figures and inputs.files)
        and {dict}.issuperset(map(type, dicts))
        and {str}.issuperset(map(type, texts))
        and {int, float}.issuperset(map(type, numbers))
        and {list}.issuperset(map(type, record.stamps.values()))
        and all(map(_STORED.fullmatch, record.files))
        and all({"png", "svg"} <= form.files.keys() for form in record.forms)
    )


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside the place and rename, so that no half-written file is ever there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException as problem:
        Path(beside).unlink(missing_ok=True)
        if isinstance(problem, OSError) and problem.filename is None:
            problem.filename = beside  # where a disk is full, Python does not say of which file
        raise

"""The results of reading an article, as bytes that restore them exactly, or else aren't stored."""

from __future__ import annotations

import datetime
import io
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PosixPath, PurePosixPath
from types import NoneType
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import tz
from pelican.contents import Author, Category, Tag
from pelican.utils import SafeDatetime

from ..messages import Logged, Message, Named, Printed, Warned

PLAIN = {NoneType, bool, int, float, str, Named, datetime.date, PosixPath, PurePosixPath}
WRAPPERS = {Author, Category, Tag}
MOMENTS = {SafeDatetime, datetime.datetime}
ZONES = {NoneType, ZoneInfo, datetime.timezone, tz.tzlocal, tz.tzoffset, tz.tzutc}
MESSAGES = {Logged, Warned, Printed}
RESTORING = {getattr, datetime.timedelta}
"""What pickle uses to restore objects of these types."""
CREATED = {"tzlocal": tz.tzlocal, "tzoffset": tz.tzoffset, "tzutc": tz.tzutc}
"""Zones that are created again, because this machine's own may be another by then."""
ALLOWED = PLAIN | WRAPPERS | MOMENTS | ZONES | MESSAGES | RESTORING


class UnkeepableError(Exception):
    """A reader's result contains something that this module doesn't know."""


class _Writer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, settings: Any) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._settings = settings

    def persistent_id(self, value: Any) -> tuple[Any, ...] | None:
        """Leave out what the reader has, or creates."""
        if value is self._settings:
            return ("settings",)
        if type(value) not in CREATED.values():
            return None
        arguments = (value.tzname(None), value.utcoffset(None)) if type(value) is tz.tzoffset else ()
        return (type(value).__name__, *arguments)


class _Reader(pickle.Unpickler):
    def __init__(self, data: bytes, settings: Any) -> None:
        super().__init__(io.BytesIO(data))
        self._settings = settings

    def persistent_load(self, left_out: tuple[Any, ...]) -> Any:
        """Return what was left out."""
        kind, *arguments = left_out
        return self._settings if kind == "settings" else CREATED[kind](*arguments)

    def find_class(self, module: str, name: str) -> Any:
        """Return a known class or function: the file may contain anything."""
        resolved = super().find_class(module, name)
        if resolved not in ALLOWED and not _is_warning(resolved):
            raise UnkeepableError(f"{module}.{name}")
        return resolved


@dataclass(frozen=True)
class Entry:
    """An article's HTML, its metadata, the messages meanwhile, their level, and other files that were read.

    `looked_at` has the digest of each of these files, and of the names in each folder that was listed; None for what
    didn't exist.
    """

    content: str
    metadata: dict[str, Any]
    messages: Sequence[Message] = ()
    level: int = 0
    looked_at: Mapping[str, str | None] = field(default_factory=dict)

    def data(self, settings: Any) -> bytes:
        """Return the entry as bytes. Raise UnkeepableError if reading it back might give a different result."""
        contents = (self.content, self.metadata, [*self.messages], self.level, dict(self.looked_at))
        if type(self.content) is not str or not _is_known(contents, settings):
            raise UnkeepableError("it has something whose type isn't known")
        file = io.BytesIO()
        _Writer(file, settings).dump(contents)
        return file.getvalue()

    @classmethod
    def of(cls, data: bytes, settings: Any) -> Entry:
        """Restore an entry; categories, tags and authors refer to the settings."""
        return cls(*_Reader(data, settings).load())


def _is_warning(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Warning)


def _is_known(value: Any, settings: Any) -> bool:
    """Return whether a value is restored exactly: of types that are known here, in all its parts."""
    kind = type(value)
    if kind in (list, tuple):
        return all(_is_known(item, settings) for item in value)
    if kind is dict:
        return _is_known([*value.items()], settings)
    if kind in MESSAGES:
        return _is_known(vars(value), settings)
    if kind in WRAPPERS:
        return value.settings is settings and _is_known(vars(value) | {"settings": None}, settings)
    if kind in MOMENTS:
        return type(value.tzinfo) in ZONES
    return kind in PLAIN or _is_warning(value)


def alike(one: Any, other: Any) -> bool:
    """Return whether two values are indistinguishable."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return len(one) == len(other) and all(map(alike, one.items(), other.items()))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if type(one) in WRAPPERS:
        return one.settings is other.settings and bool(vars(one) == vars(other))
    if isinstance(one, Named):
        return str(one) == str(other) and one.source_path == other.source_path
    if isinstance(one, Logged | Warned | Printed):
        return alike(vars(one), vars(other))
    return bool(repr(one) == repr(other))

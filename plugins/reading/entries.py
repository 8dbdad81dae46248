"""The results of reading an article, as text that restores them exactly, or else isn't stored."""

from __future__ import annotations

import datetime
import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PosixPath, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import tz
from pelican.contents import Author, Category, Tag
from pelican.utils import SafeDatetime

from ..messages import Logged, Message, Named, Printed, Warned

WRAPPERS = {kind.__name__: kind for kind in (Author, Category, Tag)}
MOMENTS = {kind.__name__: kind for kind in (SafeDatetime, datetime.datetime)}
PATHS = {kind.__name__: kind for kind in (PosixPath, PurePosixPath)}
MESSAGES = {kind.__name__: kind for kind in (Logged, Warned, Printed)}


class UnkeepableError(Exception):
    """A reader's result contains something that this module doesn't know."""


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

    def text(self, settings: Any) -> str:
        """Return the entry as text. Raise UnkeepableError if reading it back would give a different result."""
        if type(self.content) is not str:
            raise UnkeepableError(type(self.content).__name__)
        written = {
            "content": self.content,
            "metadata": _written(self.metadata),
            "messages": [[type(message).__name__, _written(vars(message))] for message in self.messages],
            "level": self.level,
            "looked_at": dict(self.looked_at),
        }
        text = json.dumps(written)
        again = Entry.of(text, settings)
        if not (alike(again.metadata, self.metadata) and alike(list(again.messages), list(self.messages))):
            raise UnkeepableError("it can't be read back as it was written")
        return text

    @classmethod
    def of(cls, text: str, settings: Any) -> Entry:
        """Parse an entry; categories, tags and authors refer to the settings."""
        known = json.loads(text)
        messages = [MESSAGES[kind](**_read(fields, settings)) for kind, fields in known["messages"]]
        metadata = _read(known["metadata"], settings)
        return cls(known["content"], metadata, messages, known["level"], known["looked_at"])


def _written(value: Any) -> Any:
    """Convert a value for JSON: a list stays a list, and anything else that JSON lacks is marked with its type."""
    kind, name = type(value), type(value).__name__
    if value is None or kind in (str, int, float, bool):
        return value
    if kind is list:
        return [_written(each) for each in value]
    if kind is tuple:
        return {"tuple": [_written(each) for each in value]}
    if kind is dict:
        return {"dict": [[_written(each) for each in pair] for pair in value.items()]}
    if kind is Named:
        return {"Named": [str(value), value.source_path]}
    if WRAPPERS.get(name) is kind:
        # If it was given a slug, it would differ when read back, and isn't stored.
        return {name: value.name}
    if MOMENTS.get(name) is kind:
        return {name: [value.replace(tzinfo=None).isoformat(), value.fold, _zone(value)]}
    if kind is datetime.date:
        return {"date": value.isoformat()}
    if PATHS.get(name) is kind:
        return {name: str(value)}
    if kind is type and issubclass(value, Warning):
        return {"type": [value.__module__, value.__qualname__]}
    raise UnkeepableError(name)


def _read(value: Any, settings: Any) -> Any:
    if isinstance(value, list):
        return [_read(each, settings) for each in value]
    if not isinstance(value, dict):
        return value
    ((kind, data),) = value.items()
    if kind == "tuple":
        return tuple(_read(data, settings))
    if kind == "dict":
        return dict(_read(data, settings))
    if kind == "Named":
        return Named(*data)
    if kind in WRAPPERS:
        return WRAPPERS[kind](data, settings)
    if kind in MOMENTS:
        moment, fold, zone = data
        return MOMENTS[kind].fromisoformat(moment).replace(fold=fold, tzinfo=_zone_of(zone))
    if kind == "date":
        return datetime.date.fromisoformat(data)
    if kind in PATHS:
        return PATHS[kind](data)
    if kind != "type":
        raise UnkeepableError(kind)
    module, name = data
    found = getattr(sys.modules.get(module) or importlib.import_module(module), name, None)
    if not (isinstance(found, type) and issubclass(found, Warning)):
        raise UnkeepableError(f"{module}.{name}")
    return found


def _zone(moment: datetime.datetime) -> Any:
    zone = moment.tzinfo
    if zone is None:
        return None
    if type(zone) is datetime.timezone or type(zone) is tz.tzoffset:
        offset = zone.utcoffset(moment)
        assert offset is not None
        return [type(zone).__name__, offset.total_seconds(), zone.tzname(moment)]
    if type(zone) in (tz.tzutc, tz.tzlocal):
        return [type(zone).__name__]
    if type(zone) is ZoneInfo and zone.key:
        return ["ZoneInfo", zone.key]
    raise UnkeepableError(f"{type(zone).__module__}.{type(zone).__name__}")


def _zone_of(written: Any) -> datetime.tzinfo | None:
    if written is None:
        return None
    kind, *data = written
    zone: datetime.tzinfo
    if kind == "timezone":
        offset = datetime.timedelta(seconds=data[0])
        zone = datetime.timezone(offset)
        if zone.tzname(None) != data[1]:
            zone = datetime.timezone(offset, data[1])
    elif kind == "tzoffset":
        zone = tz.tzoffset(data[1], data[0])
    elif kind == "ZoneInfo":
        zone = ZoneInfo(data[0])
    else:
        zone = tz.tzutc() if kind == "tzutc" else tz.tzlocal()
    return zone


def alike(one: Any, other: Any) -> bool:
    """Return whether two values are indistinguishable."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return len(one) == len(other) and all(map(alike, one.items(), other.items()))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if type(one).__name__ in WRAPPERS:
        return one.settings is other.settings and bool(vars(one) == vars(other))
    if isinstance(one, Named):
        return str(one) == str(other) and one.source_path == other.source_path
    if isinstance(one, Logged | Warned | Printed):
        return alike(vars(one), vars(other))
    return bool(repr(one) == repr(other))

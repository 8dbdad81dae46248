"""An entry is read back exactly as it was written, or it isn't written."""

import datetime
import logging
import os
import pickle
from collections import OrderedDict
from pathlib import Path, PosixPath
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st
from pelican.contents import Author, Category, Tag
from pelican.settings import DEFAULT_CONFIG
from pelican.utils import SafeDatetime, get_date

from plugins.messages import Logged, Named, Printed, Warned
from plugins.reading.entries import Entry, UnkeepableError, alike
from tests.sampling import sampled

SETTINGS = dict(DEFAULT_CONFIG)

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ZONES = st.sampled_from([
    None, tz.tzutc(), tz.tzlocal(), tz.tzoffset("X", 3600), tz.tzoffset(None, -5400), datetime.UTC,
    datetime.timezone(datetime.timedelta(hours=2)), datetime.timezone(datetime.timedelta(hours=2), "EET"),
    ZoneInfo("Europe/Berlin"),
])  # fmt: skip
MOMENTS = st.builds(
    lambda kind, moment, zone: kind(*moment.timetuple()[:6], moment.microsecond, tzinfo=zone, fold=moment.fold),
    st.sampled_from([SafeDatetime, datetime.datetime]),
    st.datetimes(min_value=datetime.datetime(1900, 1, 2), max_value=datetime.datetime(2100, 1, 1)),
    ZONES,
)
WRAPPED = st.builds(lambda kind, name: kind(name, SETTINGS), st.sampled_from([Author, Category, Tag]), st.text())
VALUES = st.recursive(
    PLAIN | MOMENTS | st.dates() | WRAPPED | st.just(Path("a/b")),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=10,
)


def again(metadata: dict[str, Any], *messages: Any, content: str = "<p>Ä\ud800</p>") -> Entry:
    """Write and read back an entry."""
    entry = Entry(content, metadata, messages, 30, {"a": "1", "b": None})
    return Entry.of(entry.data(SETTINGS), SETTINGS)


@given(st.dictionaries(st.text(), VALUES))
@sampled(500)
def test_metadata_are_restored_unchanged(metadata: dict[str, Any]) -> None:
    """With their types, order and time zones; wrappers refer to the same settings."""
    found = again(metadata)
    assert alike(found.metadata, metadata)
    assert found.content == "<p>Ä\ud800</p>"
    assert (found.level, found.looked_at) == (30, {"a": "1", "b": None})


@pytest.mark.parametrize("text", ["2026-11-25", "2026-11-25 08:30", "2026-11-25T08:30:00Z", "2026-11-25 08:30+02:00"])
def test_a_date_is_restored_with_its_time_zone(text: str) -> None:
    """As Pelican reads it."""
    date = get_date(text)
    found = again({"date": date}).metadata["date"]
    assert (repr(found), type(found), found.strftime("%d %Z")) == (repr(date), SafeDatetime, date.strftime("%d %Z"))


def test_messages_are_restored_unchanged() -> None:
    """Of each kind."""
    messages = [
        Logged("a", 30, "%s: %d", (Named("the article", "a.md"), 1), "/a.py", 3, "read", {"limit_msg": "others"}),
        Logged("a", 30, "%(a)s", {"a": 1}, "/a.py", 3, None),
        Warned("old", DeprecationWarning, "/a.py", 7),
        Printed("said", is_error=True),
    ]
    assert alike(list(again({}, *messages).messages), messages)


class Odd(str):
    """A str subclass with more data."""


@pytest.mark.parametrize(
    "value",
    [Odd("a"), object(), {1, 2}, b"a", OrderedDict(a=1), 1j, Tag("a", {}), logging, lambda: None, int,
     tz.gettz("Europe/Berlin"), [[Odd("a")]], {"a": (Odd("a"),)}],
)  # fmt: skip
def test_an_unknown_type_is_not_written(value: Any) -> None:
    """Wherever it is."""
    with pytest.raises(UnkeepableError):
        again({"value": value})


def test_html_that_is_not_a_plain_str_is_not_written() -> None:
    """A reader may return anything."""
    with pytest.raises(UnkeepableError):
        again({}, content=Odd("a"))


def test_an_entry_cannot_name_an_unexpected_type() -> None:
    """The file may contain anything."""
    with pytest.raises(UnkeepableError):
        Entry.of(pickle.dumps(os.abort), SETTINGS)
    assert PosixPath("a") == again({"a": PosixPath("a")}).metadata["a"]

"""Records, results and manifests are trusted only as far as they can be checked."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins import files
from plugins.figures import cache, records
from plugins.figures.cache import Store, publish
from plugins.figures.records import Description, Figure, Form, Inputs, Record, Records, child_result_in, observed_in
from tests.tables import table

HASH = "0" * 64
FORM = Form(
    {"png": f"{HASH}.png", "svg": f"{HASH}.svg"}, 100, 50, {"a": {"role": "state", "step": 1, "argument": None}}
)
RECORD = Record(
    (Figure(FORM, FORM, "words", Description(text="more", head=["a"], rows=[["1"]]), ("one",), asks=f"{HASH}.json"),),
    Inputs({"diagrams/mine.py": {"content": HASH}}, {"numpy": "2.0"}),
    stamps={f"{HASH}.png": (10, 20)},
)
RESULT = {"figures": [msgspec.to_builtins(RECORD.figures[0])]}


def kept(folder: Path) -> Path:
    """Store a record, and return its file."""
    Records(folder).add("mine", "key", RECORD, "diagrams/mine.py")
    return folder / "mine/key.json"


def read(folder: Path) -> list[Record]:
    """Read the stored record."""
    return Records(folder).read("mine", "key", "diagrams/mine.py")


def test_a_record_is_restored_unchanged(tmp_path: Path) -> None:
    """With its types, and with all of its files, which are kept as long as it is."""
    kept(tmp_path)
    assert read(tmp_path) == [RECORD]
    assert RECORD.files == [f"{HASH}.{ending}" for ending in ("png", "svg", "png", "svg", "json")]


def test_a_folder_in_the_place_of_a_record_is_replaced(tmp_path: Path) -> None:
    """Whoever put it there, the figure has been drawn, and the build goes on."""
    kept(tmp_path).unlink()
    (tmp_path / "mine/key.json").mkdir()
    place = kept(tmp_path)
    assert read(tmp_path) == [RECORD]
    place.unlink()
    place.mkdir()
    Records(tmp_path).keep(())
    assert not place.exists()


def test_the_newest_record_comes_first(tmp_path: Path) -> None:
    """For one key, and for all keys of a figure."""
    later = replace(RECORD, inputs=Inputs({"diagrams/mine.py": {"content": "1" * 64}}, {}))
    place = kept(tmp_path)
    Records(tmp_path).add("mine", "key", later, "diagrams/mine.py")
    assert read(tmp_path) == [later, RECORD]
    assert observed_in(place.read_bytes()) == later.inputs.observed
    for name, record, when in (("old", RECORD, 1), ("new", later, 3), ("between", RECORD, 2)):
        Records(tmp_path).add("other", name, record, "diagrams/mine.py")
        os.utime(tmp_path / f"other/{name}.json", (when, when))
    assert Records(tmp_path).newest("other", "diagrams/mine.py") == [later, RECORD, RECORD]


def harmed(data: Any, at: str, value: Any) -> str:
    """Return data as JSON with another value, or with none, at the place with these keys and numbers."""
    root = place = [json.loads(json.dumps(data))]
    *keys, last = ["0", *at.replace("HASH", HASH).split()]
    for key in keys:
        place = place[int(key) if isinstance(place, list) else key]
    if value is ...:
        del place[last]
    else:
        place[int(last) if isinstance(place, list) else last] = json.loads(json.dumps(value).replace("HASH", HASH))
    return json.dumps(root[0]).replace('"nan"', "NaN")


@table(__file__, "An invalid record is ignored")
def test_an_invalid_record_is_ignored(tmp_path: Path, harm: str, at: str, value: Any) -> None:
    """The figure is drawn again."""
    path = kept(tmp_path)
    path.write_text(harmed(json.loads(path.read_text()), at, value))
    assert read(tmp_path) == []


TEXTS = {
    "deep": b"[" * 1_000_000,
    "nan": b'[{"cost_s": NaN}]',
    "a lone surrogate": b'["\\ud800"]',
    "no utf-8": b'["\xff"]',
    "cut": b'[{"figures":',
    "nothing": b"",
    "null": b"null",
    "a text": b'"record"',
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_file_that_is_not_a_record_is_ignored(tmp_path: Path, text: str) -> None:
    """Whatever it contains."""
    kept(tmp_path).write_bytes(TEXTS[text])
    assert read(tmp_path) == []


def test_a_pipe_in_place_of_a_record_does_not_block(tmp_path: Path) -> None:
    """It may never end."""
    path = kept(tmp_path)
    path.unlink()
    os.mkfifo(path)
    assert read(tmp_path) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.data())
def test_any_value_anywhere_in_a_record_is_rejected_or_has_the_right_type(tmp_path_factory: Any, data: Any) -> None:
    """Nothing in between: everything that is read can be used."""
    folder = tmp_path_factory.mktemp("records")
    path = kept(folder)
    record = json.loads(path.read_text())
    at, inner = None, record
    while isinstance(inner, dict | list) and inner and (at is None or data.draw(st.booleans())):
        at, key = inner, data.draw(st.sampled_from([*inner] if isinstance(inner, dict) else [*range(len(inner))]))
        inner = at[key]
    at[key] = data.draw(VALUES)
    path.write_text(json.dumps(record))
    for one in read(folder):
        assert msgspec.convert(msgspec.to_builtins(one), Record) == one
        assert one.forms
        for name in one.files:
            assert "/" not in name


@table(__file__, "An invalid result is reported")
def test_an_invalid_result_is_reported(tmp_path: Path, harm: str, at: str, value: Any) -> None:
    """A script can write there, too: its figure fails, and no other."""
    (tmp_path / "result.json").write_text(json.dumps(RESULT))
    assert child_result_in(tmp_path)
    (tmp_path / "result.json").write_text(harmed(RESULT, at, value))
    with pytest.raises(ValueError):  # noqa: PT011  (msgspec says what does not fit, in its words)
        child_result_in(tmp_path)


def test_a_result_that_is_a_pipe_or_missing_is_empty(tmp_path: Path) -> None:
    """The child then hasn't reported anything."""
    assert child_result_in(tmp_path) == {}
    os.mkfifo(tmp_path / "result.json")
    assert child_result_in(tmp_path) == {}


def test_a_link_in_the_store_is_not_published(tmp_path: Path) -> None:
    """It would publish another file, whatever stamp a record has for it."""
    (tmp_path / "store").mkdir()
    secret = tmp_path / "secret"
    secret.write_text("secret")
    name = f"{HASH}.png"
    (tmp_path / "store" / name).symlink_to(secret)
    found = secret.stat()
    assert not Store(tmp_path / "store").holds(name, (found.st_size, found.st_mtime_ns))


def test_nothing_is_removed_through_a_linked_folder(tmp_path: Path) -> None:
    """A folder of the output may lead elsewhere."""
    other, output = tmp_path / "other", tmp_path / "output"
    other.mkdir()
    output.mkdir()
    (other / "mine.png").write_text("mine")
    (output / "images").symlink_to(other)
    manifest = tmp_path / "published.json"
    manifest.write_text(json.dumps({str(output): ["images/mine.png", "images/../../other/mine.png"]}))
    publish({}, Store(tmp_path / "store"), output, manifest)
    assert (other / "mine.png").exists()


@given(st.text())
def test_a_path_is_recognised_as_inside_or_outside_its_folder(text: str) -> None:
    """According to how the system would resolve it."""
    if records.is_inside(text):
        assert os.path.normpath(os.path.join("/a/b", text)).startswith("/a/b")  # noqa: PTH118


def test_only_regular_files_are_read_from_a_store(tmp_path: Path) -> None:
    """Neither a folder nor something endless."""
    for place in (tmp_path, Path("/dev/zero")):
        with pytest.raises(OSError):  # noqa: PT011  (which, differs)
            files.read_regular(place)
    assert cache.Store(tmp_path).stamp("none.png") is None


def test_unused_published_files_are_removed_once(tmp_path: Path) -> None:
    """A file that is there later belongs to somebody else."""
    store, output, manifest = Store(tmp_path / "store"), tmp_path / "output", tmp_path / "published.json"
    Path(store.path(f"{HASH}.png")).parent.mkdir(parents=True, exist_ok=True)
    Path(store.path(f"{HASH}.png")).write_bytes(b"drawn")
    publish({"images/a.png": f"{HASH}.png"}, store, output, manifest)
    place = output / "images/a.png"
    assert place.samefile(store.path(f"{HASH}.png"))  # a link, because a copy takes four times as long
    publish({}, store, output, manifest)
    assert not place.exists()
    place.write_bytes(b"mine")
    publish({}, store, output, manifest)
    assert place.read_bytes() == b"mine"

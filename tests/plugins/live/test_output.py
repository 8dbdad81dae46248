"""How what was built comes to be shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.live.output import hash_of, publish


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Return the folder that is built into, and the one that is shown, both empty."""
    built, shown = tmp_path / "built", tmp_path / "shown"
    built.mkdir()
    shown.mkdir()
    return built, shown


def write(folder: Path, **files: str) -> None:
    """Write files, of which the names have __ for a slash and _ for a dot."""
    for name, text in files.items():
        place = folder / name.replace("__", "/").replace("_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def contents(folder: Path) -> dict[str, str]:
    """Read all files below a folder."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("page", ["index.html", "a/index.html", "page.htm"])
@pytest.mark.parametrize("shows", ["images/line.png", "theme/main.css", "zzz.svg", "A"])
def test_no_page_is_written_before_all_that_a_page_may_show(folders, page, shows):
    """What stops the writing of a picture stops the page."""
    built, shown = folders
    write(built, **{page.replace("/", "__").replace(".", "_"): "New."})
    (built / shows).parent.mkdir(exist_ok=True)
    os.mkfifo(built / shows)  # what cannot be copied
    with pytest.raises(OSError, match="named pipe"):
        publish(built, shown, ())
    assert contents(shown) == {}


def test_what_goes_does_so_when_the_pages_that_showed_it_are_replaced(folders):
    """A picture that is taken out of a page is shown by it until then."""
    built, shown = folders
    write(shown, index_html="Old.", old_png="A picture.")
    os.mkfifo(built / "index.html")
    with pytest.raises(OSError, match="named pipe"):
        publish(built, shown, ["old.png"])
    assert contents(shown) == {"index.html": "Old.", "old.png": "A picture."}


def test_a_page_is_never_half_there(folders):
    """Who reads it while it is replaced reads it to its end as it was."""
    built, shown = folders
    write(shown, index_html="Old words.")
    write(built, index_html="New.")
    with (shown / "index.html").open() as reading:
        publish(built, shown, ())
        assert reading.read() == "Old words."
    assert contents(shown) == {"index.html": "New."}


def test_what_stands_beside_the_output_by_a_link_is_not_written_through(folders, tmp_path):
    """The link gives way to the file."""
    built, shown = folders
    (tmp_path / "mine.txt").write_text("Mine.")
    (shown / "page.html").symlink_to(tmp_path / "mine.txt")
    write(built, page_html="New.")
    publish(built, shown, ())
    assert (tmp_path / "mine.txt").read_text() == "Mine."
    assert (shown / "page.html").read_text() == "New."


def test_what_is_the_same_is_left_alone_and_what_differs_is_told_by_its_hash(folders):
    """Also if it differs in nothing but its bytes."""
    built, shown = folders
    write(shown, same_png="1", other_png="1", gone__old_png="1", gone__deeper__old_png="1", kept__a_png="1")
    write(built, same_png="1", other_png="2", new__a_html="3")
    before = (shown / "same.png").stat()
    told = publish(built, shown, ["gone/old.png", "gone/deeper/old.png"])
    assert told == {
        "other.png": hash_of(b"2"),
        "new/a.html": hash_of(b"3"),
        "gone/old.png": None,
        "gone/deeper/old.png": None,
    }
    assert ((shown / "same.png").stat().st_ino, (shown / "same.png").stat().st_mtime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
    )
    assert not (shown / "gone").exists()
    assert sorted(contents(shown)) == ["kept/a.png", "new/a.html", "other.png", "same.png"]


def test_the_output_itself_stays_when_all_in_it_goes(folders):
    """A server stands on it."""
    built, shown = folders
    write(shown, index_html="Old.")
    publish(built, shown, ["index.html"])
    assert shown.is_dir()
    assert publish(built, shown, ["index.html"]) == {"index.html": None}


NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)
TREES = st.dictionaries(NAMES, st.sampled_from(["1", "2", "12"]), max_size=6).filter(
    lambda files: not any(other.startswith(f"{name}/") for name in files for other in files)
)


@settings(deadline=None)
@given(before=TREES, after=TREES)
def test_whatever_was_shown_what_was_built_is_shown_then(
    tmp_path_factory: Any, before: dict[str, str], after: dict[str, str]
) -> None:
    """Also where a folder takes a file's place, or a file a folder's; and nothing of the writing is left."""
    root = tmp_path_factory.mktemp("any")
    built, shown = root / "built", root / "shown"
    for folder, files in ((built, after), (shown, before)):
        folder.mkdir()
        write(folder, **{name.replace("/", "__"): text for name, text in files.items()})
    told = publish(built, shown, before.keys() - after.keys())
    assert contents(shown) == after
    assert {name for name in after if before.get(name) != after[name]} == {name for name in told if told[name]}


def test_what_was_published_is_not_read_again_unless_somebody_has_written_to_it(folders):
    """Neither as it was built, nor as it is shown."""
    built, shown = folders
    write(built, page_html="New.")
    same: dict[str, tuple[object, object]] = {}
    assert publish(built, shown, (), same) == {"page.html": hash_of(b"New.")}
    assert publish(built, shown, (), same) == {}
    (shown / "page.html").write_text("Spoilt.")
    assert publish(built, shown, (), same) == {"page.html": hash_of(b"New.")}
    write(built, page_html="Newer.")
    assert publish(built, shown, (), same) == {"page.html": hash_of(b"Newer.")}
    assert contents(shown) == {"page.html": "Newer."}

"""How built files are published to the output."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.live.output import hash_of, publish


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Return the build folder and the output folder, both empty."""
    built, shown = tmp_path / "built", tmp_path / "shown"
    built.mkdir()
    shown.mkdir()
    return built, shown


def write(folder: Path, **files: str) -> None:
    """Write files whose names have __ for a slash and _ for a dot."""
    for name, text in files.items():
        place = folder / name.replace("__", "/").replace("_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def contents(folder: Path) -> dict[str, str]:
    """Read all files in a folder."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("page", ["index.html", "a/index.html", "page.htm"])
@pytest.mark.parametrize("shows", ["images/line.png", "theme/main.css", "zzz.svg", "A"])
def test_no_page_is_written_before_everything_it_may_show(folders, page, shows):
    """If writing a picture fails, the page isn't written."""
    built, shown = folders
    write(built, **{page.replace("/", "__").replace(".", "_"): "New."})
    (built / shows).parent.mkdir(exist_ok=True)
    os.mkfifo(built / shows)  # it can't be copied
    with pytest.raises(OSError, match="named pipe"):
        publish(built, shown, ())
    assert contents(shown) == {}


def test_files_are_removed_after_the_pages_that_showed_them_are_replaced(folders):
    """Until then, a page still shows a picture that was taken out of it."""
    built, shown = folders
    write(shown, index_html="Old.", old_png="A picture.")
    os.mkfifo(built / "index.html")
    with pytest.raises(OSError, match="named pipe"):
        publish(built, shown, ["old.png"])
    assert contents(shown) == {"index.html": "Old.", "old.png": "A picture."}


def test_a_page_is_never_half_written(folders):
    """A reader that opened it before still gets all of the old one."""
    built, shown = folders
    write(shown, index_html="Old words.")
    write(built, index_html="New.")
    with (shown / "index.html").open() as reading:
        publish(built, shown, ())
        assert reading.read() == "Old words."
    assert contents(shown) == {"index.html": "New."}


def test_nothing_is_written_through_a_link_in_the_output(folders, tmp_path):
    """The file replaces the link."""
    built, shown = folders
    (tmp_path / "mine.txt").write_text("Mine.")
    (shown / "page.html").symlink_to(tmp_path / "mine.txt")
    write(built, page_html="New.")
    publish(built, shown, ())
    assert (tmp_path / "mine.txt").read_text() == "Mine."
    assert (shown / "page.html").read_text() == "New."


def test_equal_files_are_left_alone_and_different_ones_reported_by_hash(folders):
    """Even if they differ only in their bytes."""
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


def test_the_output_folder_stays_even_if_everything_in_it_is_removed(folders):
    """A server is running in it."""
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
def test_whatever_was_there_the_output_matches_the_build(
    tmp_path_factory: Any, before: dict[str, str], after: dict[str, str]
) -> None:
    """Even if a folder replaces a file, or a file a folder; and no temporary files are left."""
    root = tmp_path_factory.mktemp("any")
    built, shown = root / "built", root / "shown"
    for folder, files in ((built, after), (shown, before)):
        folder.mkdir()
        write(folder, **{name.replace("/", "__"): text for name, text in files.items()})
    told = publish(built, shown, before.keys() - after.keys())
    assert contents(shown) == after
    assert {name for name in after if before.get(name) != after[name]} == {name for name in told if told[name]}


def test_published_files_are_not_read_again_unless_they_were_written_to(folders):
    """Neither the built one, nor the published one."""
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

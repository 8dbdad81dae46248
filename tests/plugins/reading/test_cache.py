"""Earlier results of reading are reused, with their messages, as long as reading again would give the same."""

import gc
import importlib
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pelican import readers as pelican_readers
from pelican.contents import Article
from pelican.log import LimitFilter
from pelican.readers import BaseReader, Readers
from pelican.settings import DEFAULT_CONFIG, configure_settings
from pelican.utils import get_date

from plugins import messages
from plugins.building.observing import Observed
from plugins.private import say_again
from plugins.reading import grounds
from plugins.reading.cache import ReadingCache, whole_dates
from plugins.reading.readers import MarkdownReader
from tests.sampling import sampled
from tests.tables import blocks, table

(STRANGE,) = blocks(__file__).values()
"""An extension that runs lines such as `do x = 1`."""


class Reading:
    """A folder of articles, and builds that read them, each with its own readers."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.own: dict[str, Any] = {"READING_PURE": ["strange"], "WORKERS": 1}
        self.extensions = ["strange"]
        self.cache = ReadingCache()
        self.reads: list[str] = []
        (root / "content").mkdir()
        (root / "strange.py").write_text(STRANGE, "utf-8")

    def article(self, text: str, name: str = "a") -> Path:
        """Write an article."""
        path = self.root / "content" / f"{name}.md"
        path.write_text(f"Title: One\nTags: a, b\nDate: 2026-11-25 08:30\n\n{dedent(text)}\n", "utf-8")
        return path

    def build(self, *names: str) -> list[Article]:
        """Read articles as a generator does; `reads` lists those that weren't known."""
        self.reads.clear()
        say_again(LimitFilter)
        extensions = ["markdown.extensions.meta", *self.extensions]
        own = dict.fromkeys(["FEED_ALL_ATOM", "CATEGORY_FEED_ATOM", "TRANSLATION_FEED_ATOM"])
        own |= {"PATH": str(self.root / "content"), "CACHE_PATH": str(self.root / "cache"), "PLUGINS": []}
        own |= {"TIMEZONE": "UTC", "SITEURL": "https://b.example"}
        markdown = {"extensions": extensions, "extension_configs": {}}
        settings = configure_settings(DEFAULT_CONFIG | own | {"MARKDOWN": markdown} | self.own)
        readers = Readers(settings, "ArticlesGenerator-Readers")
        if readers.reader_classes["md"] is pelican_readers.MarkdownReader:
            readers.readers["md"] = MarkdownReader(settings)
        reader = readers.readers["md"]
        read = reader.read
        reader.read = lambda path: (self.reads.append(Path(path).stem), read(path))[1]
        self.cache.attach(readers)
        made = [readers.read_file(str(self.root / "content"), f"{name}.md", Article) for name in names or ("a",)]
        self.cache.end_build(None)
        return made

    def check_known(self, *names: str) -> None:
        """Build twice: the second time, nothing is read."""
        self.build(*names)
        self.build(*names)
        assert self.reads == []

    def check_always_read(self) -> Article:
        """Build twice; the article is read each time. Return it."""
        for _ in range(2):
            (article,) = self.build()
            assert self.reads == ["a"]
        return article


@pytest.fixture
def reading(tmp_path: Path, monkeypatch: Any) -> Iterator[Reading]:
    """Return a folder without articles, whose `strange` extension does what lines in them say."""
    gc.disable()  # otherwise there would be warnings about other tests' leftovers in the middle of a reading
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)  # as usual, although some tests run where nothing is written
    before = {*sys.modules}
    _forget()
    yield Reading(tmp_path)
    for name in {*sys.modules} - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
    _forget()
    say_again(LimitFilter)
    gc.enable()


def _forget() -> None:
    """Reset everything, as in a new process."""
    grounds._code.cache_clear()
    grounds._packages_read.clear()
    grounds._lazily.clear()
    grounds._told.clear()
    messages._warned.clear()
    importlib.invalidate_caches()
    sys.modules.pop("strange", None)


def told(article: Article) -> Any:
    """Describe everything about an article that a theme can see."""
    return repr((article.content, sorted(article.metadata.items(), key=lambda item: item[0])))


def test_an_article_is_read_once(reading: Reading) -> None:
    """And stays the same, for another process too."""
    reading.article("Words.")
    (first,) = reading.build()
    assert reading.reads == ["a"]
    for cache in (reading.cache, ReadingCache()):
        reading.cache = cache
        (again,) = reading.build()
        assert reading.reads == []
        assert told(again) == told(first)
        assert again.metadata["tags"][0].settings is again.settings


def in_own_package(kind: type[BaseReader], **own: Any) -> dict[str, type[BaseReader]]:
    """Return the setting for a reader that a site has written."""
    return {"md": type("Own", (kind,), {"__module__": "plugins.own", **own})}


def edited_code(reading: Reading) -> None:
    """Edit the extension, and build in another process."""
    (reading.root / "strange.py").write_text(f"{STRANGE}\nprint\n", "utf-8")
    _forget()


CHANGES: dict[str, Callable[[Reading], Any]] = {
    "text": lambda reading: reading.article("Other words."),
    "settings": lambda reading: reading.own.update(FORMATTED_FIELDS=["title"]),
    "configuration": lambda reading: reading.extensions.append("markdown.extensions.toc"),
    "code": edited_code,
    "package": lambda _: setattr(grounds, "installed_packages", lambda: ["new-1.0.dist-info"]),
    "reader": lambda reading: reading.own.update(READERS=in_own_package(MarkdownReader)),
    "place": lambda reading: reading.own.update(READING_CACHE="other.sqlite3"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_article_is_read_again_when_its_dependencies_change(reading: Reading, change: str, monkeypatch: Any) -> None:
    """And when they are as before, nothing is read."""
    monkeypatch.setattr(grounds, "installed_packages", grounds.installed_packages)  # to be undone
    reading.article("Words.")
    reading.build()
    CHANGES[change](reading)
    reading.build()
    assert reading.reads == ["a"]
    reading.build()
    assert reading.reads == []


def test_what_readers_do_not_use_changes_nothing(reading: Reading) -> None:
    """A site is built for several URLs, into several folders."""
    reading.article("Words.")
    reading.build()
    reading.own |= {"SITEURL": "https://a.example", "OUTPUT_PATH": "elsewhere", "THEME": "simple"}
    reading.build()
    assert reading.reads == []


def part(text: str) -> Callable[[Path], Any]:
    """Return a function that writes a file."""
    return lambda root: (root / "part.txt").write_text(text)


@pytest.mark.parametrize(
    ("before", "look", "change"),
    [
        ("Part.", "Path('part.txt').read_text()", part("Other.")),
        ("Part.", "perhaps('part.txt')", lambda root: (root / "part.txt").unlink()),
        ("", "perhaps('part.txt')", part("Other.")),
        ("Part.", "pkgutil.get_data('strange', 'part.txt')", part("Other.")),
        ("", "os.listdir('parts')", lambda root: (root / "parts/new").touch()),
        ("", "sorted(Path('parts').glob('*'))", lambda root: (root / "parts/new").touch()),
    ],
)
def test_other_files_that_were_read_count(reading: Reading, before: str, look: str, change: Any) -> None:
    """Whether they change, appear or disappear."""
    (reading.root / "parts").mkdir()
    if before:
        part(before)(reading.root)
    reading.article(f"do out = {look}")
    (first,) = reading.build()
    reading.check_known()
    change(reading.root)
    (second,) = reading.build()
    assert reading.reads == ["a"]
    assert second.content != first.content


@pytest.mark.parametrize(
    ("first", "line"),
    [
        pytest.param("", "do import helping; out = helping.WORD", id="the second article finds it imported"),
        pytest.param("from helping import WORD\n", "do out = WORD", id="a constant of an extension has no module"),
    ],
)
def test_code_imported_while_reading_counts_for_each_article(reading: Reading, first: str, line: str) -> None:
    """Whoever imports it first."""
    helper = reading.root / "helping.py"
    helper.write_text("WORD = 'one'")
    (reading.root / "strange.py").write_text(first + STRANGE, "utf-8")
    for name in "ab":
        reading.article(line, name)
    reading.check_known("a", "b")
    helper.write_text("WORD = 'other'")
    _forget()
    sys.modules.pop("helping")
    assert "other" in reading.build("a", "b")[1].content
    assert reading.reads == ["a", "b"]


@pytest.mark.parametrize("module", ["importlib.metadata", "importlib_metadata"])
def test_looking_for_the_entry_points_of_packages_is_no_look_at_the_folder(reading: Reading, module: str) -> None:
    """They belong to what is installed, although each folder that code is imported from is searched."""
    pytest.importorskip(module)
    reading.article(f"do import {module} as it; out = len(it.entry_points(group='pygments.lexers'))")
    reading.build()
    (reading.root / "new.txt").touch()
    reading.build()
    assert reading.reads == []


@table(__file__, "A reading with side effects is repeated each time")
def test_a_reading_with_side_effects_is_repeated_each_time(reading: Reading, deed: str, caplog: Any) -> None:
    """Files that it has written may be gone, and what it looked up may have changed."""
    reading.article(f"do {deed}")
    reading.check_always_read()
    assert [it.exc_info[0] for it in caplog.records] == [ValueError] * ("exc_info" in deed) * 2


@given(moment=st.datetimes(), form=st.sampled_from(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]))
@sampled(200)
def test_any_whole_date_is_read_as_by_pelican(moment: datetime, form: str) -> None:
    """Its type and its time zone, too."""
    text = moment.strftime(form)
    with whole_dates(Observed()):
        date = pelican_readers.get_date(text)
    assert repr(date) == repr(get_date(text))


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01"])
def test_a_date_that_does_not_exist_is_reported_as_by_pelican(text: str) -> None:
    """It names the date."""
    with whole_dates(Observed()), pytest.raises(ValueError, match=text):
        pelican_readers.get_date(text)


@pytest.mark.parametrize(
    ("date", "is_kept"), [("2026-11", False), ("27 November", False), ("08:30", False), ("27 November 2026 8:30", True)]
)
def test_a_date_completed_from_today_is_read_each_day(reading: Reading, date: str, is_kept: bool) -> None:
    """Pelican fills in missing parts from today's date."""
    path = reading.article("Words.")
    path.write_text(path.read_text().replace("2026-11-25 08:30", date), "utf-8")
    reading.build()
    reading.build()
    assert reading.reads == ([] if is_kept else ["a"])


def test_messages_are_repeated(reading: Reading, caplog: Any, capfd: Any) -> None:
    """By each build, with their place in the code, whether they were shown the last time or left out as duplicates."""
    text = "do log.warning('an odd word in %s', 'a.md', extra={'limit_msg': 'more odd words'})\ndo log.info('so')"
    for name in "ab":
        reading.article(f"{text}\ndo warnings.warn('old', stacklevel=1)", name)
    caplog.set_level(logging.INFO)
    said = []
    for _ in range(3):
        caplog.clear()
        with warnings.catch_warnings(record=True) as shown:
            warnings.simplefilter("default")
            messages._warned.clear()
            reading.build("a", "b")
        logged = [
            (it.name, it.levelno, it.getMessage(), it.pathname, it.lineno, getattr(it, "limit_msg", ""))
            for it in caplog.records
        ]
        said.append((logged, [(str(it.message), it.category, it.lineno) for it in shown]))
    assert reading.reads == []
    assert said[0] == said[1] == said[2]
    assert [it[2] for it in said[0][0]] == ["an odd word in a.md", "so"]
    assert len(said[0][1]) == 1
    reading.article("Words.")
    caplog.clear()
    reading.build("a", "b")
    assert "an odd word in a.md" in caplog.messages


def test_a_more_verbose_build_reads_again(reading: Reading, caplog: Any) -> None:
    """Messages that weren't shown weren't kept."""
    reading.article("do log.info('so')")
    with caplog.at_level(logging.WARNING):
        reading.build()
    with caplog.at_level(logging.INFO):
        reading.build()
        assert (reading.reads, caplog.messages) == (["a"], ["so"])
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        reading.build()
        assert (reading.reads, caplog.messages) == ([], [])


def test_an_unreadable_article_is_tried_each_time(reading: Reading) -> None:
    """And leaves nothing behind for the next."""
    factory = logging.getLogRecordFactory()
    reading.article("do 1 / 0")
    reading.article("Words.", "b")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            reading.build()
        assert logging.getLogRecordFactory() is factory
    reading.check_known("b")


def test_a_file_that_changes_while_it_is_read_is_not_cached(reading: Reading) -> None:
    """It isn't known which version was read; C's `rename` has no audit event."""
    (reading.root / "part.txt").write_text("Part.")
    (reading.root / "new.txt").write_text("New.")
    reading.article("do out = swapping('part.txt', 'new.txt')")
    (first,) = reading.build()
    (second,) = reading.build()
    assert reading.reads == ["a"]
    assert ("Part." in first.content, "New." in second.content) == (True, True)


def test_metadata_other_than_plain_data_are_read_each_time(reading: Reading) -> None:
    """They are exactly what the reader returned."""

    def read(self: MarkdownReader, source_path: str) -> Any:
        html, metadata = MarkdownReader.read(self, source_path)
        return html, metadata | {"own": {1, 2}}

    reading.own["READERS"] = in_own_package(MarkdownReader, read=read)
    reading.article("Words.")
    assert reading.check_always_read().metadata["own"] == {1, 2}


def test_what_plugins_write_into_metadata_is_not_cached(reading: Reading) -> None:
    """Each build has its own."""
    reading.article("Words.")
    for _ in range(3):
        (article,) = reading.build()
        assert [str(tag) for tag in article.metadata["tags"]] == ["a", "b"]
        article.metadata["tags"].append("written by a plugin")


class StrangeReader(BaseReader):
    """Returns whatever it likes."""

    file_extensions = ("strange",)

    def read(self, source_path: str) -> Any:
        return "<p>Words</p>", {"title": "One", "date": self.process_metadata("date", "2026-11-25")}


@pytest.mark.parametrize(
    ("own", "name"),
    [
        ({"READING_PURE": []}, "strange"),
        ({"READERS": {"md": StrangeReader}}, f"{StrangeReader.__module__}.StrangeReader"),
    ],
)
def test_an_extension_or_reader_not_known_to_be_pure_runs_each_time(
    reading: Reading, own: Any, name: str, capsys: Any
) -> None:
    """It may collect data from all articles; a note says so once, with the setting that declares that it doesn't."""
    reading.own |= own
    reading.article("Words.")
    reading.check_always_read()
    out = capsys.readouterr().out
    assert out.count(name.rpartition(".")[2]) == 1
    assert "READING_PURE" in out
    reading.own["READING_PURE"] = [name]
    reading.check_known()


def test_without_a_file_everything_works_as_in_pelican(reading: Reading) -> None:
    """`READING_CACHE = ""`."""
    reading.own["READING_CACHE"] = ""
    reading.article("Words.")
    reading.check_always_read()
    assert not (reading.root / "cache").exists()

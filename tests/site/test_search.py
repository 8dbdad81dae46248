"""When the search index is made, and when the cached one is used: it always matches the pages."""

import json
import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pagefind_bin
import pytest

from tests.conftest import PLAIN, Site
from tests.edited import picture
from tests.previews import Preview
from tests.sampling import some

SETTINGS = """\
from pathlib import Path
import pagefind_bin
from pelicanconf_here import *
CACHE_PATH = {root!r} + "/.cache"
pagefind_bin.get_executable = lambda: Path({root!r}, "counted")
"""
COUNTED = """\
#!/bin/sh
echo >> {root}/made
sleep {seconds}
exec {pagefind} "$@"
"""
SLOW_S = 3


class Searched(Site):
    """A site that counts how often its index is made."""

    def __init__(self, root: Path, fonts: Path) -> None:
        super().__init__(root, fonts)
        self.write("counting.py", SETTINGS.format(root=str(root)))
        self.take(0)

    def take(self, seconds: float) -> None:
        """Make Pagefind take longer by some time."""
        pagefind = pagefind_bin.get_executable()
        script = self.write("counted", COUNTED.format(root=self.root, pagefind=pagefind, seconds=seconds))
        script.chmod(script.stat().st_mode | stat.S_IXUSR)

    @property
    def times(self) -> int:
        """How often the index was made."""
        made = self.root / "made"
        return len(made.read_text().splitlines()) if made.exists() else 0

    @property
    def kept(self) -> Path:
        """The cache file."""
        return self.root / ".cache/search.sqlite3"

    def built(self, *options: str) -> dict[str, bytes]:
        """Build, and return the output."""
        told = self.build(*options, settings="counting.py")
        assert told.code == 0, told.report
        return self.output()

    def clean(self, *options: str) -> dict[str, bytes]:
        """Build from scratch."""
        shutil.rmtree(self.root / "output")
        self.kept.unlink(missing_ok=True)
        return self.built(*options)

    def hits(self) -> dict[str, int]:
        """Return the inode of each file with a part of a page's text; the name depends on the page."""
        return {hit.name: hit.stat().st_ino for hit in (self.root / "output/pagefind/hits").glob("*.json")}

    def words(self) -> str:
        """Return everything that can be found."""
        hits = (self.root / "output/pagefind/hits").glob("*.json")
        return " ".join(json.loads(hit.read_text("utf-8"))["words"] for hit in hits)


def with_articles(root: Path, font_list: Path) -> Searched:
    """Return a site with two articles, of which one shows a figure."""
    site = Searched(root, font_list)
    site.script("line", PLAIN)
    site.article("guide", "![A line](/images/line.png)\n\nA zebra.")
    site.article("other", "Words.", Date="2026-11-02", Image="/images/line.png")
    return site


@pytest.fixture
def searched(tmp_path: Path, font_list: Path) -> Searched:
    """Return such a site, for a preview."""
    return with_articles(tmp_path, font_list)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Searched:
    """Return such a site, built; each test leaves it built."""
    site = with_articles(tmp_path_factory.mktemp("indexed"), font_list)
    site.built()
    assert site.times == 1
    return site


@pytest.mark.slow
def test_the_index_is_made_again_only_when_a_text_changes(indexed: Searched) -> None:
    """Not for changes around the text, nor for a clean output; and it is always that of a clean build."""
    before, times = indexed.output(), indexed.times
    assert indexed.clean() == before
    assert indexed.times == times + 1
    shutil.rmtree(indexed.root / "output")
    indexed.built()
    more = ("-e", 'SITENAME="Another"')
    renamed = indexed.built(*more)
    assert indexed.times == times + 1, "the site's name isn't in the index"
    assert renamed == indexed.clean(*more)
    indexed.built()


EDITS = {
    "text": lambda site: site.article("guide", "![A line](/images/line.png)\n\nA giraffe.", Title="Tall"),
    "picture": lambda site: site.script("line", PLAIN.replace("(2, 1)", "(3, 1)")),
    "picture of a hit": lambda site: (  # which the page itself doesn't show
        site.script("wide", PLAIN.replace("(2, 1)", "(4, 1)")),
        site.article("other", "Words.", Date="2026-11-02", Image="/images/wide.png"),
    ),
    "draft": lambda site: site.article("other", "Words.", Date="2026-11-02", Status="draft"),
}


@pytest.mark.parametrize("name", some(EDITS, one_in=4))
def test_the_index_after_an_edit_is_that_of_a_clean_build(indexed: Searched, name: str) -> None:
    """It is made once, and files that are the same aren't written again."""
    before, times = indexed.hits(), indexed.times
    EDITS[name](indexed)
    edited = indexed.built()
    assert indexed.times == times + 1
    if name == "text":
        after = indexed.hits()
        assert {hit: after[hit] for hit in before if hit in after} == {
            hit: before[hit] for hit in before if hit in after
        }
        assert before.keys() & after.keys(), "the other article's text is the same"
        assert "giraffe" in indexed.words()
        assert "zebra" not in indexed.words()
    assert edited == indexed.clean()


def test_a_hit_has_its_picture_from_the_first_build_on(searched: Searched) -> None:
    """Pelican copies a static file after the index has been made, and it may replace another one."""
    for width in (40, 300):
        place = searched.root / "content/images/hand.png"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(picture("hand", width, 30))
        searched.article("other", "Words.", Date="2026-11-02", Image="/images/hand.png")
        hits = [json.loads(data) for name, data in searched.built().items() if name.startswith("pagefind/hits/")]
        shown = {hit["url"]: (hit.get("image"), hit.get("size")) for hit in hits}
        assert shown["2026/11/other/"] == ("/images/hand.png", place.stat().st_size)


DAMAGES = {
    "empty": lambda file: file.write_bytes(b""),
    "cut": lambda file: os.truncate(file, file.stat().st_size // 2),
    "another": lambda file: file.write_bytes(b"SQLite" * 1000),
    "zeros": lambda file: file.write_bytes(file.read_bytes()[:4096] + bytes(file.stat().st_size - 4096)),
    "other data": lambda file: _run(file, "UPDATE entries SET data = zeroblob(99)"),
    "other words": lambda file: _run(
        file, "DELETE FROM entries WHERE path = 'pagefind'", "UPDATE entries SET data = 'lion'"
    ),
    "other tables": lambda file: _run(file, "DROP TABLE entries", "CREATE TABLE entries (name)"),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
}


def _run(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as opened, opened:
        for statement in statements:
            opened.execute(statement)


@pytest.mark.parametrize("damage", [it if it == "cut" else pytest.param(it, marks=pytest.mark.slow) for it in DAMAGES])
def test_a_damaged_cache_costs_only_time(indexed: Searched, damage: str) -> None:
    """And nothing else."""
    before = indexed.output()
    DAMAGES[damage](indexed.kept)
    assert indexed.built() == before
    if indexed.kept.is_dir():
        indexed.kept.rmdir()


@pytest.mark.slow
def test_another_process_can_hold_the_cache(indexed: Searched) -> None:
    """The build reads from it, and leaves it there."""
    before, times, file = indexed.clean(), indexed.times, indexed.kept.stat().st_ino
    with closing(sqlite3.connect(indexed.kept)) as other:
        other.execute("BEGIN EXCLUSIVE")
        shutil.rmtree(indexed.root / "output")  # otherwise the build would be skipped, here and below
        assert indexed.built() == before
    assert indexed.times == times
    shutil.rmtree(indexed.root / "output")
    assert indexed.built() == before
    assert (indexed.times, indexed.kept.stat().st_ino) == (times, file)


@pytest.fixture
def preview(searched: Searched) -> Iterator[Preview]:
    """Start a preview of the site."""
    run = Preview(searched, settings="counting.py")
    yield run
    run.stop()


@pytest.mark.slow
def test_a_preview_makes_the_index_when_the_search_is_opened(searched: Searched, preview: Preview) -> None:
    """Not on a save; and the search then finds what was saved."""
    searched.article("guide", "A giraffe.")
    preview.built()
    assert searched.times == 0
    shown = preview.searched()
    assert searched.times == 1
    assert "giraffe" in searched.words()
    assert preview.searched() == shown
    searched.article("guide", "A lion.")
    preview.built()
    assert "giraffe" in searched.words(), "the old index stays until there is a new one"
    shown = preview.searched()
    assert searched.times == 2
    assert preview.stop() == 0
    assert searched.built() == shown
    assert searched.times == 2, "a build uses the preview's index"


@pytest.mark.slow
def test_a_preview_makes_the_index_when_a_search_page_is_opened(searched: Searched, preview: Preview) -> None:
    """Its script requests the index a moment later; the page itself is there at once."""
    for page in ("search/", "search/index.html"):
        searched.article("guide", f"A lion at {page}.")
        preview.built()
        before = searched.times
        with closing(preview.stream(since=preview.since("2026/11/guide/index.html"))) as events:
            next(events)
            assert preview.get(f"/{page}")[0].status == 200
            assert "pagefind/pagefind-entry.json" in next(events)["changed"]
        assert page in searched.words()
        assert searched.times == before + 1


@pytest.mark.slow
def test_a_preview_makes_the_index_when_nothing_is_saved_for_a_while(searched: Searched, preview: Preview) -> None:
    """Browsers are notified, and an open search page is reloaded."""
    entry = "pagefind/pagefind-entry.json"
    assert preview.event(lambda it: it["changed"].get(entry))
    assert "zebra" in searched.words()
    searched.article("guide", "A lion.")
    preview.built()
    assert preview.event(lambda it: it["changed"].get(entry), since=preview.since("2026/11/guide/index.html"))
    assert "lion" in searched.words()
    assert searched.times == 2


@pytest.mark.slow
def test_a_save_cancels_the_index(searched: Searched, preview: Preview) -> None:
    """The page isn't delayed by it; if the search is open, it waits for the next one."""
    preview.searched()
    searched.take(SLOW_S)
    searched.article("guide", "A lion.")
    preview.built()
    asking = Thread(target=preview.searched)
    asking.start()
    while searched.times < 2:
        time.sleep(0.01)
    began = time.monotonic()
    searched.article("guide", "A giraffe.")
    preview.built()
    assert time.monotonic() - began < SLOW_S
    asking.join()
    assert "giraffe" in searched.words()
    assert searched.times == 3


@pytest.mark.slow
def test_a_failed_index_is_reported_once_and_the_last_one_is_kept(searched: Searched, preview: Preview) -> None:
    """The pages are still shown; when it can be made again, everything is fixed."""
    preview.searched()
    searched.write("counted", "#!/bin/sh\necho no luck >&2\nexit 3\n")
    searched.article("guide", "A lion.")
    preview.built()
    preview.searched()
    preview.line("the search index; 1 error")
    assert "zebra" in searched.words()
    assert any("no luck" in line for line in preview.said)
    searched.take(0)
    searched.article("guide", "A giraffe.")
    assert "1 error not fixed yet" in preview.built()
    preview.searched()
    preview.line("the search index; everything is fixed")
    assert "giraffe" in searched.words()

"""A build in which nothing has changed ends at once; any change that matters leads to a build as usual."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import SIMPLE, Build, Site
from tests.sampling import some

Edit = Callable[[Site], object]

SAME = {"PYTEST_CURRENT_TEST": ""}
"""The environment of each build, besides what a test says."""
DONE = "Nothing has changed since the last build, so output/ is up to date."
TICK_S = 0.1
"""By then, the times of files differ: a build doesn't trust files that are as young as itself."""
READING = '''
"""A line from outside of the project."""
import os
from pathlib import Path
import matplotlib.pyplot as plt

height = float(Path("{outside}").read_text()) + float(Path("diagrams/height.txt").read_text())
plt.figure(figsize=(2, 1))
plt.plot([0, height], [0, float(os.environ.get("SLOPE", "1"))])
'''


def built(site: Site, *options: str, settings: str = "pelicanconf_here.py", **environment: str) -> Build:
    """Build, some time after whatever was written."""
    time.sleep(TICK_S)
    result = site.build(*options, settings=settings, **SAME, **environment)
    assert result.code == 0, result.report
    return result


def is_skipped(result: Build) -> bool:
    """Return whether a build has ended at once."""
    assert (DONE in result.out) != ("Done: Processed" in result.out), result.out
    return DONE in result.out


@pytest.fixture
def whole(site: Site) -> Site:
    """Return a site with some of everything, built."""
    theme = site.root / "own"
    site.write("own/templates/index.html", '{% extends "!simple/index.html" %}')
    site.write("own/static/x.css", "a {}")
    site.write("said.py", 'SAID = "said"\n')
    text = (site.root / "pelicanconf_here.py").read_text("utf-8")
    own = f"sys.path.insert(0, {str(site.root)!r})\nfrom said import SAID\n"
    more = f"THEME = {str(theme)!r}\nDIRECT_TEMPLATES = ['index']\nSITESUBTITLE = 'one'\n"
    site.write("pelicanconf_here.py", f"{text}{own}{more}")
    outside = site.root.parent / f"{site.root.name}-outside.txt"
    outside.write_text("1", "utf-8")
    site.write("diagrams/height.txt", "1")
    site.script("tall", READING.format(outside=outside))
    site.article("one", "Words.\n\n![A line](/images/tall.png)\n\n[File]({static}/images/x.txt)\n")
    site.article("two", "More words.", Status="draft")
    site.write("content/pages/about.md", "Title: About\n\nWords.\n")
    site.write("content/images/x.txt", "a file")
    built(site)
    assert is_skipped(built(site))
    return site


def replaced(path: str, old: str, new: str) -> Edit:
    """Return an edit of a file that leaves its size and its modification time unchanged."""

    def edited(site: Site) -> None:
        place = site.root / path
        before, text = place.stat(), place.read_text("utf-8")
        assert old in text
        assert len(old) == len(new)
        place.write_text(text.replace(old, new), "utf-8")
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))

    return edited


CHANGES: dict[str, Edit] = {
    "an article": replaced("content/nlp/one.md", "Words", "Wards"),
    "a page of the output": lambda site: site.write("output/index.html", "spoilt"),
    "a file outside": lambda site: (site.root.parent / f"{site.root.name}-outside.txt").write_text("2"),
    "a page": replaced("content/pages/about.md", "Words", "Wards"),
    "a draft": replaced("content/nlp/two.md", "words", "wards"),
    "a static file": replaced("content/images/x.txt", "a file", "a tile"),
    "a template": lambda site: site.write("own/templates/index.html", '{% extends "!simple/archives.html" %}'),
    "a new template": lambda site: site.write("own/templates/page.html", "{{ page.title }}"),
    "a file of the theme": replaced("own/static/x.css", "a {}", "b {}"),
    "a setting": replaced("pelicanconf_here.py", "'one'", "'two'"),
    "a module": replaced("said.py", "said", "told"),
    "a script": replaced("diagrams/tall.py", "(2, 1)", "(3, 1)"),
    "the data of a script": replaced("diagrams/height.txt", "1", "2"),
    "a new article": lambda site: site.article("three", "New words."),
    "a hidden article": lambda site: site.write("content/nlp/.four.md", "Title: Four\nDate: 2026-11-02\n\nWords.\n"),
    "an article that is gone": lambda site: (site.root / "content/nlp/two.md").unlink(),
    "another name": lambda site: (site.root / "content/nlp/two.md").rename(site.root / "content/nlp/zwei.md"),
    "a file of the output, as large and as old": replaced("output/images/x.txt", "a file", "a tile"),
    "a file of the output that is gone": lambda site: (site.root / "output/images/x.txt").unlink(),
    "a file that isn't of the site": lambda site: site.write("output/old.html", "old"),
    "the figures that are stored": lambda site: next((site.root / ".figures/store").glob("*.png")).unlink(),
    "a record that is damaged": lambda site: _record(site).write_text('{"version": 1, "notes": 3}'),
    "a record that is cut": lambda site: _record(site).write_bytes(_record(site).read_bytes()[:100]),
    "no record": lambda site: _record(site).unlink(),
}


def _record(site: Site) -> Path:
    (record,) = (site.root / ".cache/unchanged").glob("*.json")
    return record


@pytest.mark.parametrize("name", some(CHANGES, one_in=6))
def test_each_change_leads_to_a_build(whole: Site, name: str) -> None:
    """Even if it has the size and the time of what was there before; then, the output is that of an ordinary build."""
    CHANGES[name](whole)
    assert not is_skipped(built(whole))
    now = whole.output()
    assert is_skipped(built(whole))
    (whole.root / ".cache/unchanged").rename(whole.root / "aside")
    assert not is_skipped(built(whole))
    assert whole.output() == now


def test_options_and_the_environment_count(whole: Site) -> None:
    """A setting on the command line, more messages, a variable, and a request to ignore caches."""
    assert not is_skipped(built(whole, "-e", 'SITENAME="Another"'))
    assert "Another" in (whole.root / "output/index.html").read_text("utf-8")
    assert not is_skipped(built(whole))
    slope = built(whole, SLOPE="2")
    assert not is_skipped(slope)
    assert is_skipped(built(whole, SLOPE="2", COLORTERM="truecolor", MAKELEVEL="1"))
    assert not is_skipped(built(whole))
    assert not is_skipped(built(whole, "--ignore-cache"))
    assert not is_skipped(built(whole, "-v"))
    assert is_skipped(built(whole))


def test_what_a_build_says_of_the_site_is_said_again(whole: Site) -> None:
    """Figures are counted as they are now, and what no article shows is listed."""
    first = built(whole, SLOPE="3")
    assert first.figures == (1, 0, 0) if "1 drawn" in first.out else (0, 1, 0)
    again = built(whole, SLOPE="3")
    assert is_skipped(again)
    assert again.figures == (0, 1, 0)
    assert "no article shows the figures of diagrams/line.py" in first.out
    assert "no article shows the figures of diagrams/line.py" in again.out


def test_a_build_that_warns_is_never_skipped(whole: Site) -> None:
    """The author sees the warning again, and `--fatal` does, too."""
    whole.article("one", "[Gone]({filename}gone.md)")
    for _ in range(3):
        result = built(whole)
        assert not is_skipped(result)
        assert "gone.md" in result.report


@pytest.mark.slow
def test_an_article_appears_when_it_is_due(whole: Site) -> None:
    """Nothing else has changed by then."""
    due = datetime.now(UTC) + timedelta(seconds=8)
    whole.article("three", "Later.", Date=f"{due:%Y-%m-%d %H:%M:%S}")
    built(whole, "-e", "WITH_FUTURE_DATES=false")
    assert is_skipped(built(whole, "-e", "WITH_FUTURE_DATES=false"))
    assert not (whole.root / f"output/{due:%Y/%m}/three/index.html").exists()
    time.sleep(max((due - datetime.now(UTC)).total_seconds(), 0) + 0.1)
    assert not is_skipped(built(whole, "-e", "WITH_FUTURE_DATES=false"))
    assert (whole.root / f"output/{due:%Y/%m}/three/index.html").exists()


STRANGE = """
from pelican import signals
def give(generator): generator.env.globals["now"] = lambda: 1
def register(): signals.generator_init.connect(give)
"""


def test_a_site_with_another_plugin_is_built_each_time(whole: Site) -> None:
    """Nobody knows what it depends on; a build with it leaves no record of an earlier one."""
    whole.write("strange.py", STRANGE)
    assert not is_skipped(built(whole))
    options = ["-e", 'PLUGINS=["plugins.reading", "plugins.building", "strange"]']
    for _ in range(2):
        assert not is_skipped(built(whole, *options))
    assert not is_skipped(built(whole))
    listed = built(whole, *options, "-v").out
    assert "strange" in listed


def test_a_stock_site_is_skipped_with_the_plugins_that_it_needs(whole: Site) -> None:
    """Those for reading and for building, by any of their names; without one, nothing is known about the build."""
    for names in (
        '"plugins.building"',
        '"plugins.unchanged", "plugins.writing"',
        '"plugins.output", "plugins.building"',
    ):
        options = [*SIMPLE, f'PLUGINS=["plugins.reading", {names}]']
        assert not is_skipped(built(whole, *options))
        assert is_skipped(built(whole, *options))
    for names in ('"plugins.building"', '"plugins.reading", "plugins.unchanged"'):
        options = [*SIMPLE, f"PLUGINS=[{names}]"]
        for _ in range(2):
            assert not is_skipped(built(whole, *options))


def _started(site: Site, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "pelican", "-s", str(site.root / "pelicanconf_here.py")],
        cwd=site.root,
        env={**os.environ, "COLUMNS": "400", **SAME, **environment},
        stdout=subprocess.DEVNULL,
    )


def test_a_build_that_is_killed_is_followed_by_a_whole_one(whole: Site) -> None:
    """Although everything is as it was when the last whole build ended, except for the output."""
    before, page = whole.output(), whole.root / "output/index.html"
    process = _started(whole, SLOPE="4")
    try:
        while page.exists() and process.poll() is None:
            time.sleep(0.001)
    finally:
        process.kill()
        process.wait()
    assert not is_skipped(built(whole))
    assert whole.output() == before
    assert is_skipped(built(whole))


@pytest.mark.slow
def test_of_two_builds_at_once_both_are_whole(whole: Site) -> None:
    """Whichever ends last, the output is right, and the next builds know."""
    for slope in ("5", "6"):
        processes = [_started(whole, SLOPE=slope) for _ in range(2)]
        assert [process.wait() for process in processes] == [0, 0]
        first, second = built(whole, SLOPE=slope), built(whole, SLOPE=slope)
        now = whole.output()
        assert is_skipped(second)
        (whole.root / ".cache/unchanged").rename(whole.root / f"aside-{slope}")
        assert not is_skipped(built(whole, SLOPE=slope))
        assert whole.output() == now
        assert first.figures == (0, 1, 0)

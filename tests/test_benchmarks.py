"""The benchmark of whole blogs measures what was actually written."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture
def blogs(monkeypatch):
    """The module that writes and checks them."""
    monkeypatch.syspath_prepend(REPOSITORY / "benchmarks")
    import blogs

    return blogs


def test_a_blog_that_lacks_an_article_is_not_measured(blogs, tmp_path):
    """A generator that omits something would look fast."""
    them = blogs.articles(3)
    blog = replace(blogs.stock, lists=["tags.html"])
    for article in them:
        page = blog.page(tmp_path, article)
        page.parent.mkdir(parents=True)
        page.write_text(f"<h2>Section 4 of {article.number}</h2>" + 20 * "<span class=n></span>")
    for name in ("index.html", "tags.html"):
        (tmp_path / blog.output / name).write_text(them[0].slug)
    blog.check(tmp_path, them)
    blog.page(tmp_path, them[1]).write_text("<h2>Section 3 of 2</h2>")
    with pytest.raises(SystemExit, match=r"stock Pelican has not written 2025/12/guide-2/ \(1 in all\)"):
        blog.check(tmp_path, them)


@pytest.mark.slow
@pytest.mark.when_changed("benchmarks/")
def test_our_blog_and_pelican_s_are_built_in_each_state():
    """Each has a row, and the goals that compare them have a ratio."""
    command = [sys.executable, "benchmarks/sites.py", "40", "--brief", "--only", "ours", "stock"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    clock, cpu, goals = done.stdout.split("\n\n")[-3:]
    names = {"ours", "ours, with search", "stock Pelican", "stock Pelican with its cache"}
    for table in (clock, cpu):
        rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
        assert {name for name, *_ in rows} == names
        assert all(float(seconds) > 0 for _, *cells in rows for seconds in cells)
    assert "| ours, cold, relative to stock Pelican, cold |" in goals
    assert "Hugo" not in goals

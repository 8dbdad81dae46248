"""A page's data from the repository: when it changed, where to edit it, and where to report a mistake."""

import re
import subprocess

import pytest

from plugins.html import parse
from tests.conftest import Site

ON = ("-e", "UPDATED_FROM_GIT=true")


def git(site: Site, *arguments: str, day: str = "2026-11-03") -> None:
    """Run git in the site's folder, on some day."""
    dated = {f"GIT_{who}_DATE": f"{day}T12:00:00+00:00" for who in ("AUTHOR", "COMMITTER")}
    named = {f"GIT_{who}_{what}": "a@b.de" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *arguments], cwd=site.root, env={**dated, **named, "HOME": "/"}, check=True, timeout=60)


def committed(site: Site, day: str) -> None:
    """Commit the current content."""
    git(site, "add", "content", day=day)
    git(site, "commit", "--quiet", "--message", "Write", day=day)


def updated(site: Site, name: str) -> str | None:
    """Return the date of the last update on a page."""
    times = parse(site.page(name)).css(".byline time")
    return times[1].attributes["datetime"] if len(times) > 1 else None


def test_an_article_was_updated_at_its_last_commit(site: Site) -> None:
    """Unless its header has a date; uncommitted changes, or those on the same day, don't count."""
    git(site, "init", "--quiet")
    site.article("old", "Words.")
    site.article("größe", "Words.", Slug="groesse")
    site.article("said", "Words.", Modified="2026-11-02")
    site.article("same", "Words.", Date="2026-11-03")
    site.article("later", "Words.", Date="2026-11-20")
    committed(site, "2026-11-03")
    site.article("größe", "More words.", Slug="groesse")
    committed(site, "2026-11-09")
    site.article("new", "Words.")
    assert site.build(*ON).code == 0
    days = {name: updated(site, name) for name in ("old", "groesse", "said", "same", "later", "new")}
    assert {name: day and day[:10] for name, day in days.items()} == {
        "old": "2026-11-03",
        "groesse": "2026-11-09",
        "said": "2026-11-02",
        "same": None,
        "later": None,
        "new": None,
    }


def test_a_shallow_clone_gives_no_dates(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    """All files come from its only commit; and without a repository, pages are as usual."""
    site.article("old", "Words.")
    assert site.build(*ON).code == 0
    assert updated(site, "old") is None
    git(site, "init", "--quiet")
    committed(site, "2026-11-03")
    site.article("old", "Other words.")
    committed(site, "2026-11-05")
    place = tmp_path_factory.mktemp("shallow") / "site"
    git(site, "clone", "--quiet", "--depth", "1", f"file://{site.root}", str(place))
    clone = Site(place)
    assert clone.build(*ON).code == 0
    assert updated(clone, "old") is None


@pytest.mark.parametrize(
    ("setting", "edit", "report"),
    [
        (
            "https://github.com/me/blog.git",
            "https://github.com/me/blog/edit/main/content/nlp/a%20b.md",
            "https://github.com/me/blog/issues/new?title=Tom%20%26%20co&body=https%3A//example.org/repo/2026/11/guide/",
        ),
        (
            "https://gitlab.com/me/blog/",
            "https://gitlab.com/me/blog/-/edit/main/content/nlp/a%20b.md",
            "https://gitlab.com/me/blog/-/issues/new?issue[title]=Tom%20%26%20co"
            "&issue[description]=https%3A//example.org/repo/2026/11/guide/",
        ),
        (
            "https://codeberg.org/me/blog",
            "https://codeberg.org/me/blog/_edit/main/content/nlp/a%20b.md",
            "https://codeberg.org/me/blog/issues/new?title=Tom%20%26%20co"
            "&body=https%3A//example.org/repo/2026/11/guide/",
        ),
    ],
)
def test_a_page_can_be_edited_and_a_mistake_reported(site: Site, setting: str, edit: str, report: str) -> None:
    """With one setting, for known hosts."""
    site.article("a b", "Words.", Slug="guide", Title="Tom &amp; co")
    assert site.publish("-e", f'REPOSITORY="{setting}"').code == 0
    links = parse(site.page("guide")).css("footer.end li a")
    assert [link.attributes["href"] for link in links] == [edit, report]
    assert [link.text() for link in links] == ["Edit this page", "Report a mistake"]


def test_another_host_needs_its_own_urls(site: Site) -> None:
    """For pages, too; one of the two can be left out."""
    site.write("content/pages/about.md", "Title: About\n\nWords.\n")
    site.article("guide", "Words.")
    pattern = "https://git.example.org/blog/edit/{branch}/{path}"
    built = site.build("-e", f'EDIT_URL="{pattern}"', 'REPOSITORY_BRANCH="trunk"')
    assert built.code == 0, built.report
    page = parse((site.root / "output/about/index.html").read_text("utf-8"))
    links = [link.attributes["href"] for link in page.css(".feedback a")]
    assert links == ["https://git.example.org/blog/edit/trunk/content/pages/about.md"]


def test_an_error_in_a_setting_names_the_line_that_gives_it(site: Site) -> None:
    """In the settings file in use, or in one that it imports from; only the last assignment counts."""
    site.article("guide", "Words.")
    here = (site.root / "pelicanconf_here.py").read_text("utf-8")
    more = (
        f"sys.path.insert(0, {str(site.root)!r})\nfrom common_settings import *\n"
        'REPORT_URL = "https://git.example.org/"\nREPORT_URL = "https://git.example.org/{file}"\n'
    )
    site.write("common_settings.py", '"""Words."""\n\nEDIT_URL: str = "https://git.example.org/{file}"\n')
    site.write("pelicanconf_here.py", here + more)
    lines = (here + more).splitlines()
    assert [entry.splitlines()[0] for entry in site.build().entries] == [
        "common_settings.py:3: EDIT_URL has an unknown placeholder: 'file'",
        f"pelicanconf_here.py:{len(lines)}: REPORT_URL has an unknown placeholder: 'file'",
    ]


def test_incomplete_settings_are_reported(site: Site) -> None:
    """And cost no page; without settings, there are no links."""
    site.article("guide", "Words.")
    assert site.build().code == 0
    assert not re.search("Edit this page|Report a mistake", site.page("guide"))
    told = site.build("-e", 'REPOSITORY="https://git.example.org/me/blog"').entries
    assert [entry.splitlines()[0] for entry in told] == [
        "pelicanconf_here.py:1: REPOSITORY is on a host whose URLs aren't known, so pages have no “edit” and “report” "
        "links: https://git.example.org/me/blog"
    ]
    told = site.build("-e", 'EDIT_URL="https://git.example.org/{file}"').entries
    assert [entry.splitlines() for entry in told] == [
        [
            "pelicanconf_here.py:1: EDIT_URL has an unknown placeholder: 'file'",
            "    the placeholders are {repository}, {branch}, {path}, {title}, {page}",
        ]
    ]
    assert not re.search("Edit this page|Report a mistake", site.page("guide"))

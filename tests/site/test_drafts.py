"""Shared drafts: at their secret URLs, and nowhere else."""

from pathlib import Path

import pytest

from plugins.html import parse
from tests.conftest import PLAIN, Build, Site
from tests.zoo import check

SECRET, LATER, PAST, PLAN = "k3f9x2m7q1", "later-a-secret", "no-longer-a-secret", "another-secret"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Build, dict[str, bytes]]:
    """Publish a site with drafts of all kinds."""
    site = Site(tmp_path_factory.mktemp("drafts"), font_list)
    site.script("line", PLAIN)
    site.article("open", "Words.", Tags="state")
    site.article("guide", "![](/images/line.png)\n\nUnheard-of.", Status="draft", Share=SECRET, Tags="state")
    site.article("other", "Words.", Status="draft")
    site.article("past", "Words.", Share=PAST)
    site.article("later", "Unheard-of.", Date="2126-11-01", Share=LATER)
    site.article("easy", "Unheard-of.", Status="draft", Share="secret")
    site.write("content/pages/plan.md", f"Title: Plan\nStatus: draft\nShare: {PLAN}\n\nUnheard-of.\n")
    return site.publish(), site.output()


@pytest.mark.parametrize("secret", [SECRET, LATER, PLAN])
def test_a_shared_draft_is_only_at_its_secret_url(published, secret):
    """An article, one with a future date, which waits like a draft, and a page: no list, feed or site map has them."""
    assert [path for path, data in published[1].items() if secret.encode() in data] == [f"drafts/{secret}/index.html"]


def test_a_shared_draft_is_as_it_will_be(published):
    """With its figures; and not indexed."""
    page = published[1][f"drafts/{SECRET}/index.html"].decode()
    assert parse(page).css_first('meta[name="robots"]').attributes["content"] == "noindex"
    assert "<svg" in page


def test_other_drafts_are_nowhere(published):
    """And no search finds the shared ones."""
    files = published[1]
    shared = {f"drafts/{it}/index.html" for it in (SECRET, LATER, PLAN)}
    assert {path for path, data in files.items() if b"Unheard-of" in data} == shared
    assert {path for path in files if path.startswith("drafts/")} == shared
    assert not [path for path in files if path.endswith("/other/index.html")]


def test_a_published_article_has_its_usual_url(published):
    """The line has no effect any more."""
    assert "2026/11/past/index.html" in published[1]
    assert not [path for path in published[1] if PAST in path]


def test_a_secret_that_can_be_guessed_is_rejected(published):
    """It is the only thing that is reported, and the draft isn't shared."""
    built, _ = published
    assert (built.code, len(built.entries)) == (1, 1)
    check(built, "easy", ("6: Share: secret is too easy to guess",))

"""Shared drafts: at their secret URLs, and nowhere else."""

from __future__ import annotations

from plugins.html import parse
from tests.conftest import Site

SECRET = "k3f9x2m7q1"


def test_a_shared_draft_is_only_at_its_secret_url(site: Site) -> None:
    """On a published site, with its figures; no list, feed, site map or search has it, and other drafts are nowhere."""
    site.article("open", "Words.", Tags="state")
    site.article("guide", "![](/images/line.png)\n\nUnheard-of.", Status="draft", Share=SECRET, Tags="state")
    site.article("other", "Words.", Status="draft")
    site.write("content/pages/plan.md", "Title: Plan\nStatus: draft\nShare: another-secret\n\nUnheard-of.\n")
    built = site.publish()
    assert built.code == 0, built.report
    files = site.output()
    page = files[f"drafts/{SECRET}/index.html"].decode()
    assert parse(page).css_first('meta[name="robots"]').attributes["content"] == "noindex"
    assert "<svg" in page
    assert "drafts/another-secret/index.html" in files
    assert [path for path, data in files.items() if SECRET.encode() in data] == [f"drafts/{SECRET}/index.html"]
    told = [path for path, data in files.items() if b"Unheard-of" in data]
    assert sorted(told) == ["drafts/another-secret/index.html", f"drafts/{SECRET}/index.html"]
    assert not [path for path in files if "other" in path and path.endswith("index.html") and "another" not in path]


def test_a_published_article_has_its_usual_url(site: Site) -> None:
    """The line has no effect any more."""
    site.article("guide", "Words.", Share=SECRET)
    assert site.publish().code == 0
    assert "2026/11/guide/index.html" in site.output()
    assert f"drafts/{SECRET}/index.html" not in site.output()


def test_an_article_with_a_future_date_can_be_shared(site: Site) -> None:
    """It waits like a draft."""
    site.article("guide", "Words.", Date="2126-11-01", Share=SECRET)
    assert site.publish().code == 0
    assert f"drafts/{SECRET}/index.html" in site.output()


def test_a_secret_that_can_be_guessed_is_rejected(site: Site) -> None:
    """It is reported, and the draft isn't shared."""
    site.article("guide", "Words.", Status="draft", Share="secret")
    built = site.publish()
    assert built.code == 1
    (entry,) = built.entries
    assert entry.startswith("content/nlp/guide.md:6: Share: secret is too easy to guess")
    assert not [path for path in site.output() if path.startswith("drafts/")]

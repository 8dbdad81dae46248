"""Drafts that are shared: at their secret address, and nowhere else."""

from __future__ import annotations

from plugins.html import parse
from tests.conftest import Site

SECRET = "k3f9x2m7q1"


def test_a_shared_draft_is_at_its_secret_address_alone(site: Site) -> None:
    """On a published site, with its figures; no list, feed, site map or search has it, and another draft is nowhere."""
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


def test_an_article_that_is_published_is_where_it_was(site: Site) -> None:
    """The line says nothing any more."""
    site.article("guide", "Words.", Share=SECRET)
    assert site.publish().code == 0
    assert "2026/11/guide/index.html" in site.output()
    assert f"drafts/{SECRET}/index.html" not in site.output()


def test_an_article_dated_ahead_is_shared_too(site: Site) -> None:
    """It waits as a draft does."""
    site.article("guide", "Words.", Date="2126-11-01", Share=SECRET)
    assert site.publish().code == 0
    assert f"drafts/{SECRET}/index.html" in site.output()


def test_what_can_be_guessed_is_no_secret(site: Site) -> None:
    """It is told, and the draft is kept."""
    site.article("guide", "Words.", Status="draft", Share="secret")
    built = site.publish()
    assert built.code == 1
    (entry,) = built.entries
    assert entry.startswith("content/nlp/guide.md:6: Share: secret is too easy to guess")
    assert not [path for path in site.output() if path.startswith("drafts/")]

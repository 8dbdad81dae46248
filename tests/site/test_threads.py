"""Comments in threads elsewhere, and counted visits: which pages have them, and which hosts the policy allows."""

import re

import pytest

from tests.conftest import Site

MASTODON = "https://mastodon.example/@me/1234"
BLUESKY = "https://bsky.app/profile/me.example/post/3kabc"


def policy(site: Site) -> str:
    """Return the content security policy of the published site."""
    (said,) = re.findall(r"Content-Security-Policy: (.*)", site.output()["_headers"].decode())
    return said


def test_an_article_names_its_thread_and_the_policy_its_host(site: Site) -> None:
    """And no other host; without a script, there is a link."""
    site.article("toot", "Words.\n", Comments=MASTODON)
    site.article("sky", "Words.\n", Comments=BLUESKY)
    site.article("plain", "Words.\n", Comments="no")
    site.article("later", "Words.\n", Comments="https://draft.example/@me/1", Status="draft")
    assert site.publish().report == ""
    page = site.page("toot")
    assert 'data-thread="https://mastodon.example/api/v1/statuses/1234/context"' in page
    assert f'<a href="{MASTODON}">Comment on mastodon.example</a>' in page
    assert "js/comments" in page
    uri = "at%3A%2F%2Fme.example%2Fapp.bsky.feed.post%2F3kabc"
    assert (
        f'data-thread="https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread?uri={uri}&amp;depth=100&amp;parentHeight=0"'
        in site.page("sky")
    )
    assert "comments" not in site.page("plain")
    assert "connect-src 'self' https://mastodon.example https://public.api.bsky.app" in policy(site)
    assert "draft.example" not in policy(site)


@pytest.mark.parametrize("said", ["https://example.org/thread", "yes", "http://mastodon.example/@me/1"])
def test_an_address_that_is_no_thread_is_an_error_at_its_line(site: Site, said: str) -> None:
    """No comments are shown, and no host is allowed."""
    site.article("guide", f"Words, {said}.\n", Comments=said)
    build = site.build()
    (entry,) = build.entries
    assert entry.startswith(f"content/nlp/guide.md:5: {said} isn't a thread on Mastodon or Bluesky")
    assert "data-thread" not in site.page("guide")


def test_visits_are_only_counted_if_the_site_says_so(site: Site) -> None:
    """By exactly that host, and only of the published site."""
    site.article("guide", "Words.\n")
    site.publish()
    assert "connect-src" not in policy(site)
    assert "visits" not in site.page("guide")
    counted = "-e", 'GOATCOUNTER="me.goatcounter.com"'
    site.publish(*counted)
    assert policy(site).endswith("connect-src 'self' https://me.goatcounter.com")
    assert 'data-count="https://me.goatcounter.com/count"' in site.page("guide")
    site.build(*counted)
    assert "visits" not in site.page("guide")

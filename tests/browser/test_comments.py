"""Comments that a reader opens: what is asked for, and that nothing in them is more than text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import Quiet, served
from tests.conftest import Site

pytestmark = pytest.mark.browser

HOSTILE = (
    '<p>First<br>line <img src=x onerror="document.title=1"></p><p><b>Second</b><script>document.title=2</script></p>'
)
ANSWERS = {
    "mastodon": {
        "descendants": [
            {
                "account": {"display_name": "<i>Ada</i>", "acct": "ada"},
                "content": HOSTILE,
                "spoiler_text": "",
                "created_at": "2026-11-02T10:00:00Z",
                "url": "javascript:alert(1)",
            }
        ]
    },
    "bluesky": {
        "thread": {
            "replies": [
                {
                    "post": {
                        "uri": "at://did:x/app.bsky.feed.post/1",
                        "author": {"handle": "ada.example", "displayName": ""},
                        "record": {"text": HOSTILE, "createdAt": "2026-11-02T10:00:00Z"},
                    },
                    "replies": [
                        {
                            "post": {
                                "uri": "at://did:x/app.bsky.feed.post/2",
                                "author": {"handle": "bob.example", "displayName": "Bob"},
                                "record": {"text": "Yes.", "createdAt": "2026-11-03T10:00:00Z"},
                            }
                        }
                    ],
                }
            ]
        }
    },
}
THREADS = {
    "mastodon": "https://mastodon.example/@me/1234",
    "bluesky": "https://bsky.app/profile/me.example/post/3kabc",
}


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Path:
    """Build a site with a thread of each kind."""
    site = Site(tmp_path_factory.mktemp("threads"), font_list)
    for kind, address in THREADS.items():
        site.article(kind, "Words.\n", Comments=address)
    assert site.build().report == ""
    return site.root / "output"


class Connecting(Quiet):
    """A server whose policy allows what that of the published site does."""

    def end_headers(self) -> None:
        hosts = "https://mastodon.example https://public.api.bsky.app"
        self.send_header("Content-Security-Policy", f"default-src 'self'; connect-src 'self' {hosts}")
        super(Quiet, self).end_headers()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", list(THREADS))
def test_answers_are_loaded_on_a_tap_and_are_text(
    output: Path, tab: Callable[..., Any], kind: str, scheme: str
) -> None:
    """Whatever they contain; nothing is asked for before, and axe finds nothing afterwards."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown, asked = tab(320, scheme), list[str]()

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(body=json.dumps(ANSWERS[kind]), content_type="application/json", headers=headers)

    shown.route(re.compile("^https:"), answer)
    with served(output, Connecting) as address:
        shown.goto(f"{address}2026/11/{kind}/")
        title = shown.title()
        assert asked == []
        shown.locator("[data-thread] > summary").click()
        shown.locator("[data-thread] li").first.wait_for()
        assert len(asked) == 1
        assert shown.locator("[data-thread] li img, [data-thread] li i, [data-thread] li script").count() == 0
        first = shown.locator("[data-thread] li").first.inner_text()
        assert ("<i>Ada</i>" if kind == "mastodon" else "ada.example") in first
        assert "First\nline" in first if kind == "mastodon" else HOSTILE in first
        assert shown.locator("[data-thread] li a").first.get_attribute("href") == (
            None if kind == "mastodon" else "https://bsky.app/profile/ada.example/post/1"
        )
        assert shown.locator("[data-thread] li").count() == (1 if kind == "mastodon" else 2)
        assert shown.title() == title
        assert shown.evaluate("document.documentElement.scrollWidth") == 320
        assert axe.run(shown).violations_count == 0


def test_a_thread_that_is_gone_is_said(output: Path, tab: Callable[..., Any]) -> None:
    """Beside the link, which still works."""
    shown = tab(1280, "light")
    shown.route(re.compile("^https:"), lambda route: route.fulfill(status=404))
    with served(output, Connecting) as address:
        shown.goto(f"{address}2026/11/mastodon/")
        shown.locator("[data-thread] > summary").click()
        shown.get_by_text("The comments could not be loaded.").wait_for()

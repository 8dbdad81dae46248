"""The published site on a host that sends the headers in `_headers`, at a different URL than it was published for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import served
from tests.conftest import Built
from tests.hosts import host
from tests.sampling import in_turn

pytestmark = pytest.mark.browser

BLOCKED = """addEventListener("securitypolicyviolation", event =>
  console.error(`${event.violatedDirective} blocks ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))"""


LEFT = "net::ERR_ABORTED"


@dataclass(frozen=True)
class Hosted:
    """A published site, and its URL."""

    folder: Path
    address: str

    def pages(self) -> list[str]:
        """Every page, by its URL relative to the site's."""
        found = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))
        return sorted(path.removesuffix("index.html") for path in found)


@pytest.fixture(scope="module", params=["", "/blog"])
def hosted(built: Built, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Hosted]:
    """Publish the project for one URL and serve it at another, with and without a path."""
    root = tmp_path_factory.mktemp("hosted") / "project"
    shutil.copytree(built.project.root, root, ignore=shutil.ignore_patterns("output", "published.json"))
    project = type(built.project)(root)
    said = project.make("publish", SITEURL=f"https://example.org{request.param}")
    assert said.code == 0, said.report
    files = root / f"host{request.param}"
    files.parent.mkdir(exist_ok=True)
    (root / "output").rename(files)
    with served(root / "host", host((files / "_headers").read_text("utf-8"), files / "404.html")) as address:
        yield Hosted(files, f"{address.rstrip('/')}{request.param}/")


@pytest.fixture
def page(hosted: Hosted, chromium: Any) -> Iterator[tuple[Any, list[str]]]:
    """A tab, with the console messages and the failed requests since then."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    tab, said = context.new_page(), []
    tab.add_init_script(BLOCKED)
    tab.on("console", lambda message: said.append(f"{tab.url}: {message.text}"))
    tab.on("pageerror", lambda error: said.append(f"{tab.url}: {error}"))
    # Requests still pending when the next page is opened are cancelled.
    tab.on("requestfailed", lambda asked: LEFT in asked.failure or said.append(f"{asked.url} {asked.failure}"))
    tab.on("response", lambda answer: answer.status >= 400 and said.append(f"{answer.status} {answer.url}"))
    tab.on("request", lambda asked: asked.url.startswith((hosted.address, "blob:")) or said.append(asked.url))
    yield tab, said
    context.close()


def test_no_page_requests_what_the_policy_forbids(hosted: Hosted, page: tuple[Any, list[str]]) -> None:
    """Every page and every tenth diagram's, with everything that it loads lazily: the console stays empty.

    A page that has moved leads on under the policy, too. In the gate, half of the pages, and one of each kind.
    """
    tab, said = page
    diagrams = [it for it in hosted.pages() if re.fullmatch(r"diagrams/.+/", it)]
    pages = sorted({*hosted.pages()} - {*diagrams} | {*diagrams[::10]})
    kinds = {"", "404.html", "about/", "archive/", "diagrams/", "search/", "series/", "tags/", "topics/", "2026/"}
    assert kinds <= {*pages}
    for path in sorted({*in_turn(pages, one_in=2), *kinds}):
        answer = tab.goto(hosted.address + path, wait_until="load")
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        file = hosted.folder / path
        if 'http-equiv="refresh"' in (file / "index.html" if file.is_dir() else file).read_text("utf-8"):
            tab.wait_for_url(lambda url, moved=answer.url: url != moved)
        tab.evaluate("""async () => {
            for (const image of document.images) image.loading = "eager";
            await Promise.all([...document.images].map(image => image.decode()));
            await document.fonts.ready;
        }""")
        sheet = "getComputedStyle(document.documentElement).getPropertyValue('--paper')"
        assert tab.evaluate(sheet), f"{path} has no style"
    assert not said, "\n".join(said)


def test_interactive_features_work_under_the_policy(hosted: Hosted, page: tuple[Any, list[str]]) -> None:
    """The search compiles WebAssembly and starts a worker; scripts step through figures and enlarge them."""
    tab, said = page
    tab.goto(f"{hosted.address}search/?q=memory")
    first = tab.locator(".hits h2 a").first
    first.wait_for()
    assert first.evaluate("link => link.href").startswith(hosted.address)
    article = next(it for it in hosted.pages() if re.fullmatch(r"2026/\d\d/illustrated-lstm-keras/", it))
    tab.goto(hosted.address + article)
    tab.locator("[name=theme][value=dark]").check(force=True)
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    tab.reload()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    assert not said, "\n".join(said)


@pytest.mark.parametrize("feed", ["feeds/all.atom.xml", "feeds/all.rss.xml"])
def test_a_feed_opened_in_a_browser_has_its_style(hosted: Hosted, page: tuple[Any, list[str]], feed: str) -> None:
    """The policy applies to it, too."""
    tab, said = page
    tab.goto(hosted.address + feed)
    assert tab.evaluate("getComputedStyle(document.querySelector('title')).display") == "block"
    assert not said, "\n".join(said)


def test_the_second_page_loads_no_style_script_or_font_again(hosted: Hosted, page: tuple[Any, list[str]]) -> None:
    """They come from the browser's cache without a request."""
    tab, _ = page
    tab.goto(hosted.address, wait_until="networkidle")
    tab.goto(f"{hosted.address}archive/", wait_until="networkidle")
    sizes = """() => performance.getEntriesByType("resource").filter(({name}) => /[.](css|js|woff2)$/.test(name))
        .map(({name, transferSize}) => [name, transferSize])"""
    loaded = dict(tab.evaluate(sizes))
    assert {name.rpartition(".")[2] for name in loaded} == {"css", "js", "woff2"}
    assert {name: size for name, size in loaded.items() if size} == {}


def test_the_error_page_is_a_page_of_the_site(hosted: Hosted, page: tuple[Any, list[str]]) -> None:
    """With its style, however deep the URL, and with the policy."""
    tab, _ = page
    answer = tab.goto(f"{hosted.address}2020/01/nobody/")
    assert answer.status == 404
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert tab.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')")
